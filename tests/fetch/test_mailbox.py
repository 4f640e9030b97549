"""A folder read by IMAP: what is read, what never changes, and how each failure is named."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from ipaddress import ip_network
from time import monotonic
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.support.imap import closed, imap_server, message
from tests.support.servers import in_loop
from watcher.errors import (
    FolderGone,
    Forbidden,
    LoginRefused,
    NotAMailbox,
    TimedOut,
    TlsFailed,
    TooLarge,
    Unreachable,
    WatcherError,
)
from watcher.fetch import mailbox as module
from watcher.fetch.mailbox import Mailbox, read_folder
from watcher.model.mail import Position

if TYPE_CHECKING:
    from tests.support.imap import Fault, ImapServer

LOOPBACK = (ip_network("127.0.0.0/8"),)


def box(server: ImapServer, **other: object) -> Mailbox:
    """How the server's folder is asked for."""
    settings = {"deadline": 2.0, "message_bytes": 100_000, "allowed": LOOPBACK, "password": server.password} | other
    return Mailbox(server.url, server.user, **settings)  # type: ignore[arg-type] # a test's own settings


@in_loop
async def test_messages_come_whole_and_nothing_is_marked() -> None:
    """Somebody reads this mailbox too: what we look at must stay unread there."""
    async with imap_server() as server:
        raws = [message(f"Statement {number}") for number in range(3)]
        uids = [server.add(raw) for raw in raws]
        answer = await read_folder(box(server), None)
        assert [one.uid for one in answer.messages] == uids
        assert [one.raw.replace(b"\r\n", b"\n") for one in answer.messages] == raws
        assert (answer.uid_validity, answer.last_uid, answer.left_count) == (17, 3, 0)
        assert any(command.startswith("EXAMINE ") for command in server.commands)
        harmful = ("SELECT", "STORE", "BODY[", "EXPUNGE", "CLOSE", "COPY", "APPEND")
        assert not [command for command in server.commands if any(word in command for word in harmful)]


@in_loop
async def test_only_what_is_newer_than_the_position_is_asked_for() -> None:
    """A mailbox of years must cost a poll no more than its newest message."""
    async with imap_server() as server:
        for number in range(5):
            server.add(message(f"Statement {number}"))
        answer = await read_folder(box(server), Position(17, 3, ""))
        assert [one.uid for one in answer.messages] == [4, 5]
        server.commands.clear()
        again = await read_folder(box(server), Position(17, 5, ""))
        assert (again.messages, again.last_uid) == ((), 5)
        assert not [command for command in server.commands if "FETCH" in command]


@in_loop
async def test_a_first_poll_takes_the_newest_and_a_backlog_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a new mailbox the past is not wanted; what came while the program was off is, in its order, a part a poll."""
    monkeypatch.setattr(module, "MOST_MESSAGES", 2)
    async with imap_server() as server:
        for number in range(5):
            server.add(message(f"Statement {number}"))
        first = await read_folder(box(server), None)
        assert ([one.uid for one in first.messages], first.left_count) == ([4, 5], 0)
        later = await read_folder(box(server), Position(17, 0, ""))
        assert ([one.uid for one in later.messages], later.last_uid, later.left_count) == ([1, 2], 2, 3)


@in_loop
async def test_a_renumbered_folder_is_read_from_a_day_on() -> None:
    """Another UIDVALIDITY means that no number is what it was (RFC 3501, 2.3.1.1)."""
    async with imap_server() as server:
        server.add(message())
        server.renumber()
        answer = await read_folder(box(server), Position(17, 1, ""), since=datetime(2026, 11, 20, tzinfo=UTC))
        assert ([one.uid for one in answer.messages], answer.uid_validity) == ([2], 18)
        assert "UID SEARCH SINCE 20-Nov-2026" in server.commands


@in_loop
async def test_of_a_message_that_is_too_large_the_headers_are_read() -> None:
    """Its subject and sender are worth an alert, and the others behind it must not wait for it."""
    async with imap_server() as server:
        server.add(message("Large", text="x" * 200_000))
        server.add(message("Small"))
        large, small = (await read_folder(box(server), None)).messages
        assert (large.is_whole, b"Subject: Large" in large.raw, len(large.raw) < 1_000) == (False, True, True)
        assert small.is_whole


@in_loop
async def test_the_password_is_in_no_transcript() -> None:
    """The lines of a session are kept as evidence."""
    async with imap_server() as server:
        answer = await read_folder(box(server), None)
        assert server.password.encode() not in answer.transcript
        assert b"LOGIN [secret]" in answer.transcript


@in_loop
async def test_tls_is_verified() -> None:
    """A password goes only to the server whose certificate is right."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with imap_server(tls=context) as server:
        server.add(message())
        with pytest.raises(TlsFailed):
            await read_folder(box(server), None)
        assert server.commands == []
        answer = await read_folder(box(server, tls_verify=False), None)
        assert (len(answer.messages), len(answer.tls_fingerprint or "")) == (1, 64)


@in_loop
async def test_a_mailbox_on_a_private_address_is_not_asked() -> None:
    """A publisher's file that came from elsewhere must reach no service of the own network."""
    async with imap_server() as server:
        with pytest.raises(Forbidden):
            await read_folder(box(server, allowed=()), None)
        assert server.sessions == []


def _no(words: str) -> Fault:
    return lambda tag, _: f"{tag} NO {words}\r\n".encode()


FAILURES: dict[str, tuple[str, Fault, type[WatcherError]]] = {
    "a refused login": ("LOGIN", _no("[AUTHENTICATIONFAILED] no"), LoginRefused),
    "a server that is busy": ("LOGIN", _no("[UNAVAILABLE] try later"), Unreachable),
    "a folder that is gone": ("EXAMINE", _no("no such mailbox"), FolderGone),
    "a folder that is in use": ("EXAMINE", _no("[INUSE] locked"), Unreachable),
    "no UIDVALIDITY": ("EXAMINE", lambda tag, _: f"* 1 EXISTS\r\n{tag} OK\r\n".encode(), NotAMailbox),
    "a refused search": ("UID SEARCH", _no("no"), NotAMailbox),
    "refused messages": ("UID FETCH", _no("no"), Unreachable),
    "another protocol": ("greeting", b"HTTP/1.1 400 Bad Request\r\n\r\n", NotAMailbox),
    "no greeting": ("greeting", b"", TimedOut),
    "a refusal at the door": ("greeting", b"* BYE too many connections\r\n", NotAMailbox),
    "a server that hangs": ("UID SEARCH", b"hang", TimedOut),
    "a literal without end": ("UID FETCH", b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n", TooLarge),
    "a literal of a size that is no number": ("UID SEARCH", b"* SEARCH {x}\r\n? ?\r\n", NotAMailbox),
    "a line without end": ("UID SEARCH", b"* SEARCH " + b"1 " * 600_000, TooLarge),
    "binary": ("UID SEARCH", bytes(range(256)) * 4, NotAMailbox),
    "an answer to another command": ("UID SEARCH", b"ZZZZ1 OK done\r\n", NotAMailbox),
}


@pytest.mark.parametrize("failure", FAILURES)
@in_loop
async def test_every_failure_has_its_name(failure: str) -> None:
    """What to do about a refused password is not what to do about a dead server; and none of them may hang."""
    command, fault, kind = FAILURES[failure]
    async with imap_server() as server:
        server.add(message())
        server.faults[command] = fault
        begun = monotonic()
        with pytest.raises(kind):
            await read_folder(box(server, deadline=0.4 if kind is TimedOut else 5.0), None)
        assert monotonic() - begun < 4


@in_loop
async def test_a_server_that_drips_ends_at_the_deadline() -> None:
    """A byte a second keeps a plain timeout of a socket waiting for years."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"*")
            await asyncio.sleep(0.05)
        await closed(writer)
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(TimedOut):
        await read_folder(Mailbox(f"imap://127.0.0.1:{port}/", "a", "b", 0.5, 1_000, allowed=LOOPBACK), None)
    server.close()
    await ended.wait()


@in_loop
async def test_a_flood_ends_at_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that nobody asked for must fill no memory."""
    monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    monkeypatch.setattr(module, "_LONGEST_LINE", 10_000)
    async with imap_server() as server:
        server.faults["UID SEARCH"] = b"* 1 FETCH (FLAGS ())\r\n" * 20_000
        with pytest.raises(TooLarge):
            await read_folder(box(server), None)


@in_loop
async def test_a_message_that_was_deleted_meanwhile_is_passed_over() -> None:
    """Somebody tidies up while we read: that is no failure, and its number does not come again."""
    async with imap_server() as server:
        server.add(message("One"))
        server.add(message("Two"))
        server.faults["UID FETCH 1 "] = lambda tag, _: f"{tag} OK done\r\n".encode()
        answer = await read_folder(box(server), None)
        assert ([one.uid for one in answer.messages], answer.last_uid) == ([2], 2)


def test_folder_names_are_written_as_imap_has_them() -> None:
    """A folder of a German or Ukrainian mailbox has its name in modified UTF-7."""
    assert module._quoted('Entwürfe & "x"') == '"Entw&APw-rfe &- \\"x\\""'
