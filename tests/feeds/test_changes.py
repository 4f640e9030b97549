"""Known against parsed."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.feeds.changes import compare_entries, has_rolled_past
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
