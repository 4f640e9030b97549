"""What a text states of somebody who is named: rank, age, unit and home town, each as it stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.people.names import Name, after_reserve, has_age
from watcher.detect.words.ages import age_before, age_length
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BE, DEFINITE, HAVE, LABEL, MONTH, STRUCTURAL, THING, WEEKDAY
from watcher.model.claim import Person

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Harm


_HOME, _NATIVE, _ASSIGNED = ROLES["home"], ROLES["native"], ROLES["assigned"]
_FORMATION, _TITLE = ROLES["formations"], ROLES["titles"]
_LONGEST = 14  # words of a unit or a town
_REACH = 40  # words after a name that can describe the person
_OLDEST = 120
_NEAR = 4  # words between an age and the name


class Details(NamedTuple):
    """Age in years, unit and home town of somebody; what is not stated is None or empty."""

    age: int | None
    unit: str
    home_town: str


def person_of(sentence: Sentence, name: Name, harm: Harm, stop: int) -> Person:
    """The person of a name with what stands of him before the token `stop`, where the next name begins."""
    details = details_after(sentence, name.last + 1, min(stop, name.last + _REACH))
    rank = sentence.raw(name.rank_first, name.first - 1) if name.is_ranked else ""
    return Person(
        name=" ".join(sentence.raw(name.first, name.last).split()),
        harm=harm,
        start=sentence.starts[name.first],
        end=sentence.stops[name.last],
        rank="" if sentence.mask[name.rank_first] & _TITLE else " ".join(rank.split()),
        age=_age_before(sentence, name.rank_first) if details.age is None else details.age,
        unit=details.unit,
        home_town=details.home_town,
    )


def details_after(sentence: Sentence, at: int, stop: int, *, has_verb: bool = False) -> Details:
    """What the tokens from `at` on state of a person, up to the verb or, with `has_verb`, beyond it."""
    age, at = _age_at(sentence, after_reserve(sentence, at))
    unit = town = ""
    while at < stop:
        mask = sentence.mask[at]
        if mask & _ASSIGNED and not unit:
            last = _end_of_name(sentence, at + 1, stop)
            unit, at = _words(sentence, at + 1, last), last
        elif mask & (_HOME | _NATIVE) and at + 1 < stop:
            last = _end_of_name(sentence, at + 1, stop)
            if _is_unit(sentence, at + 1, last):
                unit, at = unit or _words(sentence, at + 1, last), last
            elif not town and _is_home(sentence, at, last):
                town, at = _words(sentence, at + 1, last), last
        elif age is None and sentence.low[at].isdecimal() and age_length(sentence, at):
            age = int(sentence.low[at])
        elif (mask & (BE | HAVE) and not has_verb) or sentence.words[at].harm is not None or sentence.low[at] == ";":
            break
        at += 1
    return Details(age, unit, town)


def _age_at(sentence: Sentence, at: int) -> tuple[int | None, int]:
    """The age right after a name, if any, and the first token after it."""
    if not has_age(sentence, at):
        return None, at
    place = next(place for place in range(at, at + 4) if sentence.low[place].isdecimal())
    age = int(sentence.low[place])
    return (age if age <= _OLDEST else None), place + 1


def _age_before(sentence: Sentence, at: int) -> int | None:
    """As in "the 24-year-old Pvt. Ida Holm", "a 24-year-old soldier, Pvt. Ida Holm"."""
    for first in range(at, max(0, at - _NEAR), -1):
        begin = age_before(sentence, first)
        if begin < first and sentence.low[begin].isdecimal():
            return int(sentence.low[begin])
        if sentence.words[first - 1].harm is not None:
            break
    return None


def _is_home(sentence: Sentence, preposition: int, last: int) -> bool:
    """Whether the words after a preposition are a home town: a place, and where one can follow."""
    if not _is_town(sentence, preposition + 1, last):
        return False
    is_native = sentence.mask[preposition] & _NATIVE or sentence.low[preposition - 1] in sentence.rule_words.home_nouns
    return bool(is_native) or _is_open(sentence, preposition - 1)


def _is_town(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a run of words can be a place: no body of people or army stands in it ("of Hamas")."""
    return all(sentence.words[at].people is None and not sentence.mask[at] & THING for at in range(first, last + 1))


def _is_open(sentence: Sentence, before: int) -> bool:
    """Whether a home can follow: after a comma, a bracket, an age, "was" or the name, not "soldiers of Kabul"."""
    if sentence.mask[before] & BE:
        return True
    low = sentence.low[before]
    is_apart = low in {",", ")", "("} or low in sentence.rule_words.age_endings
    return is_apart or low.isdecimal() or sentence.is_capital(before)


def _end_of_name(sentence: Sentence, at: int, stop: int) -> int:
    """The last token of a unit or a town that begins at `at`: capitalised words with small ones and commas between."""
    last = at - 1
    probe = at
    while probe < stop and probe < at + _LONGEST:
        if _is_named(sentence, probe):
            last = probe
        elif not _joins(sentence, probe):
            break
        probe += 1
    return last


def _is_named(sentence: Sentence, at: int) -> bool:
    """Whether a token belongs to the name of a unit or a town: a capital or a number, no day and no verb."""
    is_named = sentence.is_capital(at) and not sentence.is_capitals  # "The Fell Regiment"
    if sentence.mask[at] & (MONTH | WEEKDAY | BE | HAVE) or (sentence.words[at].harm is not None and not is_named):
        return False
    if sentence.is_capitals and (sentence.mask[at] & STRUCTURAL or sentence.words[at].people is not None):
        return False
    low = sentence.low[at]
    is_number = low[0].isdecimal() or low in sentence.rule_words.ordinal_endings
    return is_number or (sentence.is_word(at) and sentence.is_capital(at))


def _joins(sentence: Sentence, at: int) -> bool:
    """Whether a token can stand inside such a name: "the", "of", a comma, the stop of an abbreviation."""
    low = sentence.low[at]
    if low == ".":
        return sentence.touches_left(at) and len(sentence.low[at - 1]) <= 5
    rule_words = sentence.rule_words
    is_joint = low in {",", "-", "/", "&"} or low in rule_words.unit_particles or low in rule_words.possessive_marks
    return is_joint or bool(sentence.mask[at] & DEFINITE)


def _words(sentence: Sentence, first: int, last: int) -> str:
    """The text of a run of tokens without the articles and commas before it."""
    while first <= last and (sentence.mask[first] & DEFINITE or sentence.low[first] == ","):
        first += 1
    return " ".join(sentence.raw(first, last).split()) if first <= last else ""


def _is_unit(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a run of words names a unit, not a town: it counts itself or is called a battalion."""
    return any(
        sentence.mask[at] & (_FORMATION | (LABEL if sentence.low[first][0].isdecimal() else 0))
        for at in range(first, last + 1)
    )
