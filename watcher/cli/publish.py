"""`watcher publish`: a frozen public copy that any web server gives out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import open_database, open_to_write, reason
from watcher.store.chain import record

if TYPE_CHECKING:
    from watcher.cli.chosen import Chosen


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--base", metavar="URL", help="Where DIR will be on the web; citations name it. Otherwise datasette_url.")
@reason
@click.pass_obj
def publish(chosen: Chosen, folder: Path, *, base: str | None, why: str) -> None:
    """Write a frozen public copy: the database, a page for every release and revision, the feeds, the claims.

    Left out are recipients, deliveries, channels, names in the custody log and reviews. DIR has to be new, empty or an
    earlier copy, which is replaced when the new one is whole; `sha256sum -c SHA256SUMS` in it checks every file.
    """
    from watcher.jobs.publication import publish as write_copy

    address = chosen.configuration.settings.reading_room if base is None else base.rstrip("/")
    now = clock.now()
    source = open_database(chosen)
    with output.progress() as progress:
        bar = progress.add_task("writing pages")
        made = write_copy(
            source, folder.absolute(), base=address, now=now, count=lambda done: progress.update(bar, completed=done)
        )
    source.close()
    detail = {"to": str(folder), "sums_sha256": made.sums_sha256}
    with open_to_write(chosen) as database:
        record(database, "publish", now, why=why, detail=detail)
    click.echo(f"{folder}: {made.files} files, {made.byte_count} bytes\nSHA256SUMS {made.sums_sha256}")
    if not address:
        click.echo("without --base, citations on the pages name no host", err=True)
