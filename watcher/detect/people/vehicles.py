"""Of which force whoever drives or serves in a vehicle or vessel is: "An army truck hit a mine; its driver died"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import DETERMINER, THING
from watcher.detect.words.whose import nearest_class

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_OWNER = 6  # words after a vehicle's "of" that say whose it is
_NAME = 3  # words before a vehicle that can say whose it is
_UNSAID = frozenset({"unknown", "combatant"})  # a driver, a commander
_ARMED = frozenset({"military", "police", "combatant"})
_SOLDIERS = frozenset({"military"})
_SERVED = frozenset({"military", "combatant"})
_OF_CREW = 4  # words from the first of "two of her crew" to the noun
_RIDE = 400  # characters before riders in which what they rode in is named


def of_vehicle(sentence: Sentence, group: Group | None) -> Victim | None:
    """The force of the vehicle named last before a driver, a gunner or the like; None where nothing says of which."""
    if group is None or group.head < 0 or group.victim not in _UNSAID or group.is_name:
        return None
    words = sentence.rule_words
    if sentence.low[group.head] not in words.crew_roles:
        return None
    craft = next((at for at in range(group.first - 1, -1, -1) if is_craft(sentence, at)), -1)
    return force_of_craft(sentence, craft) if craft >= 0 else None


def of_vehicle_before(document: Document, sentence: Sentence, group: Group) -> Victim:
    """As in "A police launch capsized. Its crew of two were hurt": the force of what the sentence before names."""
    words = sentence.rule_words
    if not sentence.number or group.victim != "unknown" or group.is_name:
        return "unknown"
    if words.crew_roles.isdisjoint(sentence.present) and words.riders.isdisjoint(sentence.present):
        return "unknown"
    begin = group.first - 2 if group.first > 1 and sentence.low[group.first - 1] in words.genitive else group.first
    noun = next((at for at in range(begin, min(sentence.size, group.last + _OF_CREW)) if _serves(sentence, at)), -1)
    is_its = noun > 0 and sentence.low[noun - 1] in words.vessel_pronouns
    is_its |= noun > 1 and noun - 1 in sentence.numeric and sentence.low[noun - 2] in words.vessel_pronouns
    if not is_its or any(is_craft(sentence, at) for at in range(noun)):
        return "unknown"
    other = document.sentence(sentence.number - 1)
    craft = [at for at in range(other.size) if is_craft(other, at) or other.low[at] in words.civil_craft]
    if len(craft) != 1:
        return "unknown"
    found = force_of_craft(other, craft[0])
    if found is None and any(low.rpartition(" ")[2] in words.columns for low in other.low):
        return "unknown"
    said = {part for low in other.low[: craft[0] + 1] for part in low.split(" ")}  # "a fire engine", "an ambulance"
    is_civil = not (said.isdisjoint(words.civil_craft) and said.isdisjoint(words.civil_speakers))
    return found or ("civilian" if is_civil else "unknown")


def _serves(sentence: Sentence, at: int) -> bool:
    """Whether a token is a noun for those who ride in a thing: "crew", "driver", "occupants"."""
    return sentence.low[at] in sentence.rule_words.crew_roles or sentence.low[at] in sentence.rule_words.riders


def is_craft(sentence: Sentence, at: int) -> bool:
    """Whether a token is a thing that people ride in, or a column of them."""
    words, low = sentence.rule_words, sentence.low[at].rpartition(" ")[2]  # "patrol boat"
    is_known = low in words.war_craft or low in words.trade_craft or low in words.ridden
    return is_known and (bool(sentence.mask[at] & THING) or sentence.words[at].people is None)


def force_of_craft(sentence: Sentence, craft: int) -> Victim | None:
    """As in "a police van", "a lorry of the engineer regiment", "a tank"."""
    words, of = sentence.rule_words, craft + 1
    before = range(craft - 1, max(-1, craft - 1 - _NAME), -1)
    before = range(craft - 1, next((at for at in before if sentence.mask[at] & DETERMINER), before.stop), -1)
    if any(sentence.low[at] in words.enemy_words for at in before):
        return "combatant"
    named = nearest_class(sentence, before, frozenset())
    if named is None and of < sentence.size and sentence.low[of] in words.genitive:
        named = nearest_class(sentence, range(of + 1, min(sentence.size, of + 1 + _OWNER)), frozenset())
    if named is None and sentence.low[craft] in words.war_craft:
        named = "military"
    return named if named in _ARMED else None


def of_riders(sentence: Sentence, event: HarmEvent) -> Victim:
    """As in "A coach left the road. Eleven passengers died": whoever rides in what no force uses is a civilian.

    So is whoever drives or repairs things where nothing is said of soldiers or fighters: "The driver was killed".
    """
    words, group = sentence.rule_words, event.group and _riders_meant(sentence, event.group)
    if group is None or group.is_guess:
        return "unknown"
    low = sentence.low[group.head]
    if low not in words.riders and low not in words.private_people:
        return "unknown"
    if group.is_owned and (owned := _of_owner(sentence, group)) != "unknown":
        return owned
    earlier = _words_before(sentence)
    near = {*earlier, *sentence.low, *(part for one in sentence.low if " " in one for part in one.split(" "))}
    if near.isdisjoint(words.trade_craft) and not near.isdisjoint(words.war_craft):
        return "unknown"
    said = {*earlier, *(sentence.low[: group.first] if group.is_owned else sentence.low)} - {low}
    if _names_armed(sentence, said, _ARMED if group.is_owned else _SOLDIERS):
        return "military" if _is_of_column(sentence, group, near) else "unknown"
    is_civil = _is_private(sentence, near) if low in words.private_people else not near.isdisjoint(words.civil_craft)
    return "civilian" if is_civil and not _is_with_armed(sentence, event) else "unknown"


def _words_before(sentence: Sentence) -> list[str]:
    """The words of the sentences right before."""
    before = sentence.text[max(0, sentence.begin - _RIDE) : sentence.begin].lower()
    return before.replace(",", " ").replace(".", " ").split()


def _is_private(sentence: Sentence, near: set[str]) -> bool:
    """Whether who drives or repairs does so for nobody armed: not in a convoy of which nothing is said."""
    words = sentence.rule_words
    return near.isdisjoint(words.columns) or not near.isdisjoint(words.civil_loads)


def _is_of_column(sentence: Sentence, group: Group, near: set[str]) -> bool:
    """As in "An army convoy was hit. Two of the drivers died": some of those who rode in it."""
    words = sentence.rule_words
    is_some = sentence.low[group.head - 1] in words.definite_articles and group.low is not None
    return is_some and not near.isdisjoint(words.columns)


def _of_owner(sentence: Sentence, group: Group) -> Victim:
    """As in "A colonel and his driver", "They fired on the bus and killed its driver": by whose or of what they are."""
    words, before = sentence.rule_words, range(group.first - 1, -1, -1)
    if sentence.low[group.first] in words.its:
        craft = next((at for at in before if is_craft(sentence, at) or sentence.low[at] in words.civil_craft), -1)
        return "civilian" if craft >= 0 and sentence.low[craft] in words.civil_craft else "unknown"
    people = [one for one in sentence.groups if one.last < group.first and one.head >= 0 and not one.is_guess]
    if not people or people[-1].low != 1 or people[-1].victim not in _SERVED:
        return "unknown"  # a police chief's can be anybody
    return people[-1].victim


def _names_armed(sentence: Sentence, said: set[str], armed: frozenset[str]) -> bool:
    """Whether some words name people of armed classes; not "Arle General"."""
    lexicon = sentence.lexicon.words
    known = (lexicon[one].people for one in said - sentence.rule_words.ranks_as_adjectives if one in lexicon)
    return any(one is not None and not one.is_weak and one.victim in armed for one in known)


def _riders_meant(sentence: Sentence, group: Group) -> Group | None:
    """As in "of the bus's 30 passengers four died", "the driver was swept off; his body was found": the noun."""
    if group.head >= 0:
        return group
    before = [one for one in sentence.groups if one.last < group.first and one.head >= 0 and not one.is_guess]
    if not before or not (group.is_bare or group.is_pronoun):
        return None
    is_one = group.is_pronoun and group.low == group.high == before[-1].low == 1
    is_none = group.is_pronoun and group.low == 0 and (before[-1].low or 0) > 1  # "none of them"
    is_some = group.is_bare and not group.is_other and (before[-1].low or 0) > (group.low or 0)
    return before[-1] if is_one or is_none or is_some else None


def _is_with_armed(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "killed a commander and a driver": somebody armed is counted in the same list."""
    others = (one for one in sentence.events if one.at == event.at and one is not event)
    return any(one.group is not None and one.group.victim in {"military", "combatant"} for one in others)
