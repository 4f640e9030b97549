"""What is stored of a release: its newest revision, its documents, whether its page is still there.

A recheck compares the page of today with these, and leaves them for the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.model.feed import FeedState, ParsedEntry
    from watcher.model.release import Attachment, PageText


@dataclass(frozen=True, slots=True)
class RemovalState:
    """Whether a release is still there.

    `missing_since` and `missing_count` are the time and the number of the rechecks that did not find it; `is_removed`
    says that they were enough to call it removed.
    """

    is_removed: bool = False
    removed_at: datetime | None = None
    missing_since: datetime | None = None
    missing_count: int = 0


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """The latest revision of a release, as far as a decision about a next one needs it.

    `etag`, `last_modified` and `page_sha256` are of the page's last body; `has_page` says that it was read once,
    `is_vanished` that the release was taken out of a feed and stands in no other.
    """

    release_id: int
    number: int
    text_sha256: str
    text_from: str
    page_outcome: str
    page_failure_count: int
    claims: frozenset[tuple[object, ...]]
    has_alert: bool
    page: PageText | None = None
    etag: str | None = None
    last_modified: str | None = None
    page_sha256: str | None = None
    first_seen_at: datetime | None = None
    removal: RemovalState = RemovalState()
    has_page: bool = False
    is_vanished: bool = False


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of a stored release: what it said when it was last read, and what to ask for it with.

    `page` is None where it was never read; `text_id` is the row that keeps its text.
    """

    attachment: Attachment
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    page: PageText | None = None
    text_id: int | None = None


@dataclass(frozen=True, slots=True)
class PageState:
    """What is kept of a page after a look at it: when it is checked again, what to ask with, whether it is there."""

    due_at: datetime | None
    etag: str | None = None
    last_modified: str | None = None
    page_sha256: str | None = None
    removal: RemovalState = RemovalState()


@dataclass(frozen=True, slots=True)
class DueRecheck:
    """A release whose page is to be checked again, with the feed whose settings hold and its entry there."""

    release_id: int
    feed: FeedState
    parsed: ParsedEntry
