"""Which claims are right, as far as labels can say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.evaluation import KILLED, found_claim, labelled_text
from watcher.detect.evaluate.correctness import right_claims
from watcher.model.claim import Detection

OLDER = {"harm": "killed", "count_min": 2, "count_max": 2, "victim": "unknown", "status": "asserted"}
WHOLE: dict[str, Any] = {"totals": {"killed": [2, 2]}}
PARTLY: dict[str, Any] = {"complete": False}


@pytest.mark.parametrize(
    ("record", "claim", "right"),
    [
        (WHOLE, {}, True),
        (WHOLE, {"victim": "civilian"}, False),
        (WHOLE, {"count_min": 3, "count_max": 3, "start": 60, "end": 61}, False),
        (WHOLE, {"harm": "injured"}, False),
        (PARTLY, {"harm": "injured"}, None),
        (PARTLY | {"claims": [OLDER]}, {"victim": "combatant"}, True),
        (PARTLY | {"claims": [OLDER]}, {"stance": "alleged"}, True),
        (PARTLY | {"claims": [OLDER]}, {"stance": "denied"}, False),
        (PARTLY | {"claims": [], "doc_label": False}, {}, False),
        (PARTLY | {"claims": [], "doc_label": False}, {"is_background": True}, None),
        (PARTLY | {"claims": [], "doc_label": False}, {"stance": "historical"}, None),
        (PARTLY | {"claims": [], "doc_label": True}, {}, True),
        (PARTLY | {"claims": [], "doc_label": None}, {}, None),
    ],
)
def test_what_labels_can_say_of_a_claim(record: dict[str, Any], claim: dict[str, Any], *, right: bool | None) -> None:
    """Where only some claims are labelled, silence says nothing; other sets class people in other ways."""
    labelled = labelled_text(**({"claims": [KILLED]} | record))
    assert right_claims(labelled, Detection((found_claim(**claim),))) == (right,)
