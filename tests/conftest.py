"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# No test has a time limit: a busy machine must not turn a right answer into a failure.
settings.register_profile("watcher", deadline=None)
settings.load_profile("watcher")
