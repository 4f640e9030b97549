"""`/feeds`: the state of every feed in the words of `watcher doctor`, and its last ninety days as a chart."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from watcher import clock
from watcher.alerts.diagnosis import Condition, feed_condition
from watcher.store.feed_overview import feed_overviews, switched_off_feeds
from watcher.web.page import kept, page, read, with_errors_in_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from datasette import Response

    from watcher.store.feed_overview import FeedDay, FeedOverview


PATH = "/feeds"
_DAYS = 90
# Of the chart: the width of a day and the height of both its halves, in the units of its view box.
_WIDTH, _UPPER, _LOWER = 4, 26, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a chart; `kind` is releases, answered or failed."""

    kind: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Ninety days of a feed: above how many releases were new or edited, below whether its polls were answered."""

    bars: tuple[Bar, ...]
    words: str

    @property
    def paths(self) -> dict[str, str]:
        """All bars of a kind as one path of SVG, which costs a page of forty feeds a tenth of seven thousand bars."""
        drawn: dict[str, list[str]] = {}
        for bar in self.bars:
            drawn.setdefault(bar.kind, []).append(f"M{bar.x:g} {bar.y:.1f}h3v{bar.height:.1f}h-3z")
        return {kind: "".join(pieces) for kind, pieces in drawn.items()}


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed as the page shows it."""

    feed: FeedOverview
    condition: Condition
    chart: Chart

    @property
    def released_at(self) -> datetime | None:
        """When its newest release was published."""
        return max(self.feed.history.released_at, default=None)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the page shows: when it was counted, the feeds, and the names of those that are off."""

    at: datetime
    states: tuple[FeedState, ...]
    off: tuple[str, ...]


_SERVES_SECONDS = 20
# What counting may take where a hundred feeds are polled every five minutes.
_MOST_MILLISECONDS = 5000


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/feeds`."""
    return [(rf"^{PATH}$", answer)]


@with_errors_in_words
async def answer(datasette: Any, request: Any) -> Response:  # noqa: ARG001 - Datasette gives arguments by their names
    """The page; with hundreds of polls a day its counts take a moment, so that they serve for some seconds."""
    now = clock.now()

    def query(connection: sqlite3.Connection) -> Counted:
        return kept(
            datasette,
            ("feeds",),
            _SERVES_SECONDS,
            lambda: Counted(now, feed_states(connection, now), switched_off_feeds(connection)),
        )

    found = await read(datasette, query, milliseconds=_MOST_MILLISECONDS)
    ill = [state for state in found.states if not state.condition.is_well]
    well = [state for state in found.states if state.condition.is_well]
    new = sum(state.condition.state == "new" for state in well)
    shown: dict[str, Any] = {"new": new, "ill": ill, "well": well, "off": found.off, "now": found.at, "days": _DAYS}
    return page(datasette, "feed_states.html", title="Feeds", path=PATH, **shown)


def feed_states(connection: sqlite3.Connection, now: datetime) -> tuple[FeedState, ...]:
    """Every enabled feed; those that need somebody first, of these the newest trouble first."""
    found = (
        FeedState(feed, feed_condition(feed.history, now), chart_of(feed.days, feed.watched_from))
        for feed in feed_overviews(connection, now, days=_DAYS)
    )
    return tuple(sorted(found, key=_urgency))


def _urgency(state: FeedState) -> tuple[bool, float, str]:
    since = state.condition.since
    return state.condition.is_well, -since.timestamp() if since else 0, state.feed.history.name


def chart_of(days: Sequence[FeedDay], watched_from: date | None) -> Chart:
    """The bars of a chart, and what it shows in words; days before the feed was watched are no silence of ours."""
    bars = tuple(bar for number, day in enumerate(days) for bar in _bars(number * _WIDTH, day))
    polls, failed = sum(day.poll_count for day in days), sum(day.failure_count for day in days)
    words = (
        f"Last {len(days)} days: {sum(day.new_count for day in days):,} new and"
        f" {sum(day.edited_count for day in days):,} edited releases; {polls:,} polls, {failed:,} of them failed;"
        f" {_silence(days, watched_from)}"
    )
    return Chart(bars, words)


def _silence(days: Sequence[FeedDay], watched_from: date | None) -> str:
    """On how many days the feed was not asked since it is watched."""
    if watched_from is None:
        return "never polled"
    count = sum(not day.poll_count for day in days if day.day >= watched_from)
    said = "polled every day" if not count else f"no poll on {count} {'day' if count == 1 else 'days'}"
    is_newer = days[0].day < watched_from
    return said + (f" since the first on {watched_from:%-d %B %Y}" if is_newer else "")


def _bars(x: float, day: FeedDay) -> Iterator[Bar]:
    if count := day.new_count + day.edited_count:
        height = min(_UPPER, 4 + 4 * log2(count))
        yield Bar("releases", x, _UPPER - height, height)
    if day.poll_count:
        yield Bar("answered", x, _UPPER + 2 + _LOWER - 2, 2)
    if day.failure_count:
        height = max(3.0, _LOWER * day.failure_count / day.poll_count)
        yield Bar("failed", x, _UPPER + 2 + _LOWER - height, height)
