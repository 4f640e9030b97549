"""The table for a terminal, and the disagreements under it."""

from __future__ import annotations

from tests.support.evaluation import TEXT, found_claim, labelled_line, labelled_text, scored
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.report import report
from watcher.detect.evaluate.score import evaluate
from watcher.model.claim import Detection


def test_report_shows_disagreements_on_demand() -> None:
    """The table is short; what differs is listed with text, expected and found side by side."""
    found = scored(labelled_text(), found_claim(count_min=3, count_max=None))
    short, full = report(found), report(found, show=True)
    assert "1 disagreements; --show lists them" in short
    assert "expected" not in short
    assert full.splitlines()[-4:] == [
        "set/1: count",
        f"  text      {TEXT}",
        "  expected  killed 2 military asserted",
        "  found     killed 3–? military asserted",
    ]


def test_report_has_a_line_for_each_group() -> None:
    """Per file and overall, a dash where nothing was to be scored."""
    records = read_records([labelled_line(id="one/1"), labelled_line(id="two/1", doc_label=None, claims=[])])
    text = report(evaluate(records, {"one/1": Detection((found_claim(),)), "two/1": Detection(())}))
    rows = {row.split()[0]: row.split()[1:] for row in text.splitlines()[1:4]}
    assert rows["one"][:4] == ["1", "1.000", "1.000", "1.000"]
    assert rows["two"][:4] == ["1", "–", "–", "–"]
    assert rows["overall"][0] == "2"
