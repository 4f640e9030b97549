"""Events, the alerts that they raise, the deliveries of an alert to its channels, and how each attempt ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


# What can happen to a feed, and (from `vanished` on) to a release.
EventKind = Literal[
    "gap", "stopped", "stale", "move_pending", "moved", "proof_lost", "proof_found", "renumbered", "cut_short",
    "failing", "silent", "shrunk", "site_changed", "walled", "recovered", "damaged", "frame_forgotten",
    "vanished", "returned", "revised", "stated_change", "withdrawn", "removed", "restored", "confirmed",
]  # fmt: skip
Priority = Literal["urgent", "normal", "low"]
RecipientState = Literal["sent", "waiting", "dead"]
# What an alert is about: a release (first two lines), a feed (next two), this installation itself (last two).
AlertEvent = Literal[
    "new", "changed", "denial", "revision", "withdrawn",
    "removed", "restored", "found_later", "unread",
    "feed_unhealthy", "feed_recovered", "stopped", "gap",
    "stale", "move_pending", "moved", "proof_lost", "proof_found",
    "digest", "report", "selftest", "selftest_missing", "test",
    "delivery_dead", "channel_disabled", "damaged", "workers_failed",
    "replaced", "cannot_write", "job_failed", "log_grows",
]  # fmt: skip
# Why a delivery waits: for the end of quiet hours, for a digest, for a first round to be over.
Hold = Literal["", "quiet_hours", "hourly", "daily", "first_round"]
PRIORITY_RANK: dict[Priority, int] = {"urgent": 2, "normal": 1, "low": 0}


def is_higher(one: Priority, other: Priority) -> bool:
    """Whether the one is more urgent than the other."""
    return PRIORITY_RANK[one] > PRIORITY_RANK[other]


@dataclass(frozen=True, slots=True)
class Mutes:
    """Feeds and rules that are silent now, each with the end of it."""

    feeds: Mapping[str, datetime]
    rules: Mapping[str, datetime]


NO_MUTES = Mutes({}, {})


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One channel that an alert goes to; with a `hold` it waits until `due_at`, else it is due then (None: at once)."""

    channel: str
    hold: Hold = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert to be written: the whole message is fixed now, whatever happens later.

    `muted` says why nobody is notified; such an alert has no dispatch. `watcher.alerts` says what a message holds.
    """

    event: AlertEvent
    priority: Priority
    rules: tuple[str, ...]
    title: str
    message: Mapping[str, object]
    dispatches: tuple[Dispatch, ...]
    muted: str = ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels that it goes to."""
        return tuple(dispatch.channel for dispatch in self.dispatches)


@dataclass(frozen=True, slots=True)
class AlertSubject:
    """What an alert is about, as the tables name it: a revision of a release, a feed, an event; or nothing stored."""

    release_id: int | None = None
    revision_id: int | None = None
    feed_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """An alert whose delivery to one channel is held; of its message only what a digest shows."""

    delivery_id: int
    uid: str
    event: str
    priority: Priority
    title: str
    message: Mapping[str, Any]
    release_id: int | None


@dataclass(frozen=True, slots=True)
class SyndicatedCopy:
    """A release of another publisher that says the same; `similarity` is the part of the words that both share."""

    release_id: int
    publisher: str
    publisher_name: str
    title: str
    url: str | None
    similarity: float


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a mail: taken, refused for now, or refused for good; `answer` is what the server said."""

    address: str
    state: RecipientState
    answer: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An attempt that reached the receiver. It is complete when no recipient waits any more."""

    detail: str
    recipients: tuple[Recipient, ...] = ()

    def of(self, state: RecipientState) -> tuple[Recipient, ...]:
        """The recipients of this state."""
        return tuple(one for one in self.recipients if one.state == state)


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """One delivery to be attempted now: `uid` is the same for every attempt; `number` counts the attempts.

    `thread` is the release's identity, `feed:<name>`, `channel:<name>`, or what else the alert belongs to.
    `retried_from` is the number of the last attempt before the operator sent it again, `failures` how many attempts of
    the channel failed in a row, `done` the recipients that need no further one: they took it, or refused it for good.
    `trace` is that of the poll that the alert came from.
    """

    id: int
    uid: str
    channel: str
    number: int
    alert_uid: str
    thread: str
    message: Mapping[str, object]
    retried_from: int = 0
    failures: int = 0
    done: tuple[str, ...] = ()
    trace: str = ""

    @property
    def step(self) -> int:
        """The place of this attempt in the schedule, from 1; from 1 again when the operator sends a dead one again."""
        return self.number - self.retried_from


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How an attempt ended. A failure without `retry_at` was the last one.

    `back_off_until`: how long the channel's other deliveries wait after it. `is_gone`: the channel is disabled.
    """

    is_sent: bool
    detail: str
    retry_at: datetime | None = None
    recipients: tuple[Recipient, ...] = ()
    back_off_until: datetime | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How things are: counts by name, the feeds that fail, the channels that are disabled, the chain's head."""

    counts: Mapping[str, Any]
    failing: tuple[Mapping[str, Any], ...]
    disabled: tuple[str, ...]
    head: str


def stable_id(*parts: str) -> str:
    """An id that is the same at every retry and every reading: 32 hexadecimal digits of the parts' SHA-256."""
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:32]
