"""Refusals and bot walls."""

# ruff: noqa: E501 - samples stand on the lines on which a server would send them

from __future__ import annotations

import pytest

from watcher.pages.walls import is_wall

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
    assert is_wall(html)


@pytest.mark.parametrize("html", WALLS)
def test_the_same_words_in_a_long_text_are_a_text(html: str) -> None:
    """A release may quote them."""
    assert not is_wall(
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
    assert not is_wall(html)
