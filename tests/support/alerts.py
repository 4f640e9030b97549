"""The context in which an alert on a release is decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.alerts.message import ReleaseContext

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
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
