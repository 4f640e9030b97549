"""A migration in a process of its own that gets SIGKILL at a chosen point.

Called as `python -m tests.support.crash_migration DATABASE POINT`; POINT is a name in watcher.store.schema, and
any other word lets the migration run to its end.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.support.old_database import NEXT
from watcher.store import schema
from watcher.store.connection import connect


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if hasattr(schema, sys.argv[2]):
        setattr(schema, sys.argv[2], _die)
    schema.migrate(connect(Path(sys.argv[1])), NEXT)
