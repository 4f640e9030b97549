"""`[[rule]]`, `[quiet_hours]` and `[digest]`: what raises an alert, how urgent it is, and when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from watcher.config.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Annotated

    from pydantic import Field

    from watcher.config.values import Code, DayTime, Listed, Zone
    from watcher.model.claim import Harm, Stance, Victim


Priority = Literal["urgent", "normal", "low"]
Sending = Literal["once", "hourly", "daily"]
RuleEvent = Literal[
    "new",
    "changed",
    "denial",
    "revision",
    "withdrawn",
    "removed",
    "restored",
    "found_later",
    "unread",
    "feed_unhealthy",
    "feed_recovered",
    "stopped",
    "gap",
    "stale",
    "moved",
    "move_pending",
    "proof_lost",
    "proof_found",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Table):
    """Which claims, releases and feeds raise an alert. An empty list means: any. A claim must match every key.

    `send` says when alerts are sent: at once, or in the hourly or daily digest; without it, low priority waits for the
    daily one. What matches only with claims of less `confidence` waits for the daily digest, as to be checked. For
    events of feeds only `publishers` and `feeds` count, for `unread` also `languages`.
    """

    name: Code
    events: tuple[RuleEvent, ...] = ("new", "changed", "denial", "found_later")
    publishers: Listed = ()
    feeds: Listed = ()
    harms: tuple[Harm, ...] = ("killed", "injured", "missing", "casualty")
    victims: tuple[Victim, ...] = ()
    stances: tuple[Stance, ...] = ("asserted", "assessed", "alleged")
    minimum: Annotated[int, Field(ge=0)] = 0
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    words: Listed = ()
    places: Listed = ()
    languages: Listed = ()
    background: bool = False
    priority: Priority = "normal"
    send: Sending | None = None
    channels: Listed = ()

    @property
    def sending(self) -> Sending:
        """When its alerts are sent."""
        return self.send or ("daily" if self.priority == "low" else "once")

    def unknown_names(self, known: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
        """Each key and name that the configuration does not know; `known` holds the names by key."""
        for key, names in known.items():
            yield from ((key, name) for name in getattr(self, key) if name not in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours(Table):
    """Hours in which only urgent alerts are sent, in `time_zone` or else the channel's. May pass midnight."""

    start: DayTime = field(metadata={"key": "from"})
    end: DayTime = field(metadata={"key": "to"})
    time_zone: Zone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(Table):
    """When digests are made: the daily one at a time of the day in the channel's zone, the hourly one at a minute."""

    at: DayTime = "08:00"
    minute: Annotated[int, Field(ge=0, le=59)] = 0
