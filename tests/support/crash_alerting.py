"""Events against the rules, to be run in a process of its own, which gets SIGKILL at a chosen point."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.support.crash import kill_at
from watcher.config.load import load
from watcher.pipeline import alerting
from watcher.pipeline.alerting import raise_alerts
from watcher.pipeline.runtime import open_runtime
from watcher.store import deliveries, writing_thread

POINTS: dict[str, tuple[Any, str]] = {
    "before an event's alert": (alerting, "save_alert"),
    "between an event's alert and its mark": (alerting, "mark_decided"),
    "before a digest": (alerting, "save_alert"),
    "between a digest and its members' marks": (deliveries, "update"),
    "before a commit": (writing_thread.Store, "_submit"),
}


def main(folder: str, point: str, number: str) -> None:
    """Evaluate over a configuration's folder; at the `number`-th call of the point this process dies."""
    asyncio.run(_evaluate(Path(folder), point, int(number)))


async def _evaluate(folder: Path, point: str, number: int) -> None:
    async with open_runtime(load(folder)) as runtime:
        kill_at(POINTS, point, number)
        await raise_alerts(runtime)
