"""Counts of a longer time beside the news: "nine were killed, bringing the number since 1 January to 310".

The count is background and of the harm told before it, and what stands before it stays the news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.harm.tolls import ends_clause
from watcher.detect.words.annotations import RUNNING, VERB_BEFORE, Group, HarmEvent
from watcher.detect.words.periods import names_long_time
from watcher.detect.words.tokens import BE, CONJUNCTION, DETERMINER

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Quantity
    from watcher.detect.words.tokens import Sentence


_CLAUSE = 14  # words from "the number" to what it has come to
_JOINTS = frozenset(",;")


def count_running_totals(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The counts of a longer time that no event has yet; those that have become one are marked."""
    if len(sentence.quantities) < 2 or not events or not names_long_time(sentence, range(sentence.size)):
        return []
    found = []
    for number in [one for one in sentence.quantities.values() if one.low and not one.is_weak]:
        has_period, is_said = _has_period_after(sentence, number), _is_said(sentence, number)
        event = _told_before(sentence, events, number) if has_period or is_said else None
        if event is None or not (has_period or _is_running(sentence, event, number)):
            continue
        running = _at_number(events, number)
        if running is None:
            found.append(_count(event, number))
        elif running.entry.harm == event.entry.harm or not _names_harm(sentence, running):
            running.entry = event.entry
            running.rules.append(RUNNING)
    return found


def _told_before(sentence: Sentence, events: list[HarmEvent], number: Quantity) -> HarmEvent | None:
    """The last harm before a number that has people and a number of its own; and a joint between the two."""
    before = [one for one in events if one.last < number.first and one.group is not None and one.group.is_counted]
    if not before:
        return None
    last = max(before, key=lambda one: one.last)
    between = range(last.last + 1, number.first)
    is_joint = any(sentence.low[at] in _JOINTS or sentence.mask[at] & CONJUNCTION for at in between)
    return last if is_joint and not any(_may_count_people(sentence, at) for at in between) else None


def _may_count_people(sentence: Sentence, at: int) -> bool:
    """Whether a number begins at a token that may be one of people; that of a day is none."""
    return at in sentence.quantities and not sentence.quantities[at].is_weak


def _is_said(sentence: Sentence, number: Quantity) -> bool:
    """Whether a verb of being or counting stands before a number that ends its clause: "to 1,114", "is 41"."""
    before = number.first - 1
    is_verb = before >= 0 and (sentence.mask[before] & BE or sentence.low[before] in sentence.rule_words.toll_verbs)
    return bool(is_verb) and ends_clause(sentence, number.last + 1)


def _is_running(sentence: Sentence, event: HarmEvent, number: Quantity) -> bool:
    """As in "bringing the number neutralised since 1 January to 1,114", "and the count for the season is 41"."""
    words, begin = sentence.rule_words, max(event.last + 1, number.first - _CLAUSE)
    between = range(begin, number.first)
    is_count = any(not words.counting_nouns.isdisjoint(sentence.low[at].split(" ")) for at in between)
    others = [one for at in between if (one := sentence.words[at].harm) is not None]
    # "Taking" is a harm only before "with him".
    is_same = all(one.harm == event.entry.harm or one.form == "toll" or one.tail for one in others)
    return is_count and is_same and names_long_time(sentence, between)


def _has_period_after(sentence: Sentence, number: Quantity) -> bool:
    """As in "nine this week and 310 since January", "making it 310 since the start of the year"."""
    after = number.last + 1
    if after >= sentence.size or sentence.low[after] in sentence.rule_words.long_periods:
        return False
    return names_long_time(sentence, range(after, after + 1))


def _at_number(events: list[HarmEvent], number: Quantity) -> HarmEvent | None:
    """The event that has a number already."""
    return next((one for one in events if one.group is not None and one.group.first == number.first), None)


def _names_harm(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a count says by itself of what: "the death toll", and not "the tally"."""
    if event.voice != "toll":
        return True
    words, lookup = sentence.rule_words.counting_nouns, sentence.lexicon.lookup
    return any(part not in words and not lookup[part].mask & DETERMINER for part in sentence.low[event.at].split(" "))


def _count(event: HarmEvent, number: Quantity) -> HarmEvent:
    """The count as an event of the same harm and class."""
    victim = event.group.victim if event.group is not None else "unknown"
    group = Group(
        number.first,
        number.last,
        number.low,
        number.high,
        number.kind,
        rules=("number",),
        victim=victim,
        is_bare=True,
        is_counted=True,
    )
    rules = [event.entry.name, VERB_BEFORE, RUNNING]
    return HarmEvent(event.entry, number.first, group, number.first, number.last, event.voice, rules=rules)
