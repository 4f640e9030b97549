"""Participles that share the auxiliary of a verb before "and": "was cut from the wreck and flown to hospital"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.harm.bare_participles import has_object
from watcher.detect.people.openings import opens_telling
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, CONJUNCTION, RELATIVE, is_finite

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_BACK = 16  # words between the two verbs
_SIGNS = frozenset({";", ":"})
_SINGULAR_BE = ROLES["singular_be"]


def joined_passive(clauses: Clauses, at: int, left: int, entry: HarmWords, before: list[HarmEvent]) -> list[Group]:
    """The subject of the passive before the "and" that stands at `left`, of a participle without an object.

    `before` are the events of the words before: whose harm they are is theirs to say.
    """
    sentence = clauses.sentence
    if left < 1 or not _takes_shared(entry) or not sentence.mask[left] & CONJUNCTION:
        return []
    verb = _auxiliary_before(sentence, left, before[-1].at if before else -1)
    if verb < 1 or (not entry.reach and _has_own_object(clauses, at)):  # after "flown to" stands the hospital
        return []
    found = clauses.subject_of(clauses.first_auxiliary(verb, AUXILIARY), is_person=False)
    return [group for group in found if not group.is_guess]


def opening_subject(clauses: Clauses, at: int) -> list[Group]:
    """As in "Four villagers fell in when the bridge gave way and were drowned": whoever opens the sentence, alone.

    `at` is the participle. The verb has the number of its people, and nobody else is named between them.
    """
    sentence, verb = clauses.sentence, clauses.first_auxiliary(at, BE)
    if verb < 2 or verb == at or not sentence.mask[verb - 1] & CONJUNCTION:
        return []
    people = [one for one in clauses.groups if one.last < verb and not one.is_guess]
    if people and people[-1].first > 1 and opens_telling(sentence, people[-1].first):
        people = people[-1:]  # "According to officials, two men fell in and were drowned"
    elif people and people[-1].first > 1:
        return []
    if len(people) != 1 or people[0].head < 0 or people[0].is_nobody:
        return []
    is_one = people[0].low == people[0].high == 1
    is_apart = not _SIGNS.isdisjoint(sentence.low[people[0].last : verb])
    return people if is_one == bool(sentence.mask[verb] & _SINGULAR_BE) and not is_apart else []


def _takes_shared(entry: HarmWords) -> bool:
    """Whether a participle is of people alone; who was captured is often named by the next sentence again."""
    return entry.needs_people and not entry.of_things_too and entry.harm != "captured"


def _has_own_object(clauses: Clauses, at: int) -> bool:
    """As in "were surprised and stabbed the guard"; a name is that of the hospital: "flown to Stornoway hospital"."""
    sentence, after = clauses.sentence, at + 1
    is_thing = after < sentence.size and has_object(clauses, at)
    return is_thing or any(not one.is_name for one in clauses.object_at(after))


def _auxiliary_before(sentence: Sentence, left: int, harm: int) -> int:
    """The "was" of the clause before a token, also that of "was rescued"; -1 where another clause or harm begins."""
    for at in range(left - 1, max(0, left - _BACK), -1):
        if is_finite(sentence, at):
            return at
        is_other = sentence.mask[at] & (BARRIER | RELATIVE | AUXILIARY) or at == harm
        if is_other or sentence.low[at] in _SIGNS:
            break
    return -1
