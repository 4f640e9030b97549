"""A folder of a mailbox by IMAP (RFC 3501), read-only: EXAMINE marks nothing, BODY.PEEK sets no flag.

The standard library's imaplib speaks the protocol, in a thread, over a connection of our own that has one deadline for
all of it and a bound for every line, literal and sum: a server that drips or floods costs no more than that.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import imaplib
import re
import socket
import ssl
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote, urlsplit

from watcher import clock
from watcher.config.redaction import from_outside
from watcher.errors import (
    FetchError,
    FolderGone,
    Forbidden,
    LoginRefused,
    NotAMailbox,
    TimedOut,
    TlsFailed,
    TooLarge,
    Unreachable,
)
from watcher.fetch.guard import Networks, Refused, look_up, usable_addresses
from watcher.fetch.threads import in_thread
from watcher.model.mail import FolderAnswer, RawMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from watcher.model.mail import Position


PORTS = {"imaps": 993, "imap": 143}
# Messages, and bytes of them, that one poll takes; what is left is for the next one.
MOST_MESSAGES = 50
MOST_BYTES = 50 * 1024**2
_LONGEST_LINE = 1_000_000
_LONGEST_TRANSCRIPT = 64 * 1024
# Of headers alone, where a message is too large.
_HEADER_BYTES = 256 * 1024
_CHUNK = 64 * 1024
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID_DIGITS = 10
# What imaplib calls lines that are not of the protocol, with the error of a lost connection.
_MEANINGLESS = re.compile(r"unexpected (?:tagged )?response|unterminated line")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b")
_CODE = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)
_UNPRINTED = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a folder is and how it is asked for: `url` is imaps://host/folder, the rest are limits.

    `message_bytes` bounds one message, `deadline` (seconds) the whole session.
    """

    url: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    deadline: float
    message_bytes: int
    tls_verify: bool = True
    allowed: Networks = ()

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def folder(self) -> str:
        """The folder's name."""
        return unquote(urlsplit(self.url).path.lstrip("/")) or "INBOX"


async def read_folder(mailbox: Mailbox, position: Position | None, *, since: datetime | None = None) -> FolderAnswer:
    """The messages after a position, as far as one poll takes them; without one the newest, or all `since` a day.

    A folder whose UIDVALIDITY is another than the position's has new numbers: it is read as without one.

    Raises Unreachable, TimedOut, TlsFailed, Forbidden, LoginRefused, FolderGone, TooLarge, and NotAMailbox where the
    server does not speak IMAP.
    """
    try:
        # The session ends itself at its deadline; only the look-up of the host's name cannot.
        async with asyncio.timeout(mailbox.deadline + 1):
            return await in_thread(lambda: _read(mailbox, position, since), "mailbox")
    except TimeoutError as error:
        raise TimedOut(mailbox.url, f"no answer within {mailbox.deadline:.0f} s") from error


def _read(mailbox: Mailbox, position: Position | None, since: datetime | None) -> FolderAnswer:
    started_at = clock.now()
    try:
        with _Connection(mailbox) as connection:
            return _session(connection, mailbox, position, since, started_at)
    except (FetchError, NotAMailbox):
        raise
    except Refused as error:
        raise Forbidden(mailbox.url, str(error)) from error
    except ssl.SSLCertVerificationError as error:  # also a ValueError
        raise TlsFailed(mailbox.url, error.verify_message or str(error)) from error
    except imaplib.IMAP4.abort as error:
        if _MEANINGLESS.search(str(error)):
            raise NotAMailbox(f"no answer as IMAP has it: {_said(error)}") from error
        raise Unreachable(mailbox.url, _said(error)) from error
    except (imaplib.IMAP4.error, ValueError, LookupError, AttributeError, TypeError) as error:
        raise NotAMailbox(f"no answer as IMAP has it: {_said(error)}") from error
    except TimeoutError as error:
        raise TimedOut(mailbox.url, f"no answer within {mailbox.deadline:.0f} s") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(mailbox.url, _said(error)) from error


def _session(
    connection: _Connection, mailbox: Mailbox, position: Position | None, since: datetime | None, started_at: datetime
) -> FolderAnswer:
    _log_in(connection, mailbox)
    uid_validity = _examine(connection, mailbox)
    if position is not None and position.uid_validity != uid_validity:
        position = None
    uids, is_backlog = _uids(connection, position, since)
    taken = uids[:MOST_MESSAGES] if is_backlog else uids[-MOST_MESSAGES:]
    messages = tuple(_messages(connection, mailbox, taken))
    read = {message.uid for message in messages}
    # What the server lists and does not give was deleted meanwhile; what the bound of bytes left out comes next time.
    is_cut = bool(messages) and sum(len(one.raw) for one in messages) >= MOST_BYTES
    last = max(read) if is_cut else max(taken, default=position.last_uid if position else 0)
    left = sum(uid > last for uid in uids)
    return FolderAnswer(
        uid_validity,
        last,
        messages,
        left,
        bytes(connection.transcript),
        started_at,
        clock.now(),
        connection.address,
        *connection.fingerprints(),
    )


def _log_in(connection: _Connection, mailbox: Mailbox) -> None:
    try:
        connection.login(mailbox.user, mailbox.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        said = _said(error)
        kind = Unreachable if _CODE.search(said) else LoginRefused
        raise kind(mailbox.url, f"the login was refused: {said}") from error


def _examine(connection: _Connection, mailbox: Mailbox) -> int:
    """Open the folder read-only, and give its UIDVALIDITY."""
    status, data = connection.select(_quoted(mailbox.folder), readonly=True)
    if status != "OK":
        said = _said(data[0] if data else "")
        kind = Unreachable if _CODE.search(said) else FolderGone
        raise kind(mailbox.url, f"the folder {mailbox.folder} cannot be opened: {said}")
    stated = connection.response("UIDVALIDITY")[1][0]
    if stated is None or not bytes(stated).isdigit():
        raise NotAMailbox("the folder has no UIDVALIDITY, so its numbers mean nothing later")
    return int(stated)


def _uids(connection: _Connection, position: Position | None, since: datetime | None) -> tuple[list[int], bool]:
    """The UIDs to read, and whether they are taken from the oldest on; without that the newest ones are."""
    if position is not None:
        # "*" is the newest message, also where that is an older one.
        found = _search(connection, f"UID {position.last_uid + 1}:*")
        return [uid for uid in found if uid > position.last_uid], True
    if since is not None:
        return _search(connection, f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"), True
    return _search(connection, "ALL"), False


def _search(connection: _Connection, wanted: str) -> list[int]:
    status, data = connection.uid("SEARCH", *wanted.split(" "))
    if status != "OK":
        raise NotAMailbox(f"the search was refused: {_said(data[0] if data else '')}")
    words = b" ".join(bytes(part) for part in data if part).split()
    return sorted({int(word) for word in words if word.isdigit() and len(word) <= _UID_DIGITS})


def _messages(connection: _Connection, mailbox: Mailbox, uids: list[int]) -> Iterable[RawMessage]:
    """The messages of these UIDs until the bound of bytes; of one that is too large only its headers."""
    sizes = _sizes(connection, uids)
    room = MOST_BYTES
    for uid in uids:
        size = sizes.get(uid)
        if size is None:
            continue  # deleted meanwhile
        is_whole = size <= mailbox.message_bytes
        raw = _part(connection, uid, "BODY.PEEK[]" if is_whole else f"BODY.PEEK[HEADER]<0.{_HEADER_BYTES}>")
        if raw is None:
            continue
        yield RawMessage(uid, size, raw, is_whole=is_whole)
        room -= len(raw)
        if room <= 0:
            return


def _sizes(connection: _Connection, uids: list[int]) -> dict[int, int]:
    if not uids:
        return {}
    sizes: dict[int, int] = {}
    for part in _fetched(connection, ",".join(map(str, uids)), "(UID RFC822.SIZE)"):
        head = part[0] if isinstance(part, tuple) else part
        uid, size = _UID.search(head or b""), _SIZE.search(head or b"")
        if uid and size:
            sizes[int(uid[1])] = int(size[1])
    return sizes


def _part(connection: _Connection, uid: int, name: str) -> bytes | None:
    """One part of a message, None where the server does not give it: it was deleted meanwhile."""
    answer = _fetched(connection, str(uid), f"(UID {name})")
    for number, part in enumerate(answer):
        if isinstance(part, tuple):
            after = answer[number + 1] if number + 1 < len(answer) else b""
            said = _UID.search(part[0]) or _UID.search(after if isinstance(after, bytes) else b"")
            if said and int(said[1]) == uid:
                return bytes(part[1])
    return None


def _fetched(connection: _Connection, uids: str, what: str) -> list[Any]:
    status, data = connection.uid("FETCH", uids, what)
    if status != "OK":
        raise Unreachable(connection.mailbox.url, f"messages were refused: {_said(data[0] if data else '')}")
    return list(data)


def _said(words: object) -> str:
    """What the server said, as it may be stored: in one line, without secrets."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    text = re.sub(r"\bb'(.*)'", r"\1", text)
    return from_outside(_UNPRINTED.sub(" ", text).strip()) or "no words"


def _quoted(folder: str) -> str:
    r"""A folder's name as IMAP wants it: modified UTF-7 (RFC 3501, 5.1.3) between quotes."""
    pieces = re.split(r"([^\x20-\x7e]+)", folder)
    coded = (_utf7(piece) if number % 2 else piece.replace("&", "&-") for number, piece in enumerate(pieces))
    return '"' + "".join(coded).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(piece: str) -> str:
    packed = base64.b64encode(piece.encode("utf-16-be", "surrogatepass")).rstrip(b"=").replace(b"/", b",")
    return f"&{packed.decode('ascii')}-"


def _connected(mailbox: Mailbox, port: int, left: Callable[[], float]) -> socket.socket:
    """A socket that is connected to one of the host's addresses. Raises OSError, Refused."""
    failure: OSError = OSError(f"{mailbox.host} has no address")
    for family, kind, protocol, _, address in usable_addresses(
        mailbox.host, look_up(mailbox.host, port), mailbox.allowed
    ):
        one = socket.socket(family, kind, protocol)
        try:
            one.settimeout(left())
            one.connect(address)
        except OSError as error:
            one.close()
            failure = error
        else:
            return one
    raise failure


class _Connection(imaplib.IMAP4):
    """A session whose every byte is counted and timed; `transcript` keeps its lines."""

    def __init__(self, mailbox: Mailbox) -> None:
        """Connect, and read the greeting."""
        self.mailbox = mailbox
        self.transcript = bytearray()
        self.address = ""
        self._ends_at = monotonic() + mailbox.deadline
        self._room = MOST_BYTES + mailbox.message_bytes + 8 * _LONGEST_LINE
        self._buffer = bytearray()
        parts = urlsplit(mailbox.url)
        super().__init__(mailbox.host, parts.port or PORTS[parts.scheme])

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:  # noqa: ARG002 - ours
        """Connect to an address that is allowed, by TLS unless the address begins with imap:."""
        self.host, self.port = host, port
        self.sock = _connected(self.mailbox, port, self._left)
        name = self.sock.getpeername()
        self.address = f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"
        if self.mailbox.url.startswith("imaps:"):
            self.sock.settimeout(self._left())
            context = ssl.create_default_context()
            if not self.mailbox.tls_verify:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.sock = context.wrap_socket(self.sock, server_hostname=host)

    def fingerprints(self) -> tuple[str | None, tuple[str, ...]]:
        """The SHA-256 of the peer's certificate, and of all that it sent as far as they are known."""
        found = self.sock.getpeercert(binary_form=True) if isinstance(self.sock, ssl.SSLSocket) else None
        own = hashlib.sha256(found).hexdigest() if found else None
        return own, (own,) if own else ()

    def read(self, size: int) -> bytes:
        """A literal of that size. Raises TooLarge before a byte of one beyond the bounds is read."""
        if size > max(self.mailbox.message_bytes, _HEADER_BYTES):
            raise TooLarge(self.mailbox.url, f"a literal of {size:,} bytes")
        while len(self._buffer) < size:
            self._more()
        return self._taken(size)

    def readline(self) -> bytes:
        """A line with its end; an unfinished one where the connection ended."""
        seen = 0
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            if seen > _LONGEST_LINE:
                raise TooLarge(self.mailbox.url, f"a line of more than {_LONGEST_LINE:,} bytes")
            self._more()
        line = self._taken(end + 1)
        self._note(b"S: " + line)
        return line

    def send(self, data: Any) -> None:
        """Send a command, and note it unless it holds the password."""
        self.sock.settimeout(self._left())
        self.sock.sendall(data)
        words = bytes(data).split(b" ", 2)
        is_login = len(words) > 1 and words[1].upper() == b"LOGIN"
        self._note(b"C: " + (words[0] + b" LOGIN [secret]\r\n" if is_login else bytes(data)))

    def shutdown(self) -> None:
        """Close the connection."""
        self.sock.close()

    def __exit__(self, *exception: object) -> None:
        """Log out where all went well; close the connection whatever the server does."""
        try:
            if self.state != "LOGOUT" and not exception[0]:
                self.logout()
        except (imaplib.IMAP4.error, OSError, FetchError):
            pass  # what was wanted is read
        finally:
            self.sock.close()

    def _more(self) -> None:
        self.sock.settimeout(self._left())
        chunk = self.sock.recv(_CHUNK)
        if not chunk:
            self._ended()
        self._room -= len(chunk)
        if self._room < 0:
            raise TooLarge(self.mailbox.url, "the server sends without end")
        self._buffer += chunk

    def _ended(self) -> NoReturn:
        last = bytes(self._buffer[-200:])
        raise imaplib.IMAP4.abort(f"the connection ended{f' after {last!r}' if last else ''}")

    def _taken(self, size: int) -> bytes:
        found = bytes(self._buffer[:size])
        del self._buffer[:size]
        return found

    def _left(self) -> float:
        left = self._ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _note(self, line: bytes) -> None:
        if len(self.transcript) < _LONGEST_TRANSCRIPT:
            self.transcript += line[: _LONGEST_TRANSCRIPT - len(self.transcript)]
