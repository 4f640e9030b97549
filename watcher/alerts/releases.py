"""A revision and the rules to an alert: one event of one revision, naming every rule that matched. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.alerts.message import Occasion, notice, release_message
from watcher.alerts.routing import Plan, plan_of
from watcher.alerts.rules import CLAIM_EVENTS, Matched, highest, is_of_place, is_unread, matching, rules_of, said_before
from watcher.model.alert import NO_MUTES, AlertRecord, Mutes
from watcher.model.wording import claims_in_words, headline, lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.config.rules import Rule
    from watcher.config.settings import Settings
    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.alert import AlertEvent
    from watcher.model.claim import Detection
    from watcher.model.release import PageText
    from watcher.model.revision import StoredRevision


def decide(
    page: PageText,
    detection: Detection,
    occasion: Occasion,
    *,
    rules: Sequence[Rule],
    plan: Plan,
    previous: StoredRevision | None = None,
    is_found_later: bool = False,
) -> AlertRecord | None:
    """The alert that this revision raises, or None.

    The first poll of a feed stores everything and alerts only on releases younger than `alert_max_age`: what is old
    is no news. A later revision is `changed` when its claims are not those that were stored before, `withdrawn` when
    none is left that any rule asks for. `is_found_later`: a better detector found the claims in a text that was stored
    long ago.
    """
    if _is_old(page, occasion):
        return None
    claiming = [
        Matched(rule, found) for rule in rules if (found := _found(rule, page, detection, occasion)) and _asks(rule)
    ]
    event, matched = _event(claiming, rules, page, detection, occasion, previous, is_found_later=is_found_later)
    if not matched:
        return None
    priority = highest(matched)
    return AlertRecord(
        event=event,
        priority=priority,
        rules=tuple(one.rule.name for one in matched),
        title=_title(event, page, detection, occasion, previous),
        message=release_message(page, detection, occasion, priority, matched) | _notice(event, occasion, previous),
        dispatches=plan.dispatches(
            matched,
            priority,
            occasion.observed_at,
            feed=occasion.feed,
            is_many=occasion.is_first_poll or is_found_later,
        ),
        muted=plan.muted(matched, feed=occasion.feed),
    )


def decide_under(
    settings: Settings,
    page: PageText,
    detection: Detection,
    occasion: Occasion,
    *,
    previous: StoredRevision | None = None,
    is_found_later: bool = False,
    mutes: Mutes = NO_MUTES,
) -> AlertRecord | None:
    """`decide` by the rules and enabled channels of a configuration; without a rule the default ones hold."""
    return decide(
        page,
        detection,
        occasion,
        rules=rules_of(settings),
        plan=plan_of(settings, mutes),
        previous=previous,
        is_found_later=is_found_later,
    )


def _found(rule: Rule, page: PageText, detection: Detection, occasion: Occasion) -> tuple[int, ...]:
    return matching(
        rule, detection, publisher=occasion.publisher, feed=occasion.feed, language=page.language or detection.language
    )


def _asks(rule: Rule) -> bool:
    """Whether a rule is about claims at all, and not only about feeds or what becomes of a release."""
    return bool(CLAIM_EVENTS & set(rule.events))


def _event(
    claiming: list[Matched],
    rules: Sequence[Rule],
    page: PageText,
    detection: Detection,
    occasion: Occasion,
    previous: StoredRevision | None,
    *,
    is_found_later: bool,
) -> tuple[AlertEvent, list[Matched]]:
    """What happened, and the rules that ask for it."""
    if is_found_later:
        return "found_later", _for(claiming, {"found_later"})
    if previous is not None and _is_known(detection, previous, occasion.diff):
        return "revision", _for(claiming, {"revision"})
    if claiming:
        event: AlertEvent = "changed" if previous is not None and previous.has_alert else "new"
        if all(detection.claims[number].stance == "denied" for one in claiming for number in one.claims):
            return "denial", _for(claiming, {"denial", event})
        return event, _for(claiming, {event})
    if previous is not None and previous.claims:
        return "withdrawn", [
            Matched(rule)
            for rule in rules
            if "withdrawn" in rule.events
            and is_of_place(rule, occasion.publisher, occasion.feed)
            and said_before(rule, previous.claims)
        ]
    where = {"publisher": occasion.publisher, "feed": occasion.feed, "language": page.language or detection.language}
    return "unread", [Matched(rule) for rule in rules if is_unread(rule, detection, **where)]


def _for(claiming: Sequence[Matched], events: set[AlertEvent]) -> list[Matched]:
    return [one for one in claiming if events & set(one.rule.events)]


def _title(
    event: AlertEvent, page: PageText, detection: Detection, occasion: Occasion, previous: StoredRevision | None
) -> str:
    if event == "withdrawn" and previous is not None:
        return lead(occasion.publisher, event, claims_in_words(previous.claims) or page.title)
    return headline(detection, occasion.publisher, page.title, page.dateline, event=event)


def _notice(event: AlertEvent, occasion: Occasion, previous: StoredRevision | None) -> dict[str, object]:
    subject = occasion.url or ""
    if event == "withdrawn" and previous is not None:
        said = f"The text no longer says what it said before: {claims_in_words(previous.claims)}."
        return {"notice": notice("withdrawn", subject, said)}
    if event == "unread":
        return {"notice": notice("unread", subject, "The text could not be read: it may or may not speak of people.")}
    return {}


def _is_old(page: PageText, occasion: Occasion) -> bool:
    if not occasion.is_first_poll:
        return False
    published = page.published.at if page.published else None
    return published is None or occasion.observed_at - published > occasion.alert_max_age


def _is_known(detection: Detection, previous: StoredRevision, diff: RevisionDiff | None) -> bool:
    """Whether a revision claims what the one before it did; another statement in its place is never known."""
    if diff is not None:
        return not diff.claims and not diff.is_other_statement
    said = {(c.harm, c.count_min, c.count_max, c.victim, c.stance) for c in detection.claims}
    return said == previous.claims
