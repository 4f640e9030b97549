"""The chart of reported people by week and stance."""

from __future__ import annotations

from datetime import date

from watcher.web.chart import FOOT, HEIGHT, STEP, WEEKS, charts

TODAY = date(2026, 11, 26)


def row(week: str, harm: str, stance: str, people: int | None) -> dict[str, object]:
    return {"week": week, "harm": harm, "stance": stance, "people": people}


def test_parts_of_a_week_stand_on_each_other() -> None:
    """The highest week fills the drawing; one person beside two hundred can still be seen."""
    counts = [row("2026-11-23", "killed", "asserted", 200), row("2026-11-23", "killed", "alleged", 1)]
    (chart,) = charts(counts, TODAY)
    stated, alleged = chart.bars
    assert stated.x == alleged.x == (WEEKS - 1) * STEP + 2
    assert round(stated.y + stated.height, 1) == HEIGHT - FOOT
    assert round(alleged.y + alleged.height, 1) == stated.y
    assert alleged.height == 2
    assert alleged.y > 0
    assert chart.rows == (("2026-11-23", (200, 1)),)
    assert chart.words == "People killed, as reported in the last 26 weeks: at least 201 in all, at most 201 in a week"


def test_harm_without_anybody_has_no_chart() -> None:
    """An empty frame would look like a fault; older weeks and unsaid numbers are no bars."""
    assert (
        charts([row("2026-11-23", "killed", "asserted", None), row("2020-01-06", "injured", "denied", 5)], TODAY) == ()
    )
