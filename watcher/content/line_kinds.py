"""What the lines of a page are: headings, entries of lists, rows of tables, quotations.

The text itself keeps only words. A line is known again by its words, so that whatever was taken out of the text on the
way (boilerplate, links to other releases) changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.content.lines import block_lines
from watcher.content.markup import tags_in
from watcher.model.text_context import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.content.markup import Tag
    from watcher.model.text_context import LineKind


_KINDS: dict[str, LineKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dl"), "list_item"),
    "table": "table_row",
    "blockquote": "quotation",
}
_MOST = 2_000  # elements of a page that are asked


def kinds_of_lines(roots: Iterable[Tag], lines: Sequence[str]) -> tuple[Line, ...]:
    """The lines of a text (joined by line breaks) that stand in such an element, with their offsets in it."""
    kinds = _by_words(roots)
    found: list[Line] = []
    start = 0
    for line in lines:
        kind = kinds.get(line)
        if kind is not None:
            found.append(Line(start, start + len(line), kind))
        start += len(line) + 1
    return tuple(found)


def _by_words(roots: Iterable[Tag]) -> dict[str, LineKind]:
    """The kind of each line of the elements by its words; of elements within each other the outermost counts."""
    kinds: dict[str, LineKind] = {}
    for root in roots:
        within: set[int] = set()
        for tag in tags_in(root, *_KINDS)[:_MOST]:
            if id(tag) in within:
                continue
            within.update(map(id, tags_in(tag, *_KINDS)))
            for line in block_lines(tag):
                kinds.setdefault(line, _KINDS[tag.name])
    return kinds
