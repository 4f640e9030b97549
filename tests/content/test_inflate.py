"""Bounded inflation (check 50)."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.charset import Cut, Overflow, inflate


@given(st.binary(max_size=2000))
def test_what_was_packed_comes_out(body: bytes) -> None:
    """The plain case, for every body."""
    assert inflate(gzip.compress(body, mtime=0), len(body)) == body


@given(st.binary(min_size=1, max_size=500), st.binary(max_size=500))
def test_members_are_joined(first: bytes, second: bytes) -> None:
    """RFC 1952 lets a file be several members; servers that compress in parts send that."""
    assert inflate(gzip.compress(first, mtime=0) + gzip.compress(second), 1000) == first + second


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_cut_stream_is_an_error(body: bytes, choose: st.DataObject) -> None:
    """Check 50: half a feed would make its other entries look vanished."""
    wire = gzip.compress(body, mtime=0)
    with pytest.raises(Cut):
        inflate(wire[: choose.draw(st.integers(0, len(wire) - 1))], 10_000)


def test_a_damaged_stream_is_an_error() -> None:
    """The checksum is there to be looked at."""
    wire = bytearray(gzip.compress(b"three words here" * 50, mtime=0))
    wire[-6] ^= 1
    with pytest.raises(Cut):
        inflate(bytes(wire), 10_000)


def test_padding_after_the_end_is_left_alone() -> None:
    """Some servers fill up the last block with zeros."""
    assert inflate(gzip.compress(b"body", mtime=0) + bytes(20), 100) == b"body"


def test_one_byte_too_many_is_too_many() -> None:
    """The limit is exact, over all members together."""
    wire = gzip.compress(b"x" * 60, mtime=0) + gzip.compress(b"y" * 40)
    assert len(inflate(wire, 100)) == 100
    with pytest.raises(Overflow):
        inflate(wire, 99)


def test_a_bomb_costs_no_memory() -> None:
    """Check 50: half a megabyte that would become 500 MB is stopped at the limit."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    wire = b"".join(packer.compress(bytes(1_000_000)) for _ in range(500)) + packer.flush()
    tracemalloc.start()
    with pytest.raises(Overflow):
        inflate(wire, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
