"""Known against parsed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.feeds.changes import compare_entries, has_rolled_past, undated_sha256
from watcher.model.feed import Changes, Entry, KnownEntry, ListedEntry, ParsedEntry


def parsed(name: str, position: int = 0, sha: str = "s") -> ParsedEntry:
    return ParsedEntry(Entry(name, None, name, ""), name, sha, position)


def known(sha: str | None = "s", *, is_vanished: bool = False) -> KnownEntry:
    return KnownEntry(1, sha, is_vanished=is_vanished)


def listed(name: str, position: int, day: int | None = None) -> ListedEntry:
    return ListedEntry(position, name, position, datetime(2026, 11, day, tzinfo=UTC) if day else None)


def changes(
    now: list[ParsedEntry], before: list[ListedEntry], stored: dict[str, KnownEntry], *, whole: bool = True
) -> Changes:
    return compare_entries(now, stored, before, is_complete=whole)


def test_each_entry_is_in_one_of_four_places() -> None:
    """New, edited, known from another feed, the same."""
    stored = {"edited": known("old"), "elsewhere": known(None), "same": known()}
    found = changes([parsed(name) for name in ("new", "edited", "elsewhere", "same")], [], stored)
    assert [entry.identity for entry in found.new] == ["new"]
    assert [entry.identity for entry, _ in found.edited] == ["edited"]
    assert [entry.identity for entry, _ in found.elsewhere] == ["elsewhere"]
    assert [entry.identity for entry, _ in found.same] == ["same"]


def test_entry_that_stands_twice_counts_once() -> None:
    """A document may repeat an entry; the first one counts."""
    assert len(changes([parsed("a", 0, "first"), parsed("a", 1, "second")], [], {}).new) == 1
    assert changes([parsed("a", 0, "first"), parsed("a", 1, "second")], [], {}).new[0].sha256 == "first"
    thrice = changes([parsed("a"), parsed("b", 1), parsed("a", 2)], [], {})
    assert [entry.identity for entry in thrice.new] == ["a", "b"]


def test_taken_out_is_not_pushed_out() -> None:
    """Gone while an older one stays was taken out; gone at the old end was pushed out."""
    before = [listed("a", 0), listed("b", 1), listed("c", 2), listed("d", 3)]
    found = changes([parsed("new"), parsed("a", 1), parsed("c", 2)], before, {"a": known(), "c": known()})
    assert [entry.identity for entry in found.vanished] == ["b"]
    assert [entry.identity for entry in found.rolled_off] == ["d"]


def test_dates_decide_where_there_are_any() -> None:
    """Some feeds list by other orders than time."""
    before = [listed("a", 0, day=1), listed("b", 1, day=9)]
    found = changes([parsed("a")], before, {"a": known()})
    assert [entry.identity for entry in found.vanished] == ["b"]


def test_half_a_document_proves_nothing() -> None:
    """What is missing in a feed that is not well-formed may only be unreadable."""
    before = [listed("a", 0), listed("b", 1)]
    found = changes([parsed("b")], before, {"b": known()}, whole=False)
    assert (found.vanished, found.rolled_off) == ((), ())


def test_return_is_noticed() -> None:
    """What had vanished and stands there again is an event too."""
    assert len(changes([parsed("a")], [], {"a": known(is_vanished=True)}).returned) == 1


def test_a_window_without_a_known_entry_has_rolled_past() -> None:
    """Check 19: thirty entries between two polls, a window of twenty: ten were never seen."""
    before, after = {f"key {n}" for n in range(20)}, {f"key {n}" for n in range(30, 50)}
    assert has_rolled_past(before, after)
    assert not has_rolled_past(before, after | {"key 19"})


def test_a_first_poll_and_an_empty_feed_are_no_gap() -> None:
    """They have outcomes of their own."""
    assert not has_rolled_past(set(), {"a"})
    assert not has_rolled_past({"a"}, set())


RSS = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>"
    b"<pubDate>Tue, 3 Mar 2026 10:00:00 GMT</pubDate>"
    b"<lastBuildDate>Tue, 3 Mar 2026 10:00:00 GMT</lastBuildDate><ttl>60</ttl>"
    b"<item><title>One</title><pubDate>Mon, 2 Mar 2026 09:00:00 GMT</pubDate></item></channel></rss>"
)
ATOM = (
    b"<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title><updated>2026-03-03T10:00:00Z</updated>"
    b"<entry><title>One</title><updated>2026-03-02T09:00:00Z</updated></entry></feed>"
)


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["RSS", "Atom"])
def test_only_the_dates_of_the_feed_itself_are_left_out(body: bytes) -> None:
    """A new build date says nothing; any other byte may say that an entry was edited."""
    plain = undated_sha256(body)
    assert plain is not None
    assert undated_sha256(body.replace(b"10:00:00", b"11:30:00")) == plain
    for old, new in ((b"09:00:00", b"09:00:01"), (b"One", b"Two"), (b"News", b"New"), (b"title>", b"title >")):
        assert undated_sha256(body.replace(old, new)) not in {None, plain}
    for cut in (b"<pubDate>Tue, 3 Mar 2026 10:00:00 GMT</pubDate>", b"<updated>2026-03-03T10:00:00Z</updated>"):
        assert cut not in body or undated_sha256(body.replace(cut, b"", 1)) != plain


@pytest.mark.parametrize(
    "change",
    [
        (b"<title>News", b"<title>updated News"),
        (b"<ttl>60</ttl>", b"<lastBuildDate>Wed, 4 Mar 2026 10:00:00 GMT</lastBuildDate>"),
        (b"10:00:00 GMT</last", b"10:00:00 &amp; GMT</last"),
        (b"<item>", b"<thing>"),
        (b"<ttl>", b"\0<ttl>"),
    ],
    ids=["a word of it", "two of them", "more than a date", "no entry", "another charset"],
)
def test_where_it_is_in_doubt_the_feed_is_parsed(change: tuple[bytes, bytes]) -> None:
    """Only plain dates, once each and ahead of the entries, can be nothing else."""
    assert undated_sha256(RSS.replace(*change)) is None


def test_feed_without_dates_of_its_own_has_no_such_hash() -> None:
    """Its body is the same or it is not."""
    assert undated_sha256(b"<rss><channel><item><pubDate>Mon, 2 Mar 2026</pubDate></item></channel></rss>") is None
