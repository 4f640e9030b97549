"""Harm events ─► claims: count, class, offsets, speaker, names, and the rules that made each one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.names import names_in
from watcher.detect.persons import people_of, persons
from watcher.detect.speakers import speaker_of
from watcher.detect.victims import victim_of
from watcher.model.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.document import Document
    from watcher.detect.tokens import Reading
    from watcher.model.claim import Harm, Person


_RECENT = 8  # claims: a pronoun or a bare number looks no further back
_BACK = 2  # sentences, the same


def make_claims(document: Document, reading: Reading) -> None:
    """Make a claim of each harm event of a sentence that is not dismissed."""
    events = reading.events
    found: list[HarmEvent] = []
    names = names_in(reading) if any(event.entry.harm != "captured" for event in events) else []
    owned = people_of(reading, names, events) if names else {}
    for number, event in enumerate(events):
        if event.judgement.dismissed:
            continue
        people = persons(reading, owned.get(number, ()), names, event.entry.harm)
        before = _claims_before(found, document.events, reading.number)
        event.claim = _claim(reading, event, people, before)
        event.sentence, event.near = reading.number, _near(reading, event)
        if event.whole is not None and event.whole.judgement.dismissed:
            event.whole = None
        event.repeats = _is_degree(event)
        found.append(event)
    document.events += found


def _claims_before(found: list[HarmEvent], earlier: list[HarmEvent], sentence: int) -> Iterator[Claim]:
    """The claims that a pronoun can point back to, the latest first: of this sentence, then of those before."""
    for one in reversed(found):
        yield one.claim
    for one in reversed(earlier[-_RECENT:]):
        if sentence - one.sentence <= _BACK:
            yield one.claim


def _claim(reading: Reading, event: HarmEvent, people: tuple[Person, ...], before: Iterator[Claim]) -> Claim:
    """The claim of an event as its sentence says it; where and when it happened, and its whole, are found later."""
    group, entry, judgement = event.group, event.entry, event.judgement
    is_uncounted = group is None or (group.low is None and group.high is None)
    is_none = is_uncounted and judgement.stance == "denied" and judgement.is_absent
    harm: Harm = "casualty" if event.voice == "joint" else entry.harm
    return Claim(
        harm=harm,
        count_min=0 if is_none else group.low if group else None,
        count_max=0 if is_none else group.high if group else None,
        victim="civilian" if event.voice == "verdict" else victim_of(reading, event, before),
        stance=judgement.stance,
        start=reading.starts[event.first],
        end=reading.stops[event.last],
        sentence=reading.text[reading.begin : reading.end],
        count_raw=_count_raw(reading, group),
        count_kind="exact" if is_none else group.kind if group else "none",
        victim_raw=_victim_raw(reading, group),
        is_background=judgement.is_background,
        is_explicit=entry.explicit,
        children=group.low if event.children is None and group and group.is_child else event.children,
        women=group.low if event.women is None and group and group.is_woman else event.women,
        speaker=speaker_of(reading, event.first, event.last),
        rules=tuple(dict.fromkeys([*event.rules, *judgement.rules])),
        people=people,
    )


def _count_raw(reading: Reading, group: Group | None) -> str:
    if group is None or (group.low is None and group.high is None):
        return ""
    for first, quantity in reading.quantities.items():
        if group.first <= first <= group.last + 1:
            return reading.raw(first, quantity.last)
    return ""


def _victim_raw(reading: Reading, group: Group | None) -> str:
    if group is None or group.is_bare:
        return ""
    return reading.raw(group.first, min(group.last, reading.size - 1))


def _near(reading: Reading, event: HarmEvent) -> tuple[int, int]:
    """Where the people of an event stand, or its harm word where none are named."""
    group = event.group
    if group is None or group.last >= reading.size:
        return reading.starts[event.at], reading.stops[event.at]
    return reading.starts[group.first], reading.stops[group.last]


def _is_degree(event: HarmEvent) -> bool:
    """As in "five were wounded, three of them seriously": a part without a noun of its own says nothing new."""
    whole, group = event.whole, event.group
    return whole is not None and group is not None and group.is_bare and event.entry.harm == whole.claim.harm
