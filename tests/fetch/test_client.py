"""The guarded client against real servers on loopback (checks 12, 14, 46, 48 to 52, 62, 64, 72)."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import socket
import ssl
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.fetching import failed_get, loopback_client
from tests.support.servers import Answer, authority, http_server, in_loop, raw_server, server_context
from watcher.config.redaction import remember
from watcher.errors import (
    BadRedirect,
    FetchError,
    Forbidden,
    TimedOut,
    TlsFailed,
    Unreachable,
)
from watcher.fetch import wire
from watcher.fetch.client import get, open_client, post
from watcher.fetch.hosts import host_of
from watcher.fetch.request import Limits, Request
from watcher.fetch.wire import tls_context

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@in_loop
async def test_an_answer_is_kept_as_it_was() -> None:
    """Check 72: bytes as received and inflated, header lines in order with their case, address, times, request."""
    wire = gzip.compress(b"<rss/>", mtime=0)
    head = b"HTTP/1.1 200 Fine\r\nX-Odd-CASE: \xe9\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(wire)
    async with raw_server(head + wire) as server, loopback_client() as opened:
        answer = await get(opened, Request(server.url("/f"), {"User-Agent": "watcher/1"}))
    assert (answer.status, answer.reason, answer.wire, answer.body) == (200, "Fine", wire, b"<rss/>")
    assert answer.headers[0] == ("X-Odd-CASE", "\xe9")
    assert answer.header("x-odd-case") == "\xe9"
    assert answer.address == f"127.0.0.1:{server.port}"
    assert answer.tls_fingerprint is None
    assert answer.started_at <= answer.ended_at
    assert ("User-Agent", "watcher/1") in answer.request_headers


@in_loop
async def test_nothing_is_sent_that_was_not_asked_for() -> None:
    """Checks 12, 14: gzip alone, no cookie that was set before, no Referer, no second request."""
    first = Answer(b"x", headers={"Set-Cookie": "id=1; Path=/"})
    async with http_server({"/a": first}) as server, loopback_client() as opened:
        for _ in range(2):
            await get(opened, Request(server.url("/a"), {"Accept-Encoding": "br, zstd"}))
    assert len(server.requests) == 2
    assert [request.method for request in server.requests] == ["GET", "GET"]
    assert all(request.header("Accept-Encoding") == "gzip" for request in server.requests)
    assert not any(request.header(name) for request in server.requests for name in ("Cookie", "Referer", "Pragma"))


@in_loop
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f.1", "[::ffff:7f00:1]"]
)
async def test_private_addresses_are_not_connected_to(host: str) -> None:
    """Check 46: no connection reaches the server, by whatever name its address is called."""
    async with raw_server(OK) as server:
        error = await failed_get(f"http://{host}:{server.port}/", allow=False)
        assert isinstance(error, Forbidden)
        assert server.connections == 0


def fake_answers(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Replace the system's look-up: one list of addresses a call, the last stays. Returns the names looked up."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_an_answer_of_public_and_private_addresses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 48: one bad address spoils the answer, otherwise the second try would reach it."""
    fake_answers(monkeypatch, ["8.8.8.8", "127.0.0.1"])
    assert isinstance(asyncio.run(failed_get("http://feeds.example/", allow=False)), Forbidden)


def test_one_allowed_address_of_a_private_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """`localhost` is ::1 and 127.0.0.1 on most machines, and an operator lists the one that is meant."""
    fake_answers(monkeypatch, ["10.0.0.1", "127.0.0.1"])

    async def scenario() -> str:
        async with raw_server(OK) as server, loopback_client() as opened:
            return (await get(opened, Request(server.url(host="mirror.example")))).address

    assert asyncio.run(scenario()).startswith("127.0.0.1:")


def test_an_allowed_address_does_not_excuse_a_mixed_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 48: a public and a private address together are refused, whatever else is allowed."""
    fake_answers(monkeypatch, ["8.8.8.8", "127.0.0.1", "10.0.0.1"])
    assert isinstance(asyncio.run(failed_get("http://feeds.example/")), Forbidden)


def test_a_name_is_looked_up_once_and_the_checked_address_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 48: a second look-up between check and connection is what a rebinding attack needs."""
    asked = fake_answers(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])

    async def scenario() -> str:
        async with raw_server(OK) as server, loopback_client() as opened:
            return (await get(opened, Request(server.url(host="feeds.example")))).address

    assert asyncio.run(scenario()).startswith("127.0.0.1:")
    assert asked == ["feeds.example"]


@in_loop
async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    """A missing host is a passing failure of the feed, never of the program."""
    error = await failed_get("http://no-such-host.invalid/")
    assert isinstance(error, Unreachable)
    assert error.reason.startswith("cannot connect to no-such-host.invalid:80: ")


@in_loop
async def test_nobody_listening_is_unreachable() -> None:
    """The same for a refused connection, in words that an operator knows."""
    async with raw_server(OK) as server:
        pass
    error = await failed_get(server.url())
    assert isinstance(error, Unreachable)
    assert error.reason == f"cannot connect to {host_of(server.url())}: Connection refused"


@in_loop
async def test_redirects_are_followed_and_recorded() -> None:
    """Evidence says which way an answer came; relative places are resolved, fragments not sent."""
    routes = {
        "/a": Answer(status=301, headers={"Location": "b?x=1#there"}),
        "/b": Answer(status=302, headers={"Location": "//LOCALHOST:PORT/c"}),
        "/c": Answer(b"end"),
    }
    async with http_server(routes) as server, loopback_client() as opened:
        server.routes["/b"] = Answer(status=302, headers={"Location": f"//localhost:{server.port}/c"})
        answer = await get(opened, Request(server.url("/a")))
    assert answer.body == b"end"
    assert [(hop.status, hop.location) for hop in answer.hops] == [
        (301, "b?x=1#there"),
        (302, f"//localhost:{server.port}/c"),
    ]
    assert (answer.requested_url, answer.url) == (server.url("/a"), server.url("/c", host="localhost"))
    assert [request.path for request in server.requests] == ["/a", "/b?x=1", "/c"]


@in_loop
async def test_odd_places_are_understood_as_browsers_do() -> None:
    """Bytes beyond ASCII are percent-encoded, so that what is recorded is text; an empty place is none."""
    moved = b"HTTP/1.1 302 \xc9t\xe9\r\nLocation: /caf\xc3\xa9/\xe9 x\r\nContent-Length: 0\r\n\r\n"
    nowhere = b"HTTP/1.1 301 Moved\r\nLocation:  \r\nContent-Length: 4\r\n\r\nlost"
    async with raw_server(moved, nowhere) as server, loopback_client() as opened:
        answer = await get(opened, Request(server.url()))
    assert server.requests[1].path == "/caf%C3%A9/%E9%20x"
    assert answer.hops[0].location == "/caf%C3%A9/%E9 x"
    assert (answer.status, answer.body, len(answer.hops)) == (301, b"lost", 1)


@in_loop
async def test_five_redirects_are_followed_and_no_sixth() -> None:
    """Check 49: a chain has to end."""
    routes = {f"/{n}": Answer(status=302, headers={"Location": f"/{n - 1}"}) for n in range(1, 9)}
    async with http_server({**routes, "/0": Answer(b"end")}) as server, loopback_client() as opened:
        assert (await get(opened, Request(server.url("/5")))).body == b"end"
        assert isinstance(await failed_get(server.url("/6")), BadRedirect)
    assert len(server.seen("/0")) == 1


@in_loop
@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://10.0.0.1/", Forbidden),
        ("http://169.254.169.254/latest", Forbidden),
        ("http://2130706433/", BadRedirect),
        ("http://user:pw@127.0.0.1/", BadRedirect),
        ("file:///etc/hostname", BadRedirect),
        ("javascript:alert(1)", BadRedirect),
        ("http://[::1", BadRedirect),
    ],
)
async def test_every_hop_is_guarded(location: str, kind: type[FetchError]) -> None:
    """Check 49: what may not be asked at first may not be asked as a redirect either."""
    async with http_server({"/": Answer(status=302, headers={"Location": location})}) as server:
        error = await failed_get(server.url())
    assert type(error) is kind
    assert "pw" not in str(error)


@in_loop
async def test_keys_do_not_go_to_another_host() -> None:
    """Check 49: the operator gave them to the first host; User-Agent and validators may follow."""
    headers = {"Authorization": "Bearer k", "X-Api-Key": "k", "User-Agent": "watcher/1", "If-None-Match": '"1"'}
    async with http_server({"/same": Answer(b"")}) as there, http_server() as here, loopback_client() as opened:
        here.routes["/"] = Answer(status=302, headers={"Location": there.url("/same")})
        answer = await get(opened, Request(here.url(), headers))
    assert here.requests[0].header("X-Api-Key") == "k"
    assert there.requests[0].header("Authorization") is None
    assert there.requests[0].header("X-Api-Key") is None
    assert there.requests[0].header("User-Agent") == "watcher/1"
    assert there.requests[0].header("If-None-Match") == '"1"'
    assert "k" not in dict(answer.request_headers).values()


@in_loop
@pytest.mark.parametrize("slow", [Answer(b"x", delay=60), Answer(b"x", drip=60)])
async def test_one_deadline_covers_head_and_body(slow: Answer) -> None:
    """Check 51: however the server dawdles, the poll ends."""
    async with http_server({"/": slow}) as server:
        assert isinstance(await failed_get(server.url(), limits=Limits(deadline=0.2)), TimedOut)


@in_loop
async def test_one_deadline_covers_a_drip() -> None:
    """Check 51: a byte now and then resets a read time limit, but not ours; redirects share the deadline too."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.02)

    listener = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    error = await failed_get(f"http://127.0.0.1:{port}/", limits=Limits(deadline=0.3))
    listener.close()
    await asyncio.sleep(0.05)
    assert isinstance(error, TimedOut)


@in_loop
async def test_waiting_for_a_turn_is_not_counted() -> None:
    """A busy host must not make its last feed time out."""

    @asynccontextmanager
    async def slot(_url: str) -> AsyncIterator[None]:
        await asyncio.sleep(0.3)
        yield

    async with http_server({"/": Answer(b"ok")}) as server, loopback_client() as opened:
        assert (await get(opened, Request(server.url(), limits=Limits(deadline=0.25)), slot=slot)).body == b"ok"


@in_loop
async def test_a_kept_connection_is_used_again() -> None:
    """A poll on a kept connection costs a seventh of one on a new connection."""
    keep = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    async with raw_server(keep, keep_open=True) as server, loopback_client() as opened:
        for _ in range(5):
            assert (await get(opened, Request(server.url()))).address == f"127.0.0.1:{server.port}"
        assert (len(server.requests), server.connections) == (5, 1)


@in_loop
async def test_a_kept_connection_found_closed_is_asked_once_more() -> None:
    """RFC 9112, 9.3.1: the server hung up in between, nothing was received, so the request may be sent again."""
    async with raw_server(OK, b"", OK, keep_open=True) as server, loopback_client() as opened:
        await get(opened, Request(server.url()))
        assert (await get(opened, Request(server.url()))).body == b"ok"
        assert (len(server.requests), server.connections) == (3, 2)


@in_loop
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"])
async def test_a_new_connection_that_breaks_is_not_asked_again(answer: bytes) -> None:
    """Check 12: aiohttp by itself would ask a second time; a server that breaks on us must not be hit twice."""
    async with raw_server(answer) as server:
        assert isinstance(await failed_get(server.url()), Unreachable)
        assert len(server.requests) == 1


@in_loop
@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nBad Header\x00: x\r\n\r\n", b"\r\n\r\n\x00"]
)
async def test_no_http_is_unreachable(answer: bytes) -> None:
    """Whatever speaks there has to end as a named outcome."""
    async with raw_server(answer) as server:
        assert isinstance(await failed_get(server.url(), limits=Limits(deadline=2)), FetchError)


@in_loop
async def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    """Check 62: verified always, and the outcome says so; no request is sent."""
    async with http_server({"/": Answer(b"ok")}, tls=server_context(authority(), "127.0.0.1")) as server:
        error = await failed_get(server.url())
    assert isinstance(error, TlsFailed)
    assert error.outcome == "tls"
    assert error.reason == f"cannot connect to {host_of(server.url())}: unable to get local issuer certificate"
    assert server.requests == []


def test_authorities_are_those_of_the_system_and_read_when_needed() -> None:
    """A round of plain HTTP need not read them; what went round our own contexts would trust nobody."""
    trusted = tls_context(is_verified=True)
    assert trusted.cert_store_stats() == ssl.create_default_context().cert_store_stats()
    assert trusted.get_ca_certs()
    assert (trusted.verify_mode, trusted.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert tls_context(is_verified=False).verify_mode == ssl.CERT_NONE
    program = "import watcher.fetch.client, aiohttp.connector as c; print(len(c._SSL_CONTEXT_VERIFIED.get_ca_certs()))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
    assert shown == "0\n"


def test_a_certificate_of_another_host_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Check 62: a trusted authority is not enough, the name has to be right; with the right one it works."""
    ca = authority()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    monkeypatch.setattr(wire, "tls_context", lambda **_: context)

    async def scenario() -> None:
        async with (
            http_server({"/": Answer(b"ok")}, tls=server_context(ca, "other.example")) as wrong,
            http_server({"/": Answer(b"ok")}, tls=server_context(ca, "localhost")) as right,
            loopback_client() as opened,
        ):
            assert isinstance(await failed_get(wrong.url(host="localhost")), TlsFailed)
            answer = await get(opened, Request(right.url(host="localhost")))
            assert answer.body == b"ok"

    asyncio.run(scenario())


@in_loop
async def test_an_exception_is_explicit_and_leaves_the_fingerprint() -> None:
    """Checks 62, 72: a feed may be excepted, and the record shows which certificate answered."""
    ca = authority()
    leaf = ca.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    async with http_server({"/": Answer(b"ok")}, tls=context) as server, loopback_client() as opened:
        answer = await get(opened, Request(server.url(), tls_verify=False))
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    assert answer.tls_fingerprint == hashlib.sha256(der).hexdigest()
    assert answer.tls_chain[0] == answer.tls_fingerprint


@in_loop
async def test_https_does_not_become_http() -> None:
    """Check 49: a downgrade by redirect would undo the verification."""
    async with (
        http_server({"/": Answer(b"plain")}) as plain,
        http_server(tls=server_context(authority(), "127.0.0.1")) as secure,
        loopback_client() as opened,
    ):
        secure.routes["/"] = Answer(status=301, headers={"Location": plain.url()})
        with pytest.raises(BadRedirect):
            await get(opened, Request(secure.url(), tls_verify=False))
    assert plain.requests == []


@in_loop
async def test_a_proxy_is_used_though_it_is_local_and_its_password_stays_secret() -> None:
    """The operator named the proxy, so its address needs no permission; what it is asked for still is guarded."""
    async with raw_server(OK) as proxy, open_client() as opened:
        named = f"http://reader:canary@127.0.0.1:{proxy.port}"
        answer = await get(opened, Request("http://feeds.example/rss", proxy=named))
        assert answer.body == b"ok"
        assert proxy.requests[0].path == "http://feeds.example/rss"
        for url in ("http://127.0.0.1/", "http://localhost/", "http://metadata.internal/"):
            with pytest.raises(Forbidden):
                await get(opened, Request(url, proxy=named))
        assert len(proxy.requests) == 1
    assert "canary" not in repr(answer)


@in_loop
async def test_a_proxy_that_refuses_does_not_give_its_password_away() -> None:
    """Check 64: aiohttp's own error text holds the proxy's URL."""
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(refusal) as proxy, open_client() as opened:
        named = f"http://reader:canary@127.0.0.1:{proxy.port}"
        with pytest.raises(Unreachable) as caught:
            await get(opened, Request("https://feeds.example/rss", proxy=named))
    assert "canary" not in str(caught.value)
    assert "407" in str(caught.value)


@in_loop
async def test_a_post_sends_the_body_once_and_follows_nothing() -> None:
    """Check 27: a redirect of a webhook is an answer like any other, and its body is read only at its start."""
    big = Answer(b"x" * 100_000, status=307, headers={"Location": "/b"})
    async with http_server({"/a": big, "/b": Answer()}) as server, loopback_client() as opened:
        answer = await post(opened, Request(server.url("/a"), {"Content-Type": "application/json"}), b'{"a": 1}')
    assert (answer.status, len(answer.body), answer.hops) == (307, 64_000, ())
    assert [(request.method, request.body) for request in server.requests] == [("POST", b'{"a": 1}')]
    assert server.requests[0].header("Content-Type") == "application/json"


@in_loop
async def test_a_post_is_guarded_and_not_repeated() -> None:
    """Check 46 for webhooks; and a POST on a connection found closed is left to the outbox to send again."""
    async with raw_server(OK, b"", OK, keep_open=True) as server, open_client() as guarded, loopback_client() as opened:
        with pytest.raises(Forbidden):
            await post(guarded, Request(server.url()), b"")
        await post(opened, Request(server.url()), b"1")
        with pytest.raises(Unreachable):
            await post(opened, Request(server.url()), b"2")
        assert len(server.requests) == 2


@in_loop
async def test_nothing_is_left_behind() -> None:
    """A daemon runs for months: failures of every kind must leave no task, no socket and no warning."""
    before = asyncio.all_tasks()
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"
    async with (
        raw_server(cut) as broken,
        raw_server(b"HTTP/1.1 200 ", keep_open=True) as slow,
        loopback_client() as opened,
    ):
        for url in (broken.url(), slow.url(), "http://10.0.0.1/", "http://no.invalid/"):
            with pytest.raises(FetchError):
                await get(opened, Request(url, limits=Limits(deadline=0.2)))
    gc.collect()
    assert asyncio.all_tasks() == before


@in_loop
async def test_reason_phrase_holds_no_control_sign() -> None:
    """Check 71: it is shown in tables and logs; the headers stay as they came."""
    signs = b"\x1b[31m\x07\x9b"
    answer = b"HTTP/1.1 403 For" + signs + b"bidden\r\nX-Odd: " + signs + b"\r\nContent-Length: 2\r\n\r\nno"
    async with raw_server(answer) as server, loopback_client() as client:
        response = await get(client, Request(server.url()))
    assert response.reason == "For [31m bidden"
    assert response.header("X-Odd") == signs.decode("latin-1")


@in_loop
async def test_secret_that_a_server_sends_back_is_taken_out() -> None:
    """Check 64: only of a request that carried one, and before anybody reads, hashes or keeps the answer."""
    remember("the-canary-key")
    page = Answer(b"<p>your key is the-canary-key</p>", headers={"X-Key": "the%2Dcanary%2Dkey", "X-Other": "as it is"})
    hop = Answer(status=302, headers={"Location": "/page?key=the-canary-key"})
    async with http_server({"/page": page, "/hop": hop}) as server, loopback_client() as client:
        kept = await get(client, Request(server.url("/hop"), {"X-Key": "the-canary-key"}, has_secret=True))
        plain = await get(client, Request(server.url("/page")))
    assert kept.body == kept.wire == b"<p>your key is [secret]</p>"
    assert (kept.header("X-Key"), kept.header("X-Other")) == ("[secret]", "as it is")
    assert kept.url == server.url("/page?key=[secret]")
    assert kept.hops[0].location == "/page?key=[secret]"
    assert plain.body == page.body
