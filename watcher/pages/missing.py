"""Tell a page that is gone from one that is there, where the server answers 200 to everything (pure).

A "soft 404" says that there is nothing, or leads to the home page, a list, another page. Words alone prove nothing: a
release may speak of a page that was not found. So a page that carries the release's title is the release, and only
short pages are taken at their word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.identity import place_of
from watcher.likeness import likeness

if TYPE_CHECKING:
    from watcher.models import PageText

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
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")
_HEAD_BYTES = 200_000
# A page that says there is nothing says little else.
_SHORT = 1_500
_FIRST = 600
_ENOUGH = 0.6
_UNLIKE = 0.1


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
        return "a page that says there is nothing"
    if text and len(text) <= _FIRST and _NOT_FOUND.search(text):
        return "a text that says there is nothing"
    before, after = place_of(asked), place_of(answered)
    if before == after or not before:
        return None
    if _is_above(urlsplit(answered).path, urlsplit(asked).path):
        return f"redirected to {answered}"
    return f"redirected to another page, {answered}" if known and likeness(known, text) < _UNLIKE else None


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
