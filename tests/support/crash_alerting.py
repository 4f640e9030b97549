"""Events against the rules, in a process of its own that gets SIGKILL at a chosen point.

Called as `python -m tests.support.crash_alerting CONFIG POINT NUMBER`: at the NUMBER-th call of POINT it dies.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from tests.support.crash import kill_at
from watcher.config.load import load
from watcher.pipeline import alerting
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.runtime import open_runtime
from watcher.store import connection, deliveries

POINTS: dict[str, tuple[Any, str]] = {
    "before an event's alert": (alerting, "save_alert"),
    "between an event's alert and its mark": (alerting, "mark_decided"),
    "before a digest": (alerting, "save_alert"),
    "between a digest and its members' marks": (deliveries, "update"),
    "before a commit": (connection.Store, "_submit"),
}


async def _evaluate(folder: Path) -> None:
    async with open_runtime(load(folder)) as runtime:
        kill_at(POINTS, sys.argv[2], int(sys.argv[3]))
        await raise_alerts(runtime)


if __name__ == "__main__":
    asyncio.run(_evaluate(Path(sys.argv[1])))
