"""`watcher serve` and `watcher health`: the database read with Datasette, and whether anybody feeds it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from watcher import clock
from watcher.errors import Locked, StoreError, WatcherError
from watcher.health import unwell
from watcher.lock import only_instance
from watcher.store import connect
from watcher.store.anchors import pending_anchors
from watcher.store.daily import canary_results
from watcher.store.health import feed_records
from watcher.store.lists import last_poll
from watcher.store.mutes import list_mutes

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.config import Configuration

# No feed is ever left unasked for longer than a day.
_LONGEST_PAUSE = timedelta(hours=25)


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(serve)
    cli.add_command(health)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.pass_obj
def serve(chosen: Chosen, host: str, port: int) -> None:
    """Open the database to Datasette, read-only, with our queries and descriptions."""
    from watcher.web import serve as serve_database  # noqa: PLC0415 - half a second that only this command needs

    database = chosen.load().database
    if not database.is_file():
        raise StoreError(f"there is no database yet at {database}; `watcher poll` makes it")
    click.echo(f"http://{host}:{port}/ shows {database}; end with Ctrl-C", err=True)
    serve_database(database, host=host, port=port)


def _tell_canary(configuration: Configuration) -> None:
    """How long the last daily test took to each channel."""
    if not configuration.database.is_file():
        return
    for one in canary_results(connect(configuration.database, is_read_only=True)):
        took = f"took {one.seconds:.1f} s" if one.seconds is not None else "has not arrived"
        click.echo(f"the test of {clock.to_text(one.started_at)} {took} to {one.channel}")


def _tell_anchors(configuration: Configuration) -> None:
    """What was to be written down outside the database, or time-stamped, and is not yet (check 78)."""
    if not configuration.database.is_file():
        return
    for row in pending_anchors(connect(configuration.database, is_read_only=True)):
        why = f": {row['detail']}" if row["detail"] else ""
        click.echo(f"anchor pending: {row['kind']} {row['place']} since {row['at']}, {row['attempt_count']} tries{why}")


@click.command()
@click.pass_obj
def health(chosen: Chosen) -> None:
    """Say whether a daemon is running on the database and asking its feeds (exit code 0), or what is wrong (1).

    Feeds that are not well are named, those among them whose site was changed; they leave the exit code as it is.
    """
    configuration = chosen.load()
    if configuration.database.is_file():
        for record in feed_records(connect(configuration.database, is_read_only=True)):
            for kind, detail in unwell(record, clock.now()):
                click.echo(f"{record.name}: {kind}: {detail}")
    _tell_anchors(configuration)
    latest = last_poll(connect(configuration.database, is_read_only=True)) if configuration.database.is_file() else None
    try:
        with only_instance(configuration.database):
            raise WatcherError("no daemon is running on this database")
    except Locked:
        pass
    if latest is not None and clock.now() - latest > _LONGEST_PAUSE:
        raise WatcherError(f"the last poll was at {clock.to_text(latest)}")
    silent = list_mutes(connect(configuration.database, is_read_only=True), clock.now()) if latest else []
    for row in silent:
        click.echo(f"muted: {row['kind']} {row['name']} until {row['until_at']}")
    _tell_canary(configuration)
    click.echo("running" + (f", last poll at {clock.to_text(latest)}" if latest else ", nothing polled yet"))
