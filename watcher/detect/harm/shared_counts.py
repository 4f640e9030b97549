"""Numbers that several groups or harms share: a family, "five of the nine killed", "3 and 11 respectively"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import HarmEvent
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    CONJUNCTION,
    DEFINITE,
    MONTH,
    PREPOSITION,
    RANK,
    WEEKDAY,
    has_verb_before,
)
from watcher.detect.words.whose import owner_inside

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_HOME = ROLES["home"]
_JOINED = 3  # words of "or unaccounted for"
_SIGNS = 2  # between two names: ", and"
_PLURAL = ROLES["plural_pronouns"]
_OPEN = frozenset({"civilian", "unknown"})


def join_families(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "killed Mrs Oduya and her three daughters", "a farmer, his wife and their son": one family, one number."""
    if len(events) < 2:
        return
    gone: set[int] = set()
    family: list[HarmEvent] = []
    for event in [*sorted(events, key=_place), None]:
        if event is not None and family and _is_next(sentence, family, event):
            family.append(event)
            continue
        gone |= _join(family)
        family = [event] if event is not None else []
    events[:] = [event for event in events if id(event) not in gone]


def _is_next(sentence: Sentence, family: list[HarmEvent], event: HarmEvent) -> bool:
    """Whether an event is of kin of the one person whom a family begins with."""
    first, one, kin = family[0], family[0].group, event.group
    is_same = first.at == event.at and first.entry is event.entry
    if not is_same or one is None or kin is None or not _is_one_person(sentence, one):
        return False
    return _is_kin(sentence, kin, is_headline=one.first == one.head)


def _join(family: list[HarmEvent]) -> set[int]:
    """Count a family with its first: "a woman and her son"; "Omar Hadi and his mother" stay two, each by himself."""
    kin = [event.group for event in family[1:] if event.group is not None]
    first = family[0].group if family else None
    if first is None or not kin or (first.is_name and len(kin) == 1 and kin[0].low == 1):
        return set()
    for group in kin:
        first = _family(first, group)
    family[0].group, family[0].last = first, max(event.last for event in family)
    return {id(event) for event in family[1:]}


def _place(event: HarmEvent) -> tuple[int, int]:
    return event.at, event.group.first if event.group is not None else -1


def _is_one_person(sentence: Sentence, group: Group) -> bool:
    """Whether a family can begin with somebody: one named or known person of no force and no office, or a couple."""
    words = sentence.rule_words
    is_pair = group.head >= 0 and sentence.low[group.head] in words.pairs | words.pair_numbers
    is_couple = group.low == group.high == 2 and (is_pair or owner_inside(sentence, group))  # "a farmer, his wife"
    is_one = group.low == group.high == 1 or is_couple
    return is_one and group.victim in _OPEN and not group.is_pronoun


def _is_kin(sentence: Sentence, group: Group, *, is_headline: bool) -> bool:
    """As in "her three daughters", "his wife", "four of her grandchildren": whose relatives they are is said.

    Headlines do not say so: "Farmer, wife and two sons killed".
    """
    if not group.low or group.low != group.high or group.head < 0:
        return False
    if not owner_inside(sentence, group) and not is_headline:
        return False
    words, noun = sentence.rule_words, sentence.low[group.head]
    ending = next((mark for mark in words.plural_endings if noun.endswith(mark)), "")
    is_relative = noun in words.kinsfolk or not words.kin.isdisjoint((noun, noun.removesuffix(ending)))
    return group.victim == "civilian" and (is_relative or group.is_child)


def _family(one: Group, kin: Group) -> Group:
    """The people of both as one group."""
    children = (one.all_children or 0) + (kin.all_children or 0)
    women = (one.all_women or 0) + (kin.all_women or 0)
    return replace(
        one,
        last=kin.last,
        low=(one.low or 0) + (kin.low or 0),
        high=(one.high or 0) + (kin.high or 0),
        victim="civilian",
        is_counted=True,
        is_definite=False,
        is_child=False,
        is_woman=False,
        children=children or None,
        women=women or None,
    )


def share_noun(events: list[HarmEvent]) -> None:
    """As in "mines have killed three and wounded eleven soldiers": the noun of the second verb is of both numbers."""
    for one, other in pairwise(sorted(events, key=lambda event: event.at)):
        first, second = one.group, other.group
        if first is None or second is None or one.voice != "active" or other.voice not in {"active", "joined"}:
            continue
        is_next = one.at < first.first and first.last + 1 == other.at - 1 and other.at < second.first
        if is_next and first.is_bare and first.victim == "unknown" and second.head >= 0 and not second.is_other:
            one.group = replace(first, victim=second.victim)


def count_all_of_whom(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "five of the nine men killed have been named": all nine are dead.

    Not so in "five of the nine men were killed".
    """
    sentence = clauses.sentence
    for event in events:
        group = event.group
        if group is None or group.head < 0 or event.voice not in {"reduced", "intransitive", "passive"}:
            continue
        inner = next((one for first, one in sentence.quantities.items() if group.first < first < group.head), None)
        if inner is None or not inner.low or inner.low <= (group.low or 0):
            continue
        if event.voice != "reduced" and not _is_definite(sentence, inner.first):  # "was one of five soldiers wounded"
            continue
        others = any(one is not event and one.group is not None and one.group.first == group.first for one in events)
        if not others and _describes_all(clauses, event, group):
            event.group = replace(group, low=inner.low, high=inner.high, kind=inner.kind)


def _is_definite(sentence: Sentence, at: int) -> bool:
    return at > 0 and bool(sentence.mask[at - 1] & DEFINITE)


def _describes_all(clauses: Clauses, event: HarmEvent, group: Group) -> bool:
    """Whether a harm only describes the people, as in "who died", "killed in the raid", and another verb is theirs."""
    sentence = clauses.sentence
    if group.last + 1 < event.at and sentence.low[group.last + 1] in sentence.rule_words.person_relatives:
        is_intransitive = event.voice == "intransitive"
        return not has_verb_before(sentence, group.last + 2, event.at, is_intransitive=is_intransitive)
    if event.voice != "reduced" or event.at != group.last + 1:
        return False
    before = group.first - 1
    is_object = before >= 0 and sentence.is_word(before) and not sentence.mask[before] & (PREPOSITION | CONJUNCTION)
    has_other = any(sentence.mask[at] & AUXILIARY for at in range(event.at + 1, sentence.size))
    return has_other or is_object


def count_named(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "the dead have been identified as A. Roy, B. Sen and C. Das", "those killed are …": as many as named."""
    if sentence.is_capitals:
        return
    for event in events:
        group = event.group
        if group is None or (group.low is not None and not _is_those(sentence, group)):
            continue
        begin = at = max(event.at, group.last) + 1
        while at < sentence.size and _introduces(sentence, at):
            at += 1
        is_said = any(not sentence.mask[probe] & ADVERB for probe in range(begin, at))
        number = _names_listed(sentence, at) if is_said else 0
        if number:
            event.group = replace(group, low=number, high=number, kind="exact", is_counted=True)


def _names_listed(sentence: Sentence, at: int) -> int:
    """How many names a list holds, each perhaps with an age and a home: "Ida Holm, 34, of Leeds, and Omar Rao"."""
    number = 0
    while at < sentence.size and _is_name_word(sentence, at):
        while at < sentence.size and (_is_name_word(sentence, at) or _is_initial_stop(sentence, at)):
            at += 1
        if at < sentence.size and sentence.is_word(at) and not sentence.mask[at] & (CONJUNCTION | _HOME):
            return 0  # "the dead are Afghan nationals"
        number += 1
        at = _over_details(sentence, at)
        signs = 0
        while at < sentence.size and signs < _SIGNS and _joins(sentence, at):
            at, signs = at + 1, signs + 1
        if not signs:
            break
    return number


def _is_name_word(sentence: Sentence, at: int) -> bool:
    """Whether a token can be of a name: a capital word that is no word for people, but perhaps a rank."""
    is_people = sentence.words[at].people is not None and not sentence.mask[at] & RANK
    is_date = any(0 <= one < sentence.size and sentence.low[one][0].isdecimal() for one in (at - 1, at + 1))
    is_day = sentence.mask[at] & WEEKDAY or (sentence.mask[at] & MONTH and is_date)  # but "Jan Mraz"
    return sentence.is_word(at) and sentence.is_capital(at) and not is_people and not is_day


def _is_initial_stop(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] in {".", "-"} and at + 1 < sentence.size and sentence.is_capital(at + 1)


def _over_details(sentence: Sentence, at: int) -> int:
    """Over ", 34", "(34)" and ", of Leeds" after a name."""
    size = sentence.size
    if at + 1 < size and sentence.low[at] in {",", "("} and sentence.low[at + 1].isdecimal():
        at += 2 + int(at + 2 < size and sentence.low[at + 2] == ")")
    home = at + int(at < size and sentence.low[at] == ",")
    if home + 1 < size and sentence.mask[home] & _HOME and sentence.is_capital(home + 1):
        at = home + 1
        while at < size and sentence.is_word(at) and sentence.is_capital(at):
            at += 1
    return at


def _joins(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] in {",", ";"} or bool(sentence.mask[at] & CONJUNCTION)


def _is_those(sentence: Sentence, group: Group) -> bool:
    """As in "those killed are …": a pronoun for several."""
    return group.is_pronoun and group.low != 0 and group.high is None and bool(sentence.mask[group.first] & _PLURAL)


def _introduces(sentence: Sentence, at: int) -> bool:
    """What stands between the dead and their names: "are", "have been identified as", a colon."""
    words, parts = sentence.rule_words, sentence.low[at].split(" ")
    is_naming = not all(one.isdisjoint(parts) for one in (words.identifying, words.name_openers, words.capacity))
    return is_naming or bool(sentence.mask[at] & (AUXILIARY | ADVERB)) or sentence.low[at] == ":"


def respectively(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "killed and wounded: 3 and 11 respectively": each number is of its own harm."""
    if sentence.rule_words.respective.isdisjoint(sentence.present):
        return events
    joint = next((one for one in events if one.entry.harm == "casualty" and len(harms_joined(sentence, one)) > 1), None)
    if joint is None:
        return events
    harms = harms_joined(sentence, joint)
    numbers = [one for one in sentence.quantities.values() if one.first > joint.at]
    groups = [next((group for group in sentence.groups if group.first == one.first), None) for one in numbers]
    if len(groups) != len(harms) or None in groups:
        return events
    victim = joint.group.victim if joint.group is not None else "unknown"
    found = [
        HarmEvent(entry, joint.at, replace(group, victim=victim), joint.at, group.last, "noun", rules=[entry.name])
        for entry, group in zip(harms, groups, strict=True)
        if group is not None
    ]
    return [*(one for one in events if one.at != joint.at), *found]


def harms_joined(sentence: Sentence, event: HarmEvent) -> list[HarmWords]:
    """The harms that a phrase joins: "killed and wounded", "deaths and injuries", "hurt or unaccounted for"."""
    words, lows = sentence.lexicon.words, sentence.low[event.at].split(" ")
    singles = [entry for low in lows if low in words and (entry := words[low].harm) is not None]
    if len(lows) < _JOINED or not sentence.lexicon.lookup[lows[-_JOINED]].mask & CONJUNCTION:
        return singles
    last = _entry_of_pair(sentence, lows[-2], lows[-1])
    return singles if last is None else [*singles, last]


def _entry_of_pair(sentence: Sentence, first: str, second: str) -> HarmWords | None:
    """The harm of two words that are one only together."""
    word = sentence.lexicon.words.get(first)
    tails = word.phrases.get(second) if word is not None and word.harm is None else None
    found = tails.longest((first, second), 0) if tails is not None else None
    return found[1].harm if found is not None else None
