"""Tell a bot wall or a refusal page from content, by the page alone: the one list that fetching and extraction share.

A wall answers with any status, 200 included. Its signs are marks in the markup that the product needs to work, or
words that say nothing but the refusal. It says hardly anything: a long page that holds such marks or speaks of denied
access is a page. Pure; linear in the length of the page.
"""

from __future__ import annotations

import re

A_REFUSAL = "a refusal page"
# Characters of markup, and of shown text, beyond which a page is no wall; a refusal without a product's name is terse.
LARGEST = 60_000
LONGEST = 2_500
_TERSE = 1_500
_SHORT_TEXT = 400
_HEAD = 20_000
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
_WORDS = (
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


def wall_in_html(html: str) -> str | None:
    """The name of the wall that a page is, `A_REFUSAL` for one without a name, None for anything else."""
    if len(html) > LARGEST:
        return None
    low = html.lower()
    name = next((name for name, marks in _MARKS if all(mark in low for mark in marks)), None)
    if name is None and any(words in low for words in _WORDS):
        name = A_REFUSAL
    if name is not None:
        return name if _shown(html) <= LONGEST else None
    title = _TITLE.search(html[:_HEAD])
    is_refused = title is not None and len(html) <= _HEAD and _is_refusal(title[1]) and _shown(html) <= _TERSE
    return A_REFUSAL if is_refused else None


def wall_in_text(text: str) -> str | None:
    """The same for an answer that is no HTML: one short text whose first words are a refusal."""
    if len(text) > _SHORT_TEXT:
        return None
    return A_REFUSAL if _is_refusal(re.split(r"[.!\n<]", text.strip(), maxsplit=1)[0]) else None


def _shown(html: str) -> int:
    """Characters that a reader sees, roughly."""
    return len(" ".join(_TAG.sub(" ", _UNSHOWN.sub(" ", html)).split()))


def _is_refusal(words: str) -> bool:
    """Whether the words, up to a separator such as the site's name, are a refusal and nothing else."""
    text = re.sub(r"[\s.…!?]+", " ", words).strip()
    return any(_REFUSALS.fullmatch(part.strip()) for part in re.split(r" [|–—-] ", text))
