"""All the evidence of one release: rows with their links, bytes, the proof up to the chain's head.

Readable files are made from the hashed rows alone, so that whoever has a bundle can make them again and compare.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from watcher.archive.chain import Anchor
from watcher.archive.warc_writer import Exchange, exchange_of
from watcher.content.revision_diff import RevisionText, diff_revisions
from watcher.html import render
from watcher.model.claim import claim_from_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.archive.chain import ChainLink, Head
    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.claim import Claim


JSON_COLUMNS = frozenset(
    {"tags", "links", "captions", "page_starts", "lines", "languages", "published_readings", "updated_readings"}
)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row with its link; `content` is its canonical form, whose hash is in the link."""

    link: ChainLink
    content: bytes

    @property
    def row(self) -> dict[str, Any]:
        """The row's columns."""
        row: dict[str, Any] = json.loads(self.content)["row"]
        return row


@dataclass(frozen=True, slots=True)
class StoredAnchor(Anchor):
    """An anchor as the database has it; `token` is a time-stamp authority's answer (DER)."""

    kind: str
    state: str
    token: bytes | None


@dataclass(frozen=True, slots=True)
class ReleaseEvidence:
    """Everything that a bundle is made of.

    `before` is the head before the first of `rows`, `bodies` are the hashes of what each link after it says, up to
    `head`; `snapshots` are bytes by their SHA-256.
    """

    release: Mapping[str, Any]
    rows: tuple[EvidenceRow, ...]
    snapshots: Mapping[str, bytes]
    before: Head
    bodies: tuple[str, ...]
    head: Head
    anchors: tuple[StoredAnchor, ...]

    def of(self, kind: str) -> tuple[EvidenceRow, ...]:
        """The rows of one kind, in the order of the chain."""
        return _of_kind(self.rows, kind)


def _of_kind(rows: tuple[EvidenceRow, ...], kind: str) -> tuple[EvidenceRow, ...]:
    return tuple(one for one in rows if one.link.kind == kind)


def exchanges(
    rows: tuple[EvidenceRow, ...], snapshots: Mapping[str, bytes]
) -> tuple[tuple[Exchange, EvidenceRow], ...]:
    """The HTTP exchanges among the rows, with the bytes that were kept of them."""
    return tuple(
        (exchange_of(one.link.row_id, row, snapshots.get(row["wire_sha256"] or row["body_sha256"] or "")), one)
        for one in _of_kind(rows, "capture")
        for row in (one.row,)
    )


def readable_files(rows: tuple[EvidenceRow, ...]) -> dict[str, str]:
    """The files for people that follow from the rows: text, record and claims of each revision, documents, alerts."""
    files: dict[str, str] = {}
    numbers: dict[int, int] = {}
    for one in _of_kind(rows, "revision"):
        row = one.row
        number = numbers[one.link.row_id] = row["number"]
        record = {name: json.loads(value) if name in JSON_COLUMNS else value for name, value in row.items()}
        files[f"revisions/{number}.txt"] = f"{row['title']}\n\n{row['text']}\n"
        files[f"revisions/{number}.json"] = _json(record)
    for one in _of_kind(rows, "document"):
        files[f"documents/{one.link.row_id}.txt"] = f"{one.link.url}\n\n{one.row['text']}\n"
    for one in _of_kind(rows, "alert"):
        row = one.row
        files[f"alerts/{row['uid']}.json"] = _json(row | {"message": json.loads(row["message"])})
    for one in _of_kind(rows, "signature"):
        files[f"signatures/{one.link.row_id}.json"] = _json(one.row)
    for one in _of_kind(rows, "claims"):
        row = one.row
        of = numbers.get(row["revision_id"])
        claims = {"revision": of, "detector": row["detector_version"], "claims": row["claims"]}
        files[f"claims/{of}-{one.link.row_id}.json"] = _json(claims)
    return files


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def revision_texts(rows: tuple[EvidenceRow, ...]) -> tuple[RevisionText, ...]:
    """The revisions in their order, with the newest set of claims that each has."""
    captures = {one.link.row_id: one.row for one in _of_kind(rows, "capture")}
    claims = {
        row["revision_id"]: tuple(claim_from_row(claim) for claim in row["claims"])
        for row in (one.row for one in _of_kind(rows, "claims"))
    }
    found = (_revision_text(one, captures, claims.get(one.link.row_id, ())) for one in _of_kind(rows, "revision"))
    return tuple(sorted(found, key=lambda revision: revision.number))


def _revision_text(
    one: EvidenceRow, captures: Mapping[int, Mapping[str, Any]], claims: tuple[Claim, ...]
) -> RevisionText:
    row = one.row
    capture = captures.get(row["feed_capture_id" if row["text_from"] == "feed" else "page_capture_id"], {})
    names = ("number", "title", "text", "text_sha256", "observed_at", "text_from")
    columns = {name: row[name] for name in names}
    return RevisionText(**columns, body_sha256=capture.get("body_sha256") or "", claims=claims)


def differences(revisions: tuple[RevisionText, ...]) -> dict[str, str]:
    """What was changed from each revision to the next, as text and as HTML."""
    files: dict[str, str] = {}
    for old, new in pairwise(revisions):
        diff = diff_revisions(old, new)
        heading = f"{new.title}: revisions {old.number} and {new.number}"
        files[f"diffs/{old.number}-{new.number}.html"] = render("diff_page.html", diff=diff, heading=heading)
        files[f"diffs/{old.number}-{new.number}.txt"] = _diff_text(diff)
    return files


def _diff_text(diff: RevisionDiff) -> str:
    revisions = (diff.old, diff.new)
    lines = [f"revision {one.number}, observed {one.observed_at}, text {one.text_sha256}" for one in revisions]
    lines += ["", *(f"claim: {change.words}" for change in diff.claims), ""]
    signs = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
    text = "".join(f"{signs[run.kind][0]}{run.text}{signs[run.kind][1]}" for run in (*diff.title, *diff.text))
    return "\n".join([*lines, text, ""])
