"""The whole installation examined: what needs somebody comes first, with and without a daemon."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.support.command_line import watcher
from tests.support.outbox import hook
from tests.support.scenario import configure, entry, one_round, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher import clock
from watcher.config.load import load
from watcher.errors import WorkersFailed
from watcher.jobs import doctor
from watcher.jobs.doctor import examine
from watcher.store.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.alerts.diagnosis import Condition


class Usage(NamedTuple):
    """What `shutil.disk_usage` gives."""

    total: int
    used: int
    free: int


def examined(folder: Path) -> dict[str, Condition]:
    """Each condition by its name, of an installation without a daemon."""
    configuration = load(folder)
    db = connect(configuration.database, is_read_only=True) if configuration.database.is_file() else None
    return {one.name: one for one in examine(configuration, db, is_running=False)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One feed that is well, one that is refused, one that is gone; a channel whose secret is not set."""
    made = tmp_path_factory.mktemp("doctor")

    @in_loop
    async def fill() -> None:
        async with http_server() as server:
            date = {"Date": format_datetime(clock.now(), usegmt=True)}
            server.routes["/well"] = Answer(rss(entry(1, server.url(""), link="")), headers=date)
            server.routes |= {"/refused": Answer(status=403), "/gone": Answer(status=410)}
            channels = hook(server, "hook", 'secret = { env = "NEVER_SET" }')
            feeds = {name: server.url(f"/{name}") for name in ("well", "refused", "gone")}
            await one_round(configure(made, feeds, settings=channels))

    fill()
    return made


def test_everything_is_listed_and_what_is_wrong_comes_first(folder: Path) -> None:
    """By the command itself: a table for people, JSON for programs, and an exit code."""
    done = watcher("--config", folder, "doctor", "--json")
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    states = {row["name"]: row["state"] for row in rows}
    assert states | {"disk": "healthy"} == {
        "army/well": "healthy",
        "army/refused": "blocked",
        "army/gone": "gone",
        "hook": "not set",
        "daemon": "not running",
        "disk": "healthy",
        "clock": "healthy",
        "workers": "healthy",
    }
    assert done.returncode == 1
    assert states[rows[0]["name"]] not in {"healthy", "new"}
    assert rows[-1]["state"] == "healthy"
    ill = {row["name"]: row for row in rows if row["state"] in {"blocked", "gone", "not set", "not running"}}
    assert all(row["why"] and row["what_to_do"] for row in ill.values())
    assert all(ill[name]["since"] for name in ("army/refused", "army/gone"))
    assert "$NEVER_SET" in ill["hook"]["why"]


@pytest.fixture
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing() -> None:
        pass

    monkeypatch.setattr(doctor, "_run_task", nothing)


@pytest.mark.usefixtures("_no_worker")
def test_disk_and_clock_are_judged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little room, none; a clock that is ahead of the servers, or behind what is stored."""
    for free, state in ((10**12, "healthy"), (5 * 10**8, "low"), (10**7, "full")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(10**12, 0, free))
        assert examined(folder)["disk"].state == state
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(hours=1))
    assert "set back" in examined(folder)["clock"].why
    for seconds, said in ((300, "300 s ahead of"), (-300, "300 s behind")):
        monkeypatch.setattr(doctor, "clock_offsets", lambda _db, seconds=seconds: ([seconds] * 3, None))
        found = examined(folder)["clock"]
        assert (found.state, said in found.why) == ("wrong", True)


@pytest.mark.usefixtures("_no_worker")
def test_without_a_database_there_is_still_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has just installed it, or whose workers cannot start, is told so and sees no traceback."""
    configure(tmp_path, {})

    async def fail() -> None:
        raise WorkersFailed("no process can be started")

    monkeypatch.setattr(doctor, "_run_task", fail)
    found = examined(tmp_path)
    assert (found["daemon"].state, found["workers"].state) == ("not running", "broken")
    assert "no process" in found["workers"].why


def test_settings_that_do_nothing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans that nobody reads and alerts that go nowhere are not seen by looking at what is stored."""
    off = '[[channel]]\nname = "w"\nkind = "webhook"\nurl = "https://a.example/"\nenabled = false\n'
    configure(tmp_path, {}, settings=f"{off}[ocr]\nenabled = true\n")
    monkeypatch.setenv("PATH", "/nowhere")
    found = examined(tmp_path)
    assert (found["ocr"].state, found["ocr"].is_well) == ("not set", False)
    assert "Tesseract cannot read eng" in found["ocr"].why
    assert (found["channels"].state, found["channels"].is_well) == ("off", True)
    assert "Tesseract cannot read eng" in watcher("--config", tmp_path, "check").stderr
