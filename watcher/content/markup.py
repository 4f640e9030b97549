"""Markup to a tree, and CSS selectors on it. The only place that knows bs4, lxml and soupsieve.

bs4 drives lxml's recovering parser (libxml2): html.parser and html5lib take 10 to 40 s on a megabyte of hostile
markup. Where the wanted parts are known, only they become objects, which saves most of the time of a page.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, ParserRejectedMarkup
from bs4 import element as elements
from bs4.builder import LXMLTreeBuilder  # type: ignore[attr-defined] # bs4 adds it to the module as it is loaded
from lxml import etree
from soupsieve import SelectorSyntaxError, SoupSieve
from soupsieve import compile as compile_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


# The types of a tree's parts, for all who walk it: nobody else imports bs4.
NavigableString = elements.NavigableString
PageElement = elements.PageElement
Tag = elements.Tag
# libxml2's limit with huge_tree is 2048.
_DEEPEST = 2000
_REFERENCE = re.compile(rb"&#(?:0*([0-9]+)|[xX]0*([0-9a-fA-F]+));?")
_MANY_DIGITS = 8
_SURROGATES = (0xD800, 0xDFFF)
_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,200}\?>", re.IGNORECASE)
# Browsers break the line at these wherever they stand (HTML standard, 13.2.6.4.7); libxml2 drops one that closes
# nothing. Where a block follows anyway, there is nothing to add.
_STRAY_ENDS = re.compile(
    r"</p\s*>(?!\s*(?:$|</?(?:p|div|ul|ol|li|h\d|table|tr|t[dh]|section|article|main|br|hr|figure|aside|blockquote|body)\b))|</br\s*/?>",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"""(?P<tag>[a-zA-Z][\w-]*)?(?P<rest>(?:[#.][\w-]+|\[[\w-]+(?:[~*^$|]?=(?:"[^"]*"|'[^']*'|[\w-]+))?\])*)"""
)
_DESCRIBING = "self::link[@rel='canonical'] or self::script[@type='application/ld+json']"
_NAME_WORD = re.compile(r"[a-z]+")
_NO_WORDS = frozenset[str]()
_NUMBER = re.compile(r"\d+")
_IN_LINE = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s small span strong sub sup time u var"
    ).split()
)
_NO_TEXT = frozenset({"script", "style", "title"})
_STEP = re.compile(r"[#.][\w-]+|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Parts:
    """What may begin a wanted part of a page: elements with one of these tag names, ids, classes, or attributes."""

    tags: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def found_in(self, root: etree._Element) -> list[etree._Element]:
        """Every element at which a part begins; what describes the page is always wanted. One loop, for its speed."""
        tags, classes = self.tags | {"meta"}, self.classes
        tests = [f"@id='{own}'" for own in self.ids] + [f"@{name}" for name in self.names]
        others = set(root.xpath(f"//*[{' or '.join((*tests, _DESCRIBING))}]"))
        return [
            element
            for element in root.iter("*")
            if element.tag in tags or element in others or not classes.isdisjoint(element.get("class", "").split())
        ]


def parse(html: str, parts: Parts | None = None) -> BeautifulSoup:
    """The tree of a page, or only of its `parts`. Never raises, whatever the markup; attributes stay plain text."""
    source = _STRAY_ENDS.sub("</p><br>", _XML_DECLARATION.sub("", html, count=1))
    if parts is not None:
        source = _only(source, parts)
    if "<" not in source[:256]:
        source = f"<html>{source}"  # bs4 warns of text that could be a file name
    builder = _BUILDERS.pop() if _BUILDERS else _Builder(multi_valued_attributes=None)
    tree = BeautifulSoup(source, builder=builder)
    if tree.original_encoding is None:  # else it was tried a second time, as bytes
        _BUILDERS.append(builder)
    return tree


class _Builder(LXMLTreeBuilder):  # type: ignore[misc] # see its import
    """bs4's own, which keeps its parser: a new one looks up how each of its methods is called.

    That takes half of the time of a short piece of markup. While one is at work nobody else has it, and after an error
    nobody any more.
    """

    kept: etree.HTMLParser | None = None

    def parser_for(self, encoding: str | None) -> etree.HTMLParser:
        """The parser of text, made once, or a new one of bytes."""
        if encoding is not None:
            return super().parser_for(encoding)
        if self.kept is None:
            self.kept = super().parser_for(None)
        return self.kept


_BUILDERS: list[_Builder] = []


def _only(source: str, parts: Parts) -> str:
    """The markup of the wanted parts alone, outermost ones whole; lxml finds them in a tenth of the time of bs4."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.feed(source.encode("utf-8", "replace") or b"<html></html>")
    root = parser.close()
    if root is None:
        return ""
    if _depth_of_last(root) > _DEEPEST:
        return source
    chosen = parts.found_in(root)
    inner = set(chosen)
    outermost = [element for element in chosen if inner.isdisjoint(element.iterancestors())]
    language = escape(root.get("lang") or "", quote=True)
    markup = "".join(
        etree.tostring(element, encoding="unicode", method="html", with_tail=False) for element in outermost
    )
    return f'<html lang="{language}">{markup}</html>'


def texts_with_places(html: str) -> list[tuple[str, str]]:
    """Each text of a page with its place: the nearest three blocks around it by their names, numbers in them as 0.

    By lxml alone, which takes a tenth of bs4's time. Scripts and styles hold no text.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.feed(html.encode("utf-8", "replace") or b"<html></html>")
    root = parser.close()
    if root is None:
        return []
    places: dict[etree._Element | None, tuple[str, ...]] = {None: ()}
    texts: list[tuple[str, str]] = []
    for element in root.iter("*"):
        above = places[element.getparent()]
        here = above if element.tag in _IN_LINE else (_name_of(element), *above[:2])
        places[element] = here
        if element.text and element.tag not in _NO_TEXT:
            texts.append((element.text, "<".join(here)))
        if element.tail:
            texts.append((element.tail, "<".join(above)))
    return texts


def _name_of(element: etree._Element) -> str:
    return _named(str(element.tag), element.get("id", ""), element.get("class", ""))


@lru_cache(maxsize=4096)
def _named(tag: str, own: str, classes: str) -> str:
    return _NUMBER.sub("0", " ".join(f"{tag}#{own}.{classes}".split()))


def place_of(around: Iterable[Tag]) -> str:
    """The same place of a text, by the elements around it from the inside out."""
    blocks = islice((tag for tag in around if tag.name not in _IN_LINE), 3)
    return "<".join(_named(tag.name, str(tag.attrs.get("id", "")), str(tag.attrs.get("class", ""))) for tag in blocks)


def _depth_of_last(root: etree._Element) -> int:
    """How deep the last element stands: libxml2 silently ends a tree where it becomes too deep, bs4's events do not."""
    depth, element = 0, root
    while len(element):
        depth, element = depth + 1, element[-1]
    return depth


def parse_fragment(html: str) -> BeautifulSoup:
    """The tree of a piece of markup, as a feed carries it."""
    return parse(f"<html><body>{html}")


def with_possible_references(body: bytes) -> bytes:
    """XML in which each numeric reference that names no character is U+FFFD: at such a one parsers give up."""
    return _REFERENCE.sub(_possible, body)


def _possible(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 10) if reference[1] else (reference[2], 16)
    code = int(digits, base) if len(digits) < _MANY_DIGITS else sys.maxunicode + 1
    return reference[0] if code <= sys.maxunicode and not _SURROGATES[0] <= code <= _SURROGATES[1] else b"&#65533;"


def parse_xml(body: bytes) -> BeautifulSoup:
    """The tree of an XML document, read as far as it goes where it is cut or broken; entities are never fetched."""
    body = with_possible_references(body)
    try:
        return BeautifulSoup(body, "lxml-xml")
    except (ParserRejectedMarkup, ValueError):  # it declares an encoding that the parser does not take
        return BeautifulSoup(_XML_DECLARATION.sub("", body.decode(errors="replace"), count=1), "lxml-xml")


def select(root: Tag, selectors: Sequence[str]) -> list[Tag]:
    """The elements of the first selector that matches anything, outermost ones only, in the order of the page."""
    for selector in selectors:
        found = select_all(root, (selector,))
        if found:
            inner = {id(tag) for tag in found}
            return [tag for tag in found if not any(id(parent) in inner for parent in tag.parents)]
    return []


def select_all(root: Tag, selectors: Sequence[str]) -> list[Tag]:
    """Every element below `root` that one of the selectors matches, in the order of the page.

    Plain ones (`p.lead`, `#top`, `.body`) are matched here, several in one pass; soupsieve, which takes 5 µs an element
    and selector, sees the others.
    """
    if not selectors:
        return []
    wanted = [simple for selector in selectors if (simple := _plain(selector))]
    if len(wanted) < len(selectors):
        return _compiled(", ".join(selectors)).select(root)
    names = frozenset(one.tag for one in wanted if not one.own and not one.classes)
    marked = [one for one in wanted if one.own or one.classes]
    ids = {one.own for one in marked} - {""}
    classes = frozenset[str]().union(*(one.classes for one in marked))
    return [
        tag
        for tag in tags_in(root)
        if tag.name in names
        or (marked and tag.attrs and _is_marked(tag, ids, classes) and any(one.fits(tag) for one in marked))
    ]


@lru_cache(maxsize=1024)
def _compiled(selectors: str) -> SoupSieve:
    """Selectors as soupsieve applies them; bs4 puts them together anew each time, which takes as long as to use them.

    None names a namespace: HTML has only one.
    """
    return compile_selector(selectors)


def _is_marked(tag: Tag, ids: set[str], classes: frozenset[str]) -> bool:
    """Whether an element has any of these ids or classes, without which it need not be looked at further."""
    own = tag.attrs.get("class")
    return (own is not None and not classes.isdisjoint(str(own).split())) or tag.attrs.get("id") in ids


def tags_in(root: Tag, *names: str) -> list[Tag]:
    """Every element below `root`, or every one of these names, in the order of the page.

    bs4's own search takes a general filter through each element: ten times as long.
    """
    found: list[Tag] = []
    waiting: list[PageElement] = root.contents[::-1]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Tag):
            found.append(one)
            if len(one.contents) == 1:  # most have one text: not to turn it round takes a third less time
                waiting.append(one.contents[0])
            else:
                waiting += one.contents[::-1]
    return [tag for tag in found if tag.name in names] if names else found


@dataclass(frozen=True, slots=True)
class _Plain:
    """A compound selector of a tag name, an id and classes, each of which may be missing."""

    tag: str
    own: str
    classes: frozenset[str]

    def fits(self, tag: Tag) -> bool:
        """Whether the element has the name, the id and all the classes."""
        if self.tag and tag.name != self.tag:
            return False
        if self.own and tag.attrs.get("id") != self.own:
            return False
        return not self.classes or self.classes.issubset(str(tag.attrs.get("class", "")).split())


@cache
def _plain(selector: str) -> _Plain | None:
    found = _COMPOUND.fullmatch(selector)
    steps = _STEP.findall(found["rest"]) if found else []
    if not found or not selector or any(step.startswith("[") for step in steps):
        return None
    ids = [step[1:] for step in steps if step.startswith("#")]
    classes = frozenset(step[1:] for step in steps if step.startswith("."))
    return _Plain((found["tag"] or "").lower(), ids[0] if ids else "", classes) if len(ids) < 2 else None  # noqa: PLR2004 - two ids match nothing


def inside(root: Tag) -> Iterator[PageElement]:
    """Everything below `root` in the order of the page.

    For those who stop early: bs4's `descendants` first walks to the last one, which 20,000 nested tables make minutes.
    """
    waiting: list[PageElement] = list(reversed(root.contents))
    while waiting:
        element = waiting.pop()
        yield element
        if isinstance(element, Tag):
            waiting.extend(reversed(element.contents))


def remove(root: Tag, selectors: Sequence[str]) -> None:
    """Take every element that any of the selectors matches out of the tree."""
    for tag in select_all(root, selectors):
        tag.extract()


def attribute(tag: Tag, name: str) -> str:
    """An attribute's value without the space around it, empty where there is none."""
    value = tag.attrs.get(name)
    return value.strip() if isinstance(value, str) else ""


def name_words(tag: Tag) -> frozenset[str]:
    """The words of which an element's class and id are made, in small letters: `site-Footer2` is site, footer."""
    if "class" not in tag.attrs and "id" not in tag.attrs:
        return _NO_WORDS
    names = f"{attribute(tag, 'class')} {attribute(tag, 'id')}"
    return _words_of_name(names) if len(names) > 1 else _NO_WORDS


@lru_cache(maxsize=4096)
def _words_of_name(names: str) -> frozenset[str]:
    """The words of names: those of a site's elements are few, and each is asked for many times."""
    return frozenset(_NAME_WORD.findall(names.lower()))


def selector_mistake(selector: str) -> str:
    """What is wrong with a CSS selector, empty where it is sound; for the check of the configuration."""
    try:
        compile_selector(selector)
    except (SelectorSyntaxError, NotImplementedError) as error:  # the second for `::before` and the like
        return str(error).splitlines()[0]
    return ""


def parts_of(selectors: Iterable[str]) -> Parts | None:
    """The parts that these selectors speak of, by the first step of each; None where one could begin anywhere."""
    tags: set[str] = set()
    ids: set[str] = set()
    classes: set[str] = set()
    names: set[str] = set()
    for selector in selectors:
        for alternative in selector.split(","):
            step = _first_step(alternative.strip())
            if step is None:
                return None
            {"#": ids, ".": classes, "[": names, "": tags}[step[0]].add(step[1])
    return Parts(frozenset(tags), frozenset(ids), frozenset(classes), frozenset(names))


def _first_step(selector: str) -> tuple[str, str] | None:
    """The narrowest simple selector of the first compound: ('#', id), ('.', class), ('[', attribute) or ('', tag)."""
    compound = _COMPOUND.match(selector)
    after = selector[compound.end() :].lstrip() if compound else ""
    if not compound or not compound[0] or after[:1] in (":", "+", "~", "*", "|", "["):
        return None
    steps = _STEP.findall(compound["rest"])
    for sign in ("#", ".", "["):
        for step in steps:
            if step.startswith(sign):
                return sign, re.split(r"[~*^$|]?=|\]", step[1:])[0]
    return "", compound["tag"].lower()
