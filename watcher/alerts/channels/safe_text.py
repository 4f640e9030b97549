"""Untrusted text made safe for a header, a line, a link."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from watcher.html import CONTROL_SIGNS

# A header and a line hold no line feed either.
_CONTROL = re.compile(rf"[\n{CONTROL_SIGNS}]+")
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
# What may stand in an address as it is; everything else is percent-encoded, so that no sign ends a link early.
_IN_URL = "%:/?#[]@!$&'()*+,;=-._~"


def one_line(words: str, longest: int = 200) -> str:
    """Words that are safe in a header and on one line: no control or direction signs, at most `longest` characters."""
    clean = " ".join(_CONTROL.sub(" ", words).split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def without_controls(words: str) -> str:
    """The same words with each control or direction sign a space, nothing folded."""
    return _CONTROL.sub(" ", words)


def web_link(url: str | None) -> str:
    """The address if it is one of the web, else nothing: `javascript:` and its like are never shown."""
    if not url or not _WEB.match(url):
        return ""
    return quote(url, safe=_IN_URL, encoding="utf-8", errors="replace")


def local_time(text: str, zone: str) -> str:
    """An instant in a zone: "Tue 24 Nov 2026 10:15 EET"."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M %Z")
