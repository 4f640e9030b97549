"""A JSON API as a feed: its items to entries, the address of the next page, and its document of one release.

What stands where is the rule's (`watcher.model.api`), in JMESPath; the only place that knows jmespath. Whatever a
server answers gives entries or a NotAFeed: an expression that meets another type than it expects finds nothing.
"""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import jmespath
from jmespath.exceptions import JMESPathError

from watcher.content.dates import parse_date
from watcher.content.encoding import decode
from watcher.content.lines import plain_line, unescaped
from watcher.content.urls import web_address
from watcher.control_signs import one_line
from watcher.errors import NotAFeed, TooLarge
from watcher.feeds.limits import MOST_ENTRIES
from watcher.model.feed import Entry, ParsedFeed
from watcher.model.release import Attachment, OwnWord, Problem, StatedChange, missing_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.feeds.source import Source
    from watcher.model.api import ApiParts, ApiRule, Paging
    from watcher.model.release import StatedDate


# A title, a name or a key of more characters is none; of a list of names, files or changes no more is read.
_LONGEST, _LONGEST_KEY, _MOST = 1_000, 2_000, 200
_LONGEST_WORDS = 1_000
_FURTHEST = 1_000_000_000


def parse_api(body: bytes, rule: ApiRule, source: Source) -> ParsedFeed:
    """The items of an API's answer as entries, in its order, each key once.

    Raises NotAFeed where the answer is no JSON or has no list of items, TooLarge for a flood of them. An item that
    cannot be read is a problem of the feed, and `is_complete` false: then a missing entry proves nothing.
    """
    answer = parse_json(body)
    items = _found(rule.items, answer)
    if not isinstance(items, list):
        raise NotAFeed(f"no list of items at {rule.items!r}; {_says(answer)}")
    if len(items) > MOST_ENTRIES:
        raise TooLarge(source.url, f"{len(items)} items, at most {MOST_ENTRIES} are read")
    read = [_entry(item, rule, source) for item in items]
    entries = {entry.key: entry for entry in reversed(read) if entry is not None}
    lost = read.count(None)
    problems = (Problem("unreadable_items", f"{lost} of {len(items)} items have no id, address, title or text"),)
    return ParsedFeed(
        tuple(reversed(entries.values())),
        language=source.locale.language,
        is_complete=not lost,
        older=older_page(rule.paging, answer, source, len(items)) if rule.paging and items else None,
        problems=problems if lost else (),
    )


def parse_json(body: bytes) -> Any:
    """The value of a JSON body. Raises NotAFeed for anything else, also for one nested too deeply to be read."""
    try:
        return json.loads(decode(body, "utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"no JSON: {one_line(str(error))[:200]}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _says(answer: Any) -> str:
    """What an answer without items says, for a person: APIs explain a refusal in its body."""
    return f"it answers {one_line(json.dumps(answer, ensure_ascii=False))[:200]}"


def expression_mistake(expression: str) -> str | None:
    """What is wrong with a JMESPath expression, in a sentence; None for a sound one, or an empty."""
    try:
        _compiled(expression or "@")
    except (JMESPathError, ValueError, RecursionError) as error:
        return one_line(str(error))
    return None


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _found(expression: str, value: Any) -> Any:
    """What an expression finds; None where it is empty, meets another type than it expects, or finds nothing."""
    if not expression:
        return None
    try:
        return _compiled(expression).search(value)
    except (JMESPathError, ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


# One item.


def _entry(item: Any, rule: ApiRule, source: Source) -> Entry | None:
    """The entry of an item, None where nothing in it names or says anything."""
    parts = rule.parts
    target = web_address(_text(parts.link, item)[:_LONGEST_KEY], source.url)
    title = plain_line(_text(parts.title, item))[:_LONGEST]
    published, updated = _date(parts.published, item, source), _date(parts.updated, item, source)
    key, html, own = (
        _text(parts.key, item)[:_LONGEST_KEY] or target or "",
        html_of(parts, item),
        own_word(parts, item, source),
    )
    if not (key or title or html):
        return None
    return Entry(
        key=key,
        url=target,
        title=title,
        html=html,
        author=plain_line(_text(parts.author, item))[:_LONGEST],
        published=published or updated,
        updated=updated,
        language=_text(parts.language, item)[:35],
        tags=_tags(parts, item),
        attachments=attachments_of(parts, item, source.url),
        problems=missing_fields(key, no_key=key, no_link=target, no_title=title, no_date=published or updated),
        document=web_address(_text(rule.document, item)[:_LONGEST_KEY], source.url) or "",
        withdrawn=own.withdrawn,
        changes=own.changes,
    )


def document_entry(body: bytes, rule: ApiRule, source: Source) -> Entry:
    """What the API's own document of a release says, by the rule's `document_parts`. Raises NotAFeed."""
    answer = parse_json(body)
    parts = rule.document_parts
    own, html = own_word(parts, answer, source), html_of(parts, answer)
    return Entry(
        key="",
        url=web_address(_text(parts.link, answer)[:_LONGEST_KEY], source.url),
        title=plain_line(_text(parts.title, answer))[:_LONGEST],
        html=html,
        author=plain_line(_text(parts.author, answer))[:_LONGEST],
        published=_date(parts.published, answer, source),
        updated=_date(parts.updated, answer, source),
        language=_text(parts.language, answer)[:35],
        tags=_tags(parts, answer),
        attachments=attachments_of(parts, answer, source.url),
        withdrawn=own.withdrawn,
        changes=own.changes,
    )


def gone_words(body: bytes, rule: ApiRule) -> str:
    """The publisher's words in the answer 410 (gone) to a document; empty where there are none."""
    try:
        return _words(_found(rule.gone, parse_json(body)))
    except NotAFeed:
        return ""


def html_of(parts: ApiParts, item: Any) -> str:
    """The text of an item as HTML, from its HTML or else from its plain text."""
    marked = unescaped(_text(parts.html, item))
    return marked or escape(_text(parts.text, item), quote=False).replace("\n", "<br>")


def own_word(parts: ApiParts, item: Any, source: Source) -> OwnWord:
    """That a publisher withdrew the release, in its words, and what it says that it changed, the newest first."""
    stated = _found(parts.withdrawn, item)
    withdrawn = ("it says so" if stated is True else _words(stated)) if stated else ""
    said = _found(parts.changes, item)
    changes = [change for one in _list(said) if (change := _change(one, source)) is not None]
    return OwnWord(withdrawn, tuple(sorted(changes, key=lambda change: change.at, reverse=True)))


def _change(said: Any, source: Source) -> StatedChange | None:
    if not isinstance(said, dict):
        return None
    stated = parse_date(_plain(said.get("at")), locale=source.locale, source="feed")
    words = _words(said.get("words"))
    return StatedChange(stated.at, words) if stated and stated.at and words else None


def attachments_of(parts: ApiParts, item: Any, base: str) -> tuple[Attachment, ...]:
    """The files of an item, each address once."""
    found: dict[str, Attachment] = {}
    for one in _list(_found(parts.attachments, item)):
        said = one if isinstance(one, dict) else {"url": one}
        target = web_address(_plain(said.get("url"))[:_LONGEST_KEY], base)
        if target:
            title = plain_line(_plain(said.get("title")))[:_LONGEST]
            found.setdefault(target, Attachment(target, _plain(said.get("media_type"))[:100], title))
    return tuple(found.values())


def _date(expression: str, item: Any, source: Source) -> StatedDate | None:
    return parse_date(_text(expression, item)[:100], locale=source.locale, source="feed")


def _tags(parts: ApiParts, item: Any) -> tuple[str, ...]:
    words = (plain_line(_plain(one))[:_LONGEST] for one in _list(_found(parts.tags, item)))
    return tuple(dict.fromkeys(filter(None, words)))


def _text(expression: str, item: Any) -> str:
    return _plain(_found(expression, item))


def _plain(value: Any) -> str:
    """A text or a number as words; anything else, also true and false, is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # A lone surrogate, which JSON can escape, is in no encoding.
    return str(value).strip().encode("utf-8", "replace").decode()


def _words(value: Any) -> str:
    """What a publisher says, as one line: its markup is left out."""
    return one_line(plain_line(_plain(value)))[:_LONGEST_WORDS]


def _list(value: Any) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


# The next page.


def older_page(paging: Paging, answer: Any, source: Source, count: int) -> str | None:
    """The address at which older items are, None after the last page. It never is the page itself."""
    target = _next_address(paging, answer, source, count)
    return target if target and target != source.url else None


def _next_address(paging: Paging, answer: Any, source: Source, count: int) -> str | None:
    if paging.by == "link_header":
        return next_link(source.links, source.url)
    if paging.by == "next":
        return web_address(_text(paging.at, answer)[:_LONGEST_KEY], source.url)
    if paging.by == "cursor":
        cursor = _text(paging.at, answer)[:_LONGEST_KEY]
        return with_parameter(source.url, paging.parameter, cursor) if cursor else None
    if paging.by == "offset" and count < paging.step:
        return None
    return with_parameter(source.url, paging.parameter, str(_number(paging, source.url) + paging.step))


def _number(paging: Paging, url: str) -> int:
    """The number of the page at an address; the first one states none."""
    stated = dict(parse_qsl(urlsplit(url).query)).get(paging.parameter, "")
    is_number = stated.isascii() and stated.isdigit() and len(stated) < len(str(_FURTHEST))
    return int(stated) if is_number else paging.first


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one parameter of its query set, every other as it is; without a value it is taken out."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] not in {name, quote(name)}]
    set_to = [f"{quote(name, safe='[]')}={quote(value, safe='')}"] if value else []
    return urlunsplit(parts._replace(query="&".join([*kept, *set_to])))


def next_link(header: str, base: str) -> str | None:
    """Where a Link header says that the next page is (RFC 8288)."""
    for target, parameters in _links(header):
        if "next" in parameters:
            return web_address(target, base)
    return None


def _links(header: str) -> Iterator[tuple[str, list[str]]]:
    """Each address of a Link header with the relations that it states, in lower case."""
    for part in header[:20_000].split("<")[1:]:
        target, _, rest = part.partition(">")
        stated = (one.partition("=") for one in rest.split(";"))
        relations = [value for name, _, value in stated if name.strip().lower() == "rel"]
        yield target, " ".join(relations).strip(' ",').lower().replace('"', " ").replace(",", " ").split()
