"""The layout that docs/explanation/design.md promises: packages, sizes of files, names of tests that say one thing."""

from __future__ import annotations

import ast
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, TESTS
from tests.support.syntax import nodes, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = ROOT / "watcher"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("test_*.py"))
LONGEST, SHORTEST = 500, 40
# Shorter files, and why they stand alone.
SHORT = {
    "store/json_columns.py": "needs claims, which its neighbour `rows` must not load",
    "__main__.py": "Python looks for it by this name when it runs `python -m watcher`",
    "clock.py": "the only source of time, which every package may import",
    "html.py": "the one environment of the templates of five packages",
    "content/captions.py": "one part of a page's record, as the other parts have their file",
    "detect/words/whole_words.py": "needs `lexicon`, which the file of finders must not load",
    "feeds/source.py": "what every parser is given; beside one of them it would be loaded with it",
    "feeds/websub.py": "one thing that a feed can say, with its two places",
    "jobs/stored_revisions.py": "the loop that two jobs share",
    "model/trace.py": "the one thing that every step of a poll and of a delivery shares without being given it",
    "web/serve.py": "the only file that imports uvicorn and starts Datasette",
}
# Methods that a database's connection is given SQL by.
SQL_METHODS = {"execute", "executemany", "executescript", "query"}


def names_of(paths: Iterator[Path]) -> list[str]:
    return [path.relative_to(PACKAGE).as_posix() for path in paths]


# What lies at the top of the folder, beside the files that begin with a dot.
TOP = {"benchmarks", "config", "deploy", "docs", "examples", "tests", "training", "watcher"}
TOP |= {"CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "Dockerfile", "Makefile", "compose.yaml"}
TOP |= {"pyproject.toml", "requirements.lock", "requirements-dev.lock"}


def test_no_file_is_too_long_to_read() -> None:
    """Five hundred lines are what somebody reads before lunch; the tests' files are held to it too."""
    long = [path for path in (*SOURCES, *TESTS.rglob("*.py")) if line_count(path) > LONGEST]
    assert [path.relative_to(ROOT).as_posix() for path in long] == []


def test_no_file_is_a_crumb() -> None:
    """A folder of crumbs hides what belongs together; who needs one says why in the list above."""
    short = names_of(path for path in SOURCES if path.name != "__init__.py" and line_count(path) < SHORTEST)
    assert set(short) - set(SHORT) == set()
    assert [name for name in SHORT if not (PACKAGE / name).is_file()] == []


def test_nothing_strange_lies_at_the_top() -> None:
    """A file that a tool has left there is committed with the next `git add`, and a newcomer asks what it is."""
    if not (ROOT / ".git").exists():
        pytest.skip("what is committed is only known where git is")
    command = ("git", "ls-files")
    committed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - fixed
    names = {name.partition("/")[0] for name in committed.splitlines()}
    assert {name for name in names if not name.startswith(".")} == TOP


def test_few_modules_lie_beside_the_rooms() -> None:
    """What belongs to no package is what all of them need, and that is little."""
    assert len([path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]) <= 6


def test_a_room_is_described_and_gives_nothing_away_twice() -> None:
    """A package's `__init__.py` says what it is for; a name has one place from which it is imported."""
    packages = [path for path in SOURCES if path.name == "__init__.py" and path.parent != PACKAGE]
    bodies = {path: tree(path).body for path in packages}
    assert names_of(path for path, body in bodies.items() if len(body) != 1 or not isinstance(body[0], ast.Expr)) == []


def test_sql_stands_only_in_the_store() -> None:
    """Who changes a table, or looks for the query that is slow, has one package to read."""
    asked = [
        f"{path.relative_to(PACKAGE)}: {ast.unparse(node.func)}"
        for path in SOURCES
        if "store" not in path.relative_to(PACKAGE).parts
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SQL_METHODS
    ]
    assert asked == []


def test_no_test_has_the_name_of_another() -> None:
    """A name in a failing run's output leads to one test; two tests of one name are one thing tested twice, or none."""
    counts = Counter(node.name for path in TEST_FILES for node in cases_in(path))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_test_says_why_it_is_there() -> None:
    """One line is enough for whoever breaks it to know what they broke."""
    silent = [
        f"{path.name}: {node.name}" for path in TEST_FILES for node in cases_in(path) if not ast.get_docstring(node)
    ]
    assert silent == []


def test_tests_lie_in_the_room_that_they_test() -> None:
    """The folders of tests are those of the program, and what two test files share is no test file."""
    packages = {path.parent.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")} | {Path("project")}
    assert {path.parent.relative_to(TESTS) for path in TEST_FILES if path.parent != TESTS} - packages == set()
    borrowed = [
        f"{path.name} from {node.module}"
        for path in TESTS.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2].startswith("test_")
    ]
    assert borrowed == []


def cases_in(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
