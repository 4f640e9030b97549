"""The daily test of the whole way, and the alarm where it does not come through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.json_schema import misfits
from tests.support.outbox import FakeClock, bodies, by_mail, hook, outbox_of, send_all, without_feeds
from tests.support.scenario import one
from tests.support.servers import Answer, http_server, in_loop, smtp_server
from watcher.cli.main import cli
from watcher.jobs import selftest
from watcher.jobs.daily import daily
from watcher.pipeline.runtime import open_runtime
from watcher.store.database_file import only_instance

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@in_loop
async def test_selftest_takes_the_whole_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 94: an invented release goes from its feed to every channel, marked as a test, and its delay is kept."""
    del monkeypatch
    async with http_server({"/desk": Answer(), "/other": Answer()}) as server, smtp_server() as mailbox:
        channels = (
            hook(server, "desk", "selftest = true")
            + hook(server, "other")
            + by_mail(mailbox.port)
            + "selftest = true\n"
        )
        configuration = without_feeds(tmp_path, channels)
        for _ in range(2):
            async with open_runtime(configuration) as runtime:
                await daily(runtime)
                await send_all(runtime)
        (body,) = bodies(server, "/desk")
        (mail,) = mailbox.messages
        assert server.seen("/other") == []
    assert body["type"] == "watcher.selftest"
    assert misfits(body) == []
    assert body["data"]["title"].startswith("[TEST] [SELFTEST] 3 civilians killed, 2 injured")
    assert body["data"]["claims"][0]["words"]
    assert "daily end-to-end test" in str(mail.get_body(("plain",)))
    for table in ("releases", "claims", "captures", "feeds"):
        assert one(configuration, f"SELECT count(*) FROM {table}") == 0, "nothing invented stands among evidence"
    with only_instance(configuration.database):
        told = CliRunner().invoke(cli, ["--config", str(tmp_path), "health"])
    assert "s to desk" in told.output
    assert "s to mail" in told.output


@in_loop
async def test_missing_selftest_raises_an_alarm_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 94: a channel that does not take the test is reported through the others, once for each test."""
    times = FakeClock(monkeypatch)
    async with http_server({"/desk": Answer(status=503), "/other": Answer()}) as server:
        channels = hook(server, "desk", "selftest = true") + hook(server, "other")
        async with outbox_of(tmp_path, channels) as runtime:
            for minutes in (0, 30, 61, 90, 200):
                times.at(minutes=minutes)
                await daily(runtime)
                await send_all(runtime)
        told = bodies(server, "/other")
    assert [body["type"] for body in told] == ["watcher.selftest_missing"]
    assert "has not arrived at desk" in told[0]["data"]["notice"]["detail"]


@in_loop
async def test_route_that_finds_nothing_raises_an_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 94: if feed, page or detector do not do their work any more, that is reported, once a day."""
    monkeypatch.setattr(selftest, "_SENTENCE", "The band played in the square.")
    FakeClock(monkeypatch)
    async with http_server({"/desk": Answer()}) as server:
        async with outbox_of(tmp_path, hook(server, "desk", "selftest = true")) as runtime:
            for _ in range(3):
                await daily(runtime)
                await send_all(runtime)
        (body,) = bodies(server, "/desk")
    assert body["type"] == "watcher.selftest_missing"
    assert "0 claims" in body["data"]["notice"]["detail"]
