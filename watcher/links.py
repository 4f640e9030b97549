"""A link as it was written to the web address that it means, or to none."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

# What stands in a link that leads nowhere: sites write it where an address is still missing.
_EMPTY = frozenset({"", "//", "///", "?", "http:", "http:/", "http://", "https:", "https:/", "https://"})


def web_address(stated: str, base: str) -> str | None:
    """An absolute http(s) address, resolved against `base`; None for anything else, and for a link to `base` itself.

    An empty link (`#`, `//`) or one to a place on the same page names no other document, as `urljoin` would have it.
    """
    words = stated.strip()
    if words in _EMPTY or words.startswith("#"):
        return None
    try:
        resolved = urljoin(base, words)
        parts = urlsplit(resolved)
    except ValueError:
        return None
    return resolved if parts.scheme in ("http", "https") and parts.hostname else None
