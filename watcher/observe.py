"""A release is looked at: its page is asked for, read, searched for claims, and weighed against the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import alerts, captures, clock
from watcher.errors import Disallowed, FetchError, Killed
from watcher.fetch import ask, judge
from watcher.identity import text_sha256
from watcher.models import Detection, PageText, Problem
from watcher.records import Observation
from watcher.requests import PAGE_ACCEPT, feed_of, request_for, secret_headers
from watcher.store.read import latest_revision
from watcher.tasks import Context, PageAnswer, Reading, outcome_of, read_release

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.net import Request
    from watcher.records import AlertRecord, Capture, FeedState, ParsedEntry, StoredRevision
    from watcher.shell import Shell

# What may pass by itself; everything else stays as it is until the release is looked at again.
_PASSING = frozenset({"http_status", "timed_out", "unreachable", "truncated", "blocked", "tls", "held"})
_FIRST_RETRY = timedelta(minutes=10)
_LAST_RETRY = timedelta(hours=24)
_MOST_RETRIES = 12


@dataclass(frozen=True, slots=True)
class _PageVisit:
    outcome: str
    answer: PageAnswer | None = None
    capture: Capture | None = None


async def observe(shell: Shell, feed: FeedState, parsed: ParsedEntry, release_id: int | None) -> Observation:
    """Look at one release, known or not. Never raises a FetchError: what kept the page from being read is recorded."""
    visit = await _ask_page(shell, feed, parsed)
    reading = await _read(shell, feed, parsed, visit)
    previous = await shell.store.read(latest_revision, release_id) if release_id is not None else None
    now = clock.now()
    is_revision = previous is None or _is_other_text(reading, previous)
    failures, due_at = _page_debt(reading.page_outcome, previous, now)
    alert = _alert(shell, feed, parsed, reading, previous, now) if is_revision else None
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
    )


def _is_other_text(reading: Reading, previous: StoredRevision) -> bool:
    """Whether this is another text; a feed's teaser is never the next revision of a page that could be read before."""
    is_step_back = previous.text_from == "page" and reading.text_from == "feed"
    return not is_step_back and reading.text_sha256 != previous.text_sha256


def _page_debt(outcome: str, previous: StoredRevision | None, now: datetime) -> tuple[int, datetime | None]:
    """How often the page failed for a passing reason, and when it is asked for again."""
    if outcome not in _PASSING:
        return 0, None
    failures = (previous.page_failure_count if previous else 0) + 1
    wait = min(_LAST_RETRY, _FIRST_RETRY * 2 ** (failures - 1))
    return failures, now + wait if failures <= _MOST_RETRIES else None


async def _ask_page(shell: Shell, feed: FeedState, parsed: ParsedEntry) -> _PageVisit:
    publisher, configured = feed_of(shell.configuration, feed.name)
    if parsed.entry.url is None or not configured.fetch_pages:
        return _PageVisit("no_page")
    request = request_for(
        shell.configuration.settings.http, publisher, configured, parsed.entry.url, accept=PAGE_ACCEPT
    )
    hidden = secret_headers(publisher, configured)
    started_at = clock.now()
    try:
        await _heed_robots(shell, request)
        response = await ask(shell.client, shell.hosts, request)
    except FetchError as error:
        ended_at = clock.now()
        failed = captures.of_failure("page", request, error, started_at=started_at, ended_at=ended_at, hidden=hidden)
        return _PageVisit(outcome_of(error), capture=failed)
    outcome, detail = "ok", None
    try:
        judge(response)
    except FetchError as error:
        outcome, detail = outcome_of(error), error.reason
    capture = captures.of_response(
        "page", request, response, outcome=outcome, error=detail, keeps_body=True, hidden=hidden
    )
    content_type = response.header("content-type") or ""
    answer = PageAnswer(response.body, response.url, content_type, response.ended_at) if outcome == "ok" else None
    return _PageVisit(outcome, answer, capture)


async def _heed_robots(shell: Shell, request: Request) -> None:
    """Raise Disallowed where robots.txt forbids the page and the operator has not decided otherwise (RFC 9309)."""
    if not shell.configuration.settings.http.robots:
        return
    verdict = await shell.robots.judge(shell.client, shell.hosts, request)
    if not verdict.is_allowed:
        raise Disallowed(request.url, f"robots.txt: {verdict.why}")


async def _read(shell: Shell, feed: FeedState, parsed: ParsedEntry, visit: _PageVisit) -> Reading:
    """Read in a worker; a page that kills it is left aside, and so is, last of all, the entry's own markup."""
    publisher, _ = feed_of(shell.configuration, feed.name)
    context = Context(shell.words, publisher.language, publisher.page_rules())
    try:
        return await shell.workers.run(read_release, parsed, visit.answer, visit.outcome, context)
    except Killed:
        try:
            return await shell.workers.run(read_release, parsed, None, "killed", context)
        except Killed as error:
            return _unreadable(parsed, str(error))


def _unreadable(parsed: ParsedEntry, reason: str) -> Reading:
    """A record of the little that is known; the problem `unread` says that it must not look like "no casualties"."""
    entry = parsed.entry
    problem = Problem("unread", reason)
    page = PageText(title=entry.title, text="", published=entry.published, canonical_url=entry.url)
    detection = Detection((), problems=(problem,))
    return Reading(page, "feed", text_sha256(page), "killed", detection)


def _alert(
    shell: Shell,
    feed: FeedState,
    parsed: ParsedEntry,
    reading: Reading,
    previous: StoredRevision | None,
    now: datetime,
) -> AlertRecord | None:
    settings = shell.configuration.settings
    publisher, _ = feed_of(shell.configuration, feed.name)
    occasion = alerts.Occasion(
        publisher=publisher.code,
        publisher_name=publisher.name,
        feed=feed.name,
        url=reading.page.canonical_url or parsed.entry.url,
        observed_at=now,
        text_from=reading.text_from,
        page_outcome=reading.page_outcome,
        installation=settings.name,
        is_first_poll=feed.succeeded_at is None,
        alert_max_age=timedelta(seconds=settings.alert_max_age),
    )
    return alerts.decide(
        reading.page,
        reading.detection,
        occasion,
        rules=settings.rules or alerts.DEFAULT_RULES,
        channels=[channel.name for channel in settings.channels if channel.enabled],
        previous=previous,
    )
