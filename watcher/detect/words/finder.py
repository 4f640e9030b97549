"""Finds many words in one pass over a text, in time linear in its length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet


_TAIL = 40  # characters: no single word is longer
_FEW = 500  # words whose automaton is small
_BLANKS = "".join(sign if sign.isalpha() else " " for sign in map(chr, range(128)))  # for ASCII
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = "’“”\u2028\u00a0–‘—…•·"  # that a text of ASCII letters holds, those first that most texts do
_LETTER_PAIR = 2  # characters: no phrase is as short


class Parts:
    """What words and phrases hold: each word, and of each phrase the two longest of its parts, which are rarest."""

    __slots__ = ("_first", "_second", "_single")

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words apart."""
        single, pairs = set[str](), dict[str, set[str]]()
        for parts in map(letters_of, words):
            longest = sorted(set(parts), key=len, reverse=True)[:2]
            if len(longest) > 1:
                pairs.setdefault(longest[0], set()).add(longest[1])
            else:
                single.update(longest)
        self._single, self._first = frozenset(single), frozenset(pairs)
        self._second = {one: frozenset(others) for one, others in pairs.items()}

    def may_stand_in(self, letters: AbstractSet[str]) -> bool:
        """Whether a text holds one of the words, or two parts of a phrase; `letters` are all of its `letters_of`."""
        if not self._single.isdisjoint(letters):
            return True
        if self._first.isdisjoint(letters):
            return False
        return any(not self._second[one].isdisjoint(letters) for one in self._first & letters)


class Finder:
    """Finds many words in one pass, in time linear in the text: "die" by itself, not that in "soldier"."""

    __slots__ = ("_automaton", "_parts", "_plain", "but", "words")

    def __init__(self, words: Iterable[str], *, but: Iterable[str] = ()) -> None:
        """Take the words; no word at all finds nothing. The automata are made for the first text that needs them.

        `but` are longer phrases in which a word is not meant: "Memorial Hospital".
        """
        self.but = frozenset(but)
        self.words = set(words)
        self._parts: Parts | None = None
        self._automaton: AhoCorasick | None = None
        self._plain: AhoCorasick | None = None  # without the longer phrases, where there are any

    def may_find(self, letters: AbstractSet[str]) -> bool:
        """Whether a text can hold any of the words; `letters` are all of its `letters_of`."""
        if self._parts is None:  # asked of some finders alone
            self._parts = Parts(self.words)
        return self._parts.may_stand_in(letters)

    def starts(self, low: str) -> list[int]:
        """Where the words begin in a text in small letters."""
        return [start for start, _ in self.found(low)]

    def found(self, low: str) -> list[tuple[int, str]]:
        """The words of a text in small letters, each with where it begins."""
        found: list[tuple[int, str]] = []
        automaton = self._automaton or self._made()
        if self._plain is not None and not self._plain.find_matches_as_indexes(low):
            return found  # most texts: none of the words, in a longer phrase or not
        for _, start, end in automaton.find_matches_as_indexes(low):
            if (start and low[start - 1].isalpha()) or (end < len(low) and low[end].isalpha()):
                if end - start > _LETTER_PAIR and (blank := low.find(" ", start, end)) >= 0:
                    found += self._inside(low, blank + 1, end)
            elif (word := low[start:end]) not in self.but:
                found.append((start, word))
        return found

    def _made(self) -> AhoCorasick:
        made = self._automaton = _automaton(self.but | self.words)
        self._plain = _automaton(self.words) if self.but else None
        return made

    def _inside(self, low: str, begin: int, end: int) -> list[tuple[int, str]]:
        """The words inside what only begins like a phrase: the "wounded" of "the shell wounded two", no shell wound."""
        return [(begin + at, word) for at, word in self.found(low[begin : end + _TAIL]) if begin + at < end]


def letters_of(low: str) -> list[str]:
    """The letters that stand together in a text in small letters, in its order: "i've" is two."""
    if not low.isascii():
        for sign in _SIGNS:  # without them most texts are ASCII, which takes a quarter of the time
            low = low.replace(sign, " ")
    return low.translate(_BLANKS).split() if low.isascii() else _LETTERS.findall(low)


def _automaton(words: AbstractSet[str]) -> AhoCorasick:
    """An automaton of words: a full table of its states for few of them, which takes a third of the time.

    For all words of harm it would be no faster where other work has taken the memory's cache, and 20 MB larger.
    """
    return AhoCorasick(
        sorted(words) or ["\x00"],
        matchkind=MatchKind.LeftmostLongest,
        implementation=Implementation.DFA if len(words) <= _FEW else Implementation.ContiguousNFA,
    )
