"""A feed's entries against those that are stored: which are new, edited, the same, gone or returned.

A body that differs from the one before only in the dates of the feed itself has no other entries, so nobody parses it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from watcher.model.feed import Changes, ListedEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from watcher.model.feed import KnownEntry, ParsedEntry


# Where the first entry begins, in RSS, RDF and Atom, and the dates that servers write anew into each answer.
_FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_DATE_OF_FEED = re.compile(rb"<(lastBuildDate|pubDate|(?:\w{1,10}:)?updated|dc:date)>[^<>&]{0,100}</\1>")
_DATE_NAME = re.compile(rb"lastBuildDate|pubDate|updated\b|dc:date")


def undated_sha256(body: bytes) -> str | None:
    """The hash of a feed's body without the dates of the feed itself: those ahead of the first entry, once each.

    None where it is not certain that they are nothing else: in another charset, without entries, or where such a word
    stands ahead of the entries in any other way.
    """
    first = _FIRST_ENTRY.search(body)
    if first is None or b"\0" in body:
        return None
    head = undated(body[: first.start()])
    if head is None:
        return None
    rest = hashlib.sha256(head)
    rest.update(body[first.start() :])
    return rest.hexdigest()


def undated(head: bytes) -> bytes | None:
    """What stands ahead of a feed's entries without the dates of the feed, None where those are not certain."""
    names = [found[1] for found in _DATE_OF_FEED.finditer(head)]
    if not names or len(set(names)) < len(names) or len(_DATE_NAME.findall(head)) != 2 * len(names):
        return None
    return _DATE_OF_FEED.sub(rb"<\1/>", head)


def compare_entries(
    parsed: Sequence[ParsedEntry],
    known: Mapping[str, KnownEntry],
    listed: Sequence[ListedEntry],
    *,
    is_complete: bool,
    deleted: Sequence[str] = (),
) -> Changes:
    """Compare a document's entries with what is stored.

    `known` holds, by identity, what is stored of the entries in the document; `listed` are the entries of the feed's
    previous document. Where the document is not complete, a missing entry proves nothing. `deleted` are the
    identities that it says were taken out: those have vanished whatever else it lists.
    """
    first: dict[str, ParsedEntry] = {}
    for entry in parsed:
        first.setdefault(entry.identity, entry)
    distinct = list(first.values())
    pairs = [(entry, known.get(entry.identity)) for entry in distinct]
    stored = [(entry, old) for entry, old in pairs if old is not None]
    vanished, rolled_off = _missing(distinct, listed) if is_complete else ((), ())
    taken_out = _taken_out(deleted, first, known, vanished)
    rolled_off = tuple(entry for entry in rolled_off if entry.identity not in deleted)
    return Changes(
        new=tuple(entry for entry, old in pairs if old is None),
        edited=tuple((entry, old) for entry, old in stored if old.entry_sha256 not in {None, entry.sha256}),
        elsewhere=tuple((entry, old) for entry, old in stored if old.entry_sha256 is None),
        same=tuple((entry, old) for entry, old in stored if old.entry_sha256 == entry.sha256),
        vanished=(*vanished, *taken_out),
        rolled_off=rolled_off,
        returned=tuple(old for _, old in stored if old.is_vanished),
    )


def has_rolled_past(known: Collection[str], seen: Collection[str]) -> bool:
    """Whether a feed's window moved on so far that no known entry is left, so that some may never have been seen.

    `known` are the keys of the feed's entries before this poll, `seen` those in it. False for a first poll and for an
    empty feed, which are other outcomes.
    """
    return bool(known) and bool(seen) and not set(known) & set(seen)


def _taken_out(
    deleted: Sequence[str],
    present: Mapping[str, ParsedEntry],
    known: Mapping[str, KnownEntry],
    vanished: Sequence[ListedEntry],
) -> tuple[ListedEntry, ...]:
    """Known entries of this feed that it names as deleted, each once."""
    named = {entry.identity for entry in vanished} | set(present)
    stored = {identity: known[identity] for identity in deleted if identity in known and identity not in named}
    return tuple(
        ListedEntry(old.release_id, identity, -1, None)
        for identity, old in stored.items()
        if old.entry_sha256 is not None and not old.is_vanished
    )


def _missing(
    parsed: Sequence[ParsedEntry], listed: Sequence[ListedEntry]
) -> tuple[tuple[ListedEntry, ...], tuple[ListedEntry, ...]]:
    """Split the entries that are gone: taken out while older ones stay, or pushed out at the old end."""
    present = {entry.identity for entry in parsed}
    staying = [entry for entry in listed if entry.identity in present]
    gone = [entry for entry in listed if entry.identity not in present]
    vanished = tuple(entry for entry in gone if any(_is_older(other, entry) for other in staying))
    return vanished, tuple(entry for entry in gone if entry not in vanished)


def _is_older(one: ListedEntry, other: ListedEntry) -> bool:
    if one.published_at is not None and other.published_at is not None:
        return one.published_at < other.published_at
    return one.position > other.position
