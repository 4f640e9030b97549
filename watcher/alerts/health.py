"""What a feed's past says of its present: failing, silent, shrunk, site changed, and well again. Pure.

Each state is told once when it begins and once when it ends. Whether one is open is read from the events themselves,
so a restart changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from watcher.model.alert import EventKind


# A feed that is asked often may fail for hours before anybody is told; one that is asked daily may miss two days.
_SHORTEST_FAILURE = timedelta(hours=6)
_INTERVALS = 3
# A feed's own rhythm counts, not ours: so many gaps between releases make a history, and no day is too long a pause.
_ENOUGH_GAPS = 20
_USUAL = 0.99
_SHORTEST_SILENCE = timedelta(hours=24)
# How many documents make a usual length, and below which part of it a document is far shorter.
_ENOUGH_DOCUMENTS = 5
_FEW_ENTRIES = 0.3
_ENOUGH_ENTRIES = 0.6
_SMALL = 10
# So many pages in a row on which the page rules found nothing are no accident.
_ENOUGH_PAGES = 3


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One feed's past as far as its health goes.

    `failing_since` is the first failed poll after the last success, None where the last poll succeeded. `released_at`
    are the times of its newest releases, in any order. `entry_counts` are those of the last documents and
    `pages_changed` whether the page rules failed on the last pages, both the newest first. `open_states` are the
    states that were told and have not ended.
    """

    feed_id: int
    name: str
    interval: timedelta
    succeeded_at: datetime | None
    failing_since: datetime | None
    error: str
    released_at: tuple[datetime, ...] = ()
    entry_counts: tuple[int, ...] = ()
    pages_changed: tuple[bool, ...] = ()
    open_states: frozenset[str] = frozenset()


def judge(record: FeedRecord, now: datetime) -> tuple[tuple[EventKind, str], ...]:
    """What is to be told now: states that begin, and `recovered` with "<state>: …" for those that end."""
    return tuple(_judge(record, now))


def unwell(record: FeedRecord, now: datetime) -> tuple[tuple[EventKind, str], ...]:
    """What is wrong with a feed at this moment, whether or not anybody was told; a single misfit page counts too."""
    newest = "the page rules found nothing on the newest page: the general extraction serves instead"
    misfit = newest if record.pages_changed[:1] == (True,) else ""
    return tuple(
        (kind, detail or misfit if kind == "site_changed" else detail)
        for kind, detail in _states(record, now)
        if detail or (kind == "site_changed" and misfit)
    )


def _states(record: FeedRecord, now: datetime) -> tuple[tuple[EventKind, str], ...]:
    """Every state with its words, which are empty where the feed is not in it."""
    return (
        ("failing", _failing(record, now)),
        ("silent", _silent(record, now)),
        ("shrunk", _shrunk(record)),
        ("site_changed", _site_changed(record)),
    )


def _judge(record: FeedRecord, now: datetime) -> Iterator[tuple[EventKind, str]]:
    for kind, detail in _states(record, now):
        if detail and kind not in record.open_states:
            yield kind, detail
    ends = {"failing": _reads_again, "silent": _speaks_again, "shrunk": _is_full_again, "site_changed": _fits_again}
    for state in sorted(record.open_states):
        if state in ends and (said := ends[state](record, now)):
            yield "recovered", f"{state}: {said}"


def _failing(record: FeedRecord, now: datetime) -> str:
    since = record.failing_since
    if since is None or now - since < _patience(record):
        return ""
    return f"no success since {since:%Y-%m-%d %H:%M} UTC; the last answer: {record.error or 'none'}"


def _patience(record: FeedRecord) -> timedelta:
    return max(_INTERVALS * record.interval, _SHORTEST_FAILURE)


def _reads_again(record: FeedRecord, _now: datetime) -> str:
    is_well = record.failing_since is None and record.succeeded_at is not None
    return f"read again since {record.succeeded_at:%Y-%m-%d %H:%M} UTC" if is_well else ""


def _silent(record: FeedRecord, now: datetime) -> str:
    """Only where the feed was read a short while ago: after a pause of ours we know nothing of its silence."""
    usual, read_at = longest_usual_gap(record.released_at), record.succeeded_at
    if usual is None or read_at is None or now - read_at > _patience(record) or not _is_overdue(record, usual, now):
        return ""
    newest = max(record.released_at)
    return f"the newest release is of {newest:%Y-%m-%d %H:%M} UTC; 99 of 100 gaps were shorter than {_long(usual)}"


def _speaks_again(record: FeedRecord, now: datetime) -> str:
    usual = longest_usual_gap(record.released_at)
    if usual is None or _is_overdue(record, usual, now):
        return ""
    return f"a release of {max(record.released_at):%Y-%m-%d %H:%M} UTC"


def _is_overdue(record: FeedRecord, usual: timedelta, now: datetime) -> bool:
    return now - max(record.released_at) > max(usual, _SHORTEST_SILENCE)


def longest_usual_gap(released_at: Sequence[datetime]) -> timedelta | None:
    """The gap that 99 of 100 of a feed's gaps between releases do not exceed; None where there are too few."""
    times = sorted(released_at)
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    if len(gaps) < _ENOUGH_GAPS:
        return None
    return gaps[min(len(gaps) - 1, int(_USUAL * len(gaps)))]


def _shrunk(record: FeedRecord) -> str:
    usual = _usual_entries(record)
    if usual < _SMALL or record.entry_counts[0] > _FEW_ENTRIES * usual:
        return ""
    return f"{record.entry_counts[0]} entries, where there used to be {usual:.0f}"


def _is_full_again(record: FeedRecord, _now: datetime) -> str:
    """Also when the short document has become the usual one: then it is what the publisher wants."""
    usual = _usual_entries(record)
    is_full = bool(record.entry_counts) and record.entry_counts[0] >= _ENOUGH_ENTRIES * usual
    return f"{record.entry_counts[0]} entries" if is_full else ""


def _usual_entries(record: FeedRecord) -> float:
    earlier = record.entry_counts[1:]
    return median(earlier) if len(earlier) >= _ENOUGH_DOCUMENTS else 0


def _site_changed(record: FeedRecord) -> str:
    last = record.pages_changed[:_ENOUGH_PAGES]
    if len(last) < _ENOUGH_PAGES or not all(last):
        return ""
    return f"the page rules found nothing on the last {len(last)} pages: the general extraction serves instead"


def _fits_again(record: FeedRecord, _now: datetime) -> str:
    return "the page rules fit again" if record.pages_changed and not record.pages_changed[0] else ""


def _long(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours > 48 else f"{hours:.0f} hours"  # noqa: PLR2004 - two days
