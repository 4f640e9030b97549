"""Numbers beside the name of a month: its day, its year, or people who are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import BE, HAVE, RELATIVE, STRUCTURAL, is_month

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_YEAR_DIGITS, _LAST_DAY = 4, 31
_DESCRIBED = 3  # words from a number to the people whom it counts


def is_day_of_month(sentence: Sentence, last: int) -> bool:
    """As in "losses, 1-7 May": days of a month, where "3 to 5 may have died" counts people."""
    month = last + 1
    is_named = month < sentence.size and sentence.is_capital(month) and not sentence.is_capitals
    return is_named and sentence.low[last][0].isdecimal() and is_month(sentence, month)


def dates_month(sentence: Sentence, first: int, last: int) -> bool:
    """Whether the number in tokens `first` to `last` stands right after a month and dates it: "May 12", "May 2024".

    "In May 40 rebels" and, where the month has its day already, "on 12 May 3 soldiers" count people.
    """
    month = first - 1 - int(first > 0 and sentence.low[first - 1] == ".")
    if not is_month(sentence, month) or not _can_be_day_or_year(sentence.low[first]):
        return False
    has_day = month > 0 and sentence.low[month - 1][0].isdecimal() and _can_be_day_or_year(sentence.low[month - 1])
    is_count = len(sentence.low[first]) == 1 or _counts_people(sentence, last + 1)
    return not (has_day and is_count)


def _can_be_day_or_year(number: str) -> bool:
    return not number.isdecimal() or len(number) == _YEAR_DIGITS or int(number) <= _LAST_DAY


def _counts_people(sentence: Sentence, begin: int) -> bool:
    """As in "18 armed terrorists", "18 were killed": what stands after a number that is the year of no date."""
    for at in range(begin, min(sentence.size, begin + _DESCRIBED)):
        word = sentence.words[at]
        if word.people is not None and not word.people.is_modifier:
            return word.is_plural
        if at == begin and (sentence.mask[at] & (BE | HAVE) or word.harm is not None):
            return True
        if not sentence.is_word(at) or sentence.mask[at] & STRUCTURAL:
            return False
    return False


def is_inserted(sentence: Sentence, at: int, first: int, last: int) -> bool:
    """As in "Adair, who lost a leg in 2009, was hurt again": the year is in a clause between commas."""
    if at != first or "," not in sentence.low[first:last]:
        return False
    opening = next((probe for probe in range(at, 0, -1) if sentence.low[probe] == ","), 0)
    return bool(opening) and bool(sentence.mask[opening + 1] & RELATIVE)


def past_doing(sentence: Sentence, first: int) -> int:
    """The token after a harm, or after "while directing" in "killed while directing traffic in 1961"."""
    doing, words = first + 2, sentence.rule_words
    is_doing = doing < sentence.size and sentence.low[doing].endswith(words.gerund_endings)
    return doing if is_doing and sentence.low[first + 1] in words.time_openers else first + 1
