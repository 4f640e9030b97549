"""The templates: whatever a publisher wrote is text in them, and a difference shows what was taken out and put in."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from tests.support.detection import found
from watcher.content.markup import parse_fragment
from watcher.content.revision_diff import RevisionText, diff_revisions
from watcher.html import render

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
