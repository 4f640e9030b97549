"""What the commands share: the chosen configuration, the database to read or to write, groups that list."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from watcher.config.load import find_folder, load
from watcher.errors import StoreError
from watcher.store.connection import connect, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.config.load import Configuration


class Chosen:
    """The configuration that the command was started with, read only when a command needs it."""

    def __init__(self, folder: Path | None) -> None:
        """Remember the folder that was named, if any."""
        self.given = folder

    def load(self) -> Configuration:
        """Read and check it. Raises ConfigError."""
        return load(find_folder(self.given))


class Listing(click.Group):
    """A group whose plain name lists: `watcher feeds --json` is `watcher feeds list --json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before what names no command of the group and asks for no help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def open_database(chosen: Chosen) -> Database:
    """The database to read from. Raises StoreError where there is none yet."""
    return connect(_path(chosen), is_read_only=True)


@contextmanager
def open_to_write(chosen: Chosen) -> Iterator[Database]:
    """The database in one transaction that ends with the block. Raises StoreError where there is none yet."""
    database = connect(_path(chosen))
    try:
        with write(database):
            yield database
    finally:
        database.close()


def _path(chosen: Chosen) -> Path:
    path = chosen.load().database
    if not path.is_file():
        raise StoreError(f"there is no database yet at {path}; `watcher poll` makes it")
    return path


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A day as an option takes it; a mistake in it is one of usage."""
    try:
        return value if value is None else date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter("a day looks like 2026-11-24") from error
