"""Where and when the events happened: the place and the date of each claim, from its sentence or those around it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from watcher.detect.claims.dates_of_wounds import dates_before_death
from watcher.detect.claims.told_twice import first_said
from watcher.detect.text.openings import DATELINE, can_be_place, place_of
from watcher.detect.words.dates import Days, Stated, days_of
from watcher.detect.words.lexicon import once_per_vocabulary
from watcher.detect.words.place_names import places_between
from watcher.detect.words.whole_words import whole_words
from watcher.model.claim import Mention

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.whole_words import Sought
    from watcher.model.claim import Harm


_BACK, _AFTER = 3, 2  # sentences: how far before and after a claim its place and date are looked for
_HEAD = 700  # characters: a dateline stands in the first of them
_APART = 300  # characters: how much further something after a semicolon counts
_ASIDE = 30  # characters: the same for something before the claim with a comma between
Span = tuple[int, int]
PlaceAndDay = tuple[str, Stated]
_NO_DAY = Stated(0, 0, "")


def set_places_and_dates(document: Document) -> None:
    """Complete the claims that repeat no other: place, date, incident, and the number of their total."""
    kept = [event for event in document.events if not event.repeats]
    numbers = {id(event): number for number, event in enumerate(kept)}
    said_again: dict[int, list[HarmEvent]] = {}
    parts: dict[int, list[HarmEvent]] = {}
    for event in document.events:
        if event.part_of is not None:
            (said_again if event.repeats else parts).setdefault(id(first_said(event.part_of)), []).append(event)
    finder = _Finder(document)
    stated = {id(event): finder.stated(event, said_again.get(id(event), [])) for event in kept}
    for event in kept:
        place, day = _or_of_parts(stated[id(event)], [stated[id(part)] for part in parts.get(id(event), [])])
        event.claim = event.claim.with_values(
            place=place.title() if place.isupper() else place,
            place_raw=place,
            date_raw=day.raw,
            event_from=day.first,
            event_to=day.last,
            part_of=numbers.get(id(first_said(event.part_of))) if event.part_of else None,
            incident=event.incident,
            also=tuple(Mention("text", one.claim.start, one.claim.end) for one in said_again.get(id(event), ())),
        )
    document.claims = tuple(event.claim for event in kept)


def _or_of_parts(total: PlaceAndDay, parts: list[PlaceAndDay]) -> PlaceAndDay:
    """A total without a place or a date of its own has that of its parts where they agree."""
    place, day = total
    if not place and len({part_place for part_place, _ in parts}) == 1:
        place = parts[0][0]
    if not day.raw and len({part_day.raw for _, part_day in parts}) == 1:
        day = parts[0][1]
    return place, day


class _Finder:
    """Looks for the places and dates of the claims of one text; what a sentence states is found once."""

    def __init__(self, document: Document) -> None:
        """Keep where to look; the dateline is read at once."""
        self.document = document
        vocabulary, published = document.lexicon.vocabulary, document.context.published
        self.days = Days(document.text, document.low, vocabulary, published.date() if published else None)
        self.happened = _happened(vocabulary)
        self.dateline = document.context.dateline
        self.head = 0  # where the text after the dateline's date begins
        self.places: dict[tuple[int, bool], list[Stated]] = {}
        self.dates: dict[int, list[tuple[Stated, Harm | None]]] = {}
        self.openings: dict[int, int] = {}
        of_now = {event.sentence for event in document.events if not _is_of_old(event)}
        self.of_old = {event.sentence for event in document.events} - of_now  # sentences of other events alone
        self.told: dict[int, bool] = {}  # by sentence, whether it says that something happened
        for number, incident in enumerate(document.incidents):
            self.openings.setdefault(incident, number)
        self._read_dateline()

    def _read_dateline(self) -> None:
        """The place and the day that the head of the release names: "KABUL, Afghanistan (May 9, 2011) – …"."""
        for match in filter(None, (DATELINE.match(self.document.text, at, _HEAD) for at in self._lines_of_head())):
            place = place_of(match)
            if not can_be_place(place, self.document.lexicon):
                continue
            self.dateline = self.dateline or place
            raw = match["date"] or match["date2"]
            stated = self.days.patterns.date.search(raw.lower()) if raw else None
            days = days_of(stated, self.days.calendar, self.days.today) if stated else None
            self.days.today = days[0] if days else self.days.today
            self.head = match.end() if days else 0
            return

    def _lines_of_head(self) -> Iterator[int]:
        """Where the lines of the head begin: trying them alone takes a tenth of a search over all its letters."""
        at, text = 0, self.document.text
        while at >= 0:
            yield at
            at = text.find("\n", at, _HEAD) + 1 or -1

    def stated(self, event: HarmEvent, again: list[HarmEvent]) -> PlaceAndDay:
        """The place and the date of a claim; `again` are the events that repeat it."""
        dated = self._first(event, again, partial(self._date_near, event)) if self.days.hits else None
        return self._place_of(event, again), dated or _NO_DAY

    def _place_of(self, event: HarmEvent, again: list[HarmEvent]) -> str:
        """The place of a claim; one where somebody is treated or based only where no other is stated."""
        found = self._first(event, again, self._place_near)
        if found is None and not _is_of_old(event):
            found = self._place_near(self.document.spans[event.sentence], event.near, is_weak=True)
        if found is not None:
            return found.raw
        return "" if _is_of_old(event) else self.dateline

    def _first(
        self, event: HarmEvent, again: list[HarmEvent], near: Callable[[Span, Span], Stated | None]
    ) -> Stated | None:
        for span, where in self._spans_around(event, again):
            found = near(span, where)
            if found is not None:
                return found
        return None

    def _spans_around(self, event: HarmEvent, again: list[HarmEvent]) -> Iterator[tuple[Span, Span]]:
        """The sentences to look in, in order, each with what in it is nearest to the claim.

        What tells only of other events ("wanted for the attack in 2022, in which …") dates nothing of this one.
        """
        spans, incidents = self.document.spans, self.document.incidents
        yield spans[event.sentence], event.near
        if _is_of_old(event):
            return
        for other in again:
            yield spans[other.sentence], other.near
        for number in range(event.sentence - 1, max(-1, event.sentence - 1 - _BACK), -1):
            if incidents[number] != event.incident:
                break
            if number not in self.of_old:
                yield spans[number], (spans[number][1], spans[number][1])
        opening = self.openings[event.incident]
        if opening not in self.of_old:
            yield spans[opening], (spans[opening][0], spans[opening][0])
        for number in range(event.sentence + 1, min(len(spans), event.sentence + 1 + _AFTER)):
            if incidents[number] == event.incident and number not in self.of_old and self._tells(number):
                yield spans[number], (spans[number][0], spans[number][0])

    def _tells(self, number: int) -> bool:
        """Whether a sentence says that something happened; asked for the place and for the date of each claim."""
        told = self.told.get(number)
        if told is None:
            told = self.told[number] = self.document.says(self.happened, *self.document.spans[number])
        return told

    def _date_near(self, event: HarmEvent, span: Span, near: Span) -> Stated | None:
        """The date of a sentence that stands nearest to two offsets in it; none of what its people went through before.

        As in "A soldier wounded on 2 February died on Saturday": he died on Saturday.
        """
        begin, end = span
        found = self.dates.get(begin)
        if found is None:
            dates = [one for one in self.days.between(begin, end) if one.start >= self.head]
            before = dates_before_death(self.document, begin, dates) if dates else {}
            found = self.dates[begin] = [(one, before.get(one.start)) for one in dates]
        own = event.claim.harm if begin == self.document.spans[event.sentence][0] else None
        return self._nearest([one for one, harm in found if harm is None or harm == own], near)

    def _place_near(self, span: Span, near: Span, *, is_weak: bool = False) -> Stated | None:
        """The place of a sentence that stands nearest to two offsets in it, of the event or only of its people."""
        begin, end = span
        found = self.places.get((begin, is_weak))
        if found is None:
            both = places_between(self.document.text, self.document.low, begin, end, self.document.lexicon)
            for weak in (False, True):
                self.places[begin, weak] = [one for one in both if one.is_weak == weak]
            found = self.places[begin, is_weak]
        return self._nearest(found, near)

    def _nearest(self, found: list[Stated], near: Span) -> Stated | None:
        if len(found) < 2:
            return found[0] if found else None
        return min(found, key=lambda stated: self._distance(stated, near))

    def _distance(self, stated: Stated, near: Span) -> int:
        begin, end = near
        first, last = (end, stated.start) if stated.start >= end else (stated.end, begin)
        if first >= last:
            return stated.penalty
        text = self.document.text
        apart = _APART if text.find(";", first, last) >= 0 else 0
        if last == begin and text.find(",", first, last) >= 0:
            apart += _ASIDE
        return last - first + stated.penalty + apart


def _is_of_old(event: HarmEvent) -> bool:
    """Whether a claim is of another event than the release's, or of none: only its own sentence says where and when."""
    return event.claim.is_background or event.claim.stance in {"historical", "hypothetical"}


@once_per_vocabulary
def _happened(vocabulary: Vocabulary) -> Sought:
    """What says that something happened: "The attack took place in …"."""
    return whole_words(vocabulary.telling.happened)
