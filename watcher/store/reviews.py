"""Reviews: what people say of claims. Rows are added, linked into the hash chain and never changed; so is an undo."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlite_utils import Database

from watcher.errors import WatcherError
from watcher.store.chain import insert_evidence
from watcher.store.connection import connect, write
from watcher.store.rows import at

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from watcher.model.claim import Harm, Stance, Victim


Verdict = Literal[
    "right", "wrong_number", "wrong_victim", "wrong_stance", "not_a_claim", "missed", "duplicate", "note", "undo"
]  # fmt: skip
# A reader waits this long for another program's transaction, and is then told to come again.
_BUSY_MILLISECONDS = 2000
_CLAIM = "SELECT revision_id FROM claims WHERE id = ?"
_TEXT = """
SELECT title || char(10) || text FROM revisions WHERE id = :id
UNION ALL SELECT text FROM attachment_texts WHERE revision_id = :id
"""
_LATEST = """
SELECT standing_reviews.id, verdict, standing_reviews.note, words, standing_reviews.at, claim_id,
  releases.id AS release_id, releases.title
FROM standing_reviews JOIN revisions ON revisions.id = revision_id JOIN releases ON releases.id = release_id
WHERE reviewer = ? ORDER BY standing_reviews.id DESC LIMIT ?
"""
_OF_CLAIM = """
SELECT id, verdict, harm, count_min, count_max, victim, stance, words, duplicate_of, note, reviewer, at
FROM standing_reviews WHERE claim_id = ? ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Review:
    """One judgement. A claim, or for what was missed and for notes also a revision alone, is what it is about.

    `harm`, `count_min`, `count_max`, `victim` and `stance` are what would be right, None where that is not said;
    `words` of the text are what the detector missed.
    """

    verdict: Verdict
    reviewer: str
    claim_id: int | None = None
    revision_id: int | None = None
    harm: Harm | None = None
    count_min: int | None = None
    count_max: int | None = None
    victim: Victim | None = None
    stance: Stance | None = None
    words: str = ""
    duplicate_of: int | None = None
    note: str = ""


def write_beside_daemon(path: Path, work: Callable[[Database], int]) -> int:
    """One short transaction from another process than the daemon's. Raises StoreError where the database is locked."""
    db = connect(path, busy_milliseconds=_BUSY_MILLISECONDS)
    try:
        with write(db):
            return work(db)
    finally:
        db.close()


def save_review(db: Database, review: Review, now: datetime) -> int:
    """Write a judgement within the caller's transaction, and return its id. Raises WatcherError for one of nothing."""
    revision_id = review.revision_id
    if review.claim_id is not None:
        revision_id = _revision_of(db, review.claim_id)
    if revision_id is None:
        raise WatcherError("a review is about a claim or a revision")
    if review.duplicate_of is not None and _revision_of(db, review.duplicate_of) != revision_id:
        raise WatcherError(f"claim {review.duplicate_of} is of another text")
    if review.verdict == "missed":
        _check_words(db, revision_id, review.words)
    return insert_evidence(db, "review", asdict(review) | {"revision_id": revision_id, "at": at(now)})


def _revision_of(db: Database, claim_id: int) -> int:
    found = db.conn.execute(_CLAIM, [claim_id]).fetchone()
    if found is None:
        raise WatcherError(f"there is no claim {claim_id}")
    return int(found[0])


def _check_words(db: Database, revision_id: int, words: str) -> None:
    texts = [row[0] for row in db.conn.execute(_TEXT, {"id": revision_id})]
    if not texts:
        raise WatcherError(f"there is no revision {revision_id}")
    if not words.strip():
        raise WatcherError("what was missed is named by words of the text")
    if not any(words in text for text in texts):
        raise WatcherError(f"these words do not stand in the text: {words}")


def undo_review(db: Database, review_id: int, reviewer: str, now: datetime) -> int:
    """Take a judgement of one's own back, by another row. Raises WatcherError for another's, and for one undone."""
    found = db.conn.execute("SELECT revision_id, reviewer, verdict FROM reviews WHERE id = ?", [review_id]).fetchone()
    if found is None or found[2] == "undo":
        raise WatcherError(f"there is no review {review_id} to be undone")
    if found[1] != reviewer:
        raise WatcherError(f"review {review_id} is {found[1]}'s, who alone can undo it")
    if db.conn.execute("SELECT 1 FROM reviews WHERE undoes = ?", [review_id]).fetchone():
        raise WatcherError(f"review {review_id} is undone already")
    row = {"verdict": "undo", "reviewer": reviewer, "revision_id": found[0], "undoes": review_id, "at": at(now)}
    return insert_evidence(db, "review", row)


def latest_reviews(connection: sqlite3.Connection, reviewer: str, *, limit: int = 10) -> list[dict[str, Any]]:
    """A reviewer's last judgements that are not taken back, the newest first."""
    return list(Database(connection).query(_LATEST, [reviewer, limit]))


def reviews_of(connection: sqlite3.Connection, claim_id: int) -> list[dict[str, Any]]:
    """The judgements of a claim that are not taken back, in their order."""
    return list(Database(connection).query(_OF_CLAIM, [claim_id]))
