"""Finds many words in one pass over a text, in time linear in its length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, Implementation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet


_BEGINNING = 3  # words of a phrase by which it is looked for
_FEW = 500  # words whose automaton is small
_BLANKS = "".join(sign if sign.isalpha() else " " for sign in map(chr, range(128)))  # for ASCII
_LETTERS = re.compile(r"[^\W\d_]+")
_WHITE, _WIDE = re.compile(r"\s"), re.compile(" {2,}")
_SIGNS = "’“”\u2028\u00a0–‘—…•·"  # that a text of ASCII letters holds, those first that most texts do


class Parts:
    """What words and phrases hold: each word, and of each phrase the two longest of its parts, which are rarest."""

    __slots__ = ("_first", "_second", "_single")

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words apart."""
        single, pairs = set[str](), dict[str, set[str]]()
        for parts in map(letters_of, words):
            longest = sorted(set(parts), key=len, reverse=True)[:2]
            if len(longest) > 1:
                pairs.setdefault(longest[0], set()).add(longest[1])
            else:
                single.update(longest)
        self._single, self._first = frozenset(single), frozenset(pairs)
        self._second = {one: frozenset(others) for one, others in pairs.items()}

    def may_stand_in(self, letters: AbstractSet[str]) -> bool:
        """Whether a text holds one of the words, or two parts of a phrase; `letters` are all of its `letters_of`."""
        is_none = self._single.isdisjoint(letters) and (self._first.isdisjoint(letters) or self._is_no_phrase(letters))
        return not is_none

    def _is_no_phrase(self, letters: AbstractSet[str]) -> bool:
        return all(self._second[one].isdisjoint(letters) for one in self._first & letters)


class Finder:
    """Finds many words in one pass, in time linear in the text: "die" by itself, not that in "soldier".

    Of a long phrase its first three words are looked for, and the rest where these stand: of 40,000 phrases there are
    a quarter as many beginnings.
    """

    __slots__ = ("_automaton", "_by_beginning", "_parts", "but", "words")

    def __init__(self, words: Iterable[str], *, but: Iterable[str] = ()) -> None:
        """Take the words; no word at all finds nothing. The automaton is made for the first text that needs it.

        `but` are longer phrases in which a word is not meant: "Memorial Hospital".
        """
        self.words, self.but = set(words), frozenset(but)
        self._parts: Parts | None = None
        self._by_beginning: dict[str, list[str]] = {}
        self._automaton: AhoCorasick | None = None

    def may_find(self, letters: AbstractSet[str]) -> bool:
        """Whether a text can hold any of the words; `letters` are all of its `letters_of`."""
        parts = self._parts = self._parts or Parts(self.words)  # asked of some finders alone
        return parts.may_stand_in(letters)

    def starts(self, low: str) -> list[int]:
        """Where the words begin in a text in small letters."""
        return [start for start, _ in self.found(low)]

    def found(self, low: str) -> list[tuple[int, str]]:
        """The words of a text in small letters, each with where it begins: the longest one, and none inside another.

        Any white space stands for a blank in a phrase: a line can end there, and some typists set two.
        """
        found: list[tuple[int, str]] = []
        done, low = 0, _blanked(low)
        wide = [match.span() for match in _WIDE.finditer(low)] if "  " in low else []
        low = _WIDE.sub(" ", low) if wide else low
        for start, length in sorted(self._whole(low)):
            if start >= done:
                done = start - length
                found.append((start, low[start:done]))
        found = [one for one in found if one[1] not in self.but] if self.but else found
        return _put_back(found, wide) if wide else found

    def _whole(self, low: str) -> Iterator[tuple[int, int]]:
        """Where a word stands by itself, and its length with a minus sign, so that of several the longest is first."""
        automaton = self._automaton or self._made()
        for _, start, end in automaton.find_matches_as_indexes(low, overlapping=True):
            for word in () if start and low[start - 1].isalpha() else self._by_beginning[low[start:end]]:
                if low.startswith(word, start) and not low[(after := start + len(word)) : after + 1].isalpha():
                    yield start, -len(word)

    def _made(self) -> AhoCorasick:
        by_beginning: dict[str, list[str]] = {}
        for word in self.words | self.but:
            by_beginning.setdefault(" ".join(word.split(" ", _BEGINNING)[:_BEGINNING]), []).append(word)
        self._by_beginning = by_beginning
        self._automaton = _automaton(by_beginning)  # last: where threads read texts, each sees all or nothing
        return self._automaton


def _blanked(low: str) -> str:
    """A text whose white space is blanks, sign for sign."""
    low = low.replace("\n", " ").replace("\t", " ")
    return low if low.isascii() else _WHITE.sub(" ", low)


def _put_back(found: list[tuple[int, str]], wide: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """The words with where they begin in a text before each of its wide blanks became one."""
    placed: list[tuple[int, str]] = []
    gone, number = 0, 0
    for start, word in found:
        while number < len(wide) and wide[number][0] < start + gone:
            gone += wide[number][1] - wide[number][0] - 1
            number += 1
        placed.append((start + gone, word))
    return placed


def letters_of(low: str) -> list[str]:
    """The letters that stand together in a text in small letters, in its order: "i've" is two."""
    if not low.isascii():
        for sign in _SIGNS:  # without them most texts are ASCII, which takes a quarter of the time
            low = low.replace(sign, " ")
    return low.translate(_BLANKS).split() if low.isascii() else _LETTERS.findall(low)


def _automaton(words: Collection[str]) -> AhoCorasick:
    """An automaton of words: a full table of its states for few of them, which takes a third of the time.

    For all words of harm it would be no faster where other work has taken the memory's cache, and 20 MB larger.
    """
    return AhoCorasick(
        sorted(words) or ["\x00"],
        implementation=Implementation.DFA if len(words) <= _FEW else Implementation.ContiguousNFA,
    )
