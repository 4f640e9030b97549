"""When a release's page is looked at again, and when its absence is a removal. Pure.

Edits come soon after publication, so the looks are close together first and far apart later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from watcher.records import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.records import EventKind

# What one look found: the release, its absence, or nothing that proves either (a failure that may pass).
Finding = Literal["there", "missing", "unknown"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds after publication at which a page is looked at; how many looks over how many seconds prove a removal."""

    after: tuple[int, ...]
    removal_count: int
    removal_span: int

    @property
    def pause(self) -> timedelta:
        """The time between two looks that are to prove a removal."""
        return timedelta(seconds=self.removal_span / max(1, self.removal_count - 1))


def begun_at(published_at: datetime | None, first_seen_at: datetime) -> datetime:
    """From when the times count: publication, or first sight where that was within a day of it (or before it).

    Many dates are days without an hour, and an old release that is found on a first poll is not hot any more.
    """
    is_old = published_at is not None and first_seen_at - published_at > _DAY
    return published_at if is_old and published_at is not None else first_seen_at


def next_look(begun: datetime, after: Sequence[int], now: datetime) -> datetime | None:
    """The first time that is still to come, None after the last: a late look catches up once, not six times."""
    times = (begun + timedelta(seconds=seconds) for seconds in sorted(after))
    return next((time for time in times if time > now), None)


def after_look(
    standing: Standing, finding: Finding, begun: datetime, plan: Plan, now: datetime
) -> tuple[Standing, EventKind | None, datetime | None]:
    """What a look means: how the release stands now, whether that is an event, and when it is looked at again.

    A release is removed when it was missing at so many looks over so long a time (check 80), and restored when it is
    found again. A failure that may pass proves nothing and ends no row of looks. After a removal the times begin anew.
    """
    if finding == "missing" and not standing.is_removed:
        return _missing(standing, begun, plan, now)
    event: EventKind | None = None
    if finding == "there":
        event = "restored" if standing.is_removed else None
        standing = Standing()
    due = next_look(standing.removed_at or begun, plan.after, now)
    if standing.missing_since is not None and not standing.is_removed:
        due = _sooner(due, now + plan.pause)
    return standing, event, due


def _missing(
    standing: Standing, begun: datetime, plan: Plan, now: datetime
) -> tuple[Standing, EventKind | None, datetime | None]:
    since, count = standing.missing_since or now, standing.missing_count + 1
    missed = replace(standing, missing_since=since, missing_count=count)
    if count >= plan.removal_count and (now - since >= timedelta(seconds=plan.removal_span) or plan.removal_count == 1):
        removed = replace(missed, is_removed=True, removed_at=now)
        return removed, "removed", next_look(now, plan.after, now)
    # Where looks were late, the next one still keeps its distance: two at once prove no more than one.
    planned = max(since + min(count, plan.removal_count - 1) * plan.pause, now + plan.pause / 2)
    return missed, None, _sooner(next_look(begun, plan.after, now), planned)


def _sooner(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)
