"""The dead and injured who are named after their claim: in lines below a colon, in the sentences that follow.

"The three killed were:" with a line for each; "He has been named as …"; "They were assigned to …", which adds units and
ages to people who have been named already.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.names import has_age, names_in
from watcher.detect.people.person_details import details_after
from watcher.detect.people.persons import is_not_harmed, persons
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import DEFINITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.detect.people.names import Name
    from watcher.detect.text.document import Document
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Claim, Harm, Person


_PRONOUN = ROLES["singular_pronouns"] | ROLES["plural_pronouns"]
_MARK = 2  # tokens of the sign before a name in a list
_LISTED = 12  # lines: a list of names is no longer
_AFTER = 3  # sentences after a claim that can name its people
_OPEN = frozenset({"asserted", "assessed"})


def name_listed(document: Document, sentence: Sentence) -> None:
    """As in "The three soldiers killed were:" with a line for each: the lines name the people of the last claim."""
    if document.text[sentence.end - 1] != ":" or not document.events or document.events[-1].sentence != sentence.number:
        return
    event = document.events[-1]
    listed: tuple[Person, ...] = ()
    for number in range(sentence.number + 1, min(len(document.spans), sentence.number + 1 + _LISTED)):
        named = _listed_people(document.sentence(number), event.claim.harm)
        if not named:
            break
        listed += named
    if listed:
        event.claim = replace(event.claim, people=(*event.claim.people, *listed))


def _listed_people(sentence: Sentence, harm: Harm) -> tuple[Person, ...]:
    """The people of a line that does nothing but name them: rank, name, age."""
    names = names_in(sentence)
    has_mark = not sentence.is_word(0)  # "- Sgt. Ida Holm, 22"
    chosen = [name for name in names if name.rank_first == 0 or (has_mark and name.rank_first <= _MARK)]
    people = persons(sentence, chosen, names, harm)
    return tuple(person for person in people if person.age is not None or person.rank)


def name_people(document: Document) -> None:
    """Give the claims that repeat no other the people that later sentences name, with their units and ages."""
    grammar, naming = document.lexicon.vocabulary.grammar, document.lexicon.vocabulary.telling.naming
    assigned = (*grammar["assigned"], *grammar["aged"])
    taken = {event.sentence for event in document.events}
    named = {id(event.part_of) for event in document.events if event.part_of is not None and event.claim.people}
    for event in document.events:
        claim = event.claim
        if event.repeats or claim.stance not in _OPEN or claim.harm == "captured":
            continue
        after = range(event.sentence + 1, min(len(document.spans), event.sentence + 1 + _AFTER))
        numbers = [number for number in after if number not in taken]
        people = claim.people
        if not people and id(event) not in named and not claim.is_background:
            people = _named(document, claim, numbers, naming)
        if any(not person.unit or person.age is None for person in people):
            people = _with_details(document, people, numbers, assigned)
        if people is not claim.people:
            event.claim = replace(claim, people=people)


def _named(document: Document, claim: Claim, numbers: Iterable[int], naming: Iterable[str]) -> tuple[Person, ...]:
    """The names of the first sentence that says who they are, no more than are counted."""
    most = claim.count_max
    for number in numbers:
        if not _holds(document, number, naming):
            continue
        sentence = document.sentence(number)
        names = names_in(sentence)
        chosen = _named_later(sentence, names)
        if chosen and (most is None or len(chosen) <= most):
            return persons(sentence, chosen, names, claim.harm)
    return ()


def _named_later(sentence: Sentence, names: Sequence[Name]) -> list[Name]:
    """The names of a sentence that says who the dead are: those with a rank or an age, but not who says so."""
    return [
        name
        for name in names
        if (name.is_ranked or has_age(sentence, name.last + 1)) and not is_not_harmed(sentence, name)
    ]


def _with_details(
    document: Document, people: tuple[Person, ...], numbers: Iterable[int], assigned: Iterable[str]
) -> tuple[Person, ...]:
    """The people with the unit, age and home that later sentences add."""
    for number in numbers:
        if _holds(document, number, assigned):
            people = _with_sentence(document.sentence(number), people)
    return people


def _with_sentence(sentence: Sentence, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """As in "Roe was assigned to …", "The soldiers were assigned to …": people with what a later sentence adds."""
    words = set(sentence.low)
    found = {person: surname for person in people if (surname := _surname(person, sentence)) in words}
    if not found and not _means_all(sentence, len(people)):
        return people
    meant = found or people
    surnames = set(found.values())
    first = max((at for at, low in enumerate(sentence.low) if low in surnames), default=0)
    age, unit, town = details_after(sentence, first + 1, sentence.size, has_verb=True)
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


def _means_all(sentence: Sentence, count: int) -> bool:
    """Whether a sentence begins with "they", "the soldiers", "both": with "he" only where one was named."""
    low, rule_words = sentence.low[0], sentence.rule_words
    is_all = bool(sentence.mask[0] & (_PRONOUN | DEFINITE)) or low in rule_words.all_of_them
    return is_all and (count == 1 or low not in rule_words.person_pronouns)


def _surname(person: Person, sentence: Sentence) -> str:
    """The last word of a name in small letters, without what may follow it: "Reed" of "James Reed Jr."."""
    name = person.name.lower()
    for suffix in sentence.rule_words.surname_suffixes:
        name = name.removesuffix(suffix)
    return name.rpartition(" ")[2]


def _holds(document: Document, number: int, words: Iterable[str]) -> bool:
    part = document.low[slice(*document.spans[number])]
    return any(map(part.__contains__, words))
