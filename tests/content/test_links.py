"""The links of a release, and the documents among them."""

from __future__ import annotations

from watcher.content.links import attachments_of, links_of
from watcher.content.markup import parse_fragment

URL = "https://example.org/releases/1"


def test_links_are_absolute_web_addresses_each_once() -> None:
    """The page itself, mail and scripts are none."""
    tree = parse_fragment(
        "<a href='/a'>One</a><a href='../b?x=1'>Two</a><a href='/a'>Again</a><a href='#top'>Up</a>"
        "<a href='mailto:a@b.c'>Mail</a><a>None</a><a href='http://['>Bad</a>"
    )
    found = links_of([tree], URL)
    assert [(link.url, link.text) for link in found] == [
        ("https://example.org/a", "One"),
        ("https://example.org/b?x=1", "Two"),
    ]


def test_documents_among_the_links_are_attachments() -> None:
    """Known by the ending of the path, whatever follows it."""
    tree = parse_fragment(
        "<a href='/r.PDF?v=2'>Report</a><a href='/t.xlsx'>Table</a><a href='/page.html'>Page</a>"
        "<a href='/pdf'>No ending</a>"
    )
    found = attachments_of(links_of([tree], URL))
    assert [(document.media_type.rpartition(".")[2], document.title) for document in found] == [
        ("application/pdf", "Report"),
        ("sheet", "Table"),
    ]
