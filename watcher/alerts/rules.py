"""Rules against claims, releases and feeds: which rules match, and the default rules where nobody wrote one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.rules import Rule
from watcher.model.alert import PRIORITY_RANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from watcher.config.rules import RuleEvent
    from watcher.config.settings import Settings
    from watcher.model.alert import Priority
    from watcher.model.claim import Claim, Detection


CLAIM_EVENTS = frozenset[str]({"new", "changed", "denial", "found_later", "revision", "unread"})
RELEASE_EVENTS = frozenset[str]({"withdrawn", "removed", "restored"})
# For somebody who writes no rule: civilian harm is urgent, other deaths can wait a moment, the rest is for the record.
# Exercises and history (hypothetical, historical, background) match nothing.
_CLAIM_RULES = (
    Rule(name="civilian-harm", victims=("civilian",), stances=("asserted", "assessed"), priority="urgent"),
    Rule(name="harm", stances=("asserted", "assessed")),
    Rule(name="alleged-or-denied", stances=("alleged", "under_review", "denied"), priority="low"),
)
_RELEASE_RULES = (Rule(name="withdrawn-or-removed", events=("withdrawn", "removed", "restored")),)
_FEED_RULES = (
    Rule(name="feed-unhealthy", events=("feed_unhealthy", "stopped", "gap", "stale", "move_pending", "proof_lost")),
    Rule(name="feed-recovered", events=("feed_recovered", "moved", "proof_found"), priority="low"),
)
DEFAULT_RULES = (*_CLAIM_RULES, *_RELEASE_RULES, *_FEED_RULES)


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule and the numbers, from 0, of the claims that it matched; none where it matched by an event alone.

    `is_unsure`: none of the claims has the confidence that the rule asks for; `rule` then says how such are sent.
    """

    rule: Rule
    claims: tuple[int, ...] = ()
    is_unsure: bool = False


def effective_rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules that were written, and the default rules of every sort that none of these is about.

    The sorts are claims, what happens to a release, and feeds: a rule about claims must not silence a dead feed.
    """
    named = {event for rule in settings.rules for event in rule.events}
    rules = settings.rules
    if not named & CLAIM_EVENTS:
        rules += _CLAIM_RULES
    if not named & RELEASE_EVENTS:
        rules += _RELEASE_RULES
    if not named - CLAIM_EVENTS - RELEASE_EVENTS:
        rules += _FEED_RULES
    return rules


def matching_claims(
    rule: Rule, detection: Detection, *, publisher: str, feed: str, languages: AbstractSet[str]
) -> tuple[int, ...]:
    """The numbers of the claims, from 0, that a rule matches, whatever happened."""
    if not covers(rule, publisher, feed) or not _covers_languages(rule, languages):
        return ()
    return tuple(number for number, claim in enumerate(detection.claims) if _matches(rule, claim))


def match_claims(
    rule: Rule, detection: Detection, *, publisher: str, feed: str, languages: AbstractSet[str]
) -> RuleMatch | None:
    """A rule with the claims that it matches, or None; what is unsure is sent in the daily digest, never dropped."""
    claims = matching_claims(rule, detection, publisher=publisher, feed=feed, languages=languages)
    if not claims:
        return None
    if any(detection.claims[number].confidence >= rule.confidence for number in claims):
        return RuleMatch(rule, claims)
    return RuleMatch(rule.with_changes(priority="low", send="daily"), claims, is_unsure=True)


def match_rules(
    rules: Iterable[Rule],
    events: AbstractSet[str],
    detection: Detection,
    *,
    publisher: str,
    feed: str,
    languages: AbstractSet[str],
) -> list[RuleMatch]:
    """The rules that ask for one of the events and match claims."""
    asking = (rule for rule in rules if events & set(rule.events))
    found = (match_claims(rule, detection, publisher=publisher, feed=feed, languages=languages) for rule in asking)
    return [match for match in found if match is not None]


def covers(rule: Rule, publisher: str, feed: str) -> bool:
    """Whether a rule is about this publisher and feed."""
    return (not rule.publishers or publisher in rule.publishers) and (not rule.feeds or feed in rule.feeds)


def asks_for_unread(
    rule: Rule, detection: Detection, *, publisher: str, feed: str, languages: AbstractSet[str]
) -> bool:
    """Whether a rule asks for texts that could not be read, and this is one."""
    return (
        "unread" in rule.events
        and any(problem.kind == "unread" for problem in detection.problems)
        and covers(rule, publisher, feed)
        and _covers_languages(rule, languages)
    )


def matches_before(rule: Rule, claims: Iterable[Claim]) -> bool:
    """Whether a rule matches one of the claims that a stored revision made, whatever its words and places."""
    return any(_matches_count(rule, claim) for claim in claims)


def rules_for_event(rules: Sequence[Rule], event: RuleEvent, publisher: str, feed: str) -> tuple[RuleMatch, ...]:
    """The rules that ask for an event of a feed."""
    return tuple(RuleMatch(rule) for rule in rules if event in rule.events and covers(rule, publisher, feed))


def highest_priority(matched: Sequence[RuleMatch]) -> Priority:
    """The highest priority among the rules that matched."""
    return max((one.rule.priority for one in matched), key=PRIORITY_RANK.__getitem__)


def _covers_languages(rule: Rule, languages: AbstractSet[str]) -> bool:
    return not rule.languages or not languages.isdisjoint(rule.languages)


def _matches(rule: Rule, claim: Claim) -> bool:
    sentence, place = claim.sentence.casefold(), f"{claim.place}\n{claim.place_raw}".casefold()
    return (
        _matches_count(rule, claim)
        and (rule.background or not claim.is_background)
        and (not rule.words or any(word.casefold() in sentence for word in rule.words))
        and (not rule.places or any(name.casefold() in place for name in rule.places))
    )


def _matches_count(rule: Rule, claim: Claim) -> bool:
    return (
        (not rule.harms or claim.harm in rule.harms)
        # Of several classes by one number: they may be those that are asked for, and an alert too many is no loss.
        and (not rule.victims or claim.victim in {*rule.victims, "mixed"})
        and (not rule.stances or claim.stance in rule.stances)
        and _count(claim.count_min, claim.count_max) >= rule.minimum
    )


def _count(low: object, high: object) -> int:
    """The number of people that a claim surely means; one where it gives no number."""
    return next((bound for bound in (low, high) if isinstance(bound, int)), 1)
