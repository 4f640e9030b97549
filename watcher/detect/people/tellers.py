"""People who only tell of it or come to it afterwards: "according to police, …", "Officials spoke to the press. …".

They are no part of a list, no subject of what they tell, and lend their class to nobody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.speakers import is_deed
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, CONJUNCTION, DETERMINER, PREPOSITION, STRUCTURAL

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_SERVANTS: frozenset[Victim] = frozenset({"military", "police", "official"})
_TOLD = 3  # words before a name: "police said that"
_NEAR = 5  # words from people to what they do
_SCENE = 7  # words of "of Tarn are on the scene"
_SPEECH, _ACCORDING, _OWN = ROLES["speech"], ROLES["according"], ROLES["possessives"]
_THEM = ROLES["plural_pronouns"] | ROLES["possessives"] | ROLES["of_whom"]
_ENDS = frozenset({",", "."})
_OPENING = frozenset({",", ";", '"', "”", "-", "–", "—"})


def without_tellers(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """The groups without those whose word is given: "according to police", "…, the chief of police said"."""
    words, present = sentence.rule_words, sentence.present
    if sentence.roles & _ACCORDING:
        groups = _without_sources(sentence, groups)
    if not (words.telling_somebody.isdisjoint(present) and words.askers.isdisjoint(present)):
        groups = [one for one in groups if not _is_told(sentence, one)]
    if sentence.roles & _SPEECH or not (words.saying.isdisjoint(present) and words.announcing.isdisjoint(present)):
        groups = [one for one in groups if one.head < 0 or not _says(sentence, one, groups)]
    return groups


def _without_sources(sentence: Sentence, groups: list[Group]) -> list[Group]:
    kept: list[Group] = []
    sources: set[int] = set()
    for group in groups:
        if not _follows_according(sentence, group) and not _is_joined(sentence, group, sources):
            kept.append(group)
        elif "," in sentence.low[group.first : group.last]:
            kept.append(_after_comma(sentence, group))
        else:
            sources.add(group.last)
    return kept


def _after_comma(sentence: Sentence, group: Group) -> Group:
    """As in "according to the army, rebels raided": the people after the comma, whom a body's noun only describes."""
    first = sentence.low.index(",", group.first) + 1
    return replace(group, first=first, is_definite=False)


def _says(sentence: Sentence, group: Group, groups: list[Group]) -> bool:
    """Whether people open a clause whose verb is one of saying: "Police said that …", "…, the mayor said"."""
    verb = group.last + 1
    is_inserted = group.first > 0 and sentence.low[group.first - 1] == ","  # "nine civilians, the rebels claim, were"
    if verb >= sentence.size:
        return False
    if not (sentence.mask[verb] & _SPEECH or _is_saying(sentence, verb, is_inserted=is_inserted)):
        return False
    if group.first and sentence.low[group.first - 1] not in _OPENING:
        return False
    if is_deed(sentence, verb) or sentence.is_harm(verb + 1):
        return False  # "the flood claimed nine lives", "nine villagers reported missing"
    return not sentence.roles & _THEM or not _is_meant(sentence, groups, group)


def _is_saying(sentence: Sentence, verb: int, *, is_inserted: bool) -> bool:
    words, low = sentence.rule_words, sentence.low[verb]
    if is_inserted and low in words.saying and sentence.low[verb + 1 : verb + 2] == [","]:
        return True
    if low not in words.saying and low not in words.affirming:
        return low in words.announcing
    return low in words.announcing or not words.content_clause_openers.isdisjoint(sentence.low[verb + 1 : verb + 2])


def _is_meant(sentence: Sentence, groups: list[Group], teller: Group) -> bool:
    """As in "the rebels say that three of them died": whoever says it is the only one before "them" or "their"."""
    them = next((at for at in range(teller.last + 2, sentence.size) if sentence.mask[at] & _THEM), -1)
    return them > 0 and not any(one.last < them and one.head >= 0 and one is not teller for one in groups)


def _is_told(sentence: Sentence, group: Group) -> bool:
    """As in "told the council that", "said in a statement to reporters"."""
    before, words = sentence.low[group.first - 1] if group.first else "", sentence.rule_words
    if before in words.telling_somebody:
        after = sentence.low[group.last + 1 : group.last + 2]
        return not after or after[0] in words.content_clause_openers or after[0] in _ENDS
    return before in words.infinitive_markers and group.head >= 0 and sentence.low[group.head] in words.askers


def _follows_according(sentence: Sentence, group: Group) -> bool:
    """Whether people are whose word it is; with "the chief of police" only he is."""
    before = group.first - 1
    while before > 0 and sentence.mask[before] & DETERMINER:
        before -= 1
    is_noun = sentence.words[before].people is not None or before in sentence.quantities
    if before > 0 and sentence.is_word(before) and not (is_noun or sentence.mask[before] & STRUCTURAL):
        before -= 1  # "according to initial police reports"
    return before >= 0 and bool(sentence.mask[before] & _ACCORDING)


def _is_joined(sentence: Sentence, group: Group, sources: set[int]) -> bool:
    """Whether "and" joins people to a source, and a comma or the end of the sentence follows them."""
    joint, after = group.first - 1, group.last + 1
    if joint - 1 not in sources or not sentence.mask[joint] & CONJUNCTION:
        return False
    return after >= sentence.size or sentence.low[after] in _ENDS


def is_only_told_of(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "The army says Omar Hadi was killed", "Coast Guard ends its search for four people": others than theirs."""
    near = range(max(0, group.first - _TOLD), group.first)
    if group.is_name:
        return any(sentence.low[at] in sentence.rule_words.saying for at in near)
    is_sought = event.entry.harm == "missing" and event.at < group.first and group.head >= 0
    return is_sought and not any(roles & _OWN for roles in sentence.mask[event.at : group.last + 1])


def comes_afterwards(sentence: Sentence, group: Group) -> bool:
    """As in "Police are searching the rubble", "Officials gave details", "Firefighters were called": none was hit."""
    words, last = sentence.rule_words, min(sentence.size, group.last + _NEAR)
    is_helper = group.head >= 0 and sentence.low[group.head] in words.helpers
    if group.victim not in _SERVANTS and not is_helper:
        return False
    after = next((at for at in range(group.last + 1, last) if not sentence.mask[at] & (AUXILIARY | ADVERB)), last)
    if sentence.low[after + 1 : after + 2] and sentence.low[after + 1] in words.infinitive_markers:
        after = after if sentence.low[after] in words.attending else after + 2
    if after >= last or any(at != after for at in sentence.harms):
        return False
    is_there = not words.scenes.isdisjoint(sentence.low[after : after + _SCENE])
    if is_there and sentence.mask[after] & PREPOSITION:
        return True  # "are at the scene"
    verb = sentence.low[after].partition(" ")[0]
    return verb in words.announcing_verbs or verb in words.attending
