"""What an alert stands on: its revision, the texts that its claims quote, the links that prove them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.errors import WatcherError
from watcher.store.chain import links
from watcher.store.proof import check_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database

    from watcher.archive.chain import Finding, Link

_ALERT = """
SELECT alerts.*, number, text, text_sha256, observed_at, text_from,
  CASE text_from WHEN 'page' THEN page_capture_id ELSE feed_capture_id END AS capture_id
FROM alerts LEFT JOIN revisions ON revisions.id = revision_id WHERE alerts.uid LIKE ? || '%' OR alerts.id = ? LIMIT 2
"""
_DOCUMENTS = """
SELECT attachment_texts.id, url, text FROM claims JOIN attachment_texts ON attachment_texts.id = attachment_text_id
JOIN attachments ON attachments.id = attachment_id WHERE claims.revision_id = ? GROUP BY attachment_texts.id
"""
_BYTES = """
SELECT captures.id, captures.url, body_sha256, snapshot_id, wire_snapshot_id FROM captures WHERE captures.id = ?
"""


@dataclass(frozen=True, slots=True)
class AlertedText:
    """An alert with the revision it is of. `documents` are the texts of its attachments by address.

    `body_sha256` is the hash of the bytes that the text was read from, `url` where they were.
    """

    uid: str
    title: str
    message: Mapping[str, Any]
    release_id: int | None
    number: int | None
    text: str
    text_sha256: str
    observed_at: str
    url: str
    body_sha256: str
    documents: Mapping[str, str]
    findings: tuple[Finding, ...]


def alerted_text(db: Database, wanted: str) -> AlertedText:
    """The alert of a uid, a beginning of one that only it has, or a number. Raises WatcherError where there is none."""
    like = wanted.replace("%", "").replace("_", "")
    rows = list(db.query(_ALERT, [like or "-", int(wanted) if wanted.isdecimal() else -1]))
    if not rows:
        raise WatcherError(f"there is no alert {wanted}; `watcher alerts --json` lists their uids")
    exact = [row for row in rows if wanted in {row["uid"], str(row["id"])}] or rows
    if len(exact) > 1:
        raise WatcherError(f"more than one alert begins with {wanted}")
    row = exact[0]
    capture = next(db.query(_BYTES, [row["capture_id"]]), {})
    documents = list(db.query(_DOCUMENTS, [row["revision_id"]]))
    return AlertedText(
        uid=row["uid"],
        title=row["title"],
        message=json.loads(row["message"]),
        release_id=row["release_id"] if row["revision_id"] is not None else None,
        number=row["number"],
        text=row["text"] or "",
        text_sha256=row["text_sha256"] or "",
        observed_at=row["observed_at"] or "",
        url=capture.get("url") or "",
        body_sha256=capture.get("body_sha256") or "",
        documents={one["url"]: one["text"] for one in documents},
        findings=tuple(_check(db, row, capture, [one["id"] for one in documents])),
    )


def _check(db: Database, row: Mapping[str, Any], capture: Mapping[str, Any], documents: list[int]) -> Iterator[Finding]:
    """What is wrong with the rows behind the alert."""
    wanted = [("alert", row["id"]), ("revision", row["revision_id"]), ("capture", capture.get("id"))]
    wanted += [("snapshot", capture.get(name)) for name in ("snapshot_id", "wire_snapshot_id")]
    wanted += [("document", one) for one in documents]
    for kind, row_id in wanted:
        link = _link(db, kind, row_id) if row_id is not None else None
        if link is not None:
            yield from check_row(db, link)


def _link(db: Database, kind: str, row_id: int) -> Link | None:
    found = db.conn.execute("SELECT seq FROM chain WHERE kind = ? AND row_id = ?", [kind, row_id]).fetchone()
    return next(links(db, after=found[0] - 1)) if found else None
