"""Bot walls and refusal pages told from content (check 21)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetch.test_caching import answer
from watcher.fetch.conditional import find_wall


def page(title: str, body: str = "<p>Nothing else.</p>") -> bytes:
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    "title",
    [
        "Access Denied",
        "Just a moment...",
        "Attention Required! | Some Shield",
        "403 Forbidden",
        "403 - Forbidden: Access is denied" if False else "403 Forbidden",
        "ERROR: Access Denied",
        "Ministry of Defence - Access Denied",
        "Are you a robot?",
        "Security check required",
        "Pardon Our Interruption",
        "Request Rejected",
        "Verifying you are human",
    ],
)
def test_a_page_that_only_refuses_is_a_wall(title: str) -> None:
    """A refusal often comes with status 200, and must never count as nothing new."""
    assert find_wall(answer(body=page(title))) == "a refusal page"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (page("One moment", "<script>window._cf_chl_opt={a:1}</script>"), "Cloudflare"),
        (page("x", "<p>Incapsula incident ID: 1-2</p>"), "Imperva"),
        (page("x", "<p>https&#58;//errors.edgesuite.net/18.1</p>"), "Akamai"),
        (page("x", "<script src='https://geo.captcha-delivery.com/c.js'></script>"), "DataDome"),
        (page("x", '<div id="px-captcha"></div>'), "PerimeterX"),
        (page("x", "The requested URL was rejected. Please consult with your administrator."), "F5"),
        (page("x", "<script id='anubis_challenge' type='application/json'>{}</script>"), "Anubis"),
    ],
)
def test_known_products_are_named(body: bytes, name: str) -> None:
    """The operator can talk to the publisher only when the record says what stood in the way."""
    assert find_wall(answer(body=body)) == name


def test_the_headers_of_a_wall_are_enough() -> None:
    """Some challenges carry all their code from elsewhere."""
    assert find_wall(answer(("cf-mitigated", "challenge"), status=403)) == "Cloudflare"
    assert find_wall(answer(("X-AMZN-WAF-Action", "captcha"), status=405)) == "AWS WAF"


@pytest.mark.parametrize("text", [b"Access Denied", b"access denied.\n", b"Forbidden", b"403 Forbidden\n\nGo away."])
def test_a_short_text_that_refuses_is_a_wall(text: bytes) -> None:
    """Not every refusal is HTML."""
    assert find_wall(answer(body=text)) == "a refusal page"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<?xml version='1.0'?><rss><channel><title>Access Denied</title></channel></rss>",
        b"<rss><channel><item><title>Just a moment</title></item></channel></rss>",
        page("Access denied to smugglers, says Navy"),
        page("Forbidden – a history of the exclusion zone", "<p>The zone was drawn in a bad year.</p>" * 60),
        page("Navy opens new captcha laboratory"),
        page("Request denied: minister answers parliament"),
        page("Three killed in training accident", "<p>They were denied access.</p>" * 50),
        page("Access Denied", "<p>A long statement about a road that was closed.</p>" * 50),
        b"Access denied to the harbour after the accident, in which three sailors died, the navy says.",
        b"{}",
    ],
)
def test_content_that_speaks_of_refusals_is_none(body: bytes) -> None:
    """A release must not be lost because of its words."""
    assert find_wall(answer(body=body)) is None


def test_a_feed_behind_the_same_product_is_none() -> None:
    """Whoever protects a site also serves its feeds and pages; only the challenge is a wall."""
    served = answer(
        ("Server", "cloudflare"), ("CF-Ray", "1"), body=page("News", "<script src='/cdn-cgi/x.js'></script>")
    )
    assert find_wall(served) is None


@pytest.mark.parametrize("part", [b"<title ", b"<", b"_Incapsula_Resource?", b"<!-- ", b" "])
def test_reading_is_linear(part: bytes) -> None:
    """Check 57: twice the body takes twice the time, not four times (generous, since clocks are coarse)."""
    times = []
    for size in (75_000, 150_000):
        body = b"<html>" + part * (size // len(part))
        started = time.process_time()
        for _ in range(5):
            find_wall(answer(body=body[:size]))
        times.append(time.process_time() - started)
    assert times[1] < 3 * times[0] + 0.1


@given(st.binary(max_size=3000))
def test_no_body_breaks_the_reading(body: bytes) -> None:
    """Bodies come from strangers."""
    find_wall(answer(body=body))
    find_wall(answer(body=b"<html><title>" + body))
