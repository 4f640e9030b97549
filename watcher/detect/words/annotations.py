"""What the stages find in a sentence: numbers, groups of people, harm events, and words that are no claim."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.model.claim import Claim, CountKind, Stance, Victim


VERB_BEFORE = "verb said before"  # the rule of people whose verb is left out
AFTER_TITLE = "after a title"  # of "Death of a soldier: Pte. Noor died" the second
AMONG = "among those counted elsewhere"  # the rule of some who are pointed out: "among the dead are two boys"
SHARE = "of those counted elsewhere"  # the rule of some of those who are counted elsewhere: "four of the dead"
REMAINING = "the rest of them"  # the rule of the last ones of those who were searched for: "the other two"
HIT_BY_FORCE = "hit by a force"  # the rule of "him" in "wounded a soldier. The patrol killed him": of none of its own
CORRECTED = "said before and corrected"  # why what a release takes back is no claim
OF_THESE = "of these"  # the rule of people of whom it is said what none of them is: they were harmed
ALL_ABOARD = "all aboard"  # the rule of as many as were there: "with nine on board … there are no survivors"
SAID_BEFORE = "said before"  # the rule of a pronoun that has the number of those whom it means
SAME_VERB = "same verb"  # the rule of those for whom an auxiliary stands: "so did their driver"
ACCOUNT = "second account"  # the voice of a number that somebody else gives of a harm told before it
RUNNING = "a count of a longer time"  # the rule of "310" in "nine were killed, which makes 310 since January"
# Forms of harm words that are verbs with an object.
VERB_FORMS = frozenset({"participle", "present", "base", "gerund"})
# Voices of verbs whose object is harmed.
OF_OBJECTS = frozenset({"active", "present", "base", "gerund", "joined"})


@dataclass(slots=True, eq=False)
class _Counted:
    """Tokens `first` to `last` that say how many people; a bound that is absent is None."""

    first: int
    last: int
    low: int | None = None
    high: int | None = None
    kind: CountKind = "none"
    is_pronoun: bool = False
    rules: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Quantity(_Counted):
    """A number of people."""

    is_weak: bool = False  # may be a label or a year: counts only with a noun for people right after it


@dataclass(slots=True, eq=False)
class Group(_Counted):
    """People; `head` is the token of the noun, or -1 for a bare number or pronoun."""

    head: int = -1
    victim: Victim = "unknown"
    is_definite: bool = False
    is_bare: bool = False
    is_guess: bool = False
    is_child: bool = False
    is_woman: bool = False
    is_counted: bool = False
    children: int | None = None  # of several counted together, how many
    women: int | None = None
    is_other: bool = False
    ordinal: int = 0  # "a third" is 3
    is_name: bool = False
    is_owned: bool = False  # "his driver"
    is_cell: bool = False  # of a table
    attribute: int = -1
    # The first token of the list that it goes on with: "any" of "any guards or drivers" stands before it.
    opener: int = -1

    @property
    def is_nobody(self) -> bool:
        """Whether the words say that there are none of them: "no soldiers", "0 dead"."""
        return self.low == self.high == 0

    @property
    def all_children(self) -> int | None:
        """How many of the people are children."""
        return self.low if self.is_child else self.children

    @property
    def all_women(self) -> int | None:
        """How many of the people are women."""
        return self.low if self.is_woman else self.women


class Judgement(NamedTuple):
    """What the cues say of a harm event: its stance, or why it is no claim, and which cues said so.

    `is_absent`: they say that there is nobody ("no reports of casualties"); `is_unharmed`: that those meant, however
    many they are, came to nothing ("both pilots were unhurt").
    """

    stance: Stance
    is_background: bool
    dismissed: str
    rules: tuple[str, ...]
    is_absent: bool = False
    is_unharmed: bool = False


@dataclass(slots=True, eq=False)
class HarmEvent:
    """A harm word with one group of its people, and what the stages have found out about the two.

    `at` is the token of the harm word; `voice` says how the word takes its people ("passive", "noun", …); the claim
    stands in tokens `first` to `last` of sentence number `sentence`. `part_of` is the event of the total it belongs to.
    Those of the later stages: `judgement` is set when its stance is judged, `claim` and what stands below it when it
    has become a claim; it `repeats` its total when it says nothing new; its parts are `minimum_from_parts` people.
    """

    entry: HarmWords
    at: int
    group: Group | None
    first: int
    last: int
    voice: str = ""
    is_licensed: bool = True
    rules: list[str] = field(default_factory=list)
    children: int | None = None
    women: int | None = None
    part_of: HarmEvent | None = None  # the total that holds this one, or the event that this one repeats
    judgement: Judgement = field(init=False)
    claim: Claim = field(init=False)
    sentence: int = 0
    incident: int = 0  # of its text, 0 before the first one
    near: tuple[int, int] = (0, 0)  # offsets of the people, or of the harm where none are named
    repeats: bool = False
    minimum_from_parts: int = 0

    @property
    def position(self) -> tuple[int, int]:
        """Its sentence and its token: events are compared by it where one stands before another in the text."""
        return self.sentence, self.at

    @property
    def is_cell(self) -> bool:
        """Whether a table's cell states it."""
        return self.group is not None and self.group.is_cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that counts people: what its column says of them, and its offsets; `first` is where its claim begins."""

    entry: HarmWords
    is_joint: bool
    victim: Victim
    first: int
    start: int
    end: int
    people: int
    is_of_period: bool = False  # of a longer time than the text's news: "Since 1 January"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, by its offsets; `table` is the table's number in the text.

    `is_total` says that it holds the sums of the others, `is_of_period` that the line above the table names a period.
    """

    start: int
    end: int
    label: str
    cells: tuple[Cell, ...]
    table: int = 0
    is_total: bool = False
    is_of_period: bool = False


class Dismissed(NamedTuple):
    """Words that look like a claim and are none, and why."""

    start: int
    end: int
    reason: str


def events_of(entry: HarmWords, at: int, groups: list[Group], voice: str) -> list[HarmEvent]:
    """A harm event for each group that may be meant; a word that needs people or a number drops the others."""
    found = []
    is_several = entry.needs_count and any(one.is_counted and one.head >= 0 for one in groups)
    for group in groups:
        if entry.victims and group.victim not in entry.victims and not _is_also_meant(entry, group):
            continue
        if entry.of_one and not (group.low == group.high == 1 and (group.is_name or group.head >= 0)):
            continue
        if is_vague_solemn(entry, group):
            continue
        if group.is_guess and group.is_definite and not (group.is_counted or group.is_owned) and voice in OF_OBJECTS:
            continue  # "killed the lights", "murdered the anthem": people are known by name
        if entry.needs_people and (group.is_guess or (group.is_bare and not group.is_counted)) and voice != "noun":
            continue
        is_number = group.is_counted and (group.head >= 0 or voice == "noun")
        is_number |= is_several and group.low == 1 and group.head >= 0 and not group.is_guess  # "six men and a clerk"
        if entry.needs_count and not (is_number or (group.is_name and voice == "noun")):
            continue
        first, last = min(at, group.first), max(at, group.last)
        found.append(HarmEvent(entry, at, group, first, last, voice, rules=[entry.name, *group.rules]))
    return found


def _is_also_meant(entry: HarmWords, group: Group) -> bool:
    """Whether a word of harm to certain classes may mean these people all the same: "assaulted him", "two sentries"."""
    return any(name in entry.also for name in group.rules)


def is_vague_solemn(entry: HarmWords, group: Group) -> bool:
    """As in "our fallen men", "a fallen comrade": a solemn adjective counts only several people by number."""
    return entry.is_solemn and entry.form == "adjective" and not (group.kind == "exact" and (group.low or 0) > 1)


def is_animate(entry: HarmWords, group: Group) -> bool:
    """Whether a group may be what the harm word speaks of: a euphemism needs people by name of their kind."""
    if not entry.needs_people:
        return True
    if group.is_guess or (entry.needs_count and not entry.explicit and group.victim == "unknown"):
        return False
    return group.head >= 0 or group.is_pronoun or group.is_counted or group.is_name


def people_of_harm(entry: HarmWords, first: int, last: int) -> Group:
    """As in "the dead", "the injured were flown out": people without a number."""
    return Group(first, last, is_definite=True, is_pronoun=True, rules=("the " + entry.name,))


def is_same_people(one: Group, other: Group) -> bool:
    """Whether two groups begin at one word, or one of them is the name of the other: "Ensign", "Ensign Rafael Toro"."""
    is_named = one.is_name != other.is_name and one.first <= other.last and other.first <= one.last
    return one.first == other.first or is_named


def is_same_claim(one: HarmEvent, other: HarmEvent) -> bool:
    """As in "the search for Ensign Toro, lost overboard": one harm of somebody with a rank and by name."""
    if one.group is None or other.group is None or one.entry.harm != other.entry.harm:
        return False
    return one.group.is_name != other.group.is_name and is_same_people(one.group, other.group)


def by_himself(group: Group) -> Group:
    """A gunman who shoots himself is none who fell in a fight; a soldier who does is a soldier."""
    return replace(group, victim="unknown") if group.victim == "combatant" else group
