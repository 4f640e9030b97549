"""The links of a release, and which of them are documents attached to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.content.lines import one_line
from watcher.content.markup import attribute, tags_in
from watcher.content.urls import web_address
from watcher.model.release import Attachment, Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.content.markup import Tag


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


def links_of(roots: Iterable[Tag], url: str) -> tuple[Link, ...]:
    """The http(s) links in these parts, absolute, each address once, with the words of its first link."""
    links: dict[str, Link] = {}
    for root in roots:
        for tag in tags_in(root, "a"):
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
