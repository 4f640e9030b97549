"""Scoring: every difference between labels and claims counts, and is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.evaluation import KILLED, found_claim, kinds_of, labelled_line, labelled_text, scored
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.score import Agreement, Counts, evaluate
from watcher.model.claim import Detection, Person
from watcher.model.release import Problem


def test_agreement_scores_full_marks() -> None:
    """A right answer must not be marked down."""
    found = scored(labelled_text(totals={"killed": [2, 2]}), found_claim(), totals={"killed": (2, 2)})
    assert found.overall.claims == Counts(1, 0, 0)
    assert found.overall.reported == Counts(1, 0, 0)
    assert found.overall.totals == found.overall.offsets == Agreement(1, 1)
    assert found.disagreements == ()


def test_a_missed_claim_is_a_missed_text_too() -> None:
    """Silence about two dead is the worst mistake of all, of the claim and of the text."""
    found = scored(labelled_text())
    assert found.overall.claims == found.overall.reported == Counts(0, 0, 1)
    assert kinds_of(found) == ["reported", "missed"]


def test_a_false_claim_is_a_false_alarm_too() -> None:
    """A claim where none is labelled costs precision, of the claims and of the texts."""
    found = scored(labelled_text(doc_label=False, claims=[]), found_claim())
    assert found.overall.claims == found.overall.reported == Counts(0, 1, 0)
    assert kinds_of(found) == ["reported", "false"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("count", {"count_min": 3, "count_max": 3}),
        ("count", {"count_max": None}),
        ("victim", {"victim": "civilian"}),
        ("stance", {"stance": "alleged"}),
        ("background", {"is_background": True}),
    ],
)
def test_one_wrong_field_makes_the_claim_wrong(field: str, changes: dict[str, Any]) -> None:
    """The pair stays a pair, so that the other fields are still counted, but it is neither found nor right."""
    found = scored(labelled_text(), found_claim(**changes))
    assert found.overall.claims == Counts(0, 1, 1)
    assert {name for name, share in found.overall.paired.items() if not share.right} == {field}
    assert kinds_of(found) == [field]


def test_what_a_label_leaves_out_is_not_scored() -> None:
    """A labeller may be sure of the harm alone."""
    found = scored(
        labelled_text(claims=[{"harm": "killed", "words": "killed"}]), found_claim(count_min=9, victim="police")
    )
    assert found.overall.claims == Counts(1, 0, 0)
    assert not found.overall.paired


def test_each_of_several_right_values_is_right() -> None:
    """Where the definition leaves two readings open, either is right and a third is not."""
    record = labelled_text(claims=[KILLED | {"victim": ["military", "unknown"], "stance": ["asserted", "assessed"]}])
    assert scored(record, found_claim(victim="unknown", stance="assessed")).overall.claims == Counts(1, 0, 0)
    assert kinds_of(scored(record, found_claim(victim="police"))) == ["victim"]


def test_offsets_elsewhere_are_a_disagreement() -> None:
    """A right count that points at the wrong words misleads whoever checks it."""
    found = scored(labelled_text(), found_claim(start=30, end=40))
    assert found.overall.offsets == Agreement(0, 1)
    assert kinds_of(found) == ["offsets"]


def test_incomplete_labels_excuse_further_claims() -> None:
    """Where not every claim is labelled, a further one is no mistake."""
    assert scored(labelled_text(complete=False), found_claim(), found_claim(harm="injured")).overall.claims == Counts(
        1, 0, 0
    )


def test_unlabelled_text_is_not_scored_as_reported() -> None:
    """An unlabelled text is no negative."""
    assert scored(labelled_text(doc_label=None, claims=[]), found_claim()).overall.reported == Counts()


@pytest.mark.parametrize(
    ("labelled", "found", "is_right"),
    [
        ({"killed": [2, 2]}, {"killed": (2, 2)}, True),
        ({"killed": [2, None]}, {"killed": (2, None)}, True),
        ({"killed": [2, 2]}, {"killed": (2, None)}, False),
        ({"killed": [2, 2]}, {}, False),
        ({}, {"killed": (2, 2)}, False),
        ({}, {"killed": (0, 0)}, True),
        ({"killed": [None, None]}, {}, True),
    ],
)
def test_totals_are_right_when_their_bounds_are(
    labelled: dict[str, Any],
    found: dict[Any, Any],
    is_right: bool,  # noqa: FBT001 (a table's column)
) -> None:
    """Totals are right as a whole: minimum and maximum of every harm; nobody and no number are no entry."""
    result = scored(labelled_text(totals=labelled), found_claim(), totals=found)
    assert result.overall.totals == Agreement(int(is_right), 1)
    assert ("totals" in kinds_of(result)) is not is_right


def test_denied_needs_a_denial_and_nothing_reported() -> None:
    """A text that only denies is read rightly when the denial is seen and no casualty is."""
    record = labelled_text(doc_label=False, claims=[KILLED | {"stance": "denied"}])
    assert scored(record, found_claim(stance="denied")).overall.denied == Agreement(1, 1)
    assert scored(record).overall.denied == Agreement(0, 1)
    assert scored(record, found_claim(stance="denied"), found_claim(harm="injured")).overall.denied == Agreement(0, 1)


def test_details_are_checked_only_where_given() -> None:
    """Place, date, speaker, children and the named are scored apart from the claims."""
    person = Person("Ana Roth", "killed", 0, 3, rank="Sgt.", age=30)
    wanted = {"children": 1, "place_raw": "Old Bridge", "speaker": "mayor", "count_kind": "exact"}
    record = labelled_text(claims=[KILLED | wanted | {"people": [{"name": "Roth", "age": 30}]}])
    found = scored(record, found_claim(children=1, place_raw="the old bridge", count_kind="exact", people=(person,)))
    assert found.overall.details == {
        "count_kind": Agreement(1, 1),
        "place_raw": Agreement(1, 1),
        "speaker": Agreement(0, 1),
        "children": Agreement(1, 1),
        "people": Agreement(1, 1),
    }
    assert kinds_of(found) == ["speaker"]
    assert found.overall.claims == Counts(1, 0, 0)


def test_an_expected_problem_must_be_reported() -> None:
    """An unread text must say so."""
    record = labelled_text(doc_label=False, claims=[], problems=["unread"])
    assert scored(record, problems=(Problem("unread"),)).disagreements == ()
    assert kinds_of(scored(record)) == ["problems"]


def test_groups_follow_the_ids() -> None:
    """Each file gets its own line and the whole its sum."""
    records = read_records([labelled_line(id="one/1"), labelled_line(id="one/2"), labelled_line(id="two/1")])
    found = evaluate(records, {record.id: Detection((found_claim(),)) for record in records})
    assert [(marks.name, marks.texts) for marks in found.groups] == [("one", 2), ("two", 1)]
    assert found.overall.texts == 3
    assert found.overall.claims == Counts(3, 0, 0)


def test_absent_detection_is_an_error() -> None:
    """A text that was never read is not a text without casualties."""
    with pytest.raises(KeyError):
        evaluate([labelled_text()], {})


def test_ratios_are_the_usual_three() -> None:
    """The usual definitions, and full marks where there was nothing to get wrong."""
    counts = Counts(6, 2, 4)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert Counts().f1 == Counts().precision == Counts().recall == Agreement().ratio == 1.0
