"""Which release an entry belongs to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.content.urls import canonical_url
from watcher.feeds.identity import (
    entry_sha256,
    identity_of,
    is_in_doubt,
    recognise,
    says_the_same,
    tell_apart,
    text_sha256,
)
from watcher.model.feed import Entry, KnownEntry, ParsedEntry
from watcher.model.release import PageText, Problem, StatedDate


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
@example(" ?")
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


def test_reading_of_a_date_is_no_edit_and_its_words_are() -> None:
    """03/05/2024 may be read by what the other entries prove; the publisher has changed nothing."""

    def dated(raw: str, at: datetime | None) -> str:
        return entry_sha256(Entry("1", None, "T", "H", published=StatedDate(at, raw, "feed")))

    assert dated("03/05/2024", None) == dated("03/05/2024", datetime(2024, 5, 3, tzinfo=UTC))
    assert dated("03/05/2024", None) != dated("04/05/2024", None)


def test_white_space_is_no_other_text() -> None:
    """A line break that moved is no revision; a number that changed is one."""
    assert text_sha256(PageText("T", "two  killed\n")) == text_sha256(PageText("T", "two\nkilled"))
    assert text_sha256(PageText("T", "two killed")) != text_sha256(PageText("T", "eight killed"))


DEAD = (
    "Two civilians were killed and four were injured in the strike near the town on Monday. The army regrets the loss"
    " and has begun an inquiry into what happened, the spokesman of the brigade told reporters in the evening. The road"
    " was closed until the morning, and the families of the wounded were brought to the hospital in the capital by bus."
    " The inquiry is led by a judge of the military court; its findings will be made public within a month."
)
LAKE = (
    "Near the lake, a raid by the third brigade ended with two civilians killed. Their boat had not answered a call,"
    " a colonel said; divers looked for others until the morning and found nobody else in the cold water."
)


def parsed(identity: str, url_key: str = "", sha: str = "sha", title: str = "Strike", html: str = DEAD) -> ParsedEntry:
    return ParsedEntry(Entry(identity, None, title, html), identity, sha, 0, url_key, (identity,))


def stored(identity: str, sha: str = "sha", release_id: int = 1) -> KnownEntry:
    said = {"identity": identity, "title": "Strike", "html": DEAD}
    return KnownEntry(release_id, sha, is_vanished=False, **said)


def test_of_two_entries_of_one_release_the_stored_one_stays() -> None:
    """Otherwise they would take turns, and each poll would see an edit."""
    found = {"a": stored("a", "second"), "b": stored("a", "second")}
    kept, known = recognise([parsed("a", sha="first"), parsed("b", sha="second")], found)
    assert [(entry.identity, entry.sha256) for entry in kept] == [("a", "second")]
    assert known == {"a": found["a"]}


def test_address_of_an_entry_that_is_still_listed_is_not_taken() -> None:
    """A new release must not become the revision of one that is still listed under its own guid."""
    found = {"a": stored("a"), "place": stored("a")}
    kept, _ = recognise([parsed("a"), parsed("b", "place")], found)
    assert [entry.identity for entry in kept] == ["a", "b"]


def test_words_are_asked_for_only_where_names_do_not_say_which_release_it_is() -> None:
    """To look them up for each entry of each document takes as long as to find the entries."""
    one, other = stored("a"), stored("b", release_id=2)
    for found in ({}, {"a": one, "place": one}):
        assert not is_in_doubt([parsed("a", "place")], found)
    assert not is_in_doubt([parsed("a")], {"a": one})
    for found in ({"a": one}, {"place": one}, {"a": one, "place": other}):
        assert is_in_doubt([parsed("a", "place")], found)


def test_shared_guid_names_nobody_and_shared_address_is_no_key() -> None:
    """Some sites give every entry the guid 0, others the home page as its link."""
    assert [entry.identity for entry in tell_apart([parsed("0", "x"), parsed("0", "y")])] == ["x", "y"]
    assert [entry.url_key for entry in tell_apart([parsed("a", "x"), parsed("b", "x")])] == ["", ""]
    assert [entry.identity for entry in tell_apart([parsed("a", "x"), parsed("a", "x")])] == ["a", "a"]


def test_same_statement_shares_its_title_or_most_words() -> None:
    """An edited text is the same statement; another statement of the same day is not."""
    known = stored("a")
    assert says_the_same(Entry("", None, "strike", "Quite another text."), known)
    assert says_the_same(Entry("", None, "Strike, updated", DEAD.replace("Two", "Eight")), known)
    assert not says_the_same(Entry("", None, "Raid by the lake", LAKE), known)
    assert not says_the_same(Entry("", None, "", ""), known)
