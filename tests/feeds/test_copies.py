"""What an archive's index and a relay's search name: only copies of this release, made after it, from any answer."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from watcher.errors import NotAFeed
from watcher.feeds.copies import dvids_copies, dvids_query, replayed_at, wayback_copies, wayback_query

BASE = "https://web.archive.example"
URL = "https://army.example/news/1?a=b&c=d"
SINCE = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_the_index_is_asked_as_it_is_documented() -> None:
    """The address is encoded, only good answers after the publication are wanted, and few of them."""
    assert wayback_query(BASE + "/", URL, SINCE) == (
        f"{BASE}/cdx/search/cdx?url=https%3A%2F%2Farmy.example%2Fnews%2F1%3Fa%3Db%26c%3Dd&output=json"
        "&fl=timestamp%2Coriginal&filter=statuscode%3A200&from=20261124073000&limit=-3"
    )


def test_copies_are_named_newest_first() -> None:
    """The newest says what the page says now."""
    rows = [["timestamp", "original"], ["20261124080000", URL], ["20261125080000", URL]]
    newest, older = wayback_copies(json.dumps(rows).encode(), BASE, SINCE)
    assert newest.url == f"{BASE}/web/20261125080000id_/{URL}"
    assert (newest.made_at, older.made_at) == (
        datetime(2026, 11, 25, 8, tzinfo=UTC),
        datetime(2026, 11, 24, 8, tzinfo=UTC),
    )


def test_a_copy_from_before_the_publication_is_none() -> None:
    """Whatever the archive was asked for: an older page at the same address is another text."""
    rows = [["timestamp", "original"], ["20261124072959", URL]]
    assert wayback_copies(json.dumps(rows).encode(), BASE, SINCE) == ()


def test_the_time_of_a_copy_is_in_its_address() -> None:
    """The archive sends on to the nearest copy that it has."""
    assert replayed_at(f"{BASE}/web/20261125080000id_/{URL}") == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert replayed_at(f"{BASE}/web/20261399080000id_/{URL}") is None
    assert replayed_at(URL) is None


def test_the_relay_is_asked_for_the_days_around_the_publication() -> None:
    """Titles repeat from year to year."""
    query = dvids_query("https://api.relay.example", "Two killed: a statement", SINCE)
    assert query == (
        "https://api.relay.example/search?q=Two%20killed%20a%20statement&type=news"
        "&from_publishdate=2026-11-20T07%3A30%3A00Z&to_publishdate=2026-11-28T07%3A30%3A00Z&max_results=10"
    )


def _result(**other: object) -> dict[str, object]:
    known = {"title": "Two killed: a statement", "url": "https://relay.example/news/1", "id": "news:1"}
    return known | {"date_published": "2026-11-24T09:00:00Z"} | other


@pytest.mark.parametrize(
    ("result", "count"),
    [
        (_result(), 1),
        (_result(title="TWO KILLED – a statement"), 1),
        (_result(title="Two killed: another statement"), 0),
        (_result(title=""), 0),
        (_result(date_published="2025-11-24T09:00:00Z"), 0),
        (_result(date_published="soon"), 0),
        (_result(url="javascript:alert(1)"), 0),
        (_result(url=None), 0),
        ("news:1", 0),
    ],
)
def test_only_the_same_title_of_the_same_days_is_the_relays_copy(result: object, count: int) -> None:
    """A relay carries thousands of releases: another one's words must never stand under this one's name."""
    body = json.dumps({"results": [result]}).encode()
    found = dvids_copies(body, "Two killed: a statement", SINCE)
    assert len(found) == count


HOSTILE = [
    b"",
    b"<html>Too many requests</html>",
    b"{",
    b"[" * 100_000,
    b"null",
    b"[]",
    b'{"results": {}}',
    b'{"results": [[], 1, null, "x", {"title": 5, "url": [], "date_published": {}}]}',
    b'[["timestamp", "original"], [1, 2], ["2026", "x"], [], null, "x", {"a": 1}]',
    b'[["20261125080000", "file:///etc/passwd"]]',
    b'[["99999999999999", "https://army.example/"]]',
    b'[["20261125080000", "https://army.example/", "more"]]',
    '[["20261125080000", "https://армія.example/\ud83d"]]'.encode("utf-8", "surrogatepass"),
    json.dumps([["20261125080000", "https://army.example/"]] * 50_000).encode(),
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_any_answer_is_a_list_of_copies_or_named_as_none(body: bytes) -> None:
    """An archive in trouble answers with anything; at most three copies are ever asked for."""
    with suppress(NotAFeed):
        assert len(wayback_copies(body, BASE, SINCE)) <= 3
    with suppress(NotAFeed):
        assert len(dvids_copies(body, "Two killed", SINCE)) <= 3
