"""Undo gzip without trusting it: bounded output, no end means cut off (pure)."""

from __future__ import annotations

import zlib

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


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
        if not wire.startswith(_MAGIC):
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
