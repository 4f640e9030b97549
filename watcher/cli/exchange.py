"""`watcher import` and `watcher export`: lists of feeds from and to other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.lists import open_database
from watcher.config.exchange import add_feeds, read_list, to_opml
from watcher.deliver.letter import Reader

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


@exporting.command("feeds")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export_feeds(chosen: Chosen, folder: Path) -> None:
    """Write the alerts, and every saved query, as Atom and JSON Feed into FOLDER, for a web server to give out."""
    from watcher.web.feeds import documents  # noqa: PLC0415 - half a second that only this command needs

    configuration = chosen.load()
    settings = configuration.settings
    base, name = (settings.datasette_url or "").rstrip("/"), configuration.database.stem
    reader = Reader("UTC", f"{base}/{name}" if base else "", settings.false_alarm_to)
    connection = open_database(chosen).conn
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _replace(folder / file, said) for file, said in documents(connection, base=base, database=name, reader=reader)
    ]
    click.echo(f"{len(written)} feeds written to {folder}")


def _replace(path: Path, said: str) -> Path:
    """Write a file at one stroke: whoever reads it meanwhile gets the old one whole."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(said, encoding="utf-8")
    return fresh.replace(path)
