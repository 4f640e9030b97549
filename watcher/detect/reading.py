"""One sentence as the rules see it: tokens with offsets, each with what the vocabulary knows of it.

Known phrases are one token ("loss of life"), so that every rule speaks of words alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.lexicon import NOTHING, ROLES, TOKEN, Lexicon, Word

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.numbers import Quantity

STRUCTURAL = 0
for _name in (
    "be", "have", "do", "modal", "relatives", "prepositions", "conjunctions", "barriers", "singular_pronouns",
    "plural_pronouns", "part_openers", "definite", "indefinite", "someone",
):  # fmt: skip
    STRUCTURAL |= ROLES[_name]
BE, HAVE, DO, MODAL = ROLES["be"], ROLES["have"], ROLES["do"], ROLES["modal"]
DEFINITE, INDEFINITE = ROLES["definite"], ROLES["indefinite"]
CONJUNCTION, PREPOSITION, RELATIVE = ROLES["conjunctions"], ROLES["prepositions"], ROLES["relatives"]
BARRIER, ADVERB, UNIT, THING = ROLES["barriers"], ROLES["adverbs"], ROLES["unit"], ROLES["thing"]
OTHERS, MONTH, RANK, LABEL = ROLES["others"], ROLES["month"], ROLES["rank"], ROLES["number_labels"]


class Reading:
    """The tokens of `text[begin:end]`; all lists have the same length, offsets count from the text's beginning."""

    __slots__ = (
        "begin",
        "cues",
        "end",
        "ends",
        "harms",
        "is_capitals",
        "lexicon",
        "low",
        "mask",
        "numeric",
        "quantities",
        "size",
        "starts",
        "stops",
        "text",
        "words",
    )

    def __init__(self, text: str, begin: int, end: int, lexicon: Lexicon) -> None:
        """Read one sentence. Linear in its length."""
        self.text, self.begin, self.end, self.lexicon = text, begin, end, lexicon
        self.low: list[str] = []
        self.starts: list[int] = []
        self.stops: list[int] = []
        self.words: list[Word] = []
        self.mask: list[int] = []
        self.numeric: list[int] = []
        self.ends: list[int] = []
        self.harms: list[int] = []
        self.cues: list[tuple[int, CueWords]] = []
        self.quantities: dict[int, Quantity] = {}
        self._fill()
        self.size = len(self.low)
        body = text[begin:end]
        self.is_capitals = body.isupper()

    def _fill(self) -> None:
        """Fill the lists in one loop; it runs for every word, hence its local names."""
        text, known, lows, words = self.text, self.lexicon.words, self.low, self.words
        starts, stops = self.starts, self.stops
        found = [match.span() for match in TOKEN.finditer(text, self.begin, self.end)]
        begin, small = self.begin, text[self.begin : self.end].lower()
        if len(small) == self.end - begin:
            lowered = [small[start - begin : stop - begin] for start, stop in found]
        else:
            lowered = [text[start:stop].lower() for start, stop in found]
        if "[" in lowered:
            found, lowered = _without_marks(found, lowered)
        if "’" in text:
            lowered = [low.replace("’", "'") for low in lowered]
        at, count = 0, len(found)
        while at < count:
            low = lowered[at]
            word, length = known.get(low, NOTHING), 1
            if low[0].isdigit() or "-" in low:
                self.numeric.append(len(lows))
            if word is not NOTHING:
                if word.phrases and at + 1 < count:
                    word, length = _longest(word, lowered, at)
                word = self._learn(word, len(lows))
            lows.append(low if length == 1 else " ".join(lowered[at : at + length]))
            words.append(word)
            starts.append(found[at][0])
            stops.append(found[at + length - 1][1])
            at += length
        self.mask = [word.mask for word in words]

    def _learn(self, word: Word, position: int) -> Word:
        """Note where a known word can matter: as a number, a harm or a cue; what only looks like one is nothing."""
        if word.is_numeric:
            self.numeric.append(position)
        if word.cues:
            self.cues.extend((position, cue) for cue in word.cues if cue.effect != "terminate")
            if any(cue.effect == "terminate" for cue in word.cues):
                self.ends.append(position)
            if word.cues[0].effect == "pseudo":
                return NOTHING
        if word.harm is not None:
            self.harms.append(position)
        return word

    def raw(self, first: int, last: int) -> str:
        """The text of the tokens from `first` to `last`, both included."""
        return self.text[self.starts[first] : self.stops[last]]

    def is_word(self, at: int) -> bool:
        """Whether the token is made of letters."""
        return self.text[self.starts[at]].isalpha()

    def is_capital(self, at: int) -> bool:
        """Whether the token begins with a capital, or its part behind a hyphen does: "al-Masri"."""
        token = self.text[self.starts[at] : self.stops[at]]
        return token[0].isupper() or ("-" in token and token[token.index("-") + 1 : token.index("-") + 2].isupper())

    def touches_left(self, at: int) -> bool:
        """Whether nothing stands between this token and the one before."""
        return at > 0 and self.stops[at - 1] == self.starts[at]

    def touches_right(self, at: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return at + 1 < self.size and self.starts[at + 1] == self.stops[at]


def _without_marks(found: list[tuple[int, int]], lowered: list[str]) -> tuple[list[tuple[int, int]], list[str]]:
    """Leave out the marks of notes ("killed 30 [1] people"): they count nobody and part no words."""
    kept, at, count = list[int](), 0, len(lowered)
    while at < count:
        is_mark = (
            lowered[at] == "["
            and at + 2 < count
            and lowered[at + 2] == "]"
            and lowered[at + 1].isdigit()
            and found[at][1] == found[at + 1][0]
            and found[at + 1][1] == found[at + 2][0]
        )
        if not is_mark:
            kept.append(at)
        at += 3 if is_mark else 1
    return [found[at] for at in kept], [lowered[at] for at in kept]


def _longest(word: Word, lowered: list[str], at: int) -> tuple[Word, int]:
    for tail, phrase in word.phrases.get(lowered[at + 1], ()):
        length = len(tail)
        if tuple(lowered[at + 1 : at + 1 + length]) == tail:
            return phrase, length + 1
    return word, 1
