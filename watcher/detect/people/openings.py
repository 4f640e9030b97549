"""Where what a sentence tells begins: after "Elsewhere,", "On Monday, in Abria,", "3 May:", "As police say,"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, HAVE, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_SIGNS = frozenset(",:–—-")
_LONGEST = 8  # words before a sign
_GOVERNING = PREPOSITION | ROLES["according"]
_TELLING = AUXILIARY | BE | HAVE | RELATIVE | BARRIER


def opens_telling(sentence: Sentence, at: int) -> bool:
    """Whether nothing but places, times and sources stands between a token and where a statement begins."""
    end = at
    while not sentence.opens_statement(end):
        if sentence.low[end - 1] != ",":
            return False
        begin = end - 1
        while begin > 0 and sentence.low[begin - 1] not in _SIGNS:
            begin -= 1
        if end - begin > _LONGEST or not _is_adverbial(sentence, begin, end - 1):
            return False
        end = begin
    return True


def _is_adverbial(sentence: Sentence, begin: int, end: int) -> bool:
    """As in "on Monday", "overnight": no verb and no harm, and people only after a preposition."""
    if any(sentence.mask[at] & _TELLING or sentence.is_harm(at) for at in range(begin, end)):
        return False
    has_people = any(begin <= one.first < end and not one.is_guess for one in sentence.groups)
    return not has_people or bool(sentence.mask[begin] & _GOVERNING)
