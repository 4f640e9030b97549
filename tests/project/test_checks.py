"""Every check that is meant to be tested is named by a test: its number, as docs/reference/checks.md has it."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, TESTS
from tests.support.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = ROOT / "docs" / "reference" / "checks.md"
_NAMED = re.compile(r"[Cc]hecks?((?:[\s,]+(?:and |to )?\d+)+)")
POLITE = range(1, 22)
SAFE = (*range(22, 34), 35, 37, 38, 40, 41, 42, 43, 45)
SECURE = range(46, 68)
EVIDENCE = range(72, 87)


def numbers(words: str) -> Iterator[int]:
    """The numbers in "Check 4", "checks 46 and 47", "checks 1 to 12"."""
    for said in _NAMED.findall(words):
        for first, last in re.findall(r"(\d+)\s+to\s+(\d+)", said):
            yield from range(int(first), int(last) + 1)
        yield from (int(number) for number in re.findall(r"\d+", said))


@cache
def named() -> dict[int, set[str]]:
    """The tests that name each check, in their own docstring."""
    found: dict[int, set[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in nodes(file):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for number in numbers(ast.get_docstring(node) or ""):
                    found.setdefault(number, set()).add(f"{file.stem}.{node.name}")
    return found


@pytest.mark.parametrize(
    ("section", "wanted"), [("polite", POLITE), ("safe", SAFE), ("secure", SECURE), ("evidence", EVIDENCE)]
)
def test_every_check_is_named_by_a_test(section: str, wanted: Sequence[int]) -> None:
    """Whoever takes the last test of a check away is told so."""
    tests = named()
    assert [number for number in wanted if number not in tests] == [], section


def test_every_number_that_a_test_names_is_on_the_page() -> None:
    """A reader of "check 41" finds what it says, and the page lists no check that nothing tries."""
    listed = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in listed] == sorted(named())


def test_numbers_are_read_from_words() -> None:
    """The reading itself: single numbers, lists and ranges, and no number that stands for something else."""
    assert list(numbers("Check 4: a restart.")) == [4]
    assert list(numbers("Kept (checks 46, 47 and 49), 10 of 12.")) == [46, 47, 49]
    assert sorted(set(numbers("(checks 1 to 3)"))) == [1, 2, 3]
    assert list(numbers("It took 5 checks.")) == []
