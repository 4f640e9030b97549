"""Numbers that a text itself puts right: "it was not nine soldiers who died, but two", "two and not nine soldiers".

The wrong number takes the value of the right one, with the "not" before it, so that the noun and the verb that stand
beside the wrong number count the right people.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.words.tokens import ADVERB, BARRIER, BE, CONJUNCTION, DATE, HAVE, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Quantity
    from watcher.detect.words.tokens import Sentence


_ENDS = frozenset(".,;")
_CLOSE = frozenset(".;)")
_VERB = 5  # words from "revised" to the number that it changes
_TOLL = 6  # words more to "from" and the first of two: "lowered the toll of the fire in Dorn from 31"
_SOURCE = 7  # words of "as the council had said this morning"
_NOUN = 4  # words of whom it counts: "civilians killed in it"


def correct_numbers(sentence: Sentence) -> None:
    """Give each number that "not" stands before the value that the sentence says instead, where it says one."""
    if len(sentence.quantities) < 2:
        return
    words = sentence.rule_words
    _change_numbers(sentence)
    if not words.we.isdisjoint(sentence.present):
        _retell_numbers(sentence)
    if not (words.at_first.isdisjoint(sentence.present) and words.earlier_adverbs.isdisjoint(sentence.present)):
        _forget_first_numbers(sentence)
    if words.opposing.isdisjoint(sentence.present):
        return
    for wrong in list(sentence.quantities.values()):
        if wrong.first < 1 or sentence.low[wrong.first - 1] not in words.opposing:
            continue
        if _is_set_apart(sentence, wrong):
            continue
        right = _right_before(sentence, wrong) or _right_after(sentence, wrong)
        if right is not None and right.last < wrong.first and _ends_clause(sentence, wrong.last + 1):
            _take_back(sentence, wrong)
        elif right is not None:
            del sentence.quantities[wrong.first], sentence.quantities[right.first]
            is_inserted = right.last < wrong.first and sentence.low[wrong.last + 1 : wrong.last + 2] == [","]
            number = replace(right, first=wrong.first - 1, last=wrong.last + is_inserted)
            sentence.quantities[number.first] = number
    sentence.quantities = dict(sorted(sentence.quantities.items()))


def _change_numbers(sentence: Sentence) -> None:
    """As in "revised its count of nine dead to seven", "raised its figure of 30 wounded to 42": the later one holds."""
    words = sentence.rule_words
    if words.lowering.isdisjoint(sentence.present) and words.changing.isdisjoint(sentence.present):
        return
    for wrong, right in pairwise(list(sentence.quantities.values())):
        reach = _VERB + _TOLL * _is_from(sentence, wrong)
        before = {part for low in sentence.low[max(0, wrong.first - reach) : wrong.first] for part in low.split(" ")}
        is_change = not (words.lowering.isdisjoint(before) and words.changing.isdisjoint(before))
        between, (verb, _, to) = (
            sentence.low[wrong.last + 1 : right.first - 1],
            sentence.low[right.first - 1].partition(" "),
        )
        is_fallen = verb in words.changing and to in words.infinitive_markers  # "fell to" is one token
        is_moved = is_fallen or not words.changing.isdisjoint(between)
        is_moved = is_moved and not words.counting_nouns.isdisjoint(before)
        is_to = (is_fallen or verb in words.infinitive_markers) and len(between) <= _NOUN
        is_ended = _is_closed(sentence, right) or (
            (is_moved or _is_from(sentence, wrong)) and _is_alone(sentence, right)
        )
        if (is_change or is_moved) and is_to and _ENDS.isdisjoint(between) and is_ended:
            wrong.low, wrong.high, wrong.kind, wrong.rules = right.low, right.high, right.kind, ("a change",)
            del sentence.quantities[right.first]


def _retell_numbers(sentence: Sentence) -> None:
    """As in "the nine dead of which we spoke at noon are in fact two", "… we gave was wrong: it is two"."""
    for wrong, right in pairwise(list(sentence.quantities.values())):
        between = range(wrong.last + 1, right.first - 1)
        told = next((at for at in between if _we_said(sentence, at)), 0)
        is_now = bool(sentence.mask[right.first - 1] & (BE | ADVERB)) and _is_closed(sentence, right)
        if told and is_now and wrong.high and right.high:
            wrong.low, wrong.high, wrong.kind, wrong.rules = right.low, right.high, right.kind, ("a change",)
            del sentence.quantities[right.first]
            sentence.cues = [(at, cue) for at, cue in sentence.cues if at not in between or cue.effect != "denied"]


def _forget_first_numbers(sentence: Sentence) -> None:
    """As in "the toll, first given as 19, is now 16": what was said at first, where a later number follows."""
    words = sentence.rule_words
    for wrong, _right in pairwise(list(sentence.quantities.values())):
        inner = sentence.low[max(0, wrong.first - _VERB) : wrong.first]
        if not inner or inner[-1].rpartition(" ")[2] not in words.toll_verbs:
            continue
        if words.at_first.isdisjoint(inner) and words.earlier_adverbs.isdisjoint(inner):
            continue
        after = wrong.last + 1 + sentence.is_harm(wrong.last + 1)
        is_closed = sentence.low[after] == "," or bool(sentence.mask[after] & (BE | HAVE))
        if is_closed and not any(sentence.words[at].people for at in range(wrong.first - len(inner), after)):
            del sentence.quantities[wrong.first]


def _we_said(sentence: Sentence, at: int) -> bool:
    """Whether a "we" that says something stands at a token."""
    words = sentence.rule_words
    if sentence.low[at] not in words.we or at + 1 >= sentence.size:
        return False
    verb = sentence.low[at + 1].partition(" ")[0]
    return verb in words.saying or verb in words.giving or verb in words.announcing_verbs


def _is_from(sentence: Sentence, number: Quantity) -> bool:
    """As in "from 31 dead to 26"."""
    return sentence.low[number.first - 1].rpartition(" ")[2] in sentence.rule_words.start_openers


def _is_alone(sentence: Sentence, number: Quantity) -> bool:
    """Whether no noun and no harm of its own follows a number: "to 26 after a recount"."""
    after = number.last + 1
    return bool(sentence.mask[after] & (PREPOSITION | BARRIER | ADVERB | DATE)) and not sentence.is_harm(after)


def _is_closed(sentence: Sentence, number: Quantity) -> bool:
    """Whether a number stands at the end of its clause, without a noun."""
    after = sentence.low[number.last + 1 : number.last + 2]
    return not after or after[0] in _ENDS


def _is_set_apart(sentence: Sentence, wrong: Quantity) -> bool:
    """As in "two soldiers, not three, were killed", "two and not three", "six workers rather than eight".

    The noun is of the right one.
    Then the wrong number is no number of the sentence, and what stands before it denies nothing.
    """
    opener = wrong.first - 1
    right = _last_before(sentence, opener - 1)
    if right is None or right.last >= opener - 2 + (sentence.low[opener - 1] != ","):
        return False
    is_inserted = sentence.low[opener - 1] == "," and _end_of_aside(sentence, wrong) > 0
    is_noun = any(sentence.words[at].people is not None for at in range(right.last + 1, opener))
    is_apart = any(sentence.words[at].harm is not None for at in range(right.last, opener))
    is_apart &= not _ends_clause(sentence, wrong.last + 1) and not is_inserted  # not "nine died, not eight, …"
    is_joint = bool(sentence.mask[opener - 1] & CONJUNCTION) and not _has_noun(sentence, wrong)
    if is_apart or not is_noun or not (is_inserted or is_joint or " " in sentence.low[opener]):
        return False
    _take_back(sentence, wrong)
    return True


def _take_back(sentence: Sentence, wrong: Quantity) -> None:
    """Leave out a wrong number, the "not" before it, which denies nothing, and who had said it."""
    del sentence.quantities[wrong.first]
    end = max(wrong.last, _end_of_aside(sentence, wrong))
    sentence.cues = [(at, cue) for at, cue in sentence.cues if not wrong.first - 1 <= at <= end]


def _end_of_aside(sentence: Sentence, wrong: Quantity) -> int:
    """The comma or full stop after a wrong number and who said it, ", not 20 as first feared,"; -1 without one."""
    at = wrong.last + 1
    is_said = at < sentence.size and sentence.low[at].partition(" ")[0] in sentence.rule_words.capacity
    ends = range(at, min(sentence.size, at + 1 + _SOURCE * is_said))
    return next((one for one in ends if sentence.low[one] in _ENDS), -1)


def _ends_clause(sentence: Sentence, at: int) -> bool:
    """As in "numbered ten, and not twelve as we wrote": no noun and no verb stands beside the wrong number."""
    return at >= sentence.size or sentence.low[at] in _CLOSE or bool(sentence.mask[at] & BARRIER)


def _has_noun(sentence: Sentence, quantity: Quantity) -> bool:
    """As in "two guards and not nine soldiers": a number of other people."""
    return any(word.people is not None for word in sentence.words[quantity.last + 1 : quantity.last + 3])


def _last_before(sentence: Sentence, end: int) -> Quantity | None:
    """The last number that ends before a token."""
    before = (one for one in sentence.quantities.values() if one.last < end)
    return max(before, key=lambda one: one.last, default=None)


def _right_before(sentence: Sentence, wrong: Quantity) -> Quantity | None:
    """As in "two and not nine soldiers": the number before the conjunction; or "four guards, not six, who died"."""
    joint = wrong.first - 2
    right = _last_before(sentence, joint)
    if joint < 1 or right is None:
        return None
    if sentence.mask[joint] & CONJUNCTION:
        return right if right.last == joint - 1 - (sentence.low[joint - 1] == ",") else None
    is_inserted = sentence.low[joint] == "," and _end_of_aside(sentence, wrong) > 0
    is_apart = any(sentence.words[at].harm is not None for at in range(right.last, joint))
    return right if is_inserted and not is_apart else None


def _right_after(sentence: Sentence, wrong: Quantity) -> Quantity | None:
    """As in "not nine soldiers died, but two": the next number, alone between "but" and the end of its clause."""
    right = next((one for one in sentence.quantities.values() if one.first > wrong.last), None)
    if right is None or sentence.low[right.first - 1] not in sentence.rule_words.clause_breaks:
        return None
    return right if _is_closed(sentence, right) else None
