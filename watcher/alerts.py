"""Claims and rules to an alert: one event of one revision, naming every rule that matched. Pure.

What a message holds (the renderers of `watcher.deliver` rely on it; the outbox adds `title`, `event`, `alert`,
`created_at` and `release_id`, None where the alert is not about a release):

- always: `priority`, `installation`, `observed_at`, `rules` (each `name` and the numbers of its `claims`, from 0);
- of a release: `publisher` (`code`, `name`), `feed`, `feeds` and `relays` (every other place that carried the same
  statement), `release` (title, url, published_at, published_raw, dateline, release_number, language, text_from,
  page_outcome), `totals`, `claims` (each with `in_words`, `words`, `marked`: where in its sentence they stand),
  `detector`, and `diff` where the text changed;
- of anything else, and of a release that was removed or came back, `notice`: `kind` (failing, silent, gap, removed …),
  `subject` (`feed:<name>`, `channel:<name>`, the release's URL), `said` (one sentence), `detail`, `since`; with
  `publisher` and `feed` where it is about one, else None;
- of a digest `digest`: `span` (hourly, daily, quiet_hours, first_round), `since`, `until`, `count`, `groups` (each
  `publisher` and `lines`: alert, event, priority, title, totals, stance, url, release_id, published_at),
  `unread_count`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from watcher import clock
from watcher.config import Rule
from watcher.diff import as_message
from watcher.records import AlertRecord, Dispatch
from watcher.wording import claim_in_words, headline, headline_totals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from watcher.config import Settings
    from watcher.diff import RevisionDiff
    from watcher.models import Claim, Detection, DocumentPage, PageText
    from watcher.records import AlertEvent, Priority, Relay, StoredRevision

# For somebody who writes no rule: civilian harm is urgent, other deaths can wait a moment, the rest is for the record.
DEFAULT_RULES = (
    Rule(name="civilian-harm", victims=("civilian",), stances=("asserted", "assessed"), priority="urgent"),
    Rule(name="harm", stances=("asserted", "assessed")),
    Rule(name="alleged-or-denied", stances=("alleged", "under_review", "denied"), priority="low"),
)
_RANK: dict[Priority, int] = {"urgent": 2, "normal": 1, "low": 0}


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that a decision about an alert needs to know of the release apart from its text and claims.

    `relay_of` are releases of other publishers that say the same, `diff` what was changed since the revision before.
    """

    publisher: str
    publisher_name: str
    feed: str
    url: str | None
    observed_at: datetime
    text_from: str
    page_outcome: str
    installation: str
    is_first_poll: bool
    alert_max_age: timedelta
    relay_of: tuple[Relay, ...] = ()
    diff: RevisionDiff | None = None


def decide(
    page: PageText,
    detection: Detection,
    occasion: Occasion,
    *,
    rules: Sequence[Rule],
    channels: Sequence[str],
    previous: StoredRevision | None = None,
    is_found_later: bool = False,
) -> AlertRecord | None:
    """The alert that this revision raises, or None.

    The first poll of a feed stores everything and alerts only on releases younger than `alert_max_age`: what is old
    is no news. A later revision alerts when its claims are not those that were stored before. `is_found_later`: a
    better detector found the claims in a text that was stored long ago.
    """
    matched = [(rule, found) for rule in rules if (found := matching(rule, page, detection, occasion.publisher))]
    if (
        not matched
        or _is_old(page, occasion)
        or (previous is not None and _is_known(detection, previous, occasion.diff))
    ):
        return None
    event: AlertEvent = "revision" if previous is not None and previous.has_alert else "new"
    if is_found_later:
        event = "found_later"
    priority = max((rule.priority for rule, _ in matched), key=_RANK.__getitem__)
    return AlertRecord(
        event=event,
        priority=priority,
        rules=tuple(rule.name for rule, _ in matched),
        title=headline(detection, occasion.publisher, page.title, page.dateline),
        message=_message(page, detection, occasion, priority, matched),
        dispatches=tuple(Dispatch(name) for name in _channels(matched, channels)),
    )


def decide_under(
    settings: Settings,
    page: PageText,
    detection: Detection,
    occasion: Occasion,
    *,
    previous: StoredRevision | None = None,
    is_found_later: bool = False,
) -> AlertRecord | None:
    """`decide` by the rules and enabled channels of a configuration; without a rule the default ones hold."""
    return decide(
        page,
        detection,
        occasion,
        rules=settings.rules or DEFAULT_RULES,
        channels=[channel.name for channel in settings.channels if channel.enabled],
        previous=previous,
        is_found_later=is_found_later,
    )


def matching(rule: Rule, page: PageText, detection: Detection, publisher: str) -> tuple[int, ...]:
    """The numbers of the claims, from 0, that a rule matches."""
    if (rule.publishers and publisher not in rule.publishers) or (
        rule.languages and page.language not in rule.languages
    ):
        return ()
    return tuple(number for number, claim in enumerate(detection.claims) if _matches(rule, claim))


def _matches(rule: Rule, claim: Claim) -> bool:
    count = next((bound for bound in (claim.count_min, claim.count_max) if bound is not None), 1)
    sentence = claim.sentence.casefold()
    return (
        (not rule.harms or claim.harm in rule.harms)
        and (not rule.victims or claim.victim in rule.victims)
        and (not rule.stances or claim.stance in rule.stances)
        and (rule.background or not claim.is_background)
        and count >= rule.minimum
        and (not rule.words or any(word.casefold() in sentence for word in rule.words))
    )


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


def _channels(matched: Sequence[tuple[Rule, tuple[int, ...]]], channels: Sequence[str]) -> tuple[str, ...]:
    """The channels that the rules name; a rule that names none means every channel."""
    wanted = [name for rule, _ in matched for name in (rule.channels or channels)]
    return tuple(dict.fromkeys(name for name in wanted if name in channels))


def _message(
    page: PageText,
    detection: Detection,
    occasion: Occasion,
    priority: Priority,
    matched: Sequence[tuple[Rule, tuple[int, ...]]],
) -> dict[str, object]:
    """Everything that a message may show, fixed at this moment."""
    said: dict[str, object] = {
        "priority": priority,
        "publisher": {"code": occasion.publisher, "name": occasion.publisher_name},
        "feed": occasion.feed,
        "installation": occasion.installation,
        "observed_at": clock.to_text(occasion.observed_at),
        "release": _release(page, occasion),
        "totals": [asdict(total) for total in headline_totals(detection)],
        "claims": [
            _claim(claim, page.text, detection.document_of(number)) for number, claim in enumerate(detection.claims)
        ],
        "rules": [{"name": rule.name, "claims": list(numbers)} for rule, numbers in matched],
        "detector": detection.version,
        "relay_of": [asdict(relay) for relay in occasion.relay_of],
    }
    return said | ({"diff": as_message(occasion.diff)} if occasion.diff else {})


def _release(page: PageText, occasion: Occasion) -> dict[str, object]:
    published = page.published
    return {
        "title": page.title,
        "url": occasion.url,
        "published_at": clock.to_text(published.at) if published and published.at else None,
        "published_raw": published.raw if published else "",
        "dateline": page.dateline,
        "release_number": page.release_number,
        "language": page.language,
        "text_from": occasion.text_from,
        "page_outcome": occasion.page_outcome,
    }


def _claim(claim: Claim, text: str, place: DocumentPage | None) -> dict[str, object]:
    """A claim with its words, where in its sentence they stand, and in which document on which page."""
    text = place.text if place else text
    found = text.find(claim.sentence, max(0, claim.start - len(claim.sentence)))
    offset = found if 0 <= found <= claim.start else claim.start
    said = asdict(claim) | {"in_words": claim_in_words(claim), "words": text[claim.start : claim.end]}
    document = {"url": place.url, "title": place.title, "page": place.page} if place else None
    return said | {"marked": [max(0, claim.start - offset), max(0, claim.end - offset)], "document": document}
