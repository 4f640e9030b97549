"""Of which force whoever drives or serves in a vehicle or vessel is: "An army truck hit a mine; its driver died"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import THING
from watcher.detect.words.whose import nearest_class

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_OWNER = 6  # words after a vehicle's "of" that say whose it is
_NAME = 3  # words before a vehicle that can say whose it is
_UNSAID = frozenset({"unknown", "combatant"})  # a driver, a commander
_FORCES = frozenset({"military", "police"})


def of_vehicle(sentence: Sentence, group: Group | None) -> Victim | None:
    """The force of the vehicle named last before a driver, a gunner or the like; None where nothing says of which."""
    if group is None or group.head < 0 or group.victim not in _UNSAID or group.is_name:
        return None
    words = sentence.rule_words
    if sentence.low[group.head] not in words.crew_roles:
        return None
    craft = next((at for at in range(group.first - 1, -1, -1) if _is_craft(sentence, at)), -1)
    return _force_of(sentence, craft) if craft >= 0 else None


def _is_craft(sentence: Sentence, at: int) -> bool:
    """Whether a token is a thing that people ride in, or a column of them."""
    words, low = sentence.rule_words, sentence.low[at]
    is_known = low in words.war_craft or low in words.trade_craft or low in words.ridden
    return is_known and (bool(sentence.mask[at] & THING) or sentence.words[at].people is None)


def _force_of(sentence: Sentence, craft: int) -> Victim | None:
    """As in "a police van", "a lorry of the engineer regiment", "a tank"."""
    words, of = sentence.rule_words, craft + 1
    before = range(craft - 1, max(-1, craft - 1 - _NAME), -1)
    if any(sentence.low[at] in words.enemy_words for at in before):
        return "combatant"
    named = nearest_class(sentence, before, frozenset())
    if named is None and of < sentence.size and sentence.low[of] in words.genitive:
        named = nearest_class(sentence, range(of + 1, min(sentence.size, of + 1 + _OWNER)), frozenset())
    if named is None and sentence.low[craft] in words.war_craft:
        named = "military"
    return named if named in _FORCES else None
