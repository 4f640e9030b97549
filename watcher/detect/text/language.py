"""Whether a text is in the vocabulary's language at all: by its script and its small words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.finder import letters_of
from watcher.detect.words.lexicon import compiled, once_per_vocabulary

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary


_SAMPLE = 4000  # characters of the text that are checked
_ENOUGH = 12  # words: of shorter texts only the script is checked
_SHARE = 0.16  # of the words must be known function words


def is_readable(text: str, vocabulary: Vocabulary) -> bool:
    """Whether enough of the text's words belong to the language; a short text counts as readable if its script fits."""
    sample = text[:_SAMPLE]
    return _is_plainly_readable(sample.lower(), vocabulary) or _is_readable_by_tokens(sample, vocabulary)


def _is_plainly_readable(low: str, vocabulary: Vocabulary) -> bool:
    """Whether the words between blanks alone are enough, as in most texts: a third of the time of all tokens.

    They are fewer than the known tokens, and letters that stand together are more than all tokens.
    """
    if not low.isascii() or not _is_latin(vocabulary):
        return False
    known = sum(map(_known_words(vocabulary).__contains__, low.split()))
    most = (len(low) + 1) // 2  # letters that stand together: between any two of them stands a sign
    return known >= _SHARE * most or known >= _SHARE * len(letters_of(low))


def _is_readable_by_tokens(sample: str, vocabulary: Vocabulary) -> bool:
    tokens = compiled(vocabulary).tokens
    pattern = tokens.ascii if sample.isascii() else tokens.any
    words = [word for word in pattern.findall(sample.lower()) if word[0].isalpha()]
    if 2 * _in_script(words, vocabulary) < len(words):
        return False
    return len(words) < _ENOUGH or sum(map(_known_words(vocabulary).__contains__, words)) >= _SHARE * len(words)


@once_per_vocabulary
def _known_words(vocabulary: Vocabulary) -> frozenset[str]:
    """The words of a vocabulary that are something by themselves, and not only the first of a phrase."""
    words = compiled(vocabulary).words
    return frozenset(text for text, word in words.items() if text[0].isalpha() and not word.is_empty)


def _in_script(words: list[str], vocabulary: Vocabulary) -> int:
    """How many words are written as the vocabulary's words are: in Latin letters, or in others."""
    latin = sum(map("\u0250".__gt__, words))
    return latin if _is_latin(vocabulary) else len(words) - latin


def _is_latin(vocabulary: Vocabulary) -> bool:
    return vocabulary.harms[0].words[0] < "\u0250"
