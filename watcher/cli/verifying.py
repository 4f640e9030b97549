"""`watcher verify`: whether the evidence is what was written."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.anchoring import anchor
from watcher.cli import show
from watcher.errors import StoreError
from watcher.lock import only_instance
from watcher.reproducing import Reproduced, reproduce
from watcher.shell import open_shell
from watcher.store import connect
from watcher.store.anchors import newest_anchors, pending_anchors
from watcher.store.backup import copy_database
from watcher.verify import Verdict, read_anchors, verify

if TYPE_CHECKING:
    from watcher.archive.chain import Anchor
    from watcher.cli.main import Chosen
    from watcher.config import Configuration


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(verifying)
    cli.add_command(anchoring)


@click.command("verify")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N links and the file's structure.")
@click.option(
    "--anchors",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file of anchors kept elsewhere. Otherwise the one that the configuration names.",
)
@click.option("--alert", metavar="UID", help="Make this alert again from the stored bytes instead.")
@show.formats
@click.pass_obj
def verifying(chosen: Chosen, *, last: int | None, file: Path | None, alert: str | None, shape: str | None) -> None:
    """Check the evidence: the file, the hash chain, every row and snapshot in it, the anchors. Writes nothing.

    Each finding says which row is not as it was written; exit code 1 if there is any.
    """
    configuration = chosen.load()
    if not configuration.database.is_file():
        raise StoreError(f"there is no database at {configuration.database}")
    if alert is not None:
        _prove(asyncio.run(_reproduce(configuration, alert)), shape)
        return
    anchors = read_anchors(file) if file else _configured(configuration)
    db = connect(configuration.database, is_read_only=True)
    with show.progress() as progress:
        bar = progress.add_task("verifying", total=last)
        verdict = verify(db, anchors=anchors, last=last, on_link=lambda _: progress.update(bar, advance=1))
    pending = pending_anchors(db) if not verdict.findings else []
    db.close()
    _tell(verdict, shape)
    for one in pending:
        tries = f"{one['attempt_count']} tries, again at {one['due_at']}"
        click.echo(f"pending: {one['kind']} {one['place']} of {one['at']}: {one['detail']} ({tries})", err=True)
    if verdict.findings:
        raise click.exceptions.Exit(1)


def _configured(configuration: Configuration) -> tuple[Anchor, ...]:
    path = configuration.anchor_file
    return read_anchors(path) if path.is_file() else ()


@click.command("anchor")
@click.pass_obj
def anchoring(chosen: Chosen) -> None:
    """Write the head of the hash chain down outside the database now, as the daemon does each day."""
    configuration = chosen.load()
    with only_instance(configuration.database):
        states = asyncio.run(_anchor(configuration))
    show.rows(
        states, None, columns=("kind", "place", "state", "seq", "hash", "detail"), empty="there is nothing to anchor"
    )
    if any(row["state"] != "done" for row in states):
        raise click.exceptions.Exit(1)


async def _anchor(configuration: Configuration) -> list[dict[str, Any]]:
    async with open_shell(configuration) as shell:
        await anchor(shell, is_forced=True)
        return await shell.store.read(newest_anchors)


async def _reproduce(configuration: Configuration, uid: str) -> Reproduced:
    """On a copy: the daemon may run on the database, and what proves something should write nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / configuration.database.name
        source = connect(configuration.database, is_read_only=True)
        copy_database(source, copy, lambda _: None)
        source.close()
        async with open_shell(replace(configuration, database=copy)) as shell:
            return await reproduce(shell, uid)


def _prove(found: Reproduced, shape: str | None) -> None:
    alert = found.alert
    if shape is None:
        click.echo(f"{alert.title}\nalert {alert.uid}")
        if alert.number is not None:
            click.echo(f"revision {alert.number} of release {alert.release_id}, observed {alert.observed_at}")
            click.echo(f"bytes {alert.body_sha256 or 'not kept'} {alert.url}\ntext  {alert.text_sha256}")
        for quote in found.quotes:
            click.echo(f"{quote.claim}, characters {quote.start} to {quote.end} {quote.document}".rstrip())
            click.echo(f"  “{quote.sentence}”")
    rows = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in found.findings]
    show.rows(rows, shape, empty="reproduced: the stored bytes give the same record, and every sentence stands in it")
    if rows:
        raise click.exceptions.Exit(1)


def _tell(verdict: Verdict, shape: str | None) -> None:
    found = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in verdict.findings]
    if found or shape:
        show.rows(found, shape)
    said = f"{verdict.checked} links, {verdict.anchors} anchors, {len(found)} findings"
    click.echo(f"{said}; head {verdict.head.seq} {verdict.head.hash}", err=bool(shape))
