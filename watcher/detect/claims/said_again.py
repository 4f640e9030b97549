"""What a text says again: a denial, the dead of a ceremony, background; and what only looks as if it were said again.

The same number of the same harm is no repetition where each sentence dates it to a day of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.claims.accident_fields import AccidentFields
from watcher.detect.people.openings import is_elsewhere
from watcher.detect.people.partitives import last_attack
from watcher.detect.people.victims import may_be_same
from watcher.detect.words.annotations import SAME_VERB, SHARE
from watcher.detect.words.lexicon import ROLES, either, once_per_vocabulary
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_PART = ROLES["part_openers"]
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}\b")
_BACK = 3  # sentences that a reference to background reaches back
_FINITE = frozenset({"passive", "intransitive"})
_DONE_TO = frozenset({"active", "gerund"})
_CIVIL, _FORCES = frozenset({"civilian", "official"}), frozenset({"police", "military"})
_NEXT = 2  # sentences between two denials of one thing


def is_reference(one: HarmEvent) -> bool:
    """As in "the two insurgents", "he", "those": people already spoken of."""
    group = one.group
    return group is None or (group.is_definite and not group.is_other)


def say_once(document: Document, found: list[HarmEvent]) -> None:
    """Find what is said again of background, of the dead of a ceremony, of a relative and of nobody."""
    keep_in_background(found)
    remember_once(found)
    if found[-1].sentence:
        tell_kin_once(document, found)
    deny_once(found)


def keep_in_background(found: list[HarmEvent]) -> None:
    """As in "linked to the murder of a farmer … The murdered man": who points back to background is background."""
    latest: dict[str, HarmEvent] = {}
    for one in found:
        claim = one.claim
        if claim.stance not in REPORTED:
            continue
        last = latest.get(claim.harm)
        if claim.is_background:
            latest[claim.harm] = one
        elif last is not None and (_points_to(one, last) or _is_share(one, last)):
            one.claim = replace(claim, is_background=True, rules=(*claim.rules, "said in background"))
        else:
            latest.pop(claim.harm, None)


def remember_once(found: list[HarmEvent]) -> None:
    """As in "five officers were murdered … The five officers will be buried on Friday": no other five."""
    said = [one for one in found if one.claim.stance in REPORTED and not one.claim.is_background]
    for one in found:
        group = one.group
        if one.claim.stance != "historical" or group is None or not group.is_definite or not group.is_counted:
            continue
        same = next((other for other in said if _is_same_count(other, one)), None)
        if same is not None:
            one.part_of, one.repeats = same, True


def tell_kin_once(document: Document, found: list[HarmEvent]) -> None:
    """As in "killed two rebels, Omar and his wife. Omar and his wife were shot dead": no other wife."""
    for one in [one for one in found if one.sentence and one.part_of is None and one.claim.stance in REPORTED]:
        kin = _kin_told(document, one)
        if kin is None:
            continue
        for total in found:
            is_before = 0 < one.sentence - total.sentence <= _BACK and total.claim.harm == one.claim.harm
            is_whole = (total.claim.count_min or 0) > 1 and (one.claim.count_min or 0) <= (total.claim.count_min or 0)
            if is_before and is_whole and total.claim.stance in REPORTED and kin in _pairs(document, total.sentence):
                one.part_of, one.repeats = total, True
                break


def _kin_told(document: Document, one: HarmEvent) -> tuple[str, str] | None:
    """The words for somebody's relative in a group: "his wife"."""
    group, sentence = one.group, document.sentence(one.sentence)
    if group is None or group.head < 0:
        return None
    kin, owners = sentence.rule_words.kin, sentence.rule_words.singular_possessives
    pairs = pairwise(sentence.low[group.first : group.last + 1])
    return next((pair for pair in pairs if pair[0] in owners and pair[1] in kin), None)


def _pairs(document: Document, number: int) -> set[tuple[str, str]]:
    low = document.sentence(number).low
    return set(pairwise(low))


def deny_once(found: list[HarmEvent]) -> None:
    """As in "NO INJURIES IN FIRE. Nobody was hurt", "stories of a massacre are false. Not one villager died"."""
    denied = [one for one in found if one.claim.stance == "denied" and not one.claim.is_background]
    nobody: dict[tuple[str, str], HarmEvent] = {}
    for one in denied:
        if one.claim.is_of_nobody and one.part_of is None and not one.is_cell:
            first = nobody.setdefault((one.claim.harm, one.claim.victim), one)
            if first is not one and first.sentence != one.sentence:
                one.part_of, one.repeats = first, True
    for one in denied:
        same = next((first for (harm, _), first in nobody.items() if harm == one.claim.harm), None)
        is_open = one.claim.bounds == (None, None) and one.voice != "verdict" and one.part_of is None
        if is_open and same is not None and abs(same.sentence - one.sentence) <= _NEXT:
            one.part_of, one.repeats = same, True


def _is_same_count(other: HarmEvent, one: HarmEvent) -> bool:
    is_before = other.claim.start < one.claim.start
    return is_before and other.claim.harm == one.claim.harm and other.claim.bounds == one.claim.bounds


def _points_to(one: HarmEvent, last: HarmEvent) -> bool:
    is_near = 0 < one.sentence - last.sentence <= _BACK
    return is_near and is_reference(one) and one.group is not None and one.claim.bounds == last.claim.bounds


def _is_share(one: HarmEvent, last: HarmEvent) -> bool:
    """As in "There were 61 deaths at work last year. 23 of the deaths were caused by falls.": some of those."""
    is_near = 0 < one.sentence - last.sentence <= _BACK
    return is_near and one.group is not None and SHARE in one.group.rules


def _is_of_attackers(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "Nine died when rebels attacked the bus. Two of the rebels were shot": who attacked is none of those."""
    if one.claim.victim != "combatant" or total.claim.victim == "combatant" or one.sentence <= total.sentence:
        return False
    sentence = document.sentence(total.sentence)
    doers = [group for group in sentence.groups if group.victim == "combatant" and group is not total.group]
    return bool(doers) and last_attack(sentence, 0, sentence.size) >= 0


def is_of_other_trade(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "Five residents were hurt. One firefighter sprained an ankle": whoever came to help is none of those."""
    if _is_of_attackers(document, total, one):
        return True
    words = document.lexicon.rule_words
    first, second = _last_noun(document, total), _last_noun(document, one)
    if {first, second} <= words.riders and (first in words.crew) != (second in words.crew):
        return True  # "36 passengers were hurt. Two of the crew broke legs"
    if not (first and second) or (first in words.helpers) == (second in words.helpers):
        return False
    if first in words.helpers:  # "three firefighters died; a worker was found dead"
        return second not in words.open_people
    return first not in words.open_people | words.all_trades


def _last_noun(document: Document, event: HarmEvent) -> str:
    """The noun by which people are counted, or nothing where only a number or a pronoun stands for them."""
    group = event.group
    if group is None or group.head < 0 or group.is_guess or group.is_name or group.is_definite:
        return ""
    sentence, of = document.sentence(event.sentence), group.head + 1
    noun, words = sentence.low[group.head], sentence.rule_words
    is_of = of + 1 < sentence.size and sentence.low[of] in words.genitive
    return sentence.low[of + 1] if is_of and noun in words.bare_people else noun  # "two members of staff"


def is_one_beside(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "three were killed on the spot, and the platoon commander died of his wounds": by a verb of his own.

    So in "killed a boy before it hit a wall, killing the driver": who is the object of a second verb is another.
    """
    group = one.group
    if group is None or total.group is None or total.sentence != one.sentence or one.entry.is_state:
        return False
    is_one = group.low == group.high == 1 and group.is_definite and group.head > group.first and not group.is_other
    is_after = total.group.last < total.at < group.first < one.at
    if total.voice in _DONE_TO and one.voice in _DONE_TO and total.group.head >= 0:
        return is_one and total.at < total.group.first < one.at < group.first  # "killed a boy, then the driver"
    return is_one and is_after and total.voice in _FINITE and one.voice in _FINITE and one.entry != total.entry


def is_beside_repeated(found: list[HarmEvent], total: HarmEvent, one: HarmEvent) -> bool:
    """As in "3 killed, 8 hurt. Three men were killed by the crane. Eight more were hurt": others than those killed.

    What stands right before says again what stands beside the total.
    """
    if total.sentence == one.sentence:
        return False
    before = (event for event in found if event.claim.start < one.claim.start)
    last = max(before, key=lambda event: event.claim.start, default=None)
    if last is None or last.part_of is None or last.claim.harm == one.claim.harm:
        return False
    said = last.part_of
    return said.sentence == total.sentence and said.claim.bounds == last.claim.bounds


def is_held(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """Whether a number of the same sentence holds those of a later one."""
    return _is_one_of_those(total, one) or _is_dead_by_now(document, total, one)


def _is_dead_by_now(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "Thirteen are dead now; two of the wounded died overnight": the number of today holds them already."""
    group, sentence = one.group, document.sentence(one.sentence)
    if group is None or group.is_other or total.sentence != one.sentence or total.voice != "adjective":
        return False
    before, present = sentence.low[: total.last + 1], sentence.rule_words.present_be
    is_now = any(not present.isdisjoint(low.split(" ")) for low in before)
    hurt = [sentence.words[at].harm for at in range(group.first + 1, one.at)]
    return is_now and any(entry is not None and entry.harm == "injured" for entry in hurt)


def _is_one_of_those(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "The four survivors suffer from exposure and one has a broken wrist": one of the four."""
    group, whole = one.group, total.group
    if group is None or whole is None or total.sentence != one.sentence or one.at < total.at:
        return False
    is_bare = group.is_bare and group.is_counted and not (group.is_other or group.is_definite)
    is_smaller = (group.low or 0) < (whole.low or 0)
    return is_bare and is_smaller and whole.is_definite and whole.is_counted and one.voice == "noun"


@dataclass(slots=True)
class EventDays:
    """The days of a text's sentences: on which day each says that something happened, read once for each."""

    document: Document
    known: dict[int, dict[str, set[str]]] = field(default_factory=dict)
    fields: AccidentFields = field(init=False)

    def __post_init__(self) -> None:
        """Know the kinds of accidents as well, which set events apart as days do."""
        self.fields = AccidentFields(self.document)

    def are_apart(self, total: HarmEvent, one: HarmEvent) -> bool:
        """As in "Two soldiers died on Monday at Post 14. Two soldiers died on Tuesday at Post 22": no repetition."""
        if total.sentence == one.sentence or is_reference(one) or one.group is None:
            return False
        if not (_is_news(total) and _is_news(one) and (one.group.is_counted or one.group.low == 1)):
            return False
        first, second = self._of(total.sentence), self._of(one.sentence)
        kinds = first.keys() & second.keys()
        return bool(kinds) and all(first[kind].isdisjoint(second[kind]) for kind in kinds)

    def _of(self, number: int) -> dict[str, set[str]]:
        """The days of the week, the dates and the times of the day that a sentence names; none where they are told.

        As in "the ministry said on Tuesday that", "five since Sunday": the day is none on which it happened.
        """
        if number not in self.known:
            named: dict[str, set[str]] = {}
            sentence, lexicon = self.document.sentence(number), self.document.lexicon
            told = lexicon.rule_words.saying, lexicon.rule_words.affirming, lexicon.since
            if all(map(sentence.present.isdisjoint, told)):
                for match in _days(lexicon.vocabulary).finditer(self.document.low, *self.document.spans[number]):
                    named.setdefault(match.lastgroup or "", set()).add(match.group())
            self.known[number] = named
        return self.known[number]


def _is_news(event: HarmEvent) -> bool:
    """Whether an event is told by a verb: that somebody was killed, not that the dead are mourned or in hospital."""
    return event.voice in {"passive", "intransitive", "active"} and not event.entry.is_state


@once_per_vocabulary
def _days(vocabulary: Vocabulary) -> re.Pattern[str]:
    """A day of the week, of a month, a time of the day."""
    month, day = either(vocabulary.calendar.months), either(vocabulary.calendar.weekdays)
    at, time = either(vocabulary.rule_words.clock_openers), either(vocabulary.rule_words.times_of_day)
    return re.compile(
        rf"\b(?:(?P<day>{day})|(?P<time>(?:{at})\s(?:{time}))"
        rf"|(?P<date>(?:{month})\.?\s\d{{1,2}}|\d{{1,2}}\s(?:{month})))\b"
    )


def _is_of_other_entry(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "03:20 Two residents died. 06:45 The lorry driver died": somebody of another entry of a log."""
    group = one.group
    if group is None or one.incident == total.incident or not (one.incident and total.incident):
        return False
    if group.head < 0 or group.is_guess or group.is_counted or group.low != 1:
        return False
    begin = document.spans[document.incidents.index(one.incident)][0]
    noun = document.sentence(one.sentence).low[group.head]
    return _CLOCK.match(document.text, begin) is not None and noun not in document.tokens(total.sentence).present


def may_be_named(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "Rebels shot dead a tribal leader. Omar Hadi, a former mayor, was shot": the same one, now by name."""
    classes = {total.claim.victim, one.claim.victim}
    is_named = bool(one.claim.people) or (one.group is not None and one.group.is_name)
    is_left = len(total.claim.people) < (total.claim.count_min or 1) and is_named
    is_next = 0 < one.sentence - total.sentence <= _NEXT and is_left
    is_open = classes in (_CIVIL, _FORCES)
    return is_next and is_open and one.claim.bounds == (1, 1) and total.claim.count_kind == "exact"


def _is_elsewhere(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """Whether somebody of another class than the one before has a place of his own: "… was shot dead in Karsa"."""
    if may_be_same(total.claim.victim, one.claim.victim) or total.claim.bounds != (1, 1):
        return False
    sentence, words = document.sentence(one.sentence), document.lexicon.rule_words
    if {total.claim.victim, one.claim.victim} == _FORCES and _last_noun(document, total) not in words.force_members:
        return True
    openers = words.incident_place_openers + words.clock_openers
    return any(low in openers and sentence.is_capital(at + 1) for at, low in enumerate(sentence.low[:-1]))


def is_someone_else(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "A woman was killed. In Kupin a watchman died": one person each, elsewhere by another noun, or named."""
    if (
        _is_of_other_entry(document, total, one)
        or _is_elsewhere(document, total, one)
        or _is_also(document, total, one)
    ):
        return True
    if not one.claim.bounds == total.claim.bounds == (1, 1):
        return False
    if _are_named_apart(total, one) or _is_of_him(document, total, one):
        return True
    if one.incident == total.incident:
        return False
    nouns = [_noun_of_one(document, event) for event in (total, one)]
    return "" not in nouns and nouns[0] != nouns[1]


def _is_also(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "Two guards died. Their driver died too.", "So did two clerks.": beside those of the sentence before."""
    first, later = sorted((total, one), key=lambda event: event.position)
    group, words = later.group, document.lexicon.rule_words
    if SAME_VERB in later.rules:
        return later.sentence > first.sentence
    if group is None or first.group is None or later.sentence - first.sentence != 1 or group.head < 0:
        return False
    sentence = document.sentence(later.sentence)
    is_among = not words.membership.isdisjoint(sentence.present) or bool(sentence.roles & _PART)
    near = " ".join(sentence.low[group.last : later.at + 2]).split(" ")  # "was also" is one word
    is_beside = not words.further.isdisjoint(near)
    return is_beside and not is_among and (group.is_owned or not is_reference(later))


def _is_of_him(document: Document, total: HarmEvent, one: HarmEvent) -> bool:
    """As in "A guard was killed. His brother was killed.": whoever is his is not the one of whom it is told before."""
    first, later = sorted((total, one), key=lambda event: event.position)
    group, his = later.group, document.lexicon.rule_words.singular_possessives
    if group is None or first.group is None or not 0 < later.sentence - first.sentence <= _NEXT:
        return False
    sentence = document.sentence(later.sentence)
    if group.head <= group.first or sentence.low[group.first] not in his:
        return False
    beside = [one for one in document.events if one.sentence == first.sentence and one.claim.harm == first.claim.harm]
    if len(beside) > 1:
        return False  # "found a man and a woman dead. The man had shot his wife"
    return sentence.low[group.head] not in document.sentence(first.sentence).present


def _are_named_apart(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "Corporal Jan Mraz was killed. Constable Eva Hola died": two full names without a word in common."""
    names = [
        {word.casefold() for person in event.claim.people for word in person.name.split()} for event in (total, one)
    ]
    is_full = all(
        len(event.claim.people) == 1 and len(words) > 1 for event, words in zip((total, one), names, strict=True)
    )
    return is_full and names[0].isdisjoint(names[1])


def _noun_of_one(document: Document, event: HarmEvent) -> str:
    """The noun of a civilian who is mentioned for the first time, where it says more than "a man"; or nothing."""
    group = event.group
    if group is None or group.head < 0 or group.is_definite or group.is_guess or event.claim.victim != "civilian":
        return ""
    sentence = document.sentence(event.sentence)
    noun = sentence.low[group.head]
    return "" if noun in sentence.rule_words.bare_people else noun


def is_separate(document: Document, one: HarmEvent) -> bool:
    """As in "In a separate accident a soldier drowned": nobody of those counted before."""
    sentence = document.sentence(one.sentence)
    if is_elsewhere(sentence):
        return True
    if one.sentence == 0 or is_reference(one):
        return False
    is_separate = one.voice == "active" and _is_of_second(sentence, one)
    if one.group is not None and one.group.is_counted and one.voice == "passive":
        is_separate |= any(_is_further(sentence, other) for other in sentence.events if other.at <= one.at)
    return is_separate


def _is_of_second(sentence: Sentence, one: HarmEvent) -> bool:
    """As in "The first killed four. The second killed two.": what did it is another than what was told of before."""
    opener = " ".join(sentence.low[:2]).split(" ")[1:2]
    if sentence.low[0] in sentence.rule_words.one_more and one.at == 1:
        return True  # "Another killed one in the street"
    is_object = one.group is not None and one.group.first > one.at and (one.group.is_counted or one.group.low == 1)
    is_own = is_object and one.group is not None and not sentence.words[one.group.first].people
    return is_own and bool(opener) and opener[0] in sentence.rule_words.later_ones


def _is_further(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Two of the attackers were also killed and one was hurt": all of them are others than those before."""
    begin = event.group.last + 1 if event.group is not None else event.at
    between = " ".join(sentence.low[begin : event.at]).split(" ")
    return not sentence.rule_words.further.isdisjoint(between)
