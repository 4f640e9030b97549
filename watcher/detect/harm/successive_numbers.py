"""Numbers that a sentence gives of one harm one after the other: "numbered 12 in the morning and 19 by the evening"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import Quantity
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, DAY, DETERMINER, HAVE, MODAL, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_HELD = frozenset({"adjective", "toll"})  # "eleven were dead", "the toll was 11"
_FRONTED = 4  # words of "On Tuesday morning"
_TIME = 6  # words that say when a number was right: "in the first bulletin of the day"
_CLOSING = frozenset(".,;:)")


def keep_risen_number(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "the toll had reached 16 by noon, and by evening 20 were known to have died": the last number, not both."""
    words = sentence.rule_words
    if len(events) < 2 or (
        words.reached_by.isdisjoint(sentence.present) and words.until_then.isdisjoint(sentence.present)
    ):
        return events
    return [event for event in events if not any(_is_risen(sentence, event, other) for other in events)]


def _is_risen(sentence: Sentence, event: HarmEvent, other: HarmEvent) -> bool:
    """Whether a toll by some time is followed by a larger number of the same harm, without people of its own."""
    one, later = event.group, other.group
    if one is None or later is None or event.entry.harm != other.entry.harm:
        return False
    if event.voice != "toll" and not (one.is_bare and _is_by_then(sentence, other, later)):
        return False
    is_larger = later.is_bare and one.low and later.low and later.low > one.low and later.first > one.last
    between = range(one.last + 1, later.first) if is_larger else range(0)
    is_joined = any(sentence.mask[at] & CONJUNCTION or sentence.low[at] == ";" for at in between)
    is_timed = event.voice != "toll" or not sentence.rule_words.reached_by.isdisjoint(sentence.low[: later.first])
    return is_joined and is_timed


def _is_by_then(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "two died on Monday; by Tuesday three had died": so many in all, by a time right before them."""
    before = range(group.first - 1, max(0, group.first - _FRONTED), -1)
    opener = next((at for at in before if _opens_time(sentence, at)), 0)
    is_by = opener > 0 and sentence.low[opener] in sentence.rule_words.until_then
    had = any(roles & HAVE for roles in sentence.mask[group.last + 1 : event.at])
    return is_by and (had or event.voice in _HELD)


def keep_last_number(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The events, each with the last number that a verb of counting gives of it, where a time is said of both."""
    words, present = sentence.rule_words, sentence.present
    is_timed = not words.count_time_openers.isdisjoint(present)
    is_counting = is_timed or not (words.numbering.isdisjoint(present) and words.toll_verbs.isdisjoint(present))
    if not is_counting and _HELD.isdisjoint([one.voice for one in events]):
        return events
    last = max(sentence.quantities, default=0)
    for event in [one for one in events if max(one.last, one.at) < last]:
        said = _said_number(sentence, event) or _held_then(sentence, event)
        number = said or (_number_by_then(sentence, event) if is_timed else None)
        later = _next_number(sentence, number.last) if number is not None else None
        while later is not None and event.group is not None:
            if said is None and not _holds_all(sentence, event.group, later):
                break
            event.group = replace(event.group, low=later.low, high=later.high, kind=later.kind)
            events = [one for one in events if one is event or not _is_of_number(one, event, later)]
            later = _next_number(sentence, later.last)
    return events


def _said_number(sentence: Sentence, event: HarmEvent) -> Quantity | None:
    """As in "stood at 20", "numbered 12", "was put at 6", "there were six dead": a number that holds for a time."""
    words, group = sentence.rule_words, event.group
    if group is None or not group.is_counted or not group.low or group.is_pronoun:
        return None
    for first, number in sentence.quantities.items():
        if first < max(group.first, 1) or number.low != group.low:
            continue
        before = sentence.low[first - 1]
        is_said = before in words.numbering or before in words.toll_verbs
        is_said |= event.voice == "toll" and bool(sentence.mask[first - 1] & BE)
        return replace(number, last=max(number.last, group.last)) if is_said else None
    return None


def _held_then(sentence: Sentence, event: HarmEvent) -> Quantity | None:
    """As in "on Tuesday 11 were dead", "at first nine were missing": a state with its time before it."""
    group, end = event.group, max(event.last, event.at)
    if group is None or event.voice != "adjective" or not 0 < group.first <= _FRONTED or not group.low:
        return None
    is_state = group.is_counted and not group.is_pronoun and bool(sentence.mask[end - 1] & BE)
    is_state &= _has_time(sentence, range(group.first))
    return Quantity(group.first, end, group.low, group.high, group.kind) if is_state else None


def _number_by_then(sentence: Sentence, event: HarmEvent) -> Quantity | None:
    """As in "five bodies had been counted at noon", "seven were known dead by Monday": a number with its time."""
    group, end = event.group, max(event.last, event.at)
    if group is None or not group.is_counted or not group.low or group.is_pronoun:
        return None
    if sentence.rule_words.count_time_openers.isdisjoint(sentence.present):
        return None
    if group.first in {2, 3} and _opens_time(sentence, 0):
        return Quantity(group.first, end, group.low, group.high, group.kind)  # "By noon four had died, by …"
    opener = next((at for at in range(end + 1, min(sentence.size, end + _TIME)) if _opens_time(sentence, at)), 0)
    if not opener or any(sentence.low[at] in _CLOSING for at in range(end + 1, opener)):
        return None
    return Quantity(group.first, opener - 1, group.low, group.high, group.kind)


def _holds_all(sentence: Sentence, group: Group, later: Quantity) -> bool:
    """As in "counted at noon, eight at dusk", "four by noon, nine by dusk": not "two killed at noon, five at dusk"."""
    words, said = sentence.rule_words, " ".join(sentence.low[: later.last + 2]).split(" ")
    is_larger = bool(later.low and group.low and later.low > group.low)
    return is_larger and not (words.until_then.isdisjoint(said) and words.tallying.isdisjoint(said))


def _opens_time(sentence: Sentence, at: int) -> bool:
    """As in "at noon", "by Monday evening", "by 18:00"; not "by Monday's raid"."""
    words, first = sentence.rule_words, at + 1
    if first >= sentence.size or sentence.low[at] not in words.count_time_openers:
        return False
    is_owner = any(low in words.possessive_marks for low in sentence.low[first : first + 3])
    is_clock = sentence.low[first][0].isdecimal()
    return not is_owner and (is_clock or _has_time(sentence, range(first, min(sentence.size, first + 2))))


def _next_number(sentence: Sentence, last: int) -> Quantity | None:
    """The number after the next "and", where both have a time beside them and no verb or noun stands between."""
    joint = _joint_after(sentence, last + 1)
    is_fronted = joint == last + 1 and _has_time(sentence, range(_FRONTED))
    if joint < 0 or not (is_fronted or _has_time(sentence, range(last + 1, joint))):
        return None
    for at in range(joint + 1, min(sentence.size, joint + _TIME + 1)):
        number = sentence.quantities.get(at)
        if number is not None:
            is_timed = _has_time(sentence, [*range(joint + 1, at), *_to_sign(sentence, number.last + 1)])
            is_alone = _is_alone(sentence, number.last + 1) and not number.is_pronoun
            return number if is_alone and is_timed and number.low else None
        if not _may_precede(sentence, at):
            return None
    return None


def _joint_after(sentence: Sentence, first: int) -> int:
    """The "and" or comma that ends the time of a number; -1 where anything but a time stands before it."""
    for at in range(first, min(sentence.size, first + _TIME + 1)):
        if sentence.mask[at] & CONJUNCTION or sentence.low[at] in {",", ";"}:
            return at + int(at + 1 < sentence.size and bool(sentence.mask[at + 1] & CONJUNCTION))
        is_number = at in sentence.quantities and sentence.low[at - 1] not in sentence.rule_words.count_time_openers
        if sentence.mask[at] & (BE | HAVE | MODAL) or is_number:
            return -1
    return -1


def _to_sign(sentence: Sentence, first: int) -> range:
    """The tokens of what follows a number, up to the next sign."""
    end = min(sentence.size, first + _TIME)
    return range(first, next((at for at in range(first, end) if sentence.low[at] in _CLOSING), end))


def _may_precede(sentence: Sentence, at: int) -> bool:
    """Whether a token may stand between the "and" and its number: "then to", "by the evening", "on Tuesday at"."""
    roles, words = sentence.mask[at], sentence.rule_words
    is_time = bool(roles & DAY) or sentence.low[at] in words.times_of_day or sentence.low[at] in words.counted_when
    is_opener = roles & (PREPOSITION | DETERMINER | ADVERB | HAVE) or sentence.low[at] in words.toll_verbs
    is_opener = is_opener or sentence.low[at] in words.become or sentence.low[at] in words.recount_openers
    return bool(is_time or is_opener) and sentence.words[at].harm is None


def _has_time(sentence: Sentence, places: range | list[int]) -> bool:
    words = sentence.rule_words
    return any(
        sentence.mask[at] & DAY
        or sentence.low[at] in words.times_of_day
        or sentence.low[at] in words.counted_when
        or (at in sentence.quantities and sentence.low[at - 1] in words.count_time_openers)
        for at in places
    )


def _is_alone(sentence: Sentence, at: int) -> bool:
    """Whether no noun follows a number: a preposition, an adverb, a day or nothing."""
    if at >= sentence.size or not sentence.is_word(at):
        return True
    if sentence.mask[at] & CONJUNCTION:
        return _opens_time(sentence, at + 1)  # "nine and by midnight eleven"
    is_time = bool(sentence.mask[at] & (PREPOSITION | ADVERB | DAY))
    if sentence.mask[at] & (BE | HAVE):
        return at + 1 >= sentence.size or not sentence.is_word(at + 1)  # "today four are", "by evening 15 had"
    return is_time or sentence.low[at] in sentence.rule_words.counted_when


def _is_of_number(one: HarmEvent, event: HarmEvent, number: Quantity) -> bool:
    """Whether an event is of the later number and of the same harm."""
    group = one.group
    is_there = group is not None and group.first <= number.first <= group.last
    return is_there and one.entry.harm == event.entry.harm
