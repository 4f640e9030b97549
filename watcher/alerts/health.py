"""The health of a feed, judged by its history: failing, silent, shrunk, site changed, recovered.

Each state is reported once when it begins and once when it ends. Whether one is open is read from the stored events,
so a restart changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, zip_longest
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from watcher.model.alert import EventKind
    from watcher.model.feed import FeedHistory


# A feed that is asked often may fail for hours before it is reported; one that is asked daily may miss two days.
_SHORTEST_FAILURE = timedelta(hours=6)
_INTERVALS = 3
# A feed's own rhythm counts, not ours: so many gaps between releases make a history, and no day is too long a pause.
_ENOUGH_GAPS = 20
_USUAL = 0.99
_SHORTEST_SILENCE = timedelta(hours=24)
_SHORTEST_GAP = timedelta(hours=1)
# With fewer gaps a feed is silent after three times the longest, within these bounds.
_FEW_GAPS, _TIMES_THE_LONGEST = 5, 3
_SILENT_WITH_FEW, _SILENT_WITH_HARDLY_ANY = timedelta(days=30), timedelta(days=90)
_SILENT_ALWAYS = timedelta(days=365)
# How many documents make a usual length, and below which part of it a document is far shorter.
_ENOUGH_DOCUMENTS = 5
_FEW_ENTRIES = 0.3
_ENOUGH_ENTRIES = 0.6
_SMALL = 10
# So many pages in a row on which the page rules found nothing are no accident.
_ENOUGH_PAGES = 3


def state_changes(history: FeedHistory, now: datetime) -> tuple[tuple[EventKind, str], ...]:
    """What is to be reported now: states that begin, and `recovered` with "<state>: …" for those that end."""
    return (*_begun(history, now), *_ended(history, now))


def current_problems(history: FeedHistory, now: datetime) -> tuple[tuple[EventKind, str], ...]:
    """What is wrong with a feed at this moment, reported or not; a single page that does not fit counts too."""
    misfit = (
        _misfit("the newest page", is_failed=any(history.pages_failed[:1])) if _misfits(history)[:1] == [True] else ""
    )
    return tuple(
        (kind, detail or misfit if kind == "site_changed" else detail)
        for kind, detail in _states(history, now)
        if detail or (kind == "site_changed" and misfit)
    )


def _states(history: FeedHistory, now: datetime) -> tuple[tuple[EventKind, str], ...]:
    """Every state with its words, which are empty where the feed is not in it."""
    return (
        ("failing", _failing(history, now)),
        ("silent", _silent(history, now)),
        ("shrunk", _shrunk(history)),
        ("site_changed", _site_changed(history)),
        ("walled", _walled(history)),
    )


def _begun(history: FeedHistory, now: datetime) -> Iterator[tuple[EventKind, str]]:
    for kind, detail in _states(history, now):
        if detail and kind not in history.open_states:
            yield kind, detail


def _ended(history: FeedHistory, now: datetime) -> Iterator[tuple[EventKind, str]]:
    ends = {
        "failing": _read_again,
        "silent": _speaks_again,
        "shrunk": _full_again,
        "site_changed": _fits_again,
        "walled": _served_again,
    }
    for state in sorted(history.open_states & ends.keys()):
        if detail := ends[state](history, now):
            yield "recovered", f"{state}: {detail}"


def _failing(history: FeedHistory, now: datetime) -> str:
    since = history.failing_since
    if since is None or now - since < _tolerated_failure(history):
        return ""
    return f"no success since {since:%Y-%m-%d %H:%M} UTC; the last answer: {history.error or 'none'}"


def _tolerated_failure(history: FeedHistory) -> timedelta:
    return max(_INTERVALS * history.interval, _SHORTEST_FAILURE)


def _read_again(history: FeedHistory, _now: datetime) -> str:
    is_well = history.failing_since is None and history.succeeded_at is not None
    return f"polled successfully since {history.succeeded_at:%Y-%m-%d %H:%M} UTC" if is_well else ""


def _silent(history: FeedHistory, now: datetime) -> str:
    """Only where the feed was read a short while ago: after a pause of ours we know nothing of its silence."""
    since, read_at = quiet_since(history), history.succeeded_at
    if since is None or read_at is None or now - read_at > _tolerated_failure(history):
        return ""
    if now - since <= longest_pause(history.released_at):
        return ""
    if not history.released_at:
        return f"nothing was released since the first poll of {since:%Y-%m-%d %H:%M} UTC"
    return f"the newest release is of {since:%Y-%m-%d %H:%M} UTC; {_rhythm(history.released_at)}"


def _speaks_again(history: FeedHistory, now: datetime) -> str:
    since = quiet_since(history)
    if not history.released_at or since is None or now - since > longest_pause(history.released_at):
        return ""
    return f"a release of {since:%Y-%m-%d %H:%M} UTC"


def quiet_since(history: FeedHistory) -> datetime | None:
    """The time of the newest release; of a feed that never had one that of its first poll."""
    return max(history.released_at, default=history.first_polled_at)


def longest_pause(released_at: Sequence[datetime]) -> timedelta:
    """How long a feed may release nothing before it is silent.

    With enough gaps it is the one that 99 of 100 do not exceed. Few gaps say little of the longest to come: of releases
    that come at random, one pause in fifty exceeds three times the longest of five gaps, one in three hundred that of
    ten. So it is that, but no less than a month or, with hardly any gaps, three, and no more than a year.
    """
    gaps = _gaps(released_at)
    if len(gaps) >= _ENOUGH_GAPS:
        return max(_usual_gap(gaps), _SHORTEST_SILENCE)
    shortest = _SILENT_WITH_FEW if len(gaps) >= _FEW_GAPS else _SILENT_WITH_HARDLY_ANY
    return min(max(_TIMES_THE_LONGEST * max(gaps, default=timedelta()), shortest), _SILENT_ALWAYS)


def _gaps(released_at: Sequence[datetime]) -> list[timedelta]:
    """The pauses between releases, the shortest first; what came within an hour, or without dates, is one batch."""
    gaps = (later - earlier for earlier, later in pairwise(sorted(released_at)))
    return sorted(gap for gap in gaps if gap >= _SHORTEST_GAP)


def _usual_gap(gaps: Sequence[timedelta]) -> timedelta:
    return gaps[min(len(gaps) - 1, int(_USUAL * len(gaps)))]


def _rhythm(released_at: Sequence[datetime]) -> str:
    gaps = _gaps(released_at)
    if len(gaps) >= _ENOUGH_GAPS:
        return f"99 of 100 gaps were shorter than {_long(_usual_gap(gaps))}"
    return f"the longest of its {len(gaps)} gaps was {_long(gaps[-1])}" if gaps else "no gap before it is known"


def _shrunk(history: FeedHistory) -> str:
    usual = _usual_entries(history)
    if history.kind == "mail":
        return ""  # each poll of a mailbox brings what is new, not a list
    if usual < _SMALL or history.entry_counts[0] > _FEW_ENTRIES * usual:
        return ""
    return f"{history.entry_counts[0]} entries, where there used to be {usual:.0f}"


def _full_again(history: FeedHistory, _now: datetime) -> str:
    """Also when the short document has become the usual one: then it is what the publisher wants."""
    usual = _usual_entries(history)
    is_full = bool(history.entry_counts) and history.entry_counts[0] >= _ENOUGH_ENTRIES * usual
    return f"{history.entry_counts[0]} entries" if is_full else ""


def _usual_entries(history: FeedHistory) -> float:
    earlier = history.entry_counts[1:]
    return median(earlier) if len(earlier) >= _ENOUGH_DOCUMENTS else 0


def _site_changed(history: FeedHistory) -> str:
    last = _misfits(history)[:_ENOUGH_PAGES]
    if len(last) < _ENOUGH_PAGES or not all(last):
        return ""
    return _misfit(f"the last {len(last)} pages", is_failed=any(history.pages_failed[:_ENOUGH_PAGES]))


def _misfits(history: FeedHistory) -> list[bool]:
    """Whether the rules, or our own steps, failed on the last pages."""
    pages = zip_longest(history.pages_changed, history.pages_failed, fillvalue=False)
    return [is_changed or is_failed for is_changed, is_failed in pages]


def _misfit(pages: str, *, is_failed: bool) -> str:
    if is_failed:
        return f"this program failed at {pages}: of what could not be read there are only the feed's own words"
    return f"the page rules found nothing on {pages}: the general extraction is used instead"


def _walled(history: FeedHistory) -> str:
    last = history.pages_walled[:_ENOUGH_PAGES]
    if len(last) < _ENOUGH_PAGES or not all(last):
        return ""
    return f"the last {len(last)} pages turned this program away (a bot wall)"


def _served_again(history: FeedHistory, _now: datetime) -> str:
    return "its pages are served again" if history.pages_walled and not history.pages_walled[0] else ""


def _fits_again(history: FeedHistory, _now: datetime) -> str:
    return "its pages are read again" if _misfits(history)[:1] == [False] else ""


def _long(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours > 48 else f"{hours:.0f} hours"  # noqa: PLR2004 - two days
