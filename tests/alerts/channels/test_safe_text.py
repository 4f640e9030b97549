"""Untrusted text in a header, a line, a link: they end none of them and turn none around."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.alerts.channels.safe_text import one_line, web_link


def test_link_cannot_be_broken_open() -> None:
    """Check 59: signs that end a link in some mark-up are encoded."""
    assert (
        web_link('https://a.example/"onclick="x<y>\\ z\u202e')
        == "https://a.example/%22onclick=%22x%3Cy%3E%5C%20z%E2%80%AE"
    )


@given(st.text())
def test_one_line_is_one_line(words: str) -> None:
    """Check 60: whatever comes, it is one line, without direction signs, and short."""
    said = one_line(words)
    assert len(said) <= 200
    assert said.splitlines() in ([], [said])
    assert not set(said) & set("\u202e\u202d\u2066\u2028\u0085\x00\ufffe")
    said.encode()
