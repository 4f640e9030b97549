"""Whether a text is in the vocabulary's language at all: by its script and its small words."""

from __future__ import annotations

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
    words = [token.lower() for token in lexicon.tokens.any.findall(text[:_SAMPLE])]
    words = [word for word in words if word[0].isalpha()]
    if not words:
        return True
    if sum(_is_known_script(word, vocabulary) for word in words) * 2 < len(words):
        return False
    if len(words) < _ENOUGH:
        return True
    known = lexicon.words
    function = sum(1 for word in words if word in known and not known[word].is_empty)
    return function >= _SHARE * len(words)


def _is_known_script(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is written as the vocabulary's words are: in Latin letters, or in others."""
    sample = vocabulary.harms[0].words[0]
    return (word[0] <= "\u024f") == (sample[0] <= "\u024f")
