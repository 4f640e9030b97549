"""How some of a number came to harm: "eleven died; seven drowned", "nine died: three were shot, six stabbed".

A bare number with a verb that says how ("drowned", "were shot") after a sign and a verb that only says that ("died",
"were hurt") is of the same people. Not so where the second number has a place of its own: "two died in a fire in Lund;
three drowned at Kivik".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import HarmEvent
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, DEFINITE, INDEFINITE, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_CLOSING = frozenset({";", ":", ",", ".", "-", "–", "—", ")"})
_SPELLING = frozenset({":", "-", "–", "—"})  # what follows is what the number is made of
_LEAST = 2  # people of whom it can be said how some of them died
_VERB = 2  # words from a number to the verb of its own: "three were shot"
_HARMS = frozenset({"killed", "injured"})


def tell_manners(sentence: Sentence, events: list[HarmEvent]) -> None:
    """Make parts of the numbers after a sign that say how some of those counted before came to harm."""
    harms = [sentence.low[at] for at in sentence.harms]
    if len(harms) < _LEAST:
        return
    if not sentence.rule_words.all_of_them.isdisjoint(sentence.present):
        events[:] = [event for event in events if not _is_cause_of_death(sentence, event, events)]
    if sentence.rule_words.plain_harms.issuperset(harms):
        return
    if not any(manner_after(sentence, group) > 0 for group in sentence.groups):
        return
    for total in list(events):
        if _is_plain(sentence, total) and not any(one.part_of is total for one in events):
            _take_parts(sentence, events, total)


def _is_cause_of_death(sentence: Sentence, event: HarmEvent, events: list[HarmEvent]) -> bool:
    """As in "the bodies of two women, both stabbed in the neck": how the dead died, and nobody who was injured."""
    group = event.group
    if event.entry.harm != "injured" or event.voice != "reduced" or group is None or group.first < 1:
        return False
    is_all = sentence.low[group.first].partition(" ")[0] in sentence.rule_words.all_of_them
    nearest = [one for one in sentence.groups if one.last < group.first and one.head >= 0 and not one.is_guess]
    if not is_all or not nearest or sentence.low[group.first - 1] not in _CLOSING:
        return False
    dead = (one.group for one in events if one.entry.harm == "killed" and one.group is not None)
    return any(one.first <= nearest[-1].first <= one.last for one in dead)  # not "… and two women, both burned"


def _is_plain(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether an event counts several people by a verb that does not say how they came to harm."""
    group = event.group
    is_several = group is not None and group.is_counted and group.low == group.high and (group.low or 0) >= _LEAST
    is_open = event.part_of is None and event.entry.harm in _HARMS
    return is_several and is_open and sentence.low[event.at] in sentence.rule_words.plain_harms


def _take_parts(sentence: Sentence, events: list[HarmEvent], total: HarmEvent) -> None:
    begin = max(total.at, total.last) + 1
    numbers = [one for one in sentence.groups if one.first >= begin and not one.is_guess]
    if not numbers or not _is_parted(sentence, numbers[0]):
        return
    told = _told(sentence, events, total, numbers)
    if not told:
        return
    people = total.group.low or 0 if total.group is not None else 0
    counted = sum(group.low or 0 for group, _ in told)
    is_spelt_out = not _SPELLING.isdisjoint(sentence.low[begin : numbers[0].first])
    if counted > people:
        return
    is_of_field = not sentence.rule_words.fields_of_accidents.isdisjoint(sentence.low[begin : numbers[0].first])
    is_open = not is_of_field and all(_is_bare_clause(sentence, at) for _, at in told)
    if counted == people or is_spelt_out or is_open:
        for group, at in told:
            _make_part(events, total, group, at)


def _is_parted(sentence: Sentence, number: Group) -> bool:
    """Whether a sign stands right before a number, perhaps with "of them" or "the other" between."""
    at = number.first - 1
    while at > 0 and sentence.mask[at] & (DEFINITE | ADVERB):
        at -= 1
    return sentence.low[at] in _CLOSING


def _told(
    sentence: Sentence, events: list[HarmEvent], total: HarmEvent, numbers: list[Group]
) -> list[tuple[Group, int]]:
    """The bare numbers, each with the verb that says how those came to harm; none where one has another verb."""
    found: list[tuple[Group, int]] = []
    for number in numbers:
        at = manner_after(sentence, number)
        own = [one for one in events if one.group is not None and one.group.first == number.first]
        if at < 0:
            return [] if any(one.entry.harm == total.entry.harm for one in own) else found
        if total.entry.harm == "injured" and any(one.entry.harm != "injured" for one in own):
            return []  # "thirty were hurt; six burned to death"
        found.append((number, at))
    return found


def manner_after(sentence: Sentence, number: Group) -> int:
    """The verb that says how, right after a bare number: "three were shot", "six stabbed"; or -1."""
    is_open = number.is_bare and number.is_counted and not (number.is_pronoun or number.is_other)
    if not is_open or number.low != number.high or not number.low:
        return -1
    at = number.last + 1
    while at < min(sentence.size - 1, number.last + 1 + _VERB) and sentence.mask[at] & (BE | ADVERB):
        at += 1
    if at >= sentence.size:
        return -1
    low = sentence.low[at]  # "crushed by" is one word
    return at if not sentence.rule_words.manners_of_harm.isdisjoint((low, low.rpartition(" ")[0])) else -1


def _is_bare_clause(sentence: Sentence, verb: int) -> bool:
    """Whether nothing after a verb says that it happened elsewhere: "seven drowned", "in the cabin"; not "at Kivik"."""
    for at in range(verb + 1, sentence.size):
        if sentence.low[at] in _CLOSING or sentence.mask[at] & CONJUNCTION:
            return True
        if sentence.mask[at] & INDEFINITE or (sentence.is_word(at) and sentence.is_capital(at)):
            return False
        if sentence.low[at] in sentence.rule_words.by:
            continue  # "two were bitten by dogs"
        if sentence.mask[at] & PREPOSITION and not sentence.mask[min(at + 1, sentence.size - 1)] & DEFINITE:
            return False
    return True


def _make_part(events: list[HarmEvent], total: HarmEvent, group: Group, at: int) -> None:
    """Make a part of the event of a number, or a new one; of the dead it says how they died."""
    victim = total.group.victim if total.group is not None else "unknown"
    known = [one for one in events if one.group is not None and one.group.first == group.first]
    if not known:
        rules = [total.entry.name, "part", *group.rules]
        known = [HarmEvent(total.entry, at, group, group.first, at, "intransitive", rules=rules)]
        events += known
    for one in known:
        one.part_of, one.at, one.first = total, group.first, group.first
        if one.entry.harm != total.entry.harm:
            one.entry = total.entry
        if one.group is not None:
            one.group = replace(one.group, victim="unknown" if victim == "mixed" else victim)
