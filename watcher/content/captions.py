"""The captions of a page's photos, which are taken out of its text."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from watcher.content.characters import squeeze
from watcher.content.lines import one_line
from watcher.content.markup import NavigableString, Tag, inside, name_words, select_all, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.content.markup import PageElement


CAPTIONS = ("figcaption", ".wp-caption-text", ".caption", ".photo-caption", ".image-caption")
# The words of buttons that photo captions share their element with.
_BUTTONS = re.compile(
    r"\s*(?:download hi-?res|photo details|view original|show caption|hide caption|[/|])\s*", re.IGNORECASE
)
# The same after a caption, in the capitals used there.
_TRAILING = re.compile(r"(?:\s*/?\s*(?:DOWNLOAD HI-?RES|PHOTO DETAILS|VIEW ORIGINAL))+\s*$")


# Who made a picture, as it stands at the beginning or the end of its caption.
_CREDIT = re.compile(
    r"^(?:(?:file|stock|courtesy|illustrative|archive) )?"
    r"(?:photo(?:graph)?|image|picture|foto|фото|світлина|imagen|bild|resim|写真|图片|사진)s?"
    r"(?: credits?)?\s?(?:[:：©/]|\bby\b|\bcourtesy\b|\bvon\b|\bde\b).{0,100}$"
    r"|^(?:credits?|source|quelle|crédits?)\s?:\s?\S.{0,80}$|^©"
    r"|\((?:[^()]{0,60}\s)?(?:photo|file photo|image|foto|фото|courtesy photo|handout)\b[^()]{0,100}\)\s?$"
    r"|(?:\.|\s[–—|-])\s?(?:file )?(?:photos?|images?|foto|фото)\s?(?:by\b|:|/|courtesy\b)[^.]{2,80}\.?$",
    re.IGNORECASE,
)
_CAPTION_NAMES = frozenset(
    {"caption", "captions", "desc", "description", "credit", "credits", "legend", "cutline", "source"}
)
_PICTURE_NAMES = frozenset(
    {"image", "images", "img", "photo", "photos", "figure", "media", "picture", "thumb", "gallery", "slide", "foto"}
)
_MOST_PICTURES, _LEVELS = 60, 6
_LONGEST = 500
_LONGEST_IN_CELL = 160  # a third of what is read of the text around it
_FEW_NODES = 40
_PARAGRAPHS, _MOST_PARAGRAPHS = ["p", "h1", "h2", "h3", "li"], 2  # a caption and a credit


def captions_of(root: Tag, selectors: Sequence[str] = CAPTIONS) -> tuple[str, ...]:
    """The captions below `root`, each once, taken out of the tree so that no text contains them."""
    captions: dict[str, None] = {}
    seen: set[int] = set()
    for tag in (*select_all(root, selectors), *_beside_pictures(root)):
        is_inner = any(id(parent) in seen for parent in tag.parents)
        seen.add(id(tag))
        if is_inner:
            continue
        words = one_line(tag)
        tag.extract()
        if words and not all(_BUTTONS.fullmatch(part) for part in words.split(" / ")):
            captions[_TRAILING.sub("", words)] = None
    return tuple(captions)


def _beside_pictures(root: Tag) -> Iterator[Tag]:
    """The short blocks before or after a picture, or around it, that are named as captions or say who made it."""
    for picture in tags_in(root, "img")[:_MOST_PICTURES]:
        outer = _alone(picture, root)
        parent = outer.parent
        if (cell := _cell_below(picture, root)) is not None:
            yield cell
            continue
        if parent is not None and parent is not root and _is_picture_box(parent):
            yield parent
            continue
        for sibling in (_next(outer.next_siblings), _next(outer.previous_siblings)):
            if sibling is not None and _is_caption(sibling):
                yield sibling


def _cell_below(picture: Tag, root: Tag) -> Tag | None:
    """The cell with the only words of a picture's table, as old sites set a caption under it."""
    table = next((parent for parent in picture.parents if parent.name == "table"), None)
    if table is None or all(parent is not root for parent in table.parents):
        return None
    cells = table.find_all(["td", "th", "caption"], limit=_FEW_NODES)
    if len(cells) == _FEW_NODES or table.find([*_PARAGRAPHS, "table"]) is not None:
        return None
    length, worded = len(_text(table)), [cell for cell in cells if _text(cell)]
    if len(worded) != 1 or length > _LONGEST_IN_CELL or len(_text(root)) < 3 * length:
        return None
    own = picture.find_parent(["td", "th"])
    after = cells[next((at for at, cell in enumerate(cells) if cell is own), len(cells)) :]
    is_below = any(cell is worded[0] and (cell is own or cell.parent is not after[0].parent) for cell in after)
    return worded[0] if is_below else None


def _alone(picture: Tag, root: Tag) -> Tag:
    """The outermost element around a picture that has no words."""
    found = picture
    for parent, _ in zip(picture.parents, range(_LEVELS), strict=False):
        if parent is root or parent.name in ("body", "article", "main") or _has_words(parent):
            break
        found = parent
    return found


def _has_words(tag: Tag) -> bool:
    nodes = islice(inside(tag), _FEW_NODES)
    return len(tag.contents) > _FEW_NODES or any(type(node) is NavigableString and node.strip() for node in nodes)


def _next(siblings: Iterable[PageElement]) -> Tag | None:
    """The nearest element on one side, unless words stand between."""
    for sibling in islice(siblings, 4):
        if isinstance(sibling, Tag):
            if sibling.name != "br":
                return sibling
        elif str(sibling).strip():
            return None
    return None


def _is_caption(tag: Tag) -> bool:
    words = _text(tag)
    if not 0 < len(words) <= _LONGEST or tags_in(tag, "img"):
        return False
    return not _CAPTION_NAMES.isdisjoint(name_words(tag)) or _CREDIT.search(words) is not None


def _is_picture_box(tag: Tag) -> bool:
    """Whether an element holds a picture and few words, and is named as a picture."""
    return (
        tag.name in ("div", "span", "td", "li", "p", "a")
        and not _PICTURE_NAMES.isdisjoint(name_words(tag))
        and 0 < len(_text(tag)) <= _LONGEST
        and len(tag.find_all(_PARAGRAPHS, limit=_MOST_PARAGRAPHS + 1)) <= _MOST_PARAGRAPHS
    )


def _text(tag: Tag) -> str:
    """The words of a small element; of a larger one enough of them to see that it is larger."""
    words, length = [], 0
    for node in islice(inside(tag), _LONGEST):
        if type(node) is NavigableString and node.strip():
            words.append(node.strip())
            length += len(words[-1])
            if length > _LONGEST:
                break
    return squeeze(" ".join(words))
