"""A webhook as Standard Webhooks describes it: an id that every retry repeats, a time, a signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from watcher import __version__, clock
from watcher.config import Secret
from watcher.errors import DeliveryError, FetchError
from watcher.net import Request, post, retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.config import Channel
    from watcher.net import Client
    from watcher.records import DueDelivery

_GONE = 410
_TYPES = {"new": "release.new", "revision": "release.revised", "found_later": "release.found_later"}


async def send(client: Client, channel: Channel, delivery: DueDelivery) -> str:
    """POST the alert as JSON; only 2xx is success and no redirect is followed. Raises DeliveryError."""
    url = channel.url.read() if isinstance(channel.url, Secret) else channel.url
    if not url:
        raise DeliveryError(channel.name, f"its address is not set ({channel.url})")
    body = payload(delivery)
    headers = {"Content-Type": "application/json", "User-Agent": f"release-watcher/{__version__}"}
    headers |= signed_headers(channel, delivery.uid, body, clock.now())
    try:
        response = await post(client, Request(url=url, headers=headers), body)
    except FetchError as error:
        # The address may be a secret, so only what happened is told.
        raise DeliveryError(channel.name, error.reason) from error
    if response.status // 100 != 2:  # noqa: PLR2004 - the class of success
        is_gone = response.status == _GONE
        detail = f"answered {response.status} {response.reason}".strip()
        raise DeliveryError(channel.name, detail, is_permanent=is_gone, retry_after=retry_after(response))
    return f"{response.status} {response.reason}".strip()


def payload(delivery: DueDelivery) -> bytes:
    """`{type, timestamp, data}`; the data is the alert's message as it was fixed when the alert was raised."""
    said: dict[str, Any] = dict(delivery.message)
    body = {"type": _TYPES[said["event"]], "timestamp": said["created_at"], "data": said}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", errors="replace")


def signed_headers(channel: Channel, uid: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """`webhook-id`, `webhook-timestamp` and, with a secret, `webhook-signature` (HMAC-SHA256 of id.time.body)."""
    headers = {"webhook-id": uid, "webhook-timestamp": str(int(now.timestamp()))}
    if channel.secret is None:
        return headers
    secret = channel.secret.read()
    if secret is None:
        raise DeliveryError(channel.name, f"its secret is not set ({channel.secret})")
    signature = sign(secret, uid, headers["webhook-timestamp"], body)
    return headers | {"webhook-signature": signature}


def sign(secret: str, uid: str, timestamp: str, body: bytes) -> str:
    """The signature of Standard Webhooks, version 1; a `whsec_` secret is base64, any other is taken as it is."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    signed = f"{uid}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
