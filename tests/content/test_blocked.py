"""Refusals and bot walls."""

# ruff: noqa: E501 - samples stand on the lines on which a server would send them

from __future__ import annotations

import pytest

from watcher.content.blocked import LARGEST, wall_in_html, wall_in_text

WALLS = (
    '<title>Access Denied</title><h1>Access Denied</h1>You don\'t have permission to access "http://www.example.mil/" on this server. Reference&#32;&#35;18.2d',
    "<title>Just a moment...</title><script>cf_chl_opt={}</script>",
    "<html><body>Request unsuccessful. Incapsula incident ID: 12-34</body></html>",
    "<html><title>Request Rejected</title><body>The requested URL was rejected. Please consult with your administrator. Your support ID is: 99</body></html>",
    "<title>Attention Required! | Cloudflare</title>",
    "<p>Please verify you are a human</p>",
)


@pytest.mark.parametrize("html", WALLS)
def test_walls_of_the_common_makers_are_known(html: str) -> None:
    """They must never be parsed as a release."""
    assert wall_in_html(html)


@pytest.mark.parametrize("html", WALLS)
def test_the_same_words_in_a_long_text_are_a_text(html: str) -> None:
    """A release may quote them."""
    assert not wall_in_html(
        html.replace("<title>", "<p>").replace("</title>", "</p>") + "<p>The ministry speaks of its site.</p>" * 100
    )


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Three soldiers were hurt.</p>",
        "<p>The access to the base was denied.</p>",
        "<script>checkCaptcha()</script><p>Three hurt.</p>",
    ],
)
def test_short_releases_are_no_walls(html: str) -> None:
    """Brevity alone proves nothing."""
    assert not wall_in_html(html)


def test_a_page_of_content_behind_a_product_is_none() -> None:
    """Sites load the product's script on every page; only the page that says nothing else is the wall."""
    script = "<script>AwsWafIntegration.getToken()</script><p>The ministry speaks of its site and its visitors.</p>"
    assert wall_in_html(script) == "AWS WAF"
    assert wall_in_html(script * 60) is None


def test_a_text_is_a_wall_only_as_a_whole() -> None:
    """Some servers refuse in plain words."""
    assert wall_in_text("Access Denied. Come back later.")
    assert not wall_in_text("Access denied to smugglers by the navy")
    assert not wall_in_text("Forbidden. " * 100)


def test_a_large_page_is_not_searched() -> None:
    """A wall is short; a page of megabytes costs nothing here."""
    assert wall_in_html(WALLS[0] + " " * LARGEST) is None
