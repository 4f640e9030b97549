"""What is stored of a release: a revision of its text, its documents, whether its page is still there.

A poll or recheck compares the page of today with these, and leaves a new `PageState` for the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.model.claim import Claim
    from watcher.model.feed import FeedState, ParsedEntry
    from watcher.model.release import Attachment, Copy, PageText, TextSource


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
class PageState:
    """What is kept of a page after it was fetched: when it is rechecked, what to ask with, whether it is there.

    `etag`, `last_modified` and `page_sha256` are of the last body that was the release's.
    """

    due_at: datetime | None
    etag: str | None = None
    last_modified: str | None = None
    page_sha256: str | None = None
    removal: RemovalState = RemovalState()


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release as the last poll or recheck left it.

    `has_page`: its page was read once. `is_vanished`: it was taken out of a feed and no other lists it. `has_alert`:
    an alert was raised about it. `page_failure_count` counts the failures in a row that may pass.
    """

    first_seen_at: datetime
    page_outcome: str
    page_failure_count: int
    page_state: PageState
    has_page: bool
    is_vanished: bool
    has_alert: bool


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One revision as the tables keep it, with its current claims and the release that it belongs to.

    `feed` is the first feed that listed the release, empty where there is none, `url` the release's. `page_outcome` is
    that of the page when the revision was made, `observed_at` the time of that as the tables keep it. The claims are
    by text: None for the revision's own, else the row of a document's text. Documents and the
    bytes that it was read from are loaded apart. `copy` is whose copy of the page gave the text, where not the page.
    """

    id: int
    release_id: int
    number: int
    is_newest: bool
    identity: str
    publisher: str
    publisher_name: str
    feed: str
    url: str | None
    text_from: TextSource
    text_sha256: str
    page_outcome: str
    observed_at: str
    page: PageText
    claims_by_text: Mapping[int | None, tuple[Claim, ...]]
    release: ReleaseState
    feed_capture_id: int | None = None
    page_capture_id: int | None = None
    copy: Copy | None = None

    @property
    def is_from_page(self) -> bool:
        """Whether the page gave the text, in whatever part of it that stood."""
        return self.text_from != "feed"

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All of them, those of its own text first."""
        return tuple(claim for claims in self.claims_by_text.values() for claim in claims)


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
class DueRecheck:
    """A release whose page is to be checked again, with the feed whose settings hold and its entry there."""

    release_id: int
    feed: FeedState
    parsed: ParsedEntry
