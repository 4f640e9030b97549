"""Who the dead and injured are, where the sentences behind a claim tell it: "He has been named as …", "They were …".

Also their unit and age: "Roe was assigned to …", "Corporal Hill, aged 26, …". Only a few sentences behind a claim are
read, and of those the ones without a claim of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.names import names_in
from watcher.detect.numbers import read_quantities
from watcher.detect.people import named_later, persons, told_of
from watcher.detect.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.detect.claims import Found
    from watcher.detect.lexicon import Lexicon
    from watcher.models import Person

_AHEAD = 3  # sentences behind a claim that can name its people
_OPEN = frozenset({"asserted", "assessed"})
Span = tuple[int, int]


class Naming:
    """Looks behind the claims of one text for names, units and ages."""

    def __init__(self, text: str, low: str, spans: list[Span], lexicon: Lexicon) -> None:
        """Keep where to look; `low` is the text in small letters."""
        self.text, self.low, self.spans, self.lexicon = text, low, spans, lexicon
        grammar = lexicon.vocabulary.grammar
        self.naming = lexicon.vocabulary.telling.naming
        self.assigned = (*grammar["assigned"], *grammar["aged"])
        self.known: dict[int, Reading] = {}

    def complete(self, found: list[Found]) -> None:
        """Give the claims that stand for themselves the people that later sentences name."""
        taken = {one.sentence for one in found}
        named = {id(one.part_of) for one in found if one.part_of is not None and one.claim.people}
        for one in found:
            if one.repeats or one.claim.stance not in _OPEN or one.claim.harm == "captured":
                continue
            behind = range(one.sentence + 1, min(len(self.spans), one.sentence + 1 + _AHEAD))
            numbers = [number for number in behind if number not in taken]
            if not one.claim.people and id(one) not in named and not one.claim.is_background:
                one.claim.people = self._named(one, numbers)
            if any(not person.unit or person.age is None for person in one.claim.people):
                one.claim.people = self._told(one.claim.people, numbers)

    def _named(self, one: Found, numbers: Iterable[int]) -> tuple[Person, ...]:
        """The names of the first sentence that says who they are, no more than are counted."""
        most = one.claim.count_max
        for number in numbers:
            if not self._holds(number, self.naming):
                continue
            reading = self._reading(number)
            names = names_in(reading)
            chosen = named_later(reading, names)
            if chosen and (most is None or len(chosen) <= most):
                return persons(reading, chosen, names, one.claim.harm)
        return ()

    def _told(self, people: tuple[Person, ...], numbers: Iterable[int]) -> tuple[Person, ...]:
        """The people with the unit, age and home that later sentences add."""
        for number in numbers:
            if self._holds(number, self.assigned):
                reading = self._reading(number)
                people = told_of(reading, names_in(reading), people)
        return people

    def _holds(self, number: int, words: Iterable[str]) -> bool:
        begin, end = self.spans[number]
        part = self.low[begin:end]
        return any(word in part for word in words)

    def _reading(self, number: int) -> Reading:
        if number not in self.known:
            reading = Reading(self.text, *self.spans[number], self.lexicon)
            reading.quantities = read_quantities(reading)
            self.known[number] = reading
        return self.known[number]
