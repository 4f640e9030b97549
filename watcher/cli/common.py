"""What the commands share: the chosen configuration, the database, groups that list, dates.

The store is loaded by whoever opens the database: to read a text takes none.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import click

from watcher.config.folder import database_of, find_folder, has_table
from watcher.errors import StoreError
from watcher.model.text_context import OLD_AFTER

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


class Chosen:
    """The configuration that the command was started with, read once and only when a command needs it."""

    def __init__(self, folder: Path | None) -> None:
        """Remember the folder that was named, if any."""
        self.given = folder

    @cached_property
    def folder(self) -> Path:
        """The folder of the configuration. Raises ConfigError where the one that was named holds none."""
        return find_folder(self.given)

    @cached_property
    def configuration(self) -> Configuration:
        """All of it, checked now or, with these very files, before. Raises ConfigError."""
        from watcher.config.load import checked_before  # its tables take longer than most commands

        return checked_before(self.folder)

    @cached_property
    def old_after(self) -> timedelta:
        """How long before its publication what a text speaks of is no news. Raises ConfigError."""
        if not has_table(self.folder, "detection"):
            return OLD_AFTER  # the rest of the configuration is not needed to read a text
        return timedelta(seconds=self.configuration.settings.detection.old_after)

    @cached_property
    def database(self) -> Path:
        """The database's file, of which a command that only reads it needs no more. Raises ConfigError."""
        return database_of(self.folder)


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
    from watcher.store.connection import connect
    from watcher.store.schema import check_version

    database = connect(database_file(chosen), is_read_only=True)
    check_version(database)
    return database


def open_if_there(path: Path) -> tuple[Database | None, bool]:
    """The database to read from, None where nothing was ever written into it; and whether a daemon holds it.

    The lock is asked for first: see `is_held`.
    """
    from watcher.store.connection import connect
    from watcher.store.database_file import is_held

    is_running = path.is_file() and is_held(path)
    return connect(path, is_read_only=True) if path.is_file() and path.stat().st_size else None, is_running


@contextmanager
def open_unchanging(chosen: Chosen) -> Iterator[Database]:
    """The database to read from, as it is now, whatever the daemon writes meanwhile. Raises StoreError."""
    from watcher.store.connection import begin_read

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
    from watcher.store.connection import connect, write

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
