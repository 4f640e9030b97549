"""Pages that are no release: refusals, bot walls, shells that only a browser's scripts would fill."""

from __future__ import annotations

import re

# Characters of markup, of shown text, and of text too short to be a page.
LARGEST_WALL = 60_000
LONGEST_WALL = 2500
SHORTEST_PAGE = 200
# As served by Akamai, Cloudflare, Imperva, DataDome, Sucuri, F5 and AWS in front of official sites.
_WALL = re.compile(
    r"you don['’]t have permission to access|reference\s*#\s?\d+\.[0-9a-f]+|request unsuccessful\. incapsula|"
    r"incident id:|"
    r"checking (?:your browser|if the site connection is secure)|attention required! \| cloudflare|cf-?chl|"
    r"just a moment\.\.\.|"
    r"enable javascript and cookies to continue|ddos protection by|pardon our interruption|are you a (?:robot|human)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|the requested url was rejected\. please consult|support id is:|"
    r"sucuri website firewall|access to this page has been denied|unusual traffic from your|geo\.captcha-delivery|"
    r"your (?:ip|request) (?:address )?(?:has been|was|is) blocked|robot or human",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"<title[^>]*>\s*(?:access denied|403 forbidden|error 403|forbidden|blocked|security check|bot verification)",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(r"<(script|style|noscript|svg)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")


def is_wall(html: str) -> bool:
    """Whether a page is a refusal or a bot wall: little text, and the words of one."""
    if len(html) > LARGEST_WALL or not (_WALL.search(html) or _TITLE.search(html)):
        return False
    shown = " ".join(_TAGS.sub(" ", _SCRIPTS.sub(" ", html)).split())
    return len(shown) < LONGEST_WALL and bool(_WALL.search(shown) or _TITLE.search(html) or len(shown) < SHORTEST_PAGE)
