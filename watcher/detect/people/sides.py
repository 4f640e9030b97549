"""Whose dead and wounded they are where no noun says it: own, friendly, government side, ours; the enemy's, theirs.

What decides is a word beside the noun of harm ("U.S. casualties"), the side named after it ("on the government side"),
the heading before a colon ("Enemy casualties: 14 killed") or who lost them ("the enemy lost 14 men").
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from watcher.detect.people.figure_labels import of_figures
from watcher.detect.people.partitives import last_attack
from watcher.detect.people.tellers import is_only_told_of
from watcher.detect.words.idioms import is_commemorating
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DETERMINER,
    HAVE,
    PREPOSITION,
    RELATIVE,
    Sentence,
)
from watcher.detect.words.whose import class_at, class_of_formation, is_civil_body, nearest_class, tells_what_follows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.model.claim import Victim


_SUFFER, _POSSESSIVE, _MOURNING = ROLES["suffer"], ROLES["possessives"], ROLES["mourning"]
_PRONOUN = ROLES["plural_pronouns"] | ROLES["singular_pronouns"] | ROLES["own_pronouns"]
_BESIDE = 4  # words before a noun of harm that can say whose it is
_SIDE = 4  # words that name a side
_AFTER = 8  # words between a harm and "on the government side"
_BEHIND = 7  # words from people left dead to where they were left
_CLAUSES = 3  # joints before people that a clause naming their side can begin after
_NUMBER = 3  # the last words before a number, one of which may be "at": "at about"
_JOINTS = CONJUNCTION | BARRIER | RELATIVE | ROLES["speech"]
_BEFORE = 160  # characters before "their losses" that say whose
_PRICE = 18  # words between "cost" and the last number of those whom it names
_FAR = 48  # words between a verb of losing and whom it takes
_LOSER = 6  # words between who lost somebody and the verb
_NO_DESCRIPTION = AUXILIARY | BARRIER | PREPOSITION | DETERMINER | ROLES["leave"] | _PRONOUN
_SIDES: frozenset[Victim] = frozenset({"military", "police", "combatant"})
_NOMINAL = frozenset({"noun", "toll", "lives"})
_STOPS = frozenset(".;:")


def side_of(sentence: Sentence, event: HarmEvent, own: frozenset[str]) -> Victim | None:
    """The class that the words around an event give its people, or None; `own` are words for the publisher's side."""
    group, left = event.group, sentence.rule_words.leaving  # "the enemy left 31 dead in front of our trenches"
    labelled = of_figures(sentence, event, own)
    if labelled is not None or (group is not None and is_only_told_of(sentence, event, group)):
        return labelled
    side = (
        _named(sentence, _beside(sentence, event), own)
        or _harmed_among(sentence, _right_before(sentence, event), own)
        or _of_teller(sentence, event, own)
        or _of_whole(sentence, group, own)
        or (_named(sentence, _before_only(sentence, group), own) if group is not None else None)
        or (lost_by_side(sentence, group, own) if group is not None and sentence.low[group.first - 1] in left else None)
        or _harmed_among(sentence, after := list(_named_after(sentence, event)), own)
        or class_of_formation(sentence, after)
        or (lost_by_side(sentence, group, own) if group is not None else None)
        or _named(sentence, _heading(sentence, event), own)
        or _of_their_losses(sentence, own)
        or _of_losing_subject(sentence, event, own)
        or _named(sentence, _who_reports(sentence, event), own)
        or (_borne_by_fighters(sentence, group, own) if group is not None else None)
    )
    return side or (_harmed_among(sentence, _cost(sentence, group), own) if group is not None else None)


def _of_whole(sentence: Sentence, group: Group | None, own: frozenset[str]) -> Victim | None:
    """As in "a third of the battalion", "nobody in the force": the class of those whom a number or pronoun is of."""
    if group is None or (group.head >= 0 and sentence.low[group.head] not in sentence.rule_words.bare_people):
        return None  # "no citizen of ours"
    return _harmed_among(sentence, _of_group(sentence, group), own) or _named(sentence, _of_body(sentence, group), own)


def _before_only(sentence: Sentence, group: Group) -> range:
    """As in "no fatalities on our side, only two lightly wounded": the words before the comma and the "only"."""
    only = group.first - 1
    is_only = group.is_bare and only > 1 and sentence.low[only] in sentence.rule_words.but_only
    if not is_only or sentence.low[only - 1] != ",":
        return range(0)
    sign = next((at for at in range(only, -1, -1) if sentence.low[at] in _STOPS), -1)
    return range(only - 2, sign, -1)


def _cost(sentence: Sentence, group: Group) -> Iterator[int]:
    """As in "cost the enemy over 90 killed", "cost the rebels six dead and the army two": who stands before the number.

    The words between the verb and the number, the nearest first.
    """
    for at in range(group.first - 1, max(-1, group.first - 1 - _PRICE), -1):
        if sentence.low[at] in sentence.rule_words.costing:
            yield from range(group.first - 1, at, -1)
            return
        if sentence.mask[at] & (BARRIER | RELATIVE | AUXILIARY) or sentence.low[at] in _STOPS:
            return


def _named(sentence: Sentence, tokens: Iterable[int], own: frozenset[str]) -> Victim | None:
    """The side that one of some tokens names; a noun names one as a plural: not "a private house"."""
    for at in tokens:
        side = None if _is_single_noun(sentence, at) else class_at(sentence, at, own)
        words, after = sentence.rule_words, sentence.low[at + 1 : at + 2]
        if sentence.low[at] in words.whose_own and not words.sideless.isdisjoint(after):
            continue  # "in our bulletin we gave the dead as six"
        if sentence.low[at] in words.whose_own and not words.countrymen.isdisjoint(after):
            continue  # "three of our nationals"
        is_civil = sentence.low[at] in words.whose_own or not words.side_nouns.isdisjoint(after)
        if side in _SIDES or (side == "civilian" and is_civil):
            return side  # "Three of our nurses", said by a hospital; "on the civilian side"
    return None


def _harmed_among(sentence: Sentence, tokens: Iterable[int], own: frozenset[str]) -> Victim | None:
    """As in "two hurt among the climbers", "the villagers lost nine": whoever they are, of a side or of none."""
    return nearest_class(sentence, (at for at in tokens if not _is_single_noun(sentence, at)), own)


def _is_single_noun(sentence: Sentence, at: int) -> bool:
    entry, after = sentence.words[at].people, at + 1
    if at > 0 and sentence.low[at - 1].startswith("'") and sentence.low[at] in sentence.rule_words.whose_own:
        return True  # "the militants' own radio"
    is_class = entry is None or entry.is_modifier or (sentence.words[at].is_plural and not entry.is_weak)
    if not is_class and after < sentence.size:  # "rebel losses", "on the rebel side"
        harm = sentence.words[after].harm
        is_class = sentence.low[after] in sentence.rule_words.side_nouns or (harm is not None and harm.form in _NOMINAL)
    words = sentence.rule_words
    parts = sentence.low[at].split(" ")
    is_class |= at > 0 and sentence.low[at - 1] in words.any_words  # "without injury to any soldier"
    return not is_class and words.enemy_words.isdisjoint(parts) and words.own_words.isdisjoint(parts)


def _beside(sentence: Sentence, event: HarmEvent) -> Iterator[int]:
    """The words of a phrase of harm ("own losses"), the adjectives before a noun of harm, the words of its group."""
    group, is_noun = event.group, event.entry.form in _NOMINAL
    if is_noun:
        yield event.at
    is_described = is_noun and not event.entry.is_found  # "the coast guard recovers bodies": whoever finds them
    for at in range(event.at - 1, max(-1, event.at - 1 - _BESIDE) if is_described else event.at - 1, -1):
        if sentence.low[at] in sentence.rule_words.possessive_marks:
            continue
        if _ends_description(sentence, at) or _is_verb_before(sentence, group, at):
            break
        yield at
    if group is not None and group.last > group.first and not group.is_name:
        yield from range(group.first, group.last + 1)


def _is_verb_before(sentence: Sentence, group: Group | None, at: int) -> bool:
    """As in "police investigate two deaths": what stands right before a number, and is no noun, is a verb."""
    is_next = group is not None and group.is_counted and at == group.first - 1 and sentence.is_word(at)
    return is_next and class_at(sentence, at, frozenset()) is None and not sentence.mask[at] & _MOURNING


def _right_before(sentence: Sentence, event: HarmEvent) -> range:
    """As in "the civilian death toll": the word before a noun of harm, which may name no side."""
    words, verb = sentence.rule_words, sentence.low[event.at].partition(" ")[0]
    is_verb = verb in words.reckoning or verb in words.toll_verbs or verb.endswith(words.participle_endings)
    is_described = event.entry.form in _NOMINAL and not (event.entry.is_found or event.entry.points_back or is_verb)
    return range(max(0, event.at - 1), event.at) if is_described else range(0)


def _ends_description(sentence: Sentence, at: int) -> bool:
    """Whether a word before a noun of harm describes it no more: as in "police found four bodies", a verb or number."""
    words, low = sentence.rule_words, sentence.low[at]
    is_verb = low in words.saying or low in words.getting or low in words.own_tellings
    is_verb |= low.endswith(words.participle_endings)
    return is_verb or bool(sentence.mask[at] & _NO_DESCRIPTION) or not sentence.is_word(at)


def _named_after(sentence: Sentence, event: HarmEvent) -> Iterator[int]:
    """As in "on the government side", "among our forces", "eight of the enemy": the words after such a preposition."""
    words = sentence.rule_words
    last = max(event.at, event.group.last if event.group is not None else -1)
    for at in range(last + 1, min(sentence.size, last + 1 + _AFTER)):
        if sentence.low[at] in _STOPS or sentence.mask[at] & (BARRIER | RELATIVE):
            return
        is_told = sentence.low[at] in words.report_participles  # "two injuries were recorded on our side"
        if sentence.words[at].harm is not None and not is_told and not _is_listed(sentence, at):
            return
        if sentence.low[at] in words.side_openers:
            if any(last < one.first < at <= one.last + 1 and one.is_counted for one in sentence.groups):
                return  # "one man has died and two of our officers were hurt"
            end = min(sentence.size, at + 1 + _SIDE)
            noun = next((one for one in range(at + 1, end) if sentence.low[one] in words.side_nouns), -1)
            is_side = noun >= 0
            if is_side and noun + 1 in sentence.quantities and sentence.low[at - 1] == ",":
                return  # "four were killed, on the rebel side nine"
            if is_side and sentence.low[noun + 1 : noun + 2] and sentence.low[noun + 1] in words.genitive:
                end = min(sentence.size, noun + 1 + _SIDE + 2)  # "on the side of the 88th Infantry Battalion"
            is_theirs = sentence.low[at] in words.membership or (sentence.low[at] in words.genitive and at == last + 1)
            is_theirs |= sentence.low[at + 1 : at + 2] != [] and sentence.low[at + 1] in words.any_words
            is_theirs |= _is_ours(sentence, at + 1)
            if is_side or is_theirs:
                yield from range(at + 1, end)
                return


def _is_ours(sentence: Sentence, at: int) -> bool:
    """As in "two of our own", "on our ships", "from our 3rd Platoon": not "on our roads", where anybody may die."""
    words = sentence.rule_words
    is_own = at < sentence.size and sentence.low[at] in words.whose_own
    if is_own and sentence.low[at - 2] in words.reckonings:
        return False  # "by the count of our scouts"
    return is_own and words.civic_places.isdisjoint(sentence.low[at + 1 : at + _SIDE])


def _of_teller(sentence: Sentence, event: HarmEvent, own: frozenset[str]) -> Victim | None:
    """As in "the brigade reports two dead and five wounded on their side": the side of whoever says so."""
    words = sentence.rule_words
    if words.side_nouns.isdisjoint(sentence.present):
        return None
    for at in range(event.last + 1, sentence.size - 1):
        if sentence.low[at] in _STOPS or sentence.mask[at] & (BARRIER | RELATIVE):
            return None
        is_side = sentence.mask[at] & _POSSESSIVE and sentence.low[at + 1] in words.side_nouns
        if is_side and sentence.low[at - 1] in words.side_openers:
            verb = next((one for one in range(event.first) if sentence.low[one] in words.telling_losses), 0)
            return _harmed_among(sentence, range(verb - 1, -1, -1), own) if verb else None
    return None


def _is_listed(sentence: Sentence, at: int) -> bool:
    """As in "no deaths, injuries or missing persons among the residents": one harm of a list that ends in "among"."""
    return sentence.low[at - 1] == "," or bool(sentence.mask[at - 1] & CONJUNCTION)


def _of_group(sentence: Sentence, group: Group) -> Iterator[int]:
    """As in "none of ours was hurt": the words after the "of" of a number."""
    after = group.last + 1
    if after < sentence.size and sentence.low[after] in sentence.rule_words.genitive:
        yield from range(after + 1, min(sentence.size, after + 1 + _SIDE))


def _of_body(sentence: Sentence, group: Group) -> Iterator[int]:
    """As in "nobody in the Kenyan-led force was hurt", "all in the platoon": the words after the "in" of a pronoun."""
    after = group.last + 1
    if group.is_pronoun and after < sentence.size and sentence.low[after] in sentence.rule_words.complements:
        yield from range(after + 1, min(sentence.size, after + 1 + _SIDE))


def _heading(sentence: Sentence, event: HarmEvent) -> Iterator[int]:
    """As in "Enemy casualties: 14 killed", "our casualties stood at two wounded", "on our side two were hurt"."""
    first = min(event.at, event.group.first if event.group is not None else event.at)
    colon = next((at for at in range(first - 1, -1, -1) if sentence.low[at] in {":", ";"}), -1)
    if colon >= 0 and sentence.low[colon] == ":":
        attack = last_attack(sentence, 1, colon)
        if attack > 0:  # "The enemy shelled the police post: two dead"
            yield from range(attack + 1, colon)
            return
        if _is_label(sentence, colon, event):
            yield from takewhile(lambda at: sentence.low[at] not in _STOPS, range(colon - 1, -1, -1))
        yield from _in_front(sentence, colon + 1, first)
    elif first and sentence.low[first - 1].endswith(":"):
        yield first - 1  # "Our own: two wounded"
    elif _amounts(sentence, colon + 1, first):
        yield from range(first - 1, colon, -1)
    else:
        yield from _in_front(sentence, colon + 1, first)


def _in_front(sentence: Sentence, begin: int, end: int) -> range:
    """As in "on our side two were hurt", "of ours two fell", "… while on the enemy side ten died"."""
    joints = (at for at in range(end - 1, begin, -1) if sentence.low[at] == "," or sentence.mask[at] & _JOINTS)
    openings = (_opening_side(sentence, at + 1, end) for at in (*islice(joints, _CLAUSES), begin - 1))
    return next((named for named in openings if named), range(0))


def _opening_side(sentence: Sentence, begin: int, end: int) -> range:
    """The words that name a side where a clause begins with them."""
    if begin >= end:
        return range(0)
    words, front = sentence.rule_words, range(begin + 1, min(end, begin + 1 + _LOSER))
    if sentence.low[begin] not in words.side_openers:
        return range(0)
    last = next((at for at in front if sentence.low[at] in words.side_nouns), -1)
    if 0 < last < end - 1 and sentence.low[last + 1] in words.genitive:
        return range(begin + 1, min(end, last + 1 + _SIDE))  # "on the side of the army two men died"
    if last < 0 and sentence.low[begin] in words.genitive | words.membership:
        last = next(
            (at for at in front if sentence.low[at] in words.enemy_words or sentence.mask[at] & _POSSESSIVE), -1
        )
    return range(begin + 1, last + 1)


def of_some_side(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "on our side one man fell", "the 58 men who fell at Carn Ridge": the verb asks whose people they are."""
    groups = _of_side(sentence, groups)
    if not is_commemorating(sentence):
        return groups
    return [replace(group, victim="military") if _is_open(group) else group for group in groups]


def _is_open(group: Group) -> bool:
    """Whether people are counted whose class no noun says: "58 men"."""
    return group.victim == "unknown" and group.is_counted and group.head >= 0


def _of_side(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "on our side one man fell": the people with the class of the side that opens their clause."""
    found = []
    for group in groups:
        signs = (at for at in range(group.first - 1, -1, -1) if sentence.low[at] in {":", ";"})
        front = _in_front(sentence, next(signs, -1) + 1, group.first)
        side = _named(sentence, front, sentence.rule_words.own_words) if group.victim == "unknown" else None
        side = side or (_of_owner(sentence, group) if group.victim == "unknown" else None)
        found.append(replace(group, victim=side) if side is not None else group)
    return found


def _of_owner(sentence: Sentence, group: Group) -> Victim | None:
    """As in "the regiment has seen 40 of its men fall", "60 of our comrades": the side that a possessive means."""
    if group.head < 1 or not sentence.mask[group.head - 1] & _POSSESSIVE:
        return None
    return _named(sentence, range(group.head - 1, max(-1, group.head - _FAR), -1), sentence.rule_words.own_words)


def _is_label(sentence: Sentence, colon: int, event: HarmEvent) -> bool:
    """As in "Enemy losses: 9 dead", "Soldiers: 2 dead, 3 hurt"; "Police: three dead in a crash" names who says so."""
    words, before = sentence.rule_words, sentence.low[:colon]
    if tells_what_follows(sentence, colon):
        return False
    if not words.we.isdisjoint(before) and words.losing.isdisjoint(before):
        return False  # "The number we gave was wrong: five people died"
    own = sentence.rule_words.own_words | sentence.rule_words.enemy_words | sentence.rule_words.side_nouns
    if any(
        sentence.words[at].harm is not None or not own.isdisjoint(sentence.low[at].split(" ")) for at in range(colon)
    ):
        return True
    if any(sentence.mask[at] & AUXILIARY for at in range(colon)):
        return False  # "A patrol has reached them: six are frostbitten"
    after = max(event.at, event.group.last if event.group is not None else 0) + 1
    return after >= sentence.size or not (sentence.is_word(after) and not sentence.mask[after] & CONJUNCTION)


def _amounts(sentence: Sentence, begin: int, end: int) -> bool:
    """As in "our casualties stood at two wounded": a harm, a verb of counting, and then the number."""
    words = sentence.rule_words
    last = end - 1 if end > begin and sentence.mask[end - 1] & BE else begin  # "enemy losses were nine dead"
    if not words.reckoned_at.isdisjoint(sentence.low[max(begin, end - _NUMBER) : end]):  # "puts rebel losses at 70"
        verb = next((at for at in range(begin, end) if sentence.low[at] in words.reckoning), end)
        if any(sentence.words[at].harm is not None for at in range(verb + 1, end)):
            return True
    until = min(end + 1, sentence.size)  # the number may begin with "did not exceed"
    verb = next((at for at in range(begin, until) if sentence.low[at] in words.amounting), last)
    return any(
        sentence.words[at].harm is not None or sentence.low[at] in words.side_pronouns or _is_own_bill(sentence, at)
        for at in range(begin, verb)
    )


def _is_own_bill(sentence: Sentence, at: int) -> bool:
    """As in "our toll", "the rebels' bill"; not "the price of the police raid", which others may pay."""
    words = sentence.rule_words
    is_owned = at > 0 and (sentence.low[at - 1] in words.owner_signs or bool(sentence.mask[at - 1] & _POSSESSIVE))
    return is_owned and sentence.low[at] in words.side_bills


def lost_by_side(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim | None:
    """As in "the enemy lost 14 men", "the rebels left three bodies behind": the subject of such a verb."""
    words = sentence.rule_words
    clause = max((at for at in range(group.first) if sentence.low[at] == ";"), default=-1)
    until = range(group.first - 1, max(clause, group.first - _FAR), -1)
    verb = next((at for at in until if _is_loss(sentence, at)), -1)
    between = range(verb, group.first)
    is_told = not words.evidence.isdisjoint(" ".join(sentence.low[verb : group.first]).split(" "))  # "have no reports"
    if verb <= 0 or is_told or any(sentence.mask[at] & (BARRIER | RELATIVE) for at in between):
        return None
    return _side_after_comma(sentence, verb, group, own) or _subject_of_loss(sentence, verb, group, own)


def _subject_of_loss(sentence: Sentence, verb: int, group: Group, own: frozenset[str]) -> Victim | None:
    """The side that the subject of a verb of losing names."""
    words = sentence.rule_words
    is_left = sentence.low[verb] in words.leaving
    if is_left and words.behind.isdisjoint(sentence.low[verb : group.last + _BEHIND]):
        return None
    subject = verb - 1
    entry = sentence.words[verb].harm
    if entry is not None and entry.form == "gerund":
        return _named(sentence, _subject(sentence, verb), own)  # "…, killing nine and losing two"
    while subject >= 0 and sentence.mask[subject] & (AUXILIARY | ADVERB):
        subject -= 1
    if sentence.low[subject] in words.clause_breaks or sentence.mask[subject] & CONJUNCTION:
        return _named(sentence, range(_first_verb(sentence, verb)), own)  # "… but admits eight wounded"
    if sentence.low[verb] in words.admitting and not words.wards.isdisjoint(sentence.low[: subject + 1]):
        return None  # "our clinic admitted 30 wounded"
    if subject > 1 and sentence.mask[subject] & RELATIVE:  # "the rebels, who left nine dead on the slope"
        subject -= 1 + int(sentence.low[subject - 1] == ",")
    elif is_left and sentence.low[subject] == ",":  # "the rebels fled, leaving nine dead behind"
        return _named(sentence, range(_first_verb(sentence, verb)), own)
    if sentence.low[subject] == ",":  # "the adversary, silenced by return fire, has five killed"
        opening = next((at for at in range(subject - 1, -1, -1) if sentence.low[at] == ","), 1)
        subject = opening - 1
    first = next((at for at in range(subject, -1, -1) if _ends_subject(sentence, at)), -1) + 1
    losers = range(subject, max(first, subject - _LOSER) - 1, -1)
    is_civil = any(is_civil_body(sentence, at) for at in losers)  # "the charity lost three of its staff"
    return _named(sentence, losers, own) or ("civilian" if is_civil else None)


def _side_after_comma(sentence: Sentence, verb: int, group: Group, own: frozenset[str]) -> Victim | None:
    """As in "our troops had no losses, the enemy five dead": the side that stands between a comma and the number."""
    comma = next((at for at in range(group.first - 1, verb, -1) if sentence.low[at] == ","), group.first)
    return _named(sentence, range(comma + 1, group.first), own) if group.first - comma <= _SIDE else None


def _who_reports(sentence: Sentence, event: HarmEvent) -> range:
    """As in "the battalion reports the loss of three men": an army that speaks of a loss speaks of its own."""
    words, verb, noun = sentence.rule_words, event.at - 2, sentence.low[event.at].partition(" ")[0]
    if (
        noun not in words.losing_nouns
        or verb < 1
        or not sentence.mask[verb + 1] & DETERMINER
        or sentence.low[verb] not in words.affirming
    ):
        return range(0)
    return range(verb - 1, -1, -1)


def _of_their_losses(sentence: Sentence, own: frozenset[str]) -> Victim | None:
    """As in "Their losses: five dead": of the side that the words before the sentence name last, else the enemy's."""
    words = sentence.rule_words
    opener, _, noun = sentence.low[0].partition(" ")
    harm = sentence.words[0 if noun else 1].harm if opener in words.theirs and sentence.size > 1 else None
    if harm is None or harm.is_found:
        return None  # not "their bodies were found"
    before = sentence.text[max(0, sentence.begin - _BEFORE) : sentence.begin]
    earlier = Sentence(before, 0, len(before), sentence.lexicon)
    return _named(earlier, range(earlier.size - 1, -1, -1), own) or "combatant"


def _of_losing_subject(sentence: Sentence, event: HarmEvent, own: frozenset[str]) -> Victim | None:
    """As in "the patrol killed three insurgents for the loss of one man": of those who did what is told before."""
    group, words = event.group, sentence.rule_words
    is_loss = sentence.low[event.at].partition(" ")[0] in words.losing_nouns
    is_loss |= (
        group is not None and group.first > 1 and sentence.low[group.first - 2] in words.prices
    )  # "at the cost of nine dead"
    if not is_loss or group is None or group.is_nobody:
        return None
    first = next((at for at in sentence.harms if at < event.at), 0)
    return _named(sentence, range(first), own)


def _borne_by_fighters(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim | None:
    """As in "the rebels had to carry off five wounded", "they fled with two dead": fighters bear away their own."""
    if sentence.rule_words.bearing.isdisjoint(sentence.present):
        return None
    verb = next((at for at in range(group.first - 1, 0, -1) if sentence.low[at] in sentence.rule_words.bearing), -1)
    if verb < 0 or any(sentence.mask[at] & (BARRIER | RELATIVE) for at in range(verb, group.first)):
        return None
    first = next((at for at in range(verb - 1, -1, -1) if _ends_subject(sentence, at)), -1) + 1
    side = _named(sentence, range(verb - 1, first - 1, -1), own)
    if side is None and sentence.mask[verb - 1] & CONJUNCTION:
        side = _named(sentence, range(_first_verb(sentence, verb)), own)  # "left two and carried off five"
    return side if side == "combatant" else None


def _subject(sentence: Sentence, end: int) -> range:
    """A sentence's subject, backwards where a place stands before it: "in the Chad area our forces killed nine"."""
    if sentence.mask[0] & PREPOSITION and sentence.harms and sentence.harms[0] <= end:
        return range(sentence.harms[0] - 1, -1, -1)
    return range(_first_verb(sentence, end))


def _first_verb(sentence: Sentence, end: int) -> int:
    """The end of a sentence's subject: its first words up to a verb, a comma or a preposition."""
    is_end = AUXILIARY | PREPOSITION
    return next((at for at in range(end) if sentence.mask[at] & is_end or sentence.low[at] == "," or at > _LOSER), end)


def _is_loss(sentence: Sentence, at: int) -> bool:
    """As in "the enemy lost 14 men", "took no losses", and right before a number "the rebels had three killed"."""
    low, words = sentence.low[at], sentence.rule_words
    number = sentence.quantities.get(at + 1)
    is_had = number is not None and bool(sentence.mask[at] & HAVE or low in words.admitting)
    is_had |= number is not None and number.high == 0 and low in words.sustaining  # "took no casualties"
    if low in words.taking_in and at + 1 in sentence.quantities:
        return False  # "received 19 wounded"
    return is_had or low in words.losing or low in words.leaving or bool(sentence.mask[at] & _SUFFER)


def _ends_subject(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] in {",", *_STOPS} or bool(sentence.mask[at] & (BARRIER | RELATIVE))
