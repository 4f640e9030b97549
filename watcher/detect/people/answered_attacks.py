"""Of which class a number is where a force answers an attack: "Gunmen shot a driver. Troops chased them: two died"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.governed import counts_them
from watcher.detect.words.phrases import is_unit

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_BACK = 2  # sentences that may lie between an attack and its answer
_HIT = frozenset({"passive", "active", "gerund", "reduced", "adjective"})
_DONE_TO = frozenset({"active", "gerund", "adjective"})  # "killing two of them", "shot two of them dead"
_FORCES: frozenset[Victim] = frozenset({"military", "police"})


def hits_attackers(document: Document, sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """Whether a bare number counts the fighters of a sentence before, whom soldiers or police now hit."""
    if not group.is_bare or group.is_other or not group.low or event.voice not in _HIT:
        return False
    if group.victim != "unknown" and not (group.victim in _FORCES and event.voice in _DONE_TO):
        return False
    is_of_them = counts_them(sentence, group)
    is_answer = not sentence.rule_words.answering.isdisjoint(sentence.low[: max(event.at, group.first)])
    if not is_answer and not (is_of_them and event.voice in _DONE_TO):
        return False
    return _is_force_first(sentence, event, group) and _attacked_before(document, sentence)


def _is_force_first(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """Whether nobody but a force stands before a number and its harm."""
    end = min(event.at, group.first)
    before = [one for one in sentence.groups if one.last < end and one.head >= 0 and not one.is_guess]
    classes = {one.victim for one in before}
    if classes:
        return classes <= _FORCES
    return any(is_unit(sentence, at) for at in range(end)) or not sentence.rule_words.first_persons.isdisjoint(
        sentence.low[:end]
    )


def _attacked_before(document: Document, sentence: Sentence) -> bool:
    """Whether one of the sentences before begins with several fighters; the nearest that names people decides."""
    for back in range(sentence.number - 1, max(-1, sentence.number - _BACK - 1), -1):
        people = [one for one in document.sentence(back).groups if one.head >= 0 and not one.is_guess]
        if any(one.victim == "combatant" for one in people):
            return people[0].victim == "combatant" and people[0].low != 1
        if any(one.victim not in _FORCES for one in people):
            return False
    return False
