"""`watcher backfill` and `watcher reparse`: what was released before, and what was stored, read again."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from watcher import clock
from watcher.backfill import KINDS, backfill
from watcher.cli import show
from watcher.errors import WatcherError
from watcher.lock import only_instance
from watcher.reparse import reparse
from watcher.shell import open_shell
from watcher.store.custody import record
from watcher.store.feeds import select
from watcher.store.lists import find_release

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.backfill import Step
    from watcher.cli.main import Chosen
    from watcher.config import Configuration
    from watcher.reparse import Reread

SHOWN = 120
_LISTS = frozenset({"tags", "links", "captions", "page_starts"})
_COLUMNS = ("feed", "documents", "entries", "new", "outcome", "note")


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(backfilling)
    cli.add_command(reparsing)


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


@click.command("reparse")
@click.argument("release", required=False)
@click.option("--check", is_flag=True, help="Only tell what differs from the stored records; exit code 1 if anything.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@show.formats
@click.pass_obj
def reparsing(chosen: Chosen, release: str | None, *, check: bool, why: str, shape: str | None) -> None:
    """Make the records again from the stored bytes, one JSON record a line: all, or those of one RELEASE.

    No record is changed and nobody is asked; the custody log gets a line.
    """
    configuration = chosen.load()
    with only_instance(configuration.database):
        found = asyncio.run(_reread(configuration, release, why, is_check=check))
    if not check:
        return
    show.rows(found, shape, columns=("release", "revision", "field", "stored", "now"), empty="nothing differs")
    if found:
        raise click.exceptions.Exit(1)


async def _reread(
    configuration: Configuration, release: str | None, why: str, *, is_check: bool
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    count = 0
    async with open_shell(configuration) as shell:
        wanted = await shell.store.read(find_release, release) if release else None
        with show.progress() as progress:
            bar = progress.add_task("reading again", total=None)
            async for again in reparse(shell, wanted):
                progress.update(bar, advance=1)
                count += 1
                found += _differences(again)
                if not is_check:
                    click.echo(json.dumps(_line(again), ensure_ascii=False))
        detail = {"release": wanted, "revisions": count, "differences": len(found)}
        await shell.store.write(record, "reparse", clock.now(), why=why, detail=detail)
    return found


def _line(again: Reread) -> dict[str, Any]:
    record = {name: json.loads(value) if name in _LISTS else value for name, value in again.record.items()}
    return {"release": again.release_id, "revision": again.number, **record}


def _differences(again: Reread) -> list[dict[str, Any]]:
    at = {"release": again.release_id, "revision": again.number, "title": again.title}
    return [
        at | {"field": name, "stored": _shown(old, new), "now": _shown(new, old)} for name, old, new in again.changes
    ]


def _shown(value: str, other: str) -> str:
    """A value, or of a long one the part where it begins to differ from the other."""
    if len(value) <= SHOWN:
        return value
    same = next((n for n, (one, two) in enumerate(zip(value, other, strict=False)) if one != two), len(other))
    start = max(0, min(same, len(value)) - SHOWN // 4)
    return ("…" if start else "") + value[start : start + SHOWN] + ("…" if start + SHOWN < len(value) else "")
