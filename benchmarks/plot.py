"""Two kinds of pictures for docs/reference/benchmarks.md, as SVG: bars side by side, and lines over a growing size."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Readable on a light and on a dark page.
COLOURS = ("#8a8f98", "#2f7fd6", "#d6782f", "#3a9b62")
WIDTH, ROW, LEFT, TOP = 760, 20, 210, 34


def bars(title: str, groups: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """A horizontal bar for each value: group ─► series ─► value."""
    longest = max(value for series in groups.values() for value in series.values()) or 1
    parts, y = [_text(0, 16, title, weight="bold")], TOP
    for group, series in groups.items():
        parts.append(_text(0, y + 15, group))
        for colour, (name, value) in zip(COLOURS, series.items(), strict=False):
            length = value / longest * (WIDTH - LEFT - 170)
            parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{length:.1f}" height="{ROW - 5}" fill="{colour}"/>')
            parts.append(_text(LEFT + length + 6, y + 14, f"{name} {value:.3g} {unit}"))
            y += ROW
        y += 10
    return _picture(parts, y)


def lines(title: str, across: str, up: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Points joined by lines, both axes from zero: series ─► pairs of size and value."""
    points = [point for one in series.values() for point in one]
    most, highest = (max(point[axis] for point in points) or 1 for axis in (0, 1))
    left, bottom, width, height = 80, 290, WIDTH - 240, 230
    parts = [_text(0, 16, title, weight="bold"), _text(0, 40, up), _text(left + width - 60, bottom + 36, across)]
    parts += [f'<path d="M{left} {bottom - height}V{bottom}H{left + width}" fill="none" stroke="#8a8f98"/>']
    for value, place in ((most, left + width), (most / 2, left + width / 2)):
        parts.append(_text(place - 14, bottom + 18, f"{value:,.0f}"))
    for value, place in ((highest, bottom - height), (highest / 2, bottom - height / 2)):
        parts.append(_text(14, place + 5, f"{value:.3g}"))
    for number, (name, one) in enumerate(series.items()):
        colour = COLOURS[(number + 1) % len(COLOURS)]
        where = [(left + x / most * width, bottom - y / highest * height) for x, y in one]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in where)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in where]
        parts.append(_text(where[-1][0] + 10, where[-1][1] + 5, name, colour=colour))
    return _picture(parts, bottom + 44)


def _text(x: float, y: float, said: str, *, weight: str = "normal", colour: str = "#7a808a") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-weight="{weight}">{escape(said)}</text>'


def _picture(parts: Sequence[str], height: float) -> str:
    inside = "\n".join(parts)
    frame = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif"'
    return f'<svg {frame} font-size="13" role="img">\n{inside}\n</svg>\n'
