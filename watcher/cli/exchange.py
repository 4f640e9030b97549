"""`watcher import` and `watcher export`: lists of feeds from and to other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.config.exchange import add_feeds, read_list, to_opml

if TYPE_CHECKING:
    from watcher.cli.main import Chosen


def add_to(cli: click.Group) -> None:
    """Add this module's commands."""
    cli.add_command(importing)
    cli.add_command(exporting)


@click.group("import")
def importing() -> None:
    """Bring in feeds."""


@importing.command("feeds")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--publisher", "code", default="imported", show_default=True, help="The publishers file to add to.")
@click.pass_obj
def import_feeds(chosen: Chosen, file: Path, code: str) -> None:
    """Add the feeds of an OPML file, or of a list of URLs, to a publishers file; they are enabled at once."""
    configuration = chosen.load()
    written, added, known = add_feeds(configuration, read_list(file), code)
    feeds = "1 feed" if added == 1 else f"{added} feeds"
    click.echo(f"{feeds} added to {written}" + (f", {known} were configured already" if known else ""))


@click.group("export")
def exporting() -> None:
    """Hand out what is configured or stored."""


@exporting.command("opml")
@click.pass_obj
def export_opml(chosen: Chosen) -> None:
    """Write the feeds as OPML 2.0 to standard output."""
    click.echo(to_opml(chosen.load()), nl=False)
