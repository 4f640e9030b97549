"""Names after a label: "Killed: Capt. Roe; Sgt. Lund", "Dead: Ida Holm, 34; Omar Rao, 27": one person for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import has_rank, name_right
from watcher.detect.words.annotations import events_of
from watcher.detect.words.idioms import meant
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, CONJUNCTION, DETERMINER, RANK, RELATIVE

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
    if sentence.harms[0] > _LABEL:
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
    if sentence.is_capitals:
        return are_ranked  # any word may be a name there
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


def join_entries(sentence: Sentence) -> list[tuple[int, int]]:
    """As in "Spc. Roe, 22, of Dorn; and Pfc. Hart, 19, of Karsa; died May 3": between names a semicolon is a comma.

    The first token of each entry and the one after its last; none where other things stand between.
    """
    if ":" in sentence.present:
        return []  # "Dead: Ida Holm, 34; Sam Roe, 25"
    return _parted(sentence) or _ranked(sentence)


def _parted(sentence: Sentence) -> list[tuple[int, int]]:
    signs = [at for at, low in enumerate(sentence.low) if low == ";"]
    begins = [at + 1 + bool(sentence.mask[at + 1] & CONJUNCTION) for at in signs if at + 2 < sentence.size]
    first = next((at for at in range(signs[0]) if _begins_name(sentence, at)), -1) if signs else -1
    if first < 0 or len(begins) < len(signs):
        return []
    is_closed = sentence.is_harm(begins[-1]) or bool(sentence.mask[begins[-1]] & BE)
    names = begins[:-1] if is_closed else begins
    if not names or not all(_begins_name(sentence, at) for at in names):
        return []
    for at in signs:
        sentence.low[at] = ","
    return [*zip([first, *names], [*signs, sentence.size][: len(names) + 1], strict=True)]


def _ranked(sentence: Sentence) -> list[tuple[int, int]]:
    """As in "Sgt. Hart of Lisse, Spc. Roe, 22, of Dorn, and Pfc. Lund were killed": each begins with its rank."""
    ranks = [at for at, roles in enumerate(sentence.mask) if roles & RANK and sentence.is_capital(at)]
    begins = [at for at in ranks if not at or _may_precede(sentence, at - 1)]
    if len(begins) < _SEVERAL:
        return []
    last = next((at for at in range(begins[-1], sentence.size) if _ends_list(sentence, at)), sentence.size)
    entries = [*zip(begins, [*begins[1:], last], strict=True)]
    is_list = not any(_ends_list(sentence, at) for first, end in entries for at in range(first, end))
    return entries if is_list else []


def _may_precede(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] == "," or bool(sentence.mask[at] & (CONJUNCTION | BE)) or sentence.is_harm(at)


def _ends_list(sentence: Sentence, at: int) -> bool:
    """Whether a verb stands at a token, or what no list of people holds."""
    return sentence.is_harm(at) or bool(sentence.mask[at] & (AUXILIARY | BARRIER | RELATIVE)) or sentence.low[at] == ";"


def call_names(clauses: Clauses, events: list[HarmEvent], entries: list[tuple[int, int]]) -> list[HarmEvent]:
    """The events of a sentence with one word of harm, one for each person whom its entries name."""
    groups = [event.group for event in events if event.group is not None]
    is_of_them = all(any(first <= one.first < end for first, end in entries) for one in groups)
    if len({event.at for event in events}) != 1 or not is_of_them or any(one.is_counted for one in groups):
        return events
    people = [_person(clauses, first, end - 1) for first, end in entries]
    found = [person for person in people if person is not None]
    return events_of(events[0].entry, events[0].at, found, events[0].voice) if len(found) == len(entries) else events


def _begins_name(sentence: Sentence, at: int) -> bool:
    """Whether a rank and a name, or a full name and an age, stand at a token."""
    if sentence.mask[at] & RANK and sentence.is_capital(at):
        return True
    name = name_right(sentence, at)
    after = name.last + 1 if name is not None and name.last > name.first else sentence.size
    return after + 1 < sentence.size and sentence.low[after] == "," and sentence.low[after + 1].isdecimal()
