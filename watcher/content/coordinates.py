"""Coordinates that a text itself states, such as 35°12′N 38°45′E: nothing is looked up, and nothing is guessed."""

from __future__ import annotations

import re

# Degrees, perhaps with decimals, or with minutes and seconds, and the letter of the hemisphere after them.
_ANGLE = (
    r"(?P<{0}_degrees>\d{{1,3}}(?:[.,]\d+)?)\s*°?\s*"
    r"(?:(?P<{0}_minutes>\d{{1,2}}(?:[.,]\d+)?)\s*['′’]\s*(?:(?P<{0}_seconds>\d{{1,2}}(?:[.,]\d+)?)\s*[\"″”]\s*)?)?"
    r"(?P<{0}_side>[{1}])"
)
_PAIR = re.compile(
    rf"(?<![\d.,]){_ANGLE.format('y', 'NS')}(?![A-Za-z])[\s,;/]{{0,3}}{_ANGLE.format('x', 'EW')}(?![A-Za-z])"
)
_FULL = 60


def stated_point(text: str) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, where the text states exactly one pair with its hemispheres."""
    found = {point for match in _PAIR.finditer(text) if (point := _point(match)) is not None}
    return found.pop() if len(found) == 1 else None


def _point(match: re.Match[str]) -> tuple[float, float] | None:
    longitude, latitude = _angle(match, "x"), _angle(match, "y")
    if longitude is None or latitude is None or abs(longitude) > 180 or abs(latitude) > 90:  # noqa: PLR2004 - degrees
        return None
    return longitude, latitude


def _angle(match: re.Match[str], name: str) -> float | None:
    """An angle in degrees, south and west negative; None where its minutes or seconds are none."""
    degrees, minutes, seconds = (_number(match[f"{name}_{part}"]) for part in ("degrees", "minutes", "seconds"))
    if minutes >= _FULL or seconds >= _FULL:
        return None
    angle = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -angle if match[f"{name}_side"] in "SW" else angle


def _number(digits: str | None) -> float:
    return float((digits or "0").replace(",", "."))
