"""One HTTP response, as it came from a server, a hub or the record of a web archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: where it was met, its status, the Location as received."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response, whatever its status, with the request that it answers.

    `status` is 0 where nobody answered (a request that failed) or nothing was requested (a hub's push). `wire` is the
    body as received (transfer coding undone, content coding not), `body` the same inflated. `headers` have the names'
    case and the order of the wire, bytes read as latin-1. `address` is the ip:port that was connected to,
    `tls_fingerprint` the SHA-256 of the peer's certificate in hex, `tls_chain` those of all certificates that it sent,
    its own first (empty where the TLS library does not tell). `http_version` is "1.0" or "1.1" as received.
    `request_headers` are those of the last hop.
    """

    requested_url: str
    url: str
    started_at: datetime
    ended_at: datetime
    status: int = 0
    reason: str = ""
    http_version: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wire: bytes = b""
    hops: tuple[Hop, ...] = ()
    address: str = ""
    tls_fingerprint: str | None = None
    tls_chain: tuple[str, ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    _by_name: Mapping[str, list[str]] = field(init=False, compare=False, repr=False)
    _sha256: str = field(default="", init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the headers by name once: each answer is asked for several of them."""
        by_name: dict[str, list[str]] = {}
        for key, value in self.headers:
            by_name.setdefault(key.lower(), []).append(value)
        object.__setattr__(self, "_by_name", by_name)

    @property
    def body_sha256(self) -> str:
        """The SHA-256 of the body in hex: several steps ask for it, and it is found once."""
        if not self._sha256:
            object.__setattr__(self, "_sha256", sha256(self.body).hexdigest())
        return self._sha256

    def header(self, name: str) -> str | None:
        """The value of a header, names compared without case; several are joined by a comma (RFC 9110, 5.3)."""
        values = self._by_name.get(name.lower())
        return ", ".join(values) if values else None

    def first(self, name: str) -> str | None:
        """The first value of a header that is not empty, names compared without case."""
        return next((value for value in self._by_name.get(name.lower(), ()) if value), None)
