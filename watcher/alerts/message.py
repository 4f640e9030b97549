"""The message of an alert, a JSON object that is fixed at the moment when the alert is raised.

What it holds (the channels rely on it; the outbox adds `title`, `event`, `alert`, `created_at` and `release_id`, None
where the alert is not about a release):

- always: `priority`, `installation`, `observed_at`, `rules` (each `name` and the numbers of its `claims`, from 0);
- of a release: `publisher` (`code`, `name`), `feed`, `release` (title, url, published_at, published_raw, dateline,
  release_number, language, text_from, page_outcome, body_sha256: the hash of the page's bytes, copy: whose copy of the
  page gave the text, if one did), `totals`, `claims` (each with `in_words`, `words`, `marked`: the offsets of the words
  in its sentence), `detector`, `syndicated_copies`
  (releases of other publishers that carry the same statement) and `diff` where the text changed. The outbox completes
  the copies and adds `feeds` and `also_published_by` (names), as they are when the first attempt is made;
- of anything else, and of a release that was removed or came back, `notice`: `kind` (failing, silent, gap, removed …),
  `subject` (`feed:<name>`, `channel:<name>`, the release's URL), `said` (one sentence), `detail`, `since`; with
  `publisher` and `feed` where it is about one, else None;
- of a digest `digest`: `span` (hourly, daily, quiet_hours, first_round), `since`, `until`, `count`, `groups` (each
  `publisher`, `lines`: alert, event, priority, title, totals, stance, url, release_id, published_at, and `more_count`:
  how many lines were left out), `unread_count`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher import clock
from watcher.content.revision_diff import as_message
from watcher.model.wording import claim_in_words, headline_totals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.alerts.rules import RuleMatch
    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.alert import Priority, SyndicatedCopy
    from watcher.model.claim import Claim, Detection, DocumentPage
    from watcher.model.release import Copy, PageText
    from watcher.model.revision import StoredRevision


@dataclass(frozen=True, slots=True)
class ReleaseContext:
    """All that a decision about an alert needs to know of a release apart from its text and claims.

    `syndicated_copies` are releases of other publishers that say the same, `diff` what was changed since the revision
    before, `body_sha256` the hash of the page's bytes, empty where they are not known.
    """

    publisher: str
    publisher_name: str
    feed: str
    url: str | None
    observed_at: datetime
    text_from: str
    page_outcome: str
    installation: str = ""
    is_first_poll: bool = False
    alert_max_age: timedelta = timedelta()
    syndicated_copies: tuple[SyndicatedCopy, ...] = ()
    diff: RevisionDiff | None = None
    body_sha256: str = ""
    copy: Copy | None = None


def context_of(
    stored: StoredRevision, observed_at: datetime, *, installation: str = "", feed: str = ""
) -> ReleaseContext:
    """The context of a stored release as its page was last fetched; `feed` where the alert comes from another one."""
    return ReleaseContext(
        publisher=stored.publisher,
        publisher_name=stored.publisher_name,
        feed=feed or stored.feed,
        url=stored.url,
        observed_at=observed_at,
        text_from=stored.text_from,
        page_outcome=stored.release.page_outcome,
        installation=installation,
        copy=stored.copy,
    )


def release_message(
    page: PageText, detection: Detection, context: ReleaseContext, priority: Priority, matched: Sequence[RuleMatch]
) -> dict[str, object]:
    """The message of an alert about a release."""
    message: dict[str, object] = {
        "priority": priority,
        "publisher": {"code": context.publisher, "name": context.publisher_name},
        "feed": context.feed,
        "installation": context.installation,
        "observed_at": clock.to_text(context.observed_at),
        "release": _release(page, context),
        "totals": [asdict(total) for total in headline_totals(detection.totals_by)],
        "claims": [
            _claim(claim, page.text, detection.document_of(number)) for number, claim in enumerate(detection.claims)
        ],
        "rules": _matched_rules(matched),
        "detector": detection.version,
        "syndicated_copies": [asdict(copy) for copy in context.syndicated_copies],
    }
    return message | ({"diff": as_message(context.diff)} if context.diff else {})


def notice_message(
    notice: dict[str, object],
    *,
    priority: Priority,
    installation: str,
    at: datetime,
    publisher: tuple[str, str] | None = None,
    feed: str | None = None,
    matched: Sequence[RuleMatch] = (),
) -> dict[str, object]:
    """The message of an alert about a feed (`publisher` is its code and name) or about the installation."""
    return {
        "priority": priority,
        "publisher": {"code": publisher[0], "name": publisher[1]} if publisher else None,
        "feed": feed,
        "installation": installation,
        "observed_at": clock.to_text(at),
        "rules": _matched_rules(matched),
        "notice": notice,
    }


def _matched_rules(matched: Sequence[RuleMatch]) -> list[dict[str, object]]:
    """The rules that matched, each with the numbers of its claims."""
    return [{"name": one.rule.name, "claims": list(one.claims)} for one in matched]


def notice(kind: str, subject: str, said: str, *, detail: str = "", since: datetime | None = None) -> dict[str, object]:
    """What a message says that is not a claim: one sentence about a feed, a channel or a release."""
    began = clock.to_text(since) if since else None
    return {"kind": kind, "subject": subject, "said": said, "detail": detail, "since": began}


def _release(page: PageText, context: ReleaseContext) -> dict[str, object]:
    published = page.published
    return {
        "title": page.title,
        "url": context.url,
        "published_at": clock.to_text(published.at) if published and published.at else None,
        "published_raw": published.raw if published else "",
        "dateline": page.dateline,
        "release_number": page.release_number,
        "language": page.language,
        "text_from": context.text_from,
        "page_outcome": context.page_outcome,
        "body_sha256": context.body_sha256,
        "copy": _copy(context.copy),
    }


def _copy(copy: Copy | None) -> dict[str, object] | None:
    """Whose copy of the page gave the text; None where the page itself did."""
    if copy is None:
        return None
    return {"from": copy.source, "url": copy.url, "made_at": clock.to_text(copy.made_at)}


def _claim(claim: Claim, text: str, document_page: DocumentPage | None) -> dict[str, object]:
    """A claim with its words, their offsets in its sentence, and its document and page, if it is in one."""
    text = document_page.text if document_page else text
    found = text.find(claim.sentence, max(0, claim.start - len(claim.sentence)))
    offset = found if 0 <= found <= claim.start else claim.start
    document = (
        {"url": document_page.url, "title": document_page.title, "page": document_page.page} if document_page else None
    )
    return asdict(claim) | {
        "in_words": claim_in_words(claim),
        "words": text[claim.start : claim.end],
        "marked": [max(0, claim.start - offset), max(0, claim.end - offset)],
        "document": document,
    }
