"""People who stand after their verb: "With him died four guards", "There are dead and wounded"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.annotations import HarmEvent, people_of_harm
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, CONJUNCTION, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_COMPANION = ROLES["companions"]
_FRONT = 5  # words before a verb whose subject stands after it
_LABEL = 8  # words of "Died in the attack on the mill:"
_SIGNS = frozenset(",;:")
_STATES = frozenset({"adjective", "participle"})


def people_after(clauses: Clauses, at: int) -> list[Group]:
    """The people after the intransitive verb at a token, where the clause opens with something else."""
    sentence = clauses.sentence
    if sentence.low[0].partition(" ")[0] in sentence.rule_words.membership:
        groups = _after_being(clauses, at)
    elif at == 0:
        groups = _after_colon(clauses)
    else:
        groups = _after_front(clauses, at) if at < _FRONT else []
    return groups if groups and all(_is_told(one) for one in groups) else []


def _is_told(group: Group) -> bool:
    return bool(group.low) and (group.is_counted or group.low == group.high) and not group.is_guess


def _after_being(clauses: Clauses, at: int) -> list[Group]:
    """As in "Among those who died was the captain's wife"."""
    sentence, verb = clauses.sentence, at + 1
    is_being = verb < sentence.size and sentence.mask[verb] & BE and sentence.roles & RELATIVE
    return clauses.object_at(verb + 1) if is_being else []


def _after_colon(clauses: Clauses) -> list[Group]:
    """As in "Died in the attack: a nurse and two porters"."""
    low = clauses.sentence.low[1:_LABEL]
    return clauses.object_at(low.index(":") + 2) if ":" in low else []


def _after_front(clauses: Clauses, at: int) -> list[Group]:
    """As in "There died in the flood at least 61 people", "With him died four of his guards"."""
    sentence = clauses.sentence
    if not (sentence.low[0] in sentence.rule_words.inverting or sentence.mask[0] & _COMPANION):
        return []
    first = next((one for one in clauses.groups if one.first > at and not one.is_guess), None)
    if first is None or any(_ends_clause(sentence, one) for one in range(at + 1, first.first)):
        return []
    return clauses.object_at(first.first)


def _ends_clause(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] in _SIGNS or bool(sentence.mask[at] & (AUXILIARY | BARRIER | RELATIVE))


def there_are(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "There are dead and wounded among the crew": people without a number; not "there are dead fish"."""
    opening = sentence.rule_words.there_are
    if opening.isdisjoint(sentence.present):
        return []
    known, found = {one.at for one in events}, list[HarmEvent]()
    for at in sentence.harms:
        entry, is_first = sentence.words[at].harm, at > 0 and sentence.low[at - 1] in opening
        is_next = bool(found) and found[-1].at == at - 2 and bool(sentence.mask[at - 1] & CONJUNCTION)
        is_open = entry is not None and entry.explicit and entry.form in _STATES and at not in known
        if entry is not None and is_open and (is_first or is_next) and _ends_noun(sentence, at + 1):
            found.append(HarmEvent(entry, at, people_of_harm(entry, at, at), at, at, "noun", rules=[entry.name]))
    return found


def _ends_noun(sentence: Sentence, at: int) -> bool:
    return at >= sentence.size or not sentence.is_word(at) or bool(sentence.mask[at] & (CONJUNCTION | PREPOSITION))
