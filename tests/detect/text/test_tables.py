"""Which lines of a text are rows of a table, and which of their cells count people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.detection import ENGLISH
from watcher.detect.text.tables import find_tables
from watcher.detect.words.lexicon import compiled

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Row

BARS = "Village | Killed | Wounded\nOrsa | 3 | 1\nTamin | 0 | 2"
TABS = BARS.replace(" | ", "\t")
WIDE_TABS = "Village\t\tKilled\tWounded\nOrsa\t\t3\t1\nTamin\t\t0\t2"
BLANKS = "Village Killed Wounded\nOrsa 3 1\nTamin - 2"
SEMICOLONS = BARS.replace(" | ", ";")
COMMAS = BARS.replace(" | ", ", ")
NAMED = "Village: Orsa; Killed: 3; Wounded: 1\nVillage: Tamin; Killed: none; Wounded: 2"
DASHES = "Village: Orsa - Killed: 3 - Wounded: 1\nVillage: Tamin - Killed: 0 - Wounded: 2"
RUN_TOGETHER = "Village: Orsa; Killed: 3; Wounded: 1 Village: Tamin; Killed: 0; Wounded: 2"


def rows(text: str) -> list[Row]:
    return find_tables(text, compiled(ENGLISH))[0]


def counts(text: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """Each row's label with its harms and numbers."""
    return [(row.label, [(cell.entry.harm, cell.people) for cell in row.cells]) for row in rows(text)]


@pytest.mark.parametrize("text", [BARS, TABS, WIDE_TABS, BLANKS, SEMICOLONS, COMMAS, NAMED, DASHES, RUN_TOGETHER])
def test_the_same_table_is_read_however_it_is_set(text: str) -> None:
    """Pages, plain texts and PDFs set tables in their own ways; a zero beside people says nothing."""
    assert counts(text) == [("Orsa", [("killed", 3), ("injured", 1)]), ("Tamin", [("injured", 2)])]
    for row in rows(text):
        assert "Orsa" in text[row.start : row.end] or "Tamin" in text[row.start : row.end]
        assert all(text[cell.start : cell.end] == str(cell.people) for cell in row.cells)


def test_a_table_of_zeros_says_that_nobody_was_harmed() -> None:
    """Where no row counts anybody, the zeros are what the table has to say."""
    assert counts("Site: Pier; Killed: 0; Injured: 0") == [("Pier", [("killed", 0), ("injured", 0)])]


@pytest.mark.parametrize("label", ["Total", "In all", "Both villages"])
def test_the_row_of_sums_is_known_by_its_name_or_its_numbers(label: str) -> None:
    """Not every table names the row that adds up the others."""
    text = f"Village | Killed\nOrsa | 3\nTamin | 4\n{label} | 7"
    assert [row.is_total for row in rows(text)] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Civilians killed: 4\nPolice killed: 1\nTents: 12", ["civilian", "police"]),
        ("Group | Dead\nCivilians | 4\nInsurgents | 9", ["civilian", "combatant"]),
        ("Enemy losses on Friday:\nKilled: 30\nTanks: 4", ["combatant"]),
        ("Place | Dead\nSchool | 4\nMarket | 9", ["unknown", "unknown"]),
    ],
)
def test_the_class_stands_in_the_head_the_label_or_the_line_above(text: str, classes: list[str]) -> None:
    """A school is a place where people died, not who they were."""
    assert [cell.victim for row in rows(text) for cell in row.cells] == classes


def test_a_period_above_a_table_makes_it_one_of_a_campaign() -> None:
    """Daily reports carry the losses of a whole war."""
    text = "Enemy losses from 24 March to 6 May:\nKilled: about 9,400 (+150)\nTanks: 61"
    (killed, tanks) = rows(text)
    assert killed.is_of_period
    assert [cell.people for cell in killed.cells] == [9400]
    assert tanks.cells == ()


@pytest.mark.parametrize(
    "text",
    [
        "The minister said: two soldiers were killed. The mayor said: three.",
        "Killed: two soldiers of the engineers who had cleared the road for the convoy",
        "Killed: 4 soldiers. Wounded: 11 soldiers, 2 civilians.",
        "Contact: 555 1212\nTime: 10:30",
        "Ship | Guns\nAda | 4\nRosa | 6",
        "In all 12 died\nof 30 aboard",
        "",
    ],
)
def test_prose_and_other_tables_are_no_rows(text: str) -> None:
    """What grammar reads well is left to it, and guns are no people."""
    assert rows(text) == []


def test_an_empty_cell_says_nothing_and_ends_no_table() -> None:
    """Who was not counted in a village is not nobody."""
    text = "Village\tKilled\tInjured\nOrsa\t1\t2\nTamin\t\t3\nTotal\t1\t5"
    assert [number for _, cells in counts(text) for _, number in cells] == [1, 2, 3, 1, 5]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Killed; Soldiers: 4; Civilians: 3", [("military", 4), ("civilian", 3)]),
        ("Killed; Soldiers: 4; Civilians: 3; Total: 7", [("military", 4), ("civilian", 3)]),
        ("Killed; Soldiers: 4; Civilians: 3; Total: 9", [("unknown", 9)]),
        ("Killed – Orsa: 4; Tamin: 3", [("unknown", 4), ("unknown", 3)]),
        (
            "Soldiers; Killed: 4\nSoldiers; Injured: 9\nCivilians; Killed: 3",
            [("military", 4), ("military", 9), ("civilian", 3)],
        ),
    ],
)
def test_a_row_named_by_its_harm_counts_every_column(text: str, people: list[tuple[str, int]]) -> None:
    """A table that stands the other way round has as many dead; only a sum that says more replaces its parts."""
    assert [(cell.victim, cell.people) for row in rows(text) for cell in row.cells] == people


def test_a_column_of_a_longer_time_is_background() -> None:
    """Added to those of the day it would falsify the number."""
    text = "Category | Past 24 h | Since 1 May\nDead | 3 | 41\nInjured | 7 | 120"
    cells = [cell for row in rows(text) for cell in row.cells]
    assert [(cell.entry.harm, cell.people, cell.is_of_period) for cell in cells] == [
        ("killed", 3, False), ("killed", 41, True), ("injured", 7, False), ("injured", 120, True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Tent | Needed | On hand\nStretcher, casualty | 40 | 38", "Ward | Beds | Doctors\nBurns | 12 | 3\nEyes | 20 | 5"],
)
def test_stores_and_wards_are_no_rows_of_harm(text: str) -> None:
    """A row is named by its harm only where nothing else stands in the name."""
    assert rows(text) == []


def test_figures_said_in_words_are_rows() -> None:
    """Two places with as many dead are two incidents."""
    text = "Overnight:\n- Orsa: 3 dead\n- Tamin: 3 dead, 2 injured\n- at Velt, 1 guard wounded"
    assert [[cell.people for cell in row.cells] for row in rows(text)] == [[3], [3, 2], [1]]
