"""People whom a text sets apart from those it means: "two soldiers, not two civilians, died", "goats, not girls".

Right after the comma or the joint that a "not" opens stands who was not harmed; the verb is of those before it, or of
nobody where those are animals or things.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.words.tokens import AUXILIARY, CONJUNCTION, RELATIVE, THING

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


def without_opposed(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """The groups without those that "not" sets apart; the group before takes their place before the verb."""
    if any(one.is_nobody for one in groups):
        _join_nobody(sentence, groups)
    if sentence.rule_words.opposing.isdisjoint(sentence.present):
        return groups
    kept: list[Group] = []
    for group in groups:
        right = _right_before(sentence, kept, group)
        if right is None:
            kept.append(group)
            continue
        opener = _opener(sentence, group)
        sentence.cues = [(at, cue) for at, cue in sentence.cues if at != opener]
        if right.head >= 0:
            kept[-1] = replace(right, last=group.last + (sentence.low[group.last + 1 : group.last + 2] == [","]))
    return kept


def _join_nobody(sentence: Sentence, groups: list[Group]) -> None:
    """Read the "but" of "six passengers, but no crew, were hurt" as an "and": the verb is of both."""
    for before, nobody in pairwise(groups):
        joint = nobody.first - 1
        is_next = nobody.is_nobody and sentence.low[joint] in sentence.rule_words.excepting
        is_next = is_next and before.last == joint - 1 - (sentence.low[joint - 1] == ",")
        if is_next and before.head >= 0 and not before.is_nobody and _has_verb(sentence, nobody.last + 1):
            sentence.mask[joint] = CONJUNCTION


def _has_verb(sentence: Sentence, at: int) -> bool:
    """Whether a verb follows people, after a comma or without one."""
    at += int(at < sentence.size and sentence.low[at] == ",")
    return at < sentence.size and (bool(sentence.mask[at] & AUXILIARY) or sentence.is_harm(at))


def _opener(sentence: Sentence, group: Group) -> int:
    """The "not" before a group, or -1."""
    at = (group.opener if group.opener >= 0 else group.first) - 1
    return at if at > 0 and sentence.low[at] in sentence.rule_words.opposing else -1


def _right_before(sentence: Sentence, kept: list[Group], group: Group) -> Group | None:
    """The people, or the animals without a class, who are meant instead of a group; None where nobody is."""
    opener = _opener(sentence, group)
    if opener < 2 or group.is_bare or group.is_pronoun or group.is_nobody or not _goes_on(sentence, group.last + 1):
        return None
    last = opener - 1
    joints = sentence.rule_words.excepting  # "nine passengers, but not the driver"
    while last > 0 and (sentence.low[last] == "," or sentence.mask[last] & CONJUNCTION or sentence.low[last] in joints):
        last -= 1
    if last == opener - 1 and " " not in sentence.low[opener]:
        return None  # "were not civilians"
    if kept and kept[-1].last == last and kept[-1].head >= 0 and not kept[-1].is_guess:
        return kept[-1]
    return replace(group, head=-1) if sentence.mask[last] & THING else None


def _goes_on(sentence: Sentence, at: int) -> bool:
    """Whether the verb of those meant follows, or nothing at all."""
    at += int(at < sentence.size and sentence.low[at] == ",")
    return at >= sentence.size or sentence.low[at] == "." or bool(sentence.mask[at] & (AUXILIARY | RELATIVE))
