"""Which parts of a page of an unknown site are the release: trafilatura chooses, our own walk reads.

trafilatura (the most exact of the open extractors) says which paragraphs belong to the article; its text is never
used, for it fuses raised numbers and drops breaks. Our lines are kept where its choice holds their words. Then what
the choice missed between them comes back, and what sites put between a release's paragraphs (links to other releases,
buttons to share it, its own title again) goes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4.element import Tag

from watcher.content.boilerplate import before_the_rest
from watcher.content.heading import is_heading
from watcher.content.lines import block_lines, block_lines_with_parents, one_line
from watcher.content.markup import attribute, remove, select_all
from watcher.content.urls import web_address
from watcher.model.release import Attachment, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


RUN = 4
# Elements around a line that are looked at; a page that nests deeper is no page.
DEEPEST = 80
NEARLY_ALL = 0.9
MINOR = 0.25
MOSTLY_LINK = 0.8
FEWEST_WORDS = 3
PROSE_WORDS = 15
LONGEST_AUTHOR = 120
DENSER = 1.3
# Chinese, Japanese and Thai are written without spaces: there every sign counts, two of them as much as a word.
_SIGNS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_SIGN = re.compile(f"[{_SIGNS}]")
_WORD = re.compile(rf"[{_SIGNS}]|[^\W{_SIGNS}]+")
_CHROME = ("nav", "footer", "aside", "[role=navigation]", "[role=contentinfo]", "[role=complementary]", "[role=banner]")
_CHROME_TAGS = frozenset({"nav", "footer", "aside", "button", "h1"})
_CHROME_NAMES = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "share sharing sharebar shares social related newsletter promo promos sidebar breadcrumb breadcrumbs comment "
        "comments menu footer copyright tags taglist popular trending recommended recommendation recommendations "
        "signup subscribe subscription cookie cookies advert advertisement ad ads sponsor sponsored outbrain taboola "
        "byline author bio toolbar readmore more latest pagination pager disclaimer reprint reprints caption captions "
        "credit credits "
    ).split()
)
_CONTAINERS = frozenset({"div", "section", "article", "main", "td", "form", "center", "body"})
_NAME = re.compile(r"[a-z]+")
_AUTHOR = frozenset({"author", "byline", "entry-author", "article-author", "article-byline", "post-author"})
_HEADS = ["h1", "h2", "article"]
_URL = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class ChosenParts:
    """What was chosen: the elements, their lines, and what stood beside them."""

    roots: tuple[Tag, ...]
    lines: tuple[str, ...]
    captions: tuple[str, ...] = ()
    title: str = ""
    time: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the page: the elements around it from the inside out, its share of link text, whether it was chosen.

    One that stands beside the release (a teaser, a notice of consent) is never chosen.
    """

    text: str
    around: tuple[Tag, ...]
    link_share: float
    is_chosen: bool
    is_beside: bool = False


class _Choice:
    """What the library chose, as runs of words that a line of ours can be looked up in."""

    def __init__(self, text: str) -> None:
        lines = [tuple(_WORD.findall(line)) for line in text.splitlines()]
        words = [word for line in lines for word in line]
        self.whole = frozenset(lines)
        self.runs = frozenset(_runs(words))

    def holds(self, line: str) -> bool:
        """Whether the line is one of the choice, or most of its runs of words are in it."""
        words = _WORD.findall(line)
        if tuple(words) in self.whole:
            return True
        runs = list(_runs(words))
        return bool(runs) and sum(run in self.runs for run in runs) * 2 > len(runs)


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(RUN)), strict=False)


def choose_parts(tree: Tag, page: str, url: str, stated_title: str = "") -> ChosenParts:
    """The release's elements and lines of a page that was parsed whole into `tree` and calls itself `stated_title`."""
    import trafilatura  # noqa: PLC0415 - a sixth of the program's start, and only workers need it (ahead.py)

    title = _title(tree, stated_title)
    body = tree.find("body") or tree
    captions = captions_of(body)
    lines = _read(body, _Choice(trafilatura.extract(page, url=url, include_comments=False, fast=True) or ""))
    lines = _or_densest(lines)
    weights = _weights(lines)
    if not weights.get(id(body)):
        remove(body, _CHROME)
        return ChosenParts((body,), tuple(block_lines(body)), captions, title)
    root = _narrowest(body, weights)
    kept = _decide(lines, root, weights, (title, stated_title))
    return ChosenParts((root,), tuple(kept), captions, title, _time(root), _author(root))


def _title(tree: Tag, stated: str) -> str:
    """The heading that the page's own title confirms, or else its first."""
    heads = [words for tag in tree.find_all("h1") if (words := one_line(tag))]
    return next(
        (words for words in heads if stated and (words in stated or stated in words)), heads[0] if heads else ""
    )


def _time(root: Tag) -> str:
    """The first time in the release or close above it, outside of lists of other releases."""
    for tag in (root, *list(root.parents)[:2]):
        for time in tag.find_all("time"):
            if not any(_is_named_chrome(parent) or parent.name in ("li", "article") for parent in _up_to(time, tag)):
                return attribute(time, "datetime") or one_line(time)
    return ""


def _author(root: Tag) -> str:
    """Who wrote it, where an element in the release or close above it is marked or named so."""
    for tag in (root, *list(root.parents)[:2]):
        if tag.name in ("body", "html") and tag is not root:
            break
        for found in tag.find_all(_is_author):
            words = one_line(found)
            if words and len(words) <= LONGEST_AUTHOR and not any(_is_reply(parent) for parent in _up_to(found, tag)):
                return words
    return ""


def _is_author(tag: Tag) -> bool:
    marks = {attribute(tag, "rel"), attribute(tag, "itemprop"), *attribute(tag, "class").lower().split()}
    return not marks.isdisjoint(_AUTHOR)


def _is_reply(tag: Tag) -> bool:
    names = set(_NAME.findall(f"{attribute(tag, 'class')} {attribute(tag, 'id')}".lower()))
    return tag.name in ("aside", "footer", "nav", "li") or not names.isdisjoint({"comment", "comments", "reply"})


def _up_to(tag: Tag, root: Tag) -> list[Tag]:
    parents: list[Tag] = []
    for parent in tag.parents:
        if parent is root:
            break
        parents.append(parent)
    return parents


def _read(body: Tag, choice: _Choice) -> list[_Line]:
    around: dict[int, tuple[Tag, ...]] = {}
    lines: list[_Line] = []
    others = beside(body)
    for text, owners in block_lines_with_parents(body):
        for owner, _ in owners:
            if id(owner) not in around:
                above = tuple(islice(owner.parents, DEEPEST))
                around[id(owner)] = (owner, *above) if len(above) < DEEPEST else (owner, *above, body)
        size = sum(length for _, length in owners) or 1
        linked = sum(length for owner, length in owners if any(tag.name == "a" for tag in around[id(owner)]))
        outside = around[id(owners[0][0])] if owners else (body,)
        is_beside = any(id(tag) in others for tag in outside)
        lines.append(_Line(text, outside, linked / size, not is_beside and choice.holds(text), is_beside))
    return lines


def _or_densest(lines: list[_Line]) -> list[_Line]:
    """The lines as chosen, unless one element holds far more prose than was chosen in all: then that element's."""
    counts = Counter(id(_home(line)) for line in lines)
    homes = [_shared_home(line, counts) for line in lines]
    prose: Counter[int] = Counter()
    for line, home in zip(lines, homes, strict=True):
        if _is_prose(line) and not line.is_beside and not any(_is_named_chrome(tag) for tag in line.around):
            prose[home] += len(line.text)
    chosen = sum(len(line.text) for line in lines if line.is_chosen and line.link_share < MINOR)
    densest = max(prose, key=lambda home: prose[home], default=0)
    if prose[densest] <= DENSER * chosen:
        return lines
    return [
        replace(line, is_chosen=home == densest and not line.is_beside) for line, home in zip(lines, homes, strict=True)
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
        if line.is_chosen and line.link_share < MOSTLY_LINK:
            for tag in line.around:
                weights[id(tag)] = weights.get(id(tag), 0) + len(line.text)
    return weights


def _narrowest(body: Tag, weights: dict[int, int]) -> Tag:
    """The smallest element that still has nearly all of the chosen lines."""
    root, wanted = body, NEARLY_ALL * weights[id(body)]
    while True:
        inner = next((tag for tag in root.contents if isinstance(tag, Tag) and weights.get(id(tag), 0) > wanted), None)
        if inner is None:
            break
        root = inner
    while root is not body and root.name not in _CONTAINERS and root.parent is not None:
        root = root.parent
    return root


def _decide(lines: Sequence[_Line], root: Tag, weights: dict[int, int], titles: Sequence[str]) -> list[str]:
    """The lines of the release: chosen ones, and those between them that stand in the same elements, without noise."""
    alike = _siblings_of_its_kind(root)
    wanted = {id(tag) for tag in (root, *alike)}
    inside = [
        line
        for line in lines
        if _is_within(line, wanted)
        and not line.is_beside
        and not _is_chrome(line, root, weights)
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
    return before_the_rest([line.text for line in kept])


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
    return line.link_share < MINOR and _length(line.text) >= PROSE_WORDS


def _length(text: str) -> int:
    """How many words a text has, roughly, in any script."""
    return len(text.split()) + len(_SIGN.findall(text)) // 2


def _home(line: _Line) -> Tag:
    """The element that holds the line's paragraph."""
    return next((tag for tag in line.around if tag.name in _CONTAINERS or tag.name in ("ul", "ol")), line.around[-1])


def _belongs(line: _Line, homes: set[int]) -> bool:
    return line.link_share < MINOR and id(_home(line)) in homes


def _is_chrome(line: _Line, root: Tag, weights: dict[int, int]) -> bool:
    """Whether the line stands in a small part of the release that its names call something else."""
    for tag in line.around:
        if tag is root:
            return False
        if weights.get(id(tag), 0) < MINOR * weights[id(root)] and _is_named_chrome(tag):
            return True
    return False


def _is_named_chrome(tag: Tag) -> bool:
    if tag.name in _CHROME_TAGS:
        return True
    names = f"{attribute(tag, 'class')} {attribute(tag, 'id')}".lower()
    return bool(names.strip()) and not _CHROME_NAMES.isdisjoint(_NAME.findall(names))


def _is_noise(line: _Line, titles: Sequence[str]) -> bool:
    """A link to something else, an address, the title again."""
    length = _length(line.text)
    is_sentence = length >= PROSE_WORDS and line.text.endswith((".", "”", '"', "。"))
    if line.link_share > MOSTLY_LINK and length >= FEWEST_WORDS and not is_sentence:
        return True
    return bool(_URL.fullmatch(line.text)) or any(_repeats(line.text, title) for title in titles)


def _repeats(text: str, title: str) -> bool:
    return bool(title) and title in text and len(text) < 1.5 * len(title) + 20


# What stands beside a release on a page of an unknown site and is never its text, however much of it there is.

FEWEST = 3
# Levels above a heading in which its teaser is looked for; characters that a teaser has at most.
CLIMB = 6
LONGEST = 700
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_NAMES = frozenset(
    (  # noqa: SIM905 - a list of one word a line is not read
        "consent cmp gdpr onetrust didomi usercentrics cookiebot cookielaw cookieconsent cookie cookies truste "
    ).split()
)
_WHOLE_PAGE = frozenset({"html", "body", "main", "article"})


def beside(body: Tag) -> frozenset[int]:
    """The identities of the elements below `body` that are no part of any release."""
    return frozenset(id(tag) for tag in (*_teasers(body), *body.find_all(_is_named)))


def _is_named(tag: Tag) -> bool:
    if tag.name in _WHOLE_PAGE:
        return False
    names = f"{attribute(tag, 'class')} {attribute(tag, 'id')}".lower()
    return bool(names.strip()) and not _NAMES.isdisjoint(_NAME.findall(names))


def _teasers(body: Tag) -> list[Tag]:
    """Elements of which a parent has several alike, each short and with a heading of its own that is a link."""
    found: dict[tuple[int, str], dict[int, Tag]] = defaultdict(dict)
    for heading in body.find_all(_HEADINGS):
        if not _is_link(heading):
            continue
        for tag in (heading, *heading.parents)[1:CLIMB]:
            if tag is body or tag.name in ("html", "body"):
                break
            found[id(tag.parent), _kind(tag)][id(tag)] = tag
    alike = (tags.values() for tags in found.values() if len(tags) >= FEWEST)
    return [tag for tags in alike for tag in tags if len(tag.get_text()) <= LONGEST]


def _kind(tag: Tag) -> str:
    return f"{tag.name}.{attribute(tag, 'class')}"


def _is_link(heading: Tag) -> bool:
    """Whether the heading is in a link, or a link in it has nearly all its words."""
    if any(parent.name == "a" for parent, _ in zip(heading.parents, range(FEWEST), strict=False)):
        return True
    words = heading.get_text().split()
    linked = max((len(link.get_text().split()) for link in heading.find_all("a", href=True)), default=0)
    return len(words) >= FEWEST_WORDS and linked * 2 > len(words)


# What belongs to a release but is no part of its text: captions, links, attached documents.

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "rtf": "application/rtf",
}
CAPTIONS = ("figcaption", ".wp-caption-text", ".caption", ".photo-caption", ".image-caption")
# The words of buttons that photo captions share their element with.
_BUTTONS = re.compile(
    r"\s*(?:download hi-?res|photo details|view original|show caption|hide caption|[/|])\s*", re.IGNORECASE
)
# The same behind a caption, in the capitals in which they stand there.
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


def links_of(roots: Iterable[Tag], url: str) -> tuple[Link, ...]:
    """The http(s) links in these parts, absolute, each address once, with the words of its first link."""
    links: dict[str, Link] = {}
    for root in roots:
        for tag in root.find_all("a", href=True):
            target = web_address(attribute(tag, "href"), url)
            if target and target.split("#")[0] != url.split("#", maxsplit=1)[0]:
                links.setdefault(target, Link(target, one_line(tag)))
    return tuple(links.values())


def attachments_of(links: Iterable[Link]) -> tuple[Attachment, ...]:
    """The documents among the links, known by the ending of their path."""
    found = ((link, urlsplit(link.url).path.lower().rpartition(".")[2]) for link in links)
    return tuple(
        Attachment(link.url, _MEDIA_TYPES[ending], link.text) for link, ending in found if ending in _MEDIA_TYPES
    )
