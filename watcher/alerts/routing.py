"""Which channel gets an alert and when: at once, after quiet hours, in a digest, or not at all because of a mute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.alerts.rules import highest_priority
from watcher.model.alert import NO_MUTES, AlertRecord, Dispatch, Mutes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.alerts.rules import RuleMatch
    from watcher.config.rules import QuietHours, Sending
    from watcher.config.settings import Settings
    from watcher.model.alert import AlertEvent, Priority


_SOONEST: tuple[Sending, ...] = ("once", "hourly", "daily")
# How long the alerts of a first round wait for the other feeds to have been asked.
FIRST_ROUND = timedelta(minutes=10)
# In a digest or after the night an incident would not be closed by what opened it.
_OF_INCIDENTS = frozenset({"feed_unhealthy", "feed_recovered"})


@dataclass(frozen=True, slots=True)
class ChannelSchedule:
    """The times of a channel: its zone, when its daily digest is made, and its quiet hours if it has any.

    `has_incidents`: what is sent there opens and closes incidents, so that a feed's illness and its end go one by one.
    """

    channel: str
    zone: str = "UTC"
    digest_at: str = "08:00"
    digest_minute: int = 0
    quiet_hours: QuietHours | None = None
    has_incidents: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """The enabled channels, and the mutes that hold now."""

    channels: tuple[ChannelSchedule, ...]
    mutes: Mutes = NO_MUTES

    def dispatches(
        self, matched: Sequence[RuleMatch], priority: Priority, now: datetime, *, feed: str, is_many: bool = False
    ) -> tuple[Dispatch, ...]:
        """One dispatch for each channel that a rule names and that is not muted; no name means every channel.

        Where several rules name a channel the soonest one counts. `is_many`: the alert comes with many others (a
        first round, a search of the archive), so it waits for them.
        """
        if feed in self.mutes.feeds:
            return ()
        schedules = {schedule.channel: schedule for schedule in self.channels}
        ways: dict[str, Sending] = {}
        for rule in (one.rule for one in matched if one.rule.name not in self.mutes.rules):
            for name in rule.channels or schedules:
                ways[name] = min(ways.get(name, "daily"), rule.sending, key=_SOONEST.index)
        return tuple(
            _dispatch(schedules[name], way, priority, now, is_many=is_many)
            for name, way in ways.items()
            if name in schedules
        )

    def mute_reason(self, matched: Sequence[RuleMatch], *, feed: str) -> str:
        """Why nobody is notified of this alert; empty where it is sent, or would be if there were a channel."""
        if feed in self.mutes.feeds:
            return f"feed {feed} is muted until {self.mutes.feeds[feed]:%Y-%m-%d %H:%M} UTC"
        names = [one.rule.name for one in matched]
        if not names or any(name not in self.mutes.rules for name in names):
            return ""
        return "; ".join(f"rule {name} is muted until {self.mutes.rules[name]:%Y-%m-%d %H:%M} UTC" for name in names)

    def alert(
        self,
        event: AlertEvent,
        matched: Sequence[RuleMatch],
        *,
        title: str,
        message: Mapping[str, object],
        at: datetime,
        feed: str,
        is_many: bool = False,
    ) -> AlertRecord:
        """The alert of an event for which some rules ask, with the channels that get it, or why none does."""
        priority = highest_priority(matched)
        dispatches = self.dispatches(matched, priority, at, feed=feed, is_many=is_many)
        if event in _OF_INCIDENTS:
            incidents = {schedule.channel for schedule in self.channels if schedule.has_incidents}
            dispatches = tuple(Dispatch(one.channel) if one.channel in incidents else one for one in dispatches)
        return AlertRecord(
            event=event,
            priority=priority,
            rules=tuple(one.rule.name for one in matched),
            title=title,
            message=message,
            dispatches=dispatches,
            muted=self.mute_reason(matched, feed=feed),
        )


def routing_of(settings: Settings, mutes: Mutes = NO_MUTES) -> Routing:
    """The routing of a configuration; a channel's own times come before the general ones."""
    schedules = (
        ChannelSchedule(
            channel=channel.name,
            zone=channel.time_zone,
            digest_at=channel.digest_at or settings.digest.at,
            digest_minute=settings.digest.minute,
            quiet_hours=channel.quiet_hours or settings.quiet_hours,
            has_incidents=channel.kind == "pagerduty",
        )
        for channel in settings.channels
        if channel.enabled
    )
    return Routing(tuple(schedules), mutes)


def _dispatch(schedule: ChannelSchedule, way: Sending, priority: Priority, now: datetime, *, is_many: bool) -> Dispatch:
    if way != "once":
        return Dispatch(schedule.channel, way, _digest_time(schedule, way, now))
    if is_many:
        return Dispatch(schedule.channel, "first_round", now + FIRST_ROUND)
    until = quiet_until(schedule, priority, now)
    return Dispatch(schedule.channel, "quiet_hours", until) if until else Dispatch(schedule.channel)


def quiet_until(schedule: ChannelSchedule, priority: Priority, now: datetime) -> datetime | None:
    """The end of the quiet hours that hold back an alert of this priority, or None where it goes at once."""
    return None if priority == "urgent" else end_of_quiet_hours(schedule, now)


def end_of_quiet_hours(schedule: ChannelSchedule, now: datetime) -> datetime | None:
    """The end of the quiet hours around an instant, or None outside them."""
    quiet = schedule.quiet_hours
    if quiet is None or quiet.start == quiet.end:
        return None
    local = now.astimezone(ZoneInfo(quiet.time_zone or schedule.zone))
    clock_time = f"{local:%H:%M}"
    if quiet.start > quiet.end:  # over midnight
        is_quiet = clock_time >= quiet.start or clock_time < quiet.end
    else:
        is_quiet = quiet.start <= clock_time < quiet.end
    return _next_time(local, quiet.end) if is_quiet else None


def _digest_time(schedule: ChannelSchedule, way: Sending, now: datetime) -> datetime:
    """When the next digest is made: after quiet hours where it would fall into them."""
    local = now.astimezone(ZoneInfo(schedule.zone))
    due = _next_time(local, schedule.digest_at) if way == "daily" else _next_minute(local, schedule.digest_minute)
    return end_of_quiet_hours(schedule, due) or due


def _next_time(local: datetime, clock_time: str) -> datetime:
    """The next instant at which a clock of that zone shows a time; one that a change of clocks skips comes later."""
    at = time.fromisoformat(clock_time)
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
