"""The hub that a feed announces (W3C WebSub)."""

from __future__ import annotations

from watcher.feeds.websub import hub_and_topic


def test_link_header_comes_before_the_document() -> None:
    """Section 4: both ways of announcing, several links in one header, relations in any case."""
    header = '</hub>; rel="hub", <https://other.example/>; rel=alternate, <http://a.example/t>; title="x"; REL=Self'
    assert hub_and_topic(header, "https://a.example/feed", None) == ("https://a.example/hub", "http://a.example/t")
    assert hub_and_topic('<https://h.example/>; rel="other hub"', "https://a.example/f", None) == (
        "https://h.example/",
        "https://a.example/f",
    )
    assert hub_and_topic(None, "https://a.example/feed", None) is None
    assert hub_and_topic("<" * 5000, "https://a.example/feed", None) is None
