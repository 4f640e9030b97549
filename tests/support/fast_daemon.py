"""The daemon with a clock that runs faster than the wall's: minutes between polls pass in seconds.

Called as `python -m tests.support.fast_daemon CONFIG START SPEED`; START is the instant (seconds since 1970) of the
first start, SPEED how many seconds pass in one.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from watcher import clock

_BEHIND = 6 * 86_400


def speed_up(start: float, speed: float) -> None:
    """Make both clocks fast: wall time, and the one that nobody can move.

    Wall time begins days ago, so that it stays behind the real one, by which the scheduler starts its jobs.
    """
    clock.now = lambda: datetime.fromtimestamp(start - _BEHIND + (time.time() - start) * speed, UTC)
    clock.monotonic = lambda: time.monotonic() * speed


def main() -> None:
    """Run the daemon; modules that take the clock as a default are imported only once it is fast."""
    speed_up(float(sys.argv[2]), float(sys.argv[3]))
    from watcher.config.load import load  # noqa: PLC0415 - see above
    from watcher.jobs import daemon  # noqa: PLC0415 - see above
    from watcher.store.database_file import only_instance  # noqa: PLC0415 - see above

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    configuration = load(Path(sys.argv[1]))
    with only_instance(configuration.database):
        asyncio.run(daemon.run(configuration))


if __name__ == "__main__":
    main()
