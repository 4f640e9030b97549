"""Stored bytes are read again: the record that this version makes of them, beside the one that is stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from watcher.archive.chain import Finding
from watcher.config.publishers import IMPORTED
from watcher.errors import FetchError, Killed, ParseError
from watcher.pipeline.context import listing_rules, reading_context, source_of
from watcher.pipeline.parse import PageAnswer, extract_release, read_feed
from watcher.store.releases import record_fields
from watcher.store.revisions import alerted_text, stored_readings
from watcher.store.rows import plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from watcher.model.feed import ParsedEntry
    from watcher.pipeline.runtime import Runtime
    from watcher.store.revisions import AlertedText, StoredBytes, StoredReading


_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Reread:
    """One revision read again. `record` is empty where it could not be: then `changes` says why under `unread`."""

    release_id: int
    number: int
    title: str
    record: Mapping[str, Any]
    changes: tuple[tuple[str, str, str], ...]


async def reparse(runtime: Runtime, release_id: int | None = None) -> AsyncIterator[Reread]:
    """Read the stored bytes of every revision (or of one release) again. Writes nothing and asks nobody."""
    after = 0
    while batch := await runtime.store.read(stored_readings, after=after, release_id=release_id, limit=_TOGETHER):
        after = batch[-1].row["id"]
        for reread in await asyncio.gather(*(_one(runtime, stored) for stored in batch)):
            yield reread


async def _one(runtime: Runtime, stored: StoredReading) -> Reread:
    row = stored.row
    record, reason = await _record(runtime, stored)
    changes = _changes(row, record) if record else (("unread", "", reason),)
    return Reread(row["release_id"], row["number"], row["title"], record, changes)


async def _record(runtime: Runtime, stored: StoredReading) -> tuple[dict[str, Any], str]:
    """The record as it is read now, or why there is none."""
    code = stored.row["publisher"]
    publishers = (*runtime.configuration.publishers, IMPORTED)
    publisher = next((one for one in publishers if one.code == code), None)
    if publisher is None:
        return {}, f"the publisher {code} is no longer configured"
    parsed = await _entry(runtime, stored) or stored.sighted
    if parsed is None:
        return {}, "the bytes of the entry are not kept"
    context = reading_context(runtime.words, publisher)
    outcome, answer = stored.row["page_outcome"], _answer(stored.page)
    try:
        reading = await runtime.workers.run(extract_release, parsed, answer, "ok" if answer else outcome, context)
    except Killed as error:
        return {}, str(error)
    found = {"text_from": reading.text_from, "page_outcome": reading.page_outcome}
    return record_fields(reading.page, parsed.entry.author) | found, ""


def _answer(page: StoredBytes | None) -> PageAnswer | None:
    if page is None or page.outcome != "ok":
        return None
    return PageAnswer(page.body, page.url, page.content_type, page.ended_at)


async def _entry(runtime: Runtime, stored: StoredReading) -> ParsedEntry | None:
    """The entry as the feed gave it when the revision was made, where that document was kept."""
    document = stored.document
    if document is None:
        return None
    try:
        publisher, feed = runtime.configuration.by_name[document.feed]
    except KeyError:
        return None
    source = source_of(publisher, feed, document.url, document.content_type, document.ended_at)
    try:
        _, entries = await runtime.workers.run(
            read_feed, document.body, source, publisher.code, feed.kind, listing_rules(feed)
        )
    except (ParseError, FetchError, Killed):
        return None
    return next((entry for entry in entries if entry.identity == stored.row["identity"]), None)


def _changes(row: Mapping[str, Any], record: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Field, stored value and new value wherever they differ."""
    return tuple((name, _said(row[name]), _said(new)) for name, new in record.items() if _said(row[name]) != _said(new))


def _said(value: Any) -> str:
    return "" if value is None else plain(str(value))


# An alert is made again from the stored bytes: the same record, each sentence where it was said to be (check 86).


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

    alert: AlertedText
    quotes: tuple[Quoted, ...]
    findings: tuple[Finding, ...]


async def reproduce(runtime: Runtime, wanted: str) -> Reproduced:
    """Check the rows behind an alert, read the bytes again, and find every quoted sentence in the text."""
    alert = await runtime.store.read(alerted_text, wanted)
    findings = list(alert.findings)
    if alert.release_id is not None:
        async for again in reparse(runtime, alert.release_id):
            if again.number == alert.number:
                place = f"revision {again.number} of release {again.release_id}"
                findings += [
                    Finding("differs", place, f"{name}: {old[:80]!r} is read as {new[:80]!r}")
                    for name, old, new in again.changes
                ]
    claims = alert.message.get("claims") or []
    findings += [finding for claim in claims for finding in _check(alert, claim)]
    return Reproduced(alert, tuple(_quoted(claim) for claim in claims), tuple(findings))


def _check(alert: AlertedText, claim: Mapping[str, Any]) -> Iterator[Finding]:
    document = (claim.get("document") or {}).get("url")
    text = alert.documents.get(document, "") if document else alert.text
    place = f"claim at {claim['start']}" + (f" of {document}" if document else "")
    if text[claim["start"] : claim["end"]] != claim["words"]:
        yield Finding("differs", place, f"“{claim['words']}” does not stand there")
    if claim["sentence"] not in text:
        yield Finding("differs", place, f"its sentence does not stand in the text: {claim['sentence'][:80]}")


def _quoted(claim: Mapping[str, Any]) -> Quoted:
    document = claim.get("document") or {}
    where = f"{document['url']} page {document['page']}" if document else ""
    return Quoted(claim["in_words"], claim["sentence"], claim["start"], claim["end"], where)
