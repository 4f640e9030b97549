"""Numbers that a script would write are read where it would take them from."""

from __future__ import annotations

import pytest

from watcher.content.lines import one_line
from watcher.content.markup import parse
from watcher.content.script_numbers import write_numbers


@pytest.mark.parametrize(
    ("markup", "words", "is_unknown"),
    [
        ('<p><b data-target="17">0</b> killed</p>', "17 killed", False),
        ('<p><b data-to="1,250">0</b> killed</p>', "1,250 killed", False),
        ('<p><b class="odometer" data-value="9"></b> killed</p>', "9 killed", False),
        ('<p><b data-count="40%">0%</b> of them</p>', "40% of them", False),
        ('<p><b data-purecounter-end="12">–</b> hurt</p>', "12 hurt", False),
        ('<p><b class="counter">0</b> killed</p>', "killed", True),
        ('<p><b class="countup">00</b> killed</p>', "killed", True),
        ('<p><b data-target="17">16</b> killed</p>', "16 killed", False),
        ('<p><b data-target="#map">0</b> killed</p>', "0 killed", False),
        ('<p><b data-value="3"></b> killed</p>', "killed", False),
        ('<p><b data-target="17">0<i>x</i></b> killed</p>', "0x killed", False),
        ("<p>0 killed</p>", "0 killed", False),
    ],
)
def test_a_counter_says_what_it_would_count_to(markup: str, words: str, is_unknown: bool) -> None:  # noqa: FBT001 - a case
    """As it stands it would say that nobody was killed; a number that a person wrote stays."""
    tree = parse(f"<html><body>{markup}</body></html>")
    written = write_numbers(tree, markup)
    assert one_line(tree) == words
    assert bool(written.problems([tree])) == is_unknown
