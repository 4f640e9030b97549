"""The guarded HTTP client: the only user of aiohttp, and the only way out to the web.

Knows addresses, limits, one deadline, redirects and TLS; knows nothing of feeds.
"""

from __future__ import annotations

from watcher.net.addresses import Networks, check_url, is_allowed
from watcher.net.client import Client, Turn, get, open_client, post
from watcher.net.exchange import Hop, Limits, Request, Response
from watcher.net.listen import Incoming, Outgoing, listen
from watcher.net.retry import YEAR, bounded, http_date, retry_after

__all__ = [
    "YEAR",
    "Client",
    "Hop",
    "Incoming",
    "Limits",
    "Networks",
    "Outgoing",
    "Request",
    "Response",
    "Turn",
    "bounded",
    "check_url",
    "get",
    "http_date",
    "is_allowed",
    "listen",
    "open_client",
    "post",
    "retry_after",
]
