"""Tell a bot wall or a refusal from content, by the whole answer: its headers, and what `watcher.walls` says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher import walls

if TYPE_CHECKING:
    from watcher.net import Response

_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-datadome", "protected", "DataDome"),
)
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|title|h1)\b",
    re.IGNORECASE | re.DOTALL,
)


def find_wall(response: Response) -> str | None:
    """The name of the wall that this answer is, "a refusal page" for one without a name, None for anything else.

    A feed is none, whatever it speaks of.
    """
    for header, value, name in _HEADERS:
        found = response.header(header)
        if found is not None and value in found.lower():
            return name
    body = response.body
    if _HTML.match(body[:2_000]):
        return walls.wall_in_html(body.decode("utf-8", "replace")) if len(body) <= walls.LARGEST else None
    return walls.wall_in_text(body.decode("utf-8", "replace")) if len(body) <= walls.LARGEST else None
