"""An event of a feed, or the removal or return of a release, and the rules to an alert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.alerts.message import notice, notice_message, release_message
from watcher.alerts.rules import highest_priority, match_rules, rules_for_event
from watcher.model.wording import headline, lead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.alerts.message import ReleaseContext
    from watcher.alerts.routing import Routing
    from watcher.config.rules import Rule, RuleEvent
    from watcher.model.alert import AlertRecord
    from watcher.model.claim import Detection
    from watcher.model.release import PageText


# The event that rules ask for, by the kind of the row in `events`; a kind that is not named here raises no alert.
EVENT_OF: Mapping[str, RuleEvent] = {
    "failing": "feed_unhealthy",
    "silent": "feed_unhealthy",
    "shrunk": "feed_unhealthy",
    "site_changed": "feed_unhealthy",
    "walled": "feed_unhealthy",
    "recovered": "feed_recovered",
    "stopped": "stopped",
    "gap": "gap",
    "renumbered": "feed_unhealthy",
    "cut_short": "gap",
    "stale": "stale",
    "moved": "moved",
    "move_pending": "move_pending",
    "proof_lost": "proof_lost",
    "proof_found": "proof_found",
    "removed": "removed",
    "restored": "restored",
}
_FEED_SENTENCES = {
    "failing": "cannot be read",
    "silent": "has published nothing new for unusually long",
    "shrunk": "lists far fewer entries than it used to",
    "site_changed": "leads to pages that are no longer read as they should be",
    "walled": "leads to pages that turn this program away",
    "recovered": "has recovered",
    "stopped": "is gone (its server answered 410) and is no longer polled",
    "gap": "may have lost releases between two polls",
    "renumbered": "has new numbers for its messages: those of the last weeks are compared again",
    "cut_short": "brought a message that is too large: only its headers were read",
    "stale": "had answered “not modified” although there were new releases",
    "moved": "has moved within its site",
    "proof_lost": "is no longer linked by the official page that proves it, and does not count as official",
    "proof_found": "is linked by the official page that proves it",
    "move_pending": "redirects to another site: confirm the new address",
}
_RELEASE_SENTENCES = {
    "removed": "The release was removed from where it was published. Its text is kept.",
    "restored": "The release is back where it was published.",
}


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """Something that happened to a feed: `kind` and `detail` as the row in `events` has them."""

    kind: str
    detail: str
    at: datetime
    publisher: str
    publisher_name: str
    feed: str
    installation: str


@dataclass(frozen=True, slots=True)
class ReleaseEvent:
    """The removal or return of a release, with its newest text and claims."""

    kind: str
    detail: str
    at: datetime
    page: PageText
    detection: Detection
    context: ReleaseContext


def decide_feed_event(found: FeedEvent, *, rules: Sequence[Rule], routing: Routing) -> AlertRecord | None:
    """The alert that an event of a feed raises, or None where no rule asks for it."""
    event = EVENT_OF.get(found.kind)
    matched = rules_for_event(rules, event, found.publisher, found.feed) if event else ()
    if event is None or not matched:
        return None
    said = f"{found.feed} {_FEED_SENTENCES[found.kind]}"
    message = notice_message(
        notice(found.kind, f"feed:{found.feed}", f"{said}.", detail=found.detail, since=found.at),
        priority=highest_priority(matched),
        installation=found.installation,
        at=found.at,
        publisher=(found.publisher, found.publisher_name),
        feed=found.feed,
        matched=matched,
    )
    title = lead(found.publisher, "", said)
    return routing.alert(event, matched, title=title, message=message, at=found.at, feed=found.feed)


def decide_release_event(found: ReleaseEvent, *, rules: Sequence[Rule], routing: Routing) -> AlertRecord | None:
    """The alert that the removal or return of a release raises, for rules that ask for it and match its claims."""
    event, context, page, detection = EVENT_OF.get(found.kind), found.context, found.page, found.detection
    if event is None:
        return None
    where = {"publisher": context.publisher, "feed": context.feed}
    matched = match_rules(rules, {event}, detection, languages=page.all_languages, **where)
    if not matched:
        return None
    said = notice(found.kind, context.url or "", _RELEASE_SENTENCES[found.kind], detail=found.detail, since=found.at)
    message = release_message(page, detection, context, highest_priority(matched), matched) | {"notice": said}
    title = headline(detection, context.publisher, page.title, page.dateline, event=event)
    return routing.alert(event, matched, title=title, message=message, at=found.at, feed=context.feed)
