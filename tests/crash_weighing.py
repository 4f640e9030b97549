"""One weighing in a process of its own that kills itself, hard, at a chosen point.

Called as `python crash_weighing.py CONFIG POINT NUMBER`: at the NUMBER-th passing of POINT the process gets SIGKILL.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from crash import mine

from watcher.config import load
from watcher.shell import open_shell
from watcher.store import connection, deciding, digests
from watcher.weighing import weigh

POINTS: dict[str, tuple[Any, str]] = {
    "before an event's alert": (deciding, "save_alert"),
    "between an event's alert and its mark": (deciding, "at"),
    "before a digest": (digests, "save_alert"),
    "between a digest and its members' marks": (digests, "update"),
    "before a commit": (connection, "_run"),
}


async def _weigh(folder: Path) -> None:
    async with open_shell(load(folder)) as shell:
        mine(POINTS, sys.argv[2], int(sys.argv[3]))
        await weigh(shell)


if __name__ == "__main__":
    asyncio.run(_weigh(Path(sys.argv[1])))
