"""A feed's window rolled past what was known: what was missed is looked for in its older documents.

archive link of the feed (RFC 5005), or else the publisher's listing ─► page by page until something is known ─► entries
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from watcher.documents import ask_document
from watcher.errors import Killed, ParseError
from watcher.recognising import names_of, recognise
from watcher.records import Filling
from watcher.requests import feed_of
from watcher.schedule import is_same_site
from watcher.store.read import known_entries
from watcher.tasks import listing_rules, read_past, source_of

if TYPE_CHECKING:
    from watcher.config import Feed, Publisher
    from watcher.documents import Asked
    from watcher.records import Capture, FeedState, ParsedEntry
    from watcher.shell import Shell
    from watcher.tasks import Past

MOST_PAGES = 10
MOST_ENTRIES = 1_000


@dataclass(slots=True)
class _Walk:
    """What has been asked for and found so far; `met` are entries seen in this poll, in whatever document."""

    met: set[str]
    entries: list[ParsedEntry] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    end: str = ""

    def is_over(self) -> bool:
        return bool(self.end)


async def fill_gap(shell: Shell, feed: FeedState, older: str | None, entries: tuple[ParsedEntry, ...]) -> Filling:
    """The entries between the feed's window and what is stored, as far as its older documents still list them.

    `older` is what the feed names as its archive or next page; without it the publisher's first listing is read. At
    most ten pages of the same site, each asked within the manners of every page; a known entry ends the walk. Never
    raises: what could not be followed is said in `end`.
    """
    publisher, configured = feed_of(shell.configuration, feed.name)
    walk = _Walk({entry.identity for entry in entries})
    if older is None:
        listing = next((one for one in publisher.feeds if one.kind == "listing" and one.code != configured.code), None)
        if listing is None:
            return Filling(end="the feed names no older documents and the publisher has no listing")
        configured, older = listing, listing.url
    url: str | None = older
    while url is not None and not walk.is_over():
        url = await _page(shell, feed, publisher, configured, url, walk)
    return Filling(
        tuple(walk.entries), tuple(walk.captures), tuple(walk.followed), walk.end or "there is nothing older"
    )


async def _page(
    shell: Shell, feed: FeedState, publisher: Publisher, configured: Feed, url: str, walk: _Walk
) -> str | None:
    """Read one older document and say where the next one is, None at the end of the walk."""
    walk.end = _refusal(configured, url, walk)
    if walk.is_over():
        return None
    walk.followed.append(url)
    asked = await ask_document(shell, feed, url, "feed")
    walk.captures += [asked.capture] if asked.capture else []
    try:
        past = await _read(shell, publisher, configured, asked)
    except (ParseError, Killed) as error:
        walk.end = f"{url}: {error}"
        return None
    await _add(shell, feed, past, walk)
    return past.older


def _refusal(configured: Feed, url: str, walk: _Walk) -> str:
    if url in walk.followed:
        return "the pages lead in a circle"
    if len(walk.followed) >= MOST_PAGES or len(walk.entries) >= MOST_ENTRIES:
        return f"there is more behind {len(walk.followed)} pages"
    return "" if is_same_site(configured.url, url) else f"{url} is another site"


async def _read(shell: Shell, publisher: Publisher, configured: Feed, asked: Asked) -> Past:
    """The entries of an older document. Raises NotAFeed for a failed answer too, and Killed."""
    if asked.answer is None:
        raise ParseError(asked.outcome)
    source = source_of(publisher, configured, asked.answer.url, asked.answer.content_type)
    rules = listing_rules(configured)
    return await shell.workers.run(read_past, asked.answer.body, source, publisher.code, configured.kind, rules)


async def _add(shell: Shell, feed: FeedState, past: Past, walk: _Walk) -> None:
    met = [entry for entry in past.entries if entry.identity not in walk.met]
    fresh, known = recognise(met, await shell.store.read(known_entries, feed.id, names_of(met)))
    walk.met |= {entry.identity for entry in fresh}
    # They stand in no place of the feed's own document.
    walk.entries += [replace(entry, position=-1) for entry in fresh if entry.identity not in known]
    if any(one.entry_sha256 is not None for one in known.values()):
        walk.end = "a known release was reached"
    elif not fresh:
        walk.end = "there is nothing older"
