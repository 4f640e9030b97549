"""`watcher backfill`: what a publisher released before it was watched."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from watcher.backfill import KINDS, backfill
from watcher.cli import show
from watcher.errors import WatcherError
from watcher.lock import only_instance
from watcher.shell import open_shell
from watcher.store.feeds import select

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.backfill import Step
    from watcher.cli.main import Chosen
    from watcher.config import Configuration

_COLUMNS = ("feed", "documents", "entries", "new", "outcome", "note")


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(backfilling)


@click.command("backfill")
@click.argument("code")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="YYYY-MM-DD, UTC.")
@show.formats
@click.pass_obj
def backfilling(chosen: Chosen, code: str, *, since: datetime, shape: str | None) -> None:
    """Store what publisher (or feed) CODE released since DATE: its listings and sitemaps are walked backwards.

    Nobody is alerted. A walk that was stopped goes on: what is stored is not asked for again.
    """
    configuration = chosen.load()
    with only_instance(configuration.database):
        found = asyncio.run(_walk_all(configuration, code, since.replace(tzinfo=UTC)))
    show.rows(found, shape, columns=_COLUMNS)
    if any(row["outcome"] != "ok" for row in found):
        raise click.exceptions.Exit(1)


async def _walk_all(configuration: Configuration, code: str, since: datetime) -> list[dict[str, Any]]:
    async with open_shell(configuration) as shell:
        feeds = [feed for feed in await shell.store.read(select, [code]) if feed.kind in KINDS]
        if not feeds:
            raise WatcherError(f"{code} has no enabled feed of the kind listing or sitemap; a feed has no past")
        rows = {feed.name: _empty(feed.name) for feed in feeds}
        with show.progress() as progress:
            bar = progress.add_task("releases", total=None)
            for feed in feeds:
                async for step in backfill(shell, feed, since):
                    progress.update(bar, advance=step.new_count, description=f"{step.feed}: {step.url}")
                    _count(rows[feed.name], step)
    return list(rows.values())


def _empty(name: str) -> dict[str, Any]:
    return {"feed": name, "documents": 0, "entries": 0, "new": 0, "outcome": "ok", "note": ""}


def _count(row: dict[str, Any], step: Step) -> None:
    row["documents"] += 1
    row["entries"] += step.entry_count
    row["new"] += step.new_count
    if step.outcome != "ok":
        row |= {"outcome": step.outcome, "note": step.error}
