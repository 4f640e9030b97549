"""The templates: whatever a publisher wrote is text in them (checks 58, 59); a difference shows what changed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from tests.support.detection import found
from tests.support.messages import claim, notification, release
from watcher.alerts.channels.notification import Display
from watcher.content.markup import parse_fragment
from watcher.content.revision_diff import RevisionText, diff_revisions
from watcher.html import render

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


def mail(display: Display | None = None, **fields: Any) -> str:
    return render("mail.html", notification=notification(display, **fields))


def everywhere(words: str) -> str:
    """A mail that has these words in every place that a publisher, or a configuration, can fill."""
    passage = dict.fromkeys(("before", "deleted", "inserted", "after"), words)
    lines = [words, {"words": words, "url": words, "remark": words}]
    return mail(
        Display("UTC", f"https://desk.example/{words}", words),
        title=words,
        release=release(title=words, url=words, dateline=words, published_raw=words, release_number=words),
        claims=[claim(sentence=words, marked=[1, 5], place_raw=words, speaker=words, in_words=words, date_raw=words)],
        diff={"claims": [{"words": words}], "passages": [passage]},
        sections=[{"heading": words, "lines": lines}],
        rules=[{"name": words, "claims": [0]}],
        publisher={"code": words, "name": words},
        syndicated_copies=[{"publisher_name": words}],
        notice={"said": words, "detail": words},
        installation=words,
        priority=words,
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
    page = mail()
    assert "<img" not in page
    assert "url(" not in page
    assert "src=" not in page


def test_words_of_the_claim_are_marked() -> None:
    """The eye finds the words that raised the alert."""
    page = mail()
    assert ">Two civilians were killed</mark> and four were injured" in page
    assert ">assessed as likely</span>" in page


def test_colours_come_in_pairs() -> None:
    """A mail program in dark mode changes one colour and not the other, unless both are set."""
    for style in (value for name, value in read(mail()).attributes if name == "style"):
        if "background:" in style and "padding:20px 24px 18px" not in style:
            assert "color:" in style.replace("background-color:", ""), style
    assert "prefers-color-scheme:dark" in mail()


KILLED = "Two civilians were killed in the strike on Monday."


def revision(number: int, text: str, title: str = "Strike") -> RevisionText:
    claims = found(text).claims
    return RevisionText(number, title, text, f"{number}" * 64, f"2026-11-2{number}T12:00:00Z", "b" * 64, "page", claims)


OLD, NEW = revision(1, f"{KILLED} An inquiry began."), revision(2, KILLED.replace("Two", "Eight"), "Strike, updated")


def test_html_marks_what_was_deleted_and_inserted() -> None:
    """Mail and web show the words struck out and underlined, with both hashes and times (check 79)."""
    page = parse_fragment(render("diff_page.html", diff=diff_revisions(OLD, NEW), heading="Strike"))
    assert [one.get_text() for one in page.find_all("del")] == ["Two ", "An inquiry began."]
    assert [one.get_text() for one in page.find_all("ins")] == [", updated", "Eight "]
    for said in ("1" * 64, "2" * 64, "b" * 64, "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"):
        assert said in page.get_text()


def test_html_is_escaped_and_remote_free() -> None:
    """What a publisher wrote is text, never markup of ours: no script, no picture, no direction signs."""
    hostile = revision(2, "<script>alert(1)</script><img src=https://x.example/p.png> & \u202etxet\u0007")
    shown = render("diff.html", diff=diff_revisions(OLD, hostile))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert "&lt;script&gt;" in shown
    assert "&amp;" in shown


def test_difference_of_a_revision_from_itself_is_said() -> None:
    """The same text twice is said to be the same, not an empty page."""
    assert "The claims are the same." in render("diff.html", diff=diff_revisions(OLD, OLD))


def test_lines_of_a_text_stay_lines() -> None:
    """A casualty list is read line by line, also in mail programs that fold white space."""
    page = render("diff.html", diff=diff_revisions(OLD, revision(2, "Killed:\nAnn\nBob")))
    assert "Ann<br>\nBob" in page


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u0007", "\x00", "\u2028", "\ud800", "\uffff"])
def test_control_and_direction_signs_come_into_no_page(sign: str) -> None:
    """They could make a text look like another one, or a feed that no reader takes."""
    assert render("row.html", cells={"title": f"a{sign}b"}).strip().endswith("<dd>a b</dd></dl>")


def test_value_that_is_missing_is_an_error() -> None:
    """A template that needs what nobody gave it must fail in a test, not send an empty mail."""
    with pytest.raises(UndefinedError):
        render("diff_page.html", diff=diff_revisions(OLD, NEW))
