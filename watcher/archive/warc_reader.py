"""Read web archives of any crawler: the positions of responses, and each response decoded.

A record that is malformed costs itself alone: the search goes on at the next one.
"""

from __future__ import annotations

import gzip
import io
import re
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from watcher import clock
from watcher.content.encoding import Cut, Overflow, inflate
from watcher.errors import Unreadable
from watcher.model.response import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


_MAGIC = b"\x1f\x8b\x08"
_START = re.compile(rb"(?:\A|\n)(?=WARC/[01]\.)")
_CHUNK_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,8})[^\r\n]*\r?\n")
_WINDOW = 1_000_000
# What a page of a release may hold once it is unpacked; a crawl also holds films.
_LIMIT = 20_000_000
# The lines of a record before its body: megabytes of them, or one that never ends, are no header.
_HEADER_BYTES = 1_000_000
# A page packs to a tenth; what unpacks to more than this many times its size was made to fill a disk.
_MOST_INFLATED, _ALWAYS_INFLATED = 100, 100_000_000


class _Records(ArchiveIterator):  # type: ignore[misc]
    """The records of an archive, with bounded headers: warcio itself reads a line as long as it is."""

    def __init__(self, file: Any, **options: Any) -> None:
        super().__init__(file, **options)
        self._room, self._readline = _HEADER_BYTES, self.reader.readline
        self.reader.readline = self._line

    def _line(self, length: int | None = None) -> bytes:
        line: bytes = self._readline(min(length or self._room, self._room) or 1)
        self._room -= len(line)
        if self._room <= 0:
            raise ValueError(f"headers of more than {_HEADER_BYTES} bytes")
        return line

    def _next_record(self, next_line: bytes | None) -> Any:
        self._room = _HEADER_BYTES
        return super()._next_record(next_line)


@dataclass(frozen=True, slots=True)
class RecordPosition:
    """The position of a response record in a file, and its date: enough to read many files in order of time."""

    date: str
    path: Path
    offset: int
    id: str
    url: str = ""
    status: str = ""
    media_type: str = ""


@contextmanager
def seekable(path: Path) -> Iterator[Path]:
    """The archive itself, or a temporary plain copy where it is one gzip stream whose records cannot be sought.

    Raises Unreadable for a stream that is damaged or unpacks to what no archive does.
    """
    if not _is_gzip(path) or _has_members(path):
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=".warc") as plain:
        try:
            _unpack(path, plain)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(f"{path}: {error}") from error
        plain.flush()
        yield Path(plain.name)


def _unpack(path: Path, plain: IO[bytes]) -> None:
    room = max(_ALWAYS_INFLATED, _MOST_INFLATED * path.stat().st_size)
    with gzip.open(path, "rb") as packed:
        while part := packed.read(_WINDOW):
            room -= len(part)
            if room < 0:
                raise Unreadable(f"{path}: it unpacks to more than {_MOST_INFLATED} times its size")
            plain.write(part)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(3) == _MAGIC


def _has_members(path: Path) -> bool:
    """Whether the second record can be reached: then each is a gzip member of its own."""
    try:
        with path.open("rb") as file:
            for number, _ in enumerate(_Records(file)):
                if number == 1:
                    return True
    except ArchiveLoadFailed as error:
        return "non-chunked gzip" not in str(error)
    except Exception:  # noqa: BLE001 - whatever a malformed record raises: it is met again, and reported, when it is read
        return True
    return True


def response_positions(path: Path, skip: Callable[[str], None]) -> Iterator[RecordPosition]:
    """Every response record of a file; what is malformed is reported to `skip`, and the search goes on after it."""
    marker = _MAGIC if _is_gzip(path) else None
    start: int | None = 0
    with path.open("rb") as file:
        while start is not None:
            file.seek(start)
            records = _Records(file)
            try:
                for record in records:
                    start = offset = records.get_record_offset()
                    if record.rec_type == "response":
                        yield _position(record, path, offset)
                start = None
            except Exception as error:  # noqa: BLE001 - warcio raises whatever a malformed file makes of it
                at = max(start or 0, records.offset)
                skip(f"{path.name}: a record near byte {at} cannot be read: {_first_line(error)}")
                start = _next_start(path, at + 1, marker)


def _position(record: Any, path: Path, offset: int) -> RecordPosition:
    headers, http = record.rec_headers, record.http_headers
    url = str(headers.get_header("WARC-Target-URI") or headers.get_header("uri") or "").strip("<>")
    kind = (http.get_header("Content-Type") or "") if http else ""
    media_type = kind.partition(";")[0].strip().lower()
    # The records of an ARC file have no id: their position is one.
    name = _id(headers) or f"{path.name}:{offset}"
    return RecordPosition(_date(headers), path, offset, name, url, http.get_statuscode() if http else "", media_type)


def _next_start(path: Path, after: int, marker: bytes | None) -> int | None:
    """Where the next record may begin."""
    with path.open("rb") as file:
        file.seek(after)
        at, kept = after, b""
        while part := file.read(_WINDOW):
            window = kept + part
            found = window.find(marker) if marker else _plain_start(window)
            if found >= 0:
                return at - len(kept) + found
            kept = window[-8:]
            at += len(part)
    return None


def _plain_start(window: bytes) -> int:
    found = _START.search(window)
    return found.end() if found else -1


def read_response(position: RecordPosition) -> Response:
    """Read one response, body and wire decoded. Raises ValueError for a malformed record, a wrong digest, no time."""
    with position.path.open("rb") as file:
        file.seek(position.offset)
        try:
            record = next(iter(_Records(file, check_digests=True)))
            return _recorded(record)
        except ValueError:
            raise
        except Exception as error:
            raise ValueError(_first_line(error)) from error


def responses(content: bytes) -> Iterator[Response]:
    """Every response of an archive in memory. Raises ValueError where it is malformed or a digest is wrong."""
    records = _Records(io.BytesIO(content), check_digests=True)
    while (record := _next(records)) is not None:
        if record.rec_type == "response":
            yield _recorded(record)
        else:
            while record.raw_stream.read(_WINDOW):
                pass
        _check_digest(record)


def _next(records: ArchiveIterator) -> Any:
    try:
        return next(records, None)
    except Exception as error:
        raise ValueError(_first_line(error)) from error


def _check_digest(record: Any) -> None:
    if record.digest_checker is not None and record.digest_checker.passed is False:
        raise ValueError(f"{_id(record.rec_headers)}: {', '.join(record.digest_checker.problems)}")


def _recorded(record: Any) -> Response:
    http = record.http_headers
    if http is None:
        raise ValueError("a response without HTTP headers")
    raw = record.raw_stream.read(_LIMIT + 1)
    if len(raw) > _LIMIT:
        raise ValueError(f"more than {_LIMIT} bytes")
    _check_digest(record)
    headers = tuple((str(name), str(value)) for name, value in http.headers)
    wire, body = _decoded(headers, raw)
    status = http.get_statuscode()
    if not status.isdecimal():
        raise ValueError(f"no status: {http.statusline[:50]}")
    url = str(record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or "")
    at = _captured_at(record.rec_headers)
    return Response(
        requested_url=url,
        url=url,
        started_at=at,
        ended_at=at,
        status=int(status),
        reason=http.statusline.partition(" ")[2],
        http_version=http.protocol.partition("/")[2] or "1.1",
        headers=headers,
        address=record.rec_headers.get_header("WARC-IP-Address") or "",
        wire=wire,
        body=body,
    )


def _captured_at(headers: Any) -> datetime:
    at = clock.from_text(_date(headers))
    if at.tzinfo is None:
        raise ValueError(f"no time: {_date(headers)}")
    return at


def _date(headers: Any) -> str:
    """The time of the capture as the archive gives it; of an ARC file its 14 digits."""
    return str(headers.get_header("WARC-Date") or headers.get_header("archive-date") or "")


def _id(headers: Any) -> str:
    return str(headers.get_header("WARC-Record-ID") or "").strip("<>")


def _first_line(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]


def _decoded(headers: tuple[tuple[str, str], ...], raw: bytes) -> tuple[bytes, bytes]:
    """The body with chunking undone, and with content-coding undone too. Raises ValueError where that cannot be."""
    named = {name.lower(): value.strip().lower() for name, value in headers}
    wire = _without_chunks(raw) if named.get("transfer-encoding") == "chunked" else raw
    coding = named.get("content-encoding", "")
    if len(wire) > _LIMIT:
        raise ValueError(f"more than {_LIMIT} bytes")
    if coding in {"", "identity"} or not wire:
        return wire, wire
    try:
        return wire, _inflated(wire, coding)
    except Overflow as error:
        raise ValueError(f"more than {_LIMIT} bytes") from error
    except (Cut, zlib.error) as error:
        raise ValueError(f"its {coding} body is incomplete: {error}") from error


def _inflated(wire: bytes, coding: str) -> bytes:
    if coding in {"gzip", "x-gzip"}:
        # Some crawlers keep the header and store the body unpacked.
        return inflate(wire, _LIMIT) if wire.startswith(_MAGIC[:2]) else wire
    if coding == "deflate":
        is_bare = (wire[0] & 0x0F) != zlib.DEFLATED
        stream = zlib.decompressobj(-zlib.MAX_WBITS if is_bare else zlib.MAX_WBITS)
        body = stream.decompress(wire, _LIMIT)
        if not stream.eof:
            raise Cut("it has no end")
        return body
    raise ValueError(f"the content coding {coding} is not known")


def _without_chunks(raw: bytes) -> bytes:
    """The body without its chunks; the bytes as they are where the crawler had undone the chunking already."""
    parts: list[bytes] = []
    at = 0
    while (found := _CHUNK_SIZE.match(raw, at)) is not None:
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        part = raw[found.end() : found.end() + size]
        if len(part) < size:
            return raw
        parts.append(part)
        at = found.end() + size
    return raw
