"""The daemon with a clock that runs faster than the wall's: minutes between polls pass in seconds.

Called as `python -m tests.support.fast_daemon CONFIG START SPEED [DATASETTE_PORT]`; START is the instant (seconds since
1970) of the first start, SPEED how many seconds pass in one. Where the configuration's folder has a file `clock_ahead`,
the wall clock is ahead by the seconds in it, and can be set while the daemon runs. What it says stands in the folder's
`daemon.log`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher import clock

_BEHIND = 6 * 86_400


@dataclass
class _Setting:
    """How far the wall clock was set ahead; the file is looked at ten times a second."""

    file: Path
    seconds: float = 0.0
    read_at: float = 0.0

    def ahead(self) -> float:
        if time.monotonic() - self.read_at > 0.1:
            self.read_at = time.monotonic()
            self.seconds = float(self.file.read_text(encoding="utf-8")) if self.file.exists() else 0.0
        return self.seconds


def speed_up(start: float, speed: float, folder: Path) -> None:
    """Make both clocks fast: wall time, and the one that nobody can move.

    Wall time begins days ago, so that it stays behind the real one, by which the scheduler starts its jobs.
    """
    setting = _Setting(folder / "clock_ahead")
    first = start - _BEHIND
    clock.now = lambda: datetime.fromtimestamp(first + (time.time() - start) * speed + setting.ahead(), UTC)
    clock.monotonic = lambda: time.monotonic() * speed


def keep_the_pace_of_signs(speed: float) -> None:
    """Jobs are run as often as ever by the real clock: by the fast one they are late so many times later."""
    from watcher.jobs import health, schedule  # noqa: PLC0415 - once the clock is fast

    real = schedule.Schedule.add

    def add(jobs: schedule.Schedule, job: schedule.Job) -> None:
        job.within *= speed
        real(jobs, job)

    schedule.Schedule.add = add  # type: ignore[method-assign, assignment]
    health._FRESH = timedelta(seconds=12 * speed)


def main(config: str, start: str, pace: str, *port: str) -> None:
    """Run the daemon; modules that take the clock as a default are imported only once it is fast."""
    folder, speed = Path(config), float(pace)
    with (folder / "daemon.log").open("ab") as log:
        for output in (1, 2):
            os.dup2(log.fileno(), output)
    speed_up(float(start), speed, folder)
    keep_the_pace_of_signs(speed)
    from watcher.config.load import load  # noqa: PLC0415 - see above
    from watcher.jobs import daemon  # noqa: PLC0415 - see above
    from watcher.store.database_file import only_instance  # noqa: PLC0415 - see above

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    configuration = load(folder)
    serve = (sys.executable, "-m", "watcher", "--config", str(folder), "serve", "--until-eof", "--port", *port)
    with only_instance(configuration.database):
        asyncio.run(daemon.run(configuration, datasette=serve if port else ()))


if __name__ == "__main__":
    main(*sys.argv[1:])
