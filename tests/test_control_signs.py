"""Control and direction signs of untrusted text: they end no line, move no cursor and turn no words around."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from watcher.control_signs import escaped, for_terminal, one_line

HOSTILE = "\x00\x07\x08\x1b\x7f\x85\x9b\u061c\u200e\u200f\u2028\u202d\u202e\u2066\u2069\ufffe"


@given(st.text())
def test_one_line_is_one_line(words: str) -> None:
    """Check 60: whatever comes, it is one line, without direction signs, and short."""
    said = one_line(words)
    assert len(said) <= 200
    assert said.splitlines() in ([], [said])
    assert not set(said) & set(HOSTILE)
    said.encode()


def test_terminal_gets_lines_and_tabs_and_no_other_sign() -> None:
    """Check 71: a table, a CSV file and a text keep their shape; nothing in them rings, moves or erases."""
    assert for_terminal("a\tb\r\nc\n") == "a\tb\r\nc\n"
    assert for_terminal("over\rwritten") == "over written"
    assert not set(for_terminal(HOSTILE)) & set(HOSTILE)


def test_json_says_the_same_with_its_signs_escaped() -> None:
    """A program that reads a list must get what is stored; a terminal that shows it must not obey it."""
    text = escaped(json.dumps([HOSTILE], ensure_ascii=False))
    assert json.loads(text) == [HOSTILE]
    assert not set(text) & set(HOSTILE)
