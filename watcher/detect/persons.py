"""The dead and injured who are named: whose names a claim's people are, with age, unit and home town as stated."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.lexicon import ROLES
from watcher.detect.names import Name, behind_reserve, has_age, may_be_person, names_in
from watcher.detect.phrases import age_before, age_length
from watcher.detect.tokens import BE, DEFINITE, HAVE, LABEL, MONTH, PREPOSITION, STRUCTURAL, THING
from watcher.model.claim import Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.document import Document
    from watcher.detect.tokens import Reading
    from watcher.model.claim import Claim, Harm


_SPEECH, _HOME, _NATIVE, _ASSIGNED = ROLES["speech"], ROLES["home"], ROLES["native"], ROLES["assigned"]
_PRONOUN = ROLES["singular_pronouns"] | ROLES["plural_pronouns"]
_AGED, _FORMATION, _TITLE, _WEEKDAY = ROLES["aged"], ROLES["formations"], ROLES["titles"], ROLES["weekday"]
_BETWEEN = frozenset(',:(-–—"“')
_LONG = 14  # words of a unit or a town
_TAIL = 40  # words behind a name that tell of the person
_OLDEST = 120
_NEAR = 4  # words between an age and the name


def people_of(reading: Reading, names: Sequence[Name], events: Sequence[HarmEvent]) -> dict[int, tuple[Name, ...]]:
    """Which names are those of each event's people, by the event's place; a name of one group is no other group's."""
    owned: dict[int, tuple[Name, ...]] = {}
    for number, event in enumerate(events):
        name = _own(reading, names, event.group) if event.group is not None else None
        if name is not None:
            owned[number] = (name,)
    taken = {name for group in owned.values() for name in group}
    free = [name for name in names if name not in taken and not _is_nobody_harmed(reading, name)]
    for number, event in enumerate(events):
        if number not in owned and free and event.group is not None and event.group.low != 0:
            owned[number] = _beside(reading, free, event, event.group)
    return owned


def _own(reading: Reading, names: Sequence[Name], group: Group) -> Name | None:
    """The name that a group is, or that stands right behind the rank that it is: "Captain", "Hela Brandvik"."""
    for name in names:
        if group.is_name and group.first <= name.first <= group.last:
            return name
        if name.is_ranked and name.rank_first <= group.last < name.last and group.first <= name.rank_first:
            return name
        is_inside = group.first <= group.head < name.rank_first and name.last <= group.last
        if is_inside or (name.rank_first == group.last + 1 and group.high == 1 and group.head >= 0):
            return name
    is_name = group.is_name and group.last > group.first and not reading.is_capitals
    if is_name and may_be_person(reading, group.first, group.last):
        return Name(group.first, group.first, group.last)
    return None


def _beside(reading: Reading, names: Sequence[Name], event: HarmEvent, group: Group) -> tuple[Name, ...]:
    """As in "two soldiers, Sgt. X and Pfc. Y, were killed", "killed four: …", "identified the dead man as …"."""
    end = max(group.last, event.at)
    found: list[Name] = []
    for name in names:
        at = name.rank_first
        is_inside = group.last < at <= end
        is_identified = at > end and reading.low[at - 1] in reading.rule_words.name_openers
        is_listed = at > end and bool(found or _opens_list(reading, end + 1, at))
        if is_inside or _is_next(reading, group.last + 1, at) or is_identified or is_listed:
            found.append(name)
    return tuple(found[: group.high] if group.high is not None else found)


def _is_next(reading: Reading, begin: int, at: int) -> bool:
    """Whether only a comma, a bracket or an "identified as" stands between."""
    introductions = reading.rule_words.name_introductions
    between = reading.low[begin:at]
    return begin <= at <= begin + 3 and all(low in _BETWEEN or low in introductions for low in between)


def _opens_list(reading: Reading, begin: int, at: int) -> bool:
    """Whether a colon right before a name opens a list of names."""
    return at > begin and reading.low[at - 1] == ":"


def _is_nobody_harmed(reading: Reading, name: Name) -> bool:
    """Who speaks, whose the dead are, and whom a preposition governs: "Col. X said", "Capt. X's men", "by Lt. X"."""
    after, before, rule_words = name.last + 1, name.rank_first - 1, reading.rule_words
    if after < reading.size and (reading.mask[after] & _SPEECH or reading.low[after] in rule_words.possessive_marks):
        return True
    if before < 0 or reading.low[before] in rule_words.name_openers:
        return False
    return bool(reading.mask[before] & (_SPEECH | PREPOSITION))


def name_listed(document: Document, reading: Reading) -> None:
    """As in "The three soldiers killed were:" with a line for each: the lines name the people of the last claim."""
    if document.text[reading.end - 1] != ":" or not document.events or document.events[-1].sentence != reading.number:
        return
    event = document.events[-1]
    people = event.claim.people
    for number in range(reading.number + 1, min(len(document.spans), reading.number + 1 + _LISTED)):
        named = _listed_people(document.sentence(number), event.claim.harm)
        if not named:
            break
        people += named
    event.claim = replace(event.claim, people=people)


def _listed_people(reading: Reading, harm: Harm) -> tuple[Person, ...]:
    """The people of a line that does nothing but name them: rank, name, age."""
    names = names_in(reading)
    chosen = [name for name in names if name.rank_first == 0 or _is_marked(reading, name)]
    people = persons(reading, chosen, names, harm)
    return tuple(person for person in people if person.age is not None or person.rank)


def named_later(reading: Reading, names: Sequence[Name]) -> list[Name]:
    """The names of a sentence that says who the dead are: those with a rank or an age, but not who says so."""
    return [
        name
        for name in names
        if (name.is_ranked or has_age(reading, name.last + 1)) and not _is_nobody_harmed(reading, name)
    ]


def told_of(reading: Reading, names: Sequence[Name], people: tuple[Person, ...]) -> tuple[Person, ...]:
    """As in "Roe was assigned to …", "The soldiers were assigned to …": what a sentence adds to people named before."""
    known = {*reading.low, *(reading.low[name.last] for name in names)}
    found = {person: surname for person in people if (surname := _surname(person, reading)) in known}
    if not found and not _means_all(reading, len(people)):
        return people
    meant = found or people
    surnames = set(found.values())
    first = max((at for at, low in enumerate(reading.low) if low in surnames), default=0)
    age, unit, town = _told(reading, first + 1, reading.size, is_late=True)
    return tuple(
        replace(
            person,
            age=age if person.age is None else person.age,
            unit=person.unit or unit,
            home_town=person.home_town or town,
        )
        if person in meant
        else person
        for person in people
    )


def _means_all(reading: Reading, count: int) -> bool:
    """Whether a sentence begins with "they", "the soldiers", "both": with "he" only where one was named."""
    low, rule_words = reading.low[0], reading.rule_words
    is_all = bool(reading.mask[0] & (_PRONOUN | DEFINITE)) or low in rule_words.all_of_them
    return is_all and (count == 1 or low not in rule_words.person_pronouns)


def _surname(person: Person, reading: Reading) -> str:
    """The last word of a name in small letters, without what may follow it: "Reed" of "James Reed Jr."."""
    name = person.name.lower()
    for suffix in reading.rule_words.surname_suffixes:
        name = name.removesuffix(suffix)
    return name.rpartition(" ")[2]


def _is_marked(reading: Reading, name: Name) -> bool:
    return name.rank_first <= 2 and not reading.is_word(0)


def persons(reading: Reading, chosen: Sequence[Name], every: Sequence[Name], harm: Harm) -> tuple[Person, ...]:
    """The chosen names with what the text tells of each before it names the next one of `every`."""
    begins = [name.rank_first for name in every]
    found = []
    for name in chosen:
        following = bisect_right(begins, name.last)
        found.append(_person(reading, name, harm, begins[following] if following < len(begins) else reading.size))
    return tuple(found)


def _person(reading: Reading, name: Name, harm: Harm, stop: int) -> Person:
    stop = min(stop, name.last + _TAIL)
    age, unit, town = _told(reading, name.last + 1, stop)
    rank = reading.raw(name.rank_first, name.first - 1) if name.is_ranked else ""
    return Person(
        name=" ".join(reading.raw(name.first, name.last).split()),
        harm=harm,
        start=reading.starts[name.first],
        end=reading.stops[name.last],
        rank="" if reading.mask[name.rank_first] & _TITLE else " ".join(rank.split()),
        age=_age_before(reading, name.rank_first) if age is None else age,
        unit=unit,
        home_town=town,
    )


def _age_before(reading: Reading, at: int) -> int | None:
    """As in "the 24-year-old Pvt. Ida Holm", "a 24-year-old soldier, Pvt. Ida Holm"."""
    for first in range(at, max(0, at - _NEAR), -1):
        begin = age_before(reading, first)
        if begin < first and reading.low[begin].isdecimal():
            return int(reading.low[begin])
        if reading.words[first - 1].harm is not None:
            break
    return None


def _told(reading: Reading, at: int, stop: int, *, is_late: bool = False) -> tuple[int | None, str, str]:
    """Age, unit and home town in the tokens behind a name, up to its verb or the next name."""
    age, unit, town = None, "", ""
    at = behind_reserve(reading, at)
    if has_age(reading, at):
        probe = next(place for place in range(at, at + 4) if reading.low[place].isdecimal())
        age, at = int(reading.low[probe]), probe + 1
        age = age if age <= _OLDEST else None
    while at < stop:
        mask = reading.mask[at]
        if mask & _ASSIGNED and not unit:
            last = _run(reading, at + 1, stop)
            unit, at = _words(reading, at + 1, last), last
        elif mask & (_HOME | _NATIVE) and at + 1 < stop:
            last = _run(reading, at + 1, stop)
            words = _words(reading, at + 1, last)
            if _is_unit(reading, at + 1, last):
                unit, at = unit or words, last
            elif not town and _is_town(reading, at + 1, last) and (mask & _NATIVE or _is_open(reading, at - 1)):
                town, at = words, last
        elif age is None and reading.low[at].isdecimal() and age_length(reading, at):
            age = int(reading.low[at])
        elif (mask & (BE | HAVE) and not is_late) or reading.words[at].harm is not None or reading.low[at] == ";":
            break
        at += 1
    return age, unit, town


def _is_town(reading: Reading, first: int, last: int) -> bool:
    """Whether a run of words can be a place: no body of people or army stands in it ("of Hamas")."""
    return all(reading.words[at].people is None and not reading.mask[at] & THING for at in range(first, last + 1))


def _is_open(reading: Reading, before: int) -> bool:
    """Whether a home can follow: behind a comma, a bracket, an age, "was" or the name, not "soldiers of Kabul"."""
    if reading.mask[before] & BE:
        return True
    low = reading.low[before]
    is_apart = low in {",", ")", "("} or low in reading.rule_words.age_endings
    return is_apart or low.isdecimal() or reading.is_capital(before)


def _run(reading: Reading, at: int, stop: int) -> int:
    """The last token of the capitalised words from `at` on, with "the", "of", ordinals and commas between them."""
    last = at - 1
    probe = at
    while probe < stop and probe < at + _LONG:
        if _is_named(reading, probe):
            last = probe
        elif not _joins(reading, probe):
            break
        probe += 1
    return last


def _is_named(reading: Reading, at: int) -> bool:
    if reading.mask[at] & (MONTH | _WEEKDAY | BE | HAVE) or reading.words[at].harm is not None:
        return False
    if reading.is_capitals and (reading.mask[at] & STRUCTURAL or reading.words[at].people is not None):
        return False
    low = reading.low[at]
    is_number = low[0].isdecimal() or low in reading.rule_words.ordinal_endings
    return is_number or (reading.is_word(at) and reading.is_capital(at))


def _joins(reading: Reading, at: int) -> bool:
    low = reading.low[at]
    if low == ".":
        return reading.touches_left(at) and len(reading.low[at - 1]) <= 5
    rule_words = reading.rule_words
    is_joint = low in {",", "-", "/", "&"} or low in rule_words.unit_particles or low in rule_words.possessive_marks
    return is_joint or bool(reading.mask[at] & DEFINITE)


def _words(reading: Reading, first: int, last: int) -> str:
    while first <= last and (reading.mask[first] & DEFINITE or reading.low[first] == ","):
        first += 1
    return " ".join(reading.raw(first, last).split()) if first <= last else ""


def _is_unit(reading: Reading, first: int, last: int) -> bool:
    """Whether a run of words names a unit, not a town: it counts itself or is called a battalion."""
    return any(
        reading.mask[at] & (_FORMATION | (LABEL if reading.low[first][0].isdecimal() else 0))
        for at in range(first, last + 1)
    )


# Who the dead and injured are, where the sentences behind a claim tell it: "He has been named as …", "They were …".

_LISTED = 12  # lines: a list of names is no longer
_AHEAD = 3  # sentences behind a claim that can name its people
_OPEN = frozenset({"asserted", "assessed"})


def name_people(document: Document) -> None:
    """Give the claims that stand for themselves the people that later sentences name, with their units and ages."""
    grammar, naming = document.lexicon.vocabulary.grammar, document.lexicon.vocabulary.telling.naming
    assigned = (*grammar["assigned"], *grammar["aged"])
    taken = {event.sentence for event in document.events}
    named = {id(event.whole) for event in document.events if event.whole is not None and event.claim.people}
    for event in document.events:
        claim = event.claim
        if event.repeats or claim.stance not in _OPEN or claim.harm == "captured":
            continue
        behind = range(event.sentence + 1, min(len(document.spans), event.sentence + 1 + _AHEAD))
        numbers = [number for number in behind if number not in taken]
        people = claim.people
        if not people and id(event) not in named and not claim.is_background:
            people = _named(document, claim, numbers, naming)
        if any(not person.unit or person.age is None for person in people):
            people = _told_later(document, people, numbers, assigned)
        if people is not claim.people:
            event.claim = replace(claim, people=people)


def _named(document: Document, claim: Claim, numbers: Iterable[int], naming: Iterable[str]) -> tuple[Person, ...]:
    """The names of the first sentence that says who they are, no more than are counted."""
    most = claim.count_max
    for number in numbers:
        if not _holds(document, number, naming):
            continue
        reading = document.sentence(number)
        names = names_in(reading)
        chosen = named_later(reading, names)
        if chosen and (most is None or len(chosen) <= most):
            return persons(reading, chosen, names, claim.harm)
    return ()


def _told_later(
    document: Document, people: tuple[Person, ...], numbers: Iterable[int], assigned: Iterable[str]
) -> tuple[Person, ...]:
    """The people with the unit, age and home that later sentences add."""
    for number in numbers:
        if _holds(document, number, assigned):
            reading = document.sentence(number)
            people = told_of(reading, names_in(reading), people)
    return people


def _holds(document: Document, number: int, words: Iterable[str]) -> bool:
    part = document.low[slice(*document.spans[number])]
    return any(word in part for word in words)
