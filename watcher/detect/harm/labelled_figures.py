"""Figures after a label without a verb: "dead 2, wounded 5", "KIA=4", "Total wounded: 11"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.tolls import ends_clause
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BARRIER, PREPOSITION, RELATIVE, STRUCTURAL
from watcher.detect.words.whose import nearest_class

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_LABEL = 5  # words of a label beside its harm
_LABEL_STARTS = frozenset(".,;:|")
_FIGURE_ENDS = frozenset(",;.)(|/:")


def figure_after(clauses: Clauses, at: int) -> list[Group]:
    """As in "dead 2, wounded 5", "SOLDIERS KIA=4", "Deaths 3": shorthand, a figure between the harm and a sign."""
    sentence = clauses.sentence
    first = at + 1 + int(sentence.low[at + 1 : at + 2] in (["="], ["-"], ["–"]))
    group = clauses.by_first.get(first)
    if group is None or not group.is_bare or sentence.words[at].is_grammar or not _is_figure(sentence, group):
        return []
    after, before = group.last + 1, clauses.by_last.get(at - 1)
    after += int(sentence.low[after : after + 1] != [] and sentence.low[after] in sentence.rule_words.occasion_adverbs)
    if after < sentence.size and sentence.low[after] not in _FIGURE_ENDS and not _is_next_label(clauses, after):
        return []
    if before is not None and before.is_bare and sentence.is_harm(before.first - 1):
        before = None  # "killed 5 wounded 12": the figure of the label before
    if before is not None and (before.is_counted or before.low == 1):
        return []
    if group.low == 0 and any(quantity.low for quantity in sentence.quantities.values()):
        return []  # beside people a zero denies nothing
    people = sentence.words[at - 1].people if at else None
    if before is None and people is None and _is_of_things(sentence, at):
        return []
    return [replace(group, victim=before.victim if before else people.victim if people else "unknown")]


def _is_of_things(sentence: Sentence, at: int) -> bool:
    """As in "houses burned – 40": a noun that is nobody right before a verb that needs people."""
    entry = sentence.words[at].harm
    is_noun = at > 0 and sentence.is_word(at - 1) and not sentence.mask[at - 1] & (STRUCTURAL | ADVERB)
    return is_noun and entry is not None and entry.needs_people and not sentence.is_harm(at - 1)


def _is_next_label(clauses: Clauses, at: int) -> bool:
    """As in "Killed 5 Wounded 12 Missing 1": another harm with a figure after it."""
    figure = clauses.by_first.get(at + 1)
    return clauses.sentence.is_harm(at) and figure is not None and figure.is_bare


def labelled_figure(clauses: Clauses, at: int) -> list[Group]:
    """As in "Total wounded: 11", "Dead so far: 8", "Killed overnight: 3": the figure after a label without a verb."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if ":" not in sentence.present:
        return []
    begin = at
    while begin > 0 and begin > at - _LABEL and sentence.low[begin - 1] not in _LABEL_STARTS:
        begin -= 1
    colon = next((probe for probe in range(at + 1, min(sentence.size, at + _LABEL)) if sentence.low[probe] == ":"), -1)
    is_first = begin == 0 or sentence.low[begin - 1] in _LABEL_STARTS
    if (
        colon < 0
        or not is_first
        or colon - begin == 1
        or any(_is_no_label(sentence, probe) for probe in range(begin, colon))
    ):
        return []
    group, others = clauses.by_first.get(colon + 1), {*sentence.harms} & {*range(begin, at)}
    others |= {probe for probe in range(begin, at) if sentence.mask[probe] & PREPOSITION}
    if others or group is None or not group.is_counted or group.low is None or group.is_guess or group.is_pronoun:
        return []  # "Died of wounds: 2", "Photos of the wounded: 2"
    is_closed = group.head >= 0 or ends_clause(sentence, group.last + 1)
    victim = nearest_class(sentence, range(begin, colon), words.own_words) or "unknown"
    if not is_closed or sentence.is_harm(group.last + 1):
        return []
    members = clauses.object_at(colon + 1) if group.head >= 0 else [group]  # "by category: soldiers 3, civilians 9"
    members = [one for one in members if (one.is_counted or one.low == 1) and not one.is_guess]
    return [replace(one, victim=victim if one.victim == "unknown" else one.victim) for one in members]


def _is_no_label(sentence: Sentence, at: int) -> bool:
    """Whether a token can stand in no label: a verb, a number."""
    return bool(sentence.mask[at] & (AUXILIARY | RELATIVE | BARRIER)) or at in sentence.quantities


def _is_figure(sentence: Sentence, group: Group) -> bool:
    """As in "KIA 2", "the dead (4)", "WIA nil"."""
    low = sentence.low[group.first]
    return low[0].isdecimal() or low == "(" or (group.low == 0 and low in sentence.rule_words.empty_cells)
