"""Limits that a feed must keep before any parser reads it, checked in time linear in its length: some stall parsers.

The entities that it declares itself are resolved within bounds; nothing is fetched, nothing grows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.errors import NotAFeed, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_ENTRIES = 10_000
_LONGEST_TAG = 100_000
_LONGEST_PERSON = 500
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_TAG = re.compile(rb"<[A-Za-z][^<>]{%d}" % _LONGEST_TAG)
_PERSON = re.compile(
    rb"(<(?:\w{1,20}:)?(?:author|creator|contributor|managingEditor|webMaster|owner|name|email)(?:\s[^<>]{0,1000})?>"
    rb"\s{0,100}(?:<!\[CDATA\[)?)([^<]{%d})[^<\]]*" % _LONGEST_PERSON,
    re.IGNORECASE,
)
_LONGEST_ENTITY = 2000  # bytes of one entity, with all that it names
_MOST_GROWTH = 1_000_000  # bytes that all references together may add
_DEEPEST = 5
_PROLOG = 200_000  # bytes in which declarations are looked for; after the root element none is read
# A general entity: its name, and its text or where that is to be fetched from.
_ENTITY = re.compile(
    rb"<!ENTITY\s{1,100}([^\s%\"'<>]{1,200})\s{1,100}(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC)\b[^>]{0,2000})\s{0,100}>?"
)
# A reference to one character beyond ASCII: `&#38;`, which is an ampersand, would begin another entity.
_CHARACTER = re.compile(rb"&#(?:[1-9][0-9]{2,6}|x[1-9A-Fa-f][0-9A-Fa-f]{2,5}|x[89A-Fa-f][0-9A-Fa-f]);")
_REFERENCE = re.compile(rb"&([A-Za-z_:][\w.:-]{0,200});")
_XML = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_PROTECTED = re.compile(rb"<!\[CDATA\[|<!--")


def refuse_hostile(body: bytes, url: str) -> None:
    """Raise NotAFeed for endless tags, TooLarge for a flood of entries."""
    if _TAG.search(body):
        raise NotAFeed(f"a tag of more than {_LONGEST_TAG} bytes")
    count = sum(1 for _ in _ENTRY.finditer(body))
    if count > MOST_ENTRIES:
        raise TooLarge(url, f"{count} entries, at most {MOST_ENTRIES} are read")


def shorten_names(body: bytes) -> bytes:
    """The body with people's names cut to a length that names have: feedparser's search in them is quadratic."""
    return _PERSON.sub(rb"\1\2", body)


def with_entities(body: bytes) -> bytes:
    """The body with the entities that it declares in the place of their names, but for CDATA and comments.

    Raises NotAFeed for one that is fetched, that names itself, or that is or becomes too long.
    """
    if b"<!ENTITY" not in body[:_PROLOG]:
        return body
    found = list(_ENTITY.finditer(body[:_PROLOG]))
    declared = {one[1]: _text(one) for one in found if one[1] not in _XML}
    texts: dict[bytes, bytes] = {}
    for name in declared:
        _resolve(name, declared, texts, 0)
    end = found[-1].end() if found else 0
    rest = body[end:]
    used = sum(len(texts[name]) for name in _REFERENCE.findall(rest) if name in texts)
    if used > _MOST_GROWTH:
        raise NotAFeed(f"its entities would add {used} bytes")
    bare = _ENTITY.sub(b"", body[:end])
    return bare + b"".join(
        part if is_protected else _REFERENCE.sub(lambda found: texts.get(found[1], found[0]), part)
        for part, is_protected in _parts(rest)
    )


def _parts(body: bytes) -> Iterator[tuple[bytes, bool]]:
    """The body cut at CDATA sections and comments, in which no entity is resolved; one without an end is the last."""
    at = 0
    while found := _PROTECTED.search(body, at):
        end = body.find(b"]]>" if found[0].endswith(b"[") else b"-->", found.end())
        stop = len(body) if end < 0 else end + 3
        yield body[at : found.start()], False
        yield body[found.start() : stop], True
        at = stop
    yield body[at:], False


def _text(declaration: re.Match[bytes]) -> bytes:
    name, double, single, outside = declaration.groups(b"")
    text = double or single
    if outside or b"&#" in _CHARACTER.sub(b"", text):
        raise _hostile(name)
    return text


def _resolve(name: bytes, declared: dict[bytes, bytes], texts: dict[bytes, bytes], depth: int) -> bytes:
    """The text of an entity with those that it names, kept in `texts`."""
    if name in texts:
        return texts[name]
    if depth > _DEEPEST or len(declared[name]) > _LONGEST_ENTITY:
        raise _hostile(name)
    text = declared[name]
    for inner in dict.fromkeys(_REFERENCE.findall(text)):
        if inner in declared:
            text = text.replace(b"&" + inner + b";", _resolve(inner, declared, texts, depth + 1))
            if len(text) > _LONGEST_ENTITY:
                raise _hostile(name)
    texts[name] = text
    return text


def _hostile(name: bytes) -> NotAFeed:
    return NotAFeed(f"it declares an entity that is fetched or grows ({name[:40].decode('ascii', 'replace')})")
