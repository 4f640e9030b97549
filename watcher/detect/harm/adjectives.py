"""Harm stated by adjectives: "12 dead", "left five people dead", "three are missing", "the dead"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.bare_participles import is_rumoured
from watcher.detect.harm.left_behind import left_behind
from watcher.detect.people.name_groups import name_left
from watcher.detect.words.ages import before_inserted_age
from watcher.detect.words.annotations import AMONG, HarmEvent, is_vague_solemn, people_of_harm
from watcher.detect.words.idioms import has_context
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BE,
    DEFINITE,
    DETERMINER,
    HAVE,
    MODAL,
    PREPOSITION,
    STRUCTURAL,
    THING,
)

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_JOINTS = frozenset(";:,")
_AMONG = 4  # words between "among" and the harm of all of them
_DEEMED = 8  # words between "regards" and "as"
_LEAVE, _PLURAL, _NEGATOR = ROLES["leave"], ROLES["plural_pronouns"], ROLES["negators"]
_PART, _SINGULAR_BE = ROLES["part_openers"], ROLES["singular_be"]


def adjective_groups(clauses: Clauses, at: int, entry: HarmWords) -> list[Group]:
    """As in "12 dead", "left five people dead", "three are missing", "the dead"."""
    sentence = clauses.sentence
    left = clauses.skip_left(at - 1)
    if left > 0 and sentence.low[left] in sentence.rule_words.estimates:
        left = clauses.skip_left(left - 1)
    left = before_inserted_age(sentence, _over_deeming(clauses, left))
    following = at + 1
    listed = _listed_after(clauses, left, following) if not entry.is_state else []
    if listed:
        return listed
    if following < sentence.size and sentence.mask[following] & BE and (left < 0 or left not in clauses.by_last):
        inverted = [group for group in clauses.object_at(following + 1) if group.is_counted or group.head >= 0]
        if inverted and (left < 0 or entry.harm == "missing"):
            return [group for group in inverted if not group.is_guess]
    if left < 0 or _modifies_noun(clauses, at):
        return []
    return left_behind(clauses, at) or _before(clauses, left, at, entry)


def _before(clauses: Clauses, left: int, at: int, entry: HarmWords) -> list[Group]:
    """The people before an adjective, `left` being the last token before it that is no adverb."""
    sentence = clauses.sentence
    near = clauses.by_last.get(left) or _named_before(clauses, left)
    if near is None or not near.is_counted:
        near = _counted_before(clauses, left, near)
    if near is not None:
        is_vague = near.is_guess and not near.is_counted
        is_left = entry.harm == "killed" and not entry.needs_people and _is_left_dead(clauses, near)
        return [] if is_vague and not is_left else _left_together(clauses, near, at)
    if sentence.mask[left] & BE or sentence.low[left] in sentence.rule_words.lying:
        groups = clauses.subject_of(clauses.first_auxiliary(left, BE | HAVE | MODAL), is_person=True)
        return [group for group in groups if not group.is_guess or entry.harm == "killed" or _is_one(sentence, group)]
    if is_without_word_of(sentence, left):
        return [people_of_harm(entry, at, at)]
    return _after_comma(clauses, left, at, entry) or _the_dead(clauses, left, at, entry)


def told_of(clauses: Clauses, at: int) -> list[Group]:
    """As in "word of dead villagers has not been confirmed": people without a number, of whom a rumour tells."""
    told = clauses.by_first.get(at + 1)
    is_open = told is not None and told.kind == "vague" and not told.is_definite and at > 0
    return [told] if told is not None and is_open and is_rumoured(clauses.sentence, at - 1) else []


def fronted_patients(clauses: Clauses, at: int, entry: HarmWords) -> list[Group]:
    """As in "for one of them the wound proved fatal": those for whom it did, before the wound and its verb."""
    if (
        entry.harm != "killed"
        or not entry.needs_people
        or clauses.sentence.rule_words.patients_for.isdisjoint(clauses.sentence.present)
    ):
        return []
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    for group in clauses.groups:
        between = range(group.last + 1, at)
        is_for = group.first > 0 and group.last < at and sentence.low[group.first - 1] in words.patients_for
        is_wound = any(low in words.deadly_things for low in sentence.low[between.start : between.stop])
        is_known = group.is_counted or (entry.of_fronted and group.low == 1 and group.head >= 0 and not group.is_guess)
        is_parted = not _JOINTS.isdisjoint(sentence.low[between.start : between.stop]) and not entry.of_fronted
        if is_for and is_wound and is_known and not is_parted:
            return [group]
    return []


def _is_one(sentence: Sentence, group: Group) -> bool:
    """As in "nine of them are missing", "the seventh is missing": counted, or one of those counted before."""
    if group.is_counted:
        return True
    return any(one.rpartition(" ")[2] == sentence.low[group.last] for one in sentence.rule_words.ordinal_people)


def _named_before(clauses: Clauses, left: int) -> Group | None:
    """As in "shot Constable Rao dead": somebody with a rank or a trade, before the name that ends at a token."""
    sentence, first = clauses.sentence, left
    while first > 0 and sentence.is_word(first) and sentence.is_capital(first) and first not in clauses.by_last:
        first -= 1
    group = clauses.by_last.get(first) if first < left else None
    return group if group is not None and group.low == 1 and not group.is_guess else None


def _listed_after(clauses: Clauses, left: int, at: int) -> list[Group]:
    """As in "Dead: 12 soldiers", "Dead - 12 soldiers"; not "left two dead - police", where they say so."""
    low = clauses.sentence.low[at : at + 1]
    is_label = low == [":"] or (low in (["-"], ["–"]) and left not in clauses.by_last)
    if not is_label or at + 1 not in clauses.by_first or _is_said_before(clauses, left):
        return []
    listed = [group for group in clauses.object_at(at + 1) if group.is_counted or group.head >= 0]
    return listed or [clauses.by_first[at + 1]]


def _is_said_before(clauses: Clauses, left: int) -> bool:
    """As in "14 dead: three of the wounded died at noon", "fourteen are dead: …": how many there are is said before."""
    near = clauses.by_last.get(left)
    return (near is not None and near.is_counted) or (left > 0 and bool(clauses.sentence.mask[left] & BE))


def _over_deeming(clauses: Clauses, left: int) -> int:
    """As in "regards the seven as dead", "lists two as missing", "are considered as dead": what the "as" is said of."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if left > 0 and sentence.low[left] in words.deeming and sentence.mask[left - 1] & BE:
        return left - 1  # "sixteen are considered missing"
    if left < 1 or sentence.low[left] not in words.capacity:
        return left
    near = sentence.low[max(0, left - _DEEMED) : left]
    if words.deeming.isdisjoint(near):
        return clauses.skip_left(left - 1) if not words.listing.isdisjoint(near) else left
    before = clauses.skip_left(left - 1)
    return clauses.skip_left(before - 1) if before >= 0 and sentence.low[before] in words.deeming else before


def _left_together(clauses: Clauses, near: Group, at: int) -> list[Group]:
    """As in "left four residents and two soldiers dead": the whole list that the verb opens, else the nearest.

    A headline opens with it: "2 policemen, 3 shoppers dead".
    """
    members = clauses.joined_left(near, at)
    opener = min(member.first for member in members) - 1
    if opener >= 0 and clauses.sentence.mask[opener] & _LEAVE:
        return members
    is_opening = opener < 0 or not clauses.sentence.is_word(opener)
    is_list = all(one.head >= 0 and not (one.is_guess or one.is_definite) and one.low for one in members)
    return members if is_opening and is_list else [near]


def _counted_before(clauses: Clauses, left: int, near: Group | None) -> Group | None:
    """As in "three rangers of the army dead": the number before the nearest people's or place's "of"."""
    before = clauses.by_last.get(near.first - 1) if near is not None and near.is_pronoun else None
    if before is not None and before.is_counted and near is not None:
        return replace(before, last=near.last)  # "left dozens of them dead"
    is_governed = clauses.sentence.mask[left] & PREPOSITION  # "two sailors, from missing to dead"
    people = clauses.people_before(left) if not is_governed else None
    return people if people is not None and people.is_counted and people.head >= 0 else near


def is_without_word_of(sentence: Sentence, left: int) -> bool:
    """As in "no word of dead, wounded or missing", `left` being the token before the harm."""
    if left < 0:
        return False
    words = sentence.rule_words
    if any(cue.role in {"absence", "no_evidence"} for cue in sentence.words[left].cues):
        return sentence.low[left].endswith(words.genitive_phrase_endings)
    left -= int(left > 0 and sentence.low[left] in words.any_words)
    return (
        left > 1
        and sentence.low[left] in words.genitive
        and bool(sentence.low[left - 1] in words.evidence and sentence.mask[left - 2] & _NEGATOR)
    )


def _after_comma(clauses: Clauses, left: int, at: int, entry: HarmWords) -> list[Group]:
    """As in "Able Seaman Ana Roe, missing since Friday", "another, in an injured condition, was arrested"."""
    is_inserted = entry.is_state and clauses.sentence.low[at + 1 : at + 2] == [","]
    if not (entry.harm == "missing" or is_inserted) or left < 1 or clauses.sentence.low[left] != ",":
        return []
    name = clauses.by_last.get(left - 1) or name_left(clauses.sentence, left - 1, is_owner=True)
    is_somebody = name is not None and not name.is_guess and not name.is_bare  # not "wounded 5, missing none"
    return [name] if name is not None and is_somebody else []


def _the_dead(clauses: Clauses, left: int, at: int, entry: HarmWords) -> list[Group]:
    """As in "the dead were two teachers", or "the dead" alone, which gives no number."""
    sentence, following = clauses.sentence, at + 1
    if not sentence.mask[left] & (DEFINITE | _PLURAL) or entry.harm == "casualty":
        return []
    is_part = (
        left > 0 and sentence.low[left - 1] in sentence.rule_words.genitive
    )  # "two in three of the dead were girls"
    is_named = following < sentence.size and sentence.mask[following] & (BE | _PART)
    if not is_part and is_named:
        named = [group for group in _who_they_were(clauses, following + 1) if not group.is_guess]
        if sentence.mask[following] & _SINGULAR_BE:
            named = [group for group in named if not group.is_bare]  # "the deceased was 34"
        if left > 0 and sentence.low[left - 1] in sentence.rule_words.membership:  # "among the dead are two boys"
            named = [replace(group, rules=(*group.rules, AMONG)) for group in named]
        if named:
            return named
    return [people_of_harm(entry, left, at)]


def _who_they_were(clauses: Clauses, at: int) -> list[Group]:
    """The people after "the dead were"; of "not soldiers but police" the second."""
    sentence, named = clauses.sentence, clauses.object_at(at)
    if not named or not any(sentence.mask[one] & _NEGATOR for one in range(at, named[0].first)):
        return named
    but = named[-1].last + 1
    is_but = but < sentence.size and sentence.low[but] in sentence.rule_words.excepting
    return clauses.object_at(but + 1) if is_but else []


def _is_left_dead(clauses: Clauses, group: Group) -> bool:
    """As in "left five people dead"."""
    return group.first > 0 and bool(clauses.sentence.mask[group.first - 1] & _LEAVE)


def _modifies_noun(clauses: Clauses, at: int) -> bool:
    """As in "dead reckoning", "missing equipment": a noun follows that is no person."""
    sentence, following = clauses.sentence, at + 1
    if following >= sentence.size or not sentence.is_word(following):
        return False
    if sentence.words[following].harm and following + 1 < sentence.size and sentence.mask[following + 1] & THING:
        return True  # "14 dead smoke alarms"
    if (
        sentence.mask[following] & (STRUCTURAL | ADVERB)
        or sentence.words[following].harm
        or following in clauses.by_first
    ):
        return False
    low, words = sentence.low[following], sentence.rule_words
    if sentence.words[following].cues or low in words.report_participles or low in words.changing:
        return False  # "the toll of 14 dead rose", "the twelve dead given by the council"
    if low in words.holding_good and _closes(sentence, following + 1):
        return False  # "our figure of eight dead stands"
    if low.endswith(words.act_endings) and any(
        roles & (DETERMINER | PREPOSITION) for roles in sentence.mask[following + 1 : following + 2]
    ):
        return False  # "200 dead doing the rounds"
    if low.partition(" ")[0].endswith(words.participle_endings):
        return False  # "104 rescued and 78 dead recovered", "reports of nine dead turned out to be true"
    return low not in words.place_adverbs and not low.endswith(words.adverb_endings)


def _closes(sentence: Sentence, at: int) -> bool:
    """Whether no noun stands at a token: the end, a sign, a preposition or a conjunction."""
    return at >= sentence.size or not sentence.is_word(at) or bool(sentence.mask[at] & STRUCTURAL)


def counted_among(clauses: Clauses, at: int) -> list[Group]:
    """As in "no troops were among the injured", "two marines are among those killed": the subject of the verb."""
    sentence, opener = clauses.sentence, at - 1
    if sentence.mask[opener] & AUXILIARY:
        return []  # "were killed": most of all
    while opener > 0 and (clauses.is_adverb(opener) or sentence.mask[opener] & DEFINITE) and opener > at - _AMONG:
        opener -= 1
    if opener < 1 or sentence.low[opener].partition(" ")[0] not in sentence.rule_words.membership:
        return []
    verb = clauses.skip_left(opener - 1)
    if verb in clauses.by_last:
        return _listed_among(clauses, verb, opener, at)
    if (
        verb < 1
        or not sentence.mask[verb] & BE
        or (opener == at - 1 and sentence.low[opener] in sentence.rule_words.membership)
    ):
        return []
    groups = clauses.subject_of(clauses.first_auxiliary(verb, AUXILIARY), is_person=True)
    return [replace(group, rules=(*group.rules, AMONG)) for group in groups if not group.is_guess]


def _listed_among(clauses: Clauses, last: int, opener: int, at: int) -> list[Group]:
    """As in "counts eight civilians and three policemen among the injured", "there were two boys among the dead".

    A headline says so without a verb: "Bomb kills six; two police among dead".
    """
    members = clauses.joined_left(clauses.by_last[last], opener)
    verb = min(member.first for member in members) - 1
    if any(not member.is_counted or member.is_guess for member in members):
        return []
    if verb < 0 or clauses.sentence.low[verb] in _JOINTS:
        is_end = at + 1 == clauses.sentence.size or not clauses.sentence.is_word(at + 1)
        return members if is_end else []
    words, low = clauses.sentence.rule_words, clauses.sentence.low[verb]
    is_listing = low in words.reckoning or low in words.recount_openers
    return members if is_listing or clauses.sentence.mask[verb] & (BE | HAVE) else []


def attributes(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "two wounded soldiers": the harm stands inside the group."""
    found = []
    for group in clauses.groups:
        entry = clauses.sentence.words[group.attribute].harm if group.attribute >= 0 else None
        if entry is None or not has_context(clauses.sentence, group.attribute, entry):
            continue
        is_said = any(event.group is group and _says_as_much(event.entry, entry) for event in events)
        if is_said or is_vague_solemn(entry, group):
            continue
        rules = [entry.name, "attribute", *group.rules]
        found.append(HarmEvent(entry, group.attribute, group, group.first, group.last, "attribute", rules=rules))
    return found


def _says_as_much(verb: HarmWords, attribute: HarmWords) -> bool:
    """As in "a wounded policeman died", "the missing sailor was found dead": the verb's harm is the last one."""
    is_past = attribute.harm in {"captured", "missing"} or (attribute.harm == "injured" and verb.harm == "killed")
    return is_past or verb.harm == attribute.harm


def is_to_be_named(clauses: Clauses, at: int) -> bool:
    """As in "the fallen will be named after their families are told", "the name of the fallen soldier is withheld"."""
    sentence, names = clauses.sentence, clauses.sentence.rule_words.disclosed_names
    later = [one for one in range(at + 1, sentence.size) if sentence.low[one].partition(" ")[0] in names]
    return any(_is_to_come(sentence, one) for one in later) and not _modifies_noun(clauses, at)


def _is_to_come(sentence: Sentence, verb: int) -> bool:
    if not sentence.mask[verb - 1] & BE:
        return False
    return sentence.low[verb] in sentence.rule_words.withheld_names or bool(sentence.mask[verb - 2] & MODAL)


def newly_fallen(clauses: Clauses, at: int, entry: HarmWords) -> HarmEvent:
    """Those whose names are still to come: they died now, and are remembered by no solemn word alone."""
    holding = (group for group in clauses.groups if group.first <= at + 1 and at <= group.last)
    group = next(holding, None) or people_of_harm(entry, at, at)
    plain = replace(entry, is_solemn=False, needs_count=False, needs_people=False, form="adjective")
    return HarmEvent(plain, at, group, min(at, group.first), max(at, group.last), "passive", rules=[entry.name])
