"""The custody log: who did what with the evidence, when, why, and with which version. Its rows stand in the chain."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, Any

from watcher import __version__
from watcher.store.chain import keep
from watcher.store.rows import as_json, at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database


def operator() -> str:
    """The user of the operating system who runs this program: name and number, the number alone where it has none."""
    try:
        return f"{getpass.getuser()} (uid {os.getuid()})"
    except (OSError, KeyError, ImportError):
        return f"uid {os.getuid()}"


def record(
    db: Database,
    action: str,
    now: datetime,
    *,
    why: str = "",
    detail: Mapping[str, Any],
    prunes_before: datetime | None = None,
) -> int:
    """Write one line of the log within the caller's transaction, and return its id (check 84)."""
    row = {
        "at": at(now),
        "action": action,
        "who": operator(),
        "why": why,
        "detail": as_json(detail),
        "program_version": __version__,
        "prunes_before_at": at(prunes_before),
    }
    return keep(db, "custody", row)
