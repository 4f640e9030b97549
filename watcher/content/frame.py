"""The frame of a site: the markup that stands word for word around every release, left out before a page is read.

Nine tenths of a page are menus, styles, scripts and footers, and reading them costs more than the release itself. A
frame (learned in `frame_learning`) says what is not the release, never what is: whatever a page has beside it, an
unusual block or a redesign, is read as on a page of an unknown site. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


# Bytes of a page below which a frame saves nothing, and above which none is looked for.
SMALLEST, LARGEST = 12_000, 2_000_000
# The share of what a frame saved at least that it must save of a page for that to be a page of its site.
_ENOUGH = 0.5
# Bytes of an element's beginning by which it is looked for.
_OPENING = 48


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """The places at which lines of releases stand on the pages of a site, and those of its other lines."""

    kept: frozenset[str]
    left: frozenset[str]

    def widened(self, other: LinePlaces) -> LinePlaces:
        """These places and those of other pages."""
        return LinePlaces(self.kept | other.kept, self.left | other.left)


@dataclass(frozen=True, slots=True)
class Frame:
    """The pieces of a site's pages that are left out: whole elements as the pages have them, larger ones first.

    `shortest` is the length of the shortest text, in characters, that they were learned from; `least` how many bytes
    they saved at least. `usual` are the places of the texts beside the pieces, each with whether it was a record's.
    `lines` say which lines are the release, where that follows from their places.
    """

    pieces: tuple[bytes, ...]
    shortest: int
    least: int
    usual: frozenset[str] = frozenset()
    lines: LinePlaces | None = None

    def left_out_of(self, body: bytes) -> bytes | None:
        """The page with its frame's elements empty, None where it has too little of it to be a page of this site."""
        rest = without(body, self.pieces)
        return rest if len(body) - len(rest) >= _ENOUGH * self.least else None


def is_frameable(body: bytes) -> bool:
    """Whether a page is worth it and safe: its characters do not depend on what else is in it, as in UTF-8."""
    if not SMALLEST <= len(body) <= LARGEST or b"\0" in body:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def without(body: bytes, pieces: Sequence[bytes]) -> bytes:
    """The page with these elements empty: their own tags stay, so that nothing around them moves."""
    for piece in pieces:
        body = _without_one(body, piece)
    return body


def _without_one(body: bytes, piece: bytes) -> bytes:
    """The page with each occurrence of an element empty.

    Looked for by its first bytes, for `bytes.replace` prepares a search by the whole piece, which takes as long as the
    page is large, for each piece of each page.
    """
    kept: list[bytes] = []
    opening, end = piece[:_OPENING], 0
    start = body.find(opening)
    while start >= 0:
        if body.startswith(piece, start):
            kept += [body[end:start], _emptied(piece)]
            end = start + len(piece)
        start = body.find(opening, max(end, start + 1))
    return b"".join([*kept, body[end:]]) if kept else body


def saved(body: bytes, pieces: Sequence[bytes]) -> int:
    """How many bytes shorter a page is without these elements."""
    return len(body) - len(without(body, pieces))


def _emptied(piece: bytes) -> bytes:
    return piece[: piece.index(b">") + 1] + piece[piece.rindex(b"</") :]
