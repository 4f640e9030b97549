"""Entries that an Atom feed says were taken out (RFC 6721, at:deleted-entry)."""

from __future__ import annotations

from watcher.markup import Tag, attribute, parse_xml

_NAMESPACE = "http://purl.org/atompub/tombstones/1.0"


def deleted_entries(body: bytes) -> tuple[str, ...]:
    """The ids (`ref`) of the entries that a feed's body names as deleted, in its order."""
    if b"deleted-entry" not in body:
        return ()
    found = (tag for tag in parse_xml(body).descendants if isinstance(tag, Tag))
    named = [tag for tag in found if tag.name.endswith("deleted-entry") and tag.namespace == _NAMESPACE]
    return tuple(ref for tag in named if (ref := attribute(tag, "ref").strip()))
