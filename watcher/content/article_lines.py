"""The lines of a page with the elements around them, and which of them stand in a given text.

Prose, links, menus, teasers and notices are told apart here; `article` chooses among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from watcher.content.boilerplate import is_chrome, notices_of, teasers_of
from watcher.content.lines import block_lines_with_parents
from watcher.content.tables import is_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.content.markup import Tag


# Words in a row by which a line of ours is recognised in trafilatura's text.
_RUN = 4
# Elements around a line that count; a page that nests deeper is no page.
_DEEPEST = 80
# The share of link text up to which a line is prose, and its words from which on it is.
MINOR, PROSE_WORDS = 0.25, 15
# Chinese, Japanese and Thai are written without spaces: there every sign counts, two of them as much as a word.
_SIGNS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_SIGN = re.compile(f"[{_SIGNS}]")
_WORD = re.compile(rf"[{_SIGNS}]|[^\W{_SIGNS}]+")
CONTAINERS = frozenset({"div", "section", "article", "main", "td", "form", "center", "body"})


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of the page: the elements around it from the inside out, its share of link text, whether it was chosen.

    One of a teaser or a consent notice is never chosen.
    """

    text: str
    around: tuple[Tag, ...]
    link_share: float
    is_chosen: bool
    is_teaser: bool = False
    is_notice: bool = False
    is_chrome: bool = False


class ArticleText:
    """What trafilatura takes for the article, as runs of words in which a line of ours can be looked up."""

    def __init__(self, text: str) -> None:
        """The article's text, one line per paragraph."""
        self.text = text
        lines = [tuple(_WORD.findall(line)) for line in text.splitlines()]
        words = [word for line in lines for word in line]
        self.whole = frozenset(lines)
        self.runs = frozenset(_runs(words))

    def share_in(self, lines: Iterable[str]) -> float:
        """The share of the article's runs of words that are in these lines; all of them where it has none."""
        found = {run for line in lines for run in _runs(_WORD.findall(line))}
        return len(self.runs & found) / len(self.runs) if self.runs else 1.0

    def holds(self, line: str) -> bool:
        """Whether the line is one of the article's, or most of its runs of words are in it."""
        words = _WORD.findall(line)
        if tuple(words) in self.whole:
            return True
        runs = list(_runs(words))
        return bool(runs) and sum(run in self.runs for run in runs) * 2 > len(runs)


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(_RUN)), strict=False)


def marked(lines: Sequence[PageLine], article: ArticleText) -> list[PageLine]:
    """The lines with whether the article holds them."""
    chosen = [not line.is_teaser and article.holds(line.text) for line in lines]
    return [
        line if line.is_chosen == is_chosen else replace(line, is_chosen=is_chosen)
        for line, is_chosen in zip(lines, chosen, strict=True)
    ]


def chosen_size(lines: Sequence[PageLine]) -> int:
    """The characters of the chosen lines, other than links."""
    return sum(len(line.text) for line in lines if line.is_chosen and line.link_share < MINOR)


def prose_size(lines: Sequence[PageLine]) -> int:
    """The characters of the page's prose, other than teasers and the site's own parts."""
    return sum(len(line.text) for line in lines if is_prose_of_page(line))


def is_prose_of_page(line: PageLine) -> bool:
    """Whether a line is prose, and no teaser, notice or part of the site around the release."""
    return is_prose(line) and not line.is_teaser and not line.is_chrome


@dataclass(frozen=True, slots=True)
class _Place:
    """The elements around a text from the inside out, and what they make of it."""

    around: tuple[Tag, ...]
    is_link: bool = False
    is_chrome: bool = False
    is_teaser: bool = False
    is_notice: bool = False


def read_lines(body: Tag) -> list[PageLine]:
    """Every line of the page, with the elements around it; none is chosen yet."""
    return lines_beside(body, teasers_of(body), notices_of(body))


def lines_beside(body: Tag, teasers: frozenset[int], notices: frozenset[int]) -> list[PageLine]:
    """Every line of the page, marked where it is in one of these elements, given by their identity."""
    places: dict[int, _Place] = {}
    lines: list[PageLine] = []
    for text, owners in block_lines_with_parents(body):
        for owner, _ in owners:
            _find_place(owner, body, (teasers, notices), places)
        size = sum(length for _, length in owners) or 1
        linked = sum(length for owner, length in owners if places[id(owner)].is_link)
        first = places[id(owners[0][0])] if owners else _Place((body,))
        is_other = first.is_teaser or first.is_notice
        marks = {"is_teaser": is_other, "is_notice": first.is_notice, "is_chrome": first.is_chrome}
        lines.append(PageLine(text, first.around, linked / size, is_chosen=False, **marks))
    return lines


def _find_place(tag: Tag, body: Tag, others: tuple[frozenset[int], frozenset[int]], known: dict[int, _Place]) -> None:
    """Know the place of a text that stands in an element: that of each element around it first, from the outside in."""
    waiting: list[Tag] = []
    one: Tag | None = tag
    while one is not None and id(one) not in known:
        waiting.append(one)
        one = one.parent
    for one in reversed(waiting):
        known[id(one)] = _place_of(one, body, others, known)


def _place_of(tag: Tag, body: Tag, others: tuple[frozenset[int], frozenset[int]], known: dict[int, _Place]) -> _Place:
    """The place of a text that stands in an element, from the place of a text in the element around it.

    `others` are the identities of the teasers and of the consent notices.
    """
    teasers, notices = others
    above = known.get(id(tag.parent)) if tag.parent is not None else None
    if above is not None and len(above.around) < _DEEPEST:
        around: tuple[Tag, ...] = (tag, *above.around)
        return _Place(
            around,
            above.is_link or tag.name == "a",
            above.is_chrome or is_chrome(tag),
            above.is_teaser or id(tag) in teasers,
            above.is_notice or id(tag) in notices,
        )
    parents = tuple(islice(tag.parents, _DEEPEST))
    around = (tag, *parents) if len(parents) < _DEEPEST else (tag, *parents, body)
    return _Place(
        around,
        any(one.name == "a" for one in around),
        any(map(is_chrome, around)),
        any(id(one) in teasers for one in around),
        any(id(one) in notices for one in around),
    )


def is_within(line: PageLine, wanted: set[int]) -> bool:
    """Whether a line stands in one of these elements, given by their identity."""
    return not wanted.isdisjoint(map(id, line.around))


def is_prose(line: PageLine) -> bool:
    """Whether a line has the words of a sentence or more, few of them links."""
    return line.link_share < MINOR and word_count(line.text) >= PROSE_WORDS


def word_count(text: str) -> int:
    """How many words a text has, roughly, in any script."""
    return len(text.split()) + len(_SIGN.findall(text)) // 2


def home_of(line: PageLine) -> Tag:
    """The element that holds the line's paragraph."""
    return next(
        (tag for tag in line.around if (tag.name in CONTAINERS and not is_table(tag)) or tag.name in ("ul", "ol")),
        line.around[-1],
    )
