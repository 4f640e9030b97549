"""Where a publisher's site keeps what, in CSS selectors: the rules of its pages and of its lists of releases.

The configuration's tables `[page]` and `listing` are checked into these values as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PageRules:
    """CSS selectors for a publisher's pages; of several for one part, the first that matches serves.

    `remove` names elements that are dropped before anything is read. `date_formats` are `strptime` patterns, tried on
    the words that `published` finds. `since` is the ISO day on which the site began: no earlier date can be true.
    """

    # Read by pydantic: a key of the table that is none of these fields is a mistake.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    dateline: tuple[str, ...] = ()
    release_number: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    since: str = ""


NO_RULES = PageRules()


@dataclass(frozen=True, slots=True)
class ListingRule:
    """Where a list page keeps its entries, and in each its parts: `selector`, `selector@attribute` or `@attribute`.

    `next_page` is the link to older entries.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    entry: str
    link: str = "a@href"
    title: str = "a"
    date: str = ""
    summary: str = ""
    key: str = ""
    next_page: str = ""
