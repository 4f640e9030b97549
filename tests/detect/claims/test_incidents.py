"""Where one incident of a text ends and the next begins."""

from __future__ import annotations

from tests.support.detection import ENGLISH, found
from watcher.detect.detector import annotate


def test_incidents_are_numbered() -> None:
    """A new day, place or "meanwhile" begins another incident."""
    text = "Two were hurt. Meanwhile, one died.\n\nNear Gao, three died.\n\nThey were farmers."
    assert annotate(text, ENGLISH).incidents == [0, 1, 2, 2]


def test_each_incident_has_its_own_place() -> None:
    """The place of one item must not leak into the next."""
    detection = found("In Helmand, one rebel was killed.\n\nIn Kunar, five rebels were killed.")
    assert [claim.place for claim in detection.claims] == ["Helmand", "Kunar"]


def test_incidents_are_added() -> None:
    """Separate events of one release add up."""
    text = "1. On May 4, 2021, near Harun, two men were killed.\n2. On May 9, 2021, near Tolba, three men were killed."
    detection = found(text)
    assert detection.totals == {"killed": (5, 5)}
    assert [(claim.place_raw, claim.event_from) for claim in detection.claims] == [
        ("Harun", "2021-05-04"),
        ("Tolba", "2021-05-09"),
    ]
