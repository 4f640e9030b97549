"""The tasks of the worker processes for releases: a page or PDF to its text and claims, and two texts compared.

Pure apart from reading the vocabulary once a process.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache, reduce
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.content.blocked import why_missing
from watcher.content.characters import squeeze
from watcher.content.encoding import charset_of
from watcher.content.frame import Frame, LinePlaces, saved, without
from watcher.content.frame_learning import SeenPage, common_pieces, places_of
from watcher.content.mail import extract_message
from watcher.content.notices import notice_in, speaks_of
from watcher.content.page import extract_fragment, extract_page, places_on_page, read_fragment
from watcher.content.release_dates import written_at
from watcher.content.revision_diff import diff_revisions
from watcher.content.similarity import min_hash
from watcher.errors import Blocked, ExtractError, Missing, NotAFeed, NoText, Notice
from watcher.feeds.identity import text_sha256
from watcher.feeds.json_api import document_entry, gone_words
from watcher.feeds.source import Source
from watcher.model.claim import Detection, DocumentPage
from watcher.model.mail import is_message
from watcher.model.poll import ExtractedRelease
from watcher.model.release import OwnWord, Problem
from watcher.model.text_context import TextContext
from watcher.pipeline.task_values import is_pdf
from watcher.pipeline.text_claims import detect_text, vocabularies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from watcher.content.page import Fragment
    from watcher.content.pdf.layout import LaidOut
    from watcher.content.revision_diff import RevisionDiff, RevisionText
    from watcher.model.api import ApiRule
    from watcher.model.feed import Entry, ParsedEntry
    from watcher.model.release import Attachment, PageText, StatedDate
    from watcher.pipeline.task_values import FrameSample, PageAnswer, ReadingContext


_BEFORE_PLACE = re.compile(r"^[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}\s*[-–—]\s*")
_AFTER_PLACE = re.compile(
    r"\s*[(/]|,?\s+(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d", re.IGNORECASE
)


def extract_release(
    parsed: ParsedEntry, answer: PageAnswer | None, outcome: str, context: ReadingContext, known: str = ""
) -> ExtractedRelease:
    """The record and the claims of a release: from its page where it could be fetched, else from the feed.

    `outcome` is that of the page's fetch: "ok" where there is an answer, else why there is none. `known` is the text
    that is stored: by it a page that took the release's place is recognised.
    """
    return _searched(*_record_of(parsed, answer, outcome, context, known), context)


def extract_if_other(
    parsed: ParsedEntry, answer: PageAnswer, context: ReadingContext, known: str, read: ExtractedRelease
) -> ExtractedRelease | None:
    """What a page says, with its claims; None where that is what `read` says, whose claims are known already."""
    record, outcome, own = _record_of(parsed, answer, "ok", context, known)
    is_same = (record, outcome, own) == (read.page, read.page_outcome, read.own)
    return None if is_same else _searched(record, outcome, own, context)


def _searched(record: PageText, outcome: str, own: OwnWord, context: ReadingContext) -> ExtractedRelease:
    detection = detect_release(record, context)
    return ExtractedRelease(
        record, record.text_from, text_sha256(record), outcome, detection, min_hash(record.text), own
    )


def _record_of(
    parsed: ParsedEntry, answer: PageAnswer | None, outcome: str, context: ReadingContext, known: str
) -> tuple[PageText, str, OwnWord]:
    """The record of a release, what became of its page, and the publisher's own word."""
    entry = parsed.entry
    hint = entry.language or context.language
    fragment = read_fragment(entry.html, url=entry.url or "", language_hint=hint)
    page, own = None, OwnWord(entry.withdrawn, entry.changes)
    if answer is not None:
        try:
            if entry.document and context.api is not None:
                page, own = _of_document(entry, answer, context.api, context)
            else:
                page = _present(parsed, answer, context, known or fragment.text)
        except (ExtractError, Blocked, NotAFeed) as error:
            outcome = error.outcome
    if page is not None and _says_less(page, fragment):
        page = _with_feeds_text(page, fragment.record())
    return _merged(parsed, page, fragment), outcome, own


def _of_document(entry: Entry, answer: PageAnswer, rule: ApiRule, context: ReadingContext) -> tuple[PageText, OwnWord]:
    """The record that the API's own document of a release gives, and the publisher's word. Raises NotAFeed, NoText."""
    source = Source(answer.url, answer.content_type, context.locale, answer.fetched_at, context.rules.since)
    said = document_entry(answer.body, rule, source)
    url = said.url or entry.url or answer.url
    page = extract_fragment(said.html, url=url, language_hint=said.language or entry.language or context.language)
    if not page.text:
        raise NoText(f"the document has no text where its rule looks for it ({answer.url})")
    attachments = {one.url: one for one in (*said.attachments, *page.attachments)}
    record = replace(
        page,
        title=squeeze(said.title),
        byline=squeeze(said.author),
        published=said.published,
        updated=said.updated,
        canonical_url=url,
        tags=said.tags,
        attachments=tuple(attachments.values()),
        text_from="page",
    )
    return record, OwnWord(said.withdrawn, said.changes)


def read_gone(body: bytes, rule: ApiRule) -> str:
    """The publisher's words in an API's answer 410 (gone) to the document of a release."""
    words = gone_words(body, rule)
    return f"410 (gone): {words}" if words else "410 (gone)"


def learn_frame(samples: Sequence[FrameSample], context: ReadingContext) -> Frame | None:
    """What the pages of a site have in common beside their releases; None where there is nothing that can be left out.

    Each page is read once more without it: every record must be the same as that of the whole page. The same for the
    places of lines, without which the frame stays.
    """
    pieces = common_pieces([SeenPage(one.answer.body, one.answer.url, one.read.page) for one in samples])
    if not pieces:
        return None
    cut = [replace(one, answer=replace(one.answer, body=without(one.answer.body, pieces))) for one in samples]
    usual = _places_if_same(cut, context)
    if usual is None:
        return None
    lines = _lines_if_same(cut, context) if not context.rules.body else None
    shortest = min(len(one.read.page.text) for one in samples)
    least = min(saved(one.answer.body, pieces) for one in samples)
    return Frame(pieces, shortest, least, usual, lines)


def _lines_if_same(samples: Sequence[FrameSample], context: ReadingContext) -> LinePlaces | None:
    """Where the lines of these pages stand; None where one of the pages, read by these places, gives another record."""
    lines = reduce(LinePlaces.widened, (learn_places(one.answer, context) for one in samples))
    return lines if _places_if_same(samples, replace(context, places=lines)) is not None else None


def _places_if_same(samples: Sequence[FrameSample], context: ReadingContext) -> frozenset[str] | None:
    """The places of all texts on these pages, whose frame is left out; None where one of them gives another record."""
    usual: set[str] = set()
    for one in samples:
        record, outcome, _ = _record_of(one.parsed, one.answer, "ok", context, one.known)
        if (record, outcome) != (one.read.page, one.read.page_outcome):
            return None
        usual |= places_of(one.answer.body, record)
    return frozenset(usual)


def learn_places(answer: PageAnswer, context: ReadingContext) -> LinePlaces:
    """Where the lines of a page, whose frame was left out, stand that are its release, and where the others do."""
    return places_on_page(
        answer.body, url=answer.url, charset=charset_of(answer.content_type), language=context.language
    )


def extract_without_frame(
    parsed: ParsedEntry, answer: PageAnswer, context: ReadingContext, known: str
) -> tuple[ExtractedRelease, frozenset[str]]:
    """What a page says whose frame was left out, and the places of its texts."""
    read = extract_release(parsed, answer, "ok", context, known)
    return read, places_of(answer.body, read.page)


def _says_less(page: PageText, fragment: Fragment) -> bool:
    """Whether a page says so much less than its entry in the feed that it may be a notice and not the release."""
    return 2 * len(page.text) < len(fragment.text)


def _with_feeds_text(page: PageText, fragment: PageText) -> PageText:
    problem = Problem("page_says_less", f"{len(page.text)} characters, {len(fragment.text)} in the feed")
    return replace(
        page,
        text=fragment.text,
        lines=fragment.lines,
        languages=fragment.languages,
        text_from="feed",
        problems=(*page.problems, problem),
    )


def _present(parsed: ParsedEntry, answer: PageAnswer, context: ReadingContext, known: str) -> PageText:
    """The page's record. Raises what `extract_document` raises, and Missing where the page is not the release's."""
    if is_message(answer.content_type):
        return extract_document(answer, context, language_hint=parsed.entry.language)
    entry, page, failure = parsed.entry, None, None
    hint = entry.published.at if entry.published else None
    try:
        page = extract_document(answer, context, published_hint=hint, language_hint=entry.language)
    except ExtractError as error:
        failure = error
    said = {"asked": entry.url or answer.url, "answered": answer.url}
    reason = why_missing(answer.body, page, **said, title=squeeze(entry.title), known=known)
    if reason is not None:
        raise Missing(f"{answer.url}: {reason}")
    if page is None:
        raise failure or NoText(answer.url)
    is_embedded = page.text_from not in ("page", "details")
    if is_embedded and not speaks_of(page.text, f"{entry.title} {known}"):
        raise NoText(f"what the page holds without showing it is another text ({answer.url})")
    if kind := notice_in(answer.body, page, title=squeeze(entry.title), known=known):
        raise Notice(f"{kind} ({answer.url})")
    return page


def extract_document(
    answer: PageAnswer, context: ReadingContext, *, published_hint: datetime | None = None, language_hint: str = ""
) -> PageText:
    """The record of a page, a message or a PDF: which it is follows from the Content-Type and the bytes.

    Raises what `extract_page` and `extract_pdf` raise: Blocked, Scan, Encrypted, NoText.
    """
    context = replace(context, language=language_hint or context.language)
    if is_message(answer.content_type):
        return extract_message(answer.body, url=answer.url, language_hint=context.language)
    if is_pdf(answer.body, answer.content_type):
        return extract_attachment(answer, context)
    return extract_page(
        answer.body,
        url=answer.url,
        charset=charset_of(answer.content_type),
        rules=context.rules,
        locale=context.locale,
        fetched_at=answer.fetched_at,
        published_hint=published_hint,
        language_hint=context.language,
        places=context.places,
    )


def extract_attachment(answer: PageAnswer, context: ReadingContext) -> PageText:
    """The text of a PDF that belongs to a release. Raises Scan, Encrypted, or NoText where it is no PDF at all.

    What reads PDFs is loaded with the first: a worker without one starts sooner.
    """
    from watcher.content.pdf.record import extract_pdf

    return extract_pdf(
        answer.body,
        url=answer.url,
        fetched_at=answer.fetched_at,
        locale=context.locale,
        language_hint=context.language,
        kept_hyphens=_kept_hyphens(context.words),
        recognised=answer.recognised,
    )


def lay_out_document(answer: PageAnswer, context: ReadingContext) -> tuple[LaidOut, ...]:
    """What each part of a PDF was taken for. Raises what `extract_attachment` raises."""
    from watcher.content.pdf.record import laid_out

    kept = _kept_hyphens(context.words)
    return laid_out(answer.body, url=answer.url, kept_hyphens=kept, recognised=answer.recognised)


@lru_cache(maxsize=4)
def _kept_hyphens(folder: Path) -> frozenset[str]:
    """Words that keep their hyphen at the end of a line: `twenty-` and `five` are no `twentyfive`."""
    return frozenset(word for vocabulary in vocabularies(folder).values() for word in vocabulary.numbers.tens)


def detect_attachment(
    page: PageText, attachment: Attachment, context: ReadingContext, published: StatedDate | None
) -> Detection:
    """The claims in a release's document, each with its page; `published` is the release's."""
    from watcher.content.pdf.record import page_of

    found = _detect(page, published, context, is_attachment=True)
    title = attachment.title or urlsplit(attachment.url).path.rpartition("/")[2] or attachment.url
    places = (
        DocumentPage(attachment.url, title, page_of(claim.start, page.page_starts), page.text) for claim in found.claims
    )
    problems = (Problem(problem.kind, f"{title}: {problem.detail}") for problem in found.problems)
    return replace(found, documents=tuple(places), problems=tuple(problems))


def _merged(parsed: ParsedEntry, page: PageText | None, fragment: Fragment) -> PageText:
    """The page's record with what only the feed says; the feed's dates win, since a page shows many dates."""
    entry, base = parsed.entry, page or fragment.record()
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


def _detect(
    page: PageText, published: StatedDate | None, context: ReadingContext, *, is_attachment: bool = False
) -> Detection:
    beside = TextContext(
        title=page.title,
        published=written_at(page.dateline, published, context.locale),
        dateline=place_in_dateline(page.dateline),
        own_side=context.own_side,
        lines=page.lines,
        captions=page.captions,
        is_attachment=is_attachment,
        old_after=context.old_after,
    )
    language = page.language or context.language
    return detect_text(context.words, page.text, language=language, context=beside, parts=page.languages)


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
