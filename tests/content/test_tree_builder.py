"""The tree that is built of lxml's events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.tree_builder import TreeBuilder

if TYPE_CHECKING:
    from bs4.element import PageElement

_LINKS = ("parent", "previous_element", "next_element", "previous_sibling", "next_sibling")
_ODD = (
    "<p>one<b>two<p>three</b>four</p>five",
    "<pre>\n  x <b> </b>\n</pre> <i> \n </i><textarea> <b> </b></textarea> ",
    "<table><tr><td>a<table><tr><td>b</table>c",
    '<div {a}="1" class="x  y" data-n>q</div><{b}>x</{b}>',
    '<svg xmlns="u:v" xlink:href="a"><x:y z:a="1">t</x:y></svg>',
    "<html lang=a><body><html lang=b><body class=c>x</body><p>y</html>z",
    "<ruby>a<rt> b <i>c</i></rt></ruby><script>a<b></script> <template><p> </p></template>",
    "<!-- c --><!doctype html><?pi x?><p>a<!-- d -->b<br/><img src=x>",
    "<meta charset=utf8><meta http-equiv=content-type content='text/html; charset=x'><b></i></b></b>x",
    "<select><option>a<option>b</select><form><p></form>x\x0c \x0b",
    f"{'<div>' * 300}x{'</div>' * 200}</span>y",
)
_TAGS = (
    "<p></p><div></div><b></b><pre></pre><td><table></table><rt><style></style><a/></a><!--y--><meta></body><br><li>"
)
_PIECES = st.lists(st.sampled_from(["x", " ", "\n", *re.findall("<[^<>]+>", _TAGS)]), max_size=30)


def _told(root: Tag) -> list[object]:
    """All that a tree holds: each part with its kind, its fields and its links, which are told as numbers."""
    parts: list[PageElement] = [root, *root.descendants]
    numbers = {id(part): number for number, part in enumerate(parts)}
    told: list[object] = []
    for part in parts:
        links = [numbers.get(id(getattr(part, name)), -1) for name in _LINKS]
        fields = {name: value for name, value in vars(part).items() if name not in (*_LINKS, "contents", "builder")}
        if part is root:
            fields = {}
        words = str(part) if isinstance(part, NavigableString) else [type(one) for one in vars(part)["attrs"].values()]
        told.append((type(part), links, fields, words))
    return told


def _same(markup: str) -> None:
    ours = BeautifulSoup(markup, builder=TreeBuilder, multi_valued_attributes=None)
    assert _told(ours) == _told(BeautifulSoup(markup, "lxml", multi_valued_attributes=None))


def test_tree_is_the_one_that_bs4_builds() -> None:
    """All who walk a tree rely on each of its links, of broken and hostile markup too."""
    for markup in _ODD:
        _same(markup)


@given(pieces=_PIECES)
def test_tree_of_any_markup_is_the_one_that_bs4_builds(pieces: list[str]) -> None:
    """What libxml2 makes of tags in any order is more than anybody thinks of."""
    _same(f"<html>{''.join(pieces)}")
