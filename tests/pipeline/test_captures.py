"""Captures to the letter: what the wire carried is what is stored, and no secret with it."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.support.scenario import HARM, configure, entry, one_round, page, rows, rss
from tests.support.servers import in_loop, raw_server
from watcher import __version__
from watcher.config.redaction import MARK
from watcher.errors import TimedOut
from watcher.fetch.answer import recorded_headers
from watcher.fetch.request import Request
from watcher.model.poll import Capture
from watcher.model.response import Hop, Response
from watcher.pipeline.captures import failure_capture, without_secrets
from watcher.store.quiet_polls import capture_row

if TYPE_CHECKING:
    from pathlib import Path


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://army.example/rss"
WITHOUT_ROBOTS = (
    '[http]\nallow_addresses = ["127.0.0.0/8"]\nhost_interval = 0\nhost_connections = 8\ndeadline = 5\nrobots = false\n'
)


def response(**fields: Any) -> Response:
    said: dict[str, Any] = {
        "requested_url": URL,
        "url": f"{URL}/moved",
        "status": 200,
        "reason": "OK",
        "headers": (("ETag", '"1"'), ("X-A", "1"), ("X-A", "2")),
        "body": b"body",
        "wire": b"wire",
        "hops": (Hop(URL, 301, "/rss/moved"),),
        "address": "127.0.0.1:443",
        "tls_fingerprint": "ab" * 32,
        "request_headers": (("User-Agent", "us"), ("X-Api-KEY", "canary")),
        "started_at": NOW,
        "ended_at": NOW,
    }
    return Response(**said | fields)


def captured(**fields: Any) -> Capture:
    return Capture("feed", "new", without_secrets(response(**fields), frozenset({"x-api-key"})), keeps_body=True)


def test_capture_keeps_everything_but_secrets() -> None:
    """Checks 64 and 72: evidence holds headers in their order and doubles, and never a key."""
    kept = captured()
    assert kept.response.request_headers == (("User-Agent", "us"), ("X-Api-KEY", MARK))
    assert "canary" not in repr(kept)
    assert kept.response.headers == (("ETag", '"1"'), ("X-A", "1"), ("X-A", "2"))
    assert kept.response.hops == (Hop(URL, 301, "/rss/moved"),)
    answered = kept.response
    assert (answered.requested_url, answered.url, answered.address) == (
        URL,
        f"{URL}/moved",
        "127.0.0.1:443",
    )


def test_bytes_of_the_wire_are_kept_where_they_differ() -> None:
    """A body that came as it is would be stored twice."""
    assert capture_row(1, captured())["wire_sha256"] == hashlib.sha256(b"wire").hexdigest()
    assert capture_row(1, captured(wire=b"body"))["wire_sha256"] is None


def test_failed_request_is_captured_too() -> None:
    """A question without an answer is a fact as well; its secrets are as secret."""
    sent = {"User-Agent": "us", "X-Api-Key": "canary", "X-Own": "may be a key too"}
    request = Request(URL, sent, tls_verify=False)
    error = TimedOut(URL, "nothing came for 30 s")
    kept = failure_capture("page", request, error, started_at=NOW, ended_at=NOW, hidden=frozenset({"x-api-key"}))
    assert (kept.outcome, kept.error, kept.body) == ("timed_out", "nothing came for 30 s", None)
    assert capture_row(1, kept)["status"] is None
    assert kept.response.request_headers == (("User-Agent", "us"), ("X-Api-Key", MARK), ("X-Own", "(hidden)"))
    assert kept.response.request_headers[2] == recorded_headers(sent.items())[2], "as of a request that was answered"
    assert not kept.is_tls_verified


@in_loop
async def test_body_headers_and_status_are_those_of_the_server(tmp_path: Path) -> None:
    """(check 72) SHA-256 of wire and decoded body equal the server's; header lines keep order, case and odd bytes."""
    told = page("Fire", HARM)
    packed = gzip.compress(told)
    half = len(packed) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:half], packed[half:])) + b"0\r\n\r\n"
    head = (
        b"HTTP/1.1 200 Quite Well\r\nX-zeta: 1\r\nx-Alpha: caf\xe9\r\nX-zeta: 2\r\nContent-Type: text/html\r\n"
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    async with raw_server(head + chunks) as pages:
        document = rss(entry(1, pages.url("")))
        first = b"HTTP/1.0 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(document)
        async with raw_server(first + document) as feeds:
            configuration = configure(tmp_path, {"news": feeds.url("/feed")}, settings=WITHOUT_ROBOTS)
            await one_round(configuration)
    feed, release = rows(configuration, "SELECT * FROM captures ORDER BY kind")
    assert (feed["http_version"], feed["body_sha256"]) == ("1.0", hashlib.sha256(document).hexdigest())
    assert release["wire_sha256"] == hashlib.sha256(packed).hexdigest()
    assert release["body_sha256"] == hashlib.sha256(told).hexdigest()
    assert (release["status"], release["reason"], release["http_version"]) == (200, "Quite Well", "1.1")
    sent = [line.decode("latin-1").split(": ", 1) for line in head.split(b"\r\n")[1:-2]]
    assert json.loads(release["response_headers"]) == sent
    assert release["address"] == f"127.0.0.1:{pages.port}"
    assert release["started_at"] <= release["ended_at"]
    assert release["program_version"] == __version__
    kept = {row["sha256"]: row["id"] for row in rows(configuration, "SELECT id, sha256 FROM snapshots")}
    assert kept[release["wire_sha256"]] == release["wire_snapshot_id"]
    assert kept[release["body_sha256"]] == release["snapshot_id"]
    asked = pages.requests[0]
    assert [[name, value] for name, value in asked.headers] == json.loads(release["request_headers"])
    assert (asked.method, asked.path) == ("GET", "/releases/1")
