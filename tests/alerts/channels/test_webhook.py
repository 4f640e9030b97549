"""A webhook as Standard Webhooks describes it: of a type that says what happened, in a form that a schema describes."""

from __future__ import annotations

import json
from typing import get_args

from tests.support.json_schema import misfits
from tests.support.messages import claim, delivery, message
from watcher.alerts.channels.webhook import payload, type_of
from watcher.model.alert import AlertEvent


def test_types_name_what_happened() -> None:
    """A receiver sorts by the type alone."""
    assert type_of({"event": "new", "release_id": 1}) == "release.new"
    assert type_of({"event": "revision", "release_id": 1}) == "release.revised"
    assert type_of({"event": "delivery_dead", "release_id": None}) == "watcher.delivery_dead"
    types = {type_of({"event": event, "release_id": 1}) for event in get_args(AlertEvent)}
    assert len(types) == len(get_args(AlertEvent))


def test_schema_refuses_what_is_wrong() -> None:
    """A check that takes everything checks nothing."""
    whole = json.loads(payload(delivery(message=message(claims=[claim(harm="killed")]))))
    assert any("victim is missing" in line for line in misfits(whole))
    assert misfits({"type": "x", "timestamp": "today", "data": {}})
