"""The context in which an alert on a release is decided, and the history of a feed that is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.alerts.message import ReleaseContext
from watcher.model.feed import FeedHistory

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WELL = FeedHistory(
    feed_id=1,
    name="army/news",
    interval=HOUR,
    succeeded_at=NOW - HOUR,
    failing_since=None,
    error="",
    released_at=tuple(NOW - DAY * number / 2 for number in range(1, 40)),
    entry_counts=(20,) * 10,
    pages_changed=(False,) * 3,
)
CONTEXT = ReleaseContext(
    publisher="army",
    publisher_name="The Army",
    feed="army/news",
    url="https://a.example/1",
    observed_at=NOW,
    text_from="page",
    page_outcome="ok",
    installation="desk",
    is_first_poll=False,
    alert_max_age=timedelta(hours=48),
)
