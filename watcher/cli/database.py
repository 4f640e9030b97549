"""`watcher db`: the database as a file: its size and growth, what would be pruned, its schema made right again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from watcher import clock
from watcher.cli import output
from watcher.cli.common import Listing, database_file, open_database, reason
from watcher.jobs.retention import limits_of
from watcher.store.chain import record
from watcher.store.connection import connect, write
from watcher.store.database_file import only_instance
from watcher.store.retention import count_all, log_bytes, log_of, shrink_file, size
from watcher.store.schema import check_version, repair_schema
from watcher.store.snapshots import REPACKED, repack

if TYPE_CHECKING:
    from sqlite_utils import Database

    from watcher.cli.chosen import Chosen


@click.group(cls=Listing)
def db() -> None:
    """The database as a file: how large it is, and what would be pruned."""


@db.command("list")
@output.formats
@click.pass_obj
def show_size(chosen: Chosen, *, shape: str | None) -> None:
    """Show the size of the file and its log, its growth in 30 days, and what the next pruning takes.

    `grows_by` is measured from the sizes that each day's retention notes, and empty on the first day.
    """
    path, now = database_file(chosen.configuration), clock.now()
    database = open_database(chosen)
    found, old = size(database, now), count_all(database, limits_of(chosen.configuration.settings.evidence, now))
    database.close()
    log = log_bytes(log_of(path))
    if shape is not None:
        row = {"file": str(path), "size": found.byte_count, "free": found.free_byte_count, "log": log}
        output.rows([row | {"grows_by": found.grows_by} | asdict(old)], shape)
        return
    growth = "not known before tomorrow" if found.grows_by is None else f"{_megabytes(found.grows_by)} a month"
    click.echo(f"{path}: {_megabytes(found.byte_count)}, {_megabytes(found.free_byte_count)} of it free")
    click.echo(f"log      {_megabytes(log)}")
    click.echo(f"growth   {growth}")
    click.echo(f"to count {old.quiet_polls} quiet polls by day, in place of a row for each")
    others = f"{old.attempts} attempts, {old.problems} problems, headers of {old.captures} answers"
    click.echo(f"to prune {old.polls} polls, {others}")


@db.command("repack")
@click.option("--shrink", is_flag=True, help="Then give the room back; the disk needs as much free for a moment.")
@reason
@click.pass_obj
def repack_snapshots(chosen: Chosen, why: str, *, shrink: bool) -> None:
    """Pack the stored bodies of earlier versions anew, with dictionaries of their sites.

    The daemon has to be stopped. A hundred bodies at a time, each read back before the next: whenever it is ended, what
    was packed by then stays, and the next call goes on. No hash and no link of the chain is changed.
    """
    path = database_file(chosen.configuration)
    with only_instance(path):
        database = connect(path)
        check_version(database)
        before, after = _repack(database, why)
        if shrink:
            shrink_file(database)
        database.close()
    click.echo(f"repacked: {_megabytes(before)} of bodies now take {_megabytes(after)}")


def _repack(database: Database, why: str) -> tuple[int, int]:
    """Bytes of the bodies that were looked at, before and after."""
    now = clock.now()
    with write(database):
        record(database, REPACKED, now, why=why, detail={})
    last, before, after = 0, 0, 0
    while True:
        with write(database):
            last, took, takes = repack(database, last, now)
        if not last:
            return before, after
        before, after = before + took, after + takes


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


@db.command()
@reason
@click.pass_obj
def repair(chosen: Chosen, why: str) -> None:
    """Make indexes, views and triggers again that are not as the schema has them.

    No row is changed. Where a table itself is another one, nothing is done: undo the change, or restore a backup.
    """
    path = database_file(chosen.configuration)
    with only_instance(path):
        database = connect(path)
        check_version(database)
        with write(database):
            made = repair_schema(database)
            if made:
                record(database, "repair schema", clock.now(), why=why, detail={"made": made})
        database.close()
    click.echo("\n".join(f"made again: {name}" for name in made) or "the schema is as it should be")
