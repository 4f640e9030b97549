"""Parts told in the sentences after a number, as in "Ten died. Six were in the first bus, four in the second".

They need no word of harm of their own. Numbers that together are as many as the claim before them are its parts; so is
a number "of them" that has a class: "Thirty were hurt. Twelve of them were soldiers."
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.claims.accident_fields import AccidentFields
from watcher.detect.claims.recounts import with_number
from watcher.detect.harm.manners import manner_after
from watcher.detect.people.governed import counts_them
from watcher.detect.words.tokens import BE
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_AFTER = 3  # sentences in which parts may stand
_LONGEST = 240  # characters of a sentence that only tells parts
_OPENING = 2  # words before its first number: "the other four"
_LATEST = 10  # words before that number, with the article and the age that its people can begin with
_LEAST = 2  # parts
_TOLD = frozenset({"killed", "injured"})


def break_down_later(document: Document) -> None:
    """Make parts of the numbers that break a claim down in the sentences after it."""
    fields = AccidentFields(document)
    for total in list(document.events):
        if _is_whole(document, total):
            found = _told_how(document, total) or _as_many(document, total, fields) or _some_of_them(document, total)
            at = document.events.index(total) + 1
            document.events[at:at] = [_part(total, sentence, group) for sentence, group in found]


def _is_whole(document: Document, event: HarmEvent) -> bool:
    """Whether a claim counts several, is told by the publisher and is the only one of its harm in its sentence."""
    claim = event.claim
    is_told = claim.stance in REPORTED and not claim.is_background and event.part_of is None and not event.is_cell
    if not is_told or claim.count_min != claim.count_max or (claim.count_min or 0) < _LEAST:
        return False
    same = [one for one in document.events if one.sentence == event.sentence and one.claim.harm == claim.harm]
    return len(same) == 1 and event.sentence + 1 < len(document.spans)


def _as_many(document: Document, total: HarmEvent, fields: AccidentFields) -> list[tuple[Sentence, Group]]:
    """The numbers without a harm of their own that are, with those that have one, as many as the total.

    Of the missing none: "One was rescued after an hour; hope for the other two is fading".
    """
    if total.claim.harm == "missing":
        return []
    left, parts = total.claim.count_min or 0, 0
    found: list[tuple[Sentence, Group]] = []
    events: list[HarmEvent] = []
    for number in range(total.sentence + 1, min(total.sentence + 1 + _AFTER, len(document.spans))):
        own = [one for one in document.events if one.sentence == number]
        if any(not _is_like(one, total) or fields.are_apart(total, one) for one in own):
            return []
        told = [] if own else _numbers(document, number)
        if any(counts_them(document.sentence(number), group) for group in told[1:]):
            return []  # "12 were rescued, five of them by ladder"
        if not (own or told):
            return []
        events += own
        found += [(document.sentence(number), group) for group in told]
        left -= sum(one.claim.count_min or 0 for one in own) + sum(group.low or 0 for group in told)
        parts += len(own) + len(told)
        if left <= 0:
            break
    if left or parts < _LEAST or not found:
        return []  # those with a harm of their own are compared later
    for one in events:
        _make_part(one, total)
    return found


def _told_how(document: Document, total: HarmEvent) -> list[tuple[Sentence, Group]]:
    """As in "Nine died. Three were shot and six stabbed.": how as many as the total came to harm.

    The numbers that have a harm of their own become parts; those that have none are given back.
    """
    number = total.sentence + 1
    if total.claim.harm not in _TOLD or len(document.tokens(number).harms) < _LEAST:
        return []
    sentence = document.sentence(number)
    told = [(group, at) for group in sentence.groups if (at := manner_after(sentence, group)) > 0]
    own = {one.group.first if one.group else -1: one for one in document.events if one.sentence == number}
    firsts = {group.first for group, _ in told}
    if len(told) < _LEAST or not own.keys() <= firsts or any(one.part_of is not None for one in own.values()):
        return []
    if sum(group.low or 0 for group, _ in told) != total.claim.count_min:
        return []
    for one in own.values():
        _make_part(one, total)
    return [(sentence, group) for group, _ in told if group.first not in own]


def _make_part(one: HarmEvent, total: HarmEvent) -> None:
    one.part_of = total
    if one.claim.harm != total.claim.harm:
        one.entry, one.claim = total.entry, replace(one.claim, harm=total.claim.harm)
    if one.claim.victim == "unknown":
        one.claim = replace(one.claim, victim=total.claim.victim)


def _is_like(one: HarmEvent, total: HarmEvent) -> bool:
    """Whether a claim can be a part of another: of its harm and stance, with an exact number."""
    claim = one.claim
    is_same = claim.harm == total.claim.harm and claim.stance == total.claim.stance and not one.entry.corrects
    return is_same and one.part_of is None and not claim.is_background and claim.count_min == claim.count_max


def _numbers(document: Document, number: int) -> list[Group]:
    """The numbers of people of a short sentence that begins with one."""
    begin, end = document.spans[number]
    if end - begin > _LONGEST:
        return []
    tokens = document.tokens(number)
    if not tokens.numeric or tokens.numeric[0] >= _LATEST:
        return []
    if not tokens.rule_words.other_fates.isdisjoint(tokens.present):
        return []  # "One of the attackers died. Two others fled."
    groups = [one for one in document.sentence(number).groups if one.is_counted and one.low]
    is_plain = all(one.low == one.high and not (one.is_guess or one.is_pronoun) for one in groups)
    return groups if groups and is_plain and groups[0].first <= _OPENING else []


def _some_of_them(document: Document, total: HarmEvent) -> list[tuple[Sentence, Group]]:
    """As in "Twelve of them were soldiers": fewer than the total, with their class."""
    groups = _numbers(document, total.sentence + 1)
    if not groups or any(one.sentence == total.sentence + 1 for one in document.events):
        return []
    sentence, group = document.sentence(total.sentence + 1), groups[0]
    victim = _class_said(sentence, group)
    is_said = victim not in {total.claim.victim, "unknown"}
    is_less = (group.low or 0) < (total.claim.count_min or 0)
    return [(sentence, group)] if counts_them(sentence, group) and is_said and is_less else []


def _class_said(sentence: Sentence, group: Group) -> Victim:
    """As in "four of them were civilians": the class of the noun after the verb, of a number without a noun."""
    after = range(group.last + 1, min(sentence.size - 1, group.last + 3))
    verb = next((at for at in after if sentence.mask[at] & BE), -1)
    noun = next((one for one in sentence.groups if one.first == verb + 1), None) if verb > 0 else None
    is_class = noun is not None and not (noun.is_guess or noun.is_child or noun.is_woman)
    return noun.victim if noun is not None and is_class and group.victim == "unknown" else group.victim


def _part(total: HarmEvent, sentence: Sentence, group: Group) -> HarmEvent:
    """A claim of what a number of a later sentence says of the harm of a total."""
    said = _class_said(sentence, group)
    victim = said if said != "unknown" else total.claim.victim
    part = replace(total, group=replace(group, victim=victim), at=group.first, first=group.first, last=group.last)
    part.judgement, part.part_of, part.sentence = total.judgement, total, sentence.number
    part.near = (sentence.starts[group.first], sentence.stops[group.last])
    said_there = with_number(total.claim, sentence, group, rule="told after it")
    part.claim = replace(said_there, victim="unknown" if victim == "mixed" else victim, people=())
    return part
