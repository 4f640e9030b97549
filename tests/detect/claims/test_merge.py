"""Which claims say the same: repetitions, totals and their parts, findings on what was alleged."""

from __future__ import annotations

from tests.support.detection import found


def test_a_summary_contains_its_incidents() -> None:
    """The worked case: a total first, then the list it is made of."""
    text = (
        "The command assessed five incidents in which three civilians were likely killed.\n"
        "1. On May 4, 2021, near Harun, two civilians were likely killed.\n"
        "2. On May 9, 2021, near Tolba, one civilian was likely killed."
    )
    detection = found(text)
    assert detection.totals == {"killed": (3, 3)}
    assert {claim.stance for claim in detection.claims} == {"assessed"}


def test_what_is_told_twice_counts_once() -> None:
    """Headline and first sentence speak of the same people."""
    text = "Two peacekeepers killed in ambush\n\nTwo peacekeepers were killed on Friday. Both were 24."
    assert found(text).totals == {"killed": (2, 2)}


def test_a_vague_total_grows_with_its_parts() -> None:
    """Several, and then five: at least five."""
    assert found("Several rebels were killed. Five rebels were killed at the bridge.").totals == {"killed": (5, None)}


def test_a_finding_denies_what_was_alleged_before() -> None:
    """The finding often stands in a sentence of its own."""
    detection = found("Two sources alleged that nine shepherds were killed. Not credible.")
    assert not detection.is_reported
    assert {claim.stance for claim in detection.claims} == {"denied"}
