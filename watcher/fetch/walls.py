"""Tell a bot wall or a refusal page from content (pure).

A wall answers with any status, 200 included. Its signs are the headers of the product that put it there, marks in the
page that the product needs to work, or a page that says nothing but the refusal. A feed or a long page that merely
speaks of denied access is no wall: words count only as the whole title of an HTML page or as a whole short text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.net import Response

_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-datadome", "protected", "DataDome"),
)
# Bytes in lower case that the product's own page cannot do without; all of a line have to be there.
_MARKS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("Cloudflare", (b"/cdn-cgi/challenge-platform/", b"orchestrate")),
    ("Cloudflare", (b"cf-browser-verification",)),
    ("Cloudflare", (b"cf_chl_opt",)),
    ("Imperva", (b"incapsula incident id",)),
    ("Imperva", (b"_incapsula_resource?", b"incident_id")),
    ("Akamai", (b"errors.edgesuite.net",)),
    ("Akamai", (b"reference&#32;&#35;",)),
    ("DataDome", (b"geo.captcha-delivery.com",)),
    ("PerimeterX", (b'id="px-captcha',)),
    ("AWS WAF", (b"awswafintegration",)),
    ("Sucuri", (b"sucuri website firewall",)),
    ("F5", (b"the requested url was rejected. please consult with your administrator",)),
    ("DDoS-Guard", (b"/.well-known/ddos-guard",)),
    ("Anubis", (b"anubis_challenge",)),
)
_REFUSALS = re.compile(
    r"(?:error:? )?(?:403[ :-]*)?(?:access (?:to this page (?:has been |is )?)?(?:denied|forbidden|blocked|restricted)"
    r"|forbidden|request (?:rejected|blocked|denied|unsuccessful)|just a moment|attention required"
    r"|are you (?:a )?(?:robot|human)|(?:bot|human|security|browser) (?:check|verification|challenge)"
    r"|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|pardon our interruption"
    r"|you (?:have been|are) blocked|captcha|ddos protection|one more step|please wait)"
    r"(?: (?:error|required|by [\w .-]{1,40}))?(?: 403)?",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|title|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rb"<[^<>]*>")
_TERSE_BYTES = 1_500
_HEAD_BYTES = 20_000  # a wall says so at once, and is short
_MARKED_BYTES = 150_000
_TEXT_BYTES = 400


def find_wall(response: Response) -> str | None:
    """The name of the wall that this answer is, "a refusal page" for one without a name, None for anything else."""
    for header, value, name in _HEADERS:
        found = response.header(header)
        if found is not None and value in found.lower():
            return name
    if _HTML.match(response.body[:2_000]):
        return _wall_in_html(response.body)
    return _refusal_in_text(response.body)


def _wall_in_html(body: bytes) -> str | None:
    if len(body) <= _MARKED_BYTES:
        text = body.lower()
        for name, marks in _MARKS:
            if all(mark in text for mark in marks):
                return name
    title = _TITLE.search(body[:_HEAD_BYTES])
    if title and len(body) <= _HEAD_BYTES and _is_refusal(title[1]) and _is_terse(body):
        return "a refusal page"
    return None


def _is_terse(body: bytes) -> bool:
    """Whether the page says hardly anything: a refusal is a few sentences, a release with such a title is more."""
    return len(b" ".join(_TAG.sub(b" ", body).split())) <= _TERSE_BYTES


def _refusal_in_text(body: bytes) -> str | None:
    if len(body) > _TEXT_BYTES:
        return None
    return "a refusal page" if _is_refusal(re.split(rb"[.!\n<]", body.strip(), maxsplit=1)[0]) else None


def _is_refusal(words: bytes) -> bool:
    """Whether the words, up to a separator such as the site's name, are a refusal and nothing else."""
    text = re.sub(r"[\s.…!?]+", " ", words.decode("utf-8", "replace")).strip()
    return any(_REFUSALS.fullmatch(part.strip()) for part in re.split(r" [|–—-] ", text))
