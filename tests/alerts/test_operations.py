"""Alerts about the installation itself."""

from __future__ import annotations

import json

from tests.support.json_schema import misfits
from tests.support.messages import delivery
from watcher import clock
from watcher.alerts import operations
from watcher.alerts.channels.webhook import payload
from watcher.config.settings import Settings
from watcher.model.alert import Recipient


def test_notices_fit_the_published_schema() -> None:
    """The schema is what receivers are written against, also for what the program tells of itself."""
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
