"""Make an alert again from the stored bytes: the record is the same, each quoted sentence is where it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.archive.chain import Finding
from watcher.jobs.reparse import reparse
from watcher.store.evidence import alert_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.pipeline.runtime import Runtime
    from watcher.store.evidence import AlertEvidence


@dataclass(frozen=True, slots=True)
class Quoted:
    """One claim of an alert: its words and sentence as they stand in the stored text, and where."""

    claim: str
    sentence: str
    start: int
    end: int
    document: str


@dataclass(frozen=True, slots=True)
class Reproduced:
    """An alert, its quotes, and everything that does not agree."""

    alert: AlertEvidence
    quotes: tuple[Quoted, ...]
    findings: tuple[Finding, ...]


async def reproduce(runtime: Runtime, wanted: str) -> Reproduced:
    """Check the rows that an alert is based on, parse the bytes again, and find every quoted sentence in the text."""
    alert = await runtime.store.read(alert_evidence, wanted)
    findings = list(alert.findings)
    if alert.revision is not None:
        async for again in reparse(runtime, alert.revision.release_id):
            if again.number == alert.revision.number:
                place = f"revision {again.number} of release {again.release_id}"
                findings += [
                    Finding("differs", place, f"{name}: {old[:80]!r} is read as {new[:80]!r}")
                    for name, old, new in again.changes
                ]
    claims = alert.message.get("claims") or []
    findings += [finding for claim in claims for finding in _check(alert, claim)]
    return Reproduced(alert, tuple(_quoted(claim) for claim in claims), tuple(findings))


def _check(alert: AlertEvidence, claim: Mapping[str, Any]) -> Iterator[Finding]:
    document = (claim.get("document") or {}).get("url")
    own = alert.revision.page.text if alert.revision else ""
    text = alert.documents.get(document, "") if document else own
    place = f"claim at {claim['start']}" + (f" of {document}" if document else "")
    if text[claim["start"] : claim["end"]] != claim["words"]:
        yield Finding("differs", place, f"“{claim['words']}” is not there")
    if claim["sentence"] not in text:
        yield Finding("differs", place, f"its sentence is not in the text: {claim['sentence'][:80]}")


def _quoted(claim: Mapping[str, Any]) -> Quoted:
    document = claim.get("document") or {}
    where = f"{document['url']} page {document['page']}" if document else ""
    return Quoted(claim["in_words"], claim["sentence"], claim["start"], claim["end"], where)
