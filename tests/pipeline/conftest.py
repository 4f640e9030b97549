"""The wall clock of scenarios that last for hours or days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from watcher import clock

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the wall clock to so many hours after the start."""

    def set_clock(hours: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=hours))

    set_clock(0)
    return set_clock
