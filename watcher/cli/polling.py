"""`watcher poll` and `watcher run`: the route by hand, and as a daemon."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from watcher import clock, daemon
from watcher.cli import show
from watcher.lock import only_instance
from watcher.looking import look_at_due
from watcher.outbox import Sending, send_due, settle
from watcher.poll import poll_feeds
from watcher.shell import open_shell
from watcher.store.feeds import select
from watcher.weighing import look_after_feeds, weigh

if TYPE_CHECKING:
    from watcher.cli.main import Chosen
    from watcher.config import Configuration
    from watcher.looking import Look
    from watcher.records import FeedState, PollRecord

_COLUMNS = ("feed", "outcome", "new", "edited", "claims", "alerts", "note")
_FINE = frozenset({"new", "looked", "same", "not_modified", "waits"})


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(poll)
    cli.add_command(run)


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--due", is_flag=True, help="Only what is due, as the daemon would.")
@show.formats
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
    show.rows(found, shape, columns=_COLUMNS, empty="nothing is due" if due else "no feeds are configured")
    sys.exit(0 if all(row["outcome"] in _FINE for row in found) else 1)


async def _round(configuration: Configuration, names: tuple[str, ...], *, is_due_only: bool) -> list[dict[str, Any]]:
    async with open_shell(configuration) as shell:
        now = clock.now()
        feeds = await shell.store.read(select, names, due_by=now if is_due_only else None)
        ready = [feed for feed in feeds if _may_be_asked(feed, names)]
        found = [_waiting(feed) for feed in feeds if not _may_be_asked(feed, names)]
        sending = Sending()
        with show.progress() as progress:
            bar = progress.add_task("polling", total=len(ready))
            async for feed, record in poll_feeds(shell, ready):
                progress.update(bar, advance=1)
                if isinstance(record, Exception) or record.alert_count:
                    await send_due(shell, sending)
                found.append(_row(feed, record))
        looks = [look async for look in look_at_due(shell, names)]
        if looks:
            await weigh(shell)
        if is_due_only:
            await look_after_feeds(shell)
        await settle(shell, sending)
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
