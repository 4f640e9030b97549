"""Numbers that a text itself puts right: "it was not nine soldiers who died, but two", "two and not nine soldiers".

The wrong number takes the value of the right one, with the "not" before it, so that the noun and the verb that stand
beside the wrong number count the right people.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.tokens import CONJUNCTION

if TYPE_CHECKING:
    from watcher.detect.annotations import Quantity
    from watcher.detect.tokens import Sentence


_ENDS = frozenset(".,;")


def correct_numbers(sentence: Sentence) -> None:
    """Give each number that "not" stands before the value that the sentence says instead, where it says one."""
    if len(sentence.quantities) < 2 or sentence.rule_words.opposing.isdisjoint(sentence.present):
        return
    for wrong in list(sentence.quantities.values()):
        if wrong.first < 1 or sentence.low[wrong.first - 1] not in sentence.rule_words.opposing:
            continue
        right = _right_before(sentence, wrong) or _right_after(sentence, wrong)
        if right is not None:
            del sentence.quantities[wrong.first], sentence.quantities[right.first]
            number = replace(right, first=wrong.first - 1, last=wrong.last)
            sentence.quantities[number.first] = number
    sentence.quantities = dict(sorted(sentence.quantities.items()))


def _right_before(sentence: Sentence, wrong: Quantity) -> Quantity | None:
    """As in "two and not nine soldiers": the number before the conjunction; or "four guards, not six, who died"."""
    joint = wrong.first - 2
    right = max(
        (one for one in sentence.quantities.values() if one.last < joint), key=lambda one: one.last, default=None
    )
    if joint < 1 or right is None:
        return None
    if sentence.mask[joint] & CONJUNCTION:
        return right if right.last == joint - 1 else None
    is_inserted = sentence.low[joint] == "," and sentence.low[wrong.last + 1 : wrong.last + 2] == [","]
    is_apart = any(sentence.words[at].harm is not None for at in range(right.last, joint))
    return right if is_inserted and not is_apart else None


def _right_after(sentence: Sentence, wrong: Quantity) -> Quantity | None:
    """As in "not nine soldiers died, but two": the next number, alone between "but" and the end of its clause."""
    right = next((one for one in sentence.quantities.values() if one.first > wrong.last), None)
    if right is None or sentence.low[right.first - 1] not in sentence.rule_words.clause_breaks:
        return None
    after = sentence.low[right.last + 1 : right.last + 2]
    return right if not after or after[0] in _ENDS else None
