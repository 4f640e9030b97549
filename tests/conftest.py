"""What holds for every test."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.once import make_once
from watcher.config import redaction

if TYPE_CHECKING:
    from collections.abc import Iterator

# The tests start the program some hundred times: without its compiled files each start would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# They take longest, and are begun first: a file is run by one process, which would be left alone with it at the end.
_LONGEST = (
    "test_crash_delivery.py",
    "test_plain_install.py",
    "test_daemon.py",
    "test_browser.py",
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
