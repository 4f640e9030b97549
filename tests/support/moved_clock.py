"""The program under a moved clock: `python -m tests.support.moved_clock SECONDS [arguments of watcher]`.

The same as under `faketime`, with nothing installed: the wall clock is ahead by so many seconds and runs on.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from watcher import clock
from watcher.cli.main import main

if __name__ == "__main__":
    ahead = timedelta(seconds=float(sys.argv.pop(1)))
    real = clock.now
    clock.now = lambda: real() + ahead
    main()
