"""When a channel gets an alert: at once, after a quiet night, in a digest, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.alerts.routing import ChannelSchedule, Routing, end_of_quiet_hours, quiet_until, routing_of
from watcher.alerts.rules import RuleMatch
from watcher.config.checks import check
from watcher.config.rules import QuietHours, Rule
from watcher.config.settings import Settings
from watcher.model.alert import Dispatch, Mutes, Priority

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
NIGHT = check(QuietHours, {"from": "22:00", "to": "07:00"})
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)
TIMES = st.times().map(lambda at: f"{at:%H:%M}")


def dispatched(
    *rules: Rule, schedule: ChannelSchedule | None = None, priority: Priority = "normal", now: datetime = NOW
) -> tuple[Dispatch, ...]:
    routing = Routing((schedule or ChannelSchedule("desk"),))
    return routing.dispatches([RuleMatch(rule) for rule in rules], priority, now, feed="army/news")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"priority": "urgent"}, Dispatch("desk")),
        ({}, Dispatch("desk")),
        ({"priority": "low"}, Dispatch("desk", "daily", datetime(2026, 11, 25, 8, tzinfo=UTC))),
        ({"priority": "low", "send": "once"}, Dispatch("desk")),
        ({"send": "hourly"}, Dispatch("desk", "hourly", datetime(2026, 11, 25, 0, tzinfo=UTC))),
    ],
)
def test_priority_says_when_unless_the_rule_does(fields: dict[str, str], expected: Dispatch) -> None:
    """Urgent and normal at once, low in the daily digest; `send` overrides it."""
    assert dispatched(check(Rule, {"name": "r"} | fields)) == (expected,)


def test_the_soonest_way_counts_for_each_channel() -> None:
    """A channel that one rule notifies at once need not wait for the digest that another rule asks for."""
    rules = (Rule(name="a", send="daily"), Rule(name="b", channels=("desk",)), Rule(name="c", send="hourly"))
    routing = Routing((ChannelSchedule("desk"), ChannelSchedule("mail")))
    sent = routing.dispatches([RuleMatch(rule) for rule in rules], "normal", NOW, feed="army/news")
    assert [(one.channel, one.hold) for one in sent] == [("desk", ""), ("mail", "hourly")]


def test_quiet_hours_hold_back_all_but_urgent_alerts() -> None:
    """Nobody is woken for what can wait, and everybody for what cannot."""
    schedule = ChannelSchedule("desk", quiet_hours=NIGHT)
    assert dispatched(Rule(name="r"), schedule=schedule) == (Dispatch("desk", "quiet_hours", MORNING),)
    assert dispatched(Rule(name="r"), schedule=schedule, priority="urgent") == (Dispatch("desk"),)
    assert dispatched(Rule(name="r"), schedule=schedule, now=MORNING) == (Dispatch("desk"),)


def test_digest_waits_for_the_end_of_quiet_hours() -> None:
    """The hourly digest of midnight waits for the morning too."""
    schedule = ChannelSchedule("desk", quiet_hours=NIGHT)
    assert dispatched(Rule(name="r", send="hourly"), schedule=schedule) == (Dispatch("desk", "hourly", MORNING),)


@pytest.mark.parametrize(
    ("zone", "now", "end"),
    [
        ("Europe/London", datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 2, 6, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 7, 1, 17, 0, tzinfo=UTC), datetime(2026, 7, 2, 1, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), None),
        # The clocks are set back an hour in this night: seven o'clock comes an hour later.
        ("Europe/London", datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_quiet_hours_are_those_of_the_channels_zone(zone: str, now: datetime, end: datetime | None) -> None:
    """The night of a desk in Delhi is not that of one in London, and summer time moves both."""
    assert end_of_quiet_hours(ChannelSchedule("desk", zone=zone, quiet_hours=NIGHT), now) == end


@given(start=TIMES, end=TIMES, now=st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 1)))  # noqa: DTZ001 - the strategy adds the zone
def test_quiet_hours_always_end_within_a_day(start: str, end: str, now: datetime) -> None:
    """Whatever hours are set, nothing is held for ever, and the end lies outside of them."""
    quiet = check(QuietHours, {"from": start, "to": end})
    for zone in ("UTC", "Australia/Lord_Howe"):
        schedule = ChannelSchedule("desk", zone=zone, quiet_hours=quiet)
        morning = end_of_quiet_hours(schedule, now)
        if morning is not None:
            assert now < morning <= now + timedelta(hours=26)
            assert f"{morning.astimezone(ZoneInfo(zone)):%M}" in {end[3:], f"{(int(end[3:]) + 30) % 60:02}"}


@given(at=TIMES, minute=st.integers(0, 59), now=st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 1)))  # noqa: DTZ001 - the strategy adds the zone
def test_next_digest_lies_ahead(at: str, minute: int, now: datetime) -> None:
    """A digest is always due later than now and never more than a day, or an hour, away."""
    schedule = ChannelSchedule("desk", zone="America/St_Johns", digest_at=at, digest_minute=minute)
    (daily,) = dispatched(Rule(name="r", send="daily"), schedule=schedule, now=now)
    (hourly,) = dispatched(Rule(name="r", send="hourly"), schedule=schedule, now=now)
    assert daily.due_at is not None
    assert hourly.due_at is not None
    assert now < daily.due_at <= now + timedelta(hours=25)
    assert now < hourly.due_at <= now + timedelta(hours=1)


def test_alert_after_a_first_round_at_night_waits_for_the_morning() -> None:
    """Whoever starts the program at midnight is not woken by what the first round found, unless it is urgent."""
    schedule = ChannelSchedule("desk", quiet_hours=NIGHT)
    assert quiet_until(schedule, "normal", NOW) == MORNING
    assert quiet_until(schedule, "urgent", NOW) is None
    assert quiet_until(schedule, "normal", MORNING) is None


def test_mutes_silence_a_feed_or_a_rule_and_say_until_when() -> None:
    """A muted alert is kept with its reason; a rule that is not muted still notifies its channels."""
    until = NOW + timedelta(days=7)
    loud, quiet = RuleMatch(Rule(name="loud", channels=("mail",))), RuleMatch(Rule(name="quiet"))
    schedules = (ChannelSchedule("desk"), ChannelSchedule("mail"))
    by_rule = Routing(schedules, Mutes({}, {"quiet": until}))
    assert [one.channel for one in by_rule.dispatches([loud, quiet], "normal", NOW, feed="f")] == ["mail"]
    assert by_rule.mute_reason([loud, quiet], feed="f") == ""
    assert by_rule.dispatches([quiet], "normal", NOW, feed="f") == ()
    assert by_rule.mute_reason([quiet], feed="f") == "rule quiet is muted until 2026-12-01 23:30 UTC"
    by_feed = Routing(schedules, Mutes({"f": until}, {}))
    assert by_feed.dispatches([loud], "urgent", NOW, feed="f") == ()
    assert by_feed.mute_reason([loud], feed="f") == "feed f is muted until 2026-12-01 23:30 UTC"
    assert by_feed.mute_reason([loud], feed="g") == ""


def test_settings_become_schedules() -> None:
    """A channel's own hours come before the general ones; a channel that is off has none."""
    settings = check(
        Settings,
        {
            "digest": {"at": "09:15", "minute": 5},
            "quiet_hours": {"from": "22:00", "to": "07:00"},
            "channel": [
                {"name": "a", "kind": "webhook", "url": "https://a.example/", "time_zone": "Europe/Kyiv"},
                {
                    "name": "b",
                    "kind": "webhook",
                    "url": "https://b.example/",
                    "digest_at": "18:00",
                    "quiet_hours": {"from": "01:00", "to": "02:00"},
                },
                {"name": "c", "kind": "webhook", "url": "https://c.example/", "enabled": False},
            ],
        },
    )
    first, second = routing_of(settings).channels
    assert (first.zone, first.digest_at, first.digest_minute, first.quiet_hours) == ("Europe/Kyiv", "09:15", 5, NIGHT)
    assert (second.channel, second.digest_at) == ("b", "18:00")
    assert second.quiet_hours is not None
    assert second.quiet_hours.start == "01:00"
