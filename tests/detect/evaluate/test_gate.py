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
from watcher.detect.detector import detect, unread
from watcher.detect.evaluate.labels import Record, read_records
from watcher.detect.evaluate.report import report
from watcher.detect.evaluate.score import Evaluation, GroupScore, evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.model.claim import Detection

EVAL = TESTS / "eval"
FILES = sorted(EVAL.glob("*.jsonl"))
FLOORS = tomllib.loads((EVAL / "floors.toml").read_text(encoding="utf-8"))


@cache
def scored(path: Path) -> Evaluation:
    vocabularies = load_vocabularies(ROOT / "config" / "words")
    records = read_records(path.read_text(encoding="utf-8").splitlines())

    def read(record: Record) -> Detection:
        vocabulary = vocabularies.get(record.lang)
        return detect(record.text, vocabulary=vocabulary, context=record.context) if vocabulary else unread(record.lang)

    return evaluate(records, {record.id: read(record) for record in records})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_phenomenon_gets_worse(path: Path) -> None:
    """Each file keeps its false alarms, misses and claims F1; a failure lists every disagreement."""
    evaluation = scored(path)
    floor = FLOORS["files"][path.stem]
    overall = evaluation.overall
    assert overall.reported.false <= floor["false_alarms"], report(evaluation, show=True)
    assert overall.reported.missed <= floor["missed"], report(evaluation, show=True)
    assert overall.claims.f1 >= floor["claims_f1"], report(evaluation, show=True)


def test_overall_floors() -> None:
    """What an alert is made of, over all files: who is reported, what is denied, counts, victims, stances, totals."""
    overall = sum((scored(path).overall for path in FILES), GroupScore("overall"))
    reached = {
        "reported_f1": overall.reported.f1,
        "denied": overall.denied.ratio,
        "claims_f1": overall.claims.f1,
        "totals": overall.totals.ratio,
        "offsets": overall.offsets.ratio,
        **{name: agreement.ratio for name, agreement in (*overall.paired.items(), *overall.details.items())},
    }
    fallen = {name: (value, floor) for name, floor in FLOORS["overall"].items() if (value := reached[name]) < floor}
    assert not fallen, f"(reached, floor): {fallen}"


def test_floors_name_every_file() -> None:
    """A new file without a floor would be measured by nobody."""
    assert set(FLOORS["files"]) == {path.stem for path in FILES}
