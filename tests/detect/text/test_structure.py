"""What a sentence stands in."""

from __future__ import annotations

from tests.support.detection import ENGLISH
from watcher.detect.detector import annotate
from watcher.detect.text.structure import kind_of
from watcher.model.text_context import Line, TextContext

TEXT = """Two killed in fire
A fire broke out at the mill, and two people were killed.
- One sailor was wounded.
2. One guard was wounded.
Site: Mill; Killed: 2
We mourn the two killed."""


def test_the_text_shows_headings_entries_and_rows() -> None:
    """Texts come without mark-up as well."""
    document = annotate(TEXT, ENGLISH)
    assert [kind_of(document, number) for number in range(len(document.spans))] == [
        "heading",
        "paragraph",
        "list_item",
        "list_item",
        "table_row",
        "paragraph",
    ]


def test_what_the_page_said_comes_first() -> None:
    """A quotation, or a heading that ends with a full stop."""
    last = Line(TEXT.index("We mourn"), len(TEXT), "quotation")
    document = annotate(TEXT, ENGLISH, TextContext(lines=(Line(0, 18, "caption"), last)))
    assert [kind_of(document, number) for number in (0, 1, 5)] == ["caption", "paragraph", "quotation"]
