"""What fetching a feed gives: its answer, and the document in it compared with what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.errors import WatcherError
    from watcher.fetch.conditional import Fetched, NotModified
    from watcher.model.alert import EventKind
    from watcher.model.feed import KnownEntry, ListedEntry, ParsedEntry, ParsedFeed
    from watcher.model.mail import CheckedSignature, Position
    from watcher.model.poll import Capture, GapFill
    from watcher.pipeline.ask import Asked


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed's parsed body, with what is stored of its entries and of the document before.

    Of an index of sitemaps it is only a part: what its changed sitemaps list, and `captures` are their exchanges.
    `pages` are what entries brought with them, by identity: the messages of a mailbox, each its own page.
    `deleted` are the identities of entries that a feed says were taken out. `gap` is what older documents gave of the
    time since the document before, where nothing connects the two.
    """

    parsed: ParsedFeed
    entries: tuple[ParsedEntry, ...]
    known: Mapping[str, KnownEntry] = field(default_factory=dict)
    listed: tuple[ListedEntry, ...] = ()
    captures: tuple[Capture, ...] = ()
    is_part: bool = False
    deleted: tuple[str, ...] = ()
    gap: GapFill | None = None
    pages: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """The result of fetching a feed. `document` is None where there was nothing new to read, or nothing readable.

    `outcome` is "new", "same", "not_modified" or the name of `error`. `is_audit`: it was asked without validators, to
    see whether its answers of 304 are true. `is_push`: a hub pushed it. `body_capture_id` is the stored exchange that
    the body is from, where it is not this one: that of `watcher feeds add`. Of a mailbox `position` is how far it was
    read, `is_unfinished` says that more is waiting, `checked` are signatures of older messages that were checked now.
    `events` are what happened to the feed: kind and detail.
    """

    outcome: str
    capture: Capture | None
    answer: Fetched | NotModified | None = None
    document: FeedDocument | None = None
    error: WatcherError | None = None
    asked_url: str = ""
    is_audit: bool = False
    is_push: bool = False
    body_capture_id: int | None = None
    position: Position | None = None
    is_unfinished: bool = False
    events: tuple[tuple[EventKind, str], ...] = ()
    checked: tuple[CheckedSignature, ...] = ()

    @property
    def status(self) -> int | None:
        """The HTTP status, where there was one."""
        if self.capture is not None and self.capture.response.status:
            return self.capture.response.status
        return self.error.status if isinstance(self.error, FetchError) else None
