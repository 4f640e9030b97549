"""Whether a text is in the vocabulary's language at all: by its script and its small words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import compiled, once_per_vocabulary

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary


_SAMPLE = 4000  # characters of the text that are checked
_ENOUGH = 12  # words: of shorter texts only the script is checked
_SHARE = 0.16  # of the words must be known function words


def is_readable(text: str, vocabulary: Vocabulary) -> bool:
    """Whether enough of the text's words belong to the language; a short text counts as readable if its script fits."""
    sample = text[:_SAMPLE]
    tokens = compiled(vocabulary).tokens
    pattern = tokens.ascii if sample.isascii() else tokens.any
    words = [word for word in pattern.findall(sample.lower()) if word[0].isalpha()]
    if 2 * _in_script(words, vocabulary) < len(words):
        return False
    return len(words) < _ENOUGH or sum(map(_known_words(vocabulary).__contains__, words)) >= _SHARE * len(words)


@once_per_vocabulary
def _known_words(vocabulary: Vocabulary) -> frozenset[str]:
    """The words of a vocabulary that are something by themselves, and not only the first of a phrase."""
    return frozenset(text for text, word in compiled(vocabulary).words.items() if not word.is_empty)


def _in_script(words: list[str], vocabulary: Vocabulary) -> int:
    """How many words are written as the vocabulary's words are: in Latin letters, or in others."""
    sample = vocabulary.harms[0].words[0]
    latin = sum(map("\u0250".__gt__, words))
    return latin if sample < "\u0250" else len(words) - latin
