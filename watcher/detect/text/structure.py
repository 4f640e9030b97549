"""What a sentence stands in: a heading, an entry of a list, a row of a table, a quotation, or a paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.model.text_context import LineKind


_ENTRY = re.compile(r"[ \t]*(?:[-–—•*·▪►]\s|\(?\d{1,3}[.)]\s)")
_LONGEST = 100  # characters of a heading
_STOPS = frozenset(".!?;,…")
_OPEN_QUOTES, _CLOSE_QUOTES = "“„«", "”»"
_CLOSING = "\"'”’)]"


def kind_of(document: Document, number: int) -> LineKind:
    """The kind of a sentence's line: as the page said, else as the text shows."""
    begin, end = document.spans[number]
    lines = document.context.lines
    at = bisect_right(lines, begin, key=lambda line: line.start) - 1
    if at >= 0 and begin < lines[at].end:
        return lines[at].kind
    if number in document.rows:
        return "table_row"
    start = document.text.rfind("\n", 0, begin) + 1
    if _ENTRY.match(document.text, start):
        return "list_item"
    return "heading" if _is_heading(document.text, start, begin, end) else "paragraph"


def _is_heading(text: str, start: int, begin: int, end: int) -> bool:
    """Whether a sentence is a short line by itself without a stop, with more text below."""
    is_line = not text[start:begin].strip() and text[end : end + 1] in {"\n", "\r"}
    last = text[begin:end].rstrip(_CLOSING)[-1:]
    return is_line and end - begin <= _LONGEST and last not in _STOPS


def is_quoted(text: str, at: int) -> bool:
    """Whether an offset stands between quotation marks of its line."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    if before.isascii():
        return before.count('"') % 2 == 1
    opened = max(before.rfind(sign) for sign in _OPEN_QUOTES)
    closed = max(before.rfind(sign) for sign in _CLOSE_QUOTES)
    return opened > closed or (opened < 0 and before.count('"') % 2 == 1)
