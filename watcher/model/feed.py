"""A feed: its state between two polls, its entries as parsed, what changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.model.release import Entry


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed as the database knows it.

    `interval` is seconds; `succeeded_at` None means that it was never read. `body_at` is when it last answered with a
    body, `audited_at` when it was last asked without validators to see whether its 304s are true. The `move_` fields
    are a permanent redirect that is not believed yet. `fresh_seconds` is the last max-age, `hint_seconds` what the
    document asks for (ttl, sy:updatePeriod), `skip_hours` (0 to 23, GMT) and `skip_days` when it is not to be read.
    `hub_url` is the WebSub hub that it announces, `topic_url` what it is called there.
    `owes_pages`: some of its releases wait for their page to be asked for again.
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
    move_url: str | None
    move_count: int
    move_first_at: datetime | None
    move_last_at: datetime | None
    fresh_seconds: int | None = None
    hint_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub_url: str | None = None
    topic_url: str | None = None
    owes_pages: bool = False


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is stored of an entry's release: `sighted` fields are those of the feed in question, None elsewhere.

    `identity`, `url`, `title` and `html` are the release's own: by what it said it is recognised.
    """

    release_id: int
    entry_sha256: str | None
    is_listed: bool
    is_vanished: bool
    identity: str = ""
    url: str = ""
    title: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry that stood in the feed's latest document: its place in it and its date decide what is older."""

    release_id: int
    identity: str
    position: int
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry with the identity of its release and the hash of everything it says.

    `place` is where its address leads (`watcher.identity.place_of`); `names` are all by which it is to be found again.
    """

    entry: Entry
    identity: str
    sha256: str
    position: int
    place: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a document says against what is known: each entry is in one of the first four."""

    new: tuple[ParsedEntry, ...] = ()
    edited: tuple[tuple[ParsedEntry, KnownEntry], ...] = ()
    elsewhere: tuple[tuple[ParsedEntry, KnownEntry], ...] = ()
    same: tuple[tuple[ParsedEntry, KnownEntry], ...] = ()
    vanished: tuple[Listed, ...] = ()
    rolled_off: tuple[Listed, ...] = ()
    returned: tuple[KnownEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class DueLook:
    """A release whose page is to be looked at again, with the feed whose manners hold and its entry there."""

    release_id: int
    feed: FeedState
    parsed: ParsedEntry


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed at its hub, as it is wanted or was asked for; failures are those in a row."""

    feed_id: int
    feed: str
    hub_url: str
    topic_url: str
    failure_count: int = 0
