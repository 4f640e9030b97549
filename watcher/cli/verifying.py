"""`watcher verify`: whether the evidence is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli import show
from watcher.errors import StoreError
from watcher.store import connect
from watcher.store.anchors import pending_anchors
from watcher.verify import Verdict, read_anchors, verify

if TYPE_CHECKING:
    from watcher.archive.chain import Anchor
    from watcher.cli.main import Chosen
    from watcher.config import Configuration


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(verifying)


@click.command("verify")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N links and the file's structure.")
@click.option(
    "--anchors",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file of anchors kept elsewhere. Otherwise the one that the configuration names.",
)
@show.formats
@click.pass_obj
def verifying(chosen: Chosen, *, last: int | None, file: Path | None, shape: str | None) -> None:
    """Check the evidence: the file, the hash chain, every row and snapshot in it, the anchors. Writes nothing.

    Each finding says which row is not as it was written; exit code 1 if there is any.
    """
    configuration = chosen.load()
    if not configuration.database.is_file():
        raise StoreError(f"there is no database at {configuration.database}")
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


def _tell(verdict: Verdict, shape: str | None) -> None:
    found = [{"finding": one.kind, "place": one.place, "detail": one.detail} for one in verdict.findings]
    if found or shape:
        show.rows(found, shape)
    said = f"{verdict.checked} links, {verdict.anchors} anchors, {len(found)} findings"
    click.echo(f"{said}; head {verdict.head.seq} {verdict.head.hash}", err=bool(shape))
