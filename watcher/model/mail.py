"""A message of a press list, as its mailbox gave it, and the signatures (DKIM) by which its domain vouches for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime


# "no_key": the domain has no such key (any more); "not_checked": its name servers could not be asked yet;
# "malformed": the signature or the key cannot be read; "fail": the message is not what was signed.
SignatureResult = Literal["pass", "fail", "no_key", "not_checked", "malformed"]

# The Content-Types of a message, and of its headers alone.
WHOLE, HEADERS = "message/rfc822", "text/rfc822-headers"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder was read: its UIDVALIDITY, the last UID, and the hash of whose messages were looked for."""

    uid_validity: int
    last_uid: int
    wanted_sha256: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message: its UID and size as the server says, and its bytes; without `is_whole` only those of its headers."""

    uid: int
    size: int
    raw: bytes
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class FolderAnswer:
    """What a mailbox answered: the folder's UIDVALIDITY, messages in the order of their UIDs, and how many are left.

    `transcript` are the lines of both sides, without login and messages; `address` and the fingerprints are the peer's.
    """

    uid_validity: int
    last_uid: int
    messages: tuple[RawMessage, ...]
    left_count: int
    transcript: bytes
    started_at: datetime
    ended_at: datetime
    address: str = ""
    tls_fingerprint: str | None = None
    tls_chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM-Signature of a message (RFC 6376) and what a check of it found, with all that proves it.

    `header` is the signature as it stands in the message, `key_name` the name under which the domain keeps its public
    key, `key_record` what its name server answered, empty where there was no such answer. `number` counts the
    signatures of the message from 0. `detail` says in words what else there is to know.
    """

    number: int
    domain: str
    selector: str
    header: str
    key_name: str
    result: SignatureResult
    checked_at: datetime
    key_record: str = ""
    detail: str = ""

    @property
    def is_expired(self) -> bool:
        """Whether it holds but for its own last day (x=)."""
        return self.result == "fail" and "value is past" in self.detail


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """A signature of a stored message that was checked later: the rows of its release and of its capture."""

    release_id: int
    capture_id: int
    signature: Signature


@dataclass(frozen=True, slots=True)
class UncheckedSignature:
    """A stored signature whose key could not be looked up, with the message that it belongs to."""

    release_id: int
    capture_id: int
    number: int
    raw: bytes


def is_message(content_type: str) -> bool:
    """Whether a Content-Type is that of a whole message."""
    return content_type.partition(";")[0].strip().lower() == WHOLE
