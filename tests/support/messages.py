"""Messages of alerts as the store gives them to the outbox, and channels to send them to."""

from __future__ import annotations

from typing import Any

from watcher.alerts.channels.notification import Display, Notification, notification_of
from watcher.config.checks import check
from watcher.config.settings import Channel, Mail
from watcher.model.alert import DueDelivery

SENTENCE = "Two civilians were killed and four were injured in the strike near the town."


def claim(**fields: Any) -> dict[str, Any]:
    """One claim of a message."""
    said: dict[str, Any] = {
        "in_words": "2 civilians killed",
        "sentence": SENTENCE,
        "marked": [0, 25],
        "stance": "assessed",
        "place": "",
        "place_raw": "Al-Hamra",
        "date_raw": "Nov. 23",
        "speaker": "",
        "is_background": False,
    }
    return said | fields


def message(**fields: Any) -> dict[str, Any]:
    """The message of an alert on one release."""
    said: dict[str, Any] = {
        "event": "new",
        "title": "[ARMY] 2 civilians killed – assessed as likely – Al-Hamra",
        "priority": "urgent",
        "alert": "0123456789abcdef",
        "created_at": "2026-11-24T09:15:00.000Z",
        "release_id": 7,
        "publisher": {"code": "army", "name": "The Army"},
        "feed": "army/news",
        "installation": "desk one",
        "observed_at": "2026-11-24T09:14:58.000Z",
        "release": release(),
        "totals": [],
        "claims": [claim()],
        "rules": [{"name": "civilian-harm", "claims": [0]}],
        "detector": "9",
    }
    return said | fields


def release(**fields: Any) -> dict[str, Any]:
    """The release of a message."""
    said: dict[str, Any] = {
        "title": "Statement on the strike",
        "url": "https://army.example/releases/1",
        "published_at": "2026-11-24T09:00:00.000Z",
        "published_raw": "Nov. 24, 2026, 4 a.m. EST",
        "dateline": "AL-HAMRA",
        "release_number": "24-01",
        "language": "en",
        "text_from": "page",
        "page_outcome": "ok",
    }
    return said | fields


def notification(display: Display | None = None, **fields: Any) -> Notification:
    """The notification of such a message."""
    return notification_of(message(**fields), display or Display("Asia/Beirut"))


def delivery(**fields: Any) -> DueDelivery:
    """A delivery of such a message to the channel `desk`."""
    said: dict[str, Any] = {
        "id": 1,
        "uid": "d0" * 16,
        "channel": "desk",
        "number": 1,
        "alert_uid": "a0" * 16,
        "thread": "https://army.example/releases/1",
        "message": message(),
    }
    return DueDelivery(**said | fields)


def mail(**fields: Any) -> Mail:
    """The table [mail] of a server on this machine."""
    return check(Mail, {"host": "127.0.0.1", "sender": "watcher@desk.example", "tls": "none"} | fields)


def channel(**fields: Any) -> Channel:
    """A channel by mail; other kinds by their fields."""
    said: dict[str, Any] = {"name": "desk", "kind": "email"}
    if fields.get("kind", "email") == "email":
        said["to"] = ("reader@desk.example",)
    return check(Channel, said | fields)
