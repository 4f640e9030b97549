"""What old polls leave behind: rows for a while, then numbers by day; and how large the file and its log are."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.evidence import verdict
from watcher.errors import StoreError
from watcher.store.connection import LOG_LIMIT, write
from watcher.store.feed_history import feed_histories
from watcher.store.retention import (
    LARGE_LOG,
    Limits,
    Pruned,
    count_all,
    is_noted,
    log_bytes,
    log_of,
    note_size,
    prune_all,
    shrink_log,
    size,
)
from watcher.store.rows import at, insert

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Limits(NOW - 2 * DAY, NOW - 180 * DAY)


@pytest.fixture
def db(db: Database) -> Database:
    with write(db):
        insert(db, "publishers", {"code": "army", "name": "The Army", "is_verified": 0})
        for name in ("army/a", "army/b"):
            feed = {"publisher_id": 1, "name": name, "kind": "feed", "url": "u", "configured_url": "u"}
            insert(db, "feeds", feed | {"is_enabled": 1, "interval_seconds": 900, "polled_at": at(NOW)})
    return db


def add_poll(db: Database, feed_id: int, when: datetime, outcome: str = "not_modified", **fields: object) -> int:
    """A poll with its capture, as save_poll writes them; returns the capture's id."""
    time = at(when)
    capture = {"feed_id": feed_id, "kind": "feed", "requested_url": "u", "url": "u", "outcome": outcome}
    capture |= dict.fromkeys(("request_headers", "response_headers", "hops"), "[]")
    capture_id = insert(
        db,
        "captures",
        capture | {"is_tls_verified": 1, "started_at": time, "ended_at": time, "program_version": "1"},
    )
    row = {"feed_id": feed_id, "capture_id": capture_id, "started_at": time, "milliseconds": 10, "outcome": outcome}
    insert(db, "polls", row | fields)
    return capture_id


def days(db: Database, feed_id: int) -> list[tuple[str, int, int]]:
    """What readers see of a feed, day by day: polls and failures."""
    sql = "SELECT day, poll_count, failure_count FROM feed_days WHERE feed_id = ? ORDER BY day"
    return db.execute(sql, [feed_id]).fetchall()


def test_quiet_polls_become_one_row_a_day_and_all_else_keeps_its_own(db: Database) -> None:
    """Ninety days are shown as before; what failed or brought something is still there with time and reason."""
    with write(db):
        for hour in range(24 * 10):
            when = NOW - 10 * DAY + timedelta(hours=hour)
            add_poll(db, 1, when)
            add_poll(db, 2, when, "timed_out" if hour % 24 == 5 else "same", error="slow" if hour % 24 == 5 else None)
        add_poll(db, 1, NOW - 5 * DAY + timedelta(minutes=1), "new", new_count=1, entry_count=20)
    before = days(db, 1), days(db, 2)
    old = count_all(db, LIMITS)
    assert old == Pruned(quiet_polls=24 * 8 * 2 - 8, captures=24 * 8 * 2 - 8)
    assert prune_all(db, LIMITS, NOW, why="a test") == old
    assert (days(db, 1), days(db, 2)) == before
    assert db.execute("SELECT count(*) FROM quiet_polls").fetchone()[0] == 18, "nine days of each of two feeds"
    left = "SELECT outcome, count(*) FROM polls WHERE started_at < ? GROUP BY outcome ORDER BY outcome"
    assert db.execute(left, [at(LIMITS.quiet_before)]).fetchall() == [("new", 1), ("timed_out", 8)]
    assert not count_all(db, LIMITS), "a second time there is nothing to do"
    (detail,) = db.execute("SELECT detail FROM custody WHERE action = 'prune'").fetchone()
    assert json.loads(detail)["quiet_polls"] == old.quiet_polls
    later = replace(LIMITS, quiet_before=LIMITS.quiet_before + timedelta(hours=12))
    prune_all(db, later, NOW)
    assert (days(db, 1), days(db, 2)) == before, "a day that was counted in part is completed"


def test_what_is_old_goes_also_where_it_was_counted(db: Database) -> None:
    """After `keep_polls` neither rows nor counts are left, but the newest poll of each feed is."""
    with write(db):
        for day in range(300, 0, -1):
            add_poll(db, 1, NOW - day * DAY, "unreachable" if day % 7 == 0 else "same")
        newest = add_poll(db, 2, NOW - 290 * DAY)
    prune_all(db, Limits(NOW - 2 * DAY, NOW - 250 * DAY), NOW)
    prune_all(db, LIMITS, NOW)
    assert min(day for day, *_ in days(db, 1)) == f"{LIMITS.before:%Y-%m-%d}"
    assert db.execute("SELECT capture_id FROM polls WHERE feed_id = 2").fetchall() == [(newest,)]
    kept = "SELECT count(*) FROM captures WHERE id NOT IN (SELECT capture_id FROM polls)"
    assert db.execute(kept).fetchone() == (0,), "no headers are left without their poll"
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_problems_of_feeds_go_by_age_and_those_of_releases_stay(db: Database) -> None:
    """A feed that is not well formed adds one with each of its documents, for ever."""
    with write(db):
        release = {"publisher_id": 1, "identity": "x", "title": "T", "revision_count": 1, "is_reported": 0}
        release |= {"page_outcome": "ok", "first_seen_at": at(NOW), "last_seen_at": at(NOW)}
        insert(db, "releases", release)
        for days_ago, release_id in ((200, None), (200, 1), (10, None)):
            problem = {"kind": "not_well_formed", "detail": "", "feed_id": 1, "at": at(NOW - days_ago * DAY)}
            insert(db, "problems", problem | {"release_id": release_id})
    assert prune_all(db, LIMITS, NOW) == Pruned(problems=1)
    left = db.execute("SELECT at < ?, release_id FROM problems ORDER BY id", [at(LIMITS.before)])
    assert left.fetchall() == [(1, 1), (0, None)]


def test_quiet_polls_that_are_kept_longer_than_others_go_with_them(db: Database) -> None:
    """With `keep_polls` below `keep_quiet_polls` the shorter time counts."""
    with write(db):
        for hour in range(48):
            add_poll(db, 1, NOW - timedelta(hours=hour))
    prune_all(db, Limits(NOW - 2 * DAY, NOW - DAY), NOW)
    assert (db["polls"].count, db["quiet_polls"].count) == (25, 0)


def test_health_is_judged_as_before(db: Database) -> None:
    """A feed whose document changes at each poll keeps the numbers of entries by which it has shrunk or not."""
    with write(db):
        for hour in range(24 * 6):
            add_poll(db, 1, NOW - 6 * DAY + timedelta(hours=hour), "same", entry_count=20 + hour % 3)
        for hour in range(40):  # this one has not been asked for three days
            add_poll(db, 2, NOW - 5 * DAY + timedelta(hours=hour), "same", entry_count=7)
    before = feed_histories(db)
    found = prune_all(db, LIMITS, NOW)
    assert found.quiet_polls == 24 * 4 + 9
    assert feed_histories(db) == before


def test_answers_of_the_parts_of_a_feed_go_with_their_poll(db: Database) -> None:
    """The sitemaps of an index are captures of their own; what a revision or an import rests on stays."""
    with write(db):
        for hour in range(6):
            add_poll(db, 1, NOW - 3 * DAY + timedelta(hours=hour), "same", entry_count=None)
            for part in range(3):
                copied = (
                    "INSERT INTO captures (feed_id, kind, requested_url, url, outcome, request_headers,"
                    " response_headers, hops, is_tls_verified, started_at, ended_at, program_version, imported_from)"
                    " SELECT feed_id, iif(?1 = 2, 'page', 'feed'), 'part', url, outcome, '[]', '[]', '[]', 1,"
                    " started_at, ended_at, '1', iif(?1 = 1 AND ?2 = 0, 'a.warc', NULL) FROM captures"
                    " ORDER BY id DESC LIMIT 1"
                )
                db.conn.execute(copied, [part, hour])
    assert prune_all(db, LIMITS, NOW) == Pruned(quiet_polls=5, captures=5 * 3 - 1)
    parts = "SELECT kind, count(*) FROM captures GROUP BY kind ORDER BY kind"
    assert db.execute(parts).fetchall() == [("feed", 3 + 1), ("page", 6)]


def test_a_day_that_was_interrupted_is_completed_by_the_next(db: Database, tmp_path: Path) -> None:
    """Each transaction is whole: what it deletes, it counts; the evidence is sound at every moment."""
    with write(db):
        for minute in range(2500):
            add_poll(db, 1, NOW - 5 * DAY + timedelta(minutes=minute))
    before = days(db, 1)

    doomed = "CREATE TEMP TRIGGER full BEFORE DELETE ON polls WHEN old.id = 1500 BEGIN SELECT RAISE(ABORT, 'full'); END"
    db.execute(doomed)
    with pytest.raises(StoreError, match="full"):
        prune_all(db, LIMITS, NOW)
    db.execute("DROP TRIGGER full")
    assert days(db, 1) == before
    assert 0 < db["polls"].count < 2500
    prune_all(db, LIMITS, NOW)
    assert days(db, 1) == before
    assert db["polls"].count == 1
    db.close()
    assert verdict(tmp_path / "watcher.db").findings == ()


def test_growth_is_measured_over_a_month(db: Database) -> None:
    """What was noted some thirty days ago counts; on the first day nothing is known, and nothing is invented."""
    assert size(db, NOW).grows_by is None
    with write(db):
        note_size(db, NOW)
    assert is_noted(db, NOW)
    assert not is_noted(db, NOW + DAY)
    assert size(db, NOW).grows_by is None
    now = size(db, NOW).byte_count - size(db, NOW).free_byte_count
    with write(db):
        for day, less in ((10, 100), (31, 62_000), (200, 0)):
            db.execute("INSERT INTO database_sizes VALUES (?, ?)", [f"{NOW - day * DAY:%Y-%m-%d}", now - less])
    assert size(db, NOW).grows_by == 60_000


def test_a_log_is_bounded_once_nobody_reads_from_it(db: Database, tmp_path: Path) -> None:
    """A long reader keeps all that is written meanwhile in the log; when it ends, the room is given back."""
    path = tmp_path / "watcher.db"
    log = log_of(path)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN").execute("SELECT count(*) FROM polls").fetchone()
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TABLE bulk (body BLOB)")
        while log_bytes(log) <= LARGE_LOG:
            with write(db):
                db.execute("INSERT INTO bulk VALUES (zeroblob(16000000))")
        assert shrink_log(db) > LARGE_LOG
    assert shrink_log(db) == 0
    assert db.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
    with write(db):
        db.execute("INSERT INTO bulk VALUES (zeroblob(1000))")
    assert log_bytes(log) <= LOG_LIMIT
