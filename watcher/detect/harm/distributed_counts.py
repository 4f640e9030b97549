"""Numbers that hold for each of several: "each blast killed two", "two died in each of the three villages"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.tokens import BARRIER, CONJUNCTION, DATE, DEFINITE, PREPOSITION, RELATIVE, UNIT

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEAR = 5  # words from "each" to the verb that it is the subject of
_SIGNS = frozenset(",;:")


def count_for_each(sentence: Sentence, events: list[HarmEvent]) -> None:
    """Count an event for each of those it is said of; where it is not said how many they are, for two at least."""
    each = sentence.rule_words.each
    if each.isdisjoint(sentence.present):
        return
    for event in events:
        group = event.group
        if group is not None and sentence.low[group.first] in each:
            event.group = _as_many_as_all(group, _how_many(sentence, group, group.first))
        elif group is not None and group.is_counted and group.low and group.low == group.high:
            found = (at for at, low in enumerate(sentence.low) if low in each and _is_said_of(sentence, event, at))
            at = next(found, -1)
            event.group = _times(group, _how_many(sentence, group, at)) if at >= 0 else group


def _as_many_as_all(group: Group, number: int) -> Group:
    """As in "each of the three drivers was hurt": three."""
    return replace(group, low=number, high=number, kind="exact", is_counted=True) if number else group


def _times(group: Group, times: int) -> Group:
    low = (group.low or 0) * (times or 2)
    return replace(group, low=low, high=low if times else None, kind="exact" if times else "at_least")


def _is_said_of(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether an "each" shares out the number of an event; not "each year", nor "two were fined $30 each"."""
    group, after = event.group, sentence.mask[at + 1] if at + 1 < sentence.size else 0
    if group is None or after & (UNIT | DATE) or group.first <= at <= group.last:
        return False
    if at + 1 < group.first and sentence.low[at + 1] in sentence.rule_words.genitive and group.first <= at + 3:
        return False  # "a rose for each of the 44 drowned"
    if at == group.last + 1:
        return not sentence.is_word(min(at + 1, sentence.size - 1)) or bool(after & PREPOSITION) or at < event.at
    between = range(min(at, event.last) + 1, max(at, event.first))
    if any(sentence.low[one] in _SIGNS or sentence.mask[one] & (BARRIER | RELATIVE | CONJUNCTION) for one in between):
        return False
    if at < event.first and not (at and sentence.mask[at - 1] & PREPOSITION):
        return event.at < group.first and len(between) <= _NEAR
    return bool(sentence.mask[at - 1] & PREPOSITION)


def _how_many(sentence: Sentence, group: Group, at: int) -> int:
    """Of how many "each" speaks: "each of the three villages", "the two blasts killed four each"; 0 where unsaid."""
    words, quantities = sentence.rule_words, sentence.quantities
    if at == group.last + 1:
        before = [quantity for first, quantity in quantities.items() if first < group.first]
        is_said = bool(before) and before[-1].low == before[-1].high and before[-1].last + 1 < group.first
        return (before[-1].low or 0) if is_said else 0
    if sentence.low[at + 1 : at + 2] and sentence.low[at + 1] in words.genitive:
        after = at + 2 + bool(sentence.mask[min(at + 2, sentence.size - 1)] & DEFINITE)
        number = quantities.get(after)
        return (number.low or 0) if number is not None and number.low == number.high else 0
    return 0
