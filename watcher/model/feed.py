"""A feed: its entries as parsed, its state between two polls, what is known of them, what changed, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.model.mail import Position

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from watcher.model.release import Attachment, Problem, StatedChange, StatedDate


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, listing, sitemap or API as parsed; no field but `key` is promised to be filled.

    `document` is the address of the API's own document of the release, asked for in place of its page; `withdrawn` and
    `changes` are the publisher's own word on it (`watcher.model.release.OwnWord`).
    """

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
    document: str = ""
    withdrawn: str = ""
    changes: tuple[StatedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's body says, in its own order.

    `is_complete` is false where the body ended early or was not well-formed: then a missing entry proves nothing.
    `deleted` are the ids of entries that it says were taken out (RFC 6721, at:deleted-entry).
    `interval_hint` is seconds, `skip_hours` are hours of GMT and `skip_days` English names (RSS 2.0). `older` is where
    its older entries are (RFC 5005), `hub` announces pushes of the `topic` (WebSub). `marks` are those of the entries
    (`ParsedEntry.mark`), none at all for formats that have none.
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
    marks: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry with the identity of its release and the hash of everything it says.

    `url_key` is the same for all addresses of one text (`watcher.content.urls.url_key`); `names` are all by which the
    entry is to be found again. `mark` stands for the entry's bytes with all by which they are read: an item with the
    same mark is this entry (`watcher.feeds.items`); empty where an entry is not certain to stand by itself.
    """

    entry: Entry
    identity: str
    sha256: str
    position: int
    url_key: str = ""
    names: tuple[str, ...] = ()
    mark: bytes = b""


@dataclass(frozen=True, slots=True)
class PollingHints:
    """How the publisher wants to be polled.

    `fresh_seconds` is the last max-age, `hint_seconds` what the document asks for (ttl, sy:updatePeriod), `skip_hours`
    (0 to 23, GMT) and `skip_days` when it is not to be read. `hub_url` is the WebSub hub that the feed announces,
    `topic_url` what it is called there.
    """

    fresh_seconds: int | None = None
    hint_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub_url: str | None = None
    topic_url: str | None = None


@dataclass(frozen=True, slots=True)
class PendingMove:
    """A permanent redirect as met so far: where to, how many equal answers, the first and the last of them."""

    target: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed as the database knows it.

    `interval` is seconds; `succeeded_at` None means that it was never read. `body_at` is when it last answered with a
    body, `audited_at` when it was last asked without validators to see whether its 304s are true.
    `has_pages_to_retry`: the page of some of its releases is to be fetched again. `move` is a redirect that is not
    believed yet. `uid_validity`, `last_uid` and
    `wanted_sha256` are how far a mailbox was read (`position`). `undated_sha256` is the hash of the last body
    without the dates of the feed itself.
    """

    id: int
    publisher_id: int
    publisher: str
    name: str
    kind: str
    url: str
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    interval: int
    failure_count: int
    outcome: str | None
    error: str | None
    polled_at: datetime | None
    succeeded_at: datetime | None
    due_at: datetime | None
    not_before_at: datetime | None
    stopped_at: datetime | None
    body_at: datetime | None
    audited_at: datetime | None
    has_pages_to_retry: bool = False
    uid_validity: int | None = None
    last_uid: int | None = None
    wanted_sha256: str | None = None
    undated_sha256: str | None = None
    hints: PollingHints = PollingHints()
    move: PendingMove | None = None

    @property
    def position(self) -> Position | None:
        """How far a mailbox was read; None where it is no mailbox, or was not read yet."""
        if self.uid_validity is None or self.last_uid is None:
            return None
        return Position(self.uid_validity, self.last_uid, self.wanted_sha256 or "")


@dataclass(frozen=True, slots=True)
class AddedAnswer:
    """What a feed answered when it was added by hand, before its first poll; `capture_id` is where that is stored."""

    capture_id: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is stored of an entry's release: `sighted` fields are those of the feed in question, None elsewhere.

    `identity`, `url`, `title` and `html` are the release's own: an entry that says the same is recognised as it.
    """

    release_id: int
    entry_sha256: str | None
    is_vanished: bool = False
    identity: str = ""
    url: str = ""
    title: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An entry of the feed's latest document as its sighting keeps it (JSON), and the hash of all that it says."""

    entry: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One entry that stood in the feed's latest document: its place in it and its date decide what is older."""

    release_id: int
    identity: str
    position: int
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a document says against what is known: each entry is in one of the first four."""

    new: tuple[ParsedEntry, ...] = ()
    edited: tuple[tuple[ParsedEntry, KnownEntry], ...] = ()
    elsewhere: tuple[tuple[ParsedEntry, KnownEntry], ...] = ()
    same: tuple[tuple[ParsedEntry, KnownEntry], ...] = ()
    vanished: tuple[ListedEntry, ...] = ()
    rolled_off: tuple[ListedEntry, ...] = ()
    returned: tuple[KnownEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed at its hub, as it is wanted or was asked for; failures are those in a row."""

    feed_id: int
    feed: str
    hub_url: str
    topic_url: str
    failure_count: int = 0


@dataclass(frozen=True, slots=True)
class FeedHistory:
    """What the health of one feed is judged by.

    `failing_since` is the first failed poll after the last success, None where the last poll succeeded. `released_at`
    are the times of its newest releases, in any order, and `first_polled_at` is known where it never had any.
    `entry_counts` are those of the last documents and `pages_changed` whether the page rules failed on the last
    pages, `pages_failed` whether our own steps did, `pages_walled` whether they were bot walls, all the newest first.
    `open_states` are the states that were reported and have not ended, each with its beginning in `since`.
    `stopped_at` is when its server answered that it is gone, `polled_at` None where it never was; `not_before_at`
    until when its server asks to be left alone.
    """

    feed_id: int
    name: str
    interval: timedelta
    succeeded_at: datetime | None
    failing_since: datetime | None
    error: str
    released_at: tuple[datetime, ...] = ()
    first_polled_at: datetime | None = None
    entry_counts: tuple[int, ...] = ()
    pages_changed: tuple[bool, ...] = ()
    pages_failed: tuple[bool, ...] = ()
    pages_walled: tuple[bool, ...] = ()
    open_states: frozenset[str] = frozenset()
    since: Mapping[str, datetime] = field(default_factory=dict)
    kind: str = "feed"
    outcome: str = ""
    polled_at: datetime | None = None
    stopped_at: datetime | None = None
    not_before_at: datetime | None = None
