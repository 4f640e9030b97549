"""Web archives from anybody: what was packed to fill memory or disk is refused in a sentence."""

from __future__ import annotations

import gzip
import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from watcher.archive import warc_reader
from watcher.archive.warc_reader import read_response, response_positions, seekable
from watcher.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HUGE = 90_000_000
HEAD = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{0}>\r\nWARC-Date: 2026-11-24T12:00:00Z\r\n"
    "WARC-Target-URI: https://a.example/{0}\r\nContent-Type: application/http; msgtype=response\r\n"
)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Two soldiers were killed.</p>"


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 2 * HUGE / 3
    finally:
        tracemalloc.stop()


def record(number: int, body: bytes = PAGE, *, odd: str = "") -> bytes:
    return HEAD.format(number).encode() + f"{odd}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def packed(*parts: bytes) -> bytes:
    return b"".join(gzip.compress(part, compresslevel=1) for part in parts)


@pytest.mark.parametrize(
    "bomb",
    [
        HEAD.format(1).encode() + b"X-Long: " + b"x" * HUGE,
        HEAD.format(1).encode() + (b"X: " + b"y" * 1_000 + b"\r\n") * 90_000,
    ],
    ids=["line", "lines"],
)
def test_headers_without_end_cost_their_record_alone(tmp_path: Path, bomb: bytes) -> None:
    """Warcio reads a line as long as it is: 1.2 MB of gzip took 2.6 GB."""
    path, said = tmp_path / "a.warc.gz", list[str]()
    path.write_bytes(packed(record(1), bomb, record(2)))
    with little_memory():
        found = [place.url for place in response_positions(path, said.append)]
    assert found == ["https://a.example/1", "https://a.example/2"]
    assert "headers of more than 1000000 bytes" in said[0]


def test_body_larger_than_any_page_is_refused(tmp_path: Path) -> None:
    """It is skipped piece by piece and never held."""
    path, said = tmp_path / "a.warc.gz", list[str]()
    path.write_bytes(packed(record(1, PAGE + bytes(HUGE // 2)), record(2)))
    with little_memory():
        found = list(response_positions(path, said.append))
        with pytest.raises(ValueError, match="more than 20000000 bytes"):
            read_response(found[0])
        assert read_response(found[1]).body.endswith(b"killed.</p>")
    assert said == []


def test_one_stream_that_unpacks_to_a_disk_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive in one gzip stream is unpacked into a file; one that is damaged is refused by name too."""
    monkeypatch.setattr(warc_reader, "_ALWAYS_INFLATED", 1_000_000)
    path = tmp_path / "a.warc.gz"
    whole = packed(record(1) + record(2) + bytes(30_000_000))
    path.write_bytes(whole)
    with pytest.raises(Unreadable, match="unpacks to more than 100 times its size"), seekable(path):
        pass
    path.write_bytes(whole[: len(whole) // 2])
    monkeypatch.setattr(warc_reader, "_ALWAYS_INFLATED", 1_000_000_000)
    with pytest.raises(Unreadable, match=r"a\.warc\.gz: "), seekable(path):
        pass
