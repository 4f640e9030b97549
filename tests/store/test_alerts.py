"""Alerts as rows: told once however often they are raised, and about anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.model.alert import AlertRecord, AlertSubject, Dispatch
from watcher.store.alerts import save_alert
from watcher.store.deliveries import due_deliveries

if TYPE_CHECKING:
    from sqlite_utils import Database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SELFTEST = AlertRecord("selftest", "low", (), "A test", {"notice": {}}, (Dispatch("desk"),))


def test_an_alert_without_a_release_is_due_like_any_other(db: Database) -> None:
    """A feed's state or a digest has no release: the outbox must not lose it in a join."""
    save_alert(db, SELFTEST, AlertSubject(), key=("selftest", "2026-11-24"), thread="channel:desk", now=NOW)
    (due,) = due_deliveries(db, NOW)
    assert (due.thread, due.message["release_id"], due.message["event"]) == ("channel:desk", None, "selftest")


def test_the_same_key_is_told_once(db: Database) -> None:
    """A run that is repeated after a crash finds its alert standing (check 23)."""
    first = save_alert(db, SELFTEST, AlertSubject(), key=("selftest", "1"), thread="channel:desk", now=NOW)
    again = save_alert(db, SELFTEST, AlertSubject(), key=("selftest", "1"), thread="channel:desk", now=NOW)
    other = save_alert(db, SELFTEST, AlertSubject(), key=("selftest", "2"), thread="channel:desk", now=NOW)
    assert (first, again, other) == (1, None, 2)
    assert len(due_deliveries(db, NOW)) == 2


def test_what_is_held_is_not_due(db: Database) -> None:
    """What waits for a digest or the morning must not be sent by itself."""
    later = NOW + timedelta(hours=1)
    held = replace(SELFTEST, dispatches=(Dispatch("desk", "hourly", later), Dispatch("mail", due_at=later)))
    save_alert(db, held, AlertSubject(), key=("held",), thread="channel:desk", now=NOW)
    assert due_deliveries(db, NOW) == ()
    assert [due.channel for due in due_deliveries(db, later)] == ["mail"]
