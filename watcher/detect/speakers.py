"""Who is quoted: the person before or behind a verb of speech in the claim's sentence, not the publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.lexicon import ROLES
from watcher.detect.tokens import DEFINITE, INDEFINITE, RANK, STRUCTURAL

if TYPE_CHECKING:
    from watcher.detect.tokens import Reading


_SPEECH, _ACCORDING = ROLES["speech"], ROLES["according"]
_CLOSING = frozenset({",", '"', "”", "’", "'", "»", ".", "-", "–", "—"})
_LONGEST = 9  # words of a speaker


def speaker_of(reading: Reading, first: int, last: int) -> str:
    """The words for the speaker of a sentence, or nothing; the claim itself stands in tokens `first` to `last`."""
    if not reading.roles & (_SPEECH | _ACCORDING):
        return ""
    for at in range(reading.size):
        if first <= at <= last:
            continue
        if reading.mask[at] & _SPEECH:
            found = _before(reading, at) or (_behind(reading, at) if _is_inverted(reading, at) else "")
            if found:
                return found
        if reading.mask[at] & _ACCORDING:
            return _behind(reading, at)
    return ""


def _is_inverted(reading: Reading, verb: int) -> bool:
    """As in "… were killed", said the colonel": a comma or a quotation mark right before the verb."""
    return verb > 0 and reading.low[verb - 1] in _CLOSING


def _before(reading: Reading, verb: int) -> str:
    """As in "the battalion commander said", "Lt. Orla Finn told reporters"."""
    begin = verb
    while begin > 0 and verb - begin < _LONGEST and _belongs(reading, begin - 1):
        begin -= 1
    while begin < verb and reading.mask[begin] & (DEFINITE | INDEFINITE):
        begin += 1
    return _person(reading, begin, verb - 1)


def _behind(reading: Reading, verb: int) -> str:
    """As in ", said Lt. Orla Finn", "according to a police officer"."""
    begin = verb + 1
    while begin < reading.size and reading.mask[begin] & (DEFINITE | INDEFINITE):
        begin += 1
    last = begin
    while last < reading.size and last - begin < _LONGEST and _belongs(reading, last):
        last += 1
    return _person(reading, begin, last - 1)


def _belongs(reading: Reading, at: int) -> bool:
    low = reading.low[at]
    if reading.mask[at] & (DEFINITE | INDEFINITE):
        return True
    if reading.mask[at] & STRUCTURAL or reading.words[at].harm is not None or reading.mask[at] & _SPEECH:
        return False
    return reading.is_word(at) or (low == "." and len(reading.low[at - 1]) <= 5 and reading.is_capital(at - 1))


def _person(reading: Reading, first: int, last: int) -> str:
    """The words if they hold a noun for people, a rank or a name of two words."""
    if last < first or reading.low[first] == ".":
        return ""
    tokens = range(first, last + 1)
    is_person = any(_is_person(reading, at) for at in tokens)
    capitals = [at for at in tokens if reading.is_word(at) and reading.is_capital(at)]
    if not is_person and (len(capitals) < 2 or len(capitals) != len([at for at in tokens if reading.is_word(at)])):
        return ""
    last -= reading.low[last] == "." and last + 1 == reading.size
    return " ".join(reading.raw(first, last).split())


def _is_person(reading: Reading, at: int) -> bool:
    entry = reading.words[at].people
    return bool(reading.mask[at] & RANK) or (entry is not None and not entry.is_modifier)
