"""One round in a process of its own that kills itself, hard, at a chosen point of the route.

Called as `python crash.py CONFIG POINT NUMBER`: at the NUMBER-th passing of POINT the process gets SIGKILL.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenes import one_round

from watcher import documents, observe, outbox, poll, visit
from watcher.config import load
from watcher.store import connection, joining, write

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where a step begins or ends: (module, name of what is called there).
POINTS: dict[str, tuple[Any, str]] = {
    "before the feed is asked": (visit, "ask"),
    "before the answer is judged": (visit, "judge"),
    "before the entries are looked up": (visit, "known_entries"),
    "before the changes are decided": (poll, "decide"),
    "before a page is asked for": (documents, "ask"),
    "before a page is judged": (documents, "judge"),
    "before the rules are asked": (observe, "_alert"),
    "before the record is made": (poll, "_record"),
    "inside the transaction, before a release": (write, "_new_release"),
    "inside the transaction, before the claims": (write, "save_claims"),
    "inside the transaction, before the alert": (joining, "save_alert"),
    "inside the transaction, before the feed's state": (write, "feed_row"),
    "before an attempt is written": (outbox, "start_attempt"),
    "before a message is sent": (outbox, "send"),
    "before an attempt's end is written": (outbox, "finish_attempt"),
    "before a commit": (connection, "_run"),
}


def mine(points: Mapping[str, tuple[Any, str]], point: str, number: int) -> None:
    """Let the `number`-th passing of one of these points be the end of this process."""
    module, name = points[point]
    real, passed = getattr(module, name), 0

    def at_the_point(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(module, name, at_the_point)


if __name__ == "__main__":
    mine(POINTS, sys.argv[2], int(sys.argv[3]))
    asyncio.run(one_round(load(Path(sys.argv[1])), sends=True))
