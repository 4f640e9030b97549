"""Write HTTP exchanges as a web archive (WARC 1.1, ISO 28500:2017).

An exchange becomes a response record, a request record, and a metadata record with what HTTP does not say
(TLS certificate, redirects, link of the chain). An answer that had no bytes of its own (304, or the same as before)
becomes a revisit record that names the capture with the bytes.
"""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Mapping


_NOT_MODIFIED = 304
_NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NAMESPACE = uuid.UUID("7b8a9c1e-40d5-5d0e-9f4f-0d3a5c1b6a52")
# Columns of captures that an exchange takes as they are.
_COLUMNS = ("requested_url", "url", "status", "reason", "http_version", "started_at")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer. `wire` is the body before content-decoding; None where the bytes were not kept.

    `status` is None where nobody answered. Times are text as the tables keep them.
    """

    id: int
    requested_url: str
    url: str
    status: int | None
    reason: str
    http_version: str
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]
    address: str
    started_at: str
    body_sha256: str
    wire: bytes | None = None

    @property
    def is_not_modified(self) -> bool:
        """Whether the server said that nothing has changed."""
        return self.status == _NOT_MODIFIED

    @property
    def request_line(self) -> str:
        """The request line as it was sent to the last hop."""
        parts = urlsplit(self.url)
        return f"GET {parts.path or '/'}{f'?{parts.query}' if parts.query else ''} HTTP/1.1"

    @property
    def sent_headers(self) -> tuple[tuple[str, str], ...]:
        """The request's headers with the host; values that are secrets are hidden."""
        if any(name.lower() == "host" for name, _ in self.request_headers):
            return self.request_headers
        return (("Host", urlsplit(self.url).netloc), *self.request_headers)


def exchange_of(capture_id: int, row: Mapping[str, Any], wire: bytes | None) -> Exchange:
    """The exchange of a row of captures, with the bytes that its snapshots hold."""
    return Exchange(
        id=capture_id,
        **{name: row[name] for name in _COLUMNS},
        request_headers=_pairs(row["request_headers"]),
        response_headers=_pairs(row["response_headers"]),
        address=row["address"] or "",
        body_sha256=row["body_sha256"] or "",
        wire=wire,
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in json.loads(text))


def metadata_fields(row: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, str]:
    """What HTTP itself does not say of an exchange, for its metadata record; empty values are left out there."""
    return {
        "requestedUrl": row["requested_url"],
        "redirects": row["hops"] if row["hops"] != "[]" else "",
        "endedAt": row["ended_at"],
        "outcome": row["outcome"],
        "bodySha256": row["body_sha256"] or "",
        "wireSha256": row["wire_sha256"] or "",
        "tlsFingerprint": row["tls_fingerprint"] or "",
        "tlsChain": row["tls_chain"] if row["tls_chain"] != "[]" else "",
        "programVersion": row["program_version"],
        "importedFrom": row["imported_from"] or "",
        **more,
    }


class _Headers(StatusAndHeaders):  # type: ignore[misc] # warcio ships no types
    """Header lines byte for byte; warcio would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        """The head as it was received, each character one byte."""
        head: str = self.to_str(filter_func)
        return head.encode("latin-1", "replace") + b"\r\n"


@dataclass(frozen=True, slots=True)
class _Original:
    """The record with the bytes of a body: for the revisits that follow."""

    url: str
    date: str
    digest: str


class WarcWriter:
    """An archive that is being written."""

    def __init__(self, out: IO[bytes], info: Mapping[str, str], *, name: str, is_gzip: bool, made_at: str) -> None:
        """Begin with the warcinfo record."""
        self._writer = WARCWriter(out, gzip=is_gzip, warc_version="1.1")
        self._by_body: dict[str, _Original] = {}
        self._by_url: dict[str, _Original] = {}
        record = self._writer.create_warcinfo_record(name, dict(info))
        record.rec_headers.replace_header("WARC-Date", made_at)
        self._writer.write_record(record)

    def add(self, exchange: Exchange, metadata: Mapping[str, str]) -> bool:
        """Write one exchange with its metadata record. False where there is nothing to write."""
        if exchange.status is None:
            return False
        original = None if exchange.wire is not None else self._original(exchange)
        if exchange.wire is None and original is None:
            return False
        response = self._revisit(exchange, original) if original else self._response(exchange)
        self._writer.write_record(response)
        response_id = response.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(self._request(exchange, response_id))
        self._writer.write_record(self._metadata(exchange, response_id, metadata))
        return True

    def _original(self, exchange: Exchange) -> _Original | None:
        if exchange.is_not_modified:
            return self._by_url.get(exchange.requested_url)
        return self._by_body.get(exchange.body_sha256) if exchange.body_sha256 else None

    def _response(self, exchange: Exchange) -> Any:
        record = self._record(exchange, "response", exchange.wire or b"", http_headers=_received(exchange))
        if not exchange.is_not_modified:
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            original = _Original(exchange.url, exchange.started_at, digest)
            self._by_body[exchange.body_sha256] = self._by_url[exchange.requested_url] = original
        return record

    def _revisit(self, exchange: Exchange, original: _Original) -> Any:
        record = self._writer.create_revisit_record(
            exchange.url,
            original.digest,
            original.url,
            original.date,
            http_headers=_received(exchange),
            warc_headers_dict=_record_headers(exchange, "revisit"),
        )
        if exchange.is_not_modified:
            record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED_PROFILE)
        return record

    def _request(self, exchange: Exchange, response_id: str) -> Any:
        headers = _Headers(exchange.request_line, list(exchange.sent_headers), is_http_request=True)
        record = self._record(exchange, "request", b"", http_headers=headers)
        record.rec_headers.add_header("WARC-Concurrent-To", response_id)
        return record

    def _metadata(self, exchange: Exchange, response_id: str, metadata: Mapping[str, str]) -> Any:
        lines = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in metadata.items() if value)
        payload = lines.encode("utf-8", "replace")
        record = self._record(exchange, "metadata", payload, warc_content_type="application/warc-fields")
        record.rec_headers.add_header("WARC-Concurrent-To", response_id)
        record.http_headers = None
        return record

    def _record(self, exchange: Exchange, kind: str, payload: bytes, **more: Any) -> Any:
        named = _record_headers(exchange, kind)
        content = {"payload": io.BytesIO(payload), "length": len(payload), "warc_headers_dict": named}
        return self._writer.create_warc_record(exchange.url, kind, **content, **more)


def _record_headers(exchange: Exchange, kind: str) -> dict[str, str]:
    """Ids follow from the capture, so that the same export twice names the same records."""
    capture = f"{exchange.id} {exchange.started_at} {exchange.url} {exchange.body_sha256} {kind}"
    record_id = f"<urn:uuid:{uuid.uuid5(_NAMESPACE, capture)}>"
    headers = {"WARC-Record-ID": record_id, "WARC-Date": exchange.started_at}
    address = exchange.address.rpartition(":")[0].strip("[]")
    return headers | ({"WARC-IP-Address": address} if address and kind != "metadata" else {})


def _received(exchange: Exchange) -> _Headers:
    """The head of an answer. The body is kept without its chunks, so the header that announced them is renamed."""
    renamed = [
        ("X-Orig-Transfer-Encoding" if name.lower() == "transfer-encoding" else name, value)
        for name, value in exchange.response_headers
    ]
    status = f"{exchange.status or 0} {exchange.reason}".rstrip()
    return _Headers(status, renamed, protocol=f"HTTP/{exchange.http_version or '1.1'}")
