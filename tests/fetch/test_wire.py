"""What aiohttp leaves out: header bytes exactly as they came, and none that breaks out (checks 8 and 48)."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fetching import loopback_client
from tests.support.servers import in_loop, raw_server
from watcher.errors import Unreachable
from watcher.fetch.client import get
from watcher.fetch.request import Request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ODD = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f")


@in_loop
@pytest.mark.parametrize("value", ['W/"a b"', '"a,b"', "no-quotes", '"\xe9\xff"', '"\xc3\xa9"', '"\\"', '"tab\tin"'])
async def test_header_bytes_go_back_as_they_came(value: str) -> None:
    """Check 1: a validator is opaque, bytes that are no UTF-8 included; aiohttp alone would drop those."""
    body = b"HTTP/1.1 200 OK\r\nETag: " + value.encode("latin-1") + b"\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(body) as server, loopback_client() as opened:
        answer = await get(opened, Request(server.url()))
        etag = answer.header("etag") or ""
        await get(opened, Request(server.url(), {"If-None-Match": etag, "X-After": "whole"}))
    assert server.requests[1].header("If-None-Match") == value
    assert server.requests[1].header("X-After") == "whole"


@settings(max_examples=30)
@given(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), min_size=1, max_size=40)
)
def test_any_header_bytes_go_back_as_they_came(value: str) -> None:
    """Check 1, for whatever a server may send as a validator."""

    async def scenario() -> None:
        head = b"HTTP/1.1 200 OK\r\nETag: " + value.encode("latin-1") + b"\r\nContent-Length: 0\r\n\r\n"
        async with raw_server(head) as server, loopback_client() as opened:
            etag = (await get(opened, Request(server.url()))).header("etag") or ""
            await get(opened, Request(server.url(), {"If-None-Match": etag}))
            assert server.requests[1].header("If-None-Match") == value

    asyncio.run(scenario())


@in_loop
@pytest.mark.parametrize("sign", [b"\x01", b"\x7f", b"\x1b"])
async def test_control_characters_do_not_make_a_feed_fail_for_good(sign: bytes) -> None:
    """Check 1: the parser lets them in as part of a validator, so the next request has to leave with them."""
    head = b'HTTP/1.1 200 OK\r\nETag: "' + sign + b'"\r\nContent-Length: 0\r\n\r\n'
    async with raw_server(head) as server, loopback_client() as opened:
        etag = (await get(opened, Request(server.url()))).header("etag") or ""
        await get(opened, Request(server.url(), {"If-None-Match": etag}))
    assert server.requests[1].header("If-None-Match") == f'"{sign.decode()}"'


@in_loop
@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "\x01\nX-Evil: 1", "a\0b"])
async def test_no_header_can_be_smuggled_in(value: str) -> None:
    """A value with a line end is refused before anything is sent."""
    async with raw_server(OK) as server, loopback_client() as opened:
        with pytest.raises(Unreachable):
            await get(opened, Request(server.url(), {"If-None-Match": value}))
        assert server.requests == []
