"""No control sign of a text from outside reaches a terminal, whichever command prints it and in whichever shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import watcher
from watcher.config.redaction import remember
from watcher.content.characters import clean

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "\x07\x1b\x9b\x08\u202e\u2066\u200f"
COMMANDS = (
    ["releases"], ["releases", "--json"], ["releases", "--csv"], ["show", "1"], ["show", "1", "--json"],
    ["feeds"], ["feeds", "--json"], ["feeds", "--csv"], ["alerts"], ["alerts", "--json"], ["alerts", "--csv"],
    ["health"], ["check"], ["check", "--json"], ["export", "opml"],
)  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_stored_words_ring_no_bell(spoilt: Path, arguments: list[str]) -> None:
    """Check 71: the reason phrase of a server, a title, an address: every command, as table, JSON and CSV."""
    done = watcher("--config", spoilt, *arguments)
    shown = done.stdout + done.stderr
    assert not set(shown) & set(HOSTILE), repr(shown)
    if arguments[-1] == "--json":
        assert json.loads(done.stdout)


def test_json_of_a_command_says_what_is_stored(spoilt: Path) -> None:
    """A program that reads the list gets every sign, escaped."""
    (feed,) = json.loads(watcher("--config", spoilt, "feeds", "--json").stdout)
    assert feed["error"] == f"403 {HOSTILE}"


def test_arguments_that_are_repeated_are_harmless(tmp_path: Path) -> None:
    """A file name or an address from a list that somebody sent stands in the message of a mistake."""
    done = watcher("--config", tmp_path / f"no{HOSTILE}where", "feeds")
    assert done.returncode == 2
    assert not set(done.stderr) & set(HOSTILE)
    assert clean("no where") in " ".join(done.stderr.split())


def test_page_of_a_file_is_shown_without_its_signs(tmp_path: Path) -> None:
    """What `extract` and `detect --explain` show comes from whoever wrote the file."""
    page = tmp_path / "page.html"
    page.write_text(f"<h1>Ti{HOSTILE}tle</h1><article><p>{HOSTILE}Two civilians were killed.</p></article>", "utf-8")
    text = tmp_path / "text.txt"
    text.write_text(f"Two{HOSTILE} civilians were killed near the river.", "utf-8")
    commands: tuple[list[str | Path], ...] = (
        ["extract", page],
        ["extract", page, "--json"],
        ["detect", text],
        ["detect", text, "--explain"],
    )
    for arguments in commands:
        done = watcher(*arguments)
        assert not set(done.stdout + done.stderr) & set(HOSTILE), arguments


def test_fault_of_ours_shows_no_secret_and_rings_no_bell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 64 and 71: a traceback of something unforeseen holds the words that it stumbled over."""
    remember("the-canary-of-a-fault")

    def stumble(_folder: object) -> None:
        raise KeyError(f"{HOSTILE} the-canary-of-a-fault")

    monkeypatch.setattr("watcher.config.load.load", stumble)
    (tmp_path / "watcher.toml").write_text("")
    done = watcher("--config", tmp_path, "channels")
    assert done.returncode == 1
    assert "KeyError" in done.stderr
    assert "[secret]" in done.stderr
    assert not set(done.stderr) & set(HOSTILE)
