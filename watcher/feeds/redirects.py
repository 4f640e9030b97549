"""When a feed's permanent redirect is believed, so that its stored URL is replaced.

One redirect may be a mistake of the site: it counts once it was met three times over a day. A move to another site
waits for the operator.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from watcher.content.urls import is_same_port
from watcher.model.feed import PendingMove

if TYPE_CHECKING:
    from datetime import datetime


_NEEDED = 3
_OVER = timedelta(hours=24)
_BETWEEN = timedelta(hours=12)
Verdict: TypeAlias = Literal["none", "waiting", "pending", "taken_over"]


@dataclass(frozen=True, slots=True)
class MoveDecision:
    """What to remember, and what it means: `pending` waits for the operator, `taken_over` replaces the feed's URL."""

    move: PendingMove | None
    verdict: Verdict


def where_to_ask(feed_url: str, move: PendingMove | None, *, now: datetime) -> str:
    """The URL to fetch this feed from: the new one, unless it is time to see whether the old one still redirects."""
    if move is None or now - move.last_at >= _BETWEEN or not is_same_site(feed_url, move.target):
        return feed_url
    return move.target


def consider_move(
    known: PendingMove | None,
    *,
    feed_url: str,
    asked_url: str,
    moved_to: str | None,
    now: datetime,
    is_approved: bool = False,
) -> MoveDecision:
    """What a good answer (a readable feed or a 304) means for a move; a failed poll forgets the move instead.

    `asked_url` is what `where_to_ask` gave, `moved_to` the final URL if every hop was permanent. An answer of the old
    place without a redirect, or with one to elsewhere, starts over. `is_approved`: the operator agreed to this target.
    """
    if known is not None and asked_url == known.target != feed_url:
        return MoveDecision(known, "waiting") if moved_to is None else MoveDecision(None, "none")
    if moved_to is None or moved_to == feed_url:
        return MoveDecision(None, "none")
    if known is None or known.target != moved_to:
        return MoveDecision(PendingMove(moved_to, 1, now, now), "waiting")
    move = replace(known, count=known.count + 1, last_at=now)
    if move.count < _NEEDED or now - move.first_at < _OVER:
        return MoveDecision(move, "waiting")
    return MoveDecision(move, "taken_over" if is_approved or is_same_site(feed_url, moved_to) else "pending")


def is_same_site(old: str, new: str) -> bool:
    """Whether two URLs belong to one owner as far as their hosts tell: equal, or one below the other, `www.` apart.

    The ports have to agree too, except from http to https. Two names below a common parent do not count: nobody
    knows from the name alone whether the parent is an organisation or a registry.
    """
    was, now = urlsplit(old), urlsplit(new)
    if not is_same_port(was, now):
        return False
    hosts = [(parts.hostname or "").lower().rstrip(".").removeprefix("www.") for parts in (was, now)]
    shorter, longer = sorted(hosts, key=len)
    return shorter == longer or ("." in shorter and longer.endswith(f".{shorter}"))
