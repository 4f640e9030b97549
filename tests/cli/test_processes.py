"""Work in several processes: in order, read as it is needed, and a process that is killed is said."""

from __future__ import annotations

import json
import os
import signal
from itertools import count, islice
from typing import TYPE_CHECKING

import pytest

from tests.support.command_line import watcher
from tests.support.scenario import HARM
from watcher.cli.processes import in_processes
from watcher.errors import WorkersFailed

if TYPE_CHECKING:
    from collections.abc import Iterator


def doubled(value: int) -> tuple[int, int]:
    """The double of a value, and the process that it was found in."""
    return 2 * value, os.getpid()


def killed_at(value: int) -> int:
    """End the process at one value, as the kernel does when memory is short."""
    if value == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with two processors, wherever the tests run."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.usefixtures("two_processors")
def test_results_come_in_order_from_other_processes() -> None:
    """Who joins answers to questions by their lines must not get them mixed."""
    found = list(in_processes(doubled, range(50)))
    assert [double for double, _ in found] == [2 * value for value in range(50)]
    assert os.getpid() not in {process for _, process in found}


@pytest.mark.usefixtures("two_processors")
def test_values_are_read_only_when_they_are_needed() -> None:
    """A file larger than memory is read as far as it is answered."""
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for value in count():
            taken.append(value)
            yield value

    assert len(list(islice(in_processes(doubled, endless()), 10))) == 10
    assert len(taken) < 20


@pytest.mark.usefixtures("two_processors")
def test_killed_process_is_an_error_and_not_a_shorter_answer() -> None:
    """Without it a file would seem to be read to its end."""
    with pytest.raises(WorkersFailed, match="killed"):
        list(in_processes(killed_at, range(20)))


def test_one_processor_needs_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process would only take turns with this one."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert {process for _, process in in_processes(doubled, range(5))} == {os.getpid()}


@pytest.mark.usefixtures("two_processors")
def test_many_lines_are_answered_once_each_and_up_to_a_mistake() -> None:
    """The lines are shared among processes, and nothing of that shows."""
    lines = [json.dumps({"id": number, "text": f"{HARM} Case {number}."}) for number in range(450)]
    lines[420] = "no json"
    done = watcher("detect", "--jsonl", given="\n".join(lines))
    assert done.returncode == 2
    assert "line 421" in done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(420))
    assert all(answer["totals"] == {"killed": [2, 2], "injured": [4, 4]} for answer in answers)
