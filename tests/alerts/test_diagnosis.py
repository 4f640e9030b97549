"""What the matter is with a feed or a channel, why, since when, and what to do: words for people who are in a hurry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import alerts
from tests.support.alerts import DAY, HOUR, NOW
from tests.support.messages import channel
from watcher.alerts.diagnosis import channel_condition, feed_condition

if TYPE_CHECKING:
    from datetime import datetime

WELL = replace(alerts.WELL, polled_at=NOW - HOUR, outcome="same")
SILENT: dict[str, Any] = {"released_at": tuple(NOW - 3 * DAY - DAY * number / 2 for number in range(40))}
FAILS: dict[str, Any] = {"failing_since": NOW - 2 * HOUR}


@pytest.mark.parametrize(
    ("fields", "state", "since", "remedy"),
    [
        ({}, "healthy", NOW - HOUR, ""),
        ({"polled_at": None, "succeeded_at": None}, "new", None, "daemon"),
        (SILENT, "quiet", NOW - 3 * DAY, "publisher's site"),
        ({"entry_counts": (5, *(20,) * 9), "since": {"shrunk": NOW - DAY}}, "shrunk", NOW - DAY, "taken entries out"),
        ({"pages_changed": (True,) * 3}, "broken rule", NOW - HOUR, "watcher feeds test army"),
        ({"pages_failed": (True,) * 3}, "broken rule", NOW - HOUR, "please report it"),
        (FAILS | {"outcome": "timed_out", "error": "no answer"}, "failing", NOW - 2 * HOUR, "deadline"),
        (FAILS | {"outcome": "gone", "error": "404 Not Found"}, "failing", NOW - 2 * HOUR, "has moved"),
        (FAILS | {"outcome": "http_status", "error": "500 Internal"}, "failing", NOW - 2 * HOUR, "browser"),
        (FAILS | {"outcome": "http_status", "error": "403 Forbidden"}, "blocked", NOW - 2 * HOUR, "contact"),
        (FAILS | {"outcome": "http_status", "error": "answered 429"}, "blocked", NOW - 2 * HOUR, "contact"),
        (FAILS | {"outcome": "blocked", "error": "a bot wall"}, "blocked", NOW - 2 * HOUR, "contact"),
        (FAILS | {"outcome": "empty_feed", "kind": "listing"}, "broken rule", NOW - 2 * HOUR, "selectors"),
        (FAILS | {"outcome": "empty_feed", "kind": "feed"}, "failing", NOW - 2 * HOUR, "wait"),
        ({"stopped_at": NOW - DAY, "error": "410 Gone"}, "gone", NOW - DAY, "watcher poll army/news"),
    ],
)
def test_feed_is_in_one_state_with_its_remedy(fields: Any, state: str, since: datetime | None, remedy: str) -> None:
    """Every state, from when on, and what somebody who does not know the program can do."""
    found = feed_condition(replace(WELL, **fields), NOW)
    assert (found.state, found.since) == (state, since)
    assert remedy in found.remedy
    assert found.is_well == (state in {"healthy", "new"})


def test_wait_that_a_server_asks_for_is_told() -> None:
    """One 503 with a date in a week keeps a feed unread for as long: who looks must not think that it is tried."""
    busy = replace(WELL, **FAILS, outcome="http_status", error="503 Busy", not_before_at=NOW + 7 * DAY)
    until = f"{NOW + 7 * DAY:%Y-%m-%d %H:%M}"
    assert feed_condition(busy, NOW).why == f"http_status: 503 Busy; it asks to be left alone until {until} UTC"
    assert feed_condition(busy, NOW + 8 * DAY).why == "http_status: 503 Busy"


def test_worst_state_is_told_with_the_others() -> None:
    """A feed that fails and had become quiet before: the failure first, the silence not forgotten."""
    found = feed_condition(replace(WELL, **SILENT, **FAILS, outcome="unreachable", error="no such host"), NOW)
    assert found.state == "failing"
    assert found.why.startswith("unreachable: no such host; also quiet: the newest release is of")


IDLE: dict[str, Any] = dict.fromkeys(("sent_at", "disabled_at"), None) | {
    "reason": "", "failure_count": 0, "pending": 0, "held": 0, "dead": 0, "last_answer": None,
}  # fmt: skip
USED = IDLE | {"sent_at": NOW}


@pytest.mark.parametrize(
    ("row", "more", "state", "said"),
    [
        (IDLE, {}, "unknown", "watcher channels test desk"),
        (USED | {"held": 2, "pending": 1}, {}, "healthy", "1 waits, 2 are held"),
        (USED | {"failure_count": 1, "pending": 1, "last_answer": "503"}, {}, "down", "the last attempt failed: 503"),
        (USED | {"failure_count": 3, "dead": 2}, {}, "down", "watcher alerts retry --channel desk"),
        (USED | {"dead": 2}, {}, "late", "2 were given up"),
        (USED | {"disabled_at": NOW, "reason": "answered 410"}, {}, "disabled", "watcher channels enable desk"),
        (USED, {"unset": "$HOOK_URL"}, "not set", "$HOOK_URL is not set"),
    ],
)
def test_channel_says_what_keeps_its_alerts(row: Any, more: Any, state: str, said: str) -> None:
    """Whether alerts arrive there, and the command that helps."""
    found = channel_condition(channel(), row, **more)
    assert found.state == state
    assert said in f"{found.why} {found.remedy}"
    assert found.is_well == (state in {"unknown", "healthy"})


def test_channel_that_is_off_is_no_fault() -> None:
    """Its operator has decided so."""
    assert channel_condition(channel(enabled=False), IDLE | {"dead": 3}).is_well
