"""All the evidence of one release: rows with their links, bytes, the proof up to the chain's head. Pure.

Readable files are made from the hashed rows alone, so that whoever has a bundle can make them again and compare.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from watcher.archive.exchange import Exchange, exchange_of
from watcher.content.diff_html import html_page
from watcher.content.revision_diff import RevisionText, Said, diff_revisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.archive.chain import ChainLink, Head


_SAID = (
    "harm",
    "count_min",
    "count_max",
    "victim",
    "stance",
    "is_background",
    "start",
    "end",
    "sentence",
    "count_kind",
)


@dataclass(frozen=True, slots=True)
class Proven:
    """A row with its link; `content` is its canonical form, whose hash stands in the link."""

    link: ChainLink
    content: bytes

    @property
    def row(self) -> dict[str, Any]:
        """The row's columns."""
        row: dict[str, Any] = json.loads(self.content)["row"]
        return row


@dataclass(frozen=True, slots=True)
class StoredAnchor:
    """An anchor as the database remembers it; `token` is a time-stamp authority's answer (DER)."""

    kind: str
    place: str
    seq: int
    hash: str
    at: str
    state: str
    token: bytes | None


@dataclass(frozen=True, slots=True)
class ReleaseEvidence:
    """Everything that a bundle is made of.

    `before` is the head before the first of `rows`, `bodies` are the hashes of what each link behind it says, up to
    `head`; `blobs` are bytes by their SHA-256.
    """

    release: Mapping[str, Any]
    rows: tuple[Proven, ...]
    blobs: Mapping[str, bytes]
    before: Head
    bodies: tuple[str, ...]
    head: Head
    anchors: tuple[StoredAnchor, ...]

    def of(self, kind: str) -> tuple[Proven, ...]:
        """The rows of one kind, in the order of the chain."""
        return tuple(one for one in self.rows if one.link.kind == kind)


def exchanges(rows: tuple[Proven, ...], blobs: Mapping[str, bytes]) -> tuple[tuple[Exchange, Proven], ...]:
    """The HTTP exchanges among the rows, with the bytes that were kept of them."""
    return tuple(
        (exchange_of(one.link.row_id, row, blobs.get(row["wire_sha256"] or row["body_sha256"] or "")), one)
        for one in rows
        if one.link.kind == "capture"
        for row in (one.row,)
    )


def readable(rows: tuple[Proven, ...]) -> dict[str, str]:
    """The files for people that follow from the rows: text, record and claims of each revision."""
    found: dict[str, str] = {}
    for one in rows:
        if one.link.kind == "revision":
            row = one.row
            found[f"revisions/{row['number']}.txt"] = f"{row['title']}\n\n{row['text']}\n"
            found[f"revisions/{row['number']}.json"] = _json(_opened(row))
        if one.link.kind == "document":
            found[f"documents/{one.link.row_id}.txt"] = f"{one.link.url}\n\n{one.row['text']}\n"
        if one.link.kind == "alert":
            found[f"alerts/{one.row['uid']}.json"] = _json(one.row | {"message": json.loads(one.row["message"])})
    numbers = {one.link.row_id: one.row["number"] for one in rows if one.link.kind == "revision"}
    for one in (row for row in rows if row.link.kind == "claims"):
        said = one.row
        number = numbers.get(said["revision_id"])
        name = f"claims/{number}-{one.link.row_id}.json"
        found[name] = _json({"revision": number, "detector": said["detector_version"], "claims": said["claims"]})
    return found


def _opened(row: Mapping[str, Any]) -> dict[str, Any]:
    lists = ("tags", "links", "captions", "page_starts")
    return {name: json.loads(value) if name in lists else value for name, value in row.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def revision_texts(rows: tuple[Proven, ...]) -> tuple[RevisionText, ...]:
    """The revisions in their order, with the newest set of claims that each has."""
    captures = {one.link.row_id: one.row for one in rows if one.link.kind == "capture"}
    claims: dict[int, tuple[Said, ...]] = {}
    for one in rows:
        if one.link.kind == "claims":
            claims[one.row["revision_id"]] = tuple(_said(claim) for claim in one.row["claims"])
    found = []
    for one in rows:
        if one.link.kind != "revision":
            continue
        row = one.row
        capture = captures.get(row["page_capture_id"] if row["text_from"] == "page" else row["feed_capture_id"], {})
        names = ("number", "title", "text", "text_sha256", "observed_at", "text_from")
        fields = {name: row[name] for name in names}
        body = capture.get("body_sha256") or ""
        found.append(RevisionText(**fields, body_sha256=body, claims=claims.get(one.link.row_id, ())))
    return tuple(sorted(found, key=lambda revision: revision.number))


def _said(claim: Mapping[str, Any]) -> Said:
    return Said(**{name: claim[name] for name in _SAID} | {"is_background": bool(claim["is_background"])})


def differences(revisions: tuple[RevisionText, ...]) -> dict[str, str]:
    """What was changed from each revision to the next, as text and as HTML."""
    found: dict[str, str] = {}
    for old, new in pairwise(revisions):
        diff = diff_revisions(old, new)
        name = f"diffs/{old.number}-{new.number}"
        found[f"{name}.html"] = html_page(diff, heading=f"{new.title}: revisions {old.number} and {new.number}")
        lines = [f"revision {one.number}, observed {one.observed_at}, text {one.text_sha256}" for one in (old, new)]
        lines += ["", *(f"claim: {change.words}" for change in diff.claims), ""]
        signs = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
        text = "".join(f"{signs[run.kind][0]}{run.text}{signs[run.kind][1]}" for run in (*diff.title, *diff.text))
        found[f"{name}.txt"] = "\n".join([*lines, text, ""])
    return found
