"""What people are said to be: "the man who died was a shepherd", "Three died. All were residents of the house."."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.annotations import OF_THESE
from watcher.detect.partitives import is_share_of
from watcher.detect.tokens import ADVERB, BE, CONJUNCTION, RANK, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.tokens import Sentence
    from watcher.model.claim import Victim


_ALL_REACH = 8  # words between a harm and "all of them policemen"
_PREDICATE = 16  # words between people and what they "were"
_NAMED_FIRST = frozenset({"reduced", "noun", "attribute", "adjective"})
_INSERTING = frozenset({",", "(", "-", "–", "—"})
_STOPS = frozenset({";", ":"})


def equated_class(sentence: Sentence, event: HarmEvent) -> Victim:
    """As in "the man who died was a shepherd": what the people are said to have been."""
    group, after = event.group, event.at + 1
    if group is None or is_share_of(sentence, group.first):
        return "unknown"  # "most of the dead were farmers"
    if group.last + 2 != event.at or not sentence.mask[group.last + 1] & RELATIVE:
        for look in (_all_of_them, _of_several, _complement):
            named = look(sentence, event, group)
            if named != "unknown":
                return named
        return "unknown"
    if after + 1 >= sentence.size or not sentence.mask[after] & BE:
        return "unknown"
    return next((one.victim for one in sentence.groups if one.first == after + 1), "unknown")


def _of_several(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "left 18 dead, soldiers and villagers alike", "killed 14 people, police as well as rebels": of both."""
    groups, words = {one.first: one for one in sentence.groups}, sentence.rule_words
    at = max(event.last, event.at, group.last) + 1
    if group.last < event.at and sentence.low[group.last + 1] in _INSERTING:
        at = group.last + 1  # "three people, a soldier and two nurses, were killed"
    if at + 1 >= sentence.size or sentence.low[at] not in _INSERTING | {":"} or not group.is_counted:
        return "unknown"
    found: set[Victim] = set()
    count = counted = 0
    at += 1 + int(sentence.low[at + 1] in words.both)
    while at < sentence.size:
        one = groups.get(at)
        if one is None or one.is_pronoun or one.is_guess or (one.kind != "vague" and one.low != one.high):
            break
        counted += one.low or 0 if one.is_counted or one.low == 1 else 0
        found.add(one.victim)
        count += 1
        at = one.last + 1
        if at < sentence.size and not (sentence.low[at] == "," or sentence.mask[at] & CONJUNCTION):
            break
        at += 1
    is_open = (
        at < sentence.size
        and sentence.low[at - 1] not in _INSERTING
        and (sentence.words[at].harm or sentence.mask[at] & (BE | RELATIVE))
    )
    is_other = counted and counted != group.low  # "five people, two soldiers and a clerk among them"
    if count < 2 or "unknown" in found or is_open or is_other:
        return "unknown"
    return "mixed" if len(found) > 1 else found.pop()


def _complement(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "the three dead were not rebels but farmers", "the man shot at the gate turned out to be a clerk"."""
    if event.voice not in _NAMED_FIRST or event.judgement.stance == "denied":
        return "unknown"
    words, last = sentence.rule_words, max(event.last, group.last)
    denied = [at for at, cue in sentence.cues if cue.effect == "denied" and at < event.first]
    if OF_THESE in event.rules or any("," not in sentence.low[at : event.first] for at in denied):
        return "unknown"  # "it was not shown that the dead man was a fighter"
    is_inserted = sentence.low[last + 1 : last + 2] == [","]
    for at in range(last + 1, min(sentence.size - 1, last + _PREDICATE)):
        if sentence.words[at].harm is not None or sentence.low[at] in _STOPS:
            break
        is_verb = sentence.mask[at] & BE and (not is_inserted or sentence.low[at - 1] == ",")
        if is_verb or sentence.low[at] in words.turning_out:
            return predicate_class(sentence, at + 1)
    return "unknown"


def predicate_class(sentence: Sentence, begin: int) -> Victim:
    """The class of the noun that a verb such as "were" equates people with: after "not", the one after "but"."""
    words, groups = sentence.rule_words, {one.first: one for one in sentence.groups}
    at = begin
    if sentence.low[at] in words.plain_negators:
        after = range(at + 1, min(sentence.size - 1, at + _PREDICATE))
        at = next((probe + 1 for probe in after if sentence.low[probe] in words.clause_breaks), sentence.size)
    while at < sentence.size and at not in groups and _may_equate(sentence, at):
        at += 1
    found = groups.get(at)
    is_noun = found is not None and not found.is_guess and not sentence.mask[found.head] & RANK
    return found.victim if found is not None and is_noun else "unknown"


def _may_equate(sentence: Sentence, at: int) -> bool:
    """Whether a word may stand between "were" and the noun: "in fact", "all", "identified as", "out to be"."""
    words, low = sentence.rule_words, sentence.low[at]
    return bool(sentence.mask[at] & ADVERB) or low in words.equating or low in words.capacity | words.identifying


def _all_of_them(sentence: Sentence, event: HarmEvent, _group: Group) -> Victim:
    """As in "nine were hurt, all of them policemen": the class that stands after "all", or nothing."""
    words, last = sentence.rule_words, max(event.last, event.at)
    for at in range(last + 1, min(last + _ALL_REACH, sentence.size - 1)):
        if sentence.low[at].partition(" ")[0] in words.all_of_them and sentence.low[at - 1] in _INSERTING:
            return next((one.victim for one in sentence.groups if at < one.last <= at + 4 and one.head >= 0), "unknown")
        if sentence.low[at] == ";":
            break
    return "unknown"
