"""What a page says of itself in its head: JSON-LD (schema.org), Open Graph, Dublin Core and plain meta elements."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.links import web_address
from watcher.markup import attribute
from watcher.pages.characters import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.markup import Tag
    from watcher.models import DateSource

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "dcterms.created", "dcterms.issued",
    "dcterms.date", "dc.date.issued", "dc.date.created", "dc.date", "pubdate", "publishdate", "publish-date",
    "publication_date", "date", "sailthru.date", "parsely-pub-date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
)
_ARTICLES = re.compile(r"(?:Article|Posting|Report|Statement|WebPage|CreativeWork|Release)$")
_SHORTEST_NAME = 3
_LONGEST_TITLE = 1000
_SEPARATOR = re.compile(r"\s+(?:[|–—·•»>]|::|-|\\)\s+")


@dataclass(frozen=True, slots=True)
class Head:
    """What the page says of itself; empty strings where it says nothing. Dates as written, with their source's name."""

    title: str = ""
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
    meta = _meta(tree)
    linked = _linked(tree)
    title_tag = tree.find("title")
    site_name = meta.get("og:site_name", "")
    title = linked.get("headline") or meta.get("og:title") or (squeeze(title_tag.get_text()) if title_tag else "")
    return Head(
        title=bare_title(title, site_name, url),
        site_name=site_name,
        summary=linked.get("description") or meta.get("og:description") or meta.get("description", ""),
        author=linked.get("author") or meta.get("author", ""),
        canonical_url=_canonical(tree, meta, url),
        language=linked.get("inLanguage")
        or _page_language(tree)
        or meta.get("content-language", "")
        or meta.get("og:locale", ""),
        tags=_tags(linked, meta),
        published=_dates("datePublished", _PUBLISHED, linked, meta),
        updated=_dates("dateModified", _UPDATED, linked, meta),
    )


def bare_title(title: str, site_name: str, url: str) -> str:
    """The title without the site's name before or behind it.

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
        return words[first:last] if not re.search(r"\s\|\s", words[first:last]) else max(own, key=len)
    return max(parts, key=len) if re.search(r"\s(?:\||::|»)\s", words) else words


def is_site_name(words: str, site_name: str, url: str) -> bool:
    """Whether the words are the site's name, as it states it or as its host's name spells it."""
    letters = _letters(words)
    if site_name and letters == _letters(site_name):
        return True
    return len(letters) >= _SHORTEST_NAME and letters in _letters(urlsplit(url).hostname or "")


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _meta(tree: Tag) -> dict[str, str]:
    """Every meta element by its name in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in tree.find_all("meta"):
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


def _linked(tree: Tag) -> dict[str, str]:
    """The plain fields of the first JSON-LD object that is an article, a posting or a page."""
    for tag in tree.find_all("script", type="application/ld+json"):
        try:
            value = json.loads(tag.get_text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(value):
            if any(_ARTICLES.search(kind) for kind in _texts(thing.get("@type"))):
                return {name: squeeze(", ".join(_texts(thing.get(name)))) for name in _FIELDS}
    return {}


_FIELDS = ("headline", "description", "author", "datePublished", "dateModified", "inLanguage", "keywords")


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
    in_meta: list[tuple[DateSource, str]] = [("meta", meta[name]) for name in names if name in meta]
    return (*in_linked, *in_meta)


def _tags(linked: dict[str, str], meta: dict[str, str]) -> tuple[str, ...]:
    words = linked.get("keywords") or meta.get("keywords") or meta.get("news_keywords") or ""
    return tuple(dict.fromkeys(tag for part in re.split(r"[,;]", words) if (tag := part.strip())))


def _canonical(tree: Tag, meta: dict[str, str], url: str) -> str | None:
    link = tree.find("link", rel="canonical")
    stated = attribute(link, "href") if link else meta.get("og:url", "")
    return web_address(stated, url)


def _page_language(tree: Tag) -> str:
    html = tree.find("html")
    return attribute(html, "lang") if html else ""
