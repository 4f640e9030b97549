"""The WebSub hub that a feed announces: in a Link header, or in the document (W3C WebSub, section 4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.content.urls import web_address

if TYPE_CHECKING:
    from watcher.model.feed import ParsedFeed


# One link of the header (RFC 8288, section 3): its address and its parameters.
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,2000})")
_RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]{0,200})"|([^\s",;]{1,200}))', re.IGNORECASE)


def hub_and_topic(header: str | None, url: str, parsed: ParsedFeed | None) -> tuple[str, str] | None:
    """The hub, and the name of the feed there, None where no hub is announced.

    `header` is the Link header of the answer at `url`; it comes before what the document states.
    """
    linked = _relations(header or "", url)
    hub = linked.get("hub") or (parsed.hub if parsed else None)
    topic = linked.get("self") or (parsed.topic if parsed else None)
    return (hub, topic or url) if hub else None


def _relations(header: str, url: str) -> dict[str, str]:
    """The first address of each relation that the header names."""
    found: dict[str, str] = {}
    for address, parameters in _LINK.findall(header):
        target, relation = web_address(address, url), _RELATION.search(parameters)
        if target and relation:
            for name in (relation[1] or relation[2] or "").lower().split():
                found.setdefault(name, target)
    return found
