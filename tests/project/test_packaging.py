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
    from collections.abc import Iterator

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


def third_party_imports() -> set[str]:
    """The top-level modules that the program imports and that are neither Python's nor ours."""
    return set(imported_modules()) - sys.stdlib_module_names - {"watcher"}


def imported_modules() -> Iterator[str]:
    """The first part of every name that a file of the program imports, wherever in it."""
    for file in (ROOT / "watcher").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def normalised(name: str) -> str:
    """A distribution's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()
