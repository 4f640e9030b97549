"""`watcher poll`, `run` and `serve`: one round by hand, the daemon, Datasette."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import database_file
from watcher.config.folder import hash_of
from watcher.errors import StoreError
from watcher.store.connection import connect, still_copy
from watcher.store.database_file import only_instance
from watcher.store.due_work import due_work, has_due_feeds, is_checked

if TYPE_CHECKING:
    from watcher.cli.chosen import Chosen
    from watcher.jobs.outbox import Sending
    from watcher.model.feed import FeedState
    from watcher.model.poll import Observation, PollRecord
    from watcher.pipeline.runtime import Runtime


_COLUMNS = ("feed", "outcome", "new", "edited", "claims", "alerts", "note")
_NOTHING = "nothing is due"
_FINE = frozenset({"new", "rechecked", "same", "not_modified", "waiting"})


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--due", is_flag=True, help="Only what is due, as the daemon would.")
@output.formats
@click.pass_obj
def poll(chosen: Chosen, feeds: tuple[str, ...], *, due: bool, shape: str | None) -> None:
    """Poll one round now: all feeds, or those named (a feed, or a publisher's code).

    Only the feeds' intervals are ignored: the server's own limits (Retry-After, max-age) and those per host are kept.
    Exit code 1: a feed could not be read, or a channel did not take what was sent to it.
    """
    if due and not feeds:
        with only_instance(chosen.database):
            if _nothing_is_due(chosen):
                output.rows([], shape, columns=_COLUMNS, empty=_NOTHING)
                return
    from watcher.pipeline.runtime import run_alone

    configuration = chosen.configuration
    known = {name for p, f in configuration.feeds() for name in (p.code, f"{p.code}/{f.code}")}
    unknown = [name for name in feeds if name not in known]
    if unknown:
        raise click.UsageError(f"there is no feed or publisher {', '.join(unknown)}; `watcher feeds` lists them")
    found = run_alone(configuration, lambda runtime: _round(runtime, feeds, is_due_only=due))
    output.rows(found, shape, columns=_COLUMNS, empty=_NOTHING if due else "no feeds are configured")
    sys.exit(0 if all(row["outcome"] in _FINE for row in found) else 1)


def _nothing_is_due(chosen: Chosen) -> bool:
    """Whether the database says so by itself, which needs nothing of what polls.

    Only where its feeds are those of the configuration as it is now. A database that cannot be asked is for the round
    to report.
    """
    if not chosen.database.is_file():
        return False
    try:
        with closing(connect(chosen.database, is_read_only=True)) as database:
            now = clock.now()
            return (
                not has_due_feeds(database, now)
                and not any(due_work(database, now))
                and is_checked(database, "configuration", hash_of(chosen.folder))
            )
    except (StoreError, sqlite3.Error, UnicodeError):
        return False


async def _round(runtime: Runtime, names: tuple[str, ...], *, is_due_only: bool) -> list[dict[str, Any]]:
    """Polls, then rechecks, then what is to be sent; what does the last two is loaded where there is some of it."""
    from watcher.pipeline.poll import poll_feeds
    from watcher.store.feeds import select

    feeds = await runtime.store.read(select, names, due_by=clock.now() if is_due_only else None)
    ready = [feed for feed in feeds if _may_be_asked(feed, names)]
    found = [_waiting_row(feed) for feed in feeds if not _may_be_asked(feed, names)]
    sending: Sending | None = None
    async for feed, record in output.counted("polling", poll_feeds(runtime, ready), total=len(ready)):
        if isinstance(record, Exception) or record.alert_count:
            sending = await _send(runtime, sending)
        found.append(_poll_row(feed, record))
    rechecks = await _recheck(runtime, names)
    if is_due_only:
        from watcher.jobs.health import check_feeds

        await check_feeds(runtime)
    sent = await _settle(runtime, sending)
    return sorted(found, key=lambda row: str(row["feed"])) + _recheck_rows(rechecks) + _delivery_rows(sent)


async def _send(runtime: Runtime, sending: Sending | None) -> Sending:
    from watcher.jobs.outbox import Sending, send_due

    sending = sending or Sending()
    await send_due(runtime, sending)
    return sending


async def _recheck(runtime: Runtime, names: tuple[str, ...]) -> list[Observation | Exception | None]:
    """Recheck the pages that are due; what each gave."""
    if not (await runtime.store.read(due_work, clock.now())).rechecks:
        return []
    from watcher.pipeline.alerting import raise_alerts
    from watcher.pipeline.recheck import recheck_due

    found = [recheck async for _, recheck in recheck_due(runtime, names)]
    if found:
        await raise_alerts(runtime)
    return found


async def _settle(runtime: Runtime, sending: Sending | None) -> Sending | None:
    """Send what is due; how that went, None where there was nothing to send."""
    work = await runtime.store.read(due_work, clock.now())
    if sending is None and not work.alerts and not work.deliveries:
        return None
    from watcher.jobs.outbox import Sending, settle

    sending = sending or Sending()
    await settle(runtime, sending)
    return sending


def _recheck_rows(rechecks: list[Observation | Exception | None]) -> list[dict[str, Any]]:
    """One row for all pages that were asked for again, none where none was due."""
    seen = [found for found in rechecks if found is not None and not isinstance(found, Exception)]
    failed = [found for found in rechecks if isinstance(found, Exception)]
    if not seen and not failed:
        return []
    happened = Counter(kind for one in seen for kind, _ in one.events)
    notes = [f"{count} {kind}" for kind, count in sorted(happened.items())]
    if failed:
        notes.append(f"{len(failed)} not stored: {failed[0]}")
    revised = [one for one in seen if one.is_revision]
    return [
        _row(
            "(pages)",
            "failed" if failed else "rechecked",
            f"{len(seen)} rechecked{'; ' if notes else ''}{', '.join(notes)}",
            edited=len(revised),
            claims=sum(len(one.read.detection.claims) for one in revised),
            alerts=sum(one.alert is not None for one in seen),
        )
    ]


def _delivery_rows(sent: Sending | None) -> list[dict[str, Any]]:
    """One row for each channel that did not take what was sent to it, so that a round by cron is no success."""
    failed = sent.counts.failed_attempts() if sent else {}
    words = "{} failed; `watcher alerts` lists what has not arrived"
    return [
        _row(f"({channel})", "failed", words.format("1 attempt" if count == 1 else f"{count} attempts"))
        for channel, count in sorted(failed.items())
    ]


def _may_be_asked(feed: FeedState, names: tuple[str, ...]) -> bool:
    """Whether the server's own limits allow it; a feed that is gone is polled again only when it is named."""
    if feed.stopped_at is not None and feed.name not in names:
        return False
    return feed.not_before_at is None or feed.not_before_at <= clock.now()


def _waiting_row(feed: FeedState) -> dict[str, Any]:
    if feed.stopped_at is not None:
        note = f"gone (410) since {clock.to_text(feed.stopped_at)}; name it to poll it once more"
    else:
        note = f"the server asked to wait until {feed.not_before_at:%Y-%m-%d %H:%M:%S} UTC"
    return _row(feed.name, "waiting", note)


def _poll_row(feed: FeedState, record: PollRecord | Exception) -> dict[str, Any]:
    if isinstance(record, Exception):
        return _row(feed.name, "failed", f"nothing was stored: {record or type(record).__name__}")
    from watcher.model.wording import unread_in_words

    due = record.next_feed.due_at
    again = f"; again at {due:%Y-%m-%d %H:%M} UTC" if due else ""
    return _row(
        feed.name,
        record.outcome,
        f"{record.error}{again}" if record.error else unread_in_words(record.unread_count),
        new=record.new_count,
        edited=record.edited_count,
        claims=record.claim_count,
        alerts=record.alert_count,
    )


def _row(
    feed: str, outcome: str, note: str, *, new: int = 0, edited: int = 0, claims: int = 0, alerts: int = 0
) -> dict[str, Any]:
    counts = {"new": new, "edited": edited, "claims": claims, "alerts": alerts}
    return {"feed": feed, "outcome": outcome, **counts, "note": note}


@click.command()
@click.option("--serve", is_flag=True, help="Also open the database in Datasette.")
@click.option("--port", default=8001, show_default=True, help="Datasette's port.")
@click.pass_obj
def run(chosen: Chosen, *, serve: bool, port: int) -> None:
    """Run the daemon: poll what is due, send what is due, until SIGTERM or Ctrl-C.

    SIGHUP reads the configuration again; one with mistakes is refused, and the old one stays. Exit code 66: the
    database was deleted, moved or replaced meanwhile.
    """
    import asyncio

    from watcher.jobs import daemon

    configuration = chosen.configuration
    command = ("-m", "watcher", "--config", str(configuration.folder), "serve", "--port", str(port), "--until-eof")
    with only_instance(configuration.database):
        asyncio.run(daemon.run(configuration, datasette=(sys.executable, *command) if serve else ()))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--until-eof", is_flag=True, hidden=True, help="End when standard input ends.")
@click.option("--mailbox", type=click.Path(path_type=Path), hidden=True, help="The Maildir that the demo shows.")
@click.pass_obj
def serve(chosen: Chosen, host: str, port: int, *, until_eof: bool, mailbox: Path | None) -> None:
    """Open the database in Datasette, read-only, with saved queries and descriptions.

    Also from a read-only medium; where a crash has left a log beside the database, from a copy of both.
    """
    from watcher.web.serve import access_of
    from watcher.web.serve import serve as serve_database

    database = database_file(chosen.configuration)
    if mailbox is None:
        click.echo(f"http://{host}:{port}/ shows {database}; stop with Ctrl-C", err=True)
    with still_copy(database) as still:
        # A judgement written into a copy would be lost with it.
        access = access_of(chosen.configuration.settings, host, mails=mailbox, is_kept=still is None)
        # A copy lies where SQLite can work as ever; only what is read as it lies there has no log to look into.
        serve_database(still or database, access, host=host, port=port, is_still=still == database, until_eof=until_eof)
