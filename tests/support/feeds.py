"""Feeds as a feed reader sees them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import feedparser


def parsed(document: str) -> Any:
    """The feed as a feed reader sees it; anything that is not well-formed is a failure."""
    found = feedparser.parse(BytesIO(document.encode()), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found
