"""Which lines of a page are the release, by where they stand: learned from pages of its site that were read in general.

Most lines of a site's pages stand at places that are always in the release, or always beside it. Where that is so of
every line of a page, nothing has to be guessed. One at another place, at a place of both kinds, or that looks other
than what stands there, has the page read in general (`article`). Pure.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.content.article_lines import is_prose
from watcher.content.frame import LinePlaces
from watcher.content.markup import place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from watcher.content.article_lines import PageLine


_HEADING = re.compile("h0")  # in places each number is 0


def places_of_lines(lines: Sequence[PageLine], kept: Collection[str]) -> LinePlaces:
    """Where the lines of a page stand that are `kept` as its release, and where its others do."""
    in_release = [line for line in lines if line.text in kept]
    others = [line for line in lines if line.text not in kept]
    left = frozenset(_beside(line, place_of(line.around)) for line in others)
    return LinePlaces(frozenset(place_of(line.around) for line in in_release), left)


def chosen_by_place(lines: Sequence[PageLine], places: LinePlaces) -> list[PageLine] | None:
    """The lines, those of the release chosen; None where a line stands where none was, or where both kinds were.

    Prose beside a release is known by its words: a notice on each page is usual, another one may be the release's.
    """
    worded = {one.rpartition(" ")[0] for one in places.left}  # at least those whose lines are known by their words
    found: list[PageLine] = []
    for line in lines:
        place = place_of(line.around)
        is_kept = place in places.kept
        is_plain = is_kept and place not in places.left and place not in worded
        if not is_plain and is_kept == (_beside(line, place) in places.left):
            return None
        found.append(replace(line, is_chosen=True) if is_kept else line)
    return found


def is_headline(line: PageLine) -> bool:
    """Whether a line stands in a heading."""
    return _HEADING.match(place_of(line.around)) is not None


def _beside(line: PageLine, place: str) -> str:
    """The place of a line beside the release, of prose, which no heading is, with a hash of its words."""
    if not is_prose(line) or _HEADING.match(place):
        return place
    return f"{place} {hashlib.sha256(line.text.encode(errors='replace')).hexdigest()[:16]}"
