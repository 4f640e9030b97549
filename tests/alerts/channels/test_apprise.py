"""Apprise in a process of its own: a redirect is no success, addresses are guarded, the deadline holds."""

from __future__ import annotations

import json
import subprocess
import sys
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.messages import channel, notification
from tests.support.servers import Answer, http_server, in_loop
from watcher.alerts.channels import apprise
from watcher.config.tables import Secret
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from tests.support.servers import HttpServer
    from watcher.model.alert import Receipt


LOOPBACK = (ip_network("127.0.0.0/8"),)


async def sent(url: str, monkeypatch: pytest.MonkeyPatch, *, allowed: Any = LOOPBACK, deadline: float = 15) -> Receipt:
    monkeypatch.setenv("PHONE_URL", url)
    phone = channel(kind="apprise", url=Secret(env="PHONE_URL")).with_changes(deadline=deadline)
    return await apprise.send(phone, notification(), allowed)


def address(server: HttpServer, path: str) -> str:
    return f"json://{server.host}:{server.port}{path}"


@in_loop
async def test_message_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    """The headline and the notification as text, by a service that Apprise knows."""
    async with http_server({"/in": Answer()}) as server:
        await sent(address(server, "/in"), monkeypatch)
        (posted,) = server.seen("/in")
    body = json.loads(posted.body)
    assert body["title"].startswith("[ARMY] 2 civilians killed")
    assert "Two civilians were killed" in body["message"]
    assert body["type"] == "warning"


@pytest.mark.parametrize("query", ["", "?redirect=yes"])
@in_loop
async def test_redirect_is_no_success(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Apprise's gap: it follows a redirect to a log-in page and calls it sent; not so here, whatever the URL says."""
    routes = {"/in": Answer(status=302, headers={"Location": "/login"}), "/login": Answer(b"welcome")}
    async with http_server(routes) as server:
        with pytest.raises(DeliveryError):
            await sent(address(server, f"/in{query}"), monkeypatch)
        assert server.seen("/login") == []


@in_loop
async def test_failure_carries_the_services_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator sees what the service answered."""
    async with http_server({"/in": Answer(status=500)}) as server:
        with pytest.raises(DeliveryError, match="500"):
            await sent(address(server, "/in"), monkeypatch)


@in_loop
async def test_private_address_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 46: whichever library a plugin uses, nothing that is not public is connected to unless it is allowed."""
    async with http_server({"/in": Answer()}) as server:
        for url in (
            address(server, "/in"),
            f"json://localhost:{server.port}/in",
            f"mailto://{server.host}:{server.port}",
        ):
            with pytest.raises(DeliveryError):
                await sent(url, monkeypatch, allowed=())
        assert server.requests == []


@in_loop
async def test_service_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 29: Apprise blocks, so its process is killed at the deadline."""
    monkeypatch.setattr(apprise, "_START_SECONDS", 0)
    async with http_server({"/in": Answer(delay=30)}) as server:
        with pytest.raises(DeliveryError, match="no answer within"):
            await sent(address(server, "/in"), monkeypatch, deadline=3)


@pytest.mark.parametrize(("url", "said"), [("nonsense", "does not understand"), ("", "is not set")])
@in_loop
async def test_mistyped_address_is_an_error(url: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped URL must not look like a service that is down."""
    with pytest.raises(DeliveryError, match=said):
        await sent(url, monkeypatch)


def test_apprise_is_not_loaded_by_the_program() -> None:
    """It costs half a second and 40 MB, which no command should spend that sends nothing by it."""
    code = "import sys, watcher.cli; print([n for n in ('apprise', 'requests') if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert run.stdout.strip() == "[]"
