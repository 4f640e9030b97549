"""A claim in the making: a harm word with one group of its people, then what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING

from watcher.model.claim import Claim

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.model.claim import CountKind, Harm, Person, Stance, Victim


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


@dataclass(slots=True, eq=False)
class OpenClaim:
    """A claim that later steps still change: the fields of `Claim`, in its order, made into one at the end.

    Setting a field costs a fraction of what a changed copy of a frozen claim does, and each claim is changed often.
    """

    harm: Harm
    count_min: int | None
    count_max: int | None
    victim: Victim
    stance: Stance
    start: int
    end: int
    sentence: str
    count_raw: str = ""
    count_kind: CountKind = "none"
    victim_raw: str = ""
    is_background: bool = False
    is_explicit: bool = True
    children: int | None = None
    women: int | None = None
    place: str = ""
    place_raw: str = ""
    date_raw: str = ""
    event_from: str = ""
    event_to: str = ""
    speaker: str = ""
    part_of: int | None = None
    incident: int = 0
    rules: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()

    def closed(self) -> Claim:
        """The claim as it is now, for good."""
        return Claim(*_FIELDS(self))


_FIELDS = attrgetter(*(one.name for one in fields(Claim)))


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


@dataclass(slots=True, eq=False)
class Group:
    """People in tokens `first` to `last`; `head` is the noun's token, or -1 for a bare number or pronoun."""

    first: int
    last: int
    head: int
    low: int | None
    high: int | None
    kind: CountKind
    victim: Victim
    is_definite: bool = False
    is_pronoun: bool = False
    is_bare: bool = False
    is_guess: bool = False
    is_child: bool = False
    is_woman: bool = False
    is_counted: bool = False
    is_other: bool = False
    is_name: bool = False
    is_owned: bool = False  # "his driver"
    attribute: int = -1
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Words that were looked at and are no claim, and why."""

    start: int
    end: int
    reason: str


@dataclass(slots=True)
class Found:
    """A claim with what later steps need to know of it."""

    claim: OpenClaim
    draft: Draft
    sentence: int
    part_of: Found | None = None
    repeats: bool = False
    near: tuple[int, int] = (0, 0)  # offsets of the people, or of the harm where none are named


@dataclass(slots=True, eq=False)
class Quantity:
    """A number of people in tokens `first` to `last`; a bound that is absent is None."""

    first: int
    last: int
    low: int | None
    high: int | None
    kind: CountKind
    is_pronoun: bool = False
    is_weak: bool = False  # may be a label or a year: counts only with a noun for people right behind it
    rule: str = "number"
