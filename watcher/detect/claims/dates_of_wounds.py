"""Days on which the dead of a sentence were wounded, taken or lost: "a man wounded on 2 February died on Saturday"."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import OF_OBJECTS
from watcher.detect.words.tokens import ADVERB, AUXILIARY, RELATIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.dates import Stated
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Harm


_BEFORE_DEATH = frozenset({"injured", "captured", "missing"})
_NEAR = 4  # words from "who" to "wounded"


def dates_before_death(document: Document, begin: int, dates: Sequence[Stated]) -> dict[int, Harm]:
    """The harm of each date, by its offset, that tells what somebody went through who is said to have died later."""
    number = bisect_left(document.spans, begin, key=lambda span: span[0])
    events = [one for one in document.events if one.sentence == number]
    deaths = [one for one in events if one.claim.harm == "killed"]
    deeds = {one.at for one in events if one.voice in OF_OBJECTS}  # "a shell that wounded three on 3 May killed two"
    if not deaths:
        return {}
    sentence = document.sentence(number)
    found: dict[int, Harm] = {}
    for date in dates:
        at = bisect_left(sentence.starts, date.start)
        before = max((harm for harm in sentence.harms if harm < at), default=-1)
        entry = sentence.words[before].harm if before >= 0 else None
        is_before = entry is not None and entry.harm in _BEFORE_DEATH and before not in deeds
        is_before = is_before and any(_is_of(death, before, at) for death in deaths)
        if entry is not None and is_before and _describes(sentence, before) and ";" not in sentence.low[before:at]:
            found[date.start] = entry.harm
    return found


def _is_of(death: HarmEvent, before: int, date: int) -> bool:
    """Whether the death is told after the date, or its people before what they went through: "the body of X, lost"."""
    is_body = death.entry.is_found and death.group is not None and death.group.last < before
    return death.at > date or is_body


def _describes(sentence: Sentence, at: int) -> bool:
    """As in "who were wounded", "wounded in an ambush": of people of whom something else is told."""
    verb = at
    while verb > 0 and sentence.mask[verb - 1] & (AUXILIARY | ADVERB) and not sentence.mask[verb - 1] & RELATIVE:
        verb -= 1
    return verb == at or any(roles & RELATIVE for roles in sentence.mask[max(0, verb - _NEAR) : verb])
