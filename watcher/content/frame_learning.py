"""Learns the frame of a site from several of its pages.

Whole elements that each of the pages has, to the byte, and that hold nothing of a record: none of its words, none of
its links, and no sentence or table at all, so that whatever a publisher says in each release stays where it is. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from watcher.content.article_lines import PROSE_WORDS, word_count
from watcher.content.characters import squeeze
from watcher.content.frame import saved
from watcher.content.markup import texts_with_places
from watcher.content.urls import web_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.model.release import PageText


# Bytes inside an element from which on leaving it out is worth the search; elements that are compared; pieces kept.
_LEAST, _MOST_ELEMENTS, _MOST_PIECES = 400, 4_000, 24
# The share of a page that a frame must save to be one.
_WORTH = 0.3
# Characters in a row, without tags, by which a piece is found to hold words of a record.
_TELLING = 16
_TAG = re.compile(rb"<!--|<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>")
_TAGS = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""", re.IGNORECASE)
_LINK = re.compile(r"<a\s[^<>]*>.*?</a\s*>", re.DOTALL | re.IGNORECASE)
_TABLE = re.compile(r"<(?:t[dh]|dd)\b", re.IGNORECASE)
_OF_BLOCK = re.compile(r"</?(?:p|div|li|h\d|td|th|tr|br|dt|dd|section|article|option)\b", re.IGNORECASE)
_VOID = frozenset(b"area base basefont br col embed frame hr img input keygen link meta param source track wbr".split())
# What is in them is no markup, up to their end tag.
_RAW = frozenset({b"script", b"style", b"textarea", b"title"})
# Their end tags may be left out (HTML standard, 13.1.2.4).
_OPTIONAL = frozenset(b"li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th".split())
# The page itself, and what a record is read from though nobody sees it.
_KEPT = frozenset(b"html head body title h1 noscript".split())
_LINKED = b"application/ld+json"


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page that was read whole, and its record."""

    body: bytes
    url: str
    record: PageText


def common_pieces(pages: Sequence[SeenPage]) -> tuple[bytes, ...]:
    """The largest elements that all these pages have, without those that hold anything of one of their records.

    Empty where they would save too little. The pages must be different ones.
    """
    first, *others = (page.body for page in pages)
    told = _Told.of(pages)
    found: list[bytes] = []
    ends_at = 0
    for start, end in _elements(first):
        if start < ends_at:
            continue  # inside one that was taken
        piece = first[start:end]
        if all(piece in body for body in others) and not told.is_in(piece):
            found.append(piece)
            ends_at = end
    pieces = tuple(sorted(dict.fromkeys(found), key=len, reverse=True)[:_MOST_PIECES])
    return pieces if all(saved(page.body, pieces) >= _WORTH * len(page.body) for page in pages) else ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What records hold: all their words in a row, the short lines that are words of theirs as a whole, the links."""

    words: str
    captions: frozenset[str]
    links: frozenset[str]
    url: str

    @classmethod
    def of(cls, pages: Sequence[SeenPage]) -> _Told:
        """What the records of some pages hold together."""
        records = [page.record for page in pages]
        captions = frozenset(caption for one in records for caption in one.captions)
        words = " ".join(map(_words_of, records))
        return cls(words, captions, frozenset(link.url for one in records for link in one.links), pages[0].url)

    def is_in(self, piece: bytes) -> bool:
        """Whether a piece holds a line or a link of a record, or any sentence or table."""
        html = piece.decode()
        if _holds_text(html):
            return True
        lines = [squeeze(unescape(line)) for line in _TAGS.sub(_between, html).split("\n")]
        if any(line in self.captions or (len(line) >= _TELLING and line in self.words) for line in lines):
            return True
        return bool(self.links) and any(
            web_address(unescape(href[1] or href[2] or ""), self.url) in self.links for href in _HREF.finditer(html)
        )


def _holds_text(html: str) -> bool:
    """Whether a piece has a sentence that is no link, or a table: only the general extraction decides on those."""
    if _TABLE.search(html):
        return True
    lines = _TAGS.sub(_between, _LINK.sub(" ", html)).split("\n")
    return any(word_count(unescape(line)) >= PROSE_WORDS for line in lines)


def _between(tag: re.Match[str]) -> str:
    return "\n" if _OF_BLOCK.match(tag[0]) else ""


def places_of(body: bytes, record: PageText) -> frozenset[str]:
    """The place of each text of a page, with whether the record holds it: `+` or `-` before the place.

    A page without its frame is read as the whole page would be, as far as its texts stand where texts stood before, and
    are in its record where they were before. Anything else is unusual, and the whole page has to say.
    """
    # Most texts are whole lines, which are found at once: to search a long text for a paragraph takes long.
    lines, words = frozenset(record.text.split("\n")), _words_of(record)
    texts = ((squeeze(text), place) for text, place in texts_with_places(body.decode()))
    return frozenset(f"{'+' if text in lines or text in words else '-'}{place}" for text, place in texts if text)


def _words_of(record: PageText) -> str:
    links = (link.text for link in record.links)
    beside = (record.title, record.summary, record.byline, record.dateline, record.contact, record.release_number)
    return squeeze(" ".join((record.text, *beside, *record.captions, *record.tags, *links)))


def _elements(body: bytes) -> list[tuple[int, int]]:
    """Where each large element that is whole begins and ends, in the order of their starts."""
    found = [(start, end) for start, end in _whole(body) if end - start >= _LEAST]
    return sorted(found, key=lambda place: (place[0], -place[1]))[:_MOST_ELEMENTS]


@dataclass(slots=True)
class _Open:
    """An element that has begun; `is_whole` until a tag in it shows that it is not nested as it should be."""

    name: bytes
    start: int
    is_kept: bool
    is_whole: bool = True


def _whole(body: bytes) -> Iterator[tuple[int, int]]:
    """The elements with both tags and nothing that begins or ends across them, whatever libxml2 would make of it."""
    stack: list[_Open] = []
    at = 0
    while found := _TAG.search(body, at):
        at = found.end()
        if found[0] == b"<!--":
            at = _after(body, b"-->", at)
            continue
        name = found[2].lower()
        if found[1]:
            yield from _close(stack, name, at)
        elif name not in _VOID and not found[3].endswith(b"/"):
            stack.append(_Open(name, found.start(), _is_kept(name, found[3])))
            if name in _RAW:
                at = _before(body, b"</" + name, at)


def _is_kept(name: bytes, attributes: bytes) -> bool:
    """Whether an element always stays; one with an odd quote may end elsewhere than it seems."""
    is_odd = attributes.count(b'"') % 2 == 1 or attributes.count(b"'") % 2 == 1
    return name in _KEPT or is_odd or _LINKED in attributes


def _close(stack: list[_Open], name: bytes, end: int) -> Iterator[tuple[int, int]]:
    """End the innermost element of this name, with all in it whose end tags may be left out; else nothing is whole."""
    place = next((at for at in reversed(range(len(stack))) if stack[at].name == name), None)
    if place is None or any(inner.name not in _OPTIONAL for inner in stack[place + 1 :]):
        for around in stack:
            around.is_whole = False
    if place is None:
        return
    closed = stack[place]
    del stack[place:]
    if closed.is_kept:
        for around in stack:
            around.is_whole = False
    elif closed.is_whole:
        yield closed.start, end


def _after(body: bytes, mark: bytes, at: int) -> int:
    found = body.find(mark, at)
    return len(body) if found < 0 else found + len(mark)


def _before(body: bytes, mark: bytes, at: int) -> int:
    """Where a mark is found, in letters of any case."""
    found = re.compile(re.escape(mark), re.IGNORECASE).search(body, at)
    return found.start() if found else len(body)
