"""Labels are read strictly, those of older sets as well."""

from __future__ import annotations

import pytest

from tests.support.evaluation import KILLED, found_claim, labelled_line, labelled_text, scored
from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.score import Counts
from watcher.errors import ConfigError


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
    assert (
        scored(labelled_text(claims=[older]), found_claim(stance=stance)).overall.claims == Counts(1, 0, 0)
    ) is is_right


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
    result = scored(labelled_text(claims=[older]), found_claim(count_min=found[0], count_max=found[1]))
    assert (result.overall.claims == Counts(1, 0, 0)) is is_right


def test_older_parts_are_optional() -> None:
    """A part of a total, which is no claim of its own, is not asked for."""
    older = {"harm": "killed", "count_min": 1, "count_max": 1, "status": "alleged", "subset_of": "total"}
    assert scored(labelled_text(claims=[older], doc_label=None)).overall.claims == Counts()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{", "no JSON"),
        ("[]", "needs an object with id and text"),
        (labelled_line(doc_label="yes"), "doc_label"),
        (labelled_line(claims={}), "claims: must be a list"),
        (labelled_line(claims=[{}]), "claims.0.harm: is needed"),
        (labelled_line(claims=[KILLED | {"harm": "hurt"}]), "claims.0.harm: 'hurt'"),
        (labelled_line(claims=[KILLED | {"stance": ["asserted", "sure"]}]), "claims.0.stance: 'sure'"),
        (labelled_line(claims=[KILLED | {"count_min": 3}]), "count_max: is less"),
        (labelled_line(claims=[KILLED | {"count_min": "two"}]), "count_min: must be a number"),
        (labelled_line(claims=[KILLED | {"words": "Three sailors"}]), "do not stand in the text"),
        (labelled_line(totals={"hurt": [1, 1]}), "'hurt' is no harm"),
        (labelled_line(totals={"killed": 2}), "totals.killed"),
        (labelled_line(totals=[2]), "totals: must be an object"),
    ],
)
def test_wrong_lines_are_reported_with_their_number(wrong: str, told: str) -> None:
    """A label that cannot be read must never be scored as something else."""
    with pytest.raises(ConfigError) as caught:
        read_records([labelled_line(id="set/0"), "", wrong])
    (mistake,) = caught.value.mistakes
    assert mistake.startswith("line 3: ")
    assert told in mistake


def test_all_mistakes_of_the_labels_are_reported_at_once() -> None:
    """Whoever labels by hand wants one list, not one mistake a run; the same id twice is one of them."""
    with pytest.raises(ConfigError) as caught:
        read_records([labelled_line(), labelled_line(), "{"])
    assert [mistake[:7] for mistake in caught.value.mistakes] == ["line 2:", "line 3:"]
