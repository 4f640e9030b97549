"""A request: URL, headers (with our User-Agent), proxy and limits, from the configuration of a publisher and feed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher import __version__
from watcher.config.tables import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.config.publishers import Feed, Publisher
    from watcher.config.settings import Http


FEED_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
API_ACCEPT = "application/json, application/vnd.api+json, */*;q=0.1"
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/pdf;q=0.8, */*;q=0.5"
_FOR_ANYBODY = frozenset({"user-agent", "accept"})
_NO_PROXY = "http://the-proxy-is-not-set.invalid"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one `get`: seconds (without the wait for the host), bytes as received, bytes inflated, redirects."""

    deadline: float = 30.0
    wire_bytes: int = 10_000_000
    body_bytes: int = 20_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header values are sent as latin-1, so a value from a response goes back as it came.

    `has_secret`: its address, headers or proxy hold one, so what the server sends back of it must not be kept.
    `secret_query` is a parameter, name and value, that is added to the address on the wire alone: `url`, which is
    logged and stored, never holds it.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None
    tls_verify: bool = True
    limits: Limits = field(default_factory=Limits)
    has_secret: bool = False
    secret_query: tuple[str, str] | None = None


def request_for(http: Http, publisher: Publisher, feed: Feed, url: str, *, accept: str) -> Request:
    """The request for a feed or a page: the feed's settings before the publisher's before the general ones."""
    key = feed.api_key if feed.api_key is not None and _same_host(url, feed.url) else None
    headers = {"User-Agent": user_agent(http, publisher, feed), "Accept": accept}
    own, proxy = publisher.headers | feed.headers, feed.proxy or publisher.proxy or http.proxy
    if key is not None and key.header:
        own = own | {key.header: key}
    for name, value in own.items():
        stated = (value.read() or "") if isinstance(value, Secret) else value
        # Names of headers know no case (RFC 9110 section 5.1): a later one takes the place of the one before.
        headers = {other: sent for other, sent in headers.items() if other.lower() != name.lower()} | {name: stated}
    return Request(
        url=url,
        headers=headers,
        proxy=_read(proxy),
        tls_verify=is_verified(publisher, feed),
        limits=Limits(http.deadline, http.max_wire_bytes, http.max_body_bytes),
        has_secret=any(isinstance(value, Secret) for value in (*own.values(), proxy, key)),
        secret_query=(key.query, key.read() or "") if key is not None and key.query else None,
    )


def without_keys(request: Request, url: str) -> Request:
    """The request for another address, without the key of an API; for another host also without the own headers."""
    if _same_host(url, request.url):
        return replace(request, url=url, secret_query=None)
    headers = {name: value for name, value in request.headers.items() if name.lower() in _FOR_ANYBODY}
    return replace(request, url=url, secret_query=None, headers=headers)


def _same_host(url: str, other: str) -> bool:
    """Whether two addresses are at the same scheme, host and port."""
    return urlsplit(url)[:2] == urlsplit(other)[:2]


def _read(proxy: str | Secret | None) -> str | None:
    # A proxy that was meant and is not there must not mean that we ask without one.
    return (proxy.read() or _NO_PROXY) if isinstance(proxy, Secret) else proxy


def user_agent(http: Http, publisher: Publisher, feed: Feed) -> str:
    """Name, version and how to reach the operator, unless the operator has set something else."""
    chosen = feed.user_agent or publisher.user_agent or http.user_agent
    return chosen or f"release-watcher/{__version__}" + (f" (+{http.contact})" if http.contact else "")


def secret_headers(publisher: Publisher, feed: Feed) -> frozenset[str]:
    """Names, in lower case, of headers whose values must be written nowhere."""
    headers = publisher.headers | feed.headers
    named = {name.lower() for name, value in headers.items() if isinstance(value, Secret)}
    return frozenset(named | ({feed.api_key.header.lower()} if feed.api_key and feed.api_key.header else set()))


def is_verified(publisher: Publisher, feed: Feed) -> bool:
    """Whether the server's certificate is verified: it is, unless the operator has made this exception."""
    chosen = feed.tls_verify if feed.tls_verify is not None else publisher.tls_verify
    return chosen is not False


def limited_address(feed: Feed) -> str:
    """Below which address a feed's limits count its requests: everything at the host of an API, or one channel."""
    parts = urlsplit(feed.url)
    if feed.kind == "telegram":
        return f"{parts.scheme}://{parts.netloc}{parts.path}"
    return f"{parts.scheme}://{parts.netloc}/"


def obeys_skips(publisher: Publisher, feed: Feed) -> bool:
    """Whether skipHours and skipDays are kept to: they are, unless the operator has decided otherwise."""
    chosen = feed.skip_hours if feed.skip_hours is not None else publisher.skip_hours
    return chosen is not False
