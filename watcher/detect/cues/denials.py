"""Denials that grammar makes: "no new reports of", "nothing to suggest that", and how far a denial reaches.

What is denied is a clause: a denial ends at a semicolon and where a comma and a joint open a clause with a subject of
its own ("no indication that villagers were hurt, and two rebels were killed").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import tells_content
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DATE,
    DEFINITE,
    DETERMINER,
    OTHERS,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    THING,
    is_negated,
)

if TYPE_CHECKING:
    from watcher.config.words import Role
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEGATOR, _PRONOUN = ROLES["negators"], ROLES["plural_pronouns"]
_APOSTROPHES = frozenset("'’")
_NEAR = 4  # words between "no" and the evidence that there is none of
_UNWILLING = 5  # words of "will neither confirm nor"
_LISTING = 24  # words of what holds nothing
_INSERTED = 10  # words between two commas after "not"
_FAR = 8  # words between "has not" and what it has not got
_STOPS = frozenset(",;:.")
_SIGNS = frozenset(";:")
_SPARED = 5  # words between the verb and the harm: "spared the island any further"
_NOT_SPARED = 3  # words between "not" and "spared"
_CLOSED = PREPOSITION | CONJUNCTION | BARRIER | AUXILIARY  # between the verb and the harm
_BETWEEN = ADVERB | BE | PREPOSITION  # between "stopped short" and "denying"
_OPENING = BARRIER | CONJUNCTION | RELATIVE
_NO_OBJECT = STRUCTURAL | ADVERB | DATE


def absences(sentence: Sentence) -> list[int]:
    """The tokens that say that nothing speaks for something: "evidence" in "found no evidence that"."""
    untraced = [at for at in sentence.harms if " " in sentence.low[at] and _is_trace_of_anybody(sentence, at)]
    if not sentence.roles & _NEGATOR:
        return untraced
    found = (_absence(sentence, at) for at, mask in enumerate(sentence.mask) if mask & _NEGATOR)
    return [*untraced, *(at for at in found if at >= 0)]


def _is_trace_of_anybody(sentence: Sentence, at: int) -> bool:
    """As in "nothing has been heard of anyone killed": no trace of whoever "anyone" is, where one of somebody is."""
    entry, after = sentence.words[at].harm, at + 1
    if entry is None or entry.harm != "missing" or entry.form != "noun" or after >= sentence.size:
        return False
    words, of = sentence.rule_words, sentence.low[at].rpartition(" ")[2]
    is_of = of in words.genitive or of in words.start_openers
    is_anybody = sentence.low[after] in words.any_person or sentence.low[after] in words.any_words
    return is_of and (is_anybody or (sentence.words[after].harm is not None and sentence.words[after].is_plural))


def _absence(sentence: Sentence, negator: int) -> int:
    """The evidence that a negator denies, or -1: right after "no", after "not" only where a verb of getting stands."""
    words = sentence.rule_words
    negation, *rest = sentence.low[negator].split(" ")
    is_verbal = negation in words.verbal_negators or sentence.low[negator] in words.verbal_negators
    is_got = not is_verbal
    if not words.evidence.isdisjoint(rest):
        return negator if rest[-1] not in words.topic_openers else -1  # "no evidence"; not "no word on"
    if not words.confirming.isdisjoint(rest):
        return -1  # "no independent confirmation of the claim that"
    is_listing = (
        sentence.mask[min(negator + 1, sentence.size - 1)] & PREPOSITION
    )  # "nothing in the logs, the film or …"
    is_single = _is_existential(sentence, negator)
    for at in range(negator + 1, min(sentence.size, negator + 1 + (_LISTING if is_listing else _FAR))):
        low = sentence.low[at]
        first = low.partition(" ")[0]
        is_got |= is_single and bool(sentence.mask[at] & DETERMINER)
        if first in words.silences or (first in words.confirming and first not in words.evidence):
            break  # "no comment on reports of", "not possible to verify a report": neither denied nor confirmed
        if first in words.tidings and sentence.low[at + 1 : at + 2] and sentence.low[at + 1] in words.topic_openers:
            break  # "no word on casualties": nobody knows
        if is_got and not words.evidence.isdisjoint((first, low, low.rpartition(" ")[2])):  # "bears out"
            return at
        if first in words.getting:
            is_got = True
            if first in words.knowing or not words.genitive.isdisjoint(sentence.low[at + 1 : at + 2]):
                return at
        is_got_before = at == negator + 1 or sentence.low[at - 1] in words.getting or sentence.mask[at - 1] & ADVERB
        is_relative = is_got_before and sentence.mask[at] & RELATIVE  # "nothing that would point to"
        is_end = (first in _STOPS and not (is_listing and first == ",")) or sentence.mask[at] & (BARRIER | RELATIVE)
        if (is_end and not is_relative) or sentence.words[at].harm is not None:
            break
    return -1


def _is_existential(sentence: Sentence, negator: int) -> bool:
    """As in "there is not the slightest sign", "has not been a single report"; not "has not denied the report"."""
    words, near = sentence.rule_words, range(max(0, negator - 1), min(sentence.size, negator + 2))
    lows = ((at, *sentence.low[at].rpartition(" ")) for at in near)
    is_be = any(sentence.mask[at] & BE or (first and last in words.finite_auxiliaries) for at, first, _, last in lows)
    return is_be and words.sequence_adjectives.isdisjoint(sentence.low[negator + 1 : negator + 1 + _NEAR])


def kept_from_harm(sentence: Sentence) -> list[int]:
    """The token before each noun of harm that somebody was spared or escaped: a denial, whatever it is called.

    A harm that has a number or is known ("escaped the massacre") came about, and so did one that nobody escaped.
    """
    verbs = sentence.rule_words.keeping_from
    if verbs.isdisjoint(sentence.present):
        return []
    found = [at for at, low in enumerate(sentence.low) if low in verbs and not is_negated(sentence, at, _NOT_SPARED)]
    return [harm - 1 for at in found if (harm := _spared_harm(sentence, at)) > 0]


def _spared_harm(sentence: Sentence, verb: int) -> int:
    """The noun of harm that is the object of a verb, or 0."""
    for at in range(verb + 1, min(sentence.size, verb + 1 + _SPARED)):
        harm = sentence.words[at].harm
        if harm is not None and at in sentence.harms:
            return at if harm.form == "noun" and not sentence.mask[at - 1] & DEFINITE else 0
        if not sentence.is_word(at) or at in sentence.quantities or sentence.mask[at] & _CLOSED:
            return 0
    return 0


def idle_subjects(sentence: Sentence) -> list[int]:
    """The tokens that say that nothing did it: "none of" in "None of the 14 strikes killed a civilian"."""
    found = []
    for at, quantity in sentence.quantities.items():
        if quantity.high == 0 and (at == 0 or sentence.low[at - 1] in _STOPS or sentence.mask[at - 1] & _OPENING):
            found += [at] if _is_of_things(sentence, quantity.last + 1) else []
    return found


def _is_of_things(sentence: Sentence, first: int) -> bool:
    """Whether the noun after "none of" or "no" is a thing, as a strike is: the one before its verb or its "in"."""
    last = -1
    if first < sentence.size and sentence.mask[first] & _PRONOUN:
        return True  # "none of them cost a life"
    for at in range(first, min(sentence.size, first + _FAR)):
        roles, word = sentence.mask[at], sentence.words[at]
        if word.people is not None or not (sentence.is_word(at) or at in sentence.quantities):
            return False
        if roles & THING:
            return True
        is_inner = roles & DETERMINER or sentence.low[at] in sentence.rule_words.genitive or at in sentence.quantities
        if not is_inner and (roles & STRUCTURAL or word.harm is not None):
            return last >= 0 and bool(word.harm is not None)
        last = last if is_inner else at
    return False


def admitted(sentence: Sentence) -> frozenset[int]:
    """The tokens of a denial that is not made: "does not dispute that", "no one can deny that", "stopped denying"."""
    words, found = sentence.rule_words, set[int]()
    if words.denying.isdisjoint(sentence.present):
        return frozenset()
    for at in [at for at, low in enumerate(sentence.low) if low in words.denying]:
        if _is_given_up(sentence, at, words.giving_up | words.declining):
            found.add(at)
        for probe in range(at - 1, max(-1, at - 1 - _NEAR), -1):
            if sentence.mask[probe] & _NEGATOR or sentence.low[probe] in words.nobody:
                found |= {at, probe}
                break
            is_end = sentence.low[probe] in _STOPS or sentence.mask[probe] & (CONJUNCTION | BARRIER)
            if is_end or sentence.words[probe].harm:
                break
    return frozenset(found)


def twice_denied(sentence: Sentence) -> frozenset[int]:
    """The tokens of a verdict that is itself denied: "it is not untrue that", "its denial that … is false"."""
    words, found = sentence.rule_words, set[int]()
    for at, cue in sentence.cues:
        if cue.effect != "denied" or cue.role not in {None, "untrue"} or cue.scope:
            continue
        before = at - 1
        while before > 0 and sentence.mask[before] & ADVERB and not sentence.mask[before] & _NEGATOR:
            before -= 1
        if before >= 0 and sentence.low[before] in words.plain_negators:
            found |= {at, before}
        if cue.direction == "backward" and not words.denial_nouns.isdisjoint(sentence.low[:at]):
            found.add(at)
    return frozenset(found)


def _is_given_up(sentence: Sentence, at: int, verbs: frozenset[str]) -> bool:
    """As in "no longer disputes", "refused to deny", "has stopped publicly denying": the denial is left off."""
    words = sentence.rule_words
    for before in range(at - 1, max(-1, at - 1 - _NEAR), -1):
        if sentence.low[before] in verbs:
            return True
        is_adverb = sentence.mask[before] & _BETWEEN or sentence.low[before].endswith(words.adverb_endings)
        # "refused to confirm or deny"
        is_beside = sentence.low[before] in words.confirming or sentence.mask[before] & CONJUNCTION
        if not (is_adverb or is_beside or sentence.low[before] in words.infinitive_markers):
            return False
    return False


def rejections(sentence: Sentence) -> list[tuple[int, Role]]:
    """The verbs that deny a statement: one made before ("rejects this"), one told after ("withdrew its claim")."""
    words = sentence.rule_words
    found: list[tuple[int, Role]] = [*_contrary(sentence), *_unreal(sentence)]
    listed = words.denying, words.accepting, words.disregarding, words.spreading
    if all(map(sentence.present.isdisjoint, listed)):
        return found
    verbs = frozenset().union(*listed)
    for at, low in enumerate(sentence.low):
        if low not in verbs or _is_changed(sentence, at):
            continue
        if low in words.disregarding or low in words.spreading:
            found += _rejection(sentence, at) if _is_warned_of(sentence, at) else []
            continue
        is_refused = _is_given_up(sentence, at, words.declining) or _is_unwilling(sentence, at)
        if low in words.denying and is_refused:
            found.append((at, "unconfirmed"))  # "would not deny": neither a denial nor an admission
        elif low in words.denying or is_refused or is_negated(sentence, at):
            found += _rejection(sentence, at)
    return found


def left_open(sentence: Sentence) -> set[int]:
    """The "deny" of "would not confirm or deny the deaths", which denies nothing."""
    denying = sentence.rule_words.denying
    if denying.isdisjoint(sentence.present):
        return set()
    return {at for at, cue in sentence.cues if cue.role == "unconfirmed" and sentence.low[at] in denying}


def _is_warned_of(sentence: Sentence, at: int) -> bool:
    """As in "is urged to disregard", "should not spread the rumour": the publisher holds a report for untrue."""
    return is_negated(sentence, at) == (sentence.low[at] in sentence.rule_words.spreading)


def _is_changed(sentence: Sentence, at: int) -> bool:
    """As in "corrected its count of the dead upwards, from 14 to 17": a number that is put right, and stands."""
    words = sentence.rule_words
    if sentence.low[at] not in words.lowering:
        return False
    openers = words.infinitive_markers | words.start_openers
    return any(first > at and sentence.low[first - 1] in openers for first in sentence.quantities)


def _contrary(sentence: Sentence) -> list[tuple[int, Role]]:
    """As in "contrary to rebel claims of 30 dead": what a statement says is not so."""
    words = sentence.rule_words
    if words.contrary_openers.isdisjoint(sentence.present):
        return []
    at = next(at for at, low in enumerate(sentence.low) if low in words.contrary_openers)
    last = _statement(sentence, at + 2)
    return [(last, "retraction")] if last >= 0 and _is_told(sentence, last) else []


def _unreal(sentence: Sentence) -> list[tuple[int, Role]]:
    """As in "of the 90 dead claimed by the enemy not one exists", "none of the six deaths ever happened"."""
    words = sentence.rule_words
    if words.existing.isdisjoint(sentence.present):
        return []
    verb = max(at for at, low in enumerate(sentence.low) if low in words.existing)
    first = max((at for at, one in sentence.quantities.items() if one.high == 0 and at < verb), default=-1)
    if first < 0 or sentence.mask[max(0, first - 1)] & AUXILIARY:
        return []  # "there was no doubt about what happened"
    asked = words.clause_openers | words.manner_openers
    between = range(sentence.quantities[first].last + 1, verb)
    is_told = any(
        sentence.low[at] in asked or (sentence.mask[at] & RELATIVE and not sentence.is_harm(at - 1)) for at in between
    )  # not "none of the 50 deaths that propaganda claims took place"
    return [] if is_told else [(verb, "rejection")]


def _rejection(sentence: Sentence, at: int) -> list[tuple[int, Role]]:
    """What a verb of denial denies: a statement before it, or what stands after its noun or its "that"."""
    last, words = _statement(sentence, at + 1), sentence.rule_words
    is_shown = last >= 0 and not words.pictures.isdisjoint(sentence.low[last].split(" "))
    if is_shown and sentence.low[at] in words.accepting | words.spreading:
        return []  # "should not share images of the two killed"
    if last >= 0 and _is_asked_for(sentence, at, last):
        return []
    if last >= 0:
        return [(at, "retraction" if _is_told(sentence, last) else "rejection")]
    if sentence.low[at] in words.accepting and _is_told(sentence, at):
        return [(at, "retraction")]
    return [(at, "rejection")] if _is_of_relative(sentence, at) else []


def _is_asked_for(sentence: Sentence, at: int, last: int) -> bool:
    """As in "denied them the levy": what was asked of those whom the pronoun at `last` means, and no report."""
    after = last + 1
    while after < sentence.size and sentence.mask[after] & DETERMINER:
        after += 1
    is_noun = after < sentence.size and sentence.low[after] in sentence.rule_words.asked_for
    return is_noun and sentence.low[at] in sentence.rule_words.withholding


def _is_unwilling(sentence: Sentence, at: int) -> bool:
    """As in "would not deny", "will neither confirm nor deny", "neither confirms nor denies"."""
    words, before = sentence.rule_words, range(max(0, at - _UNWILLING), at)
    is_willed = any(sentence.low[probe] in words.volition for probe in before)
    is_either = at > 1 and bool(sentence.mask[at - 1] & CONJUNCTION) and sentence.low[at - 2] in words.confirming
    return (is_willed or is_either) and is_negated(sentence, at, _UNWILLING)


def _statement(sentence: Sentence, first: int) -> int:
    """The noun or pronoun for a statement that a verb before `first` has as its object: "the figure", or -1."""
    words, found = sentence.rule_words, -1
    for at in range(first, min(sentence.size, first + _NEAR)):
        if sentence.low[at] in _APOSTROPHES:
            continue  # "the rebels' claim"
        if (
            not sentence.is_word(at)
            or sentence.mask[at] & (AUXILIARY | BARRIER | PREPOSITION)
            or sentence.words[at].harm
        ):
            break
        if not words.pointing_back.isdisjoint(sentence.low[at].split(" ")):
            found = at
    return found


def _is_told(sentence: Sentence, at: int) -> bool:
    """As in "the claim that …", "the report of …": what a statement says stands after it, in its phrase or beyond."""
    words = sentence.rule_words
    if sentence.low[at].endswith((*words.content_clause_endings, *words.genitive_phrase_endings)):
        return True
    if at + 1 < sentence.size and sentence.low[at + 1] in words.content_clause_openers | words.genitive:
        return True
    return tells_content(sentence, at)


def _is_of_relative(sentence: Sentence, at: int) -> bool:
    """As in "a charge which the army denies": the verb's object is the relative pronoun before its subject."""
    is_end = at + 1 >= sentence.size or sentence.low[at + 1] in _STOPS
    relative = next((one for one in range(at - 1, max(0, at - _NEAR - 1), -1) if sentence.mask[one] & RELATIVE), 0)
    thing = relative - 1 - int(relative > 1 and sentence.low[relative - 1] == ",")  # not "a truce, which it rejected"
    return is_end and relative > 0 and sentence.low[thing] not in sentence.rule_words.offers


def is_transfer(sentence: Sentence, at: int) -> bool:
    """As in "denied the enemy access to the bridge": what is kept from somebody, no denial of a report."""
    words = sentence.rule_words
    if sentence.low[at] not in words.withholding:
        return False
    after = at + 1
    while after < sentence.size and _names_somebody(sentence, after):
        after += 1
    if after == at + 1 or after >= sentence.size or not sentence.is_word(after):
        return False
    is_verb = sentence.mask[after] & (AUXILIARY | RELATIVE | BARRIER | CONJUNCTION)
    first = sentence.low[after].partition(" ")[0]
    is_thing = not is_verb and sentence.words[after].harm is None and first not in words.evidence
    return is_thing and not _has_finite_verb(sentence, after)


def _has_finite_verb(sentence: Sentence, begin: int) -> bool:
    """As in "denied the road had been blocked": a clause, whose verb stands before any joint."""
    for at in range(begin, min(sentence.size, begin + _FAR)):
        if sentence.low[at] in _STOPS or sentence.mask[at] & _OPENING:
            return False
        if sentence.mask[at] & AUXILIARY and sentence.low[at] not in sentence.rule_words.infinitive_markers:
            return True
    return False


def is_refusal(sentence: Sentence, at: int) -> bool:
    """As in "a third was denied entry": what somebody did not get, no denial of what stands before."""
    after = at + 1
    words = sentence.rule_words
    is_refused = sentence.low[at].rpartition(" ")[2] in words.withholding and after < sentence.size
    if is_refused and (sentence.low[after] in words.allegations or sentence.low[after] in words.pointing_back):
        return False  # "six dead: commander denies report"
    return is_refused and sentence.is_word(after) and not sentence.mask[after] & _NO_OBJECT


def _names_somebody(sentence: Sentence, at: int) -> bool:
    """Whether a token belongs to the people from whom something is withheld."""
    people = sentence.words[at].people is not None or sentence.mask[at] & ROLES["definite"]
    is_name = sentence.is_word(at) and sentence.is_capital(at) and sentence.words[at].harm is None
    return bool(people) or is_name or bool(sentence.mask[at] & (ROLES["plural_pronouns"] | ROLES["singular_pronouns"]))


def is_afterthought(sentence: Sentence, at: int) -> bool:
    """As in "accused of killing 200 people, an accusation it denies": a verb of denial that ends its clause."""
    words = sentence.rule_words
    is_end = _ends_soon(sentence, at + 1)
    is_parted = any(sentence.low[probe] in _STOPS for probe in range(max(0, at - _FAR), at))
    return is_end and is_parted and sentence.low[at] in words.denying and not sentence.mask[at - 1] & AUXILIARY


def _ends_soon(sentence: Sentence, at: int) -> bool:
    """Whether a clause ends at a token or after words such as "outright", "in full", "out of hand"."""
    emphasis = sentence.rule_words.emphasis
    end = next((one for one in range(at, sentence.size) if sentence.low[one] not in emphasis), sentence.size)
    return end >= sentence.size or sentence.low[end] in _STOPS


def after_insertion(sentence: Sentence, at: int) -> int:
    """As in "did not, contrary to what was said, kill", "Nonsense: so": the token from which a cue at `at` goes on."""
    if sentence.low[at + 1 : at + 2] == [":"] or (at + 1 in sentence.ends and _is_yet_that(sentence, at + 1)):
        return at + 2
    if not sentence.mask[at] & _NEGATOR or sentence.low[at + 1 : at + 2] != [","]:
        return at + 1
    inner = range(at + 2, min(sentence.size, at + 2 + _INSERTED))
    closing = next((end for end in inner if sentence.low[end] == ","), at)
    return closing + 1 if not any(sentence.is_harm(probe) for probe in range(at + 2, closing)) else at + 1


def _is_yet_that(sentence: Sentence, at: int) -> bool:
    """As in "no proof yet that a man died": a "yet" that ends nothing."""
    after = sentence.low[at + 1 : at + 2]
    return sentence.is_word(at) and not sentence.rule_words.content_clause_openers.isdisjoint(after)


def opens_clause(sentence: Sentence, low: int, high: int) -> bool:
    """Whether a clause with a subject of its own begins in the tokens from `low` up to `high`."""
    for at in range(low, high):
        if sentence.low[at] in _SIGNS and not _is_clock(sentence, at):
            return True
        is_joint = sentence.low[at] == "," and at + 1 < high and bool(sentence.mask[at + 1] & CONJUNCTION)
        if is_joint and _has_subject(sentence, at + 2) and not sentence.low[low:at].count(",") % 2:
            return True  # not "that four died, two of them children, and nine were hurt"
        if sentence.low[at] == "," and at + 1 < high and sentence.low[at + 1] in sentence.rule_words.place_clauses:
            return True  # "could not rule out more deaths in the ruins, where five had been found"
        if sentence.low[at] == "," and at + 1 < high and sentence.low[at + 1] in sentence.rule_words.telling_on:
            return True  # "untrue that the tug rammed the pier, the office said, adding that two were hurt"
    return False


def joins_clause(sentence: Sentence, event: HarmEvent, low: int, high: int) -> bool:
    """As in "could have stayed at home and two soldiers died", "… and it killed two": a second clause after "and"."""
    group, words = event.group, sentence.rule_words
    pronouns = words.subject_pronouns | words.publisher_pronouns
    for at in range(low, high - 1):
        if sentence.mask[at] & CONJUNCTION and at + 1 < event.at:
            is_subject = group is not None and at + 1 == group.first and event.voice in {"intransitive", "passive"}
            if sentence.low[at + 1] in pronouns or is_subject:
                return True
    return False


def tells_anew(sentence: Sentence, low: int, high: int) -> bool:
    """As in "claims … were rejected by the warden, who confirmed that six were burned": somebody else says that."""
    words = sentence.rule_words
    for at in range(low + 1, high - 2):
        is_relative = sentence.mask[at] & RELATIVE and sentence.low[at - 1] == ","
        if is_relative and sentence.low[at] in words.person_relatives and sentence.low[at + 1] in words.affirming:
            return True
    return False


def _is_clock(sentence: Sentence, at: int) -> bool:
    """As in "the bulletin of 14:00": a colon that opens no clause."""
    return sentence.touches_right(at) and sentence.low[at + 1][0].isdecimal()


def begins_anew(sentence: Sentence, low: int, high: int) -> bool:
    """As in "did not eject and was killed", "failed to open and the trooper died": a verb that "not" leaves alone."""
    joined = sentence.rule_words.alternatives_joined
    joints = [at for at in range(low, high - 1) if sentence.mask[at] & CONJUNCTION and sentence.low[at] not in joined]
    return any(sentence.mask[at + 1] & AUXILIARY or _has_subject(sentence, at + 1) for at in joints)


def _has_subject(sentence: Sentence, begin: int) -> bool:
    """Whether people stand at a token and a verb after them."""
    group = next((one for one in sentence.groups if one.first == begin), None)
    if group is None or group.is_pronoun:
        return group is not None
    after = group.last + 1
    return after < sentence.size and bool(sentence.mask[after] & AUXILIARY or sentence.words[after].harm is not None)


def is_any(sentence: Sentence, group: Group) -> bool:
    """As in "any prisoner", "any of the 40 villagers": whoever it might be."""
    words, before = sentence.rule_words, (group.opener if group.opener >= 0 else group.first) - 1
    before -= int(before > 0 and (sentence.low[before] in words.genitive or bool(sentence.mask[before] & OTHERS)))
    return before >= 0 and sentence.low[before] in words.any_words
