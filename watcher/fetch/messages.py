"""What is asked and what comes back: plain values around one HTTP exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one `get`: seconds in all (waiting for a turn apart), bytes as received, bytes inflated, redirects."""

    deadline: float = 30.0
    wire_bytes: int = 10_000_000
    body_bytes: int = 20_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask. Header values go out as latin-1, so a value taken from an answer goes back as it came."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None
    tls_verify: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: where it was met, its status, the Location as received."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, whatever its status, as evidence keeps it.

    `wire` is the body as received (transfer coding undone, content coding not), `body` the same inflated. `headers`
    have the names' case and the order of the wire, bytes read as latin-1. `address` is the ip:port that was dialled,
    `tls_fingerprint` the SHA-256 of the peer's certificate in hex, `tls_chain` those of all certificates that it sent,
    its own first (empty where the TLS library does not tell). `http_version` is "1.0" or "1.1" as received.
    `request_headers` are those of the last hop.
    """

    requested_url: str
    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire: bytes
    hops: tuple[Hop, ...]
    address: str
    tls_fingerprint: str | None
    started_at: datetime
    ended_at: datetime
    request_headers: tuple[tuple[str, str], ...]
    http_version: str = ""
    tls_chain: tuple[str, ...] = ()
    _by_name: Mapping[str, list[str]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the headers by name once: each answer is asked for several of them."""
        by_name: dict[str, list[str]] = {}
        for key, value in self.headers:
            by_name.setdefault(key.lower(), []).append(value)
        object.__setattr__(self, "_by_name", by_name)

    def header(self, name: str) -> str | None:
        """The value of a header, names compared without case; several are joined by a comma (RFC 9110, 5.3)."""
        values = self._by_name.get(name.lower())
        return ", ".join(values) if values else None

    def first(self, name: str) -> str | None:
        """The first value of a header that is not empty, names compared without case."""
        return next((value for value in self._by_name.get(name.lower(), ()) if value), None)
