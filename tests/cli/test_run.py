"""`watcher poll`: what was named, what failed, and the exit code that a script sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.command_line import watcher
from tests.support.scenario import configure

if TYPE_CHECKING:
    from pathlib import Path


def test_unknown_feed_is_a_usage_error(filled: Path) -> None:
    """A typing mistake must not look like a quiet round."""
    done = watcher("--config", filled, "poll", "army/nwes")
    assert done.returncode == 2
    assert "army/nwes" in done.stderr


def test_failing_feed_gives_exit_code_1(tmp_path: Path) -> None:
    """Done, but something failed: a script can tell."""
    configure(tmp_path, {"news": "http://127.0.0.1:9/feed"})
    done = watcher("--config", tmp_path, "poll")
    assert done.returncode == 1
    assert "unreachable" in done.stdout
    assert "again at" in done.stdout
