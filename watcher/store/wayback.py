"""Revisions whose pages another archive is asked to save: which are queued, and the state of each.

The table is called `witnesses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.store.rows import at, update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database


# What is older when the witness is switched on is not asked for: the page may say something else by now.
_FRESH = timedelta(days=1)
_QUEUE = """
INSERT INTO witnesses (revision_id, service, url, state, queued_at, due_at)
SELECT revisions.id, :service, captures.requested_url, 'pending', :now, :now FROM revisions
JOIN captures ON captures.id = page_capture_id
WHERE observed_at >= :since AND imported_from IS NULL AND revisions.id NOT IN
  (SELECT revision_id FROM witnesses WHERE service = :service)
"""


@dataclass(frozen=True, slots=True)
class DueWitness:
    """One page to be submitted, or, with a `job`, one whose job is to be checked."""

    id: int
    url: str
    job: str | None
    attempt_count: int


def queue_witnesses(db: Database, service: str, now: datetime) -> int:
    """Queue the pages of the last day's revisions that are not queued yet; returns how many."""
    return db.conn.execute(_QUEUE, {"service": service, "now": at(now), "since": at(now - _FRESH)}).rowcount


def next_witness(db: Database, service: str, now: datetime, *, daily_limit: int) -> DueWitness | None:
    """The one that is due longest; no more new ones a day than the limit, but always those with a job."""
    asked = "SELECT count(*) FROM witnesses WHERE service = ? AND state <> 'pending' AND queued_at >= ?"
    used = db.conn.execute(asked, [service, at(now - timedelta(days=1))]).fetchone()[0]
    states = "('pending', 'asked')" if used < daily_limit else "('asked')"
    row = db.conn.execute(
        f"SELECT id, url, job, attempt_count FROM witnesses WHERE service = ? AND state IN {states} AND due_at <= ?"
        " ORDER BY due_at, id LIMIT 1",
        [service, at(now)],
    ).fetchone()
    return DueWitness(*row) if row else None


def witness_asked(db: Database, witness: DueWitness, job: str, due_at: datetime) -> None:
    """The service has accepted it as this job."""
    state = {"state": "asked", "job": job, "due_at": at(due_at), "attempt_count": witness.attempt_count + 1}
    update(db, "witnesses", witness.id, state | {"detail": ""})


def witness_waits(db: Database, witness: DueWitness, due_at: datetime) -> None:
    """The service is not done yet."""
    update(db, "witnesses", witness.id, {"due_at": at(due_at)})


def witness_failed(db: Database, witness: DueWitness, detail: str, retry_at: datetime | None) -> None:
    """It failed; without `retry_at` it is given up, and kept with the reason."""
    attempts = witness.attempt_count + (witness.job is None)
    state = {"state": "pending" if retry_at else "failed", "job": None, "due_at": at(retry_at), "detail": detail}
    update(db, "witnesses", witness.id, state | {"attempt_count": attempts})


def hold_witnesses(db: Database, service: str, until: datetime) -> None:
    """Send the service nothing before an instant: it answered that there were too many requests, or failed."""
    held = "UPDATE witnesses SET due_at = ? WHERE service = ? AND state IN ('pending', 'asked') AND due_at < ?"
    db.conn.execute(held, [at(until), service, at(until)])


def witness_saved(db: Database, witness: DueWitness, result_url: str, now: datetime) -> None:
    """The service says where it keeps the page."""
    state = {"state": "saved", "result_url": result_url, "due_at": None, "done_at": at(now), "detail": ""}
    update(db, "witnesses", witness.id, state)
