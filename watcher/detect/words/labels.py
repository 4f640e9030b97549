"""Numbers that label a thing and may count nobody: "page seven", "Block Seven", "phases 2 and 3", "the Cessna 172"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import (
    ADVERB,
    BE,
    CONJUNCTION,
    DETERMINER,
    HAVE,
    LABEL,
    OTHERS,
    PREPOSITION,
    THING,
    WEEKDAY,
)

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_LABEL_AT = 2  # words before the number of a label: "of Block Seven"
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_PADDED = 2  # digits of "09"


def tells_which_people(sentence: Sentence, unit: int) -> bool:
    """As in "two day labourers", "two foot soldiers", "14 M23 rebels": what looks like a unit measures nothing."""
    if sentence.words[unit].people is not None:
        return True
    if sentence.low[unit] not in sentence.rule_words.adjective_units or unit + 1 >= sentence.size:
        return False
    people = sentence.words[unit + 1].people
    return people is not None and not people.is_modifier and sentence.words[unit + 1].is_plural


def is_label(sentence: Sentence, first: int, value: int) -> bool:
    """A number after a capitalised or labelling word, or one that reads as a year."""
    token = sentence.low[first]
    if not token[0].isdecimal():
        return _is_spelled_label(sentence, first)
    if token.isdecimal() and len(token) == 4 and _FIRST_YEAR <= value <= _LAST_YEAR:
        return True
    if not first:
        return False
    is_subject = first + 1 < sentence.size and sentence.words[first + 1].harm is not None  # "on Monday 6 died"
    is_subject |= first + 1 < sentence.size and bool(sentence.mask[first + 1] & (BE | HAVE))  # "on Monday 8 were hurt"
    if sentence.mask[first - 1] & (LABEL | WEEKDAY):
        is_noun = first > 1 and bool(sentence.mask[first - 2] & DETERMINER)  # "cost the division 40 dead"
        is_noun |= _is_named(sentence, first - 1)
        return not (is_subject and (is_noun or sentence.mask[first - 1] & WEEKDAY))
    if first >= 3 and sentence.mask[first - 3] & LABEL and _joins_labels(sentence, first - 1):
        return True
    if _is_numbered_thing(sentence, first) or _is_model(sentence, first) or _is_where_people_are(sentence, first):
        return True
    return sentence.low[first - 1] == "." and first >= 2 and bool(sentence.mask[first - 2] & LABEL)


def _is_spelled_label(sentence: Sentence, first: int) -> bool:
    """As in "page seven of the manual", "of Block Seven": right after a label, or a capital noun with a preposition."""
    if first and sentence.mask[first - 1] & LABEL and _is_bare_label(sentence, first - 1):
        return True
    if first < _LABEL_AT or not (sentence.is_capital(first) and sentence.is_capital(first - 1)) or sentence.is_capitals:
        return False
    return bool(sentence.mask[first - 2] & PREPOSITION) and sentence.words[first - 1].harm is None


def _is_named(sentence: Sentence, at: int) -> bool:
    """As in "Karim district 4 dead, Sarwan district 7": a label that has a name before it needs no number."""
    return at > 0 and sentence.is_capital(at - 1) and not sentence.is_capital(at)


def _is_bare_label(sentence: Sentence, at: int) -> bool:
    """Whether a label has no article, and what follows its number is no verb of people: not "on the day nine died"."""
    after, before = at + 2, at - 1
    if after >= sentence.size or (at and sentence.mask[before] & (DETERMINER | ADVERB)):
        return False
    if at and sentence.low[before].endswith(sentence.rule_words.possessive_marks):
        return False  # "since yesterday's bulletin one of the injured has died"
    return sentence.words[after].harm is None and not sentence.mask[after] & (BE | HAVE | OTHERS)  # not "two more"


def _is_numbered_thing(sentence: Sentence, first: int) -> bool:
    """As in "Bridge 4 had been swept away", "; Boat 17 is missing": one thing without an article opens a clause."""
    thing, before = first - 1, first - 2
    if not sentence.mask[thing] & THING or sentence.words[thing].is_plural or not sentence.is_capital(thing):
        return False
    return before < 0 or not sentence.is_word(before) or bool(sentence.mask[before] & CONJUNCTION)


def _is_model(sentence: Sentence, first: int) -> bool:
    """As in "the Cessna 172", "a Boeing 737": a number right after a name with an article is of the thing."""
    name = first - 1
    is_name = name > 0 and sentence.is_word(name) and sentence.is_capital(name) and not sentence.is_capitals
    return is_name and not sentence.words[name].is_known and bool(sentence.mask[name - 1] & DETERMINER)


def _is_where_people_are(sentence: Sentence, first: int) -> bool:
    """As in "a rigger at Jetty 7 died": after people, a preposition and a capital noun it numbers a place."""
    before = first - 3
    if before < 0 or sentence.words[before].people is None or not sentence.mask[first - 2] & PREPOSITION:
        return False
    return sentence.is_capital(first - 1) and not sentence.is_capitals


def _joins_labels(sentence: Sentence, at: int) -> bool:
    """As in "phases 2 and 3": the label before the first number is the second one's too."""
    return sentence.low[at] == "," or sentence.low[at] in sentence.lexicon.numbers.label_joints


def is_time_or_code(low: str) -> bool:
    """As in "at 0400", "agent 007"; not "09 lives", as some offices write each number below ten."""
    return low.isdecimal() and low[0] == "0" and len(low) > 1 and not (len(low) == _PADDED and low[1] != "0")
