"""The configuration that a command was started with: each part of it is read when the command needs it."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from watcher.config.folder import database_of, find_folder, has_table, words_folder

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.config.load import Configuration


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
        from watcher.model.text_context import OLD_AFTER

        if not has_table(self.folder, "detection"):
            return OLD_AFTER  # the rest of the configuration is not needed to read a text
        return timedelta(seconds=self.configuration.settings.detection.old_after)

    @cached_property
    def words(self) -> Path:
        """The folder of vocabularies. Raises ConfigError."""
        return words_folder(self.folder)

    @cached_property
    def database(self) -> Path:
        """The database's file, of which a command that only reads it needs no more. Raises ConfigError."""
        return database_of(self.folder)
