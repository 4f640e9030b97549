"""Read a configuration folder; every mistake of every file is named at once.

What checks is loaded where something is to be checked: `checked_before` gives what these very files gave before.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from watcher.config import compiled
from watcher.config.folder import database_of, hash_of, is_shipped, places, shipped_folder, words_folder
from watcher.config.layers import Layered, laid_over
from watcher.config.publishers import Feed, Publisher
from watcher.config.settings import Channel, Settings
from watcher.config.tables import Table
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from watcher.config.recipes import Recipe


T = TypeVar("T", bound=Table)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The checked configuration. `folder` is where it is, `additions` the folder that imports and switches go to.

    `by_name` finds a feed by `publisher/feed`; `files` are those that say something of a publisher, by its code, the
    shipped one first. `sha256` is the hash of all files as they were before they were read; empty where there are none.
    `words` is the folder of vocabularies.
    """

    folder: Path
    additions: Path
    database: Path
    settings: Settings
    publishers: tuple[Publisher, ...]
    by_name: Mapping[str, tuple[Publisher, Feed]] = field(default_factory=dict)
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    sha256: str = ""
    words: Path = field(init=False)

    def __post_init__(self) -> None:
        """Look once where the vocabularies are: every poll asks for that."""
        object.__setattr__(self, "words", words_folder(self.folder))

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
            own = (publisher.homepage or "", *(feed.url for feed in publisher.feeds if feed.kind != "mail"))
            if host and host in {_host(address) for address in own}:
                return publisher
        return None

    def own_file(self, code: str) -> Path:
        """The operator's file of a publisher, whether it is there or not."""
        folder = self.additions / "publishers"
        return next((path for path in self.files.get(code, ()) if path.parent == folder), folder / f"{code}.toml")

    def channel(self, name: str) -> Channel | None:
        """The channel of that name."""
        return next((channel for channel in self.settings.channels if channel.name == name), None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def checked_before(folder: Path) -> Configuration:
    """The configuration as `load` gives it, without any checks where these very files were checked before.

    Raises what `load` raises.
    """
    try:
        key = hash_of(folder)
        database, additions = places(folder, database_of(folder))
        values = compiled.kept(database, f"{folder} {key}")
    except ConfigError:
        values = None
    if values is not None:
        settings, publishers, files = values
        return Configuration(folder, additions, database, settings, publishers, _by_name(publishers), files, key)
    found = load(folder)
    compiled.keep(found.database, f"{folder} {found.sha256}", (found.settings, found.publishers, found.files))
    return found


def load(folder: Path) -> Configuration:
    """Read a configuration folder. Raises ConfigError with every mistake of every file.

    Where it is the shipped folder, what the operator adds lies beside the database. Any other folder holds what is its
    own, and with `shipped_publishers` the shipped publishers lie under that.
    """
    mistakes: list[str] = []
    sha256 = _hash(folder)
    settings = _read(folder / "watcher.toml", Settings, mistakes)
    # As long as the settings cannot be read, no file is blamed for what a shipped one may say below it.
    assumed = settings or Settings(shipped_publishers=True)
    database, additions = places(folder, assumed.database)
    layered = _layered(_publisher_folders(folder, additions, assumed), mistakes)
    # Read once, and only where some feed is made by a recipe.
    recipes = cache(partial(_recipes, additions, mistakes))
    publishers = _read_publishers(layered, _families(additions, mistakes), recipes, mistakes)
    if settings is not None and not mistakes:
        mistakes += _unknown_names(folder / "watcher.toml", settings, publishers)
    if settings is None or mistakes:
        raise ConfigError(tuple(mistakes))
    files = {one.code: one.files for one in layered}
    return Configuration(folder, additions, database, settings, publishers, _by_name(publishers), files, sha256)


def _by_name(publishers: tuple[Publisher, ...]) -> dict[str, tuple[Publisher, Feed]]:
    return {f"{publisher.code}/{feed.code}": (publisher, feed) for publisher in publishers for feed in publisher.feeds}


def _hash(folder: Path) -> str:
    try:
        return hash_of(folder)
    except ConfigError:
        return ""  # the mistake is named with all others


def load_recipes(configuration: Configuration) -> Mapping[str, Recipe]:
    """Every recipe by its name, the shipped ones and the operator's own. Raises ConfigError."""
    mistakes: list[str] = []
    found = _recipes(configuration.additions, mistakes)
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return found


def _publisher_folders(folder: Path, additions: Path, settings: Settings) -> tuple[Path, ...]:
    """Where publishers' files are, the lowest layer first."""
    is_layered = is_shipped(folder) or settings.shipped_publishers
    below = (shipped_folder() / "publishers",) if is_layered else ()
    return (*below, additions / "publishers")


def load_rules(path: Path, configuration: Configuration) -> Settings:
    """The `[[rule]]` tables of another file, to be tried in place of a configuration's; the rest of it is ignored.

    Raises ConfigError with every mistake, also for names that this configuration does not know.
    """
    mistakes: list[str] = []
    given = _toml(path, mistakes)
    rules = _checked(path, Settings, {"rule": (given or {}).get("rule", ())}, mistakes)
    if rules is not None:
        settings = configuration.settings.with_changes(rules=rules.rules)
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


def _layered(folders: tuple[Path, ...], mistakes: list[str]) -> tuple[Layered, ...]:
    """Every publisher with what all folders say of it; two files of one folder never speak of the same."""
    found: dict[str, Layered] = {}
    for folder in folders:
        in_folder: set[str] = set()
        for path in sorted(folder.glob("*.toml")):
            given = _toml(path, mistakes)
            if given is None:
                continue
            code = str(given.get("code", path.stem))
            if code in in_folder:
                mistakes.append(f"{path}: code: there is another publisher with the code {code}")
            in_folder.add(code)
            found[code] = found.get(code, Layered(code, {"code": code}, ())).under(path, given)
    return tuple(found.values())


def _families(additions: Path, mistakes: list[str]) -> dict[str, Mapping[str, Any]]:
    """What the sites of a family have in common, by its name: the shipped families, and the operator's own."""
    folders = dict.fromkeys((shipped_folder() / "families", additions / "families"))
    files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    return {path.stem: given for path in files if (given := _toml(path, mistakes)) is not None}


def _recipes(additions: Path, mistakes: list[str]) -> Mapping[str, Recipe]:
    """The shipped recipes, and the operator's own."""
    from watcher.config.recipes import Recipe

    folders = dict.fromkeys((shipped_folder() / "recipes", additions / "recipes"))
    paths = (path for folder in folders for path in sorted(folder.glob("*.toml")))
    read = ((path.stem, _read(path, Recipe, mistakes)) for path in paths)
    return {name: recipe for name, recipe in read if recipe is not None}


def _read_publishers(
    layered: tuple[Layered, ...],
    families: Mapping[str, Mapping[str, Any]],
    recipes: Callable[[], Mapping[str, Recipe]],
    mistakes: list[str],
) -> tuple[Publisher, ...]:
    from watcher.config.recipes import with_recipes

    found = []
    for one in layered:
        family, path = str(one.given.get("family", "")), one.files[-1]
        if family and family not in families:
            mistakes.append(f'{path}: family: there is no family "{family}"')
        given, unfit = with_recipes(laid_over(families.get(family, {}), one.given), recipes)
        mistakes += [f"{path}: {mistake}" for mistake in unfit]
        publisher = None if unfit else _checked(path, Publisher, given, mistakes, is_layered=len(one.files) > 1)
        found += [publisher] if publisher is not None else []
    return tuple(found)


def _read(path: Path, kind: type[T], mistakes: list[str]) -> T | None:
    given = _toml(path, mistakes)
    return None if given is None else _checked(path, kind, given, mistakes)


def _toml(path: Path, mistakes: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{path}: cannot be read: {error}")
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path}: is no TOML: {error}")
    return None


def _checked(
    path: Path, kind: type[T], given: dict[str, Any], mistakes: list[str], *, is_layered: bool = False
) -> T | None:
    """The value that a file gives; `is_layered`: its lists are not in the file's own order, so feeds go by code."""
    from pydantic import ValidationError

    from watcher.config.checks import check

    try:
        return check(kind, given)
    except ValidationError as error:
        for mistake in error.errors():
            place = _by_code(mistake["loc"], given) if is_layered else mistake["loc"]
            mistakes.append(f"{path}: {_key_of(place)}{_message_of(mistake)}")
    return None


def _by_code(location: tuple[int | str, ...], given: Mapping[str, Any]) -> tuple[int | str, ...]:
    match location:
        case ("feed", int(number), *rest):
            feed = given["feed"][number]
            return ("feed", str(feed["code"]) if isinstance(feed, dict) and "code" in feed else number, *rest)
    return location


def _key_of(location: tuple[int | str, ...]) -> str:
    """`channel.2.url: ` counted from one, as a person counts; names of union members are left out."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in location]
    shown = [part for part in parts if part not in {"Secret", "str"} and not part.startswith("function-")]
    return ".".join(shown) + ": " if shown else ""


def _message_of(mistake: Any) -> str:
    """What is wrong; the value that was given is never repeated, it may be a secret."""
    from watcher.config.values import mistake_in_words

    if mistake["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return "this key is not known"
    return mistake_in_words(mistake["msg"])
