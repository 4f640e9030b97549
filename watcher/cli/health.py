"""`watcher health`: whether the daemon is well, or what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher import clock
from watcher.alerts.health import current_problems
from watcher.cli.common import open_if_there
from watcher.errors import WatcherError
from watcher.model.health import ill_names
from watcher.store.alerts import list_mutes
from watcher.store.chain import pending_anchors
from watcher.store.daily_figures import selftest_results
from watcher.store.feed_history import feed_histories
from watcher.store.reports import last_poll

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from watcher.cli.chosen import Chosen


@click.command()
@click.pass_obj
def health(chosen: Chosen) -> None:
    """Say whether the daemon is well, or what is wrong.

    The exit code is 0 where all is well, 1 otherwise.

    It is judged by what was written: the last poll of each feed against when it was due, the oldest alert that was not
    sent, the last daily test; by whether any feed is read at all; by whether the database is the same file and can be
    written; and by the progress of each job. Unhealthy feeds are named, also those whose site was changed; as long as
    others are read they do not change the exit code.
    """
    from watcher.jobs.health import health_from_outside

    database, is_running = open_if_there(chosen.configuration.database)
    for line in (*_unwell(database), *_notes(database)) if database else ():
        click.echo(line)
    found = health_from_outside(chosen.configuration, database, is_running=is_running)
    for sign in found.signs:
        if not sign.is_well or sign.reference:  # what failed within a day, though it has succeeded since
            click.echo(sign)
    if not found.is_well:
        raise WatcherError(f"not well: {ill_names(found.signs)}" if is_running else found.ill[0].detail)
    latest = last_poll(database) if database else None
    click.echo("running" + (f", last poll at {clock.to_text(latest)}" if latest else ", nothing polled yet"))


def _unwell(database: Database) -> Iterator[str]:
    """Unhealthy feeds, and anchors that are still pending."""
    for history in feed_histories(database):
        for kind, detail in current_problems(history, clock.now()):
            yield f"{history.name}: {kind}: {detail}"
    for row in pending_anchors(database):
        why = f": {row['detail']}" if row["detail"] else ""
        yield f"anchor pending: {row['kind']} {row['place']} since {row['at']}, {row['attempt_count']} attempts{why}"


def _notes(database: Database) -> Iterator[str]:
    """What is muted, and how long the last daily test took to each channel."""
    for row in list_mutes(database, clock.now()):
        yield f"muted: {row['kind']} {row['name']} until {row['until_at']}"
    for test in selftest_results(database):
        took = f"took {test.seconds:.1f} s" if test.seconds is not None else "has not arrived"
        yield f"the daily test of {clock.to_text(test.started_at)} {took} to {test.channel}"
