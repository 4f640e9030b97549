"""One HTTP exchange as a row of captures tells it, ready for a web archive. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


_NOT_MODIFIED = 304
_PLAIN = ("kind", "requested_url", "url", "status", "reason", "http_version", "started_at", "ended_at")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer. `wire` is the body before content-decoding; None where the bytes were not kept.

    `status` is None where nobody answered. Times are text as the tables keep them.
    """

    id: int
    kind: str
    requested_url: str
    url: str
    status: int | None
    reason: str
    http_version: str
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]
    hops: tuple[tuple[str, int, str], ...]
    address: str
    tls_fingerprint: str
    started_at: str
    ended_at: str
    body_sha256: str
    program_version: str
    wire: bytes | None = None

    @property
    def is_not_modified(self) -> bool:
        """Whether the server said that nothing has changed."""
        return self.status == _NOT_MODIFIED

    @property
    def request_head(self) -> str:
        """The request line and headers, as sent to the last hop; values that are secrets are hidden."""
        parts = urlsplit(self.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = self.request_headers
        if not any(name.lower() == "host" for name, _ in headers):
            headers = (("Host", parts.netloc), *headers)
        return _head(f"GET {path} HTTP/1.1", headers)

    @property
    def status_line(self) -> str:
        """Version, status and reason."""
        return f"HTTP/{self.http_version or '1.1'} {self.status or 0} {self.reason}".rstrip()


def _head(line: str, headers: tuple[tuple[str, str], ...]) -> str:
    return "\r\n".join([line, *(f"{name}: {value}" for name, value in headers)]) + "\r\n\r\n"


def exchange_of(capture_id: int, row: Mapping[str, Any], wire: bytes | None) -> Exchange:
    """The exchange of a row, with the bytes that its snapshots hold."""
    return Exchange(
        id=capture_id,
        **{name: row[name] for name in _PLAIN},
        request_headers=_pairs(row["request_headers"]),
        response_headers=_pairs(row["response_headers"]),
        hops=tuple((url, status, location) for url, status, location in json.loads(row["hops"])),
        address=row["address"] or "",
        tls_fingerprint=row["tls_fingerprint"] or "",
        body_sha256=row["body_sha256"] or "",
        program_version=row["program_version"],
        wire=wire,
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in json.loads(text))
