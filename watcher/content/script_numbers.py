"""Numbers that a script would write: counters that stand at 0 until it runs, with their number in an attribute.

Read as they stand they would say that nobody was killed. The number is taken from the attribute, or left out with a
problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.content.characters import squeeze
from watcher.content.markup import Tag, attribute, inside
from watcher.model.release import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


# Where the common scripts (counterUp, countTo, purecounter, odometer, CountUp.js) look for the number to count to.
_ATTRIBUTES = (
    "data-target", "data-count", "data-to", "data-to-value", "data-count-to", "data-countto", "data-value", "data-val",
    "data-end", "data-end-value", "data-endval", "data-final", "data-number", "data-num", "data-counter", "data-stop",
    "data-max", "data-purecounter-end", "data-countup", "data-count-end", "data-odometer", "data-odometer-final",
)  # fmt: skip
_NAMES = frozenset(_ATTRIBUTES)
_NO_TEXT = frozenset({"input", "meta", "option", "li", "progress", "meter", "img", "source"})
_COUNTER = re.compile(r"\b(?:counters?|count-?(?:up|to)|odometer|purecounter|animated?-?number)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d[\d\s.,\u00a0\u202f]{0,20}%?")
_SHOWN = 80  # characters of the words around a counter
_START = re.compile(r"(?:0+(?:[.,]0+)?%?|[-–—…]+|)")
# Whether a page has any of these: begun with letters that all have, it is looked through in a third of the time.
_ENDS = "|".join(name.removeprefix("data-") for name in _ATTRIBUTES)
_ANY = re.compile(rf"[dDoOcC](?i:(?<=d)ata-(?:{_ENDS})\s*=|(?<=o)dometer|(?<=c)ount-?(?:er|up))")


@dataclass(frozen=True, slots=True)
class WrittenNumbers:
    """Whether any number was written, and the elements around counters that keep theirs elsewhere."""

    is_any: bool
    unknown: tuple[Tag, ...] = ()

    def problems(self, roots: Iterable[Tag]) -> tuple[Problem, ...]:
        """A problem for each counter without its number inside one of the roots."""
        wanted = {id(root) for root in roots}
        inside_roots = (tag for tag in self.unknown if any(id(one) in wanted for one in (tag, *tag.parents)))
        return tuple(Problem("script_number", squeeze(tag.get_text())[:_SHOWN]) for tag in inside_roots)


def write_numbers(tree: Tag, page: str) -> WrittenNumbers:
    """Write into a page's tree what its scripts would, and take out each 0 that would be counted up."""
    unknown: list[Tag] = []
    is_any = False
    found = list(_standing_at_start(tree)) if _ANY.search(page) else []
    for tag in found:
        number = next((squeeze(value) for name in _ATTRIBUTES if _NUMBER.fullmatch(value := attribute(tag, name))), "")
        if not number and tag.parent is not None and _COUNTER.search(attribute(tag, "class")):
            unknown.append(tag.parent)
        is_any = is_any or bool(number.strip("0"))
        tag.string = number
    return WrittenNumbers(is_any, tuple(unknown))


def _standing_at_start(tree: Tag) -> Iterator[Tag]:
    """The elements whose words are 0, a dash or nothing, and that a script may count up."""
    for tag in inside(tree):
        if not isinstance(tag, Tag) or not tag.attrs or len(tag.contents) > 1 or tag.name in _NO_TEXT:
            continue
        is_named = "class" in tag.attrs and _COUNTER.search(attribute(tag, "class")) is not None
        names = _NAMES.intersection(tag.attrs)
        if not is_named and not any(_NUMBER.fullmatch(attribute(tag, name)) for name in names):
            continue
        words = squeeze(tag.get_text())
        # An empty element with some number in an attribute is a slider or a chart; only a counter is filled.
        if _START.fullmatch(words) and (words or is_named):
            yield tag
