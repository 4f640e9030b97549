"""JSON Feed (jsonfeed.org, versions 1 and 1.1) to entries."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.dates import parse_date
from watcher.content.encoding import decode
from watcher.content.lines import plain_line, unescaped
from watcher.content.urls import web_address
from watcher.errors import NotAFeed
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import Attachment, missing_fields

if TYPE_CHECKING:
    from collections.abc import Iterator


def parse_json_feed(body: bytes, *, url: str, locale: DateLocale = ANYWHERE) -> ParsedFeed:
    """The entries of the JSON Feed at `url`, in its order. Raises NotAFeed for any other body."""
    try:
        feed = json.loads(decode(body, "utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"no JSON: {error}") from error
    if (
        not isinstance(feed, dict)
        or "jsonfeed.org" not in str(feed.get("version", ""))
        or not isinstance(feed.get("items"), list)
    ):
        raise NotAFeed("JSON, but no JSON Feed")
    entries = tuple(_entry(item, url, locale) for item in feed["items"] if isinstance(item, dict))
    return ParsedFeed(
        entries,
        _text(feed, "title"),
        _text(feed, "language") or locale.language,
        older=web_address(_text(feed, "next_url"), url),
        hub=_hub(feed, url),
        topic=web_address(_text(feed, "feed_url"), url),
    )


def _hub(feed: dict[str, Any], url: str) -> str | None:
    hubs = (hub for hub in _list(feed, "hubs") if isinstance(hub, dict) and _text(hub, "type").lower() == "websub")
    return next((target for hub in hubs if (target := web_address(_text(hub, "url"), url))), None)


def _entry(item: dict[str, Any], url: str, locale: DateLocale) -> Entry:
    target = web_address(_text(item, "url") or _text(item, "external_url"), url)
    title = plain_line(_text(item, "title"))
    published = parse_date(_text(item, "date_published"), locale=locale, source="feed")
    updated = parse_date(_text(item, "date_modified"), locale=locale, source="feed")
    key = _text(item, "id") or target or ""
    return Entry(
        key=key,
        url=target,
        title=title,
        html=unescaped(_text(item, "content_html"))
        or _as_html(_text(item, "content_text"))
        or _as_html(_text(item, "summary")),
        author=", ".join(_authors(item)),
        published=published or updated,
        updated=updated,
        language=_text(item, "language"),
        tags=tuple(dict.fromkeys(str(tag) for tag in _list(item, "tags") if isinstance(tag, str))),
        attachments=tuple(_attachments(item, url)),
        problems=missing_fields(key, no_key=key, no_link=target, no_title=title, no_date=published or updated),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    """A field as words; an `id` may be a number."""
    value = fields.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    return value if isinstance(value, list) else []


def _as_html(words: str) -> str:
    """Plain text with its line ends kept, as the HTML that an entry carries."""
    return escape(words, quote=False).replace("\n", "<br>")


def _authors(item: dict[str, Any]) -> Iterator[str]:
    one = item.get("author")
    for author in (*_list(item, "authors"), *([one] if one else [])):
        if isinstance(author, dict) and _text(author, "name"):
            yield _text(author, "name")


def _attachments(item: dict[str, Any], url: str) -> Iterator[Attachment]:
    for attachment in _list(item, "attachments"):
        target = web_address(_text(attachment, "url"), url) if isinstance(attachment, dict) else None
        if target:
            yield Attachment(target, _text(attachment, "mime_type"), _text(attachment, "title"))
