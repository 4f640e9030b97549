"""What the daemon counts since its start: polls by their outcome, attempts, and how long alerts took to arrive."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Upper bounds in seconds of the classes in which the time from a release's discovery to its alert is counted.
BOUNDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0)


@dataclass(slots=True)
class Delays:
    """A histogram: how many delays were in each class of BOUNDS (the last one has no bound), and their sum."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    sum: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one delay; a clock that was set back makes none negative."""
        seconds = max(0.0, seconds)
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds


@dataclass(slots=True)
class Counts:
    """Polls by feed and outcome, attempts by channel and outcome, delays from the discovery of a release to its alert.

    They only grow, as whoever draws them expects, and begin anew at each start.
    """

    polls: Counter[tuple[str, str]] = field(default_factory=Counter)
    attempts: Counter[tuple[str, str]] = field(default_factory=Counter)
    delays: Delays = field(default_factory=Delays)

    def attempt(self, channel: str, *, is_sent: bool, seen_at: datetime | None, now: datetime) -> None:
        """Count an attempt; of one that arrived, how long after its release was seen, where it is about one."""
        self.attempts[channel, "sent" if is_sent else "failed"] += 1
        if is_sent and seen_at is not None:
            self.delays.add((now - seen_at).total_seconds())

    def failed_attempts(self) -> dict[str, int]:
        """How many attempts failed, by channel."""
        return {channel: count for (channel, outcome), count in self.attempts.items() if outcome == "failed"}
