"""`watcher db`: the database as a file: its schema made right again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher import clock
from watcher.cli.common import database_file, reason
from watcher.store.chain import record
from watcher.store.connection import connect, write
from watcher.store.database_file import only_instance
from watcher.store.schema import check_version, repair_schema

if TYPE_CHECKING:
    from watcher.cli.common import Chosen


@click.group()
def db() -> None:
    """The database as a file."""


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
