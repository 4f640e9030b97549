"""A text with its annotations: what the stages of the detector hand on from one to the next."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.detect.text.even_blanks import EvenText
from watcher.detect.text.sentences import sentence_reach, sentence_spans
from watcher.detect.text.tables import find_tables
from watcher.detect.words.finder import letters_of
from watcher.detect.words.tokens import Sentence, without_raised
from watcher.detect.words.whose import forces_named
from watcher.model.text_context import NO_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watcher.detect.text.sentences import Spans
    from watcher.detect.words.annotations import Dismissed, HarmEvent, Row
    from watcher.detect.words.finder import Finder
    from watcher.detect.words.lexicon import Lexicon
    from watcher.detect.words.whole_words import Sought
    from watcher.model.claim import Bounds, Claim, Harm, Total
    from watcher.model.text_context import OwnSide, TextContext


_NONE = EvenText("", "")
_PROSE = 160  # characters: a longer line is prose, but for cells, whose names and figures stand side by side
_CELL = 80  # characters between a word of harm and its figure or its sign
_TABULAR, _GAP = re.compile(r"[\d:|\t]"), " " * 3


@dataclass(slots=True, eq=False)
class Document:
    """A text, its sentences and what has been found in them.

    `context` is what is known beside the text. `sentence_stages` run over each sentence that is read. `events` are the
    harm events that have become claims; `claims` are those that repeat no other, with everything known of them.
    """

    text: str
    lexicon: Lexicon
    sentence_stages: tuple[Callable[[Sentence], None], ...] = ()
    context: TextContext = NO_CONTEXT
    low: str = field(init=False)  # the text in small letters
    spans: list[tuple[int, int]] = field(init=False)  # where each sentence begins and ends
    harmful: list[int] = field(init=False)  # the numbers of the sentences that hold a word of harm
    rows: dict[int, Row] = field(init=False)  # by sentence, what the rows of tables say
    incidents: list[int] = field(default_factory=list)  # by sentence, which incident it speaks of
    events: list[HarmEvent] = field(default_factory=list)
    corrected: list[HarmEvent] = field(default_factory=list)  # what the text says to have been said before and wrong
    dismissed: list[Dismissed] = field(default_factory=list)
    claims: tuple[Claim, ...] = ()
    totals: dict[Harm, Bounds] = field(default_factory=dict)
    totals_by: tuple[Total, ...] = ()
    even: EvenText = _NONE  # where the signs of `text` stand in the text as it came
    _cut: dict[int, Sentence] = field(default_factory=dict)  # sentences whose tokens are known
    _read: dict[int, Sentence] = field(default_factory=dict)  # those that the stages have read
    _letters: frozenset[str] | None = None  # what stands together, once it is asked for
    _life: int = 0  # words of a person's own life, counted with them
    _own_words: frozenset[str] | None = None  # for the publisher's own side, once they are asked for

    def __post_init__(self) -> None:
        """Find the sentences that hold a word of harm; a text without one is not even cut into sentences."""
        self.low = lowered(self.text)
        hits = self._hits(self.low.replace("\n", " "))
        self.spans = sentence_spans(self.text, self.lexicon) if hits else []
        is_tabular = any(_may_be_tabular(self.text, hit) and self._may_count(hit, word) for hit, word in hits)
        rows, heads = find_tables(self.text, self.lexicon) if is_tabular else ([], [])
        if rows:
            self.spans = _cut(self.spans, sorted([*((row.start, row.end) for row in rows), *heads]), self.text)
        is_across = self._unwrap() or any("\n" in self.low[hit : hit + len(word)] for hit, word in hits)
        hits = self._hits(self.low) if is_across else hits
        begins = [begin for begin, _ in self.spans]
        self.rows = {bisect_right(begins, row.start) - 1: row for row in rows}
        silent = {bisect_right(begins, start) - 1 for start, _ in heads}
        named = {
            number
            for hit, word in hits
            if self._is_complete(number := max(0, bisect_right(begins, hit) - 1), word) and self._may_count(hit, word)
        }
        self.harmful = sorted((named | set(self.rows)) - silent)

    def _unwrap(self) -> bool:
        """Make a blank of each line break inside a sentence, so that every rule finds its words there; whether any is.

        The text keeps its length, and every offset its meaning.
        """
        if "\n" not in self.text:
            return False
        breaks = [at for begin, end in self.spans for at in _breaks(self.text, begin, end)]
        if breaks:
            signs = list(self.text)
            for at in breaks:
                signs[at] = " "
            self.text = "".join(signs)
            self.low = lowered(self.text)
        return bool(breaks)

    def _hits(self, low: str) -> list[tuple[int, str]]:
        """The words of harm; none where each needs another word which no sentence around it can hold."""
        hits, needing = self.lexicon.harms.found(low), self.lexicon.needing
        is_any = any(word not in needing for _, word in hits) or any(self._may_count(hit, word) for hit, word in hits)
        return hits if is_any else []

    def _may_count(self, hit: int, word: str) -> bool:
        """Whether what a word of harm needs beside it can stand in its sentence, without cutting the text."""
        needed = self.lexicon.needing.get(word)
        return needed is None or any(map(sentence_reach(self.low, hit).__contains__, needed))

    def _is_complete(self, number: int, word: str) -> bool:
        """Whether a sentence holds what a word of harm needs beside it: "set" is none without "ablaze" or "fire"."""
        needed = self.lexicon.needing.get(word)
        if needed is None:
            return True
        begin, end = self.spans[number]
        sentence = self.low[begin:end]
        return any(map(sentence.__contains__, needed))

    @property
    def own_words(self) -> frozenset[str]:
        """The words for the publisher's own side."""
        if self._own_words is None:
            self._own_words = _own_words(self.lexicon, self.context.own_side)
        return self._own_words

    @property
    def life_words(self) -> int:
        """How many words of a person's own life the text holds; counted when first asked for."""
        self._read_letters()
        return self._life

    def _read_letters(self) -> frozenset[str]:
        if self._letters is None:
            letters = letters_of(self.low)
            self._letters, self._life = frozenset(letters), sum(map(self.lexicon.life.__contains__, letters))
        return self._letters

    def may_hold(self, words: Finder | Sought) -> bool:
        """Whether words need be looked for in the text: most texts hold no part of them."""
        return words.may_find(self._letters or self._read_letters())

    def says(self, sought: Sought, begin: int = 0, end: int = sys.maxsize) -> bool:
        """Whether a pattern finds something in the text, or between two offsets of it."""
        return self.may_hold(sought) and sought.pattern.search(self.low, begin, end) is not None

    def starts(self, finder: Finder) -> list[int]:
        """Where the words of a finder begin."""
        return finder.starts(self.low) if self.may_hold(finder) else []

    def holding(self, starts: list[int]) -> set[int]:
        """The numbers of the sentences that hold what begins at some offsets of the text."""
        if not starts:
            return set()
        begins = [begin for begin, _ in self.spans]
        return {bisect_right(begins, start) - 1 for start in starts}

    def tokens(self, number: int) -> Sentence:
        """The sentence of a number with its tokens alone: a fifth of the work of `sentence`.

        A rule about sentences nearby asks it for the words that it needs before it has them read.
        """
        sentence = self._cut.get(number)
        if sentence is None:
            begin, end = self.spans[number]
            sentence = self._cut[number] = Sentence(self.text, begin, end, self.lexicon, number, self.rows.get(number))
        return sentence

    def sentence(self, number: int) -> Sentence:
        """The sentence of a number as the sentence stages leave it; it is read once, when first asked for."""
        sentence = self._read.get(number)
        if sentence is None:
            sentence = self._read[number] = self.tokens(number)
            for stage in self.sentence_stages:
                stage(sentence)
        return sentence


def _breaks(text: str, begin: int, end: int) -> Iterator[int]:
    """Where lines end between two offsets."""
    at = text.find("\n", begin, end)
    while at >= 0:
        yield at
        at = text.find("\n", at + 1, end)


def _may_be_tabular(text: str, hit: int) -> bool:
    """Whether a word of harm stands in a line that a table can hold or stand under: a short one, or beside a sign."""
    begin, end = text.rfind("\n", 0, hit) + 1, text.find("\n", hit)
    end = end if end >= 0 else len(text)
    if end - begin <= _PROSE:
        return True
    near = text[max(begin, hit - _CELL) : min(end, hit + _CELL)]
    return _GAP in near or _TABULAR.search(near) is not None


def _cut(spans: Spans, rows: Spans, text: str) -> Spans:
    """The sentences without what rows of tables take of them, and the rows themselves; both are in order, apart."""
    found, ends = list(rows), [last for _, last in rows]
    for begin, end in spans:
        at, number = begin, bisect_right(ends, begin)
        while number < len(rows) and rows[number][0] < end:
            first, last = rows[number]
            _keep(found, text, at, first)
            at, number = max(at, last), number + 1
        _keep(found, text, at, end)
    return sorted(found)


def _keep(spans: Spans, text: str, begin: int, end: int) -> None:
    """Keep the words between two offsets as a sentence, if there are any."""
    words = text[begin:end].strip()
    if any(sign.isalnum() for sign in words):
        start = text.index(words, begin)
        spans.append((start, start + len(words)))


def lowered(text: str) -> str:
    """Small letters, character for character: a letter whose small form is longer stays as it is; no marks of notes."""
    if not text.isascii():
        text = without_raised(text)
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _own_words(lexicon: Lexicon, side: OwnSide) -> frozenset[str]:
    """Words for a publisher's own side: of its country and its forces, where known; police by its name."""
    words, known = lexicon.rule_words.own_words, lexicon.vocabulary.nationalities
    if side.country in known:
        words = (words - frozenset().union(*known.values())) | known[side.country]
    named = {word.strip(",.()") for word in side.publisher.lower().split()}
    police = {word for word in named if forces_named(lexicon, (word,)) == {"police"}}
    forces = {force.lower() for force in side.forces}
    return words | police | forces if police or forces else words
