"""Alerts about the installation itself."""

from __future__ import annotations

import json
from typing import Any, cast

from tests.support.json_schema import misfits
from tests.support.messages import delivery
from watcher import clock
from watcher.alerts import operations
from watcher.alerts.channels.webhook import payload
from watcher.config.checks import check
from watcher.config.settings import Settings
from watcher.model.alert import Recipient, StatusReport


def test_notices_fit_the_published_schema() -> None:
    """The schema is what receivers are written against, also for alerts about the program itself."""
    settings, now = Settings(), clock.now()
    refused = Recipient("a@desk.example", "dead", "550 no")
    for record in (
        operations.delivery_dead(settings, delivery(), "answered 500", now),
        operations.recipient_dead(settings, delivery(), refused, now),
        operations.channel_disabled(settings, delivery(), "answered 410", now),
    ):
        said = {"title": record.title, "event": record.event, "alert": "a", "created_at": clock.to_text(now)}
        sent = delivery(message=dict(record.message) | said | {"release_id": None})
        assert misfits(json.loads(payload(sent))) == []
    assert misfits(json.loads(payload(operations.channel_test(settings, "desk", now)))) == []


def test_report_counts_feeds_alerts_and_deliveries() -> None:
    """The one message a day that everybody reads says first what does not work."""
    counts: dict[str, Any] = {
        "feeds": 3,
        "alerts": 5,
        "dead": 1,
        "releases": 7,
        "revisions": 2,
        "unread": 0,
        "sent": 4,
        "pending": 1,
    }
    counts |= {"held": 2, "oldest_at": None, "last_release_at": None}
    failing = {"name": "army/news", "outcome": "timed_out", "succeeded_at": None, "stopped_at": None, "error": None}
    status = StatusReport(counts, (failing,), ("desk",), "7 abc")
    report = operations.daily_report(Settings(), status, clock.now())
    assert report.title == "[watcher] 2 of 3 feeds healthy, 5 alerts, 1 undelivered"
    sections: Any = {one["heading"]: one["lines"] for one in cast("Any", report.message["sections"])}
    assert sections["Feeds"] == ["2 healthy, 1 failing", {"words": "army/news: timed_out", "remark": "no success yet"}]
    assert sections["Alerts"][-1] == "the channel desk is disabled"


def test_failure_of_a_channel_goes_to_the_others() -> None:
    """A channel that fails cannot report its own failure."""
    channels = [{"name": name, "kind": "webhook", "url": "https://a.example/"} for name in ("desk", "phone", "mail")]
    settings = check(Settings, {"channel": [*channels[:2], channels[2] | {"enabled": False}]})
    for decide in (operations.delivery_dead, operations.channel_disabled):
        raised = decide(settings, delivery(), "answered 410", clock.now())
        assert raised.channels == ("phone",)
        assert raised.priority == "urgent"
