"""What stands beside a release on a page of an unknown site and is never its text, however much of it there is.

Teasers of other releases: elements that repeat each other, each with a heading that is a link. Notices of consent.
They are known by their structure and by the names that the common
software gives them.
"""

from __future__ import annotations

import re
from collections import defaultdict

from watcher.markup import Tag, attribute

FEWEST = 3
# Levels above a heading in which its teaser is looked for; characters that a teaser has at most.
CLIMB = 6
LONGEST = 700
FEWEST_WORDS = 3
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_NAME = re.compile(r"[a-z]+")
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
