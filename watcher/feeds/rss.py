"""RSS, RDF and Atom to entries, with what a feed says of itself: when to poll, which entries were deleted.

The only place that knows feedparser.
"""

from __future__ import annotations

import calendar
import io
import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from xml.sax import SAXException

import feedparser

from watcher.content.dates import parse_date
from watcher.content.encoding import Decoded, charset_of, decode_with_doubt
from watcher.content.lines import plain_line, unescaped
from watcher.content.markup import Tag, attribute, parse_xml, with_possible_references
from watcher.content.urls import web_address
from watcher.errors import NotAFeed, Truncated
from watcher.feeds.items import cut_items
from watcher.feeds.limits import refuse_hostile, shorten_names, with_entities
from watcher.feeds.schedule import WEEKDAYS
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import Attachment, Problem, StatedDate, missing_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from watcher.feeds.items import Items
    from watcher.feeds.source import Source


# With a driver that is not there it would be looked for in all folders of modules, for each feed anew.
feedparser.api.PREFERRED_XML_PARSERS = []
_DECLARED = re.compile(r"""(<\?xml[^>]{0,100}?)\sencoding\s*=\s*["'][^"']*["']""")
_INSTRUCTION = re.compile(r"<\?[^?]{0,1000}\?>")
# The tags of every vocabulary but those that an entry or the feed's own settings are read from.
_FOREIGN = re.compile(
    r"</?(?:textinput|category|(?!(?:atom|atom10|a10|content|dc|dcterms|sy|rdf|rss|xhtml|yandex|turbo):)[A-Za-z_][\w.-]*:[\w.-]+)\b[^<>]*>?",
    re.IGNORECASE,
)
# An element without an address: feedparser takes it for the link, and the guid, which is one, for no link.
_EMPTY_LINK = re.compile(rb"<link\s*/>|<link>\s{0,100}(?:<!\[CDATA\[\s{0,100}\]\]>)?\s{0,100}</link>", re.IGNORECASE)
# Elements of their own in which feeds carry the whole text, as feedparser names them.
_FULL_TEXT = re.compile(
    r"(?:\w+_)?(?:full[-_]?text|full[-_]?content|fulldescription|article[-_]?body)|turbo_content|body"
)
# `str.isdigit` also takes signs, and thousands of digits, that `int` refuses.
_COUNT = re.compile(r"[0-9]{1,9}")
_END = re.compile(rb"</(?:rss|feed|(?:\w+:)?RDF)\s*>", re.IGNORECASE)
_TAIL = 2000  # bytes at the end in which a document closes, whatever a server adds after it
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
# feedparser does not keep skipHours and skipDays apart. What stands inside is at most 24 hours or 7 days: the bound
# cuts off nothing that is meant. It ends at the next such tag, so that tags without an end are walked through once.
_SKIP_HOURS = re.compile(r"<skipHours\s*+>((?:[^!<]|<(?!/?skipHours)){0,4000}+)</skipHours", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipDays\s*+>((?:[^!<]|<(?!/?skipDays)){0,2000}+)</skipDays", re.IGNORECASE)
_HOUR = re.compile(r"<hour\s*>\s*([0-9]{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(r"<day\s*>\s*([a-z]{6,9})\s*</day", re.IGNORECASE)
_LAST_HOUR = 24
_NONE: Mapping[bytes, Entry] = MappingProxyType({})
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


def parse_feed(body: bytes, source: Source, known: Mapping[bytes, Entry] = _NONE) -> ParsedFeed:
    """The entries of a feed, in its order. `known` are entries of an earlier document of it by their marks.

    Raises NotAFeed for anything else, Truncated for one that is cut off, TooLarge for a flood of entries. A feed
    that is not well-formed gives all entries that can be read, and `is_complete` false: feedparser's `bozo` is a hint
    and no verdict.
    """
    markup, decoded = _in_utf8(body, source)
    refuse_hostile(markup, source.url)
    harmless = _EMPTY_LINK.sub(b"", with_possible_references(shorten_names(with_entities(markup))))
    parsed, entries = _read(harmless, source, known)
    if not parsed.get("version"):
        raise NotAFeed(f"neither RSS nor Atom ({_first_words(body)})")
    broken = parsed.get("bozo_exception") if parsed.get("bozo") else None
    is_complete = not isinstance(broken, SAXException)
    if not is_complete and _is_cut_off(str(broken), markup):
        raise Truncated(source.url, "the feed ends in the middle")
    problems = decoded.problems if is_complete else (Problem("not_well_formed", str(broken)), *decoded.problems)
    feed = parsed.feed
    return ParsedFeed(
        entries=tuple(entry for entry, _ in entries),
        marks=tuple(mark for _, mark in entries),
        title=plain_line(feed.get("title", "")),
        language=feed.get("language", "") or source.locale.language,
        is_complete=is_complete,
        interval_hint=_interval_hint(feed),
        deleted=deleted_entries(body),
        skip_hours=skipped_hours(decoded.text),
        skip_days=skipped_days(decoded.text),
        older=_linked(feed, source, "prev-archive") or _linked(feed, source, "next"),
        hub=_linked(feed, source, "hub"),
        topic=_linked(feed, source, "self"),
        problems=problems,
    )


def _read(markup: bytes, source: Source, known: Mapping[bytes, Entry]) -> tuple[Any, list[tuple[Entry, bytes]]]:
    """What feedparser makes of a document, and its entries, each with its mark: empty where it has none."""
    items = cut_items(markup, source)
    read = _read_rest(items, source, known) if items and not known.keys().isdisjoint(items.marks) else None
    if read is None:
        try:
            parsed = _parsed(markup, source.content_type)
        except Exception:  # noqa: BLE001 - KeyError for gml:pos, and whatever else
            parsed, items = _parsed(_plainest(markup), source.content_type), None
        is_alike = items is not None and not _is_broken(parsed) and len(parsed.entries) == len(items.marks)
        marks = items.marks if items is not None and is_alike else [b""] * len(parsed.entries)
        read = parsed, [(_entry(raw, source), mark) for raw, mark in zip(parsed.entries, marks, strict=True)]
    # The Space Force's feed begins with an empty item, which is no release.
    said = [(one, mark) for one, mark in read[1] if one.key or one.url or one.title or one.html]
    return read[0], said


def _read_rest(
    items: Items, source: Source, known: Mapping[bytes, Entry]
) -> tuple[Any, list[tuple[Entry, bytes]]] | None:
    """The same of a document without the items that are known; None where all of it has to say.

    So it is where a date can be read in two ways, which the dates of the other entries decide.
    """
    try:
        parsed = _parsed(items.without(known), source.content_type)
    except Exception:  # noqa: BLE001 - as above; then the whole document is parsed
        return None
    fresh = [_entry(raw, source) for raw in parsed.entries]
    is_doubtful = any(one.published is not None and one.published.readings for one in fresh)
    if is_doubtful or _is_broken(parsed) or len(fresh) != sum(mark not in known for mark in items.marks):
        return None
    coming = iter(fresh)
    return parsed, [(known[mark] if mark in known else next(coming), mark) for mark in items.marks]


def _is_broken(parsed: Any) -> bool:
    return bool(parsed.get("bozo")) and isinstance(parsed.get("bozo_exception"), SAXException)


def _parsed(body: bytes, content_type: str) -> Any:
    return feedparser.parse(
        io.BytesIO(body),  # never a text or a path: feedparser would open it
        # Names in lower case, others are silently ignored. No content-location: with it feedparser would resolve guids
        # too, and a guid is to be kept letter for letter.
        response_headers={"content-type": f"{content_type.partition(';')[0] or 'text/xml'}; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _plainest(body: bytes) -> bytes:
    """A body at which feedparser failed, as UTF-8 and without the tags that nothing here is read from."""
    markup = _FOREIGN.sub("", _INSTRUCTION.sub("", body.decode(errors="replace")))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{markup}'.encode()


def skipped_hours(markup: str) -> tuple[int, ...]:
    """The hours of GMT, 0 to 23, in which a feed asks not to be read; 24 is another name of 0 (RSS 0.92)."""
    found = _SKIP_HOURS.search(markup)
    hours = (int(hour) for hour in _HOUR.findall(found[1])) if found else ()
    return tuple(sorted({hour % _LAST_HOUR for hour in hours if hour <= _LAST_HOUR}))


def skipped_days(markup: str) -> tuple[str, ...]:
    """The days, English names in lower case, on which a feed asks not to be read (RSS 2.0)."""
    found = _SKIP_DAYS.search(markup)
    names = {name.lower() for name in _DAY.findall(found[1])} if found else set()
    return tuple(name for name in WEEKDAYS if name in names)


def deleted_entries(body: bytes) -> tuple[str, ...]:
    """The ids (`ref`) of the entries that a feed's body names as deleted, in its order."""
    if b"deleted-entry" not in body:
        return ()
    found = (tag for tag in parse_xml(body).descendants if isinstance(tag, Tag))
    named = [tag for tag in found if tag.name.endswith("deleted-entry") and tag.namespace == _TOMBSTONES]
    return tuple(ref for tag in named if (ref := attribute(tag, "ref").strip()))


def _linked(feed: Any, source: Source, relation: str) -> str | None:
    """Where the feed's first link of a relation leads; relations are compared without case (RFC 8288)."""
    links = (link for link in feed.get("links", []) if str(link.get("rel", "")).lower() == relation)
    return next((url for link in links if (url := web_address(str(link.get("href", "")), source.url))), None)


def _is_cut_off(complaint: str, body: bytes) -> bool:
    """Whether a body that is not well-formed also lacks its end: then its last entry may be half of one."""
    if _END.search(body[-_TAIL:]):
        return False
    return "no element found" in complaint or "unclosed" in complaint or not body.rstrip().endswith(b">")


def _in_utf8(body: bytes, source: Source) -> tuple[bytes, Decoded]:
    """The body in UTF-8, whatever it is in, without what it says of its charset, and how it was read."""
    decoded = decode_with_doubt(body, charset_of(source.content_type), source.locale.language)
    return _DECLARED.sub(r"\1", decoded.text, count=1).encode(errors="replace"), decoded


def _first_words(body: bytes) -> str:
    words = body[:200].decode("utf-8", errors="replace").split()
    return f"it begins with {' '.join(words)[:60]!r}" if words else "it is empty"


def _entry(raw: Any, source: Source) -> Entry:
    guid = str(raw.get("id", "")).strip()
    link = str(raw.get("link", "")).strip()
    # feedparser makes a link of a guid that stands alone, even of one that is no address.
    is_no_link = link == guid and "/" not in guid
    url = None if is_no_link else web_address(link, source.url)
    key = guid or url or ""
    title = plain_line(raw.get("title", ""))
    published, updated = _date(raw, "published", source), _date(raw, "updated", source)
    return Entry(
        key=key,
        url=url,
        title=title,
        html=_html(raw),
        author=plain_line(raw.get("author", "")),
        published=published or updated,
        updated=updated,
        language=raw.get("language", "") or "",
        tags=tuple(dict.fromkeys(tag.term for tag in raw.get("tags", []) if tag.get("term"))),
        attachments=tuple(_attachments(raw, source)),
        problems=missing_fields(key, no_link=url, no_title=title, no_date=published or updated),
    )


def _html(raw: Any) -> str:
    """The longest text that the entry carries: its content, its description, or an element of its own for the whole."""
    contents = [content.get("value") or "" for content in raw.get("content", [])]
    whole = [value for name, value in raw.items() if _FULL_TEXT.fullmatch(name) and isinstance(value, str)]
    return unescaped(str(max([*contents, raw.get("summary") or "", *whole], key=len)))


def _date(raw: Any, name: str, source: Source) -> StatedDate | None:
    # `in`, since asking for `updated` answers with `published` where there is none.
    words = raw[name] if name in raw else ""  # noqa: SIM401 - `get` answers with the other date and a warning
    if not words:
        return None
    stated = parse_date(words, locale=source.locale, source="feed")
    if stated is not None:
        return stated
    read = raw.get(f"{name}_parsed")
    at = datetime.fromtimestamp(calendar.timegm(read), UTC) if read else None
    return StatedDate(at, words, "feed")


def _attachments(raw: Any, source: Source) -> Iterator[Attachment]:
    for enclosure in raw.get("enclosures", []):
        url = web_address(enclosure.get("href", ""), source.url)
        if url:
            yield Attachment(url, enclosure.get("type", ""), enclosure.get("title", ""))


def _interval_hint(feed: Any) -> int | None:
    """Seconds between polls that the publisher asks for: RSS `ttl` (minutes) or `sy:updatePeriod`."""
    ttl = str(feed.get("ttl", "")).strip()
    if _COUNT.fullmatch(ttl):
        return int(ttl) * 60
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    frequency = str(feed.get("sy_updatefrequency", "1")).strip()
    return period // max(1, int(frequency)) if period and _COUNT.fullmatch(frequency) else None
