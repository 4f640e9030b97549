"""A release is looked at: its page is asked for, read, searched for claims, and weighed against the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from watcher import clock
from watcher.alerts import message, releases
from watcher.content.revision_diff import RevisionText
from watcher.detect.totals import together
from watcher.errors import Killed
from watcher.feeds.identity import text_sha256
from watcher.feeds.schedule import Plan, after_look, begun_at, next_look
from watcher.fetch.caching import Validators
from watcher.fetch.request import feed_of
from watcher.model.claim import Detection
from watcher.model.poll import Observation
from watcher.model.release import PageText, Problem
from watcher.model.revision import Looked, RemovalState
from watcher.pipeline.ask import Asked, ask_document
from watcher.pipeline.attachments import read_documents, search_documents
from watcher.pipeline.parse import Reading, compare_texts, read_release, search_page
from watcher.store.alerts import active_mutes
from watcher.store.relays import find_relays
from watcher.store.revisions import before_text, kept_documents, latest_revision, same_text
from watcher.store.rows import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.config.publishers import Publisher
    from watcher.config.settings import Settings
    from watcher.content.revision_diff import RevisionDiff
    from watcher.feeds.schedule import Presence
    from watcher.model.alert import AlertRecord, EventKind, Relay
    from watcher.model.feed import FeedState, ParsedEntry
    from watcher.model.poll import Capture, ReadDocument
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.runtime import Runtime


# What may pass by itself; everything else stays as it is until the release is looked at again.
_PASSING = frozenset({"http_status", "timed_out", "unreachable", "truncated", "blocked", "tls", "held"})
_FIRST_RETRY = timedelta(minutes=10)
_LAST_RETRY = timedelta(hours=24)
_MOST_RETRIES = 12


async def observe(
    runtime: Runtime, feed: FeedState, parsed: ParsedEntry, release_id: int | None, *, is_again: bool = False
) -> Observation:
    """Look at one release, known or not. Never raises a FetchError: what kept the page from being read is recorded.

    `is_again`: nothing is new but the time. Then the page is asked for conditionally, and the same bytes are not read.
    """
    previous = await runtime.store.read(latest_revision, release_id) if release_id is not None else None
    visit = await _ask_page(runtime, feed, parsed, previous if is_again else None)
    reading = await _reading(runtime, feed, parsed, visit, previous)
    if release_id is None:
        release_id = await _twin(runtime, feed, reading)
        previous = await runtime.store.read(latest_revision, release_id) if release_id is not None else None
    now = clock.now()
    kept = await runtime.store.read(kept_documents, release_id) if release_id is not None else ()
    documents = await read_documents(runtime, feed, parsed.entry, reading.page, kept, visit.outcome)
    is_revision = previous is None or _is_other(reading, documents, previous)
    diff, alert = None, None
    if is_revision:
        seen = _Seen(parsed, reading, visit, documents, previous, now)
        reading, documents, diff, alert = await _weigh(runtime, feed, seen)
    failures, due_at = _page_debt(reading.page_outcome, previous, now)
    publisher, _ = feed_of(runtime.configuration, feed.name)
    left, happened = looked(plan_of(runtime.configuration.settings, publisher), previous, visit, reading, now)
    revised = _events(diff, alert) if is_revision and previous is not None else ()
    return Observation(
        parsed=parsed,
        release_id=release_id,
        page=reading.page,
        text_from=reading.text_from,
        text_sha256=reading.text_sha256,
        page_outcome=reading.page_outcome,
        detection=reading.detection,
        observed_at=now,
        is_revision=is_revision,
        page_failure_count=failures,
        page_due_at=due_at,
        capture=visit.capture,
        alert=alert,
        documents=documents,
        bands=reading.bands,
        events=(*happened, *revised),
        looked=left,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at a release brought, before its claims are weighed."""

    parsed: ParsedEntry
    reading: Reading
    visit: Asked
    documents: tuple[ReadDocument, ...]
    previous: StoredRevision | None
    now: datetime


async def _weigh(
    runtime: Runtime, feed: FeedState, seen: _Seen
) -> tuple[Reading, tuple[ReadDocument, ...], RevisionDiff | None, AlertRecord | None]:
    """A new text with all its claims, those of its documents too, what differs from the text before, and the alert."""
    reading = seen.reading
    if seen.visit.outcome == "not_modified":
        reading = await _searched(runtime, feed, reading)
    documents = await search_documents(runtime, feed, seen.documents, reading.page)
    found = together(reading.detection, (one.detection for one in documents if one.detection is not None))
    reading = replace(reading, detection=found)
    relays = await _relays(runtime, feed, reading, seen.now)
    previous, body = seen.previous, _body_sha256(seen.visit.capture, reading)
    diff = await compare_with(runtime, feed, previous, reading, body, seen.now) if previous is not None else None
    alert = await _alert(runtime, feed, seen.parsed, reading, body, previous, relays, diff, seen.now)
    return reading, documents, diff, alert


def _events(diff: RevisionDiff | None, alert: AlertRecord | None) -> tuple[tuple[EventKind, str], ...]:
    return events_of(diff, has_alert=alert is not None and alert.event != "withdrawn")


async def _twin(runtime: Runtime, feed: FeedState, reading: Reading) -> int | None:
    """The publisher's release that says this word for word under another guid and address, if there is one."""
    said = (reading.page, reading.text_from, reading.text_sha256)
    return await runtime.store.read(same_text, feed.publisher_id, *said)


def _is_other(reading: Reading, documents: Sequence[ReadDocument], previous: StoredRevision) -> bool:
    """Whether the text or a document says something else now.

    A feed's teaser is never the next revision of a page that could be read before.
    """
    if previous.text_from == "page" and reading.text_from == "feed":
        return False
    return reading.text_sha256 != previous.text_sha256 or any(one.is_new for one in documents)


def _page_debt(outcome: str, previous: StoredRevision | None, now: datetime) -> tuple[int, datetime | None]:
    """How often the page failed for a passing reason, and when it is asked for again."""
    if outcome not in _PASSING:
        return 0, None
    failures = (previous.page_failure_count if previous else 0) + 1
    wait = min(_LAST_RETRY, _FIRST_RETRY * 2 ** (failures - 1))
    return failures, now + wait if failures <= _MOST_RETRIES else None


async def _ask_page(runtime: Runtime, feed: FeedState, parsed: ParsedEntry, known: StoredRevision | None) -> Asked:
    """Ask for the page; where its text is `known`, the same bytes count as not modified."""
    _, configured = feed_of(runtime.configuration, feed.name)
    if parsed.entry.url is None or not configured.fetch_pages:
        return Asked("no_page")
    if known is None or not known.has_page or known.page_sha256 is None:
        return await ask_document(runtime, feed, parsed.entry.url, "page")
    asked = await ask_document(runtime, feed, parsed.entry.url, "page", Validators(known.etag, known.last_modified))
    is_same = asked.answer is not None and sha256(asked.answer.body) == known.page_sha256
    return replace(asked, outcome="not_modified", answer=None) if is_same else asked


async def _reading(
    runtime: Runtime, feed: FeedState, parsed: ParsedEntry, visit: Asked, previous: StoredRevision | None
) -> Reading:
    """What the answer says; a page that was not modified says what it said."""
    if visit.outcome == "not_modified" and previous is not None and previous.page is not None:
        origin: Literal["page", "feed"] = "page" if previous.text_from == "page" else "feed"
        return Reading(previous.page, origin, previous.text_sha256, "ok", Detection(()))
    return await _read(runtime, feed, parsed, visit, previous.page.text if previous and previous.page else "")


async def _searched(runtime: Runtime, feed: FeedState, reading: Reading) -> Reading:
    """A stored text with its claims: a document of it says something else now."""
    publisher, _ = feed_of(runtime.configuration, feed.name)
    found = await runtime.workers.run(search_page, reading.page, runtime.context(publisher))
    return replace(reading, detection=found)


async def _read(runtime: Runtime, feed: FeedState, parsed: ParsedEntry, visit: Asked, known: str) -> Reading:
    """Read in a worker; a page that kills it is left aside, and so is, last of all, the entry's own markup."""
    publisher, _ = feed_of(runtime.configuration, feed.name)
    context = runtime.context(publisher)
    try:
        return await runtime.workers.run(read_release, parsed, visit.answer, visit.outcome, context, known)
    except Killed:
        try:
            return await runtime.workers.run(read_release, parsed, None, "killed", context)
        except Killed as error:
            return _unreadable(parsed, str(error))


def _unreadable(parsed: ParsedEntry, reason: str) -> Reading:
    """A record of the little that is known; the problem `unread` says that it must not look like "no casualties"."""
    entry = parsed.entry
    problem = Problem("unread", reason)
    page = PageText(title=entry.title, text="", published=entry.published, canonical_url=entry.url)
    detection = Detection((), problems=(problem,))
    return Reading(page, "feed", text_sha256(page), "killed", detection)


async def _relays(runtime: Runtime, feed: FeedState, reading: Reading, now: datetime) -> tuple[Relay, ...]:
    """Releases of other publishers that say the same: one alert may then name them all."""
    return await runtime.store.read(
        find_relays, reading.bands, reading.page.text, publisher_id=feed.publisher_id, now=now
    )


def _body_sha256(capture: Capture | None, reading: Reading) -> str:
    """The hash of the bytes that the text was read from, where it is the page's."""
    body = capture.body if capture is not None and reading.text_from == "page" else None
    return sha256(body) if body is not None else ""


async def _alert(
    runtime: Runtime,
    feed: FeedState,
    parsed: ParsedEntry,
    reading: Reading,
    body_sha256: str,
    previous: StoredRevision | None,
    relays: tuple[Relay, ...],
    diff: RevisionDiff | None,
    now: datetime,
) -> AlertRecord | None:
    settings = runtime.configuration.settings
    publisher, _ = feed_of(runtime.configuration, feed.name)
    context = message.ReleaseContext(
        publisher=publisher.code,
        publisher_name=publisher.name,
        feed=feed.name,
        url=reading.page.canonical_url or parsed.entry.url,
        observed_at=now,
        text_from=reading.text_from,
        page_outcome=reading.page_outcome,
        installation=settings.name,
        # An address that was changed by hand begins anew: what stands there may be an archive.
        is_first_poll=feed.succeeded_at is None or feed.body_sha256 is None,
        body_sha256=body_sha256,
        alert_max_age=timedelta(seconds=settings.alert_max_age),
        relay_of=relays,
        diff=diff,
    )
    mutes = await runtime.store.read(active_mutes, now)
    return releases.decide_by_settings(
        settings, reading.page, reading.detection, context, previous=previous, mutes=mutes
    )


# A release says something else than before: what was changed, and what it means.

_LONGEST = 1_000


async def compare_with(
    runtime: Runtime, feed: FeedState, previous: StoredRevision, reading: Reading, body_sha256: str, now: datetime
) -> RevisionDiff | None:
    """What a new text changed in the one before; None where the comparison was killed: then it is told without.

    `body_sha256` is the hash of the page's bytes, empty where the text is the feed's.
    """
    publisher, _ = feed_of(runtime.configuration, feed.name)
    before = await runtime.store.read(before_text, previous)
    after = RevisionText(
        number=previous.number + 1,
        title=reading.page.title,
        text=reading.page.text,
        text_sha256=reading.text_sha256,
        observed_at=clock.to_text(now),
        body_sha256=body_sha256,
        text_from=reading.text_from,
        claims=reading.detection.claims,
    )
    try:
        return await runtime.workers.run(compare_texts, before, previous.page, after, runtime.context(publisher))
    except Killed:
        return None


def events_of(diff: RevisionDiff | None, *, has_alert: bool) -> tuple[tuple[EventKind, str], ...]:
    """The event of a revision, in words: `withdrawn` where claims are gone and nobody was alerted, else `revised`.

    Where the page could be read at last, or no more, the publisher has changed nothing: that is no event.
    """
    if diff is None:
        return (("revised", "it was not compared with the revision before"),)
    lost = [change.words for change in diff.claims if change.kind == "lost"]
    if lost and not has_alert:
        return (("withdrawn", "; ".join(lost)[:_LONGEST]),)
    if diff.old.text_from != diff.new.text_from and not diff.claims:
        return ()
    deleted, inserted = diff.words
    counted = f"words taken out: {deleted}, put in: {inserted}"
    return (("revised", "; ".join([counted, *(change.words for change in diff.claims)])[:_LONGEST]),)


# What a look at a release leaves: the validators of its page, when it is looked at next, whether it is still there.

_ABSENT = frozenset({"gone", "missing"})


def plan_of(settings: Settings, publisher: Publisher) -> Plan:
    """When this publisher's pages are looked at again."""
    looks = settings.looks
    after = looks.after if publisher.looks_after is None else publisher.looks_after
    return Plan(after, looks.removal_count, looks.removal_span)


def looked(
    plan: Plan, previous: StoredRevision | None, visit: Asked, reading: Reading, now: datetime
) -> tuple[Looked, tuple[tuple[EventKind, str], ...]]:
    """What is kept of this look, and what it proves: `removed` or `restored` with a sentence, or nothing."""
    outcome = reading.page_outcome
    published = reading.page.published.at if reading.page.published else None
    if previous is None or previous.first_seen_at is None:
        due = next_look(begun_at(published, now), plan.after, now) if outcome != "no_page" else None
        return _kept(previous, visit, outcome, RemovalState(), due), ()
    begun, before = begun_at(published, previous.first_seen_at), previous.removal
    finding = _finding(outcome, previous)
    standing, kind, due = after_look(before, finding, begun, plan, now)
    if outcome == "no_page" and finding == "there":
        due = None  # nowhere to look: only its feeds can tell
    events = ((kind, _said(kind, standing, before, outcome, visit, now)),) if kind else ()
    return _kept(previous, visit, outcome, standing, due), events


def _finding(outcome: str, previous: StoredRevision) -> Presence:
    """What the look found. A page that was never there is no loss unless the feed gave the release up too."""
    if outcome in _ABSENT:
        return "missing" if previous.has_page or previous.is_vanished else "unknown"
    if outcome == "no_page":
        return "missing" if previous.is_vanished else "there"
    return "there" if outcome == "ok" else "unknown"


def _kept(
    previous: StoredRevision | None, visit: Asked, outcome: str, standing: RemovalState, due: datetime | None
) -> Looked:
    """The validators of the last body that was the release's."""
    body = visit.capture.body if visit.capture is not None else None
    if outcome == "ok" and visit.outcome == "ok" and body is not None:
        known = visit.validators
        return Looked(due, known.etag, known.last_modified, sha256(body), standing)
    if previous is None:
        return Looked(due, removal=standing)
    return Looked(due, previous.etag, previous.last_modified, previous.page_sha256, standing)


def _said(
    kind: EventKind, standing: RemovalState, before: RemovalState, outcome: str, visit: Asked, now: datetime
) -> str:
    if kind == "restored" and before.removed_at is not None:
        return f"it is there again, after {_days(now, before.missing_since or before.removed_at)}"
    why = {"no_page": "taken out of its feed", "missing": "the page is another one, or says that there is nothing"}
    status = f"the page answers {visit.capture.status}" if visit.capture and visit.capture.status else outcome
    since = _days(now, standing.missing_since or now)
    return f"{why.get(outcome, status)}: missing at {standing.missing_count} looks within {since}"


def _days(now: datetime, then: datetime) -> str:
    hours = round((now - then).total_seconds() / 3600)
    return f"{hours} hours" if hours < 2 * 24 else f"{hours // 24} days"
