"""The program under a moved clock, as a process of its own: `python tests/moved.py SECONDS [watcher's arguments]`.

The same as under `faketime`, with nothing installed: the wall clock is ahead by so many seconds and runs on.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from watcher import clock
from watcher.cli import main

if __name__ == "__main__":
    ahead = timedelta(seconds=float(sys.argv.pop(1)))
    real = clock.now
    clock.now = lambda: real() + ahead
    main()
