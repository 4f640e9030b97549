"""One question by hand, outside any poll and without a database: with the manners that the configuration sets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from watcher.config import Feed, Publisher
from watcher.fetch import Hosts, fetch
from watcher.net import open_client
from watcher.requests import request_for
from watcher.tasks import PageAnswer

if TYPE_CHECKING:
    from watcher.config import Configuration


def ask_once(configuration: Configuration, publisher: Publisher | None, url: str, *, accept: str) -> PageAnswer:
    """The answer of a URL, asked as this publisher's pages are. Raises FetchError.

    robots.txt is not asked: somebody looks at one address that they named themselves.
    """
    return asyncio.run(_ask(configuration, publisher, url, accept))


async def _ask(configuration: Configuration, publisher: Publisher | None, url: str, accept: str) -> PageAnswer:
    http = configuration.settings.http
    publisher = publisher or Publisher(code="unknown", name="unknown", headers={})
    request = request_for(http, publisher, Feed(code="asked", url=url, headers={}), url, accept=accept)
    async with open_client(allow_addresses=http.allow_addresses, connections=http.connections) as client:
        response = (await fetch(client, Hosts(http.host_interval, http.host_connections), request)).response
    return PageAnswer(response.body, response.url, response.header("content-type") or "", response.ended_at)
