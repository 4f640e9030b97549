"""`watcher poll` and `watcher run`: the route by hand, and as a daemon."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.alerts.health import unwell
from watcher.cli import output
from watcher.errors import Locked, StoreError, WatcherError
from watcher.jobs import daemon
from watcher.jobs.health import feed_records, look_after_feeds
from watcher.jobs.outbox import Sending, send_due, settle
from watcher.pipeline.alerting import weigh
from watcher.pipeline.poll import poll_feeds
from watcher.pipeline.recheck import look_at_due
from watcher.pipeline.runtime import only_instance, open_runtime
from watcher.store.alerts import list_mutes
from watcher.store.connection import connect
from watcher.store.evidence import pending_anchors
from watcher.store.feeds import select
from watcher.store.reports import canary_results, last_poll

if TYPE_CHECKING:
    from watcher.cli.common import Chosen
    from watcher.config.load import Configuration
    from watcher.model.feed import FeedState
    from watcher.model.poll import PollRecord
    from watcher.pipeline.recheck import Look


_COLUMNS = ("feed", "outcome", "new", "edited", "claims", "alerts", "note")
_FINE = frozenset({"new", "looked", "same", "not_modified", "waits"})


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--due", is_flag=True, help="Only what is due, as the daemon would.")
@output.formats
@click.pass_obj
def poll(chosen: Chosen, feeds: tuple[str, ...], *, due: bool, shape: str | None) -> None:
    """Poll one round now: all feeds, or those named (a feed, or a publisher's code).

    Only our own interval is ignored: what a server asked for (Retry-After, max-age) and the limits per host hold.
    """
    configuration = chosen.load()
    known = {name for p, f in configuration.feeds() for name in (p.code, f"{p.code}/{f.code}")}
    unknown = [name for name in feeds if name not in known]
    if unknown:
        raise click.UsageError(f"there is no feed or publisher {', '.join(unknown)}; `watcher feeds` lists them")
    with only_instance(configuration.database):
        found = asyncio.run(_round(configuration, feeds, is_due_only=due))
    output.rows(found, shape, columns=_COLUMNS, empty="nothing is due" if due else "no feeds are configured")
    sys.exit(0 if all(row["outcome"] in _FINE for row in found) else 1)


async def _round(configuration: Configuration, names: tuple[str, ...], *, is_due_only: bool) -> list[dict[str, Any]]:
    async with open_runtime(configuration) as runtime:
        now = clock.now()
        feeds = await runtime.store.read(select, names, due_by=now if is_due_only else None)
        ready = [feed for feed in feeds if _may_be_asked(feed, names)]
        found = [_waiting(feed) for feed in feeds if not _may_be_asked(feed, names)]
        sending = Sending()
        with output.progress() as progress:
            bar = progress.add_task("polling", total=len(ready))
            async for feed, record in poll_feeds(runtime, ready):
                progress.update(bar, advance=1)
                if isinstance(record, Exception) or record.alert_count:
                    await send_due(runtime, sending)
                found.append(_row(feed, record))
        looks = [look async for look in look_at_due(runtime, names)]
        if looks:
            await weigh(runtime)
        if is_due_only:
            await look_after_feeds(runtime)
        await settle(runtime, sending)
    return sorted(found, key=lambda row: str(row["feed"])) + _looks(looks)


def _looks(looks: list[Look]) -> list[dict[str, Any]]:
    """One row for all pages that were looked at again, none where none was due."""
    seen = [look.seen for look in looks if look.seen is not None]
    failed = [look.error for look in looks if look.error is not None]
    if not seen and not failed:
        return []
    happened = Counter(kind for one in seen for kind, _ in one.events)
    notes = [f"{count} {kind}" for kind, count in sorted(happened.items())]
    if failed:
        notes.append(f"{len(failed)} not written: {failed[0]}")
    revised = [one for one in seen if one.is_revision]
    counts = {"new": 0, "edited": len(revised), "claims": sum(len(one.detection.claims) for one in revised)}
    alerts = sum(one.alert is not None for one in seen)
    words = f"{len(seen)} looked at again{'; ' if notes else ''}{', '.join(notes)}"
    return [
        {"feed": "(pages)", "outcome": "failed" if failed else "looked"} | counts | {"alerts": alerts, "note": words}
    ]


def _may_be_asked(feed: FeedState, names: tuple[str, ...]) -> bool:
    """Whether the server's own wishes allow it; a feed that is gone is asked again only by its name."""
    if feed.stopped_at is not None and feed.name not in names:
        return False
    return feed.not_before_at is None or feed.not_before_at <= clock.now()


def _waiting(feed: FeedState) -> dict[str, Any]:
    if feed.stopped_at is not None:
        note = f"gone (410) since {clock.to_text(feed.stopped_at)}; name it to ask once more"
    else:
        note = f"the server asked to wait until {feed.not_before_at:%Y-%m-%d %H:%M:%S} UTC"
    return (
        {"feed": feed.name, "outcome": "waits"}
        | dict.fromkeys(("new", "edited", "claims", "alerts"), 0)
        | {"note": note}
    )


def _row(feed: FeedState, record: PollRecord | Exception) -> dict[str, Any]:
    if isinstance(record, Exception):
        note = f"nothing was written: {record or type(record).__name__}"
        return {"feed": feed.name, "outcome": "failed", "new": 0, "edited": 0, "claims": 0, "alerts": 0, "note": note}
    due = record.next_feed.due_at
    again = f"; again at {due:%H:%M} UTC" if due else ""
    return {
        "feed": feed.name,
        "outcome": record.outcome,
        "new": record.new_count,
        "edited": record.edited_count,
        "claims": record.claim_count,
        "alerts": record.alert_count,
        "note": f"{record.error}{again}" if record.error else "",
    }


@click.command()
@click.option("--serve", is_flag=True, help="Also open the database to Datasette.")
@click.option("--port", default=8001, show_default=True, help="Datasette's port.")
@click.pass_obj
def run(chosen: Chosen, *, serve: bool, port: int) -> None:
    """Run the daemon: poll what is due, send what is due, until SIGTERM or Ctrl-C."""
    configuration = chosen.load()
    command = ("-m", "watcher", "--config", str(configuration.folder), "serve", "--port", str(port))
    with only_instance(configuration.database):
        asyncio.run(daemon.run(configuration, companion=(sys.executable, *command) if serve else ()))


# `watcher serve` and `watcher health`: the database read with Datasette, and whether anybody feeds it.

# No feed is ever left unasked for longer than a day.
_LONGEST_PAUSE = timedelta(hours=25)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.pass_obj
def serve(chosen: Chosen, host: str, port: int) -> None:
    """Open the database to Datasette, read-only, with our queries and descriptions."""
    from watcher.web.serve import serve as serve_database  # noqa: PLC0415 - half a second that only this command needs

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
