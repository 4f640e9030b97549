"""What the commands share: a database that is not there or is none, and days that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import watcher
from tests.support.scenario import configure

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("command", ["feeds", "releases", "alerts"])
def test_lists_without_a_database_say_how_to_get_one(tmp_path: Path, command: str) -> None:
    """The first thing that a new user types."""
    configure(tmp_path, {"news": "https://a.example/x"})
    done = watcher("--config", tmp_path, command)
    assert done.returncode == 1
    assert "`watcher poll` creates it" in done.stderr
    assert not (tmp_path / "watcher.db").exists()


def test_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    """Exit code 1: it may be somebody's letter."""
    configure(tmp_path, {"news": "https://a.example/x"})
    (tmp_path / "watcher.db").write_bytes(b"a letter" * 1000)
    done = watcher("--config", tmp_path, "feeds")
    assert done.returncode == 1
    assert "watcher.db" in done.stderr
    assert (tmp_path / "watcher.db").read_bytes() == b"a letter" * 1000


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "24.11.2026", ""])
def test_day_that_is_none_is_a_usage_error(filled: Path, since: str) -> None:
    """It would look like a quiet day."""
    done = watcher("--config", filled, "releases", "--since", since)
    assert done.returncode == 2
    assert "2026-11-24" in done.stderr
