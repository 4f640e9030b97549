"""A client that may dial loopback, the error of a request that has to fail, and answers made without a server."""

from __future__ import annotations

import zlib
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from watcher.errors import FetchError
from watcher.fetch.client import Client, get, open_client
from watcher.fetch.request import Limits, Request
from watcher.model.response import Response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
ENDED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@asynccontextmanager
async def loopback_client() -> AsyncIterator[Client]:
    """A client that may connect to loopback."""
    async with open_client(allow_addresses=LOOPBACK) as opened:
        yield opened


async def failed_get(url: str, *, limits: Limits | None = None, allow: bool = True) -> FetchError:
    """The error of a GET that has to fail; loopback is allowed unless `allow` is false."""
    async with open_client(allow_addresses=LOOPBACK if allow else ()) as opened:
        with pytest.raises(FetchError) as caught:
            await get(opened, Request(url, limits=limits or Limits()))
    return caught.value


def answer(*headers: tuple[str, str], status: int = 200, body: bytes = b"") -> Response:
    """An answer that ended at ENDED_AT."""
    said: dict[str, Any] = {"requested_url": "http://a/", "url": "http://a/"}
    said |= {"started_at": ENDED_AT, "ended_at": ENDED_AT}
    return Response(**said, status=status, headers=headers, body=body, wire=body)


def decompression_bomb() -> bytes:
    """Half a megabyte of gzip that would become 500 MB: one packed megabyte, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    head = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + 499 * again
