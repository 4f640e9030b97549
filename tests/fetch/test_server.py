"""The small server that hubs reach from outside: sizes, times and connections have an end."""

from __future__ import annotations

import asyncio
import gzip
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.support.servers import in_loop
from watcher.fetch import bounded_server
from watcher.fetch.server import Incoming, Outgoing, listen

if TYPE_CHECKING:
    import pytest

MEGABYTE = 1_000_000


async def echo(incoming: Incoming) -> Outgoing:
    return Outgoing(200, f"{incoming.method} {len(incoming.body)} {incoming.header('X-One')}")


async def sent(port: int, *parts: bytes, wait: float = 0.0) -> bytes:
    """What comes back for these bytes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(wait)
        answer = await reader.read()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return answer


def post(body: bytes, *headers: str) -> bytes:
    head = ["POST /hook HTTP/1.1", "Host: a", "X-One: 1", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@in_loop
async def test_body_up_to_the_limit_is_taken_and_no_larger_one(caplog: pytest.LogCaptureFixture) -> None:
    """A push of 20 MB is meant to be read; aiohttp's own limit is 1 MiB. A packed body counts as it came."""
    caplog.set_level(logging.DEBUG)
    async with listen("127.0.0.1", 0, echo, body_bytes=3 * MEGABYTE) as port:
        assert (await sent(port, post(b"x" * (3 * MEGABYTE)))).endswith(b"POST 3000000 1")
        assert b" 413 " in await sent(port, post(b"x" * (3 * MEGABYTE + 1)))
        packed = gzip.compress(b"x" * (50 * MEGABYTE))
        answer = await sent(port, post(packed, "Content-Encoding: gzip"))
        assert answer.endswith(f"POST {len(packed)} 1".encode())
        assert b" 400 " in await sent(port, b"nonsense\r\n\r\n")
    noted = [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")]
    assert noted == [], "whoever connects must not fill the log"


@in_loop
async def test_slow_heads_slow_bodies_and_idle_connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may hold a connection for so long; meanwhile others are served, up to so many at a time."""
    monkeypatch.setattr(bounded_server, "_HEAD_SECONDS", 0.3)
    monkeypatch.setattr(bounded_server, "_CONNECTION_SECONDS", 0.9)
    monkeypatch.setattr(bounded_server, "_MOST_CONNECTIONS", 5)
    async with listen("127.0.0.1", 0, echo, body_bytes=MEGABYTE) as port:
        started_at = asyncio.get_running_loop().time()
        slow_head = asyncio.create_task(sent(port, *(bytes([byte]) for byte in post(b"")), wait=0.05))
        slow_body = asyncio.create_task(sent(port, post(b"123456789")[:-5]))
        idle = [asyncio.create_task(sent(port, b"")) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert await sent(port) == b"", "five are there already"
        assert asyncio.get_running_loop().time() - started_at < 0.25
        await asyncio.gather(slow_head, *idle)
        assert asyncio.get_running_loop().time() - started_at < 0.9
        assert (await sent(port, post(b"now"))).endswith(b"POST 3 1")
        await slow_body
