"""The HTML that a feed carries in an entry: its text, captions and links."""

from __future__ import annotations

from watcher.markup import parse_fragment
from watcher.models import PageText
from watcher.pages.around import attachments_of, captions_of, links_of
from watcher.pages.boilerplate import without_boilerplate
from watcher.pages.heading import find_dateline, find_release_number
from watcher.pages.language import detect_language
from watcher.pages.text import block_lines


def extract_fragment(html: str, *, url: str, language_hint: str = "") -> PageText:
    """The text of a feed entry at `url`; an empty one gives an empty text. Never raises."""
    tree = parse_fragment(html)
    captions = captions_of(tree)
    lines = without_boilerplate(block_lines(tree))
    text = "\n".join(lines)
    links = links_of([tree], url)
    return PageText(
        title="",
        text=text,
        dateline=find_dateline(lines),
        release_number=find_release_number(lines),
        language=detect_language(text, language_hint),
        captions=captions,
        links=links,
        attachments=attachments_of(links),
    )
