"""An alert as words, for the two parts of a mail: plain text and HTML. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from watcher.wording import STANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_STYLE = {
    "body": "font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; max-width: 42em; margin: 0 auto; padding: 1em",
    "h1": "font-size: 1.3em; line-height: 1.3; margin: 0 0 .3em",
    "meta": "color: #555; font-size: .9em; margin: 0 0 1em",
    "quote": "margin: .2em 0 1em; padding: .1em 0 .1em .8em; border-left: 3px solid #b3261e",
    "mark": "background: #ffe08a; color: #1a1a1a; padding: 0 .1em",
    "foot": "color: #555; font-size: .85em; border-top: 1px solid #ccc; margin-top: 1.5em; padding-top: .8em",
}


def one_line(words: str, longest: int = 200) -> str:
    """Words that are safe in a header and on one line: no control or direction signs, at most `longest` characters."""
    clean = " ".join(_CONTROL.sub(" ", words).split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def plain_part(message: Mapping[str, Any], zone: str) -> str:
    """The mail as plain text: what, who says it and when, each claim's sentence, and why it was sent."""
    release = message["release"]
    lines = [one_line(message["title"]), "", one_line(release["title"]), *facts(message, zone)]
    if web_link(release["url"]):
        lines.append(release["url"])
    for number, claim in enumerate(message["claims"], start=1):
        lines += ["", f"{number}. {claim_line(claim)}", f"   “{_marked(claim, '»', '«')}”"]
    return "\n".join([*lines, "", *reasons(message), ""])


def html_part(message: Mapping[str, Any], zone: str) -> str:
    """The same as HTML: made of escaped text only, no remote pictures, no scripts, links only to the web."""
    release = message["release"]
    title = escape(one_line(release["title"]))
    url = web_link(release["url"])
    linked = f'<a href="{escape(url, quote=True)}">{title}</a>' if url else title
    meta = "<br>".join(escape(fact) for fact in facts(message, zone))
    claims = "".join(_html_claim(claim) for claim in message["claims"])
    foot = "<br>".join(escape(reason) for reason in reasons(message))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="{_STYLE["body"]}">'
        f'<h1 style="{_STYLE["h1"]}">{escape(one_line(message["title"]))}</h1>'
        f'<p style="{_STYLE["meta"]}"><strong>{linked}</strong><br>{meta}</p>{claims}'
        f'<p style="{_STYLE["foot"]}">{foot}</p></body></html>\n'
    )


def web_link(url: str | None) -> str:
    """The address if it is one of the web, else nothing: `javascript:` and its like are never shown as links."""
    return url if url and _WEB.match(url) else ""


def facts(message: Mapping[str, Any], zone: str) -> list[str]:
    """Who speaks, when it was published in their time and the reader's, and what the text is."""
    release = message["release"]
    published = release["published_at"]
    when = f"published {release['published_raw']}" if release["published_raw"] else "without a date of publication"
    if published:
        when += f" ({local_time(published, zone)})"
    lines = [f"{message['publisher']['name']}, {when}", f"seen {local_time(message['observed_at'], zone)}"]
    if message["event"] == "found_later":
        lines.append("found later: the release is not new, a better detector has read it again")
    if message["event"] == "revision":
        lines.append("a revision: the publisher changed a release that was told of before")
    if release["dateline"]:
        lines.append(f"dateline {release['dateline']}")
    if release["text_from"] == "feed":
        lines.append(f"the page could not be read ({release['page_outcome']}): this is the feed's text")
    return [one_line(line, 400) for line in lines]


def local_time(text: str, zone: str) -> str:
    """An instant in a reader's zone: "Tue 24 Nov 2026 10:15 EET"."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M %Z")


def claim_line(claim: Mapping[str, Any]) -> str:
    """One claim without its sentence: 2 civilians killed – assessed – near Raqqa – July 4."""
    background = "of another event" if claim["is_background"] else ""
    speaker = f"according to {claim['speaker']}" if claim["speaker"] else ""
    place = claim["place"] or claim["place_raw"]
    document = claim.get("document")
    where = f"in the document {document['title']}, page {document['page']}" if document else ""
    said = (claim["in_words"], STANCE[claim["stance"]], place, claim["date_raw"], speaker, background, where)
    return one_line(" – ".join(part for part in said if part), 400)


def _marked(claim: Mapping[str, Any], before: str, after: str) -> str:
    first, middle, last = _split(claim)
    return f"{first}{before}{middle}{after}{last}"


def _split(claim: Mapping[str, Any]) -> tuple[str, str, str]:
    sentence, (start, end) = claim["sentence"], claim["marked"]
    parts = (sentence[:start], sentence[start:end], sentence[end:])
    first, middle, last = (_CONTROL.sub(" ", part) for part in parts)
    return first, middle, last


def _html_claim(claim: Mapping[str, Any]) -> str:
    first, middle, last = (escape(part) for part in _split(claim))
    marked = f'<mark style="{_STYLE["mark"]}">{middle}</mark>'
    heading = f"<strong>{escape(claim_line(claim))}</strong>"
    return f'{heading}<blockquote style="{_STYLE["quote"]}">{first}{marked}{last}</blockquote>'


def reasons(message: Mapping[str, Any]) -> list[str]:
    """Why this was sent, by whom, and what to do about a false alarm."""
    rules = "; ".join(
        f"rule {rule['name']} matched claim {', '.join(str(number + 1) for number in rule['claims'])}"
        for rule in message["rules"]
    )
    sender = message["installation"] or "an installation without a name"
    return [
        one_line(f"Why: {rules} ({message['priority']}).", 600),
        f"Found in {message['feed']} by {sender}, detector {message['detector']}, alert {message['alert']}.",
        f"Every claim is as stated by the publisher. Full text: watcher show {message['release_id']}",
        "A false alarm? Tell whoever runs this installation the alert's number.",
    ]
