"""Of which force a number is where the vehicle or vessel is named that they were in: "The frigate sank; nine drowned".

A craft that attacks or rescues says nothing of whom it met, and where it collides with another either can be meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.vehicles import force_of_craft, is_craft
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BE, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_VERB = 4  # words from a craft to the verb of what befell it
_HIT = 4  # words from "hit" to the craft, or from "struck" to the mine
_INSIDE = 4  # words from "aboard" to the craft


def class_of_those_inside(sentence: Sentence, event: HarmEvent, group: Group) -> Victim:
    """The force of the only craft of a sentence, where the number counts those in it; else unknown."""
    craft = _only_craft(sentence)
    if craft is None:
        return "unknown"
    at, force = craft
    is_inside = any(_is_inside(sentence, after, at) for after in (group.last + 1, event.last + 1))
    is_inside |= bool(group.low) and (_is_struck(sentence, at) or _tells(sentence, at, group))
    return force if is_inside else "unknown"


def class_of_struck(sentence: Sentence) -> set[Victim]:
    """As in "An army lorry overturned. Eight were hurt": the force of the only craft, if something befell it."""
    craft = _only_craft(sentence)
    return {craft[1]} if craft is not None and _is_struck(sentence, craft[0]) else set()


def _only_craft(sentence: Sentence) -> tuple[int, Victim] | None:
    """The last craft of a sentence and its force, where all that it names are of this force."""
    words = sentence.rule_words
    if words.war_craft.isdisjoint(sentence.present) and words.ridden.isdisjoint(sentence.present):
        return None
    crafts = [at for at in range(sentence.size) if is_craft(sentence, at) or sentence.low[at] in words.civil_craft]
    forces = {force_of_craft(sentence, at) for at in crafts}
    force = forces.pop() if len(forces) == 1 else None
    return (crafts[-1], force) if force is not None else None


def _is_inside(sentence: Sentence, opener: int, craft: int) -> bool:
    """As in "two aboard the corvette", "died on the corvette"."""
    if not opener < craft <= opener + _INSIDE:
        return False
    is_opener = sentence.low[opener] in sentence.rule_words.inside_openers
    return is_opener and not any(sentence.mask[at] & PREPOSITION for at in range(opener + 1, craft))


def _is_struck(sentence: Sentence, craft: int) -> bool:
    """As in "the lorry overturned", "the tank was hit", "hit a mine", "a missile struck the frigate"."""
    words, low = sentence.rule_words, sentence.low
    if _is_hit(sentence, craft):
        return True
    verb = craft + 1
    while verb < min(sentence.size, craft + _VERB) and sentence.mask[verb] & (ADVERB | AUXILIARY):
        verb += 1
    if verb >= sentence.size:
        return False
    if sentence.mask[verb - 1] & BE:
        return low[verb] in words.attacking or low[verb] in words.craft_losses
    if low[verb] in words.craft_losses:
        return low[min(verb + 1, sentence.size - 1)] not in words.into  # not "crashed into a house"
    is_hit = low[verb] in words.attacking or low[verb].split(" ")[0] in words.run_into
    return is_hit and not words.obstacles.isdisjoint(low[verb + 1 : verb + 1 + _HIT])


def _is_hit(sentence: Sentence, craft: int) -> bool:
    """As in "a missile struck the frigate", "fired on a convoy": an attack right before it, not fire "from" it."""
    words, low = sentence.rule_words, sentence.low
    attack = next((at for at in range(craft - 1, max(0, craft - _HIT), -1) if low[at] in words.attacking), craft)
    between = (at for at in range(attack + 1, craft) if sentence.mask[at] & PREPOSITION)
    return attack < craft and all(low[at] in words.target_openers for at in between)


def _tells(sentence: Sentence, craft: int, group: Group) -> bool:
    """As in "the frigate reported two dead", "the corvette had nine burned"."""
    before = group.first - 1
    return before == craft + 1 and sentence.low[before] in sentence.rule_words.telling_losses
