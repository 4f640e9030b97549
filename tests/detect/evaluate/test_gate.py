"""The detector's gate: what it scores on the project's own labelled texts must not fall.

The floors are in `eval/floors.toml`: for each file the false alarms and misses it may have, and the least F1 of its
claims. Whoever makes the detector better raises them in the same change.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, TESTS
from watcher.config.words import load_vocabularies
from watcher.detect.evaluate.labels import Record, read_records
from watcher.detect.evaluate.report import report
from watcher.detect.evaluate.score import Marks, Score, evaluate
from watcher.detect.pipeline import detect, unread

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.model.claim import Detection

EVAL = TESTS / "eval"
FILES = sorted(EVAL.glob("*.jsonl"))
FLOORS = tomllib.loads((EVAL / "floors.toml").read_text(encoding="utf-8"))


@cache
def scored(path: Path) -> Score:
    vocabularies = load_vocabularies(ROOT / "config" / "words")
    records = read_records(path.read_text(encoding="utf-8").splitlines())

    def read(record: Record) -> Detection:
        vocabulary = vocabularies.get(record.lang)
        return detect(record.text, vocabulary=vocabulary) if vocabulary else unread(record.lang)

    return evaluate(records, {record.id: read(record) for record in records})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_phenomenon_gets_worse(path: Path) -> None:
    """Each file keeps its false alarms, misses and claims F1; a failure lists every disagreement."""
    score = scored(path)
    floor = FLOORS["files"][path.stem]
    marks = score.overall
    assert marks.reported.false <= floor["false_alarms"], report(score, show=True)
    assert marks.reported.missed <= floor["missed"], report(score, show=True)
    assert marks.claims.f1 >= floor["claims_f1"], report(score, show=True)


def test_overall_floors() -> None:
    """What an alert is made of, over all files: who is reported, what is denied, counts, victims, stances, totals."""
    marks = sum((scored(path).overall for path in FILES), Marks("overall"))
    reached = {
        "reported_f1": marks.reported.f1,
        "denied": marks.denied.ratio,
        "claims_f1": marks.claims.f1,
        "totals": marks.totals.ratio,
        "offsets": marks.offsets.ratio,
        **{name: share.ratio for name, share in (*marks.paired.items(), *marks.details.items())},
    }
    fallen = {name: (value, floor) for name, floor in FLOORS["overall"].items() if (value := reached[name]) < floor}
    assert not fallen, f"(reached, floor): {fallen}"


def test_floors_name_every_file() -> None:
    """A new file without a floor would be measured by nobody."""
    assert set(FLOORS["files"]) == {path.stem for path in FILES}
