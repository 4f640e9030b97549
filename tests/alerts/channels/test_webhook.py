"""A webhook as Standard Webhooks describes it: signed with each secret, of a type that says what happened."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
import standardwebhooks

from tests.support.json_schema import misfits
from tests.support.messages import channel, claim, delivery, message
from watcher import clock
from watcher.alerts.channels.webhook import payload, signed_headers, type_of
from watcher.config.values import Secret
from watcher.errors import DeliveryError
from watcher.model.alert import AlertEvent

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


def test_secret_that_is_wrong_or_not_set_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unsigned message must not go out where a signature was asked for."""
    monkeypatch.setenv("BAD_SECRET", "whsec_*")
    for place, said in (("NOT_SET", "is not set"), ("BAD_SECRET", "not base64")):
        with pytest.raises(DeliveryError, match=said):
            signed((Secret(env=place),), b"{}")


def test_types_name_what_happened() -> None:
    """A receiver sorts by the type alone."""
    assert type_of({"event": "new", "release_id": 1}) == "release.new"
    assert type_of({"event": "revision", "release_id": 1}) == "release.revised"
    assert type_of({"event": "delivery_dead", "release_id": None}) == "watcher.delivery_dead"
    types = {type_of({"event": event, "release_id": 1}) for event in get_args(AlertEvent)}
    assert len(types) == len(get_args(AlertEvent))


def test_schema_refuses_what_is_wrong() -> None:
    """A check that takes everything checks nothing."""
    whole = json.loads(payload(delivery(message=message(claims=[claim(harm="killed")]))))
    assert any("victim is missing" in line for line in misfits(whole))
    assert misfits({"type": "x", "timestamp": "today", "data": {}})
