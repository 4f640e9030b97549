"""Web archives (WARC 1.1, ISO 28500:2017), written. With `warc_reading` the only user of warcio.

An exchange becomes a response record, a request record beside it, and a metadata record with what HTTP does not say
(TLS certificate, redirects, link of the chain). An answer that had no bytes of its own (304, or the same as before)
becomes a revisit record that names the capture with the bytes.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.archive.exchange import Exchange


_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NAMESPACE = uuid.UUID("7b8a9c1e-40d5-5d0e-9f4f-0d3a5c1b6a52")


class _Exact(StatusAndHeaders):  # type: ignore[misc] # warcio ships no types
    """Header lines byte for byte; warcio would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        """The head as it was received, each character one byte."""
        head: str = self.to_str(filter_func)
        return head.encode("latin-1", "replace") + b"\r\n"


@dataclass(slots=True)
class _Original:
    """Where the bytes of a body stand in the archive: for the revisits that follow."""

    url: str
    date: str
    digest: str


class Warc:
    """An archive that is being written."""

    def __init__(self, out: IO[bytes], info: Mapping[str, str], *, name: str, is_gzip: bool, made_at: str) -> None:
        """Begin with the warcinfo record."""
        self._writer = WARCWriter(out, gzip=is_gzip, warc_version="1.1")
        self._by_body: dict[str, _Original] = {}
        self._by_url: dict[str, _Original] = {}
        record = self._writer.create_warcinfo_record(name, dict(info))
        record.rec_headers.replace_header("WARC-Date", made_at)
        self._writer.write_record(record)

    def add(self, exchange: Exchange, facts: Mapping[str, str]) -> bool:
        """Write one exchange; `facts` go into its metadata record. False where there is nothing to write."""
        if exchange.status is None:
            return False
        original = None if exchange.wire is not None else self._original(exchange)
        if exchange.wire is None and original is None:
            return False
        response = self._revisit(exchange, original) if original else self._response(exchange)
        self._writer.write_record(response)
        record_id = response.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(self._request(exchange, record_id))
        self._writer.write_record(self._metadata(exchange, record_id, facts))
        return True

    def _original(self, exchange: Exchange) -> _Original | None:
        if exchange.is_not_modified:
            return self._by_url.get(exchange.requested_url)
        return self._by_body.get(exchange.body_sha256) if exchange.body_sha256 else None

    def _response(self, exchange: Exchange) -> Any:
        wire = exchange.wire or b""
        record = self._record(exchange, "response", wire, _received(exchange))
        if not exchange.is_not_modified:
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            original = _Original(exchange.url, exchange.started_at, digest)
            self._by_body[exchange.body_sha256] = self._by_url[exchange.requested_url] = original
        return record

    def _revisit(self, exchange: Exchange, original: _Original) -> Any:
        named = self._named(exchange, "revisit")
        of = (exchange.url, original.digest, original.url, original.date)
        record = self._writer.create_revisit_record(*of, http_headers=_received(exchange), warc_headers_dict=named)
        if exchange.is_not_modified:
            record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
        return record

    def _request(self, exchange: Exchange, response_id: str) -> Any:
        line, *lines = exchange.request_head.split("\r\n")
        headers = _Exact(line, [_pair(one) for one in lines if one], is_http_request=True)
        record = self._record(exchange, "request", b"", headers)
        record.rec_headers.add_header("WARC-Concurrent-To", response_id)
        return record

    def _metadata(self, exchange: Exchange, response_id: str, facts: Mapping[str, str]) -> Any:
        said = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in facts.items() if value)
        payload = said.encode("utf-8", "replace")
        record = self._writer.create_warc_record(
            exchange.url,
            "metadata",
            payload=io.BytesIO(payload),
            length=len(payload),
            warc_content_type="application/warc-fields",
            warc_headers_dict=self._named(exchange, "metadata") | {"WARC-Concurrent-To": response_id},
        )
        record.http_headers = None
        return record

    def _record(self, exchange: Exchange, kind: str, payload: bytes, headers: _Exact) -> Any:
        return self._writer.create_warc_record(
            exchange.url,
            kind,
            payload=io.BytesIO(payload),
            length=len(payload),
            http_headers=headers,
            warc_headers_dict=self._named(exchange, kind),
        )

    def _named(self, exchange: Exchange, kind: str) -> dict[str, str]:
        """Ids follow from the capture, so that the same export twice names the same records."""
        said = f"{exchange.id} {exchange.started_at} {exchange.url} {exchange.body_sha256} {kind}"
        record_id = f"<urn:uuid:{uuid.uuid5(_NAMESPACE, said)}>"
        named = {"WARC-Record-ID": record_id, "WARC-Date": exchange.started_at}
        address = exchange.address.rpartition(":")[0].strip("[]")
        return named | ({"WARC-IP-Address": address} if address and kind != "metadata" else {})


def _received(exchange: Exchange) -> _Exact:
    """The head of an answer. The body is kept without its chunks, so the header that announced them is renamed."""
    renamed = [
        ("X-Orig-Transfer-Encoding" if name.lower() == "transfer-encoding" else name, value)
        for name, value in exchange.response_headers
    ]
    protocol, _, status = exchange.status_line.partition(" ")
    return _Exact(status, renamed, protocol=protocol)


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value
