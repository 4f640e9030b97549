"""What holds for any such event: "any incident in which two or more are hurt", "where two people die, the coroner …".

A rule speaks in the present of an event that nobody has seen: one with "any", "every" or "each", one with "a" and a
relative clause, several without an article, or a clause with "where", "when" or "if"; so does what a vehicle takes "in
one run". However exact its number is, nobody has been harmed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    BE,
    CONJUNCTION,
    DAY,
    DEFINITE,
    DETERMINER,
    HAVE,
    INDEFINITE,
    MODAL,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
)

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_SUFFER = ROLES["suffer"]
_PRESENT = frozenset({"present", "base", "present_intransitive", "base_intransitive"})
_UNTENSED = frozenset({"noun", "adjective", "reduced"})
_LINK = 7  # words from the link of a relative clause to its people
_SHARED = 4  # words from an auxiliary to the second of two verbs that share it
_NOUN = 4  # words of the noun before the link
_TRIP = 4  # words of "in a single crossing", "on each of its runs"
_STOPS = frozenset(";:")
_KNOWN, _ANY, _ONE, _SEVERAL = range(4)  # which event a rule speaks of
_PAST, _PERFECT, _PLAIN, _NO_VERB = range(4)  # the tense of the verb of harm


def is_any_case(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """Whether a rule speaks of a harm: whatever number it names, it counts nobody."""
    if _is_timeless(sentence, event, group):
        return True
    if sentence.rule_words.case_words.isdisjoint(sentence.present) or (tense := _tense(sentence, event)) == _PAST:
        return False
    if _is_of_any_doer(sentence, event, group):
        return True
    first = min(event.at, group.first)
    if tense in {_NO_VERB, _PLAIN} and _is_each(sentence, group):
        return True
    if tense in {_PLAIN, _PERFECT} and _is_taught(sentence, group, first):
        return True
    return _is_of_any_event(sentence, group, first, tense) or _is_of_clause(sentence, group, first, tense)


def _is_of_any_doer(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "a driver who kills a cyclist faces ten years", "whoever wounds a guard is fined": nobody has done it."""
    words, at = sentence.rule_words, event.at
    is_anybody = bool(sentence.mask[group.first] & INDEFINITE) or (group.kind == "vague" and not group.is_counted)
    if event.entry.form != "present" or group.is_name or group.is_definite or not is_anybody:
        return False
    links = (one for one in range(at - 1, max(-1, at - _LINK), -1) if sentence.low[one] in words.doer_relatives)
    who = next(links, -1)
    before = (roles for roles in reversed(sentence.mask[max(0, who - _NOUN) : max(0, who)]) if roles & DETERMINER)
    return who >= 0 and not next(before, 0) & DEFINITE


def _is_each(sentence: Sentence, group: Group) -> bool:
    """As in "for each civilian killed the state pays a fixed sum"."""
    places = sentence.low[max(0, group.first - 1) : group.first + 1]
    is_each = not sentence.rule_words.case_determiners.isdisjoint(places) and not group.is_nobody
    verb = sentence.mask[group.last + 1 : group.last + 2]
    is_told = any(roles & _SUFFER for roles in verb)  # "each of the three guards suffered burns"
    return is_each and group.head >= 0 and not is_told and not _is_past(sentence, group.last + 2, sentence.size)


def _is_taught(sentence: Sentence, group: Group, first: int) -> bool:
    """As in "learn how to write to the parents of a soldier who has been killed": a lesson for any such day."""
    if not _is_anybody(sentence, group) or _is_past(sentence, 0, first):
        return False
    openers = sentence.rule_words.lesson_openers
    return any(" ".join(sentence.low[at : at + 2]).startswith(openers) for at in range(first))


def _is_of_time(sentence: Sentence, opener: int) -> bool:
    """As in "when a soldier has died": not "at the ford, where a soldier has died"."""
    return sentence.low[opener] in sentence.rule_words.case_times


def _is_timeless(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "must be present when the body of a soldier is handed over": one who may be anybody, in a standing rule."""
    is_one = group.low == 1 and not group.is_name and bool(sentence.mask[group.first] & INDEFINITE)
    if not is_one or event.voice not in {"attribute", "noun"}:
        return False
    words = sentence.rule_words
    is_modal = any(roles & MODAL and not roles & PREPOSITION for roles in sentence.mask)  # not "injuries to six"
    is_rule = is_modal or not words.ruling.isdisjoint(sentence.present)
    if any(low.partition(" ")[0] in words.facing for low in sentence.low):  # "faces trial for the death of a cyclist"
        is_rule = not words.any_person.isdisjoint(sentence.present)
    return is_rule and not sentence.roles & DAY and not _is_past(sentence, 0, sentence.size)


def is_told(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a verb tells that a harm has come about: "were killed", "has drowned", "brought in six injured men"."""
    if event.voice == "attribute":
        return _is_past(sentence, 0, sentence.size)
    return _tense(sentence, event) in {_PAST, _PERFECT}


def _tense(sentence: Sentence, event: HarmEvent) -> int:
    """The tense of the verb of harm; a noun or an adjective of harm has none of its own."""
    if event.entry.form in _PRESENT:
        return _PLAIN
    before = event.at - 1
    while before > 0 and sentence.mask[before] & ADVERB and not sentence.mask[before] & BE:
        before -= 1
    if event.voice in {"active", "passive", "joined", "joint", "intransitive"}:
        reach = 1 if event.voice in {"active", "intransitive"} else _SHARED
        verb = next((at for at in range(before, max(-1, before - reach), -1) if sentence.mask[at] & (BE | HAVE)), -1)
        while verb > 0 and sentence.mask[verb - 1] & HAVE:  # "has been killed"
            verb -= 1
        low = sentence.low[verb] if verb >= 0 else ""
        if low in sentence.rule_words.present_be:
            return _PLAIN
        return _PERFECT if low in sentence.rule_words.present_have else _PAST
    return _NO_VERB if event.voice in _UNTENSED else _PAST


def _is_of_any_event(sentence: Sentence, group: Group, first: int, tense: int) -> bool:
    """As in "any incident in which two or more are harmed", "a strike that kills two", "events with ten wounded"."""
    words = sentence.rule_words
    for link in range(first - 1, max(0, first - _LINK), -1):
        low = sentence.low[link]
        if low in words.case_joints or sentence.mask[link] & RELATIVE or low in words.case_relatives:
            noun = link - 1 - int(bool(sentence.mask[link - 1] & PREPOSITION))
            kind = _article(sentence, noun)
            if kind == _ANY or low in words.case_joints:
                return kind == _ANY or (kind == _SEVERAL and _sets_rule(sentence) and _is_minimum(group))
            is_one = kind == _ONE and tense == _PLAIN and not _is_past(sentence, 0, noun)
            return tense != _NO_VERB and (is_one or (kind == _SEVERAL and _sets_rule(sentence)))
        if not _may_stand_between(sentence, link):
            return False
    return False


def _may_stand_between(sentence: Sentence, at: int) -> bool:
    """Whether a word can stand between a link and the harm or its people: "that also wounds or kills"."""
    is_small = bool(sentence.mask[at] & (ADVERB | CONJUNCTION | BE | HAVE)) or sentence.words[at].harm is not None
    return is_small or sentence.low[at] in sentence.rule_words.case_verbs


def _article(sentence: Sentence, noun: int) -> int:
    """Of what number the event is that a link follows: any, one, several, or one that is known."""
    words = sentence.rule_words
    if sentence.low[noun] in words.any_person or sentence.low[noun] in words.case_pronouns:
        return _ANY
    is_event = sentence.low[noun] in words.case_events
    for at in range(noun - 1, max(-1, noun - 1 - _NOUN), -1):
        if sentence.low[at] in words.case_determiners or (is_event and sentence.low[at] in words.all_of_them):
            return _ANY
        if sentence.mask[at] & INDEFINITE:
            return _ONE if is_event or sentence.words[noun].people is None else _KNOWN
        is_noun = sentence.is_word(at) and not sentence.mask[at] & (STRUCTURAL | ADVERB)
        if not is_noun or at in sentence.quantities or sentence.low[at] in words.ruling:
            is_known = sentence.mask[at] & DEFINITE or at in sentence.quantities
            return _SEVERAL if is_event and not is_known and _is_plural(sentence, noun) else _KNOWN
    return _SEVERAL if is_event and _is_plural(sentence, noun) else _KNOWN


def _is_plural(sentence: Sentence, noun: int) -> bool:
    return sentence.low[noun].endswith(sentence.rule_words.plural_endings)


def _is_past(sentence: Sentence, begin: int, end: int) -> bool:
    """Whether a verb of some tokens stands in the past: "that was left", not "are made"."""
    words = sentence.rule_words
    return any(
        (sentence.low[at] in words.past_verbs or sentence.low[at].partition(" ")[0].endswith(words.participle_endings))
        and sentence.words[at].harm is None
        and sentence.low[max(0, at - 1)].rpartition(" ")[2] not in words.present_be | words.passive_infinitives
        for at in range(begin, end)
    )


def _is_minimum(group: Group) -> bool:
    return group.kind == "at_least"


def _is_anybody(sentence: Sentence, group: Group) -> bool:
    """Whether a number leaves open whom it counts: "two or more", "a bystander"."""
    is_one = group.low == group.high == 1 and bool(sentence.mask[group.first] & INDEFINITE)
    return _is_minimum(group) or is_one or (group.kind == "vague" and not group.is_counted)


def _is_of_clause(sentence: Sentence, group: Group, first: int, tense: int) -> bool:
    """As in "where two or more people die, the coroner is called", "they are paid when a patrol injures a child"."""
    words = sentence.rule_words
    if tense == _NO_VERB:
        return False
    opener = next((at for at in range(first - 1, -1, -1) if _ends_clause(sentence, at)), -1)
    if opener < 0 or sentence.low[opener] not in words.case_openers or _is_past(sentence, opener + 1, first):
        return False
    if any(one < opener for one in sentence.harms) or _is_past(sentence, 0, opener):
        return False
    is_fronted = opener == 0 or sentence.low[opener - 1] == ","
    return (
        _sets_rule(sentence)
        or (tense == _PLAIN and _is_anybody(sentence, group))
        or (tense == _PERFECT and opener > 0 and _is_anybody(sentence, group) and _is_of_time(sentence, opener))
        or (is_fronted and tense == _PLAIN and _goes_on_in_present(sentence, group))
    )


def _ends_clause(sentence: Sentence, at: int) -> bool:
    low = sentence.low[at]
    return low in _STOPS or low == "," or low in sentence.rule_words.case_openers or bool(sentence.mask[at] & RELATIVE)


def _goes_on_in_present(sentence: Sentence, group: Group) -> bool:
    """Whether the main clause after a comma stands in the present: "…, the coroner is called"."""
    comma = next((at for at in range(group.last + 1, sentence.size) if sentence.low[at] == ","), sentence.size)
    rest = sentence.low[comma + 1 :]
    words = sentence.rule_words
    is_past = not words.past_verbs.isdisjoint(rest)
    return bool(rest) and not is_past and not (words.present_be | words.ruling).isdisjoint(rest)


def _sets_rule(sentence: Sentence) -> bool:
    """Whether a sentence says what must be done, now: "must", "is to be reported", "the policy covers"."""
    is_ruling = not sentence.rule_words.ruling.isdisjoint(sentence.present)
    return is_ruling and not _is_past(sentence, 0, sentence.size)


def is_load(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "takes forty wounded per trip", "each lorry carries six casualties": said of any trip, not of one."""
    group, words = event.group, sentence.rule_words
    if group is None or not group.is_counted or group.first < 1 or group.last > event.at:
        return False
    if sentence.low[group.first - 1] not in words.loading:
        return False
    is_each = not words.any_vehicle.isdisjoint(sentence.low[: group.first - 1])
    after = range(event.last + 1, sentence.size)
    return is_each or any(_names_any_trip(sentence, at) for at in after)


def _names_any_trip(sentence: Sentence, at: int) -> bool:
    """As in "at a time", "per sortie", "in one run"."""
    words, low = sentence.rule_words, sentence.low
    if low[at] in words.per or low[at] in words.at_a_time:
        return True
    return low[at] in words.trip_openers and not words.trips.isdisjoint(low[at + 1 : at + _TRIP])
