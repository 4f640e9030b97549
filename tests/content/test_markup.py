"""Trees and selectors: the same elements whether a page is built whole or in part."""

from __future__ import annotations

from contextlib import suppress

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TESTS
from watcher.content.markup import (
    attribute,
    parse,
    parse_fragment,
    parse_xml,
    parts_of,
    remove,
    select,
    select_all,
    selector_mistake,
)

PAGE = (TESTS / "data" / "content" / "parts.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "selector",
    [
        "#top",
        "div#top",
        ".lead",
        "p.lead.first",
        "div.body",
        "aside",
        "[data-kind]",
        "aside[data-kind=box]",
        "#top p",
        ".body > p",
        "#top p, aside",
    ],
)
def test_parts_alone_hold_what_the_whole_page_holds(selector: str) -> None:
    """Building only the parts must change nothing but the time it takes."""
    parts = parts_of([selector])
    assert parts is not None
    whole, some = select(parse(PAGE), [selector]), select(parse(PAGE, parts), [selector])
    assert whole
    assert [str(tag) for tag in some] == [str(tag) for tag in whole]


def test_parts_keep_what_describes_the_page_and_nothing_else() -> None:
    """Head data and the language stay, menus and scripts are never built."""
    tree = parse(PAGE, parts_of([".lead"]))
    assert tree.find("html") is not None
    assert [tag.name for tag in tree.find_all(["meta", "link", "script"])] == ["meta", "link", "script"]
    assert "menu" not in tree.get_text()
    assert "var x" not in tree.get_text()
    assert str(tree.find("html")).startswith('<html lang="uk">')


@pytest.mark.parametrize("selector", ["*", ":root", "div:has(p)", "p + p", "p ~ b", "~ p", "", "p:first-child"])
def test_a_selector_that_may_begin_anywhere_builds_the_whole_page(selector: str) -> None:
    """Better slow than without the part."""
    assert parts_of([selector]) is None


@pytest.mark.parametrize("selector", ["p", "P", ".body", "div.body.x", "#top", "b"])
def test_plain_selectors_match_as_soupsieve_does(selector: str) -> None:
    """They are matched by ourselves, for speed."""
    tree = parse(PAGE)
    assert select_all(tree, [selector]) == list(tree.select(selector))
    assert select_all(tree, [selector, "aside"]) == list(tree.select(f"{selector}, aside"))


def test_the_first_selector_that_matches_serves_and_nested_matches_are_one() -> None:
    """A rule lists old and new templates; a body inside a body is not read twice."""
    assert [attribute(tag, "class") for tag in select(parse(PAGE), [".gone", ".body", "p"])] == ["body x"]
    assert select(parse(PAGE), []) == []


def test_equal_elements_are_not_taken_for_the_same() -> None:
    """bs4 compares tags by their content: two empty boxes, one inside another, are two elements."""
    tree = parse_fragment("<div class=a><div class=b></div></div><div class=b></div>")
    assert len(select(tree, [".b"])) == 2


def test_removed_elements_are_gone() -> None:
    """All of every selector, plain or not."""
    tree = parse(PAGE)
    remove(tree, ["nav", "aside[data-kind]", ".body .body"])
    assert "menu" not in tree.get_text()
    assert "six" not in tree.get_text()
    assert "five" not in tree.get_text()
    assert "four" in tree.get_text()
    remove(tree, [])


@pytest.mark.parametrize("selector", ["p[", "p:nope(", "> p > ", "p::before"])
def test_a_selector_that_cannot_be_read_is_explained(selector: str) -> None:
    """The check of the configuration says so before a page is fetched."""
    assert selector_mistake(selector)
    assert not selector_mistake("div.body > p")


@given(st.text(max_size=200))
def test_no_text_makes_parsing_fail_or_warn(markup: str) -> None:
    """bs4 warns of addresses, file names and XML; here they are texts like others."""
    for source in (markup, f"<?xml version='1.0'?>{markup}", "https://example.org/a.html", "page.html", ""):
        parse(source)
        parse(source, parts_of([".a", "[b]", "#c"]))
        parse_fragment(source)


def test_every_page_is_read_as_if_it_was_the_first() -> None:
    """One parser reads them all: what one leaves open, declares or breaks must not reach the next one."""
    odd = [
        "<p>a<b><i>c",
        '<svg xmlns:x="urn:x"><x:a>b</svg>',
        "</i><table><tr>",
        "<!doctype x><pre>\n a",
        "<",
        "<p>\x00",
    ]
    for first in (*odd, '<meta charset="latin-1"><p>é', "<p \ud800>"):
        with suppress(UnicodeEncodeError):
            parse(first)
        for markup in odd:
            assert str(parse(markup)) == str(BeautifulSoup(markup, "lxml", multi_valued_attributes=None))


def test_a_stray_end_of_a_paragraph_breaks_the_line_as_in_browsers() -> None:
    """`30</p>1 hurt` would otherwise be 301 hurt."""
    assert str(parse_fragment("<div>30</p>1</div>").find("div")) == "<div>30<br/>1</div>"
    assert str(parse_fragment("<p>30</p><p>1</p>").find("body")) == "<body><p>30</p><p>1</p></body>"


def test_a_part_deeper_than_the_parser_goes_is_built_whole() -> None:
    """libxml2 ends its tree silently at a depth of 2048; the text below must not be lost."""
    deep = "<html><body><div class='a'>" + "<div>" * 3000 + "killed 3"
    assert "killed 3" in parse(deep, parts_of([".a"])).get_text()


def test_xml_keeps_its_names_and_reads_on_where_it_is_cut() -> None:
    """Sitemaps have prefixes and end early."""
    tree = parse_xml(b"<a xmlns:n='u'><n:b>1</n:b><c>2")
    assert tree.find("n:b") is not None
    assert tree.get_text() == "12"
