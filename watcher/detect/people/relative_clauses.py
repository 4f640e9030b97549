"""Of whom a relative clause speaks: "the three soldiers of the 12th Brigade who", "the fitter under the load, who"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.governed import describes, is_governed
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import CONJUNCTION, DEFINITE, HAVE, INDEFINITE, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_SINGULAR_BE = ROLES["singular_be"]
_SAID = 8  # words of ", a doctor at the hospital said,"
_SIGNS = frozenset(",()")  # around what is inserted


def antecedent(sentence: Sentence, by_last: Mapping[int, Group], left: int, verb: int) -> Group | None:
    """As in "the families of the three soldiers of the 12th Brigade who were killed": the nearest people of its number.

    `left` is the token before "who", `verb` the auxiliary after it; those of a body's name stand between.
    """
    groups = sorted((one for last, one in by_last.items() if last <= left), key=lambda one: one.last)
    if groups and groups[-1].last == left:
        return _over_place(sentence, groups)
    is_one = verb < sentence.size and bool(sentence.mask[verb] & _SINGULAR_BE)
    for group in reversed(groups):
        if group.last >= left or group.head < 0 or group.is_guess or group.is_pronoun:
            continue
        between = range(group.last + 1, left + 1)
        is_described = sentence.low[between.start] in sentence.rule_words.complements
        if not is_described or not all(describes(sentence, at) or sentence.mask[at] & CONJUNCTION for at in between):
            return None
        if is_one == (group.low == group.high == 1):
            return group
    return None


def _over_place(sentence: Sentence, groups: Sequence[Group]) -> Group:
    """As in "the fitter under the load, who was crushed": the people before the place where they were."""
    near = groups[-1]
    if len(groups) < 2 or not near.is_guess or not is_governed(sentence, near):
        return near
    before = groups[-2]
    is_people = before.head >= 0 and not before.is_guess
    return before if is_people and all(describes(sentence, at) for at in range(before.last + 1, near.first)) else near


def before_relative(sentence: Sentence, right: int) -> int:
    """The token before the "who" or "whose" of an insertion that ends at a comma; else that before the comma."""
    for at in range(right - 1, 0, -1):
        if sentence.low[at] in _SIGNS:
            break
        if sentence.mask[at] & RELATIVE and sentence.low[at - 1] == ",":
            return at - 1
    return right - 1


def before_said(sentence: Sentence, right: int) -> int:
    """As in "the drivers who, police said, were killed", "a clerk and two guards, the army said on Monday, were hurt".

    The token before whoever says so, or `right`.
    """
    saying = sentence.rule_words.saying
    if right < 1 or sentence.low[right] != "," or saying.isdisjoint(sentence.present):
        return right
    comma = next((at for at in range(right - 2, max(0, right - _SAID), -1) if sentence.low[at] == ","), 0)
    is_said = any(sentence.low[at] in saying for at in range(comma + 2, right))
    return comma - 1 if comma and is_said else right


def taken_by(sentence: Sentence, by_last: Mapping[int, Group], doer: Group) -> Group | None:
    """As in "the trooper whom a sniper hit", "the officer a sniper hit": those whom the doer's own verb takes."""
    before = doer.first - 1
    if before < 1 or doer.head < 0 or doer.last + 2 >= sentence.size:
        return None
    is_relative = sentence.low[before] in sentence.rule_words.whom
    whole = by_last.get(before - 1 if is_relative else before)
    after = doer.last + 1  # not "the claim by a channel that six inmates of Karsk were shot"
    is_verb = sentence.is_word(after) and not sentence.mask[after] & (CONJUNCTION | RELATIVE | PREPOSITION)
    is_apart = is_relative or bool(sentence.mask[doer.first] & INDEFINITE)
    is_apart |= bool(sentence.mask[doer.first] & DEFINITE and sentence.mask[after] & HAVE)  # "the police had sought"
    return whole if is_verb and is_apart and whole is not None and whole.head >= 0 and not whole.is_guess else None
