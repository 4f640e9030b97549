"""Harm stated by lives lost: "claimed nine lives", "cost lives", "three guides whose lives were cut short"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.nouns import before_whose, people_listed
from watcher.detect.words.annotations import Group
from watcher.detect.words.tokens import CONJUNCTION, INDEFINITE, STRUCTURAL

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.tokens import Sentence


def lives_groups(clauses: Clauses, at: int) -> list[Group]:
    """As in "claimed nine lives", "four lives were lost", "cost lives", "three guides whose lives were cut short"."""
    sentence = clauses.sentence
    near = clauses.by_last.get(at) or clauses.by_last.get(at - 1)
    first = near.first if near is not None else at
    words, low = sentence.rule_words, sentence.low
    before = (one if one in words.lives_verbs else one.rpartition(" ")[2] for one in low[max(0, first - 3) : first])
    is_before = not words.lives_verbs.isdisjoint(before)  # "a fire claims nine lives"
    is_joint = at + 1 < sentence.size and bool(sentence.mask[at + 1] & CONJUNCTION)  # "saved 9 lives and lost two"
    if not is_before and (is_joint or words.lives_verbs_after.isdisjoint(low[at + 1 : at + 4])):
        return []
    if near is not None and near.is_counted:
        return [replace(near, last=at)]
    owners = _owners(clauses, at)
    if owners:
        return owners
    listed = people_listed(clauses, at + 1) if low[at + 1 : at + 2] and low[at + 1] in words.lives_verbs_after else []
    if listed:
        return listed  # "Lives lost: 4"
    if near is not None and near.head >= 0 and not near.is_guess:
        return [replace(near, last=at, low=None, high=None, kind="none")]
    if sentence.words[at].is_plural:
        return [Group(at, at, 2, None, "vague", is_bare=True, rules=("plural",))]
    return _one_life(sentence, at)


def _owners(clauses: Clauses, at: int) -> list[Group]:
    """As in "three guides whose lives were cut short": those whose lives they were."""
    if not at or clauses.sentence.low[at - 1] not in clauses.sentence.rule_words.whose:
        return []
    group = before_whose(clauses, at - 1)
    return [group] if group is not None and (group.is_counted or group.head >= 0) else []


def _one_life(sentence: Sentence, at: int) -> list[Group]:
    """As in "the delay cost a life", "claimed another life"; not "took a life insurance", "a life of its own"."""
    article, after = at - 1, sentence.mask[at + 1 : at + 2]
    is_closed = not after or not sentence.is_word(at + 1) or bool(after[0] & STRUCTURAL)
    is_of = sentence.low[at + 1 : at + 2] and sentence.low[at + 1] in sentence.rule_words.genitive
    if article < 1 or not sentence.mask[article] & INDEFINITE or not is_closed or is_of:
        return []
    return [Group(article, at, 1, 1, "exact", head=at, is_counted=True, rules=("singular",))]
