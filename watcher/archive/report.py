"""The report of a bundle for people: what was published and when, what happened to it, and how that is proved."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.content.revision_diff import diff_revisions
from watcher.html import render
from watcher.model.wording import STANCE, TEXT_FROM, copy_in_words, signature_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.archive.release_evidence import ReleaseEvidence
    from watcher.content.revision_diff import RevisionText


def report(evidence: ReleaseEvidence, revisions: Sequence[RevisionText], *, made_at: str, version: str) -> str:
    """The whole document as HTML."""
    return render(
        "report.html",
        evidence=evidence,
        citation=citation(evidence, revisions),
        diffs=[diff_revisions(old, new) for old, new in pairwise(revisions)],
        made_at=made_at,
        version=version,
        text_from=TEXT_FROM,
        stances=STANCE,
        signature_in_words=signature_in_words,
        copy_in_words=copy_in_words,
    )


def citation(evidence: ReleaseEvidence, revisions: Sequence[RevisionText]) -> str:
    """How to cite the release: who, what, where, as observed when, under which hashes."""
    release = evidence.release
    parts = [f"{release['publisher_name']}, “{release['title']}”"]
    if release["published_at"]:
        parts.append(f"published {release['published_at']}")
    parts.append(f"{release['url'] or release['identity']}")
    parts += [
        f"revision {one.number} observed {one.observed_at} (text SHA-256 {one.text_sha256},"
        f" bytes SHA-256 {one.body_sha256 or 'not kept'})"
        for one in revisions
    ]
    return "; ".join(parts) + f"; chain head {evidence.head.seq} {evidence.head.hash}."
