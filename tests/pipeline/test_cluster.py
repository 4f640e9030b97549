"""Stored texts read again on other processes than our own: the same claims, one writer, and workers that die."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.scenario import configure, entry, one, rows, store
from tests.support.servers import in_loop
from watcher.errors import Failed, NoText, WorkersFailed
from watcher.jobs import redetect as job
from watcher.jobs.redetect import redetect
from watcher.pipeline import cluster as dask_cluster
from watcher.pipeline.cluster import Words, code_version, on_cluster, prepare_worker, words_here
from watcher.pipeline.elsewhere import Elsewhere
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.config.load import Configuration

COUNT = 8


def texts(_base: str) -> list[str]:
    """Releases with a number of dead each that no other has."""
    said = "The army said that {} soldiers were killed near the river on Monday."
    return [entry(n, "http://army.example", link="", text=said.format(n + 2)) for n in range(COUNT)]


def claims(configuration: Configuration) -> list[int]:
    """The numbers of dead that the current claims state."""
    return [row["n"] for row in rows(configuration, "SELECT count_min AS n FROM claims WHERE is_current ORDER BY 1")]


def in_english(configuration: Configuration) -> None:
    """A vocabulary of another hash, so that every text is to be searched again."""
    file = configuration.folder / "words" / "en.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")


class Machines:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        """Start them, and wait until both workers are there."""
        file = folder / "scheduler.json"
        common = ("--host", "127.0.0.1", "--scheduler-file", str(file))
        self.processes = [self.start("scheduler", *common, "--port", "0", "--no-dashboard", "--no-show")]
        while not file.exists():
            time.sleep(0.05)
            assert self.processes[0].poll() is None
        more = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        self.workers = [self.start("worker", *common, *more) for _ in range(2)]
        self.processes += self.workers
        self.address = self._address(file)

    def start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one of distributed's own commands."""
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves

    def _address(self, file: Path) -> str:
        from distributed import Client  # noqa: PLC0415 - a second that no other test pays

        client = Client(scheduler_file=str(file), set_as_default=False)
        client.wait_for_workers(2, timeout=60)
        address = str(client.scheduler_info()["address"])
        client.close()
        return address

    def end(self) -> None:
        """End all of them."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Two workers and their scheduler on loopback; where distributed is not installed there is nothing to try."""
    pytest.importorskip("distributed")
    made = Machines(tmp_path_factory.mktemp("cluster"))
    yield made
    made.end()


def redetected(configuration: Configuration, machines: Machines, *, kills: bool) -> int:
    """How many texts were read again on the machines, of which one is killed after the first."""
    return asyncio.run(_redetected(configuration, machines, kills=kills))


async def _redetected(configuration: Configuration, machines: Machines, *, kills: bool) -> int:
    async with (
        open_runtime(configuration) as runtime,
        on_cluster(runtime, machines.address, runtime.words) as elsewhere,
    ):
        count = 0
        async for _ in redetect(elsewhere, runtime.words):
            count += 1
            if kills and count == 1:
                machines.workers[0].kill()
        return count


def test_worker_with_other_code_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machines: Machines) -> None:
    """Two versions of the detector would find other claims in the same text, depending on who read it."""
    monkeypatch.setattr(dask_cluster, "code_version", lambda: "watcher 0, code 0")
    with pytest.raises(WorkersFailed, match="would read otherwise"):
        redetected(configure(tmp_path, {}), machines, kills=False)


def test_killed_worker_costs_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machines: Machines) -> None:
    """A machine that dies half-way leaves its tasks to the others: every text is read, and each written once."""
    monkeypatch.setattr(job, "_BATCH", 4)
    configuration = store(tmp_path, texts)
    expected = claims(configuration)
    in_english(configuration)
    assert redetected(configuration, machines, kills=True) == COUNT
    assert claims(configuration) == expected == sorted(range(2, COUNT + 2))
    assert one(configuration, "SELECT count(DISTINCT detector_version) FROM claims") == 2
    assert machines.workers[0].wait() != 0


@in_loop
async def test_any_executor_of_python_does_the_same(tmp_path: Path) -> None:
    """What runs the tasks is nobody's business: processes here, those of a cluster, or the threads of this test."""
    configuration = await asyncio.to_thread(store, tmp_path, texts)
    expected = claims(configuration)
    in_english(configuration)
    with ThreadPoolExecutor(1) as executor:
        async with open_runtime(configuration) as runtime:
            elsewhere = replace(runtime, workers=Elsewhere(2, executor=executor))
            found = [again async for again in redetect(elsewhere, runtime.words)]
    assert (len(found), claims(configuration)) == (COUNT, expected)


@in_loop
async def test_stopped_run_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A year of texts that was interrupted at night is not read again from its first day."""
    monkeypatch.setattr(job, "_BATCH", 4)
    configuration = await asyncio.to_thread(store, tmp_path, texts)
    in_english(configuration)
    with ThreadPoolExecutor(1) as executor:
        async with open_runtime(configuration) as runtime:
            elsewhere = replace(runtime, workers=Elsewhere(2, executor=executor))
            begun = redetect(elsewhere, runtime.words)
            seen = [(await anext(begun)).stored.id for _ in range(5)]
            await begun.aclose()  # type: ignore[attr-defined]
            others = [again.stored.id async for again in redetect(elsewhere, runtime.words)]
            assert others == [number for number in range(1, COUNT + 1) if number not in seen[:4]]
            in_english(configuration)
            assert len([again async for again in redetect(elsewhere, runtime.words)]) == COUNT, "other words, all again"


def _fails(kind: type[Exception]) -> None:
    raise kind("so it is")


@in_loop
async def test_errors_are_those_of_our_own_workers() -> None:
    """The jobs catch named outcomes, and know nothing of executors."""
    with ThreadPoolExecutor(1) as executor:
        workers = Elsewhere(1, executor=executor)
        with pytest.raises(NoText):
            await workers.run(_fails, NoText)
        with pytest.raises(Failed):
            await workers.run(_fails, ZeroDivisionError)


@in_loop
async def test_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistyped address ends in a sentence, before anything is read."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(dask_cluster, "_ANSWERS", 1)
    async with open_runtime(configure(tmp_path, {})) as runtime:
        for address in ("tcp://127.0.0.1:1", "nonsense"):
            with pytest.raises(WorkersFailed, match="no scheduler answers"):
                async with on_cluster(runtime, address, runtime.words):
                    pass


def test_worker_takes_words_only_for_its_own_code() -> None:
    """One that joins later is held to the same; the words that it got are found by their hash alone."""
    words = Words({"en.toml": b"some"})
    with pytest.raises(WorkersFailed, match="would read otherwise"):
        prepare_worker(words, "another")
    with pytest.raises(WorkersFailed, match="has not got"):
        words_here(words.digest)
    prepare_worker(words, code_version())
    assert (words_here(words.digest) / "en.toml").read_bytes() == b"some"
