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
from functools import cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from watcher.content.article_lines import (
    CONTAINERS,
    MINOR,
    PROSE_WORDS,
    ArticleText,
    PageLine,
    chosen_size,
    home_of,
    is_prose,
    is_prose_of_page,
    is_within,
    lines_beside,
    marked,
    prose_size,
    read_lines,
    word_count,
)
from watcher.content.boilerplate import is_chrome, without_what_follows
from watcher.content.captions import captions_of
from watcher.content.characters import squeeze
from watcher.content.date_labels import kind_of
from watcher.content.heading import is_heading
from watcher.content.line_places import chosen_by_place, is_headline, places_of_lines
from watcher.content.lines import block_lines, one_line
from watcher.content.markup import Tag, attribute, name_words, remove, tags_in
from watcher.content.visibility import is_folded, reveal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.content.frame import LinePlaces
    from watcher.content.markup import PageElement


# Shares: of the chosen text that the release's element must hold; of link text from which on a line is a link.
_NEARLY_ALL, _MOSTLY_LINK = 0.9, 0.8
_LINK_WORDS = 3
_LONGEST_AUTHOR = 120
# Characters of a label before a time, and from which on it stands in a sentence.
_LABEL, _SENTENCE = 40, 100
# How many times as much prose as was chosen must stand in one element for it to be taken instead.
_DENSER = 1.3
# A choice of fewer characters is doubtful where the page has so many times as much prose.
_SHORT, _POOR = 600, 2
# The share of trafilatura's text that must be kept, where it has so many characters.
_ENOUGH, _LEAST = 0.5, 200
_MOST_BODIES, _MOST_TIMES = 5, 40
# Start and end tags of a page up to which trafilatura is asked; it takes 20 µs for each, and more for a thorough look.
_MOST_TAGS, _MOST_TAGS_THOROUGH = 20_000, 10_000
_CHROME = ("nav", "footer", "aside", "[role=navigation]", "[role=contentinfo]", "[role=complementary]", "[role=banner]")
_AUTHOR = frozenset({"author", "byline", "entry-author", "article-author", "article-byline", "post-author"})
_HEADS = ["h1", "h2", "article"]
_URL = re.compile(r"(?:https?://|www\.)\S+")
# Before the link to the release before or after this one; without a link it may be figures ("Previous: 12 killed").
_NEIGHBOUR = re.compile(r"(?:previous|next|earlier)(?: \w+)?\s?[:–—-]", re.IGNORECASE)


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


def choose_parts(tree: Tag, page: str, url: str, stated_title: str = "") -> ChosenParts:
    """The release's elements and lines of a page that was parsed whole into `tree` and calls itself `stated_title`."""
    title = _title(tree, stated_title)
    body = _body(tree)
    reveal(body)
    captions = captions_of(body)
    article = ArticleText(_chosen_by_trafilatura(page, url, is_thorough=False))
    thorough = cache(lambda: ArticleText(_chosen_by_trafilatura(page, url, is_thorough=True)))  # slow: asked once
    lines = marked(read_lines(body), article)
    if chosen_size(lines) < _SHORT and prose_size(lines) > _POOR * chosen_size(lines):
        article = thorough()
        again = marked(lines, article)
        if chosen_size(again) > max(_LEAST, _POOR * chosen_size(lines)):
            lines = again
    lines = _with_alike(_chosen_or_densest(lines))
    weights = _weights(lines)
    root, kept = body, list[str]()
    if weights.get(id(body)):
        root = _smallest_with_nearly_all(body, weights)
        kept = _lines_of_release(lines, root, weights, (title, stated_title))
    if len(article.text) >= _LEAST and not any(word_count(line) >= PROSE_WORDS for line in kept):
        held = _held(lines, captions, thorough())
        root, kept = (body, held) if sum(map(len, held)) > sum(map(len, kept)) else (root, kept)
    if not kept:
        kept = _without_chrome(body, lines)
    return ChosenParts((root,), tuple(kept), captions, title, *_times(root), _author(root))


def parts_by_places(tree: Tag, places: LinePlaces, stated_title: str = "") -> ChosenParts | None:
    """The same as `choose_parts` where each line stands at a place that says what it is; None where any is unusual.

    Also where a line of the release looks like noise, or the last one like the heading of what follows it.
    """
    titles = (_title(tree, stated_title), stated_title)
    body = _body(tree)
    reveal(body)
    captions = captions_of(body)
    lines = chosen_by_place(lines_beside(body, frozenset(), frozenset()), places) or ()
    chosen = [line for line in lines if line.is_chosen]
    kept = [line.text for line in chosen]
    weights = _weights(chosen)
    if not weights or is_headline(chosen[-1]) or any(_is_noise(line, titles) for line in chosen):
        return None
    if without_what_follows(kept) != kept:
        return None
    root = _smallest_with_nearly_all(body, weights)
    return ChosenParts((root,), tuple(kept), captions, titles[0], *_times(root), _author(root))


def line_places(tree: Tag, page: str, url: str, stated_title: str = "") -> LinePlaces:
    """Where the lines stand that `choose_parts` takes for the release, and where the others do."""
    chosen = choose_parts(tree, page, url, stated_title)
    return places_of_lines(read_lines(_body(tree)), frozenset(chosen.lines))


def _held(lines: Sequence[PageLine], captions: Sequence[str], article: ArticleText) -> list[str]:
    """Every line that trafilatura takes for text, of a page that is all teasers or all captions: a collection."""
    held = [line.text for line in lines if _is_text(line) and article.holds(line.text)]
    return held if article.share_in(held) >= _ENOUGH else [*held, *filter(article.holds, captions)]


def _is_text(line: PageLine) -> bool:
    is_words = line.link_share < _MOSTLY_LINK or word_count(line.text) >= PROSE_WORDS
    return is_words and not line.is_notice


def _without_chrome(body: Tag, lines: Sequence[PageLine]) -> list[str]:
    """All lines outside of menus and the like, or else all prose: some pages stand in an `aside` as a whole."""
    remove(body, _CHROME)
    return block_lines(body) or [line.text for line in lines if is_prose(line)]


def _chosen_by_trafilatura(page: str, url: str, *, is_thorough: bool) -> str:
    """The text that trafilatura takes for the article; thorough is with its other extractors where its own fails."""
    import trafilatura  # noqa: PLC0415 - a sixth of the program's start, and only workers need it

    if page.count("<") > (_MOST_TAGS_THOROUGH if is_thorough else _MOST_TAGS):
        return ""
    return trafilatura.extract(page, url=url, include_comments=False, fast=not is_thorough) or ""


def _body(tree: Tag) -> Tag:
    """The body of the page that has a text: broken pages have several, and those of frames none."""
    bodies = [tag for tag in tags_in(tree, "body")[:_MOST_BODIES] if any(tag.stripped_strings)]
    return bodies[0] if bodies else tree


def _title(tree: Tag, stated: str) -> str:
    """The heading that the page's own title confirms, or else its first."""
    heads = [words for tag in tags_in(tree, "h1") if (words := heading_words(tag))]
    return next(
        (words for words in heads if stated and (words in stated or stated in words)), heads[0] if heads else ""
    )


def heading_words(tag: Tag) -> str:
    """The words of a heading without the time of publication that some sites set in it."""
    words = one_line(tag)
    for time in tags_in(tag, "time"):
        stated = one_line(time)
        if stated and stated != words:
            words = words.removesuffix(stated).removeprefix(stated).strip(" |–—-•·,")
    return words


def _times(root: Tag) -> tuple[str, str]:
    """The first times of publication and change in the release or close above it, outside of lists of others."""
    found: dict[str, str] = {}
    for tag in (root, *list(root.parents)[:2]):
        for time in tags_in(tag, "time")[:_MOST_TIMES]:
            if not any(map(_is_of_others, _up_to(time.parents, tag))):
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
        for found in filter(_is_author, tags_in(tag)):
            words = one_line(found)
            if words and len(words) <= _LONGEST_AUTHOR and not any(map(_is_reply, _up_to(found.parents, tag))):
                return words
    return ""


def _is_author(tag: Tag) -> bool:
    marks = {attribute(tag, "rel"), attribute(tag, "itemprop"), *attribute(tag, "class").lower().split()}
    return not marks.isdisjoint(_AUTHOR)


def _is_reply(tag: Tag) -> bool:
    return tag.name in ("aside", "footer", "nav", "li") or not name_words(tag).isdisjoint(
        {"comment", "comments", "reply"}
    )


def _up_to(around: Iterable[Tag], root: Tag) -> Iterable[Tag]:
    """The elements around a place, from the inside out, that are within the root."""
    return takewhile(lambda tag: tag is not root, around)


def _chosen_or_densest(lines: list[PageLine]) -> list[PageLine]:
    """The lines as chosen, unless one element holds far more prose than was chosen in all: then that element's."""
    counts = Counter(id(home_of(line)) for line in lines)
    homes = [_shared_home(line, counts) for line in lines]
    prose: Counter[int] = Counter()
    for line, home in zip(lines, homes, strict=True):
        if is_prose_of_page(line):
            prose[home] += len(line.text)
    chosen = chosen_size(lines)
    densest = max(prose, key=lambda home: prose[home], default=0)
    if prose[densest] <= _DENSER * chosen:
        return lines
    return [
        replace(line, is_chosen=home == densest and not line.is_teaser) for line, home in zip(lines, homes, strict=True)
    ]


def _with_alike(lines: list[PageLine]) -> list[PageLine]:
    """The lines as chosen, with prose in elements of the same class as the chosen prose's: the posts of a forum."""
    kinds = {_kind_of_home(line) for line in lines if line.is_chosen and is_prose(line)} - {""}
    return [
        line
        if line.is_chosen or line.is_teaser or not is_prose(line) or _kind_of_home(line) not in kinds
        else replace(line, is_chosen=True)
        for line in lines
    ]


def _kind_of_home(line: PageLine) -> str:
    """The class of the element that holds a paragraph, empty where it has none."""
    return attribute(home_of(line), "class")


def _shared_home(line: PageLine, counts: Mapping[int, int]) -> int:
    """The identity of the element that holds the line's paragraph beside others: a `div` may be a paragraph itself."""
    home = home_of(line)
    if counts[id(home)] > 1 or home.name != "div":
        return id(home)
    return next((id(tag) for tag in home.parents if _has_several(tag)), id(home))


def _has_several(tag: Tag) -> bool:
    """Whether an element holds more than one element."""
    return len(list(islice((one for one in tag.contents if isinstance(one, Tag)), 2))) > 1


def _weights(lines: Sequence[PageLine]) -> dict[int, int]:
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
    while root is not body and root.name not in CONTAINERS and root.parent is not None:
        root = root.parent
    return root


def _lines_of_release(
    lines: Sequence[PageLine], root: Tag, weights: dict[int, int], titles: Sequence[str]
) -> list[str]:
    """The lines of the release: chosen ones, and those between them that stand in the same elements, without noise."""
    alike = _siblings_of_its_kind(root)
    wanted = {id(tag) for tag in (root, *alike)}
    inside = [
        line
        for line in lines
        if is_within(line, wanted)
        and not line.is_teaser
        and not _is_side_matter(line, root, weights)
        and not _is_noise(line, titles)
    ]
    places = [
        place
        for place, line in enumerate(inside)
        if line.is_chosen or (is_prose(line) and (not is_within(line, {id(root)}) or _is_folded_up(line, root)))
    ]
    if not places:
        return [line.text for line in inside]
    return without_what_follows([line.text for line in _kept_between(inside, places, root)])


def _kept_between(inside: Sequence[PageLine], places: Sequence[int], root: Tag) -> list[PageLine]:
    """The lines from the headings above the first of these places to the rows below the last that belong to them."""
    first, last = places[0], places[-1]
    while first and is_heading(inside[first - 1].text):
        first -= 1
    after = range(last + 1, len(inside))
    rows = range(last + 1, next((place for place in after if not _is_row(inside[place], root)), len(inside)))
    chosen = {*places, *rows}
    homes = {id(home_of(inside[place])) for place in places}
    span = range(first, max(last + 1, rows.stop))
    return [inside[place] for place in span if place in chosen or place < places[0] or _belongs(inside[place], homes)]


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


def _is_folded_up(line: PageLine, root: Tag) -> bool:
    """Whether a line is in a part of the release that a reader opens: trafilatura takes those for hidden ones."""
    return any(map(is_folded, _up_to(line.around, root)))


def _is_row(line: PageLine, root: Tag) -> bool:
    """Whether a line is of a table or list of terms in the release, which has its numbers and ends many a text."""
    return line.link_share < MINOR and any(tag.name in {"table", "dl"} for tag in _up_to(line.around, root))


def _belongs(line: PageLine, homes: set[int]) -> bool:
    return line.link_share < MINOR and id(home_of(line)) in homes


def _is_side_matter(line: PageLine, root: Tag, weights: dict[int, int]) -> bool:
    """Whether the line is in a small part of the release that is, by its name or class, no text of it."""
    for tag in line.around:
        if tag is root:
            return False
        if weights.get(id(tag), 0) < MINOR * weights[id(root)] and is_chrome(tag):
            return True
    return False


def _is_noise(line: PageLine, titles: Sequence[str]) -> bool:
    """A link to something else, an address, the title again."""
    length = word_count(line.text)
    is_sentence = length >= PROSE_WORDS and line.text.endswith((".", "”", '"', "。"))
    if line.link_share > _MOSTLY_LINK and length >= _LINK_WORDS and not is_sentence:
        return True
    if 2 * line.link_share > 1 and _NEIGHBOUR.match(line.text):
        return True
    return bool(_URL.fullmatch(line.text)) or any(_repeats(line.text, title) for title in titles)


def _repeats(text: str, title: str) -> bool:
    return bool(title) and title in text and len(text) < 1.5 * len(title) + 20
