"""What a worker makes of a release: what the feed says, what the page says, and which of both is kept."""

from __future__ import annotations

import copyreg
import pickle
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import TESTS
from tests.support.scenario import (
    HARM,
    WORDS,
    page,
)
from watcher.content.date_order import DateLocale
from watcher.model.feed import Entry, ParsedEntry
from watcher.model.release import PageText, StatedDate
from watcher.model.text_context import Line
from watcher.pipeline import pool  # noqa: F401 - with it values are passed on by their fields
from watcher.pipeline.release_tasks import detect_release, extract_if_other, extract_release, place_in_dateline
from watcher.pipeline.task_values import PageAnswer, ReadingContext, is_pdf

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "https://army.example"
CONTEXT = ReadingContext(WORDS, language="en")
PARSED = ParsedEntry(Entry("1", f"{BASE}/1", "Title", f"<p>{HARM}</p>"), "army:1", "sha", 0)


def answer(body: bytes, content_type: str = "text/html; charset=utf-8") -> PageAnswer:
    return PageAnswer(body, f"{BASE}/1", content_type, NOW)


def said(**fields: Any) -> ParsedEntry:
    return replace(PARSED, entry=replace(PARSED.entry, **fields))


def test_page_wins_over_the_feeds_text() -> None:
    """A feed often holds only the first lines; what it says stays as the summary."""
    long = page("Title of the page", "The band played in the park on Monday, said the army in a statement.", HARM)
    read = extract_release(said(html="<p>First lines.</p>"), answer(long), "ok", CONTEXT)
    assert (read.text_from, read.page_outcome) == ("page", "ok")
    assert HARM in read.page.text
    assert (read.page.title, read.page.summary) == ("Title", "First lines.")
    assert {claim.harm for claim in read.detection.claims} == {"killed", "injured"}


def test_a_release_comes_back_from_a_worker_as_it_was_read() -> None:
    """Values are passed on by their fields, in half the time: none may be lost or change its place."""
    body = page("Title", f'{HARM} <a href="/a.pdf">The names</a>', "On 2 May 2026 nobody else was hurt, it said.")
    read = extract_release(PARSED, answer(body), "ok", CONTEXT)
    assert read.detection.claims
    assert read.page.attachments
    for value in (read, PARSED, CONTEXT, answer(body)):
        assert type(value) in copyreg.dispatch_table
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own bytes


def test_page_that_says_the_same_is_not_searched_again() -> None:
    """A page is compared with itself without its frame; where they differ, all that it says is wanted."""
    band = "The band played in the park on Monday, said the army in a statement."
    short, long = (answer(page("Title", *lines)) for lines in ((band,), (band, HARM)))
    read = extract_release(PARSED, long, "ok", CONTEXT)
    assert extract_if_other(PARSED, long, CONTEXT, "", read) is None
    assert extract_if_other(PARSED, long, CONTEXT, "", extract_release(PARSED, short, "ok", CONTEXT)) == read


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<" * 5000])
def test_page_that_cannot_be_read_leaves_the_feeds_text(body: bytes) -> None:
    """What the feed said must not be lost because its page is empty."""
    read = extract_release(PARSED, answer(body), "ok", CONTEXT)
    assert (read.text_from, read.page.text, read.page_outcome) == ("feed", HARM, "no_text")
    assert len(read.detection.claims) == 2


@pytest.mark.parametrize("words", ["Please wait", "Order of the day", "\x00\xff\x00"])
def test_page_that_says_much_less_than_the_feed_is_not_believed(words: str) -> None:
    """A notice that is served as a page must not hide the deaths that the feed has named."""
    body = f"<html><body><h1>Army</h1><p>{words}</p><p><a href=/f.pdf>The order</a></p></body></html>"
    read = extract_release(PARSED, answer(body.encode()), "ok", CONTEXT)
    assert (read.text_from, read.page.text) == ("feed", HARM)
    assert len(read.detection.claims) == 2
    assert "page_says_less" in {problem.kind for problem in read.page.problems}
    assert [file.url for file in read.page.attachments] == [f"{BASE}/f.pdf"], "what the page links to is kept"


def test_outcome_of_the_fetch_is_kept_where_there_is_no_answer() -> None:
    """Gone, refused and never asked are three things."""
    read = extract_release(PARSED, None, "gone", CONTEXT)
    assert (read.text_from, read.page_outcome) == ("feed", "gone")


def test_entry_that_is_only_a_title_is_read_there() -> None:
    """Some feeds say all they say in the title."""
    read = extract_release(said(title=HARM, html=""), None, "ok", CONTEXT)
    assert read.page.text == HARM
    assert len(read.detection.claims) == 2


def test_feeds_own_words_carry_no_control_signs() -> None:
    """Checks 60 and 71: an escape sequence in a title would reach terminals, logs and mails."""
    odd = "Army\x1b[31m news\u202e\x00 of \u200bthe\n day"
    read = extract_release(said(title=odd, author="Desk\x07\u2066"), None, "ok", CONTEXT)
    assert (read.page.title, read.page.byline) == ("Army[31m news of the day", "Desk")


def test_feeds_date_wins_over_the_pages() -> None:
    """A page shows the dates of many things."""
    stated = StatedDate(datetime(2026, 11, 1, tzinfo=UTC), "1 Nov 2026", "feed")
    body = page("T", "A text that is long enough to be the release.").replace(
        b"</head>", b'<meta property="article:published_time" content="2020-01-01T00:00:00Z"></head>'
    )
    assert extract_release(said(published=stated), answer(body), "ok", CONTEXT).page.published == stated
    own = extract_release(said(published=None), answer(body), "ok", CONTEXT).page.published
    assert own is not None
    assert own.at == datetime(2020, 1, 1, tzinfo=UTC)


def test_page_is_decoded_by_its_header() -> None:
    """The header stands above what the page says of itself (HTML, "Determining the character encoding")."""
    text = "Міністерство повідомляє про подію в центрі міста, подробиці уточнюються."
    read = extract_release(
        PARSED, answer(page("T", text).decode().encode("cp1251"), "text/html; Charset=CP1251"), "ok", CONTEXT
    )
    assert text in read.page.text


@pytest.mark.parametrize(
    ("dateline", "place"),
    [
        ("TAMPA, Fla. (AFNS), Nov. 24", "TAMPA, Fla."),
        ("KYIV, 24 November 2026 –", "KYIV"),
        ("PARIS –", "PARIS"),
        ("", ""),
    ],
)
def test_place_is_what_stands_before_date_and_service(dateline: str, place: str) -> None:
    """It is taken as the place that the text was written in, so a date in it would be a place on the map."""
    assert place_in_dateline(dateline) == place


@pytest.mark.parametrize(("said", "day"), [("yesterday", "2015-11-01"), ("on Friday", "2015-10-30")])
def test_relative_days_are_those_of_the_dateline(said: str, day: str) -> None:
    """A release that is put on the site two days later does not move what happened in it."""
    words = f"TAMPA, Fla., Nov. 2, 2015 – Two soldiers were killed in a crash {said}, the command said."
    stated = StatedDate(datetime(2015, 11, 4, 1, tzinfo=UTC), "", "feed")
    parsed = replace(PARSED, entry=Entry("1", None, "Crash", f"<p>{words}</p>", published=stated))
    (claim,) = extract_release(
        parsed, None, "no_page", replace(CONTEXT, locale=DateLocale("America/New_York"))
    ).detection.claims
    assert claim.event_from == day


def test_pdf_is_known_by_name_or_header() -> None:
    """A page that is called PDF stays a page, a document that is called a page stays a document."""
    assert is_pdf(b"%PDF-1.7 ...", "text/html")
    assert is_pdf(b"\n\n%PDF-1.7", "")
    assert is_pdf(b"\x00\x01", "application/pdf; charset=binary")
    assert not is_pdf(b"<html>sign in", "application/pdf")
    assert not is_pdf(b"<p>%PDF-1.7 is a header", "text/html")


FEED_TITLE = "Two soldiers killed near Karsa"
FEED_TEXT = (
    "Two soldiers were killed and five were injured when their vehicle struck a mine near Karsa on Thursday, the "
    "ministry said."
)


@pytest.mark.parametrize(
    "file", sorted((TESTS / "data" / "content" / "page_cases").glob("*.toml")), ids=lambda file: file.stem
)
def test_a_page_is_read_as_a_reader_sees_it(file: Path) -> None:
    """Counters, lists, tables, captions, pointers and notices; each file is a page and what is read of it."""
    case = tomllib.loads(file.read_text(encoding="utf-8"))
    entry = Entry("1", f"{BASE}/news/1", FEED_TITLE, f"<p>{FEED_TEXT}</p>")
    answer = PageAnswer(case["page"].encode(), f"{BASE}/news/1", "text/html; charset=utf-8", NOW)
    read = extract_release(ParsedEntry(entry, "army:1", "sha", 0), answer, "ok", CONTEXT)
    assert read.page_outcome == case.get("outcome", "ok")
    assert read.text_from == case.get("text_from", "page" if read.page_outcome == "ok" else "feed")
    if "text" in case:
        assert read.page.text.split("\n") == case["text"]
    assert all(words in read.page.text for words in case.get("contains", []))
    assert list(read.page.captions) == case.get("captions", list(read.page.captions))
    assert [problem.kind for problem in read.page.problems] == case.get("problems", [])
    if "languages" in case:
        parts = [read.page.text[part.start : part.end] for part in read.page.languages]
        assert [[part.language, text[:20]] for part, text in zip(read.page.languages, parts, strict=True)] == case[
            "languages"
        ]


def test_what_is_known_beside_a_text_reaches_the_detector() -> None:
    """Title, captions, kinds of lines, publication, and from what age on an event is no news: as configured."""
    page = PageText(
        title="Two soldiers killed in crash",
        text="Two soldiers were killed on 3 March 2024 near the ford.",
        captions=("The ford.", "Two soldiers were killed here."),
        published=StatedDate(datetime(2024, 5, 20, tzinfo=UTC), "", "feed"),
        lines=(Line(0, 55, "quotation"),),
    )
    (claim,) = detect_release(page, CONTEXT).claims
    assert [place.part for place in claim.also] == ["title", "caption"]
    assert not claim.is_background
    (old,) = detect_release(page, replace(CONTEXT, old_after=timedelta(days=30))).claims
    assert old.is_background
    (told,) = detect_release(replace(page, lines=()), CONTEXT).claims
    assert told.confidence != claim.confidence
