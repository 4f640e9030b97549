"""Rows as a table, as JSON and as CSV: the same in each, and harmless to whoever opens them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command_line import watcher
from watcher.cli import output

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = ("feeds", "releases", "alerts")
CELLS = st.text(max_size=20) | st.integers() | st.none()


@pytest.mark.parametrize("command", GROUPS)
def test_lists_come_as_table_json_and_csv(filled: Path, command: str) -> None:
    """Each list is also a group, and says the same in every shape."""
    table = watcher("--config", filled, command)
    assert table.returncode == 0
    assert len(table.stdout.splitlines()) >= 2
    found = json.loads(watcher("--config", filled, command, "--json").stdout)
    assert json.loads(watcher("--config", filled, command, "list", "--json").stdout) == found
    read = list(csv.DictReader(io.StringIO(watcher("--config", filled, command, "--csv").stdout)))
    assert len(read) == len(found)
    assert set(read[0]) == set(found[0])


@pytest.mark.parametrize("command", GROUPS)
def test_empty_list_is_valid_json(filled: Path, command: str) -> None:
    """A script must not fail on a quiet day."""
    option = ("--limit", "0") if command != "feeds" else ()
    found = json.loads(watcher("--config", filled, command, *option, "--json").stdout)
    assert found == [] or command == "feeds"


def test_hostile_title_reaches_no_terminal_and_no_spreadsheet(filled: Path) -> None:
    """Checks 65 and 71: control and bidi signs are gone, markup is text, formulas are text."""
    for arguments in (("releases",), ("show", "1"), ("releases", "--csv"), ("show", "1", "--json"), ("alerts",)):
        shown = watcher("--config", filled, *arguments).stdout
        assert not {"\x07", "\x1b", "\u202e"} & set(shown), arguments
    assert "[bold]x[/bold]" in watcher("--config", filled, "releases").stdout
    (row,) = csv.DictReader(io.StringIO(watcher("--config", filled, "releases", "--reported", "--csv").stdout))
    assert row["title"].startswith("'@SUM")
    claims = list(csv.DictReader(io.StringIO(watcher("--config", filled, "show", "1", "--csv").stdout)))
    assert [claim["harm"] for claim in claims] == ["killed", "injured"]


@given(st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS}), min_size=1, max_size=5))
def test_no_cell_begins_like_a_formula(found: list[dict[str, Any]]) -> None:
    """Check 65: a spreadsheet shows what a publisher writes and runs nothing; nothing else of it is changed."""
    text = output._csv(found)
    for row, cells in zip(found, csv.DictReader(io.StringIO(text, newline="")), strict=True):
        for name, value in row.items():
            cell = cells[name]
            said = "" if value is None else str(value)
            assert cell in {said, f"'{said}"}
            is_plain = not isinstance(value, str) or re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value)
            assert is_plain or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))


def test_formula_in_a_title_is_text_to_a_spreadsheet() -> None:
    """Check 65: the classic one, which starts a program on the desk of whoever opens the file."""
    assert output._csv([{"title": "=cmd()|' /C calc'"}]) == "title\r\n'=cmd()|' /C calc'\r\n"


def test_table_in_markdown_shows_markup_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A title must neither end a cell nor become a link in somebody's report."""
    output.rows([{"feed": "a", "note": "x|y [z](http://e)\n<b>*"}, {"feed": "b", "note": None}], "markdown")
    head, line, first, second = capsys.readouterr().out.splitlines()
    assert (head, line, second) == ("| feed | note |", "| --- | --- |", "| b |  |")
    assert first == r"| a | x\|y \[z\]\(http://e\) \<b\>\* |"
