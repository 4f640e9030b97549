"""Deliveries: what the operator sends again, and in which order what is due is given out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.support.messages import message
from watcher import clock
from watcher.model.alert import AlertEvent, AlertRecord, AlertSubject, AttemptResult, Dispatch, Recipient
from watcher.store.alerts import save_alert
from watcher.store.connection import write
from watcher.store.deliveries import due_deliveries, finish_attempt, send_again, start_attempt

if TYPE_CHECKING:
    from sqlite_utils import Database


def alert(db: Database, number: int, *channels: str, event: AlertEvent = "new", thread: str = "") -> int:
    record = AlertRecord(event, "urgent", (), f"alert {number}", message(), tuple(map(Dispatch, channels)))
    with write(db):
        saved = save_alert(
            db, record, AlertSubject(), key=(str(number),), thread=thread or str(number), now=clock.now()
        )
    assert saved is not None
    return saved


def attempt(db: Database, end: AttemptResult) -> None:
    """One attempt of everything that is due, with this end."""
    for delivery in due_deliveries(db, clock.now()):
        with write(db):
            start_attempt(db, delivery, clock.now(), retry_at=None)
            finish_attempt(db, delivery, clock.now(), end)


def states(db: Database) -> dict[tuple[str, str], tuple[str, str]]:
    """State of each delivery and of its refused recipient, by alert and channel."""
    rows: list[dict[str, Any]] = list(
        db.query(
            "SELECT alerts.title, channel, deliveries.state, recipients.state AS recipient FROM deliveries"
            " JOIN alerts ON alerts.id = alert_id LEFT JOIN recipients ON delivery_id = deliveries.id"
        )
    )
    return {(row["title"], row["channel"]): (row["state"], row["recipient"]) for row in rows}


def test_only_what_was_named_is_sent_again(db: Database) -> None:
    """`alerts retry --channel a` must not make refused recipients of other channels, or alerts, askable again."""
    first, second = alert(db, 1, "a", "b"), alert(db, 2, "a", "b")
    attempt(db, AttemptResult(False, "refused", None, (Recipient("x@y.example", "dead", "550 no"),)))  # noqa: FBT003 - a plain value
    dead = ("dead", "dead")
    everything = dict.fromkeys([("alert 1", "a"), ("alert 1", "b"), ("alert 2", "a"), ("alert 2", "b")], dead)
    again = ("pending", "waiting")
    assert states(db) == everything
    with write(db):
        assert send_again(db, clock.now(), alerts=[first], channel="a") == 1
    assert states(db) == everything | {("alert 1", "a"): again}
    with write(db):
        assert send_again(db, clock.now(), channel="a") == 1
    assert states(db) == everything | {("alert 1", "a"): again, ("alert 2", "a"): again}
    with write(db):
        assert send_again(db, clock.now(), alerts=[second]) == 2
    assert states(db) == dict.fromkeys(everything, again) | {("alert 1", "b"): dead}
    with write(db):
        assert send_again(db, clock.now()) == 1
    assert states(db) == dict.fromkeys(everything, again)


def test_recovery_waits_for_the_news_of_the_illness(db: Database) -> None:
    """A receiver that opens and closes incidents would keep open what is closed before it was opened."""
    alert(db, 1, "a", "b", event="feed_unhealthy", thread="feed:army/news")
    ill = {one.channel: one for one in due_deliveries(db, clock.now())}
    later = AttemptResult(is_sent=False, detail="503", retry_at=clock.now() + timedelta(hours=1))
    for channel, end in (("a", later), ("b", AttemptResult(is_sent=True, detail="200"))):
        with write(db):
            start_attempt(db, ill[channel], clock.now(), retry_at=None)
            finish_attempt(db, ill[channel], clock.now(), end)
    alert(db, 2, "a", "b", event="feed_recovered", thread="feed:army/news")
    alert(db, 3, "a", event="feed_recovered", thread="feed:army/photos")
    due = [(one.channel, one.message["title"]) for one in due_deliveries(db, clock.now())]
    assert due == [("b", "alert 2"), ("a", "alert 3")]
    after = clock.now() + timedelta(hours=2)
    titles = {one.message["title"] for one in due_deliveries(db, after) if one.channel == "a"}
    assert titles == {"alert 1", "alert 3"}
