"""No statement grows with the archive: with 100,000 releases of one publisher each is answered through an index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.command_line import watcher
from tests.support.daemon import prepared
from tests.support.outbox import by_mail
from tests.support.reading_room import filled, get
from tests.support.scenario import configure, entry, one_round, rss
from tests.support.servers import Answer, free_port, http_server, in_loop
from tests.support.statements import Plans, asked, multiply, steps_of, use_statistics
from watcher import clock
from watcher.cli.main import COMMANDS
from watcher.config.load import load
from watcher.pipeline.runtime import open_runtime
from watcher.store.connection import connect
from watcher.store.schema import migrate
from watcher.store.status import stored_status
from watcher.web.guarded_database import Access
from watcher.web.serve import datasette_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.statements import Asked


FEW, RELEASES = 1_000, 100_000
# What is filled every time: the plans of 100,000 follow from the statistics, which are made those of so many. All of
# them are filled by `make soak`.
SIZES = (10_000, pytest.param(RELEASES, marks=pytest.mark.soak))
# Whole-database work, which reads or writes everything by its nature, or no statement at all.
WHOLE = {
    **dict.fromkeys(("verify", "backup", "restore", "publish", "prune", "redetect", "reparse"), "all of the evidence"),
    **dict.fromkeys(("init", "check", "detect", "extract", "evaluate", "demo"), "no database, or one of its own"),
    **dict.fromkeys(("export", "import"), "all claims, captures or records; `export feeds` and `opml` are asked below"),
    **dict.fromkeys(("run", "serve"), "the daemon's jobs and the pages are asked below, one by one"),
    "backfill": "the steps of a poll",
}
ASKED = (
    "alerts",
    "alerts retry --dead",
    "alerts retry 1",
    "anchor",
    "channels",
    "channels enable mail",
    "db",
    "diff 1",
    "digest --now",
    "doctor",
    "evidence 1 -o {folder}/bundle.zip",
    "export feeds {folder}/feeds",
    "export opml",
    "feeds",
    "health",
    "mute army/news 2h",
    "mutes",
    "poll",
    "poll --due",
    "publishers",
    "releases",
    "releases --publisher army",
    "releases --reported --since 2026-01-01",
    "rules",
    "rules test",
    "show 1",
    "unmute army/news",
)
PAGES = (
    *("/", "/?harm=killed", "/?publisher=army", "/?country=LB", "/?language=en", "/feeds", "/export", "/review"),
    *("/search?q=civilians", "/search", "/search?publisher=army", "/release/1", "/release/1/r1"),
)
# The first night of the daemon: all of the evidence is verified, and what is old is deleted.
NIGHTLY = {"night"}
# Rows that this scenario does not make: an import, a copy elsewhere, what a mail server answered, old oddities.
ROWS = """
INSERT INTO imports SELECT 'record', 'a.warc', 'ok', 1, started_at FROM polls LIMIT 1;
INSERT INTO archive_copies (revision_id, service, url, state, queued_at)
  SELECT 1, 'wayback', 'http://a.example/', 'saved', started_at FROM polls LIMIT 1;
INSERT INTO problems (kind, detail, release_id, at) SELECT 'unread', 'x', 1, started_at FROM polls LIMIT 1;
INSERT OR IGNORE INTO syndicated_copies (release_id, other_release_id, similarity, found_at)
  SELECT 3, 4, 1, started_at FROM polls LIMIT 1;
INSERT INTO recipients (delivery_id, address, state, answer, at) SELECT 1, 'a@b', 'sent', '', started_at FROM polls
  LIMIT 1;
INSERT INTO mail_signatures (release_id, capture_id, number, domain, selector, header, key_name, key_record, result,
  detail, checked_at, program_version) SELECT 1, 1, 0, '', '', '', '', '', 'pass', '', started_at, '' FROM polls
  LIMIT 1;
UPDATE deliveries SET state = 'sent', sent_at = coalesce(sent_at, (SELECT max(started_at) FROM polls)),
  merged_into = NULL;
"""
# A scan takes more for each row: fewer are what a plan does not show (a LIMIT that ends it, a partial index with few).
STEPS_OF_A_SCAN = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six releases of two publishers, one of them edited; alerts that a mail server does not take."""
    return tmp_path_factory.mktemp("scenario")


@pytest.fixture(scope="module")
def statements(folder: Path) -> Asked:
    """All that is asked while releases come, are edited and copied, every job is done, commands and pages are asked."""
    empty = connect(folder / "watcher.db")
    migrate(empty)  # its statements run once in the life of a database
    empty.close()
    with asked() as found:
        filled(folder, by_mail(free_port()))
        _jobs(folder)
        for words in ASKED:
            done = watcher("--config", folder, *words.format(folder=folder).split())
            assert done.returncode in {0, 1}, done.stderr
        _pages(folder)
    return found


@in_loop
async def _jobs(folder: Path) -> None:
    async with open_runtime(load(folder)) as runtime:
        running = await prepared(runtime)
        for job in running.schedule.jobs.values():
            if job.name not in NIGHTLY:
                await job.work()
        await runtime.store.read(stored_status)


def _pages(folder: Path) -> None:
    datasette = datasette_of(folder / "watcher.db", Access(reviewers={"anna": "-"}))
    for path in PAGES:
        assert get(datasette, path).status_code in {200, 302}, path
    datasette.close()


@pytest.fixture(scope="module")
def archive(folder: Path, statements: Asked, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Folders with the same database and so many releases of one publisher, with all that is theirs."""
    assert statements.statements

    @cache
    def made(count: int) -> Path:
        made = tmp_path_factory.mktemp("archive")
        with closing(sqlite3.connect(made / "watcher.db")) as db:
            with closing(sqlite3.connect(folder / "watcher.db")) as small:
                small.backup(db)
            db.executescript(ROWS)
            multiply(db, count)
        return made

    return made


def test_every_command_is_asked_or_explained() -> None:
    """A new command has to be put where its statements are seen."""
    assert {words.split()[0] for words in ASKED} | set(WHOLE) == set(COMMANDS)


@pytest.mark.parametrize("count", SIZES)
def test_no_statement_grows_with_the_archive(archive: Callable[[int], Path], statements: Asked, count: int) -> None:
    """No scan of a table that grows, no list of all of one publisher or feed; with SQLite's statistics and without."""
    small, large = (sqlite3.connect(archive(one) / "watcher.db") for one in (FEW, count))
    with closing(small), closing(large):
        plans = Plans(large, RELEASES // count)
        small.execute("ANALYZE")
        for statistics in ((), plans.statistics):
            for db in (small, large):
                use_statistics(db, statistics)
            asked_for = statements.statements.items()
            wide = {sql: steps for sql, values in asked_for if (steps := plans.wide(sql, values))}
            assert not {
                sql: steps
                for sql, steps in wide.items()
                if _grows(small, large, sql, statements.statements[sql], count)
            }


def _grows(small: sqlite3.Connection, large: sqlite3.Connection, sql: str, values: Any, count: int) -> bool:
    """Whether a statement takes as many steps as a scan, and that not because a LIMIT lets it go on for so long."""
    most = max(
        STEPS_OF_A_SCAN * count, steps_of(small, sql, values, most=STEPS_OF_A_SCAN * RELEASES) * count // FEW // 2
    )
    return steps_of(large, sql, values, most=most) >= most


@pytest.mark.parametrize("count", SIZES)
def test_poll_costs_the_same_with_many_times_the_archive(archive: Callable[[int], Path], count: int) -> None:
    """A round that brings a new release and an edited one: SQLite's steps, which are the same on every machine."""
    few, many = (_steps_of_a_round(archive(one)) for one in (FEW, count))
    most = 1.15 if count == RELEASES else 1.03
    assert many < few * most, (few, many)


def _steps_of_a_round(folder: Path) -> int:
    found = []

    @in_loop
    async def run() -> None:
        async with http_server() as server:
            base = server.url("")
            configuration = configure(folder, {"news": f"{base}/feed"})
            texts, at = ["Nothing happened."] * 20, format_datetime(clock.now())  # a second later all would be edited
            for count in (20, 21):
                texts = [*texts[:count], f"A text of round {count}."][-count:]
                entries = (entry(n, base, text=said, pubDate=at) for n, said in enumerate(texts, 100))
                server.routes["/feed"] = Answer(rss(*entries))
                with asked() as statements:
                    await one_round(configuration)
            found.append(statements.steps)

    run()
    return found[0]
