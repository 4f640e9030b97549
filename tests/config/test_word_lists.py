"""Vocabularies read faster than tomllib reads them: always the same tables, always the same mistakes."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.folder import shipped_folder
from watcher.config.word_lists import loads

# Lines that stand for all that a file may have beside plain lists, and for what only looks like one.
LINES = (
    'words = ["killed", "shot dead"]',
    'words = ["killed", "wounded",]',
    "words = []",
    "words = [",
    '  "ünder [brackets]", "a, b",',
    '  "tab\tin it",',
    '  "with \\" one", "b"',
    '  "the list at 0",',
    "]",
    ']  # said "so"',
    '# words = ["no"]',
    "[[harms]]",
    "[harms.of]",
    'name = "one = [\\"x\\"]"',
    'text = """',
    '"""',
    "text = '''",
    "'''",
    "rest = [1, 'a', [\"b\"]]",
    'more-words = [ "x"\n, "y" ]  ',
    'a.b = ["dotted"]',
    'inside = {words = ["x"]}',
    'words = ["one"] ["two"]',
    'last = ["é", "\u2028"]\r',
    'name = "the list at 0"',
)


def told(read: Any, text: str) -> Any:
    try:
        return read(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)


@given(st.lists(st.sampled_from(LINES), max_size=9))
def test_tables_and_mistakes_are_those_of_tomllib(lines: list[str]) -> None:
    """A word that is lost, or taken for another's, is a claim that is never seen again."""
    text = "\n".join(lines)
    assert told(loads, text) == told(tomllib.loads, text)


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.lists(st.text(max_size=6), max_size=4))))
def test_any_words_come_back(lists: list[tuple[str, list[str]]]) -> None:
    """Whatever signs a word has, written plainly where that can be done, and with escapes elsewhere."""
    lines = [f"{name} = [{', '.join(_written(word) for word in words)}]" for name, words in dict(lists).items()]
    text = "\n".join(lines)
    assert told(loads, text) == told(tomllib.loads, text)


def _written(word: str) -> str:
    return '"' + "".join(f"\\U{ord(sign):08x}" if sign in '"\\' or ord(sign) < 32 else sign for sign in word) + '"'


@pytest.mark.parametrize("path", sorted((shipped_folder() / "words").glob("*.toml")), ids=lambda path: path.name)
def test_shipped_words_are_read_as_tomllib_reads_them(path: Any) -> None:
    """The very files that are shipped."""
    text = path.read_text(encoding="utf-8")
    assert loads(text) == tomllib.loads(text)
