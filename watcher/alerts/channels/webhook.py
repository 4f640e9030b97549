"""A webhook as Standard Webhooks describes it: an id that every retry repeats, a time, a signature for each secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.alerts.channels.http_post import post_body
from watcher.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.config.settings import Channel
    from watcher.fetch.client import Client
    from watcher.model.alert import DueDelivery, Receipt


_TYPES = {"new": "release.new", "revision": "release.revised"}


async def send(client: Client, channel: Channel, delivery: DueDelivery) -> Receipt:
    """POST the alert as JSON, signed where the channel has a secret. Raises DeliveryError."""
    body = payload(delivery)
    return await post_body(client, channel, signed_headers(channel, delivery.uid, body, clock.now()), body)


def payload(delivery: DueDelivery) -> bytes:
    """`{type, timestamp, data}`; the data is the alert's message as it was fixed when the alert was raised."""
    said: dict[str, Any] = dict(delivery.message)
    body = {"type": type_of(said), "timestamp": said["created_at"], "data": said}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", errors="replace")


def type_of(message: Mapping[str, Any]) -> str:
    """`release.…` for what happens to a release, `watcher.…` for what the program tells of itself."""
    event = str(message["event"])
    about = "release" if message.get("release_id") else "watcher"
    return _TYPES.get(event, f"{about}.{event}")


def signed_headers(channel: Channel, uid: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """`webhook-id`, `webhook-timestamp` and `webhook-signature`: HMAC-SHA256 of id.time.body, once for each secret."""
    headers = {"webhook-id": uid, "webhook-timestamp": str(int(now.timestamp()))}
    if not channel.secret:
        return headers
    signatures = []
    for place in channel.secret:
        secret = place.read()
        if secret is None:
            raise DeliveryError(channel.name, f"its secret is not set ({place})")
        signatures.append(_signed(channel, secret, uid, headers["webhook-timestamp"], body))
    return headers | {"webhook-signature": " ".join(signatures)}


def _signed(channel: Channel, secret: str, uid: str, timestamp: str, body: bytes) -> str:
    try:
        return sign(secret, uid, timestamp, body)
    except (binascii.Error, ValueError) as error:
        raise DeliveryError(channel.name, "its secret begins with whsec_ and is no base64 after that") from error


def sign(secret: str, uid: str, timestamp: str, body: bytes) -> str:
    """The signature of Standard Webhooks, version 1; a `whsec_` secret is base64, any other is taken as it is."""
    encoded = secret.removeprefix("whsec_")
    key = base64.b64decode(encoded, validate=True) if secret.startswith("whsec_") else secret.encode()
    if not key:
        raise ValueError("an empty key signs nothing")
    signed = f"{uid}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
