"""Which channel is told when: at once, after quiet hours, in a digest, or not at all because of a mute. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.model.alert import NO_MUTES, Dispatch, Mutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.alerts.rules import Matched
    from watcher.config.rules import QuietHours, Sending
    from watcher.config.settings import Settings
    from watcher.model.alert import Priority


_SOONEST: tuple[Sending, ...] = ("once", "hourly", "daily")
# How long the alerts of a first round wait for the other feeds to have been asked.
FIRST_ROUND = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Reader:
    """A channel as far as times go: its zone, when its daily digest is made, and its quiet hours if it has any."""

    channel: str
    zone: str = "UTC"
    digest_at: str = "08:00"
    digest_minute: int = 0
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The channels that can be told, and what is muted."""

    readers: tuple[Reader, ...]
    mutes: Mutes = NO_MUTES

    def dispatches(
        self, matched: Sequence[Matched], priority: Priority, now: datetime, *, feed: str, is_many: bool = False
    ) -> tuple[Dispatch, ...]:
        """One dispatch for each channel that a rule names and that is not muted; no name means every channel.

        Where several rules address a channel the soonest way counts. `is_many`: it comes with many others (a first
        round, a search of the archive), so it waits for them.
        """
        if feed in self.mutes.feeds:
            return ()
        ways: dict[str, Sending] = {}
        for one in matched:
            for name in one.rule.channels or [reader.channel for reader in self.readers]:
                if one.rule.name not in self.mutes.rules:
                    ways[name] = min(ways.get(name, "daily"), one.rule.sending, key=_SOONEST.index)
        known = {reader.channel: reader for reader in self.readers}
        return tuple(
            _dispatch(known[name], way, priority, now, is_many=is_many) for name, way in ways.items() if name in known
        )

    def muted(self, matched: Sequence[Matched], *, feed: str) -> str:
        """Why nobody is told of this; empty where somebody is, or would be if there were a channel."""
        if feed in self.mutes.feeds:
            return f"feed {feed} is muted until {self.mutes.feeds[feed]:%Y-%m-%d %H:%M} UTC"
        names = [one.rule.name for one in matched]
        if not names or any(name not in self.mutes.rules for name in names):
            return ""
        return "; ".join(f"rule {name} is muted until {self.mutes.rules[name]:%Y-%m-%d %H:%M} UTC" for name in names)


def plan_of(settings: Settings, mutes: Mutes = NO_MUTES) -> Plan:
    """The plan that a configuration makes."""
    readers = (
        Reader(
            channel=channel.name,
            zone=channel.time_zone,
            digest_at=channel.digest_at or settings.digest.at,
            digest_minute=settings.digest.minute,
            quiet_hours=channel.quiet_hours or settings.quiet_hours,
        )
        for channel in settings.channels
        if channel.enabled
    )
    return Plan(tuple(readers), mutes)


def _dispatch(reader: Reader, way: Sending, priority: Priority, now: datetime, *, is_many: bool) -> Dispatch:
    if way != "once":
        return Dispatch(reader.channel, way, _digest_time(reader, way, now))
    if is_many:
        return Dispatch(reader.channel, "first_round", now + FIRST_ROUND)
    morning = None if priority == "urgent" else morning_of(reader, now)
    return Dispatch(reader.channel, "quiet_hours", morning) if morning else Dispatch(reader.channel)


def morning_of(reader: Reader, now: datetime) -> datetime | None:
    """The end of the quiet hours that an instant lies in, or None where it lies in none."""
    quiet = reader.quiet_hours
    if quiet is None or quiet.start == quiet.end:
        return None
    local = now.astimezone(ZoneInfo(quiet.time_zone or reader.zone))
    said = f"{local:%H:%M}"
    is_over_midnight = quiet.start > quiet.end
    is_quiet = (said >= quiet.start or said < quiet.end) if is_over_midnight else quiet.start <= said < quiet.end
    return _next_time(local, quiet.end) if is_quiet else None


def _digest_time(reader: Reader, way: Sending, now: datetime) -> datetime:
    """When the next digest is made: after quiet hours where it would fall into them."""
    local = now.astimezone(ZoneInfo(reader.zone))
    due = _next_time(local, reader.digest_at) if way == "daily" else _next_minute(local, reader.digest_minute)
    return morning_of(reader, due) or due


def _next_time(local: datetime, said: str) -> datetime:
    """The next instant at which a clock of that zone shows a time; one that a change of clocks skips comes later."""
    at = day_time.fromisoformat(said)
    for days in (0, 1, 2):
        day = local.date() + timedelta(days=days)
        found = datetime.combine(day, at, local.tzinfo).astimezone(UTC)
        if found > local:
            return found
    raise AssertionError("unreachable: a time of tomorrow lies ahead")


def _next_minute(local: datetime, minute: int) -> datetime:
    """The next instant at which a clock of that zone shows this minute; zones may lie half an hour apart."""
    wait = (minute - local.minute) % 60 or 60
    return (local.astimezone(UTC) + timedelta(minutes=wait)).replace(second=0, microsecond=0)
