"""A page of ours with links that lead within a folder, wherever that is put; what leads nowhere is no link any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import lxml.html

if TYPE_CHECKING:
    from collections.abc import Callable


def with_relative_links(html: str, root: str, file_of: Callable[[str], str | None]) -> str:
    """The page with each address of this site replaced: `file_of` says which file stands for a path, None for none.

    `root` leads from the page to the folder ("../../"). A link to what has no file is removed together with the item
    of a list that it alone makes; a link with a query has none, since a file answers no query.
    """
    tree = lxml.html.document_fromstring(html)
    for element, attribute in _linking(tree):
        address = urlsplit(element.get(attribute))
        if address.scheme or address.netloc or not address.path:
            continue
        target = file_of(address.path) if not address.query or element.tag != "a" else None
        if target is not None:
            element.set(attribute, root + target + (f"#{address.fragment}" if address.fragment else ""))
        else:
            _unlink(element, attribute)
    text: str = lxml.html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>")
    return text


def _linking(tree: Any) -> list[tuple[Any, str]]:
    """Every element that loads or leads somewhere, with the attribute that says where."""
    names = ("href", "src", "action")
    return [(element, name) for element in tree.iter() for name in names if element.get(name) is not None]


def _unlink(element: Any, attribute: str) -> None:
    parent = element.getparent()
    is_whole = parent.tag == "li" and parent.text_content().strip() == element.text_content().strip()
    if element.tag == "a" and is_whole:
        parent.getparent().remove(parent)
    elif element.tag == "a":
        del element.attrib[attribute]
    else:
        element.drop_tree()
