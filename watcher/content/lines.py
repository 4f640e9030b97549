"""Our own walk over a tree: the words a reader sees, one line per block, no number ever changed.

Inline elements separate nothing (`1<span>,200</span>` is 1,200); blocks, list entries, table cells and `<br>` always
do; hidden elements do not count; a raised number stands apart.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from watcher.content.characters import RAISED_NUMBER, clean_lines, note, squeeze
from watcher.content.language import tongue_of
from watcher.content.markup import NavigableString, Tag, attribute, inside, parse_fragment, tags_in
from watcher.content.tables import definition_lines, is_table, rows_of, table_lines
from watcher.content.visibility import is_block, is_hidden, is_note, is_struck_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.content.markup import PageElement


# Space that is more than one plain sign; a pattern for all space would replace each of a text's.
_SPACE = re.compile(r"[\t\n\r\f][ \t\n\r\f]*| [ \t\n\r\f]+")
_BREAK = "\n"
# A tag or a reference to a character, as titles hold them though they should not; "5 < 6" and "R&D" are none.
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,500})?/?>")
_MARKUP = re.compile(
    rf"{_TAG.pattern}|&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});|<!--|<!\[CDATA\["
)
_ESCAPED_TAG = re.compile(
    r"&(?:amp;){0,2}lt;/?(?:p|br|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|img|table|tr|td|blockquote|figure)\b[^<>]{0,500}?&(?:amp;){0,2}gt;",
    re.IGNORECASE,
)
_MOST_ESCAPED = 3
# Elements and texts in a raised number; a larger element is no note.
_NOTE_NODES = 40
_MOST_ELEMENTS = 500  # with a language of their own
# Signs of our own, which Unicode promises never to be characters; what a page holds of them goes.
_NO_SIGNS = {0xFDD0: None, 0xFDD1: None}
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")


def block_lines(root: Tag) -> list[str]:
    """The visible text of `root`, one string per block or line, none empty."""
    return clean_lines("".join(_pieces(root)))


def block_lines_with_parents(root: Tag) -> list[tuple[str, tuple[tuple[Tag, int], ...]]]:
    """The lines of `block_lines`, each with the elements that its text stands in and how many characters of it.

    Made by writing the number of its element before every text; the numbers are then taken out of the lines.
    """
    parents: list[Tag] = []
    marked = clean_lines("".join(_pieces(root, parents)))
    plain = [squeeze(_MARK.sub("", line)) for line in marked]
    return [(line, _owners(origin, parents)) for line, origin in zip(plain, marked, strict=True)]


def one_line(root: Tag) -> str:
    """The visible text of `root` as one line."""
    return squeeze(" ".join(block_lines(root)))


def plain_line(words: str) -> str:
    """A title or name as one line without the markup in it: escaped once, twice or not at all, where that is markup."""
    for _ in range(_MOST_ESCAPED):
        if not _MARKUP.search(words):
            break
        words = one_line(parse_fragment(words))
    return " ".join(words.split())


def unescaped(html: str) -> str:
    """Markup that was escaped once more than it should be, as it was meant; any other text as it is."""
    for _ in range(_MOST_ESCAPED):
        if _TAG.search(html) or not _ESCAPED_TAG.search(html):
            break
        html = unescape(html)
    return html


def struck_out(root: Tag) -> tuple[str, ...]:
    """What the publisher struck out and yet left to be read; it is no part of the text."""
    return tuple(words for tag in tags_in(root) if is_struck_out(tag) and (words := squeeze(tag.get_text())))


def _owners(marked: str, parents: list[Tag]) -> tuple[tuple[Tag, int], ...]:
    parts = _MARK.split(marked)
    return tuple((parents[int(number)], len(words)) for number, words in zip(parts[1::2], parts[2::2], strict=True))


def _pieces(root: Tag, parents: list[Tag] | None = None) -> list[str]:
    """Every piece of text and break in the order of the page; a stack of our own, for pages nest thousands deep.

    With `parents`, each text is preceded by the number under which its element is added there.
    """
    pieces: list[str] = []
    waiting: list[PageElement | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            words = _string(node)
            if parents is not None and isinstance(node, NavigableString) and node.parent is not None and squeeze(words):
                pieces.append(_mark(node.parent, parents))
                words = words.translate(_NO_SIGNS)
            pieces.append(words)
        elif isinstance(node, Tag) and (node is root or not is_hidden(node)):
            _open(node, pieces, waiting, parents)
    return pieces


def _mark(tag: Tag, parents: list[Tag] | None) -> str:
    """The number under which an element is now in `parents`, between two signs that no text has."""
    if parents is None:
        return ""
    parents.append(tag)
    return f"\ufdd0{len(parents) - 1}\ufdd1"


def _string(node: str) -> str:
    """A text node with its runs of space as one; a break of ours as it is; comments and declarations as nothing."""
    if type(node) is str:
        return node
    if type(node) is not NavigableString:
        return ""
    return str(node) if _is_preformatted(node) else _SPACE.sub(" ", node)


def _is_preformatted(node: NavigableString) -> bool:
    return "\n" in node and any(parent.name in ("pre", "listing", "xmp") for parent in node.parents)


def _open(tag: Tag, pieces: list[str], waiting: list[PageElement | str], parents: list[Tag] | None) -> None:
    """Write what the start of an element writes, and let its children wait, with what its end writes after them."""
    name = tag.name
    if name in ("br", "hr"):
        pieces.append(_BREAK)
    elif name in ("sup", "sub") or is_note(tag):
        _open_raised(tag, pieces, waiting)
    elif is_struck_out(tag):
        pieces.append(" ")  # struck out by the publisher: no longer said
    elif name == "dl" and (defined := definition_lines(tag, one_line)):
        mark = _mark(tag, parents)
        pieces += [_BREAK, *(f"{mark}{line}{_BREAK}" for line in defined)]
    elif is_table(tag) and (rows := rows_of(tag)):
        titles = [one_line(title) for title in tag.find_all("caption")]
        mark = _mark(tag, parents)
        pieces += [_BREAK, *(f"{mark}{line}{_BREAK}" for line in (*titles, *table_lines(rows, one_line)))]
    elif is_block(tag):
        pieces.append(_BREAK)
        waiting.append(_BREAK)
        waiting.extend(reversed(tag.contents))
    else:
        if name == "q":
            pieces.append("“")
            waiting.append("”")
        waiting.extend(reversed(tag.contents))


def _open_raised(tag: Tag, pieces: list[str], waiting: list[PageElement | str]) -> None:
    found = RAISED_NUMBER.fullmatch(squeeze(_start_of(tag)))
    if not found:
        waiting.extend(reversed(tag.contents))
        return
    before = _MARK.sub("", "".join(pieces[-3:]))[-8:]
    is_formula = tag.name == "sub" and before[-1:].isalpha()  # CO2, H2O
    pieces.append(found[1] if is_formula else note(before, found[1]))


def _start_of(tag: Tag) -> str:
    """The text of a small element, or a mark for a larger one, which is no note."""
    nodes = list(islice(inside(tag), _NOTE_NODES))
    is_whole = len(nodes) < _NOTE_NODES
    return "".join(str(node) for node in nodes if type(node) is NavigableString) if is_whole else "…"


def stated_languages(roots: Iterable[Tag]) -> dict[str, str]:
    """The language of each line whose element, or one around it, has a `lang` attribute; the innermost counts."""
    stated: dict[str, str] = {}
    for root in roots:
        own = [tag for tag in (root, *_with_language(root)) if attribute(tag, "lang")]
        if len({_code(tag) for tag in own}) > (0 if own[:1] != [root] else 1):
            for tag in own:
                stated |= dict.fromkeys(block_lines(tag), _code(tag))
    return stated


def _with_language(root: Tag) -> list[Tag]:
    return [tag for tag in tags_in(root) if "lang" in tag.attrs][:_MOST_ELEMENTS]


def _code(tag: Tag) -> str:
    return tongue_of(attribute(tag, "lang"))
