"""The state of a page after it was fetched: validators, next recheck, whether it is still there. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher import clock
from watcher.feeds.recheck_plan import after_recheck, next_recheck, recheck_start
from watcher.model.revision import PageState, RemovalState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from watcher.feeds.recheck_plan import Presence, RecheckPlan
    from watcher.model.alert import EventKind
    from watcher.model.poll import ExtractedRelease
    from watcher.model.release import OwnWord
    from watcher.model.revision import StoredRevision
    from watcher.pipeline.ask import Asked


# Outcomes that say that the page is no longer there.
_ABSENT = frozenset({"gone", "missing"})


def next_page_state(
    plan: RecheckPlan, stored: StoredRevision | None, asked: Asked, read: ExtractedRelease, now: datetime
) -> tuple[PageState, tuple[tuple[EventKind, str], ...]]:
    """The state to store, and the event that follows from it: `removed` or `restored` with a sentence, or none."""
    outcome, word = read.page_outcome, read.own.withdrawn
    published = read.page.published.at if read.page.published else None
    if stored is None and not word:
        due = next_recheck(recheck_start(published, now), plan.after, now) if outcome != "no_page" else None
        return _page_state(stored, asked, outcome, RemovalState(), due), ()
    first_seen_at = stored.release.first_seen_at if stored else now
    before = stored.release.page_state.removal if stored else RemovalState()
    presence = "withdrawn" if word or stored is None else _presence(outcome, stored)
    removal, kind, due = after_recheck(before, presence, recheck_start(published, first_seen_at), plan, now)
    if outcome == "no_page" and presence in {"there", "withdrawn"}:
        due = None  # there is nothing to ask for: only its feeds can say that it is gone, or back
    detail = (
        f"the publisher says: {word}" if word else _detail(kind, removal, before, outcome, asked, now) if kind else ""
    )
    state = _page_state(stored, asked, outcome, removal, due)
    # The next recheck is to see whether the word still stands: not modified would not say.
    state = replace(state, etag=None, last_modified=None, page_sha256=None) if word else state
    return state, ((kind, detail),) if kind else ()


def stated_changes(
    own: OwnWord, stored: StoredRevision | None, known: Collection[str]
) -> tuple[tuple[EventKind, str], ...]:
    """An event for each change that the publisher states since the first sight; `known` were events before."""
    if stored is None:
        return ()
    fresh = [change for change in reversed(own.changes) if change.at > stored.release.first_seen_at]
    said = (f"the publisher says ({clock.to_text(change.at)}): {change.words}" for change in fresh)
    return tuple(("stated_change", words) for words in dict.fromkeys(said) if words not in known)


def _presence(outcome: str, stored: StoredRevision) -> Presence:
    """Whether the release was found. A page never found is no removal unless the release has left the feed too."""
    if outcome in _ABSENT:
        return "missing" if stored.release.has_page or stored.release.is_vanished else "unknown"
    if outcome == "no_page":
        return "missing" if stored.release.is_vanished else "there"
    return "there" if outcome == "ok" else "unknown"


def _page_state(
    stored: StoredRevision | None, asked: Asked, outcome: str, removal: RemovalState, due: datetime | None
) -> PageState:
    """With the validators of the last body that was the release's."""
    capture = asked.capture
    if outcome == "ok" and asked.outcome == "ok" and capture is not None and capture.body is not None:
        known = asked.validators
        return PageState(due, known.etag, known.last_modified, capture.response.body_sha256, removal)
    if stored is None:
        return PageState(due, removal=removal)
    return replace(stored.release.page_state, due_at=due, removal=removal)


def _detail(
    kind: EventKind, removal: RemovalState, before: RemovalState, outcome: str, asked: Asked, now: datetime
) -> str:
    if kind == "restored" and before.removed_at is not None:
        return f"it is back after {_days(now, before.missing_since or before.removed_at)}"
    why = {"no_page": "taken out of its feed", "missing": "the page shows something else or says that it was not found"}
    answered = asked.capture.response.status if asked.capture else 0
    status = f"the page answers {answered}" if answered else outcome
    since = _days(now, removal.missing_since or now)
    return f"{why.get(outcome, status)}: missing at {removal.missing_count} rechecks within {since}"


def _days(now: datetime, then: datetime) -> str:
    hours = round((now - then).total_seconds() / 3600)
    if not hours:
        return "less than an hour"
    return f"{hours} hours" if hours < 2 * 24 else f"{hours // 24} days"
