"""A denial over a list: "no soldiers, drivers or villagers were hurt", "no deaths, injuries or missing persons".

The negator stands once, before the first of the list, and denies all of it. A list ends at a verb, at a number, at an
article and at a preposition; what stands behind "but" or a new subject is another statement.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import HarmEvent
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, CONJUNCTION, DETERMINER, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.words.annotations import Group, Quantity
    from watcher.detect.words.tokens import Sentence


_END = AUXILIARY | BARRIER | DETERMINER | PREPOSITION | RELATIVE | ROLES["singular_pronouns"] | ROLES["plural_pronouns"]
_NOUNS = frozenset({"noun", "lives", "adjective"})
_NAMES = frozenset({"noun", "adjective", "participle"})  # forms of words that can name those who were harmed
_ADJECTIVES = 8  # words from "no" to the joint before the last adjective
_APART = 6  # words from one entry of a list to the next


def deny_listed_people(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """Nobody of each class that follows a "no …" in its list: "no pilots, mechanics or guards".

    Groups that go on with a list are marked with where it begins. Linear: each pair of neighbours is looked at once.
    """
    _mark_lists(sentence, groups)
    denied = list(groups)
    for at, group in enumerate(groups):
        before = denied[at - 1] if group.opener >= 0 else None
        if before is not None and before.is_nobody and group.head >= 0:
            denied[at] = replace(group, low=0, high=0, kind=before.kind, rules=before.rules)
    return denied


def deny_owned_people(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """Nobody of those after a "no": "none of the ship's crew", "no Lt. Col. Hale's men", "no U.S. or other men"."""
    if not sentence.quantities:
        return groups
    marks = sentence.rule_words.possessive_marks
    nobody = [quantity for quantity in sentence.quantities.values() if quantity.low == 0]
    if not nobody:
        return groups
    denied = list(groups)
    for at, group in enumerate(groups):
        is_owned = bool(group.low) and sentence.low[group.first - 1] in marks
        is_of_nobody = is_owned and _is_of_nobody(sentence, group, nobody)
        if is_of_nobody or _is_one_of_them(sentence, group, nobody) or _is_last_adjective(sentence, group, nobody):
            denied[at] = replace(group, low=0, high=0, kind="exact", rules=("none", *group.rules))
    return denied


def _is_one_of_them(sentence: Sentence, group: Group, nobody: list[Quantity]) -> bool:
    """As in "none of them", "no one of those aboard": the pronoun right after the "of" of nobody."""
    words, of = sentence.rule_words, group.first - 1
    if not group.is_pronoun or group.low == 0 or of < 0:
        return False
    before = of - int(sentence.low[of] in words.genitive)
    is_of = before < of or sentence.low[of].endswith(words.genitive_phrase_endings)
    return is_of and any(one.last == before for one in nobody)


def _is_last_adjective(sentence: Sentence, group: Group, nobody: list[Quantity]) -> bool:
    """As in "no U.S., U.K. or Polish soldiers": the noun stands with the last adjective of a list alone."""
    if group.is_counted or group.is_definite or group.is_pronoun or group.first < 2:
        return False
    joined = sentence.rule_words.alternatives_joined
    joint = next((at for at in (group.first - 1, group.first - 2) if sentence.low[at] in joined), -1)
    first = max((one.last for one in nobody if one.last < joint), default=-1)
    if first < 0 or joint - first > _ADJECTIVES:
        return False
    return all(sentence.low[at] == "," or _is_adjective(sentence, at) for at in range(first + 1, joint))


def _is_adjective(sentence: Sentence, at: int) -> bool:
    is_plain = sentence.is_word(at) and not sentence.mask[at] & (_END | CONJUNCTION)
    return is_plain and sentence.words[at].harm is None


def _is_of_nobody(sentence: Sentence, group: Group, nobody: list[Quantity]) -> bool:
    """Whether only a name or a phrase of its owner stands between a "no" and people."""
    last = max((one.last for one in nobody if one.last < group.first), default=-1)
    genitive, ends = sentence.rule_words.genitive, AUXILIARY | BARRIER | RELATIVE | CONJUNCTION
    return last >= 0 and not any(
        sentence.mask[at] & ends
        or sentence.low[at] in {",", ";", ":"}
        or sentence.words[at].harm is not None
        or (sentence.mask[at] & PREPOSITION and sentence.low[at] not in genitive)
        or (sentence.mask[at] & DETERMINER and sentence.low[at - 1] not in genitive)  # "with no warning the ship's"
        for at in range(last + 1, group.first)
    )


def _mark_lists(sentence: Sentence, groups: list[Group]) -> None:
    """Mark each group without a number or article that goes on with a list; a list comes to an "or" or an "and"."""
    is_listed, going_on = False, [False] * len(groups)
    none_of = next((group.first for group in groups if group.is_nobody and _is_of(sentence, group)), sentence.size)
    for at in range(len(groups) - 1, 0, -1):
        group, parted = groups[at], (groups[at - 1].last + 1, groups[at].first)
        is_listed = _joins(sentence, *parted) or (is_listed and _is_comma(sentence, *parted))
        is_free = not (group.is_counted or group.is_pronoun or group.is_definite)
        is_of_none = group.first > none_of and group.head >= 0 and (group.is_definite or group.is_owned)
        going_on[at] = is_listed and (is_free or is_of_none)
    for at, before in enumerate(groups[:-1]):
        if going_on[at + 1]:
            groups[at + 1].opener = before.opener if before.opener >= 0 else before.first


def _is_of(sentence: Sentence, nobody: Group) -> bool:
    """As in "none of the passengers, the crew or the people on the quay": whoever of those that are named."""
    words, inner = sentence.rule_words, sentence.low[nobody.first : nobody.last + 1]
    return any(not words.genitive.isdisjoint(low.split(" ")) for low in inner)


def _is_comma(sentence: Sentence, low: int, high: int) -> bool:
    return low < high and sentence.low[low] == "," and _is_plain(sentence, low + 1, high)


def _joins(sentence: Sentence, low: int, high: int) -> bool:
    """Whether only "or", "nor" or "and", after a comma or not, and adjectives stand in these tokens."""
    low += int(low < high and sentence.low[low] == ",")
    is_joint = low < high and bool(sentence.mask[low] & CONJUNCTION) and not sentence.mask[low] & BARRIER
    return is_joint and _is_plain(sentence, low + 1, high)


def _is_plain(sentence: Sentence, low: int, high: int) -> bool:
    """Whether the tokens hold nothing that ends an entry of a list."""
    return high - low < _APART and not any(
        sentence.mask[at] & (_END | CONJUNCTION) or sentence.low[at] in {",", ";", ":"} for at in range(low, high)
    )


def deny_listed_harms(sentence: Sentence, events: list[HarmEvent]) -> None:
    """Nobody for each word of harm after a "no …" in its list: "no dead, wounded or missing".

    A word that made no event of its own makes one.
    """
    by_word = {event.at: event for event in events}
    denied: HarmEvent | None = None
    for at in sentence.harms:
        event, entry = by_word.get(at), sentence.words[at].harm
        if denied is not None and denied.group is not None and entry is not None and entry.form in _NAMES:
            first = at if event is None or event.group is None else min(at, event.group.first)
            if _is_uncounted(event) and _is_listed(sentence, range(denied.at + 1, first)):
                event = _deny(denied.group, at, entry, event, events)
        is_nobody = event is not None and event.group is not None and event.group.is_nobody
        denied = event if event is not None and is_nobody and event.voice in _NOUNS else None


def _is_uncounted(event: HarmEvent | None) -> bool:
    group = event.group if event is not None else None
    return group is None or not (group.is_counted or group.is_definite)


def _deny(nobody: Group, at: int, entry: HarmWords, event: HarmEvent | None, events: list[HarmEvent]) -> HarmEvent:
    """The event of one entry of a list, of nobody; a new one where its word made none."""
    if event is None:
        event = HarmEvent(entry, at, nobody, at, at, "noun")
        events.append(event)
    victim = nobody.victim if event.group is None else event.group.victim
    event.group, event.rules = replace(nobody, victim=victim), [entry.name, *nobody.rules]
    event.is_licensed = True
    return event


def _is_listed(sentence: Sentence, between: range) -> bool:
    """Whether two entries of a list are parted by these tokens: a comma or a joint, and words that end none."""
    is_parted = any(sentence.low[at] == "," or sentence.mask[at] & CONJUNCTION for at in between)
    is_ended = any(sentence.mask[at] & _END or sentence.low[at] in {";", ":"} for at in between)
    return is_parted and not is_ended and len(between) <= _APART


def is_list_of_harms(sentence: Sentence, low: int, high: int) -> bool:
    """As in "without deaths, injuries or …": whether the tokens up to another harm are entries of its list."""
    harms = [at for at in range(low, high) if sentence.words[at].harm is not None]
    bounds = [*harms, high]
    return bool(harms) and all(_is_listed(sentence, range(one + 1, other)) for one, other in pairwise(bounds))
