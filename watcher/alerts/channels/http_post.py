"""One POST to a receiver: https unless it is this machine, only 2xx counts, no redirect is followed."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher import __version__
from watcher.config.redaction import from_outside, remember_address
from watcher.config.tables import Secret
from watcher.errors import ChannelGone, DeliveryError, FetchError
from watcher.fetch.back_off import retry_after
from watcher.fetch.client import post
from watcher.fetch.request import Limits, Request
from watcher.model.alert import Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.settings import Channel
    from watcher.fetch.client import Client


_GONE = 410
_SUCCESS = 2


def address(channel: Channel) -> str:
    """Where the channel posts to. Raises DeliveryError where the address is a secret that is not set."""
    url = channel.url.read() if isinstance(channel.url, Secret) else channel.url
    if not url:
        raise DeliveryError(channel.name, f"its address is not set ({channel.url})")
    remember_address(url)
    return url


def as_json(said: Mapping[str, Any]) -> bytes:
    """The body of a POST; halves of surrogate pairs, which UTF-8 cannot hold, are question marks."""
    return json.dumps(said, ensure_ascii=False).encode("utf-8", errors="replace")


async def post_body(client: Client, channel: Channel, headers: Mapping[str, str], body: bytes) -> Receipt:
    """POST this body. Raises DeliveryError; ChannelGone where the receiver says that nobody will ever listen (410)."""
    url = address(channel)
    if not is_safe(url):
        raise DeliveryError(channel.name, "its address must begin with https://, since it is not on this machine")
    sent = {"Content-Type": "application/json", "User-Agent": f"release-watcher/{__version__}"} | dict(headers)
    request = Request(url, sent, limits=Limits(deadline=channel.deadline), has_secret=True)
    try:
        response = await post(client, request, body)
    except FetchError as error:
        raise DeliveryError(channel.name, f"{error.outcome}: {error.reason}") from error
    answer = f"{response.status} {response.reason}".strip()
    if response.status // 100 == _SUCCESS:
        return Receipt(answer)
    words = from_outside(response.body.decode("utf-8", errors="replace"), 200)
    detail = f"answered {answer}" + (f": {words}" if words else "")
    if response.status == _GONE:
        raise ChannelGone(channel.name, detail)
    raise DeliveryError(channel.name, detail, retry_after=retry_after(response))


def is_safe(url: str) -> bool:
    """Whether nobody between us and the receiver can read along: https, or this machine's own loopback."""
    parts = urlsplit(url)
    if parts.scheme.lower() == "https":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return (parts.hostname or "").rstrip(".").lower() == "localhost"
