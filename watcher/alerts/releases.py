"""A revision of a release and the rules to an alert: one event of one revision, naming every rule that matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.alerts.message import notice, release_message
from watcher.alerts.routing import routing_of
from watcher.alerts.rules import (
    CLAIM_EVENTS,
    RuleMatch,
    asks_for_unread,
    covers,
    effective_rules,
    highest_priority,
    match_rules,
    matches_before,
)
from watcher.model.alert import NO_MUTES, AlertRecord, Mutes
from watcher.model.wording import claims_in_words, headline, lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.alerts.message import ReleaseContext
    from watcher.alerts.routing import Routing
    from watcher.config.rules import Rule
    from watcher.config.settings import Settings
    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.alert import AlertEvent
    from watcher.model.claim import Detection
    from watcher.model.release import PageText
    from watcher.model.revision import StoredRevision


def decide_by_settings(
    settings: Settings,
    page: PageText,
    detection: Detection,
    context: ReleaseContext,
    *,
    previous: StoredRevision | None = None,
    is_found_later: bool = False,
    mutes: Mutes = NO_MUTES,
) -> AlertRecord | None:
    """`decide_revision` by the rules and enabled channels of a configuration; without a rule the default ones hold."""
    return decide_revision(
        page,
        detection,
        context,
        rules=effective_rules(settings),
        routing=routing_of(settings, mutes),
        previous=previous,
        is_found_later=is_found_later,
    )


def decide_revision(
    page: PageText,
    detection: Detection,
    context: ReleaseContext,
    *,
    rules: Sequence[Rule],
    routing: Routing,
    previous: StoredRevision | None = None,
    is_found_later: bool = False,
) -> AlertRecord | None:
    """The alert that this revision raises, or None.

    The first poll of a feed stores everything and alerts only on releases younger than `alert_max_age`: what is old
    is no news. A later revision is `changed` when its claims are not those that were stored before, `withdrawn` when
    none is left that any rule asks for. `is_found_later`: a better detector found the claims in a text that was stored
    long ago.
    """
    if _is_old(page, context):
        return None
    event, matched = _matched(page, detection, context, rules, previous, is_found_later=is_found_later)
    if not matched:
        return None
    is_unsure = all(one.is_unsure for one in matched)
    message = release_message(page, detection, context, highest_priority(matched), matched)
    return routing.alert(
        event,
        matched,
        title=_title(event, page, detection, context, previous, is_unsure=is_unsure),
        message=message | _notice(event, context, previous) | ({"to_be_checked": True} if is_unsure else {}),
        at=context.observed_at,
        feed=context.feed,
        is_many=context.is_first_poll or is_found_later,
    )


def _matched(
    page: PageText,
    detection: Detection,
    context: ReleaseContext,
    rules: Sequence[Rule],
    previous: StoredRevision | None,
    *,
    is_found_later: bool,
) -> tuple[AlertEvent, list[RuleMatch]]:
    """The event that a text is, and the rules that ask for it."""
    where = {"publisher": context.publisher, "feed": context.feed}
    languages = page.all_languages or {detection.language}
    claiming = match_rules(rules, CLAIM_EVENTS, detection, languages=languages, **where)
    event = _event(claiming, detection, previous, context.diff, is_found_later=is_found_later)
    if event == "withdrawn" and previous is not None:
        return event, [RuleMatch(rule) for rule in rules if _asks_for_withdrawal(rule, previous, context)]
    if event == "unread":
        asking = (rule for rule in rules if asks_for_unread(rule, detection, languages=languages, **where))
        return event, [RuleMatch(rule) for rule in asking]
    # A denial that is new, or a change, is one of that too.
    events = {event} | ({_kind_of_claims(previous)} if event == "denial" else set())
    return event, [one for one in claiming if events & set(one.rule.events)]


def _is_old(page: PageText, context: ReleaseContext) -> bool:
    if not context.is_first_poll:
        return False
    published = page.published.at if page.published else None
    return published is None or context.observed_at - published > context.alert_max_age


def _event(
    claiming: Sequence[RuleMatch],
    detection: Detection,
    previous: StoredRevision | None,
    diff: RevisionDiff | None,
    *,
    is_found_later: bool,
) -> AlertEvent:
    """What happened; `claiming` are the rules that match claims of the new text."""
    if is_found_later:
        return "found_later"
    if previous is not None and _is_known(detection, previous, diff):
        return "revision"
    if claiming:
        is_denial = all(detection.claims[number].stance == "denied" for one in claiming for number in one.claims)
        return "denial" if is_denial else _kind_of_claims(previous)
    return "withdrawn" if previous is not None and previous.claims else "unread"


def _kind_of_claims(previous: StoredRevision | None) -> AlertEvent:
    """Whether claims are news or a change of what was reported."""
    return "changed" if previous is not None and previous.release.has_alert else "new"


def _is_known(detection: Detection, previous: StoredRevision, diff: RevisionDiff | None) -> bool:
    """Whether a revision claims what the one before it did; another statement in its place is never known."""
    if diff is not None:
        return not diff.claims and not diff.is_other_statement
    now, before = (
        {(one.harm, one.count_min, one.count_max, one.victim, one.stance) for one in claims}
        for claims in (detection.claims, previous.claims)
    )
    return now == before


def _asks_for_withdrawal(rule: Rule, previous: StoredRevision, context: ReleaseContext) -> bool:
    is_asked = "withdrawn" in rule.events and covers(rule, context.publisher, context.feed)
    return is_asked and matches_before(rule, previous.claims)


def _title(
    event: AlertEvent,
    page: PageText,
    detection: Detection,
    context: ReleaseContext,
    previous: StoredRevision | None,
    *,
    is_unsure: bool,
) -> str:
    if event == "withdrawn" and previous is not None:
        return lead(context.publisher, event, claims_in_words(previous.claims) or page.title)
    return headline(detection, context.publisher, page.title, page.dateline, event=event, is_unsure=is_unsure)


def _notice(event: AlertEvent, context: ReleaseContext, previous: StoredRevision | None) -> dict[str, object]:
    subject = context.url or ""
    if event == "withdrawn" and previous is not None:
        said = f"The text no longer says what it said before: {claims_in_words(previous.claims)}."
        return {"notice": notice("withdrawn", subject, said)}
    if event == "unread":
        return {"notice": notice("unread", subject, "The text could not be read: it may or may not report casualties.")}
    return {}
