"""JSON APIs as feeds: where the parts stand, how pages go on, and whatever else a server may answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.hostile_api import HALF_READ, ITEM, ODD, REFUSED
from watcher.content.date_order import DateLocale
from watcher.errors import NotAFeed, ParseError, TooLarge
from watcher.feeds.json_api import document_entry, gone_words, next_link, parse_api, with_parameter
from watcher.feeds.source import Source
from watcher.model.api import ApiParts, ApiRule, Paging
from watcher.model.release import Attachment, StatedChange

URL = "https://api.example/v1/releases?limit=2"
PARTS = ApiParts(
    key="id",
    link="url",
    title="title",
    html="body",
    text="plain",
    published="date",
    author="by",
    language="lang",
    tags="tags",
    attachments="files",
    withdrawn="withdrawn",
    changes="history[].{at: at, words: note}",
)
RULE = ApiRule(PARTS, items="results", document="doc", document_parts=PARTS, gone="details.why")


def source(url: str = URL, links: str = "") -> Source:
    return Source(url, "application/json", DateLocale("UTC", "GB", "en"), links=links)


def parsed(answer: object, rule: ApiRule = RULE, links: str = "", url: str = URL) -> Any:
    return parse_api(json.dumps(answer).encode(), rule, source(url, links))


def test_parts_of_an_item() -> None:
    """Every part that the rule names is where the rule says."""
    item = ITEM | {
        "date": 1_714_644_000,
        "by": "Press <b>office</b>",
        "lang": "en-GB",
        "tags": ["Army", "Army", None, 7],
        "files": ["/a.pdf", {"url": "/b.pdf", "media_type": "application/pdf", "title": "Annex"}, {"title": "none"}],
        "doc": "/doc/1",
        "withdrawn": "<p>Published in error.</p>",
        "history": [
            {"at": "2024-05-02T10:00:00Z", "note": "First."},
            {"at": "2024-05-03T10:00:00Z", "note": "Corrected."},
        ],
    }
    (entry,) = parsed({"results": [item]}).entries
    assert (entry.key, entry.url, entry.title) == ("r1", "https://api.example/r/1", "Fire at the depot")
    assert entry.published.at == datetime(2024, 5, 2, 10, tzinfo=UTC)
    assert (entry.author, entry.language, entry.tags) == ("Press office", "en-GB", ("Army", "7"))
    assert entry.attachments == (
        Attachment("https://api.example/a.pdf"),
        Attachment("https://api.example/b.pdf", "application/pdf", "Annex"),
    )
    assert (entry.document, entry.withdrawn) == ("https://api.example/doc/1", "Published in error.")
    assert entry.changes == (
        StatedChange(datetime(2024, 5, 3, 10, tzinfo=UTC), "Corrected."),
        StatedChange(datetime(2024, 5, 2, 10, tzinfo=UTC), "First."),
    )


def test_plain_text_is_no_markup() -> None:
    """What an API gives as plain text keeps its lines and its signs."""
    (entry,) = parsed({"results": [{"id": 1, "plain": "a < b\nc"}]}).entries
    assert (entry.key, entry.html) == ("1", "a &lt; b<br>c")


def test_first_of_two_items_with_one_key_stays() -> None:
    """A list that shifts between two pages repeats items."""
    found = parsed({"results": [ITEM, ITEM | {"title": "Again"}, ITEM | {"id": "r2"}]})
    assert [(entry.key, entry.title) for entry in found.entries] == [
        ("r1", "Fire at the depot"),
        ("r2", "Fire at the depot"),
    ]


@pytest.mark.parametrize(
    ("paging", "answer", "links", "expected"),
    [
        (Paging("page", "page"), {}, "", f"{URL}&page=2"),
        (Paging("offset", "start", first=0, step=1), {}, "", f"{URL}&start=1"),
        (Paging("offset", "start", first=0, step=50), {}, "", None),
        (Paging("cursor", "after", at="meta.next"), {"meta": {"next": "a b"}}, "", f"{URL}&after=a%20b"),
        (Paging("cursor", "after", at="meta.next"), {"meta": {"next": None}}, "", None),
        (Paging("next", at="links.next.href"), {"links": {"next": {"href": "?page=2"}}}, "", "https://api.example/v1/releases?page=2"),
        (Paging("next", at="links.next"), {"links": {"next": URL}}, "", None),
        (Paging("link_header"), {}, '<https://api.example/v1/releases?page=2>; rel="next"', "https://api.example/v1/releases?page=2"),
        (Paging("link_header"), {}, '<https://api.example/>; rel="https://api.w.org/"', None),
    ],
)  # fmt: skip
def test_older_page(paging: Paging, answer: dict[str, Any], links: str, expected: str | None) -> None:
    """By number, by offset, by cursor, by a link in the body or in the head; never the page itself."""
    assert parsed({"results": [ITEM]} | answer, ApiRule(PARTS, "results", paging), links).older == expected


def test_pages_are_counted_on() -> None:
    """The address of a page says which one it is; what no number is, or a far too great one, counts as the first."""
    rule = ApiRule(PARTS, "results", Paging("page", "page"))
    for stated, expected in (("2", "3"), ("x", "2"), ("9" * 50, "2"), ("٣", "2")):
        older = parsed({"results": [ITEM]}, rule, url=f"https://api.example/?page={stated}&limit=2").older
        assert older == f"https://api.example/?limit=2&page={expected}"
    assert parsed({"results": []}, rule).older is None


def test_links_of_a_header() -> None:
    """Several links, several relations, relations without quotes, and what is no link at all."""
    header = '<a?p=1>; rel=prev, <a?p=3>; title="x"; rel="last next"'
    assert next_link(header, "https://x.example/a") == "https://x.example/a?p=3"
    assert next_link("<", "https://x.example/") is None
    assert with_parameter("https://x.example/a?b[c]=1&d", "b[c]", "") == "https://x.example/a?d"


@pytest.mark.parametrize("name", REFUSED)
def test_refused_answer_has_a_named_outcome(name: str) -> None:
    """Whatever the server sends in its place, the poll fails by name and says what came."""
    body, said = REFUSED[name]
    with pytest.raises(NotAFeed, match=said):
        parse_api(body, RULE, source())


def test_flood_of_items_is_too_large() -> None:
    """A bound on entries holds for APIs as for feeds."""
    with pytest.raises(TooLarge, match="10001 items"):
        parsed({"results": [1] * 10_001})


@pytest.mark.parametrize("name", HALF_READ)
def test_items_of_wrong_types_are_a_problem_and_lose_nothing(name: str) -> None:
    """The sound item is there, and since the list was not read whole, a missing entry proves nothing."""
    items, count = HALF_READ[name]
    found = parsed({"results": items})
    assert [entry.key for entry in found.entries] == ["r1"] * count
    assert not found.is_complete
    assert [problem.kind for problem in found.problems] == ["unreadable_items"]


@pytest.mark.parametrize("name", ODD)
def test_odd_parts_leave_the_item_readable(name: str) -> None:
    """One part that is not what it should be costs neither the item nor its other parts, and nothing grows."""
    (entry,) = parsed({"results": [ITEM | ODD[name]]}).entries
    assert entry.title
    assert len(entry.title) <= 1_000
    assert len(entry.key) <= 2_000
    assert len(entry.attachments) <= 200
    assert entry.changes == ()
    json.dumps([entry.title, entry.html, entry.withdrawn]).encode()
    if "withdrawn" in name:
        assert entry.withdrawn == ""


def test_hostile_answers_are_at_least_twenty_five() -> None:
    """The number that the project set itself for each kind of feed."""
    assert len(REFUSED) + len(HALF_READ) + len(ODD) + 1 >= 25


def test_document_of_a_release() -> None:
    """The API's own document has its parts at their own places; what is none raises as a feed does."""
    entry = document_entry(json.dumps(ITEM | {"withdrawn": True}).encode(), RULE, source())
    assert (entry.title, entry.html, entry.withdrawn) == ("Fire at the depot", "<p>Two were killed.</p>", "it says so")
    with pytest.raises(ParseError):
        document_entry(b"<p>", RULE, source())


def test_words_of_a_document_that_is_gone() -> None:
    """What the publisher explains in its answer 410 is kept; a page in its place explains nothing."""
    assert gone_words(b'{"details": {"why": "<p>Withdrawn in error.</p>"}}', RULE) == "Withdrawn in error."
    assert gone_words(b"<p>Gone", RULE) == gone_words(b"[]", RULE) == ""
