"""Windows that rolled past and 304s that never end (checks 19 and 20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.feeds.changes import has_rolled_past
from watcher.feeds.schedule import audit_due

NOW = datetime(2026, 5, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_window_without_a_known_entry_has_rolled_past() -> None:
    """Check 19: thirty entries between two polls, a window of twenty: ten were never seen."""
    before, after = {f"key {n}" for n in range(20)}, {f"key {n}" for n in range(30, 50)}
    assert has_rolled_past(before, after)
    assert not has_rolled_past(before, after | {"key 19"})


def test_a_first_poll_and_an_empty_feed_are_no_gap() -> None:
    """They have outcomes of their own."""
    assert not has_rolled_past(set(), {"a"})
    assert not has_rolled_past({"a"}, set())


def test_a_feed_that_always_says_304_is_audited_once_a_week() -> None:
    """Check 20: polled every hour for a month, the unconditional requests are a week apart."""
    last_body_at, last_audit_at, audits = NOW, None, []
    for hour in range(24 * 30):
        at = NOW + hour * HOUR
        if audit_due(at, last_body_at=last_body_at, last_audit_at=last_audit_at):
            audits.append(hour / 24)
            last_audit_at = at
    assert audits == [7, 14, 21, 28]


def test_a_body_puts_the_audit_off() -> None:
    """A feed that changes proves by itself that it does not always say 304."""
    assert not audit_due(NOW + 8 * DAY, last_body_at=NOW + 2 * DAY, last_audit_at=None)
    assert audit_due(NOW + 9 * DAY, last_body_at=NOW + 2 * DAY, last_audit_at=None)


def test_never_more_than_once_a_day() -> None:
    """Check 20: whatever is configured."""
    often = timedelta(minutes=1)
    assert not audit_due(NOW + 23 * HOUR, last_body_at=NOW, every=often)
    assert audit_due(NOW + DAY, last_body_at=NOW, every=often)
    assert not audit_due(NOW + 47 * HOUR, last_body_at=NOW, last_audit_at=NOW + DAY, every=often)


def test_a_feed_without_a_body_needs_no_audit() -> None:
    """Its requests carry no validators anyway."""
    assert not audit_due(NOW, last_body_at=None)
