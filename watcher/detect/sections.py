"""Sentences that are not of this release's own event: lists of other releases, and what an exercise plays."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

if TYPE_CHECKING:
    from watcher.detect.lexicon import Lexicon

_LEAD = 3  # sentences that say what a release is about
_SHORT = 90  # characters: a line of a list of links is no longer
_CLOSE = frozenset('.!?"”’')


def foreign_sentences(text: str, low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, str]:
    """The sentences whose claims do not count, each with the reason."""
    found = _other_releases(text, spans, lexicon)
    found.update(_played(low, spans, lexicon))
    return found


def _other_releases(text: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, str]:
    """From a heading such as "Related stories" on, as long as the lines are short and end without a stop."""
    heading = _headings(lexicon.vocabulary.digest, lexicon.vocabulary.ignored.headings)
    found: dict[int, str] = {}
    is_open = False
    for number, (begin, end) in enumerate(spans):
        if heading.match(text, begin, end):
            is_open = True
        elif is_open and (end - begin > _SHORT or (text[end - 1] in _CLOSE and end - begin > _SHORT // 2)):
            is_open = False
        if is_open:
            found[number] = "list of other releases"
    return found


@lru_cache(maxsize=16)
def _headings(digest: str, headings: tuple[str, ...]) -> re.Pattern[str]:
    del digest
    either = "|".join(sorted(map(re.escape, headings), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?:{either})\s*(?::|(?=\n)|$)", re.IGNORECASE)


def _played(low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, str]:
    """The sentences right before and behind one that says that all is simulated."""
    automaton = _simulated(lexicon.vocabulary.digest, words_of(lexicon, "simulated"))
    begins = [begin for begin, _ in spans]
    found: dict[int, str] = {}
    for _, start, end in automaton.find_matches_as_indexes(low):
        if (start and low[start - 1].isalnum()) or (end < len(low) and low[end].isalnum()):
            continue
        number = bisect_right(begins, start) - 1
        for neighbour in (number - 1, number + 1):
            if 0 <= neighbour < len(spans):
                found[neighbour] = "simulated"
    return found


def announces_exercise(low: str, spans: list[tuple[int, int]], lexicon: Lexicon) -> bool:
    """Whether the first sentences speak of an exercise: then its victims and patients are played."""
    end = spans[min(_LEAD, len(spans)) - 1][1]
    words = (*words_of(lexicon, "simulated"), *words_of(lexicon, "exercise"))
    lead = low[:end]
    return any(re.search(rf"\b{re.escape(word)}\b", lead) for word in words if word in lead)


def words_of(lexicon: Lexicon, name: str) -> tuple[str, ...]:
    """The words of the cues of one name."""
    return tuple(word for cue in lexicon.vocabulary.cues if cue.name == name for word in cue.words)


@lru_cache(maxsize=16)
def _simulated(digest: str, words: tuple[str, ...]) -> AhoCorasick:
    del digest
    return AhoCorasick(list(words) or ["\x00"], matchkind=MatchKind.LeftmostLongest)
