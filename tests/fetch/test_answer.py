"""Answers within their limits, against real servers on loopback (checks 12, 14, 50, 64, 72)."""

from __future__ import annotations

import gzip
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import TESTS
from tests.support.fetching import decompression_bomb, failed_get, loopback_client
from tests.support.servers import Answer, http_server, in_loop, raw_server
from watcher.errors import HttpStatus, TooLarge, Truncated
from watcher.fetch.client import get
from watcher.fetch.request import Limits, Request

if TYPE_CHECKING:
    from pathlib import Path


@in_loop
@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd", "x-unknown"])
async def test_other_codings_are_an_error(coding: str) -> None:
    """Check 14: what was not asked for is not accepted, so that no decoder of unknown cost runs."""
    async with http_server({"/": Answer(b"abc", headers={"Content-Encoding": coding})}) as server:
        assert isinstance(await failed_get(server.url()), HttpStatus)


@in_loop
async def test_keys_are_not_recorded() -> None:
    """Check 64: the record of a request goes into the database; a header of the operator's own may be a key."""
    async with http_server({"/": Answer(b"")}) as server, loopback_client() as opened:
        answer = await get(opened, Request(server.url(), {"X-Api-Key": "canary-1", "Authorization": "canary-2"}))
    assert server.requests[0].header("X-Api-Key") == "canary-1"
    assert "canary" not in repr(answer)


@in_loop
async def test_too_many_bytes_are_not_read() -> None:
    """Check 50: by what is announced, and by what comes without being announced."""
    small = Limits(wire_bytes=1000)
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 2000
    async with raw_server(endless) as server, http_server({"/": Answer(b"x" * 1001)}) as honest:
        assert isinstance(await failed_get(server.url(), limits=small), TooLarge)
        assert isinstance(await failed_get(honest.url(), limits=small), TooLarge)


@in_loop
async def test_a_decompression_bomb_is_stopped() -> None:
    """Check 50: a small body that would become 500 MB is TooLarge."""
    async with http_server({"/": Answer(decompression_bomb(), headers={"Content-Encoding": "gzip"})}) as server:
        assert isinstance(await failed_get(server.url()), TooLarge)


@in_loop
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"text" * 100, mtime=0)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
)
async def test_a_cut_body_is_an_error(answer: bytes) -> None:
    """Check 52: half a feed is no feed; and asking again at once would be a second request."""
    async with raw_server(answer) as server:
        error = await failed_get(server.url())
        assert isinstance(error, Truncated)
        assert "payload" not in str(error), "what a library calls it helps no operator"
        assert len(server.requests) == 1


def wire(case: dict[str, Any]) -> bytes:
    """The bytes that a case's server sends: its head, `{30000}` so many letters, and its body."""
    body = gzip.compress(case["body"].encode()) if case.get("gzip") else case.get("body", "").encode()
    lines: list[str] = []
    for line in case["head"]:
        if found := re.search(r"\{cookies (\d+)\}", line):
            lines += [f"Set-Cookie: c{number}=1" for number in range(int(found[1]))]
        else:
            lines.append(re.sub(r"\{(\d+)\}", lambda found: "x" * int(found[1]), line))
    if "raw_body" not in case and not case.get("no_length"):
        lines.append(f"Content-Length: {len(body)}")
    end = case.get("line_end", "\r\n")
    return "".join(line + end for line in (*lines, *([""] if lines else []))).encode() + (
        case["raw_body"].encode() if "raw_body" in case else body
    )


@pytest.mark.parametrize(
    "file", sorted((TESTS / "data" / "fetch" / "answers").glob("*.toml")), ids=lambda file: file.stem
)
def test_an_answer_is_read_or_refused_by_name(file: Path) -> None:
    """What browsers accept is read where it is clear; each file is an answer and its body, or why there is none."""
    case = tomllib.loads(file.read_text(encoding="utf-8"))

    @in_loop
    async def ask() -> None:
        async with raw_server(wire(case)) as server, loopback_client() as opened:
            if "error" in case:
                assert (await failed_get(server.url())).outcome == case["error"]
            else:
                assert (await get(opened, Request(server.url()))).body.decode() == case["read"]

    ask()
