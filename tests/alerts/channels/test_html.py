"""The HTML of a mail: escaped text and nothing else, whatever the publisher wrote (checks 58, 59)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.messages import claim, notification, release
from watcher.alerts.channels.html import html_page
from watcher.alerts.channels.notification import Display

# What would do something in a mail program if it were taken for mark-up.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=https://evil.example/p.gif>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><a href='java&#10;script:alert(1)'>x</a>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "<form action=https://evil.example><input name=p></form>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    "</title><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=https://evil.example></object>",
    "<!--[if mso]><v:rect onclick=x><![endif]-->",
    "<svg><animate onbegin=alert(1)>",
    "&lt;script&gt;&#60;script&#62;",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<plaintext>",
    "<td background=https://evil.example/x style=background:url(//evil.example)>",
)
ELEMENTS = "html head meta title style body div p h1 h2 a table tr th td strong span blockquote mark ul li br del ins"
KNOWN = set(ELEMENTS.split(" "))


class Reading(HTMLParser):
    """Collects elements, attributes and the words between them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += data


def read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    reading.close()
    return reading


def everywhere(words: str) -> str:
    """A mail that has these words in every place that a publisher, or a configuration, can fill."""
    passage = dict.fromkeys(("before", "deleted", "inserted", "after"), words)
    lines = [words, {"words": words, "url": words, "remark": words}]
    return html_page(
        notification(
            Display("UTC", f"https://desk.example/{words}", words),
            title=words,
            release=release(title=words, url=words, dateline=words, published_raw=words, release_number=words),
            claims=[
                claim(sentence=words, marked=[1, 5], place_raw=words, speaker=words, in_words=words, date_raw=words)
            ],
            diff={"claims": [{"words": words}], "passages": [passage]},
            sections=[{"heading": words, "lines": lines}],
            rules=[{"name": words, "claims": [0]}],
            publisher={"code": words, "name": words},
            relay_of=[{"publisher_name": words}],
            notice={"said": words, "detail": words},
            installation=words,
            priority=words,
        )
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives(payload: str) -> None:
    """Check 58: no element, no attribute and no address comes out that we did not write."""
    reading = read(everywhere(payload))
    assert set(reading.elements) <= KNOWN
    assert {name for name, _ in reading.attributes} <= {"class", "style", "href", "charset", "name", "content", "lang"}
    assert all(value.startswith("https://desk.example/") for name, value in reading.attributes if name == "href")
    styles = [value for name, value in reading.attributes if name == "style"]
    assert not any("url(" in style or "evil" in style for style in styles)
    assert payload.split(maxsplit=1)[0] in reading.words  # shown as the words that they are


@given(st.text(alphabet=st.characters() | st.sampled_from("<>&\"'/=`"), min_size=1))
def test_no_words_become_markup(words: str) -> None:
    """Check 58: the same for words that nobody thought of."""
    reading = read(everywhere(words))
    assert set(reading.elements) <= KNOWN


def test_nothing_is_fetched_by_reading() -> None:
    """A picture from a server would tell it who reads what, and when."""
    page = html_page(notification())
    assert "<img" not in page
    assert "url(" not in page
    assert "src=" not in page


def test_words_of_the_claim_are_marked() -> None:
    """The eye finds the words that raised the alert."""
    page = html_page(notification())
    assert ">Two civilians were killed</mark> and four were injured" in page
    assert ">assessed</span>" in page


def test_colours_come_in_pairs() -> None:
    """A mail program in dark mode changes one colour and not the other, unless both are set."""
    for style in (value for name, value in read(html_page(notification())).attributes if name == "style"):
        if "background:" in style and "padding:20px 24px 18px" not in style:
            assert "color:" in style.replace("background-color:", ""), style
    assert "prefers-color-scheme:dark" in html_page(notification())
