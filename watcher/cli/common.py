"""What the commands share: the database, groups that list, options, dates."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from watcher.cli.chosen import Chosen
from watcher.errors import StoreError
from watcher.store.connection import begin_read, connect, write
from watcher.store.database_file import is_held
from watcher.store.schema import check_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher

# What changes or copies the evidence asks for a reason.
reason = click.option("--why", default="", metavar="TEXT", help="Kept in the custody log.")

# Where what reads many stored records again may run.
cluster = click.option(
    "--cluster", metavar="ADDRESS", help="Read on the workers of a Dask scheduler, such as tcp://10.0.0.5:8786."
)


class Listing(click.Group):
    """A group whose plain name lists: `watcher feeds --json` is `watcher feeds list --json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `list` where the first argument is neither a command of the group nor a request for help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def database_file(chosen: Chosen | Configuration) -> Path:
    """The database's file. Raises StoreError where there is none yet, ConfigError where a mistake may be why."""
    if not chosen.database.is_file():
        configuration = chosen.configuration if isinstance(chosen, Chosen) else chosen
        raise StoreError(f"there is no database yet at {configuration.database}; `watcher poll` creates it")
    return chosen.database


def open_database(chosen: Chosen) -> Database:
    """The database to read from. Raises StoreError where there is none yet or another version wrote it."""
    database = connect(database_file(chosen), is_read_only=True)
    check_version(database)
    return database


def open_if_there(path: Path) -> tuple[Database | None, bool]:
    """The database to read from, None where nothing was ever written into it; and whether a daemon holds it.

    The lock is asked for first: see `is_held`.
    """
    is_running = path.is_file() and is_held(path)
    return connect(path, is_read_only=True) if path.is_file() and path.stat().st_size else None, is_running


@contextmanager
def open_unchanging(chosen: Chosen) -> Iterator[Database]:
    """The database to read from, as it is now, whatever the daemon writes meanwhile. Raises StoreError."""
    database = open_database(chosen)
    try:
        begin_read(database)
        yield database
    finally:
        database.close()


@contextmanager
def open_to_write(chosen: Chosen) -> Iterator[Database]:
    """The database in one transaction that ends with the block. Raises StoreError where there is none yet.

    SQLite lets nobody queue for its lock, so that a program that writes without a pause can keep a command out for
    long: it goes on asking for a minute.
    """
    database = connect(database_file(chosen), busy_milliseconds=60_000)
    try:
        with write(database):
            yield database
    finally:
        database.close()


def named_publisher(configuration: Configuration, code: str) -> Publisher:
    """The publisher of that code. Raises UsageError where there is none."""
    publisher = configuration.publisher(code)
    if publisher is None:
        raise click.UsageError(f"there is no publisher with the code {code}")
    return publisher


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A date as an option's value. Raises UsageError."""
    try:
        return value if value is None else date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter("a day looks like 2026-11-24") from error


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
