"""What several test files share; a test file never imports another one.

servers           HTTP and SMTP servers on loopback that answer as told, TLS certificates, `in_loop`
scenario          a configuration, feeds and pages of invented releases, one round of polls, what the database holds
statements        what SQLite is asked, its plans and steps; a database grown large by copying
disk              a disk that is full, a medium that is read-only
command_line      the command `watcher` in this process; `daemon` as a process of its own
fetching          a client on loopback, the error of a request that fails, answers made without a server
real_publisher    47 real feeds and their pages on loopback
sites, pdf        pages of many kinds of sites, and PDFs
detection         the English vocabulary and short forms of what the detector finds
alerts, messages  the context of an alert on a release; messages of alerts and channels to send them to
outbox            deliveries at faked times
feeds             a published feed as a feed reader sees it; `mutations` feeds changed by chance
evidence          a database with evidence of every kind, and ways to damage it; `old_database` one to be migrated
time_stamping     a time-stamp authority
syntax            the program's own files as Python reads them
json_schema       whether a message fits the published schema
released_database the database of this version as a fixture, which later versions must upgrade
once, warm        what is made once a process of tests: the tables of a new database, workers with the words compiled
forked            a function as a process of its own, without the second that an interpreter takes to load the program
crash*, fast_daemon, moved_clock  programs that tests start: killed at a point, or under another clock
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"


def loaded(path: Path) -> ModuleType:
    """A script that is no part of a package, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def script(name: str) -> tuple[str, ...]:
    """The start of a command line that runs a module of this folder; it is to be started with ROOT as its folder."""
    return (sys.executable, "-m", f"tests.support.{name}")
