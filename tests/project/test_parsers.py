"""Which parsers may be used, and how: read from the program's own source, so that nobody has to remember it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.support import ROOT
from tests.support.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = ROOT / "watcher"


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method of that name, with its module."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in nodes(file):
            if isinstance(node, ast.Call) and name in {getattr(node.func, "attr", ""), getattr(node.func, "id", "")}:
                yield str(file.relative_to(PACKAGE)), node


def test_feedparser_is_given_bytes_only() -> None:
    """Anything but `io.BytesIO` it may take for a path or an address, and open (check 53)."""
    found = [(file, call) for file, call in calls("parse") if ast.unparse(call.func) == "feedparser.parse"]
    assert [(file, ast.unparse(call.args[0]).partition("(")[0]) for file, call in found] == [
        ("feeds/rss.py", "io.BytesIO")
    ]


def test_pages_are_parsed_by_lxml_alone() -> None:
    """html.parser took 40 s for 1 MB of `<!--`, html5lib 10 s for 110 KB of nested boxes (check 56)."""
    parsers = {ast.unparse(call.args[1]) for _, call in calls("BeautifulSoup") if len(call.args) > 1}
    assert parsers
    assert all("lxml" in parser for parser in parsers), parsers
    named = [
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        for node in nodes(file)
        if isinstance(node, ast.Constant) and node.value in {"html.parser", "html5lib"}
    ]
    assert named == []


def test_trees_are_never_copied() -> None:
    """Copying a deep tree of bs4 takes longer than parsing it (check 56)."""
    readers = [file for name in ("copy", "deepcopy", "__copy__") for file, _ in calls(name)]
    assert [file for file in readers if file.startswith(("content/", "feeds/"))] == []
