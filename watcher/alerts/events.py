"""What happened to a feed, or became of a release, to an alert. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import clock
from watcher.alerts.message import notice, reasons, release_message
from watcher.alerts.rules import Matched, asking, highest, matching
from watcher.model.alert import AlertRecord
from watcher.model.wording import headline, lead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.alerts.message import Occasion
    from watcher.alerts.routing import Plan
    from watcher.config.rules import Rule, RuleEvent
    from watcher.model.claim import Detection
    from watcher.model.release import PageText


# The event that rules ask for by the kind of the row in `events`; what is not named here tells nobody anything.
EVENT_OF: Mapping[str, RuleEvent] = {
    "failing": "source_unhealthy",
    "silent": "source_unhealthy",
    "shrunk": "source_unhealthy",
    "site_changed": "source_unhealthy",
    "recovered": "source_recovered",
    "stopped": "stopped",
    "gap": "gap",
    "stale": "stale",
    "moved": "moved",
    "move_pending": "move_pending",
    "removed": "removed",
    "restored": "restored",
}
_SAID = {
    "failing": "cannot be read",
    "silent": "has brought nothing new for unusually long",
    "shrunk": "lists far fewer entries than it used to",
    "site_changed": "leads to pages in which nothing is found where it used to be",
    "recovered": "is well again",
    "stopped": "is gone for good, says its server (410), and is no longer asked",
    "gap": "may have lost releases between two polls",
    "stale": "had kept releases back behind answers of “not modified”",
    "moved": "has moved within its site",
    "move_pending": "says that it moved to another site: confirm the new address",
}
_FATES = {
    "removed": "The release was taken away by its publisher; its text is kept.",
    "restored": "The release is there again.",
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
    """Something that became of a release as it stands: its newest text and claims."""

    kind: str
    detail: str
    at: datetime
    page: PageText
    detection: Detection
    occasion: Occasion


def decide_feed_event(found: FeedEvent, *, rules: Sequence[Rule], plan: Plan) -> AlertRecord | None:
    """The alert that an event of a feed raises, or None where no rule asks for it."""
    event = EVENT_OF.get(found.kind)
    matched = asking(rules, event, found.publisher, found.feed) if event else ()
    if event is None or not matched:
        return None
    priority = highest(matched)
    said = f"{found.feed} {_SAID[found.kind]}"
    return AlertRecord(
        event=event,
        priority=priority,
        rules=tuple(one.rule.name for one in matched),
        title=lead(found.publisher, "", said),
        message={
            "priority": priority,
            "publisher": {"code": found.publisher, "name": found.publisher_name},
            "feed": found.feed,
            "installation": found.installation,
            "observed_at": clock.to_text(found.at),
            "rules": reasons(matched),
            "notice": notice(found.kind, f"feed:{found.feed}", f"{said}.", detail=found.detail, since=found.at),
        },
        dispatches=plan.dispatches(matched, priority, found.at, feed=found.feed),
        muted=plan.muted(matched, feed=found.feed),
    )


def decide_release_event(found: ReleaseEvent, *, rules: Sequence[Rule], plan: Plan) -> AlertRecord | None:
    """The alert that the removal or the return of a release raises: for rules that ask for it and match its claims."""
    event, occasion, page, detection = EVENT_OF.get(found.kind), found.occasion, found.page, found.detection
    where = {"publisher": occasion.publisher, "feed": occasion.feed, "language": page.language}
    matched = [
        Matched(rule, numbers)
        for rule in rules
        if event in rule.events and (numbers := matching(rule, detection, **where))
    ]
    if event is None or not matched:
        return None
    priority = highest(matched)
    told = notice(found.kind, occasion.url or "", _FATES[found.kind], detail=found.detail, since=found.at)
    return AlertRecord(
        event=event,
        priority=priority,
        rules=tuple(one.rule.name for one in matched),
        title=headline(detection, occasion.publisher, page.title, page.dateline, event=event),
        message=release_message(page, detection, occasion, priority, matched) | {"notice": told},
        dispatches=plan.dispatches(matched, priority, found.at, feed=occasion.feed),
        muted=plan.muted(matched, feed=occasion.feed),
    )
