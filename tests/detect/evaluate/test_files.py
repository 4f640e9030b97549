"""The project's own labelled texts are sound: a gate on wrong labels would guard nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import TESTS
from watcher.detect.evaluate.labels import Record, read_records

if TYPE_CHECKING:
    from pathlib import Path

EVAL = TESTS / "eval"
FILES = sorted(EVAL.glob("*.jsonl"))
# One file per phenomenon of a claim's definition: what must not be fallen for, what is hard and counts, the basics.
PHENOMENA = (
    "exercises",
    "casualty_care",
    "policies",
    "idioms",
    "memorials",
    "equipment",
    "boilerplate",
    "detainees",
    "not_counts",
    "headings_links",
    "two_groups",
    "incident_lists",
    "ranges_hedges",
    "ranks_armies",
    "subsets",
    "loss_of_life",
    "nominal",
    "denials",
    "no_further",
    "later_deaths",
    "corrections",
    "capitals",
    "other_languages",
    "worked_case",
    "two_announcements",
    "harms",
    "counts",
    "victim_words",
    "victims",
    "stances",
    "vague",
    "background",
    "euphemism",
    "event_places",
    "joint_counts",
    "totals_parts",
    "named_lists",
    "named_people",
    "places_dates",
    "speakers",
    "children_women",
    "long_negatives",
    "long_releases",
)
ENOUGH = 400


def records() -> list[Record]:
    return [record for path in FILES for record in read_records(path.read_text(encoding="utf-8").splitlines())]


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_phenomenon_has_its_file() -> None:
    """A phenomenon of the definition without a file would go unmeasured."""
    assert {path.stem for path in FILES} == set(PHENOMENA)


def test_there_are_enough_of_them() -> None:
    """A gate of a few texts could be met by accident."""
    assert len(records()) >= ENOUGH


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reads_without_a_mistake(path: Path) -> None:
    """Values are inside the scheme, words stand in their text, counts are numbers: read_records tells what is not."""
    assert all(record.group == path.stem for record in read_records(path.read_text(encoding="utf-8").splitlines()))


def test_ids_are_unique_over_all_files() -> None:
    """Detections are looked up by id."""
    assert not [name for name, n in Counter(record.id for record in records()).items() if n > 1]


def test_texts_are_different() -> None:
    """The same text twice would count its mistakes twice."""
    assert not [text[:60] for text, n in Counter(record.text for record in records()).items() if n > 1]


def test_each_says_why_it_is_here() -> None:
    """Without the note nobody can judge a label that somebody disputes."""
    assert not [record.id for record in records() if not record.note]


def test_positives_and_negatives_balance() -> None:
    """Both kinds of mistake must cost something."""
    said = Counter(record.is_reported for record in records())
    assert min(said[True], said[False]) >= ENOUGH // 3


def test_label_of_the_text_follows_from_its_claims() -> None:
    """A text reports casualties exactly when one of its required claims does."""
    for line in lines():
        sure = [claim for claim in line["claims"] if not claim.get("optional") and claim["harm"] != "captured"]
        sides = {
            value in ("asserted", "assessed", "alleged")
            for claim in sure
            for value in (
                [claim["stance"]] if isinstance(claim.get("stance"), str) else claim.get("stance", ["asserted"])
            )
        }
        if line["doc_label"] is False:
            assert True not in sides, line["id"]
        elif line["doc_label"] is True:
            assert True in sides, line["id"]


def test_denials_never_reach_the_totals() -> None:
    """Totals hold what happened: no text without a reported claim has any but of people captured."""
    wrong = [
        line["id"] for line in lines() if line["doc_label"] is False and set(line.get("totals", {})) - {"captured"}
    ]
    assert not wrong
