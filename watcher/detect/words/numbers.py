"""Numbers of people: digits of any style, words to millions, vague quantities, bounds and ranges.

What is no count of people is left out here: ages, dates, times, units, distances, ordinals, unit and release numbers,
footnote marks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.ages import is_age, is_age_limit, is_age_of_name, is_age_range, is_school_level
from watcher.detect.words.annotations import Quantity
from watcher.detect.words.labels import is_label, is_time_or_code, tells_which_people
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.month_days import dates_month, is_day_of_month
from watcher.detect.words.phrases import is_formation
from watcher.detect.words.spoken_numbers import LARGEST, THOUSAND, Number, spoken
from watcher.detect.words.tokens import (
    ADVERB,
    BE,
    DEFINITE,
    HAVE,
    UNIT,
    is_month,
)

if TYPE_CHECKING:
    from watcher.config.words import QuantityWords
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import CountKind


_GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f'’]\d{3})+$")
_JOINT = ROLES["conjunctions"] | ROLES["barriers"]
_PART, _OF_WHOM, _SUFFER = ROLES["part_openers"], ROLES["of_whom"], ROLES["suffer"]
_NEGATOR = ROLES["negators"]
_HOME = ROLES["home"]
_RANGE_DASHES = frozenset("-–—‐‑")
_DASHES = _RANGE_DASHES | {"/"}
_CURRENCY = frozenset("$£€#¥₪№")
_AFTER_THOUSANDS = frozenset(".,;:)")
_CLOCK = 4  # figures of a time of the day
_DOUBT, _AFTER_DOUBT = frozenset(",("), frozenset(",)")  # around "possibly nine"
_CHANGED = 4  # words between "rose" and "from six to nine"
_CHANGE = 5  # tokens of a change in brackets
_STATED = frozenset({"noun", "adjective", "participle"})  # after a number in brackets: what it counts
_DIGITS = 9  # of a number: more are no count of people


def read_quantities(sentence: Sentence) -> None:
    """Find every quantity of a sentence and keep it by its first token. Linear: each token is read once."""
    articles = sentence.lexicon.numbers.articles
    done = -1
    for at in sentence.numeric:
        if at <= done or (sentence.low[at] in articles and not _is_article_number(sentence, at)):
            continue
        quantity = read_quantity(sentence, at)
        if quantity is not None:
            quantity = _with_brackets(sentence, quantity)
            sentence.quantities[quantity.first] = quantity
            done = quantity.last


def _with_brackets(sentence: Sentence, quantity: Quantity) -> Quantity:
    """As in "(14) people", "a total of (6) civilians": a number with the brackets that it stands in."""
    first, last = quantity.first - 1, quantity.last + 1
    if last >= sentence.size or sentence.low[last] != ")":
        return quantity
    if "(" in sentence.low[quantity.first : quantity.last]:
        return replace(quantity, last=last)
    if first < 0 or sentence.low[first] != "(":
        return quantity
    return replace(quantity, first=first, last=last)


def _is_article_number(sentence: Sentence, at: int) -> bool:
    """As in "a hundred", "a dozen": an article is no number before any other word."""
    scales, after = sentence.lexicon.numbers.scales, at + 1
    is_scale = after < sentence.size and sentence.low[after].partition("-")[0] in scales
    return is_scale or (after < sentence.size and bool(sentence.words[at].bound))


def read_quantity(sentence: Sentence, at: int) -> Quantity | None:
    """The quantity that begins at a token, with its bound before it, or None."""
    first, bound = at, ""
    while at < sentence.size and sentence.words[at].bound:
        bound = sentence.words[at].bound if bound in {"", "approximate"} else bound
        at += 1
    if bound:
        bound, at = _over_bound(sentence, first, at, bound)
    if at < sentence.size and sentence.low[at] in sentence.lexicon.numbers.between:
        return _between(sentence, first, at + 1)
    number = read_number(sentence, at) if at < sentence.size else None
    if number is not None:
        return _counted(sentence, first, at, number, bound)
    entry = sentence.words[at].quantity if first < at < sentence.size else None
    if entry is not None and entry.minimum == entry.maximum and not (entry.is_pronoun or entry.is_same):
        return _phrase_bounded(first, at, entry, bound)
    entry = sentence.words[first].quantity
    if entry is None or _is_how_many(sentence, first):
        return None
    if _is_followed_by_unit(sentence, first):
        return None  # "was stabbed several times"
    if entry.is_same:
        after = sentence.low[first + 1].partition(" ")[0] if first + 1 < sentence.size else ""
        is_compared = after in sentence.rule_words.capacity
        return None if is_compared else _same_number(sentence, first, entry.name, entry.minimum)  # "twice as many as"
    kind: CountKind = "exact" if entry.minimum == entry.maximum else "vague"
    is_asked = first > 0 and sentence.low[first - 1] in sentence.rule_words.manner_openers  # "how many were hurt"
    low = None if is_asked else entry.minimum
    return Quantity(first, first, low, entry.maximum, kind, entry.is_pronoun, (entry.name,))


def _over_bound(sentence: Sentence, first: int, at: int, bound: str) -> tuple[str, int]:
    """The bound from its first token, and where the number after it begins: "a total of (6) civilians"."""
    if bound == "at_most" and first and sentence.low[first - 1].rpartition(" ")[2] in sentence.rule_words.changing:
        bound = ""  # "the toll went up to 58"
    return bound, at + (sentence.low[at : at + 1] == ["("])


def _is_how_many(sentence: Sentence, at: int) -> bool:
    """As in "the number of victims is not known": how many they are, and not several."""
    noun = sentence.low[at].partition(" ")[0]
    if sentence.numeric[-1] > at:
        return False  # "the number of homes damaged is 310"
    return at > 0 and noun in sentence.rule_words.counting_nouns and bool(sentence.mask[at - 1] & DEFINITE)


def _phrase_bounded(first: int, last: int, entry: QuantityWords, bound: str) -> Quantity:
    """As in "more than a score of", "at least a trio of"."""
    low, high, kind = _bounded(entry.minimum or 0, bound)
    return Quantity(first, last, low, high, kind, rules=(bound, entry.name))


def _same_number(sentence: Sentence, first: int, name: str, times: int) -> Quantity | None:
    """As in "three sergeants and an equal number of constables", "twice as many": by the number said last."""
    before = [quantity for at, quantity in sentence.quantities.items() if at < first and quantity.low]
    # "Eight, among whom were five children, died, and twice as many …": as the whole, not as its part.
    before = [q for q in before if not any(r & _PART for r in sentence.mask[max(0, q.first - 2) : q.first])] or before
    if not before:
        return None
    low, high = before[-1].low, before[-1].high
    low, high = (None if low is None else low * times), (None if high is None else high * times)
    return replace(before[-1], first=first, last=first, low=low, high=high, rules=(name,))


def _between(sentence: Sentence, first: int, at: int) -> Quantity | None:
    """As in "between three and five", `at` being the token after the first word."""
    low = read_number(sentence, at) if at < sentence.size else None
    if low is None or low.last + 2 >= sentence.size:
        return None
    joint = sentence.low[low.last + 1]
    if joint != "-" and joint not in sentence.lexicon.numbers.between_joints:
        return None
    high = read_number(sentence, low.last + 2)
    if high is None or high.value < low.value or is_day_of_month(sentence, high.last):
        return None
    if is_age_range(sentence, first, high.last) or _is_followed_by_unit(sentence, high.last):
        return None
    return Quantity(first, high.last, low.value, high.value, "range", rules=("range",))


def _counted(sentence: Sentence, first: int, at: int, number: Number, bound: str) -> Quantity | None:
    """A number with what stands after it: the end of a range, a bound, or what shows that it counts no people."""
    value, last = number
    tells_age = is_school_level(sentence, at) or _is_any_age(sentence, first - (not bound), at, last)
    if tells_age or _is_share(sentence, at, last):
        return None
    odd = _odd_after(sentence, last)
    if odd >= 0:
        return Quantity(first, odd, value, value, "approximate", rules=("approximate",))
    sized = _sized_after(sentence, last)
    if sized >= 0:
        return Quantity(first, sized, value, value, "exact", rules=("number",))
    high = _range_end(sentence, value, last)
    if high is None and _is_no_count(sentence, at, last):
        return None
    end = high.last if high else last
    is_no_range = high and (is_day_of_month(sentence, end) or _is_no_count(sentence, at, at, is_range=True))
    if _is_followed_by_unit(sentence, end) or is_no_range:
        return None
    if high and _is_change(sentence, at):
        return Quantity(first, end, high.value, high.value, "exact", rules=("a change",))
    if high:
        return Quantity(first, end, value, high.value, "range", rules=("range",))
    if _is_difference(sentence, end + 1):
        return None
    bound, end = _after_number(sentence, end, bound)
    most_said = _most_after(sentence, end) if bound == "at_least" else None
    if most_said is not None and most_said.value > value:
        return Quantity(first, most_said.last, value, most_said.value, "range", rules=("range",))
    least, most, kind = _bounded(value, bound)
    is_weak = is_label(sentence, at, value)
    end += int(_is_out_of(sentence, end + 1))
    return Quantity(first, end, least, most, kind, rules=(bound or "number",), is_weak=is_weak)


def _is_any_age(sentence: Sentence, limit: int, at: int, last: int) -> bool:
    """Whether a number is an age, or the limit of one whose bound stands at `limit`: "are under 18"."""
    return is_age(sentence, at, last) or is_age_limit(sentence, limit, last)


def _is_difference(sentence: Sentence, at: int) -> bool:
    """As in "two more than first reported", "one fewer than we announced": by how much two numbers differ."""
    is_compared = at + 1 < sentence.size and sentence.words[at].bound in {"more_than", "less_than"}
    return is_compared and " " in sentence.low[at] and read_number(sentence, at + 1) is None


def _is_out_of(sentence: Sentence, at: int) -> bool:
    """As in "two out of five soldiers": two of them."""
    words = sentence.rule_words
    return (
        at < sentence.size
        and sentence.low[at] in words.partitive
        and (not words.genitive.isdisjoint(sentence.low[at + 1 : at + 2]))
    )


def _is_share(sentence: Sentence, first: int, last: int) -> bool:
    """As in "two in every three of the dead", "one out of four": a share, no number; either of its two numbers."""
    low, edges = sentence.low, sentence.lexicon.share_edges
    if (last + 1 >= sentence.size or low[last + 1] not in edges) and (not first or low[first - 1] not in edges):
        return False
    for share in sentence.lexicon.numbers.shares:
        size = share.count(" ") + 1
        is_after = " ".join(low[last + 1 : last + 1 + size]) == share
        if is_after and last + 1 + size < sentence.size and read_number(sentence, last + 1 + size) is not None:
            return True
        if first > size and " ".join(low[first - size : first]) == share:
            return True
    return False


def _is_change(sentence: Sentence, at: int) -> bool:
    """As in "raised from 6 to 9 dead", "rose by three to nine", "climbed three to nine": it is nine now."""
    words, opener = sentence.rule_words, sentence.low[at - 1] if at > 1 else ""
    if opener in words.changing:
        return True
    last = opener.rpartition(" ")[2]  # "toll from" is one word
    is_step = last in words.start_openers or last in words.step_openers
    return is_step and not words.changing.isdisjoint(sentence.low[max(0, at - 1 - _CHANGED) : at - 1])


def _odd_after(sentence: Sentence, end: int) -> int:
    """The last token of a rough number, "twenty-odd", "30-odd", "forty odd"; -1 where it is none."""
    odd = sentence.lexicon.numbers.odd
    if sentence.low[end].rpartition("-")[2] in odd:
        return end
    at = end + 1 + (sentence.low[end + 1 : end + 2] == ["-"])
    return at if at < sentence.size and sentence.low[at] in odd else -1


def _sized_after(sentence: Sentence, end: int) -> int:
    """The last token of how large a body is, "12-man", "40-strong"; -1 where it is none."""
    at = end + 2
    is_joined = at < sentence.size and sentence.low[end + 1] in _DASHES and sentence.touches_right(end)
    return at if is_joined and sentence.low[at] in sentence.lexicon.numbers.sized else -1


def _after_number(sentence: Sentence, end: int, bound: str) -> tuple[str, int]:
    """What may follow a number and belongs to it: "or more", "+", "or so", "(5)"."""
    following = sentence.low[end + 1] if end + 1 < sentence.size else ""
    numbers = sentence.lexicon.numbers
    if following in numbers.at_least_after or (following == "+" and sentence.touches_right(end)):
        return "at_least", end + 1
    if following in numbers.at_most_after:
        return "at_most", end + 1
    if following in numbers.approximate_after:
        return bound or "approximate", end + 1
    if following == "," and _is_corrected(sentence, end + 2):
        return bound, end + 4  # "eleven, not fourteen, soldiers"
    if following != "(":
        return bound, end
    inner = end + 2
    while (
        inner < sentence.size
        and inner < end + _CHANGE
        and (sentence.low[inner] == "+" or sentence.low[inner].isdecimal())
    ):
        inner += 1  # "43,900 (+1 500)"
    spelled = read_number(sentence, inner) if inner == end + 2 < sentence.size else None
    inner = spelled.last + 1 if spelled is not None else inner  # "3 (three)"
    is_closed = end + 2 < inner < sentence.size and sentence.low[inner] == ")"
    return bound, inner if is_closed else end


def _is_corrected(sentence: Sentence, at: int) -> bool:
    """Whether "not fourteen," stands at a token: the number that the one before takes the place of."""
    if at + 2 >= sentence.size or not sentence.mask[at] & _NEGATOR or sentence.low[at + 2] != ",":
        return False
    return read_number(sentence, at + 1) is not None


def _most_after(sentence: Sentence, end: int) -> Number | None:
    """As in "at least two and as many as seven": the upper bound that a lower one is joined with."""
    at = end + 1
    while at < sentence.size and at < end + 4 and not sentence.words[at].bound:
        if sentence.low[at] != "," and not sentence.mask[at] & (_JOINT | ADVERB):
            return None
        at += 1
    is_most = at < sentence.size - 1 and sentence.words[at].bound == "at_most"
    return read_number(sentence, at + 1) if is_most else None


def _bounded(value: int, bound: str) -> tuple[int | None, int | None, CountKind]:
    """The least and the most that a number with its bound means, and how it is said."""
    if bound == "at_least":
        return value, None, "at_least"
    if bound == "more_than":
        return value + 1, None, "at_least"
    if bound == "at_most":
        return None, value, "at_most"
    if bound == "less_than":
        return None, max(value - 1, 0), "at_most"
    return value, value, "approximate" if bound else "exact"


def _range_end(sentence: Sentence, value: int, last: int) -> Number | None:
    """The upper end of "3-5", "3 to 5", "three or four"; None where the next number is something else."""
    if last + 2 >= sentence.size:
        return None
    joint = sentence.low[last + 1]
    if joint not in _RANGE_DASHES and joint not in sentence.lexicon.numbers.range:
        return _doubtful_end(sentence, value, last + 2) if joint in _DOUBT else None
    high = read_number(sentence, last + 2)
    if high is None or high.value <= value:
        return _doubtful_end(sentence, value, last + 2) if high is None else None
    after = high.last + 1
    if joint in _DASHES and after < sentence.size and sentence.low[after] in _DASHES:
        return None
    return high


def _doubtful_end(sentence: Sentence, value: int, at: int) -> Number | None:
    """As in "eight, possibly nine, soldiers", "six (possibly seven) pupils": the second number, with its sign."""
    is_doubtful = at + 1 < sentence.size and sentence.low[at] in sentence.lexicon.numbers.doubtful
    high = read_number(sentence, at + 1) if is_doubtful else None
    if high is None or high.value <= value:
        return None
    after = high.last + 1
    is_closed = after < sentence.size and sentence.low[after] in _AFTER_DOUBT
    return Number(high.value, high.last + is_closed)


def read_number(sentence: Sentence, at: int) -> Number | None:
    """The number that begins at a token, or None."""
    return _digits(sentence, at) if sentence.low[at][0].isdecimal() else spoken(sentence, at)


def _digits(sentence: Sentence, at: int) -> Number | None:
    """As in "1,200", "20 000", "2.5 million"."""
    scales, last = sentence.lexicon.numbers.scales, at
    value = _digit_value(sentence, at)
    if value is None:
        return None
    while sentence.low[at].isdecimal() and len(sentence.low[at]) <= 3 and _is_thousands_tail(sentence, last + 1):
        value, last = value * THOUSAND + int(sentence.low[last + 1]), last + 1
    while last + 1 < sentence.size and sentence.low[last + 1] in scales:
        value, last = value * scales[sentence.low[last + 1]], last + 1
    return Number(round(value), last) if value <= LARGEST else None


def _digit_value(sentence: Sentence, at: int) -> float | None:
    """The value of one token of digits; a point or comma is a decimal one only before "million" and the like."""
    token = sentence.raw(at, at)
    if _GROUPED.match(token):
        return float(re.sub(r"\D", "", token)[:_DIGITS])
    if token.isdecimal():
        return float(token[:_DIGITS])
    if at + 1 < sentence.size and sentence.low[at + 1] in sentence.lexicon.numbers.scales:
        return float(re.sub(r"\D", ".", token)) if len(re.findall(r"\D", token)) == 1 else 0.0
    return None


def _is_thousands_tail(sentence: Sentence, at: int) -> bool:
    """As in "20 000": three digits one blank after at most three."""
    return (
        at < sentence.size
        and len(sentence.low[at]) == 3
        and sentence.low[at].isdecimal()
        and sentence.starts[at] == sentence.stops[at - 1] + 1
        and sentence.text[sentence.stops[at - 1]] in " \u00a0\u202f"
        and (not sentence.touches_right(at) or sentence.low[at + 1] in _AFTER_THOUSANDS)
    )


def _is_followed_by_unit(sentence: Sentence, last: int) -> bool:
    """As in "30 km", "12-hour", "20 year old men": what is counted is no people."""
    at = last + 1
    if at >= sentence.size:
        return False
    if sentence.low[at] in _DASHES and at + 1 < sentence.size and sentence.touches_right(at):
        return True
    first = sentence.low[at].partition(" ")[0]
    if first in sentence.rule_words.clock_suffixes:
        is_noun = at + 1 < sentence.size and sentence.words[at + 1].people is not None  # "1200 local people"
        return len(sentence.low[last]) == _CLOCK and sentence.low[last].isdecimal() and not is_noun
    is_first = " " in sentence.low[at] and bool(sentence.lexicon.lookup[first].mask & UNIT)
    return (is_first or bool(sentence.mask[at] & UNIT)) and not tells_which_people(sentence, at)


def _is_no_count(sentence: Sentence, first: int, last: int, *, is_range: bool = False) -> bool:
    """Whether a number is a date, a time, an age, a label, a mark or a piece of a code."""
    before = sentence.low[first - 1] if first else ""
    after = sentence.low[last + 1] if last + 1 < sentence.size else ""
    is_digit = sentence.low[first][0].isdecimal()
    if is_time_or_code(sentence.low[first]):
        return True
    if is_digit and _is_glued(sentence, first, last, before, after, is_range=is_range):
        return True
    if _is_price(sentence, first):
        return True
    if is_digit and dates_month(sentence, first, last):
        return True
    if is_digit and after and is_month(sentence, last + 1) and not is_range:
        return True
    if is_digit and is_age_of_name(sentence, first, before, after):
        return True
    if is_digit and _names_unit(sentence, last + 1):
        return True
    second = sentence.low[last + 2] if last + 2 < sentence.size else ""
    if is_digit and after == "," and (second[:1].isdecimal() or _is_origin(sentence, last + 2)):
        return True
    if before in {"[", "("} and after in {"]", ")"}:
        return before == "[" or not _is_bracketed_count(sentence, first, last)
    return is_digit and (after in {".", ")"} and first == 0)


def _names_unit(sentence: Sentence, at: int) -> bool:
    """As in "an airman of 617 Squadron", "12 Battalion lost two men": a unit's own number; not "5 Army soldiers"."""
    if at >= sentence.size or not is_formation(sentence, at):
        return False
    noun = sentence.words[at + 1].people if at + 1 < sentence.size else None
    return sentence.low[at] in sentence.rule_words.numbered_units and noun is None


def _is_bracketed_count(sentence: Sentence, first: int, last: int) -> bool:
    """As in "(14) people were killed", "wounded (11), including (2) children": no age, no mark, no number of a list."""
    before, after = first - 2, last + 2
    is_open = before < 0 or bool(sentence.mask[before] & (_JOINT | BE | HAVE | _PART)) or sentence.low[before] == ","
    if before >= 0 and (sentence.words[before].harm is not None or sentence.words[before].bound):
        return True
    if after >= sentence.size or not sentence.is_word(after):
        is_labelled = sentence.low[before] == ":" and before > 0 and sentence.words[before - 1].harm is not None
        if is_labelled or after >= sentence.size:
            return is_labelled  # "wounded: (28);", but "dead: (1) Ida Holm"
    noun = sentence.words[after].people
    is_name = sentence.is_capital(before) and " " not in sentence.low[before]
    if noun is not None and not (is_name and (before or not sentence.words[after].is_plural)):
        return True  # "announces that (19) citizens", "left (5) officers"
    people = sentence.words[before].people if before >= 0 else None
    if people is not None and sentence.words[before].is_plural and sentence.low[after] in {":", "-", "–", "—"}:
        return True  # "Injured soldiers (5): …"
    if people is not None and sentence.low[first].isalpha():
        return True  # "policemen (three) and a driver (one)"
    harm = sentence.words[after].harm
    is_one = people is not None and not (people.is_modifier or sentence.words[before].is_plural)
    if _ends_name(sentence, before) or (is_one and sentence.low[first].isdecimal() and sentence.low[first] != "1"):
        return False  # "Musa Bello (40) killed", "Owner (61) dead"
    if harm is not None and harm.form in _STATED:
        return True  # "recorded (9) deaths", "caused (3) fatalities and (12) wounded"
    if not is_open:
        return False
    is_people = any(sentence.words[at].people is not None for at in range(after, min(sentence.size, after + 3)))
    return is_people or bool(sentence.mask[after] & (BE | _OF_WHOM | _SUFFER)) or harm is not None


def _ends_name(sentence: Sentence, at: int) -> bool:
    """Whether a token is the last of a name of two words, or of a rank cut short and a name: "Pte. Ris"."""
    if at < 1 or sentence.is_capitals or not sentence.is_capital(at) or sentence.words[at].people is not None:
        return False
    is_plain = sentence.is_capital(at - 1) and sentence.is_word(at - 1)
    return is_plain or (sentence.low[at - 1] == "." and at > 1 and sentence.is_capital(at - 2))


def _is_price(sentence: Sentence, first: int) -> bool:
    """As in "$500", "INR 5,000", "Rs. 200": money stands before its number."""
    before, currencies = sentence.low[first - 1] if first else "", sentence.lexicon.numbers.currencies
    is_short = before == "." and first > 1 and sentence.low[first - 2] in currencies
    return before in _CURRENCY or before in currencies or is_short


def _is_origin(sentence: Sentence, at: int) -> bool:
    """As in "Ida Holm, 22, of Leeds": after a comma stands where somebody of that age is from."""
    return at < sentence.size and bool(sentence.mask[at] & _HOME)


def _is_glued(sentence: Sentence, first: int, last: int, before: str, after: str, *, is_range: bool) -> bool:
    """Digits written into a code, a time, an ordinal or a unit: CS1741, 10:30, 101st, 155mm, 2-503."""
    if (before == "/" and sentence.is_harm(first - 2)) or (after == "/" and sentence.is_harm(last + 2)):
        return False  # "5 killed/7 wounded", "killed 5/wounded 7"
    if sentence.touches_left(first) and (before[-1:].isalnum() or before in {".", ":", "-", "–", "/", "_", "&", "+"}):
        return True
    if is_range or not sentence.touches_right(last):
        return False
    if after == ":" and last + 2 < sentence.size and not sentence.low[last + 2][0].isdecimal():
        return False
    return after[0].isalnum() or after in {":", "/", "-", "–", "_", "°", "%", "‑"}
