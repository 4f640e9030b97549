"""What the tests of the evaluation share: one labelled text, and the claims found in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.detect.evaluate.labels import read_records
from watcher.detect.evaluate.score import evaluate
from watcher.model.claim import Claim, Detection

if TYPE_CHECKING:
    from watcher.detect.evaluate.labels import Record
    from watcher.detect.evaluate.score import Evaluation

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


def labelled_line(**changes: Any) -> str:
    """One labelled text as a JSON line, with changes."""
    return json.dumps({"id": "set/1", "text": TEXT, "doc_label": True, "claims": [KILLED]} | changes)


def labelled_text(**changes: Any) -> Record:
    """One labelled text as a record, with changes."""
    (record,) = read_records([labelled_line(**changes)])
    return record


def found_claim(**changes: Any) -> Claim:
    """The claim that agrees with KILLED, with changes."""
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


def scored(record: Record, *claims: Claim, **changes: Any) -> Evaluation:
    """The evaluation of one text in which the claims were found."""
    return evaluate([record], {record.id: Detection(claims, **changes)})


def kinds_of(found: Evaluation) -> list[str]:
    """What each disagreement is about."""
    return [disagreement.what for disagreement in found.disagreements]
