"""A webhook as Standard Webhooks describes it: an id that every retry repeats, a time, a signature for each secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher import clock
from watcher.alerts.channels.http_post import as_json, post_body
from watcher.alerts.channels.signatures import signed_headers

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
    return as_json(body)


def type_of(message: Mapping[str, Any]) -> str:
    """`release.…` for what happens to a release, `watcher.…` for what the program reports of itself."""
    event = str(message["event"])
    about = "release" if message.get("release_id") else "watcher"
    return _TYPES.get(event, f"{about}.{event}")
