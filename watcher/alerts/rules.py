"""Rules against claims, releases and feeds: which match, and what holds where nobody wrote one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.rules import Rule
from watcher.model.alert import _RANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.config.rules import RuleEvent
    from watcher.config.settings import Settings
    from watcher.model.alert import Priority
    from watcher.model.claim import Claim, Detection


CLAIM_EVENTS = frozenset[str]({"new", "changed", "denial", "found_later", "revision", "unread"})
FATE_EVENTS = frozenset[str]({"withdrawn", "removed", "restored"})
# For somebody who writes no rule: civilian harm is urgent, other deaths can wait a moment, the rest is for the record.
# Exercises and history (hypothetical, historical, background) match nothing.
_OF_CLAIMS = (
    Rule(name="civilian-harm", victims=("civilian",), stances=("asserted", "assessed"), priority="urgent"),
    Rule(name="harm", stances=("asserted", "assessed")),
    Rule(name="alleged-or-denied", stances=("alleged", "under_review", "denied"), priority="low"),
)
_OF_FATES = (Rule(name="withdrawn-or-removed", events=("withdrawn", "removed", "restored")),)
_OF_FEEDS = (
    Rule(name="source-unwell", events=("source_unhealthy", "stopped", "gap", "stale", "move_pending")),
    Rule(name="source-well", events=("source_recovered", "moved"), priority="low"),
)
DEFAULT_RULES = (*_OF_CLAIMS, *_OF_FATES, *_OF_FEEDS)


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule and the numbers, from 0, of the claims that it matched; none where it matched by an event alone."""

    rule: Rule
    claims: tuple[int, ...] = ()


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    """The rules that hold: those that were written, and the default ones of every sort that none of them speaks of.

    The sorts are claims, what became of a release, and feeds: a rule about claims must not silence a dead feed.
    """
    named = {event for rule in settings.rules for event in rule.events}
    rules = settings.rules
    if not named & CLAIM_EVENTS:
        rules += _OF_CLAIMS
    if not named & FATE_EVENTS:
        rules += _OF_FATES
    if not named - CLAIM_EVENTS - FATE_EVENTS:
        rules += _OF_FEEDS
    return rules


def matching(rule: Rule, detection: Detection, *, publisher: str, feed: str, language: str) -> tuple[int, ...]:
    """The numbers of the claims, from 0, that a rule matches, whatever happened."""
    if not is_of_place(rule, publisher, feed) or not _is_of_language(rule, language):
        return ()
    return tuple(number for number, claim in enumerate(detection.claims) if _matches(rule, claim))


def is_of_place(rule: Rule, publisher: str, feed: str) -> bool:
    """Whether a rule looks at this publisher and feed."""
    return (not rule.publishers or publisher in rule.publishers) and (not rule.feeds or feed in rule.feeds)


def is_unread(rule: Rule, detection: Detection, *, publisher: str, feed: str, language: str) -> bool:
    """Whether a rule asks for texts that could not be read, and this is one."""
    return (
        "unread" in rule.events
        and any(problem.kind == "unread" for problem in detection.problems)
        and is_of_place(rule, publisher, feed)
        and _is_of_language(rule, language)
    )


def said_before(rule: Rule, claims: frozenset[tuple[object, ...]]) -> bool:
    """Whether a rule matches one of the claims that a stored revision made: (harm, low, high, victim, stance)."""
    return any(
        (not rule.harms or harm in rule.harms)
        and (not rule.victims or victim in rule.victims)
        and (not rule.stances or stance in rule.stances)
        and _count(low, high) >= rule.minimum
        for harm, low, high, victim, stance in claims
    )


def asking(rules: Sequence[Rule], event: RuleEvent, publisher: str, feed: str) -> tuple[Matched, ...]:
    """The rules that ask for an event of a feed."""
    return tuple(Matched(rule) for rule in rules if event in rule.events and is_of_place(rule, publisher, feed))


def highest(matched: Sequence[Matched]) -> Priority:
    """The highest priority among the rules that matched."""
    return max((one.rule.priority for one in matched), key=_RANK.__getitem__)


def _is_of_language(rule: Rule, language: str) -> bool:
    return not rule.languages or language in rule.languages


def _matches(rule: Rule, claim: Claim) -> bool:
    sentence, place = claim.sentence.casefold(), f"{claim.place}\n{claim.place_raw}".casefold()
    return (
        (not rule.harms or claim.harm in rule.harms)
        and (not rule.victims or claim.victim in rule.victims)
        and (not rule.stances or claim.stance in rule.stances)
        and (rule.background or not claim.is_background)
        and _count(claim.count_min, claim.count_max) >= rule.minimum
        and (not rule.words or any(word.casefold() in sentence for word in rule.words))
        and (not rule.places or any(name.casefold() in place for name in rule.places))
    )


def _count(low: object, high: object) -> int:
    """The people that a claim surely means: without any number one."""
    return next((bound for bound in (low, high) if isinstance(bound, int)), 1)
