"""What a word of remembrance makes old, and what is news all the same: "a bomb hurt four at the memorial service"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import AUXILIARY, DAY, RELATIVE, STRUCTURAL, UNIT

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_FINITE = frozenset(
    {"passive", "active", "intransitive", "joined", "joint", "present", "present_intransitive", "gerund"}
)
_DATED = 4  # words between a harm and its day
_OPENER = 4  # words between "at" and the ceremony
_PHRASE = 9  # words of "during the parade for the regiment's"
_VERB = 3  # words from "has" to a wound
_FRONT = 10  # words of an opening that names one


def is_of_past(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether a word of remembrance makes a harm old: not "during the memorial service", nor what is news."""
    is_period = _is_during(sentence, at) and not _is_of_named_dead(sentence, event)
    return not is_period and not _is_news(sentence, event, at)


def _is_during(sentence: Sentence, at: int) -> bool:
    """As in "during the memorial service", "during the parade for the regiment's centenary"."""
    for probe in range(at - 1, max(-1, at - 1 - _PHRASE), -1):
        if sentence.low[probe] in sentence.rule_words.duration_openers:
            return True
        if sentence.mask[probe] & (AUXILIARY | RELATIVE) or sentence.low[probe] == ",":
            return False
    return False


def _is_news(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "a bomb hurt four at a memorial service on Sunday": what happens at a ceremony is none of its history."""
    words = sentence.rule_words
    if event.entry.is_found and event.entry.head_or_tail:
        return False  # "a soldier of the Great War was reburied on Friday"
    if _is_fronted(sentence, event, at) or _is_now(sentence, event) or _is_of_owner(sentence, event, at):
        return True
    is_old = any(_is_old_year(sentence.low[one]) for one in sentence.numeric)
    if not is_old and _is_homecoming(sentence, event):
        return True
    if is_old or sentence.low[at].endswith(words.past_endings):
        return False
    days = [day for day, roles in enumerate(sentence.mask) if roles & DAY]
    near = [day for day in days if _is_same_clause(sentence, event.at, day)]
    if event.voice in _FINITE and any(event.at < day <= event.at + _DATED for day in near):
        return True
    if event.voice == "reduced" and sentence.mask[min(event.at + 2, sentence.size - 1)] & DAY and near:
        return True  # "laid wreaths for the four men killed on Sunday"
    if not _is_said_of(event) or _is_told_of(sentence, event):
        return False
    if near or _is_beside_sight(sentence, event, at):
        return True
    occasion = [*sentence.low[at].split(" "), *sentence.low[at + 1 : at + 3]]
    is_place = not words.occasion_openers.isdisjoint(sentence.low[max(0, at - _OPENER) : at])
    return (is_place and not words.occasions.isdisjoint(occasion)) or _is_at_what_marks(sentence, event, at)


def _is_of_named_dead(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "during the service the names of the 17 sailors killed were read out": those who are remembered."""
    group = event.group
    after = sentence.low[group.last + 1] if group is not None and group.last < event.at else ""
    if after in sentence.rule_words.person_relatives:
        return True  # "a candle for each of the nine who died"
    return event.voice in {"reduced", "attribute"} and event.group is not None and event.group.is_definite


def _is_at_what_marks(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "At a ceremony marking the regiment's centenary a tent fell and hurt nine": said of the ceremony itself."""
    words = sentence.rule_words
    for probe in range(at - 1, max(-1, at - 1 - _PHRASE), -1):
        if sentence.mask[probe] & (AUXILIARY | RELATIVE) or sentence.low[probe] == ",":
            return False
        if sentence.low[probe] in words.occasions:
            is_place = not words.occasion_openers.isdisjoint(sentence.low[max(0, probe - _OPENER) : probe])
            return is_place and _is_same_clause(sentence, event.at, at)
    return False


def _is_beside_sight(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "a rocket hit the monument and killed three", "was shelled and two died", "a flood in Vietnam killed 12".

    The harm stands in the main clause, what does it is its subject, and the word of remembrance is none of a verb.
    """
    words, group = sentence.rule_words, event.group
    if sentence.low[at] not in words.sights or group is None or not (group.is_counted or group.low == 1):
        return False
    between = range(min(at, event.last) + 1, max(at, event.first))
    if any(_parts(sentence, one) for one in between) or _has_own_verb(sentence, at):
        return False
    if event.voice in {"active", "gerund"}:
        return True
    return not (words.attacking | words.mishaps).isdisjoint(sentence.present)


def _parts(sentence: Sentence, at: int) -> bool:
    """Whether a token opens what is told or says who tells it: "the museum shows how", "the curator recalled"."""
    words, low = sentence.rule_words, sentence.low[at]
    if low in {":", ";"} or low in words.saying or low in words.content_clause_openers:
        return True
    return bool(sentence.mask[at] & RELATIVE) or (low in words.clause_openers and low not in words.time_openers)


def _has_own_verb(sentence: Sentence, at: int) -> bool:
    """As in "the memorial recalls the raid", "the statue honours": what follows the word is its verb in the present."""
    after = sentence.low[at + 1 : at + 2]
    is_word = bool(after) and sentence.is_word(at + 1) and not sentence.mask[at + 1] & STRUCTURAL
    return is_word and after[0].endswith(sentence.rule_words.plural_endings)


def _is_homecoming(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the two fallen gunners were flown home": so many dead who are on their way home have just died."""
    group = event.group
    if group is None or not (group.is_counted or group.low == 1) or event.entry.harm != "killed":
        return False
    return not sentence.rule_words.homecomings.isdisjoint(sentence.low[event.last + 1 :])


def _is_said_of(event: HarmEvent) -> bool:
    """Whether a verb says a harm of its people, or a noun that a verb gives them: "eight suffered fractures"."""
    group = event.group
    is_counted = group is not None and group.is_counted and group.first < event.at
    return event.voice in _FINITE or (event.voice == "noun" and is_counted)


def _is_fronted(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "On the anniversary of independence, gunfire killed a woman": only the day of what is news."""
    if event.voice not in _FINITE or _is_told_of(sentence, event) or not _opens_with_time(sentence):
        return False
    comma = next((probe for probe in range(at, event.first) if sentence.low[probe] == ","), 0)
    return at < _FRONT and 0 < comma < event.first


def _opens_with_time(sentence: Sentence) -> bool:
    """As in "On the anniversary", "Hours after the town had remembered", "Less than a day after"."""
    openers = sentence.rule_words.date_openers
    if sentence.low[0] in openers:
        return True
    near = range(1, min(_OPENER, sentence.size))
    return any(sentence.low[at] in openers and sentence.mask[at - 1] & UNIT for at in near)


def _is_of_owner(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the museum's night guard paid with his life": of somebody who belongs to what remembers."""
    is_owner = sentence.low[at + 1 : at + 2] and sentence.low[at + 1] in sentence.rule_words.possessive_marks
    group = event.group
    return (
        bool(is_owner) and group is not None and at < group.first <= at + _OPENER and not _is_told_of(sentence, event)
    )


def _is_now(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "they scrawled on the war memorial and struck a watchman, whose jaw is broken": how somebody is today."""
    words, before = sentence.rule_words, sentence.low[max(0, event.at - _VERB) : event.at]
    if event.entry.harm != "injured" or event.voice not in {"passive", "noun"}:
        return False
    now = words.present_be if event.voice == "passive" else words.present_have
    return not now.isdisjoint(before[-1:] if event.voice == "passive" else before)


def _is_old_year(low: str) -> bool:
    return len(low) == 4 and low.isdecimal() and low[:2] in {"17", "18", "19"}


def _is_told_of(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a harm stands in a relative clause: "the men who died", "the bomb that killed two"."""
    first = event.group.last + 1 if event.group is not None and event.group.last < event.at else event.at - 1
    return any(sentence.mask[at] & RELATIVE for at in range(max(0, first), event.at))


def _is_same_clause(sentence: Sentence, one: int, other: int) -> bool:
    """Whether nothing between two tokens opens another clause: no "when", "who", "said"."""
    low, high = min(one, other) + 1, max(one, other)
    words = sentence.rule_words
    return not sentence.is_cut_off(low, high) and not any(
        sentence.mask[at] & RELATIVE or sentence.low[at] in words.saying or sentence.low[at] in words.clause_openers
        for at in range(low, high)
    )


def happens_at_occasion(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "During the two minutes' silence a cadet broke her nose": what befalls somebody at a ceremony, now."""
    words, group = sentence.rule_words, event.group
    if group is None or event.voice not in _FINITE or sentence.low[0] not in words.occasion_openers:
        return False
    is_new = not group.is_definite and not group.is_pronoun
    return (
        is_new and not words.occasions.isdisjoint(sentence.low[:_FRONT]) and _is_same_clause(sentence, 0, group.first)
    )
