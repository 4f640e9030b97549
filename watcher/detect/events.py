"""Where one incident of a text ends and the next begins, and what place and date the text gives each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.detect.dates import Days, days_of
from watcher.detect.lexicon import compiled, either
from watcher.detect.places import places_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from watcher.config.words import Vocabulary
    from watcher.detect.annotations import Found
    from watcher.detect.dates import Stated
    from watcher.model.claim import Claim


_HEAD = 700  # characters: a dateline stands in the first of them
_APART = 300  # characters: how much further something behind a semicolon counts
_ASIDE = 30  # characters: the same for something before the claim with a comma between
_LONG = 5  # words of a dateline's place
Near = tuple[int, int]


@lru_cache(maxsize=16)
def _starts(digest: str, months: tuple[str, ...], days: tuple[str, ...], starts: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    month, day, start = either(months), either(days), either(starts)
    return re.compile(
        rf"(?:\(?\d{{1,3}}[.)]\s|[-–—•*·▪]\s)?(?:on\s)?(?:(?:(?:{month})\b\.?\s\d|\d{{1,2}}[-\s](?:{month})\b)|(?:{day})\b,?\s|(?:in\s|a\s|the\s|an\s)?(?:{start})\b|(?:in|near)\s(?P<place>[a-z]))",
    )


@lru_cache(maxsize=16)
def _happened(digest: str, words: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    return re.compile(rf"\b(?:{either(words)})\b")


# The head of a line: a place in capitals, or any place with a date in brackets behind it, up to a dash or a colon.
_DATELINE = re.compile(
    r"(?m)^[ \t]*(?:(?P<place>[A-Z][A-Z'’.-]{2,}(?:[ ][A-Z][A-Z'’.-]+){0,3}(?:,[ ][A-Z][\w.'’ -]{1,24}?)?)"
    r"(?:,?[ ]\(?(?P<date>[A-Z][a-z]{2,8}\.?[ ]\d{1,2}(?:,?[ ]\d{4})?|\d{1,2}[ ][A-Z][a-z]{2,8}(?:[ ]\d{4})?)\)?)?"
    r"(?:[ ]\([A-Z][\w ]{1,20}\))?[ ]?(?:[–—]|--?|:)[ ]"
    r"|(?P<place2>[A-Z][^\n()–—]{2,40}?)[ ]*\((?P<date2>[^)\n]{3,24})\)[ ]*(?:[-–—]{1,2}[ ]|\((?=[A-Z])|$))"
)
_BEHIND_PLACE = re.compile(r",?\s*\d.*$")  # a date in the place of a dateline: "LIMA, 3 MAR 88"


def incidents_of(text: str, low: str, spans: list[tuple[int, int]], vocabulary: Vocabulary) -> list[int]:
    """The number of the incident that each sentence speaks of; 0 until the first one is opened.

    `low` is the text in small letters, which are found faster than letters of either kind.
    """
    calendar = vocabulary.calendar
    days = (*calendar.weekdays, *calendar.relative)
    start = _starts(vocabulary.digest, tuple(calendar.months), days, vocabulary.grammar["new_incident"])
    numbers, current = [], 0
    for begin, _ in spans:
        match = start.match(low, begin)
        is_opened = match is not None and (match["place"] is None or "A" <= text[match.end() - 1] <= "Z")
        if is_opened and (begin or _is_place(text, vocabulary)):
            current += 1
        numbers.append(current)
    return numbers


def _is_place(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text begins with a place ("In Amara two …"): its first sentence is then no summary of the others."""
    first, _, rest = text.lstrip()[:40].partition(" ")
    day = rest.partition(" ")[0].lower().strip(",.")
    is_day = day in vocabulary.calendar.months or day in vocabulary.calendar.weekdays
    return first.lower() in vocabulary.places.openers and rest[:1].isupper() and not is_day


class Events:
    """Places and dates of one text, found when asked for and kept by sentence."""

    def __init__(self, text: str, low: str, vocabulary: Vocabulary, published: datetime | None, place: str) -> None:
        """Keep what fixes relative dates; the dateline is read once. `low` is the text in small letters."""
        self.text, self.low, self.lexicon = text, low, compiled(vocabulary)
        self.days = Days(text, low, vocabulary, published.date() if published else None)
        self.dateline = place
        self.head = 0  # where the text behind the dateline's date begins
        self._places: dict[tuple[int, bool], list[Stated]] = {}
        self._dates: dict[int, list[Stated]] = {}
        self._happened = _happened(vocabulary.digest, vocabulary.telling.happened)
        self._read_dateline()

    def date_near(self, span: Near, near: Near) -> Stated | None:
        """The date of a sentence that stands nearest to two offsets in it."""
        begin, end = span
        found = self._dates.get(begin)
        if found is None:
            found = self._dates[begin] = [one for one in self.days.between(begin, end) if one.start >= self.head]
        return self._nearest(found, near)

    def place_near(self, span: Near, near: Near, *, is_weak: bool = False) -> Stated | None:
        """The place of a sentence that stands nearest to two offsets in it, of the event or only of its people."""
        begin, end = span
        found = self._places.get((begin, is_weak))
        if found is None:
            both = places_between(self.text, self.low, begin, end, self.lexicon)
            for weak in (False, True):
                self._places[begin, weak] = [one for one in both if one.is_weak == weak]
            found = self._places[begin, is_weak]
        return self._nearest(found, near)

    def tells_where(self, span: Near) -> bool:
        """Whether a sentence says where or when something happened: "The attack took place in …"."""
        return self._happened.search(self.low, *span) is not None

    def _nearest(self, found: list[Stated], near: Near) -> Stated | None:
        if len(found) < 2:
            return found[0] if found else None
        return min(found, key=lambda stated: self._distance(stated, near))

    def _distance(self, stated: Stated, near: Near) -> int:
        begin, end = near
        first, last = (end, stated.start) if stated.start >= end else (stated.end, begin)
        if first >= last:
            return stated.penalty
        apart = _APART if self.text.find(";", first, last) >= 0 else 0
        if last == begin and self.text.find(",", first, last) >= 0:
            apart += _ASIDE
        return last - first + stated.penalty + apart

    def _read_dateline(self) -> None:
        """The place and the day that the head of the release names: "KABUL, Afghanistan (May 9, 2011) – …"."""
        for match in _DATELINE.finditer(self.text, 0, _HEAD):
            place = _BEHIND_PLACE.sub("", match["place"] or match["place2"]).strip(" ,")
            if not self._is_place(place):
                continue
            self.dateline = self.dateline or place
            raw = match["date"] or match["date2"]
            stated = self.days.patterns.date.search(raw.lower()) if raw else None
            days = days_of(stated, self.days.calendar, self.days.today) if stated else None
            self.days.today = days[0] if days else self.days.today
            self.head = match.end() if days else 0
            return

    def _is_place(self, words: str) -> bool:
        """Whether the head of a line can be a place: short, and of no word that tells of people or of the text."""
        parts = words.replace(",", " ").lower().split()
        labels = self.lexicon.vocabulary.places.labels
        if len(parts) > _LONG or any(part in labels for part in parts):
            return False
        known = [word for part in parts if (word := self.lexicon.words.get(part)) is not None]
        return not any(word.harm or word.cues or (word.people and not word.people.is_modifier) for word in known)


# The claims of a text with the place and the date of what they tell of, and with their wholes.

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
