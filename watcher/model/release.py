"""A release: the record of its page, the dates that it states, its files, and the rules by which a page is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.model.text_context import Line


TextSource = Literal["page", "details", "noscript", "json_ld", "script_data", "feed"]
CopySource = Literal["wayback", "dvids"]
DateSource = Literal["feed", "page_rule", "json_ld", "meta", "time", "release_number", "url", "text", "title", "as_of"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A recorded oddity that stopped nothing: `kind` in snake_case, `detail` for a person."""

    kind: str
    detail: str = ""


def missing_fields(entry: str, **fields: object) -> tuple[Problem, ...]:
    """A problem for each field of an entry that is empty: the kinds are the names, the detail says which entry."""
    return tuple(Problem(kind, entry) for kind, value in fields.items() if not value)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as the publisher gave it: the instant (UTC), the words, and where they were found.

    A doubtful one has no instant but the `readings` that its words allow, as 03/05/2024 does where nobody knows
    whether days or months come first.
    """

    at: datetime | None
    raw: str
    source: DateSource
    has_time: bool = field(default=False, compare=False)
    readings: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an entry or a page: an absolute http(s) URL and its words."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a release: an enclosure of the entry or a document linked from the page."""

    url: str
    media_type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """Somebody else's copy of a release's page: who keeps it, where, and when it was made by their own time."""

    source: CopySource
    url: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StatedChange:
    """What a publisher says it changed in a release, and when (UTC)."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What a publisher says of a release beside its text: that it withdrew it (its words), what it changed."""

    withdrawn: str = ""
    changes: tuple[StatedChange, ...] = ()


NO_WORD = OwnWord()


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """The part of a text from offset `start` to before `end` that is in one language (ISO 639-1)."""

    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The record of one page or document: the release's own text, and what surrounds it apart.

    `text` has one line per block; claims' offsets point into it. `page_starts` are the offsets in `text` at which the
    pages of a document begin, `lines` the headings, entries of lists, rows of tables and quotations of a page.
    `languages` are the parts of a text in several languages, in their order, empty where all of it is in one;
    `text_from` says where it was found.
    """

    title: str
    text: str
    summary: str = ""
    byline: str = ""
    dateline: str = ""
    release_number: str = ""
    contact: str = ""
    language: str = ""
    published: StatedDate | None = None
    updated: StatedDate | None = None
    canonical_url: str | None = None
    captions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[Problem, ...] = ()
    page_starts: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    languages: tuple[LanguagePart, ...] = ()
    text_from: TextSource = "page"

    @property
    def all_languages(self) -> frozenset[str]:
        """The language of the text, and those of its parts."""
        return frozenset(filter(None, (self.language, *(part.language for part in self.languages))))
