"""What holds for every test."""

from __future__ import annotations

import pytest
from hypothesis import settings

from watcher.config import redaction

# No test has a time limit: a busy machine must not turn a right answer into a failure.
settings.register_profile("watcher", deadline=None)
settings.load_profile("watcher")


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that one test read is a word like any other in the next."""
    monkeypatch.setattr(redaction, "_known", {})
