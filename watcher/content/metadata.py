"""What a page says of itself in its head: JSON-LD (schema.org), Open Graph, Dublin Core and plain meta elements."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.content.characters import squeeze
from watcher.content.markup import attribute, tags_in
from watcher.content.urls import web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from watcher.content.markup import Tag
    from watcher.model.release import DateSource


# Names of meta elements by their letters alone, surest first: `article:published_time`, `DC.date.issued` …
_PUBLISHED = (
    "articlepublishedtime", "ogpublishedtime", "ogarticlepublishedtime", "datepublished", "articlepublished",
    "publisheddate", "publishedtime", "dctermsissued", "dctermscreated", "dctermsdate", "dcdateissued", "dcdatecreated",
    "dcdate", "pubdate", "publishdate", "publicationdate", "originalpublicationdate", "citationpublicationdate",
    "cxenseparserecspublishtime", "sailthrudate", "parselypubdate", "releasedate", "date",
)  # fmt: skip
_UPDATED = (
    "articlemodifiedtime", "ogupdatedtime", "datemodified", "dctermsmodified", "dcdatemodified", "lastmodified",
    "lastmod", "articleupdated",
)  # fmt: skip
_ARTICLES = re.compile(r"(?:Article|Posting|Report|Statement|WebPage|CreativeWork|Release)$")
_PAGES = re.compile(r"(?:WebPage|CreativeWork)$")
# The plain fields of a JSON-LD object that are read.
_FIELDS = ("headline", "description", "author", "datePublished", "dateModified", "inLanguage", "keywords")
# What editors and templates wrap around JSON-LD, and the comma that they leave after the last member.
_WRAPPING = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|(?://\s*)?\]\]>)\s*$"
)
_LAST_COMMA = re.compile(r",(\s*[}\]])")
_MARKS = frozenset({"itemprop", "property", "title"})
_SHORTEST_NAME = 3
_LONGEST_TITLE = 1000
_SEPARATOR = re.compile(r"\s+(?:[|–—·•»>]|::|-|\\)\s+")


@dataclass(frozen=True, slots=True)
class Head:
    """What the page says of itself; empty strings where it says nothing. Dates as written, with their source's name.

    `full_title` still has what a site puts behind a title: its own name, a date.
    """

    title: str = ""
    full_title: str = ""
    site_name: str = ""
    summary: str = ""
    author: str = ""
    canonical_url: str | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    published: tuple[tuple[DateSource, str], ...] = ()
    updated: tuple[tuple[DateSource, str], ...] = ()


def read_head(tree: Tag, url: str) -> Head:
    """The head of a page at `url`. Never raises, whatever the JSON-LD or the meta elements hold."""
    # One pass for all: a search for each would cost more than the reading of the text.
    by_name: dict[str, list[Tag]] = defaultdict(list)
    marked: list[Tag] = []
    for tag in tags_in(tree):
        by_name[tag.name].append(tag)
        if tag.attrs and not _MARKS.isdisjoint(tag.attrs) and tag.name != "meta":
            marked.append(tag)
    meta = _meta(by_name["meta"])
    linked = _linked(by_name["script"])
    site_name = meta.get("og:site_name", "")
    stated = squeeze(by_name["title"][0].get_text()) if by_name["title"] else ""
    title = linked.get("headline") or meta.get("og:title") or stated
    return Head(
        title=bare_title(title, site_name, url),
        full_title=stated or title,
        site_name=site_name,
        summary=linked.get("description") or meta.get("og:description") or meta.get("description", ""),
        author=linked.get("author") or meta.get("author", ""),
        canonical_url=_canonical(by_name["link"], meta, url),
        language=linked.get("inLanguage")
        or (attribute(by_name["html"][0], "lang") if by_name["html"] else "")
        or meta.get("content-language", "")
        or meta.get("og:locale", ""),
        tags=_tags(linked, meta),
        published=(*_dates("datePublished", _PUBLISHED, linked, meta), *_marked(marked, "datePublished")),
        updated=(*_dates("dateModified", _UPDATED, linked, meta), *_marked(marked, "dateModified")),
    )


def bare_title(title: str, site_name: str, url: str) -> str:
    """The title without the site's name before or after it.

    A part that is the site's name, or whose letters are in the host's name, is the site's; of what is left over, the
    longest part wins only where a bar or the like, which titles themselves seldom have, sets it apart.
    """
    words = squeeze(title[:_LONGEST_TITLE])
    parts = _SEPARATOR.split(words)
    if len(parts) == 1:
        return words
    own = [part for part in parts if not is_site_name(part, site_name, url)]
    if not own:
        return words
    if len(own) < len(parts):
        first, last = words.find(own[0]), words.rfind(own[-1]) + len(own[-1])
        return words[first:last] if not re.search(r"\s[|>]\s", words[first:last]) else max(own, key=len)
    return max(parts, key=len) if re.search(r"\s(?:\||::|»|>)\s", words) else words


def is_site_name(words: str, site_name: str, url: str) -> bool:
    """Whether the words are the site's name, as it states it or as its host's name spells it."""
    letters = _letters(words)
    if site_name and letters == _letters(site_name):
        return True
    return len(letters) >= _SHORTEST_NAME and letters in _letters(urlsplit(url).hostname or "")


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _meta(tags: Iterable[Tag]) -> dict[str, str]:
    """Every meta element by its name in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in tags:
        name = (
            attribute(tag, "property")
            or attribute(tag, "name")
            or attribute(tag, "itemprop")
            or attribute(tag, "http-equiv")
        )
        content = squeeze(attribute(tag, "content"))
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _linked(scripts: Iterable[Tag]) -> dict[str, str]:
    """The plain fields of the first JSON-LD object that is an article or a posting, else of one that is a page."""
    found = [
        thing
        for tag in scripts
        if attribute(tag, "type").lower() == "application/ld+json"
        for thing in _things(_json(tag))
    ]
    kinds = [(thing, _texts(thing.get("@type"))) for thing in found]
    named = [(thing, names) for thing, names in kinds if any(_ARTICLES.search(name) for name in names)]
    named.sort(key=lambda one: all(_PAGES.search(name) for name in one[1]))
    return {name: squeeze(", ".join(_texts(named[0][0].get(name)))) for name in _FIELDS} if named else {}


def _json(tag: Tag) -> object:
    """The value of a script element; None where it cannot be read, also not without what is wrapped around it."""
    words = _WRAPPING.sub("", tag.get_text())
    for text in (words, _LAST_COMMA.sub(r"\1", words)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _things(value: object) -> Iterator[dict[str, object]]:
    """Every object of a JSON-LD document, articles inside `@graph` and lists included; a page's own comes first."""
    waiting = [value]
    while waiting:
        thing = waiting.pop(0)
        if isinstance(thing, list):
            waiting.extend(thing[:100])
        elif isinstance(thing, dict):
            yield thing
            waiting.extend(
                thing[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(thing.get(key), dict | list)
            )


def _texts(value: object) -> list[str]:
    """The words of a JSON-LD value: text, a thing's name, or a list of these."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return _texts(value.get("name"))
    if isinstance(value, list):
        return [words for part in value[:50] for words in _texts(part)]
    return []


def _dates(
    field: str, names: tuple[str, ...], linked: dict[str, str], meta: dict[str, str]
) -> tuple[tuple[DateSource, str], ...]:
    in_linked: list[tuple[DateSource, str]] = [("json_ld", linked[field])] if linked.get(field) else []
    by_letters: dict[str, str] = {}
    for name, value in meta.items():
        by_letters.setdefault(_letters(name), value)
    in_meta: list[tuple[DateSource, str]] = [("meta", by_letters[name]) for name in names if name in by_letters]
    return (*in_linked, *in_meta)


def _marked(tags: Iterable[Tag], name: str) -> tuple[tuple[DateSource, str], ...]:
    """The date that an element in the text is marked with: microdata, RDFa, or the classes of hAtom."""
    hatom = {"datePublished": "published", "dateModified": "updated"}[name]
    for tag in tags:
        if not _is_marked(tag, name, hatom):
            continue
        stated = next((value for key in ("datetime", "content", "title") if (value := attribute(tag, key))), "")
        if words := stated or squeeze(tag.get_text()):
            return (("meta", words),)
    return ()


def _is_marked(tag: Tag, name: str, hatom: str) -> bool:
    if "itemprop" in tag.attrs or "property" in tag.attrs:
        marks = (attribute(tag, "itemprop"), attribute(tag, "property").rpartition(":")[2])
        if name in marks:
            return True
    return hatom in attribute(tag, "class").split() and bool(attribute(tag, "title"))


def _tags(linked: dict[str, str], meta: dict[str, str]) -> tuple[str, ...]:
    words = linked.get("keywords") or meta.get("keywords") or meta.get("news_keywords") or ""
    return tuple(dict.fromkeys(tag for part in re.split(r"[,;]", words) if (tag := part.strip())))


def _canonical(links: Iterable[Tag], meta: dict[str, str], url: str) -> str | None:
    link = next((tag for tag in links if attribute(tag, "rel").lower() == "canonical"), None)
    return web_address(attribute(link, "href") if link else meta.get("og:url", ""), url)
