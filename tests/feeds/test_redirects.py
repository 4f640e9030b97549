"""Permanent redirects (checks 10 and 11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.feeds.redirects import MoveDecision, consider_move, is_same_site, where_to_ask
from watcher.model.feed import PendingMove

NOW = datetime(2026, 5, 6, tzinfo=UTC)
OLD, NEW, FAR = "https://www.navy.example/rss", "https://www.navy.example/feed", "https://elsewhere.example/feed"


def polls(target: str | None, hours: list[float], *, is_approved: bool = False) -> tuple[list[str], list[str]]:
    """Poll a feed whose old place moves to `target`: the URLs asked and the verdicts."""
    move: PendingMove | None = None
    feed_url, asked = OLD, list[str]()
    verdicts: list[str] = []
    for hour in hours:
        now = NOW + timedelta(hours=hour)
        url = where_to_ask(feed_url, move, now=now)
        moved_to = target if url == OLD else None
        found = consider_move(
            move, feed_url=feed_url, asked_url=url, moved_to=moved_to, now=now, is_approved=is_approved
        )
        move = found.move
        asked.append(url)
        verdicts.append(found.verdict)
        if found.verdict == "taken_over":
            assert move is not None
            feed_url, move = move.target, None
    return asked, verdicts


def test_a_move_is_taken_over_after_three_equal_answers_in_a_day() -> None:
    """Check 10: the old place is asked three times in all, though the feed is polled every hour."""
    asked, verdicts = polls(NEW, list(range(30)))
    assert asked.count(OLD) == 3
    assert [hour for hour, url in enumerate(asked) if url == OLD] == [0, 12, 24]
    assert verdicts.index("taken_over") == 24
    assert set(asked[25:]) == {NEW}


def test_a_temporary_redirect_is_never_kept() -> None:
    """Check 10: 302 and 307 give no `moved_to`."""
    asked, verdicts = polls(None, list(range(0, 60, 6)))
    assert set(asked) == {OLD}
    assert set(verdicts) == {"none"}


def test_another_site_waits_for_the_operator() -> None:
    """Check 10: a hijacked or sold domain must not take a publisher's place; the old URL is asked on."""
    asked, verdicts = polls(FAR, [0, 6, 12, 18, 24, 30])
    assert set(asked) == {OLD}
    assert verdicts == ["waiting"] * 4 + ["pending"] * 2


def test_the_operator_can_agree() -> None:
    """Then the same rule of three answers in a day holds."""
    _, verdicts = polls(FAR, [0, 12, 24], is_approved=True)
    assert verdicts == ["waiting", "waiting", "taken_over"]


def test_three_answers_within_minutes_are_not_enough() -> None:
    """A mistake in a server's configuration is usually mended the same day."""
    assert polls(FAR, [0, 0.1, 0.2, 0.3], is_approved=True)[1] == ["waiting"] * 4


def test_another_target_starts_anew() -> None:
    """Only equal answers count."""
    move = PendingMove(FAR, 5, NOW, NOW)
    later = NOW + timedelta(hours=30)
    found = consider_move(move, feed_url=OLD, asked_url=OLD, moved_to=NEW, now=later)
    assert found == MoveDecision(PendingMove(NEW, 1, later, later), "waiting")


def test_an_old_place_that_answers_again_ends_it() -> None:
    """A redirect that is gone was not permanent."""
    move = PendingMove(NEW, 2, NOW, NOW)
    assert consider_move(move, feed_url=OLD, asked_url=OLD, moved_to=None, now=NOW) == MoveDecision(None, "none")


def test_a_new_place_that_moves_on_is_asked_from_the_start() -> None:
    """The old place knows best where it is now."""
    move = PendingMove(NEW, 1, NOW, NOW)
    assert consider_move(move, feed_url=OLD, asked_url=NEW, moved_to=FAR, now=NOW) == MoveDecision(None, "none")
    assert consider_move(move, feed_url=OLD, asked_url=NEW, moved_to=None, now=NOW) == MoveDecision(move, "waiting")


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        (OLD, NEW, True),
        ("http://navy.example/a", "https://www.navy.example/b", True),
        ("https://www.navy.example/", "https://news.navy.example/", True),
        ("https://news.navy.example/", "https://navy.example/", True),
        ("https://a.navy.example/", "https://b.navy.example/", False),
        ("https://navy.example/", "https://navy.example.org/", False),
        ("https://navy.example/", "https://thenavy.example/", False),
        ("https://example/", "https://navy.example/", False),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/x", True),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/x", False),
        ("https://navy.example/", "http://navy.example/", False),
    ],
)
def test_one_host_below_the_other_is_the_same_site(old: str, new: str, is_same: bool) -> None:  # noqa: FBT001
    """What the hosts' names prove, and no more; whether two siblings have one owner they do not tell."""
    assert is_same_site(old, new) is is_same
