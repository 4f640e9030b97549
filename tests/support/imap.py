"""A small IMAP4rev1 server on loopback (RFC 3501): greeting, CAPABILITY, LOGIN, EXAMINE, UID SEARCH, UID FETCH, LOGOUT.

`async with imap_server() as server:` then `server.add(raw)`. `server.faults` answers a command, or what begins with
one, as told instead: bytes as they are, or a function of tag and arguments. `server.commands` are all that it received.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic

Fault = bytes | Callable[[str, str], bytes]
_GREETING = b"* OK IMAP4rev1 ready\r\n"
_FETCH = re.compile(r"(\S+) \((.*)\)\Z")


@dataclass
class ImapServer:
    """A running server with one folder of messages by UID."""

    port: int = 0
    is_tls: bool = False
    user: str = "desk"
    password: str = "open sesame"
    folder: str = "INBOX"
    uid_validity: int = 17
    messages: dict[int, bytes] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    sessions: list[float] = field(default_factory=list)
    next_uid: int = 1
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    open: list[tuple[asyncio.Task[None] | None, asyncio.StreamWriter]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The folder's address."""
        return f"{'imaps' if self.is_tls else 'imap'}://127.0.0.1:{self.port}/{self.folder}"

    def add(self, raw: bytes) -> int:
        """Deliver a message, and give its UID."""
        self.messages[self.next_uid] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.next_uid += 1
        return self.next_uid - 1

    def renumber(self) -> None:
        """Give every message another UID, as a server does that lost its index."""
        self.uid_validity += 1
        self.messages = dict(enumerate(self.messages.values(), start=self.next_uid))
        self.next_uid += len(self.messages)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session."""
        self.sessions.append(monotonic())
        self.open.append((asyncio.current_task(), writer))
        with suppress(ConnectionError, ssl.SSLError):
            greeting = self.faults.get("greeting", _GREETING)
            writer.write(greeting if isinstance(greeting, bytes) else greeting("", ""))
            while line := await reader.readline():
                tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
                self.commands.append(command)
                answer = self._answer(tag, command)
                if answer is None:
                    await self.stopped.wait()
                    break
                writer.write(answer)
                await writer.drain()
                if command.upper() == "LOGOUT":
                    break
        await closed(writer)

    def _answer(self, tag: str, command: str) -> bytes | None:
        for name, fault in self.faults.items():
            if command.upper().startswith(name.upper()):
                if fault == b"hang":
                    return None
                return fault if isinstance(fault, bytes) else fault(tag, command)
        name = command.upper().split(" ")[0]
        if name == "UID":
            name = " ".join(command.upper().split(" ")[:2])
        answers: dict[str, Callable[[], bytes]] = {
            "CAPABILITY": lambda: b"* CAPABILITY IMAP4rev1\r\n",
            "LOGIN": lambda: self._login(command),
            "EXAMINE": lambda: self._examine(command),
            "UID SEARCH": lambda: self._search(command[len("UID SEARCH ") :]),
            "UID FETCH": lambda: self._fetch(command[len("UID FETCH ") :]),
            "LOGOUT": lambda: b"* BYE bye\r\n",
        }
        said = answers[name]() if name in answers else b"BAD unknown command"
        status, code = (said, b"") if said[:3] in {b"NO ", b"BAD"} else (b"OK done", said)
        return code + tag.encode() + b" " + status + b"\r\n"

    def _login(self, command: str) -> bytes:
        words = f'LOGIN {self.user} "{self.password}"'
        return b"" if command == words else b"NO [AUTHENTICATIONFAILED] wrong user or password"

    def _examine(self, command: str) -> bytes:
        if command.partition(" ")[2] != f'"{self.folder}"':
            return b"NO [NONEXISTENT] no such folder"
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] valid\r\n" % (len(self.messages), self.uid_validity)

    def _search(self, wanted: str) -> bytes:
        found = list(self.messages)
        if wanted.startswith("UID "):
            first = int(wanted[4:].partition(":")[0])
            # "*" is the last message, also where its number is lower.
            found = [uid for uid in found if uid >= first] or found[-1:]
        return b"* SEARCH %s\r\n" % " ".join(map(str, found)).encode()

    def _fetch(self, wanted: str) -> bytes:
        match = _FETCH.fullmatch(wanted)
        assert match is not None
        uids = [int(uid) for uid in match[1].split(",")]
        return b"".join(self._one(uid, match[2]) for uid in uids if uid in self.messages)

    def _one(self, uid: int, what: str) -> bytes:
        raw, number = self.messages[uid], list(self.messages).index(uid) + 1
        if "RFC822.SIZE" in what:
            return b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (number, uid, len(raw))
        name = b"BODY[HEADER]<0>" if "HEADER" in what else b"BODY[]"
        said = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else raw
        return b"* %d FETCH (UID %d %s {%d}\r\n%s)\r\n" % (number, uid, name, len(said), said)


@asynccontextmanager
async def imap_server(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[ImapServer]:
    """A server until the block ends; by TLS from the first byte where a context is given."""
    imap = ImapServer(is_tls=tls is not None)
    server = await asyncio.start_server(imap.serve, "127.0.0.1", 0, ssl=tls)
    imap.port = server.sockets[0].getsockname()[1]
    try:
        yield imap
    finally:
        imap.stopped.set()
        server.close()
        for _, writer in imap.open:
            writer.close()
        await asyncio.gather(*(task for task, _ in imap.open if task is not None))


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection to its end, whatever its other side did."""
    writer.close()
    with suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()


def message(
    subject: str = "Statement on the strike",
    *,
    text: str = "Two civilians were killed in the strike near the town.",
    sender: str = "Press Office <press@army.example>",
    list_id: str = "<press.army.example>",
    message_id: str = "",
    date: datetime = datetime(2026, 11, 24, 7, 30, tzinfo=UTC),
    more: str = "",
) -> bytes:
    """A plain message of the press list `army`, as most arrive."""
    key = message_id or f"<{sha256(f'{subject}{text}'.encode()).hexdigest()[:16]}@army.example>"
    return (
        f"Received: from mx.army.example by mx.desk.example; {date:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"From: {sender}\nTo: desk@desk.example\nSubject: {subject}\nList-Id: The list {list_id}\n"
        f"Message-ID: {key}\nDate: {date:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"{more or 'Content-Type: text/plain; charset=utf-8'}\n\n{text}\n"
    ).encode()
