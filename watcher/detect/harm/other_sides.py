"""Another side's number of the harm said before: "the army counts five", "the enemy's was eleven", "ours two"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import VERB_BEFORE, HarmEvent
from watcher.detect.words.tokens import BE, CONJUNCTION
from watcher.detect.words.whose import main_class

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_ENDS = frozenset({",", ";", ".", ")"})
_OWNER = 5  # words of "while the rebels'"


def other_sides_number(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """The event of a number by itself that a side other than the one before it has lost; None where it is none."""
    after = group.last + 1
    if not group.is_bare or group.first < 2:
        return None
    words, following = sentence.rule_words, sentence.low[after] if after < sentence.size else "."
    if following in words.side_openers and following not in words.start_openers:
        return _number_beside(sentence, events, group)
    if following not in _ENDS:
        return None
    found = _own_number(sentence, events, group) or _owned_number(sentence, events, group)
    return found or _number_of_losses(sentence, events, group)


def _own_number(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "the enemy lost 40 men; the army counts five": another side's own people, of the harm said before."""
    words, verb = sentence.rule_words, group.first - 1
    before = [one for one in events if one.at < verb and one.group is not None and one.group.low]
    begin = next((at for at in range(verb - 1, 0, -1) if is_joint(sentence, at)), 0)
    if sentence.low[verb] not in words.having_lost or not begin or not before:
        return None
    named = main_class(sentence, range(begin + 1, verb), words.own_words)
    whose = before[-1].group.victim if before[-1].group is not None else named
    is_own = sentence.low[verb] not in words.reckoning or sentence.low[before[-1].at] in words.losing
    if named is None or named in {"unknown", whose} or not is_own:
        return None
    return _of_side(before[-1], group, named)


def _owned_number(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "our losses were two killed, the enemy's thirty", "their toll was 40 dead; ours was two"."""
    words, owner = sentence.rule_words, group.first - 1
    owner -= int(bool(sentence.mask[owner] & BE))
    is_pronoun = sentence.low[owner] in words.side_pronouns
    if not is_pronoun and sentence.low[owner] not in words.owner_signs:
        return None
    before = [one for one in events if one.at < owner and one.group is not None and one.group.low]
    joint = next((at for at in range(owner - 1, max(0, owner - _OWNER), -1) if is_joint(sentence, at)), 0)
    victim = _owner(sentence, range(joint + 1, owner + 1), before[-1]) if before and joint else None
    return _of_side(before[-1], group, victim) if victim is not None else None


def _number_beside(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "four were killed on our side, nine on theirs", "and nine on the enemy's", "and nine on the other"."""
    words, first = sentence.rule_words, group.last + 2
    last = next((at for at in range(first, min(sentence.size, first + _OWNER)) if sentence.low[at] in _ENDS), 0) - 1
    before = [one for one in events if one.at < group.first and one.group is not None and one.group.low]
    if last < first or not before or not is_joint(sentence, group.first - 1):
        return None
    is_side = sentence.low[last] in words.side_pronouns | words.owner_signs | words.side_nouns | words.the_other
    victim = _owner(sentence, range(first, last + 1), before[-1]) if is_side else None
    return _of_side(before[-1], group, victim) if victim is not None else None


def _number_of_losses(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "our losses were put at four killed, rebel losses at 25", "those of the rebels as 25"."""
    words, last = sentence.rule_words, group.first - 1
    if sentence.low[last] not in words.reckoned_at | words.capacity:
        return None
    joint = next((at for at in range(last - 1, max(0, last - _OWNER - 1), -1) if is_joint(sentence, at)), 0)
    losses = words.losing_nouns | words.pointing_back
    before = [one for one in events if one.at < joint and one.group is not None and one.group.low]
    if not joint or not before or losses.isdisjoint(sentence.low[joint:last]):
        return None
    victim = _owner(sentence, range(joint + 1, last), before[-1])
    return _of_side(before[-1], group, victim) if victim is not None else None


def _owner(sentence: Sentence, named: range, before: HarmEvent) -> Victim | None:
    """The class of whose number it is, where that is another one than before; of "theirs" the other one's."""
    words = sentence.rule_words
    victim = main_class(sentence, named, words.own_words)
    if victim is None and sentence.low[named[-1]] in words.side_pronouns | words.the_other:
        victim = "unknown" if before.group is None or before.group.victim == "combatant" else "combatant"
    return None if before.group is not None and victim == before.group.victim else victim


def _of_side(before: HarmEvent, group: Group, victim: Victim) -> HarmEvent:
    event = replace(shared(before, replace(group, victim=victim)), part_of=None)
    event.voice = "noun"
    return event


def is_joint(sentence: Sentence, at: int) -> bool:
    """Whether a token joins two numbers: "and", a comma, a semicolon or a colon."""
    return at > 0 and (bool(sentence.mask[at] & CONJUNCTION) or sentence.low[at] in {",", ";", ":"})


def shared(verb: HarmEvent, group: Group) -> HarmEvent:
    """The event of a group that shares the verb of an event before it."""
    rules = [verb.entry.name, VERB_BEFORE, *group.rules]
    # Others than those counted right before, so no state in which those are.
    entry = replace(verb.entry, is_state=False) if verb.entry.is_state else verb.entry
    return HarmEvent(entry, group.first, group, group.first, group.last, verb.voice, rules=rules, part_of=verb)
