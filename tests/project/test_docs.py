"""What is written is what the program does: reference pages are current, links work, every table is described."""

from __future__ import annotations

import re
import runpy
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))["PAGES"]
WRITTEN = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_reference_is_current(name: str) -> None:
    """Every command, key, table and error is documented: `make docs` writes them anew."""
    assert (ROOT / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a page that was renamed is found here and not by a reader."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
