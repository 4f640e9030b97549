"""A vocabulary made ready for matching: one look-up per word, phrases as tries, one automaton of harm words.

Everything is computed once per vocabulary and process (`compiled`); nothing here depends on a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from watcher.config.words import GRAMMAR, Role
from watcher.detect.finder import Finder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from watcher.config.rule_words import RuleWords
    from watcher.config.words import (
        CueWords,
        HarmWords,
        NumberWords,
        PeopleWords,
        QuantityWords,
        Vocabulary,
    )


# What a token is, whatever the vocabulary says of it: made of letters, a number or a part of one, a harm or a cue,
# a word for people, one that is a noun by itself.
_KINDS = ("letters", "numeric", "special", "people", "people_noun")
# What a word does in a sentence, or what it is a word for; those first that are asked for most.
_SENSES = (
    "be", "have", "do", "modal", "definite", "indefinite", "singular_pronouns", "plural_pronouns", "someone",
    "relatives", "part_openers", "prepositions", "conjunctions", "barriers", "adverbs", "others", "thing", "unit",
    "rank", "of_whom", "speech", "possessives", "negators", "month",
    *GRAMMAR, "weekday", "relative_day", "place_opener", "place_kind",
)  # fmt: skip
# Each role of a word is one bit, so that asking for one of several is a single operation; for the first thirty it
# takes a third of the time, because their integers are below 2 ** 30.
ROLES: dict[str, int] = {name: 1 << position for position, name in enumerate(dict.fromkeys((*_KINDS, *_SENSES)))}
_KIND = sum(ROLES[name] for name in _KINDS)
_STRUCTURE = (
    ROLES["be"] | ROLES["have"] | ROLES["do"] | ROLES["relatives"] | ROLES["modal"] | ROLES["prepositions"]
    | ROLES["singular_be"] | ROLES["place_opener"] | ROLES["of"] | ROLES["barriers"]
)  # fmt: skip
_STRUCTURE_OR_KIND = _STRUCTURE | _KIND
_LETTERS, _NUMERIC, _SPECIAL = ROLES["letters"], ROLES["numeric"], ROLES["special"]
_PEOPLE = ROLES["people"]
_PEOPLE_NOUN = _PEOPLE | ROLES["people_noun"]
_COMPOSED: tuple[Role, ...] = (
    "no_evidence",
    "idle",
    "hearsay",
    "reported_claim",
    "unconfirmed",
    "superseded",
    "rejection",
    "retraction",
)
_Made = TypeVar("_Made")
_MOST_SEEN = 20_000  # unknown words that are kept
_MOST_VOCABULARIES = 16  # that a process keeps compiled


@dataclass(slots=True)
class Word:
    """What the vocabulary knows of one word or phrase; a word can have several senses."""

    text: str = ""
    harm: HarmWords | None = None
    people: PeopleWords | None = None
    is_plural: bool = False
    cues: tuple[CueWords, ...] = ()
    quantity: QuantityWords | None = None
    bound: str = ""
    mask: int = 0
    number: int | None = None
    is_known: bool = True
    is_grammar: bool = False  # structure of a sentence and nothing else: "was", "and", "near"
    phrases: dict[str, Tails] = field(default_factory=dict)  # those that begin with this word, by their second one

    @property
    def is_empty(self) -> bool:
        """Whether only longer phrases begin with this word."""
        is_bare = not self.mask & ~_KIND and self.number is None
        return is_bare and not (self.harm or self.people or self.cues or self.quantity or self.bound)


@dataclass(slots=True)
class Tails:
    """The phrases that begin with the same two words: each by its words without the first, the longest first."""

    by_words: dict[tuple[str, ...], Word] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  # of the tails, in words

    def sort(self) -> None:
        """Put the longest first, once all phrases are known."""
        if len(self.by_words) > 1:
            self.by_words = dict(sorted(self.by_words.items(), key=lambda pair: -len(pair[0])))
            self.lengths = tuple(dict.fromkeys(map(len, self.by_words)))
        else:
            self.lengths = tuple(map(len, self.by_words))

    def longest(self, lows: tuple[str, ...], at: int) -> tuple[int, Word] | None:
        """The longest phrase whose first word is the one at `at`, with its length in words."""
        for length in self.lengths:
            tail = lows[at + 1 : at + 1 + length]
            if tail in self.by_words:
                return len(tail) + 1, self.by_words[tail]
        return None


_NO_PHRASES: dict[str, Tails] = {}  # that begin with a phrase; there are 40,000 of them
NOTHING = Word(is_known=False, mask=_LETTERS)
_HYPHENED = Word(is_known=False, mask=_LETTERS | _NUMERIC)
_NUMBER = Word(is_known=False, mask=_NUMERIC)
_SIGN = Word(is_known=False)


class Words(dict[str, Word]):
    """What is known of every word; a word that is not in the vocabulary is filed by its letters when first seen."""

    def __missing__(self, text: str) -> Word:
        """File a new word; when too many have been seen, those after them are looked at anew each time."""
        if text[0].isalpha():
            word = _HYPHENED if "-" in text else self._without_stops(text) if "." in text else NOTHING
        else:
            word = _NUMBER if text[0].isdecimal() or "-" in text else _SIGN
        if len(self) < _MOST_SEEN:
            self[text] = word
        return word

    def _without_stops(self, text: str) -> Word:
        """As in "A.F.P.": what its letters are without the stops; two letters are many things."""
        return self.get(text.replace(".", ""), NOTHING) if text.count(".") > 1 else NOTHING


@dataclass(frozen=True, slots=True)
class Tokens:
    """The patterns of a token: a number with its separators, a word with inner hyphens and apostrophes, or one sign.

    Letters with stops between are one word ("U.S.", "K.I.A.", "U.S.-led"); its last stop is no part of its name.

    As a group, so that splitting by it gives the tokens and what is between them. What makes a noun an owner ("'s") is
    a token of its own. Most sentences are small letters of ASCII alone, which sets of few characters find faster.
    """

    any: re.Pattern[str]
    ascii: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled vocabulary: words by their small letters, and what finds sentences worth reading."""

    vocabulary: Vocabulary
    rule_words: RuleWords
    numbers: NumberWords
    tokens: Tokens
    words: dict[str, Word]  # those of the vocabulary
    lookup: Words  # the same, and every other word as well
    harms: Finder
    needing: dict[str, tuple[str, ...]]  # words that are harms only beside one of some others: "set … ablaze"
    headings: Finder
    simulated: Finder
    exercise: Finder
    ceremony: Finder
    life: frozenset[str]  # words of a person's own life, each as far as its first letters go: "i've" is "i"
    telling: frozenset[str]  # the tokens that can say whose words a claim is
    pronoun_speech: frozenset[str]  # the tokens that begin with a pronoun who may speak: "they", "they claim"
    since: frozenset[str]  # the tokens that can open a period: "since", "since january"
    counting: frozenset[str]  # the verbs with which a number is put to a toll: "stands at", "number"
    fatal: tuple[HarmWords, ...]  # verbs of a death where "to death" follows
    fatal_tails: frozenset[str]  # what follows them
    limbs: frozenset[str]  # what can be broken or torn off somebody
    findings: Finder  # words of denying and confirming
    returns: Finder  # what says that the missing are found alive
    share_edges: frozenset[str]  # the first and last words of what makes a number a share: "in every"
    composed: dict[
        Role, tuple[CueWords, ...]
    ]  # the cues that rules put together: "no new reports of", "the council said"


def once_per_vocabulary(make: Callable[[Vocabulary], _Made]) -> Callable[[Vocabulary], _Made]:
    """Keep per process what is made of a vocabulary, by its digest; one without a digest is never kept."""
    made: dict[str, _Made] = {}

    @wraps(make)
    def kept(vocabulary: Vocabulary) -> _Made:
        digest = vocabulary.digest
        if digest in made:  # asked several times for each text
            return made[digest]
        if len(made) >= _MOST_VOCABULARIES:
            made.clear()
        found = make(vocabulary)
        if digest:
            made[digest] = found
        return found

    return kept


@once_per_vocabulary
def compiled(vocabulary: Vocabulary) -> Lexicon:
    """The lexicon of a vocabulary, compiled once per process."""
    tokens = _token_patterns(vocabulary)
    words = _Compiler(vocabulary, tokens.any).words()
    fatal = tuple(one for one in vocabulary.harms if _is_fatal(one))
    needing = _needing(vocabulary)
    return Lexicon(
        vocabulary,
        vocabulary.rule_words,
        vocabulary.numbers,
        tokens,
        words,
        Words(words),
        harms=Finder(_shortest_harms(vocabulary, needing)),
        needing=needing,
        headings=Finder(vocabulary.ignored.headings),
        simulated=Finder(_cue_words(vocabulary, "simulation")),
        exercise=Finder(_cue_words(vocabulary, "simulation", "exercise")),
        ceremony=Finder(_cue_words(vocabulary, "ceremony"), but=_pseudo_words(vocabulary)),
        life=frozenset(word.partition("'")[0] for word in vocabulary.rule_words.life_words),
        telling=_telling(vocabulary.rule_words, words),
        pronoun_speech=_beginning_with(vocabulary.rule_words.speaking_pronouns, words),
        since=_beginning_with(vocabulary.rule_words.since, words),
        counting=vocabulary.rule_words.toll_verbs | vocabulary.rule_words.amounting,
        fatal=fatal,
        fatal_tails=frozenset(tail for one in fatal for tail in one.tail),
        limbs=frozenset(limb for one in vocabulary.harms if one.of_limb for limb in one.tail),
        returns=Finder(_cue_words(vocabulary, "return", "alive")),
        findings=Finder([*_finding_words(vocabulary), *_judging_words(vocabulary.rule_words)]),
        share_edges=frozenset(share.split()[end] for share in vocabulary.numbers.shares for end in (0, -1)),
        composed={role: tuple(cue for cue in vocabulary.cues if cue.role == role) for role in _COMPOSED},
    )


def _is_fatal(entry: HarmWords) -> bool:
    """As in "was stabbed to death": a verb that says a death with the words after it."""
    return bool(entry.tail) and entry.harm == "killed" and entry.explicit and not entry.needs_people


def _needing(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """By harm word, of each phrase without which it is none its longest word, which is rarest: "on fire" has "fire"."""
    listed, needing = vocabulary.rule_words, dict[str, tuple[str, ...]]()
    for entry in vocabulary.harms:
        beside = listed.lives_verbs | listed.lives_verbs_after if entry.form == "lives" else frozenset(entry.tail)
        beside |= frozenset(entry.head) if entry.head_or_tail else frozenset()
        if entry.of_losers or entry.of_nobody:
            continue  # "cost the occupiers seven men": a harm by another rule as well
        needed = {max(phrase.split(" "), key=len) for phrase in beside}
        if needed:
            needing |= dict.fromkeys(spelled(entry.words), tuple(sorted(needed)))
    return needing


def _shortest_harms(vocabulary: Vocabulary, needing: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The words of harm without phrases that hold another one, by which their sentence is found: "killed in action"."""
    words = {text for entry in vocabulary.harms for text in spelled(entry.words)}
    single = {word for word in words if " " not in word and word not in needing}
    return (word for word in words if " " not in word or single.isdisjoint(word.split(" ")))


def _telling(listed: RuleWords, words: Mapping[str, Word]) -> frozenset[str]:
    """The first words of what tells whose words a claim is, and every known phrase that begins with one of them."""
    told = listed.saying | listed.allegations | listed.own_statements | listed.confirming | listed.vague_speakers
    return _beginning_with({word.partition(" ")[0] for word in told}, words)


def _beginning_with(first: AbstractSet[str], words: Mapping[str, Word]) -> frozenset[str]:
    """Some words, and every known phrase that begins with one of them: what can be one token of a sentence."""
    phrases = [(one, tails) for one in first if one in words for tails in words[one].phrases.values()]
    return frozenset(first) | {" ".join((one, *tail)) for one, tails in phrases for tail in tails.by_words}


def either(words: Iterable[str], blank: str = r"\s") -> str:
    """A pattern of one of the words, the longest first; what never matches where there are none.

    `blank` is the pattern for a blank inside a phrase: a line can break there.
    """
    patterns = (re.escape(word).replace(r"\ ", blank) for word in words)
    return "|".join(sorted(patterns, key=len, reverse=True)) or "(?!)"


def spelled(words: Iterable[str]) -> list[str]:
    """Singular and plural of "one/many", everything else as it stands."""
    return [part for word in words for part in word.split("/")]


def _cue_words(vocabulary: Vocabulary, *roles: Role) -> list[str]:
    """The words of the cues that have one of the roles."""
    return [word for cue in vocabulary.cues if cue.role in roles for word in cue.words]


def _pseudo_words(vocabulary: Vocabulary) -> list[str]:
    """The phrases that only look like a harm or a cue."""
    return [word for cue in vocabulary.cues if cue.effect == "pseudo" for word in cue.words]


def _finding_words(vocabulary: Vocabulary) -> list[str]:
    """The words of the cues that deny what a whole sentence says."""
    return [
        word
        for cue in vocabulary.cues
        if cue.effect == "denied" and (cue.role == "alive" or (not cue.scope and cue.role in {None, "rejection"}))
        for word in cue.words
    ]


def _judging_words(listed: RuleWords) -> list[str]:
    """The verbs with which a sentence judges what another one says, or leaves it open."""
    judging = listed.confirming | listed.denying | listed.accepting | listed.accepting_reports | listed.right
    return sorted(judging | listed.examining | listed.examined | listed.examine | listed.examinations)


def _token_patterns(vocabulary: Vocabulary) -> Tokens:
    marks = vocabulary.rule_words.possessive_marks
    owner = either(spelling for mark in marks for spelling in (mark, mark.upper()))
    ending = either({spelling.lstrip("'’") for mark in marks for spelling in (mark, mark.upper())})
    small = either({mark.lstrip("'’") for mark in marks})
    return Tokens(
        re.compile(
            rf"([^\W\d_](?:\.[^\W\d_](?![^\W\d_]))+\.?(?:-[^\W\d_]+)*|[^\W\d_]+(?:[-‐‑/'’](?!(?:{ending})\b)[^\W\d_]+)*|\d+(?:[.,\u00a0\u202f'’]\d+)*|(?:{owner})\b|\S)",
        ),
        re.compile(
            rf"([a-z](?:\.[a-z](?![a-z]))++\.?(?:-[a-z]++)*|[a-z]++(?:[-/'](?!(?:{small})\b)[a-z]++)*|[0-9]++(?:[.,'][0-9]++)*|(?:{owner})\b|\S)"
        ),
    )


def joined_phrases(words: RuleWords) -> Iterable[str]:
    """The words of rules whose phrases are one token, as "brushed aside" is."""
    return (
        *words.age_limits,
        *words.denying,
        *words.exceptions,
        *words.far_from,
        *words.let_alone,
        *words.bearing,
        *words.adding_up,
    )


class _Compiler:
    """Files the words and phrases of a vocabulary under their first word."""

    def __init__(self, vocabulary: Vocabulary, token: re.Pattern[str]) -> None:
        """Begin with no word."""
        self._vocabulary, self._token = vocabulary, token
        self._words: dict[str, Word] = {}

    def words(self) -> dict[str, Word]:
        """All words of the vocabulary, each with everything known of it."""
        self._add_harms()
        self._add_people()
        self._add_cues()
        self._add_quantities()
        self._add_roles()
        for text in joined_phrases(self._vocabulary.rule_words):
            self._word(text)
        for word in self._words.values():
            negators = word.mask & ROLES["negators"]
            _mark(word)
            for tails in word.phrases.values():
                tails.sort()
                for phrase in tails.by_words.values():
                    _mark(phrase)
                    phrase.mask |= negators
        return self._words

    def _add_harms(self) -> None:
        for entry in self._vocabulary.harms:
            for text, is_plural in _numbered(entry.words):
                word = self._word(text)
                word.harm, word.is_plural = entry, is_plural

    def _add_people(self) -> None:
        for entry in self._vocabulary.people:
            for text, is_plural in _numbered(entry.words):
                word = self._word(text)
                if word.people is not None and word.people.is_modifier and not entry.is_modifier:
                    word.people = None
                if entry.is_child or entry.is_woman or word.people is None:
                    word.people, word.is_plural = entry, is_plural

    def _add_cues(self) -> None:
        prepositions = frozenset(self._vocabulary.grammar["prepositions"])
        for cue in self._vocabulary.cues:
            for text in cue.words:
                word = self._word(text)
                word.cues = (*word.cues, cue)
                if cue.effect == "pseudo" and text.rpartition(" ")[2] in prepositions:
                    word.mask |= ROLES["prepositions"]  # "fell from" governs what follows

    def _add_quantities(self) -> None:
        numbers = self._vocabulary.numbers
        for entry in self._vocabulary.quantities:
            for text in entry.words:
                self._word(text).quantity = entry
        for kind, texts in self._vocabulary.bounds.items():
            for text in texts:
                self._word(text).bound = kind
        for table in (numbers.ones, numbers.tens, numbers.scales):
            for text, value in table.items():
                self._word(text).number = value
        for text in numbers.articles | numbers.half | numbers.between:
            self._word(text).mask |= _NUMERIC

    def _add_roles(self) -> None:
        ignored, calendar, places = self._vocabulary.ignored, self._vocabulary.calendar, self._vocabulary.places
        roles = {
            **self._vocabulary.grammar,
            "unit": ignored.units,
            "thing": ignored.things,
            "rank": ignored.ranks,
            "month": tuple(calendar.months),
            "weekday": tuple(calendar.weekdays),
            "relative_day": tuple(calendar.relative),
            "place_opener": places.openers,
            "place_kind": places.kinds,
        }
        for role, texts in roles.items():
            for text in texts:
                self._word(text).mask |= ROLES[role]

    def _word(self, text: str) -> Word:
        """The word for a text, made on the way; a phrase hangs on its first word, the longest first."""
        low = text.lower().replace("’", "'")
        # Letters alone are the tokens that they look like: a tenth of the time of the pattern, for most of 50,000.
        is_plain = low.isascii() and low.replace(" ", "").isalpha()
        first, *rest = low.split() if is_plain else self._token.findall(low)
        if (head := self._words.get(first)) is None:
            head = self._words[first] = Word(text=first)
        if not rest:
            return head
        if (tails := head.phrases.get(rest[0])) is None:
            tails = head.phrases[rest[0]] = Tails()
        tail = tuple(rest)
        if (word := tails.by_words.get(tail)) is None:
            word = tails.by_words[tail] = Word(text=text, phrases=_NO_PHRASES)
        return word


def _numbered(listed: Iterable[str]) -> list[tuple[str, bool]]:
    """Each spelling with whether it is a plural; a noun without a slash counts as one."""
    found = []
    for word in listed:
        one, slash, many = word.partition("/")
        found += [(one, False), (many, True)] if slash else [(one, True)]
    return found


def _mark(word: Word) -> None:
    """Give a word or phrase the bits of what kind of token it is."""
    text, mask = word.text, word.mask
    is_number = bool(word.bound) or word.quantity is not None or word.number is not None
    if is_number or "-" in text or text[0].isdecimal():
        mask |= _NUMERIC
    if text[0].isalpha():
        mask |= _LETTERS
    if word.harm is not None or word.cues:
        mask |= _SPECIAL
    if word.people is not None:
        mask |= _PEOPLE if word.people.is_modifier else _PEOPLE_NOUN
    word.mask = mask
    if mask & _STRUCTURE:
        word.is_grammar = not (word.people or word.harm or word.cues or is_number or mask & ~_STRUCTURE_OR_KIND)
