"""A claim in the making: a harm word with one group of its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.groups import Group


@dataclass(slots=True)
class Draft:
    """A claim in the making: the harm word's token, the people, and what the rules found on the way."""

    entry: HarmWords
    at: int
    group: Group | None
    first: int
    last: int
    voice: str = ""
    is_part: bool = False
    part_of: Draft | None = None
    is_licensed: bool = True
    rules: list[str] = field(default_factory=list)
    children: int | None = None
    women: int | None = None


def drafts_of(entry: HarmWords, at: int, groups: list[Group], voice: str) -> list[Draft]:
    """A draft for each group that may be meant; what needs people or a number drops the others."""
    found = []
    for group in groups:
        if entry.needs_people and (group.is_guess or (group.is_bare and not group.is_counted)) and voice != "noun":
            continue
        if entry.needs_count and not (group.is_counted and (group.head >= 0 or voice == "noun")):
            continue
        first, last = min(at, group.first), max(at, group.last)
        found.append(Draft(entry, at, group, first, last, voice, rules=[entry.name, *group.rules]))
    return found


def is_animate(entry: HarmWords, group: Group) -> bool:
    """Whether a group may be what the harm word speaks of: a euphemism needs people by name of their kind."""
    if not entry.needs_people:
        return True
    if group.is_guess or (entry.needs_count and not entry.explicit and group.victim == "unknown"):
        return False
    return group.head >= 0 or group.is_pronoun or group.is_counted or group.is_name
