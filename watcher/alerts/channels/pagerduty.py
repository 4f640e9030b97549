"""PagerDuty by its Events API v2: an alert opens an incident, and that a feed is well again closes the one it opened.

Reference: "Send an alert event" of the Events API v2. Its `dedup_key` names the incident: every retry has the same, and
a feed's recovery has that of its illness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from watcher.alerts.channels.http_post import as_json, post_body
from watcher.alerts.channels.text import plain_text
from watcher.control_signs import one_line
from watcher.errors import DeliveryError
from watcher.model.alert import stable_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.alerts.channels.notification import Notification
    from watcher.config.settings import Channel
    from watcher.fetch.client import Client
    from watcher.model.alert import DueDelivery, Receipt


ADDRESS = "https://events.pagerduty.com/v2/enqueue"
# Lengths that the reference allows; of the text so much that the event stays under 512 KB.
_SUMMARY, _KEY, _TEXT = 1024, 255, 100_000
_SEVERITY = {"urgent": "critical", "normal": "warning", "low": "info"}
# A test opens an incident and closes it at once, so that it shows the way and leaves nothing behind.
_TESTS = frozenset({"test", "selftest"})


async def send(client: Client, channel: Channel, delivery: DueDelivery, notification: Notification) -> Receipt:
    """Open or close the alert's incident. Raises DeliveryError."""
    routing_key = channel.routing_key.read() if channel.routing_key else None
    if not routing_key:
        raise DeliveryError(channel.name, f"its routing key is not set ({channel.routing_key})")
    there = channel.with_changes(url=channel.url or ADDRESS)
    event = event_of(delivery, notification) | {"routing_key": routing_key}
    receipt = await post_body(client, there, {}, as_json(event))
    if delivery.message["event"] in _TESTS:
        receipt = await post_body(client, there, {}, as_json(event | {"event_action": "resolve"}))
    return receipt


def event_of(delivery: DueDelivery, notification: Notification) -> dict[str, Any]:
    """The event as PagerDuty takes it, without the routing key."""
    message = delivery.message
    return {
        "event_action": action_of(message),
        "dedup_key": dedup_key(delivery),
        "payload": {
            "summary": one_line(notification.subject, _SUMMARY),
            "source": one_line(str(message.get("feed") or message.get("installation") or "watcher")),
            "severity": _SEVERITY.get(notification.priority, "warning"),
            "timestamp": message["created_at"],
            "class": str(message["event"]),
            "custom_details": dict(notification.facts) | {"text": plain_text(notification)[:_TEXT]},
        },
        "links": [{"href": url, "text": words} for url, words in notification.links],
        "client": "watcher",
    }


def action_of(message: Mapping[str, Any]) -> Literal["trigger", "resolve"]:
    """Whether an incident is opened or closed."""
    return "resolve" if message["event"] == "feed_recovered" else "trigger"


def dedup_key(delivery: DueDelivery) -> str:
    """The name of the incident: of a feed the state that it is in, of anything else the alert itself.

    A recovery says in its detail which state ended: "failing: polled successfully since …".
    """
    notice: Mapping[str, Any] = delivery.message.get("notice") or {}  # type: ignore[assignment]
    state = str(notice.get("kind", ""))
    if delivery.message["event"] == "feed_recovered":
        state = str(notice.get("detail", "")).partition(":")[0]
    elif delivery.message["event"] != "feed_unhealthy":
        return delivery.alert_uid
    key = f"{delivery.message.get('installation') or 'watcher'} {delivery.thread} {state}"
    return key if len(key) <= _KEY else stable_id(key)
