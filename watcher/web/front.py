"""The front page: what releases report of harm, the newest days first and in each the most serious first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode

from datasette import hookimpl
from sqlite_utils import Database

from watcher import clock
from watcher.alerts.diagnosis import feed_condition
from watcher.model.claim import Harm, Stance, Victim
from watcher.model.wording import HARM, STANCE, VICTIM, headline_totals, summary, totals_in_words
from watcher.store.feed_history import feed_histories
from watcher.store.reported import (
    Wanted,
    choices,
    counts_by_week,
    edits_since,
    feeds_asked,
    newest_reported,
    removals_since,
)
from watcher.web.chart import FOOT, HEIGHT, WIDTH, charts, first_week
from watcher.web.page import kept, page, read, with_errors_in_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from datasette import Response

    from watcher.alerts.diagnosis import Condition
    from watcher.model.claim import Total
    from watcher.store.reported import ReportedRelease
    from watcher.web.chart import Chart


_SHOWN = 40
# How old the chart and the states of feeds may be; the releases are always those of now.
_CHART_SECONDS, _STATE_SECONDS = 300, 30
# A busy machine takes long over the first chart; then it is kept.
_MOST_MILLISECONDS = 5_000
_PERIODS = {"1d": "last day", "7d": "last 7 days", "30d": "last 30 days", "365d": "last year"}
_AFTER = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]{8,16}Z),(\d{1,15})")
_NAMES = {
    "publisher": "Publisher", "country": "Country", "harm": "Harm", "victim": "Victims", "stance": "Stance",
    "language": "Language", "period": "Period",
}  # fmt: skip
_FIXED = {
    "harm": [(harm, HARM[harm]) for harm in get_args(Harm)],
    "victim": [(victim, VICTIM[victim][1]) for victim in get_args(Victim) if victim != "mixed"],
    "stance": [(stance, STANCE[stance]) for stance in get_args(Stance)],
    "period": list(_PERIODS.items()),
}
# How bad each harm is, the worst first.
_WORST: Sequence[Harm] = ("killed", "casualty", "missing", "injured", "captured")


@dataclass(frozen=True, slots=True)
class Headline:
    """One release in a sentence: `parts` are what is said of each stance, in words."""

    release: ReportedRelease
    parts: tuple[tuple[str, Stance], ...]
    at: str

    @property
    def places(self) -> str:
        """The first places that are named."""
        return ", ".join(self.release.places[:3])


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with the address of the page that it leads to."""

    words: str
    address: str
    is_chosen: bool


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/`, in place of Datasette's list of databases."""
    return [(r"^/$", answer)]


@with_errors_in_words
async def answer(datasette: Any, request: Any) -> Response:
    """The page; the filters are parameters of its address."""
    now = clock.now()
    chosen = {name: request.args.get(name) or "" for name in _NAMES}
    wanted = _wanted(chosen, request.args.get("after") or "", now)

    def query(connection: sqlite3.Connection) -> dict[str, Any]:
        return _found(connection, wanted, now, keep=partial(kept, datasette), filters=tuple(chosen.values()))

    found = await read(datasette, query, milliseconds=_MOST_MILLISECONDS)
    releases = found.pop("releases")
    home = datasette.urls.path("/")
    title = "Newest" if not any(chosen.values()) else "Newest: " + ", ".join(_named(chosen, found["choices"]))
    return page(
        datasette,
        "front.html",
        title=title,
        path="/",
        days=_days(releases[:_SHOWN], wanted),
        filters=_filters(chosen, found.pop("choices"), home),
        is_filtered=any(chosen.values()) or wanted.after is not None,
        home=home,
        older=_older(releases, chosen, home),
        now=clock.to_text(now),
        drawing=(WIDTH, HEIGHT, HEIGHT - FOOT),
        **found,
    )


def _wanted(chosen: Mapping[str, str], after: str, now: datetime) -> Wanted:
    """What is asked for; a value that there is not is asked for too, and nothing is found."""
    days = chosen["period"].removesuffix("d") if chosen["period"] in _PERIODS else ""
    since = clock.to_text(now - timedelta(days=int(days))) if days else ""
    cursor = _AFTER.fullmatch(after)
    fields = {name: value for name, value in chosen.items() if name != "period"}
    return Wanted(**fields, since=since, after=(cursor[1], int(cursor[2])) if cursor else None)


def _found(
    connection: sqlite3.Connection, wanted: Wanted, now: datetime, *, keep: Callable[..., Any], filters: tuple[str, ...]
) -> dict[str, Any]:
    """Everything of the page, in one read; what changes slowly from what `keep` has."""
    week = clock.to_text(now - timedelta(days=7))
    return {
        "releases": newest_reported(connection, wanted, limit=_SHOWN + 1),
        "charts": keep(("charts", *filters), _CHART_SECONDS, partial(_charts, connection, wanted, now.date())),
        "ill": keep(("ill",), _STATE_SECONDS, partial(_ill, connection, now)),
        "edits": [_edit(row) for row in edits_since(connection, week, limit=60) if _says(row)][:10],
        "removals": removals_since(connection, week, limit=10),
        "feeds": feeds_asked(connection),
        "choices": choices(connection),
    }


def _charts(connection: sqlite3.Connection, wanted: Wanted, today: date) -> tuple[Chart, ...]:
    """The charts of what is asked for, whatever page of the list is shown."""
    begin = clock.to_text(datetime.combine(first_week(today), time(), UTC))
    span = replace(wanted, since=max(wanted.since, begin), after=None)
    return charts(counts_by_week(connection, span), today)


def _ill(connection: sqlite3.Connection, now: datetime) -> list[Condition]:
    """The feeds that need attention."""
    histories = feed_histories(Database(connection), is_every=True)
    return [found for history in histories if not (found := feed_condition(history, now)).is_well]


def _says(row: Mapping[str, Any]) -> bool:
    return bool(row["totals"] or row["earlier_totals"])


def _edit(row: Mapping[str, Any]) -> dict[str, Any]:
    """An edited release with what it said before and says now."""
    before, after = (
        totals_in_words(headline_totals(row[name])) or "no claim found" for name in ("earlier_totals", "totals")
    )
    return {**row, "before": before, "after": after}


def _days(releases: Iterable[ReportedRelease], wanted: Wanted) -> list[tuple[str, list[Headline]]]:
    """The releases by day, the newest first; within a day the most serious first."""
    by_day = groupby(releases, key=lambda release: release.at[:10])
    return [
        (day, [_headline(release, wanted) for release in sorted(found, key=_seriousness, reverse=True)])
        for day, found in by_day
    ]


def _headline(release: ReportedRelease, wanted: Wanted) -> Headline:
    """What the release says, of what was asked for."""
    named = {name: value for name in ("harm", "victim", "stance") if (value := getattr(wanted, name))}
    asked = [one for one in release.totals if all(getattr(one, name) == value for name, value in named.items())]
    totals = headline_totals(asked if wanted.stance else release.totals)
    groups = {stance: [one for one in totals if one.stance == stance] for stance in STANCE}
    parts = tuple((summary(group), stance) for stance, group in groups.items() if group)
    return Headline(release, parts, release.row["published_at"] or release.at)


def _seriousness(release: ReportedRelease) -> tuple[int, ...]:
    """The dead before all others, civilians first; a number that is not said counts as one."""
    totals = headline_totals(release.totals)
    return tuple(
        sum(_people(one) for one in totals if one.harm == harm and (one.victim == "civilian") >= is_civilian)
        for harm in _WORST
        for is_civilian in (True, False)
    )


def _people(total: Total) -> int:
    return total.count_min or (1 if total.count_max is None else 0)


def _named(chosen: Mapping[str, str], found: dict[str, list[tuple[str, str]]]) -> list[str]:
    """The filters that are set, in words."""
    options = _FIXED | found
    return [dict(options[name]).get(value, value) for name, value in chosen.items() if value]


def _filters(
    chosen: Mapping[str, str], found: dict[str, list[tuple[str, str]]], home: str
) -> list[tuple[str, str, list[Choice]]]:
    """Each filter with its name, what is chosen in words, and its choices: links that can be kept as bookmarks."""
    options = _FIXED | found
    filters = []
    for name, words in _NAMES.items():
        known = options[name]
        current = dict(known).get(chosen[name], chosen[name])
        links = [Choice("all", _address(home, {**chosen, name: ""}), not chosen[name])] if chosen[name] else []
        links += [
            Choice(label, _address(home, {**chosen, name: value}), value == chosen[name]) for value, label in known
        ]
        filters.append((words, current, links))
    return filters


def _address(home: str, values: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{home}?{query}" if query else home


def _older(releases: Sequence[ReportedRelease], chosen: Mapping[str, str], home: str) -> str:
    """The address of the next page, empty where this is the last."""
    if len(releases) <= _SHOWN:
        return ""
    last = releases[_SHOWN - 1]
    return _address(home, {**chosen, "after": f"{last.at},{last.row['id']}"})
