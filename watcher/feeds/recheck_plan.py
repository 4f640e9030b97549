"""When a release's page is fetched again, and when its absence is a removal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from watcher.model.revision import RemovalState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.model.alert import EventKind


# What one recheck found: the release, its absence, its withdrawal by the publisher's own word, or nothing that proves
# any of these (a failure that may pass).
Presence = Literal["there", "missing", "withdrawn", "unknown"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecheckPlan:
    """Seconds after publication at which a page is fetched again; rechecks, and seconds, that prove a removal."""

    after: tuple[int, ...]
    removal_count: int
    removal_span: int

    @property
    def pause(self) -> timedelta:
        """The time between two rechecks that are to prove a removal."""
        return timedelta(seconds=self.removal_span / max(1, self.removal_count - 1))


def recheck_start(published_at: datetime | None, first_seen_at: datetime) -> datetime:
    """From when the times count: publication, or first sight where that was within a day of it (or before it).

    Many dates are days without an hour, and an old release that a first poll finds changes no more than any old one.
    """
    is_old = published_at is not None and first_seen_at - published_at > _DAY
    return published_at if is_old and published_at is not None else first_seen_at


def next_recheck(begun: datetime, after: Sequence[int], now: datetime) -> datetime | None:
    """The first time still to come, None after the last: a late recheck catches up once, not six times."""
    times = (begun + timedelta(seconds=seconds) for seconds in sorted(after))
    return next((time for time in times if time > now), None)


def after_recheck(
    state: RemovalState, presence: Presence, begun: datetime, plan: RecheckPlan, now: datetime
) -> tuple[RemovalState, EventKind | None, datetime | None]:
    """What a recheck means: the new state of the release, the event that this is, if any, and when the next one is due.

    A release is removed when it was missing at so many rechecks over so long a time, or at once where its publisher
    says so, and restored when it is found again. A temporary failure proves nothing and ends no series of rechecks.
    After a removal the times start again.
    """
    if presence == "withdrawn" and not state.is_removed:
        removed = replace(state, is_removed=True, removed_at=now, missing_since=state.missing_since or now)
        return removed, "removed", next_recheck(now, plan.after, now)
    if presence == "missing" and not state.is_removed:
        return _missing(state, begun, plan, now)
    event: EventKind | None = None
    if presence == "there":
        event = "restored" if state.is_removed else None
        state = RemovalState()
    due = next_recheck(state.removed_at or begun, plan.after, now)
    if state.missing_since is not None and not state.is_removed:
        due = _sooner(due, now + plan.pause)
    return state, event, due


def _missing(
    state: RemovalState, begun: datetime, plan: RecheckPlan, now: datetime
) -> tuple[RemovalState, EventKind | None, datetime | None]:
    since, count = state.missing_since or now, state.missing_count + 1
    missed = replace(state, missing_since=since, missing_count=count)
    if count >= plan.removal_count and (now - since >= timedelta(seconds=plan.removal_span) or plan.removal_count == 1):
        removed = replace(missed, is_removed=True, removed_at=now)
        return removed, "removed", next_recheck(now, plan.after, now)
    # Where rechecks were late, the next one still keeps its distance: two at once prove no more than one.
    planned = max(since + min(count, plan.removal_count - 1) * plan.pause, now + plan.pause / 2)
    return missed, None, _sooner(next_recheck(begun, plan.after, now), planned)


def _sooner(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)
