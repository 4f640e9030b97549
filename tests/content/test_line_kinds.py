"""What the lines of a page are, known again by their words."""

from __future__ import annotations

from watcher.content.line_kinds import kinds_of_lines
from watcher.content.lines import block_lines
from watcher.content.markup import parse_fragment

PAGE = """<h2>What happened</h2><p>Two trucks met.</p><ul><li>Dead: 2</li><li>Hurt: <b>3</b></li></ul>
<table><tr><th>Site</th><th>Killed</th></tr><tr><td>Mill</td><td>2</td></tr><tr><td>Pier</td><td>1</td></tr></table>
<blockquote><p>We mourn them.</p></blockquote>"""


def test_each_line_keeps_what_its_element_was() -> None:
    """Headings, entries, rows and quotations; a paragraph is nothing special, and what was taken out shifts nothing."""
    tree = parse_fragment(PAGE)
    lines = [line for line in block_lines(tree) if line != "Dead: 2"]
    text = "\n".join(lines)
    found = [(text[line.start : line.end], line.kind) for line in kinds_of_lines([tree], lines)]
    assert found == [
        ("What happened", "heading"),
        ("Hurt: 3", "list_item"),
        ("Site: Mill; Killed: 2", "table_row"),
        ("Site: Pier; Killed: 1", "table_row"),
        ("We mourn them.", "quotation"),
    ]


def test_lists_nested_thousands_deep_are_read_in_time() -> None:
    """Only the outermost list is read, or hostile mark-up would be read once for each of its levels."""
    tree = parse_fragment("<ul><li>" * 3000 + "end")
    assert [line.kind for line in kinds_of_lines([tree], ["end"])] == ["list_item"]
