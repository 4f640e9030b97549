"""The releases that say something of harm: the newest, by week, and what was edited or removed; for readers.

Every function reads on a connection that may be read-only. `release_totals` is in the order of time, so that the newest
are found without a scan, also where a filter leaves few.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.model.claim import HARMED, REPORTED
from watcher.store.feed_history import NOT_READ
from watcher.store.json_columns import totals_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from watcher.model.claim import Total


# What may be asked of `release_totals`, by the name of the filter's field.
_CONDITIONS = {
    "publisher": "publisher_id = (SELECT id FROM publishers WHERE code = :publisher)",
    "country": "publisher_id IN (SELECT id FROM publishers WHERE country = :country)",
    "harm": "harm = :harm",
    "victim": "victim = :victim",
    "stance": "stance = :stance",
    "language": "language = :language",
    "since": "at >= :since",
    "until": "at < :until",
}
_STATED: dict[str, list[str]] = {"stance": sorted(REPORTED), "harm": sorted(HARMED)}
_NEWEST = """
SELECT DISTINCT at, release_id FROM release_totals WHERE {where} ORDER BY at DESC, release_id DESC LIMIT :limit
"""
_RELEASES = """
SELECT releases.id, releases.title, releases.url, publishers.code AS publisher, publishers.name AS publisher_name,
  publishers.time_zone, releases.published_at, releases.first_seen_at, releases.revision_count, releases.is_removed,
  releases.totals, revisions.dateline, revisions.language
FROM releases JOIN publishers ON publishers.id = publisher_id
JOIN revisions ON revisions.release_id = releases.id AND revisions.number = releases.revision_count
WHERE releases.id IN (SELECT value FROM json_each(?))
"""
_CLAIMS = """
SELECT revisions.release_id, harm, stance, place_raw, confidence, is_background FROM claims
JOIN revisions ON revisions.id = revision_id
JOIN releases ON releases.id = revisions.release_id AND revisions.number = revision_count
WHERE is_current = 1 AND revisions.release_id IN (SELECT value FROM json_each(?))
ORDER BY claims.revision_id, claims.number
"""
# A text that another site copied counts once, for the release that was seen first.
_WEEKS = """
SELECT date(at, 'weekday 0', '-6 days') AS week, harm, stance, sum(count_min) AS people, count(*) AS statements
FROM release_totals WHERE harm IN ('killed', 'injured')
  AND NOT EXISTS (SELECT 1 FROM syndicated_copies AS copies
    WHERE copies.release_id = release_totals.release_id AND copies.other_release_id < release_totals.release_id)
  AND NOT EXISTS (SELECT 1 FROM syndicated_copies AS copies
    WHERE copies.other_release_id = release_totals.release_id AND copies.release_id < release_totals.release_id)
  AND {where}
GROUP BY week, harm, stance ORDER BY week
"""
_EDITED = """
SELECT revisions.release_id, revisions.number, revisions.title, revisions.observed_at AS at,
  publishers.name AS publisher_name,
  (SELECT totals FROM claim_totals WHERE revision_id = revisions.id ORDER BY id DESC LIMIT 1) AS totals,
  (SELECT totals FROM claim_totals WHERE revision_id = earlier.id ORDER BY id DESC LIMIT 1) AS earlier_totals
FROM revisions JOIN releases ON releases.id = revisions.release_id JOIN publishers ON publishers.id = publisher_id
JOIN revisions AS earlier ON earlier.release_id = revisions.release_id AND earlier.number = revisions.number - 1
WHERE revisions.number > 1 AND revisions.observed_at >= :since ORDER BY revisions.observed_at DESC LIMIT :limit
"""
_HAPPENED = """
SELECT events.kind, events.at, events.detail, release_id, releases.title, publishers.name AS publisher_name
FROM events JOIN releases ON releases.id = release_id JOIN publishers ON publishers.id = releases.publisher_id
WHERE events.kind IN ('removed', 'restored') AND events.at >= :since
ORDER BY events.at DESC, events.id DESC LIMIT :limit
"""
# From one to the next in the index.
_LANGUAGES = """
WITH RECURSIVE found (language) AS (SELECT min(language) FROM release_totals UNION ALL
  SELECT (SELECT min(language) FROM release_totals WHERE language > found.language) FROM found
  WHERE found.language IS NOT NULL)
SELECT language FROM found WHERE language IS NOT NULL
"""
_ASKED = f"""
SELECT name, polled_at, succeeded_at,
  CASE WHEN {NOT_READ} THEN replace(outcome, '_', ' ') ELSE 'answered' END AS answer
FROM feeds WHERE is_enabled = 1 ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which releases a reader asks for; what is empty is not asked for.

    `harm`, `victim` and `stance` are as in claims, `since` and `until` instants as the tables keep them; `after` is
    where the page before ended: the time and the number of its last release.
    """

    publisher: str = ""
    country: str = ""
    harm: str = ""
    victim: str = ""
    stance: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    after: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ReportedRelease:
    """One release with what it says in all: `at` is when it was published, or seen where that was before or is unsaid.

    `places` are as written; `confidence` is that of the least certain claim of the release's own event.
    """

    at: str
    row: Mapping[str, Any]
    totals: tuple[Total, ...]
    places: tuple[str, ...]
    confidence: float


def newest_reported(connection: sqlite3.Connection, wanted: Wanted, *, limit: int) -> tuple[ReportedRelease, ...]:
    """The newest releases, those that report harm unless a stance is asked for, the newest first."""
    db = Database(connection)
    where, values = _where(wanted)
    if wanted.after is not None:
        where += " AND (at, release_id) < (:after_at, :after_id)"
        values |= {"after_at": wanted.after[0], "after_id": wanted.after[1]}
    found = list(db.query(_NEWEST.format(where=where), values | {"limit": limit}))
    return _with_claims(db, [(row["at"], row["release_id"]) for row in found])


def _where(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The condition of a filter, with its values."""
    values: dict[str, Any] = {name: value for name in _CONDITIONS if (value := getattr(wanted, name))}
    conditions = [_CONDITIONS[name] for name in values]
    for name, stated in _STATED.items():
        if not getattr(wanted, name):
            conditions.append(f"{name} IN ({', '.join(repr(word) for word in stated)})")
    return " AND ".join(conditions), values


def _with_claims(db: Database, found: Sequence[tuple[str, int]]) -> tuple[ReportedRelease, ...]:
    ids = json.dumps([release_id for _, release_id in found])
    rows = {row["id"]: row for row in db.query(_RELEASES, [ids])}
    claims: dict[int, list[Mapping[str, Any]]] = {}
    for claim in db.query(_CLAIMS, [ids]):
        claims.setdefault(claim["release_id"], []).append(claim)
    return tuple(_reported(at, rows[number], claims.get(number, ())) for at, number in found if number in rows)


def _reported(at: str, row: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> ReportedRelease:
    own = [claim for claim in claims if not claim["is_background"]]
    totals = totals_of(row["totals"])
    said = {(total.harm, total.stance) for total in totals}
    places = dict.fromkeys(claim["place_raw"] for claim in own if claim["place_raw"])
    weighed = [claim["confidence"] for claim in own if (claim["harm"], claim["stance"]) in said]
    # A dateline's place is where the release was written.
    elsewhere = tuple(place for place in places if place not in row["dateline"])
    return ReportedRelease(at, row, totals, elsewhere, min(weighed, default=1.0))


def counts_by_week(connection: sqlite3.Connection, wanted: Wanted) -> list[dict[str, Any]]:
    """The people killed and injured that releases state, by week (its Monday) and stance: the least numbers."""
    where, values = _where(wanted)
    return list(Database(connection).query(_WEEKS.format(where=where), values))


def choices(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """What can be asked for, each with its name: publishers, their countries, the languages of their texts."""
    db = Database(connection)
    publishers = list(db.query("SELECT code, name, country FROM publishers ORDER BY name"))
    countries = sorted({row["country"] for row in publishers if row["country"]})
    return {
        "publisher": [(row["code"], row["name"]) for row in publishers],
        "country": [(country, country) for country in countries],
        "language": [(language, language) for language in _languages(db)],
    }


def _languages(db: Database) -> list[str]:
    return [row["language"] for row in db.query(_LANGUAGES) if row["language"]]


def edits_since(connection: sqlite3.Connection, since: str, *, limit: int) -> list[dict[str, Any]]:
    """The revisions after a first one, the newest first, each with its totals and those of the revision before it."""
    rows = Database(connection).query(_EDITED, {"since": since, "limit": limit})
    return [row | {name: totals_of(row[name]) for name in ("totals", "earlier_totals")} for row in rows]


def removals_since(connection: sqlite3.Connection, since: str, *, limit: int) -> list[dict[str, Any]]:
    """The releases that were removed from their sites, or came back, the newest first."""
    return list(Database(connection).query(_HAPPENED, {"since": since, "limit": limit}))


def feeds_asked(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every feed that is polled, and when it was last asked and last answered."""
    return list(Database(connection).query(_ASKED))
