"""What is known of a text besides its words: title, publication, publisher, and what each of its lines is.

The detector is given it with the text. All of it may be unknown; then only the text's own words decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

LineKind = Literal["paragraph", "heading", "list_item", "table_row", "caption", "quotation", "recognised"]
OLD_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Line:
    """What the line of a text is that begins at offset `start` and ends before `end`.

    A `recognised` one was read from a picture by a program (OCR): every word and number of it may be wrong.
    """

    start: int
    end: int
    kind: LineKind


@dataclass(frozen=True, slots=True)
class OwnSide:
    """Whose side a publisher is on: its name, its country (ISO 3166), and words for its own forces ("coalition")."""

    publisher: str = ""
    country: str = ""
    forces: tuple[str, ...] = ()


UNKNOWN_SIDE = OwnSide()


@dataclass(frozen=True, slots=True)
class TextContext:
    """What the detector is given beside a text.

    `published` fixes relative dates: the day of the dateline or of the publication, in the publisher's zone.
    `dateline` is the place in the dateline. `lines` are those that are no paragraph, as far as the page said so; what
    the text itself shows (a bullet, the cells of a table) is found without them. What happened `old_after` before the
    publication is no news.
    """

    title: str = ""
    published: datetime | None = None
    dateline: str = ""
    own_side: OwnSide = UNKNOWN_SIDE
    lines: tuple[Line, ...] = ()
    captions: tuple[str, ...] = ()
    is_attachment: bool = False
    old_after: timedelta = OLD_AFTER


NO_CONTEXT = TextContext()
