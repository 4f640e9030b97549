"""Read and check the detector's vocabulary: `words/<language>.toml` ─► Vocabulary.

The whole vocabulary is data: which words state harm, who can be harmed, which words deny or hedge, what counts and
what must not. Every mistake of a file is listed at once, each with its file and key. The shipped files, which the tests
check, can be read without pydantic (`read_shipped`), whose models of them took as long as twenty releases.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Literal

from watcher.config.folder import WEIGHTS, shipped_folder
from watcher.config.rule_words import RuleWords
from watcher.config.spellings import spelled, spelt_out
from watcher.config.tables import Table
from watcher.config.unchecked import mistakes_of, table
from watcher.config.weights import digest_of, load_weights
from watcher.config.word_lists import loads
from watcher.errors import ConfigError
from watcher.model.claim import Harm, Victim

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Annotated

    from pydantic import Field

    from watcher.config.values import Words, WordSet


Form = Literal[
    "participle",
    "gerund",
    "base",
    "present",
    "intransitive",
    "present_intransitive",
    "base_intransitive",
    "noun",
    "adjective",
    "lives",
    "toll",
    "verdict",
]
Effect = Literal[
    "denied",
    "assessed",
    "alleged",
    "under_review",
    "hypothetical",
    "historical",
    "background",
    "excluded",
    "illness",
    "rehearsed",
    "terminate",
    "pseudo",
]
# What a rule asks a cue for beyond its effect: words of a simulation, an exercise or a ceremony carry over to other
# sentences; a return ends that somebody is missing, and so does who is alive; an absence makes nobody of people without
# a number, and so does what is untrue; a rejection is of what was said before, a retraction of what follows; an aside
# is background only in a relative clause; what is avenged ends at a comma; a condition reaches all of its clause; a
# game leaves those who are counted.
Role = Literal[
    "simulation",
    "exercise",
    "played",
    "ceremony",
    "return",
    "alive",
    "absence",
    "no_evidence",
    "idle",
    "spared",
    "hearsay",
    "told_by",
    "reported_claim",
    "recalled",
    "unconfirmed",
    "superseded",
    "untrue",
    "rejection",
    "retraction",
    "aside",
    "open_case",
    "avenged",
    "time_after",
    "charged",
    "capacity",
    "condition",
    "game",
    "standing",
    "rate",
]
# closing: reaches all that stands before it where it ends its sentence: "…, the ministry assessed".
Direction = Literal["forward", "backward", "bidirectional", "closing", "terminate", "pseudo"]
GRAMMAR = [
    "be",
    "singular_be",
    "have",
    "do",
    "modal",
    "definite",
    "indefinite",
    "singular_pronouns",
    "plural_pronouns",
    "someone",
    "relatives",
    "part_openers",
    "of_whom",
    "others",
    "companions",
    "prepositions",
    "conjunctions",
    "barriers",
    "of",
    "adverbs",
    "leave",
    "suffer",
    "licences",
    "speech",
    "home",
    "assigned",
    "according",
    "aged",
    "own",
    "mourning",
    "number_labels",
    "total_cues",
    "new_incident",
    "not_names",
    "titles",
    "possessives",
    "formations",
    "native",
    "negators",
    "own_pronouns",
]


_MOST_CHECKED = 16  # vocabularies that a process keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed(Table):
    """A named list of words or phrases, in small letters; "(a|b)" inside a phrase is a choice."""

    name: Annotated[str, Field(min_length=1)]
    words: Annotated[Words, Field(min_length=1)]

    def __post_init__(self) -> None:
        """Spell out the choices. Raises ValueError where one stands for too many phrases."""
        object.__setattr__(self, "words", tuple(dict.fromkeys(spelt_out(self.words))))


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmWords(_Listed):
    """Words for one harm in one grammatical form."""

    harm: Harm
    form: Form
    explicit: bool = True
    needs_people: bool = False
    needs_count: bool = False
    victims: tuple[Victim, ...] = ()  # counts of people of these classes only: soldiers "fell"
    also: Words = ()  # and of those by these rules' names, whatever their class: guards "fell" as well, "he or she"
    tail: Words = ()  # counts only with one of these after it: "removed … from the battlefield"
    reach: int = 0  # words after it in which the tail stands, where a clause is too far
    of_aboard: bool = False  # of all aboard, unless the next sentences tell of survivors: "sank with 30 passengers"
    unless: Words = ()  # counts not with one of these after it: "sank with 40 aboard, who were all saved"
    of_told_one: bool = False  # of the one whom the text speaks of: "a diver found him; attempts at revival failed"
    is_one: bool = False  # with an article or "one" it is one person: "recovered a body"; else nobody
    head: Words = ()  # counts only with one of these before it: "divers … are looking for"
    head_or_tail: bool = False  # one of the two suffices: "called off its search for", "the search for … goes on"
    needs_licence: bool = False
    needs_none: bool = False  # counts only where there are none of it: "no losses", but not "losses of equipment"
    is_bodily: bool = False  # counts wounds, not people: three fractures are one patient
    is_solemn: bool = False  # without a number it commemorates: "those who gave their lives"
    is_found: bool = False  # said of the missing they are so no more: "were found dead", "the bodies of"
    is_state: bool = False  # how people are who may be counted already: "three are in critical condition"
    is_reflexive: bool = False  # the subject of the sentence did it: "then turned the weapon on himself"
    keeps_class: bool = False  # of the class that he is called by: a bomber, not a gunman among colleagues
    corrects: bool = False  # what was said before of the same harm does not hold: "it should have read six"
    points_back: bool = False  # of the harm spoken of before: "the number now stands at seven"
    of_things_too: bool = False  # lorries are set on fire: only of people right beside the verb
    takes_object: bool = False  # "drowned two prisoners" as well as "two prisoners drowned"
    of_losers: bool = False  # takes whoever lost people before them: "cost the occupiers seven men"
    of_limb: bool = False  # of whoever's limb it is, `tail` naming the limbs: "a clerk's jaw was broken"
    hits_limbs: bool = False  # without its tail, of whoever's limb it hits: "hit a sapper's thigh"
    takes_limbs: bool = False  # … from whomever it takes a limb: "tore both hands off a boy"
    of_one: bool = False  # of a single person: "Deputy Roe passed at four", where a convoy passes a gate
    of_fronted: bool = False  # counts only those said before it with "for": "for two of them help came too late"
    of_own: bool = False  # counts only those said to be of whoever does it: "mourns three of its own"
    of_nobody: bool = False  # the harm is that nobody did it: "none of the eight survived"
    of_none: bool = False  # the words say themselves that nobody was harmed: "hit nobody"
    is_unharmed: bool = False  # whoever they are, nothing happened to them
    needs_auxiliary: bool = False  # the passive only: "was shot", not "shot at the range"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWords(_Listed):
    """Nouns for people of one class; a modifier only decides the class of the noun it stands with."""

    victim: Victim
    is_weak: bool = False
    is_modifier: bool = False
    is_child: bool = False
    is_woman: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWords(_Listed):
    """Words that change what a claim means; `scope` in words, 0 for the whole sentence."""

    effect: Effect
    direction: Direction
    role: Role | None = None
    scope: Annotated[int, Field(ge=0, le=100)] = 0

    def __post_init__(self) -> None:
        """Raise ValueError where the direction does not fit the effect."""
        _Listed.__post_init__(self)
        if (self.effect in {"terminate", "pseudo"}) and self.effect != self.direction:
            raise ValueError(f"effect {self.effect!r} needs direction {self.effect!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityWords(_Listed):
    """Words that set a number of people without naming one: "several" is at least three."""

    minimum: Annotated[int, Field(ge=0)]
    maximum: Annotated[int, Field(ge=0)] | None = None
    is_pronoun: bool = False
    is_same: bool = False  # so many times the number said last: "an equal number of", "twice as many"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords(Table):
    """Number words and what joins them."""

    ones: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    articles: WordSet
    half: WordSet
    odd: WordSet
    sized: WordSet
    between: WordSet
    between_joints: WordSet
    range: WordSet
    doubtful: WordSet
    joining: WordSet
    shares: Words
    label_joints: WordSet
    currencies: WordSet
    at_least_after: WordSet
    at_most_after: WordSet
    approximate_after: WordSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Table):
    """Names of months (number), weekdays (Monday is 0) and relative days (offset)."""

    months: dict[str, int]
    weekdays: dict[str, int] = field(default_factory=dict)
    relative: dict[str, int] = field(default_factory=dict)
    weeks: dict[str, int] = field(default_factory=dict)  # whole weeks: last week is -1
    ago: dict[str, int] = field(default_factory=dict)  # units before "ago", in days
    ago_after: Words
    counts: dict[str, int]  # number words before such a unit
    not_months: WordSet
    month_openers: Words
    year_openers: Words
    not_years: Words
    old_year_openers: Words
    day_joints: Words
    day_attributes: Words
    week_back: WordSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Places(Table):
    """Words that open a place, kinds of places, parts of a country, and what says that a place is not the event's."""

    openers: Words = ()
    kinds: Words = ()
    regions: Words = ()
    sides: Words = ()
    away: Words = ()
    care: Words = ()
    labels: Words = ()
    bases: Words = ()
    hyphened_articles: Words
    name_articles: Words
    name_abbreviations: Words
    joints: Words
    kind_joints: Words
    second_half_openers: Words
    second_halves: Words
    after: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingWords(Table):
    """Words about the report itself: days of announcing and of other things, what says where, what names people."""

    announcing: Words = ()
    other_days: Words = ()
    happened: Words = ()
    naming: Words = ()
    meetings: Words = ()
    asides: Words
    aside_openers: Words
    day_openers: Words
    other_day_openers: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored(Table):
    """Units and things: what follows a number of no people."""

    units: Words = ()
    things: Words = ()
    ranks: Words = ()
    headings: Words = ()
    played: Words = ()

    def __post_init__(self) -> None:
        """Spell out the choices among the things. Raises ValueError where one stands for too many phrases."""
        object.__setattr__(self, "things", spelt_out(self.things))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary(Table):
    """All words of one language, with the weights of what speaks for and against a claim.

    `digest` identifies the text of both files; claims carry it in their version.
    """

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    name: str = ""
    harms: Annotated[tuple[HarmWords, ...], Field(min_length=1)]
    people: Annotated[tuple[PeopleWords, ...], Field(min_length=1)]
    cues: tuple[CueWords, ...] = ()
    quantities: tuple[QuantityWords, ...] = ()
    numbers: NumberWords
    bounds: dict[Literal["at_least", "more_than", "at_most", "less_than", "approximate"], Words]
    grammar: dict[str, Words]
    calendar: Calendar
    telling: ReportingWords
    places: Places
    nationalities: dict[str, WordSet] = field(default_factory=dict)
    rule_words: RuleWords
    ignored: Ignored = field(default_factory=Ignored)
    weights: dict[str, float] = field(default_factory=dict)
    digest: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError where a list of grammar is absent or not known, or a word is under two harms."""
        absent, unknown = sorted(set(GRAMMAR) - set(self.grammar)), sorted(set(self.grammar) - set(GRAMMAR))
        if absent or unknown:
            raise ValueError(f"grammar: absent: {', '.join(absent) or '-'}; unknown: {', '.join(unknown) or '-'}")
        harms = [(entry.name, spelled(entry.words)) for entry in self.harms]
        if len(set(chain.from_iterable(words for _, words in harms))) < sum(len(words) for _, words in harms):
            raise ValueError(_said_twice(harms))


def _said_twice(harms: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Which word is under two harms: it would have the sense of the last one."""
    seen: dict[str, str] = {}
    for name, words in harms:
        for word in words:
            if word in seen:
                return f"harms: {word!r} is in {seen[word]!r} and in {name!r}"
            seen[word] = name
    return ""


_CHECKED: dict[str, Vocabulary] = {}  # by the hash of words and weights


def load_vocabulary(path: Path, *, is_sound: bool = False) -> Vocabulary:
    """Read one vocabulary file; the same words and weights are checked once a process, whichever folder holds them.

    Raises ConfigError with every mistake of the file, one line each: file, key, what is wrong. `is_sound`: the file is
    a shipped one, which the tests check, and is read without pydantic.
    """
    try:
        raw = path.read_bytes()
        whole = _hash_of(path, raw)
        if whole not in _CHECKED:
            weights = load_weights(path.parent, is_sound=is_sound).weights
            tables = loads(raw.decode("utf-8")) | {"weights": weights, "digest": whole[:12]}
            _keep(whole, table(Vocabulary, tables, is_sound=is_sound))
        return _CHECKED[whole]
    except (OSError, ValueError, TypeError) as error:
        raise mistakes_of(path, error) from error


def _hash_of(path: Path, raw: bytes) -> str:
    """What identifies the words of a file and the weights beside it. Raises OSError."""
    return hashlib.sha256(raw + digest_of(path.parent).encode()).hexdigest()


def _keep(whole: str, vocabulary: Vocabulary) -> None:
    if len(_CHECKED) >= _MOST_CHECKED:
        _CHECKED.clear()
    _CHECKED[whole] = vocabulary


def read_shipped() -> None:
    """Have the shipped vocabularies at hand before they are asked for. Raises ConfigError where one is broken."""
    for path in _files(shipped_folder() / "words"):
        load_vocabulary(path, is_sound=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if path.name != WEIGHTS)


def _is_shipped(path: Path) -> bool:
    """Whether a file, with the weights beside it, is one that is shipped, to the byte."""
    shipped = shipped_folder() / "words" / path.name
    try:
        return _hash_of(path, path.read_bytes()) == _hash_of(shipped, shipped.read_bytes())
    except OSError:
        return False


def are_shipped(folder: Path) -> bool:
    """Whether every vocabulary of a folder is to the byte as shipped, so that there is nothing to check in it."""
    files = _files(folder)
    return bool(files) and all(map(_is_shipped, files))


def load_vocabularies(folder: Path, *, trusts_shipped: bool = False) -> dict[str, Vocabulary]:
    """Every vocabulary of a folder by language code. Raises ConfigError with the mistakes of all files together.

    `trusts_shipped`: one that is to the byte as shipped is read without pydantic, also where its folder is another.
    """
    found: dict[str, Vocabulary] = {}
    mistakes: list[str] = []
    for path in _files(folder):
        try:
            vocabulary = load_vocabulary(path, is_sound=trusts_shipped and _is_shipped(path))
        except ConfigError as error:
            mistakes.extend(error.mistakes)
            continue
        if vocabulary.language in found:
            mistakes.append(f"{path}: language: {vocabulary.language!r} has another file already")
        found[vocabulary.language] = vocabulary
    if not found and not mistakes:
        mistakes.append(f"{folder}: there is no vocabulary: nothing could be read")
    shipped = shipped_folder() / "words"
    if mistakes and folder != shipped:
        mistakes.append(
            f"{folder}: replaces the words of this version; delete what is not yours, and {shipped} is read"
        )
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return found
