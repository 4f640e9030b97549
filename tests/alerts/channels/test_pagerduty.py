"""PagerDuty's Events API v2, as its reference describes it: one incident for each alert, closed when a feed is well."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.messages import channel, delivery, message
from tests.support.servers import Answer, ReceivedRequest, http_server, in_loop
from watcher.alerts.channels.delivery import send
from watcher.alerts.channels.pagerduty import dedup_key
from watcher.alerts.events import FeedEvent, decide_feed_event
from watcher.alerts.operations import channel_test
from watcher.alerts.routing import routing_of
from watcher.alerts.rules import effective_rules
from watcher.config.checks import check
from watcher.config.load import Configuration
from watcher.config.settings import Settings
from watcher.config.tables import Secret
from watcher.errors import DeliveryError
from watcher.fetch.client import open_client

if TYPE_CHECKING:
    from watcher.model.alert import DueDelivery, EventKind

KEY = "R0UT1NGKEY0123456789abcdefABCDEF"
_NOWHERE = Path("/nowhere")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def enqueue(seen: ReceivedRequest) -> Answer:
    """What the reference asks of an event, and how it answers one that lacks it."""
    event = json.loads(seen.body)
    wrong = [name for name in ("routing_key", "event_action", "dedup_key") if not event.get(name)]
    wrong += [] if event["event_action"] in {"trigger", "acknowledge", "resolve"} else ["event_action"]
    wrong += [] if len(event["dedup_key"]) <= 255 and len(event["routing_key"]) == 32 else ["length"]
    said = event.get("payload", {})
    wrong += [name for name in ("summary", "source", "severity") if not said.get(name)]
    wrong += [] if said["severity"] in {"critical", "error", "warning", "info"} else ["severity"]
    wrong += [] if len(said["summary"]) <= 1024 else ["summary"]
    wrong += [] if all(link["href"].startswith("https://") for link in event.get("links", ())) else ["links"]
    status = {"status": "invalid event" if wrong else "success", "message": "", "errors": wrong}
    return Answer(json.dumps(status).encode(), status=400 if wrong else 202, content_type="application/json")


def of_feed(kind: EventKind, detail: str, *, feed: str = "army/news") -> DueDelivery:
    """The delivery of what happened to a feed, made by the rules that are in use without any of one's own."""
    found = FeedEvent(kind, detail, NOW, "army", "The Army", feed, "desk one")
    settings = check(Settings, {"channel": [{"name": "desk", "kind": "webhook", "url": "https://a.example/"}]})
    record = decide_feed_event(found, rules=effective_rules(settings), routing=routing_of(settings))
    assert record is not None
    row = {"title": record.title, "event": record.event, "alert": kind, "created_at": "2026-11-24T09:00:00.000Z"}
    return delivery(message={**record.message, **row, "release_id": None}, thread=f"feed:{feed}", alert_uid=kind)


async def sent(*deliveries: DueDelivery) -> list[dict[str, Any]]:
    """The events that arrive, in their order."""
    async with http_server({"/v2/enqueue": enqueue}) as server:
        pager = channel(kind="pagerduty", url=server.url("/v2/enqueue"), routing_key=Secret(env="ROUTING_KEY"))
        configuration = Configuration(
            _NOWHERE, _NOWHERE, _NOWHERE / "army.db", check(Settings, {"channel": [pager]}), ()
        )
        async with open_client(allow_addresses=(ip_network("127.0.0.0/8"),)) as client:
            for one in deliveries:
                assert (await send(client, configuration, one)).detail.startswith("202")
        return [json.loads(request.body) for request in server.seen("/v2/enqueue")]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTING_KEY", KEY)


@in_loop
async def test_well_feed_closes_the_incident_of_the_ill_one() -> None:
    """Each state of a feed is an incident of its own, and only its own end closes it, whatever the hour."""
    events = await sent(
        of_feed("failing", "no success since 03:00"),
        of_feed("silent", "the newest release is old"),
        of_feed("failing", "no success since 03:00", feed="army/photos"),
        of_feed("recovered", "failing: polled successfully since 05:00"),
    )
    failing, silent, other, well = events
    assert [one["event_action"] for one in events] == ["trigger", "trigger", "trigger", "resolve"]
    assert well["dedup_key"] == failing["dedup_key"]
    assert len({failing["dedup_key"], silent["dedup_key"], other["dedup_key"]}) == 3
    assert all(one["routing_key"] == KEY for one in events)


@in_loop
async def test_alert_is_an_incident_with_what_its_reader_needs() -> None:
    """One an alert, the same at every retry; urgent is critical; the sentence and the links are in it."""
    one = delivery(message=message(priority="urgent"))
    first, again = await sent(one, one)
    assert first == again
    assert first["dedup_key"] == one.alert_uid
    assert first["payload"]["severity"] == "critical"
    assert first["payload"]["class"] == "new"
    assert "Two civilians were killed" in first["payload"]["custom_details"]["text"]
    assert first["links"][0]["href"] == "https://army.example/releases/1"


@in_loop
async def test_test_opens_an_incident_and_closes_it() -> None:
    """A test of every night must wake nobody for longer than it takes."""
    opened, closed = await sent(channel_test(Settings(name="desk one"), "desk", NOW))
    assert (opened["event_action"], closed["event_action"]) == ("trigger", "resolve")
    assert opened["dedup_key"] == closed["dedup_key"]


@in_loop
async def test_without_its_key_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that was forgotten is named, and a channel without one is a mistake of the configuration."""
    monkeypatch.delenv("ROUTING_KEY")
    with pytest.raises(DeliveryError, match=r"\$ROUTING_KEY"):
        await sent(delivery())
    for wrong in ({"kind": "pagerduty"}, {"kind": "webhook", "url": "https://a.example/", "routing_key": {"env": "A"}}):
        with pytest.raises(ValueError, match="routing_key"):
            channel(**wrong)


def test_long_name_makes_a_key_that_is_taken() -> None:
    """The reference allows 255 characters; what is longer is named by its hash, the same each time."""
    ill, well = of_feed("failing", "x", feed="f" * 300), of_feed("recovered", "failing: y", feed="f" * 300)
    assert dedup_key(ill) == dedup_key(well)
    assert len(dedup_key(ill)) <= 255


def test_feed_that_is_well_again_waits_for_no_digest() -> None:
    """By default a recovery waits for the digest and an illness for the end of the night: not where incidents are."""
    pager = {"name": "pager", "kind": "pagerduty", "routing_key": {"env": "A"}}
    hook = {"name": "hook", "kind": "webhook", "url": "https://a.example/"}
    night = {"from": "00:00", "to": "23:59"}
    settings = check(Settings, {"channel": [pager, hook], "quiet_hours": night})
    kinds: tuple[EventKind, ...] = ("failing", "recovered")
    for kind in kinds:
        found = FeedEvent(kind, "failing: x", NOW, "army", "The Army", "army/news", "desk one")
        record = decide_feed_event(found, rules=effective_rules(settings), routing=routing_of(settings))
        assert record is not None
        holds = {one.channel: one.hold for one in record.dispatches}
        assert holds == {"pager": "", "hook": "quiet_hours" if kind == "failing" else "daily"}
