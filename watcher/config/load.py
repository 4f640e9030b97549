"""Find the configuration's folder and read all of it; every mistake of every file is named at once."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from watcher.config.publishers import Feed, Publisher
from watcher.config.settings import Channel, Settings
from watcher.config.values import mistake_in_words
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


T = TypeVar("T", bound=BaseModel)
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Configuration:
    """The checked configuration. `folder` is where it is, `additions` the folder that imports go to.

    `by_name` finds a feed by `publisher/feed`.
    """

    folder: Path
    additions: Path
    database: Path
    settings: Settings
    publishers: tuple[Publisher, ...]
    by_name: Mapping[str, tuple[Publisher, Feed]] = field(default_factory=dict)

    @property
    def anchor_file(self) -> Path:
        """The file that the chain's head is written into, outside the database."""
        named = self.settings.evidence.anchors
        beside = self.database.with_name(f"{self.database.name}.anchors")
        return (self.folder / named).resolve() if named is not None else beside

    @property
    def certificate_file(self) -> Path | None:
        """The root certificate of the time-stamp authority."""
        named = self.settings.timestamp.certificate
        return (self.folder / named).resolve() if named is not None else None

    def feeds(self) -> Iterator[tuple[Publisher, Feed]]:
        """Every feed with its publisher, disabled ones included."""
        return ((publisher, feed) for publisher in self.publishers for feed in publisher.feeds)

    def publisher(self, code: str) -> Publisher | None:
        """The publisher of that code."""
        return next((publisher for publisher in self.publishers if publisher.code == code), None)

    def publisher_at(self, url: str) -> Publisher | None:
        """The publisher whose home page or feeds are on the host of an address, with or without `www.`."""
        host = _host(url)
        for publisher in self.publishers:
            own = (publisher.homepage or "", *(feed.url for feed in publisher.feeds))
            if host and host in {_host(address) for address in own}:
                return publisher
        return None

    def channel(self, name: str) -> Channel | None:
        """The channel of that name."""
        return next((channel for channel in self.settings.channels if channel.name == name), None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def shipped_folder() -> Path:
    """The configuration that comes with the package: inside it once installed, beside it in a checkout."""
    inside = _PACKAGE / "shipped"
    return inside if inside.is_dir() else _PACKAGE.parent / "config"


def data_folder() -> Path:
    """The user's data folder (XDG Base Directory), used where the configuration is the package's own."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "release-watcher"


def find_folder(given: Path | None) -> Path:
    """The folder given, else `WATCHER_CONFIG`, else `./config`, else the shipped one.

    Raises ConfigError where the place that was named holds no `watcher.toml`.
    """
    named = given or (Path(os.environ["WATCHER_CONFIG"]) if os.environ.get("WATCHER_CONFIG") else None)
    if named is not None:
        if not (named / "watcher.toml").is_file():
            raise ConfigError((f"{named}: there is no watcher.toml here; `watcher init {named}` writes one",))
        return named
    local = Path("config")
    return local if (local / "watcher.toml").is_file() else shipped_folder()


def load(folder: Path) -> Configuration:
    """Read a configuration folder. Raises ConfigError with every mistake of every file."""
    mistakes: list[str] = []
    settings = _read(folder / "watcher.toml", Settings, {}, mistakes)
    is_shipped = folder.resolve() == shipped_folder().resolve() and folder.resolve().is_relative_to(_PACKAGE)
    additions = data_folder() if is_shipped else folder
    publishers = _read_publishers(dict.fromkeys((folder / "publishers", additions / "publishers")), mistakes)
    if settings is not None and not mistakes:
        mistakes += _unknown_names(folder / "watcher.toml", settings, publishers)
    if settings is None or mistakes:
        raise ConfigError(tuple(mistakes))
    database = (additions / settings.database.name) if is_shipped else (folder / settings.database)
    by_name = {
        f"{publisher.code}/{feed.code}": (publisher, feed) for publisher in publishers for feed in publisher.feeds
    }
    return Configuration(folder, additions, database.resolve(), settings, publishers, by_name)


def load_rules(path: Path, configuration: Configuration) -> Settings:
    """The `[[rule]]` tables of another file, to be tried in place of a configuration's; the rest of it is ignored.

    Raises ConfigError with every mistake, also for names that this configuration does not know.
    """
    mistakes: list[str] = []
    given = _toml(path, mistakes)
    rules = _checked(path, Settings, {"rule": (given or {}).get("rule", ())}, mistakes)
    if rules is not None:
        settings = configuration.settings.model_copy(update={"rules": rules.rules})
        mistakes += _unknown_names(path, settings, configuration.publishers)
    if rules is None or mistakes:
        raise ConfigError(tuple(mistakes))
    return settings


def _unknown_names(path: Path, settings: Settings, publishers: tuple[Publisher, ...]) -> list[str]:
    """The mistakes of rules that name what is not there: such a rule would never match."""
    known = {
        "publishers": {publisher.code for publisher in publishers},
        "feeds": {f"{publisher.code}/{feed.code}" for publisher in publishers for feed in publisher.feeds},
        "channels": {channel.name for channel in settings.channels},
    }
    return [
        f"{path}: rule.{number}.{key}: there is no {key.removesuffix('s')} named {name} (rule {rule.name})"
        for number, rule in enumerate(settings.rules, start=1)
        for key, name in rule.unknown_names(known)
    ]


def _read_publishers(folders: dict[Path, None], mistakes: list[str]) -> tuple[Publisher, ...]:
    publishers: dict[str, Publisher] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        publisher = _read(path, Publisher, {"code": path.stem}, mistakes)
        if publisher is None:
            continue
        if publisher.code in publishers:
            mistakes.append(f"{path}: code: there is another publisher with the code {publisher.code}")
        publishers[publisher.code] = publisher
    return tuple(publishers.values())


def _read(path: Path, kind: type[T], defaults: dict[str, Any], mistakes: list[str]) -> T | None:
    given = _toml(path, mistakes)
    return None if given is None else _checked(path, kind, defaults | given, mistakes)


def _toml(path: Path, mistakes: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{path}: cannot be read: {error}")
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path}: is no TOML: {error}")
    return None


def _checked(path: Path, kind: type[T], given: dict[str, Any], mistakes: list[str]) -> T | None:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        mistakes.extend(f"{path}: {_key_of(mistake['loc'])}{_message_of(mistake)}" for mistake in error.errors())
    return None


def _key_of(location: tuple[int | str, ...]) -> str:
    """`channel.2.url: ` counted from one, as a person counts; names of union members are left out."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in location]
    shown = [part for part in parts if part not in {"Secret", "str"} and not part.startswith("function-")]
    return ".".join(shown) + ": " if shown else ""


def _message_of(mistake: Any) -> str:
    """What is wrong; the value that was given is never repeated, it may be a secret."""
    if mistake["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return "this key is not known"
    return mistake_in_words(mistake["msg"])
