"""Pages of many kinds of sites around one invented release, each with what its software puts beside the text.

`tests/data/content/sites/*.html` are the pages; `{{...}}` stand for what they share. `LINES` are the lines that a
reader takes for the release; everything else is noise, and most of it says NOISE somewhere. A new structure is a new
file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support import TESTS

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Three soldiers die as convoy is hit near border"
LINES = tuple(
    """\
Three soldiers were killed and eleven were injured on Tuesday evening when their convoy was hit by a bomb, it said.
The injured were flown to the military hospital in the capital. Two are in a critical condition, said its director.
It was the second attack within a month. On 3 March, 1,250 metres from the same bridge, a patrol of nine was fired upon.
The commander of the brigade spoke to reporters after he had visited the families of the dead:
“They drove to bring water to a village that had been cut off for days. They were not at war with anybody.”
An inquiry has been opened. The road is closed to all traffic, and travellers are asked to take the northern route.
""".splitlines()
)
NOISE = "Nineteen killed elsewhere in other news of the week"
_HEAD = (
    f'<head><meta charset="utf-8"><title>{TITLE} | Ministry of Example</title><meta property="og:title"'
    f' content="{TITLE}"><meta property="article:published_time" content="2024-03-12T18:30:00+02:00"></head>'
)
_MENU = (
    '<nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li>'
    f'<li><a href="/n">{NOISE}</a></li></ul></nav>'
)
_FOOTER = (
    f"<footer><div class='widgets'><h4>About</h4><p>The Ministry of Example serves the people. {NOISE}.</p></div>"
    "<p>© 2024 Ministry of Example. All rights reserved.</p></footer>"
)
_COOKIES = (
    '<div id="cookie-banner" role="dialog" class="cookie-consent"><h2>We value your privacy</h2><p>This site uses'
    f" cookies. {NOISE}. By continuing to browse you agree to our privacy notice.</p><button>Accept all</button></div>"
)
_CARD = (
    '<div class="card"><a href="/r/{0}"><h3>{1} {0}</h3></a><p>{1}, officials said on day {0} of the month.</p>'
    '<time datetime="2024-02-0{0}">{0} February 2024</time></div>'
)
_QUOTE = 4
COMMON = {
    "title": TITLE,
    "noise": NOISE,
    "head": _HEAD,
    "menu": _MENU,
    "footer": _FOOTER,
    "cookies": _COOKIES,
    "cards": "".join(_CARD.format(number, NOISE) for number in range(1, 5)),
    "links": "<ul>"
    + "".join(f'<li><a href="/r/{number}">{NOISE} {number}</a></li>' for number in range(1, 7))
    + "</ul>",
}
FILES = sorted((TESTS / "data" / "content" / "sites").glob("*.html"))


def filled(file: Path, lines: tuple[str, ...] = LINES) -> str:
    """The page of a file with what the pages share and a release of these six lines."""
    shared = COMMON | told(lines)
    return re.sub(r"\{\{(\w+)\}\}", lambda found: shared[found[1]], file.read_text(encoding="utf-8"))


def told(lines: tuple[str, ...]) -> dict[str, str]:
    """A release as the pages take it: whole, by line, and by halves of lines."""
    paragraphs = (
        f"<blockquote><p>{line}</p></blockquote>" if place == _QUOTE else f"<p>{line}</p>"
        for place, line in enumerate(lines)
    )
    return {
        "paragraphs": "".join(paragraphs),
        **{f"line{place}": line for place, line in enumerate(lines)},
        **{f"start{place}": line[: len(line) // 2] for place, line in enumerate(lines)},
        **{f"rest{place}": line[len(line) // 2 :] for place, line in enumerate(lines)},
    }
