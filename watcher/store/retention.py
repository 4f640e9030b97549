"""How long polls are kept, and how large the file is: the only rows that are ever deleted, all on the record.

A quiet poll has a row for some days and is then counted in `quiet_polls`, a row for each feed, day and outcome.
Polls, attempts and the headers of unchanged feeds go when they are old. Each transaction is short.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.store.chain import record
from watcher.store.connection import LOG_LIMIT, write
from watcher.store.rows import at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlite_utils import Database

    Values = dict[str, object]


_AT_ONCE = 1000  # polls in one transaction: some 50 ms, in which no other poll is stored

# The feed's newest poll stays, since it is what is known of the feed; so do the newest documents, whose numbers of
# entries say whether the feed has shrunk (store/polls.py compares as many).
_LATER = "FROM polls AS later WHERE later.feed_id = polls.feed_id AND later.started_at > polls.started_at"
_OLD = "started_at < :before"
_QUIET = (
    "started_at < :quiet_before AND outcome IN ('same', 'not_modified')"
    " AND new_count + edited_count + vanished_count + claim_count + alert_count = 0"
    " AND CASE WHEN entry_count IS NULL THEN 1"
    f" ELSE (SELECT count(*) FROM (SELECT 1 {_LATER} AND later.entry_count IS NOT NULL LIMIT 31)) = 31 END"
)
# In the order of their ids, so that what is deleted together lies together in the file.
_POLLS = f"""
WITH some AS MATERIALIZED (SELECT id, started_at, {_OLD} AS is_old, {_QUIET} AS is_quiet,
    EXISTS (SELECT 1 {_LATER}) AS is_followed FROM polls WHERE id > :after ORDER BY id LIMIT {_AT_ONCE})
SELECT max(id) AS last_id, min(started_at) AS first_at,
  json_group_array(id) FILTER (WHERE is_old AND is_followed) AS old,
  json_group_array(id) FILTER (WHERE is_quiet AND NOT is_old AND is_followed) AS quiet
FROM some
"""
# A poll's own answer and those it got for further parts of the feed: all of that feed until its next poll's. Only
# headers and a hash are deleted; the guarding triggers let nothing else go.
_HEADERS = f"""
WITH ended AS MATERIALIZED (SELECT feed_id AS feed, capture_id AS first, max(capture_id + 1, coalesce((
    SELECT later.capture_id {_LATER} AND later.capture_id IS NOT NULL ORDER BY later.started_at LIMIT 1), 0)) AS beyond
  FROM polls WHERE id IN (SELECT value FROM json_each(:gone)) AND capture_id IS NOT NULL)
SELECT DISTINCT captures.id FROM ended CROSS JOIN captures INDEXED BY captures_by_feed
WHERE captures.feed_id = feed AND captures.id >= first AND captures.id < beyond
  AND captures.kind = 'feed' AND snapshot_id IS NULL AND imported_from IS NULL AND ended_at < :quiet_before
  AND NOT EXISTS (SELECT 1 FROM revisions WHERE feed_capture_id = captures.id)
  AND NOT EXISTS (SELECT 1 FROM polls WHERE capture_id = captures.id AND id NOT IN
    (SELECT value FROM json_each(:gone)))
"""
_ATTEMPTS = (
    "started_at < :before AND EXISTS (SELECT 1 FROM deliveries WHERE deliveries.id = delivery_id"
    " AND state IN ('sent', 'dead', 'merged'))"
)
_PROBLEMS = "release_id IS NULL AND at < :before"
_SUM = """
INSERT INTO quiet_polls (feed_id, day, outcome, poll_count, milliseconds, first_at, last_at)
SELECT feed_id, substr(started_at, 1, 10) AS day, outcome, count(*), sum(milliseconds), min(started_at), max(started_at)
FROM polls WHERE id IN (SELECT value FROM json_each(:quiet)) GROUP BY feed_id, day, outcome
ON CONFLICT (feed_id, day, outcome) DO UPDATE SET poll_count = poll_count + excluded.poll_count,
  milliseconds = milliseconds + excluded.milliseconds, first_at = min(first_at, excluded.first_at),
  last_at = max(last_at, excluded.last_at)
"""
_MONTH = 30
# SQLite gives back what the log has beyond this, once nobody reads from it; past it, something keeps it from doing so.
LARGE_LOG = LOG_LIMIT * 2


@dataclass(frozen=True, slots=True)
class Limits:
    """Quiet polls before the one time lose their own rows, everything that may be deleted goes before the other."""

    quiet_before: datetime
    before: datetime

    @property
    def values(self) -> Values:
        """As the statements need them."""
        return {"quiet_before": at(max(self.quiet_before, self.before)), "before": at(self.before)}


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows go: quiet polls that are counted by day from then on, old polls, attempts, headers, problems."""

    quiet_polls: int = 0
    polls: int = 0
    attempts: int = 0
    captures: int = 0
    problems: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        """Both together."""
        return Pruned(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(astuple(self))


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of the file, of free pages in it, and how much it grows in thirty days; None before two days are known."""

    byte_count: int
    free_byte_count: int
    grows_by: int | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some polls in the order of their ids: those that go, as JSON, and the last that was considered.

    `last_id` is 0 where there are no more.
    """

    quiet: str = "[]"
    old: str = "[]"
    last_id: int = 0
    quiet_before: object = None

    @property
    def values(self) -> Values:
        """As the statements need them."""
        gone = json.dumps(json.loads(self.quiet) + json.loads(self.old))
        return {"gone": gone, "quiet_before": self.quiet_before}


def next_chunk(db: Database, after: int, limits: Limits) -> Chunk:
    """The polls after this id."""
    row = next(db.query(_POLLS, limits.values | {"after": after}))
    before = limits.values["quiet_before"]
    is_over = row["last_id"] is None or row["first_at"] >= before
    return Chunk() if is_over else Chunk(row["quiet"], row["old"], row["last_id"], before)


def count_chunk(db: Database, chunk: Chunk) -> Pruned:
    """How many rows go with it."""
    headers = db.conn.execute(f"SELECT count(*) FROM ({_HEADERS})", chunk.values).fetchone()[0]
    return Pruned(len(json.loads(chunk.quiet)), len(json.loads(chunk.old)), 0, headers)


def count_others(db: Database, limits: Limits) -> Pruned:
    """How many attempts may go, and how many problems of feeds; a problem of a release stays with it."""
    before = {"before": limits.values["before"]}
    attempts = db.conn.execute(f"SELECT count(*) FROM attempts WHERE {_ATTEMPTS}", before).fetchone()[0]
    problems = db.conn.execute(f"SELECT count(*) FROM problems WHERE {_PROBLEMS}", before).fetchone()[0]
    return Pruned(attempts=attempts, problems=problems)


def count_all(db: Database, limits: Limits) -> Pruned:
    """How many rows a pruning would delete."""
    return sum((count_chunk(db, chunk) for chunk in _chunks(db, limits)), count_others(db, limits))


def _chunks(db: Database, limits: Limits) -> Iterator[Chunk]:
    """All of them, each looked for when the one before it is done with."""
    chunk = next_chunk(db, 0, limits)
    while chunk.last_id:
        yield chunk
        chunk = next_chunk(db, chunk.last_id, limits)


def record_pruning(db: Database, limits: Limits, found: Pruned, now: datetime, *, why: str = "") -> None:
    """Write the line of custody, within the caller's transaction.

    It comes before the first row goes: the triggers let only headers older than a recorded pruning be deleted.
    """
    counts = {"polls": found.polls, "quiet_polls": found.quiet_polls, "attempts": found.attempts}
    detail = limits.values | counts | {"captures": found.captures, "problems": found.problems}
    record(db, "prune", now, why=why, detail=detail, prunes_before=max(limits.quiet_before, limits.before))


def prune_chunk(db: Database, chunk: Chunk) -> None:
    """Count these quiet polls by day and delete what goes, in a transaction of its own. Raises StoreError."""
    values = chunk.values
    with _without_key_checks(db), write(db):
        db.conn.execute(f"DELETE FROM captures WHERE id IN ({_HEADERS})", values)
        db.conn.execute(_SUM, {"quiet": chunk.quiet})
        db.conn.execute("DELETE FROM polls WHERE id IN (SELECT value FROM json_each(?))", [values["gone"]])


@contextmanager
def _without_key_checks(db: Database) -> Iterator[None]:
    """Foreign keys are not checked row by row (each would read all polls): the conditions spare what is referred to."""
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA foreign_keys = ON")


def prune_others(db: Database, limits: Limits) -> None:
    """Delete old attempts and problems, and what was counted of old days, within the caller's transaction."""
    before = str(limits.values["before"])
    db.conn.execute(f"DELETE FROM attempts WHERE {_ATTEMPTS}", {"before": before})
    db.conn.execute(f"DELETE FROM problems WHERE {_PROBLEMS}", {"before": before})
    db.conn.execute("DELETE FROM quiet_polls WHERE day < ?", [before[:10]])


def prune_all(db: Database, limits: Limits, now: datetime, *, why: str = "") -> Pruned:
    """Delete everything that may go. Raises StoreError; what was deleted by then stays deleted."""
    found = count_all(db, limits)
    if found:
        with write(db):
            record_pruning(db, limits, found, now, why=why)
            prune_others(db, limits)
        for chunk in _chunks(db, limits):
            prune_chunk(db, chunk)
    return found


def note_size(db: Database, now: datetime) -> None:
    """Write down how large the database is today, within the caller's transaction."""
    used, free = page_bytes(db)
    db.conn.execute("INSERT OR REPLACE INTO database_sizes VALUES (?, ?)", [str(at(now))[:10], used - free])


def optimize(db: Database) -> None:
    """Let SQLite look again at what its plans are made from, where a table has changed a lot; not in a transaction.

    A thousand rows of each index are read at most, so that it takes as long in a large database.
    """
    db.execute("PRAGMA analysis_limit = 1000")
    db.execute("PRAGMA optimize")


def is_noted(db: Database, now: datetime) -> bool:
    """Whether today's size is written down, which is the end of each day's retention."""
    return db.conn.execute("SELECT 1 FROM database_sizes WHERE day = ?", [str(at(now))[:10]]).fetchone() is not None


def size(db: Database, now: datetime) -> Size:
    """How large the database is now, and how fast it grows, measured against the day some thirty days ago."""
    used, free = page_bytes(db)
    if "database_sizes" not in db.table_names():
        return Size(used, free, None)  # a database of an earlier version, which the next start upgrades
    sql = "SELECT day, byte_count FROM database_sizes WHERE day < ?1 ORDER BY abs(julianday(?1) - julianday(day) - 30)"
    first = db.conn.execute(f"{sql} LIMIT 1", [str(at(now))[:10]]).fetchone()
    if first is None:
        return Size(used, free, None)
    days = (now.date() - date.fromisoformat(first[0])).days
    return Size(used, free, round((used - free - first[1]) * _MONTH / days))


def page_bytes(db: Database) -> tuple[int, int]:
    """Bytes of all pages of the database, and of those that are free."""
    counts = [db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")]
    return counts[0] * counts[2], counts[1] * counts[2]


def shrink_log(db: Database) -> int:
    """Move the log (-wal) into the file where it has grown large, and give its room back; its bytes afterwards.

    It stays large while another connection goes on reading the database as it was: then everything that is written
    meanwhile is kept twice.
    """
    log = log_of(file_of(db))
    if log_bytes(log) > LARGE_LOG:
        (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
        db.execute("PRAGMA busy_timeout = 100")  # all that is written waits meanwhile
        try:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            db.execute(f"PRAGMA busy_timeout = {patience}")
    return log_bytes(log)


def shrink_file(db: Database) -> None:
    """Give back the room of free pages: the whole file is written anew, beside the old one until it is whole."""
    db.execute("VACUUM")


def file_of(db: Database) -> Path:
    """The file that a connection has open."""
    return Path(db.execute("PRAGMA database_list").fetchone()[2])


def log_of(database: Path) -> Path:
    """The log of a database file."""
    return database.with_name(f"{database.name}-wal")


def log_bytes(log: Path) -> int:
    """Its size, 0 where there is none."""
    return log.stat().st_size if log.exists() else 0
