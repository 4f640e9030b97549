"""Later states: who was injured and has died is dead and no longer injured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.same_people import injured_by_that_name, is_named_by
from watcher.detect.people.governed import is_agent
from watcher.detect.people.name_groups import is_named
from watcher.detect.people.openings import is_elsewhere
from watcher.detect.people.victims import may_be_same
from watcher.detect.words.annotations import HIT_BY_FORCE, SAID_BEFORE, Dismissed
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BARRIER, CONJUNCTION, DAY, DEFINITE, DETERMINER, HAVE
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent, Quantity
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Claim, Victim


_BACK = 4  # sentences from the death back to the injury
_AFTER = 5  # words after "died" that say of what
_PERFECT = 3  # words of "has now risen to" before a number of dead
_PARTITIVE = 2  # words from "one" to the people in "one of the two"
_OF_HIM = frozenset({"gerund", "noun", "adjective"})  # "could only certify her death", "pronounce him dead"
_NEXT = 2  # sentences from an injury to the death of "him" or "both"
_SUBJECT = frozenset({"passive", "intransitive", "adjective"})
_DONE = frozenset({"passive", "active"})
_STOPS = frozenset(",;:")
_POSSESSIVE = ROLES["possessives"]
_PRONOUN = ROLES["plural_pronouns"] | ROLES["of_whom"] | ROLES["relatives"]


def mark_later_deaths(document: Document) -> None:
    """Take those who have died out of the numbers of the injured; of one who died no injury is left."""
    if len(document.events) < 2:
        return  # nobody was counted before
    said: set[int] = set()  # numbers of dead that were taken out: a second mention takes out nobody
    for death in [one for one in document.events if not _is_attacker(one)]:
        people = _counted_dead(death) or _fatally_wounded(document, death)
        whole = _whole_after(document, death) or _shot_before(document, death)
        if whole is not None:
            leave(document, whole, least(whole) - least(death))
            continue
        _leave_earlier_wound(document, death)
        told = _told_of_next(document, death)
        named = injured_by_that_name(document, death) if counted_killed(death) else None
        if death.group is not None and told is None and named is not None:
            death.group = replace(death.group, is_definite=False, is_other=True)  # none of those who died before
        injury = told or named or _said_just_before(document, death)
        if injury is not None:
            leave(document, injury, 0)
            death.claim = _of_class_of(death.claim, injury.claim)
            continue
        if not people:
            continue
        sentence = document.sentence(death.sentence)
        injury = _same_people(document, death)
        if injury is not None:
            left = 0 if _is_he(death) else _whole(sentence, injury.group) - people
            leave(document, injury, left)
        elif _is_he(death) and (several := _one_of_several(document, death)) is not None:
            leave(document, several, least(several) - 1)
        elif people not in said:
            said.update(_taken_out(document, death, people))


def _of_class_of(death: Claim, injury: Claim) -> Claim:
    """The death of one who was injured, of his class where the death names none."""
    return death.with_values(victim=injury.victim) if death.victim == "unknown" else death


def _is_attacker(death: HarmEvent) -> bool:
    """As in "He wounded a soldier. The patrol killed him": nobody who was hurt before."""
    return death.group is not None and death.group.rules[-1:] == (HIT_BY_FORCE,)


def _dead_beside(document: Document, hurt: HarmEvent) -> bool:
    """As in "four were killed and nine wounded": dead of before, not "six have died by now and nine are hurt"."""
    sentence = document.sentence(hurt.sentence)
    beside = [one for one in document.events if one.sentence == hurt.sentence and counted_killed(one)]
    words = sentence.rule_words.now_words
    return any(one.part_of is None and not _is_by_now(sentence, one, words) for one in beside)


def _is_by_now(sentence: Sentence, death: HarmEvent, words: frozenset[str]) -> bool:
    """As in "six have died", "six are now dead", "the toll has risen to six": what holds when the text is written."""
    near = range(max(0, death.first - _PERFECT), death.last + 1)
    is_perfect = any(sentence.mask[at] & HAVE or sentence.low[at] in sentence.rule_words.present_be for at in near)
    return is_perfect or death.voice == "toll" or not words.isdisjoint(sentence.low[near.start : near.stop])


def _taken_out(document: Document, death: HarmEvent, people: int) -> set[int]:
    """The number of those who have died where they are some of the injured before them, who are then fewer."""
    if _is_of_injured(document.sentence(death.sentence), death) or _of_counted_noun(document, death):
        return _take_out(document, death, people)
    attacked = _just_attacked(document, death)
    if attacked is not None:
        leave(document, attacked, least(attacked) - people)
    return set()


def _take_out(document: Document, death: HarmEvent, people: int) -> set[int]:
    """Take those who have died out of the injured before them; their number, if any were counted there."""
    sentence, group = document.sentence(death.sentence), death.group
    of_all = _whole(sentence, group)  # "one of his three passengers": not of nine hurt elsewhere
    found = [] if _is_of_dead(document, death) else _injured_before(document, death, people, of_all)
    is_apart = any(_dead_beside(document, one) for one in found)
    if group is not None and (is_named(sentence, group) or is_apart):
        death.group = replace(group, is_other=True)  # none of those who died before
    for earlier in found:
        leave(document, earlier, (earlier.claim.count_min or 0) - people)
    return {people} if found else set()


def _is_of_dead(document: Document, death: HarmEvent) -> bool:
    """As in "killed two and injured four. One of the two died on the spot": of those who are counted as dead."""
    sentence, group = document.sentence(death.sentence), death.group
    after = sentence.low[group.last + 1 : group.last + _PARTITIVE] if group is not None and group.is_bare else []
    if group is None or sentence.rule_words.genitive.isdisjoint(after):
        return False
    whole = sentence.quantities.get(group.last + 1 + _PARTITIVE)
    before = [one for one in document.events if one.position < death.position and whole and least(one) == whole.low]
    return bool(before) and all(one.claim.harm == "killed" for one in before)


def least(event: HarmEvent) -> int:
    """The people of a claim that says exactly how many they are; else 0."""
    claim = event.claim
    return claim.count_min or 0 if claim.count_min == claim.count_max else 0


def is_of_those(sentence: Sentence, found: HarmEvent, missing: HarmEvent) -> bool:
    """As in "the body of one of the two missing climbers"; not "four bodies were found and seven are missing"."""
    one, all_of_them = found.group, missing.group
    if one is None or all_of_them is None or found.sentence != missing.sentence:
        return False
    between = range(one.last + 1, all_of_them.first)
    is_joined = any(sentence.mask[at] & (CONJUNCTION | BARRIER) or sentence.low[at] in _STOPS for at in between)
    return 0 < all_of_them.first - one.last <= _PARTITIVE and not is_joined


def _counted_dead(event: HarmEvent) -> int:
    """How many an event says have died; 0 where it says something else, or no exact number."""
    claim = event.claim
    is_said = event.entry.form == "intransitive" or (event.entry.form in _OF_HIM and _is_he(event))
    is_said |= _are_dead(event) or _are_found(event)
    is_death = claim.harm == "killed" and is_said and claim.stance in REPORTED
    return claim.count_min or 0 if is_death and claim.count_min == claim.count_max else 0


def _are_found(event: HarmEvent) -> bool:
    """As in "they were found dead", said of those who were hurt."""
    group = event.group
    return (
        event.entry.is_found and event.voice in _SUBJECT and group is not None and group.is_pronoun and group.head < 0
    )


def _are_dead(event: HarmEvent) -> bool:
    """As in "by the evening three were dead": a bare number before its verb; not "two dead, four wounded"."""
    group = event.group
    is_number = group is not None and group.is_bare and group.is_counted and event.at > group.last + 1
    return is_number and event.entry.form == "adjective" and not event.entry.is_found


def _fatally_wounded(document: Document, event: HarmEvent) -> int:
    """As in "Five were attacked with machetes. One was fatally wounded": how many of them that leaves dead.

    And as in "one of them was pronounced dead", where they are said to be of those counted.
    """
    sentence, claim = document.sentence(event.sentence), event.claim
    words, low = sentence.rule_words, sentence.low[event.at]
    if event.voice != "passive" or claim.stance not in REPORTED or claim.count_min != claim.count_max:
        return 0
    is_told = low in words.declared_dead and (_is_he(event) or _is_of_injured(sentence, event))
    return claim.count_min or 0 if is_told or low.startswith(words.fatal_wounds) else 0


def _same_people(document: Document, death: HarmEvent) -> HarmEvent | None:
    """The injury of the same people in the same sentence: "a soldier wounded on Monday has died", "… and both died"."""
    sentence = document.sentence(death.sentence)
    for event in document.events:
        is_before = event.sentence == death.sentence and event.at < death.at and event.claim.harm == "injured"
        is_same = first_of(event) == first_of(death) >= 0 or _is_he(death) or _are_all(sentence, death)
        is_same = is_same or _are_found(death)
        is_same = is_same or is_named_by(sentence, death, event)
        if is_before and event.claim.bounds == death.claim.bounds and is_same:
            return event
    return None


def _told_of_next(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "A soldier was shot on Monday. He was dead on arrival.": the injury of those whom the pronoun means."""
    is_theirs = death.group is not None and death.group.is_pronoun and death.group.head < 0
    if not is_theirs or counted_killed(death) == 0:
        return None
    before = [one for one in document.events if one.sentence < death.sentence]
    last = max(before, key=lambda one: one.position, default=None)
    if last is None or last.group is None or last.claim.harm != "injured" or last.claim.stance not in REPORTED:
        return None
    is_theirs = last.voice in _SUBJECT | _DONE or last.entry.is_bodily or last.group.is_pronoun  # "a splinter hit him"
    is_near = death.sentence - last.sentence <= _NEXT and is_theirs
    others = [one for one in document.sentence(last.sentence).groups if one.head >= 0 and not one.is_guess]
    others = [one for one in others if one.first != last.group.first and not _tells_who(last.group, one)]
    if death.voice == "intransitive":  # "was stabbed by a man. He was shot dead": the man
        others = [one for one in others if not is_agent(document.sentence(last.sentence), one)]
    is_alone = not any(one.low == one.high == last.group.low for one in others)
    return last if is_near and is_alone and least(last) == counted_killed(death) else None


def _said_just_before(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "Eight were burned; none could be revived": the injury of those whom a pronoun with their number means."""
    if not counted_killed(death) or death.group is None or death.group.rules[-1:] != (SAID_BEFORE,):
        return None
    before = [one for one in document.events if one.position < death.position and one.claim.stance in REPORTED]
    last = max(before, key=lambda one: one.position, default=None)
    if last is None or last.claim.harm != "injured" or death.sentence - last.sentence > _NEXT:
        return None
    return last if least(last) == least(death) else None


def _tells_who(name: Group, one: Group) -> bool:
    """As in "Omar Hadi, a clerk of the council, was shot": who right after a name and a comma is nobody else."""
    return name.is_name and one.first == name.last + _PARTITIVE and one.low == 1


def counted_killed(event: HarmEvent) -> int:
    """How many an event says were killed or died in the release's own event; 0 without an exact number."""
    is_own = event.claim.harm == "killed" and event.claim.stance in REPORTED and not event.claim.is_background
    return least(event) if is_own else 0


def _one_of_several(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "nine were hurt, one so badly that he died": the injury of those of whom the one who died is one."""
    sentence = document.sentence(death.sentence)
    before = [one for one in document.events if one.sentence == death.sentence and one.at < death.at]
    hurt = next((one for one in before if one.claim.harm == "injured" and least(one) > 1), None)
    groups = [] if hurt is None else [one for one in sentence.groups if hurt.at < one.first < death.at]
    is_one = any(one.is_bare and one.is_counted and one.low == one.high == 1 for one in groups)
    return hurt if is_one else None


def _leave_earlier_wound(document: Document, death: HarmEvent) -> None:
    """As in "A soldier died on Sunday. He had been hit by a splinter on Friday": how he who is dead was hurt before."""
    if not _counted_dead(death) or death.claim.is_background:
        return
    for one in [one for one in document.events if one.sentence == death.sentence + 1 and _is_wound(one)]:
        if one.group is not None and one.group.is_pronoun and one.claim.bounds == death.claim.bounds:
            leave(document, one, 0)


def _is_wound(one: HarmEvent) -> bool:
    return one.claim.harm == "injured" and one.claim.stance in REPORTED and one.voice == "passive"


def _whole_after(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "could not save two of the six wounded": the injured of whom some have died, said right after them."""
    sentence, group = document.sentence(death.sentence), death.group
    is_some = death.claim.harm == "killed" and group is not None and group.is_bare and bool(least(death))
    after = sentence.low[group.last + 1 : group.last + 2] if group is not None else []
    after_verb = sentence.low[death.at + 1 : death.at + 2]  # "three have died of the eleven who were burned"
    is_of = not sentence.rule_words.genitive.isdisjoint(after_verb) and group is not None and group.is_counted
    if is_of and bool(least(death)) and death.entry.form == "intransitive":
        return next((one for one in document.events if _is_whole_of(death, one)), None)
    if not is_some or sentence.rule_words.genitive.isdisjoint(after):
        return None
    hurt = (one for one in document.events if one.claim.harm == "injured" and one.claim.stance in REPORTED)
    more = (one for one in hurt if least(one) > least(death))
    return next((one for one in more if is_of_those(sentence, death, one)), None)


def _is_whole_of(death: HarmEvent, one: HarmEvent) -> bool:
    """Whether those who were hurt stand right after "died of" in the same sentence, and are more."""
    group = one.group
    is_hurt = one.sentence == death.sentence and one.claim.harm == "injured" and one.claim.stance in REPORTED
    is_next = group is not None and 0 < group.first - death.at <= _PARTITIVE
    return is_hurt and is_next and least(one) > least(death)


def _shot_before(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "shot three comrades, killing one": those who were shot, of whom some have died."""
    sentence, group, people = document.sentence(death.sentence), death.group, counted_killed(death)
    is_some = group is not None and group.is_bare and group.is_counted and not group.is_other and people > 0
    if not is_some or death.entry.form != "gerund" or sentence.low[death.at - 1] != ",":
        return None
    before = [one for one in document.events if one.sentence == death.sentence and one.at < death.at]
    shot = max(before, key=lambda one: one.at, default=None)
    if shot is None or shot.claim.harm != "injured" or shot.voice != "active" or not shot.entry.is_state:
        return None
    return shot if least(shot) > people else None


def _is_he(death: HarmEvent) -> bool:
    """As in "was set on fire; he died": the one person who was hurt before in the sentence."""
    return death.group is not None and death.group.is_pronoun and death.group.head < 0 and death.group.low == 1


def _are_all(sentence: Sentence, death: HarmEvent) -> bool:
    """As in "shot two sergeants, and both died", "injured three, all of whom died"."""
    group = death.group
    return group is not None and sentence.low[group.first].partition(" ")[0] in sentence.rule_words.all_of_them


def first_of(event: HarmEvent) -> int:
    """The first token of the people of an event; -1 where none are named."""
    return event.group.first if event.group is not None else -1


def _whole(sentence: Sentence, group: Group | None) -> int:
    """The number of all of whom some are meant: the six of "one of the six marines hurt"; 0 where none is named."""
    if group is None:
        return 0
    inner = [one for first, one in sentence.quantities.items() if group.first < first <= group.last]
    inner = inner or _apposed_whole(sentence, group)
    return inner[0].low or 0 if inner and inner[0].low == inner[0].high else 0


def _apposed_whole(sentence: Sentence, group: Group) -> list[Quantity]:
    """As in "one of the four, a woman, has died": the number before the comma."""
    comma = group.first - 1 - bool(sentence.mask[group.first - 1] & DETERMINER)
    if comma < _PARTITIVE or sentence.low[comma] != ",":
        return []
    is_of_all = sentence.mask[comma - 2] & DEFINITE and sentence.low[comma - 3] in sentence.rule_words.genitive
    return [one for one in sentence.quantities.values() if one.last == comma - 1] if is_of_all else []


def _is_of_injured(sentence: Sentence, death: HarmEvent) -> bool:
    """Whether the dead are some of people counted before: "one of them", "two of the three", "one of the wounded"."""
    group = death.group
    if group is None:
        return False
    if is_named(sentence, group) and _is_of_wounds(sentence, death):
        return True
    words = sentence.rule_words
    tokens = range(group.first, min(group.last + 2, sentence.size))
    apposed = group.first - 2 - bool(sentence.mask[group.first - 1] & DETERMINER)  # "one of them, a woman of 60,"
    before = max(0, group.first - 1)  # "of whom two died"
    if any(sentence.mask[at] & ROLES["of_whom"] for at in (*tokens, before, max(0, apposed))):
        return True
    if _apposed_whole(sentence, group):
        return True
    if sentence.low[death.at].startswith(words.fatal_wounds):
        return group.is_bare and group.is_counted and not group.is_other
    if group.is_bare and group.is_counted and not group.is_other and _is_afterwards(sentence, death):
        return True
    partitive = next((at for at in tokens if sentence.low[at] in words.genitive), None)
    if partitive is None:
        is_told = group.attribute >= 0 and _is_injury(sentence, group.attribute)  # "the wounded girl died"
        return is_told or _opens_with_injured(sentence, group)
    after, marks = partitive + 1, words.possessive_marks  # "one of Monday's wounded"
    while after < sentence.size and (sentence.mask[after] & (DEFINITE | DAY) or sentence.low[after] in marks):
        after += 1
    return after < sentence.size and (
        bool(sentence.mask[after] & _PRONOUN) or after in sentence.quantities or _is_injury(sentence, after)
    )


def _of_counted_noun(document: Document, death: HarmEvent) -> bool:
    """As in "Three clerks were hurt. Two of the clerks died": whether the noun after "of the" counted the injured."""
    sentence, group = document.sentence(death.sentence), death.group
    if group is None or group.head < 0 or not group.is_counted:
        return False
    words, noun = sentence.rule_words, sentence.low[group.head]
    of = next((at for at in range(group.first, group.head) if sentence.low[at] in words.genitive), group.head)
    if not sentence.mask[min(of + 1, group.head)] & DEFINITE:
        return False
    hurt = [one for one in document.events if one.claim.harm == "injured" and one.position < death.position]
    nouns = {document.sentence(one.sentence).low[one.group.head] for one in hurt if one.group and one.group.head >= 0}
    return noun in nouns


def _just_attacked(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "Two hikers were mauled by a bear; one died": whom a deed befell right before a number by itself.

    Not after "were injured", which says what came to the others: "Eleven were injured. One died."
    """
    sentence, group = document.sentence(death.sentence), death.group
    if group is None or not (group.is_bare and group.is_counted) or group.is_other or death.entry.is_found:
        return None
    is_opening = group.first == 0 or sentence.low[group.first - 1] == ";"
    last = max(
        (one for one in document.events if one.position < death.position), key=lambda one: one.position, default=None
    )
    if last is None or not is_opening or death.sentence - last.sentence != int(group.first == 0):
        return None
    verb = document.sentence(last.sentence).low[last.at].split(" ")
    is_deed = last.claim.harm == "injured" and last.voice in _DONE and sentence.rule_words.plainly_hurt.isdisjoint(verb)
    return last if is_deed and last.claim.stance in REPORTED and least(last) > least(death) else None


def _is_of_wounds(sentence: Sentence, death: HarmEvent) -> bool:
    """As in "Three constables were hurt. Naik Roe succumbed to his injuries": not who, by this sentence, was hurt."""
    of = range(death.at, min(sentence.size, death.at + _AFTER))
    is_told = any(one.entry.harm == "injured" for one in sentence.events) or death.group is not sentence.events[0].group
    is_theirs = any(_is_injury(sentence, at) and sentence.mask[at - 1] & _POSSESSIVE for at in of)  # no new wounds
    return is_theirs and not (is_told or _is_of_other_event(sentence, 0))


def _is_afterwards(sentence: Sentence, death: HarmEvent) -> bool:
    """As in "wounded nine; one later died", "three succumbed to their injuries": a bare number of the injured."""
    words, end = sentence.rule_words, min(sentence.size, death.at + _AFTER)
    clause = max((at for at in range(death.at) if sentence.low[at] in _STOPS), default=-1)
    if _is_of_other_event(sentence, clause + 1):
        return False
    is_later = not words.afterwards.isdisjoint(sentence.low[clause + 1 : end])
    is_later |= not words.now_words.isdisjoint(sentence.low[death.first : death.at])  # "one is now dead"
    is_later |= not words.times_of_day.isdisjoint(sentence.low[clause + 1 : death.first])  # "by morning three had died"
    return is_later or any(_is_injury(sentence, at) for at in range(death.at, end))


def _is_of_other_event(sentence: Sentence, begin: int) -> bool:
    """As in "later two died in a separate attack": whether the words from `begin` tell of another event."""
    others = [at for at in range(begin, sentence.size) if sentence.mask[at] & ROLES["new_incident"]]
    return any(sentence.low[at] not in sentence.rule_words.afterwards for at in others)


def _opens_with_injured(sentence: Sentence, group: Group) -> bool:
    """As in "Of the ten injured, three have since died"."""
    return any(_is_injury(sentence, at) for at in range(group.first) if sentence.low[0] in sentence.rule_words.genitive)


def _is_injury(sentence: Sentence, at: int) -> bool:
    entry = sentence.words[at].harm
    return entry is not None and entry.harm == "injured"


def _injured_before(document: Document, death: HarmEvent, people: int, whole: int) -> list[HarmEvent]:
    """The latest number of injured before a death that can hold the dead, wherever it is said: title and account."""
    found = [
        event
        for event in document.events
        if event.position < death.position
        and event.claim.harm == "injured"
        and event.claim.stance in REPORTED
        and event.part_of is None
        and (event.claim.count_min or 0) >= people
        and (not whole or event.claim.count_min == whole)
        and _may_be_theirs(event.claim.victim, death.claim.victim)
        and event.claim.is_background is death.claim.is_background  # "of the 47 victims of the 2010 floods 31 died"
    ]
    if is_elsewhere(document.tokens(death.sentence)):
        found = [event for event in found if event.sentence == death.sentence]
    if not found or death.sentence - found[-1].sentence > _BACK:
        return []
    counted = [event for event in found if not event.entry.is_state] or found  # not the three of them in hospital
    return [event for event in counted if event.claim.bounds == counted[-1].claim.bounds]


def _may_be_theirs(hurt: Victim, dead: Victim) -> bool:
    """Whether the dead can be of those who were hurt; a force's constables are policemen or soldiers."""
    return may_be_same(hurt, dead) or {hurt, dead} == {"police", "military"}


def leave(
    document: Document,
    one: HarmEvent,
    people: int,
    *,
    rule: str = "without those who died",
    reason: str = "has died of it",
) -> None:
    """Leave so many of those counted; nobody where it was said later of all: of the injured, that they have died."""
    claim = one.claim
    if people > 0:
        most = people if claim.count_max is not None else None
        one.claim = replace(claim, count_min=people, count_max=most, rules=(*claim.rules, rule))
        return
    _drop(document, one, reason)


def _drop(document: Document, one: HarmEvent, reason: str) -> None:
    """Leave a claim out of the text's, and its parts by themselves."""
    document.events.remove(one)
    document.dismissed.append(Dismissed(one.claim.start, one.claim.end, reason))
    for event in document.events:
        if event.part_of is one:
            event.part_of = None
