"""A day of forty feeds at speed, with faults of every kind at random: nothing is lost, and every fault is seen."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, script
from tests.support.disk import fill, small_disk
from tests.support.fast_daemon import speed_up
from tests.support.outbox import hook
from tests.support.scenario import LOCAL, configure, entry, page, rows, rss
from tests.support.servers import Answer, HttpServer, ReceivedRequest, free_port, http_server, in_loop
from watcher import clock
from watcher.jobs import health
from watcher.store.connection import connect
from watcher.store.database_file import is_held

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from watcher.config.load import Configuration
    from watcher.model.health import Health

FEEDS, SPEED, DISK_MEGABYTES = 40, 60.0, 200
HOURS = float(os.environ.get("SOAK_HOURS", "24"))
SEED = int(os.environ.get("SOAK_SEED", random.randrange(10_000)))
FAULTY = 0.01
# An hour of the fast clock brings each feed one release.
_RELEASE_SECONDS = 3600 / SPEED


@dataclass
class World:
    """The feeds, their servers' faults and the daemon, with what was seen of them."""

    server: HttpServer
    folder: Path
    disk: Path
    port: int
    start: float = field(default_factory=time.time)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    published: list[list[int]] = field(default_factory=lambda: [[] for _ in range(FEEDS)])
    is_faulty: bool = True
    faults: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, int]] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None

    async def publish(self) -> None:
        """Again and again one more release in one of the feeds, each in its turn."""
        while True:
            for feed, numbers in enumerate(self.published):
                numbers.append(len(numbers) * FEEDS + feed)
                await asyncio.sleep(_RELEASE_SECONDS / FEEDS)

    @property
    def count(self) -> int:
        """How many releases there are in all."""
        return sum(map(len, self.published))

    def feed(self, number: int, _: ReceivedRequest) -> Answer:
        """A feed as it stands, newest first; every other one has pages of its own."""
        base, has_pages = self.server.url(""), number % 2
        quiet = entry(900_000 + number, base, link="", text="The band played in the square.")
        told = [
            entry(
                one,
                base,
                title=f"Statement {one}",
                **({"text": "See the page."} if has_pages else {"link": "", "text": harm(one)}),
            )
            for one in self.published[number][-40:]
        ]
        return self.maybe_faulty(Answer(rss(quiet, *reversed(told))))

    def page(self, number: int, _: ReceivedRequest) -> Answer:
        """The page of a release."""
        return self.maybe_faulty(Answer(page(f"Statement {number}", harm(number)), content_type="text/html"))

    def maybe_faulty(self, answer: Answer) -> Answer:
        """One answer in a hundred is none: it comes too late, is cut, is an error, or is garbage."""
        if not self.is_faulty or self.chance.random() >= FAULTY:
            return answer
        kind = self.chance.choice(("timeout", "5xx", "cut", "garbage"))
        self.faults[kind] += 1
        if kind == "timeout":
            return Answer(answer.body, delay=8)
        if kind == "5xx":
            return Answer(status=self.chance.choice((500, 502, 503)))
        cut = answer.body[: len(answer.body) // 2]
        return Answer(cut if kind == "cut" else bytes(reversed(cut)), content_type=answer.content_type)

    async def run(self) -> None:
        """Start the daemon, as a supervisor does."""
        command = (*script("fast_daemon"), str(self.folder), str(self.start), str(SPEED), str(self.port))
        self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)

    @property
    def pid(self) -> int:
        """The daemon's."""
        assert self.process is not None
        return self.process.pid


def harm(number: int) -> str:
    """A text that says people were harmed; no two are alike, so none is taken for a copy of another."""
    words = ("market", "school", "bridge", "harbour", "airfield", "village", "crossing", "depot", "clinic", "mill")
    place, other = words[number % 10], words[number // 10 % 10]
    return f"{number + 2} civilians were killed in strike {number} near the {place} and the {other} of sector {number}."


def children(pid: int) -> dict[int, str]:
    """The processes below one, each with its command line."""
    found: dict[int, str] = {}
    with suppress(OSError):
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        for child in " ".join((one / "children").read_text(encoding="utf-8") for one in threads).split():
            command = Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
            found |= {int(child): command} | children(int(child))
    return found


def look(configuration: Configuration) -> Health:
    """The signs as `watcher health` sees them."""
    is_running = configuration.database.is_file() and is_held(configuration.database)
    db = connect(configuration.database, is_read_only=True)
    try:
        return health.health_from_outside(configuration, db, is_running=is_running)
    finally:
        db.close()


async def has_begun(configuration: Configuration) -> None:
    """Wait until the daemon has made its database and has had time for its first polls."""
    deadline = time.monotonic() + 120
    while not (configuration.database.is_file() and is_held(configuration.database)):
        assert time.monotonic() < deadline, "the daemon does not start"
        await asyncio.sleep(0.5)
    await asyncio.sleep(20)


async def becomes(configuration: Configuration, *, is_well: bool, seconds: float) -> str:
    """Wait for the health to turn; how long it took, or what was seen where it did not within this time."""
    begun = time.monotonic()
    while True:
        found = look(configuration)
        if found.is_well == is_well:
            return f"{time.monotonic() - begun:.1f} s ({', '.join(sign.name for sign in found.ill)})"
        assert time.monotonic() - begun < seconds, f"seed {SEED}: {[str(sign) for sign in found.ill]}"
        await asyncio.sleep(0.2)


async def kill_daemon(world: World, configuration: Configuration) -> str:
    """SIGKILL; the supervisor starts it anew once it was seen."""
    os.kill(world.pid, signal.SIGKILL)
    assert world.process is not None
    await world.process.wait()
    red = await becomes(configuration, is_well=False, seconds=15)
    await world.run()
    return red


async def kill_child(world: World, _: Configuration, *, kind: str) -> str:
    """SIGKILL for a worker or the fork server: it is replaced, and nobody notices."""
    for _try in range(100):
        found = [pid for pid, command in children(world.pid).items() if "forkserver" in command]
        parents = [pid for pid in found if children(pid)]
        chosen = parents if kind == "fork server" else [pid for pid in found if pid not in parents]
        if parents and chosen:
            with suppress(ProcessLookupError):
                os.kill(chosen[0], signal.SIGKILL)
            return "at once"
        await asyncio.sleep(0.1)
    return "there was none"


async def kill_datasette(world: World, configuration: Configuration) -> str:
    """SIGKILL for Datasette: it comes again."""
    for pid, command in children(world.pid).items():
        if " serve " in command:
            os.kill(pid, signal.SIGKILL)
            return await becomes(configuration, is_well=False, seconds=15)
    return "it was not running"


async def fill_disk(world: World, configuration: Configuration) -> str:
    """No room for some time."""
    filler = fill(world.disk)
    try:
        return await becomes(configuration, is_well=False, seconds=30)
    finally:
        await asyncio.sleep(5)
        filler.unlink()


async def step_clock(world: World, _: Configuration) -> str:
    """The wall clock is set, back or forward."""
    step = world.chance.choice((-3600, 3600, -90, 90, -86_400))
    ahead = world.folder / "clock_ahead"
    before = float(ahead.read_text(encoding="utf-8"))
    partial_file = world.folder / "clock_ahead.new"
    partial_file.write_text(str(before + step), encoding="utf-8")
    partial_file.replace(ahead)
    return f"by {step} s"


FAULTS: dict[str, Callable[[World, Configuration], Awaitable[str]]] = {
    "daemon killed": kill_daemon,
    "worker killed": partial(kill_child, kind="worker"),
    "fork server killed": partial(kill_child, kind="fork server"),
    "Datasette killed": kill_datasette,
    "disk full": fill_disk,
    "clock set": step_clock,
}


def sample(world: World, configuration: Configuration) -> None:
    """Note the memory of the tree, the daemon's handles and the size of the log."""
    with suppress(OSError):
        status = Path(f"/proc/{world.pid}/status").read_text(encoding="utf-8")
        memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        handles = len(list(Path(f"/proc/{world.pid}/fd").iterdir()))
        log = configuration.database.with_name("watcher.db-wal").stat().st_size
        world.samples.append({"memory": memory, "handles": handles, "log": log})


async def live(world: World, configuration: Configuration) -> None:
    """The day: releases appear, and one fault after the other, each of which is to pass."""
    end, kinds = time.monotonic() + HOURS * 3600 / SPEED, list(FAULTS)
    while time.monotonic() < end:
        if not kinds:
            kinds = list(FAULTS)
        kind = kinds.pop(world.chance.randrange(len(kinds)))
        red = await FAULTS[kind](world, configuration)
        await asyncio.sleep(3)
        green = await becomes(configuration, is_well=True, seconds=90)
        world.faults[kind] += 1
        print(f"{kind}: {red}; well after {green}")  # noqa: T201 - a soak tells what it sees
        sample(world, configuration)
        await asyncio.sleep(world.chance.uniform(1, 8))


async def until_all_is_sent(world: World, configuration: Configuration) -> None:
    """Undisturbed until every release has its alert and every delivery is sent."""
    world.is_faulty = False
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        await asyncio.sleep(1)
        alerts = rows(configuration, "SELECT count(DISTINCT release_id) AS n FROM alerts WHERE release_id IS NOT NULL")
        left = rows(configuration, "SELECT count(*) AS n FROM deliveries WHERE state NOT IN ('sent', 'merged')")
        if alerts[0]["n"] >= world.count and left[0]["n"] == 0:
            return
    pytest.fail(f"seed {SEED}: {alerts} of {world.count} alerts, {left} deliveries not sent")


def check(world: World, configuration: Configuration) -> None:
    """Every release is stored and reached the receiver; memory, handles and log are flat."""
    stored = {row["title"] for row in rows(configuration, "SELECT title FROM releases WHERE is_reported = 1")}
    assert stored == {f"Statement {one}" for numbers in world.published for one in numbers}, f"seed {SEED}"
    sent = {str(request.header("webhook-id")) for request in world.server.seen("/desk")}
    uids = {row["uid"] for row in rows(configuration, "SELECT uid FROM deliveries WHERE state = 'sent'")}
    assert uids <= sent, f"seed {SEED}"
    assert rows(configuration, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    half = len(world.samples) // 2
    first, second = world.samples[half // 2 : half], world.samples[half + half // 2 :]
    for what in ("memory", "handles", "log"):
        before, after = (max(one[what] for one in part) for part in (first, second))
        print(f"{what}: at most {before} in the second quarter, {after} in the last")  # noqa: T201 - as above
        assert after <= before * 1.25 + {"memory": 20_000, "handles": 10, "log": 5_000_000}[what], (
            f"seed {SEED}: {what}"
        )


@pytest.mark.soak
@pytest.mark.timeout(0)
@in_loop
async def test_a_day_with_faults_of_every_kind_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty feeds, one answer in a hundred bad, processes killed, disk full, clock set; SOAK_HOURS shortens it."""
    for name in ("now", "monotonic"):
        monkeypatch.setattr(clock, name, getattr(clock, name))
    monkeypatch.setattr(health, "_FRESH", timedelta(seconds=12 * SPEED))
    with small_disk(tmp_path / "disk", DISK_MEGABYTES) as disk:
        async with http_server() as server:
            world = World(server, tmp_path, disk, free_port())
            (tmp_path / "clock_ahead").write_text("0", encoding="utf-8")
            speed_up(world.start, SPEED, tmp_path)
            for number in range(FEEDS):
                server.routes[f"/feed/{number}"] = partial(world.feed, number)
            server.routes["/desk"] = Answer(delay=0.005)
            serve_pages(world)
            urls = {f"f{number}": server.url(f"/feed/{number}") for number in range(FEEDS)}
            settings = f'database = "{disk}/watcher.db"\n{hook(server, "desk")}{LOCAL}'
            configuration = configure(tmp_path, urls, settings=settings)
            await world.run()
            try:
                await has_begun(configuration)
                print(f"well after {await becomes(configuration, is_well=True, seconds=120)}")  # noqa: T201 - as above
                publishing = asyncio.create_task(world.publish())
                await live(world, configuration)
                publishing.cancel()
                await until_all_is_sent(world, configuration)
            finally:
                assert world.process is not None
                with suppress(ProcessLookupError):
                    world.process.terminate()
                await world.process.wait()
            check(world, configuration)
            posts = [json.loads(request.body)["type"] for request in server.seen("/desk")]
            print(f"seed {SEED}: {HOURS} h, {world.count} releases, {Counter(posts)}, faults {world.faults}")  # noqa: T201 - as above


def serve_pages(world: World) -> None:
    """Every release that a feed with pages will ever list has its page."""
    for number in range(FEEDS * (int(HOURS) + 10)):
        world.server.routes[f"/releases/{number}"] = partial(world.page, number)
