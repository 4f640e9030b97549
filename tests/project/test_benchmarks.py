"""Every benchmark runs, with sizes so small that its numbers mean nothing; what it measures is said where it begins."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BENCHMARKS = ROOT / "benchmarks"
# The smallest sizes; what the scripts share, and the yardstick, run within them.
SIZES = {
    "rounds": "1 1 1",
    "many_feeds": "10 3",
    "alert_latency": "1",
    "detection_speed": "5",
    "extraction": "",
    "reading_room": "40",
    "long_archive": "40",
}
SHARED = {"origin", "plot", "process_tree", "report", "simple_script"}


def run(*words: str) -> str:
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_benchmarks_are_all_here() -> None:
    """A script that `make bench` does not run, or that no test starts, rots."""
    names = {path.stem for path in BENCHMARKS.glob("*.py")}
    assert names == SIZES.keys() | SHARED
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nbench:")[2].partition("\n\n")[0]
    assert [name for name in SIZES if name not in makefile] == []
    said = {
        path.stem: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        for path in BENCHMARKS.glob("*.py")
    }
    assert [name for name in SIZES if "Run it with" not in said[name]] == []


@pytest.mark.soak
def test_rounds_compare_both_programs() -> None:
    """The table that the speed is judged by has a row of each round, from one feed with one entry."""
    lines = run("benchmarks/rounds.py", *SIZES["rounds"].split()).splitlines()
    assert [line.split(" | ")[0] for line in lines[4:8]] == [
        "| all 304",
        "| same body, 200",
        "| only the build date changed",
        "| one new entry each, with pages",
    ]
    assert "1 releases with their pages" in lines[0]


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in SIZES if name != "rounds"])
def test_each_other_benchmark_runs(name: str) -> None:
    """Each takes some seconds to start what it measures, so they are not run with every change."""
    assert run(f"benchmarks/{name}.py", *SIZES[name].split())


def test_cost_counts_what_outlives_its_parent(tmp_path: Path) -> None:
    """The fork server's children are most of what a poll costs, and `time` does not see them."""
    orphan = "import os, time\nif os.fork() == 0 and os.fork() == 0:\n    while time.process_time() < 0.3: pass\n"
    found = tmp_path / "cost.json"
    run("benchmarks/process_tree.py", str(found), sys.executable, "-c", orphan)
    assert json.loads(found.read_text())["cpu"] >= 0.3


def test_section_replaces_its_own_and_leaves_the_others(tmp_path: Path) -> None:
    """Each script writes its part of the page, in whatever order they run."""
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\nWhat.\n\n## One\n\nold\n\n## Two\n\nkept\n")
    write = (
        "import sys, report; from pathlib import Path; report.PAGE = Path(sys.argv[1]);"
        "report.write_section('One', 'new'); report.write_section('Three', 'last')"
    )
    run("-c", f"import sys; sys.path.insert(0, 'benchmarks'); {write}", str(page))
    assert page.read_text() == "# Benchmarks\n\nWhat.\n\n## One\n\nnew\n\n## Two\n\nkept\n\n## Three\n\nlast\n"
