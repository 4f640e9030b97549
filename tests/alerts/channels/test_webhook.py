"""A webhook against real receivers: signed as Standard Webhooks says, safe, and only 2xx is success."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, get_args

import pytest
import standardwebhooks

from tests.support.json_schema import misfits
from tests.support.messages import channel, claim, delivery, message
from tests.support.servers import Answer, authority, http_server, in_loop, raw_server, server_context
from watcher import clock
from watcher.alerts import operations
from watcher.alerts.channels import webhook
from watcher.alerts.channels.http_post import is_safe
from watcher.alerts.channels.webhook import payload, signed_headers, type_of
from watcher.config.settings import Settings
from watcher.config.values import Secret
from watcher.errors import ChannelGone, DeliveryError
from watcher.fetch.client import open_client
from watcher.model.alert import AlertEvent, Recipient

if TYPE_CHECKING:
    from watcher.model.alert import DueDelivery, Receipt

LOOPBACK = (ip_network("127.0.0.0/8"),)
NEW, OLD = (f"whsec_{base64.b64encode(word * 4).decode()}" for word in (b"new-key-", b"old-key-"))


def verify(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """What the reference library of Standard Webhooks says of a message."""
    return standardwebhooks.Webhook(secret).verify(body, headers)


def signed(secrets: tuple[Secret, ...], body: bytes, now: datetime | None = None) -> dict[str, str]:
    hooked = channel(kind="webhook", url="https://a.example/", secret=secrets)
    return dict(signed_headers(hooked, "msg_1", body, now or clock.now()))


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> tuple[Secret, ...]:
    """The new and the old secret, as while they are changed."""
    monkeypatch.setenv("NEW_SECRET", NEW)
    monkeypatch.setenv("OLD_SECRET", OLD)
    return (Secret(env="NEW_SECRET"), Secret(env="OLD_SECRET"))


def test_signature_is_that_of_standard_webhooks(both: tuple[Secret, ...]) -> None:
    """Check 63: the reference library takes it with the new and with the old secret, and with no other."""
    body = payload(delivery())
    headers = signed(both, body)
    assert len(headers["webhook-signature"].split(" ")) == 2
    assert verify(NEW, headers, body)["type"] == "release.new"
    verify(OLD, headers, body)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify("whsec_" + base64.b64encode(b"another").decode(), headers, body)
    verify(NEW, signed(both[:1], body), body)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(OLD, signed(both[:1], body), body)


@pytest.mark.parametrize("what", ["body", "webhook-id", "webhook-timestamp"])
def test_what_was_altered_is_refused(both: tuple[Secret, ...], what: str) -> None:
    """Check 63: neither body nor id nor time can be changed on the way."""
    body = payload(delivery())
    headers = signed(both, body)
    if what != "body":
        headers[what] = headers[what][:-1] + ("1" if headers[what][-1] != "1" else "2")
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(NEW, headers, body + b" " if what == "body" else body)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_old_and_future_messages_are_refused(both: tuple[Secret, ...], minutes: int) -> None:
    """Check 63: a message that was recorded is of no use six minutes later."""
    body = payload(delivery())
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(NEW, signed(both, body, datetime.now(UTC) + timedelta(minutes=minutes)), body)


def test_secret_that_is_wrong_or_not_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unsigned message must not go out where a signature was asked for."""
    monkeypatch.setenv("BAD_SECRET", "whsec_*")
    for place, said in (("NOT_SET", "is not set"), ("BAD_SECRET", "no base64")):
        with pytest.raises(DeliveryError, match=said):
            signed((Secret(env=place),), b"{}")


async def post(url: str, *, deadline: float = 15, allowed: Any = LOOPBACK, sent: DueDelivery | None = None) -> Receipt:
    hooked = channel(kind="webhook", url=url).model_copy(update={"deadline": deadline})
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
async def test_gone_is_told_apart() -> None:
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


def test_types_name_what_happened() -> None:
    """A receiver sorts by the type alone."""
    assert type_of({"event": "new", "release_id": 1}) == "release.new"
    assert type_of({"event": "revision", "release_id": 1}) == "release.revised"
    assert type_of({"event": "delivery_dead", "release_id": None}) == "watcher.delivery_dead"
    types = {type_of({"event": event, "release_id": 1}) for event in get_args(AlertEvent)}
    assert len(types) == len(get_args(AlertEvent))


def test_notices_fit_the_published_schema() -> None:
    """The schema is what receivers are written against, also for what the program tells of itself."""
    settings, now = Settings(), clock.now()
    refused = Recipient("a@desk.example", "dead", "550 no")
    for record in (
        operations.delivery_dead(settings, delivery(), "answered 500", now),
        operations.recipient_dead(settings, delivery(), refused, now),
        operations.channel_disabled(settings, delivery(), "answered 410", now),
    ):
        said = {"title": record.title, "event": record.event, "alert": "a", "created_at": clock.to_text(now)}
        sent = delivery(message=dict(record.message) | said | {"release_id": None})
        assert misfits(json.loads(payload(sent))) == []
    assert misfits(json.loads(payload(operations.channel_test(settings, "desk", now)))) == []


def test_schema_refuses_what_is_wrong() -> None:
    """A check that takes everything checks nothing."""
    whole = json.loads(payload(delivery(message=message(claims=[claim(harm="killed")]))))
    assert any("victim is missing" in line for line in misfits(whole))
    assert misfits({"type": "x", "timestamp": "today", "data": {}})
