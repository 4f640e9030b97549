"""A past that the text remembers over several sentences: what follows "lost in a storm in 1976" is as old as that.

A claim is of that past where its own sentence names no recent day and a sentence shortly before it names an old year,
or one of those that open the text tells of a ceremony.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.detect.sections import words_of

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.claims import Found
    from watcher.detect.lexicon import Lexicon

_BACK = 2  # sentences before a claim that can make it old
_LEAD = 2  # sentences that say what a release is about
_REACH = 8  # sentences that a ceremony in the first ones reaches
_LONG_AGO = 1990  # a year before this is no news
_SHORT = 4  # letters: "sun" and "mon" are words of their own
_CEREMONY = "ceremony"  # the name of the cues that carry over sentences


class Memory:
    """Which sentences of a text speak of an old past, found when asked for."""

    def __init__(self, low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> None:
        """`low` is the text in small letters."""
        self.low, self.spans, self.vocabulary = low, spans, lexicon.vocabulary
        self.ceremonies = _automaton(lexicon.vocabulary.digest, words_of(lexicon, _CEREMONY))
        self.known: dict[int, bool] = {}

    def settle(self, found: list[Found]) -> None:
        """Make history of the asserted claims that belong to an old past."""
        for one in found:
            is_open = one.claim.stance == "asserted" and not one.claim.is_background
            if is_open and one.draft.voice != "verdict" and self._is_old(one.sentence):
                rules = (*one.claim.rules, "remembered before")
                one.claim = replace(one.claim, stance="historical", is_background=False, rules=rules)

    def _is_old(self, number: int) -> bool:
        begin, end = self.spans[number]
        if _days(self.vocabulary).search(self.low, begin, end):
            return False
        before = range(max(0, number - _BACK), number)
        return any(self._tells_of_past(other) for other in before) or self._opens_with_ceremony(number)

    def _tells_of_past(self, number: int) -> bool:
        if number not in self.known:
            year = _years(self.vocabulary).search(self.low, *self.spans[number])
            self.known[number] = year is not None and int(year["year"]) < _LONG_AGO
        return self.known[number]

    def _opens_with_ceremony(self, number: int) -> bool:
        """Whether one of the first sentences does so; only what follows soon is of it."""
        return number <= _REACH and any(self._names_ceremony(other) for other in range(min(_LEAD, number)))

    def _names_ceremony(self, number: int) -> bool:
        begin, end = self.spans[number]
        part = self.low[begin:end]
        for _, first, last in self.ceremonies.find_matches_as_indexes(part):
            if not ((first and part[first - 1].isalnum()) or (last < len(part) and part[last].isalnum())):
                return True
        return False


@lru_cache(maxsize=16)
def _automaton(digest: str, words: tuple[str, ...]) -> AhoCorasick:
    del digest
    return AhoCorasick(list(words) or ["\x00"], matchkind=MatchKind.LeftmostLongest)


def _days(vocabulary: Vocabulary) -> re.Pattern[str]:
    calendar = vocabulary.calendar
    names = tuple(name for name in (*calendar.weekdays, *calendar.relative) if len(name) > _SHORT)
    return _days_of(vocabulary.digest, names)


@lru_cache(maxsize=16)
def _days_of(digest: str, names: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True))) or '(?!)'})\b")


def _years(vocabulary: Vocabulary) -> re.Pattern[str]:
    """A year behind a preposition, a season or a date: "in 1976", "8 January 1976", no number of a release."""
    return _years_of(vocabulary.digest, tuple(vocabulary.calendar.months))


@lru_cache(maxsize=16)
def _years_of(digest: str, months: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True)) or "(?!)"
    return re.compile(
        rf"\b(?:(?:in|of|since|until|by|from|during|early|late|spring|summer|autumn|winter)\s"
        rf"|(?:{month})\b\.?\s(?:\d{{1,2}},?\s)?)(?P<year>1[5-9]\d\d)\b(?!-)"
    )
