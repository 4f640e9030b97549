"""The values that flow along the route: frozen, typed, free of I/O.

Names are those of the glossary (docs/glossary.md). Every instant is an aware datetime in UTC; what a publisher
wrote is kept beside it as `raw`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Harm = Literal["killed", "injured", "missing", "captured", "casualty"]
Victim = Literal["civilian", "military", "police", "official", "combatant", "mixed", "unknown"]
Stance = Literal["asserted", "assessed", "alleged", "under_review", "denied", "hypothetical", "historical"]
CountKind = Literal["exact", "at_least", "at_most", "range", "approximate", "vague", "none"]
DateSource = Literal["feed", "page_rule", "json_ld", "meta", "time", "release_number", "url", "text"]

HARMED: frozenset[Harm] = frozenset({"killed", "injured", "missing", "casualty"})
REPORTED: frozenset[Stance] = frozenset({"asserted", "assessed", "alleged"})


@dataclass(frozen=True, slots=True)
class Problem:
    """A recorded oddity that stopped nothing: `kind` in snake_case, `detail` for a person."""

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as the publisher gave it: the instant (UTC), the words, and where they were found."""

    at: datetime | None
    raw: str
    source: DateSource


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
class Entry:
    """One item of a feed, listing or sitemap as parsed; no field but `key` is promised to be filled."""

    key: str
    url: str | None
    title: str
    html: str
    author: str = ""
    published: StatedDate | None = None
    updated: StatedDate | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's body says, in its own order.

    `is_complete` is false where the body ended early or was not well-formed: then a missing entry proves nothing.
    `deleted` are the ids of entries that it says were taken out (RFC 6721, at:deleted-entry).
    `interval_hint` is seconds, `skip_hours` are hours of GMT and `skip_days` English names (RSS 2.0). `older` is where
    its older entries are (RFC 5005), `hub` announces pushes of the `topic` (WebSub).
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str = ""
    is_complete: bool = True
    interval_hint: int | None = None
    deleted: tuple[str, ...] = ()
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    older: str | None = None
    hub: str | None = None
    topic: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PageText:
    """The record of one page or document: the release's own text, and what stands around it apart.

    `text` has one line per block; claims' offsets point into it. `datelined` is the day in the dateline;
    `page_starts` are the offsets in `text` at which the pages of a document begin.
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
    datelined: StatedDate | None = None
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named among the dead, injured or missing, as stated; `start` and `end` are offsets of the name."""

    name: str
    harm: Harm
    start: int
    end: int
    rank: str = ""
    age: int | None = None
    unit: str = ""
    home_town: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One stated count (or uncounted statement) of one harm to one group in one place of one text.

    Every value is as stated by the publisher. `count_min` and `count_max` are people, None where the text sets no
    such bound; `text[start:end]` is the words that made the claim, `sentence` the sentence around them; `rules` names
    the vocabulary entries and cues that made it; `part_of` is the index, within the same detection, of the claim whose
    total already contains this one; `incident` numbers the separate events that one release speaks of.
    """

    harm: Harm
    count_min: int | None
    count_max: int | None
    victim: Victim
    stance: Stance
    start: int
    end: int
    sentence: str
    count_raw: str = ""
    count_kind: CountKind = "none"
    victim_raw: str = ""
    is_background: bool = False
    is_explicit: bool = True
    children: int | None = None
    women: int | None = None
    place: str = ""
    place_raw: str = ""
    date_raw: str = ""
    event_from: str = ""
    event_to: str = ""
    speaker: str = ""
    part_of: int | None = None
    incident: int = 0
    rules: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What a release says in all of one harm to one kind of victim under one stance."""

    harm: Harm
    victim: Victim
    stance: Stance
    count_min: int | None
    count_max: int | None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Where a claim of an attached document stands: the document's address and title, and the page, from 1.

    `text` is the document's whole text, into which the claim's offsets point.
    """

    url: str
    title: str
    page: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Detection:
    """All that the detector found in one text, and the version of detector and vocabulary that found it.

    For a release with documents these are the claims of its text and then of each document; `documents` then says of
    every claim where it stands, None for the release's own text. It is empty where there is only one text.
    """

    claims: tuple[Claim, ...]
    totals: Mapping[Harm, tuple[int | None, int | None]] = field(default_factory=dict)
    totals_by: tuple[Total, ...] = ()
    problems: tuple[Problem, ...] = ()
    language: str = ""
    version: str = ""
    documents: tuple[DocumentPage | None, ...] = ()

    @property
    def is_reported(self) -> bool:
        """Whether the text reports somebody harmed: asserted, assessed or alleged."""
        return any(claim.harm in HARMED and claim.stance in REPORTED for claim in self.claims)

    def document_of(self, number: int) -> DocumentPage | None:
        """Where the claim of that number, from 0, stands; None for the text of the release itself."""
        return self.documents[number] if self.documents else None


@dataclass(frozen=True, slots=True)
class PageRules:
    """CSS selectors that say where a publisher's pages keep what; the first one that matches serves.

    `remove` names elements that are dropped before anything is read. `date_formats` are `strptime` patterns tried on
    the words found by `published`, in the publisher's zone `time_zone`. `since` is the ISO day on which the site began.
    """

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
    time_zone: str = "UTC"
    language: str = ""
    since: str = ""
