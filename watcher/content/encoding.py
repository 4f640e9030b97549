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

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
# Bytes of words, and the start of a body in which they are sought, by which an encoding is judged.
_SAMPLE, _SAMPLED = 6000, 240_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read under these labels is the Windows superset.
_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030"}
_GUESSES = ("cp1252", "cp1251", "koi8-u", "cp1256", "cp1255")
_MULTIBYTE = frozenset({"gb18030", "gbk", "big5", "shift_jis", "euc_jp", "euc_kr", "iso2022_jp", "cp949", "cp932"})
_OF_THE_WEB = re.compile(
    r"(?:cp|iso8859-|koi8-|utf-(?:8|16|32)|mac-|euc_|gb|big5|shift_jis|iso2022_|tis-620|ptcp)[\w-]*"
)
_STATED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE
)
_TAGS = re.compile(rb"<(script|style)\b.*?</\1>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_WORDS = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_START = re.compile(rb"<(?:!doctype|html|\?xml)\b", re.IGNORECASE)
_COMMON = frozenset("оеаинтсрвліeéèàüäöñçãíóáąęşığالمينورتبعديוהלאתרמבש")
_TYPOGRAPHY = frozenset("\u00a0«»“”„‘’–—…•€£°№§©®·")
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


def decode(body: bytes, stated: str = "") -> str:
    """The characters of `body`; `stated` is the charset of its HTTP header, if any. Never raises.

    NUL bytes and binary junk ahead of the document are dropped; bytes that fit nowhere become U+FFFD.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    narrow = _without_junk(body).replace(b"\0", b"")
    utf8 = _as_utf8(narrow, stated)
    return utf8 if utf8 is not None else narrow.decode(_best_encoding(narrow, stated), "replace")


def _wide(body: bytes) -> str:
    """UTF-16 without a mark: the tags of the document have NULs between their letters."""
    found = re.search(rb"<\0[!?a-zA-Z]\0[a-zA-Z]", body[:4096])
    if not found:
        return ""
    return "utf-16-be" if found.start() % 2 else "utf-16-le"


def _as_utf8(body: bytes, stated: str) -> str | None:
    if b"\x1b$" in body and "2022" in stated + _stated_inside(body):
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


def _codec(label: str) -> str:
    """Python's name for a label of the web, or nothing where it is none: `hex` and `idna` are codecs too."""
    name = label.strip().strip("\"'").lower()
    try:
        known = codecs.lookup(_ALIASES.get(name, name)).name if name else ""
    except (LookupError, ValueError):
        return ""
    return known if _OF_THE_WEB.fullmatch(known) else ""


def _best_encoding(body: bytes, stated: str) -> str:
    claimed = [name for name in (_codec(stated), _codec(_stated_inside(body))) if name and name != "utf-8"]
    sample = _sample(body)
    for name in claimed:
        if name.replace("-", "_") in _MULTIBYTE or name.startswith("utf"):
            return name
    scores = {name: _plausibility(sample.decode(name, "replace")) for name in _GUESSES}
    for name in claimed:
        scores[name] = _plausibility(sample.decode(name, "replace")) + 0.3
    return max(scores, key=lambda name: scores[name])


def _sample(body: bytes) -> bytes:
    """The words with bytes above ASCII, tags and scripts left out."""
    return b" ".join(_WORDS.findall(_TAGS.sub(b" ", body[:_SAMPLED])))[:_SAMPLE]


def _plausibility(text: str) -> float:
    """How much this looks like words of a language, per character above ASCII; higher is better."""
    total, count, before = 0.0, 0, " "
    for character in text:
        if character > "\x7f":
            total, count = total + _letter_score(before, character), count + 1
        before = character
    return total / count if count else 0.0


def _letter_score(before: str, character: str) -> float:
    if character in _TYPOGRAPHY:
        return 0.8
    kind = unicodedata.category(character)
    if kind[0] not in "LM":
        return -3.0 if kind[0] == "C" or character == "\ufffd" else -1.0
    score = 1.0 if character.lower() in _COMMON else 0.3
    if character.isupper() and before.islower():
        score -= 2.0  # KOI8 read as windows-1251, or the reverse, turns the case of every letter
    elif character.isupper() and before.isupper():
        score -= 0.5  # a text all in capitals is more often one of another script
    if before.isalpha() and _script(before) != _script(character):
        score -= 1.5
    if before > "\x7f" and _script(character) == "LATIN" and before.isalpha():
        score -= 1.0  # no language writes long runs of accented letters
    return score


def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").split(" ", 1)[0]


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, or nothing; its parameters' names know no case (RFC 9110, 5.6.6)."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""
