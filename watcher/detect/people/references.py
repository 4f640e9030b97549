"""Whom a pronoun or "the insurgents" points back to: number and class of people named before without a harm.

As in "Two men were seen laying a bomb. They were killed." The people stand in the same sentence before the reference or
in one of the two before it. Sentences are read again only where something points back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.answered_attacks import hits_attackers
from watcher.detect.people.bystanders import only_mentions
from watcher.detect.people.clause_classes import class_of_clause_before, forces_of_units
from watcher.detect.people.everybody import count_everybody
from watcher.detect.people.governed import counts_them
from watcher.detect.people.joined_lists import joined_lists
from watcher.detect.people.objects import objects_in, without_agents
from watcher.detect.people.openings import is_elsewhere, spoken_of_before
from watcher.detect.people.partitives import last_attack
from watcher.detect.people.predicates import predicate_class
from watcher.detect.people.rest_of_them import some_of_before
from watcher.detect.people.single_people import class_of_one, is_hit_by_force
from watcher.detect.people.struck_craft import class_of_those_inside
from watcher.detect.people.tellers import comes_afterwards
from watcher.detect.people.vehicles import of_vehicle_before
from watcher.detect.words.annotations import HIT_BY_FORCE, SAID_BEFORE
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, CONJUNCTION, DETERMINER, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_SUFFERED = frozenset({"passive", "intransitive", "reduced", "adjective"})
_ACTIVE = frozenset({"active", "base", "present", "gerund"})
_THEM = ROLES["plural_pronouns"] | ROLES["of_whom"]
_THEY, _HE = ROLES["plural_pronouns"], ROLES["singular_pronouns"]
_BOTH = 2
_NOT_SEVERAL = frozenset({0, 1})
_PREDICATE = 12  # words between people and the verb that says what they were
_MET = 4  # words from "waiting" to "them"
_SERVICES: frozenset[Victim] = frozenset({"military", "police"})
_LINKS = PREPOSITION | CONJUNCTION | DETERMINER
_LETTERHEAD = 7  # words of a line that says who speaks
_BACK = 2  # sentences that a reference reaches back


def resolve_references(document: Document, sentence: Sentence) -> None:
    """Give references of a sentence the class of whom they mean and, in the first claims of a harm, their number."""
    if not sentence.events:
        return
    sentence.events = [one for one in sentence.events if not _is_manner(document, sentence, one)]
    _resolve_numbers(document, sentence)
    for event in sentence.events:
        if not count_everybody(document, sentence, event) and event.group is not None:
            event.group = _resolved(document, sentence, event, event.group)


def _resolved(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Group:
    """The people of an event with what the text said of them before; as they are where they refer to nobody."""
    if group.is_other or group.low == 1:
        if group.is_name and (one := _named_of_them(sentence, group)) is not None:
            return _resolved(document, sentence, event, one)
        some = some_of_before(document, sentence, group)
        if some is not None:
            return some
    if sentence.number and (victim := _class_by_sentence_before(document, sentence, event, group)) != "unknown":
        return replace(group, victim=victim)
    is_reported = sentence.low[event.at] in sentence.rule_words.service_harms  # "2 WIA": the writer's own
    if _is_anonymous(sentence, group) and not is_reported and not _has_claim_before(document, sentence, event):
        return _of_class_before(document, sentence, event, group)
    if group.is_nobody and group.victim == "unknown":
        if not _is_of_them(sentence, group):
            return replace(group, victim=class_of_those_inside(sentence, event, group))
        return replace(group, victim=_of_them(document, sentence, event, group))
    if _is_he(sentence, group) and not _is_body_of_dead(document, sentence, event):
        victim = class_of_one(document, sentence, event, group)
        is_told = victim == "unknown" and is_hit_by_force(sentence, event)  # not of the class of those hurt before
        return replace(group, victim=victim, rules=(*group.rules, HIT_BY_FORCE) if is_told else group.rules)
    return _of_several(document, sentence, event, group) if _means_several_before(sentence, group) else group


def _named_of_them(sentence: Sentence, name: Group) -> Group | None:
    """As in "one of them, Brigadier Roe, died": whose name it is, who are of the class of those before."""
    them = name.first - 2
    if them < 0 or sentence.low[name.first - 1] != "," or not sentence.mask[them] & _THEM:
        return None
    return next((one for one in sentence.groups if one.last == them and one.low == 1), None)


def _class_by_sentence_before(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """Of attackers whom a force now hits, of whose vessel "its crew" is; or unknown."""
    if is_elsewhere(sentence):
        return "unknown"
    is_answer = hits_attackers(document, sentence, event, group)
    return "combatant" if is_answer else of_vehicle_before(document, sentence, group)


def _of_class_before(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Group:
    """A number of whom nothing is said, with the class of the people spoken of before."""
    is_hit = event.voice in _SUFFERED and not group.is_other  # not "detained two", "two others"
    victim = class_of_those_inside(sentence, event, group)
    victim = victim if victim != "unknown" else class_of_clause_before(sentence, event, group)
    if victim != "unknown":
        return replace(group, victim=victim)
    is_theirs, is_of_them = _is_of_attackers(sentence, event, group), counts_them(sentence, group)
    victim = _class_before(document, sentence, has_units=is_hit, is_theirs=is_theirs, is_of_them=is_of_them)
    return replace(group, victim=victim)


def _of_several(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Group:
    """As in "they", "both", "the insurgents": those of whom the text spoke, with their number where it is news."""
    told = _told_before(sentence, event, group) if sentence.mask[group.first] & _THEY else None
    if told is not None:
        return _joined(group, told, has_number=True)
    dead = _whose_bodies(document, sentence, event, group)
    here = None if dead else _referent_in(document, sentence, sentence, event, group)
    found = dead or here or _referent_before(document, sentence, event, group)
    if found is None:
        return group
    has_number = dead is not None or _is_first(document, sentence) or (here is not None and _is_told_of(sentence, here))
    return _joined(group, found, has_number=has_number)


def _is_told_of(sentence: Sentence, group: Group) -> bool:
    """As in "three guards were asleep when a shell killed them": of people met here, who have done nothing."""
    after = group.last + 1
    return (
        not group.is_definite
        and after < sentence.size
        and sentence.low[after].partition(" ")[0] in sentence.rule_words.finite_auxiliaries
    )


def _told_before(sentence: Sentence, event: HarmEvent, group: Group) -> Group | None:
    """As in "two were taken to a hospital, where they are stable": those of whom the sentence has told the harm."""
    for one in sentence.events:
        same, people = one.entry.harm == event.entry.harm, one.group
        if same and people is not None and one.at < group.first < event.at and people.last < one.at and people.low:
            return people
    return None


def _is_manner(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Six miners were found dead. All had been stabbed": how those died who are counted already."""
    group, entry = event.group, event.entry
    if group is None or not group.is_pronoun or entry.harm != "injured" or group.first > event.at:
        return False
    words = sentence.rule_words
    is_past = not words.before_that.isdisjoint(sentence.low[group.last + 1 : event.at])
    is_all = sentence.low[group.first].partition(" ")[0] in words.all_of_them
    is_past |= is_all and sentence.low[event.at] in words.manners_of_harm  # "Nine died; all were shot"
    if not is_past or not (entry.is_state or entry.is_bodily):
        return False
    inside = [one for one in sentence.events if one is not event and one.entry.harm == "killed" and one.at < event.at]
    last = document.events[-1] if document.events else None
    is_dead = last is not None and last.claim.harm == "killed" and last.claim.stance != "denied"
    is_next = last is not None and sentence.number - last.sentence <= 1
    return bool(inside) or (is_dead and is_next)


def _is_he(sentence: Sentence, group: Group) -> bool:
    """A pronoun for one person whose class no word says: "he", "she"."""
    is_one = group.is_pronoun and group.low == group.high == 1 and group.victim == "unknown"
    return is_one and group.first == group.last and (_is_pronoun(sentence, group.first) or sentence.is_harm(group.last))


def _is_body_of_dead(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """As in "The officer was killed. His body was found": of whom the class is said already."""
    last = document.events[-1] if document.events and event.entry.is_found else None
    return last is not None and last.claim.harm == "killed" and sentence.number - last.sentence <= _BACK


def _is_pronoun(sentence: Sentence, at: int) -> bool:
    """As in "he", "her" of "her body"."""
    return bool(sentence.mask[at] & _HE) or sentence.low[at] in sentence.rule_words.singular_possessives


def _is_of_them(sentence: Sentence, group: Group) -> bool:
    """As in "injured none of them"."""
    after = group.last + 1
    is_them = (after < sentence.size and sentence.mask[after] & _THEY) or sentence.mask[group.last] & _THEM
    return group.victim == "unknown" and bool(is_them)


def _of_them(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """The class of those of whom nobody was harmed: the nearest before, but for whoever did it."""
    found = _referent(document, sentence, event, replace(group, low=2, high=None))
    return found.victim if found is not None else "unknown"


def _is_first(document: Document, sentence: Sentence) -> bool:
    """Whether no claim before a sentence speaks of one of its harms."""
    harms = {event.entry.harm for event in sentence.events}
    return all(one.claim.harm not in harms for one in document.events)


def _resolve_numbers(document: Document, sentence: Sentence) -> None:
    """As in "The number now stands at seven": of the harm and the people counted last; without any it is no claim."""
    if not any(event.entry.points_back for event in sentence.events):
        return
    kept: list[HarmEvent] = []
    for event in sorted(sentence.events, key=lambda one: one.at):
        if event.entry.points_back:
            last = kept[-1] if kept else _last_event(document, sentence, event)
            if last is None or event.group is None:
                continue
            event.entry = replace(event.entry, harm=last.entry.harm)
            victim = last.group.victim if last.group is not None else "unknown"
            event.group = replace(event.group, victim=victim)
        kept.append(event)
    if len(kept) < len(sentence.events) or any(event.entry.points_back for event in kept):
        sentence.events = sorted(kept, key=lambda event: event.part_of is not None)


def _last_event(document: Document, sentence: Sentence, event: HarmEvent) -> HarmEvent | None:
    """The last harm of the sentences right before, a claim or taken back by now; a toll is of dead."""
    is_toll = not sentence.rule_words.toll_nouns.isdisjoint(sentence.low[event.at].split(" "))
    for back in range(sentence.number - 1, max(-1, sentence.number - _BACK - 1), -1):
        events = document.sentence(back).events
        dead = [one for one in events if is_toll and one.entry.harm == "killed"]
        if events:
            return max(dead or events, key=lambda one: one.at)
    return None


def _is_anonymous(sentence: Sentence, group: Group) -> bool:
    """As in "nine were killed": a number of whom nothing is said, not even by a label ("Enemy: five dead")."""
    is_labelled = group.first > 0 and sentence.low[group.first - 1] == ":"
    return (
        not is_labelled
        and not group.is_pronoun
        and group.is_bare
        and group.is_counted
        and group.head < 0
        and group.victim == "unknown"
        and bool(group.low)
    )


def _has_claim_before(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """Whether people were harmed before with whom "four others", or "four" in their sentence, can be counted."""
    is_other = event.group is not None and event.group.is_other
    before = [one.group for one in sentence.events if one.at < event.at and one.group is not None]
    if any(is_other or (group.victim != "unknown" and bool(group.low)) for group in before):
        return True
    if not document.events or sentence.number - document.events[-1].sentence > _BACK or is_elsewhere(sentence):
        return False
    return not _are_fighters_between(document, sentence)


def _are_fighters_between(document: Document, sentence: Sentence) -> bool:
    """As in "Two soldiers died. The attackers were pursued. Three were killed.": the sentence right before is of them.

    They attack nobody in it.
    """
    if document.events[-1].sentence >= sentence.number - 1:
        return False
    before = document.sentence(sentence.number - 1)
    people = {one.victim for one in before.groups if one.head >= 0 and not one.is_guess and _are_several(before, one)}
    return "combatant" in people and people <= {"combatant", *_SERVICES} and last_attack(before, 0, before.size) < 0


def _is_of_attackers(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "two of them were killed", "two died when guards fired back", "two were shot by the police"."""
    words, low = sentence.rule_words, sentence.low
    if counts_them(sentence, group):
        return True
    if not words.returning.isdisjoint(low):
        return True
    agents = (one for one in sentence.groups if one.first > event.at and low[one.first - 1] in words.agent_openers)
    return event.voice == "passive" and any(one.victim in {"military", "police"} for one in agents)


def _class_before(
    document: Document, sentence: Sentence, *, has_units: bool, is_theirs: bool, is_of_them: bool = False
) -> Victim:
    """As in "Militants tried to storm the depot. Nine were killed": the one class of people spoken of before.

    Who attacked others ("police fired on the crowd") are not the ones who were hit, unless they are fighters and
    `is_theirs`.
    """
    for back in spoken_of_before(sentence, _BACK):
        other = document.sentence(back)
        if not other.rule_words.returning.isdisjoint(other.present) and last_attack(other, 0, other.size) >= 0:
            is_theirs = True  # "Bandits attacked the post. The police fired back. Four were killed"
            continue
        if _meets_them(other):
            is_theirs = True
            continue
        if _heads_statement(other):
            continue
        several = [one for one in joined_lists(other, other.groups) if one.head >= 0 and not one.is_guess]
        several = [one for one in several if _are_several(other, one)]
        several = [one for one in several if not _is_share(other, one)]
        if only_mentions(other) or any(comes_afterwards(other, one) for one in other.groups):
            continue
        is_heading = other.is_capitals  # "NAVAL OPERATIONS CENTRE"
        classes = {one.victim for one in several} or (forces_of_units(other) if has_units and not is_heading else set())
        if classes:
            victim = classes.pop() if len(classes) == 1 else several[-1].victim if is_of_them else "unknown"
            is_hit = (is_theirs and victim == "combatant") or last_attack(other, 0, other.size) < 0
            return victim if is_hit else "unknown"
    return "unknown"


def _heads_statement(sentence: Sentence) -> bool:
    """As in "Statement of the Police Spokesperson on the Collapse": whose statement it is, and not of whom."""
    words, low = sentence.rule_words, sentence.low
    if sentence.harms or sentence.roles & AUXILIARY:
        return False
    if sentence.is_capitals and not sentence.number:
        return True  # a letterhead: "ROYAL POLICE OF SANA"
    if not sentence.number and _is_letterhead(sentence):
        return True
    openers = [low[at + 1] for at in range(min(2, sentence.size - 1)) if low[at] in words.own_statements]
    return any(opener in words.genitive or opener in words.agent_openers for opener in openers)


def _is_letterhead(sentence: Sentence) -> bool:
    """As in "Police of Tarn" above a text, "Railway Police.": a service by name and nothing else in a short line."""
    if sentence.size > _LETTERHEAD:
        return False
    if sentence.text[sentence.end - 1] == ".":
        return all(sentence.is_capital(at) or sentence.mask[at] & _LINKS for at in range(sentence.size - 1))
    service = next((one for one in sentence.groups if one.victim in _SERVICES), None)
    after = service.last + 1 if service is not None else 0
    return service is not None and (after >= sentence.size or sentence.low[after] in sentence.rule_words.genitive)


def _is_share(sentence: Sentence, group: Group) -> bool:
    """As in "two-fifths of the dead were women": what some of them are; not "the bus was bringing schoolchildren"."""
    is_said = group.first > 0 and bool(sentence.mask[group.first - 1] & BE)
    is_said &= not sentence.low[group.first].endswith(sentence.rule_words.gerund_endings)
    return is_said and (group.is_child or group.is_woman)


def _meets_them(sentence: Sentence) -> bool:
    """As in "Troops were waiting for them": who was killed there is whom the sentence before names."""
    words, at = (
        sentence.rule_words,
        next((at for at, low in enumerate(sentence.low) if low in sentence.rule_words.met), -1),
    )
    return at > 0 and not words.them.isdisjoint(sentence.low[at + 1 : at + 1 + _MET])


def _are_several(sentence: Sentence, group: Group) -> bool:
    is_family = group.low == 1 and sentence.low[group.head] in sentence.rule_words.families
    return is_family or group.low not in _NOT_SEVERAL


def _whose_bodies(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Group | None:
    """As in "rebels killed a clerk and his son. Their bodies …": of those harmed last, not of who did it."""
    if not group.is_pronoun or group.last + 1 != event.at or event.entry.harm != "killed" or event.voice != "noun":
        return None
    known = [one for one in document.events if one.group is not None and one.group.low and not one.claim.is_background]
    known = [one for one in known if 0 < sentence.number - one.sentence <= _BACK and one.claim.stance in REPORTED]
    last = max((one.sentence for one in known), default=-1)
    near = [one for one in known if one.sentence == last]
    near = [one for one in near if one.claim.harm == "killed"] or near
    groups = [one.group for one in near if one.group is not None]
    if not groups:
        return None
    classes = {one.claim.victim for one in near} - {"unknown"}
    count = sum(one.low or 0 for one in groups)
    victim = classes.pop() if len(classes) == 1 else "unknown"
    found = replace(groups[0], low=count, high=count, kind="exact", victim=victim, is_counted=True)
    return found if count > 1 else None


def _referent(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Group | None:
    """The people whom a reference means, in its own sentence or in one of those before."""
    here = _referent_in(document, sentence, sentence, event, group)
    return here or _referent_before(document, sentence, event, group)


def _referent_before(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> Group | None:
    for back in spoken_of_before(sentence, _BACK):
        found = _referent_in(document, document.sentence(back), sentence, event, group)
        if found is not None:
            return found
    return None


def _referent_in(
    document: Document, other: Sentence, sentence: Sentence, event: HarmEvent, group: Group
) -> Group | None:
    """The people of a sentence whom a reference in this one or a later one means."""
    end = group.first if other is sentence else other.size
    is_all = event.entry.of_nobody or sentence.low[group.first] in sentence.rule_words.all_of_them
    is_all &= group.low is None
    people = other.groups if group.head >= 0 else joined_lists(other, other.groups)  # "the guards", or "them"
    named = [one for one in people if one.last < end and not one.is_guess]
    named = [one for one in named if one.last + 1 not in other.numeric]  # "call 555 0100"
    earlier = [one for one in named if one.head >= 0 or (is_all and one.is_bare and one.is_counted)]
    is_object = event.voice == "adjective" and sentence.low[group.first] in sentence.rule_words.them
    is_owner = other is not sentence and event.voice == "noun" and group.last + 1 == event.at  # "their bodies"
    if is_object or is_owner or (event.voice in _ACTIVE and group.first > event.at):
        earlier = objects_in(sentence, event, earlier) if other is sentence else without_agents(other, earlier)
    if other is sentence and _is_apposed(sentence, earlier, group):
        return earlier[-1]
    found = _named(sentence, group, other, earlier) if group.head >= 0 else _only(earlier, group, is_all=is_all)
    if found is None:
        return None
    said = _as_said(other, found)
    return replace(said, victim=of_vehicle_before(document, other, said)) if said.victim == "unknown" else said


def _as_said(sentence: Sentence, group: Group) -> Group:
    """As in "Two persons listed as rebels were shepherds. Both died": of the class that they are said to be."""
    if group.victim != "unknown":
        return group
    after = range(group.last + 1, min(sentence.size - 1, group.last + _PREDICATE))
    verb = next((at for at in after if sentence.mask[at] & BE), -1)
    return replace(group, victim=predicate_class(sentence, verb + 1)) if verb >= 0 else group


def _is_apposed(sentence: Sentence, earlier: list[Group], group: Group) -> bool:
    """As in "pulled forty passengers, all of them injured, from": the pronoun is of those right before its comma."""
    is_after = bool(earlier) and earlier[-1].is_counted and sentence.low[earlier[-1].last + 1] == ","
    return is_after and group.first == earlier[-1].last + 2 and (earlier[-1].low or 0) > 1


def _means_several_before(sentence: Sentence, group: Group) -> bool:
    """Whether a group is a pronoun for people, "both", or a plural with "the" and no number."""
    if group.is_pronoun:
        return (
            group.low != 0
            and sentence.low[group.first] not in sentence.rule_words.not_referring
            and (group.low or 2) > 1
        )
    return group.is_definite and group.head >= 0 and group.kind == "vague" and not group.is_counted


def _named(sentence: Sentence, group: Group, other: Sentence, earlier: list[Group]) -> Group | None:
    """The last people with a number and the same noun."""
    noun = sentence.low[group.head]
    for one in reversed(earlier):
        if other.low[one.head] == noun and one.is_counted and (one.low or 0) > 1 and not one.is_definite:
            return one
    return None


def _only(earlier: list[Group], group: Group, *, is_all: bool) -> Group | None:
    """The people of a sentence where it names only one group that a plural can mean."""
    several = [one for one in earlier if one.low is None or one.low > 1]
    if not several and group.low == group.high == _BOTH:
        return next((one for one in earlier if one.is_nobody), None)  # "neither corporal saw it; both died"
    if len(several) != 1 or (group.low == group.high and several[0].low != group.low and not is_all):
        return None
    return several[0]


def _joined(group: Group, found: Group, *, has_number: bool) -> Group:
    """A reference with the class and, if asked for, the number of the people whom it means."""
    victim = found.victim if group.victim == "unknown" else group.victim
    if not has_number or not found.is_counted or found.is_nobody:
        return replace(group, victim=victim)
    rules = (*group.rules, SAID_BEFORE)
    return replace(group, victim=victim, low=found.low, high=found.high, kind=found.kind, rules=rules)
