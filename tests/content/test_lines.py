"""The walk: whatever the markup, the words and numbers of the visible text stay what they are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.lines import block_lines, block_lines_with_parents, one_line, struck_out
from watcher.content.markup import parse_fragment

INLINE = ("b", "i", "em", "span", "strong", "a", "font", "u", "small", "mark", "abbr", "code", "x-unknown")
BLOCK = ("div", "p", "section", "li", "h2", "blockquote", "td")
HIDDEN = (
    "<script>var killed = 99;</script>",
    "<style>.n{content:'99'}</style>",
    "<!-- 99 killed -->",
    "<span hidden>99</span>",
    "<span style='display: none'>99</span>",
    "<i style='visibility:hidden'>99</i>",
    "<span class='sr-only'>99</span>",
    "<template><b>99</b></template>",
    "<noscript>99</noscript>",
    "&shy;",
    "\u200b",
    "\u2060",
    "\u200e",
    "\ufeff",
    "<wbr>",
)
WORDS = st.text(alphabet="abcdeéßжשع", min_size=1, max_size=8)
NUMBERS = st.from_regex(r"[1-9][0-9]{0,3}(,[0-9]{3})?", fullmatch=True)
TOKENS = st.one_of(WORDS, NUMBERS)


def lines(html: str) -> list[str]:
    return block_lines(parse_fragment(html))


def text(html: str) -> str:
    return "\n".join(block_lines(parse_fragment(html)))


@st.composite
def broken_up(draw: st.DrawFn, token: str) -> str:
    """A token with inline tags, hidden elements and invisible characters put around and inside it."""
    pieces = []
    for character in token:
        tag = draw(st.sampled_from(("", *INLINE)))
        hidden = draw(st.sampled_from(("", "", *HIDDEN)))
        pieces.append(f"{hidden}<{tag}>{character}</{tag}>" if tag else f"{hidden}{character}")
    return "".join(pieces)


@given(st.data())
def test_tags_around_and_inside_words_change_none(data: st.DataObject) -> None:
    """The heart of the matter: inline markup, however placed, neither joins nor splits words and numbers."""
    tokens = data.draw(st.lists(TOKENS, min_size=1, max_size=6))
    html = " ".join(data.draw(broken_up(token)) for token in tokens)
    assert text(f"<p>{html}</p>").split() == tokens


@given(st.lists(TOKENS, min_size=1, max_size=6), st.data())
def test_blocks_always_separate(tokens: list[str], data: st.DataObject) -> None:
    """Two paragraphs without a space between them are two lines, so that `30` and `1` never become 301."""
    html = ""
    for token in tokens:
        tag = data.draw(st.sampled_from(BLOCK))
        html += f"<{tag}>{token}</{tag}>"
    assert lines(html) == tokens


@given(st.integers(1, 99999), st.integers(1, 99), st.sampled_from(("sup", "sub")))
def test_a_raised_number_never_joins_the_one_before(count: int, mark: int, tag: str) -> None:
    """`30<sup>1</sup> people` is thirty people and a foot note."""
    found = text(f"<p>killed {count}<{tag}>{mark}</{tag}> people</p>")
    assert re.findall(r"\d+", found) == [str(count), str(mark)]
    assert found == f"killed {count} [{mark}] people"


@given(st.text(max_size=200))
def test_no_text_makes_the_walk_fail(markup: str) -> None:
    """Whatever a server sends, the walk gives lines that are not empty and have no space at their ends."""
    for line in lines(markup):
        assert line
        assert line == line.strip()


@given(st.text(alphabet="<>/apdivtrs \"='123&;#", max_size=120))
def test_broken_markup_gives_the_same_lines_with_and_without_their_elements(markup: str) -> None:
    """The general extraction decides by the elements of each line; they must be the lines of the record."""
    tree = parse_fragment(markup)
    assert [line for line, _ in block_lines_with_parents(tree)] == block_lines(tree)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("killed 30<sup>1</sup> people", ["killed 30 [1] people"]),
        ("killed 30<sup><a href='#f'>[1]</a></sup> people", ["killed 30 [1] people"]),
        ("killed 30¹ people", ["killed 30 [1] people"]),
        ("killed 30<sup>1, 2</sup>.", ["killed 30 [1, 2]."]),
        ("1<span>,200</span> people", ["1,200 people"]),
        ("12<b>wounded</b>", ["12wounded"]),
        ("1<sup>st</sup> Battalion, 19<sup>e</sup> régiment", ["1st Battalion, 19e régiment"]),
        ("30 km<sup>2</sup>, 30 km² and CO<sub>2</sub>", ["30 km2, 30 km2 and CO2"]),
        ("one<br>two<br/>three", ["one", "two", "three"]),
        ("<ul><li>3 killed<li>5 hurt</ul>", ["3 killed", "5 hurt"]),
        ("killed <del>30</del>3 people", ["killed 3 people"]),
        ("<pre>3 killed\n5 hurt</pre>", ["3 killed", "5 hurt"]),
        ("3\n   killed", ["3 killed"]),
        ("1&nbsp;200 and 3&#8239;000", ["1 200 and 3 000"]),
        ("ﬁve killed at the oﬃce", ["five killed at the office"]),
        ("<p>a<div>b</p>c</div>", ["a", "b", "c"]),
        ("<q>no one died</q>", ["“no one died”"]),
        ("<span style='display:block'>30</span><span style='color:red; display: flex'>1</span>", ["30", "1"]),
        ("<div style='display:inline'>3</div><div style='DISPLAY : inline'>0</div>", ["30"]),
        ("<math><mn>30</mn><annotation>99</annotation></math> killed", ["30 killed"]),
        ("<details><summary>More</summary>3 hurt</details>", ["More", "3 hurt"]),
        ("<select><option>30</select>x<button>31</button><textarea>32</textarea>", ["x"]),
        ("می\u200cشود و 3\u200c0", ["می\u200cشود و 30"]),
    ],
)
def test_blocks_breaks_and_inline_elements_make_the_lines_of_a_browser(html: str, expected: list[str]) -> None:
    """Each is a way in which a number or word was once lost, joined or split."""
    assert lines(html) == expected


def test_lines_nested_thousands_deep_are_read() -> None:
    """No recursion of ours: a page nested 5,000 deep is a page."""
    depth = 5000
    assert lines("<div>" * depth + "killed 3" + "</div>" * depth) == ["killed 3"]


def test_struck_words_are_told_apart() -> None:
    """What a publisher struck out is a fact of its own, and not a claim."""
    assert struck_out(parse_fragment("killed <s>30</s> <del>31</del> 3")) == ("30", "31")


def test_one_line_joins_blocks_by_a_space() -> None:
    """A title in two blocks is one title, its words apart."""
    assert one_line(parse_fragment("<h1><div>Three</div><div>killed</div></h1>")) == "Three killed"


def test_every_line_knows_its_elements_in_order() -> None:
    """The share of link text is counted from these."""
    found = block_lines_with_parents(parse_fragment("<p>see <a href=x>this</a></p><p>end</p>"))
    assert [[tag.name for tag, _ in owners] for _, owners in found] == [["p", "a"], ["p"]]
    assert all(earlier[0] for earlier, _ in pairwise(found))
