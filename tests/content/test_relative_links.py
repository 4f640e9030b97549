"""Links of a published page: within the folder, or none."""

from __future__ import annotations

import pytest

from watcher.content.relative_links import with_relative_links

FILES = {"/": "index.html", "/release/1": "release/1/index.html", "/style.css": "style.css"}
CASES = {
    '<a href="/release/1#c5">x</a>': '<a href="../release/1/index.html#c5">x</a>',
    '<a href="#c5">x</a>': '<a href="#c5">x</a>',
    '<a href="https://army.example/1">x</a>': '<a href="https://army.example/1">x</a>',
    '<a href="//army.example/1">x</a>': '<a href="//army.example/1">x</a>',
    '<link rel="stylesheet" href="/style.css?v=1">': '<link rel="stylesheet" href="../style.css">',
    '<p>see <a href="/?publisher=a">all</a> of it</p>': "<p>see <a>all</a> of it</p>",
    '<ul><li><a href="/search">Search</a></li><li><a href="/">All</a></li></ul>': (
        '<ul><li><a href="../index.html">All</a></li></ul>'
    ),
    '<ul><li><a href="/search">Search</a> for more</li></ul>': "<ul><li><a>Search</a> for more</li></ul>",
    '<p>a <form action="/review"><button>b</button></form></p>': "<p>a ",
}


@pytest.mark.parametrize(("given", "wanted"), CASES.items())
def test_links_lead_within_the_folder_or_nowhere(given: str, wanted: str) -> None:
    """A dead link in a frozen copy stays dead for ever; other sites are left as they are, and no words are lost."""
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{given}</body></html>'
    assert wanted in with_relative_links(page, "../", FILES.get)


def test_signs_stay_signs() -> None:
    """What was escaped stays escaped, in whatever script."""
    made = with_relative_links("<p title='\"&lt;'>&lt;script&gt; &amp; الجيش</p>", "", FILES.get)
    assert "<p title='\"&lt;'>&lt;script&gt; &amp; الجيش</p>" in made
