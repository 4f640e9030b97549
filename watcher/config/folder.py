"""Where the configuration and its database are, without reading the rest: what a command that only lists needs.

Reading and checking all of it takes half a second of models and publishers' files, which a list of releases waits for
in vain.
"""

from __future__ import annotations

import os
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

from watcher import __version__
from watcher.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent.parent
# Where `watcher.toml` names no other.
DATABASE = "watcher.db"
# Beside the vocabularies in `words/`: what each indication for or against a claim weighs.
WEIGHTS = "weights.toml"


def shipped_folder() -> Path:
    """The configuration that comes with the package: inside it once installed, beside it in a checkout."""
    inside = _PACKAGE / "shipped"
    return inside if inside.is_dir() else _PACKAGE.parent / "config"


def words_folder(folder: Path) -> Path:
    """The folder of vocabularies: the configuration's own where it holds one, otherwise the shipped one."""
    own = folder / "words"
    return own if any(path.name != WEIGHTS for path in own.glob("*.toml")) else shipped_folder() / "words"


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


def is_shipped(folder: Path) -> bool:
    """Whether a folder is the shipped configuration."""
    return folder.resolve() == shipped_folder().resolve()


def places(folder: Path, database: Path) -> tuple[Path, Path]:
    """The database's file, and the folder of what the operator adds; `database` is as `watcher.toml` names it.

    That of the shipped configuration is never the shipped folder itself: an upgrade replaces it.
    """
    if not is_shipped(folder):
        return (folder / database).resolve(), folder
    if folder.resolve().is_relative_to(_PACKAGE):
        return (data_folder() / database.name).resolve(), data_folder()
    file = (folder / database).resolve()
    return file, file.parent


def database_of(folder: Path) -> Path:
    """The database's file, from `watcher.toml` alone. Raises ConfigError where that cannot be read.

    Other mistakes of the configuration are for the commands that act by it.
    """
    named = _settings_of(folder).get("database", DATABASE)
    if not isinstance(named, str):
        raise ConfigError((f"{folder / 'watcher.toml'}: database: must be a path",))
    return places(folder, Path(named))[0]


def has_table(folder: Path, name: str) -> bool:
    """Whether `watcher.toml` has a table of that name. Raises ConfigError where it cannot be read."""
    return name in _settings_of(folder)


def _settings_of(folder: Path) -> dict[str, Any]:
    """What `watcher.toml` gives, without any check. Raises ConfigError where it cannot be read."""
    path = folder / "watcher.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f"{path}: cannot be read: {error}",)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((f"{path}: is no TOML: {error}",)) from error


def files_of(folder: Path, additions: Path) -> tuple[Path, ...]:
    """Every file that the configuration of a folder can be made of, vocabularies included."""
    bases = dict.fromkeys((folder, additions, shipped_folder()))
    kinds = ("publishers", "families", "recipes", "words")
    parts = (path for base in bases for kind in kinds for path in sorted((base / kind).glob("*.toml")))
    return (folder / "watcher.toml", *parts)


def hash_of(folder: Path) -> str:
    """The SHA-256 of all these files, with their names, and of the program that reads them.

    What one program found right, and the database followed, is the same as long as this is. Of its code the size and
    time of each file count, as Python itself tells whether a module has changed.
    """
    additions = places(folder.resolve(), database_of(folder))[1]
    found = sha256(repr((__version__, *_code())).encode())
    for path in files_of(folder.resolve(), additions):
        # A file that cannot be read is for `load` to report.
        body = path.read_bytes() if os.access(path, os.R_OK) else b""
        found.update(b"\0".join((str(path).encode(), str(len(body)).encode(), body)))
    return found.hexdigest()


def _code() -> list[tuple[str, int, int]]:
    """The files of code that say what a configuration means."""
    paths = (path for part in ("config", "model") for path in (_PACKAGE / part).glob("*.py"))
    return sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
