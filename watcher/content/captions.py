"""The captions of a page's photos, which are taken out of its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.content.lines import one_line
from watcher.content.markup import select_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.content.markup import Tag


CAPTIONS = ("figcaption", ".wp-caption-text", ".caption", ".photo-caption", ".image-caption")
# The words of buttons that photo captions share their element with.
_BUTTONS = re.compile(
    r"\s*(?:download hi-?res|photo details|view original|show caption|hide caption|[/|])\s*", re.IGNORECASE
)
# The same after a caption, in the capitals used there.
_TRAILING = re.compile(r"(?:\s*/?\s*(?:DOWNLOAD HI-?RES|PHOTO DETAILS|VIEW ORIGINAL))+\s*$")


def captions_of(root: Tag, selectors: Sequence[str] = CAPTIONS) -> tuple[str, ...]:
    """The captions below `root`, each once, taken out of the tree so that no text contains them."""
    captions: dict[str, None] = {}
    seen: set[int] = set()
    for tag in select_all(root, selectors):
        is_inner = any(id(parent) in seen for parent in tag.parents)
        seen.add(id(tag))
        if is_inner:
            continue
        words = one_line(tag)
        tag.extract()
        if words and not all(_BUTTONS.fullmatch(part) for part in words.split(" / ")):
            captions[_TRAILING.sub("", words)] = None
    return tuple(captions)
