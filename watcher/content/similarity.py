"""How much two texts have in common, and short signatures by which texts alike are found without reading all. Pure.

A text is the set of its shingles, four words in a row (A. Broder, On the resemblance and containment of documents,
1997). Two texts that share the part s of their shingles share each minimum with probability s; two minima make a
band, and texts with a band in common are candidates: 99.5 % of the pairs at s = 0.6, 3 % of those at s = 0.05. Of the
candidates those are read that share minima enough: one in two thousand of the pairs at s = 0.6 is lost by that, and
nineteen of twenty at s = 0.1 need not be read.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from operator import eq
from typing import TYPE_CHECKING

from watcher.model.poll import NO_MIN_HASH, MinHash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# From here on two publishers' texts are the same statement: the words around a statement differ, it itself does not.
SAME_STATEMENT = 0.6
_WORDS = 4
# A text that is so short says what anybody may say.
_FEWEST = 12
_BANDS, _ROWS = 12, 2
# So many of the 24 minima are the same in texts that may be the same statement.
_SHARED_MINIMA = 7
_BITS = 64
_BYTES = _BITS // 8
_EVERY_BIT = (1 << _BITS) - 1
_WORD = re.compile(r"\w+")


def _number(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=_BYTES).digest(), "big")


# Multiplying by an odd number is a permutation of all numbers of so many bits.
_FACTORS = tuple(_number(f"factor {number}") | 1 for number in range(_BANDS * _ROWS))
# Room for a product of two numbers.
_PRODUCT_BYTES = 2 * _BYTES


def shingles(text: str) -> frozenset[bytes]:
    """The hashes of every four words in a row, case and signs left out; of all words where there are fewer."""
    found = _WORD.findall(text.casefold())
    words = " ".join(found).encode(errors="replace").split()
    rows = zip(*(words[start:] for start in range(min(_WORDS, len(words)))), strict=False)
    return frozenset([blake2b(row, digest_size=_BYTES).digest() for row in map(b" ".join, rows)])


def similarity(one: str, other: str) -> float:
    """The part of all shingles of both texts that both have, from 0 to 1 (Jaccard)."""
    return similarities(one, (other,))[0]


def similarities(text: str, others: Iterable[str]) -> list[float]:
    """The similarity of a text with each of the others, for which its shingles are found once.

    Their words themselves are compared, which takes a tenth of the time of their hashes.
    """
    own = _words_in_a_row(text)
    return [_shared(own, _words_in_a_row(other)) for other in others]


def _words_in_a_row(text: str) -> frozenset[int]:
    """Every four words in a row, each once, as Python's hashes of them, which nobody outside can foresee."""
    words = _WORD.findall(text.casefold())
    if len(words) < _WORDS:
        return frozenset({hash(tuple(words))} if words else ())
    return frozenset(map(hash, zip(*(words[start:] for start in range(_WORDS)), strict=False)))


def _shared(before: frozenset[int], after: frozenset[int]) -> float:
    common = len(before & after)
    every = len(before) + len(after) - common
    return common / every if every else 1.0


def min_hash(text: str) -> MinHash:
    """Twelve numbers (signed, of 64 bits), of which texts that are alike share some; and the minima they are made of.

    A short text has none.
    """
    found = shingles(text)
    if len(found) < _FEWEST:
        return NO_MIN_HASH
    lowest = _lowest(found)
    rows = (f"{place} {lowest[place : place + _ROWS]}" for place in range(0, len(lowest), _ROWS))
    return MinHash(tuple(_signed(_number(row)) for row in rows), bytes(number & 0xFF for number in lowest))


def may_be_alike(minima: bytes, others: bytes) -> bool:
    """Whether two texts with these minima may be the same statement, so that they are worth reading."""
    shared: int = sum(map(eq, minima, others))
    return shared >= _SHARED_MINIMA


def _lowest(hashes: Collection[bytes]) -> list[int]:
    """For each factor the lowest of all hashes, as numbers, times it, cut to so many bits.

    All numbers stand in one, a product apart: one multiplication by a factor gives all its products.
    """
    together = int.from_bytes(bytes(_PRODUCT_BYTES - _BYTES).join([b"", *hashes]), "big")
    size = _PRODUCT_BYTES * len(hashes)
    return [_lowest_product((together * factor).to_bytes(size, "little")) for factor in _FACTORS]


def _lowest_product(products: bytes) -> int:
    """The lowest of some products by their low halves: one of those whose highest byte is the lowest of all."""
    highest = products[_BYTES - 1 :: _PRODUCT_BYTES]
    at = next(at for byte in range(256) if (at := highest.find(byte)) >= 0)
    byte, lowest = highest[at], _EVERY_BIT
    while at >= 0:
        start = at * _PRODUCT_BYTES
        lowest = min(lowest, int.from_bytes(products[start : start + _BYTES], "little"))
        at = highest.find(byte, at + 1)
    return lowest


def _signed(number: int) -> int:
    """The same bits as SQLite keeps them."""
    return number - (1 << _BITS) if number >> (_BITS - 1) else number
