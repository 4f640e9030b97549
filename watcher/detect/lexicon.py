"""A vocabulary made ready for matching: one look-up per word, phrases as tries, one automaton of harm words.

Everything is computed once per vocabulary and process (`compiled`); nothing here depends on a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.config.words import GRAMMAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.config.words import CueWords, HarmWords, PeopleWords, QuantityWords, Vocabulary

# A number with its separators, a word with inner hyphens and apostrophes (the possessive ending apart), or one sign.
TOKEN = re.compile(
    r"\d+(?:[.,\u00a0\u202f'’]\d+)*|[^\W\d_]+(?:[-‐‑/'’](?!s\b|S\b)[^\W\d_]+)*|['’][sS]\b|\S",
)

_NAMES = (*GRAMMAR, "unit", "thing", "rank", "month", "weekday", "relative_day", "place_opener", "place_kind")
# Each role of a word is one bit, so that asking for one of several is a single operation.
ROLES: dict[str, int] = {name: 1 << position for position, name in enumerate(_NAMES)}


@dataclass(slots=True)
class Word:
    """What the vocabulary knows of one word or phrase; a word can have several senses."""

    text: str = ""
    harm: HarmWords | None = None
    people: PeopleWords | None = None
    is_plural: bool = False
    cues: tuple[CueWords, ...] = ()
    quantity: QuantityWords | None = None
    bound: str = ""
    mask: int = 0
    number: int | None = None
    is_numeric: bool = False
    phrases: dict[str, list[tuple[tuple[str, ...], Word]]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether only longer phrases begin with this word."""
        return not (self.harm or self.people or self.cues or self.quantity or self.bound or self.mask) and (
            self.number is None
        )


NOTHING = Word()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled vocabulary: words by their small letters, and the automaton that finds sentences worth reading."""

    vocabulary: Vocabulary
    words: dict[str, Word]
    automaton: AhoCorasick
    scales: dict[str, int]
    ones: dict[str, int]
    tens: dict[str, int]


@lru_cache(maxsize=16)
def compiled_by(digest: str, holder: _Holder) -> Lexicon:
    """The lexicon of a vocabulary, kept per process; `digest` is the key."""
    del digest
    return _compile(holder.vocabulary)


@dataclass(frozen=True, slots=True)
class _Holder:
    """Carries the vocabulary past the cache's key: two vocabularies with one digest are the same file."""

    vocabulary: Vocabulary = field(hash=False, compare=False)


def compiled(vocabulary: Vocabulary) -> Lexicon:
    """The lexicon of a vocabulary, compiled once per process."""
    if not vocabulary.digest:
        return _compile(vocabulary)
    return compiled_by(vocabulary.digest, _Holder(vocabulary))


def _compile(vocabulary: Vocabulary) -> Lexicon:
    words: dict[str, Word] = {}
    _add_harms(vocabulary, words)
    _add_people(vocabulary, words)
    _add_cues(vocabulary, words)
    _add_quantities(vocabulary, words)
    _add_roles(vocabulary, words)
    for text in ("a", "an", "half", vocabulary.numbers.between):
        _slot(words, text).is_numeric = True
    _mark_numeric(words)
    triggers = sorted({text for entry in vocabulary.harms for text in spelled(entry.words)})
    automaton = AhoCorasick(triggers, matchkind=MatchKind.LeftmostLongest)
    numbers = vocabulary.numbers
    return Lexicon(vocabulary, words, automaton, dict(numbers.scales), dict(numbers.ones), dict(numbers.tens))


def _mark_numeric(words: dict[str, Word]) -> None:
    for word in words.values():
        for one in (word, *(phrase for tails in word.phrases.values() for _, phrase in tails)):
            one.is_numeric |= bool(one.bound) or one.quantity is not None or one.number is not None


def spelled(words: Iterable[str]) -> list[str]:
    """Singular and plural of "one/many", everything else as it stands."""
    return [part for word in words for part in word.split("/")]


def _add_harms(vocabulary: Vocabulary, words: dict[str, Word]) -> None:
    for entry in vocabulary.harms:
        for text, is_plural in _numbered(entry.words):
            word = _slot(words, text)
            word.harm, word.is_plural = entry, is_plural


def _numbered(listed: Iterable[str]) -> list[tuple[str, bool]]:
    """Each spelling with whether it is a plural; a noun without a slash counts as one."""
    found = []
    for word in listed:
        one, slash, many = word.partition("/")
        found += [(one, False), (many, True)] if slash else [(one, True)]
    return found


def _add_people(vocabulary: Vocabulary, words: dict[str, Word]) -> None:
    for entry in vocabulary.people:
        for text, is_plural in _numbered(entry.words):
            word = _slot(words, text)
            if word.people is not None and word.people.is_modifier and not entry.is_modifier:
                word.people = None
            if entry.is_child or entry.is_woman or word.people is None:
                word.people, word.is_plural = entry, is_plural


def _add_cues(vocabulary: Vocabulary, words: dict[str, Word]) -> None:
    for cue in vocabulary.cues:
        for text in cue.words:
            word = _slot(words, text)
            word.cues = (*word.cues, cue)


def _add_quantities(vocabulary: Vocabulary, words: dict[str, Word]) -> None:
    for entry in vocabulary.quantities:
        for text in entry.words:
            _slot(words, text).quantity = entry
    for kind, texts in vocabulary.bounds.items():
        for text in texts:
            _slot(words, text).bound = kind
    for table in (vocabulary.numbers.ones, vocabulary.numbers.tens, vocabulary.numbers.scales):
        for text, value in table.items():
            _slot(words, text).number = value


def _add_roles(vocabulary: Vocabulary, words: dict[str, Word]) -> None:
    ignored, calendar = vocabulary.ignored, vocabulary.calendar
    tables = {
        **vocabulary.grammar,
        "unit": ignored.units,
        "thing": ignored.things,
        "rank": ignored.ranks,
        "month": tuple(calendar.months),
        "weekday": tuple(calendar.weekdays),
        "relative_day": tuple(calendar.relative),
        "place_opener": vocabulary.places.openers,
        "place_kind": vocabulary.places.kinds,
    }
    for role, texts in tables.items():
        for text in texts:
            _slot(words, text).mask |= ROLES[role]


def _slot(words: dict[str, Word], text: str) -> Word:
    """The word for a text, made on the way; a phrase hangs on its first word."""
    first, *rest = (match.group().lower().replace("’", "'") for match in TOKEN.finditer(text))
    head = words.setdefault(first, Word(text=first))
    if not rest:
        return head
    tail = tuple(rest)
    known = head.phrases.setdefault(rest[0], [])
    for other, word in known:
        if other == tail:
            return word
    word = Word(text=text)
    known.append((tail, word))
    known.sort(key=lambda pair: -len(pair[0]))
    return word
