"""What belongs to a release but is no part of its text: captions, links, attached documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.links import web_address
from watcher.markup import attribute, select_all
from watcher.models import Attachment, Link
from watcher.pages.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.markup import Tag

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "rtf": "application/rtf",
}
CAPTIONS = ("figcaption", ".wp-caption-text", ".caption", ".photo-caption", ".image-caption")
# The words of buttons that photo captions share their element with.
_BUTTONS = re.compile(
    r"\s*(?:download hi-?res|photo details|view original|show caption|hide caption|[/|])\s*", re.IGNORECASE
)
# The same behind a caption, in the capitals in which they stand there.
_TRAILING = re.compile(r"(?:\s*/?\s*(?:DOWNLOAD HI-?RES|PHOTO DETAILS|VIEW ORIGINAL))+\s*$")


def captions_of(root: Tag, selectors: Sequence[str] = CAPTIONS) -> tuple[str, ...]:
    """The captions below `root`, each once, taken out of the tree so that no text contains them."""
    captions: dict[str, None] = {}
    seen: set[int] = set()
    for tag in select_all(root, selectors):
        is_inner = any(id(parent) in seen for parent in tag.parents)
        seen.add(id(tag))
        if is_inner:
            continue
        words = one_line(tag)
        tag.extract()
        if words and not all(_BUTTONS.fullmatch(part) for part in words.split(" / ")):
            captions[_TRAILING.sub("", words)] = None
    return tuple(captions)


def links_of(roots: Iterable[Tag], url: str) -> tuple[Link, ...]:
    """The http(s) links in these parts, absolute, each address once, with the words of its first link."""
    links: dict[str, Link] = {}
    for root in roots:
        for tag in root.find_all("a", href=True):
            target = web_address(attribute(tag, "href"), url)
            if target and target.split("#")[0] != url.split("#", maxsplit=1)[0]:
                links.setdefault(target, Link(target, one_line(tag)))
    return tuple(links.values())


def attachments_of(links: Iterable[Link]) -> tuple[Attachment, ...]:
    """The documents among the links, known by the ending of their path."""
    found = ((link, urlsplit(link.url).path.lower().rpartition(".")[2]) for link in links)
    return tuple(
        Attachment(link.url, _MEDIA_TYPES[ending], link.text) for link, ending in found if ending in _MEDIA_TYPES
    )
