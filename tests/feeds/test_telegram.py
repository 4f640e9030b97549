"""The preview page of a channel: posts, what is passed on, groups of media, older pages, and pages that are none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.telegram import NO_PREVIEW, ODD, Channel, Post, forwarded_from, photos
from watcher.content.date_order import DateLocale
from watcher.errors import NotAFeed
from watcher.feeds.source import Source
from watcher.feeds.telegram import channel_of, links_channel, parse_channel

if TYPE_CHECKING:
    from watcher.model.feed import Entry, ParsedFeed

URL = "https://t.me/s/example_army"
SOURCE = Source(URL, "text/html; charset=utf-8", DateLocale("Europe/Kyiv", "UA", "uk"))


def parsed(*posts: Post, shown: int = 20) -> ParsedFeed:
    return parse_channel(Channel(posts=list(posts), shown=shown).page(), SOURCE)


def one(post: Post) -> Entry:
    (entry,) = parsed(post).entries
    return entry


def test_posts_are_entries_newest_first() -> None:
    """Each post with its address, its first line as title, and its time in UTC."""
    text = "Two soldiers were killed.\nFour were injured."
    feed = parsed(Post(7), Post(8, text, at="2026-11-24T08:30:00+02:00"))
    newest, older = feed.entries
    assert (newest.key, newest.url) == ("https://t.me/example_army/8",) * 2
    assert newest.title.startswith("Two soldiers were killed.")
    assert newest.published is not None
    assert newest.published.at == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert (older.title, feed.title, feed.is_complete) == ("Nothing happened.", "Example Army", True)


def test_long_first_line_is_cut_between_words() -> None:
    """A headline of a whole paragraph would fill a mail's subject."""
    title = one(Post(1, "word " * 100)).title
    assert len(title) <= 122
    assert title.endswith("word …")


def test_forwarded_post_is_not_the_publishers_word() -> None:
    """Title, text, author, tag and problem say whose words they are, and the text is a quotation."""
    entry = one(Post(9, "Five were killed.", more=forwarded_from("Other Channel", "https://t.me/other/3")))
    assert entry.title == "Forwarded from Other Channel: Five were killed."
    assert entry.html.startswith("<p>Forwarded from Other Channel (https://t.me/other/3):</p><blockquote>")
    assert (entry.author, entry.tags) == ("forwarded from Other Channel (https://t.me/other/3)", ("forwarded",))
    assert [problem.kind for problem in entry.problems] == ["forwarded"]
    assert "forwarded from Hidden" in one(Post(9, more=forwarded_from("Hidden"))).author


def test_group_of_media_is_one_post_with_its_members() -> None:
    """Photos of a group have numbers of their own, and are no posts."""
    entry = one(Post(10, "The parade.", more=photos("example_army", 10, 11, 12)))
    assert [one.url for one in entry.attachments] == [f"https://t.me/example_army/{n}?single" for n in (10, 11, 12)]
    assert {one.media_type for one in entry.attachments} == {"image/jpeg"}


def test_edit_is_seen_by_text_and_mark() -> None:
    """Views and reactions change all the time and are no edits."""
    before, after = one(Post(1)), one(Post(1, "Something happened.", meta="edited "))
    viewed = one(Post(1, meta='<span class="tgme_widget_message_views">3.1K</span>'))
    assert before == viewed
    assert (after.html != before.html, after.tags) == (True, ("edited",))


def test_post_that_is_answered_is_no_part_of_the_answer() -> None:
    """A reply shows the beginning of what it answers, which somebody else may have said."""
    old = '<div class="tgme_widget_message_text js-message_reply_text">Old.</div>'
    reply = f'<a class="tgme_widget_message_reply">{old}</a>'
    assert one(Post(2, "New.", more=reply)).html == "<p>New.</p>"


def test_polls_and_files_have_words() -> None:
    """A post without a text is not empty for that."""
    more = (
        '<div class="tgme_widget_message_poll_question">Ready?</div>'
        '<a class="tgme_widget_message_document_wrap" href="https://t.me/example_army/3">'
        '<div class="tgme_widget_message_document_title">losses.pdf</div></a>'
    )
    entry = one(Post(3, "", more=more))
    assert (entry.title, entry.html) == ("Ready?", "<p>Ready?</p><p>losses.pdf</p>")


def test_older_posts_are_before_the_oldest_shown() -> None:
    """The address is made of the oldest number, and none where the page shows no more."""
    assert parsed(*(Post(n) for n in range(1, 9)), shown=3).older == f"{URL}?before=6"
    assert parsed(Post(1), Post(2)).older is None


@pytest.mark.parametrize("name", NO_PREVIEW)
def test_page_that_is_no_preview_has_a_named_outcome(name: str) -> None:
    """A channel without a preview, another channel, the application's own page: never an empty list of posts."""
    with pytest.raises(NotAFeed):
        parse_channel(NO_PREVIEW[name], Source(URL, "text/html"))
    with pytest.raises(NotAFeed):
        parse_channel(Channel(posts=[Post(1)]).page(), Source("https://t.me/example_army", "text/html"))


@pytest.mark.parametrize("name", ODD)
def test_odd_post_costs_no_other_post(name: str) -> None:
    """Whatever stands in a post, the one after it is read, and nothing grows."""
    found = {entry.key: entry for entry in parsed(ODD[name], Post(2, "The other.")).entries}
    assert found["https://t.me/example_army/1"].title
    assert len(found["https://t.me/example_army/1"].title) < 1_200
    assert len(found["https://t.me/example_army/1"].attachments) <= 50
    assert "unclosed" in name or found["https://t.me/example_army/2"].title == "The other."


def test_hostile_pages_are_at_least_twenty_five() -> None:
    """The number that the project set itself for each kind of feed."""
    assert len(NO_PREVIEW) + len(ODD) >= 25


@pytest.mark.parametrize(
    ("markup", "is_linked"),
    [
        ('<a href="https://t.me/example_army">Telegram</a>', True),
        ('<a href="https://t.me/s/Example_Army/">Telegram</a>', True),
        ('<a href="http://www.telegram.me/example_army/12">Telegram</a>', True),
        ('<a href="//t.me/example_army?utm=1">', True),
        ('<a href="https://t.me/example_army2">', False),
        ('<a href="https://t.me.example/example_army">', False),
        ('<a href="/redirect?to=https://t.me/example_army">', False),
        ("https://t.me/example_army", False),
        ("<!-- <a href='https://t.me/example_army'> -->", False),
        ('<a href="http://[">', False),
        ("", False),
    ],
)  # fmt: skip
def test_link_that_proves_a_channel(markup: str, is_linked: bool) -> None:  # noqa: FBT001 - a table
    """Only a link of the page itself to that very channel, under the service's own hosts."""
    page = f"<html><body>{markup}</body></html>".encode()
    assert links_channel(page, "text/html", "https://army.example/contact", "example_army") is is_linked


def test_name_of_a_channel() -> None:
    """From its preview page alone."""
    assert (channel_of(URL), channel_of("https://t.me/example_army")) == ("example_army", "")
