"""Pages that are not the release asked for: a bot wall, a refusal, or a page that says that nothing is there.

Both come with any status, 200 included. A wall has marks in its markup that the product needs to work, or words that
say nothing but the refusal; it says hardly anything, so a long page that holds such marks or speaks of denied access
is a page. All is decided by the page alone, in time linear in its length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.content.similarity import similarity
from watcher.content.urls import url_key

if TYPE_CHECKING:
    from watcher.model.release import PageText


UNNAMED_WALL = "a refusal page"
# Characters of markup, and of shown text, beyond which a page is no wall; a refusal without a product's name is terse.
LARGEST_WALL = 60_000
_LONGEST_WALL = 2_500
_TERSE = 1_500
_SHORT_TEXT = 400
_REFUSAL_BYTES = 20_000
# In small letters, as the product's own page has it; all of a line have to be there.
_MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Cloudflare", ("/cdn-cgi/challenge-platform/", "orchestrate")),
    ("Cloudflare", ("cf-browser-verification",)),
    ("Cloudflare", ("cf_chl_opt",)),
    ("Cloudflare", ("attention required! | cloudflare",)),
    ("Cloudflare", ("enable javascript and cookies to continue",)),
    ("Cloudflare", ("checking if the site connection is secure",)),
    ("Imperva", ("incapsula incident id",)),
    ("Imperva", ("_incapsula_resource?", "incident_id")),
    ("Akamai", ("errors.edgesuite.net",)),
    ("Akamai", ("reference&#32;&#35;",)),
    ("Akamai", ("permission to access", "reference #")),
    ("DataDome", ("geo.captcha-delivery.com",)),
    ("PerimeterX", ('id="px-captcha',)),
    ("PerimeterX", ("access to this page has been denied",)),
    ("AWS WAF", ("awswafintegration",)),
    ("Sucuri", ("sucuri website firewall",)),
    ("F5", ("the requested url was rejected. please consult with your administrator",)),
    ("DDoS-Guard", ("/.well-known/ddos-guard",)),
    ("Anubis", ("anubis_challenge",)),
)
# Words of a page without a product's name, in small letters; the shown text has them.
_REFUSING_WORDS = (
    "you don't have permission to access", "you don’t have permission to access", "checking your browser before",
    "ddos protection by", "unusual traffic from your", "verify you are human", "verify you are a human",
    "verify that you are human", "verify that you are a human", "verifying you are human", "robot or human?",
    "your ip address has been blocked", "your ip has been blocked", "your request has been blocked",
    "your access has been blocked", "this request was blocked by", "pardon our interruption",
    "make sure you're not a robot", "make sure you are not a robot", "prove you are human", "prove that you are human",
    "solve the captcha", "complete the captcha",
)  # fmt: skip
_REFUSALS = re.compile(
    r"(?:error:? )?(?:403[ :-]*)?(?:access (?:to this page (?:has been |is )?)?(?:denied|forbidden|blocked|restricted)"
    r"|forbidden|blocked|request (?:rejected|blocked|denied|unsuccessful)|just a moment|attention required"
    r"|are you (?:a )?(?:robot|human)|(?:bot|robot|human|security|browser) (?:check|verification|challenge)"
    r"|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|pardon our interruption"
    r"|you (?:have been|are) blocked|captcha|ddos protection|one more step|please wait)"
    r"(?: (?:error|required|by [\w .-]{1,40}))?(?: 403)?|error 403",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(script|style|noscript|svg|title)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_NOT_FOUND = re.compile(
    r"(?:page|article|release|document|content|url|link|resource|file|story|item)s?\b[^.!?]{0,60}?\b"
    r"(?:not (?:be )?found|no longer (?:available|exists?|here)|(?:doesn.?t|does not|do not) exist|"
    r"(?:has|have) been (?:removed|deleted|moved|withdrawn|unpublished)"
    r"|is(?: currently)? (?:not available|unavailable))"
    r"|(?:can.?t|cannot|could ?n.t|could not|unable to) (?:be )?f(?:ind|ound)[^.!?]{0,60}"
    r"\b(?:page|article|release|document|content|looking for|requested)"
    r"|\b(?:error|http|code)[ :]*4(?:04|10)\b|\b4(?:04|10)[ :–—-]*(?:error|not found|gone|page)"
    r"|^\W*404\W*$"
    r"|seite (?:wurde )?(?:leider )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|"
    r"pagina non trovata|страница не найдена|сторінк[аиу] не знайдено|הדף לא נמצא|الصفحة غير موجودة|页面不存在|"
    r"sayfa bulunamadı|sidan (?:kunde inte hittas|hittades inte)",
    re.IGNORECASE,
)
# As a heading these two words are enough; in a text anything may not have been found.
_NOTHING = re.compile(r"^[^.]{0,30}\bnot found\b[^.]{0,40}$", re.IGNORECASE)
_HEADINGS = re.compile(rb"<(title|h1)\b[^<>]{0,300}>(.{0,300}?)</\1", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"\w+")
_HEAD_BYTES = 200_000
# A page that says there is nothing says little else.
_SHORT, _SHORTEST = 1_500, 600
# Share of a title's words that must be found, and of a text's below which it is another.
_ENOUGH, _UNLIKE = 0.6, 0.1


def wall_in_html(html: str) -> str | None:
    """The name of the wall that a page is, `UNNAMED_WALL` for one without a name, None for anything else."""
    if len(html) > LARGEST_WALL:
        return None
    low = html.lower()
    name = next((name for name, (first, *others) in _MARKS if first in low and all(one in low for one in others)), None)
    if name is None and any(words in low for words in _REFUSING_WORDS):
        name = UNNAMED_WALL
    if name is not None:
        return name if _shown(html) <= _LONGEST_WALL else None
    title = _TITLE.search(html[:_REFUSAL_BYTES])
    is_refused = title is not None and len(html) <= _REFUSAL_BYTES and _is_refusal(title[1]) and _shown(html) <= _TERSE
    return UNNAMED_WALL if is_refused else None


def wall_in_text(text: str) -> str | None:
    """The same for an answer that is no HTML: one short text whose first words are a refusal."""
    if len(text) > _SHORT_TEXT:
        return None
    return UNNAMED_WALL if _is_refusal(re.split(r"[.!\n<]", text.strip(), maxsplit=1)[0]) else None


def why_missing(body: bytes, page: PageText | None, *, asked: str, answered: str, title: str, known: str) -> str | None:
    """Why this page of status 200 is not the release that was asked for; None where it is, or may well be.

    `asked` and `answered` are the addresses before and after redirects, `title` the release's, `known` its text as
    far as it is known. `page` is None where no text could be read.
    """
    headings = [_words_of(found[2]) for found in _HEADINGS.finditer(body[:_HEAD_BYTES])]
    text = page.text if page is not None else ""
    if title and any(_has_title(title, place) for place in (*headings, page.title if page else "", text[:_SHORT])):
        return None
    if len(text) <= _SHORT and any(_NOT_FOUND.search(heading) or _NOTHING.search(heading) for heading in headings):
        return "a page that says that nothing was found"
    if text and len(text) <= _SHORTEST and _NOT_FOUND.search(text):
        return "a text that says that nothing was found"
    before, after = url_key(asked), url_key(answered)
    if before == after or not before:
        return None
    if _is_above(urlsplit(answered).path, urlsplit(asked).path):
        return f"redirected to {answered}"
    return f"redirected to another page, {answered}" if known and similarity(known, text) < _UNLIKE else None


def _shown(html: str) -> int:
    """Characters that a reader sees, roughly."""
    return len(" ".join(_TAG.sub(" ", _UNSHOWN.sub(" ", html)).split()))


def _is_refusal(words: str) -> bool:
    """Whether the words, up to a separator such as the site's name, are a refusal and nothing else."""
    text = re.sub(r"[\s.…!?]+", " ", words).strip()
    return any(_REFUSALS.fullmatch(part.strip()) for part in re.split(r" [|–—-] ", text))


def _words_of(markup: bytes) -> str:
    return " ".join(_TAG.sub(" ", markup.decode("utf-8", "replace")).split())


def _has_title(title: str, place: str) -> bool:
    """Whether most words of the release's title stand here."""
    wanted, found = set(_WORD.findall(title.casefold())), set(_WORD.findall(place.casefold()))
    return bool(wanted) and len(wanted & found) >= _ENOUGH * len(wanted)


def _is_above(answered: str, asked: str) -> bool:
    """Whether a path is the home page, or a folder that the other one lies in."""
    above = [
        part for part in answered.lower().split("/") if part and not part.startswith(("index.", "default.", "home"))
    ]
    below = [part for part in asked.lower().split("/") if part]
    is_language = len(above) == 1 and len(above[0]) <= len("en-us")
    return not above or is_language or (len(above) < len(below) and below[: len(above)] == above)
