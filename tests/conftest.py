"""What holds for every test."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support import TESTS
from tests.support.once import make_once
from watcher.config import redaction

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# The tests start the program some hundred times: without its compiled files each start would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# multiprocessing runs the file of the main program again in each process that it starts, and that of pytest takes a
# second. (The processes of pytest-xdist have none.)
vars(sys.modules["__main__"]).pop("__file__", None)

# They take longest, and are begun first: a file is run by one process, which would be left alone with it at the end.
_LONGEST = (
    "test_crash_delivery.py",
    "test_plain_install.py",
    "test_daemon.py",
    "test_browser.py",
    "test_shared_scores.py",
    "test_real_feeds.py",
    "test_poll.py",
    "test_crash.py",
    "test_workers.py",
    "test_cluster.py",
    "test_alerting.py",
    "test_feed_reader_behaviour.py",
    "test_demo_publishers.py",
    "test_query_plans.py",
    "test_integrity.py",
    "test_secrets.py",
)

# No test has a time limit: a busy machine must not turn a right answer into a failure.
settings.register_profile("watcher", deadline=None)
settings.load_profile("watcher")


# As in the program's own processes: with 700 new objects the collector takes a tenth of all the tests' time.
gc.set_threshold(50_000)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Let the first process compile the tests of a fresh checkout for all; meanwhile types are checked beside it."""
    given = getattr(session.config, "workerinput", {})
    mark = Path(tempfile.gettempdir(), f"watcher-tests-{given.get('testrunuid')}")
    until = time.monotonic() + 120
    while given and given["workerid"] != "gw0" and not (mark.exists() or _are_compiled() or time.monotonic() > until):
        time.sleep(0.1)
    try:
        return (yield)
    finally:
        gc.freeze()  # what was collected stays
        if given and given["workerid"] == "gw0":
            mark.touch()
            session.config.add_cleanup(mark.unlink)


def _are_compiled() -> bool:
    return len(list(TESTS.rglob("test_*-pytest-*.pyc"))) >= len(list(TESTS.rglob("test_*.py")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


@pytest.fixture(autouse=True, scope="session")
def _once() -> Iterator[None]:
    """What every test would make anew is made once a process."""
    with pytest.MonkeyPatch.context() as patch:
        make_once(patch)
        yield


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that one test read is a word like any other in the next."""
    monkeypatch.setattr(redaction, "_known", {})
