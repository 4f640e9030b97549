"""The labelled sets of `../shared`, where they are at hand: no measure may fall under its pinned floor."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.support import ROOT, SHARED, loaded
from tests.support.command_line import watcher

SCORER = SHARED / "tools" / "score_detection.py"
# Whoever tunes on a part of a set measures on that part.
SETS = Path(os.environ.get("LABELLED_SETS") or SHARED / "data" / "detection")
FLOORS = tomllib.loads((ROOT / "tests" / "eval" / "shared_floors.toml").read_text(encoding="utf-8"))
DETECTOR = ("detect", "--jsonl")


@cache
def scorer() -> ModuleType:
    """The scorer, which starts our command in this process: twelve starts cost as much as two sets."""
    module = loaded(SCORER)
    vars(module)["subprocess"] = SimpleNamespace(run=run_here, PIPE=subprocess.PIPE)
    return module


def run_here(command: list[str], *, input: bytes, **_: object) -> subprocess.CompletedProcess[bytes]:  # noqa: A002 - its name
    """What the scorer asks of `subprocess.run`."""
    done = watcher(*command, given=input.decode())
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.encode())


@cache
def scores(name: str) -> str:
    """What the scorer prints of a set."""
    given = [str(SCORER), "--detector", shlex.join(DETECTOR), str(SETS / f"{name}.jsonl")]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
        patch.chdir(ROOT)
        patch.setattr(sys, "argv", given)
        scorer().main()
    return printed.getvalue()


def value(output: str, measure: str) -> float:
    """Read one measure: "claims F1" is the F1 of what begins with claims, "killed" the number behind it."""
    name, _, last = measure.rpartition(" ")
    pattern = rf"\b{name} P [\d.]+ R [\d.]+ {last} ([\d.]+)" if last == "F1" else rf"\b{measure} ([\d.]+)"
    match = re.search(pattern, output)
    assert match, f"no {measure} in:\n{output}"
    return float(match.group(1))


@pytest.mark.skipif(not SCORER.exists(), reason="../shared is absent: the labelled sets are kept outside the project")
@pytest.mark.parametrize("name", FLOORS["least"])
def test_no_measure_falls(name: str) -> None:
    """What the scorer prints stays at or above what was reached."""
    output = scores(name)
    fallen = {
        measure: found for measure, floor in FLOORS["least"][name].items() if (found := value(output, measure)) < floor
    }
    assert not fallen, output


@pytest.mark.skipif(not SCORER.exists(), reason="../shared is absent: the labelled sets are kept outside the project")
@pytest.mark.parametrize("name", FLOORS["most"])
def test_no_false_alarm_is_added(name: str) -> None:
    """Texts in a language without vocabulary, above all, must not alarm."""
    output = scores(name)
    risen = {measure: found for measure, top in FLOORS["most"][name].items() if (found := value(output, measure)) > top}
    assert not risen, output


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("reported F1", 0.9),
        ("claims F1", 0.5),
        ("killed", 0.8),
        ("false alarms", 3.0),
        ("claims with stance F1", 0.7),
        ("killed exact", 0.75),
    ],
)
def test_reads_the_scorers_lines(measure: str, expected: float) -> None:
    """A measure read from the wrong place would pin nothing."""
    output = (
        "set: 9 texts, 100 a second with start-up\n"
        "  reported P 0.800 R 0.850 F1 0.900 (n 9, positive 4, false alarms 3)\n"
        "  count killed 0.800 (n 4), injured 0.700 (n 2)\n"
        "  claims P 0.400 R 0.600 F1 0.500\n"
        "  claims with stance P 0.600 R 0.800 F1 0.700\n"
        "  killed P 0.900 R 0.900 F1 0.900; killed exact 0.750 (n 8)\n"
    )
    assert value(output, measure) == expected
