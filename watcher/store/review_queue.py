"""The queue of reviews: claims of newest texts that nobody has judged, doubtful ones first; and one with its text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from watcher.model.claim import claim_from_row
from watcher.store.reviews import reviews_of

if TYPE_CHECKING:
    import sqlite3

    from watcher.model.claim import Claim


# A claim that a newer detector found again as it was is the one that was judged.
_JUDGED = """
EXISTS (SELECT 1 FROM standing_reviews JOIN claims AS judged ON judged.id = standing_reviews.claim_id
  WHERE standing_reviews.revision_id = claims.revision_id AND standing_reviews.verdict NOT IN ('missed', 'note')
  AND judged.start = claims.start AND judged."end" = claims."end" AND judged.harm = claims.harm
  AND judged.count_min IS claims.count_min AND judged.count_max IS claims.count_max AND judged.victim = claims.victim
  AND judged.stance = claims.stance AND judged.attachment_text_id IS claims.attachment_text_id
  AND (:reviewer = '' OR standing_reviews.reviewer = :reviewer))
"""
_NEXT = f"""
SELECT claims.id FROM claims JOIN revisions ON revisions.id = revision_id
JOIN releases ON releases.id = release_id AND revision_count = revisions.number
WHERE claims.is_current = 1 AND {{place}} AND NOT {_JUDGED}
ORDER BY confidence, claims.id DESC LIMIT 1
"""
# Row values do not fit where one column falls and the other rises.
_PLACES = ("confidence = :confidence AND claims.id < :id", "confidence > :confidence")
_CLAIM = """
SELECT claims.*, releases.id AS release_id, revisions.number AS revision, revisions.title, revisions.language,
  revisions.published_at, releases.url, publishers.name AS publisher_name, publishers.code AS publisher,
  coalesce(attachment_texts.text, revisions.text) AS text, attachments.title AS document,
  attachments.url AS document_url
FROM claims JOIN revisions ON revisions.id = claims.revision_id JOIN releases ON releases.id = revisions.release_id
JOIN publishers ON publishers.id = publisher_id
LEFT JOIN attachment_texts ON attachment_texts.id = claims.attachment_text_id
LEFT JOIN attachments ON attachments.id = attachment_texts.attachment_id
WHERE claims.id = ?
"""
_OTHERS = "SELECT * FROM claims WHERE revision_id = ? AND is_current = 1 AND id <> ? ORDER BY number"
# So much of a text stands before and after the claim.
_AROUND = 1500


@dataclass(frozen=True, slots=True)
class ReviewedClaim:
    """A claim with the text around it, the other claims of its release by their ids, and what was said of it."""

    id: int
    claim: Claim
    row: dict[str, Any]
    others: dict[int, Claim]
    reviews: list[dict[str, Any]]

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before the claim, its words, and the text after it; cut where it is long."""
        text, start, end = self.row["text"], self.claim.start, self.claim.end
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        return (
            ("… " if start > _AROUND else "") + before,
            text[start:end],
            after + (" …" if end + _AROUND < len(text) else ""),
        )

    @property
    def rules(self) -> list[str]:
        """What the detector made it by."""
        return list(json.loads(self.row["rules"]))


def next_claim(connection: sqlite3.Connection, *, after: int | None = None, reviewer: str = "") -> int | None:
    """The most doubtful claim that nobody has judged, or that this reviewer has not; the next one after a claim."""
    found = connection.execute("SELECT confidence FROM claims WHERE id = ?", [after]).fetchone()
    start = {"confidence": found[0], "id": after} if found else {"confidence": -1, "id": 0}
    for place in _PLACES:
        row = connection.execute(_NEXT.format(place=place), start | {"reviewer": reviewer}).fetchone()
        if row:
            return int(row[0])
    return None


def claim_to_review(connection: sqlite3.Connection, claim_id: int) -> ReviewedClaim | None:
    """A claim as a reviewer needs it, None where there is none."""
    db = Database(connection)
    row = next(db.query(_CLAIM, [claim_id]), None)
    if row is None:
        return None
    others = {other["id"]: claim_from_row(other) for other in db.query(_OTHERS, [row["revision_id"], claim_id])}
    return ReviewedClaim(claim_id, claim_from_row(row), row, others, reviews_of(connection, claim_id))


def reviewed_count(connection: sqlite3.Connection) -> int:
    """Of how many claims something was said."""
    return int(connection.execute("SELECT count(DISTINCT claim_id) FROM reviews").fetchone()[0])
