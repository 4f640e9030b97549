"""`watcher export warc` and `watcher import warc`: what is stored as a web archive, and web archives of others."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher import __version__, clock
from watcher.archive.bundle import facts_of
from watcher.archive.exchange import exchange_of
from watcher.archive.warc import Warc
from watcher.cli import show
from watcher.cli.exchange import exporting, importing
from watcher.cli.lists import day, open_database
from watcher.errors import WatcherError
from watcher.importing import counted, import_archives
from watcher.lock import only_instance
from watcher.shell import open_shell
from watcher.store import connect
from watcher.store.connection import write
from watcher.store.custody import operator, record
from watcher.store.exports import captures

if TYPE_CHECKING:
    from sqlite_utils import Database

    from watcher.cli.main import Chosen
    from watcher.config import Configuration, Publisher


def add_to(_cli: click.Group) -> None:
    """Add this module's commands to the groups `import` and `export`."""
    exporting.add_command(export_warc)
    importing.add_command(import_warc)


@click.command("warc")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--since", metavar="DATE", callback=day, help="Only what was captured on or after this day (YYYY-MM-DD).")
@click.option("--publisher", metavar="CODE", help="Only this publisher's.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@click.pass_obj
def export_warc(chosen: Chosen, *, file: Path, since: str | None, publisher: str | None, why: str) -> None:
    """Write the captures as a web archive (WARC 1.1), compressed where FILE ends in .gz.

    Request, response and what HTTP does not say; an unchanged answer is a revisit of the one with the bytes.
    """
    configuration = chosen.load()
    if file.exists():
        raise WatcherError(f"{file} is there already; nothing was written")
    partial = file.with_name(f".{file.name}.partial")
    reading = open_database(chosen)
    reading.execute("BEGIN")  # one view of the database, whatever the daemon writes meanwhile
    try:
        count = _write(reading, partial, file.name, since, publisher)
        partial.rename(file)
    except OSError as error:
        raise WatcherError(f"{file} cannot be written: {error}") from error
    finally:
        reading.close()
        partial.unlink(missing_ok=True)
    _note(configuration, file, count, {"since": since, "publisher": publisher}, why)
    click.echo(f"{file}: {count} captures, {file.stat().st_size} bytes")


def _write(db: Database, partial: Path, name: str, since: str | None, publisher: str | None) -> int:
    info = {"software": f"release-watcher {__version__}", "format": "WARC File Format 1.1", "operator": operator()}
    with partial.open("wb") as out:
        warc = Warc(out, info, name=name, is_gzip=name.endswith(".gz"), made_at=clock.to_text(clock.now()))
        count = 0
        for row, wire in captures(db, since=since, publisher=publisher):
            link = f"{row['chain_seq']} {row['chain_hash']}" if row["chain_seq"] else ""
            count += warc.add(exchange_of(row["id"], row, wire), facts_of(row, {"chain": link}))
    return count


def _note(configuration: Configuration, file: Path, count: int, chosen: dict[str, str | None], why: str) -> None:
    with file.open("rb") as written:
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    db = connect(configuration.database)
    with write(db):
        detail = {"to": str(file), "captures": count, "sha256": sha256} | chosen
        record(db, "export warc", clock.now(), why=why, detail=detail)
    db.close()


@click.command("warc")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--publisher", "code", metavar="CODE", help="Whose pages they are; otherwise their hosts tell.")
@click.option("--match", "pattern", metavar="REGEX", help="Only pages whose address has this in it.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")
@click.pass_obj
def import_warc(chosen: Chosen, *, files: tuple[Path, ...], code: str | None, pattern: str | None, why: str) -> None:
    """Make releases and revisions of the pages, PDFs and feeds in web archives of any crawler, at their original times.

    Nobody is alerted. An import that was stopped goes on; a malformed record is told and left out.
    """
    configuration = chosen.load()
    publisher = next((one for one in configuration.publishers if one.code == code), None)
    if code is not None and publisher is None:
        raise click.UsageError(f"there is no publisher {code}")
    try:
        wanted = re.compile(pattern or "")
    except re.error as error:
        raise click.UsageError(f"--match: {error}") from error
    with only_instance(configuration.database):
        outcomes = asyncio.run(_import_all(configuration, files, publisher, wanted, why))
    click.echo(f"{counted(outcomes)}")


async def _import_all(
    configuration: Configuration,
    files: tuple[Path, ...],
    publisher: Publisher | None,
    wanted: re.Pattern[str],
    why: str,
) -> Counter[str]:
    outcomes: Counter[str] = Counter()

    def skip(sentence: str) -> None:
        outcomes["skipped"] += 1
        click.echo(f"skipped: {sentence}", err=True)

    async with open_shell(configuration) as shell:
        with show.progress() as progress:
            bar = progress.add_task("importing", total=None)
            chosen = lambda url: wanted.search(url) is not None  # noqa: E731 - one line says it
            async for outcome in import_archives(shell, files, publisher=publisher, wanted=chosen, skip=skip):
                progress.update(bar, advance=1)
                outcomes[outcome] += 1
        detail = {"files": [str(file) for file in files], "records": dict(outcomes)}
        await shell.store.write(record, "import warc", clock.now(), why=why, detail=detail)
    return outcomes
