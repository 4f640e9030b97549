"""What a poll lets its worker processes do: bytes to entries, bytes to a text with its claims, two texts compared.

All of it is pure apart from reading the vocabulary once a process. A hostile body costs one task there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from watcher.config.words import Vocabulary, load_vocabularies
from watcher.content.blocked import why_missing
from watcher.content.characters import squeeze
from watcher.content.page import extract_fragment, extract_page
from watcher.content.pdf import extract_pdf, page_of
from watcher.content.release_dates import DateContext, date_problem, site_start, written_at
from watcher.content.revision_diff import diff_revisions
from watcher.content.similarity import bands
from watcher.content.urls import url_key_of_entry
from watcher.detect.detector import detect, unread
from watcher.detect.language import is_readable
from watcher.errors import Blocked, ExtractError, HttpStatus, Missing, NotAFeed, NoText, WatcherError
from watcher.feeds.identity import entry_sha256, identity_of, tell_apart, text_sha256
from watcher.feeds.jsonfeed import parse_json_feed
from watcher.feeds.listing import next_page, parse_listing
from watcher.feeds.rss import Source, parse_feed
from watcher.feeds.sitemap import parse_sitemap, sitemap_index
from watcher.model.claim import Detection, DocumentPage
from watcher.model.feed import ParsedEntry
from watcher.model.release import Problem
from watcher.model.selectors import NO_RULES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.content.revision_diff import RevisionDiff, RevisionText
    from watcher.feeds.sitemap import SitemapPart
    from watcher.model.feed import Entry, ParsedFeed
    from watcher.model.release import Attachment, PageText, StatedDate
    from watcher.model.selectors import ListingRule, PageRules


_PDF_HEADER_WITHIN = 1024
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_BEFORE_PLACE = re.compile(r"^[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}\s*[-–—]\s*")
_AFTER_PLACE = re.compile(
    r"\s*[(/]|,?\s+(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The bytes that a release's page gave, with its final URL and Content-Type."""

    body: bytes
    url: str
    content_type: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a publisher's configuration says of reading its releases; `words` is the folder of vocabularies."""

    words: Path
    language: str = ""
    rules: PageRules = NO_RULES
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ExtractedRelease:
    """A release's text with its claims. `page_outcome` is "ok" or the name of what kept the page from being read.

    `bands` are the text's signature, by which texts alike are found.
    """

    page: PageText
    text_from: Literal["page", "feed"]
    text_sha256: str
    page_outcome: str
    detection: Detection
    bands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OlderDocument:
    """The entries of an older document of a feed, and where to go on.

    `older` is the next page of a list; `parts` are the sitemaps of an index, newest change first, each with its day.
    """

    entries: tuple[ParsedEntry, ...]
    older: str | None = None
    parts: tuple[tuple[str, datetime | None], ...] = ()


def read_feed(
    body: bytes, source: Source, publisher: str, kind: str = "feed", rules: tuple[ListingRule, ...] = ()
) -> tuple[ParsedFeed, tuple[ParsedEntry, ...]]:
    """Parse what a feed of this kind answered and name the release of each entry. Raises NotAFeed.

    `rules` are a listing's: the first one that finds an entry serves.
    """
    parsed = _parsed(body, source, kind, rules)
    entries = [
        ParsedEntry(
            _credible(entry, source), identity, entry_sha256(entry), position, url_key_of_entry(entry), (identity,)
        )
        for position, entry in enumerate(parsed.entries)
        for identity in [identity_of(entry, publisher)]
    ]
    return parsed, tell_apart(entries)


def _credible(entry: Entry, source: Source) -> Entry:
    """The entry without the instants of dates that cannot be true when it was fetched; their words stay."""
    if source.fetched_at is None:
        return entry
    clock = DateContext(source.time_zone, (), source.fetched_at, site_start(source.since))
    doubts = {name: date_problem(getattr(entry, name), clock) for name in ("published", "updated")}
    kept = {name: replace(getattr(entry, name), at=None) for name, kind in doubts.items() if kind}
    problems = tuple(Problem(kind, f"{name}: {getattr(entry, name).raw}") for name, kind in doubts.items() if kind)
    return replace(entry, problems=(*entry.problems, *problems), **kept) if kept else entry


def read_older(body: bytes, source: Source, publisher: str, kind: str, rules: tuple[ListingRule, ...]) -> OlderDocument:
    """The entries of a feed, listing page or sitemap and where older ones are. Raises NotAFeed."""
    if kind == "sitemap" and (parts := sitemap_index(body, time_zone=source.time_zone)):
        return OlderDocument((), parts=tuple((part.url, part.updated.at if part.updated else None) for part in parts))
    parsed, entries = read_feed(body, source, publisher, kind, rules)
    charset = charset_of(source.content_type)
    pages = (next_page(body, rule, url=source.url, charset=charset) for rule in rules)
    return OlderDocument(entries, parsed.older or next(filter(None, pages), None))


def index_parts(body: bytes, source: Source) -> tuple[SitemapPart, ...]:
    """The sitemaps that an index names, newest change first; none for anything else."""
    return sitemap_index(body, time_zone=source.time_zone)


def _parsed(body: bytes, source: Source, kind: str, rules: tuple[ListingRule, ...]) -> ParsedFeed:
    if kind == "listing":
        return _listing(body, source, rules)
    if kind == "sitemap":
        if parts := sitemap_index(body, time_zone=source.time_zone):
            raise NotAFeed(f"an index of {len(parts)} sitemaps inside another; the newest is {parts[0].url}")
        return parse_sitemap(body, time_zone=source.time_zone, language=source.language)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return parse_json_feed(body, url=source.url, time_zone=source.time_zone, language=source.language)
    return parse_feed(body, source)


def _listing(body: bytes, source: Source, rules: tuple[ListingRule, ...]) -> ParsedFeed:
    failure = NotAFeed("a listing without a rule")
    for rule in rules:
        try:
            return parse_listing(
                body,
                rule,
                url=source.url,
                charset=charset_of(source.content_type),
                time_zone=source.time_zone,
                language=source.language,
            )
        except NotAFeed as error:
            failure = error
    raise failure


def extract_release(
    parsed: ParsedEntry, answer: PageAnswer | None, outcome: str, context: ReadingContext, known: str = ""
) -> ExtractedRelease:
    """The record and the claims of a release: from its page where it could be had, else from the feed.

    `outcome` is that of the page's fetch: "ok" where there is an answer, else why there is none. `known` is the text
    that is stored: by it a page that took the release's place is recognised.
    """
    fragment = _fragment(parsed, context)
    page = None
    if answer is not None:
        try:
            page = _present(parsed, answer, context, known or fragment.text)
        except (ExtractError, Blocked) as error:
            outcome = error.outcome
    is_from_feed = page is None or _says_less(page, fragment)
    if page is not None and is_from_feed:
        page = _with_feeds_text(page, fragment)
    record = _merged(parsed, page, fragment)
    detection = detect_release(record, context)
    return ExtractedRelease(
        record, "feed" if is_from_feed else "page", text_sha256(record), outcome, detection, bands(record.text)
    )


def _says_less(page: PageText, fragment: PageText) -> bool:
    """Whether a page says so much less than its entry in the feed that it may be a notice and not the release."""
    return 2 * len(page.text) < len(fragment.text)


def _with_feeds_text(page: PageText, fragment: PageText) -> PageText:
    problem = Problem("page_says_less", f"{len(page.text)} characters, {len(fragment.text)} in the feed")
    return replace(page, text=fragment.text, problems=(*page.problems, problem))


def _fragment(parsed: ParsedEntry, context: ReadingContext) -> PageText:
    entry = parsed.entry
    return extract_fragment(entry.html, url=entry.url or "", language_hint=entry.language or context.language)


def _present(parsed: ParsedEntry, answer: PageAnswer, context: ReadingContext, known: str) -> PageText:
    """The page's record. Raises what `_page` raises, and Missing where the page is not the release's."""
    page, failure = None, None
    try:
        page = _page(parsed, answer, context)
    except ExtractError as error:
        failure = error
    said = {"asked": parsed.entry.url or answer.url, "answered": answer.url}
    reason = why_missing(answer.body, page, **said, title=squeeze(parsed.entry.title), known=known)
    if reason is not None:
        raise Missing(f"{answer.url}: {reason}")
    if page is None:
        raise failure or NoText(answer.url)
    return page


def _page(parsed: ParsedEntry, answer: PageAnswer, context: ReadingContext) -> PageText:
    entry = parsed.entry
    hint = entry.published.at if entry.published else None
    return extract_document(answer, context, published_hint=hint, language_hint=entry.language)


def extract_document(
    answer: PageAnswer, context: ReadingContext, *, published_hint: datetime | None = None, language_hint: str = ""
) -> PageText:
    """The record of a page or a PDF: which it is follows from the Content-Type and the bytes.

    Raises what `extract_page` and `extract_pdf` raise: Blocked, NoText.
    """
    language = language_hint or context.language
    if is_pdf(answer.body, answer.content_type):
        return extract_pdf(
            answer.body, url=answer.url, fetched_at=answer.fetched_at, zone=context.time_zone, language_hint=language
        )
    return extract_page(
        answer.body,
        url=answer.url,
        charset=charset_of(answer.content_type),
        rules=context.rules,
        time_zone=context.time_zone,
        fetched_at=answer.fetched_at,
        published_hint=published_hint,
        language_hint=language,
    )


def is_pdf(body: bytes, content_type: str) -> bool:
    """Whether a body is a PDF: servers mislabel them, and readers take a header within the first 1,024 bytes."""
    is_named = content_type.partition(";")[0].strip().lower() == "application/pdf"
    is_page = body.lstrip()[:1] == b"<"
    return (is_named and not is_page) or (b"%PDF-" in body[:_PDF_HEADER_WITHIN] and not is_page)


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, or nothing; its parameters' names know no case (RFC 9110, 5.6.6)."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def extract_attachment(answer: PageAnswer, context: ReadingContext) -> PageText:
    """The text of a PDF that belongs to a release. Raises NoText: a scan, or no PDF at all."""
    return extract_pdf(
        answer.body,
        url=answer.url,
        fetched_at=answer.fetched_at,
        zone=context.time_zone,
        language_hint=context.language,
    )


def detect_attachment(
    page: PageText, attachment: Attachment, context: ReadingContext, published: StatedDate | None
) -> Detection:
    """The claims in a release's document, each with the page it stands on; `published` is the release's."""
    found = _detect(page, published, context)
    title = attachment.title or urlsplit(attachment.url).path.rpartition("/")[2] or attachment.url
    places = (
        DocumentPage(attachment.url, title, page_of(claim.start, page.page_starts), page.text) for claim in found.claims
    )
    problems = (Problem(problem.kind, f"{title}: {problem.detail}") for problem in found.problems)
    return replace(found, documents=tuple(places), problems=tuple(problems))


def _merged(parsed: ParsedEntry, page: PageText | None, fragment: PageText) -> PageText:
    """The page's record with what only the feed says; the feed's dates win, since a page shows many dates."""
    entry, base = parsed.entry, page or fragment
    # A feed's own words are cleaned as a page's are: control and bidi signs must reach no terminal and no mail.
    title = squeeze(entry.title) or base.title
    return replace(
        base,
        title=title,
        # An entry that is only a title says all it has to say there.
        text=base.text or title,
        summary=base.summary or (fragment.text if page is not None else ""),
        byline=base.byline or squeeze(entry.author),
        published=_surer(entry.published, base.published),
        updated=_surer(entry.updated, base.updated),
        canonical_url=base.canonical_url or entry.url,
        tags=tuple(dict.fromkeys((*base.tags, *entry.tags))),
        captions=tuple(dict.fromkeys((*base.captions, *fragment.captions))),
    )


def _surer(stated: StatedDate | None, other: StatedDate | None) -> StatedDate | None:
    """The feed's date, unless only the page's is one."""
    return other if stated is None or (stated.at is None and other is not None and other.at is not None) else stated


def detect_release(page: PageText, context: ReadingContext) -> Detection:
    """The claims in a release's text; "yesterday" and "Friday" are those of its dateline, or of its publication."""
    return _detect(page, page.published, context)


def _detect(page: PageText, published: StatedDate | None, context: ReadingContext) -> Detection:
    spoken = written_at(page.dateline, published, context.time_zone)
    language, place = page.language or context.language, place_in_dateline(page.dateline)
    return detect_text(context.words, page.text, language=language, published=spoken, place=place)


def compare_revisions(
    before: RevisionText, page: PageText | None, after: RevisionText, context: ReadingContext
) -> RevisionDiff:
    """What was changed. `page` is the record of the text before, which is searched again by the detector of today."""
    found = detect_release(replace(page, text=before.text), context) if page else Detection(())
    claims = (*found.claims, *before.claims)
    return diff_revisions(replace(before, claims=claims), after)


def place_in_dateline(dateline: str) -> str:
    """The place in a dateline, without its date and its service: "TAMPA, Fla." of "TAMPA, Fla. (AFNS), Nov. 24"."""
    return _AFTER_PLACE.split(_BEFORE_PLACE.sub("", dateline), maxsplit=1)[0].strip(" ,–—-")


def detect_text(
    words: Path, text: str, *, language: str, published: datetime | None = None, place: str = ""
) -> Detection:
    """The claims of a text, with the vocabulary of its language; without one, or where it cannot be read, `unread`."""
    vocabulary = vocabulary_for(words, text, language)
    if vocabulary is None:
        return unread(language)
    return detect(text, vocabulary=vocabulary, published=published, place=place)


def vocabulary_for(words: Path, text: str, language: str) -> Vocabulary | None:
    """The vocabulary that can read a text said to be in a language (empty: English), or None."""
    vocabulary = vocabularies(words).get(language.partition("-")[0].lower() or "en")
    return vocabulary if vocabulary is not None and is_readable(text, vocabulary) else None


@lru_cache(maxsize=4)
def vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """Every vocabulary of a folder by language; read once a process. Raises ConfigError."""
    return load_vocabularies(folder)


def outcome_of(error: WatcherError) -> str:
    """The name of an error as the tables keep it; a page that is gone for good says so."""
    return "gone" if isinstance(error, HttpStatus) and error.status in {404, 410} else error.outcome
