"""Names of people in a sentence: a run of capitalised words after a rank, before an age, or where a person stands.

What only looks like one is left out: organisations, units, places, peoples, number words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.words.ages import age_before
from watcher.detect.words.lexicon import NOTHING, ROLES
from watcher.detect.words.tokens import BE, DETERMINER, LABEL, MONTH, PREPOSITION, RANK, STRUCTURAL, THING, WEEKDAY

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_SPEECH, _NOT_NAMES, _TITLE = ROLES["speech"], ROLES["not_names"], ROLES["titles"]
_RANKED, _LETTERS = RANK | _TITLE, ROLES["letters"]
_FORMATION, _KIND, _AGED = ROLES["formations"], ROLES["place_kind"], ROLES["aged"]
_NO_NAME = STRUCTURAL | MONTH | _NOT_NAMES
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


def names_in(sentence: Sentence) -> list[Name]:
    """Every name of a sentence, in order; in a text of capitals only those after a rank."""
    found, after, text, mask = list[Name](), 0, sentence.text, sentence.mask
    begins = [at for at, start in enumerate(sentence.starts) if text[start].isupper()]
    if sentence.roles & RANK:
        begins = sorted({*begins, *(at for at, roles in enumerate(mask) if roles & RANK)})
    for at in begins:
        if at < after or (mask[at] & _NO_NAME and not mask[at] & _RANKED and len(sentence.low[at]) > 1):
            continue  # most capitals: the first word of a sentence, a month, a people
        name = _name_at(sentence, at)
        if name is not None:
            found.append(name)
            after = name.last + 1
    return found


def mask_names(sentence: Sentence) -> None:
    """Let the words of a ranked name mean nothing else: "Sgt. Ann Baker" is no baker, "Pvt. Will May" no future."""
    if sentence.is_capitals or not sentence.roles & RANK:
        return
    after = 0
    for at, mask in enumerate(sentence.mask):
        if not mask & RANK or at < after or not is_rank(sentence, at):
            continue
        name = _name_at(sentence, at)
        if name is None:
            continue
        for part in range(name.first, name.last + 1):
            if not sentence.mask[part] & RANK and sentence.words[part].harm is None:
                sentence.words[part], sentence.mask[part] = NOTHING, NOTHING.mask
        if sentence.cues:
            sentence.cues = [one for one in sentence.cues if not name.first <= one[0] <= name.last]
        after = name.last + 1


def _name_at(sentence: Sentence, at: int) -> Name | None:
    """The name that begins at a token, with or without a rank."""
    first = _after_rank(sentence, at) if sentence.mask[at] & _RANKED else at
    is_ranked = first > at
    if first >= sentence.size or (sentence.is_capitals and not is_ranked):
        return None
    if (not is_ranked and _is_governed(sentence, first - 1)) or not _is_part(sentence, first, is_ranked=is_ranked):
        return None
    last = _end(sentence, first, is_ranked=is_ranked)
    if not is_ranked and not (may_be_person(sentence, first, last) and _stands_as_person(sentence, first, last)):
        return None
    return Name(at, first, last)


def _is_governed(sentence: Sentence, before: int) -> bool:
    """As in "in Arud", "to Camp Bem": most names without a rank are of places; a person stands after "of" or "as"."""
    if before < 0 or not sentence.mask[before] & (PREPOSITION | DETERMINER):
        return False
    words, low = sentence.rule_words, sentence.low[before]
    return bool(sentence.mask[before] & DETERMINER) or not (low in words.capacity or low in words.genitive)


def is_rank(sentence: Sentence, at: int) -> bool:
    """Whether a token is a rank as written before a name: "Sgt.", "1st Lt."."""
    return bool(sentence.mask[at] & RANK) and (sentence.is_capital(at) or sentence.low[at][0].isdecimal())


def _after_rank(sentence: Sentence, at: int) -> int:
    """The first token after the rank that begins at `at`: "Staff Sgt.", "Sgt. 1st Class", "Maj. (res.)"."""
    if not sentence.mask[at] & _RANKED:
        return at
    first = at
    while first < sentence.size and _goes_on_as_rank(sentence, at, first):
        first = _after_rank_class(sentence, first + 1)
        first = after_reserve(sentence, first)
    return first


def _goes_on_as_rank(sentence: Sentence, at: int, first: int) -> bool:
    """Whether a token is a rank, a title, or the second word of a rank that begins at `at`."""
    if is_rank(sentence, first):
        return True
    is_class = first > at and sentence.low[first] in sentence.rule_words.rank_classes
    return sentence.is_capital(first) and (is_class or bool(sentence.mask[first] & _TITLE))


def _after_rank_class(sentence: Sentence, first: int) -> int:
    """Over the stop after a rank that is cut short and over its class: "Sgt. 1st Class"."""
    if first < sentence.size and sentence.low[first] == ".":
        first += 1
    is_number = first + 2 < sentence.size and sentence.low[first].isdecimal()
    return first + 3 if is_number and sentence.low[first + 2] in sentence.rule_words.rank_classes else first


def _end(sentence: Sentence, first: int, *, is_ranked: bool) -> int:
    """The last token of the name that begins at `first`."""
    last = first
    while last + 1 < sentence.size and last - first < _LONGEST:
        step = _step(sentence, last + 1, is_ranked=is_ranked)
        if not step:
            break
        last += step
    return _with_suffix(sentence, last)


def _step(sentence: Sentence, at: int, *, is_ranked: bool) -> int:
    """How many tokens the next piece of a name takes: a word, an initial, a particle or a nickname with its word."""
    if _is_part(sentence, at, is_ranked=is_ranked):
        return 1
    low, size = sentence.low, sentence.size
    if low[at] == "." and len(low[at - 1]) == 1:
        return 1 if at + 1 < size and _is_part(sentence, at + 1, is_ranked=is_ranked) else 0
    particles = sentence.rule_words.name_particles
    if low[at] == "-" or low[at] in particles:
        after = at + 2 if at + 1 < size and low[at + 1] in particles else at + 1
        return after - at + 1 if after < size and _is_part(sentence, after, is_ranked=is_ranked) else 0
    if low[at] in _QUOTES:
        end = next((probe for probe in range(at + 1, min(at + 4, size)) if low[probe] in _QUOTES), 0)
        if end and end + 1 < size and _is_part(sentence, end + 1, is_ranked=is_ranked):
            return end + 2 - at
    return 0


def _with_suffix(sentence: Sentence, last: int) -> int:
    """As in "James Reed, Jr.", "James Reed III"."""
    after = last + 1
    if after < sentence.size and sentence.low[after] == ",":
        after += 1
    if (
        after < sentence.size
        and sentence.low[after] in sentence.rule_words.name_suffixes
        and sentence.is_capital(after)
    ):
        is_short = after + 1 < sentence.size and sentence.low[after + 1] == "." and after + 2 < sentence.size
        return after + 1 if is_short else after
    return last


def _is_part(sentence: Sentence, at: int, *, is_ranked: bool) -> bool:
    """Whether a word can belong to a name; after a rank nearly every capitalised word does."""
    mask, word, low = sentence.mask[at], sentence.words[at], sentence.low[at]
    if not mask & _LETTERS or at in sentence.quantities or not sentence.is_capital(at):
        return False
    if len(low) == 1 and not sentence.is_capitals:
        return at + 1 < sentence.size and sentence.low[at + 1] == "."
    if " " in low or word.harm is not None or word.number is not None or mask & _SPEECH:
        return False
    if low in sentence.rule_words.name_suffixes:
        return False
    is_day = bool(mask & (MONTH | WEEKDAY)) and (at + 1 < sentence.size and sentence.low[at + 1][0].isdecimal())
    if is_ranked and not sentence.is_capitals:
        return not is_day and not mask & (PREPOSITION | DETERMINER | BE) and not (word.is_plural and word.people)
    if word.cues or mask & _NO_NAME:
        return False
    return word.people is None or bool(mask & RANK)


def may_be_person(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a run without a rank can be a person's: no body, unit, place or thing, and no half of a longer name."""
    before = first - 1
    if before >= 0 and (sentence.mask[before] & DETERMINER or _ends_number(sentence, before)):
        return False
    if has_age(sentence, last + 1):
        return True
    if (sentence.mask[first] | sentence.mask[last]) & (_FORMATION | _KIND | THING | LABEL):
        return False
    after = last + 1
    if after >= sentence.size or not sentence.is_word(after):
        return True
    mask, people = sentence.mask[after], sentence.words[after].people
    if mask & (THING | _KIND | _FORMATION) or people is not None:
        return False
    return not sentence.is_capital(after) or bool(mask & (MONTH | WEEKDAY)) or not mask & (_NOT_NAMES | LABEL)


def _ends_number(sentence: Sentence, at: int) -> bool:
    return sentence.words[at].number is not None or sentence.low[at][0].isdecimal()


def after_reserve(sentence: Sentence, at: int) -> int:
    """The token after a "(res.)" that follows a name, or `at` itself."""
    if (
        at + 1 >= sentence.size
        or sentence.low[at] != "("
        or sentence.low[at + 1] not in sentence.rule_words.reserve_marks
    ):
        return at
    return next((end + 1 for end in range(at, min(at + 5, sentence.size)) if sentence.low[end] == ")"), at)


def has_age(sentence: Sentence, at: int) -> bool:
    """Whether an age stands after a name that ends before `at`: ", 22", " (22)", ", aged 22"."""
    probe = at = after_reserve(sentence, at)
    while (
        probe < sentence.size and probe < at + 3 and (sentence.low[probe] in {",", "("} or sentence.mask[probe] & _AGED)
    ):
        probe += 1
    if probe == at or probe >= sentence.size or not sentence.low[probe].isdecimal() or len(sentence.low[probe]) > 3:
        return False
    after = sentence.low[probe + 1] if probe + 1 < sentence.size else ""
    return not after[:1].isalnum() or after in sentence.rule_words.age_units or bool(sentence.mask[probe - 1] & _AGED)


def _stands_as_person(sentence: Sentence, first: int, last: int) -> bool:
    """Without a rank: two words at least, and an age, a noun for people before, or a description beside it."""
    before, rule_words = first - 1, sentence.rule_words
    people = sentence.words[before].people if before >= 0 else None
    is_old = has_age(sentence, last + 1) or age_before(sentence, first) < first
    if before >= 0 and sentence.mask[before] & PREPOSITION and sentence.low[before] not in rule_words.capacity:
        return is_old and last > first and sentence.low[before] in rule_words.genitive
    if last == first and people is None and not is_old:
        return False
    if is_old or (people is not None and not people.is_modifier):
        return True
    return (
        (last + 1 < sentence.size and sentence.low[last + 1] in {",", "("})
        or before < 0
        or sentence.words[before].harm is not None
    )
