"""Once a day: the report, the test of the whole way, and the alarm where the test stays away."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.json_schema import misfits
from tests.support.outbox import FakeClock, bodies, by_mail, hook, outbox_of, raise_alerts, send_all, without_feeds
from tests.support.scenario import configure, one, one_round, rows
from tests.support.servers import Answer, http_server, in_loop, smtp_server
from watcher import clock
from watcher.jobs.daily import daily, last_slot
from watcher.model.health import Health, Sign
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path


AT_NOON = "11:00"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T06:00", "2026-11-24T06:00"),
        ("2026-11-24T05:59", "2026-11-23T06:00"),
        ("2026-11-24T23:00", "2026-11-24T06:00"),
    ],
)
def test_last_slot_is_the_last_time_at_which_the_hour_came(now: str, expected: str) -> None:
    """A day's report belongs to the last time at which the clock showed its hour."""
    assert last_slot(datetime.fromisoformat(f"{now}:00+00:00"), "06:00") == datetime.fromisoformat(
        f"{expected}:00+00:00"
    )


@in_loop
async def test_report_comes_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 93: to the channels that want it, also over restarts, and it says what is wrong and the chain's head."""
    times = FakeClock(monkeypatch)
    times.start = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    times.at()
    async with http_server({"/desk": Answer(), "/other": Answer(status=500), "/feed": Answer(status=500)}) as server:
        channels = hook(server, "desk", "report = true") + hook(server, "other")
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=channels)
        await one_round(configuration)
        for hours in (0, 0.1, 3, 22, 24, 26):
            times.at(hours=hours)
            async with open_runtime(configuration) as runtime:
                if hours == 3:
                    await raise_alerts(runtime, 2, ["other"])
                await daily(runtime)
                await send_all(runtime)
        reports = [body for body in bodies(server, "/desk") if body["type"] == "watcher.report"]
        assert not [body for body in bodies(server, "/other") if body["type"] == "watcher.report"]
    assert len(reports) == 2
    assert misfits(reports[0]) == []
    said = json.dumps(reports[1]["data"]["sections"])
    assert "0 healthy, 1 failing" in said
    assert "army/news: http_status" in said
    assert "2 pending, the oldest since" in said
    head = reports[1]["data"]["chain_head"]
    assert head in said
    assert len(head.split()[1]) == 64


@in_loop
async def test_reports_of_two_installations_are_two(tmp_path: Path) -> None:
    """Who watches from two machines must miss the report of either: a receiver drops what has an id that it knows."""
    ids = set()
    for name in ("north", "south"):
        settings = f'name = "{name}"\n[[channel]]\nname = "desk"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'
        configuration = configure(tmp_path / name, {}, settings=f"{settings}report = true\n")
        async with open_runtime(configuration) as runtime:
            await daily(runtime)
        ids.add(one(configuration, "SELECT uid FROM deliveries"))
    assert len(ids) == 2


@in_loop
async def test_report_reads_well_as_a_mail(tmp_path: Path) -> None:
    """The report is read by people, each morning."""
    async with smtp_server() as mailbox:
        configuration = without_feeds(tmp_path, by_mail(mailbox.port) + "report = true\n")
        async with open_runtime(configuration) as runtime:
            await daily(runtime)
            await send_all(runtime)
        (mail,) = mailbox.messages
    assert mail["Subject"] == "[watcher] 0 of 0 feeds healthy, 0 alerts, 0 undelivered"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "chain head 0 0000" in body.get_content()


@in_loop
async def test_report_begins_with_what_is_not_well(tmp_path: Path) -> None:
    """A feed count in the subject said "2 of 2 healthy" while nothing was polled any more."""
    async with http_server({"/desk": Answer()}) as server:
        configuration = without_feeds(tmp_path, hook(server, "desk", "report = true"))
        async with open_runtime(configuration) as runtime:
            blind = Sign("polls", is_well=False, detail="no poll was written of army/news", reference="a1b2")
            await daily(runtime, Health(clock.now(), clock.now(), (blind, Sign("alerts", is_well=True))))
            await send_all(runtime)
        (body,) = bodies(server, "/desk")
    assert body["data"]["title"].startswith("[watcher] NOT WELL: polls; 0 of 0 feeds healthy")
    first = body["data"]["sections"][0]
    assert first["lines"] == ["polls: no poll was written of army/news (reference a1b2 in the log)"]


@in_loop
async def test_channel_that_did_not_ask_gets_no_report(tmp_path: Path) -> None:
    """A channel for alerts is for alerts."""
    async with http_server({"/desk": Answer()}) as server, outbox_of(tmp_path, hook(server, "desk")) as runtime:
        await daily(runtime)
        assert rows(runtime.configuration, "SELECT * FROM alerts") == []
