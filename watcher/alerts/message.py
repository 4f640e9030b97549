"""The parts of an alert's message, fixed at the moment it is raised. Pure; what they hold: see `watcher.alerts`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from watcher import clock
from watcher.content.revision_diff import as_message
from watcher.model.wording import claim_in_words, headline_totals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.alerts.rules import Matched
    from watcher.content.revision_diff import RevisionDiff
    from watcher.model.alert import Priority, Relay
    from watcher.model.claim import Claim, Detection, DocumentPage
    from watcher.model.release import PageText


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that a decision about an alert needs to know of the release apart from its text and claims.

    `relay_of` are releases of other publishers that say the same, `diff` what was changed since the revision
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
    relay_of: tuple[Relay, ...] = ()
    diff: RevisionDiff | None = None
    body_sha256: str = ""


class Stored(Protocol):
    """A release as the database gives it back: what of it an occasion needs."""

    @property
    def publisher(self) -> str: ...  # noqa: D102 - the fields of Occasion
    @property
    def publisher_name(self) -> str: ...  # noqa: D102 - as above
    @property
    def feed(self) -> str: ...  # noqa: D102 - as above
    @property
    def url(self) -> str | None: ...  # noqa: D102 - as above
    @property
    def text_from(self) -> str: ...  # noqa: D102 - as above
    @property
    def page_outcome(self) -> str: ...  # noqa: D102 - as above


def occasion_of(stored: Stored, observed_at: datetime, *, installation: str = "", feed: str = "") -> Occasion:
    """The occasion of a release that is stored already; `feed` where another than its own tells of it."""
    return Occasion(
        publisher=stored.publisher,
        publisher_name=stored.publisher_name,
        feed=feed or stored.feed,
        url=stored.url,
        observed_at=observed_at,
        text_from=stored.text_from,
        page_outcome=stored.page_outcome,
        installation=installation,
    )


def release_message(
    page: PageText, detection: Detection, occasion: Occasion, priority: Priority, matched: Sequence[Matched]
) -> dict[str, object]:
    """Everything that a message about a release may show."""
    said: dict[str, object] = {
        "priority": priority,
        "publisher": {"code": occasion.publisher, "name": occasion.publisher_name},
        "feed": occasion.feed,
        "installation": occasion.installation,
        "observed_at": clock.to_text(occasion.observed_at),
        "release": _release(page, occasion),
        "totals": [asdict(total) for total in headline_totals(detection)],
        "claims": [
            _claim(claim, page.text, detection.document_of(number)) for number, claim in enumerate(detection.claims)
        ],
        "rules": reasons(matched),
        "detector": detection.version,
        "relay_of": [asdict(relay) for relay in occasion.relay_of],
    }
    return said | ({"diff": as_message(occasion.diff)} if occasion.diff else {})


def reasons(matched: Sequence[Matched]) -> list[dict[str, object]]:
    """The rules that matched, each with the numbers of its claims."""
    return [{"name": one.rule.name, "claims": list(one.claims)} for one in matched]


def notice(kind: str, subject: str, said: str, *, detail: str = "", since: datetime | None = None) -> dict[str, object]:
    """What a message tells that is not a claim: one sentence about a feed, a channel or a release."""
    began = clock.to_text(since) if since else None
    return {"kind": kind, "subject": subject, "said": said, "detail": detail, "since": began}


def _release(page: PageText, occasion: Occasion) -> dict[str, object]:
    published = page.published
    return {
        "title": page.title,
        "url": occasion.url,
        "published_at": clock.to_text(published.at) if published and published.at else None,
        "published_raw": published.raw if published else "",
        "dateline": page.dateline,
        "release_number": page.release_number,
        "language": page.language,
        "text_from": occasion.text_from,
        "page_outcome": occasion.page_outcome,
        "body_sha256": occasion.body_sha256,
    }


def _claim(claim: Claim, text: str, place: DocumentPage | None) -> dict[str, object]:
    """A claim with its words, where in its sentence they stand, and in which document on which page."""
    text = place.text if place else text
    found = text.find(claim.sentence, max(0, claim.start - len(claim.sentence)))
    offset = found if 0 <= found <= claim.start else claim.start
    said = asdict(claim) | {"in_words": claim_in_words(claim), "words": text[claim.start : claim.end]}
    document = {"url": place.url, "title": place.title, "page": place.page} if place else None
    return said | {"marked": [max(0, claim.start - offset), max(0, claim.end - offset)], "document": document}
