"""Which parts of a page of an unknown site are the release: trafilatura chooses, our own walk reads.

trafilatura (the most exact of the open extractors) says which paragraphs belong to the article; its text is never
used, for it fuses raised numbers and drops breaks. Our lines are kept where its choice holds their words. Then what
the choice missed between them comes back, and what sites put between a release's paragraphs (links to other releases,
buttons to share it, its own title again) goes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from watcher.content.boilerplate import is_chrome, teasers_and_notices, without_what_follows
from watcher.content.captions import captions_of
from watcher.content.characters import squeeze
from watcher.content.date_labels import kind_of
from watcher.content.heading import is_heading
from watcher.content.lines import block_lines, block_lines_with_parents, one_line
from watcher.content.markup import Tag, attribute, name_words, remove
from watcher.content.tables import is_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.content.markup import PageElement


# Words in a row by which a line of ours is recognised in trafilatura's text.
_RUN = 4
# Elements around a line that count; a page that nests deeper is no page.
_DEEPEST = 80
# Shares: of the chosen text that the release's element must hold; of link text up to which a line is prose, and of an
# element's text up to which it is a side matter; of link text from which on a line is a link.
_NEARLY_ALL, _MINOR, _MOSTLY_LINK = 0.9, 0.25, 0.8
_LINK_WORDS, _PROSE_WORDS = 3, 15
_LONGEST_AUTHOR = 120
# Characters of a label before a time, and from which on it stands in a sentence.
_LABEL, _SENTENCE = 40, 100
# How many times as much prose as was chosen must stand in one element for it to be taken instead.
_DENSER = 1.3
# Chinese, Japanese and Thai are written without spaces: there every sign counts, two of them as much as a word.
_SIGNS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_SIGN = re.compile(f"[{_SIGNS}]")
_WORD = re.compile(rf"[{_SIGNS}]|[^\W{_SIGNS}]+")
_CHROME = ("nav", "footer", "aside", "[role=navigation]", "[role=contentinfo]", "[role=complementary]", "[role=banner]")
_CONTAINERS = frozenset({"div", "section", "article", "main", "td", "form", "center", "body"})
_AUTHOR = frozenset({"author", "byline", "entry-author", "article-author", "article-byline", "post-author"})
_HEADS = ["h1", "h2", "article"]
_URL = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class ChosenParts:
    """The release's elements and lines, and what the page states beside them."""

    roots: tuple[Tag, ...]
    lines: tuple[str, ...]
    captions: tuple[str, ...] = ()
    title: str = ""
    time: str = ""
    updated_time: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the page: the elements around it from the inside out, its share of link text, whether it was chosen.

    One of a teaser or a consent notice is never chosen.
    """

    text: str
    around: tuple[Tag, ...]
    link_share: float
    is_chosen: bool
    is_teaser: bool = False


def choose_parts(tree: Tag, page: str, url: str, stated_title: str = "") -> ChosenParts:
    """The release's elements and lines of a page that was parsed whole into `tree` and calls itself `stated_title`."""
    import trafilatura  # noqa: PLC0415 - a sixth of the program's start, and only workers need it

    title = _title(tree, stated_title)
    body = tree.find("body") or tree
    captions = captions_of(body)
    article = _ArticleText(trafilatura.extract(page, url=url, include_comments=False, fast=True) or "")
    lines = _chosen_or_densest(_read_lines(body, article))
    weights = _weights(lines)
    if not weights.get(id(body)):
        remove(body, _CHROME)
        return ChosenParts((body,), tuple(block_lines(body)), captions, title)
    root = _smallest_with_nearly_all(body, weights)
    kept = _lines_of_release(lines, root, weights, (title, stated_title))
    return ChosenParts((root,), tuple(kept), captions, title, *_times(root), _author(root))


class _ArticleText:
    """What trafilatura takes for the article, as runs of words in which a line of ours can be looked up."""

    def __init__(self, text: str) -> None:
        lines = [tuple(_WORD.findall(line)) for line in text.splitlines()]
        words = [word for line in lines for word in line]
        self.whole = frozenset(lines)
        self.runs = frozenset(_runs(words))

    def holds(self, line: str) -> bool:
        """Whether the line is one of the article's, or most of its runs of words are in it."""
        words = _WORD.findall(line)
        if tuple(words) in self.whole:
            return True
        runs = list(_runs(words))
        return bool(runs) and sum(run in self.runs for run in runs) * 2 > len(runs)


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(_RUN)), strict=False)


def _title(tree: Tag, stated: str) -> str:
    """The heading that the page's own title confirms, or else its first."""
    heads = [words for tag in tree.find_all("h1") if (words := heading_words(tag))]
    return next(
        (words for words in heads if stated and (words in stated or stated in words)), heads[0] if heads else ""
    )


def heading_words(tag: Tag) -> str:
    """The words of a heading without the time of publication that some sites set in it."""
    words = one_line(tag)
    for time in tag.find_all("time"):
        stated = one_line(time)
        if stated and stated != words:
            words = words.removesuffix(stated).removeprefix(stated).strip(" |–—-•·,")
    return words


def _times(root: Tag) -> tuple[str, str]:
    """The first times of publication and change in the release or close above it, outside of lists of others."""
    found: dict[str, str] = {}
    for tag in (root, *list(root.parents)[:2]):
        for time in tag.find_all("time"):
            if not any(_is_of_others(parent) for parent in _up_to(time, tag)):
                found.setdefault(_kind_of_time(time), attribute(time, "datetime") or one_line(time))
    return found.get("published", ""), found.get("updated", "")


def _is_of_others(tag: Tag) -> bool:
    """Whether what stands in an element belongs to the site or to another release; a page's own heading does not."""
    return tag.name in ("li", "article") or (is_chrome(tag) and tag.name != "h1")


def _kind_of_time(time: Tag) -> str:
    """What the words before a time say of it; in the middle of a paragraph it is the time of what happened."""
    if time.parent is not None and time.parent.name == "h1":
        return "published"
    before, after = (_words_of(siblings) for siblings in (time.previous_siblings, time.next_siblings))
    if time.parent is not None and time.parent.name == "p" and len(before) > _LABEL and len(before + after) > _SENTENCE:
        return "event"
    if not before and time.parent is not None:
        before = _words_of(time.parent.previous_siblings)
    return kind_of(before[-_LABEL:]) or "published"


def _words_of(siblings: Iterable[PageElement]) -> str:
    """The text of the nearest elements beside one that are small; a larger one is no label and ends it."""
    found = ""
    for sibling in islice(siblings, 5):
        words = squeeze(sibling.get_text()) if isinstance(sibling, Tag) else squeeze(str(sibling))
        if len(words) > _SENTENCE and isinstance(sibling, Tag):
            break
        found = f"{words} {found}"
    return found.strip()


def _author(root: Tag) -> str:
    """Who wrote it, where an element in the release or close above it is marked or named so."""
    for tag in (root, *list(root.parents)[:2]):
        if tag.name in ("body", "html") and tag is not root:
            break
        for found in tag.find_all(_is_author):
            words = one_line(found)
            if words and len(words) <= _LONGEST_AUTHOR and not any(_is_reply(parent) for parent in _up_to(found, tag)):
                return words
    return ""


def _is_author(tag: Tag) -> bool:
    marks = {attribute(tag, "rel"), attribute(tag, "itemprop"), *attribute(tag, "class").lower().split()}
    return not marks.isdisjoint(_AUTHOR)


def _is_reply(tag: Tag) -> bool:
    return tag.name in ("aside", "footer", "nav", "li") or not name_words(tag).isdisjoint(
        {"comment", "comments", "reply"}
    )


def _up_to(tag: Tag, root: Tag) -> list[Tag]:
    parents: list[Tag] = []
    for parent in tag.parents:
        if parent is root:
            break
        parents.append(parent)
    return parents


def _read_lines(body: Tag, article: _ArticleText) -> list[_Line]:
    """Every line of the page, with the elements around it and whether the article holds it."""
    around: dict[int, tuple[Tag, ...]] = {}
    lines: list[_Line] = []
    others = teasers_and_notices(body)
    for text, owners in block_lines_with_parents(body):
        for owner, _ in owners:
            if id(owner) not in around:
                above = tuple(islice(owner.parents, _DEEPEST))
                around[id(owner)] = (owner, *above) if len(above) < _DEEPEST else (owner, *above, body)
        size = sum(length for _, length in owners) or 1
        linked = sum(length for owner, length in owners if any(tag.name == "a" for tag in around[id(owner)]))
        outside = around[id(owners[0][0])] if owners else (body,)
        is_teaser = any(id(tag) in others for tag in outside)
        lines.append(_Line(text, outside, linked / size, not is_teaser and article.holds(text), is_teaser))
    return lines


def _chosen_or_densest(lines: list[_Line]) -> list[_Line]:
    """The lines as chosen, unless one element holds far more prose than was chosen in all: then that element's."""
    counts = Counter(id(_home(line)) for line in lines)
    homes = [_shared_home(line, counts) for line in lines]
    prose: Counter[int] = Counter()
    for line, home in zip(lines, homes, strict=True):
        if _is_prose(line) and not line.is_teaser and not any(is_chrome(tag) for tag in line.around):
            prose[home] += len(line.text)
    chosen = sum(len(line.text) for line in lines if line.is_chosen and line.link_share < _MINOR)
    densest = max(prose, key=lambda home: prose[home], default=0)
    if prose[densest] <= _DENSER * chosen:
        return lines
    return [
        replace(line, is_chosen=home == densest and not line.is_teaser) for line, home in zip(lines, homes, strict=True)
    ]


def _shared_home(line: _Line, counts: Mapping[int, int]) -> int:
    """The identity of the element that holds the line's paragraph beside others: a `div` may be a paragraph itself."""
    home = _home(line)
    if counts[id(home)] > 1 or home.name != "div":
        return id(home)
    return next((id(tag) for tag in home.parents if sum(isinstance(one, Tag) for one in tag.contents) > 1), id(home))


def _weights(lines: Sequence[_Line]) -> dict[int, int]:
    """The characters of chosen lines, other than links, in each element of the page, by its identity."""
    weights: dict[int, int] = {}
    for line in lines:
        if line.is_chosen and line.link_share < _MOSTLY_LINK:
            for tag in line.around:
                weights[id(tag)] = weights.get(id(tag), 0) + len(line.text)
    return weights


def _smallest_with_nearly_all(body: Tag, weights: dict[int, int]) -> Tag:
    """The smallest element that still has nearly all of the chosen lines."""
    root, wanted = body, _NEARLY_ALL * weights[id(body)]
    while True:
        inner = next((tag for tag in root.contents if isinstance(tag, Tag) and weights.get(id(tag), 0) > wanted), None)
        if inner is None:
            break
        root = inner
    while root is not body and root.name not in _CONTAINERS and root.parent is not None:
        root = root.parent
    return root


def _lines_of_release(lines: Sequence[_Line], root: Tag, weights: dict[int, int], titles: Sequence[str]) -> list[str]:
    """The lines of the release: chosen ones, and those between them that stand in the same elements, without noise."""
    alike = _siblings_of_its_kind(root)
    wanted = {id(tag) for tag in (root, *alike)}
    inside = [
        line
        for line in lines
        if _is_within(line, wanted)
        and not line.is_teaser
        and not _is_side_matter(line, root, weights)
        and not _is_noise(line, titles)
    ]
    places = [
        place
        for place, line in enumerate(inside)
        if line.is_chosen or (_is_prose(line) and not _is_within(line, {id(root)}))
    ]
    if not places:
        return [line.text for line in inside]
    first, last = places[0], places[-1]
    while first and is_heading(inside[first - 1].text):
        first -= 1
    chosen = set(places)
    homes = {id(_home(inside[place])) for place in places}
    span = range(first, last + 1)
    kept = [inside[place] for place in span if place in chosen or place < places[0] or _belongs(inside[place], homes)]
    return without_what_follows([line.text for line in kept])


def _siblings_of_its_kind(root: Tag) -> list[Tag]:
    """Elements beside the root, or just around it, that have its classes: sites cut a text into such pieces."""
    found: list[Tag] = []
    for tag in (root, *list(root.parents)[:2]):
        names = attribute(tag, "class")
        if names and tag.parent is not None and tag.name != "article":
            found += [
                other
                for other in tag.parent.contents
                if isinstance(other, Tag)
                and other is not tag
                and other.name == tag.name
                and attribute(other, "class") == names
                and not other.find(_HEADS)
            ]
    return found


def _is_within(line: _Line, wanted: set[int]) -> bool:
    return any(id(tag) in wanted for tag in line.around)


def _is_prose(line: _Line) -> bool:
    return line.link_share < _MINOR and _length(line.text) >= _PROSE_WORDS


def _length(text: str) -> int:
    """How many words a text has, roughly, in any script."""
    return len(text.split()) + len(_SIGN.findall(text)) // 2


def _home(line: _Line) -> Tag:
    """The element that holds the line's paragraph."""
    return next(
        (tag for tag in line.around if (tag.name in _CONTAINERS and not is_table(tag)) or tag.name in ("ul", "ol")),
        line.around[-1],
    )


def _belongs(line: _Line, homes: set[int]) -> bool:
    return line.link_share < _MINOR and id(_home(line)) in homes


def _is_side_matter(line: _Line, root: Tag, weights: dict[int, int]) -> bool:
    """Whether the line is in a small part of the release that is, by its name or class, no text of it."""
    for tag in line.around:
        if tag is root:
            return False
        if weights.get(id(tag), 0) < _MINOR * weights[id(root)] and is_chrome(tag):
            return True
    return False


def _is_noise(line: _Line, titles: Sequence[str]) -> bool:
    """A link to something else, an address, the title again."""
    length = _length(line.text)
    is_sentence = length >= _PROSE_WORDS and line.text.endswith((".", "”", '"', "。"))
    if line.link_share > _MOSTLY_LINK and length >= _LINK_WORDS and not is_sentence:
        return True
    return bool(_URL.fullmatch(line.text)) or any(_repeats(line.text, title) for title in titles)


def _repeats(text: str, title: str) -> bool:
    return bool(title) and title in text and len(text) < 1.5 * len(title) + 20
