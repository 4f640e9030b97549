"""A denial of a harm whose people grammar does not find: "no knowledge of any Australian having been injured".

Where nothing speaks for it, whoever "any" or "anyone" is, nobody was harmed; the same where there were none in any of
several places: "in none of the nine towns were there dead or injured".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.denials import absences
from watcher.detect.words.annotations import Group, HarmEvent
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, DETERMINER

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.words.tokens import Sentence


_FORMS = frozenset({"participle", "intransitive", "base_intransitive", "adjective"})
_HARMS = frozenset({"killed", "injured", "missing", "casualty"})
_REACH = 12  # words between what there is none of and the harm
_LOSING = 3  # words of "lost not even one man"
_FORCES = frozenset({"military", "police", "combatant"})
_FRONT = 5  # words of "unharmed but badly shaken,"
_WITH = 7  # words of "with all 12 hands on board unhurt"
_STOPS = frozenset(",;:.")
_NEGATOR = ROLES["negators"]
_LISTED = 4  # words of a list before the harm: "were there any killed or wounded"


def deny_unnamed(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The events of a sentence, and one of nobody for each word of harm without any that is denied of anybody."""
    known = {event.at for event in events}
    events = [*events, *_of_unharmed(sentence, known), *_of_rumours(sentence, known), *_of_one_lost(sentence, known)]
    if sentence.harms[0] <= 1:
        events += _of_fronted(sentence, known)
    if not (sentence.roles & _NEGATOR or _is_none(sentence)):
        return events
    left = [
        (at, entry)
        for at in sentence.harms
        if at not in known and (entry := sentence.words[at].harm) is not None and _may_be(entry)
    ]
    if not left or any(event.group is not None and event.group.is_counted for event in events):
        return events
    evidence = absences(sentence)
    found = list(events)
    for at, entry in left:
        group = _anybody(sentence, at, evidence)
        if group is not None or _is_nowhere(sentence, at):
            voice = "noun" if group is None else "passive"
            found.append(HarmEvent(entry, at, group, at, at, voice, rules=[entry.name]))
    return found


def _of_unharmed(sentence: Sentence, known: set[int]) -> list[HarmEvent]:
    """As in "came in with everyone aboard unhurt": people after a "with" to whom nothing happened."""
    found: list[HarmEvent] = []
    if sentence.rule_words.wound_openers.isdisjoint(sentence.present):
        return found
    for at in sentence.harms:
        entry = sentence.words[at].harm
        if entry is None or not entry.is_unharmed or at in known:
            continue
        begin = max(0, at - _WITH)
        openers = [k for k in range(begin, at) if sentence.low[k] in sentence.rule_words.wound_openers]
        if not openers or any(
            sentence.mask[k] & AUXILIARY or sentence.low[k] in _STOPS for k in range(openers[-1], at)
        ):
            continue
        group = next((one for one in sentence.groups if openers[-1] < one.first < at and not one.is_guess), None)
        is_everybody = sentence.low[openers[-1] + 1].partition(" ")[0] in sentence.rule_words.all_who
        if is_everybody and (group is None or group.is_pronoun):
            group = Group(at, at, 0, 0, "exact", is_counted=True, is_bare=True, is_pronoun=True)
        if group is not None:
            found.append(HarmEvent(entry, at, group, at, at, "reduced", rules=[entry.name]))
    return found


def _of_fronted(sentence: Sentence, known: set[int]) -> list[HarmEvent]:
    """As in "Unharmed but shaken, the crew was taken off": people after the comma to whom nothing happened."""
    at = sentence.harms[0]
    entry, near = sentence.words[at].harm, range(at + 1, min(sentence.size, at + _FRONT))
    comma = next((k for k in near if sentence.low[k] == ","), 0)
    if entry is None or not (entry.is_unharmed and entry.form == "participle" and comma) or at in known:
        return []
    group = next((one for one in sentence.groups if one.first == comma + 1 and not one.is_nobody), None)
    is_people = group is not None and (not group.is_guess or sentence.low[group.head] in sentence.rule_words.wholes)
    return [HarmEvent(entry, at, group, at, group.last, "reduced", rules=[entry.name])] if group and is_people else []


def _of_one_lost(sentence: Sentence, known: set[int]) -> list[HarmEvent]:
    """As in "without losing a man", "did not lose a single gunner", "not a man was lost": nobody, not one of them."""
    if sentence.rule_words.losing.isdisjoint(sentence.present):
        return []
    found: list[HarmEvent] = []
    lost = ((at, sentence.words[at].harm) for at in sentence.harms if at not in known)
    for at, entry in ((at, entry) for at, entry in lost if entry is not None and entry.needs_count and entry.explicit):
        group = _one_lost(sentence, at)
        if group is not None:
            nobody = replace(group, low=0, high=0, is_counted=True)
            first, last = min(at, group.first), max(at, group.last)
            found.append(HarmEvent(entry, at, nobody, first, last, "active", rules=[entry.name, "none"]))
    return found


def _one_lost(sentence: Sentence, at: int) -> Group | None:
    """The single soldier of whom a verb of losing is denied: after it, or before it with a "not"."""
    is_denied = any(cue.role == "absence" and at - _LOSING <= one < at for one, cue in sentence.cues)
    for group in sentence.groups:
        is_one = group.low == group.high == 1 and not (group.is_guess or group.is_definite or group.is_name)
        is_soldier = group.victim in _FORCES or sentence.low[group.head] in sentence.rule_words.men
        if not (is_one and is_soldier and group.head >= 0):
            continue
        is_object = is_denied and at < group.first <= at + _LOSING
        is_not = group.first > 0 and bool(sentence.mask[group.first - 1] & _NEGATOR)
        is_subject = is_not and group.last + 1 < at and bool(sentence.mask[at - 1] & BE)
        if is_object or is_subject:
            return group
    return None


def _of_rumours(sentence: Sentence, known: set[int]) -> list[HarmEvent]:
    """As in "Messages about bodies in the reservoir are a hoax": several, of whom only what is denied speaks."""
    verdicts = [at for at, cue in sentence.cues if cue.effect == "denied" and cue.direction == "backward"]
    found: list[HarmEvent] = []
    if not verdicts:
        return found
    openers = sentence.rule_words.topic_openers | sentence.rule_words.genitive
    for at in sentence.harms:
        entry, topic = sentence.words[at].harm, sentence.low[at - 1].rpartition(" ")[2] if at else ""
        is_topic = topic in openers and at < verdicts[-1] and at not in known
        if (
            entry is not None
            and entry.form == "noun"
            and entry.needs_count
            and sentence.words[at].is_plural
            and is_topic
        ):
            group = Group(at, at, 2, None, "vague", is_bare=True, rules=("plural",))
            found.append(HarmEvent(entry, at, group, at, at, "noun", rules=[entry.name]))
    return found


def _is_none(sentence: Sentence) -> bool:
    """Whether none of several or nowhere stands in a sentence."""
    is_nobody = any(quantity.high == 0 for quantity in sentence.quantities.values())
    return is_nobody or any(cue.role == "absence" for _, cue in sentence.cues)


def _may_be(entry: HarmWords) -> bool:
    is_plain = entry.form in _FORMS and entry.harm in _HARMS and entry.explicit
    return is_plain and not (entry.is_unharmed or entry.needs_people or entry.needs_count)


def _anybody(sentence: Sentence, at: int, evidence: list[int]) -> Group | None:
    """As in "has no record of anyone dying there": of whom there is no record."""
    words = sentence.rule_words
    nearest = max((one for one in evidence if one < at), default=-1)
    if nearest < 0 or at - nearest > _REACH or not _STOPS.isdisjoint(sentence.low[nearest:at]):
        return None
    opener = next((k for k in range(nearest, at) if sentence.low[k] in words.any_words | words.any_person), -1)
    if opener < 0:
        return None
    group = next((one for one in sentence.groups if opener < one.first < at), Group(opener, opener))
    return replace(group, low=None, high=None, kind="none", is_counted=False, is_guess=False)


def _is_nowhere(sentence: Sentence, at: int) -> bool:
    """As in "in no district were there any dead": after the "there" of what turns its verb round."""
    begin = max(1, at - _LISTED)
    there = next((k for k in range(at - 1, begin - 1, -1) if sentence.low[k] in sentence.rule_words.existential), 0)
    is_turned = bool(there) and bool(sentence.mask[there - 1] & BE)
    return is_turned and not any(sentence.mask[k] & (BE | DETERMINER) for k in range(there + 1, at))
