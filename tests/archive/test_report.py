"""The evidence report: every part that there is evidence for, as text that no publisher can turn into mark-up."""

from __future__ import annotations

from typing import Any

import pytest

from watcher.archive.canonical_form import NEWEST, canonical, columns_of, digest
from watcher.archive.chain import GENESIS, ChainLink, Head, next_link
from watcher.archive.release_evidence import EvidenceRow, ReleaseEvidence, StoredAnchor
from watcher.archive.report import citation, report
from watcher.content.markup import parse_fragment
from watcher.content.revision_diff import RevisionText

HOSTILE = "<script>alert(1)</script> & “x” \u202e"
RELEASE: dict[str, Any] = {
    "title": HOSTILE,
    "publisher": "army",
    "publisher_name": "The Army",
    "url": None,
    "identity": "guid-1",
    "published_at": None,
    "first_seen_at": "2026-11-24T09:00:00.000Z",
    "last_seen_at": "2026-11-25T09:00:00.000Z",
    "revision_count": 1,
    "archive_copies": [],
}
WITNESS = {
    "revision": 1,
    "service": "an archive",
    "state": "done",
    "queued_at": "2026-11-24T09:00:00.000Z",
    "done_at": None,
    "result_url": "https://archive.example/1",
}
ANCHOR = StoredAnchor(1, "a" * 64, "2026-11-24T10:00:00.000Z", "a.anchors", "file", "verified", None)
REVISION = RevisionText(1, HOSTILE, HOSTILE, "c" * 64, "2026-11-24T09:00:00.000Z", "", "page", ())


def row(seq: int, kind: str, **values: Any) -> EvidenceRow:
    """A row with its link; columns that are not given hold hostile words."""
    content = canonical(kind, NEWEST, dict.fromkeys(columns_of(kind), HOSTILE) | values)
    before = Head(seq - 1, GENESIS)
    link: ChainLink = next_link(before, kind, 1, NEWEST, "https://a.example/1", digest(content), "2026-11-24T09:00:00Z")
    return EvidenceRow(link, content)


CLAIM = dict.fromkeys(columns_of("claim"), HOSTILE) | {"count_min": 2, "count_max": None, "start": 0, "end": 3}
ROWS = (
    row(1, "revision", number=1),
    row(2, "claims", revision_id=1, claims=[CLAIM, CLAIM | {"count_min": None}, CLAIM | {"count_max": 2}]),
    row(3, "capture", status=None),
    row(4, "event"),
)


def evidence(**release: Any) -> ReleaseEvidence:
    head = Head(4, ROWS[-1].link.hash)
    return ReleaseEvidence(RELEASE | release, ROWS, {}, Head(0, GENESIS), (), head, (ANCHOR,) if release else ())


def shown(made: ReleaseEvidence) -> str:
    return report(made, [REVISION], made_at="2026-11-25T00:00:00.000Z", version="1")


def test_report_escapes_every_column() -> None:
    """A title, a sentence, a server's reason: each comes from elsewhere."""
    page = shown(evidence(archive_copies=[WITNESS | {"service": HOSTILE}]))
    assert "<script" not in page
    assert "\u202e" not in page
    assert page.count("&lt;script&gt;") > 20


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ({}, ["was not written down elsewhere yet"]),
        ({"archive_copies": [WITNESS]}, ["a.anchors", "Copies in other archives", "https://archive.example/1"]),
    ],
)
def test_report_has_the_parts_that_there_is_evidence_for(release: dict[str, Any], said: list[str]) -> None:
    """An anchor, a copy elsewhere, an event: what is missing is left out or said to be missing."""
    words = parse_fragment(shown(evidence(**release))).get_text()
    for part in [*said, "Events", "not stated", "guid-1", "2–", "not counted"]:
        assert part in words, part
    assert ("Copies in other archives" in words) is bool(release)


def test_citation_names_address_times_and_hashes() -> None:
    """What an author prints: it leads to the same text years later."""
    cited = citation(evidence(url="https://army.example/1", published_at="2026-11-24T08:00:00Z"), [REVISION])
    for part in ("The Army", "https://army.example/1", "2026-11-24T08:00:00Z", "c" * 64, "not kept", "chain head 4"):
        assert part in cited
