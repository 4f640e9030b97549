"""One sentence as the rules see it: tokens with offsets, each with what the vocabulary knows of it.

Known phrases are one token ("loss of life"), so that every rule speaks of words alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import reduce
from itertools import accumulate, compress, count, repeat
from operator import contains, or_
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import NOTHING, ROLES, Lexicon, Word

if TYPE_CHECKING:
    from watcher.config.words import CueWords, HarmWords
    from watcher.detect.words.annotations import Group, HarmEvent, Quantity, Row


STRUCTURAL = 0
for _name in (
    "be", "have", "do", "modal", "relatives", "prepositions", "conjunctions", "barriers", "singular_pronouns",
    "plural_pronouns", "part_openers", "definite", "indefinite", "someone",
):  # fmt: skip
    STRUCTURAL |= ROLES[_name]
BE, HAVE, DO, MODAL = ROLES["be"], ROLES["have"], ROLES["do"], ROLES["modal"]
DEFINITE, INDEFINITE = ROLES["definite"], ROLES["indefinite"]
AUXILIARY, DETERMINER = BE | HAVE | DO | MODAL, DEFINITE | INDEFINITE
CONJUNCTION, PREPOSITION, RELATIVE = ROLES["conjunctions"], ROLES["prepositions"], ROLES["relatives"]
BARRIER, ADVERB, UNIT, THING = ROLES["barriers"], ROLES["adverbs"], ROLES["unit"], ROLES["thing"]
_LETTERS, _NUMERIC = ROLES["letters"], ROLES["numeric"]
_SPECIAL = ROLES["special"]
_MARKED = _NUMERIC | _SPECIAL
OTHERS, MONTH, RANK, LABEL = ROLES["others"], ROLES["month"], ROLES["rank"], ROLES["number_labels"]
WEEKDAY = ROLES["weekday"]
DAY = WEEKDAY | ROLES["relative_day"]  # "Monday", "yesterday"
DATE = DAY | MONTH
_NEGATOR, _ACCORDING = ROLES["negators"], ROLES["according"]
_ASIDE = 12  # words between two commas
_KEPT_CUES = frozenset({"alleged", "assessed", "under_review"})
_SPEECH = ROLES["speech"]
_LEADING_SIGNS = frozenset({":", ")", ".", '"', "“", "«", "„", "‘", "•", "–", "—", "-"})
_NEGATED = 5  # words between "not" and "rule out"


_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# Marks of notes count nobody and part no words: "30 [1] people", "31(a) villagers", "6* dead".
_BRACKETED = re.compile(r"\[(\d{1,6})\]")
_NOTES = re.compile(r"\[\d+\]|(?<=\d)(?:[*†‡]+|\([a-z]\))")


def _are_figures(sentence: str) -> bool:
    """Whether numbers in square brackets count people, "dead [4], injured [9]", and are no notes: [1], [2], [3]."""
    numbers = [int(found) for found in _BRACKETED.findall(sentence)]
    return len(numbers) > 1 and numbers != list(range(numbers[0], numbers[0] + len(numbers)))


class Sentence:
    """The tokens of `text[begin:end]`, sentence `number` of its text, and what the stages find in them.

    By token: `low` its small letters, `starts` and `stops` its offsets in the text, `words` what the vocabulary knows
    of it, `mask` its roles. Of some tokens: `numeric` where a number can begin, `harms` the words of harm, `cues`, and
    `ends` the words that end a cue's reach. `row` is what it says as the row of a
    table. From the stages: `quantities` by their first token, `groups`, `events`.
    """

    # Without a dictionary each: a sixth of the time of making one.
    __slots__ = (
        "begin", "cues", "end", "ends", "events", "groups", "harms", "is_capitals", "lexicon", "low", "mask",
        "number", "numeric", "present", "quantities", "roles", "row", "rule_words", "size", "starts", "stops",
        "text", "words",
    )  # fmt: skip

    def __init__(
        self, text: str, begin: int, end: int, lexicon: Lexicon, number: int = 0, row: Row | None = None
    ) -> None:
        """Read one sentence, the text's `number`-th. Linear in its length."""
        self.text, self.begin, self.end, self.lexicon, self.number = text, begin, end, lexicon, number
        self.row = row
        self.rule_words = lexicon.rule_words
        self.low: list[str]
        self.starts: list[int]
        self.stops: list[int]
        self.words: list[Word]
        self.mask: list[int]
        self.numeric: list[int]
        self.roles = 0  # of all words together
        self.present: frozenset[str]  # its tokens, for the cheap question whether it holds one of some words
        self.ends: list[int] = []
        self.harms: list[int] = []
        self.cues: list[tuple[int, CueWords]] = []
        self.quantities: dict[int, Quantity] = {}
        self.groups: list[Group] = []
        self.events: list[HarmEvent] = []
        self.is_capitals = text[begin:end].isupper()
        self._fill()
        self.size = len(self.low)
        self.present = frozenset(self.low)
        if self.roles & MODAL and self.roles & MONTH:
            self._part_months()

    def _fill(self) -> None:
        """Fill the lists. It runs for every word: what most words need is done by whole lists at once."""
        lowered = self._split()
        words = list(map(self.lexicon.lookup.__getitem__, lowered))
        begun = list(compress(count(), map(contains, [word.phrases for word in words], lowered[1:])))
        joined = _phrases(words, lowered, begun) if begun else []
        self._join(words, lowered, joined)
        if lowered.count(",") > 1:
            self._leave_out_asides(words, lowered)
        self.low, self.words = lowered, words
        mask = self.mask = [word.mask for word in self.words]
        marked = [at for at, roles in enumerate(mask) if roles & _MARKED]
        for position in marked:
            if mask[position] & _SPECIAL:
                self._learn(self.words[position], position)
        self.numeric = [at for at in marked if mask[at] & _NUMERIC]
        self.roles = reduce(or_, set(mask), 0)

    def _part_months(self) -> None:
        """As in "the attack of 2 May": a month is no auxiliary."""
        for at, roles in enumerate(self.mask):
            if roles & MODAL and roles & MONTH and is_month(self, at):
                self.mask[at] = roles & ~MODAL

    def _split(self) -> list[str]:
        """The tokens in small letters, without the marks of notes; sets where each begins and ends."""
        sentence = self.text[self.begin : self.end]
        if not sentence.isascii():
            sentence = without_raised(sentence)
        if "[" in sentence and _are_figures(sentence):
            sentence = sentence.replace("[", "(").replace("]", ")")
        if "(" in sentence or "*" in sentence or "[" in sentence or "†" in sentence or "‡" in sentence:
            sentence = _NOTES.sub(lambda note: " " * len(note[0]), sentence)
        small = sentence.lower()
        is_small = len(small) == len(sentence)
        parts = self.lexicon.tokens.of(small).split(small) if is_small else self.lexicon.tokens.any.split(sentence)
        ends = list(accumulate(map(len, parts), initial=self.begin))
        self.starts, self.stops = ends[1:-1:2], ends[2::2]
        lowered = parts[1::2]
        if not is_small:
            lowered = [token.lower() for token in lowered]
        if "." in small[:-1]:
            lowered = [low[:-1] if low[-1] == "." and len(low) > 1 else low for low in lowered]
        return [low.replace("’", "'") for low in lowered] if "’" in small else lowered

    def _join(self, words: list[Word], lowered: list[str], joined: list[tuple[int, int, Word]]) -> None:
        """Make one token of each known phrase."""
        for first, length, word in reversed(joined):
            end = first + length
            lowered[first:end] = [" ".join(lowered[first:end])]
            words[first:end] = [word]
            del self.starts[first + 1 : end], self.stops[first : end - 1]

    def _leave_out_asides(self, words: list[Word], lowered: list[str]) -> None:
        """As in "denies, in the strongest terms, that", "cannot, at this stage, confirm": no part of the clause."""
        rules = self.rule_words
        verbs = (rules.denying, rules.conceding, rules.affirming, rules.confirming, rules.saying)
        for at in reversed([at for at, low in enumerate(lowered[1:-2], 1) if low == ","]):
            inner = range(at + 1, min(len(lowered) - 1, at + 1 + _ASIDE))
            closing = next((one for one in inner if lowered[one] in _LEADING_SIGNS or lowered[one] == ","), 0)
            before, after = lowered[at - 1], lowered[closing + 1] if closing else ""
            is_told = after in rules.content_clause_openers and any(map(contains, verbs, repeat(before)))
            is_told |= after in rules.confirming and before in rules.verbal_negators
            is_told &= lowered[at + 1] not in rules.content_clause_openers and not words[at + 1].mask & CONJUNCTION
            if is_told and lowered[closing] == "," and not any(map(_tells, words[at + 1 : closing])):
                del lowered[at : closing + 1], words[at : closing + 1]
                del self.starts[at : closing + 1], self.stops[at : closing + 1]

    def _learn(self, word: Word, position: int) -> None:
        """Note where a known word can matter: as a harm or a cue; what only looks like one is nothing."""
        if word.cues:
            for cue in word.cues:
                if cue.effect != "terminate":
                    self.cues.append((position, cue))
                elif not self.ends or self.ends[-1] != position:
                    self.ends.append(position)
            if word.cues[0].effect == "pseudo":
                self.words[position] = NOTHING
                self.mask[position] = NOTHING.mask | (self.mask[position] & PREPOSITION)
                return
        if word.harm is not None and self._is_name(word.harm, position):
            self.words[position], self.mask[position] = NOTHING, NOTHING.mask
        elif word.harm is not None:
            self.harms.append(position)

    def _is_name(self, harm: HarmWords, position: int) -> bool:
        """As in "The Fell Regiment", "Church of the Forty Martyrs": a word of harm in a name inside a sentence."""
        if not harm.explicit and harm.form == "noun" and harm.needs_count:
            return self._is_in_name(position)
        is_special = bool(harm.victims) and harm.form == "intransitive" and position > 0
        return is_special and self.is_capital(position) and not self.is_capitals

    def _is_in_name(self, position: int) -> bool:
        """Whether a word and the one beside it begin with capitals."""
        if not position or not self.is_capital(position) or self.is_capitals:
            return False
        beside = [at for at in (position - 1, position + 1) if 0 < at < len(self.low)]
        return any(self.is_capital(at) for at in beside)

    def raw(self, first: int, last: int) -> str:
        """The text of the tokens from `first` to `last`, both included."""
        return self.text[self.starts[first] : self.stops[last]]

    def is_harm(self, at: int) -> bool:
        """Whether a token, where there is one, is a word of harm."""
        return at < self.size and self.words[at].harm is not None

    def opens_statement(self, at: int) -> bool:
        """Whether a token begins what is said: the sentence, or after a label, "1.", a quotation mark, "said that"."""
        if at <= 0:
            return True
        before = self.low[at - 1]
        if before in _LEADING_SIGNS:
            return before != "." or at == 2
        is_said = before in self.rule_words.content_clause_openers or bool(self.mask[at - 1] & _SPEECH)
        return is_said or before.rpartition(" ")[2] in self.rule_words.content_clause_openers

    def is_word(self, at: int) -> bool:
        """Whether the token is made of letters."""
        return bool(self.mask[at] & _LETTERS)

    def is_capital(self, at: int) -> bool:
        """Whether the token begins with a capital, or its part after a hyphen does: "al-Masri"."""
        start = self.starts[at]
        if self.text[start].isupper():
            return True
        if "-" not in self.low[at]:
            return False
        hyphen = self.text.find("-", start, self.stops[at])
        return hyphen >= 0 and self.text[hyphen + 1 : min(hyphen + 2, self.stops[at])].isupper()

    def is_raised(self, at: int, after: int) -> bool:
        """As in "are known to have died", "were said to be hurt": a participle before the infinitive at `after`."""
        verb, _, rest = f"{self.low[at]} {self.low[after]}".partition(" ")
        is_infinitive = rest.partition(" ")[0] in self.rule_words.infinitive_markers
        return is_infinitive and verb in self.rule_words.raising

    def is_cut_off(self, low: int, high: int) -> bool:
        """Whether a word like "but" stands in the tokens from `low` up to `high`."""
        at = bisect_left(self.ends, low)
        return at < len(self.ends) and self.ends[at] < high

    def touches_left(self, at: int) -> bool:
        """Whether nothing stands between this token and the one before."""
        return at > 0 and self.stops[at - 1] == self.starts[at]

    def touches_right(self, at: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return at + 1 < self.size and self.starts[at + 1] == self.stops[at]


def without_raised(text: str) -> str:
    """The text with a blank for each raised figure, which is a mark of a note: "23 dead¹"."""
    for sign in _RAISED:
        if sign in text:
            text = text.replace(sign, " ")
    return text


def _phrases(words: list[Word], lowered: list[str], begun: list[int]) -> list[tuple[int, int, Word]]:
    """The longest known phrase at each token that can begin one, without overlap: first token, length, entry.

    `begun` are the tokens that begin a phrase together with the one after them.
    """
    joined: list[tuple[int, int, Word]] = []
    done, lows = 0, tuple(lowered)
    for at in begun:
        found = words[at].phrases[lows[at + 1]].longest(lows, at) if at >= done else None
        if found is not None:
            length, phrase = found
            joined.append((at, length, phrase))
            done = at + length
    return joined


def is_finite(sentence: Sentence, at: int) -> bool:
    """Whether a token is a form of "be", or begins with an auxiliary: "was rescued"."""
    return bool(sentence.mask[at] & BE) or sentence.low[at].partition(" ")[0] in sentence.rule_words.finite_auxiliaries


def has_verb_before(sentence: Sentence, begin: int, at: int, *, is_intransitive: bool) -> bool:
    """As in "six farmers who were on their way home were killed": a verb between "who" and that of the harm at a token.

    Not in "who in May were killed" or "who were hit and killed", whose own verb is the first or joined to it.
    """
    words, verb = sentence.rule_words, at
    while verb > begin and sentence.mask[verb - 1] & ADVERB:
        verb -= 1
    auxiliary = HAVE | MODAL if is_intransitive else AUXILIARY  # "who were there died"
    while verb > begin and sentence.mask[verb - 1] & auxiliary:
        verb -= 1
    if sentence.mask[verb - 1] & CONJUNCTION:
        return False
    endings = words.participle_endings
    return any(
        is_finite(sentence, one) or sentence.low[one] in words.past_verbs or sentence.low[one].endswith(endings)
        for one in range(begin, verb)
    )


def is_negated(sentence: Sentence, at: int, within: int = _NEGATED) -> bool:
    """As in "could not rule out": whether a negation stands among so many tokens before a token."""
    return any(roles & _NEGATOR for roles in sentence.mask[max(0, at - within) : at])


def _tells(word: Word) -> bool:
    """Whether a word harms somebody or says whose word something is: "quoting residents"."""
    is_telling = bool(word.mask & (_SPEECH | _ACCORDING))
    return word.harm is not None or is_telling or any(cue.effect in _KEPT_CUES for cue in word.cues)


def is_month(sentence: Sentence, at: int) -> bool:
    """Whether a token names a month; "may" does with a capital inside a sentence, or with a number beside it."""
    if not 0 <= at < sentence.size or not sentence.mask[at] & MONTH:
        return False
    if sentence.low[at] not in sentence.lexicon.vocabulary.calendar.not_months:
        return True
    if sentence.is_capital(at) and at and not sentence.is_capitals:
        return True
    return any(0 <= side < sentence.size and sentence.low[side][0].isdecimal() for side in (at - 1, at + 1))
