"""Bot walls, refusals, and pages that are not the release though the server says that all is well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.blocked import LARGEST_WALL, wall_in_html, wall_in_text, why_missing
from watcher.model.release import PageText

WALLS = (
    (
        "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to access "
        '"http://www.example.mil/" on this server. Reference&#32;&#35;18.2d'
    ),
    "<title>Just a moment...</title><script>cf_chl_opt={}</script>",
    "<html><body>Request unsuccessful. Incapsula incident ID: 12-34</body></html>",
    (
        "<html><title>Request Rejected</title><body>The requested URL was rejected. Please consult with your "
        "administrator. Your support ID is: 99</body></html>"
    ),
    "<title>Attention Required! | Cloudflare</title>",
    "<p>Please verify you are a human</p>",
)
ASKED = "https://www.army.example/releases/2026/strike-near-the-town.html"
TITLE = "Strike near the town kills two"
TEXT = "Two civilians were killed in the strike near the town on Monday, the army said, and an inquiry has begun."
NOTICES = [
    "Page not found",
    "404 – page not found",
    "Error 404",
    "404",
    "The requested page could not be found",
    "Sorry, we can't find that page",
    "This page has been removed",
    "This release is no longer available",
    "The article you are looking for does not exist",
    "Seite nicht gefunden",
    "Page introuvable",
    "Página no encontrada",
    "Страница не найдена",
    "Сторінку не знайдено",
    "الصفحة غير موجودة",
]


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
    assert wall_in_html(WALLS[0] + " " * LARGEST_WALL) is None


def why(text: str, *, heading: str = "", answered: str = ASKED, title: str = TITLE, known: str = TEXT) -> str | None:
    body = f"<html><head><title>{heading} | Army</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>"
    return why_missing(body.encode(), PageText(heading, text), asked=ASKED, answered=answered, title=title, known=known)


@pytest.mark.parametrize("heading", NOTICES)
def test_notices_of_many_sites_are_recognised(heading: str) -> None:
    """A server that answers 200 to everything says in words what it should say with its status (check 80)."""
    assert why("Please use the menu or write to us.", heading=heading)
    assert why(f"{heading}.", heading="Army")


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        (TEXT, TITLE),
        ("Page not found. " * 3, TITLE),
        ("Weapons of the missing patrol were not found near the crossing, and the search goes on.", "Search goes on"),
        (
            "The file was not found at first. " + "The inquiry heard forty witnesses over nine days. " * 40,
            "Page not found",
        ),
        ("Soldiers have been moved to the north.", "News of the week"),
    ],
)
def test_releases_are_not_taken_for_notices(text: str, heading: str) -> None:
    """A page under the release's title is the release; long pages and other words prove nothing."""
    assert why(text, heading=heading) is None


@pytest.mark.parametrize(
    ("answered", "is_missing"),
    [
        ("https://www.army.example/", True),
        ("https://www.army.example/index.php", True),
        ("https://www.army.example/en/", True),
        ("https://www.army.example/releases/2026/", True),
        ("https://www.army.example/budget", True),
        ("http://army.example/releases/2026/strike-near-the-town.html?utm_source=rss", False),
        ("https://www.army.example/releases/2026/Strike-near-the-town.html/", False),
    ],
)
def test_redirects_to_home_list_or_another_page(answered: str, is_missing: bool) -> None:  # noqa: FBT001 - a table
    """Many sites send a withdrawn page's readers to the home page; another spelling of the address is no redirect."""
    assert (why("Welcome to the army's pages.", heading="Army", answered=answered) is not None) == is_missing
    assert why(TEXT, heading=TITLE, answered=answered) is None


def test_page_that_was_rewritten_elsewhere_is_still_the_release() -> None:
    """A new address and a new title over mostly the same words: a revision, no removal."""
    moved = "https://www.army.example/news/inquiry"
    assert why(TEXT + " More later.", heading="Inquiry begins", answered=moved) is None


def test_without_text_and_title_only_a_notice_counts() -> None:
    """An empty shell says nothing; a notice without readable text is one all the same."""
    shell = b"<html><head><title>Army</title></head><body></body></html>"
    notice = b"<html><head><title>404 Not Found</title></head><body></body></html>"
    empty = {"asked": ASKED, "answered": ASKED, "title": "", "known": ""}
    assert why_missing(shell, None, **empty) is None
    assert why_missing(notice, None, **empty)


@given(st.binary(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_any_bytes_are_survived(body: bytes, title: str, address: str) -> None:
    """Whatever a server sends, and whatever the addresses are."""
    why_missing(body, None, asked=address, answered=f"https://a.example/{address}", title=title, known=title)
