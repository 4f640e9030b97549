"""Whose wounds they are: "sustained minor injuries", "left 14 with burns", "concussion was found in eleven"."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from watcher.detect.harm.bare_participles import is_end
from watcher.detect.harm.tolls import number_said
from watcher.detect.words.annotations import SHARE
from watcher.detect.words.idioms import has_context, meant
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DEFINITE,
    HAVE,
    INDEFINITE,
    MODAL,
    PREPOSITION,
    STRUCTURAL,
    THING,
    is_finite,
)

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_SUFFER = ROLES["suffer"]
_LISTING = frozenset(",:;")
_FOUND = 6  # words from a wound to "in" and those in whom it was found
_VERBS = 8  # words between two verbs of a headline
_TREATED = 8  # words from "seen by the doctor" to "for"
_LEFT = 14  # words between a verb of leaving and the second people that it leaves


def found_in(clauses: Clauses, at: int) -> list[Group]:
    """As in "concussion was found in eleven airmen", "burns were suffered by four": the patients after the verb."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    for probe in range(at + 1, min(sentence.size - 1, at + _FOUND + 1)):
        opener = sentence.low[probe].rpartition(" ")[2]  # of "treated in" as well
        is_borne = opener in words.agent_openers and bool(sentence.mask[probe - 1] & _SUFFER)
        if (opener in words.patient_openers or is_borne) and probe > at + 1:
            return [
                group
                for group in clauses.object_at(probe + 1)
                if (group.is_counted or (is_borne and group.low == 1)) and group.head >= 0 and not group.is_guess
            ]
        is_verb = (
            bool(sentence.mask[probe] & _SUFFER)
            or sentence.low[probe] in words.treating
            or sentence.low[probe] in words.diagnosing
        )
        if not (sentence.mask[probe] & (BE | HAVE | ADVERB) or is_verb):
            break
    return []


def numbered(clauses: Clauses, at: int) -> list[Group]:
    """As in "the number of troops with concussion has risen from 11 to 50", or the sufferers as they are."""
    entry = clauses.sentence.words[at].harm
    needs_people = entry is not None and entry.needs_people  # "the control room received a report of smoke"
    found = [one for one in _sufferers(clauses, at) if not (needs_people and one.is_guess)]
    number = number_said(clauses, found[0], at) if len(found) == 1 else None
    return found if number is None else [number]


def _sufferers(clauses: Clauses, at: int) -> list[Group]:
    """As in "three soldiers sustained minor injuries": the subject of the verb before the noun."""
    sentence = clauses.sentence
    for probe in range(at - 1, max(-1, at - 7), -1):
        is_opener = sentence.low[probe] in sentence.rule_words.wound_openers
        other = sentence.words[probe].harm
        is_same = other is sentence.words[at].harm or is_opener
        if other is not None and not is_same and has_context(sentence, probe, other):
            return []
        if sentence.mask[probe] & _SUFFER or _has_wound(clauses, probe, at):
            return clauses.subject_of(clauses.first_auxiliary(probe, BE | HAVE | MODAL), is_person=True)
        if is_opener:
            if _counts_people(sentence, probe, at):
                return []
            nearer = _left_with(clauses, probe) or _treated(clauses, probe) or _some_with(clauses, probe)
            return nearer or _taken_with(clauses, probe) or clauses.first_subject(probe)
        if sentence.low[probe] in sentence.rule_words.finding_openers:
            return _treated(clauses, probe)
        if sentence.mask[probe] & BARRIER:
            return []
    return []


def _taken_with(clauses: Clauses, opener: int) -> list[Group]:
    """As in "one drowned, and the two pilots were picked up with burns": the subject of the verb before "with"."""
    sentence = clauses.sentence
    for verb in range(opener - 1, max(0, opener - _TREATED), -1):
        is_sign = sentence.low[verb] in {",", ";", ":"} or bool(sentence.mask[verb] & (BARRIER | CONJUNCTION))
        if sentence.words[verb].harm is not None:
            return _brought(clauses, verb)
        if is_sign:
            break
        if is_finite(sentence, verb):
            found = clauses.subject_of(clauses.first_auxiliary(verb, BE | HAVE | MODAL), is_person=False)
            return [one for one in found if not (one.is_guess or one.is_pronoun)]
    return []


def _brought(clauses: Clauses, verb: int) -> list[Group]:
    """As in "five died, and nine were taken to hospital with burns": who was taken there, counted by that verb too."""
    entry, before = clauses.sentence.words[verb].harm, clauses.skip_left(verb - 1)
    is_passive = before > 0 and before not in clauses.by_last and bool(clauses.sentence.mask[before] & BE)
    if entry is None or entry.harm != "injured" or not entry.is_state or not is_passive:
        return []
    found = clauses.subject_of(clauses.first_auxiliary(before, BE | HAVE | MODAL), is_person=False)
    return [one for one in found if not one.is_guess and not (one.is_pronoun and one.low != 1)]


def _counts_people(sentence: Sentence, opener: int, at: int) -> bool:
    """As in "four rebels were killed, with two injuries among the troops": the number is of people, not of wounds."""
    entry, number = sentence.words[at].harm, sentence.quantities.get(opener + 1)
    is_apart = opener > 0 and sentence.low[opener - 1] == ","
    return is_apart and number is not None and entry is not None and not entry.is_bodily


def _has_wound(clauses: Clauses, verb: int, at: int) -> bool:
    """As in "the other has a broken pelvis", "two passengers have minor burns"; not "the army has wounds to heal"."""
    sentence, entry = clauses.sentence, clauses.sentence.words[at].harm
    if entry is None or entry.form != "noun" or entry.harm != "injured" or not sentence.mask[verb] & HAVE:
        return False
    if sentence.mask[verb + 1] & INDEFINITE:
        return True
    near = clauses.subject_of(clauses.first_auxiliary(verb, BE | HAVE | MODAL), is_person=True)
    described, after = sentence.mask[verb + 1 : at], at + 1
    is_noun = after < sentence.size and sentence.is_word(after) and not sentence.mask[after] & STRUCTURAL
    is_state = entry.is_bodily and not is_noun
    is_plain = (sentence.words[at].is_plural or is_state) and not any(one & (STRUCTURAL | THING) for one in described)
    return is_plain and bool(near) and not near[0].is_guess


def _left_with(clauses: Clauses, opener: int) -> list[Group]:
    """As in "left 14 people with injuries": the people between a verb of leaving and what they are left with."""
    group = clauses.people_before(opener - 1)
    is_left = group is not None and group.first > 0
    sentence, words = clauses.sentence, clauses.sentence.rule_words.leaving
    if group is None or not is_left:
        return []
    before = group.first - 1
    is_second = sentence.mask[before] & CONJUNCTION or sentence.low[before] == ","  # "left 3 dead and 5 with burns"
    is_left = not words.isdisjoint(sentence.low[max(0, before - _LEFT) : before]) if is_second else False
    return [group] if is_left or sentence.low[before] in words else []


def _some_with(clauses: Clauses, opener: int) -> list[Group]:
    """As in "two of them with broken bones", "took in four men with burns": those right before what they have."""
    group, sentence = clauses.by_last.get(opener - 1), clauses.sentence
    entry = sentence.words[opener - 1].harm
    if group is None and entry is not None and entry.harm == "casualty":
        number = clauses.by_last.get(opener - 2)  # "four casualties with minor injuries"
        return [number] if number is not None and number.is_counted and number.low else []
    if group is None or not group.is_counted or not group.first:
        return []
    if group.head >= 0 and not group.is_guess:
        return [group]
    is_next = sentence.low[group.first - 1] in _LISTING or bool(sentence.mask[group.first - 1] & CONJUNCTION)
    if group.is_bare and sentence.low[group.first - 1] == "," and _are_hurt_before(sentence, group):
        group = replace(group, rules=(*group.rules, SHARE))  # "two have been hurt, one with burns"
    return [group] if is_next else []


def _are_hurt_before(sentence: Sentence, some: Group) -> bool:
    """Whether a verb of injury stands before a number, which is the last one: not "ten with cuts and five with …"."""
    known = (sentence.words[at].harm for at in sentence.harms if at < some.first)
    is_hurt = any(one is not None and one.harm == "injured" and one.form == "participle" for one in known)
    ends = (number.last + 1 for first, number in sentence.quantities.items() if first > some.first)
    openers = sentence.rule_words.wound_openers
    return is_hurt and all(end >= sentence.size or sentence.low[end] not in openers for end in ends)


def _treated(clauses: Clauses, opener: int) -> list[Group]:
    """As in "doctors examined six marines for concussion", "six marines were seen by a doctor for concussion"."""
    sentence, treating = clauses.sentence, clauses.sentence.rule_words.treating
    treated = clauses.people_before(opener - 1)
    verb_before = sentence.low[max(0, treated.first - 2) : treated.first] if treated is not None else []
    if treated is not None and verb_before and (verb_before[-1] in treating or " ".join(verb_before) in treating):
        return [treated] if treated.is_counted or treated.low == 1 or treated.is_pronoun else []
    for verb in range(opener - 1, max(0, opener - _TREATED), -1):
        if sentence.low[verb] in treating or " ".join(sentence.low[verb : verb + 2]) in treating:
            return clauses.subject_of(clauses.first_auxiliary(verb, BE | HAVE), is_person=True)
        if sentence.mask[verb] & (BARRIER | CONJUNCTION) or sentence.low[verb] in {",", ";", ":"}:
            break
    return []


def wounding(clauses: Clauses, at: int, entry: HarmWords) -> list[Group]:
    """As in "Drone strike wounds two fishermen", "kills nine, wounds ten": a verb that looks like its noun's plural."""
    group = clauses.by_first.get(at + 1)
    sentence = clauses.sentence
    is_second = at > 1 and sentence.low[at - 1] == "," and any(0 < at - harm < _VERBS for harm in sentence.harms)
    is_plural = sentence.words[at].is_plural or (is_second and not sentence.words[at].people)  # "kill three, wound six"
    is_verb = entry.is_bodily and at > 0 and (is_second or sentence.is_word(at - 1)) and is_plural
    if not is_verb or group is None or not group.is_counted:
        return []
    after = clauses.sentence.mask[group.last + 1] if group.last + 1 < clauses.sentence.size else PREPOSITION
    return clauses.object_at(at + 1) if group.head >= 0 or after & (PREPOSITION | CONJUNCTION) else []


def is_hit_by_missile(clauses: Clauses, at: int) -> bool:
    """As in "gunfire struck four constables": people right after a verb of hitting, what wounds right before it."""
    sentence, group = clauses.sentence, clauses.by_first.get(at + 1)
    if at < 1 or group is None or sentence.low[at - 1] not in sentence.rule_words.missiles:
        return False
    is_somebody = group.is_counted or (group.low == 1 and bool(sentence.mask[group.first] & INDEFINITE))
    return is_somebody and group.head >= 0 and not group.is_guess and is_end(sentence, group.last + 1)


def _is_of_others(sentence: Sentence, at: int) -> bool:
    """As in "four rebels were killed, with no injuries on our side": people are counted, not wounds."""
    number = next((one for one in sentence.quantities.values() if one.last == at - 1), None)
    entry = sentence.words[at].harm
    is_bodily = entry is not None and entry.is_bodily  # "died, with two wounds in the chest"
    return number is not None and number.first > 1 and not is_bodily and sentence.low[number.first - 2] == ","


def _is_of_death(sentence: Sentence, at: int) -> bool:
    entry = sentence.words[at].harm
    return entry is not None and entry.harm == "killed" and entry.form == "noun"


def is_cause(sentence: Sentence, at: int) -> bool:
    """As in "died of his wounds": the wounds are the cause of a death, not another claim."""
    if _is_of_others(sentence, at):
        return False
    near = takewhile(lambda probe: not sentence.mask[probe] & _SUFFER, range(at - 1, max(-1, at - 5), -1))
    before = next((probe for probe in near if _opens_cause(sentence, probe)), -1)
    is_joint = any(sentence.mask[probe] & CONJUNCTION or probe in sentence.quantities for probe in range(before, at))
    if before > 0 and not is_joint and _is_of_death(sentence, before - 1):
        return True  # "two deaths from heat stroke"
    if at > 1 and before < 0 and sentence.mask[at - 1] & DEFINITE and at - 2 in sentence.harms:
        before = at - 1  # "did not survive their burns"
    sign = next((probe for probe in range(before, -1, -1) if sentence.low[probe] == ";"), -1)
    earlier = ((probe, meant(sentence, probe)) for probe in sentence.harms if sign < probe < before)
    verbs = ((at, one) for at, one in earlier if one is not None and one.harm == "killed" and one.form != "noun")
    is_of_them = before > 0 and bool(sentence.mask[before] & DEFINITE)
    deaths = ((at, one) for at, one in verbs if is_of_them or not one.of_nobody)  # not "survived with burns"
    people = max((first for first, one in sentence.quantities.items() if one.last < before), default=-1)
    people = max([people, *(one.first for one in sentence.groups if one.last < before and _has_verb(sentence, one))])
    return any(probe > people and has_context(sentence, probe, one) for probe, one in deaths)


def _has_verb(sentence: Sentence, group: Group) -> bool:
    """As in "one died, and her passenger was flown out with burns": people with a verb of their own."""
    return group.head >= 0 and not group.is_guess and bool(sentence.mask[group.last + 1] & AUXILIARY)


def _opens_cause(sentence: Sentence, at: int) -> bool:
    """As in "of", "as a result of"; not "recovering from", "in hospital with"."""
    low = sentence.low[at]
    is_opener = " " not in low or bool(sentence.mask[at] & PREPOSITION)
    return is_opener and low.rpartition(" ")[2] in sentence.rule_words.cause_openers
