"""Of whom a number by itself is counted: "of the four constables, one died", "two of them", "the army (12 dead)".

The people stand in the same sentence, and the number takes their class; where they are animals or things, it counts
nobody. Runs right after the groups of a sentence are read, and asks only of numbers that no noun follows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import Group
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    BARRIER,
    BE,
    CONJUNCTION,
    DEFINITE,
    DETERMINER,
    HAVE,
    INDEFINITE,
    OTHERS,
    PREPOSITION,
    STRUCTURAL,
    THING,
)
from watcher.detect.words.whose import class_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.detect.words.annotations import HarmEvent, Quantity
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_OF_WHOM, _POSSESSIVE, _PART = ROLES["of_whom"], ROLES["possessives"], ROLES["part_openers"]
_PLURAL, _SUFFER = ROLES["plural_pronouns"], ROLES["suffer"]
_OPENS = DETERMINER | _POSSESSIVE
_SINGULAR_BE = ROLES["singular_be"]
_MANY = 12  # people: a third of so many is a share of them, not the third one
_FILLERS = ADVERB | DETERMINER
_SIGNS = frozenset({",", ";", ":", "(", "-", "–", "—"})
_NO_WHOLE = frozenset({0, 1})
_OF_ALL = frozenset({"adjective", "participle"})  # forms of harm that tell which people are meant: "the 24 dead"
_CLAUSE = 40  # words back from a number to the "of" that opens its clause
_NOUN = 7  # words from "of" to the noun of the whole: "of the more than twenty badly wounded men"
_FIRE = 4  # words from "under" to the fire
_HIT = 4  # words from "hit" to the mine
_BRACKET = 8  # words between an opening bracket and a number
_AIM = 4  # words before those who are fired at
_BESIDE = 4  # words between people and the number after them: "2 residents dead, 7"


def the_rest(sentence: Sentence, at: int, noun: int) -> Group | None:
    """As in "the rest fled with wounds", before a verb: not "the rest area", "the rest of the crew"."""
    words, verb = sentence.rule_words, noun + 1
    if sentence.low[noun] not in words.remaining or verb >= sentence.size or not sentence.is_word(verb):
        return None
    first = sentence.low[verb].partition(" ")[0]
    is_verb = sentence.mask[verb] & (BE | HAVE | _SUFFER) or sentence.is_harm(verb)
    if not (is_verb or first in words.past_verbs or first.endswith(words.participle_endings)):
        return None
    return Group(at, noun, 2, None, "vague", is_bare=True, is_other=True, rules=("others",))


def counts_some_of_them(sentence: Sentence, group: Group) -> bool:
    """As in "an unspecified number of them": as many of those spoken of, and not all of them."""
    last, after = sentence.low[group.last], group.last + 1
    is_of = group.kind == "vague" and last.endswith(sentence.rule_words.genitive_phrase_endings)
    return is_of and after < sentence.size and bool(sentence.mask[after] & _PLURAL)


def the_other(sentence: Sentence, first: int, last: int) -> Group | None:
    """As in "one was killed, the other badly wounded": one more of two; not of what did it: "the other a nurse"."""
    after = last + 1
    is_object = after + 1 < sentence.size and bool(sentence.mask[after] & INDEFINITE)
    if is_object and sentence.low[after + 1] not in sentence.lexicon.limbs:
        return None
    if sentence.low[last] not in sentence.rule_words.the_other:
        return None
    other = Group(first, last, 1, 1, "exact", is_definite=True, is_bare=True, is_counted=True, rules=("other",))
    other.is_other = True
    return other


def the_next(sentence: Sentence, first: int, last: int) -> Group | None:
    """As in "one man died at the scene, the second in hospital": after one person, one more in another place."""
    words, after = sentence.rule_words, last + 1
    if sentence.low[last] not in words.sequence_adjectives:
        return None
    if _follows_as_many(sentence, last):
        return Group(first, last, 1, 1, "exact", is_bare=True, is_counted=True, is_other=True, rules=("other",))
    is_place = after < sentence.size and bool(sentence.mask[after] & PREPOSITION)
    if not is_place or sentence.low[after] in words.genitive:
        return None
    if not any(_is_of_one(sentence, at) for at in range(first - 1)):
        return None
    group = Group(first, last, 1, 1, "exact", is_definite=True, is_bare=True, is_counted=True, rules=("other",))
    group.is_other = True
    return group


def _follows_as_many(sentence: Sentence, last: int) -> bool:
    """As in "two conscripts were killed, the third lost both legs": the next one after as many, before a verb."""
    ordinals, verb = sentence.rule_words.ordinals, last + 1
    if sentence.low[last] not in ordinals or verb >= sentence.size:
        return False
    is_verb = bool(sentence.mask[verb] & (BE | HAVE)) or sentence.is_harm(verb)
    many = ordinals.index(sentence.low[last]) + 1
    return is_verb and any(one.low == one.high == many > 1 and one.last < last for one in sentence.quantities.values())


def _is_of_one(sentence: Sentence, at: int) -> bool:
    """As in "one man", "the first constable", "one died": one person, by a number or an ordinal."""
    number, after = sentence.quantities.get(at), at + 1
    is_one = number is not None and number.low == number.high == 1
    is_first = sentence.low[at] in sentence.rule_words.sequence_adjectives
    people, harm = sentence.words[after].people, sentence.words[after].harm
    is_noun = people is not None and not sentence.words[after].is_plural
    return (is_one or is_first) and (is_noun or (is_one and harm is not None))


def count_of_wholes(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """The groups, each bare number with the class of those it is counted of; without the numbers of animals."""
    if ":" in sentence.present:
        groups = _counted_after(sentence, groups)
    bare = [one for one in groups if one.is_bare and one.is_counted and one.low and one.victim == "unknown"]
    if not bare:
        return groups
    left = groups
    for group in bare:
        if _is_of_things(sentence, groups, group):
            left = [one for one in left if one is not group]
            continue
        group.victim = _class_of_whole(sentence, groups, group)
        if sentence.low[group.first - 1] in sentence.rule_words.genitive:
            left = _as_team(sentence, left, group)
    return left


def _as_team(sentence: Sentence, groups: list[Group], people: Group) -> list[Group]:
    """The groups with "one squad of seven" as one group of seven."""
    team = next((one for one in groups if _is_team_of(sentence, one, people)), None)
    if team is None:
        return groups
    whole = replace(people, first=team.first, head=team.head, is_bare=False)
    return [whole if one is people else one for one in groups if one is not team]


def _is_team_of(sentence: Sentence, team: Group, group: Group) -> bool:
    """Whether somebody is no person but the team of those after its "of"."""
    is_team = team.is_guess and team.low == 1 and sentence.low[team.head] in sentence.rule_words.wholes
    return is_team and team.last + 2 == group.first


def _counted_after(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "Dead: police 4, army 2": in a list of figures each noun with the number that follows it."""
    found: list[Group] = []
    for group in groups:
        noun = found[-1] if found else None
        is_pair = noun is not None and noun.last + 1 == group.first and group.is_bare and group.is_counted
        if noun is None or not is_pair or noun.is_counted or not _is_item(sentence, noun.first, group.last + 1):
            found.append(_counted_side(sentence, group))
            continue
        found[-1] = replace(
            noun, last=group.last, low=group.low, high=group.high, kind=group.kind, is_counted=True, is_definite=False
        )
    return found


def _counted_side(sentence: Sentence, group: Group) -> Group:
    """As in "army 2" in such a list: the number with the class that the word before it names."""
    side = group.first - 1
    if not (group.is_bare and group.is_counted and side > 0) or not _is_item(sentence, side, group.last + 1):
        return group
    victim = class_at(sentence, side, sentence.rule_words.own_words)
    if victim is None or victim == "unknown":
        return group
    return replace(group, first=side, head=side, victim=victim, is_bare=False)


def _is_item(sentence: Sentence, first: int, end: int) -> bool:
    """Whether signs part the tokens from `first` to `end` from the rest of a list."""
    is_opened = first > 0 and (
        sentence.low[first - 1] in {":", ",", ";"} or bool(sentence.mask[first - 1] & CONJUNCTION)
    )
    is_ended = end >= sentence.size or sentence.low[end] in {",", ";", "."} or bool(sentence.mask[end] & CONJUNCTION)
    return is_opened and is_ended


def _class_of_whole(sentence: Sentence, groups: Sequence[Group], group: Group) -> Victim:
    whole = _after_of(sentence, groups, group) or _before_of_them(sentence, groups, group)
    if whole is None:
        opener = _opener(sentence, group.first)
        whole = _first_after(sentence, groups, opener, group.first) if opener >= 0 else None
    if whole is None:
        return _before_bracket(sentence, group) or _of_list(sentence, groups, group)
    return whole.victim


def _after_of(sentence: Sentence, groups: Sequence[Group], group: Group) -> Group | None:
    """As in "three of the eight wounded militants": the people after the "of" of a number."""
    of = group.last + 1
    if of + 1 >= sentence.size or sentence.low[of] not in sentence.rule_words.genitive:
        return None
    return next((one for one in groups if of < one.first <= of + 2 and one.head >= 0 and one.low != 1), None)


def _before_of_them(sentence: Sentence, groups: Sequence[Group], group: Group) -> Group | None:
    """As in "four conscripts walked out; two of them drowned": the nearest people before who are several."""
    if not any(sentence.mask[at] & _OF_WHOM for at in range(group.first, min(sentence.size, group.last + 2))):
        return None
    before = [one for one in groups if one.last < group.first and one.low not in _NO_WHOLE]
    if before and not _is_parted(sentence, before[-1].last + 1, group.first):
        return None  # "the police shot two of them": who does it is not whom they mean
    return before[-1] if before and before[-1].head >= 0 else None  # "police cornered them and four of them died"


def _is_parted(sentence: Sentence, low: int, high: int) -> bool:
    """Whether a sign, a joint or another clause parts a number from the people before it."""
    return any(sentence.low[at] in _SIGNS or sentence.mask[at] & (CONJUNCTION | BARRIER) for at in range(low, high))


def _opener(sentence: Sentence, first: int) -> int:
    """Where the "of" stands that opens the clause of a number: "Of the six pilots, two …"; -1 where none does."""
    words, lows = sentence.rule_words, sentence.low
    openers = words.genitive | words.membership | {";"}
    clause = range(first - 1, max(-1, first - _CLAUSE), -1)
    for at in [at for at in clause if lows[at] in openers or lows[at].rpartition(" ")[2] in words.genitive]:
        low = lows[at]
        if low == ";":
            return -1
        before = at - 1 - int(at > 0 and sentence.low[at - 1] in words.partitive_openers)
        is_first = before < 0 or sentence.low[before] in _SIGNS or bool(sentence.mask[before] & (CONJUNCTION | BARRIER))
        is_whole = at + 1 < first and (sentence.mask[at + 1] & _OPENS or at + 1 in sentence.quantities)
        if is_first and is_whole and (" " not in low or low in words.partitive_openers):
            return at
    return -1


def _first_after(sentence: Sentence, groups: Sequence[Group], opener: int, end: int) -> Group | None:
    """The people right after an opener, up to the next sign."""
    closing = next((at for at in range(opener, end) if sentence.low[at] in _SIGNS), end)
    return next((one for one in groups if opener < one.first < closing and one.head >= 0), None)


def _before_bracket(sentence: Sentence, group: Group) -> Victim | None:
    """As in "the army (12 dead, 30 wounded)": whom the word before the bracket names."""
    for at in range(group.first - 1, max(0, group.first - _BRACKET), -1):
        if sentence.low[at] == ")":
            return None
        if sentence.low[at] == "(":
            return class_at(sentence, at - 1, sentence.rule_words.own_words)
    return None


def _of_list(sentence: Sentence, groups: Sequence[Group], group: Group) -> Victim:
    """As in "2 residents dead, 7 wounded": people with their harm, and after a comma or "and" a number with its own."""
    joint, after = group.first - 1, group.last + 1
    is_joint = joint > 0 and (sentence.low[joint] in {",", "/"} or sentence.mask[joint] & CONJUNCTION)
    if not is_joint or not sentence.is_harm(joint - 1) or not sentence.is_harm(after):
        return "unknown"
    before = next((one for one in groups if one.last < joint <= one.last + _BESIDE and one.is_counted), None)
    if before is None or any(sentence.mask[at] & (BE | HAVE) for at in range(before.last, joint)):
        return "unknown"
    classes = {before.victim}  # of all who are listed: "a clerk and two policemen"
    first = before.first
    for one in reversed(groups):
        if one.last == first - 2 and one.head >= 0:
            classes.add(one.victim)
            first = one.first
    return "unknown" if len(classes) > 1 else before.victim


def is_share_of(sentence: Sentence, first: int) -> bool:
    """As in "most of the dead", "two in three of those killed", `first` being the article: some of them only."""
    words, of = sentence.rule_words, first - 1
    if of < 1 or sentence.low[of] not in words.genitive:
        return False
    is_ratio = of > 2 and sentence.low[of - 2] in words.ratio_openers
    return is_ratio or sentence.low[of - 1].rpartition(" ")[2] in words.fractions


def is_of_fraction(sentence: Sentence, group: Group, first: int) -> bool:
    """As in "two-thirds of the crew", "half the men": how many they are is not said. `first`: the group's first token.

    "Half of the 24 dead were women" says of all 24 that they died.
    """
    words, after = sentence.rule_words, group.last + 1
    harm = sentence.words[after].harm if after < sentence.size else None
    if group.is_counted and harm is not None and harm.form in _OF_ALL:
        return False
    if first and sentence.mask[first] & DEFINITE and sentence.low[first - 1] in words.fractions:
        return True
    return first > 1 and sentence.low[first - 1] in words.genitive and sentence.low[first - 2] in words.fractions


def opens_fraction(sentence: Sentence, at: int) -> bool:
    """As in "a third of the crew", where "a third" by itself is one more person."""
    words, after = sentence.rule_words, at + 1
    is_part = sentence.low[at].rpartition(" ")[2] in words.fractions
    return is_part and after < sentence.size and sentence.low[after] in words.genitive


def is_one_of(sentence: Sentence, at: int) -> bool:
    """As in "a second of the eleven men has died"; "a third of the nine were boys" is a fraction, by its verb."""
    words, of = sentence.rule_words, at + 1
    if of + 2 >= sentence.size or sentence.low[of] not in words.genitive:
        return False
    is_counted = bool(sentence.mask[of + 1] & _OPENS) and of + 2 in sentence.quantities
    if not (is_counted or sentence.words[of + 2].harm is not None):
        return False
    if not opens_fraction(sentence, at):
        return True
    whole = sentence.quantities.get(of + 2)
    if whole is not None and (whole.low or 0) >= _MANY:
        return False  # "a third of the 30 passengers was hurt"
    return bool(next((roles for roles in sentence.mask[of:] if roles & (BE | HAVE)), 0) & _SINGULAR_BE)


def class_before(sentence: Sentence, group: Group) -> Victim:
    """As in "nine villagers were on the bridge when it fell; four drowned": the people of the clause before a number.

    They are several and more than the number, and attack nobody.
    """
    begin = group.first - 1
    while begin > 0 and sentence.mask[begin] & _FILLERS:
        begin -= 1
    if begin < 1 or not _parts_clauses(sentence, begin):
        return "unknown"
    before = [one for one in sentence.groups if one.last < begin and one.head >= 0 and not one.is_guess]
    several = [one for one in before if one.low not in _NO_WHOLE]
    several = [one for one in several if not (one.first and sentence.mask[one.first - 1] & _PART)]  # "including two …"
    is_more = any(one.is_counted and (one.low or 0) < (group.low or 0) for one in several)
    said = sentence.low[:begin]
    if not several or is_more or last_attack(sentence, 0, begin) >= 0 or not sentence.rule_words.them.isdisjoint(said):
        return "unknown"  # "troops found them; one was dead"
    is_counted = all(one.is_counted and (one.low or 0) > (group.low or 0) for one in several)
    is_waiting = not sentence.mask[begin] & CONJUNCTION
    firsts = {one.first for one in several}
    classes = {one.victim for one in before if one in several or one.last + 2 in firsts}  # "a clerk and five guards"
    return classes.pop() if len(classes) == 1 and (is_counted or is_waiting) else "unknown"


def target_before(sentence: Sentence, event: HarmEvent, group: Group) -> Group | None:
    """As in "fired at officers, wounding one", "opened fire on shepherds, killing two": those who were aimed at."""
    words = sentence.rule_words
    if not group.is_bare or words.attacking.isdisjoint(sentence.present):
        return None
    known = [one for one in sentence.groups if one.head >= 0 and not one.is_guess and one.victim != "unknown"]
    before = [one for one in known if one.last < event.at and one.low != 1]
    aim = sentence.low[max(0, before[-1].first - _AIM) : before[-1].first] if before else []
    is_aimed_at = not (words.attacking.isdisjoint(aim) or words.target_openers.isdisjoint(aim))
    return before[-1] if is_aimed_at else None


def _parts_clauses(sentence: Sentence, at: int) -> bool:
    """As in "; four drowned", "when two fell": not after a label's colon, nor after "said that"."""
    low = sentence.low[at]
    if low == ":" or f" {low}".endswith(sentence.rule_words.content_clause_endings):
        return False
    return low in _SIGNS or bool(sentence.mask[at] & (CONJUNCTION | BARRIER))


def last_attack(sentence: Sentence, begin: int, end: int) -> int:
    """The last of some tokens that is an attack on others, or -1: those who attack are not the ones who were hit."""
    return next((at for at in range(end - 1, begin - 1, -1) if _attacks_at(sentence, at)), -1)


def _attacks_at(sentence: Sentence, at: int) -> bool:
    """Whether a word is an attack on others: not as in "was attacked", "came under fire", "fire was opened"."""
    if sentence.low[at] not in sentence.rule_words.attacking:
        return False
    is_active = not (at and sentence.mask[at - 1] & (BE | THING)) and not _is_governed_noun(sentence, at)
    if not is_active or sentence.mask[min(at + 1, sentence.size - 1)] & BE:
        return False
    return sentence.rule_words.obstacles.isdisjoint(sentence.low[at + 1 : at + 1 + _HIT])  # "the lorry hit a mine"


def _is_governed_noun(sentence: Sentence, at: int) -> bool:
    """As in "came under fire", "under heavy mortar fire": the noun of a preposition, over what describes it."""
    before = at - 1
    is_verb = sentence.low[at].endswith(sentence.rule_words.participle_endings)
    while not is_verb and before > max(0, at - _FIRE) and _may_describe(sentence, before):
        before -= 1
    return before >= 0 and bool(sentence.mask[before] & PREPOSITION)


def _may_describe(sentence: Sentence, at: int) -> bool:
    """Whether a word may stand between a preposition and its noun: "mortar" or "small-arms", nobody who attacks."""
    is_plain = sentence.is_word(at) and not sentence.mask[at] & (STRUCTURAL | ADVERB)
    return is_plain and sentence.words[at].people is None and not sentence.is_capital(at)


def _is_of_things(sentence: Sentence, groups: Sequence[Group], group: Group) -> bool:
    """As in "of the ten mules, three were killed", "two of the horses": the whole is no people."""
    after = group.last + 1
    of = after if after < sentence.size and sentence.low[after] in sentence.rule_words.genitive else -1
    opener = of if of >= 0 else _opener(sentence, group.first)
    if opener < 0:
        return False
    end = sentence.size if of >= 0 else group.first
    for at in range(opener + 1, min(end, opener + _NOUN)):
        if any(_is_people(one, at) for one in groups if one is not group):
            return False
        if sentence.mask[at] & THING and at > opener + 1:
            owner = sentence.low[at + 1] if at + 1 < sentence.size else ""
            return owner not in sentence.rule_words.possessive_marks  # "of the bus's 30 passengers"
        is_inner = sentence.mask[at] & _OPENS or any(
            one.first <= at <= one.last for one in sentence.quantities.values()
        )
        if not is_inner and (sentence.mask[at] & STRUCTURAL or sentence.low[at] in _SIGNS):
            is_herd = sentence.low[at] in sentence.rule_words.genitive  # "of the 40 head of cattle"
            return is_herd and at + 1 < sentence.size and bool(sentence.mask[at + 1] & THING)
    return False


def _is_people(group: Group, at: int) -> bool:
    """Whether a token stands in a group that the vocabulary knows as people."""
    return group.first <= at <= group.last and group.head >= 0 and not group.is_guess


def own_people(sentence: Sentence, at: int) -> int:
    """As in "two of our own", "four of theirs": the last token of those whose people they are, or -1."""
    low, last = sentence.low, at + 2
    if last >= sentence.size or low[at] not in sentence.rule_words.genitive or not sentence.mask[at + 1] & _POSSESSIVE:
        return -1
    return last if low[last] in sentence.rule_words.own_people else -1


def hands_of_ship(sentence: Sentence, quantity: Quantity) -> int:
    """As in "all 22 hands", "two of her hands" where a ship is named: the last token of those who sail in her, or -1.

    Who "lost two hands" or "both hands" lost no sailors.
    """
    words, low, at = sentence.rule_words, sentence.low, quantity.last + 1
    if low[quantity.first] in words.both:
        return -1
    is_of = at + 1 < sentence.size and low[at] in words.genitive and bool(sentence.mask[at + 1] & _POSSESSIVE)
    at += 2 * is_of
    if at >= sentence.size or low[at] not in words.hands:
        return -1
    is_limb = not is_of and quantity.first > 0 and low[quantity.first - 1] in words.losing
    crafts = (words.drowning, words.trade_craft, words.war_craft)
    return at if not is_limb and any(not craft.isdisjoint(sentence.present) for craft in crafts) else -1


def is_one_of_things(sentence: Sentence, at: int) -> bool:
    """As in "in the new one, nobody died": the word "one" for a thing; not "the second one", "in the town one died"."""
    words, before = sentence.rule_words, at - 1
    if before < 1 or sentence.low[before - 1] not in words.definite_articles or not sentence.is_word(before):
        return False
    if at + 1 < sentence.size and sentence.is_word(at + 1):
        return False
    known = sentence.words[before]
    is_plain = not (known.harm or known.people or sentence.mask[before] & (STRUCTURAL | OTHERS))
    return is_plain and sentence.low[before] not in words.sequence_adjectives
