"""The feeds that we publish: alerts, and the rows of a saved query, as Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from watcher.alerts.channels.notification import notification_of, web_link
from watcher.alerts.channels.text import plain_text
from watcher.control_signs import one_line, without_controls
from watcher.html import render
from watcher.model.alert import stable_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from watcher.alerts.channels.notification import Display


_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONG_AGO = "1970-01-01T00:00:00Z"
# What serves as an entry's title, in this order, where a row has it.
_TITLES = ("title", "name", "sentence")


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """One entry: `uid` is 32 hexadecimal digits, different for each revision; `updated` an instant as RFC 3339."""

    uid: str
    title: str
    url: str
    updated: str
    author: str
    html: str
    text: str

    @property
    def urn(self) -> str:
        """The entry's id in a feed."""
        return UUID(self.uid).urn


@dataclass(frozen=True, slots=True)
class PublishedFeed:
    """A feed: `name` is its own among those of this installation, `home` and `own` are URLs or empty."""

    name: str
    title: str
    home: str
    own: str
    entries: tuple[PublishedEntry, ...]

    @property
    def urn(self) -> str:
        """The feed's id: the same at every reading."""
        return UUID(stable_id("feed", self.home, self.name)).urn

    @property
    def updated(self) -> str:
        """The instant of its newest entry."""
        return max((entry.updated for entry in self.entries), default=_LONG_AGO)


def alert_entries(messages: Iterable[Mapping[str, Any]], display: Display) -> tuple[PublishedEntry, ...]:
    """One entry for each alert; a revision of a release is another alert and so another entry."""
    return tuple(_alert_entry(message, display) for message in messages)


def _alert_entry(message: Mapping[str, Any], display: Display) -> PublishedEntry:
    notification = notification_of(message, display)
    return PublishedEntry(
        uid=str(message["alert"]),
        title=notification.subject,
        url=notification.url or notification.permalink,
        updated=str(message["created_at"]),
        author=one_line((message.get("publisher") or {}).get("name") or "watcher"),
        html=render("notification.html", notification=notification),
        text=plain_text(notification),
    )


def row_entries(query: str, rows: Sequence[Mapping[str, Any]]) -> tuple[PublishedEntry, ...]:
    """One entry for each row of a saved query. Its id follows from its content: a row that changes is a new entry."""
    entries = (_row_entry(query, row) for row in rows)
    # Two equal rows are one entry: an id must not come twice in a feed (RFC 4287, 4.1.1).
    return tuple({entry.uid: entry for entry in entries}.values())


def _row_entry(query: str, row: Mapping[str, Any]) -> PublishedEntry:
    cells = {name: without_controls(str(value)) for name, value in row.items() if value not in {None, ""}}
    title = next((cells[name] for name in _TITLES if name in cells), " – ".join(cells.values()))
    return PublishedEntry(
        uid=stable_id("row", query, json.dumps(row, sort_keys=True, default=str)),
        title=one_line(title) or query,
        url=web_link(cells.get("url")),
        updated=_instant(cells),
        author=one_line(cells.get("publisher", "")) or "watcher",
        html=render("row.html", cells=cells),
        text="\n".join(f"{name.replace('_', ' ')}: {words}" for name, words in cells.items()),
    )


def _instant(row: Mapping[str, str]) -> str:
    """The newest instant that a row names in a column `…_at`; a day counts from its beginning."""
    values = [value for name, value in row.items() if name.endswith("_at")]
    found = [value for value in values if _TIME.fullmatch(value)]
    found += [f"{value}T00:00:00Z" for value in values if _DAY.fullmatch(value)]
    return max(found, default=_LONG_AGO)


def atom(feed: PublishedFeed) -> str:
    """The feed as Atom."""
    return render("atom.xml", feed=feed)


def json_feed(feed: PublishedFeed) -> str:
    """The feed as JSON Feed 1.1."""
    document: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title}
    document |= {name: url for name, url in (("home_page_url", feed.home), ("feed_url", feed.own)) if url}
    return json.dumps(document | {"items": [_json_entry(entry) for entry in feed.entries]}, ensure_ascii=False)


# What a feed is written by, and its media type, by the ending of its address.
FORMS: Mapping[str, tuple[Callable[[PublishedFeed], str], str]] = {
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
}


def _json_entry(entry: PublishedEntry) -> dict[str, Any]:
    item = {
        "id": entry.urn,
        "title": entry.title,
        "content_html": entry.html,
        "content_text": entry.text,
        "date_published": entry.updated,
        "date_modified": entry.updated,
        "authors": [{"name": entry.author}],
    }
    return item | ({"url": entry.url} if entry.url else {})
