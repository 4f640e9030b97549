"""What people are said to be: "the man who died was a shepherd", "Three died. All were residents of the house."."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.joined_lists import joined_lists
from watcher.detect.people.partitives import is_share_of
from watcher.detect.words.annotations import OF_THESE
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DEFINITE,
    DETERMINER,
    INDEFINITE,
    RANK,
    RELATIVE,
)
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_SINGULAR_BE, _THEY = ROLES["singular_be"], ROLES["plural_pronouns"]
_LONGEST = 240  # characters of a sentence that only says who they were
_OPENING = 30  # characters of its first two words
_SUBJECT = 9  # words before its verb
_ALL_REACH = 8  # words between a harm and "all of them policemen"
_PREDICATE = 16  # words between people and what they "were"
_NAMED_FIRST = frozenset({"reduced", "noun", "attribute", "adjective"})
_INSERTING = frozenset({",", "(", "-", "–", "—"})
_STOPS = frozenset({";", ":"})
_PARTING = frozenset(",;:")
_CLOSED = frozenset({".", ";"})
_SHORTEST = 4  # letters: "red" is no verb
_LEAVE = ROLES["leave"]
_LEFT = 30  # words from "left" to the state in which it leaves people


def equated_class(sentence: Sentence, event: HarmEvent) -> Victim:
    """As in "the man who died was a shepherd", "who was shot was": what the people are said to have been."""
    group, after = event.group, event.at + 1
    if (
        group is not None
        and group.last < event.at - 2
        and (inserted := _after_origin(sentence, event, group)) != "unknown"
    ):
        return inserted
    if group is None or is_share_of(sentence, group.first) or _is_counted_in(sentence, group):
        return "unknown"  # "most of the dead were farmers", "eleven of the 30 injured are police"
    if group.first and group.is_counted and sentence.low[group.first - 1] in sentence.rule_words.membership:
        return "unknown"  # "among the 14 dead are five children"
    is_told = _is_whom_relative_tells(sentence, event, group)
    if not is_told or not (after < sentence.size and sentence.mask[after] & BE):
        for look in (_all_of_them, _of_several, _complement):
            named = look(sentence, event, group)
            if named != "unknown":
                return named
        named = _inserted(sentence, event, group) if sentence.roles & RELATIVE else "unknown"
        return _in_next_clause(sentence, event, group) if ";" in sentence.present else named
    return next((one.victim for one in sentence.groups if one.first == after + 1), "unknown")


def _is_whom_relative_tells(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "the man who died", "the two who were killed": nothing but "who" and its verb between."""
    relative = group.last + 1
    if relative >= event.at or not sentence.mask[relative] & RELATIVE:
        return False
    return all(sentence.mask[at] & (AUXILIARY | ADVERB) for at in range(relative + 1, event.at))


def _after_origin(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "a man from the town, a fitter, died": who people are, between two commas before their verb."""
    if not group.low or group.low != group.high:
        return "unknown"
    opened = next((at for at in range(group.last + 1, event.at) if not _may_tell_origin(sentence, at)), event.at)
    people = joined_lists(sentence, [one for one in sentence.groups if group.last < one.first < event.at])
    people = [one for one in people if not one.is_guess]
    if sentence.low[opened] != "," or len(people) != 1 or people[0].first != opened + 1:
        return "unknown"
    named, closing = people[0], people[0].last + 1
    is_closed = sentence.low[closing] == "," and not sentence.mask[closing + 1] & (CONJUNCTION | RELATIVE)
    is_same = named.head >= 0 and not named.is_guess and not named.is_definite and named.low == group.low
    return named.victim if is_closed and is_same else "unknown"


def _may_tell_origin(sentence: Sentence, at: int) -> bool:
    """Whether a word can stand in "from the same street", "of the wounded": no sign and no verb."""
    return sentence.is_word(at) and not sentence.mask[at] & (AUXILIARY | BARRIER | RELATIVE | CONJUNCTION)


def _is_counted_in(sentence: Sentence, group: Group) -> bool:
    """Whether "eleven of" stands before people: what follows is said of the eleven."""
    of = group.first - 1
    is_of = of > 0 and sentence.low[of] in sentence.rule_words.genitive and group.is_definite
    return is_of and any(one.last == of - 1 for one in sentence.quantities.values())


def _of_several(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "left 18 dead, soldiers and villagers alike", "killed 14 people, police as well as rebels": of both."""
    groups, words = {one.first: one for one in sentence.groups}, sentence.rule_words
    at = max(event.last, event.at, group.last) + 1
    if group.last < event.at and sentence.low[group.last + 1] in _INSERTING:
        at = group.last + 1  # "three people, a soldier and two nurses, were killed"
    at += (
        at + 1 < sentence.size and sentence.low[at] == ")" and sentence.low[at + 1] == ":"
    )  # "Killed (2): a baker and"
    if at + 1 >= sentence.size or sentence.low[at] not in _INSERTING | {":"} or not group.is_counted:
        return "unknown"
    found: set[Victim] = set()
    begin, count, counted = at, 0, 0
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
    is_label = count == 1 and sentence.low[begin] == ":" and counted in {0, group.low}
    if (count < 2 and not is_label) or "unknown" in found or is_open or is_other:
        return "unknown"
    return "mixed" if len(found) > 1 else found.pop()


def _complement(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "the three dead were not rebels but farmers", "the man shot at the gate turned out to be a clerk"."""
    if event.voice not in _NAMED_FIRST or event.judgement.stance == "denied":
        return "unknown"
    words, last = sentence.rule_words, max(event.last, group.last)
    denied = [at for at, cue in sentence.cues if cue.effect == "denied" and at < event.first]
    if OF_THESE in event.rules or any(_PARTING.isdisjoint(sentence.low[at : event.first]) for at in denied):
        return "unknown"  # "it was not shown that the dead man was a fighter"
    is_inserted = sentence.low[last + 1 : last + 2] == [","]
    for at in range(last + 1, min(sentence.size - 1, last + _PREDICATE)):
        if sentence.words[at].harm is not None or sentence.low[at] in _STOPS:
            break
        is_verb = sentence.mask[at] & BE and (not is_inserted or sentence.low[at - 1] == ",")
        if is_verb or sentence.low[at] in words.turning_out:
            return predicate_class(sentence, at + 1)
    return "unknown"


def _inserted(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "the man who was killed, a shopkeeper of 50, leaves four children": who he was, behind the clause."""
    comma = event.last + 1
    if group.low != 1 or sentence.low[comma : comma + 1] != [","]:
        return "unknown"
    one = next((one for one in sentence.groups if one.first == comma + 1), None)
    is_told = one is not None and one.low == 1 and one.head >= 0 and not one.is_guess
    is_clause = any(sentence.mask[at] & RELATIVE for at in range(group.last + 1, event.at))
    is_closed = one is not None and "," in sentence.low[one.last + 1 :]
    return one.victim if one is not None and is_told and is_clause and is_closed else "unknown"


def _in_next_clause(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """As in "two men were shot dead; they were shepherds", "one was killed; he was a clerk"."""
    if not group.low:
        return "unknown"
    after = range(max(event.last, group.last) + 1, sentence.size - 3)
    begin = next((at + 1 for at in after if sentence.low[at] == ";"), sentence.size)
    if begin >= sentence.size - 2:
        return "unknown"
    is_they = sentence.mask[begin] & _THEY or sentence.low[begin].partition(" ")[0] in sentence.rule_words.all_of_them
    pronoun = is_they if group.low != 1 else sentence.low[begin] in sentence.rule_words.masculine
    verb = begin + 1
    return predicate_class(sentence, verb + 1) if pronoun and sentence.mask[verb] & BE else "unknown"


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
    if found is None or found.is_guess:
        return "unknown"
    is_name = bool(sentence.mask[found.head] & RANK) and not sentence.mask[found.first] & INDEFINITE
    return "unknown" if is_name and found.low == 1 else found.victim


def _may_equate(sentence: Sentence, at: int) -> bool:
    """Whether a word may stand between "were" and the noun: "in fact", "all", "identified as", "out to be"."""
    words, low = sentence.rule_words, sentence.low[at]
    known = words.equating, words.capacity, words.identifying, words.serving
    return bool(sentence.mask[at] & ADVERB) or any(low in listed for listed in known)


def _all_of_them(sentence: Sentence, event: HarmEvent, _group: Group) -> Victim:
    """As in "nine were hurt, all of them policemen": the class that stands after "all", or nothing."""
    words, last = sentence.rule_words, max(event.last, event.at)
    if _INSERTING.isdisjoint(sentence.low[last : last + _ALL_REACH]):
        return "unknown"
    for at in range(last + 1, min(last + _ALL_REACH, sentence.size - 1)):
        if sentence.low[at].partition(" ")[0] in words.all_of_them and sentence.low[at - 1] in _INSERTING:
            return next((one.victim for one in sentence.groups if at < one.last <= at + 4 and one.head >= 0), "unknown")
        if sentence.low[at] == ";":
            break
    return "unknown"


def classify_later(document: Document) -> None:
    """As in "Three died. All were residents of the house.": of which class the next sentence says that they were."""
    by_sentence: dict[int, list[HarmEvent]] = {}
    for event in document.events:
        is_told = event.claim.stance in REPORTED and not event.is_cell and event.part_of is None
        if is_told and not event.claim.is_of_nobody:
            by_sentence.setdefault(event.sentence, []).append(event)
    for number, events in by_sentence.items():
        after = number + 1
        if after >= len(document.spans) or not _may_classify(document, *document.spans[after]):
            continue
        if any(roles & BE for roles in document.tokens(after).mask[1:_SUBJECT]):
            _classify(document.sentence(after), events)


def _may_classify(document: Document, begin: int, end: int) -> bool:
    """Whether a sentence opens with a word for those spoken of before: "they", "all three", "the dead", "four"."""
    if end - begin > _LONGEST:
        return False
    first, second = (*document.low[begin : begin + _OPENING].split(" ")[:2], "")[:2]
    words, known = document.lexicon.rule_words, document.lexicon.words
    if first in words.all_of_them or first in words.person_pronouns or first in document.lexicon.numbers.ones:
        return True
    opener, noun = known.get(first), known.get(second)
    roles = opener.mask if opener is not None else 0
    if roles & _THEY:
        return True
    is_noun = noun is not None and bool(noun.harm or noun.people or noun.number)
    return bool(roles & DEFINITE) and is_noun


def _classify(sentence: Sentence, events: list[HarmEvent]) -> None:
    """Give the claims that a sentence speaks of the class that it says they were of."""
    verb = next((at for at in range(1, min(sentence.size - 1, _SUBJECT)) if sentence.mask[at] & BE), 0)
    if not verb or not all(_may_precede(sentence, at) for at in range(1, verb)):
        return
    classes, people = _classes_after(sentence, verb + 1)
    if not classes or "unknown" in classes:
        return
    victim = classes[0] if len(set(classes)) == 1 else "mixed"
    number = _number(sentence, verb, people)
    meant = _meant(sentence, verb, events, number)
    words = sentence.rule_words
    is_found = any(low in words.equating or low in words.identifying for low in sentence.low[1 : verb + 3])
    for event in meant:
        group, said = event.group, event.claim.victim
        is_open = said == "unknown" or (group is not None and (group.is_woman or group.is_child))
        if said != victim and (is_open or (is_found and len(meant) == 1)):
            event.claim = replace(event.claim, victim=victim, rules=(*event.claim.rules, "said later"))
        if number and event.claim.bounds == (None, None):
            event.claim = replace(event.claim, count_min=number, count_max=number, count_kind="exact")


def _may_precede(sentence: Sentence, at: int) -> bool:
    """Whether a token may stand between "the" or "all" and the verb: "two dead men", "have since"; no other verb."""
    word, known = sentence.words[at], AUXILIARY | ADVERB | BARRIER | DETERMINER
    return bool(sentence.mask[at] & known or word.people or word.harm) or at in sentence.quantities


def _number(sentence: Sentence, verb: int, people: int) -> int | None:
    """How many a subject says that they are: "all three"; `people` where it counts some: "Four were soldiers and …"."""
    quantity = next((one for first, one in sentence.quantities.items() if first < verb), None)
    if quantity is None:
        return None
    return quantity.low if quantity.first or quantity.is_pronoun else people


def _meant(sentence: Sentence, verb: int, events: list[HarmEvent], number: int | None) -> list[HarmEvent]:
    """The claims whose people the subject of a sentence can mean, by harm and number; none where two singles can be."""
    subject = next((one for one in sentence.groups if one.first <= 1 and one.last < verb), None)
    harm = sentence.words[1].harm
    is_one = bool(sentence.mask[verb] & _SINGULAR_BE) or (subject is not None and subject.low == subject.high == 1)
    found = [
        one
        for one in events
        if (harm is None or harm.harm in {one.claim.harm, "casualty"}) and (one.claim.bounds == (1, 1)) == is_one
    ]
    if number is not None:
        found = [one for one in found if one.claim.bounds in {(number, number), (None, None)}]
    return found if len(found) == 1 or not is_one else []


def _classes_after(sentence: Sentence, begin: int) -> tuple[list[Victim], int]:
    """The classes of the nouns that a verb of being equates people with, as a list, and how many they are together."""
    first = predicate_class(sentence, begin)
    groups = {one.first: one for one in sentence.groups}
    at = next((at for at in range(begin, sentence.size) if at in groups), sentence.size)
    opener = sentence.quantities.get(0)
    classes, people = [first], (opener.low or 0) if opener is not None else 0
    if first == "unknown" or at >= sentence.size:
        return [], 0
    at = groups[at].last + 1
    while at + 1 < sentence.size and (sentence.low[at] == "," or sentence.mask[at] & CONJUNCTION):
        at += 1
        if at in groups and groups[at].head >= 0 and not groups[at].is_guess:
            classes.append(groups[at].victim)
            people += groups[at].low or 0
            at = groups[at].last + 1
    return classes, people


def is_of_several(sentence: Sentence, at: int) -> bool:
    """As in "who were killed", "were martyred", "lost their lives": whether a verb of harm is said of several."""
    low = sentence.low[at].split(" ")
    verb = sentence.lexicon.lookup[low[0]].mask
    is_plural = verb & (BE | _SINGULAR_BE) == BE
    return is_plural or not set(sentence.rule_words.plural_possessives).isdisjoint(low)


def leaving(sentence: Sentence, at: int) -> int:
    """The verb that leaves people in the state at a token, where no other verb stands between; or -1."""
    if not sentence.roles & _LEAVE:
        return -1
    for verb in range(at - 1, max(-1, at - _LEFT), -1):
        if sentence.mask[verb] & _LEAVE:
            return verb
        is_attribute = any(one.attribute == verb for one in sentence.groups)
        is_verb = sentence.mask[verb] & (AUXILIARY | BARRIER) or sentence.words[verb].harm is not None
        if sentence.low[verb] in _STOPS or (is_verb and not is_attribute):
            break
    return -1


def is_past_of_own(sentence: Sentence, at: int) -> bool:
    """As in "killed two men and the mayor resigned", "… visited the scene": a verb in the past behind a new subject."""
    words, low = sentence.rule_words, sentence.low[at]
    is_past = low.endswith(words.participle_endings) and len(low) > _SHORTEST and not sentence.is_capital(at)
    if not (is_past and sentence.is_word(at)) or sentence.words[at].harm is not None or sentence.words[at].people:
        return False
    after = at + 1
    return after >= sentence.size or sentence.low[after] in _CLOSED or bool(sentence.mask[after] & DETERMINER)
