"""Parse the stored bytes again: the record that this version makes of them, compared with the stored one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from watcher.archive.release_evidence import JSON_COLUMNS
from watcher.config.publishers import IMPORTED
from watcher.errors import UNREADABLE, Failed, Killed
from watcher.jobs.stored_revisions import each_revision
from watcher.pipeline.feed_tasks import read_feed
from watcher.pipeline.ocr import with_recognised
from watcher.pipeline.reading import reading_context, rules_of, source_of
from watcher.pipeline.release_tasks import extract_release
from watcher.pipeline.task_values import PageAnswer
from watcher.store.releases import record_fields
from watcher.store.revisions import revision_source, revisions_after
from watcher.store.rows import as_json, encodable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from watcher.model.feed import ParsedEntry
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.runtime import Runtime
    from watcher.store.captures import KeptBody
    from watcher.store.revisions import RevisionSource


_BATCH = 50


@dataclass(frozen=True, slots=True)
class Reparsed:
    """One revision read again.

    `record` is empty where that failed: then `changes` says why under `unread`. A change is a field with its
    stored value and its new one.
    """

    release_id: int
    number: int
    title: str
    record: Mapping[str, Any]
    changes: tuple[tuple[str, str, str], ...]


def reparse(runtime: Runtime, release_id: int | None = None) -> AsyncIterator[Reparsed]:
    """Read the stored bytes of every revision (or of one release) again. Writes nothing and makes no request."""

    async def work(stored: StoredRevision) -> Reparsed:
        source = await runtime.store.read(revision_source, stored)
        record, reason = await _record(runtime, stored, source)
        changes = _changes(source.row, record) if record else (("unread", "", reason),)
        return Reparsed(stored.release_id, stored.number, stored.page.title, record, changes)

    return each_revision(runtime, partial(revisions_after, release_id=release_id, limit=_BATCH), work)


async def _record(runtime: Runtime, stored: StoredRevision, source: RevisionSource) -> tuple[dict[str, Any], str]:
    """The record as it is read now, or why there is none."""
    code = stored.publisher
    publisher = IMPORTED if code == IMPORTED.code else runtime.configuration.publisher(code)
    if publisher is None:
        return {}, f"the publisher {code} is no longer configured"
    parsed = await _entry(runtime, stored.identity, source.document) or source.entry
    if parsed is None:
        return {}, "the bytes of the entry are not kept"
    _, feed = runtime.configuration.by_name.get(stored.feed, (None, None))
    api = feed.api if feed else None
    context = reading_context(runtime.words, publisher, runtime.configuration.settings, api=api)
    outcome, answer = stored.page_outcome, _answer(source.page)
    if answer is not None:
        answer = await with_recognised(runtime.workers, answer, runtime.configuration.settings.ocr)
    try:
        reading = await runtime.workers.run(extract_release, parsed, answer, "ok" if answer else outcome, context)
    except (Killed, Failed) as error:
        return {}, str(error)
    found = {"text_from": reading.text_from, "page_outcome": reading.page_outcome}
    return record_fields(reading.page, parsed.entry.author) | found, ""


def _answer(page: KeptBody | None) -> PageAnswer | None:
    if page is None or page.outcome != "ok":
        return None
    return PageAnswer(page.body, page.url, page.content_type, page.ended_at)


async def _entry(runtime: Runtime, identity: str, document: KeptBody | None) -> ParsedEntry | None:
    """The entry as the feed gave it when the revision was made, where that document was kept."""
    if document is None:
        return None
    try:
        publisher, feed = runtime.configuration.by_name[document.feed]
    except KeyError:
        return None
    source = source_of(publisher, feed, document.url, document.content_type, document.ended_at)
    try:
        _, entries = await runtime.workers.run(
            read_feed, document.body, source, publisher.code, feed.kind, rules_of(feed)
        )
    except UNREADABLE:
        return None
    return next((entry for entry in entries if entry.identity == identity), None)


def _changes(row: Mapping[str, Any], record: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Field, stored value and new value wherever they differ."""
    said = ((name, _said(name, row[name]), _said(name, new)) for name, new in record.items())
    return tuple((name, old, new) for name, old, new in said if old != new)


def _said(name: str, value: Any) -> str:
    """A field as text; of a list the same one, however earlier versions wrote it."""
    text = "" if value is None else encodable(str(value))
    return as_json(json.loads(text)) if name in JSON_COLUMNS else text
