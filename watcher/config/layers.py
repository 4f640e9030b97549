"""Publishers' files in layers: the family of a site, what is shipped, and the operator's own on top.

A later layer goes key by key before the one below it, feeds are matched by their `code`; so an upgrade brings new feeds
and page rules, and what the operator has said stays said. An empty list takes away a rule of the layer below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layered:
    """One publisher as its files say, not checked yet; `files` are those that were read, the lowest layer first."""

    code: str
    given: Mapping[str, Any]
    files: tuple[Path, ...]

    def under(self, path: Path, given: Mapping[str, Any]) -> Layered:
        """With another file's layer on top."""
        return replace(self, given=laid_over(self.given, given), files=(*self.files, path))


def laid_over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Two layers of a table as one: tables are merged key by key, lists of feeds by code, all else is replaced."""
    return {**lower, **{name: _merged(name, lower.get(name), value) for name, value in upper.items()}}


def _merged(name: str, lower: Any, upper: Any) -> Any:
    if isinstance(lower, Mapping) and isinstance(upper, Mapping):
        return laid_over(lower, upper)
    if name == "feed" and _are_tables(lower) and _are_tables(upper):
        return _merged_feeds(lower, upper)
    return upper


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(table, Mapping) for table in value)


def _merged_feeds(lower: Iterable[Mapping[str, Any]], upper: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Feeds of the lower layer in their order, each with what is said above it, then those that are new above.

    A code that the upper layer has twice is left as it is: that is a mistake to be named.
    """
    known = {feed.get("code") for feed in lower}
    above = {feed.get("code"): feed for feed in reversed(upper)}
    merged = [laid_over(feed, above.get(feed.get("code"), {})) for feed in lower]
    seen: set[Any] = set()
    for feed in upper:
        if feed.get("code") not in known or feed.get("code") in seen:
            merged.append(dict(feed))
        seen.add(feed.get("code"))
    return list(merged)
