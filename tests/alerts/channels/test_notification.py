"""What a notification says, and in which words: before it becomes text, HTML or a chat's blocks."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.messages import claim, message, notification, release
from watcher.alerts.channels.notification import (
    Display,
    notification_of,
    permalink,
    web_link,
    with_permalinks,
)
from watcher.alerts.channels.text import plain_text
from watcher.html import render
from watcher.model.claim import Stance

PASSAGE = {"before": "said that", "deleted": "one civilian was", "inserted": "two civilians were", "after": "killed"}
DIFF = {"claims": [{"words": "2 civilians killed, before: 1"}], "passages": [PASSAGE]}


def test_notification_says_who_when_what_and_why() -> None:
    """An alert that leaves one of these open makes its reader search, at night."""
    text = plain_text(notification(Display("Asia/Beirut", "https://desk.example", "errors@desk.example")))
    for said in (
        "Statement on the strike\nhttps://army.example/releases/1",
        "Publisher: The Army",
        "Published: Nov. 24, 2026, 4 a.m. EST (Tue 24 Nov 2026 11:00 EET)",
        "Dateline: AL-HAMRA",
        "In the reading room: https://desk.example/release/7",
        "1. 2 civilians killed – Al-Hamra – Nov. 23 – assessed as likely",
        "“»Two civilians were killed« and four",
        "rule civilian-harm matched “2 civilians killed”",
        "Sent by desk one: found in army/news, detector 9. Alert 0123456789abcdef.",
        "write to errors@desk.example",
    ):
        assert said in text


@pytest.mark.parametrize("stance", get_args(Stance))
def test_every_stance_has_its_words(stance: str) -> None:
    """A denial must not read like a report."""
    (quote,) = notification(claims=[claim(stance=stance)]).quotes
    assert quote.stance
    assert "_" not in quote.stance


def test_revision_shows_what_changed() -> None:
    """Whoever read of one death has to see at once that it is two now (check 31)."""
    text = plain_text(notification(event="revision", diff=DIFF))
    assert "A revision" in text
    assert "2 civilians killed, before: 1" in text
    assert "[-one civilian was-] {+two civilians were+}" in text


def test_change_keeps_its_spaces() -> None:
    """A passage comes without the spaces around it; words must not run together, nor a full stop stand alone."""
    passages = [
        {"before": "", "deleted": "Two", "inserted": "Eight", "after": "civilians died"},
        {"before": "nobody was", "deleted": "hurt", "inserted": "", "after": "."},
    ]
    found = notification(event="revision", diff={"claims": [], "passages": passages})
    assert "[-Two-] {+Eight+} civilians died" in plain_text(found)
    assert "nobody was [-hurt-]." in plain_text(found)
    assert "</ins> civilians died" in render("notification.html", notification=found)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"event": "found_later"}, "Found later"),
        ({"event": "test"}, "This is a test"),
        ({"event": "selftest"}, "Nothing happened"),
        ({"release": release(text_from="feed", page_outcome="blocked")}, "could not be read (blocked)"),
        ({"release": release(text_from="feed", page_outcome="no_page")}, "leads to no page"),
        ({"release": release(text_from="script_data")}, "it stands in the page's script data"),
        ({"release": release(published_at=None, published_raw="")}, "without a date"),
        ({"release": release(published_raw="")}, "Published: Tue 24 Nov 2026 11:00 EET"),
        (
            {"syndicated_copies": [{"publisher_name": "The Navy"}, {"publisher_name": "The Allies"}]},
            "Also published by: The Navy, The Allies",
        ),
        ({"installation": ""}, "an installation without a name"),
        ({"claims": [claim()] * 60}, "20 further claims"),
    ],
)
def test_special_circumstances_are_stated(fields: dict[str, Any], said: str) -> None:
    """A text from the feed alone, a missing date, a test: each changes what the reader may conclude."""
    assert said in plain_text(notification(**fields))


def test_message_of_any_event_makes_a_notification() -> None:
    """A kind of alert that nobody thought of here still arrives, with whatever it has."""
    bare = {"title": "[watcher] something new", "event": "unheard_of", "alert": "ab"}
    assert "[watcher] something new" in plain_text(notification_of(bare, Display()))
    lines = {
        "sections": [{"heading": "The Army", "lines": ["plain", {"words": "linked", "url": "https://a.example/"}]}]
    }
    text = plain_text(notification_of(bare | lines, Display()))
    assert "The Army\n- plain\n- linked\n  https://a.example/" in text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        " https://a.example",
        "java\nscript:x",
        "//a.example",
        "https://",
        "",
        None,
    ],
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    """Check 59: what is no address of the web is dropped, not shown."""
    assert web_link(url) == ""
    assert notification(release=release(url=url)).url == ""


@given(st.text(), st.text(), st.text(), st.text())
def test_any_words_make_a_notification(title: str, sentence: str, place: str, raw: str) -> None:
    """Check 60: a text that a publisher wrote never keeps an alert from being sent."""
    said = message(
        title=title,
        release=release(title=title, published_raw=raw),
        claims=[claim(sentence=sentence, marked=[0, len(sentence) // 2], place_raw=place)],
    )
    plain_text(notification_of(said, Display())).encode()


def test_link_cannot_be_broken_open() -> None:
    """Check 59: signs that end a link in some mark-up are encoded."""
    assert (
        web_link('https://a.example/"onclick="x<y>\\ z\u202e')
        == "https://a.example/%22onclick=%22x%3Cy%3E%5C%20z%E2%80%AE"
    )


def test_every_alert_leads_to_its_sentence_in_the_reading_room() -> None:
    """Whoever doubts an alert sees the words in their text; a digest leads to each release, a feed to its own."""
    evidence = {"revision": 2, "claims": [814, 815]}
    said = message(evidence=evidence, claims=[claim(), claim()], rules=[{"name": "harm", "claims": [1]}])
    room = "https://desk.example"
    shown = notification_of(said, Display("UTC", room))
    assert shown.permalink == f"{room}/release/7/r2#c815"
    assert [quote.url for quote in shown.quotes] == [f"{room}/release/7/r2#c814", f"{room}/release/7/r2#c815"]
    assert f"In the reading room: {room}/release/7/r2#c815" in plain_text(shown)
    sent = with_permalinks(said, room)
    assert (sent["permalink"], sent["claims"][0]["permalink"]) == (shown.permalink, f"{room}/release/7/r2#c814")
    assert with_permalinks(said, "") == said
    assert permalink(message(claims=[], rules=[], evidence=None), room) == f"{room}/release/7"
    assert permalink({"release_id": None, "feed": "army/news"}, room) == f"{room}/feeds#army.news"
    assert permalink({"release_id": None, "feed": None}, room) == ""
    line = {"title": "2 killed", "release_title": "Strike\nat night", "release_id": 9, "url": "https://army.example/9"}
    group = {"publisher": {"name": "Army"}, "lines": [line]}
    digest = notification_of(message(release_id=None, claims=[], digest={"groups": [group]}), Display("UTC", room))
    assert f"{room}/release/9" in plain_text(digest)
    assert "2 killed (“Strike at night”)" in plain_text(digest)


def test_digest_says_a_stance_in_the_words_of_every_other_message() -> None:
    """A digest said "asserted", the mail of the same alert "stated as fact"; several stances stand in the totals."""
    lines = [{"title": "2 killed", "stance": "asserted"}, {"title": "3 killed; denied: 4", "stance": ""}]
    digest = message(release_id=None, claims=[], digest={"groups": [{"publisher": {"name": "Army"}, "lines": lines}]})
    said = plain_text(notification_of(digest, Display()))
    assert "2 killed (stated as fact)" in said
    assert "asserted" not in said
