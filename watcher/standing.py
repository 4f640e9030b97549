"""What a look at a release leaves: the validators of its page, when it is looked at next, whether it is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.records import Looked, Standing
from watcher.schedule.looks import Plan, after_look, begun_at, next_look
from watcher.store.rows import sha256

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.config import Publisher, Settings
    from watcher.documents import Asked
    from watcher.records import EventKind, StoredRevision
    from watcher.schedule.looks import Finding
    from watcher.tasks import Reading

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
        return _kept(previous, visit, outcome, Standing(), due), ()
    begun, before = begun_at(published, previous.first_seen_at), previous.standing
    finding = _finding(outcome, previous)
    standing, kind, due = after_look(before, finding, begun, plan, now)
    if outcome == "no_page" and finding == "there":
        due = None  # nowhere to look: only its feeds can tell
    events = ((kind, _said(kind, standing, before, outcome, visit, now)),) if kind else ()
    return _kept(previous, visit, outcome, standing, due), events


def _finding(outcome: str, previous: StoredRevision) -> Finding:
    """What the look found. A page that was never there is no loss unless the feed gave the release up too."""
    if outcome in _ABSENT:
        return "missing" if previous.has_page or previous.is_vanished else "unknown"
    if outcome == "no_page":
        return "missing" if previous.is_vanished else "there"
    return "there" if outcome == "ok" else "unknown"


def _kept(
    previous: StoredRevision | None, visit: Asked, outcome: str, standing: Standing, due: datetime | None
) -> Looked:
    """The validators of the last body that was the release's."""
    body = visit.capture.body if visit.capture is not None else None
    if outcome == "ok" and visit.outcome == "ok" and body is not None:
        known = visit.validators
        return Looked(due, known.etag, known.last_modified, sha256(body), standing)
    if previous is None:
        return Looked(due, standing=standing)
    return Looked(due, previous.etag, previous.last_modified, previous.page_sha256, standing)


def _said(kind: EventKind, standing: Standing, before: Standing, outcome: str, visit: Asked, now: datetime) -> str:
    if kind == "restored" and before.removed_at is not None:
        return f"it is there again, after {_days(now, before.missing_since or before.removed_at)}"
    why = {"no_page": "taken out of its feed", "missing": "the page is another one, or says that there is nothing"}
    status = f"the page answers {visit.capture.status}" if visit.capture and visit.capture.status else outcome
    since = _days(now, standing.missing_since or now)
    return f"{why.get(outcome, status)}: missing at {standing.missing_count} looks within {since}"


def _days(now: datetime, then: datetime) -> str:
    hours = round((now - then).total_seconds() / 3600)
    return f"{hours} hours" if hours < 2 * 24 else f"{hours // 24} days"
