"""The test servers themselves: a server that lies would make every other test worthless."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage

import aiosmtplib
import pytest

from tests.support.servers import (
    Answer,
    ReceivedRequest,
    authority,
    http_server,
    in_loop,
    raw_server,
    server_context,
    smtp_server,
)


async def talk(port: int, request: bytes) -> bytes:
    """What a server answers to these bytes, until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""]).encode()


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.org", "a@example.org", "Réport"
    message.set_content("Two people were hurt.")
    return message


@in_loop
async def test_http_answers_as_told_and_records() -> None:
    """Status, headers and body as programmed; the request as it came."""
    async with http_server({"/a": Answer(b"body", status=203, headers={"X-Odd": "1"})}) as server:
        answer = await talk(server.port, head("/a?q=1", "x-CASE: kept"))
    assert answer.startswith(b"HTTP/1.1 203 ")
    assert b"\r\nX-Odd: 1\r\n" in answer
    assert answer.endswith(b"\r\n\r\nbody")
    assert ("x-CASE", "kept") in server.requests[0].headers
    assert server.seen("/a") == server.requests


@in_loop
async def test_http_says_304_only_to_its_own_validator() -> None:
    """Otherwise a client that sends nonsense would look polite."""
    async with http_server({"/a": Answer(b"body", etag='"1"', last_modified="x")}) as server:
        for line, status in (
            ('If-None-Match: "1"', b"304"),
            ('If-None-Match: "2"', b"200"),
            ("If-Modified-Since: x", b"304"),
        ):
            assert (await talk(server.port, head("/a", line)))[9:12] == status


@in_loop
async def test_http_routes_may_be_sequences_and_functions() -> None:
    """One answer after the other, the last stays; and whatever a function decides; the rest is 404."""

    def echo(seen: ReceivedRequest) -> Answer:
        return Answer((seen.header("X-Say") or "").encode())

    async with http_server({"/s": [Answer(b"1"), Answer(b"2")], "/f": echo}) as server:
        bodies = [(await talk(server.port, head("/s")))[-1:] for _ in range(3)]
        assert bodies == [b"1", b"2", b"2"]
        assert (await talk(server.port, head("/f", "X-Say: hello"))).endswith(b"hello")
        assert (await talk(server.port, head("/none"))).startswith(b"HTTP/1.1 404 ")


@in_loop
async def test_raw_bytes_are_sent_untouched() -> None:
    """Broken answers are its whole purpose."""
    async with raw_server(b"not even http") as server:
        assert await talk(server.port, head("/")) == b"not even http"


@in_loop
async def test_smtp_takes_messages_and_refuses_as_told() -> None:
    """4xx and 5xx come in the order given, then messages are taken."""
    async with smtp_server(refusals=["451 later", "554 never"]) as server:
        codes = []
        for _ in range(3):
            try:
                await aiosmtplib.send(letter(), hostname=server.host, port=server.port, start_tls=False)
            except aiosmtplib.SMTPDataError as error:
                codes.append(error.code)
        assert codes == [451, 554]
        assert server.attempts == 3
        assert [message["Subject"] for message in server.messages] == ["Réport"]
        assert server.envelopes[0].rcpt_tos == ["a@example.org"]


@in_loop
async def test_smtp_refuses_recipients_as_told() -> None:
    """A partial refusal is recorded per recipient, so there has to be one."""
    async with smtp_server() as server:
        server.refused_recipients["a@example.org"] = "550 unknown"
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await aiosmtplib.send(letter(), hostname=server.host, port=server.port, start_tls=False)
        assert server.messages == []


@in_loop
async def test_smtp_offers_tls_with_a_certificate_of_ours() -> None:
    """STARTTLS works for who trusts the authority."""
    ca = authority()
    trusting = ssl.create_default_context()
    ca.configure_trust(trusting)
    async with smtp_server(tls=server_context(ca, "127.0.0.1")) as server:
        await aiosmtplib.send(letter(), hostname=server.host, port=server.port, start_tls=True, tls_context=trusting)
        assert len(server.messages) == 1
