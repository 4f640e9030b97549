"""One POST to a receiver: only 2xx is success, nothing is followed, nobody reads along."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.messages import channel, delivery
from tests.support.servers import Answer, authority, http_server, in_loop, raw_server, server_context
from watcher.alerts.channels import webhook
from watcher.alerts.channels.http_post import is_safe
from watcher.config.tables import Secret
from watcher.errors import ChannelGone, DeliveryError
from watcher.fetch.client import open_client

if TYPE_CHECKING:
    from watcher.model.alert import DueDelivery, Receipt

LOOPBACK = (ip_network("127.0.0.0/8"),)


async def post(url: str, *, deadline: float = 15, allowed: Any = LOOPBACK, sent: DueDelivery | None = None) -> Receipt:
    hooked = channel(kind="webhook", url=url).with_changes(deadline=deadline)
    async with open_client(allow_addresses=allowed) as client:
        return await webhook.send(client, hooked, sent or delivery())


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@in_loop
async def test_success_is_any_2xx(status: int) -> None:
    """Check 27: and its words are kept."""
    async with http_server({"/": Answer(status=status)}) as server:
        assert (await post(server.url("/"))).detail.startswith(str(status))


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
@in_loop
async def test_anything_else_is_tried_again(status: int) -> None:
    """Check 27: a redirect is no success and is not followed; what the receiver asks for is kept to."""
    answer = Answer(b"try later", status=status, headers={"Location": "/elsewhere", "Retry-After": "77"})
    async with http_server({"/": answer}) as server:
        with pytest.raises(DeliveryError) as caught:
            await post(server.url("/"))
        assert server.seen("/elsewhere") == []
    assert not caught.value.is_permanent
    assert caught.value.retry_after == 77
    assert str(status) in caught.value.detail


@in_loop
async def test_receiver_that_is_gone_is_an_error_of_its_own() -> None:
    """Check 27: 410 is the one answer after which nobody asks again."""
    async with http_server({"/": Answer(status=410)}) as server:
        with pytest.raises(ChannelGone):
            await post(server.url("/"))


@in_loop
async def test_receiver_that_hangs_is_left_after_its_deadline() -> None:
    """Check 27: and nobody who reads the configuration can make it wait for ever."""
    async with http_server({"/": Answer(delay=9)}) as server:
        with pytest.raises(DeliveryError, match="timed_out"):
            await post(server.url("/"), deadline=0.3)
    for seconds in (14, 31):
        with pytest.raises(ValueError, match="deadline"):
            channel(kind="webhook", url="https://a.example/", deadline=seconds)


@in_loop
async def test_receiver_that_talks_nonsense_is_no_success() -> None:
    """Check 27: what is no HTTP, or no answer at all, is tried again."""
    async with raw_server(b"", b"SMTP ready\r\n\r\n") as server:
        for _ in range(2):
            with pytest.raises(DeliveryError):
                await post(server.url("/"))


@in_loop
async def test_private_addresses_are_not_posted_to() -> None:
    """Check 46: a webhook is guarded as fetching is; nothing reaches the server of this test."""
    async with http_server({"/": Answer()}) as server:
        with pytest.raises(DeliveryError, match="not public"):
            await post(server.url("/"), allowed=())
        assert server.requests == []
    for host in ("10.0.0.1", "169.254.169.254", "[::1]", "2130706433", "127.1"):
        with pytest.raises(DeliveryError, match="forbidden"):
            await post(f"https://{host}/", allowed=())


@in_loop
async def test_certificate_of_another_name_is_refused() -> None:
    """Check 62: TLS is verified; the message is not shown to whoever answers in the receiver's place."""
    async with http_server({"/": Answer()}, tls=server_context(authority(), "other.example")) as server:
        with pytest.raises(DeliveryError, match="tls"):
            await post(server.url("/"))
        assert server.requests == []


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/", True),
        ("HTTPS://a.example/", True),
        ("http://127.0.0.1:8/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://a.example/", False),
        ("http://10.0.0.1/", False),
        ("http://localhost.a.example/", False),
    ],
)
def test_https_only_except_on_this_machine(url: str, safe: bool) -> None:  # noqa: FBT001 - what is expected
    """Check 63: what says who died must not be read along the way."""
    assert is_safe(url) == safe


@in_loop
async def test_secret_address_is_not_in_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 64: a URL that is a secret does not come out in an error."""
    monkeypatch.setenv("HOOK_URL", "https://127.0.0.1:9/very-secret-path")
    hooked = channel(kind="webhook", url=Secret(env="HOOK_URL"))
    async with open_client(allow_addresses=LOOPBACK) as client:
        with pytest.raises(DeliveryError) as caught:
            await webhook.send(client, hooked, delivery())
    assert "very-secret" not in str(caught.value)
