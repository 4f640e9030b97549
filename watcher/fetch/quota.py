"""What the operator of an address allows: requests so far apart, so many in an hour and in a day. Kept, not met.

The requests of the last day are counted on the wall clock, so that they can be read back after a restart; the distance
of two is counted on the monotonic clock.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.errors import Held

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from watcher.model.api import RequestLimits


DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Quota:
    """The requests to all that is below an address: how many are allowed, and when those of the last day began."""

    prefix: str
    apart: float = 0.0
    per_hour: int = 0
    per_day: int = 0
    starts: deque[datetime] = field(default_factory=deque)
    next_start: float = 0.0

    def covers(self, url: str) -> bool:
        """Whether a URL is the address itself or below it."""
        rest = url.removeprefix(self.prefix)
        return url.startswith(self.prefix) and (not rest or self.prefix.endswith("/") or rest[0] in "/?#")

    def tighten(self, limits: RequestLimits) -> None:
        """Keep the stricter of two limits: feeds of one API share what it allows."""
        self.apart = max(self.apart, limits.apart)
        self.per_hour = min(filter(None, (self.per_hour, limits.per_hour)), default=0)
        self.per_day = min(filter(None, (self.per_day, limits.per_day)), default=0)

    def begin_with(self, starts: Iterable[datetime]) -> None:
        """Take over the requests of before a restart."""
        self.starts = deque(sorted(starts))

    async def take(self, url: str) -> None:
        """Wait until a request may be sent, and count it. Raises Held where none may for now."""
        self._refuse_spent(url)
        now = clock.monotonic()
        start = max(now, self.next_start)
        self.next_start = start + self.apart
        self.starts.append(clock.now())
        if start > now:
            await asyncio.sleep(start - now)

    def shift(self, by: timedelta) -> None:
        """Move what was counted after the wall clock jumped by this much."""
        self.starts = deque(start + by for start in self.starts)

    def _refuse_spent(self, url: str) -> None:
        now = clock.now()
        while self.starts and self.starts[0] <= now - DAY:
            self.starts.popleft()
        for count, span, name in ((self.per_day, DAY, "day"), (self.per_hour, _HOUR, "hour")):
            within = [start for start in self.starts if start > now - span]
            if count and len(within) >= count:
                wait = within[-count] + span - now
                detail = f"the {count} requests that are allowed in {'a' if name == 'day' else 'an'} {name} are used up"
                raise Held(url, detail, retry_after=max(1, round(wait.total_seconds() + 1)))
