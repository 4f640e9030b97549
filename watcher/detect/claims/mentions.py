"""One fact, said often: where a release's title, captions and documents say what a claim of its text says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.claims.totals import CERTAIN
from watcher.detect.people.victims import may_be_same

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.model.claim import Claim, Mention, Stance


def with_mentions(claims: Sequence[Claim], elsewhere: Iterable[tuple[Mention, Claim]]) -> tuple[Claim, ...]:
    """The claims of a text, each with the places elsewhere that say the same; what says something else is left out."""
    found = list(claims)
    for place, claim in elsewhere:
        at = next((at for at, one in enumerate(found) if is_same_fact(one, claim)), None)
        if at is not None:
            found[at] = replace(found[at], also=(*found[at].also, place))
    return tuple(found)


def is_same_fact(one: Claim, other: Claim) -> bool:
    """Whether two claims can be of the same people: one harm and number, classes and stances that agree."""
    return (
        one.harm == other.harm
        and one.bounds == other.bounds
        and one.is_background == other.is_background
        and may_be_same(one.victim, other.victim)
        and is_alike_said(one.stance, other.stance)
    )


def is_alike_said(one: Stance, other: Stance) -> bool:
    """Whether two stances are one, or both certain."""
    return one == other or {one, other} <= CERTAIN
