"""Claims about events of long ago: what follows "lost in a storm in 1976" is as old as that.

A claim is about the past where its own sentence names no recent day and a sentence shortly before it names an old year,
or one of the first sentences speaks of a ceremony. What a text dates long before its publication, what a memorial's
title announces and what somebody tells of their own life are no news either.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.occasions import happens_at_occasion
from watcher.detect.words.finder import Finder
from watcher.detect.words.lexicon import ROLES, either, once_per_vocabulary
from watcher.detect.words.periods import year_of
from watcher.detect.words.tokens import DAY, MONTH, is_month
from watcher.detect.words.whole_words import whole_words

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.lexicon import Lexicon
    from watcher.detect.words.tokens import Sentence
    from watcher.detect.words.whole_words import Sought
    from watcher.model.claim import Claim


_BACK = 2  # sentences before a claim that can make it old
_LEAD = 2  # sentences that say what a release is about
_REACH = 8  # sentences that a ceremony in the first ones reaches
_LONG_AGO = 1980  # a year before this is no news
_SHORT = 4  # letters: names of days that are no longer say nothing
_OPENING = 20  # characters: what makes a number a year stands so near before it
_CLAUSE = 45  # characters: whose year it is stands so near before it
_STORY, _FEWEST = 0.004, 5  # words of a person's own life: by character (one in forty words), and besides that
_DATE = 3  # tokens from a month to its day: "Oct. 6"
_TOLD = frozenset({"asserted", "alleged"})
_YEAR_NUMBER = re.compile(r"(?:19|20)\d\d")
_YEAR = re.compile(r"1[5-9]\d\d(?![\w-])")


def mark_past_events(document: Document) -> None:
    """Mark as historical the asserted claims about events of long ago."""
    past = document.holding([match.start() for match in _old_years(document.low, document.lexicon)])
    is_memorial = _is_memorial(document)
    has_ceremony = is_memorial or _opens_with_ceremony(document)
    _commemorate_years(document)
    if not past and not has_ceremony:
        return
    for event in document.events:
        number, claim = event.sentence, event.claim
        is_open = claim.stance == "asserted" and not claim.is_background and event.voice != "verdict"
        is_reached = is_memorial or (has_ceremony and 0 < number <= _REACH)
        is_near = is_reached or not past.isdisjoint(range(number - _BACK, number))
        is_now = _names_day(document, number) or happens_at_occasion(document.sentence(number), event)
        if is_open and is_near and not is_now:
            rules = (*claim.rules, "remembered before")
            event.claim = replace(claim, stance="historical", is_background=False, rules=rules)


def _commemorate_years(document: Document) -> None:
    """As in "Flowers were laid. There, in 1991, four cadets died.": a bare year in a text of remembrance."""
    told = [event for event in document.events if event.claim.stance == "asserted"]
    dated = [event for event in told if event.claim.is_background and _is_of_year(document, event)]
    is_remembered = bool(dated) and _remembers(document)
    dated = [event for event in dated if not _has_news(document, event.sentence)] if is_remembered else []
    if not dated and document.may_hold(_namings(document.lexicon.vocabulary)):
        dated = [event for event in told if _is_namesake(document, event)]
    for event in dated:
        rules = (*event.claim.rules, "remembered before")
        event.claim = replace(event.claim, stance="historical", is_background=False, rules=rules)


def _is_of_year(document: Document, event: HarmEvent) -> bool:
    """As in "in 1987, twelve died", and no day of now."""
    sentence = document.sentence(event.sentence)
    year = year_of(sentence, event)
    published = document.context.published
    is_before = published is None or year < published.year
    return year > 0 and is_before and not _names_day(document, event.sentence)


def _is_namesake(document: Document, event: HarmEvent) -> bool:
    """As in "Sgt. Roe died on April 17, 2007. The gym bears his name.": one person, a year, what is named so."""
    group, number = event.group, event.sentence
    if group is None or group.high != 1 or number + 1 >= len(document.spans):
        return False
    sentence, published = document.sentence(number), document.context.published
    years = [int(sentence.low[at]) for at in sentence.numeric if _YEAR_NUMBER.fullmatch(sentence.low[at])]
    if not years or (published is not None and max(years) >= published.year) or _names_day(document, number):
        return False
    end = document.spans[number][1]
    after = document.low[end : document.spans[min(number + _LEAD, len(document.spans) - 1)][1]]
    return _namings(document.lexicon.vocabulary).pattern.search(after) is not None


@once_per_vocabulary
def _namings(vocabulary: Vocabulary) -> Sought:
    return whole_words(vocabulary.rule_words.namings)


def _remembers(document: Document) -> bool:
    """Whether one of the first sentences speaks of a ceremony or a place of memory."""
    end = document.spans[min(_LEAD, len(document.spans)) - 1][1]
    return document.says(_commemorations(document.lexicon.vocabulary), 0, end)


@once_per_vocabulary
def _commemorations(vocabulary: Vocabulary) -> Sought:
    return whole_words(vocabulary.rule_words.commemorations)


def mark_headline(document: Document) -> None:
    """As in "Mission has lost 11 peacekeepers" over "Eleven peacekeepers have died since January": the same count."""
    for event in document.events:
        claim = event.claim
        is_head = event.sentence == 0 and claim.stance == "asserted" and not claim.is_background
        if is_head and claim.bounds != (None, None) and _is_counted_since(document, event):
            event.claim = replace(claim, is_background=True, rules=(*claim.rules, "campaign totals"))


def _is_counted_since(document: Document, headline: HarmEvent) -> bool:
    """Whether the text below a headline gives its number for a longer time, and for no day."""
    _, end = document.spans[0]
    if document.text[end - 1] in ".!?" or "\n" not in document.text[end : end + 1]:
        return False
    same = [
        one.claim
        for one in document.events
        if one.sentence > 0 and (one.claim.harm, one.claim.bounds) == (headline.claim.harm, headline.claim.bounds)
    ]
    return bool(same) and all(one.is_background for one in same)


def mark_other_months(document: Document) -> None:
    """Make background of what a bare month dates after the news of a day: "one died on Monday. In March four died"."""
    told = [event for event in document.events if event.claim.stance in _TOLD and not event.claim.is_background]
    for event in told:
        if event.claim.stance == "asserted" and _is_before_news(document, event):
            event.claim = replace(event.claim, is_background=True, rules=(*event.claim.rules, "another month"))
    if len({event.sentence for event in told}) < 2:
        return
    dated = next((one.sentence for one in told if _names_day(document, one.sentence)), None)
    if dated is None or _names_month_only(document.sentence(dated)):
        return
    for event in told:
        is_later = event.sentence > dated and event.claim.stance == "asserted"
        if (
            is_later
            and _names_month_only(document.sentence(event.sentence))
            and not _names_day(document, event.sentence)
        ):
            event.claim = replace(event.claim, is_background=True, rules=(*event.claim.rules, "another month"))


def _is_before_news(document: Document, event: HarmEvent) -> bool:
    """As in "A fire killed two in May. Yesterday's fire hurt nobody.": a month, before what a day has done."""
    if not _names_month_only(document.sentence(event.sentence)) or _names_day(document, event.sentence):
        return False
    after = {one.sentence for one in document.events if one.sentence > event.sentence and not one.claim.is_background}
    return any(_names_day(document, number) and _is_of_day(document.sentence(number)) for number in after)


def _is_of_day(sentence: Sentence) -> bool:
    """As in "Yesterday's fire", "Nobody was hurt on Monday": what a day did by itself, or that it did nothing."""
    marks = sentence.rule_words.possessive_marks
    owners = [at for at in range(sentence.size - 1) if sentence.mask[at] & DAY and sentence.low[at + 1] in marks]
    return bool(owners) or any(event.group is not None and event.group.is_nobody for event in sentence.events)


def set_apart_old_dates(document: Document) -> None:
    """Make background of what another sentence dates by a month and year, or years ago, beside the news of a day.

    As in "In September 2019 an explosion injured nine. Saturday's fire injured one." A text that has nothing newer to
    say of anybody only remembers what was years ago.
    """
    if len({event.sentence for event in document.events}) < 2:
        return
    for event in document.events:
        is_ago = event.claim.stance == "historical" and _is_only_ago(document.sentence(event.sentence))
        is_told = event.claim.stance in _TOLD and not event.claim.is_background
        if (is_ago and _has_news(document, event.sentence)) or (
            is_told and _names_year(document, event.sentence) and _others_name_day(document, event.sentence)
        ):
            rules = (*event.claim.rules, "another date")
            stance = "asserted" if is_ago else event.claim.stance
            event.claim = replace(event.claim, stance=stance, is_background=True, rules=rules)


def _is_only_ago(sentence: Sentence) -> bool:
    """Whether nothing but "years ago" makes a sentence old."""
    cues = {at for at, cue in sentence.cues if cue.effect == "historical"}
    endings = sentence.rule_words.past_endings
    is_today = any(roles & ROLES["relative_day"] for roles in sentence.mask)  # "ten years ago today"
    return bool(cues) and not is_today and all(sentence.low[at].endswith(endings) for at in cues)


def _has_news(document: Document, number: int) -> bool:
    """Whether another sentence claims or denies something of now."""
    return any(
        one.sentence != number
        and not one.claim.is_background
        and one.claim.stance not in {"historical", "hypothetical"}
        for one in document.events
    )


def _others_name_day(document: Document, number: int) -> bool:
    """Whether another sentence dates what it claims or denies by a day of this week."""
    return any(one.sentence != number and _names_day(document, one.sentence) for one in document.events)


def _names_year(document: Document, number: int) -> bool:
    """As in "in September 2019", "on 3 May 2019", and no day of this week."""
    sentence = document.sentence(number)
    if not sentence.roles & MONTH or _names_day(document, number):
        return False
    months = [at for at, roles in enumerate(sentence.mask) if roles & MONTH and is_month(sentence, at)]
    return any(_YEAR_NUMBER.fullmatch(low) for at in months for low in sentence.low[at + 1 : at + 1 + _DATE])


def _names_month_only(sentence: Sentence) -> bool:
    """As in "in March", "in early May", "last June": a month without its day."""
    if not sentence.roles & MONTH:
        return False
    openers = sentence.rule_words.bare_year_openers
    for at in [at for at, roles in enumerate(sentence.mask) if roles & MONTH and at]:
        if openers.isdisjoint(sentence.low[max(0, at - 2) : at]) or not is_month(sentence, at):
            continue
        is_dated = any(low[0].isdecimal() for low in sentence.low[at - 1 : at + _DATE])
        if not is_dated and sentence.is_capital(at):
            return True
    return False


def mark_old_events(document: Document) -> None:
    """Make background of what the text dates long before its publication, and history where it commemorates.

    An assessment, an admission, a review and a denial are the publisher's news of today, however old their event is.
    """
    published = document.context.published
    if published is None:
        return
    first_new_day = _first_new_day(document, published)
    is_old = [bool(claim.event_to) and claim.event_to < first_new_day for claim in document.claims]
    if any(is_old):
        title = document.context.title
        is_commemorating = _is_memorial(document) or _opens_with_ceremony(document) or _is_ceremony(document, title)
        admitted = _admissions(document.lexicon.vocabulary)
        document.claims = tuple(
            _of_old(claim, is_commemorating=is_commemorating)
            if old and claim.stance in _TOLD and (is_commemorating or not admitted.search(claim.sentence.lower()))
            else claim
            for claim, old in zip(document.claims, is_old, strict=True)
        )


@once_per_vocabulary
def _admissions(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What says that the publisher admits or finds something: "acknowledged that a strike in June killed three"."""
    return re.compile(rf"\b(?:{either(vocabulary.rule_words.admissions)})\b")


def mark_told_stories(document: Document) -> None:
    """Make background of what somebody tells of their own life, unless it is dated near or opens the text.

    A story of a childhood or a recovery has deaths and wounds in plain past tense that no publisher reports.
    """
    events = [event for event in document.events if not event.repeats]
    if all(event.sentence < _LEAD for event in events):
        return
    if document.life_words <= _STORY * len(document.low) + _FEWEST:
        return
    document.claims = tuple(
        replace(claim, is_background=True, rules=(*claim.rules, "told as a story"))
        if claim.stance in _TOLD and event.sentence >= _LEAD and not _is_dated_near(document, claim)
        else claim
        for event, claim in zip(events, document.claims, strict=True)
    )


def _is_dated_near(document: Document, claim: Claim) -> bool:
    """Whether the text dates a claim, and not long before its publication where that is known."""
    published = document.context.published
    if published is None or not claim.event_to:
        return bool(claim.date_raw)
    return claim.event_to >= _first_new_day(document, published)


def _first_new_day(document: Document, published: datetime) -> str:
    """The first day (ISO 8601) whose events are news in what is published then."""
    return (published.date() - document.context.old_after).isoformat()


def _is_memorial(document: Document) -> bool:
    """Whether the title says that a release commemorates, and names nobody who was killed now."""
    title = document.context.title.lower()
    if not title:
        return False
    words = document.lexicon.rule_words.memorial_titles
    return any(word in title for word in words) and not document.lexicon.harms.starts(title)


def _of_old(claim: Claim, *, is_commemorating: bool) -> Claim:
    rules = (*claim.rules, "dated old")
    if is_commemorating:
        return replace(claim, stance="historical", is_background=False, rules=rules)
    return replace(claim, is_background=True, rules=rules)


def _is_ceremony(document: Document, words: str) -> bool:
    return bool(document.lexicon.ceremony.starts(words.lower()))


def _opens_with_ceremony(document: Document) -> bool:
    """Whether one of the first sentences speaks of a ceremony, and not of who came to harm at one."""
    if not document.may_hold(document.lexicon.ceremony):
        return False
    told = {event.sentence for event in document.events if event.claim.stance == "asserted"}
    lead = range(min(_LEAD, len(document.spans)))
    return any(_is_ceremony(document, document.low[slice(*document.spans[at])]) for at in lead if at not in told)


def _names_day(document: Document, number: int) -> bool:
    """Whether a sentence names a day of this week: what happened then is news."""
    days = _recent_days(document.lexicon.vocabulary)
    return document.may_hold(days) and bool(days.starts(document.low[slice(*document.spans[number])]))


@once_per_vocabulary
def _recent_days(vocabulary: Vocabulary) -> Finder:
    """What finds the name of a day of these weeks; short ones ("sun", "mon") are words of their own."""
    calendar = vocabulary.calendar
    return Finder(name for name in (*calendar.weekdays, *calendar.relative) if len(name) > _SHORT)


def _old_years(low: str, lexicon: Lexicon) -> list[re.Match[str]]:
    """The years of long ago that stand after a preposition, a season or a date, and are no number of a release."""
    years = [match for match in _YEAR.finditer(low) if int(match.group()) < _LONG_AGO]
    if not years:
        return years
    opener = _year_opener(lexicon.vocabulary)
    found = [match for match in years if opener.search(low, max(0, match.start() - _OPENING), match.start())]
    clock = _clock_unit(lexicon.vocabulary)  # "as of 1900 hrs"
    found = [match for match in found if clock.match(low, match.end()) is None]
    beginnings = lexicon.rule_words.beginnings  # "born in 1947", "the school was built in 1974": no event
    return [match for match in found if beginnings.isdisjoint(_clause_before(low, match.start()).split())]


def _clause_before(low: str, at: int) -> str:
    """What stands before a place of a text, from the last comma or full stop on."""
    return low[max(0, at - _CLAUSE) : at].rpartition(",")[2].rpartition(". ")[2]


@once_per_vocabulary
def _clock_unit(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What makes a time of the day of the four figures before it."""
    return re.compile(rf"\s?(?:{either(vocabulary.rule_words.clock_units)})(?!\w)")


@once_per_vocabulary
def _year_opener(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What finds, right before a year, a word such as "in" or a month with or without its day."""
    calendar = vocabulary.calendar
    date = rf"(?:{either(calendar.months)})\b\.?(?:\s\d{{1,2}},?)?"
    return re.compile(rf"\b(?:{either(calendar.old_year_openers)}|{date})\s\Z")
