"""pyproject.toml says what the program is made of: its packages, and the libraries that it imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from tests.support import ROOT
from tests.support.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
USED = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
TRIED_WITH = [Requirement(line) for line in PYPROJECT["project"]["optional-dependencies"]["dev"]]
# What only some installations have, each imported where it is used and nowhere else.
EXTRAS = [Requirement(line) for line in PYPROJECT["project"]["optional-dependencies"]["cluster"]]
# Declared although nothing of ours imports them, each with a comment in pyproject.toml that says why.
NOT_IMPORTED = {"lxml-html-clean"}
PROGRAM = sorted((ROOT / "watcher").rglob("*.py"))


def test_every_package_is_listed() -> None:
    """A folder that is missing in the list would be missing in the wheel, and only a user would notice."""
    listed = PYPROJECT["tool"]["setuptools"]["packages"]
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in PROGRAM if "shipped" not in path.parts}
    shipped = {
        "watcher.shipped",
        *(f"watcher.shipped.{name}" for name in ("families", "publishers", "recipes", "words")),
    }
    assert set(listed) == found | shipped


def test_declared_is_what_is_imported() -> None:
    """A library that only another one brings goes when that one no longer wants it; one too many is only a burden."""
    imported, declared = distributions(PROGRAM), {normalised(one.name) for one in (*USED, *EXTRAS)}
    assert imported - declared == set()
    assert declared - imported == NOT_IMPORTED


def test_what_tests_and_benchmarks_import_is_declared() -> None:
    """The same for whoever develops: a test must not depend on what another tool happens to bring."""
    scripts = [
        path
        for folder in ("tests", "benchmarks", "examples", "training", "docs")
        for path in (ROOT / folder).rglob("*.py")
    ]
    their_own = {path.stem for path in scripts if path.parent.name == "benchmarks"}
    assert distributions(scripts, their_own) - {normalised(one.name) for one in (*USED, *TRIED_WITH)} == set()


# Of the standard library of a later Python, which imports them in place of a library.
LATER_STANDARD = {"compression"}


@pytest.mark.parametrize(
    ("lock", "asked"), [("requirements.lock", USED), ("requirements-dev.lock", [*USED, *TRIED_WITH])]
)
def test_what_is_declared_is_locked(lock: str, asked: list[Requirement]) -> None:
    """Who adds a dependency and forgets `make lock` would break every fresh checkout."""
    locked = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    versions = {normalised(name): version for name, version in locked}
    assert [str(one) for one in asked if versions.get(normalised(one.name), "") not in one.specifier] == []


def test_each_library_is_imported_in_one_room() -> None:
    """Who replaces a library, or mends a break in a new version, knows where to look; the database is passed around.

    Keys and certificates are two things of one library.
    """
    rooms: dict[str, set[str]] = {}
    for path in PROGRAM:
        for module in third_party_imports(path):
            rooms.setdefault(module, set()).add(path.relative_to(ROOT / "watcher").parts[0])
    assert {module: found for module, found in rooms.items() if len(found) > 1}.keys() <= {
        "sqlite_utils",
        "cryptography",
    }


def distributions(files: Iterable[Path], their_own: Collection[str] = ()) -> set[str]:
    """The distributions of which these files import something, other than each other."""
    provided = packages_distributions()
    modules = {module for file in files for module in third_party_imports(file)} - set(their_own)
    return {normalised(name) for module in modules for name in provided[module]}


@cache
def third_party_imports(file: Path) -> set[str]:
    """The first part of every name that a file imports, wherever in it, and that is neither Python's nor ours."""
    found = nodes(file)
    plain = {name.name for node in found if isinstance(node, ast.Import) for name in node.names}
    named = {node.module or "" for node in found if isinstance(node, ast.ImportFrom) and not node.level}
    theirs = {name.partition(".")[0] for name in plain | named} - {"watcher", "tests", ""}
    return theirs - sys.stdlib_module_names - LATER_STANDARD


def normalised(name: str) -> str:
    """A distribution's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_release_lists_its_components() -> None:
    """The list is made of a clean environment with what is locked, by a tool that only this step needs."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    release, sbom = (makefile.partition(f"\n{name}:")[2].partition("\n\n")[0] for name in ("release", "sbom"))
    assert "$(MAKE) sbom" in release
    assert "--require-hashes -r requirements.lock" in sbom
    assert "cyclonedx-py environment" in sbom
    assert "dist/sbom.cdx.json" in sbom
    (tool,) = PYPROJECT["dependency-groups"]["release"]
    assert Requirement(tool).name == "cyclonedx-bom"
