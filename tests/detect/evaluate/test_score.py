"""Scoring: labels are read strictly, claims are paired one to one, and every difference is said in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.detect.evaluate.labels import Record, read_records
from watcher.detect.evaluate.report import report
from watcher.detect.evaluate.score import Agreement, Counts, Evaluation, evaluate
from watcher.errors import ConfigError
from watcher.model.claim import Claim, Detection, Person
from watcher.model.release import Problem

TEXT = "Two soldiers were killed and five were wounded near the old bridge."
KILLED = {
    "harm": "killed",
    "count_min": 2,
    "count_max": 2,
    "victim": "military",
    "stance": "asserted",
    "is_background": False,
    "words": "Two soldiers were killed",
}
INJURED = {"harm": "injured", "count_min": 5, "count_max": 5, "victim": "military", "stance": "asserted"}


def line(**changes: Any) -> str:
    return json.dumps({"id": "set/1", "text": TEXT, "doc_label": True, "claims": [KILLED]} | changes)


def read(**changes: Any) -> Record:
    (record,) = read_records([line(**changes)])
    return record


def claim(**changes: Any) -> Claim:
    values: dict[str, Any] = {
        "harm": "killed",
        "count_min": 2,
        "count_max": 2,
        "victim": "military",
        "stance": "asserted",
        "start": 0,
        "end": 24,
        "sentence": TEXT,
    }
    return Claim(**(values | changes))


def score(record: Record, *claims: Claim, **changes: Any) -> Evaluation:
    return evaluate([record], {record.id: Detection(claims, **changes)})


def whats(found: Evaluation) -> list[str]:
    return [disagreement.what for disagreement in found.disagreements]


def test_agreement_scores_full_marks() -> None:
    """A right answer must not be marked down."""
    found = score(read(totals={"killed": [2, 2]}), claim(), totals={"killed": (2, 2)})
    assert found.overall.claims == Counts(1, 0, 0)
    assert found.overall.reported == Counts(1, 0, 0)
    assert found.overall.totals == found.overall.offsets == Agreement(1, 1)
    assert found.disagreements == ()


def test_missed_claim_and_missed_text() -> None:
    """Silence about two dead is the worst mistake of all, of the claim and of the text."""
    found = score(read())
    assert found.overall.claims == found.overall.reported == Counts(0, 0, 1)
    assert whats(found) == ["reported", "missed"]


def test_false_claim_and_false_alarm() -> None:
    """A claim where none is labelled costs precision, of the claims and of the texts."""
    found = score(read(doc_label=False, claims=[]), claim())
    assert found.overall.claims == found.overall.reported == Counts(0, 1, 0)
    assert whats(found) == ["reported", "false"]


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
    found = score(read(), claim(**changes))
    assert found.overall.claims == Counts(0, 1, 1)
    assert {name for name, share in found.overall.paired.items() if not share.right} == {field}
    assert whats(found) == [field]


def test_another_harm_is_another_claim() -> None:
    """Killed never answers for injured, whatever the count."""
    assert whats(score(read(), claim(harm="injured"))) == ["missed", "false"]


def test_what_a_label_leaves_out_is_not_scored() -> None:
    """A labeller may be sure of the harm alone."""
    found = score(read(claims=[{"harm": "killed", "words": "killed"}]), claim(count_min=9, victim="police"))
    assert found.overall.claims == Counts(1, 0, 0)
    assert not found.overall.paired


def test_several_right_values() -> None:
    """Where the definition leaves two readings open, either is right and a third is not."""
    record = read(claims=[KILLED | {"victim": ["military", "unknown"], "stance": ["asserted", "assessed"]}])
    assert score(record, claim(victim="unknown", stance="assessed")).overall.claims == Counts(1, 0, 0)
    assert whats(score(record, claim(victim="police"))) == ["victim"]


def test_optional_claim_may_be_absent_or_present() -> None:
    """An optional label asks for nothing and excuses what agrees with it."""
    record = read(claims=[KILLED, INJURED | {"optional": True}])
    also = claim(harm="injured", count_min=5, count_max=5)
    assert score(record, claim()).overall.claims == score(record, claim(), also).overall.claims == Counts(1, 0, 0)


def test_optional_claim_excuses_no_other_stance() -> None:
    """Hypothetical harm told as fact must still cost."""
    record = read(doc_label=False, claims=[KILLED | {"stance": "hypothetical", "optional": True}])
    assert score(record, claim()).overall.claims == Counts(0, 1, 0)


def test_pairs_are_one_to_one() -> None:
    """One claim must not answer for two labels of the same count."""
    text = "A bomb killed two guards. A mine killed two guards."
    labels = [KILLED | {"words": "A bomb killed"}, KILLED | {"words": "A mine killed"}]
    found = score(read(text=text, claims=labels), claim(start=26, end=49))
    assert found.overall.claims == Counts(1, 0, 1)
    assert found.disagreements[-1].part.startswith("A bomb killed")


def test_words_decide_between_claims_of_one_count() -> None:
    """The claim that touches the label's words is the one that is meant."""
    text = "A bomb killed two guards. A mine killed two boys."
    labels = [KILLED | {"words": "two guards"}, KILLED | {"words": "two boys", "victim": "civilian"}]
    found = score(read(text=text, claims=labels), claim(start=26, end=48, victim="civilian"), claim(start=0, end=24))
    assert found.overall.claims == Counts(2, 0, 0)
    assert found.overall.offsets == Agreement(2, 2)


def test_offsets_elsewhere_are_told() -> None:
    """A right count that points at the wrong words misleads whoever checks it."""
    found = score(read(), claim(start=30, end=40))
    assert found.overall.offsets == Agreement(0, 1)
    assert whats(found) == ["offsets"]


def test_incomplete_labels_excuse_further_claims() -> None:
    """Where not every claim is labelled, a further one is no mistake."""
    assert score(read(complete=False), claim(), claim(harm="injured")).overall.claims == Counts(1, 0, 0)


def test_unlabelled_text_is_not_scored_as_reported() -> None:
    """An unlabelled text is no negative."""
    assert score(read(doc_label=None, claims=[]), claim()).overall.reported == Counts()


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
def test_totals(labelled: dict[str, Any], found: dict[Any, Any], is_right: bool) -> None:  # noqa: FBT001 (a table's column)
    """Totals are right as a whole: minimum and maximum of every harm; nobody and no number are no entry."""
    result = score(read(totals=labelled), claim(), totals=found)
    assert result.overall.totals == Agreement(int(is_right), 1)
    assert ("totals" in whats(result)) is not is_right


def test_denied_needs_a_denial_and_nothing_reported() -> None:
    """A text that only denies is read rightly when the denial is seen and no casualty is."""
    record = read(doc_label=False, claims=[KILLED | {"stance": "denied"}])
    assert score(record, claim(stance="denied")).overall.denied == Agreement(1, 1)
    assert score(record).overall.denied == Agreement(0, 1)
    assert score(record, claim(stance="denied"), claim(harm="injured")).overall.denied == Agreement(0, 1)


def test_details_are_checked_only_where_given() -> None:
    """Place, date, speaker, children and the named are scored apart from the claims."""
    person = Person("Ana Roth", "killed", 0, 3, rank="Sgt.", age=30)
    wanted = {"children": 1, "place_raw": "Old Bridge", "speaker": "mayor", "count_kind": "exact"}
    record = read(claims=[KILLED | wanted | {"people": [{"name": "Roth", "age": 30}]}])
    found = score(record, claim(children=1, place_raw="the old bridge", count_kind="exact", people=(person,)))
    assert found.overall.details == {
        "count_kind": Agreement(1, 1),
        "place_raw": Agreement(1, 1),
        "speaker": Agreement(0, 1),
        "children": Agreement(1, 1),
        "people": Agreement(1, 1),
    }
    assert whats(found) == ["speaker"]
    assert found.overall.claims == Counts(1, 0, 0)


def test_problems_are_asked_for() -> None:
    """An unread text must say so."""
    record = read(doc_label=False, claims=[], problems=["unread"])
    assert score(record, problems=(Problem("unread"),)).disagreements == ()
    assert whats(score(record)) == ["problems"]


@pytest.mark.parametrize(
    ("status", "stance", "is_right"),
    [
        ("confirmed", "assessed", True),
        ("confirmed", "alleged", False),
        ("attempted", "hypothetical", True),
        ("unknown", "denied", True),
        ("alleged", "alleged", True),
    ],
)
def test_older_status_maps_to_stances(status: str, stance: str, is_right: bool) -> None:  # noqa: FBT001 (a table's column)
    """Sets labelled before stances existed stay usable."""
    older = {"harm": "killed", "count_min": 2, "count_max": 2, "victim": "military", "status": status}
    assert (score(read(claims=[older]), claim(stance=stance)).overall.claims == Counts(1, 0, 0)) is is_right


@pytest.mark.parametrize(
    ("low", "high", "found", "is_right"),
    [
        (2, None, (2, 2), True),
        (3, None, (2, 2), False),
        (1, 4, (2, 3), True),
        (1, 4, (2, 5), False),
        (0, 4, (2, None), True),
    ],
)
def test_older_counts_are_minima_or_ranges(
    low: int,
    high: int | None,
    found: tuple[int, int | None],
    is_right: bool,  # noqa: FBT001 (a table's column)
) -> None:
    """There a label without maximum names the minimum, and one with a maximum spans several sources."""
    older = {"harm": "killed", "count_min": low, "count_max": high, "status": "asserted"}
    result = score(read(claims=[older]), claim(count_min=found[0], count_max=found[1]))
    assert (result.overall.claims == Counts(1, 0, 0)) is is_right


def test_older_parts_are_optional() -> None:
    """A part of a total, which is no claim of its own, is not asked for."""
    older = {"harm": "killed", "count_min": 1, "count_max": 1, "status": "alleged", "subset_of": "total"}
    assert score(read(claims=[older], doc_label=None)).overall.claims == Counts()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{", "no JSON"),
        ("[]", "needs an object with id and text"),
        (line(doc_label="yes"), "doc_label"),
        (line(claims={}), "claims: must be a list"),
        (line(claims=[{}]), "claims.0.harm: is needed"),
        (line(claims=[KILLED | {"harm": "hurt"}]), "claims.0.harm: 'hurt'"),
        (line(claims=[KILLED | {"stance": ["asserted", "sure"]}]), "claims.0.stance: 'sure'"),
        (line(claims=[KILLED | {"count_min": 3}]), "count_max: is less"),
        (line(claims=[KILLED | {"count_min": "two"}]), "count_min: must be a number"),
        (line(claims=[KILLED | {"words": "Three sailors"}]), "do not stand in the text"),
        (line(totals={"hurt": [1, 1]}), "'hurt' is no harm"),
        (line(totals={"killed": 2}), "totals.killed"),
        (line(totals=[2]), "totals: must be an object"),
    ],
)
def test_wrong_lines_are_told_with_their_number(wrong: str, told: str) -> None:
    """A label that cannot be read must never be scored as something else."""
    with pytest.raises(ConfigError) as caught:
        read_records([line(id="set/0"), "", wrong])
    (mistake,) = caught.value.mistakes
    assert mistake.startswith("line 3: ")
    assert told in mistake


def test_all_mistakes_at_once() -> None:
    """Whoever labels by hand wants one list, not one mistake a run; the same id twice is one of them."""
    with pytest.raises(ConfigError) as caught:
        read_records([line(), line(), "{"])
    assert [mistake[:7] for mistake in caught.value.mistakes] == ["line 2:", "line 3:"]


def test_groups_follow_the_ids() -> None:
    """Each file gets its own line and the whole its sum."""
    records = read_records([line(id="one/1"), line(id="one/2"), line(id="two/1")])
    found = evaluate(records, {record.id: Detection((claim(),)) for record in records})
    assert [(marks.name, marks.texts) for marks in found.groups] == [("one", 2), ("two", 1)]
    assert found.overall.texts == 3
    assert found.overall.claims == Counts(3, 0, 0)


def test_absent_detection_is_an_error() -> None:
    """A text that was never read is not a text without casualties."""
    with pytest.raises(KeyError):
        evaluate([read()], {})


def test_ratios() -> None:
    """The usual definitions, and full marks where there was nothing to get wrong."""
    counts = Counts(6, 2, 4)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert Counts().f1 == Counts().precision == Counts().recall == Agreement().ratio == 1.0


def test_report_shows_disagreements_on_demand() -> None:
    """The table is short; what differs is listed with text, expected and found side by side."""
    found = score(read(), claim(count_min=3, count_max=None))
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
    records = read_records([line(id="one/1"), line(id="two/1", doc_label=None, claims=[])])
    text = report(evaluate(records, {"one/1": Detection((claim(),)), "two/1": Detection(())}))
    rows = {row.split()[0]: row.split()[1:] for row in text.splitlines()[1:4]}
    assert rows["one"][:4] == ["1", "1.000", "1.000", "1.000"]
    assert rows["two"][:4] == ["1", "–", "–", "–"]
    assert rows["overall"][0] == "2"


COUNTS = st.integers(min_value=0, max_value=5)
CLAIMS = st.builds(
    claim,
    harm=st.sampled_from(["killed", "injured", "missing"]),
    count_min=COUNTS,
    stance=st.sampled_from(["asserted", "denied"]),
    count_max=st.none(),
)


@given(st.lists(CLAIMS, max_size=6), st.lists(CLAIMS, max_size=6))
def test_every_label_and_every_claim_is_counted_once(labelled: list[Claim], found: list[Claim]) -> None:
    """Whatever is compared: right + missed are the labels, right + false the claims."""
    keys = ("harm", "count_min", "count_max", "stance")
    record = read(claims=[{key: getattr(one, key) for key in keys} for one in labelled], doc_label=None)
    counts = score(record, *found).overall.claims
    assert counts.right + counts.missed == len(labelled)
    assert counts.right + counts.false == len(found)


@given(st.lists(CLAIMS, max_size=6))
def test_the_same_on_both_sides_is_perfect(claims: list[Claim]) -> None:
    """Pairing must find the agreement where there is one, in any order."""
    keys = ("harm", "count_min", "count_max", "stance")
    record = read(claims=[{key: getattr(one, key) for key in keys} for one in claims], doc_label=None)
    assert score(record, *reversed(claims)).overall.claims == Counts(len(claims), 0, 0)
