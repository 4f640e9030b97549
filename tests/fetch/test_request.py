"""What we say of ourselves: the nearest setting counts, and secrets are written nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from watcher import __version__
from watcher.config.checks import check
from watcher.config.publishers import Feed, Publisher
from watcher.config.settings import Http
from watcher.config.tables import Secret
from watcher.fetch.request import FEED_ACCEPT, request_for, secret_headers, user_agent

if TYPE_CHECKING:
    from watcher.fetch.request import Request

URL = "https://army.example/rss"


def ours(http: dict[str, Any] | None = None, publisher: dict[str, Any] | None = None, **feed: Any) -> Request:
    publishing = check(Publisher, {"code": "army", "name": "Army", **(publisher or {})})
    polled = check(Feed, {"code": "news", "url": URL, **feed})
    return request_for(check(Http, http or {}), publishing, polled, URL, accept=FEED_ACCEPT)


def agent(**settings: Any) -> str:
    return ours(**settings).headers["User-Agent"]


def test_user_agent_says_who_asks_and_how_to_reach_them() -> None:
    """Check 13: an operator of a server must be able to complain to somebody."""
    assert agent() == f"release-watcher/{__version__}"
    assert agent(http={"contact": "https://desk.example/bot"}) == (
        f"release-watcher/{__version__} (+https://desk.example/bot)"
    )


def test_nearest_setting_counts() -> None:
    """The feed's before the publisher's before the general ones, for each setting by itself."""
    http, publisher = {"user_agent": "general", "proxy": "http://g:1"}, {"user_agent": "theirs", "proxy": "http://p:1"}
    assert agent(http=http) == "general"
    assert agent(http=http, publisher=publisher) == "theirs"
    assert agent(http=http, publisher=publisher, user_agent="its own") == "its own"
    assert [ours(http).proxy, ours(http, publisher).proxy, ours(http, publisher, proxy="http://f:1").proxy] == [
        "http://g:1",
        "http://p:1",
        "http://f:1",
    ]


@pytest.mark.parametrize(
    ("publisher", "feed", "verifies"),
    [({}, {}, True), ({"tls_verify": False}, {}, False), ({"tls_verify": False}, {"tls_verify": True}, True)],
)
def test_certificates_are_checked_unless_somebody_said_no(
    publisher: dict[str, Any],
    feed: dict[str, Any],
    verifies: bool,  # noqa: FBT001 - expectation
) -> None:
    """Check 62: an exception is one feed's, written down, and can be taken back for one feed."""
    assert ours(publisher=publisher, **feed).tls_verify is verifies


def test_header_is_sent_once_however_it_is_spelt() -> None:
    """Two User-Agents in one request are refused by many servers."""
    headers = ours(publisher={"headers": {"X-Desk": "a", "accept": "text/xml"}}, headers={"x-desk": "b"}).headers
    assert {name.lower(): value for name, value in headers.items()} == {
        "user-agent": f"release-watcher/{__version__}",
        "accept": "text/xml",
        "x-desk": "b",
    }
    assert len(headers) == 3


def test_limits_are_those_of_the_configuration() -> None:
    """Seconds and bytes, as set."""
    limits = ours({"deadline": 3, "max_wire_bytes": 10, "max_body_bytes": 20}).limits
    assert (limits.deadline, limits.wire_bytes, limits.body_bytes) == (3, 10, 20)


def test_secret_header_is_read_late_and_named_for_hiding(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value comes from its place at the moment of asking; an empty place sends nothing of value."""
    place = Secret(env="DESK_KEY")
    monkeypatch.setenv("DESK_KEY", "canary")
    assert ours(headers={"X-Api-Key": place}).headers["X-Api-Key"] == "canary"
    monkeypatch.delenv("DESK_KEY")
    assert ours(headers={"X-Api-Key": place}).headers["X-Api-Key"] == ""
    publisher = check(Publisher, {"code": "a", "name": "A", "headers": {"Cookie": place, "X-Plain": "b"}})
    feed = check(Feed, {"code": "n", "url": URL, "headers": {"X-API-KEY": place}})
    assert secret_headers(publisher, feed) == {"cookie", "x-api-key"}


def test_user_agent_is_one_function_for_all_that_ask() -> None:
    """Whoever asks on behalf of a feed says the same name."""
    publisher = check(Publisher, {"code": "army", "name": "Army"})
    feed = check(Feed, {"code": "news", "url": URL})
    assert user_agent(Http(), publisher, feed) == agent()
