"""The claims of a text with the place and the date of what they tell of, and with their wholes.

The nearest statement counts: in the claim's own sentence, in one that says the same again, in the sentences of the same
incident before it, in one behind that says where it happened, at last the dateline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watcher.detect.claims import Found
    from watcher.detect.days import Stated
    from watcher.detect.events import Events
    from watcher.models import Claim

_BACK, _AHEAD = 3, 2  # sentences: how far before and behind a claim its place and date are looked for
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a text with the number of the incident that each speaks of."""

    spans: list[Span]
    incidents: list[int]


def placed(sentences: Sentences, found: list[Found], events: Events) -> tuple[Claim, ...]:
    """The claims that stand for themselves, each with place, date, incident and the place of its whole."""
    kept = [one for one in found if not one.repeats]
    places = {id(one): number for number, one in enumerate(kept)}
    said_again: dict[int, list[Found]] = {}
    parts: dict[int, list[Found]] = {}
    for one in found:
        if one.part_of is not None:
            whole = _standing(one.part_of)
            (said_again if one.repeats else parts).setdefault(id(whole), []).append(one)
    finder = _Finder(sentences, events)
    claims = [_placed(one, said_again.get(id(one), []), finder, places) for one in kept]
    return tuple(
        _of_parts(claim, [claims[places[id(part)]] for part in parts.get(id(one), [])])
        for one, claim in zip(kept, claims, strict=True)
    )


def _of_parts(whole: Claim, parts: list[Claim]) -> Claim:
    """A whole without a place or a date of its own has that of its parts where they agree."""
    if not whole.place_raw and len({part.place_raw for part in parts}) == 1:
        whole = replace(whole, place=parts[0].place, place_raw=parts[0].place_raw)
    if not whole.date_raw and len({part.date_raw for part in parts}) == 1:
        first = parts[0]
        whole = replace(whole, date_raw=first.date_raw, event_from=first.event_from, event_to=first.event_to)
    return whole


def _standing(whole: Found) -> Found:
    """A whole that repeats another one stands for that."""
    while whole.repeats and whole.part_of is not None:
        whole = whole.part_of
    return whole


def _placed(one: Found, again: list[Found], finder: _Finder, places: dict[int, int]) -> Claim:
    claim, day, place = one.claim, finder.date_of(one, again), finder.place_of(one, again)
    claim.place_raw, claim.place = place, place.title() if place.isupper() else place
    if day:
        claim.date_raw, claim.event_from, claim.event_to = day.raw, day.first, day.last
    claim.incident = finder.sentences.incidents[one.sentence]
    claim.part_of = places.get(id(_standing(one.part_of))) if one.part_of else None
    return claim.closed()


class _Finder:
    """Looks for the place and the date of claims."""

    def __init__(self, sentences: Sentences, events: Events) -> None:
        """Keep where to look."""
        self.sentences, self.events = sentences, events
        self.openings: dict[int, int] = {}
        for number, incident in enumerate(sentences.incidents):
            self.openings.setdefault(incident, number)

    def date_of(self, one: Found, again: list[Found]) -> Stated | None:
        """The date of a claim."""
        return self._first(one, again, self.events.date_near)

    def place_of(self, one: Found, again: list[Found]) -> str:
        """The place of a claim; one where somebody is treated or based only where no other is stated."""
        found = self._first(one, again, self.events.place_near)
        if found is None and not _is_of_old(one):
            span = self.sentences.spans[one.sentence]
            found = self.events.place_near(span, _near(one), is_weak=True)
        if found is not None:
            return found.raw
        return "" if _is_of_old(one) else self.events.dateline

    def _first(self, one: Found, again: list[Found], look: Callable[[Span, Span], Stated | None]) -> Stated | None:
        for span, near in self._where(one, again):
            found = look(span, near)
            if found is not None:
                return found
        return None

    def _where(self, one: Found, again: list[Found]) -> Iterator[tuple[Span, Span]]:
        """The sentences to look in, in order, each with what in it is nearest to the claim."""
        spans, incidents = self.sentences.spans, self.sentences.incidents
        yield spans[one.sentence], _near(one)
        if _is_of_old(one):
            return
        for other in again:
            yield spans[other.sentence], _near(other)
        incident = incidents[one.sentence]
        for number in range(one.sentence - 1, max(-1, one.sentence - 1 - _BACK), -1):
            if incidents[number] != incident:
                break
            yield spans[number], (spans[number][1], spans[number][1])
        opening = self.openings[incident]
        yield spans[opening], (spans[opening][0], spans[opening][0])
        for number in range(one.sentence + 1, min(len(spans), one.sentence + 1 + _AHEAD)):
            if incidents[number] == incident and self.events.tells_where(spans[number]):
                yield spans[number], (spans[number][0], spans[number][0])


def _is_of_old(one: Found) -> bool:
    """Whether a claim is of another event than the release's: then only its own sentence says where and when."""
    return one.claim.is_background or one.claim.stance == "historical"


def _near(one: Found) -> Span:
    """Where in the text the people of a claim stand."""
    return one.near if one.near != (0, 0) else (one.claim.start, one.claim.end)
