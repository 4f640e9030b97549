"""Which release an entry belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.urls import canonical_url
from watcher.feeds.identity import entry_sha256, identity_of, text_sha256
from watcher.model.feed import Entry
from watcher.model.release import PageText, Problem


def entry(key: str = "", url: str | None = None, title: str = "T", html: str = "H") -> Entry:
    return Entry(key, url, title, html)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.army.example/News/Article/590267/slug.aspx",
        "https://WWW.army.example/News/ArticleDisplay/tabid/223/Article/590267/",
        "https://www.army.example/DesktopModules/ArticleCS/Print.aspx?PortalId=1&ModuleId=8&Article=590267",
        "https://www.army.example/x/article/590267?utm_source=rss#top",
    ],
)
def test_one_article_of_the_shared_software_has_one_identity(url: str) -> None:
    """The same release is served at many paths; only host and number stay."""
    assert identity_of(entry(url, url), "army") == "www.army.example/Article/590267"


def test_guid_wins_over_the_address_and_is_the_publishers_own() -> None:
    """A plain guid says nothing outside its publisher; two publishers may both count from 1."""
    assert identity_of(entry("17", "https://a.example/x"), "army") == "army:17"
    assert identity_of(entry("17"), "army") != identity_of(entry("17"), "navy")


def test_entry_without_guid_and_address_is_known_by_its_words() -> None:
    """It must not become a new release at every poll, nor swallow another one."""
    assert identity_of(entry(title="A"), "army") == identity_of(entry(title="A"), "army")
    assert identity_of(entry(title="A"), "army") != identity_of(entry(title="B"), "army")


def test_tracking_scheme_and_case_make_no_other_release() -> None:
    """Links are decorated differently by different feeds."""
    plain = identity_of(entry("", "http://a.example/x?id=1"), "army")
    assert plain == identity_of(entry("", "https://A.example:443/x?id=1&utm_campaign=z&fbclid=q#more"), "army")
    assert plain != identity_of(entry("", "http://a.example/x?id=2"), "army")


@given(st.text(max_size=40) | st.text(alphabet="htps:/[]@.a1℀?#&=", max_size=20), st.booleans())
def test_any_guid_has_an_identity(text: str, is_web: bool) -> None:  # noqa: FBT001 - both kinds
    """A guid may be anything, also what begins like an address and is none: an entry always has a name."""
    key = f"http://{text}" if is_web else text
    assert identity_of(entry(key), "army") == identity_of(entry(key), "army") != ""


def test_address_in_brackets_and_odd_port_are_kept_apart() -> None:
    """Addresses of IPv6 keep their brackets; hosts that differ in their port are two."""
    assert canonical_url("http://[2001:DB8::1]:80/x") == "http://[2001:db8::1]/x"
    assert canonical_url("https://a.example:8443/x") != canonical_url("https://a.example/x")


@given(st.text(max_size=80))
def test_any_text_as_an_address_is_survived(text: str) -> None:
    """Feeds carry anything in a link."""
    try:
        once = canonical_url(f"https://a.example/{text}")
    except ValueError:
        return
    assert canonical_url(once) == once


def test_recorded_oddities_are_no_edit() -> None:
    """What we remark of an entry is not what its publisher said."""
    said = entry("1")
    assert entry_sha256(said) == entry_sha256(Entry("1", None, "T", "H", problems=(Problem("no_date"),)))
    assert entry_sha256(said) != entry_sha256(entry("1", html="H2"))


def test_white_space_is_no_other_text() -> None:
    """A line break that moved is no revision; a number that changed is one."""
    assert text_sha256(PageText("T", "two  killed\n")) == text_sha256(PageText("T", "two\nkilled"))
    assert text_sha256(PageText("T", "two killed")) != text_sha256(PageText("T", "eight killed"))
