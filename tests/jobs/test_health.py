"""The signs of the program's health as `watcher health` shows them, and the states of feeds in the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from click.testing import CliRunner

from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.cli.main import cli
from watcher.config.load import load
from watcher.jobs.health import Report, check_feeds, signs_from_tables, write_report
from watcher.model.health import Health, Sign
from watcher.pipeline.runtime import open_runtime
from watcher.store.database_file import identity_of, only_instance

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pytest

    from watcher.config.load import Configuration


async def look_after(configuration: Configuration, polled: tuple[int, ...] | None = None) -> None:
    async with open_runtime(configuration) as runtime:
        await check_feeds(runtime, polled)


@in_loop
async def test_failing_feed_is_reported_once_and_its_recovery_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed that dies is one alert and its return another, over any number of restarts, in one thread."""
    start = clock.now()
    async with http_server() as server:
        good = Answer(rss(entry(1, server.url(""))))
        server.routes["/feed"] = good
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        for hours, answer in ((0, good), (1, Answer(status=500)), (4, Answer(status=500)), (9, Answer(status=500))):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            server.routes["/feed"] = answer
            await one_round(configuration)
            await look_after(configuration, ())  # of a feed that fails time alone makes news
            await look_after(configuration)
        server.routes["/feed"] = good
        for hours in (10, 11):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await one_round(configuration)
            await look_after(configuration, (1,))
    found = rows(configuration, "SELECT event, priority, thread FROM alerts ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        ("feed_unhealthy", "normal", "feed:army/news"),
        ("feed_recovered", "low", "feed:army/news"),
    ]
    details = [row["detail"] for row in rows(configuration, "SELECT detail FROM events ORDER BY id")]
    assert details[0].startswith("no success since ")
    assert details[1].startswith("failing: polled successfully since ")


@in_loop
async def test_shrunk_feed_and_changed_site_are_found_in_the_tables(tmp_path: Path) -> None:
    """The judgement is only as good as what is read from the rows: both states from real polls."""
    rules = '[page]\nbody = "div.never"\n'
    async with http_server() as server:
        base = server.url("")
        entries = [entry(number, base) for number in range(12)]
        for number in range(12):
            body = (
                f"<html><body><main><h1>R</h1><p>Words of release {number} that make a text.</p></main></body></html>"
            )
            server.routes[f"/releases/{number}"] = Answer(body.encode(), content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        path = tmp_path / "publishers" / "army.toml"
        path.write_text(path.read_text() + rules)
        configuration = load(tmp_path)
        for count in (12, 11, 12, 11, 12, 11, 2):
            server.routes["/feed"] = Answer(rss(*entries[:count]))
            await one_round(configuration)
        await look_after(configuration)
    kinds_found = {row["kind"] for row in rows(configuration, "SELECT kind FROM events")}
    assert {"shrunk", "site_changed"} <= kinds_found


@in_loop
async def test_page_rules_that_no_longer_fit_are_shown_by_health(tmp_path: Path) -> None:
    """The release is read all the same, and the operator sees which feed's rules to mend."""
    rules = "[page]\nbody = ['div.gone']\n"
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""))))
        server.routes["/releases/1"] = Answer(page("Fire", HARM), content_type="text/html")
        table = f'[[feed]]\ncode = "news"\nurl = "{server.url("/feed")}"\n'
        configuration = configure(tmp_path, {}, publisher=rules + table)
        await one_round(configuration)
    said = CliRunner().invoke(cli, ["--config", str(tmp_path), "health"])
    assert "army/news: site_changed: the page rules found nothing" in said.output
    assert HARM in one(configuration, "SELECT text FROM revisions")


def health(folder: Path) -> tuple[int, str]:
    """The command's exit code, and what it says."""
    done = CliRunner().invoke(cli, ["--config", str(folder), "health"])
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


def report_well(configuration: Configuration, started_at: datetime, *, identity: tuple[int, int] | None = None) -> None:
    """What a daemon writes that sees nothing wrong."""
    seen = Health(clock.now(), started_at, (Sign("job:polls", is_well=True),))
    found = identity or identity_of(configuration.database)
    write_report(configuration.database, Report(seen, found, (), {}))


@in_loop
async def test_health_is_judged_by_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon that is blind says that it is well: polls, alerts and the daily test are read from the tables."""
    start = clock.now()
    async with http_server() as server:
        server.routes["/feed"] = Answer(rss(entry(1, server.url(""), link="", text=HARM)))
        hook = '[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\n'
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=hook + "selftest = true\n")
        assert health(tmp_path) == (
            1,
            "running: no daemon is running on this database\nno daemon is running on this database",
        )
        await one_round(configuration)

    def later(**span: float) -> tuple[int, str]:
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(**span))
        report_well(configuration, start)
        return health(tmp_path)

    with only_instance(configuration.database):
        assert later(minutes=1)[0] == 0
        code, said = later(minutes=20)
        assert (code, "alerts: hook has not taken an alert of" in said, "polls:" in said) == (1, True, False)
        code, said = later(hours=2)
        assert "no poll was written of army/news due since" in said
        code, said = later(hours=28)
        assert code == 1
        assert "not well: polls, alerts, daily_test" in said
        monkeypatch.setattr(clock, "now", lambda: start)
        report_well(configuration, start, identity=(1, 2))
        assert "is not the file that the daemon has open" in health(tmp_path)[1]
        report_well(configuration, start)
        assert health(tmp_path)[0] == 0
        for stale in (timedelta(seconds=30), timedelta(seconds=-30)):
            monkeypatch.setattr(clock, "now", lambda stale=stale: start + stale)
            assert "the daemon has not said anything of itself since" in health(tmp_path)[1]
        configuration.database.with_name("watcher.db.health").write_text("{", encoding="utf-8")
        assert "anything of itself yet" in health(tmp_path)[1]


@in_loop
async def test_feed_that_is_being_polled_may_take_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first poll of a slow site fetches fifty pages; one that hangs is seen all the same."""
    start = clock.now()
    configuration = configure(tmp_path, {"news": "http://127.0.0.1:9/"})
    async with open_runtime(configuration) as runtime:
        for minutes, under_way, is_well in (
            (14, (), True),
            (16, (), False),
            (16, ("army/news",), True),
            (31, ("army/news",), False),
        ):
            monkeypatch.setattr(clock, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
            polls, *_ = await signs_from_tables(runtime, started_at=start, under_way=under_way)
            assert (polls.name, polls.is_well) == ("polls", is_well)


async def the_sign_of_feeds(configuration: Configuration, started_at: datetime) -> Sign:
    async with open_runtime(configuration) as runtime:
        return next(sign for sign in await signs_from_tables(runtime, started_at=started_at) if sign.name == "feeds")


@in_loop
async def test_installation_that_reads_no_feed_any_more_is_not_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network every poll is written in time, as a failure; one dead feed says little."""
    start = clock.now()
    async with http_server() as server:
        for name in ("a", "b", "dead"):
            server.routes[f"/{name}"] = Answer(rss(entry(1, server.url(""))))
        configuration = configure(tmp_path, {name: server.url(f"/{name}") for name in ("a", "b", "dead")})
        await one_round(configuration)
        found = {}
        for hours, failing in ((2, ("dead",)), (3, ("dead",)), (30, ("dead",)), (32, ("a", "b")), (33, ())):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            for name in failing:
                server.routes[f"/{name}"] = Answer(status=500)
            if not failing:
                server.routes["/a"] = Answer(rss(entry(1, server.url(""))))
            await one_round(configuration)
            found[hours] = await the_sign_of_feeds(configuration, start)
    assert {hours: sign.is_well for hours, sign in found.items()} == {2: True, 3: True, 30: True, 32: False, 33: True}
    assert found[32].detail.startswith("no feed has been read since ")
    assert "http_status: 500" in found[32].detail


@in_loop
async def test_installation_without_a_feed_is_not_well(tmp_path: Path) -> None:
    """Nothing fails where nothing is asked: a folder without publishers must not look like a quiet day."""
    sign = await the_sign_of_feeds(configure(tmp_path, {}), clock.now())
    assert (sign.is_well, sign.detail) == (False, "no feed is polled: none is enabled, or all are gone (410)")


@in_loop
async def test_feed_that_is_held_for_its_host_counts_as_one_that_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers 429 to one feed holds all of its feeds: those that are never asked are as blind."""
    start = clock.now()
    async with http_server() as server:
        for name in ("asked", "held"):
            server.routes[f"/{name}"] = Answer(rss(entry(1, server.url(""))))
        configuration = configure(tmp_path, {name: server.url(f"/{name}") for name in ("asked", "held")})
        await one_round(configuration)
        for name in ("asked", "held"):
            server.routes[f"/{name}"] = Answer(status=429, headers={"Retry-After": "86400"})
        for hours in (1, 8):
            monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
            await one_round(configuration)
            await look_after(configuration, ())
        assert not (await the_sign_of_feeds(configuration, start)).is_well
    kinds = rows(configuration, "SELECT name, events.kind FROM feeds JOIN events ON feed_id = feeds.id ORDER BY name")
    assert [tuple(row.values()) for row in kinds] == [("army/asked", "failing"), ("army/held", "failing")]
