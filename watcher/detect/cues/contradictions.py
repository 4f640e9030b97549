"""What contradicts an allegation: "Rebels speak of 25 dead; the true figure is two wounded", "… Command: not one.".

In the sentence of the allegation it stands after a sign or a joint; what the allegation says is denied, and what stands
after the truth is the publisher's own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import either, once_per_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.model.claim import Stance


OPEN = frozenset({"alleged", "under_review"})
_WORSE = frozenset({"killed", "injured", "casualty"})
_SIGNS = frozenset(";,:–—-")
_NEAR = 3  # claims
_TAIL = 45  # characters of "; the brigade had none"


def opens_with_truth(document: Document, number: int) -> bool:
    """As in "In reality the base did not lose a single man."; read only where the opener stands."""
    begin, _ = document.spans[number]
    return _truth(document.lexicon.vocabulary).match(document.low, begin) is not None


def deny_contradicted(document: Document, events: list[HarmEvent]) -> None:
    """Deny what was alleged earlier in a sentence that goes on to tell the truth; `events` in the order of the text."""
    for number in {event.sentence for event in events if event.claim.stance in OPEN}:
        own = [event for event in events if event.sentence == number]
        begin, end = document.spans[number]
        if _ends_in_none(document, max(event.claim.end for event in own), end):
            _set_stances([event for event in own if not event.claim.is_of_nobody], "denied")
        if len(own) < 2:
            continue
        _deny_of_nobody(own)
        for truth in _truths(document.lexicon.vocabulary).finditer(document.low, begin, end):
            after = [event for event in own if event.claim.start >= truth.start()]
            before = [event for event in own if event.claim.end <= truth.start() and not event.claim.is_of_nobody]
            if after and before:
                _set_stances(before, "denied")
                _set_stances(after, "asserted")


def drop_false_denials(document: Document, events: list[HarmEvent]) -> None:
    """As in "said nobody was hurt. In fact three were burned": the denial does not hold; takes it out of `events`."""
    false = [
        nobody
        for nobody, event in _neighbours(events)
        if nobody.claim.is_of_nobody
        and nobody.claim.stance == "denied"
        and event.claim.stance in {"asserted", "assessed"}
        and not event.claim.is_of_nobody
        and not event.claim.is_background
        and event.claim.harm in _WORSE
        and _is_overtaken(document, nobody, event)
    ]
    events[:] = [event for event in events if not any(event is one for one in false)]


def _neighbours(events: list[HarmEvent]) -> Iterator[tuple[HarmEvent, HarmEvent]]:
    """Each claim with those right after it, of its own sentence or the next."""
    for at, event in enumerate(events):
        for later in events[at + 1 : at + 1 + _NEAR]:
            if later.sentence - event.sentence > 1:
                break
            yield event, later


def _is_overtaken(document: Document, nobody: HarmEvent, event: HarmEvent) -> bool:
    """Whether the truth stands between a denial and a claim, or the denial was only what was said at first."""
    begin, end = document.spans[nobody.sentence]
    said = document.low[begin : nobody.claim.end]
    words = document.lexicon.rule_words
    is_told = any(word in words.saying for word in said.split())
    if is_told and any(word in words.at_first for word in said.split()):
        return True
    if nobody.sentence != event.sentence:
        return is_told and opens_with_truth(document, event.sentence)
    between = _truths(document.lexicon.vocabulary).search(document.low, nobody.claim.end, end)
    return is_told and between is not None and between.start() <= event.claim.start


def _ends_in_none(document: Document, begin: int, end: int) -> bool:
    """As in "claim to have killed 33; the brigade had none": after the last claim of a sentence."""
    words, tail = document.lexicon.rule_words, document.low[begin:end].rstrip(" .!\"'”’)")
    is_parted = tail[:1] in _SIGNS or tail.lstrip(" ").partition(" ")[0] in words.truth_joints
    return is_parted and len(tail) <= _TAIL and tail.endswith((*words.none_at_all, *words.none_answers))


def _deny_of_nobody(own: list[HarmEvent]) -> None:
    """As in "Rebel radio speaks of 18 dead, but not one of our men was scratched": of whom nobody was even hurt."""
    for nobody in own:
        if denies_any_harm(nobody):
            before = [event for event in own if event.claim.end <= nobody.claim.start and rules_out(nobody, event)]
            _set_stances(before, "denied")


def denies_any_harm(event: HarmEvent) -> bool:
    """Whether a claim says that nobody at all came to a harm that the worse ones include: hurt, or harmed."""
    is_none = event.claim.is_of_nobody and event.claim.stance == "denied"
    return is_none and event.claim.harm in {"injured", "casualty"} and event.group is not None


def rules_out(nobody: HarmEvent, alleged: HarmEvent) -> bool:
    """Whether what was alleged cannot be where nobody was hurt: of the same people, and of more than nobody."""
    claim, group = alleged.claim, nobody.group
    is_same = nobody.claim.victim == claim.victim or (group is not None and (group.is_bare or group.is_pronoun))
    return is_same and claim.stance in OPEN and not claim.is_of_nobody and claim.harm in _WORSE


def _set_stances(events: list[HarmEvent], stance: Stance) -> None:
    for event in events:
        if event.claim.stance in OPEN:
            event.claim = replace(event.claim, stance=stance, rules=(*event.claim.rules, "contradicted"))


@once_per_vocabulary
def _truth(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The words that open the truth: "in reality", "the true figure", "our real losses"."""
    return re.compile(_truth_words(vocabulary))


@once_per_vocabulary
def _truths(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What opens the truth inside a sentence: "; the true figure", ", when in fact"."""
    joint = either(vocabulary.rule_words.truth_joints)
    return re.compile(rf"(?:[;:,(–—-]\s*(?:(?:{joint})\s+)?|\b(?:{joint})\s+)(?:{_truth_words(vocabulary)})(?!\w)")


def _truth_words(vocabulary: Vocabulary) -> str:
    words = vocabulary.rule_words
    owners = either([*words.definite_articles, *vocabulary.grammar["possessives"]])
    nouns = either([*words.counting_nouns, *words.losing_nouns])
    return rf"{either(words.contradicting)}|(?:{owners})\s+(?:{either(words.true_adjectives)})\s+(?:{nouns})"
