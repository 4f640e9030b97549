"""What a release says in all, by itself and with its documents: incidents add up, nothing counts twice.

Parts are not added to their own total. What a document says of the same event as the release's text is counted once;
what only one of them says is added. Totals keep their bounds: the least and the most people, None where unsaid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.model.claim import Detection, Total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.detect.document import Document
    from watcher.model.claim import Claim, DocumentPage, Harm, Stance, Victim


_CERTAIN: frozenset[Stance] = frozenset({"asserted", "assessed"})
Bounds = tuple[int | None, int | None]
_Key = tuple["Harm", "Victim", "Stance"]
_UNSAID: Bounds = (None, None)
# "Five people" may be the three civilians and two soldiers of the other text.
_VAGUE: frozenset[Victim] = frozenset({"unknown", "mixed"})


def add_up(document: Document) -> None:
    """Add up what the claims of a text say in all."""
    least = {
        number: event.minimum_from_parts
        for number, event in enumerate(one for one in document.events if not one.repeats)
    }
    document.totals = totals(document.claims, least)
    document.totals_by = totals_by(document.claims, least)


def totals(claims: Sequence[Claim], minimum_from_parts: Mapping[int, int]) -> dict[Harm, Bounds]:
    """Per harm, people in all of the release's own events; `minimum_from_parts` is by the number of the claim."""
    found: dict[Harm, Bounds] = {}
    spelt_out = _spelt_out(claims)
    for harm in sorted({claim.harm for claim in claims}):
        chosen = [at for at in _chosen(claims, harm) if at not in spelt_out]
        if chosen:
            found[harm] = _sum_up(claims, chosen, minimum_from_parts)
    return found


def totals_by(claims: Sequence[Claim], minimum_from_parts: Mapping[int, int]) -> tuple[Total, ...]:
    """The same by harm, victim and stance: the headline of an alert."""
    chosen: dict[tuple[Harm, Victim, Stance], list[int]] = {}
    for at, claim in enumerate(claims):
        if _is_own(claim, claims):
            chosen.setdefault((claim.harm, claim.victim, claim.stance), []).append(at)
    return tuple(Total(*key, *_sum_up(claims, chosen[key], minimum_from_parts)) for key in sorted(chosen))


def _is_own(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Whether a claim counts by itself: no background, no part of a total of the same harm."""
    is_part = claim.part_of is not None and claims[claim.part_of].harm == claim.harm
    return not claim.is_background and not is_part


def _spelt_out(claims: Sequence[Claim]) -> set[int]:
    """As in "212 casualties (61 killed and 151 injured)": the claims all of whom are told by their harms."""
    sums: dict[int, int] = {}
    for claim in claims:
        if claim.part_of is not None and claim.harm != claims[claim.part_of].harm:
            sums[claim.part_of] = sums.get(claim.part_of, 0) + (claim.count_min or 0)
    return {at for at, people in sums.items() if people >= (claims[at].count_min or 0)}


def _chosen(claims: Sequence[Claim], harm: Harm) -> list[int]:
    """The claims that enter a total: alleged ones only where nothing is asserted or assessed."""
    own = [at for at, claim in enumerate(claims) if claim.harm == harm and _is_own(claim, claims)]
    certain = [at for at in own if claims[at].stance in _CERTAIN]
    return certain or [at for at in own if claims[at].stance == "alleged"]


def _sum_up(claims: Sequence[Claim], chosen: Iterable[int], minimum_from_parts: Mapping[int, int]) -> Bounds:
    """The least and the most people of some claims; unsaid where none of them has a number."""
    low, high, is_open, is_known, has_least = 0, 0, False, False, False
    for at in chosen:
        claim = claims[at]
        if claim.count_min is None and claim.count_max is None:
            continue
        is_known = True
        least = max(claim.count_min or 0, minimum_from_parts.get(at, 0))
        low += least
        has_least |= claim.count_min is not None
        is_open |= claim.count_max is None
        high += max(claim.count_max or 0, least)
    return (low if has_least else None, None if is_open else high) if is_known else (None, None)


def add_documents(own: Detection, documents: Iterable[Detection]) -> Detection:
    """The claims of a release's text and then those of its documents, with the totals of all."""
    for document in documents:
        own = _joined(own, document)
    return own


def _joined(own: Detection, other: Detection) -> Detection:
    """A detection with that of one document: what both say once, what only one says added."""
    apart = [claim for claim in _entering(other.claims) if _is_apart(claim, own, other)]
    by_key = _folded(_by_key(own.totals_by), _less(_by_key(other.totals_by), apart))
    for claim in apart:
        key = _key(claim)
        by_key[key] = _sum(by_key.get(key, _UNSAID), _bounds(claim))
    totals_by = tuple(Total(*key, *by_key[key]) for key in sorted(by_key))
    return Detection(
        claims=(*own.claims, *_numbered_on(own.claims, other.claims, apart)),
        totals=_per_harm(totals_by),
        totals_by=totals_by,
        problems=(*own.problems, *other.problems),
        language=own.language,
        version=_version(own.version, other.version),
        documents=(*_pages(own), *_pages(other)),
    )


def _pages(detection: Detection) -> tuple[DocumentPage | None, ...]:
    """The document and page of each claim; none for those of the text itself."""
    return detection.documents or (None,) * len(detection.claims)


def _version(own: str, other: str) -> str:
    """The detector's version with the vocabulary of each language that was read."""
    number, _, digest = other.partition("+")
    return own if not digest or digest in own.split("+") else f"{own or number}+{digest}"


def _entering(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that enter a total."""
    return [claim for claim in claims if not claim.is_background and claim.part_of is None]


def _key(claim: Claim) -> _Key:
    return claim.harm, claim.victim, claim.stance


def _bounds(claim: Claim) -> Bounds:
    return claim.count_min, claim.count_max


def _by_key(totals: Sequence[Total]) -> dict[_Key, Bounds]:
    return {(total.harm, total.victim, total.stance): (total.count_min, total.count_max) for total in totals}


def _numbered_on(own: Sequence[Claim], others: Sequence[Claim], apart: Sequence[Claim]) -> list[Claim]:
    """The document's claims, numbered on; one that says what the text says is a part of that claim."""
    free = {number for number, claim in enumerate(own) if not claim.is_background and claim.part_of is None}
    moved: list[Claim] = []
    for claim in others:
        part_of = claim.part_of + len(own) if claim.part_of is not None else None
        if part_of is None and not claim.is_background and claim not in apart:
            part_of = next((number for number in sorted(free) if _says_same(own[number], claim)), None)
            free.discard(-1 if part_of is None else part_of)
        moved.append(replace(claim, part_of=part_of))
    return moved


def _says_same(one: Claim, other: Claim) -> bool:
    """Whether two claims can be of the same people: one harm and number, classes and stances that agree."""
    return (
        one.harm == other.harm
        and _bounds(one) == _bounds(other)
        and _is_like(one.victim, other.victim)
        and _is_alike_said(one.stance, other.stance)
    )


def _is_like(one: Victim, other: Victim) -> bool:
    """Whether two classes agree, one of them perhaps only vague."""
    return one == other or one in _VAGUE or other in _VAGUE


def _is_alike_said(one: Stance, other: Stance) -> bool:
    """Whether two stances are one, or both certain."""
    return one == other or {one, other} <= _CERTAIN


def _is_apart(claim: Claim, own: Detection, other: Detection) -> bool:
    """Whether a document's claim is of another event than every claim of the text that it could repeat."""
    rivals = [one for one in _entering(own.claims) if one.harm == claim.harm and _is_like(one.victim, claim.victim)]
    is_same_sum = own.totals.get(claim.harm) == other.totals.get(claim.harm)
    return bool(rivals) and all(
        _is_other_day(one, claim) or (not is_same_sum and _is_other_place(one, claim)) for one in rivals
    )


def _is_other_day(one: Claim, other: Claim) -> bool:
    return bool(one.event_from and other.event_from) and one.event_from != other.event_from


def _is_other_place(one: Claim, other: Claim) -> bool:
    """Whether both sentences name a place of their own, and the numbers differ too: a place has many names."""
    here, there = one.place_raw.casefold(), other.place_raw.casefold()
    is_stated = here and there and here in one.sentence.casefold() and there in other.sentence.casefold()
    return bool(is_stated) and here not in there and there not in here and _bounds(one) != _bounds(other)


def _less(totals: dict[_Key, Bounds], apart: Iterable[Claim]) -> dict[_Key, Bounds]:
    """The document's totals without what is added for itself."""
    left = dict(totals)
    for claim in apart:
        left[_key(claim)] = _difference(left[_key(claim)], _bounds(claim))
    return {key: bounds for key, bounds in left.items() if bounds != (0, 0) or totals[key] == (0, 0)}


def _folded(own: dict[_Key, Bounds], other: Mapping[_Key, Bounds]) -> dict[_Key, Bounds]:
    """Both totals as one: the same kind of victim once, kinds that a vaguer word may hold taken out of it."""
    by_key = dict(own)
    for key in sorted(other, key=lambda one: (one[1] in _VAGUE, one)):
        said = other[key]
        known = next((one for one in own if one[:2] == key[:2] and _is_alike_said(one[2], key[2])), None)
        if known is not None:
            by_key[known] = _most(by_key[known], said)
        elif key[1] in _VAGUE:
            _add_rest(by_key, key, said, [one for one in own if one not in other])
        else:
            _take_out(by_key, key, said, other)
    return by_key


def _add_rest(by_key: dict[_Key, Bounds], key: _Key, said: Bounds, own: Sequence[_Key]) -> None:
    """As in "two civilians" of the text and "five people" of the document: three more people."""
    named = [by_key[one] for one in own if one[0] == key[0] and _is_alike_said(one[2], key[2])]
    for bounds in named:
        said = _difference(said, bounds)
    if not named or said[0]:
        by_key[key] = said


def _take_out(by_key: dict[_Key, Bounds], key: _Key, said: Bounds, other: Mapping[_Key, Bounds]) -> None:
    """As in "five people" of the text and "two civilians" of the document: two civilians and three people."""
    vague = next(
        (
            one
            for one in by_key
            if one[0] == key[0] and one[1] in _VAGUE and _is_alike_said(one[2], key[2]) and one not in other
        ),
        None,
    )
    if vague is not None:
        rest = _difference(by_key.pop(vague), said)
        if rest[0]:
            by_key[vague] = rest
    by_key[key] = said


def _sum(one: Bounds, other: Bounds) -> Bounds:
    """People in all of two groups; an unsaid number adds nothing to a said one."""
    if _UNSAID in (one, other):
        return other if one == _UNSAID else one
    low = None if one[0] is None and other[0] is None else (one[0] or 0) + (other[0] or 0)
    return low, None if one[1] is None or other[1] is None else one[1] + other[1]


def _most(one: Bounds, other: Bounds) -> Bounds:
    """One group that was counted twice: the larger number, and the upper bound that still holds."""
    if _UNSAID in (one, other):
        return other if one == _UNSAID else one
    low = None if one[0] is None and other[0] is None else max(one[0] or 0, other[0] or 0)
    highs = [high for high in (one[1], other[1]) if high is not None and high >= (low or 0)]
    return low, max(highs, default=None)


def _difference(one: Bounds, other: Bounds) -> Bounds:
    """The rest of a group without some of it."""
    low = max(0, (one[0] or 0) - (other[0] or 0))
    return low, None if one[1] is None or other[1] is None else max(low, one[1] - other[1])


def _per_harm(totals: Sequence[Total]) -> dict[Harm, Bounds]:
    """Per harm what is certain, or else what is alleged."""
    found: dict[Harm, Bounds] = {}
    for harm in sorted({total.harm for total in totals}):
        of = [total for total in totals if total.harm == harm]
        certain = [total for total in of if total.stance in _CERTAIN]
        for total in certain or [total for total in of if total.stance == "alleged"]:
            found[harm] = _sum(found.get(harm, _UNSAID), (total.count_min, total.count_max))
    return found
