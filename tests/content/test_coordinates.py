"""Coordinates that a text states: read to the letter, never guessed."""

from __future__ import annotations

import pytest

from watcher.content.coordinates import stated_point

STATED = {
    "The strike hit a house at 35.1234° N, 38.4567° E near the river.": (38.4567, 35.1234),
    "at 35°12′30″N 38°45′00″E": (38.75, 35.208333),
    "at 35°30'N, 38°15'E": (38.25, 35.5),
    "position 12.5S 077.25W": (-77.25, -12.5),
    "at 35,5 N / 38,25 E": (38.25, 35.5),
    "at 35.5N 38.25E, again 35.5N 38.25E": (38.25, 35.5),
}
NOT_STATED = [
    "",
    "15 N, no E",
    "killed 12 soldiers, 30 wounded",
    "at 35.5, 38.25",
    "at 95.0N 38.0E",
    "at 35.0N 190.0E",
    "at 35°75'N 38°15'E",
    "at 35.5N 38.25E and at 36.5N 38.25E",
    "12 November 14 Eastern",
    "route 5N 7Echo",
]


@pytest.mark.parametrize(("text", "point"), STATED.items())
def test_stated_coordinates_are_read(text: str, point: tuple[float, float]) -> None:
    """Degrees with decimals or with minutes and seconds, south and west negative."""
    assert stated_point(text) == pytest.approx(point, abs=1e-6)


@pytest.mark.parametrize("text", NOT_STATED)
def test_nothing_is_guessed(text: str) -> None:
    """A point on a map is believed: numbers without hemispheres, impossible ones and two places give none."""
    assert stated_point(text) is None
