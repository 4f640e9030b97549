"""Whom a pronoun after a verb can mean: "rebels led two men away and killed them", "slept when a shell hit them".

The subject of the verb did it, whether it stands in the same clause or in the sentence before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.governed import is_agent
from watcher.detect.people.partitives import last_attack
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, DETERMINER

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence

_SIGNS = frozenset(";:")
_NO_SUBJECT = AUXILIARY | ROLES["singular_pronouns"] | ROLES["plural_pronouns"]


def objects_in(sentence: Sentence, event: HarmEvent, earlier: list[Group]) -> list[Group]:
    """Those of the people before a verb in its sentence whom it can have as an object."""
    own = _own_subject(sentence, event, earlier)
    if own is not None:
        return [one for one in earlier if one is not own]
    return _of_outer_clause(sentence, event, earlier) or _without_subject(sentence, earlier, is_alone=True)


def without_agents(other: Sentence, earlier: list[Group]) -> list[Group]:
    """Those of a sentence before, as in "Two clerks were hit by rebels. The rebels dragged off Dane and shot them"."""
    return _without_subject(other, [one for one in earlier if not is_agent(other, one)] or earlier, is_alone=False)


def _own_subject(sentence: Sentence, event: HarmEvent, earlier: list[Group]) -> Group | None:
    """As in "two boys were taken to a clinic, where doctors could not save them": who stands right before the verb."""
    last = earlier[-1] if len(earlier) > 1 else None
    if last is None or last.last + 1 != event.at or not last.first:
        return None
    return last if sentence.mask[last.first - 1] & BARRIER or sentence.low[last.first - 1] in _SIGNS else None


def _of_outer_clause(sentence: Sentence, event: HarmEvent, earlier: list[Group]) -> list[Group]:
    """As in "two men were asleep when a shell hit the hut and killed them": those before a clause of things.

    None where people stand in that clause, for they may have done it.
    """
    opener = next((at for at in range(event.at - 2, 0, -1) if sentence.mask[at] & BARRIER), -1)
    is_clause = sentence.mask[opener + 1] & DETERMINER or sentence.low[opener] not in sentence.rule_words.capacity
    if opener < 0 or not is_clause or sentence.mask[opener + 1] & _NO_SUBJECT:
        return []  # not "as Roe and Dane"
    if any(opener < one.last < event.at and one is not event.group and not one.is_guess for one in sentence.groups):
        return []
    outer = [one for one in earlier if not is_agent(sentence, one)]
    return outer[1:] if last_attack(sentence, 0, opener) >= 0 else outer


def _without_subject(other: Sentence, earlier: list[Group], *, is_alone: bool) -> list[Group]:
    """As in "rebels led seven passengers into a field and shot them": not the rebels; those counted, where some are.

    `is_alone`: whoever did it stands in the sentence and is nobody's object, even where it names nobody else.
    """
    counted = [one for one in earlier if one.is_counted and (one.low or 0) > 1 and one.first]
    if len(counted) == 1:
        return counted
    is_subject = bool(earlier) and earlier[0] is other.groups[0] and (is_alone or len(earlier) > 1)
    return earlier[1:] if is_subject else earlier
