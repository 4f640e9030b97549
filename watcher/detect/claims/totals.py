"""What a text says in all: the claims that count are added up, and parts are not added to their own total.

Totals keep their bounds: the least and the most people, None where unsaid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.model.claim import Total

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.detect.text.document import Document
    from watcher.model.claim import Bounds, Claim, Harm, Stance, Victim


CERTAIN: frozenset[Stance] = frozenset({"asserted", "assessed"})
UNSAID: Bounds = (None, None)
ENTERING: tuple[Stance, ...] = ("asserted", "assessed", "alleged")


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
    if len(claims) == 1 and not claims[0].is_background:
        return {claims[0].harm: _said(claims, 0, minimum_from_parts)} if claims[0].stance in ENTERING else {}
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
    return tuple([Total(*key, *_sum_up(claims, chosen[key], minimum_from_parts)) for key in sorted(chosen)])


def _is_own(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Whether a claim counts by itself: no background, no part of a total of the same harm."""
    is_part = claim.part_of is not None and claims[claim.part_of].harm == claim.harm
    return not claim.is_background and not is_part


def _spelt_out(claims: Sequence[Claim]) -> set[int]:
    """As in "212 casualties (61 killed and 151 injured)": the claims whose people are all counted again by harm."""
    sums: dict[int, int] = {}
    for claim in claims:
        if claim.part_of is not None and claim.harm != claims[claim.part_of].harm:
            sums[claim.part_of] = sums.get(claim.part_of, 0) + (claim.count_min or 0)
    return {at for at, people in sums.items() if people >= (claims[at].count_min or 0)}


def _chosen(claims: Sequence[Claim], harm: Harm) -> list[int]:
    """The claims that enter a total, all of one stance: alleged ones only where nothing is asserted or assessed."""
    own = [at for at, claim in enumerate(claims) if claim.harm == harm and _is_own(claim, claims)]
    by_stance = ([at for at in own if claims[at].stance == stance] for stance in ENTERING)
    return next((chosen for chosen in by_stance if chosen), [])


def _sum_up(claims: Sequence[Claim], chosen: Sequence[int], minimum_from_parts: Mapping[int, int]) -> Bounds:
    """The least and the most people of some claims, incident by incident; unsaid where none of them has a number."""
    if len(chosen) == 1:
        return _said(claims, chosen[0], minimum_from_parts)
    by_incident: dict[int, dict[str, Bounds]] = {}
    for at in chosen:
        accounts = by_incident.setdefault(claims[at].incident, {})
        speaker = _account(claims[at])
        accounts[speaker] = added(accounts.get(speaker, UNSAID), _said(claims, at, minimum_from_parts))
    people = UNSAID
    for accounts in by_incident.values():
        people = added(people, _between(accounts))
    return people


def _said(claims: Sequence[Claim], at: int, minimum_from_parts: Mapping[int, int]) -> Bounds:
    """The people of one claim; where it is a vague total, at least as many as its parts."""
    claim, least = claims[at], minimum_from_parts.get(at, 0)
    low, high = claim.count_min, claim.count_max
    return least if low is not None and least > low else low, high


def _account(claim: Claim) -> str:
    """Who gives a number: nobody but the publisher where none is quoted; of allegations each sentence is one."""
    return claim.speaker or (claim.sentence if claim.stance == "alleged" else "")


def _between(accounts: Mapping[str, Bounds]) -> Bounds:
    """Accounts of one event are never added: the publisher's number, or the least, up to the most that is said."""
    said = [bounds for bounds in accounts.values() if bounds != UNSAID]
    if len(said) < 2:
        return said[0] if said else UNSAID
    lows = [low or 0 for low, _ in said]
    own = accounts.get("", UNSAID)
    least = own[0] if own != UNSAID else min(lows)
    highs = [high for _, high in said]
    return least, None if None in highs else max(least or 0, *(high or 0 for high in highs))


def added(one: Bounds, other: Bounds) -> Bounds:
    """People in all of two groups; an unsaid number adds nothing to a said one."""
    if UNSAID in (one, other):
        return other if one == UNSAID else one
    low = None if one[0] is None and other[0] is None else (one[0] or 0) + (other[0] or 0)
    return low, None if one[1] is None or other[1] is None else one[1] + other[1]
