"""What a browser shows of an element, as far as the element itself says: hidden, a block, the sign of a foot note.

What counts as block, inline and hidden follows the default style sheet of the HTML standard (section 15.3,
"Rendering").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.content.markup import tags_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.content.markup import Tag


_BLOCKS = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
        "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol "
        "optgroup option p pre search section summary table tbody td tfoot th thead tr ul xmp "
    ).split()
)
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([\w-]+)", re.IGNORECASE)
_IN_LINE = frozenset({"inline", "inline-block", "contents", "ruby"})
_UNSEEN = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "annotation annotation-xml applet area audio base basefont bgsound button canvas datalist embed head "
        "iframe input link map meta meter noembed noframes noscript object option param picture progress rp rt script "
        "select source style svg template textarea title track video "
    ).split()
)
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?!\.?[\d])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
# The sign of a foot note that is no `sup`: raised by its own style, or marked as the common editors mark it.
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:foot-?note|end-?note|fn|note|cite)-?(?:ref|reference|mark|link|number|anchor)?(?:$|\s)|superscript",
    re.IGNORECASE,
)
_NOTE_LINK = re.compile(r"#_?(?:f(?:oot)?n|ftn|fn|edn|en|endnote|footnote|note|cite)[\w-]*\d", re.IGNORECASE)
_NOTE_TAGS = frozenset({"a", "span", "font", "small", "b", "strong", "i", "em"})
# Read aloud or printed but not shown: the class names of the common frameworks.
_UNSEEN_CLASS = re.compile(
    r"(?:^|[\s-])(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|element-invisible|show-for-sr|a11y-hidden|wb-inv|print-only|odometer-digit-spacer)(?:$|\s)",
    re.IGNORECASE,
)


_LONGEST_KEPT = 200  # characters of the classes of an element that are kept in memory
_NEARLY_ALL = 0.6
_PANEL_ROLES = frozenset({"region", "tabpanel"})
_FOLDING = frozenset({"div", "section", "article", "dd", "li", "ul", "p"})
_FOLDED_CLASS = re.compile(
    r"(?:^|\s)(?:collapse(?!\s+(?:show|in)\b)(?![\w-])|(?:\w+[-_]+)?accordion[-_]*(?:body|content|panel|collapse|text)\b)"
)
_NO_HEIGHT = re.compile(r"(?:^|[;\s])(?:max-)?height\s*:\s*0(?![.\d])", re.IGNORECASE)
_MOST_FOLDED = 500
_STRUCK_STYLE = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_STRUCK_CLASS = re.compile(r"(?:^|\s)(?:line-through|strike(?:-?through)?|struck(?:-?out)?)(?:$|\s)", re.IGNORECASE)


def is_block(tag: Tag) -> bool:
    """Whether an element begins and ends a line: by its name, unless its own style says otherwise."""
    stated = _DISPLAY.search(str(tag.attrs["style"])) if "style" in tag.attrs else None
    return stated[1].lower() not in _IN_LINE if stated else tag.name in _BLOCKS


def is_hidden(tag: Tag) -> bool:
    """Whether a browser would show nothing of this element, as far as the element itself says."""
    if tag.name in _UNSEEN:
        return True
    attrs = tag.attrs
    if not attrs:
        return False
    style, classes = attrs.get("style"), attrs.get("class")
    return bool(
        (tag.name == "dialog" and "open" not in attrs)
        or (classes and _is_unseen(str(classes)))
        or (("hidden" in attrs or (style and _UNSEEN_STYLE.search(str(style)))) and not _is_panel(tag))
    )


def _is_panel(tag: Tag) -> bool:
    """Whether a hidden element is what a reader opens: the body of an accordion, a tab, a text that is searched."""
    attrs = tag.attrs
    if str(attrs.get("hidden", "")).lower() == "until-found":
        return True
    is_marked = str(attrs.get("role", "")).lower() in _PANEL_ROLES or _FOLDED_CLASS.search(str(attrs.get("class", "")))
    return tag.name in _FOLDING and bool(is_marked)


def is_struck_out(tag: Tag) -> bool:
    """Whether the publisher struck an element out: by its name, its style or its class."""
    if tag.name in ("del", "s", "strike"):
        return True
    if not tag.attrs:
        return False
    style, classes = tag.attrs.get("style"), tag.attrs.get("class")
    return bool((style and _STRUCK_STYLE.search(str(style))) or (classes and _is_struck(str(classes))))


def _is_unseen(classes: str) -> bool:
    return _shown_of(classes)[0] if len(classes) <= _LONGEST_KEPT else bool(_UNSEEN_CLASS.search(classes))


def _is_struck(classes: str) -> bool:
    return _shown_of(classes)[1] if len(classes) <= _LONGEST_KEPT else bool(_STRUCK_CLASS.search(classes))


@lru_cache(maxsize=4096)
def _shown_of(classes: str) -> tuple[bool, bool]:
    """Whether classes hide an element or strike it out: those of a site's elements are few, and often asked for."""
    return _UNSEEN_CLASS.search(classes) is not None, _STRUCK_CLASS.search(classes) is not None


def reveal(body: Tag) -> None:
    """Show what hides nearly all of a page's text: a script takes the style away as soon as it runs."""
    whole, inside = len(body.get_text()), tags_in(body)
    for tag in (body, *filter(_may_be_shown, inside)):
        if is_hidden(tag) and len(tag.get_text()) > _NEARLY_ALL * whole:
            for name in ("style", "class", "hidden"):
                tag.attrs.pop(name, None)
    _open_controlled(inside)


def _is_closed_control(tag: Tag) -> bool:
    return tag.attrs.get("aria-expanded") == "false" and "aria-controls" in tag.attrs


def _open_controlled(tags: Sequence[Tag]) -> None:
    """Show, folded up, what a control of the page opens: hidden, and named by a button that says it is closed."""
    controls = [tag for tag in tags if _is_closed_control(tag)][:_MOST_FOLDED]
    names = {name for control in controls for name in str(control.attrs["aria-controls"]).split()}
    for tag in [one for one in tags if one.attrs.get("id") in names][:_MOST_FOLDED] if names else ():
        if tag.name in _FOLDING and is_hidden(tag):
            tag.attrs.pop("hidden", None)
            tag.attrs.pop("style", None)
            tag.attrs["aria-hidden"] = "true"


def _may_be_shown(tag: Tag) -> bool:
    attrs = tag.attrs
    return bool(attrs) and tag.name not in _UNSEEN and ("style" in attrs or "hidden" in attrs or "class" in attrs)


def is_folded(tag: Tag) -> bool:
    """Whether an element is shown only after a reader asks for it: closed details, the body of an accordion."""
    if tag.name == "details":
        return "open" not in tag.attrs
    attrs = tag.attrs
    if not attrs or tag.name not in _FOLDING:
        return False
    return (
        attrs.get("aria-hidden") == "true"
        or _is_panel(tag)
        or ("style" in attrs and _NO_HEIGHT.search(str(attrs["style"])) is not None)
    )


def is_mostly_folded(roots: Iterable[Tag]) -> bool:
    """Whether more than half of the text of some elements is folded up."""
    whole = folded = 0
    for root in roots:
        size = len(root.get_text())
        whole += size
        if any(map(is_folded, (root, *root.parents))):
            folded += size
        else:
            inner = [tag for tag in tags_in(root) if is_folded(tag)][:_MOST_FOLDED]
            folded += sum(len(tag.get_text()) for tag in inner if not any(map(is_folded, tag.parents)))
    return 2 * folded > whole


def is_note(tag: Tag) -> bool:
    """Whether an inline element is the sign of a foot note though it is no `sup`: so styled, named or linked."""
    if tag.name not in _NOTE_TAGS or not tag.attrs:
        return False
    attrs = tag.attrs
    return bool(
        ("style" in attrs and _RAISED_STYLE.search(str(attrs["style"])))
        or ("class" in attrs and _NOTE_CLASS.search(str(attrs["class"])))
        or ("href" in attrs and _NOTE_LINK.match(str(attrs["href"])))
        or attrs.get("role") == "doc-noteref"
    )
