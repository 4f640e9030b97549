"""Where a feed's bytes came from: what every parser is told beside them, and what the poll knows without any parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.content.date_order import ANYWHERE, DateLocale

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Source:
    """Where a body came from: its final URL, its Content-Type, its Link header, and how its publisher writes dates.

    `fetched_at` and the site's first day `since` (ISO) bound the dates that can be true; None and empty set no bound.
    """

    url: str
    content_type: str = ""
    locale: DateLocale = ANYWHERE
    fetched_at: datetime | None = None
    since: str = ""
    links: str = ""
