"""Every secret that the configuration names, in whatever table: which are not set, and which others can read."""

from __future__ import annotations

import stat
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from watcher.config.tables import Secret, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.config.load import Configuration


_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def unset_secrets(configuration: Configuration) -> list[str]:
    """The secrets that cannot be read, each with file and key: an empty one would be refused again and again.

    Those of disabled feeds are not asked for: the package ships some that need a key of the operator's.
    """
    return [f"{place}: {secret} is not set or empty" for place, secret in _all(configuration) if secret.read() is None]


def unset_secrets_of(table: Table) -> list[str]:
    """The places of the secrets of one table that cannot be read."""
    return [str(secret) for _, secret in _in_table("", table) if secret.read() is None]


def open_secrets(configuration: Configuration) -> list[str]:
    """The files of secrets that other accounts of this machine can read.

    Advice and no mistake: a container's secrets are readable by all of the few who are in it.
    """
    files = {secret.file for _, secret in _all(configuration) if secret.file is not None and secret.file.is_file()}
    return [f"{file} can be read by others: chmod 600" for file in sorted(files) if file.stat().st_mode & _OTHERS]


def _all(configuration: Configuration) -> Iterator[tuple[str, Secret]]:
    yield from _in_table(f"{configuration.folder / 'watcher.toml'}:", configuration.settings)
    for publisher in configuration.publishers:
        polled = tuple(feed for feed in publisher.feeds if feed.enabled)
        yield from _in_table(f"publisher {publisher.code}:", publisher.with_changes(feeds=polled))


def _in_table(place: str, table: Table) -> Iterator[tuple[str, Secret]]:
    for field in fields(table):  # type: ignore[arg-type] # every table is a dataclass
        yield from _in_value(place, field.metadata.get("key", field.name), getattr(table, field.name))


def _in_value(place: str, key: str, value: Any) -> Iterator[tuple[str, Secret]]:
    if isinstance(value, Secret):
        yield f"{place} {key}", value
    elif isinstance(value, Table):
        named = getattr(value, "name", "") or getattr(value, "code", "")
        for place_within, secret in _in_table("", value):
            yield f"{place} {key}{f' {named}' if named else ''}.{place_within.strip()}", secret
    elif isinstance(value, dict):
        yield from _in_entries(place, key, value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _in_value(place, key, one)


def _in_entries(place: str, key: str, entries: Mapping[str, Any]) -> Iterator[tuple[str, Secret]]:
    for name, value in entries.items():
        yield from _in_value(place, f"{key}.{name}", value)
