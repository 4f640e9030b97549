"""How a JSON API is read as a feed: where the parts of a release stand, how its pages go on, what it allows.

The configuration's tables `[feed.api]` and `[feed.limits]` are checked into these values as they are. What stands where
is said in JMESPath (jmespath.org).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True)
class ApiParts:
    """Where the parts of one release stand, each a JMESPath expression; an empty one is not looked for.

    `html` is the text as HTML, `text` as plain text; the first that is there serves. `attachments` gives a list of
    addresses, or of objects with `url`, `media_type` and `title`. `withdrawn` gives the publisher's words where it
    withdrew the release, and nothing where it did not; `changes` a list of objects with `at` and `words`: what the
    publisher says it changed, and when.
    """

    # Read by pydantic: a key of the table that is none of these fields is a mistake.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str = ""
    link: str = ""
    title: str = ""
    html: str = ""
    text: str = ""
    published: str = ""
    updated: str = ""
    author: str = ""
    language: str = ""
    tags: str = ""
    attachments: str = ""
    withdrawn: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """How older items are asked for.

    `by` is "page" or "offset" (the number in `parameter` grows by `step`), "cursor" (the answer's `at` goes into
    `parameter`), "next" (the answer's `at` is the next address), or "link_header" (RFC 8288, rel=next).
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    by: Literal["page", "offset", "cursor", "next", "link_header"]
    parameter: str = ""
    at: str = ""
    first: int = 1
    step: int = 1


@dataclass(frozen=True, slots=True)
class ApiRule:
    """Where an answer keeps its `items`, and in each the `parts` of a release; how it goes on.

    `document` gives, in an item, the address of the API's own document of that release: it is asked for in place of the
    release's page, and `document_parts` say what stands where in it. `gone` gives the publisher's words in the body of
    an answer 410 to that.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    parts: ApiParts
    items: str = "@"
    paging: Paging | None = None
    document: str = ""
    document_parts: ApiParts = field(default_factory=ApiParts)
    gone: str = ""


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What the operator of an address allows: seconds `apart`, requests in an hour and in a day; 0 sets no limit."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    apart: float = 0.0
    per_hour: int = 0
    per_day: int = 0


NO_LIMITS = RequestLimits()
