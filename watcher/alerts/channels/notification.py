"""What an alert says, in which order: before it becomes text, HTML or a chat's blocks.

A message of any event makes a notification. Whatever part a message lacks (a report has no release, a digest no
claims) is left out of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from watcher.content.word_diff import Passage
from watcher.control_signs import one_line, without_controls
from watcher.model.wording import STANCE, TEXT_FROM, copy_in_words, unread_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_LONG = 400
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
# What may stand in an address as it is; everything else is percent-encoded, so that no sign ends a link early.
_IN_URL = "%:/?#[]@!$&'()*+,;=-._~"
_NO_SPACE_BEFORE = ".,;:!?)]”’"
_MOST_QUOTES = 40
_NOTICES = {
    "test": "This is a test. Nothing happened.",
    "selftest": "This is the daily end-to-end test. Nothing happened.",
    "found_later": "Found later: the release is not new; a better detector found the claims in its stored text.",
    "revision": "A revision: the publisher changed a release that was reported before.",
    "changed": "The publisher changed what it says of casualties in a release that was reported before.",
    "denial": "The publisher denies casualties.",
    "withdrawn": "The publisher withdrew what it had said about casualties.",
    "unread": "The text could not be read: what it says about casualties is not known.",
}


@dataclass(frozen=True, slots=True)
class Display:
    """How an alert is shown: times in which zone, where the reading room is, whom to write to of a false alarm."""

    zone: str = "UTC"
    reading_room: str = ""
    false_alarm_to: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One claim: what it says in a few words, and its sentence with the words that make the claim in the middle.

    `url` leads to the sentence in the reading room, where there is one.
    """

    heading: str
    stance: str
    before: str
    words: str
    after: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: words, where they lead, a remark, and where the reading room has the same."""

    words: str
    url: str = ""
    remark: str = ""
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading: a publisher's in a digest, a part of a report."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Notification:
    """Everything that is said, each part safe to be shown on one line, and not yet escaped for any mark-up."""

    subject: str
    priority: str
    notices: tuple[str, ...]
    title: str
    url: str
    permalink: str
    facts: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]
    changed: tuple[str, ...]
    changes: tuple[Passage, ...]
    sections: tuple[Section, ...]
    reasons: tuple[str, ...]

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Where it can be read, each address with the words that lead there."""
        places = ((self.url, "The release"), (self.permalink, "In the reading room"))
        return tuple((url, words) for url, words in places if url)


def notification_of(message: Mapping[str, Any], display: Display) -> Notification:
    """What a message says, shown in this way."""
    release: Mapping[str, Any] = message.get("release") or {}
    claims = message.get("claims") or []
    diff: Mapping[str, Any] = message.get("diff") or {}
    return Notification(
        subject=one_line(str(message["title"])) or "(without words)",
        priority=str(message.get("priority", "normal")),
        notices=_notices(message, release),
        title=one_line(release.get("title") or "", _LONG),
        url=web_link(release.get("url")),
        permalink=permalink(message, display.reading_room),
        facts=tuple(_facts(message, release, display.zone)),
        quotes=tuple(
            _quote(claim, claim_permalink(message, number, display.reading_room))
            for number, claim in enumerate(claims[:_MOST_QUOTES])
        ),
        changed=tuple(one_line(change["words"], _LONG) for change in diff.get("claims", ())),
        changes=tuple(_change(passage) for passage in diff.get("passages", ())),
        sections=(*_digest(message, display), *_sections(message), *_left_out(len(claims) - _MOST_QUOTES)),
        reasons=tuple(_reasons(message, display)),
    )


def _notices(message: Mapping[str, Any], release: Mapping[str, Any]) -> tuple[str, ...]:
    notice: Mapping[str, Any] = message.get("notice") or {}
    notices = [_NOTICES.get(str(message.get("event")), ""), notice.get("said", ""), notice.get("detail", "")]
    if message.get("to_be_checked"):
        notices.append("To be checked: the detector is not sure of this.")
    if copy := release.get("copy"):
        notices.append(copy_in_words(copy["from"], copy["made_at"], copy["url"]))
    if release.get("text_from") == "feed":
        notices.append(_feed_text_notice(str(release.get("page_outcome"))))
    elif (origin := release.get("text_from", "page")) != "page":
        notices.append(f"The page does not show this text at once: it stands in the {TEXT_FROM.get(origin, origin)}.")
    return tuple(dict.fromkeys(one_line(str(words), _LONG) for words in notices if words))


def _feed_text_notice(page_outcome: str) -> str:
    if page_outcome == "no_page":
        return "This is the feed's text; the entry leads to no page that is fetched."
    return f"The page could not be read ({page_outcome}): this is the feed's text."


def permalink(message: Mapping[str, Any], reading_room: str) -> str:
    """Where readers find what an alert is about, for good: its first matched claim, else its text, else its feed.

    Empty where there is no reading room, or nothing of it to be shown.
    """
    matched = [number for rule in message.get("rules") or () for number in rule.get("claims", ())]
    if message.get("release_id"):
        return claim_permalink(message, min(matched, default=0), reading_room)
    feed = str(message.get("feed") or "").replace("/", ".")
    return web_link(f"{reading_room}/feeds#{feed}") if reading_room and feed else ""


def claim_permalink(message: Mapping[str, Any], number: int, reading_room: str) -> str:
    """Where the sentence of a claim (`number` from 0) is marked in the text of the alert's revision."""
    evidence: Mapping[str, Any] = message.get("evidence") or {}
    ids = evidence.get("claims") or ()
    revision = f"/r{evidence['revision']}" if evidence.get("revision") else ""
    claim = f"#c{ids[number]}" if number < len(ids) else ""
    return web_link(f"{reading_room}/release/{message['release_id']}{revision}{claim}") if reading_room else ""


def _facts(message: Mapping[str, Any], release: Mapping[str, Any], zone: str) -> list[tuple[str, str]]:
    """Who speaks, when it was published in their words and the channel's zone, when it was seen."""
    facts = [("Publisher", (message.get("publisher") or {}).get("name", ""))]
    if release:
        facts.append(("Published", _published(release, zone)))
    if message.get("observed_at"):
        facts.append(("Seen", local_time(message["observed_at"], zone)))
    facts += [("Dateline", release.get("dateline", "")), ("Number", release.get("release_number", ""))]
    notice: Mapping[str, Any] = message.get("notice") or {}
    facts.append(("Since", local_time(notice["since"], zone) if notice.get("since") else ""))
    others = dict.fromkeys(str(copy["publisher_name"]) for copy in message.get("syndicated_copies") or ())
    facts.append(("Also published by", ", ".join(others)))
    evidence: Mapping[str, Any] = message.get("evidence") or {}
    facts.append(("SHA-256", evidence.get("body_sha256") or ""))
    facts.append(("To check", f"watcher verify --alert {message['alert'][:12]}" if evidence else ""))
    return [(name, one_line(words, _LONG)) for name, words in facts if words]


def _published(release: Mapping[str, Any], zone: str) -> str:
    raw, at = release.get("published_raw") or "", release.get("published_at")
    if not at:
        return raw or "without a date"
    return f"{raw} ({local_time(at, zone)})" if raw else local_time(at, zone)


def _claim_line(claim: Mapping[str, Any]) -> str:
    """One claim without its stance and sentence: 2 civilians killed – near Raqqa – July 4."""
    background = "of another event" if claim["is_background"] else ""
    speaker = f"according to {claim['speaker']}" if claim["speaker"] else ""
    document = claim.get("document")
    where = f"in the document {document['title']}, page {document['page']}" if document else ""
    place = claim["place"] or claim["place_raw"]
    also = _said_also(claim.get("also", ()))
    confidence = f"confidence {claim['confidence']:.2f}" if claim.get("confidence", 1) < 1 else ""
    parts = (claim["in_words"], place, claim["date_raw"], speaker, background, where, also, confidence)
    return one_line(" – ".join(part for part in parts if part), _LONG)


def _said_also(places: Sequence[Mapping[str, Any]]) -> str:
    """Where a claim is said again: "also in the title, in a document (page 3)"."""
    words = {"text": "further on", "title": "in the title", "caption": "in a caption", "document": "in a document"}
    pages = {place["part"]: f" (page {place['page']})" for place in places if place.get("page")}
    parts = dict.fromkeys(words[place["part"]] + pages.get(place["part"], "") for place in places)
    return f"also {', '.join(parts)}" if parts else ""


def with_permalinks(message: Mapping[str, Any], reading_room: str) -> Mapping[str, Any]:
    """The message with where readers find it and each of its claims; as it is where there is no reading room."""
    link = permalink(message, reading_room)
    if not link or not message.get("release_id"):
        return {**message, "permalink": link} if link else message
    claims = [
        {**claim, "permalink": claim_permalink(message, number, reading_room)}
        for number, claim in enumerate(message.get("claims") or ())
    ]
    return {**message, "permalink": link} | ({"claims": claims} if claims else {})


def _quote(claim: Mapping[str, Any], url: str) -> Quote:
    sentence, (start, end) = claim["sentence"], claim["marked"]
    parts = (sentence[:start], sentence[start:end], sentence[end:])
    before, words, after = (without_controls(part) for part in parts)
    return Quote(_claim_line(claim), STANCE[claim["stance"]], before.lstrip(), words, after.rstrip(), url)


def _change(passage: Mapping[str, Any]) -> Passage:
    """A passage with the spaces between its parts, which it does not carry."""
    names = ("before", "deleted", "inserted", "after")
    before, deleted, inserted, after = (without_controls(str(passage.get(name, ""))) for name in names)
    is_apart = after and after[0] not in _NO_SPACE_BEFORE
    return Passage(f"{before} " if before else "", deleted, inserted, f" {after}" if is_apart else after)


def _digest(message: Mapping[str, Any], display: Display) -> list[Section]:
    """A digest's releases, grouped by publisher, and how many texts could not be read."""
    digest: Mapping[str, Any] = message.get("digest") or {}
    found = [
        Section(
            one_line(group["publisher"]["name"]),
            (*(_digest_line(line, display) for line in group["lines"]), *_more(group)),
        )
        for group in digest.get("groups", ())
    ]
    unread = digest.get("unread_count") or 0
    if unread:
        found.append(Section("Not read", (Line(f"{unread_in_words(unread)}: what they say is not known"),)))
    return found


def _more(group: Mapping[str, Any]) -> list[Line]:
    count = group.get("more_count") or 0
    return [Line(f"and {count:,} more: `watcher alerts` lists them")] if count else []


def _digest_line(line: Mapping[str, Any], display: Display) -> Line:
    """One release of a digest: what it says, what it is called, where it leads, when it was published."""
    called = f"“{one_line(str(line['release_title']), _LONG)}”" if line.get("release_title") else ""
    published = local_time(line["published_at"], display.zone) if line.get("published_at") else ""
    stance = STANCE[line["stance"]] if line.get("stance") else ""
    kind = "" if line.get("event") in {None, "new"} else str(line["event"]).replace("_", " ")
    remark = " – ".join(part for part in (called, published, stance, kind, line.get("priority") or "") if part)
    words, link = one_line(str(line["title"]), _LONG), permalink(line, display.reading_room)
    return Line(words, web_link(line.get("url")), one_line(remark, _LONG), link)


def _sections(message: Mapping[str, Any]) -> list[Section]:
    """`sections` of a message: [{"heading", "lines": [{"words", "url", "remark"} or a text]}]."""
    found = [Section(one_line(part["heading"]), _lines(part["lines"])) for part in message.get("sections") or ()]
    return [section for section in found if section.lines]


def _lines(lines: Sequence[Any]) -> tuple[Line, ...]:
    whole = [line if isinstance(line, dict) else {"words": str(line)} for line in lines]
    return tuple(
        Line(
            one_line(str(line["words"]), _LONG),
            web_link(line.get("url")),
            one_line(str(line.get("remark") or ""), _LONG),
        )
        for line in whole
    )


def _left_out(count: int) -> list[Section]:
    return [Section("And more", (Line(f"{count} further claims in the same release"),))] if count > 0 else []


def _reasons(message: Mapping[str, Any], display: Display) -> list[str]:
    """Why this was sent, by whom, and what to do about a false alarm."""
    claims = [str(claim["in_words"]) for claim in message.get("claims") or ()]
    rules = "; ".join(_why(rule, claims) for rule in message.get("rules") or ())
    reasons = [f"Why you get this: {rules}."] if rules else []
    feed = f" in {message['feed']}" if message.get("feed") else ""
    detector = f", detector {message['detector']}" if message.get("detector") else ""
    sender = message.get("installation") or "an installation without a name"
    origin = f": found{feed}{detector}" if feed or detector else ""
    reasons.append(f"Sent by {sender}{origin}. Alert {message['alert']}.")
    if message.get("release_id"):
        reasons.append(f"Every claim is as stated by the publisher. Full text: watcher show {message['release_id']}")
        whom = f"write to {display.false_alarm_to}" if display.false_alarm_to else "tell whoever runs this installation"
        reasons.append(f"A false alarm? Please {whom}, with the alert's number.")
    return [one_line(words, 600) for words in reasons]


def _why(rule: Mapping[str, Any], claims: Sequence[str]) -> str:
    found = dict.fromkeys(claims[number] for number in rule.get("claims", ()) if number < len(claims))
    return f"rule {rule['name']} matched" + (f" “{'”, “'.join(found)}”" if found else "")


def web_link(url: str | None) -> str:
    """The address if it is one of the web, else nothing: `javascript:` and its like are never shown."""
    if not url or not _WEB.match(url):
        return ""
    return quote(url, safe=_IN_URL, encoding="utf-8", errors="replace")


def local_time(text: str, zone: str) -> str:
    """An instant in a zone: "Tue 24 Nov 2026 10:15 EET"."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M %Z")
