"""People for whom only a name stands, where a thing could stand as well: "Omar Hadi was stabbed".

Of whom a verb is said that nothing but people can suffer, who has an age, or whom the sentence calls "he": a name alone
may be that of a team that was thrashed or of a post that was fired at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import name_left
from watcher.detect.people.named_lists import over_age
from watcher.detect.words.lexicon import ROLES

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_PERSON = ROLES["singular_pronouns"]
_FULL = 2  # words of a full name


def named_victims(clauses: Clauses, at: int, start: int, entry: HarmWords) -> list[Group]:
    """The people of a passive by their names alone; `start` is its first auxiliary, `at` its verb."""
    sentence = clauses.sentence
    if not (entry.explicit and entry.needs_people and entry.harm == "injured") or sentence.is_capitals:
        return []
    left = clauses.skip_left(start - 1)
    end = over_age(sentence, left)
    if end < 1 or not sentence.is_capital(end) or sentence.words[end].people is not None:
        return []
    name = name_left(sentence, end)
    if name is None or name.last - name.first + 1 < _FULL or not _is_person(sentence, at, has_age=end < left):
        return []
    return clauses.joined_left(name, start)


def _is_person(sentence: Sentence, at: int, *, has_age: bool) -> bool:
    """Whether the verb, an age or a pronoun says that a name is one of people."""
    if has_age or sentence.low[at] in sentence.rule_words.personal_harms:
        return True
    return any(roles & _PERSON for roles in sentence.mask)
