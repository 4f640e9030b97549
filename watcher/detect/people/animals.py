"""Animals that die and things that are lost: "Rex, a search dog", "two lions escaped; one of them was shot"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import (
    AUXILIARY,
    BARRIER,
    CONJUNCTION,
    DETERMINER,
    INDEFINITE,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    THING,
)

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_SUFFERED = frozenset({"passive", "intransitive"})
_DESCRIPTION = 8  # words between the commas after a name
_OF_THEM = 4  # words between a number and the herd that it is a part of
_AGENT = 5  # words from "by" to the animals that did it: "by a pack of stray dogs"
_BEFORE = 2  # words between a kind of animal and its name


def is_of_animals(document: Document, sentence: Sentence, group: Group) -> bool:
    """Whether those whom a harm befell are animals, by the nouns that stand beside them or that they point to."""
    animals = sentence.rule_words.animals
    if sentence.low[group.first] in sentence.rule_words.no_person:
        return False  # "a tree crashed into a house, but no one was hurt"
    if group.head >= 0 and not (group.is_guess or group.is_name):
        return _is_animal(sentence, group.head) or _is_herd(sentence, group.head)
    if animals.isdisjoint(sentence.present):
        return group.is_bare and _follows_animals(document, sentence, group)
    if group.is_guess and _is_animal(sentence, group.head):
        return True  # "400 elms"
    return _is_named_animal(sentence, group) if group.is_name else _is_antecedent(sentence, group)


def _is_animal(sentence: Sentence, at: int) -> bool:
    """Whether a token is an animal; with a capital it may be a name: "Sgt. Fox", "Navy SEALs"."""
    return sentence.low[at] in sentence.rule_words.animals and not sentence.is_capital(at)


def _is_herd(sentence: Sentence, at: int) -> bool:
    """As in "3,000 head of cattle"."""
    words = sentence.rule_words
    is_counting = sentence.low[at] in words.herds and at + 2 < sentence.size
    return is_counting and sentence.low[at + 1] in words.genitive and _is_animal(sentence, at + 2)


def _is_named_animal(sentence: Sentence, group: Group) -> bool:
    """As in "a service dog, Rex, was killed", "Bruno, the brigade's oldest search dog, has died"."""
    if any(_is_animal(sentence, at) for at in range(max(0, group.first - _BEFORE), group.last + 1)):
        return True
    after = group.last + 1
    if after >= sentence.size or sentence.low[after] != ",":
        return False
    for at in range(after + 1, min(sentence.size, after + 1 + _DESCRIPTION)):
        if sentence.mask[at] & (AUXILIARY | PREPOSITION) or sentence.low[at] == ",":
            return _is_animal(sentence, at - 1)
    return False


def _is_antecedent(sentence: Sentence, group: Group) -> bool:
    """Whether the noun that a number or pronoun counts or points to is an animal: the nearest one, after or before."""
    words = sentence.rule_words
    after = group.last + 1
    if group.victim != "unknown":
        return False  # some of the people counted before
    if after < sentence.size and sentence.low[after] in words.genitive:
        of = range(after + 1, min(sentence.size, after + 1 + _OF_THEM))
        noun = next((at for at in of if not sentence.mask[at] & DETERMINER), -1)
        if noun >= 0 and _is_animal(sentence, noun):
            return True
    counted = [one for one in sentence.groups if one.is_counted and one.last < group.first and not one.is_guess]
    for at in range(group.first - 1, -1, -1):
        if _is_animal(sentence, at):
            is_agent = bool(counted) and _is_agent(sentence, at)
            if is_agent or ((group.low or 0) > 1 and _is_single(sentence, at)):
                continue
            return True
        is_people = any(one.first <= at <= one.last and not (one.is_guess or one.is_bare) for one in sentence.groups)
        if is_people or sentence.words[at].people is not None:
            return False
    return False


def _is_single(sentence: Sentence, at: int) -> bool:
    """As in "a bus hit a tree, killing nine": one animal or plant, which no number of several counts."""
    words = sentence.rule_words
    if sentence.low[at] in words.herds:
        return False
    is_one = at > 0 and bool(sentence.mask[at - 1] & INDEFINITE)
    return is_one or any(sentence.low[at] + ending in words.animals for ending in words.plural_endings)


def _is_agent(sentence: Sentence, at: int) -> bool:
    """As in "four were bitten by dogs", "mauled by a pack of dogs; one died": who did it, none of the counted."""
    words = sentence.rule_words
    for before in range(at - 1, max(-1, at - 1 - _AGENT), -1):
        if sentence.low[before].rpartition(" ")[2] in words.by:
            return True
        if sentence.mask[before] & (STRUCTURAL & ~DETERMINER) and sentence.low[before] not in words.genitive:
            break
    return False


def _follows_animals(document: Document, sentence: Sentence, group: Group) -> bool:
    """As in "A herd of goats strayed into the minefield. Nine were killed.": only animals are named before."""
    if sentence.number == 0 or any(one is not group for one in sentence.groups):
        return False
    before = document.sentence(sentence.number - 1)
    is_people = any(word.people is not None for word in before.words)
    return not is_people and not sentence.rule_words.animals.isdisjoint(before.low)


def follows_lost_things(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """As in "We lost two drones and recovered one. The other is still missing.": only things are named before."""
    group, words = event.group, sentence.rule_words
    if event.entry.harm != "missing" or group is None or not group.is_bare or sentence.number == 0:
        return False
    before = document.sentence(sentence.number - 1)
    if words.lost_things.isdisjoint(before.present) or words.losing_things.isdisjoint(before.present):
        return False
    return not any(word.people is not None for word in (*before.words, *sentence.words))


def harms_animals(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "residents say one of their cows was killed", "a dog named Rex died": no people, and nobody before them."""
    group, words = event.group, sentence.rule_words
    if group is None or group.last >= event.at or event.voice not in _SUFFERED:
        return False
    if sentence.roles & RELATIVE and any(sentence.mask[at] & RELATIVE for at in range(group.last + 1, event.at)):
        return False
    if group.is_guess and any(sentence.mask[at] & THING for at in range(group.first, group.last)):
        return not words.identifying.isdisjoint(sentence.low[group.first : group.last + 1])
    counted = [one for one in sentence.quantities.values() if group.last < one.first < event.at]
    between = [one for one in counted if not (one.is_pronoun or group.is_name)]
    between = [one for one in between if not sentence.mask[one.first - 1] & PREPOSITION]  # "a man from one of the cars"
    return any(_counts_things(sentence, one.last + 1, event.at) for one in between)


def _counts_things(sentence: Sentence, noun: int, verb: int) -> bool:
    """As in "one of their cows was killed", "2,300 cattle drowned": what follows a number, up to the verb."""
    if any(noun <= other.first < verb for other in sentence.groups):
        return False
    if sentence.low[noun] in sentence.rule_words.genitive:
        return any(sentence.mask[at] & THING for at in range(noun + 1, verb))
    is_subject = bool(sentence.mask[noun - 2] & (BARRIER | CONJUNCTION))  # "watched as three cows fell in"
    return noun < verb and (_is_animal(sentence, verb - 1) or (is_subject and _is_animal(sentence, noun)))
