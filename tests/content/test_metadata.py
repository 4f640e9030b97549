"""What a page says of itself, and titles without the site's name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.markup import parse
from watcher.content.metadata import bare_title, is_site_name, read_head

URL = "https://www.example.mil/releases/900"


def head(inner: str) -> Any:
    return read_head(parse(f"<html lang='fr-CA'><head>{inner}</head><body></body></html>"), URL)


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_json_ld_comes_before_open_graph_and_meta() -> None:
    """It is made for machines and seldom left over from a template."""
    article = {
        "@type": ["Thing", "NewsArticle"],
        "headline": "Truck accident",
        "author": [{"name": "Lee Sample"}, {"name": "Kim Sample"}],
        "datePublished": "2024-05-03",
        "dateModified": "2024-05-04",
        "keywords": ["army", "accident"],
        "inLanguage": "en",
        "description": "Three hurt.",
    }
    found = head(
        linked({"@graph": [{"@type": "Organization", "name": "X"}, article]})
        + '<meta property="og:title" content="Other"><meta name="date" content="2020-01-01">'
    )
    assert (found.title, found.author, found.language, found.summary) == (
        "Truck accident",
        "Lee Sample, Kim Sample",
        "en",
        "Three hurt.",
    )
    assert found.tags == ("army", "accident")
    assert found.published == (("json_ld", "2024-05-03"), ("meta", "2020-01-01"))
    assert found.updated == (("json_ld", "2024-05-04"),)


def test_meta_elements_serve_where_there_is_no_json_ld() -> None:
    """Open Graph, Dublin Core and plain names, whatever their case."""
    found = head(
        '<meta property="og:title" content="Truck accident - Example Ministry"><meta property="og:site_name" '
        'content="Example Ministry">'
        '<meta name="DCTERMS.issued" content="2024-05-03"><meta name="keywords" content="army; accident, '
        'army"><link rel="canonical" href="/releases/900">'
    )
    assert (found.title, found.site_name, found.language) == ("Truck accident", "Example Ministry", "fr-CA")
    assert found.published == (("meta", "2024-05-03"),)
    assert found.tags == ("army", "accident")
    assert found.canonical_url == "https://www.example.mil/releases/900"


@pytest.mark.parametrize(
    ("title", "site", "bare"),
    [
        ("Truck accident | Example Ministry", "Example Ministry", "Truck accident"),
        ("Example Ministry :: Truck accident", "Example Ministry", "Truck accident"),
        ("Truck accident - GOV.UK", "GOV.UK", "Truck accident"),
        ("Strike kills 3 - two hurt", "", "Strike kills 3 - two hurt"),
        (
            "U.S. Example Command | Nov. 2: Military strikes continue in the north",
            "",
            "Nov. 2: Military strikes continue in the north",
        ),
        ("Truck accident > Example > News", "Example", "Truck accident"),
        ("Truck accident", "Truck accident", "Truck accident"),
        ("example.mil | Truck accident", "", "Truck accident"),
        ("", "", ""),
    ],
)
def test_titles_lose_the_sites_name(title: str, site: str, bare: str) -> None:
    """And nothing of their own: a dash belongs to many headlines."""
    assert bare_title(title, site, URL).startswith(bare)
    assert "Ministry" not in bare_title(title, site, URL)


def test_a_sites_name_is_known_by_its_host() -> None:
    """Where the page does not state it."""
    assert is_site_name("Example", "", URL)
    assert not is_site_name("Truck accident", "", URL)
    assert not is_site_name("mi", "", URL)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("@type", "@graph", "name", "author", "headline", "keywords", "datePublished")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_ld_makes_it_fail(value: object) -> None:
    """Sites fill it with anything."""
    head(linked(value))


@pytest.mark.parametrize("broken", ["{", "[" * 5000, "null", '{"@type": "Article"', "\x00"])
def test_broken_json_ld_is_passed_over(broken: str) -> None:
    """The rest of the head still counts."""
    found = head(f'<script type="application/ld+json">{broken}</script><title>Truck accident</title>')
    assert found.title == "Truck accident"


@pytest.mark.parametrize(
    "written",
    [
        '<!-- {"@type": "NewsArticle", "headline": "Fire", "datePublished": "2024-05-20"} -->',
        '{"@type": "NewsArticle", "headline": "Fire", "datePublished": "2024-05-20",}',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Fire", "datePublished": "2024-05-20"}\n//]]>',
        '{"@graph": [{"@type": "WebPage"}, {"@type": ["Report"], "headline": "Fire", "datePublished": "2024-05-20"}]}',
    ],
)
def test_json_ld_is_read_as_sites_write_it(written: str) -> None:
    """Templates wrap it, leave a trailing comma, and name the page before the article."""
    found = head(f'<script type="application/ld+json">{written}</script>')
    assert (found.title, found.published) == ("Fire", (("json_ld", "2024-05-20"),))


@pytest.mark.parametrize(
    "name", ["publish_date", "cXenseParse:recs:publishtime", "article.published", "DC.Date.Issued"]
)
def test_a_date_is_known_by_the_letters_of_its_name(name: str) -> None:
    """Every software spells it in its own way."""
    assert head(f'<meta name="{name}" content="2024-05-20">').published == (("meta", "2024-05-20"),)


@pytest.mark.parametrize(
    "element",
    [
        '<span itemprop="datePublished" content="2024-05-20">yesterday</span>',
        '<span property="schema:datePublished" content="2024-05-20">yesterday</span>',
        '<abbr class="published" title="2024-05-20">2 days ago</abbr>',
        '<time itemprop="datePublished" datetime="2024-05-20">20 May</time>',
    ],
)
def test_dates_that_the_text_is_marked_with(element: str) -> None:
    """Microdata, RDFa and hAtom say it for programs where people read "yesterday"."""
    tree = parse(f"<html><body>{element}</body></html>")
    assert read_head(tree, URL).published == (("meta", "2024-05-20"),)


@pytest.mark.parametrize("title", ["Fire at the depot > Army > News", "Army > News > Fire at the depot"])
def test_a_title_in_a_path_of_the_site(title: str) -> None:
    """AFPIMS and others write where the page stands into its title."""
    assert bare_title(title, "", "https://www.army.example/1") == "Fire at the depot"
