"""Publishers and feeds switched on and off, in the operator's own files: comments and order in them stay as they are.

The only user of tomlkit.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import tomlkit
from tomlkit.exceptions import TOMLKitError

from watcher.config.load import load
from watcher.config.opml import replace_file
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tomlkit import TOMLDocument

    from watcher.config.load import Configuration
    from watcher.config.publishers import Publisher


_NEW = "# Laid over the shipped publisher of this code: what is said here goes before it.\n"


def switch(configuration: Configuration, names: Sequence[str], *, enabled: bool) -> tuple[Path, ...]:
    """Enable or disable publishers (`navy`) and feeds (`navy/news`); the files that were written, one a publisher.

    A publisher of which no feed would be enabled gets all of them, but for channels of Telegram, whose terms somebody
    must have read: these are enabled by name alone. Nothing is written before every name is found. Raises ConfigError
    for a name that is not there, for a feed of a publisher that is disabled as a whole, for a publisher of channels
    alone, and for a file that cannot be changed.
    """
    wanted: dict[str, list[str]] = {}
    for name in names:
        code, _, feed = name.partition("/")
        wanted.setdefault(code, []).append(feed)
    found = [(_publisher(configuration, code), feeds) for code, feeds in wanted.items()]
    for publisher, feeds in found:
        _check(publisher, feeds, enabled=enabled)
    return tuple(_switch(configuration, publisher, feeds, enabled=enabled) for publisher, feeds in found)


def _publisher(configuration: Configuration, code: str) -> Publisher:
    publisher = configuration.publisher(code)
    if publisher is None:
        raise ConfigError((f"there is no publisher with the code {code}",))
    return publisher


def _check(publisher: Publisher, feeds: Sequence[str], *, enabled: bool) -> None:
    known = {feed.code for feed in publisher.feeds}
    for feed in feeds:
        if feed and feed not in known:
            raise ConfigError((f"there is no feed {publisher.code}/{feed}; there are: {', '.join(sorted(known))}",))
    channels = [f"{publisher.code}/{feed.code}" for feed in publisher.feeds if feed.kind == "telegram"]
    if enabled and "" in feeds and channels and len(channels) == len(publisher.feeds):
        raise ConfigError((f"{publisher.code} has channels alone, which are enabled by name: {', '.join(channels)}",))
    if enabled and not publisher.enabled and "" not in feeds:
        raise ConfigError((f"{publisher.code} is disabled as a whole: enable {publisher.code} first",))


def _switch(configuration: Configuration, publisher: Publisher, feeds: Sequence[str], *, enabled: bool) -> Path:
    path = configuration.own_file(publisher.code)
    _write(path, dict.fromkeys(feeds, enabled))
    if enabled and "" in feeds:
        again = load(configuration.folder).publisher(publisher.code)
        if again is not None and not any(feed.enabled for feed in again.feeds):
            _write(path, {feed.code: True for feed in again.feeds if feed.kind != "telegram"})
    return path


def _write(path: Path, said: Mapping[str, bool]) -> None:
    """Write switches by feed, the empty name being the publisher as a whole, and nothing that cannot be read again."""
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else _NEW)
        _set(document, said)
        text = tomlkit.dumps(document)
        if tomllib.loads(text) != document.unwrap():
            raise ConfigError((f"{path}: cannot be changed by a program: write the key enabled there",))
        replace_file(path, text)
    except (OSError, UnicodeDecodeError, TOMLKitError, tomllib.TOMLDecodeError) as error:
        raise ConfigError((f"{path}: cannot be changed: {error}",)) from error


def _set(document: TOMLDocument, said: Mapping[str, bool]) -> None:
    for code, enabled in said.items():
        if not code:
            document["enabled"] = enabled
            continue
        tables = document.setdefault("feed", tomlkit.aot())
        table = next((one for one in tables if one.get("code") == code), None)
        if table is None:
            tables.append(tomlkit.item({"code": code, "enabled": enabled}))
        else:
            table["enabled"] = enabled
