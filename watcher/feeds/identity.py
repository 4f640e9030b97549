"""Which release an entry belongs to: one identity for one official statement, whatever feed lists it.

Entries are recognised under another guid or another address too, by their other names and by what they say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from watcher.content.urls import afpims_address, is_web_address, url_key, without_scheme
from watcher.model.claim import Detection
from watcher.model.feed import Entry
from watcher.model.poll import ExtractedRelease
from watcher.model.release import PageText, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.errors import WatcherError
    from watcher.model.feed import KnownEntry, ParsedEntry

# Above this share of common words an entry says the same, edited.
_ALIKE = 0.5
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 5_000
_OF_APIS = frozenset({"document", "withdrawn", "changes"})
_SAID = tuple(field.name for field in fields(Entry))


def identity_of(entry: Entry, publisher: str) -> str:
    """The identity of an entry's release: host and article number on AFPIMS, else its guid, else its URL.

    A guid that is no web address is unique only within its publisher. An entry with neither is known by its words.
    """
    for address in (entry.url, entry.key):
        if address and (afpims := afpims_address(address)):
            return afpims
    if is_web_address(entry.key):
        return without_scheme(entry.key)
    if entry.key:
        return f"{publisher}:{entry.key}"
    if entry.url:
        return without_scheme(entry.url)
    words = f"{entry.title}\n{entry.html}".encode(errors="replace")
    return f"{publisher}:{hashlib.sha256(words).hexdigest()}"


def entry_sha256(entry: Entry) -> str:
    """The hash of everything an entry says; a change of it is an edit. Recorded oddities do not count.

    Nor does what a date's words are read as: that may follow from the other entries, or from a newer version. What only
    APIs say counts where it is there, so that no other entry's hash is another one than before.
    """
    words: dict[str, Any] = {name: getattr(entry, name) for name in _SAID}
    words |= {name: [asdict(one) for one in words[name]] for name in ("attachments", "changes")}
    words = {name: value for name, value in words.items() if value or name not in _OF_APIS}
    words |= {"published": entry.published and entry.published.raw, "updated": entry.updated and entry.updated.raw}
    words["problems"] = ()
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode(errors="replace")).hexdigest()


def text_sha256(page: PageText) -> str:
    """The hash of a release's title and text, white space folded: what must differ for a new revision."""
    words = " ".join(f"{page.title}\n{page.text}".split())
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()


def unread_release(parsed: ParsedEntry, error: WatcherError) -> ExtractedRelease:
    """A record of the little that is known of a release whose text could not be read, with the problem `unread`."""
    entry = parsed.entry
    page = PageText(title=entry.title, text="", published=entry.published, canonical_url=entry.url)
    detection = Detection((), problems=(Problem("unread", str(error)),))
    return ExtractedRelease(page, "feed", text_sha256(page), error.outcome, detection)


def tell_apart(entries: Sequence[ParsedEntry]) -> tuple[ParsedEntry, ...]:
    """The entries of one document with names that tell them apart.

    A guid that several entries of other addresses share names none of them: each goes by its address. An address
    that several entries share (the home page, a list) identifies none of them.
    """
    by_identity: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        by_identity[entry.identity].add(entry.url_key)
    by_url = Counter(url for urls in by_identity.values() for url in urls)
    return tuple(_named(entry, by_identity[entry.identity], by_url) for entry in entries)


def _named(entry: ParsedEntry, urls: set[str], by_url: Mapping[str, int]) -> ParsedEntry:
    if by_url[entry.url_key] > 1:
        return replace(entry, url_key="")
    return replace(entry, identity=entry.url_key, names=()) if entry.url_key and len(urls) > 1 else entry


def names_of(entries: Sequence[ParsedEntry]) -> tuple[str, ...]:
    """All names to be looked up for these entries."""
    return tuple(dict.fromkeys(name for entry in entries for name in (entry.identity, entry.url_key) if name))


def recognise(
    entries: Sequence[ParsedEntry], found: Mapping[str, KnownEntry]
) -> tuple[tuple[ParsedEntry, ...], dict[str, KnownEntry]]:
    """Each entry under its release's identity, and what is stored by that; `found` is what is stored under their names.

    Of two entries that are one release the one that is stored stays; else they would replace each other at each poll.
    """
    own = {found[entry.identity].release_id for entry in entries if entry.identity in found}
    known: dict[str, KnownEntry] = {}
    kept: dict[str, ParsedEntry] = {}
    for entry in entries:
        identity, stored = _recognised(entry, found, own)
        if stored is not None:
            known[identity] = stored
        if identity not in kept or (stored is not None and stored.entry_sha256 == entry.sha256):
            by_name = found.get(entry.identity)
            is_anothers = by_name is not None and (stored is None or stored.release_id != by_name.release_id)
            names = () if is_anothers else entry.names
            is_named_so = (identity, names) == (entry.identity, entry.names)
            kept[identity] = entry if is_named_so else replace(entry, identity=identity, names=names)
    return tuple(kept.values()), known


def is_in_doubt(entries: Sequence[ParsedEntry], found: Mapping[str, KnownEntry]) -> bool:
    """Whether the words of an entry decide which release it is; else its names do, and no words need be looked up."""
    return any(_needs_words(entry, *_by_names(entry, found)) for entry in entries)


def _needs_words(entry: ParsedEntry, by_name: KnownEntry | None, by_url: KnownEntry | None) -> bool:
    """Whether its guid and its address are not of one release, or only one of them is known."""
    if by_name is None or by_url is None:
        is_there = by_name is None or not entry.url_key or url_key(by_name.url) == entry.url_key
        return by_url is not None or not is_there
    return by_url.release_id != by_name.release_id


def _by_names(entry: ParsedEntry, found: Mapping[str, KnownEntry]) -> tuple[KnownEntry | None, KnownEntry | None]:
    return found.get(entry.identity), found.get(entry.url_key) if entry.url_key else None


def _recognised(entry: ParsedEntry, found: Mapping[str, KnownEntry], own: set[int]) -> tuple[str, KnownEntry | None]:
    by_name, by_url = _by_names(entry, found)
    if by_name is not None and (by_url is None or by_url.release_id == by_name.release_id):
        if not _needs_words(entry, by_name, by_url) or says_the_same(entry.entry, by_name):
            return by_name.identity or entry.identity, by_name
        return entry.url_key, None  # the guid is used again for another release
    if by_url is None:
        return entry.identity, None
    if by_name is not None and says_the_same(entry.entry, by_name):
        return by_name.identity or entry.identity, by_name  # the address is used again, for this release too
    if by_name is not None or (by_url.release_id not in own and says_the_same(entry.entry, by_url)):
        return by_url.identity or entry.url_key, by_url
    return entry.identity, None


def says_the_same(entry: Entry, stored: KnownEntry) -> bool:
    """Whether an entry says what is stored, the title word for word or most words of all."""
    if _words(entry.title) and _words(entry.title) == _words(stored.title):
        return True
    now, before = _words(f"{entry.title} {entry.html[:_LONGEST]}"), _words(f"{stored.title} {stored.html[:_LONGEST]}")
    every = len(now | before)
    return every > 0 and len(now & before) >= _ALIKE * every


def _words(markup: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_TAG.sub(" ", markup).casefold()))
