"""A webhook as Standard Webhooks describes it: an id that every retry repeats, a time, a signature for each secret."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from watcher import clock
from watcher.alerts.channels.http_post import post_body
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.settings import Channel
    from watcher.fetch.client import Client
    from watcher.model.alert import DueDelivery, Receipt


# Events whose type has another name.
_TYPES = {"new": "release.new", "revision": "release.revised"}


async def send(client: Client, channel: Channel, delivery: DueDelivery) -> Receipt:
    """POST the alert as JSON, signed where the channel has a secret. Raises DeliveryError."""
    body = payload(delivery)
    return await post_body(client, channel, signed_headers(channel, delivery.uid, body, clock.now()), body)


def payload(delivery: DueDelivery) -> bytes:
    """`{type, timestamp, data}`; the data is the alert's message as it was fixed when the alert was raised."""
    message: Mapping[str, Any] = delivery.message
    body = {"type": type_of(message), "timestamp": message["created_at"], "data": message}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", errors="replace")


def type_of(message: Mapping[str, Any]) -> str:
    """`release.…` for what happens to a release, `watcher.…` for what the program reports of itself."""
    event = str(message["event"])
    about = "release" if message.get("release_id") else "watcher"
    return _TYPES.get(event, f"{about}.{event}")


def signed_headers(channel: Channel, uid: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """`webhook-id`, `webhook-timestamp` and `webhook-signature` with one signature for each secret of the channel.

    Raises DeliveryError where a secret is not set or cannot be one.
    """
    headers = {"webhook-id": uid, "webhook-timestamp": str(int(now.timestamp()))}
    if not channel.secret:
        return headers
    signatures = []
    for place in channel.secret:
        secret = place.read()
        if secret is None:
            raise DeliveryError(channel.name, f"its secret is not set ({place})")
        try:
            signatures.append(sign(secret, uid, now, body))
        except ValueError as error:
            raise DeliveryError(channel.name, "its secret begins with whsec_ but is not base64 after that") from error
    return headers | {"webhook-signature": " ".join(signatures)}


def sign(secret: str, uid: str, at: datetime, body: bytes) -> str:
    """The signature of Standard Webhooks, version 1: HMAC-SHA256 of id.time.body.

    A `whsec_` secret is base64, any other is taken as it is. The library would take whatever base64 it finds in a
    mistyped secret, so the key is decoded here. Raises ValueError where it is no base64 or empty.
    """
    encoded = secret.removeprefix("whsec_")
    key = base64.b64decode(encoded, validate=True) if secret.startswith("whsec_") else secret.encode()
    if not key:
        raise ValueError("an empty key signs nothing")
    return Webhook(key).sign(uid, at.astimezone(UTC), body.decode())
