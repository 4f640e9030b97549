"""What a browser shows of an element, as far as the element itself says (HTML standard, section 15.3, "Rendering")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.markup import Tag

UNSEEN = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "annotation annotation-xml applet area audio base basefont bgsound button canvas datalist embed head "
        "iframe input link map meta noembed noframes noscript object option param picture rp rt script select "
        "source style svg template textarea title track video "
    ).split()
)
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?!\.?[\d])", re.IGNORECASE
)
# Read aloud or printed but not shown: the class names of the common frameworks.
_UNSEEN_CLASS = re.compile(
    r"(?:^|[\s-])(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|element-invisible|show-for-sr|a11y-hidden|wb-inv|print-only)(?:$|\s)",
    re.IGNORECASE,
)


def is_hidden(tag: Tag) -> bool:
    """Whether a browser would show nothing of this element, as far as the element itself says."""
    if tag.name in UNSEEN:
        return True
    attrs = tag.attrs
    if not attrs:
        return False
    if "hidden" in attrs or (tag.name == "dialog" and "open" not in attrs):
        return True
    style, classes = attrs.get("style"), attrs.get("class")
    return bool((style and _UNSEEN_STYLE.search(str(style))) or (classes and _UNSEEN_CLASS.search(str(classes))))
