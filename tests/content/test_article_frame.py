"""Captions, links and attachments stand beside the text."""

# ruff: noqa: E501 - samples stand on the lines on which a server would send them

from __future__ import annotations

from watcher.content.article import attachments_of, captions_of, links_of
from watcher.content.lines import block_lines
from watcher.content.markup import parse_fragment

URL = "https://example.org/releases/1"


def test_captions_leave_the_text() -> None:
    """Each once, in the order of the page; buttons are no captions."""
    tree = parse_fragment(
        "<figure><figcaption>Five <b>trucks</b>.</figcaption></figure><p>Text.</p><p class='caption x'>A gate.</p>"
        "<div class='photo-caption'>Five trucks.</div><p class='caption'>DOWNLOAD HI-RES / PHOTO DETAILS</p>"
    )
    assert captions_of(tree) == ("Five trucks.", "A gate.")
    assert block_lines(tree) == ["Text."]


def test_a_caption_inside_a_caption_is_one() -> None:
    """The outer one has its words already, and pages nest them thousands deep."""
    assert captions_of(parse_fragment("<div class='caption'>A <span class='caption'>gate</span></div>")) == ("A gate",)
    assert captions_of(parse_fragment("<span class='caption'>" * 5000 + "A gate")) == ("A gate",)


def test_a_rule_of_the_publisher_names_other_captions() -> None:
    """Sites without classes keep them in plain paragraphs."""
    tree = parse_fragment("<div class='media'><p>Five trucks.</p></div><p>Text.</p>")
    assert captions_of(tree, (".media > p",)) == ("Five trucks.",)
    assert block_lines(tree) == ["Text."]


def test_links_are_absolute_web_addresses_each_once() -> None:
    """The page itself, mail and scripts are none."""
    tree = parse_fragment(
        "<a href='/a'>One</a><a href='../b?x=1'>Two</a><a href='/a'>Again</a><a href='#top'>Up</a><a href='mailto:a@b.c'>Mail</a><a>None</a><a href='http://['>Bad</a>"
    )
    found = links_of([tree], URL)
    assert [(link.url, link.text) for link in found] == [
        ("https://example.org/a", "One"),
        ("https://example.org/b?x=1", "Two"),
    ]


def test_documents_among_the_links_are_attachments() -> None:
    """Known by the ending of the path, whatever follows it."""
    tree = parse_fragment(
        "<a href='/r.PDF?v=2'>Report</a><a href='/t.xlsx'>Table</a><a href='/page.html'>Page</a><a href='/pdf'>No ending</a>"
    )
    found = attachments_of(links_of([tree], URL))
    assert [(document.media_type.rpartition(".")[2], document.title) for document in found] == [
        ("application/pdf", "Report"),
        ("sheet", "Table"),
    ]
