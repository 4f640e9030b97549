"""The program under a moved clock, to be run in a process of its own.

The same as under `faketime`, with nothing installed: the wall clock is ahead by so many seconds and runs on.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from watcher import clock
from watcher.cli.main import main as watcher


def main(seconds: str, *arguments: str) -> None:
    """The command `watcher` with these arguments."""
    ahead, real = timedelta(seconds=float(seconds)), clock.now
    clock.now = lambda: real() + ahead
    sys.argv = ["watcher", *arguments]
    watcher()
