"""What a text claims: who was harmed and how many, by whom it is said and how surely; all claims of one text."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, fields
from itertools import repeat
from operator import attrgetter, call
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from watcher.model.release import Problem


Harm = Literal["killed", "injured", "missing", "captured", "casualty"]
Victim = Literal["civilian", "military", "police", "official", "combatant", "mixed", "unknown"]
Stance = Literal["asserted", "assessed", "alleged", "under_review", "denied", "hypothetical", "historical"]
Bounds = tuple[int | None, int | None]  # the least and the most people, None where unsaid
Part = Literal["text", "title", "caption", "document"]  # of a release
CountKind = Literal["exact", "at_least", "at_most", "range", "approximate", "vague", "none"]
HARMED: frozenset[Harm] = frozenset({"killed", "injured", "missing", "casualty"})
REPORTED: frozenset[Stance] = frozenset({"asserted", "assessed", "alleged"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named among the dead, injured or missing, as stated; `start` and `end` are offsets of the name."""

    name: str
    harm: Harm
    start: int
    end: int
    rank: str = ""
    age: int | None = None
    unit: str = ""
    home_town: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where else a release says what a claim says: offsets in its text, its title, a caption or a document.

    `number` is that of the caption, from 0; `document` is the document's address and `page` the page in it, from 1,
    or 0 where it is not known.
    """

    part: Part
    start: int
    end: int
    number: int = 0
    document: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One stated count (or uncounted statement) of one harm to one group in one place of one text.

    Every value is as stated by the publisher. `count_min` and `count_max` are people, None where the text sets no
    such bound; `text[start:end]` is the words that made the claim, `sentence` the sentence around them; `rules` names
    the vocabulary entries and cues that made it; `part_of` is the index, within the same detection, of the claim whose
    total already contains this one; `incident` numbers the separate events that one release speaks of; `also` says
    where the same is said again. Of all claims with a `confidence` of 0.9 nine in ten are right.

    A new field is written here and in the stage of the detector that finds it (`make_claims` in
    `detect/claims/claims.py` for what a sentence says by itself); stages that come later change a claim by
    `dataclasses.replace`.
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
    also: tuple[Mention, ...] = ()
    confidence: float = 1.0

    def with_confidence(self, confidence: float) -> Claim:
        """The claim as sure as that; every claim passes here."""
        return _claim_of((*_VALUES(self)[:-1], confidence))

    def with_values(self, **changes: Any) -> Claim:
        """The claim with some other values, as `dataclasses.replace` gives it in four times the time."""
        values = list(_VALUES(self))
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return _claim_of(values)

    @property
    def is_of_nobody(self) -> bool:
        """Whether it counts none: "no civilians were harmed", "zero"."""
        return self.count_min == self.count_max == 0

    @property
    def bounds(self) -> Bounds:
        """The least and the most people."""
        return self.count_min, self.count_max

    @property
    def meaning(self) -> tuple[object, ...]:
        """What it says, without where: claims of two texts that agree in this are the same claim."""
        return (self.harm, self.count_min, self.count_max, self.victim, self.stance, self.is_background)


_NAMES = tuple(one.name for one in fields(Claim))
_PLACES = {name: place for place, name in enumerate(_NAMES)}
_VALUES = attrgetter(*_NAMES)
_SLOTS = tuple(getattr(Claim, name).__set__ for name in _NAMES)
# The fields that are columns of `claims` under the same name; people have a table of their own.
CLAIM_COLUMNS = tuple(one.name for one in fields(Claim) if one.name != "people")


def _claim_of(values: Iterable[Any]) -> Claim:
    """A claim of all its values in the order of its fields.

    The `__init__` of a frozen dataclass looks up each field by its name again: of so many, it takes four times as long.
    """
    claim = object.__new__(Claim)
    deque(map(call, _SLOTS, repeat(claim), values), maxlen=0)  # a loop without a step of Python for each field
    return claim


def claim_from_row(row: Mapping[str, Any]) -> Claim:
    """The claim of a row of `claims`, or of the same columns in a bundle: booleans are 0 and 1, lists are JSON.

    A column that the row lacks, because it is older, has the field's default.
    """
    names = [name for name in CLAIM_COLUMNS if name in row]
    values = {name: bool(row[name]) if name.startswith("is_") else row[name] for name in names}
    also = tuple(Mention(**mention) for mention in json.loads(row.get("also", "[]")))
    return Claim(**values | {"rules": tuple(json.loads(row["rules"])), "also": also})


@dataclass(frozen=True, slots=True)
class Total:
    """What a release says in all of one harm to one kind of victim under one stance."""

    harm: Harm
    victim: Victim
    stance: Stance
    count_min: int | None
    count_max: int | None

    @property
    def is_of_nobody(self) -> bool:
        """Whether it counts none: "no civilians were harmed", "zero"."""
        return self.count_min == self.count_max == 0

    @property
    def bounds(self) -> Bounds:
        """The least and the most people."""
        return self.count_min, self.count_max


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """The place of a claim in an attached document: the document's address and title, and the page, from 1.

    `text` is the document's whole text, into which the claim's offsets point.
    """

    url: str
    title: str
    page: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Detection:
    """All that the detector found in one text, and the version of detector and vocabulary that found it.

    For a release with documents these are the claims of its text and then of each document; `documents` then says of
    every claim its place, None for the release's own text. It is empty where there is only one text.
    """

    claims: tuple[Claim, ...]
    totals: Mapping[Harm, Bounds] = field(default_factory=dict)
    totals_by: tuple[Total, ...] = ()
    problems: tuple[Problem, ...] = ()
    language: str = ""
    version: str = ""
    documents: tuple[DocumentPage | None, ...] = ()

    @property
    def is_reported(self) -> bool:
        """Whether the text reports somebody harmed: asserted, assessed or alleged."""
        return any(claim.harm in HARMED and claim.stance in REPORTED for claim in self.claims)

    def document_of(self, number: int) -> DocumentPage | None:
        """The place of the claim of that number, from 0; None for the text of the release itself."""
        return self.documents[number] if self.documents else None
