"""Whether a text is in the vocabulary's language at all: by its script and its small words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from watcher.detect.lexicon import compiled

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary


_SAMPLE = 4000  # characters of the text that are checked
_ENOUGH = 12  # words: of shorter texts only the script is checked
_SHARE = 0.16  # of the words must be known function words


def is_readable(text: str, vocabulary: Vocabulary) -> bool:
    """Whether enough of the text's words belong to the language; a short text counts as readable if its script fits."""
    lexicon = compiled(vocabulary)
    count, in_script, function = 0, 0, 0
    known = lexicon.words
    for token, times in Counter(lexicon.tokens.any.findall(text[:_SAMPLE])).items():
        word = token.lower()
        if word[0].isalpha():
            count += times
            in_script += times * _is_known_script(word, vocabulary)
            function += times * (word in known and not known[word].is_empty)
    if in_script * 2 < count:
        return False
    return count < _ENOUGH or function >= _SHARE * count


def _is_known_script(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is written as the vocabulary's words are: in Latin letters, or in others."""
    sample = vocabulary.harms[0].words[0]
    return (word[0] <= "\u024f") == (sample[0] <= "\u024f")
