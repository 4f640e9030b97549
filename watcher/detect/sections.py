"""Sentences that are not of this release's own event: lists of other releases, and what an exercise plays."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.detect.lexicon import Lexicon

_LEAD = 3  # sentences that say what a release is about
_SHORT = 90  # characters: a line of a list of links is no longer
_CLOSE = frozenset('.!?"”’')


def foreign_sentences(text: str, low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, str]:
    """The sentences whose claims do not count, each with the reason."""
    found = _other_releases(text, low, spans, lexicon)
    found.update(_played(low, spans, lexicon))
    return found


def _other_releases(text: str, low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, str]:
    """From a heading such as "Related stories" on, as long as the lines are short and end without a stop."""
    found: dict[int, str] = {}
    starts = lexicon.headings.starts(low)
    if not starts or {begin for begin, _ in spans}.isdisjoint(starts):
        return found
    heading = _headings(lexicon.vocabulary.digest, lexicon.vocabulary.ignored.headings)
    is_open = False
    for number, (begin, end) in enumerate(spans):
        if heading.match(text, begin, end):
            is_open = True
        elif is_open and not _is_listed(text, begin, end):
            is_open = False
        if is_open:
            found[number] = "list of other releases"
    return found


def _is_listed(text: str, begin: int, end: int) -> bool:
    """Whether a sentence is a line of a list, or several of them: short, and longer ones without a stop."""
    is_short = all(len(line) <= _SHORT for line in text[begin:end].split("\n"))
    return is_short and not (text[end - 1] in _CLOSE and end - begin > _SHORT // 2)


@lru_cache(maxsize=16)
def _headings(digest: str, headings: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    either = "|".join(sorted(map(re.escape, headings), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?:{either})\s*(?::|(?=\n)|$)", re.IGNORECASE)


def _played(low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, str]:
    """The sentences right before and behind one that says that all is simulated."""
    found: dict[int, str] = {}
    starts = lexicon.simulated.starts(low)
    begins = [begin for begin, _ in spans] if starts else []
    for start in starts:
        number = bisect_right(begins, start) - 1
        for neighbour in (number - 1, number + 1):
            if 0 <= neighbour < len(spans):
                found[neighbour] = "simulated"
    return found


def announces_exercise(low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> bool:
    """Whether the first sentences speak of an exercise: then its victims and patients are played."""
    return bool(lexicon.exercise.starts(low[: spans[min(_LEAD, len(spans)) - 1][1]]))
