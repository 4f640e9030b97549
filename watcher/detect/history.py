"""A past that the text remembers over several sentences: what follows "lost in a storm in 1976" is as old as that.

A claim is of that past where its own sentence names no recent day and a sentence shortly before it names an old year,
or one of those that open the text tells of a ceremony.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from watcher.detect.lexicon import either, once_per_vocabulary

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.annotations import Found
    from watcher.detect.lexicon import Lexicon


_BACK = 2  # sentences before a claim that can make it old
_LEAD = 2  # sentences that say what a release is about
_REACH = 8  # sentences that a ceremony in the first ones reaches
_LONG_AGO = 1980  # a year before this is no news
_SHORT = 4  # letters: names of days that are no longer say nothing
_OPENING = 20  # characters: what makes a number a year stands so near before it
_YEAR = re.compile(r"1[5-9]\d\d(?![\w-])")


class Memory:
    """Which sentences of a text speak of an old past, found when asked for."""

    def __init__(self, low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> None:
        """Find the old years at once. `low` is the text in small letters."""
        self.low, self.spans, self.lexicon = low, spans, lexicon
        self.past = {bisect_right(spans, (match.start(), len(low))) - 1 for match in _old_years(low, lexicon)}
        self.is_ceremony: bool | None = None

    def settle(self, found: list[Found]) -> None:
        """Make history of the asserted claims that belong to an old past."""
        for one in found:
            is_open = one.claim.stance == "asserted" and not one.claim.is_background
            if is_open and one.draft.voice != "verdict" and self._is_old(one.sentence):
                one.claim.stance, one.claim.is_background = "historical", False
                one.claim.rules = (*one.claim.rules, "remembered before")

    def _is_old(self, number: int) -> bool:
        is_past = bool(self.past) and any(other in self.past for other in range(number - _BACK, number))
        if not is_past and not (0 < number <= _REACH and self._opens_with_ceremony()):
            return False
        return _recent_days(self.lexicon.vocabulary).search(self.low, *self.spans[number]) is None

    def _opens_with_ceremony(self) -> bool:
        """Whether one of the first sentences does so; only what follows soon is of it."""
        if self.is_ceremony is None:
            end = self.spans[min(_LEAD, len(self.spans)) - 1][1]
            self.is_ceremony = bool(self.lexicon.ceremony.starts(self.low[:end]))
        return self.is_ceremony


@once_per_vocabulary
def _recent_days(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What finds the name of a day of these weeks; short ones ("sun", "mon") are words of their own."""
    calendar = vocabulary.calendar
    names = either((name for name in (*calendar.weekdays, *calendar.relative) if len(name) > _SHORT), blank=" ")
    return re.compile(rf"\b(?:{names})\b")


def _old_years(low: str, lexicon: Lexicon) -> list[re.Match[str]]:
    """The years of old that stand behind a preposition, a season or a date, and are no number of a release."""
    years = [match for match in _YEAR.finditer(low) if int(match.group()) < _LONG_AGO]
    if not years:
        return years
    opener = _year_opener(lexicon.vocabulary)
    return [match for match in years if opener.search(low, max(0, match.start() - _OPENING), match.start())]


@once_per_vocabulary
def _year_opener(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What finds, right before a year, a word such as "in" or a month with or without its day."""
    calendar = vocabulary.calendar
    date = rf"(?:{either(calendar.months)})\b\.?(?:\s\d{{1,2}},?)?"
    return re.compile(rf"\b(?:{either(calendar.old_year_openers)}|{date})\s\Z")
