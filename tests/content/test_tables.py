"""Tables of figures as lines: no count leaves its row or its header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.lines import block_lines
from watcher.content.markup import parse_fragment

WORDS = st.text(alphabet="abcdeéßжשع", min_size=1, max_size=8)


def lines(html: str) -> list[str]:
    return block_lines(parse_fragment(html))


@given(st.lists(st.tuples(WORDS, st.integers(0, 9999)), min_size=1, max_size=5))
def test_a_count_in_a_table_keeps_its_row_and_column(rows: list[tuple[str, int]]) -> None:
    """A line a row, each cell under its header."""
    body = "".join(f"<tr><td>{place}</td><td>{count}</td></tr>" for place, count in rows)
    expected = [f"Place: {place}; Killed: {count}" for place, count in rows]
    assert lines(f"<table><tr><th>Place</th><th>Killed</th></tr>{body}</table>") == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<tr><th rowspan=2>Area<th colspan=2>Civilians<tr><th>killed<th>hurt<tr><td>North<td>3<td>5",
            ["Area: North; Civilians killed: 3; Civilians hurt: 5"],
        ),
        (
            "<tr><th>Area<th>Day<th>Killed<tr><td rowspan=2>North<td>Mon<td>3<tr><td>Tue<td>4",
            ["Area: North; Day: Mon; Killed: 3", "Area: North; Day: Tue; Killed: 4"],
        ),
        ("<tr><th>Area<th>Killed<tr><td>North<td rowspan=2>3<tr><td>South", ["Area: North; Killed: 3", "Area: South"]),
        ("<tr><td>Area<td>Killed<tr><td>North<td>3", ["Area: North; Killed: 3"]),
        ("<tr><td>North<td>South<tr><td>East<td>West", ["North; South", "East; West"]),
        ("<caption>Losses</caption><tr><th>Area<th>Killed<tr><td>North<td>3", ["Losses", "Area: North; Killed: 3"]),
        (
            "<tr><th>Area<th>Killed<tr style='display:none'><td>North<td>99<tr><td>South<td>1",
            ["Area: South; Killed: 1"],
        ),
        ("<tr><th>Killed<td>3<tr><th>Hurt<td>5", ["Killed: 3", "Hurt: 5"]),
        (
            "<tr><td>&nbsp;<td>Soldiers<td>Civilians<tr><td>Killed<td>4<td>3",
            ["Killed; Soldiers: 4; Civilians: 3"],
        ),
        (
            "<tr><th rowspan=2>Soldiers<td>Killed<td>4<tr><td>Hurt<td>9<tr><th>Civilians<td>Killed<td>3",
            ["Soldiers; Killed: 4", "Soldiers; Hurt: 9", "Civilians; Killed: 3"],
        ),
    ],
)
def test_figures_keep_their_headers_under_spans(html: str, expected: list[str]) -> None:
    """Spans, stacked headers and hidden rows; a number that spans rows is written once."""
    assert lines(f"<table>{html}</table>") == expected


def test_a_table_that_lays_out_a_page_is_read_as_blocks() -> None:
    """Old sites put the whole release into a cell; its paragraphs must stay paragraphs."""
    cell = "<p>Three people were hurt.</p><ul><li>One driver</li></ul>"
    assert lines(f"<table><tr><td>Menu</td></tr><tr><td>{cell}</td><td>x</td></tr></table>") == [
        "Menu",
        "Three people were hurt.",
        "One driver",
        "x",
    ]


def test_words_outside_the_cells_of_a_broken_table_are_kept() -> None:
    """Text between rows is shown by browsers, so it must not be lost."""
    assert "5 missing" in " ".join(
        lines("<table><tr><td>3</td><td>killed</td></tr>5 missing<tr><td>1</td><td>hurt</td></tr></table>")
    )
