"""A release's page, or the HTML of its entry in a feed, to its record.

decode ─► refuse bot walls ─► the publisher's rules, or the general extraction ─► text ─► dates, number, dateline …

A publisher's page rules say where the release is; only the parts that they name are built. Where they match nothing
the site has changed: the general extraction serves, and a problem `site_changed` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.content import heading
from watcher.content.article import choose_parts, heading_words, line_places, parts_by_places
from watcher.content.blocked import wall_in_html
from watcher.content.boilerplate import needs_scripts, without_boilerplate
from watcher.content.captions import CAPTIONS, captions_of
from watcher.content.date_order import ANYWHERE, DateLocale
from watcher.content.dates import has_day
from watcher.content.embedded import embedded_text, is_thin
from watcher.content.encoding import decode, decode_with_doubt
from watcher.content.language import detect_language
from watcher.content.language_parts import language_parts
from watcher.content.line_kinds import kinds_of_lines
from watcher.content.lines import block_lines, one_line, stated_languages, struck_out
from watcher.content.links import attachments_of, links_of
from watcher.content.markup import parse, parse_fragment, parts_of, remove, select
from watcher.content.metadata import bare_title, is_site_name, read_head
from watcher.content.page_rules import sound_rules
from watcher.content.release_dates import (
    ChosenDate,
    DateContext,
    choose_date,
    dated_parts,
    publication_words,
    site_start,
    title_tail,
    url_date,
)
from watcher.content.script_numbers import WrittenNumbers, write_numbers
from watcher.content.visibility import is_mostly_folded
from watcher.errors import Blocked, NoText
from watcher.model.release import PageText, Problem, StatedDate
from watcher.model.selectors import NO_RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from watcher.content.frame import LinePlaces
    from watcher.content.markup import Tag
    from watcher.content.metadata import Head
    from watcher.model.release import DateSource, TextSource
    from watcher.model.selectors import PageRules


_SHORT_LINE = 60


def extract_page(
    body: bytes,
    *,
    url: str,
    charset: str = "",
    rules: PageRules = NO_RULES,
    locale: DateLocale = ANYWHERE,
    fetched_at: datetime,
    published_hint: datetime | None = None,
    language_hint: str = "",
    places: LinePlaces | None = None,
) -> PageText:
    """The record of the page `body` at `url`, by its publisher's `rules` where there are some.

    `places` say where on the pages of its site the lines of a release stand, where that is known.

    Dates are read as the publisher's `locale` writes them; `published_hint`, the feed's date, gives the year that a
    dateline leaves out, and confirms one of two readings. Raises Blocked for a bot wall or refusal, NoText where there
    is nothing to read; a rule that matches nothing is a problem in the record.
    """
    decoded = decode_with_doubt(body, charset, locale.language or language_hint)
    page = decoded.text
    if wall := wall_in_html(page):
        raise Blocked(url, f"a bot wall instead of the page: {wall}")
    rules, unsound = sound_rules(rules)
    parts = _by_rules(page, url, rules) if rules.body else None
    if parts is None:
        changed = (Problem("site_changed", f"no element for {', '.join(rules.body)}"),) if rules.body else ()
        parts = _in_general(page, url, rules, changed, places)
    problems = (*unsound, *parts.problems, *decoded.problems)
    parts = replace(parts, lines=tuple(without_boilerplate(parts.lines)), problems=problems)
    parts = _with_embedded(parts, page)
    if not any(character.isalnum() for line in parts.lines for character in line):
        raise NoText(f"nothing to read ({url})")
    if needs_scripts(parts.lines):
        raise NoText(f"only scripts fill this page ({url})")
    dates = DateContext(locale, rules.date_formats, fetched_at, site_start(rules.since), published_hint)
    return _record(parts, url, dates, language_hint)


def _with_embedded(parts: _Parts, page: str) -> _Parts:
    """The parts with the text that the page holds without showing it, where it shows hardly any."""
    if not is_thin(parts.lines, parts.title or parts.head.title):
        return parts
    found = embedded_text(page, parts.head.title, sum(map(len, parts.lines)))
    if found is None:
        return parts
    return replace(parts, lines=tuple(without_boilerplate(found.lines)), text_from=found.source)


@dataclass(frozen=True, slots=True)
class Fragment:
    """The markup of a feed entry, read as far as every entry needs it: a page says all else better, if there is one."""

    tree: Tag
    url: str
    language_hint: str
    lines: tuple[str, ...]
    text: str
    captions: tuple[str, ...]

    def record(self) -> PageText:
        """All that the entry says."""
        links = links_of([self.tree], self.url)
        language = detect_language(self.text, self.language_hint)
        return PageText(
            title="",
            text=self.text,
            dateline=heading.find_dateline(self.lines),
            release_number=heading.find_release_number(self.lines),
            language=language,
            languages=language_parts(self.lines, language, stated_languages([self.tree])),
            captions=self.captions,
            links=links,
            attachments=attachments_of(links),
            lines=kinds_of_lines([self.tree], self.lines),
            text_from="feed",
        )


def read_fragment(html: str, *, url: str, language_hint: str = "") -> Fragment:
    """The text and captions of a feed entry at `url`; an empty one gives an empty text. Never raises."""
    tree = parse_fragment(html)
    captions = captions_of(tree)
    lines = tuple(without_boilerplate(block_lines(tree)))
    return Fragment(tree, url, language_hint, lines, "\n".join(lines), captions)


def extract_fragment(html: str, *, url: str, language_hint: str = "") -> PageText:
    """The record of a feed entry at `url`; an empty one gives an empty text. Never raises."""
    return read_fragment(html, url=url, language_hint=language_hint).record()


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a page that were chosen, before they are read together."""

    head: Head
    title: str
    lines: tuple[str, ...]
    captions: tuple[str, ...]
    roots: tuple[Tag, ...]
    stated: dict[str, str]
    tags: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    text_from: TextSource = "page"


def _by_rules(page: str, url: str, rules: PageRules) -> _Parts | None:
    """What the rules find; None where they find no body."""
    tree = parse(page, parts_of(_selectors(rules)))
    written = write_numbers(tree, page)
    head = read_head(tree, url)
    stated, tags, missing = _stated(tree, rules)
    captions = captions_of(tree, (*rules.captions, *CAPTIONS))
    remove(tree, rules.remove)
    roots = select(tree, rules.body)
    if not roots:
        return None
    lines = tuple(line for root in roots for line in block_lines(root))
    title = stated.get("title") or head.title
    return _Parts(
        head, title, lines, captions, tuple(roots), stated, tags or head.tags, (*missing, *written.problems(roots))
    )


def _selectors(rules: PageRules) -> tuple[str, ...]:
    own_title = rules.title or ("title", "h1")
    named = (
        rules.body,
        rules.published,
        rules.updated,
        rules.byline,
        rules.dateline,
        rules.release_number,
        rules.captions,
        rules.tags,
    )
    return (*own_title, *(selector for selectors in named for selector in selectors))


def _stated(tree: Tag, rules: PageRules) -> tuple[dict[str, str], tuple[str, ...], tuple[Problem, ...]]:
    """The words that each rule finds, the tags, and a problem for a title or date rule that finds no element."""
    stated: dict[str, str] = {}
    missing: list[Problem] = []
    for name in ("title", "published", "updated", "byline", "dateline", "release_number"):
        selectors: tuple[str, ...] = getattr(rules, name)
        found = select(tree, selectors)
        if found:
            stated[name] = heading_words(found[0]) if name == "title" else _words(found[0])
        elif selectors and name in ("title", "published"):
            missing.append(Problem("site_changed", f"no element for {name}: {', '.join(selectors)}"))
    return stated, tuple(dict.fromkeys(filter(None, map(one_line, select(tree, rules.tags))))), tuple(missing)


def _words(tag: Tag) -> str:
    """An element's own words, or the machine-readable date that it carries."""
    for name in ("datetime", "content"):
        value = tag.attrs.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return one_line(tag)


def places_on_page(body: bytes, *, url: str, charset: str = "", language: str = "") -> LinePlaces:
    """Where the lines of a page stand that the general extraction takes for the release, and where the others do."""
    tree, page, head, _ = _parsed(decode(body, charset, language), url)
    return line_places(tree, page, url, head.title)


def _parsed(page: str, url: str) -> tuple[Tag, str, Head, WrittenNumbers]:
    """The tree of a page, its markup and head, and the numbers that were written into it as its scripts would."""
    tree = parse(page)
    written = write_numbers(tree, page)
    return tree, str(tree) if written.is_any else page, read_head(tree, url), written


def _in_general(
    page: str, url: str, rules: PageRules, problems: tuple[Problem, ...], places: LinePlaces | None
) -> _Parts:
    tree, page, head, written = _parsed(page, url)
    known = parts_by_places(tree, places, head.title) if places is not None else None
    chosen = known or choose_parts(tree, page, url, head.title)
    title = bare_title(chosen.title, head.site_name, url)
    if not title or is_site_name(title, head.site_name, url):
        title = head.title
    stated = {"time": chosen.time, "updated_time": chosen.updated_time, "author": chosen.author}
    remove(tree, rules.remove)
    return _Parts(
        head,
        title,
        chosen.lines,
        chosen.captions,
        chosen.roots,
        stated,
        head.tags,
        (*problems, *written.problems(chosen.roots)),
    )


def _record(parts: _Parts, url: str, dates: DateContext, language_hint: str) -> PageText:
    lines, stated = parts.lines, parts.stated
    number = heading.clean_number(stated.get("release_number", "")) or heading.find_release_number(lines)
    dateline = stated.get("dateline", "") or heading.find_dateline(lines)
    published, updated = _dates(parts, number, dateline, url, dates)
    links = links_of(parts.roots, url)
    language = detect_language("\n".join(lines), language_hint or parts.head.language)
    return PageText(
        title=parts.title,
        text="\n".join(lines),
        summary=parts.head.summary,
        byline=_byline(parts, lines),
        dateline=dateline,
        release_number=number,
        contact=heading.find_contact(lines),
        language=language,
        languages=language_parts(lines, language, stated_languages(parts.roots)),
        published=published.date,
        updated=updated.date,
        canonical_url=parts.head.canonical_url,
        captions=parts.captions,
        tags=parts.tags,
        links=links,
        attachments=attachments_of(links),
        problems=(*parts.problems, *published.problems, *updated.problems, *_struck_out(parts)),
        lines=kinds_of_lines(parts.roots, lines),
        text_from=parts.text_from if parts.text_from != "page" or not is_mostly_folded(parts.roots) else "details",
    )


def _struck_out(parts: _Parts) -> Iterator[Problem]:
    return (Problem("struck_out", words) for root in parts.roots for words in struck_out(root))


def _dates(parts: _Parts, number: str, dateline: str, url: str, dates: DateContext) -> tuple[ChosenDate, ChosenDate]:
    """When the release was published, and when it was changed."""
    top = dated_parts((line for line in parts.lines[: heading.TOP_LINES] if len(line) < _SHORT_LINE), dates.locale)
    published = _published(
        parts, number, dateline, [date for kind, date in top if kind in ("", "published")], url, dates
    )
    return published, _updated(parts, [date for kind, date in top if kind == "updated"], dates)


def _updated(parts: _Parts, top: Sequence[StatedDate], dates: DateContext) -> ChosenDate:
    """The date of the last change from the surest source: page rule, head, `<time>`, text."""
    stated = parts.stated
    said = (("page_rule", stated.get("updated", "")), *parts.head.updated, ("time", stated.get("updated_time", "")))
    return choose_date((*said, *top), dates)


def _published(
    parts: _Parts, number: str, dateline: str, top: Sequence[StatedDate], url: str, dates: DateContext
) -> ChosenDate:
    """The publication date from the surest source: page rule, head, `<time>`, number, address, text, title.

    What is less sure is not looked for where a surer one has a date.
    """

    def stated() -> Iterator[tuple[DateSource, str] | StatedDate]:
        yield "page_rule", publication_words(parts.stated.get("published", ""))
        yield from parts.head.published
        yield "time", parts.stated.get("time", "")
        yield "release_number", heading.number_date(number)
        yield "url", url_date(url)
        yield from top
        yield "text", dateline if has_day(dateline, locale=dates.locale) else ""
        yield "title", title_tail(parts.head.full_title, dates.locale)
        yield "as_of", heading.find_as_of(parts.lines)

    return choose_date(stated(), dates)


def _byline(parts: _Parts, lines: Sequence[str]) -> str:
    stated = parts.stated.get("byline", "")
    return (
        heading.clean_byline(stated)
        if stated
        else heading.find_byline(lines)
        or heading.clean_byline(parts.head.author)
        or heading.clean_byline(parts.stated.get("author", ""))
    )
