"""Limits that a feed must keep before any parser reads it, checked in time linear in its length: some stall parsers."""

from __future__ import annotations

import re

from watcher.errors import NotAFeed, TooLarge

MOST_ENTRIES = 10_000
_LONGEST_TAG = 100_000
_LONGEST_ENTITY = 100
_LONGEST_PERSON = 500
_PROLOG = 200_000  # bytes in which declarations are looked for; after the root element none is read
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_TAG = re.compile(rb"<[A-Za-z][^<>]{%d}" % _LONGEST_TAG)
# A general entity: its name, and its text or where that is to be fetched from.
_ENTITY = re.compile(rb"<!ENTITY\s{1,100}([^\s%\"'<>]{1,200})\s{1,100}(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC))")
# A reference to one character beyond ASCII: `&#38;`, which is an ampersand, would begin another entity.
_CHARACTER = re.compile(rb"&#(?:[1-9][0-9]{2,6}|x[1-9A-Fa-f][0-9A-Fa-f]{2,5}|x[89A-Fa-f][0-9A-Fa-f]);")
_PERSON = re.compile(
    rb"(<(?:\w{1,20}:)?(?:author|creator|contributor|managingEditor|webMaster|owner|name|email)(?:\s[^<>]{0,1000})?>"
    rb"\s{0,100}(?:<!\[CDATA\[)?)([^<]{%d})[^<\]]*" % _LONGEST_PERSON,
    re.IGNORECASE,
)


def refuse_hostile(body: bytes, url: str) -> None:
    """Raise NotAFeed for entities that are fetched or grow and for endless tags, TooLarge for a flood."""
    for name, double, single, outside in _ENTITY.findall(body[:_PROLOG]):
        text = double or single
        if outside or b"&" in _CHARACTER.sub(b"", text) or len(text) > _LONGEST_ENTITY:
            raise NotAFeed(f"it declares an entity that is fetched or grows ({name[:40].decode('ascii', 'replace')})")
    if _TAG.search(body):
        raise NotAFeed(f"a tag of more than {_LONGEST_TAG} bytes")
    count = sum(1 for _ in _ENTRY.finditer(body))
    if count > MOST_ENTRIES:
        raise TooLarge(url, f"{count} entries, at most {MOST_ENTRIES} are read")


def shorten_names(body: bytes) -> bytes:
    """The body with people's names cut to a length that names have: feedparser's search in them is quadratic."""
    return _PERSON.sub(rb"\1\2", body)
