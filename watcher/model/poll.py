"""One poll: its HTTP exchanges, each release as it was seen, and all that is written in one transaction at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from watcher.model.feed import Changes
from watcher.model.release import NO_WORD

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.model.alert import AlertRecord, EventKind
    from watcher.model.claim import Detection
    from watcher.model.feed import FeedState, ParsedEntry
    from watcher.model.mail import CheckedSignature, Signature
    from watcher.model.release import Attachment, Copy, OwnWord, PageText, Problem, TextSource
    from watcher.model.response import Response
    from watcher.model.revision import PageState


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP exchange that is recorded; of its request headers those that are secret are hidden.

    `keeps_body` says that the bytes are evidence and are stored, not only their hash. `imported_from` names the web
    archive whose crawler asked in our place. `signatures` are those of a message.
    """

    kind: Literal["feed", "page", "attachment"]
    outcome: str
    response: Response
    error: str | None = None
    is_tls_verified: bool = True
    keeps_body: bool = False
    imported_from: str | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def is_message(self) -> bool:
        """Whether it is a message of a mailbox: its number is not asked for twice."""
        return self.kind == "page" and self.response.url.startswith("imap")

    @property
    def body(self) -> bytes | None:
        """The decoded body, None where nothing came."""
        return self.response.body if self.response.status or self.keeps_body else None


@dataclass(frozen=True, slots=True)
class CopiedPage:
    """The copy that a text was read in: the exchange that gave it, and those that led to it."""

    copy: Copy
    capture: Capture
    exchanges: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A PDF that belongs to a release, as one fetch found it.

    `outcome` is "ok", "not_modified", "not_fetched", or the name of what kept it from being had or read; `page` is the
    newest text that is known of it, `text_id` where that is stored, None for a text that is new.
    """

    attachment: Attachment
    outcome: str
    capture: Capture | None = None
    page: PageText | None = None
    text_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    detection: Detection | None = None

    @property
    def is_new(self) -> bool:
        """Whether it has a text that is not stored."""
        return self.page is not None and self.text_id is None


@dataclass(frozen=True, slots=True)
class MinHash:
    """What a text shares with texts that are alike (`watcher.content.similarity`): numbers, and a byte per minimum."""

    bands: tuple[int, ...] = ()
    minima: bytes = b""


NO_MIN_HASH = MinHash()


@dataclass(frozen=True, slots=True)
class ExtractedRelease:
    """A release's text with its claims. `page_outcome` is "ok" or the name of what kept the page from being read.

    By `min_hash` texts alike are found; `own` is what the publisher says of the release beside its text. `frame_id` is
    the stored frame without which the page was read, None where it was read whole.
    """

    page: PageText
    text_from: TextSource
    text_sha256: str
    page_outcome: str
    detection: Detection
    min_hash: MinHash = NO_MIN_HASH
    own: OwnWord = NO_WORD
    frame_id: int | None = None

    @property
    def is_from_page(self) -> bool:
        """Whether the page gave the text, in whatever part of it that stood."""
        return self.text_from != "feed"


@dataclass(frozen=True, slots=True)
class Observation:
    """One release as a poll saw it: the entry, the page's answer, the text, the claims, the alert.

    `release_id` is None for a release that is not stored yet. `is_revision` is false where the text is the one that
    is already stored: then only the sighting and the page's outcome are written. `events` are what happened to the
    release, with a detail; those of a revision wait to be decided unless it has an alert.
    """

    parsed: ParsedEntry
    release_id: int | None
    read: ExtractedRelease
    observed_at: datetime
    is_revision: bool = True
    page_failure_count: int = 0
    page_due_at: datetime | None = None
    capture: Capture | None = None
    alert: AlertRecord | None = None
    documents: tuple[ReadDocument, ...] = ()
    events: tuple[tuple[EventKind, str], ...] = ()
    page_state: PageState | None = None
    copied: CopiedPage | None = None


@dataclass(frozen=True, slots=True)
class GapFill:
    """What older documents gave of a gap: entries that are not stored, the exchanges, the pages, why it ended."""

    entries: tuple[ParsedEntry, ...] = ()
    captures: tuple[Capture, ...] = ()
    followed: tuple[str, ...] = ()
    end: str = ""

    def __str__(self) -> str:
        """In a sentence, for the event."""
        if not self.followed:
            return f"nothing could be followed: {self.end}"
        return f"followed {' '.join(self.followed)}: {len(self.entries)} more releases; {self.end}"


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Everything that one poll of one feed writes, in one transaction, the feed's new state last.

    `body_capture_id` is the stored exchange that the document is from, where it is not `capture`.
    `events` are the feed's own: kind and detail. `holds` are hosts in back-off, and until when. `parts` are
    further exchanges that the poll made for the feed: the sitemaps of an index, the older pages after a gap, messages
    that are not the publisher's. `checked` are signatures of stored messages that could not be checked before.
    """

    feed: FeedState
    started_at: datetime
    ended_at: datetime
    outcome: str
    next_feed: FeedState
    status: int | None = None
    error: str | None = None
    entry_count: int | None = None
    capture: Capture | None = None
    body_capture_id: int | None = None
    changes: Changes = field(default_factory=Changes)
    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[Capture, ...] = ()
    holds: tuple[tuple[str, datetime], ...] = ()
    events: tuple[tuple[EventKind, str], ...] = ()
    trace: str = ""
    checked: tuple[CheckedSignature, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether it brings nothing but its log row, a capture without bytes and the feed's state."""
        says_nothing = not self.observations and self.entry_count is None and not self.events and not self.parts
        is_plain = not self.holds and not self.checked and not (self.capture and self.capture.keeps_body)
        return says_nothing and is_plain

    @property
    def new_count(self) -> int:
        """Releases stored for the first time."""
        return sum(observation.release_id is None for observation in self.observations)

    @property
    def edited_count(self) -> int:
        """New revisions of known releases."""
        return sum(o.release_id is not None and o.is_revision for o in self.observations)

    @property
    def claim_count(self) -> int:
        """Claims in the revisions that are written."""
        return sum(len(o.read.detection.claims) for o in self.observations if o.is_revision)

    @property
    def unread_count(self) -> int:
        """Revisions that are written and could not be read: what they say of people is not known."""
        written = (one.read.detection for one in self.observations if one.is_revision)
        return sum(any(problem.kind == "unread" for problem in found.problems) for found in written)

    @property
    def alert_count(self) -> int:
        """Alerts that are raised."""
        return sum(o.alert is not None for o in self.observations)
