"""What lies in the database and waits for a word: events to be weighed, deliveries whose time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher import clock
from watcher.store.deciding import decide_events, has_undecided
from watcher.store.digests import has_due, release_held
from watcher.store.health import save_health

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

    from watcher.config import Settings
    from watcher.shell import Shell


async def weigh(shell: Shell, *, is_round_over: bool = False) -> None:
    """Turn events into alerts and send on what was held, each in a transaction with the mark that it is done.

    Run after every poll that brought something, with each tick and at the start: what a crash kept from being weighed
    is weighed then. `is_round_over`: no more feeds are asked now, so a first round's alerts wait no longer. Raises
    StoreError.
    """
    now, settings = clock.now(), shell.configuration.settings
    if await shell.store.read(is_waiting, now):
        await shell.store.write(weigh_all, settings, now, is_round_over=is_round_over)


async def look_after_feeds(shell: Shell) -> None:
    """Judge the health of every feed, and tell what began or ended. Raises StoreError."""
    now, settings = clock.now(), shell.configuration.settings
    await shell.store.write(_judge_all, settings, now)


def _judge_all(db: Database, settings: Settings, now: datetime) -> None:
    if save_health(db, now):
        weigh_all(db, settings, now)


def is_waiting(db: Database, now: datetime) -> bool:
    """Whether there is anything to do."""
    return has_undecided(db) or has_due(db, now)


def weigh_all(db: Database, settings: Settings, now: datetime, *, is_round_over: bool = False) -> None:
    """All of it within one transaction."""
    while decide_events(db, settings, now):
        pass
    release_held(db, settings, now, is_round_over=is_round_over)
