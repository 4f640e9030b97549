"""How lxml's events become a tree of bs4: what bs4's own builder makes of them, in a third of the time.

A page has a thousand elements, of each of which bs4 asks what it may be; building them took a quarter of a page's time.
Those that bs4 has rules for are left to it: where white space counts, another kind of text, the document's charset.
"""
# ruff: noqa: SLF001 - a builder works on what bs4 keeps for its builders

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from bs4.builder import HTMLTreeBuilder
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import NavigableString, Tag

if TYPE_CHECKING:
    from bs4.element import PageElement


_PARTICULAR = frozenset(
    {*HTMLTreeBuilder.DEFAULT_PRESERVE_WHITESPACE_TAGS, *HTMLTreeBuilder.DEFAULT_STRING_CONTAINERS, "meta"}
)


class TreeBuilder(LXMLTreeBuilder):
    """Builds the tree of an HTML document, for `BeautifulSoup(markup, builder=TreeBuilder)`."""

    soup: BeautifulSoup

    # Names and texts are `str`, which bs4's own types leave open.

    def start(self, tag: Any, attrib: Any, _: Any = None) -> None:
        """An element begins. A brace in a name is how lxml writes a name space, which bs4 has to read."""
        if tag in _PARTICULAR or (attrib and "{" in "".join(attrib)):
            super().start(tag, attrib)
            return
        soup = self.soup
        if soup.current_data:
            self._end_text()
        element = self._plain(tag, attrib)
        _append(element, soup)
        soup.currentTag = element
        soup.tagStack.append(element)
        soup.open_tag_counter[tag] += 1

    def _plain(self, tag: str, attrib: dict[str, str]) -> Tag:
        """An element with all that its `__init__` would set."""
        element = Tag.__new__(Tag)
        element.parser_class, element.name, element.namespace, element.prefix = BeautifulSoup, tag, None, None
        element._namespaces = self.active_namespace_prefixes[-1]
        element.sourceline, element.sourcepos = None, None
        element.attribute_value_list_class = self.attribute_value_list_class
        element.attrs = self.attribute_dict_class(attrib) if attrib else self.attribute_dict_class()
        element.known_xml, element.hidden, element.contents = self.is_xml, False, []
        element.can_be_empty_element = self.can_be_empty_element(tag)
        element.cdata_list_attributes = self.cdata_list_attributes
        element.preserve_whitespace_tags = self.preserve_whitespace_tags
        element.interesting_string_types = Tag.MAIN_CONTENT_STRING_TYPES
        return element

    def end(self, tag: Any) -> None:
        """The innermost element ends; of another name, whatever bs4 ends."""
        soup = self.soup
        if soup.current_data:
            self._end_text()
        if tag in _PARTICULAR or soup.tagStack[-1].name != tag:
            super().end(tag)
            return
        soup.tagStack.pop()
        soup.open_tag_counter[tag] -= 1
        soup.currentTag = soup.tagStack[-1]

    def data(self, data: Any) -> None:
        """A piece of a text comes."""
        self.soup.current_data.append(data)

    def _end_text(self) -> None:
        """Put the text that came into the tree; white space alone is one space, or one line break."""
        soup = self.soup
        if soup.preserve_whitespace_tag_stack or soup.string_container_stack:
            soup.endData()
            return
        words = "".join(soup.current_data)
        soup.current_data = []
        if not words.strip(soup.ASCII_SPACES):
            words = "\n" if "\n" in words else " "
        text = str.__new__(NavigableString, words)
        text.hidden = False
        _append(text, soup)


def _append(new: PageElement, soup: BeautifulSoup) -> None:
    """Make a part of a tree the last one of the element that is open."""
    parent, before = soup.tagStack[-1], soup._most_recent_element
    new.parent, new.previous_element, new.next_element, new.next_sibling = parent, before, None, None
    if before is not None:
        before.next_element = new
    beside = parent.contents
    new.previous_sibling = beside[-1] if beside else None
    if beside:
        beside[-1].next_sibling = new
    beside.append(new)
    soup._most_recent_element = new
