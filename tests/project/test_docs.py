"""What is written is what the program does: reference pages are current, links work, every table is described."""

from __future__ import annotations

import re
import runpy
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))["PAGES"]
DESIGN = ROOT / "docs" / "explanation" / "design.md"
PACKAGE = ROOT / "watcher"
WRITTEN = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_reference_is_current(name: str) -> None:
    """Every command, key, table, error and licence is documented: `make docs` writes them anew."""
    if name == "licences" and not _is_as_locked():
        pytest.skip("other versions are installed than those that are locked, and may state another licence")
    assert (ROOT / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8") == PAGES[name]()


def _is_as_locked() -> bool:
    locked = re.findall(
        r"^([\w.-]+)==([^ ]+) (?!;)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    return all(version(name) == wanted for name, wanted in locked if name != "pip")


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a page that was renamed is found here and not by a reader."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_map_names_every_file_of_every_package() -> None:
    """The design page begins with the map of the packages; a file that is new, renamed or gone shows here."""
    files = DESIGN.read_text(encoding="utf-8").partition("### The files")[2].partition("\n## ")[0]
    named = {
        f"{package}/{name}.py"
        for package, words in re.findall(r"\*\*`([a-z/]+)/`\*\*((?:(?!\n\n|\*\*`).)*)", files, re.DOTALL)
        for name in re.findall(r"`([a-z0-9_]+)`", words)
    }
    paths = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    assert named == {str(path) for path in paths if len(path.parts) > 1 and "migrations" not in path.parts}
