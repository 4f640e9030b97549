"""Bytes as a server sends them to characters: undo gzip within a bound, then find the character encoding.

The order of trust for the encoding: a byte order mark, then bytes that are valid UTF-8 (nothing else is so by chance),
then the stated encoding of the HTTP header and of the document, each checked against what its letters would look like,
since a stated encoding is often wrong (encoding.spec.whatwg.org lists what browsers accept).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
import zlib
from dataclasses import dataclass

from watcher.content.charsets import codec_of, guess, why_doubtful
from watcher.model.release import Problem

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_SAMPLED = 240_000  # bytes at the start by whose words a charset is judged
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STATED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE
)
# Charsets of seven bits, which are valid UTF-8 too: the escape sequences of ISO 2022.
_SEVEN_BITS = re.compile(rb"\x1b\$(?:[@B]|\)C)")
_OF_SEVEN_BITS = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
_TAGS = re.compile(rb"<[^<>]{0,2000}>")
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_START = re.compile(rb"<(?:!doctype|html|\?xml)\b", re.IGNORECASE)
# A text of one byte a letter hardly ever holds two bytes that are a letter of UTF-8.
_WHOLE_PER_DAMAGED = 3


class Overflow(Exception):
    """More bytes than allowed come out."""


class Cut(Exception):
    """The stream ends early or is damaged."""


def inflate(wire: bytes, limit: int) -> bytes:
    """The bytes inside a gzip stream of one or more members (RFC 1952, 2.2), at most `limit`.

    Never holds more than `limit` + 1 bytes. Raises Overflow above it, Cut for a stream without its end or with a
    wrong checksum. What follows the last member and is no member is padding and left alone.
    """
    parts: list[bytes] = []
    room = limit
    while True:
        stream = zlib.decompressobj(_GZIP)
        part = _member(stream, wire, room)
        parts.append(part)
        room -= len(part)
        wire = stream.unused_data
        if not wire.startswith(_GZIP_MAGIC):
            return b"".join(parts)


def _member(stream: zlib._Decompress, wire: bytes, room: int) -> bytes:
    try:
        part = stream.decompress(wire, room + 1)
    except zlib.error as error:
        raise Cut(str(error)) from error
    if len(part) > room:
        raise Overflow
    if not stream.eof:
        raise Cut("the gzip stream has no end")
    return part


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a body, the charset by which they were read, and why that is doubtful, if it is."""

    text: str
    charset: str
    doubt: str = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problem `charset_doubtful`, where there is a doubt."""
        return (Problem("charset_doubtful", f"{self.charset}: {self.doubt}"),) if self.doubt else ()


def decode(body: bytes, stated: str = "", language: str = "") -> str:
    """The characters of `body`; `stated` is the charset of its HTTP header, if any. Never raises.

    NUL bytes and binary junk ahead of the document are dropped; bytes that fit nowhere become U+FFFD. The publisher's
    `language` says which charsets are guessed at where none is stated, or a wrong one.
    """
    return _decoded(body, stated, language)[0]


def decode_with_doubt(body: bytes, stated: str = "", language: str = "") -> Decoded:
    """As `decode`, with the charset and the reason to doubt it."""
    text, charset = _decoded(body, stated, language)
    return Decoded(text, charset, why_doubtful(text, language, is_utf8=charset.startswith("utf")))


def _decoded(body: bytes, stated: str, language: str) -> tuple[str, str]:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace"), wide
    narrow = _without_junk(body).replace(b"\0", b"")
    utf8 = _as_utf8(narrow, stated)
    if utf8 is not None:
        return utf8, "utf-8"
    claimed = [name for name in (codec_of(stated), codec_of(_stated_inside(narrow))) if name and name != "utf-8"]
    if _SEVEN_BITS.search(narrow) and not _OF_SEVEN_BITS.intersection(claimed):
        claimed = ["iso2022_jp"]
    charset = (
        claimed[0]
        if claimed and claimed[0] in _OF_SEVEN_BITS
        else guess(_TAGS.sub(b" ", narrow[:_SAMPLED]), claimed, language)
    )
    text = narrow.decode(charset, "replace")
    return unicodedata.normalize("NFC", text) if charset == "cp1258" else text, charset


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: the tags of the document have NULs between their letters."""
    start = body[:4096]
    if b"\0" not in start:
        return ""
    if found := re.search(rb"(?:[<!?a-zA-Z]\0\0\0){2}[!?a-zA-Z]", start):
        return "utf-32-be" if found.start() % 4 else "utf-32-le"
    found = re.search(rb"<\0[!?a-zA-Z]\0[a-zA-Z]", start)
    if not found:
        return ""
    return "utf-16-be" if found.start() % 2 else "utf-16-le"


def _as_utf8(body: bytes, stated: str) -> str | None:
    if _SEVEN_BITS.search(body) or (b"~{" in body and "hz" in f"{stated} {_stated_inside(body)}".lower()):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - damaged
    return text if whole >= _WHOLE_PER_DAMAGED * damaged or (whole and damaged == 1) else None


def _without_junk(body: bytes) -> bytes:
    """Cut what stands before the document, when it is binary or no markup of its own."""
    start = _START.search(body)
    ahead = body[: start.start()] if start else b""
    return body[len(ahead) :] if b"\0" in ahead or b"<" not in ahead else body


def _stated_inside(body: bytes) -> str:
    found = _STATED.search(body[:65536])
    return found[1].decode("ascii", "replace") if found else ""


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, or nothing; its parameters' names know no case (RFC 9110, 5.6.6)."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""
