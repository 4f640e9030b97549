"""Two sets of claims of one text: what was gained, what was lost, what says something else now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.models import Claim, CountKind, Harm, Stance, Victim


@dataclass(frozen=True, slots=True)
class Said:
    """What a claim says and where, without why."""

    harm: Harm
    count_min: int | None
    count_max: int | None
    victim: Victim
    stance: Stance
    is_background: bool
    start: int
    end: int
    sentence: str = ""
    count_kind: CountKind = "none"

    @property
    def value(self) -> tuple[object, ...]:
        """What counts as the claim's meaning."""
        return (self.harm, self.count_min, self.count_max, self.victim, self.stance, self.is_background)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Claims that only the newer set has, only the older one has, and those whose words say something else now."""

    gained: tuple[Said, ...] = ()
    lost: tuple[Said, ...] = ()
    altered: tuple[tuple[Said, Said], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.gained or self.lost or self.altered)


def said_of(claim: Claim) -> Said:
    """A claim's meaning and place."""
    return Said(
        claim.harm,
        claim.count_min,
        claim.count_max,
        claim.victim,
        claim.stance,
        claim.is_background,
        claim.start,
        claim.end,
        claim.sentence,
        claim.count_kind,
    )


def compare(old: Sequence[Said], new: Sequence[Said]) -> Comparison:
    """Pair claims of the same words (their places overlap); the same meaning at the same words is no difference."""
    lost, gained = list(old), list(new)
    altered: list[tuple[Said, Said]] = []
    for claim in old:
        same = next((other for other in gained if other.value == claim.value and _overlap(claim, other)), None)
        if same is not None:
            gained.remove(same)
            lost.remove(claim)
    for claim in tuple(lost):
        other = next((other for other in gained if other.harm == claim.harm and _overlap(claim, other)), None)
        if other is not None:
            altered.append((claim, other))
            gained.remove(other)
            lost.remove(claim)
    return Comparison(tuple(gained), tuple(lost), tuple(altered))


def _overlap(one: Said, other: Said) -> bool:
    return one.start < other.end and other.start < one.end


def compared(texts: Iterable[tuple[Iterable[Said], Iterable[Said]]]) -> Comparison:
    """Each text's older and newer set compared, all differences together; places are those of one text only."""
    every = [compare(tuple(old), tuple(new)) for old, new in texts]
    return Comparison(
        tuple(claim for one in every for claim in one.gained),
        tuple(claim for one in every for claim in one.lost),
        tuple(pair for one in every for pair in one.altered),
    )
