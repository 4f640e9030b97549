"""What a release says in all: parts are not added to their own total, incidents add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.models import Total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.models import Claim, Harm, Stance, Victim

_CERTAIN: frozenset[Stance] = frozenset({"asserted", "assessed"})
Bounds = tuple[int | None, int | None]


def totals(claims: Sequence[Claim], grown: Mapping[int, int]) -> dict[Harm, Bounds]:
    """Per harm, people in all of the release's own events; `grown` is the least number of a claim by its parts."""
    found: dict[Harm, Bounds] = {}
    spelt_out = _spelt_out(claims)
    for harm in sorted({claim.harm for claim in claims}):
        chosen = [at for at in _chosen(claims, harm) if at not in spelt_out]
        if chosen:
            found[harm] = _sum_up(claims, chosen, grown)
    return found


def totals_by(claims: Sequence[Claim], grown: Mapping[int, int]) -> tuple[Total, ...]:
    """The same by harm, victim and stance: the headline of an alert."""
    chosen: dict[tuple[Harm, Victim, Stance], list[int]] = {}
    for at, claim in enumerate(claims):
        if _is_own(claim, claims):
            chosen.setdefault((claim.harm, claim.victim, claim.stance), []).append(at)
    return tuple(Total(*key, *_sum_up(claims, chosen[key], grown)) for key in sorted(chosen))


def _is_own(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Whether a claim counts by itself: no background, no part of a whole of the same harm."""
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


def _sum_up(claims: Sequence[Claim], chosen: Iterable[int], grown: Mapping[int, int]) -> Bounds:
    low, high, is_open, is_known, has_least = 0, 0, False, False, False
    for at in chosen:
        claim = claims[at]
        if claim.count_min is None and claim.count_max is None:
            continue
        is_known = True
        least = max(claim.count_min or 0, grown.get(at, 0))
        low += least
        has_least |= claim.count_min is not None
        is_open |= claim.count_max is None
        high += max(claim.count_max or 0, least)
    return (low if has_least else None, None if is_open else high) if is_known else (None, None)
