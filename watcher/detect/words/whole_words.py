"""Patterns over whole texts that are searched for only where they can be found: most texts hold none of their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.words.finder import Parts
from watcher.detect.words.lexicon import either

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet


class Sought:
    """A pattern that finds nothing in a text without one of some words, each as a whole."""

    __slots__ = ("_parts", "pattern")

    def __init__(self, pattern: str, words: Iterable[str]) -> None:
        """Compile the pattern; whatever it finds holds one of the words."""
        self.pattern, self._parts = re.compile(pattern), Parts(words)

    def may_find(self, letters: AbstractSet[str]) -> bool:
        """Whether a text can hold any of the words; `letters` are all of its `letters_of`."""
        return self._parts.may_stand_in(letters)


def whole_words(words: Iterable[str]) -> Sought:
    """What finds any of some words and phrases: "such" by itself, not that in "suchlike"."""
    listed = list(words)
    return Sought(rf"\b(?:{either(listed)})\b", listed)
