"""The checked configuration that is kept: the same as the files give, and never believed when it may be another."""

from __future__ import annotations

import os
import pickle
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watcher.config import compiled
from watcher.config.folder import hash_of, shipped_folder
from watcher.config.load import checked_before, load
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

RICH = """
database = "watcher.db"
datasette_url = "https://desk.example"
quiet_hours = { from = "22:00", to = "06:00" }
[http]
allow_addresses = ["127.0.0.0/8", "::1/128"]
proxy = { env = "DESK_PROXY" }
[mail]
host = "mail.example"
sender = "watcher@desk.example"
password = { file = "/run/secrets/mail" }
[[channel]]
name = "desk"
kind = "webhook"
url = "https://hook.example/a"
secret = [{ env = "NEW" }, { env = "OLD" }]
[[rule]]
name = "many"
harms = ["killed"]
minimum = 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped publishers with a rich `watcher.toml`, beside a database."""
    for part in ("publishers", "families", "recipes"):
        shutil.copytree(shipped_folder() / part, tmp_path / part)
    (tmp_path / "watcher.toml").write_text(RICH, encoding="utf-8")
    (tmp_path / "watcher.db").touch()
    return tmp_path


def place(folder: Path) -> Path:
    return compiled.file_beside((folder / "watcher.db").resolve())


def is_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a start reads nothing but what is kept."""

    def refuse(_: Path) -> None:
        raise LookupError

    with monkeypatch.context() as patched:
        patched.setattr("watcher.config.load.load", refuse)
        try:
            checked_before(folder)
        except LookupError:
            return False
        return True


def test_what_is_kept_is_what_the_files_say(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table of every kind, with its types: a list that came back as another would match nothing."""
    monkeypatch.setenv("DESK_PROXY", "http://canary:canary@proxy.example")
    first = checked_before(folder)
    assert is_believed(folder, monkeypatch)
    again = checked_before(folder)
    assert again == first == load(folder)
    assert repr(again) == repr(first)
    assert {type(feed) for _, feed in again.feeds()} == {type(feed) for _, feed in first.feeds()}
    assert stat.S_IMODE(place(folder).stat().st_mode) == 0o600
    assert b"canary" not in place(folder).read_bytes()
    assert [path.name for path in folder.iterdir() if path.name.startswith("watcher.db.")] == [place(folder).name]


def test_mistake_is_never_kept(folder: Path) -> None:
    """Who breaks a file is told at the next start, and again at every one after it."""
    checked_before(folder)
    (folder / "publishers" / "mine.toml").write_text('name = "A"\nurl = "x"\n')
    for _ in range(2):
        with pytest.raises(ConfigError, match="url: this key is not known"):
            checked_before(folder)


def test_another_file_another_program_another_way_to_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any of them can mean another configuration."""
    checked_before(folder)
    monkeypatch.chdir(folder)
    assert not is_believed(Path(), monkeypatch)  # its paths would be another's
    monkeypatch.setattr("watcher.config.folder.__version__", "99")
    assert not is_believed(folder, monkeypatch)
    monkeypatch.undo()
    assert is_believed(folder, monkeypatch)
    before = hash_of(folder)
    code = folder / "code"
    shutil.copytree(Path(compiled.__file__).parent, code / "config")
    monkeypatch.setattr("watcher.config.folder._PACKAGE", code)
    first = hash_of(folder)
    os.utime(code / "config" / "rules.py", (1, 1))
    assert len({before, first, hash_of(folder)}) == 3
    monkeypatch.undo()
    (folder / "publishers" / "new.toml").write_text('name = "New"\n')
    assert not is_believed(folder, monkeypatch)
    assert checked_before(folder).publisher("new") is not None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[:0],
        lambda body: body[: len(body) // 2],
        lambda body: body[:900] + bytes([body[900] ^ 1]) + body[901:],
        lambda body: bytes([body[0] ^ 1]) + body[1:],
        lambda body: body + b"x",
    ],
)
def test_file_that_is_not_whole_is_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes]
) -> None:
    """Killed half-way, a full disk, a flipped bit: the files themselves are read, and it is made again."""
    first = checked_before(folder)
    place(folder).write_bytes(spoil(place(folder).read_bytes()))
    assert not is_believed(folder, monkeypatch)
    assert checked_before(folder) == first
    assert is_believed(folder, monkeypatch)


class Evil:
    """What runs a command where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        """The call."""
        return os.system, ("true",)


def test_nothing_is_run_that_somebody_wrote_into_it(folder: Path) -> None:
    """Whoever may write beside the database must not run a program by it."""
    database = (folder / "watcher.db").resolve()
    for values in ((Evil(),), (os.path.join,), (compiled.keep,), (pickle.loads,)):
        compiled.keep(database, "key", values)
        assert compiled.kept(database, "key") is None
    compiled.keep(database, "key", (database,))
    assert compiled.kept(database, "key") == (database,)


def test_start_needs_no_place_to_keep_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written, or there is no database yet, each start checks."""
    place(folder).mkdir()
    assert checked_before(folder) == load(folder)
    place(folder).rmdir()
    (folder / "watcher.db").unlink()
    checked_before(folder)
    assert not place(folder).exists()
    assert not is_believed(folder, monkeypatch)
    assert [path.name for path in folder.iterdir() if path.name.startswith("watcher.db")] == []
