"""pyproject.toml says what the program is made of: its packages, and the libraries that it imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Declared although nothing of ours imports them, each with a comment in pyproject.toml that says why.
NOT_IMPORTED = {"lxml-html-clean"}


def test_every_package_is_listed() -> None:
    """A folder that is missing in the list would be missing in the wheel, and only a user would notice."""
    listed = PYPROJECT["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "watcher").rglob("*.py")
        if "shipped" not in path.parts
    }
    shipped = {"watcher.shipped", "watcher.shipped.publishers", "watcher.shipped.words"}
    assert set(listed) == found | shipped


def test_declared_is_what_is_imported() -> None:
    """A library that only another one brings goes when that one no longer wants it; one too many is only a burden."""
    provided = packages_distributions()
    imported = {normalised(name) for module in third_party_imports() for name in provided[module]}
    declared = {normalised(re.split(r"[^\w.-]", line)[0]) for line in PYPROJECT["project"]["dependencies"]}
    assert imported - declared == set()
    assert declared - imported == NOT_IMPORTED


def test_each_library_is_imported_in_one_room() -> None:
    """Who replaces a library, or mends a break in a new version, knows where to look; the database is passed around."""
    rooms = {module: sorted(found) for module, found in third_party_imports().items() if len(found) > 1}
    assert set(rooms) <= {"sqlite_utils"}, rooms


def third_party_imports() -> dict[str, set[str]]:
    """The top-level modules that the program imports and that are neither Python's nor ours, with the rooms that do."""
    found: dict[str, set[str]] = {}
    for file in (ROOT / "watcher").rglob("*.py"):
        for module in imported_modules(file) - sys.stdlib_module_names - {"watcher"}:
            found.setdefault(module, set()).add(file.relative_to(ROOT / "watcher").parts[0])
    return found


def imported_modules(file: Path) -> set[str]:
    """The first part of every name that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    named = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | named}


def normalised(name: str) -> str:
    """A distribution's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()
