"""Harm of a longer time than one event: the toll of a war, of a year, what somebody has done so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.annotations import OF_OBJECTS, RUNNING
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.month_days import is_inserted, past_doing
from watcher.detect.words.tokens import (
    ADVERB,
    BARRIER,
    BE,
    CONJUNCTION,
    DAY,
    DEFINITE,
    DETERMINER,
    HAVE,
    MONTH,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    is_month,
)

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_POSSESSIVE = ROLES["possessives"]
LONG_AGO = 1970  # a year before this is history for any release that a feed still holds
_OPENING = 12  # words: a year in the first of them dates the whole sentence
CAMPAIGN = 2000  # people: "thousands" die in a war, not in one event
_FINITE = frozenset({"passive", "active", "intransitive", "joined", "joint"})
_TRIED = 7  # words of "the trial of the young man"
_YEAR_DIGITS = 4
_COMPARED = 7  # words from "deadliest" to "since"
_SPAN = 7  # words between "in" and "years"
_DATED = 5  # words between a harm and its day
_SIGNS = frozenset(";:")
_CLAUSE_SIGNS = frozenset(";:,")
_QUOTES = frozenset('"”’')
_PERIOD = 5  # words from "since" to what began then
_SENTENCED = 4  # words from "jailed" to its year
_FULL = 3  # words of "March 3,"
_BEGUN = 9  # words from "since" to the day when it began


def is_record(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "an organisation that has killed thousands": what somebody has done so far, not this event."""
    if event.group is not None and event.group.kind == "vague" and (event.group.low or 0) >= CAMPAIGN:
        return True
    if _is_of_war(sentence, event):
        return True
    if event.voice != "active" or event.at < 2:
        return False
    return bool(sentence.mask[event.at - 1] & HAVE) and bool(sentence.mask[event.at - 2] & RELATIVE)


def _is_of_war(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the war has cost 35,000 lives", "9,000 have died in the insurgency": so many so far, and on no day."""
    wars = sentence.rule_words.wars
    if wars.isdisjoint(sentence.present) or sentence.roles & DAY or not sentence.roles & HAVE:
        return False
    verb = event.at - 1
    while verb > 0 and sentence.mask[verb] & (ADVERB | BE):
        verb -= 1
    group = event.group
    verb = group.first - 2 if event.voice == "lives" and group is not None else verb  # "has cost 35,000 lives"
    if verb < 0 or not any(roles & HAVE for roles in sentence.mask[max(0, verb - 1) : verb + 1]):
        return False
    begin = max((at for at in range(event.at) if sentence.low[at] in _SIGNS), default=-1)
    end = next((at for at in range(event.at, sentence.size) if sentence.low[at] in _SIGNS), sentence.size)
    return not wars.isdisjoint(sentence.low[begin + 1 : end])


def is_since(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "combat losses from 24.02.22 to 16.06.25", "since February": a toll of the war, not of the day."""
    if _opens_period(sentence, event) or _is_since_when(sentence, event) or _is_of_span(sentence, event):
        return True
    if event.voice != "toll":
        return False
    ends = [
        at
        for at in range(event.at + 1, min(event.at + 12, sentence.size - 1))
        if sentence.low[at] in sentence.rule_words.start_openers
    ]
    return any(sentence.low[at + 1].count(".") > 1 or is_month(sentence, at + 2) for at in ends)


def names_long_time(sentence: Sentence, tokens: range) -> bool:
    """Whether some tokens name a longer time: "since 1 January", "for the season", "so far this year".

    Not "since the raid began at dawn": that is the news itself.
    """
    words, present = sentence.rule_words, sentence.present
    has_cue = bool(sentence.cues) and any(cue.effect == "background" for _, cue in sentence.cues)
    if not has_cue and words.long_periods.isdisjoint(present) and sentence.lexicon.since.isdisjoint(present):
        return False
    for at in tokens:
        low = sentence.low[at]
        if low in words.long_periods or _is_period(sentence, at):
            return True
        if low in sentence.lexicon.since and _begins_long_ago(sentence, at):
            return True
    return False


def _is_period(sentence: Sentence, at: int) -> bool:
    """As in "so far this year", "during the campaign": a cue that makes what stands before it background."""
    return any(cue.effect == "background" and cue.direction == "backward" for cue in sentence.words[at].cues)


def _is_of_person(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "an airman missing since 2 May was found dead", "who has served since March, died": so long he was there.

    So is "The company, deployed since March, lost two on Monday": a day by itself, and no perfect tense.
    """
    group, state = event.group, sentence.words[at - 1].harm if at else None
    if state is not None and state.harm in {"missing", "captured"} and event.at != at - 1:
        return True  # "missing since May, has been declared dead"
    if at < event.at and _is_dated(sentence, event) and not _is_perfect(sentence, event):
        return True
    if group is None or not group.last < at < event.at:
        return False
    between = range(group.last + 1, at)
    if any(sentence.mask[one] & RELATIVE for one in between):
        return True
    is_said = any(sentence.is_word(one) and not sentence.mask[one] & (STRUCTURAL | ADVERB) for one in between)
    return is_said and not any(sentence.mask[one] & HAVE for one in range(group.last + 1, event.at))


def _is_since_when(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the first attack since 3 May, when a bomb killed six": the harm is of the day from which one counts."""
    words, since = sentence.rule_words, sentence.lexicon.since
    if since.isdisjoint(sentence.present) or words.time_relatives.isdisjoint(sentence.present):
        return False
    at = next(at for at, low in enumerate(sentence.low) if low in since)
    before = sentence.low[max(0, at - _COMPARED) : at]
    if not any(low in words.sequence_adjectives or low.endswith(words.comparison_endings) for low in before):
        return False
    when = next((one for one in range(at, event.at) if sentence.low[one] in words.time_relatives), 0)
    return 0 < when <= at + _DATED and not any(
        sentence.mask[one] & DAY or sentence.low[one] == ";" for one in range(at, event.at)
    )


def is_of_next_clause(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the storm killed four, and 300 homes have been lost since May": the time after a harm is of what follows.

    The clause after a joint has a verb of its own, or counts: "with the number captured since May at 61".
    """
    words, first = sentence.rule_words, max(event.at, event.last) + 1
    joints = [one for one in range(first, at) if sentence.mask[one] & CONJUNCTION or sentence.low[one] in _CLAUSE_SIGNS]
    for joint in joints:
        clause = range(joint + 1, at)
        if any(not words.counting_nouns.isdisjoint(sentence.low[one].split(" ")) for one in clause):
            return True
        is_clause = sentence.low[joint] != "," and any(sentence.mask[one] & (BE | HAVE) for one in clause)
        if is_clause and not _is_perfect(sentence, event):
            return True
    return False


def _is_perfect(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "have been killed", "has lost": what has been so up to now."""
    begin = event.at
    while begin > 0 and sentence.mask[begin - 1] & (ADVERB | BE | HAVE):
        begin -= 1
    return any(roles & HAVE for roles in sentence.mask[begin : event.at])


def _begins_long_ago(sentence: Sentence, since: int) -> bool:
    """As in "since 1 January", "since 2019", "since the start of the operation"."""
    words, after = sentence.rule_words, range(since + 1, min(sentence.size, since + _PERIOD))
    is_phrase = " " in sentence.low[since] and sentence.words[since].cues != ()  # "since january"
    is_year = any(len(sentence.low[at]) == _YEAR_DIGITS and sentence.low[at].isdecimal() for at in after[:2])
    if is_year or sentence.mask[min(since + 1, sentence.size - 1)] & MONTH:
        return True
    if is_phrase or _is_of_today(sentence, since):
        return not _is_of_today(sentence, since)  # "since the truce took effect on Sunday"
    return any(sentence.low[at] in words.period_starts for at in after) or _has_begun(sentence, since)


def is_latest(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "With the death of Constable Roe, nineteen have fallen since July", "Roe's death brings to 19 the number".

    The last of many is the news, though the sentence counts those of a longer time.
    """
    words, after = sentence.rule_words, event.last + 1
    if _brings_to_number(sentence, event):
        return True
    later = _later(sentence, event)
    if not later:
        return False  # no count of its harm follows
    if any(RUNNING in one.rules for one in later) and not names_long_time(sentence, range(event.at)):
        return True  # not "Since May 91 have died, against 140 in the same period of last year"
    if _is_before_count(sentence, event):
        return True
    if event.voice not in {"noun", "attribute", "gerund"} or not 0 < after < sentence.size:
        return False
    if sentence.low[0] in words.latest_openers:
        after = next((at for at in range(after, sentence.size) if sentence.low[at] == ","), sentence.size)
    elif sentence.low[after] not in words.reckoning:
        return False
    return any(one.first > after for one in later)


def _brings_to_number(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "two further deaths on Tuesday bring this year's total to 40": the verb and its number follow the noun."""
    if event.voice != "noun":
        return False
    near = range(event.last + 1, min(sentence.size, event.last + 1 + _DATED))
    verb = next((at for at in near if sentence.low[at] in sentence.rule_words.reckoning), sentence.size)
    return any(first > verb for first in sentence.quantities)


def _later(sentence: Sentence, event: HarmEvent) -> list[HarmEvent]:
    return [one for one in sentence.events if one.first > event.last and one.entry.harm == event.entry.harm]


def _is_before_count(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "A guard was shot on Monday, taking the number of guards killed since May to nine"."""
    words = sentence.rule_words
    for at in range(event.last + 1, sentence.size - 1):
        if sentence.low[at] in sentence.lexicon.since or any(
            cue.effect == "background" for cue in sentence.words[at].cues
        ):
            return False
        if sentence.low[at] in _CLAUSE_SIGNS or sentence.mask[at] & CONJUNCTION:
            near = {part for low in sentence.low[at + 1 : at + 1 + _DATED] for part in low.split(" ")}
            if not near.isdisjoint(words.counting_nouns):
                return any(one.first > at for one in _later(sentence, event))
    return False


def is_of_long_count(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "two were hurt, and the count for the year climbs to 31": what a clause counts of a longer time."""
    group, words = event.group, sentence.rule_words
    if group is None or not group.is_counted or event.voice != "toll":
        return False
    if not any(low.partition(" ")[0] in words.counting_nouns for low in sentence.present):
        return False
    begin = group.first
    while begin > 0 and sentence.low[begin - 1] not in _CLAUSE_SIGNS:
        begin -= 1
    clause = {part for low in sentence.low[begin : group.last + _DATED] for part in low.split(" ")}
    return not (words.long_periods.isdisjoint(clause) or words.counting_nouns.isdisjoint(clause))


def is_of_second(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "It is the second attack on the post; in February four soldiers were killed there.": the one before."""
    words = sentence.rule_words
    if not sentence.roles & MONTH or words.sequence_adjectives.isdisjoint(sentence.present):
        return False
    sign = next((at for at in range(event.at) if sentence.low[at] in _SIGNS), 0)
    ordinals = [at for at in range(1, sign) if sentence.low[at] in words.sequence_adjectives]
    is_again = any(
        low.partition(" ")[0] in words.events for at in ordinals for low in sentence.low[at + 1 : at + _PERIOD - 1]
    )
    return is_again and any(sentence.mask[at] & MONTH for at in range(sign, event.at))


def _opens_period(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "has lost 200 men since March", "since it began"; not "the worst since 2009", "missing since May"."""
    words, since = sentence.rule_words, sentence.lexicon.since
    if since.isdisjoint(sentence.present):
        return False
    at = next(at for at, low in enumerate(sentence.low) if low in since)
    is_state = event.entry.harm in {"missing", "captured"} and event.voice not in OF_OBJECTS  # "missing since May"
    if is_state or sentence.is_cut_off(*sorted((at, event.at))):
        return False
    if any(low in words.saying for low in sentence.low[at : event.at]):
        return False  # "an observer at the fort since May, said that nobody was hurt"
    if any(low.endswith(words.comparison_endings) for low in sentence.low[max(0, at - _COMPARED) : at]):
        return False
    if _is_one_of_row(sentence, event):
        return False  # "the first officer to die since 2011"
    if is_of_next_clause(sentence, event, at) or _is_of_person(sentence, event, at):
        return False
    return _begins_long_ago(sentence, at)


def _is_first(day: str) -> bool:
    """As in "since 1 January", "since May 1st": a month, or a year, and no day of an event."""
    return day.startswith("1") and not day[1:2].isdecimal()


def _has_begun(sentence: Sentence, since: int) -> bool:
    """As in "since the fighting broke out in April": the month in which a period began."""
    words = sentence.rule_words
    for at in range(since + 1, min(sentence.size, since + _BEGUN)):
        if sentence.low[at] in _CLAUSE_SIGNS or any(event.at == at for event in sentence.events):
            return False
        if is_month(sentence, at):
            day, after = sentence.low[at - 1], sentence.low[at + 1 : at + 2]
            if day in words.genitive:
                day = sentence.low[at - 2]  # "since the 1st of May"
            is_first = _is_first(day) or any(map(_is_first, after))
            is_dated = bool(after) and after[0].isdecimal() and len(after[0]) == _YEAR_DIGITS
            return is_first or is_dated or not day[0].isdecimal()  # "since 3 May" is a day
    return False


def _is_one_of_row(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the third climber": one of many, and the last of them."""
    group = event.group
    if group is None or group.low != 1:
        return False
    return not sentence.rule_words.sequence_adjectives.isdisjoint(sentence.low[group.first : group.last + 1])


def _is_of_today(sentence: Sentence, since: int) -> bool:
    """As in "since the shelling began on Thursday", "since the raid started at dawn": the news itself, no long time."""
    words = sentence.rule_words
    for at in range(since + 1, min(sentence.size, since + _BEGUN)):
        if sentence.low[at] in _CLAUSE_SIGNS:
            return False
        is_hour = sentence.low[at].rpartition(" ")[2] in words.times_of_day and sentence.mask[at - 1] & PREPOSITION
        if sentence.mask[at] & DAY or is_hour:
            return True
    return False


def is_in_court(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "was sentenced for the bombing of 3 March 2019, which killed 14": with a full date a court looks back.

    One that is only ordered looks into the news, and what an inquiry judges today is news.
    """
    if event.entry.harm == "captured":
        return False
    if not sentence.rule_words.sentencing.isdisjoint(sentence.present) and _is_of_sentenced(sentence, event):
        return True
    if sentence.rule_words.courts.isdisjoint(sentence.present):
        return False
    if _is_of_tried(sentence, event):
        return True
    if any(cue.effect in {"under_review", "assessed"} for _, cue in sentence.cues):
        return False
    years = [at for at in sentence.numeric if len(sentence.low[at]) == _YEAR_DIGITS and sentence.low[at].isdecimal()]
    dated = [at for at in years if any(roles & MONTH for roles in sentence.mask[max(0, at - _FULL) : at])]
    return any(_dates(sentence, event, at) for at in dated)


def _is_of_tried(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the trial of the man who killed his wife": what somebody did before whom a court speaks of."""
    words = sentence.rule_words
    opener = next((at for at in range(event.at, 0, -1) if sentence.low[at] in words.person_relatives), 0)
    before = sentence.low[max(0, opener - _TRIED) : opener]
    if not opener or event.voice not in OF_OBJECTS or words.genitive.isdisjoint(before):
        return False
    return not words.courts.isdisjoint(before[: before.index(next(low for low in before if low in words.genitive))])


def _is_of_sentenced(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "a man who killed a cyclist has been jailed": what somebody did who has now been sentenced for it."""
    words, after = sentence.rule_words, range(event.last + 1, sentence.size)
    verb = next((at for at in after if sentence.low[at] in words.sentencing), -1)
    if verb < 0 or not sentence.mask[verb - 1] & BE:
        return False
    opener = next((at for at in range(event.at, 0, -1) if sentence.low[at] in words.person_relatives), 0)
    return opener > 0 and event.voice in OF_OBJECTS and not any(sentence.low[at] == ";" for at in range(opener, verb))


def year_of(sentence: Sentence, event: HarmEvent) -> int:
    """As in "during 2017", "in 2009": a year without a month is a period or a past, no event; else 0."""
    for at in [at for at in sentence.numeric if len(sentence.low[at]) == _YEAR_DIGITS]:
        is_since = sentence.low[at - 1] in sentence.lexicon.since
        if is_since and _is_one_of_row(sentence, event):
            continue  # "the first officer to die since 2011"
        if _is_year(sentence, at) and _dates(sentence, event, at):
            return int(sentence.low[at])
    return 0


def _is_year(sentence: Sentence, at: int) -> bool:
    """Whether a number is a year after a preposition, or an old one after its month."""
    low = sentence.low[at]
    if not at or not low.isdecimal() or low[:2] not in {"17", "18", "19", "20"}:
        return False
    before = sentence.low[at - 1]
    if sentence.mask[at - 1] & MONTH:
        return int(low) < LONG_AGO
    if before in sentence.rule_words.genitive:  # "the great fire of 1922"
        return at > 1 and sentence.low[at - 2] in sentence.rule_words.dated_nouns
    return before in sentence.rule_words.bare_year_openers


def _is_of_another(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the witness to the 2016 shooting was stabbed": the year tells which shooting, not when he was."""
    opener = at - 2
    if opener < 1 or not event.at > at or event.voice not in _FINITE or not sentence.mask[at - 1] & DEFINITE:
        return False
    is_before = sentence.mask[opener] & PREPOSITION or "," in sentence.low[at : event.at]  # "had marked the 1998 fire,"
    if not is_before or not sentence.is_word(opener - 1):
        return False
    return not any(roles & (RELATIVE | BARRIER) for roles in sentence.mask[at + 1 : event.at])


def _dates(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether a year says when an event's harm was: no other harm or clause stands between them."""
    words = sentence.rule_words
    if _is_of_another(sentence, event, at):
        return False
    if event.entry.is_found and int(sentence.low[at]) < LONG_AGO:
        return True  # "the remains of Cpl. Roe, missing since a battle in 1944"
    if at < event.at and any(sentence.mask[probe] & DAY for probe in range(at + 1, event.at)):
        return False  # "nobody had died since 2014, until on Monday a mine killed two"
    if at < event.at and not words.sentencing.isdisjoint(sentence.low[max(0, at - _SENTENCED) : at]):
        return False  # "a gunman who had been jailed in 2010 killed three people"
    if not words.time_relatives.isdisjoint(sentence.low[at + 1 : at + 3]):
        is_was = bool(sentence.mask[at - 2] & BE)  # "the last fatal crash was in 2008, when two died"
        return event.at > at or is_was or int(sentence.low[at]) < LONG_AGO
    first, last = min(at, event.at), max(at, event.at)
    if is_inserted(sentence, at, first, last) or _is_of_now(sentence, at, event.at):
        return False
    compared = [
        low for low in sentence.low[max(0, at - 4) : at] if low.endswith(words.comparison_endings) or low == ","
    ]
    if compared and compared[-1] != ",":  # "the first since 2009"; not "the first, in 2016, killed two"
        return False
    if at > event.at and any(sentence.words[probe].harm is not None for probe in range(first + 1, last)):
        return False
    return at < min(_OPENING, event.at) or not sentence.is_cut_off(past_doing(sentence, first), last)


def _is_of_now(sentence: Sentence, at: int, harm: int) -> bool:
    """As in "in 2019 this coast lost 31; in the storm of this week it lost none": a time of now after the sign."""
    sign = next((probe for probe in range(at, harm) if sentence.low[probe] in _SIGNS), harm)
    words, firsts = sentence.rule_words, {low.partition(" ")[0] for low in sentence.low[sign:harm]}
    return not (words.now_words.isdisjoint(firsts) and words.this.isdisjoint(firsts))


def _is_of_span(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "in eleven years of mine clearing it has lost nine", "killed 19 over the whole season"."""
    words = sentence.rule_words
    if words.span_units.isdisjoint(sentence.present) or event.entry.harm in {"missing", "captured"}:
        return False
    for unit in [at for at, low in enumerate(sentence.low) if low in words.span_units]:
        opener = _span_opener(sentence, unit)
        if opener >= 0 and not _is_other_span(sentence, event, opener, unit):
            return True
    return False


def _span_opener(sentence: Sentence, unit: int) -> int:
    """The preposition of a time of some length: "over the past ten", "in the whole"; or -1."""
    words = sentence.rule_words
    is_long = sentence.low[unit] in words.plural_units
    for at in range(unit - 1, max(-1, unit - 1 - _SPAN), -1):
        low = sentence.low[at]
        if low in words.span_openers:
            is_long |= low in words.throughout_openers and at < unit - 1
            is_more = at > 0 and sentence.mask[at - 1] & PREPOSITION  # "for over 20 years"
            return at if is_long and not is_more else -1
        is_long |= low in words.whole
        if not _is_of_length(sentence, at) or (low in words.genitive and sentence.low[unit] not in words.plural_units):
            return -1  # "in the first half of the year" is the time of a report
    return -1


def _is_of_length(sentence: Sentence, at: int) -> bool:
    """Whether a token can stand between the preposition and its years: "the", "past", "more than two"."""
    words, word, low = sentence.rule_words, sentence.words[at], sentence.low[at]
    if sentence.mask[at] & (DETERMINER | ADVERB | _POSSESSIVE | CONJUNCTION) or low in words.whole or low.isdecimal():
        return True
    is_number = word.number is not None or word.quantity is not None or bool(word.bound)
    return is_number or low in words.genitive or low in words.time_adjectives


def _is_other_span(sentence: Sentence, event: HarmEvent, opener: int, unit: int) -> bool:
    """Whether a time of some length is not that of a harm: "the first in two years", "in two years' time", "of age"."""
    words, after = sentence.rule_words, unit + 1
    before = sentence.low[max(0, opener - _COMPARED) : opener]
    if any(low in words.sequence_adjectives or low.endswith(words.comparison_endings) for low in before):
        return True
    follow = sentence.low[after] if after < sentence.size else ""
    if follow in words.span_ends or follow in words.possessive_marks or follow.endswith(words.past_endings):
        return True
    is_noun = opener > 0 and sentence.low[unit] not in words.plural_units and _is_plain(sentence, after)
    is_noun |= any(sentence.low[at] in _QUOTES for at in range(unit + 1, event.at))  # '"In 30 years …", said …'
    return is_noun or _is_dated(sentence, event) or sentence.is_cut_off(*sorted((unit, event.at)))


def _is_plain(sentence: Sentence, at: int) -> bool:
    """Whether a noun goes on at a token: "over the winter storm"."""
    if at >= sentence.size or not sentence.is_word(at) or sentence.mask[at] & (STRUCTURAL | ADVERB):
        return False
    return sentence.words[at].harm is None and sentence.words[at].people is None and not sentence.is_capital(at)


def _is_dated(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "two were hurt on Monday": the day is the harm's own."""
    return any(sentence.mask[at] & DAY for at in range(event.at, min(sentence.size, event.at + _DATED)))
