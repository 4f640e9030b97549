"""Names after a label: "Killed: Capt. Roe; Sgt. Lund", "Dead: Ida Holm, 34; Omar Rao, 27": one person for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import has_rank, name_right
from watcher.detect.words.annotations import events_of
from watcher.detect.words.idioms import meant
from watcher.detect.words.tokens import CONJUNCTION, DETERMINER

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_SIGNS = frozenset(":-–—")
_HARMS = frozenset({"killed", "injured", "missing", "captured"})
_LABEL = 2  # words before the harm: "the dead", "those killed"
_SEVERAL = 2
_FULL = 2  # words of a full name


def call_roll(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """The events, with one for each person whom a label of harm names."""
    sentence = clauses.sentence
    if not sentence.harms or sentence.harms[0] > _LABEL or sentence.is_capitals:
        return events
    at = sentence.harms[0]
    entry = meant(sentence, at)
    if entry is None or entry.harm not in _HARMS or sentence.low[at + 1 : at + 2] == [] or len(sentence.harms) > 1:
        return events
    if sentence.low[at + 1] not in _SIGNS or not all(sentence.mask[one] & DETERMINER for one in range(at)):
        return events
    people = _people(clauses, at + 2)
    if len(people) < _SEVERAL:
        return events
    return [*(one for one in events if one.at != at), *events_of(entry, at, people, "listed")]


def _people(clauses: Clauses, begin: int) -> list[Group]:
    """The people of a list: all its entries where semicolons part them, else those that begin with a rank or name."""
    sentence = clauses.sentence
    is_parted = ";" in sentence.low[begin:]
    entries = _entries(sentence, begin, is_parted=is_parted)
    people = [_person(clauses, first, last) for first, last in entries]
    found = [person for person in people if person is not None]
    if is_parted:
        return found if len(found) == len(entries) else []
    are_ranked = [one for one in found if has_rank(sentence, one.first, one.last)]
    return are_ranked or (found if len(found) == len(entries) > _SEVERAL else [])


def _entries(sentence: Sentence, begin: int, *, is_parted: bool) -> list[tuple[int, int]]:
    """The first and last token of each entry between semicolons, or between commas and "and"."""
    found: list[tuple[int, int]] = []
    first = begin
    for at in range(begin, sentence.size + 1):
        is_end = at == sentence.size or sentence.low[at] == ";"
        is_end |= not is_parted and at < sentence.size and _parts(sentence, at)
        if is_end:
            if at > first:
                found.append((first, at - 1))
            first = at + 1
    return [one for one in found if any(map(sentence.is_word, range(one[0], one[1] + 1)))]


def _parts(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] == "," or bool(sentence.mask[at] & CONJUNCTION)


def _person(clauses: Clauses, first: int, last: int) -> Group | None:
    """The one person whom an entry begins with: "Capt. Roe, 1st Battalion", "Ida Holm, 34", "a passer-by"."""
    sentence = clauses.sentence
    while first < last and sentence.mask[first] & CONJUNCTION:
        first += 1
    group = clauses.by_first.get(first)
    if group is not None and not group.is_guess:
        return group if group.low == group.high == 1 and not group.is_pronoun else None
    name = name_right(sentence, first)
    is_full = name is not None and (name.last - name.first + 1 >= _FULL or has_rank(sentence, first, first))
    return name if is_full and name is not None and name.last <= last else None
