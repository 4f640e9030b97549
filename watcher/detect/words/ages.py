"""How old people are, which counts nobody: "twins aged seven", "a 9-year-old boy", "brothers aged 9, 11 and 14"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import Group
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, DEFINITE, HAVE, INDEFINITE, STRUCTURAL, THING, UNIT

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_THOSE = ROLES["plural_pronouns"] | ROLES["of_whom"]
_HE = ROLES["singular_pronouns"]
_AGED, _NUMERIC = ROLES["aged"], ROLES["numeric"]
_GROWN = 16  # years: who is younger is no soldier
_YOUNGEST, _OLDEST = 10, 100  # years: of one person between commas
_LISTING = frozenset(":;,")
_CLOSING = frozenset(",;.)")
_ONE = 2  # words back from an age to whoever is so old
_AGES = 10  # words from "aged" to the last age


def is_age(sentence: Sentence, first: int, last: int) -> bool:
    """As in "twins aged seven", "brothers aged 9, 11 and 14 were": all spelled alike, and no noun after the last."""
    is_one = sentence.roles & _HE and is_at_his_age(sentence, first, last)
    if is_one or _is_of_one(sentence, first, last) or _is_of_youngest(sentence, first) or _is_in_row(sentence, first):
        return True
    is_digit = sentence.low[first][0].isdecimal()
    joints, limits = sentence.rule_words.age_joints, sentence.rule_words.age_limits
    if _opens_clause(sentence, first, last):
        return False
    for at in range(first - 1, max(-1, first - 1 - _AGES), -1):
        low = sentence.low[at]
        if low in sentence.lexicon.numbers.between and is_age_range(sentence, at, last):
            return True
        if sentence.mask[at] & _AGED or (low in sentence.rule_words.genitive and _is_child(sentence, at - 1)):
            return at == first - 1 or not _is_noun(sentence, last + 1)
        is_between = low in joints or low in limits
        if not is_between and (low[0].isdecimal() != is_digit or not sentence.mask[at] & _NUMERIC):
            return False
    return False


def is_at_his_age(sentence: Sentence, first: int, last: int) -> bool:
    """As in "At seventeen she was hurt", "At 19, he was hit": the age of the one person after it."""
    after = last + 1 + (sentence.low[last + 1 : last + 2] == [","])
    is_opened = first > 0 and sentence.low[first - 1] in sentence.rule_words.age_openers
    return is_opened and after < sentence.size and bool(sentence.mask[after] & _HE)


def _opens_clause(sentence: Sentence, first: int, last: int) -> bool:
    """As in "a boy of 8, and 32 were hurt", "a girl of 11, and 40 others were": people, after a comma and a joint."""
    after = last + 1
    is_joined = first > 1 and sentence.mask[first - 1] & CONJUNCTION and sentence.low[first - 2] == ","
    if not is_joined or after + 1 >= sentence.size:
        return False
    is_people = bool(sentence.mask[after] & (ROLES["others"] | BE | HAVE))
    return is_people or sentence.words[after].harm is not None


def _is_noun(sentence: Sentence, at: int) -> bool:
    is_word = at < sentence.size and sentence.is_word(at) and not sentence.mask[at] & STRUCTURAL
    return is_word and sentence.words[at].harm is None


def _has_no_noun(sentence: Sentence, at: int) -> bool:
    """Whether an age may end before a token: there is nothing, an adverb or a word of harm."""
    return not _is_noun(sentence, at) or bool(sentence.mask[at] & ADVERB)


def _is_of_one(sentence: Sentence, first: int, last: int) -> bool:
    """As in "a pensioner of 71", "a boy of nine": after one person, where "a crew of nine" is a number."""
    words, after = sentence.rule_words, last + 1
    while first > _ONE and sentence.words[first - 1].bound:
        first -= 1  # "a man of about 40"
    if first < _ONE or sentence.low[first - 1] not in words.genitive:
        return False
    noun = sentence.words[first - _ONE]
    is_one = noun.people is not None and not noun.is_plural and not noun.people.is_modifier
    is_one |= _is_child(sentence, first - _ONE)  # "boys of 9 and 11"
    is_one |= _is_of_trade(sentence, first - _ONE)
    if not is_one or sentence.low[first - _ONE] in words.wholes:
        return False
    return _has_no_noun(sentence, after) or sentence.is_capital(after)  # "a jawan of 44 RR": the number of a unit


def _is_in_row(sentence: Sentence, first: int) -> bool:
    """As in "two men, 34 and 29; a woman": as many figures after a comma as people are counted before it."""
    low, begin = sentence.low, first
    if not low[first].isdecimal() or "," not in sentence.present:
        return False
    while begin > _ONE and _joins_row(sentence, begin - 1) and low[begin - _ONE].isdecimal():
        begin -= _ONE
    if begin < _ONE or low[begin - 1] != "," or not sentence.words[begin - _ONE].people:
        return False
    end = begin
    while end + 2 < sentence.size and _joins_row(sentence, end + 1) and low[end + 2].isdecimal():
        end += 2
    row = range(begin, end + 1, 2)
    is_closed = end + 1 >= sentence.size or low[end + 1] in _CLOSING
    counted = next((one for one in sentence.quantities.values() if begin - 4 <= one.last < begin - 1), None)
    return (
        is_closed and counted is not None and counted.low == len(row) > 1 and all(int(low[at]) < _OLDEST for at in row)
    )


def _joins_row(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] == "," or bool(sentence.mask[at] & CONJUNCTION)


def _is_of_youngest(sentence: Sentence, first: int) -> bool:
    """As in "children as young as five", "patients as old as 90"."""
    words, low = sentence.rule_words, sentence.low
    return first > _ONE and low[first - 1] in words.capacity and low[first - _ONE] in words.age_adjectives


def _is_of_trade(sentence: Sentence, at: int) -> bool:
    """As in "a glassmaker of 44", "a beginner of 16": no noun for people that is known, with the ending of a trade."""
    if not at or not sentence.mask[at - 1] & INDEFINITE or sentence.mask[at] & (STRUCTURAL | THING | UNIT):
        return False
    words, low = sentence.rule_words, sentence.low[at]
    return low.endswith(words.trade_endings) and low not in words.counting_nouns and not sentence.is_capital(at)


def before_stated_age(sentence: Sentence, last: int) -> int:
    """The token before the age that ends at a token: of "Pvt. Roe, 22", "a farmer aged about 50", "a guard of 25"."""
    at = last
    if at < _ONE or not sentence.mask[at] & _NUMERIC:
        return last
    at -= 1
    while at > 1 and sentence.low[at] in sentence.rule_words.age_joints and sentence.mask[at - 1] & _NUMERIC:
        at -= 2  # "aged 20 and 25"
    while at > 0 and sentence.words[at].bound:
        at -= 1
    is_opened = sentence.mask[at] & _AGED or sentence.low[at] == "," or sentence.low[at] in sentence.rule_words.genitive
    is_number = sentence.low[last].isdecimal() or sentence.words[last].number is not None
    if not (is_opened and is_number):
        return last
    return at - 1 - int(sentence.mask[at] & _AGED != 0 and at > 1 and sentence.low[at - 1] == ",")


def before_inserted_age(sentence: Sentence, comma: int) -> int:
    """The token before an age between commas that ends at a token: of "left a guard, 33, dead"; else that token."""
    if sentence.low[comma] == ")" and comma > _ONE and sentence.low[comma - 2] == "(":
        is_counted = comma - 2 in sentence.quantities or sentence.mask[comma - 3] & _NUMERIC  # "5 (five) dead"
        is_age = sentence.mask[comma - 1] & _NUMERIC and not is_counted
        return comma - 3 if is_age else comma  # "Owner (61) dead", not "crew (5) missing"
    before = before_stated_age(sentence, comma - 1) if sentence.low[comma] == "," else comma
    return before if before < comma - 1 else comma


def is_age_range(sentence: Sentence, first: int, last: int) -> bool:
    """As in "men aged between 20 and 30", "four boys between 12 and 15": the range from "between", after people."""
    if first < 1 or sentence.mask[first - 1] & _AGED:
        return first > 0
    people = sentence.words[first - 1]
    is_open = _has_no_noun(sentence, last + 1)  # not "20 and 30 men"
    return people.people is not None and people.is_plural and is_open


def is_age_limit(sentence: Sentence, first: int, last: int) -> bool:
    """As in "seven of those hurt are under 18", "children under ten": after people who are counted apart from it."""
    words, after, before = sentence.rule_words, last + 1, first - 1
    if before < 0 or sentence.low[first] not in words.age_limits:
        return False
    if not words.counting_nouns.isdisjoint(part for low in sentence.low[:first] for part in low.split(" ")):
        return False  # "the number of injured is under 20"
    is_noun = after < sentence.size and sentence.is_word(after) and not sentence.mask[after] & (STRUCTURAL | ADVERB)
    people = sentence.words[before].people
    is_said = bool(sentence.mask[before] & BE) and any(at < first for at in sentence.harms)
    is_whose = people is not None or bool(sentence.mask[before] & _THOSE)
    return (is_said or is_whose) and not is_noun


def is_age_of_name(sentence: Sentence, first: int, before: str, after: str) -> bool:
    """As in "Ida Holm, 22, of Leeds", "his son Ali, 8.": a figure between commas, or at the end after a first name."""
    opener = first
    while opener > _ONE and sentence.words[opener - 1].bound:
        opener -= 1  # "one man, about 30"
    before = sentence.low[opener - 1] if opener else before
    if before not in {",", "("} or (before, after) == ("(", ")") or opener < _ONE:
        return False
    noun = sentence.words[opener - _ONE]
    if noun.people is not None and not noun.is_plural and before == after == ",":
        youngest = 0 if noun.people.is_child else _YOUNGEST
        return sentence.low[first].isdecimal() and youngest <= int(sentence.low[first]) < _OLDEST  # "a constable, 31,"
    if noun.people or noun.harm is not None:
        return after in {"", ")", ".", ";"} and _is_somebody(sentence, opener - _ONE)
    if after in {",", ")"}:
        return True
    is_end = before == "," and after in {"", ".", ";"}
    return is_end and not sentence.is_capitals and _ends_name(sentence, first)


def _ends_name(sentence: Sentence, first: int) -> bool:
    """As in "his son Ali, 8.", "killed Private Ali Noor, 22.": a first name, or a full name with two figures."""
    last = first - _ONE
    if last < 1 or not sentence.is_capital(last):
        return False
    if sentence.words[last - 1].people is not None:
        return True
    is_full = sentence.is_capital(last - 1) and sentence.is_word(last - 1) and last > 1
    age = sentence.low[first]
    return is_full and age.isdecimal() and _YOUNGEST <= int(age) < _OLDEST


def _is_somebody(sentence: Sentence, at: int) -> bool:
    """As in "her daughter, 55, is in hospital", "the driver (34)", "Dead: woman, 60": one person, by a noun of one."""
    people = sentence.words[at].people
    is_one = people is not None and not sentence.words[at].is_plural and not people.is_modifier
    if not is_one or not at:
        return False
    is_listed = sentence.low[at - 1] in _LISTING or bool(sentence.mask[at - 1] & CONJUNCTION)
    return is_listed or bool(sentence.mask[at - 1] & (DEFINITE | INDEFINITE | _NUMERIC))


def _is_child(sentence: Sentence, at: int) -> bool:
    people = sentence.words[at].people if at >= 0 else None
    return people is not None and people.is_child


def age_length(sentence: Sentence, at: int) -> int:
    """How many tokens an age before a noun takes ("9-year-old", "8-year old"); 0 where none begins."""
    if not sentence.low[at][0].isdecimal():
        return 0
    words, measures = "", sentence.rule_words.age_measures
    for last in range(at + 1, min(at + 5, sentence.size)):
        words += sentence.low[last].replace(" ", "").replace("-", "")
        if words in measures:
            return last - at + 1
    return 0


def one_of_age(sentence: Sentence, article: int, at: int, length: int) -> Group:
    """As in "a 19-year-old was killed": one person of whom only the age is said, in `length` tokens from `at`."""
    age, last = int(sentence.low[at]), at + length - 1
    victim: Victim = "civilian" if age < _GROWN else "unknown"
    group = Group(article, last, 1, 1, "exact", head=last, victim=victim, rules=("singular", "persons"))
    return replace(group, is_child=age < _GROWN, is_definite=bool(sentence.mask[article] & DEFINITE))


def age_before(sentence: Sentence, first: int) -> int:
    """Where an age that ends right before a token begins, or that token itself."""
    if not first or not sentence.low[first - 1].endswith(sentence.rule_words.age_endings):
        return first
    return next((at for at in range(max(0, first - 5), first) if at + age_length(sentence, at) == first), first)


def is_school_level(sentence: Sentence, at: int) -> bool:
    """As in "a class nine pupil", "of grade 6": which year of a school, and no number of people."""
    if not at or sentence.low[at - 1] not in sentence.rule_words.school_levels:
        return False
    return at == 1 or not sentence.mask[at - 2] & DEFINITE  # "the class nine were hurt" counts them
