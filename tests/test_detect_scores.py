"""The labelled sets of `../shared`, where they are at hand: scores must not fall."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from samples import ROOT

SCORER = ROOT.parent / "shared" / "tools" / "score_detection.py"
SETS = ROOT.parent / "shared" / "data" / "detection"
FLOORS = {
    "civcas_statements": (("reported F1", 0.98), ("denied", 0.97), ("killed", 0.92), ("injured", 0.92)),
    "isaf": (("reported F1", 0.985), ("min_killed", 0.93), ("killq", 0.975)),
    "official_releases": (("reported F1", 0.98), ("claims F1", 0.65)),
    "muc4": (("recall", 0.96), ("pairs F1", 0.665)),
    "strike_summaries": (("reported F1", 0.985), ("killed", 0.8)),
    "wikievents_sentences": (("reported F1", 0.88),),
}


def score(output: str, measure: str) -> float:
    """The value of a measure in the scorer's output."""
    name, _, last = measure.partition(" ")
    pattern = rf"{name} P [\d.]+ R [\d.]+ {last} ([\d.]+)" if last else rf"{name} ([\d.]+)"
    match = re.search(pattern, output)
    assert match, f"no {measure} in {output}"
    return float(match.group(1))


@pytest.mark.skipif(not SCORER.exists(), reason="../shared is absent: the labelled sets are kept outside the project")
@pytest.mark.parametrize("name", FLOORS)
def test_floors(name: str) -> None:
    """Each set's measures stay at or above what was reached."""
    done = subprocess.run(  # noqa: S603 (our own interpreter and module)
        [
            sys.executable,
            str(SCORER),
            "--detector",
            f"{sys.executable} -m watcher.detect --jsonl",
            str(SETS / f"{name}.jsonl"),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    for measure, floor in FLOORS[name]:
        assert score(done.stdout, measure) >= floor, f"{measure}: {done.stdout}"


@pytest.mark.skipif(not SCORER.exists(), reason="../shared is absent: the labelled sets are kept outside the project")
def test_no_false_alarm_in_other_languages() -> None:
    """French and Dutch texts without a vocabulary raise no alarm."""
    done = subprocess.run(  # noqa: S603 (our own interpreter and module)
        [
            sys.executable,
            str(SCORER),
            "--detector",
            f"{sys.executable} -m watcher.detect --jsonl",
            str(SETS / "official_fr_nl.jsonl"),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "false alarms 0" in done.stdout
