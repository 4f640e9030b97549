"""Names of people in a sentence: a run of capitalised words behind a rank, before an age, or where a person stands.

What only looks like one is left out: organisations, units, places, peoples, number words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.lexicon import NOTHING, ROLES
from watcher.detect.phrases import age_before
from watcher.detect.tokens import BE, DEFINITE, INDEFINITE, LABEL, MONTH, PREPOSITION, RANK, STRUCTURAL, THING

if TYPE_CHECKING:
    from watcher.detect.tokens import Reading


_SPEECH, _NOT_NAMES, _TITLE = ROLES["speech"], ROLES["not_names"], ROLES["titles"]
_RANKED, _LETTERS = RANK | _TITLE, ROLES["letters"]
_FORMATION, _KIND, _AGED, _WEEKDAY = ROLES["formations"], ROLES["place_kind"], ROLES["aged"], ROLES["weekday"]
_QUOTES = frozenset("\"“”‘'’")
_LONGEST = 7  # words of a name


class Name(NamedTuple):
    """A name in tokens `first` to `last`, with its rank before it in `rank_first` to `first - 1`."""

    rank_first: int
    first: int
    last: int

    @property
    def is_ranked(self) -> bool:
        """Whether a rank or a title stands before it."""
        return self.rank_first < self.first


def names_in(reading: Reading) -> list[Name]:
    """Every name of a sentence, in order; in a text of capitals only those behind a rank."""
    found, after, text, mask = list[Name](), 0, reading.text, reading.mask
    for at, start in enumerate(reading.starts):
        if at < after or not (text[start].isupper() or mask[at] & RANK):
            continue
        name = _name_at(reading, at)
        if name is not None:
            found.append(name)
            after = name.last + 1
    return found


def silence_names(reading: Reading) -> None:
    """Let the words of a ranked name mean nothing else: "Sgt. Ann Baker" is no baker, "Pvt. Will May" no future."""
    if reading.is_capitals or not reading.roles & RANK:
        return
    after = 0
    for at, mask in enumerate(reading.mask):
        if not mask & RANK or at < after or not is_rank(reading, at):
            continue
        name = _name_at(reading, at)
        if name is None:
            continue
        for part in range(name.first, name.last + 1):
            if not reading.mask[part] & RANK and reading.words[part].harm is None:
                reading.words[part], reading.mask[part] = NOTHING, NOTHING.mask
        if reading.cues:
            reading.cues = [one for one in reading.cues if not name.first <= one[0] <= name.last]
        after = name.last + 1


def _name_at(reading: Reading, at: int) -> Name | None:
    first = _behind_rank(reading, at)
    is_ranked = first > at
    if first >= reading.size or (reading.is_capitals and not is_ranked):
        return None
    if not _is_part(reading, first, is_ranked=is_ranked):
        return None
    last = _end(reading, first, is_ranked=is_ranked)
    if not is_ranked and not (may_be_person(reading, first, last) and _stands_as_person(reading, first, last)):
        return None
    return Name(at, first, last)


def is_rank(reading: Reading, at: int) -> bool:
    """Whether a token is a rank as written before a name: "Sgt.", "1st Lt."."""
    return bool(reading.mask[at] & RANK) and (reading.is_capital(at) or reading.low[at][0].isdecimal())


def _behind_rank(reading: Reading, at: int) -> int:
    """The first token behind the rank that begins at `at`: "Staff Sgt.", "Sgt. 1st Class", "Maj. (res.)"."""
    if not reading.mask[at] & _RANKED:
        return at
    first = at
    while first < reading.size and _goes_on_as_rank(reading, at, first):
        first = _behind_rank_class(reading, first + 1)
        first = behind_reserve(reading, first)
    return first


def _goes_on_as_rank(reading: Reading, at: int, first: int) -> bool:
    """Whether a token is a rank, a title, or the second word of a rank that begins at `at`."""
    if is_rank(reading, first):
        return True
    is_class = first > at and reading.low[first] in reading.rule_words.rank_classes
    return reading.is_capital(first) and (is_class or bool(reading.mask[first] & _TITLE))


def _behind_rank_class(reading: Reading, first: int) -> int:
    """Over the stop behind a rank that is cut short and over its class: "Sgt. 1st Class"."""
    if first < reading.size and reading.low[first] == ".":
        first += 1
    is_number = first + 2 < reading.size and reading.low[first].isdecimal()
    return first + 3 if is_number and reading.low[first + 2] in reading.rule_words.rank_classes else first


def _end(reading: Reading, first: int, *, is_ranked: bool) -> int:
    """The last token of the name that begins at `first`."""
    last = first
    while last + 1 < reading.size and last - first < _LONGEST:
        step = _step(reading, last + 1, is_ranked=is_ranked)
        if not step:
            break
        last += step
    return _with_suffix(reading, last)


def _step(reading: Reading, at: int, *, is_ranked: bool) -> int:
    """How many tokens the next piece of a name takes: a word, an initial, a particle or a nickname with its word."""
    if _is_part(reading, at, is_ranked=is_ranked):
        return 1
    low, size = reading.low, reading.size
    if low[at] == "." and len(low[at - 1]) == 1:
        return 1 if at + 1 < size and _is_part(reading, at + 1, is_ranked=is_ranked) else 0
    particles = reading.rule_words.name_particles
    if low[at] == "-" or low[at] in particles:
        after = at + 2 if at + 1 < size and low[at + 1] in particles else at + 1
        return after - at + 1 if after < size and _is_part(reading, after, is_ranked=is_ranked) else 0
    if low[at] in _QUOTES:
        end = next((probe for probe in range(at + 1, min(at + 4, size)) if low[probe] in _QUOTES), 0)
        if end and end + 1 < size and _is_part(reading, end + 1, is_ranked=is_ranked):
            return end + 2 - at
    return 0


def _with_suffix(reading: Reading, last: int) -> int:
    """As in "James Reed, Jr.", "James Reed III"."""
    after = last + 1
    if after < reading.size and reading.low[after] == ",":
        after += 1
    if after < reading.size and reading.low[after] in reading.rule_words.name_suffixes and reading.is_capital(after):
        is_short = after + 1 < reading.size and reading.low[after + 1] == "." and after + 2 < reading.size
        return after + 1 if is_short else after
    return last


def _is_part(reading: Reading, at: int, *, is_ranked: bool) -> bool:
    """Whether a word can belong to a name; behind a rank nearly every capitalised word does."""
    mask, word, low = reading.mask[at], reading.words[at], reading.low[at]
    if not mask & _LETTERS or at in reading.quantities or not reading.is_capital(at):
        return False
    if len(low) == 1 and not reading.is_capitals:
        return at + 1 < reading.size and reading.low[at + 1] == "."
    if " " in low or word.harm is not None or word.number is not None or mask & _SPEECH:
        return False
    if low in reading.rule_words.name_suffixes:
        return False
    is_day = bool(mask & (MONTH | _WEEKDAY)) and (at + 1 < reading.size and reading.low[at + 1][0].isdecimal())
    if is_ranked and not reading.is_capitals:
        return (
            not is_day
            and not mask & (PREPOSITION | DEFINITE | INDEFINITE | BE)
            and not (word.is_plural and word.people)
        )
    if word.cues or mask & (STRUCTURAL | _NOT_NAMES | MONTH):
        return False
    return word.people is None or bool(mask & RANK)


def may_be_person(reading: Reading, first: int, last: int) -> bool:
    """Whether a run without a rank can be a person's: no body, unit, place or thing, and no half of a longer name."""
    before = first - 1
    if before >= 0 and (reading.mask[before] & (DEFINITE | INDEFINITE) or _ends_number(reading, before)):
        return False
    if has_age(reading, last + 1):
        return True
    if any(reading.mask[at] & (_FORMATION | _KIND | THING | LABEL) for at in (first, last)):
        return False
    after = last + 1
    if after >= reading.size or not reading.is_word(after):
        return True
    mask, people = reading.mask[after], reading.words[after].people
    if mask & (THING | _KIND | _FORMATION) or people is not None:
        return False
    return not reading.is_capital(after) or bool(mask & (MONTH | _WEEKDAY)) or not mask & (_NOT_NAMES | LABEL)


def _ends_number(reading: Reading, at: int) -> bool:
    return reading.words[at].number is not None or reading.low[at][0].isdecimal()


def behind_reserve(reading: Reading, at: int) -> int:
    """The token behind a "(res.)" that follows a name, or `at` itself."""
    if at + 1 >= reading.size or reading.low[at] != "(" or reading.low[at + 1] not in reading.rule_words.reserve_marks:
        return at
    return next((end + 1 for end in range(at, min(at + 5, reading.size)) if reading.low[end] == ")"), at)


def has_age(reading: Reading, at: int) -> bool:
    """Whether an age stands behind a name that ends before `at`: ", 22", " (22)", ", aged 22"."""
    probe = at = behind_reserve(reading, at)
    while probe < reading.size and probe < at + 3 and (reading.low[probe] in {",", "("} or reading.mask[probe] & _AGED):
        probe += 1
    if probe == at or probe >= reading.size or not reading.low[probe].isdecimal() or len(reading.low[probe]) > 3:
        return False
    after = reading.low[probe + 1] if probe + 1 < reading.size else ""
    return not after[:1].isalnum() or after in reading.rule_words.age_units or bool(reading.mask[probe - 1] & _AGED)


def _stands_as_person(reading: Reading, first: int, last: int) -> bool:
    """Without a rank: two words at least, and an age, a noun for people before, or a description beside it."""
    before, rule_words = first - 1, reading.rule_words
    people = reading.words[before].people if before >= 0 else None
    is_old = has_age(reading, last + 1) or age_before(reading, first) < first
    if before >= 0 and reading.mask[before] & PREPOSITION and reading.low[before] not in rule_words.capacity:
        return is_old and last > first and reading.low[before] in rule_words.genitive
    if last == first and people is None and not is_old:
        return False
    if is_old or (people is not None and not people.is_modifier):
        return True
    return (
        (last + 1 < reading.size and reading.low[last + 1] in {",", "("})
        or before < 0
        or reading.words[before].harm is not None
    )
