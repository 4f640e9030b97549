"""A PDF that ends too early, with a new table of its objects: what can still be read of it.

The table of objects and the catalogue stand at the end of a file. Without them the objects are searched for in the
bytes (ISO 32000-1, 7.3.10 and 7.5.7), and the pages whose fonts are all there become the document. A page without its
fonts is left out: its codes would be taken for other letters and digits.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_OBJECTS = 50_000
_LARGEST_STREAM, _LARGEST_DICTIONARY = 8 * 1024**2, 64 * 1024
_DEEPEST = 6
_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s+\d{1,5}\s+obj\b")
_END = re.compile(rb"\bstream\r?\n|\bendobj\b")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,8})\s+\d{1,5}\s+R\b")
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_PARENT = re.compile(rb"/Parent\s+(\d{1,8})\s+\d{1,5}\s+R\b")
_ELSEWHERE = re.compile(rb"/(?:Parent|Contents|Annots|StructParents|Group|B|Thumb)\s*(?:\[[^\]]*\]|\d+\s+\d+\s+R\b)?")
_PACKED = re.compile(rb"/Type\s*/ObjStm")
_FIRST, _COUNT = re.compile(rb"/First\s+(\d{1,8})"), re.compile(rb"/N\s+(\d{1,6})")


def repaired(body: bytes) -> bytes | None:
    """The document with a catalogue of the pages that are whole and a table of objects; None where there are none."""
    objects = dict(_objects(body))
    packed = {number: one for number, one in _unpacked(body, objects) if number not in objects}
    dictionaries = {number: words for number, (_, words) in objects.items()} | packed
    pages = [
        number
        for number, words in dictionaries.items()
        if _PAGE.search(words) and _is_whole(_ELSEWHERE.sub(b"", words), dictionaries, set(), 0)
    ]
    if not pages:
        return None
    return _with_table(body, {number: start for number, (start, _) in objects.items()}, packed, pages, dictionaries)


def _objects(body: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Number, place and dictionary of every object that the bytes hold; a later one replaces an earlier one."""
    for count, found in enumerate(_OBJECT.finditer(body)):
        if count >= MOST_OBJECTS:
            return
        end = _END.search(body, found.end(), found.end() + _LARGEST_DICTIONARY)
        if end is not None:
            yield int(found[1]), (found.start(), body[found.end() : end.start()])


def _unpacked(body: bytes, objects: dict[int, tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Number and dictionary of the objects that are packed in streams."""
    for start, words in objects.values():
        first, count = _FIRST.search(words), _COUNT.search(words)
        if not _PACKED.search(words) or first is None or count is None:
            continue
        stream = _END.search(body, start)
        data = _inflated(body[stream.end() : stream.end() + _LARGEST_STREAM]) if stream else b""
        head = data[: int(first[1])].split()[: 2 * int(count[1])]
        places = [int(number) for number in head if number.isdigit()]
        starts = [int(first[1]) + place for place in places[1::2]]
        for number, at, end in zip(places[::2], starts, [*starts[1:], len(data)], strict=False):
            if at < len(data):
                yield number, data[at:end]


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LARGEST_STREAM)
    except zlib.error:
        return b""


def _is_whole(words: bytes, dictionaries: dict[int, bytes], seen: set[int], depth: int) -> bool:
    """Whether everything that a dictionary refers to is there."""
    for found in _REFERENCE.finditer(words):
        number = int(found[1])
        if number in seen:
            continue
        seen.add(number)
        if number not in dictionaries:
            return False
        if depth < _DEEPEST and not _is_whole(_ELSEWHERE.sub(b"", dictionaries[number]), dictionaries, seen, depth + 1):
            return False
    return True


def _with_table(
    body: bytes, places: dict[int, int], packed: dict[int, bytes], pages: list[int], dictionaries: dict[int, bytes]
) -> bytes:
    """The bytes with the packed objects, a catalogue, and the table of all objects behind them."""
    last = max([*dictionaries, 0])
    parent = _PARENT.search(dictionaries[pages[0]])
    root = int(parent[1]) if parent and int(parent[1]) not in dictionaries else last + 1
    catalogue = max(last, root) + 1
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    added = packed | {
        root: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        catalogue: b"<< /Type /Catalog /Pages %d 0 R >>" % root,
    }
    out = bytearray(body + b"\nendstream\nendobj\n")
    for number, words in added.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, words)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    return bytes(out) + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        catalogue + 1,
        catalogue,
        start,
    )
