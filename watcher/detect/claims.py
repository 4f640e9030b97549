"""Drafts ─► claims: stance, victim, children and women, offsets and the names of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.annotations import Dismissed, Found, OpenClaim
from watcher.detect.context import judge, speaker_of
from watcher.detect.names import names_in
from watcher.detect.persons import people_of, persons
from watcher.detect.references import victim_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.annotations import Draft, Group
    from watcher.detect.context import Verdict
    from watcher.detect.tokens import Reading
    from watcher.model.claim import Harm, Person


_RECENT = 8  # claims: a pronoun or a bare number looks no further back
_BACK = 2  # sentences, the same


def claims_of(
    reading: Reading, drafts: list[Draft], sentence: int, earlier: list[Found]
) -> tuple[list[Found], list[Dismissed]]:
    """The claims of one sentence and what was dismissed there; a pronoun takes its class from the claims before."""
    found: list[Found] = []
    dismissed = [_pseudo(reading, at) for at, cue in reading.cues if cue.effect == "pseudo"]
    known: dict[int, Found] = {}
    text = reading.text[reading.begin : reading.end]
    names = names_in(reading) if any(draft.entry.harm != "captured" for draft in drafts) else []
    owned = people_of(reading, names, drafts) if names else {}
    for number, draft in enumerate(drafts):
        verdict = judge(reading, draft)
        start, end = reading.starts[draft.first], reading.stops[draft.last]
        if verdict.dismissed:
            dismissed.append(Dismissed(start, end, verdict.dismissed))
            continue
        before = _claims_before(found, earlier, sentence)
        people = persons(reading, owned.get(number, ()), names, draft.entry.harm)
        claim = _claim(reading, draft, verdict, text, people, before)
        whole = known.get(id(draft.part_of)) if draft.part_of is not None else None
        is_degree = whole is not None and _is_degree(draft, whole)
        one = Found(claim, draft, sentence, whole, repeats=is_degree, near=_near(reading, draft))
        known[id(draft)] = one
        found.append(one)
    return found, dismissed


def _near(reading: Reading, draft: Draft) -> tuple[int, int]:
    group = draft.group
    if group is None or group.last >= reading.size:
        return reading.starts[draft.at], reading.stops[draft.at]
    return reading.starts[group.first], reading.stops[group.last]


def _is_degree(draft: Draft, whole: Found) -> bool:
    """As in "five were wounded, three of them seriously": a part without a noun of its own says nothing new."""
    return draft.group is not None and draft.group.is_bare and draft.entry.harm == whole.claim.harm


def _pseudo(reading: Reading, at: int) -> Dismissed:
    names = [cue.name for position, cue in reading.cues if position == at]
    return Dismissed(reading.starts[at], reading.stops[at], names[0])


def _claim(
    reading: Reading,
    draft: Draft,
    verdict: Verdict,
    text: str,
    people: tuple[Person, ...],
    before: Iterator[OpenClaim],
) -> OpenClaim:
    group, entry = draft.group, draft.entry
    is_none = (
        "none" in verdict.rules
        and verdict.stance == "denied"
        and (group is None or (group.low is None and group.high is None))
    )
    harm: Harm = "casualty" if draft.voice == "joint" else entry.harm
    victim = "civilian" if draft.voice == "verdict" else victim_of(reading, draft, before)
    rules = tuple(dict.fromkeys([*draft.rules, *verdict.rules]))
    return OpenClaim(
        harm=harm,
        count_min=0 if is_none else group.low if group else None,
        count_max=0 if is_none else group.high if group else None,
        victim=victim,
        stance=verdict.stance,
        start=reading.starts[draft.first],
        end=reading.stops[draft.last],
        sentence=text,
        count_raw=_count_raw(reading, group),
        count_kind="exact" if is_none else group.kind if group else "none",
        victim_raw=_victim_raw(reading, group),
        is_background=verdict.is_background,
        is_explicit=entry.explicit,
        children=_some(draft.children, group, is_child=True),
        women=_some(draft.women, group, is_child=False),
        speaker=speaker_of(reading, draft.first, draft.last),
        rules=rules,
        people=people,
    )


def _claims_before(found: list[Found], earlier: list[Found], sentence: int) -> Iterator[OpenClaim]:
    """The claims that a pronoun can point back to, the latest first: of this sentence, then of those before."""
    for one in reversed(found):
        yield one.claim
    for one in reversed(earlier[-_RECENT:]):
        if sentence - one.sentence <= _BACK:
            yield one.claim


def _some(stated: int | None, group: Group | None, *, is_child: bool) -> int | None:
    if stated is not None or group is None:
        return stated
    return group.low if (group.is_child if is_child else group.is_woman) else None


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
