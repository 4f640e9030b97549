"""A feed's markup cut into its items by bytes, so that those that were parsed before need not be parsed again.

Of a feed with news nineteen items of twenty are those of before, to the byte, and feedparser takes half a millisecond
for each. expat, which reads the whole document either way, says where they begin and end. Whatever could make an item
mean something else than it does by itself makes the document one that is parsed as a whole. Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.parsers import expat

from watcher import __version__
from watcher.feeds.changes import undated

if TYPE_CHECKING:
    from collections.abc import Container

    from watcher.feeds.source import Source


_ITEMS = frozenset({"item", "entry"})
# Declared inside of entries by every Atom feed with markup in it, and known to feedparser from the start.
_XHTML = "http://www.w3.org/1999/xhtml"
_MARK_BYTES = 16


class _Unusual(Exception):
    """The document is none whose items can be told apart."""


@dataclass(frozen=True, slots=True)
class Items:
    """A document in parts: what stands before its items, the items, and what stands after them.

    `marks` has one for each item: the same for the same bytes in a feed whose other parts, but for its dates, are the
    same too, read by this version from the same address with the same way of writing dates.
    """

    head: bytes
    items: tuple[bytes, ...]
    tail: bytes
    marks: tuple[bytes, ...]

    def without(self, known: Container[bytes]) -> bytes:
        """The document with the items that have no known mark."""
        pairs = zip(self.items, self.marks, strict=True)
        return b"".join([self.head, *(item for item, mark in pairs if mark not in known), self.tail])


def cut_items(markup: bytes, source: Source) -> Items | None:
    """The items of an RSS, RDF or Atom document in UTF-8; None where they are not certain to stand by themselves.

    So it is with a document that is not well-formed or declares a document type, with a name space that an item
    declares for itself, with items inside of others, and where anything but white space stands between them.
    """
    cutter = _Cutter()
    try:
        cutter.read(markup)
    except (expat.ExpatError, _Unusual):
        return None
    places = cutter.places
    if not places or any(markup[end:start].strip() for (_, end), (start, _) in pairwise(places)):
        return None
    head, tail = markup[: places[0][0]], markup[places[-1][1] :]
    items = tuple(markup[start:end] for start, end in places)
    same = hashlib.blake2b(f"{__version__} {source.url} {source.locale}\n".encode(), digest_size=_MARK_BYTES)
    same.update(undated(head) or head)
    same.update(tail)
    return Items(head, items, tail, tuple(_mark(same.digest(), item) for item in items))


def _mark(same: bytes, item: bytes) -> bytes:
    return hashlib.blake2b(item, key=same, digest_size=_MARK_BYTES).digest()


@dataclass(slots=True)
class _Cutter:
    """Where the items of a document begin and end, found while expat reads it."""

    places: list[tuple[int, int]] = field(default_factory=list)
    depth: int = 0
    item_depth: int = 0
    started_at: int | None = None
    declares: bool = False

    def read(self, markup: bytes) -> None:
        """Read a document. Raises ExpatError, _Unusual."""
        parser = expat.ParserCreate("utf-8", " ")

        def start(name: str, _: dict[str, str]) -> None:
            self.depth += 1
            is_item = name.rpartition(" ")[2].lower() in _ITEMS
            if self.declares and (is_item or self.started_at is not None):
                raise _Unusual
            self.declares = False
            if is_item:
                self.begin(parser.CurrentByteIndex)

        def end(_: str) -> None:
            if self.started_at is not None and self.depth == self.item_depth:
                self.places.append((self.started_at, markup.index(b">", parser.CurrentByteIndex) + 1))
                self.started_at = None
            self.depth -= 1

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.StartNamespaceDeclHandler = self.declare
        parser.StartDoctypeDeclHandler = _refuse
        parser.Parse(markup, True)  # noqa: FBT003 - expat takes it by its place

    def begin(self, place: int) -> None:
        """An item begins: not inside of another one, and as deep as the others."""
        if self.started_at is not None or (self.places and self.depth != self.item_depth):
            raise _Unusual
        self.item_depth, self.started_at = self.depth, place

    def declare(self, _: str | None, uri: str) -> None:
        """A name space is declared by the element that comes next."""
        self.declares = self.declares or uri != _XHTML


def _refuse(*_: object) -> None:
    raise _Unusual
