"""Reported people by week and stance as a chart: bars with their places, and the same numbers as a table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from watcher.model.wording import STANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.model.claim import Stance


WEEKS = 26
# In units of the drawing: its size, the space for the words below, a bar with the gap to the next.
WIDTH, HEIGHT, FOOT, STEP = 520, 160, 18, 20
_WEEK = timedelta(days=7)
_STANCES: tuple[Stance, ...] = ("asserted", "assessed", "alleged", "under_review", "denied")


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a week's bar: people of one stance; `words` says it for those who do not see it."""

    x: int
    y: float
    height: float
    stance: Stance
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of one harm. `rows` are the weeks with anything in them, each with its people by stance."""

    harm: str
    bars: tuple[Bar, ...]
    labels: tuple[tuple[int, str], ...]
    most: int
    stances: tuple[Stance, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def words(self) -> str:
        """The chart in one sentence."""
        people = sum(sum(counts) for _, counts in self.rows)
        said = f"People {self.harm}, as reported in the last {WEEKS} weeks"
        return f"{said}: at least {people:,} in all, at most {self.most:,} in a week"


def first_week(today: date) -> date:
    """The Monday with which the charts begin."""
    return today - timedelta(days=today.weekday()) - (WEEKS - 1) * _WEEK


def charts(counts: Iterable[Mapping[str, Any]], today: date) -> tuple[Chart, ...]:
    """The charts of the killed and the injured, of the weeks up to today's; those without anybody are left out.

    `counts` are rows with `week` (its Monday), `harm`, `stance` and `people`, None where no number is said.
    """
    first = first_week(today)
    weeks = [(first + number * _WEEK).isoformat() for number in range(WEEKS)]
    found: dict[str, dict[tuple[str, str], int]] = {}
    for row in counts:
        found.setdefault(row["harm"], {})[row["week"], row["stance"]] = row["people"] or 0
    made = (_chart(harm, weeks, found.get(harm, {})) for harm in ("killed", "injured"))
    return tuple(chart for chart in made if chart.rows)


def _chart(harm: str, weeks: Sequence[str], people: Mapping[tuple[str, str], int]) -> Chart:
    stances = tuple(stance for stance in _STANCES if any(people.get((week, stance)) for week in weeks))
    rows = [(week, tuple(people.get((week, stance), 0) for stance in stances)) for week in weeks]
    most = max((sum(counts) for _, counts in rows), default=0)
    bars = [bar for at, row in enumerate(rows) for bar in _stacked(at, *row, stances, most)]
    labels = tuple(
        (at * STEP, f"{date.fromisoformat(week):%-d %b}") for at, week in enumerate(weeks[:-1]) if at % 5 == 0
    )
    return Chart(harm, tuple(bars), labels, most, stances, tuple(row for row in rows if any(row[1])))


def _stacked(at: int, week: str, counts: Sequence[int], stances: Sequence[Stance], most: int) -> Iterable[Bar]:
    """One week's parts on top of each other; a part of anybody is high enough to be seen."""
    floor = float(HEIGHT - FOOT)
    for stance, count in zip(stances, counts, strict=True):
        if count:
            height = max(2.0, count / most * (HEIGHT - FOOT - 20))
            floor -= height
            words = f"week of {week}: {count:,} {STANCE[stance]}"
            yield Bar(at * STEP + 2, round(floor, 1), round(height, 1), stance, words)
