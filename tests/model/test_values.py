"""The values that the steps pass on: frozen, and able to go to a worker and back."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import UTC, datetime
from inspect import getmembers, isclass
from typing import Any

import pytest

from watcher.model import alert, claim, feed, poll, release
from watcher.model.alert import AlertRecord
from watcher.model.claim import Claim, Detection
from watcher.model.feed import Entry, FeedState, ParsedEntry
from watcher.model.poll import ExtractedRelease, Observation, PollRecord
from watcher.model.release import PageText

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
VALUES = [
    kind
    for module in (alert, claim, feed, poll, release)
    for _, kind in getmembers(module, isclass)
    if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]
FEED: Any = FeedState(**dict.fromkeys(field.name for field in dataclasses.fields(FeedState)))  # type: ignore[arg-type]
CLAIM = Claim("killed", 2, 2, "civilian", "asserted", 0, 1, "s")
ALERT = AlertRecord("new", "urgent", (), "t", {}, ())


def seen(
    release_id: int | None, *, is_revision: bool = True, claims: int = 1, alert: AlertRecord | None = None
) -> Observation:
    parsed = ParsedEntry(Entry("1", None, "T", "H"), "1", "sha", 0)
    return Observation(
        parsed=parsed,
        release_id=release_id,
        read=ExtractedRelease(PageText("T", "H"), "feed", "", "ok", Detection((CLAIM,) * claims)),
        observed_at=NOW,
        is_revision=is_revision,
        alert=alert,
    )


def polled(*found: Observation, **fields: Any) -> PollRecord:
    return PollRecord(FEED, NOW, NOW, "new", FEED, observations=found, **fields)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_values_are_frozen_and_have_no_other_fields(kind: Any) -> None:
    """What one step hands to the next cannot be changed behind its back, nor misspelt."""
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "it says what it is"


@pytest.mark.parametrize("value", [seen(1), polled(seen(None)), FEED])
def test_values_go_to_a_worker_and_back(value: object) -> None:
    """Steps run in other processes."""
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own bytes


def test_counts_of_a_poll_are_those_of_what_it_writes() -> None:
    """New, edited and merely seen again are three things; only what is written counts."""
    record = polled(seen(None, alert=ALERT), seen(1, claims=3), seen(2, is_revision=False, claims=5), entry_count=3)
    assert (record.new_count, record.edited_count, record.claim_count, record.alert_count) == (1, 1, 4, 1)


def test_quiet_is_a_poll_that_brings_nothing() -> None:
    """Only such a poll may share its commit."""
    assert polled().is_quiet
    assert not polled(entry_count=0).is_quiet
    assert not polled(seen(1)).is_quiet


@pytest.mark.parametrize(
    ("fields", "is_reported"),
    [
        ({}, True),
        ({"stance": "alleged"}, True),
        ({"stance": "denied"}, False),
        ({"stance": "historical"}, False),
        ({"harm": "captured"}, False),
        ({"harm": "missing", "stance": "assessed"}, True),
    ],
)
def test_reported_means_that_somebody_is_said_to_be_harmed(fields: dict[str, Any], is_reported: bool) -> None:  # noqa: FBT001 - expectation
    """A denial, a commemoration or a capture is a claim and no report of harm."""
    assert Detection((dataclasses.replace(CLAIM, **fields),)).is_reported is is_reported
    assert not Detection(()).is_reported
