"""How soon a feed is asked again: from its own history, the operator's wish and the publisher's hints (pure).

All durations are seconds. The rules are those of check 16 of the design: when under a third of a feed's entries were
known from the last poll the interval is halved, when over two thirds were it grows by half, and it never leaves floor
and cap. What the publisher says (freshness, ttl, Retry-After) only ever lengthens the wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from watcher.model.revision import RemovalState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from watcher.model.alert import EventKind


FLOOR = 300  # no feed is ever asked more often, whatever the configuration says
START = 900
CAP = 21_600
LONGEST = 86_400  # no failure and no max-age keeps a feed unasked for longer
LONGEST_RETRY_AFTER = 604_800  # the server's explicit wish is kept for up to a week
_BACK_OFF = 600  # after the first failure, doubled by each further one
_SPREAD = 0.1
_FEW, _MOST = 1 / 3, 2 / 3


@dataclass(frozen=True, slots=True)
class Pace:
    """A feed's remembered pace: the interval in seconds before any jitter, and failures in a row."""

    interval: int = START
    failures: int = 0


def after_success(
    pace: Pace,
    *,
    now: datetime,
    known_share: float | None,
    floor: int = FLOOR,
    cap: int = CAP,
    fixed_interval: int | None = None,
    hints: int | None = None,
    fresh_for: int | None = None,
    jitter: float = 0.0,
    longest: int = LONGEST,
) -> tuple[Pace, datetime]:
    """The pace to remember and when the feed is due, after an answer that told what the feed holds.

    `known_share` is the share of the entries that were known before, None for a 304 or the same body; a first poll,
    where nothing could be known, passes 0.5. `jitter` in [0, 1) takes up to a tenth off our own interval, never off
    what the publisher asked for (`hints`, `fresh_for`, each kept up to `longest`), and never goes below the floor.
    """
    lowest = max(FLOOR, floor)
    interval = _adapted(pace.interval, known_share, lowest, max(cap, lowest))
    own = interval if fixed_interval is None else max(FLOOR, fixed_interval)
    spread = max(lowest if fixed_interval is None else FLOOR, own * (1 - _SPREAD * jitter))
    wait = max(spread, min(longest, max(hints or 0, fresh_for or 0)))
    return Pace(interval), now + timedelta(seconds=wait)


def after_failure(
    pace: Pace,
    *,
    now: datetime,
    retry_after: int | None,
    is_gone: bool = False,
    fixed_interval: int | None = None,
    jitter: float = 0.0,
    longest: int = LONGEST,
) -> tuple[Pace, datetime | None]:
    """The pace and the next due time after a failure; None, which is never, only for a 410 (`is_gone`).

    Waits 10 minutes, doubled by each further failure in a row, at least the feed's own interval and at most
    `longest`; Retry-After is kept where it asks for more. `jitter` in [0, 1) adds up to a tenth to the one and takes
    as much off the other.
    """
    failed = replace(pace, failures=pace.failures + 1)
    if is_gone:
        return failed, None
    back_off = _BACK_OFF * 2 ** min(pace.failures, 16) * (1 + _SPREAD * jitter)
    wait = min(longest, max(back_off, (fixed_interval or pace.interval) * (1 - _SPREAD * jitter)))
    return failed, now + timedelta(seconds=max(wait, min(retry_after or 0, LONGEST_RETRY_AFTER)))


def _adapted(interval: int, known_share: float | None, lowest: int, highest: int) -> int:
    if known_share is not None and known_share < _FEW:
        interval //= 2
    elif known_share is None or known_share > _MOST:
        interval += interval // 2
    return min(highest, max(lowest, interval))


# Distrust that keeps the record whole: a window that rolled past us, a server that always says 304 (pure).

_LEAST = timedelta(hours=24)


def has_rolled_past(known: Collection[str], seen: Collection[str]) -> bool:
    """Whether a feed's window moved on so far that no known entry is left, so that some may never have been seen.

    `known` are the keys of the feed's entries before this poll, `seen` those in it. False for a first poll and for an
    empty feed, which are other outcomes.
    """
    return bool(known) and bool(seen) and not set(known) & set(seen)


def audit_due(
    now: datetime,
    *,
    last_body_at: datetime | None,
    last_audit_at: datetime | None = None,
    every: timedelta = timedelta(days=7),
) -> bool:
    """Whether the next request is to go without validators, to see whether the 304s of this feed are true.

    Due when the last answer with a body (`last_body_at`) and the last audit, whatever became of it, are both at least
    `every` ago, and never more than once in 24 hours. False for a feed that never answered with a body: it has no
    validators.
    """
    if last_body_at is None:
        return False
    last = last_body_at if last_audit_at is None else max(last_body_at, last_audit_at)
    return now - last >= max(every, _LEAST)


# When a feed's permanent redirect is believed and its stored URL replaced (pure).

_NEEDED = 3
_OVER = timedelta(hours=24)
_BETWEEN = timedelta(hours=12)
_PORTS = {"http": 80, "https": 443}
Verdict: TypeAlias = Literal["none", "waiting", "pending", "taken_over"]


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect as seen so far: where to, how many equal answers, the first and the last of them."""

    target: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """What to remember, and what it means: `pending` waits for the operator, `taken_over` replaces the feed's URL."""

    move: Move | None
    verdict: Verdict


def where_to_ask(feed_url: str, move: Move | None, *, now: datetime) -> str:
    """The URL to ask for this feed now: the new place, unless the old one is due to be asked whether it still moves."""
    if move is None or now - move.last_at >= _BETWEEN or not is_same_site(feed_url, move.target):
        return feed_url
    return move.target


def consider_move(
    known: Move | None,
    *,
    feed_url: str,
    asked_url: str,
    moved_to: str | None,
    now: datetime,
    is_approved: bool = False,
) -> Moved:
    """What a good answer (a readable feed or a 304) says about a move; a failed poll forgets the move instead.

    `asked_url` is what `where_to_ask` gave, `moved_to` the final URL if every hop was permanent. An answer of the old
    place without a redirect, or with one to elsewhere, starts anew. `is_approved`: the operator agreed to this target.
    """
    if known is not None and asked_url == known.target != feed_url:
        return Moved(known, "waiting") if moved_to is None else Moved(None, "none")
    if moved_to is None or moved_to == feed_url:
        return Moved(None, "none")
    if known is None or known.target != moved_to:
        return Moved(Move(moved_to, 1, now, now), "waiting")
    move = replace(known, count=known.count + 1, last_at=now)
    if move.count < _NEEDED or now - move.first_at < _OVER:
        return Moved(move, "waiting")
    return Moved(move, "taken_over" if is_approved or is_same_site(feed_url, moved_to) else "pending")


def is_same_site(old: str, new: str) -> bool:
    """Whether two URLs belong to one owner as far as their hosts tell: equal, or one below the other, `www.` apart.

    The ports have to agree too, except from http to https. Two names below a common parent do not count: nobody
    knows from the name alone whether the parent is an organisation or a registry.
    """
    was, now = urlsplit(old), urlsplit(new)
    ports = [parts.port or _PORTS.get(parts.scheme) for parts in (was, now)]
    if ports[0] != ports[1] and ports != [80, 443]:
        return False
    hosts = [(parts.hostname or "").lower().rstrip(".").removeprefix("www.") for parts in (was, now)]
    shorter, longer = sorted(hosts, key=len)
    return shorter == longer or ("." in shorter and longer.endswith(f".{shorter}"))


# Hours and days on which a publisher asks not to be read: RSS skipHours and skipDays (pure).

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS_OF_A_WEEK = 168


def skip_until(now: datetime, skip_hours: Collection[int] = (), skip_days: Collection[str] = ()) -> datetime:
    """The first instant from `now` on that lies in no hour (0 to 23, GMT; 24 means 0) and no day to be skipped.

    `now` itself where it may be used, and also where nothing at all would be left of the week: nobody publishes a
    feed that is never to be read. Days are English names (RSS 2.0, skipDays), hours those of skipHours.
    """
    if not skip_hours and not skip_days:
        return now
    hours = {hour % 24 for hour in skip_hours}
    days = {_DAYS.index(name) for name in (day.strip().lower() for day in skip_days) if name in _DAYS}
    at = now.astimezone(UTC)
    for _ in range(_HOURS_OF_A_WEEK + 1):
        if at.hour not in hours and at.weekday() not in days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return now


# When a release's page is looked at again, and when its absence is a removal. Pure.

# What one look found: the release, its absence, or nothing that proves either (a failure that may pass).
Presence = Literal["there", "missing", "unknown"]
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
    standing: RemovalState, finding: Presence, begun: datetime, plan: Plan, now: datetime
) -> tuple[RemovalState, EventKind | None, datetime | None]:
    """What a look means: how the release stands now, whether that is an event, and when it is looked at again.

    A release is removed when it was missing at so many looks over so long a time (check 80), and restored when it is
    found again. A failure that may pass proves nothing and ends no row of looks. After a removal the times begin anew.
    """
    if finding == "missing" and not standing.is_removed:
        return _missing(standing, begun, plan, now)
    event: EventKind | None = None
    if finding == "there":
        event = "restored" if standing.is_removed else None
        standing = RemovalState()
    due = next_look(standing.removed_at or begun, plan.after, now)
    if standing.missing_since is not None and not standing.is_removed:
        due = _sooner(due, now + plan.pause)
    return standing, event, due


def _missing(
    standing: RemovalState, begun: datetime, plan: Plan, now: datetime
) -> tuple[RemovalState, EventKind | None, datetime | None]:
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
