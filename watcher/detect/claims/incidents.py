"""Where one incident of a text ends and the next begins: a new day, a new place, "meanwhile"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.claims.successive_accounts import is_of_figures
from watcher.detect.words.lexicon import either, once_per_vocabulary
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document


_LABEL = re.compile(r"(?:\(?(?:\d{1,3}[.)]|[a-h]\))\s|[-–—•*·▪]\s)?(?P<label>[A-Z][^\n:.;]{1,40}):\s(?=\(?[a-z\d])")
_LETTERS = re.compile(r"[^\W\d_]*")
_LABEL_REACH = 60  # characters: no label is longer


def number_incidents(document: Document) -> None:
    """Give each sentence and event the number of the incident that it speaks of; 0 until the first one is opened."""
    vocabulary = document.lexicon.vocabulary
    start, first_words = _openers(vocabulary), _first_words(vocabulary)
    current, labels = 0, set[str]()
    for number, (begin, _) in enumerate(document.spans):
        may_open = _letters_at(document.low, begin) in first_words  # few sentences do
        match = start.match(document.low, begin) if may_open else None
        if _has_label(document, begin):
            label = document.text[begin : document.text.index(":", begin)]
            current += label not in labels
            labels.add(label)
        elif match is not None and _opens(document, number, match):
            current += 1
        document.incidents.append(current)
    if current and document.incidents[0] == 0 and _is_first_of_several(document):
        document.incidents = [number + 1 for number in document.incidents]
        current += 1
    for number in document.rows:
        current += 1
        document.incidents[number] = current
    for event in document.events:
        event.incident = document.incidents[event.sentence]


def _opens(document: Document, number: int, match: re.Match[str]) -> bool:
    """Whether what a sentence begins with opens an incident: a place by its name, a time before more than figures."""
    if match["place"] is not None and not "A" <= document.text[match.end() - 1] <= "Z":
        return False
    if match["unit"] is not None and not document.text[match.start("unit")].isupper():
        return False
    if match["clock"] is not None and is_of_figures(document, number, match.end()):
        return False
    return number > 0 or match["clock"] is not None or _begins_with_place(document.text, document.lexicon.vocabulary)


def _is_first_of_several(document: Document) -> bool:
    """As in "On Monday … died. On Tuesday …": the first sentence tells of a day of its own, and sums up nothing."""
    second = document.incidents.index(1)
    last = document.spans[second - 1][1]
    if document.low.startswith(tuple(document.lexicon.rule_words.elsewhere), document.spans[second][0]):
        return _is_no_summary(document, last)
    days = _days(document, 0, last)
    if not days or _sums_up(document, last):
        return False
    opened = [number for number, (begin, _) in enumerate(document.spans) if begin >= last]
    found = [(number, _days(document, *document.spans[number])) for number in opened if _opens_day(document, number)]
    return bool(found) and not any(days & named or _is_told(document, number) for number, named in found)


def _is_no_summary(document: Document, end: int) -> bool:
    """Whether the first sentences count no people of all incidents: of one event, or fewer than a later one does."""
    first, later = dict[str, list[int]](), dict[str, list[int]]()
    for event in document.events:
        if event.group is not None and event.claim.stance in REPORTED and not event.claim.is_background:
            counts = first if event.claim.start < end else later
            counts.setdefault(event.entry.harm, []).append(event.group.low or 0)
    both = first.keys() & later.keys()
    return bool(both) and not (
        any(_holds_later(first[harm], later[harm]) for harm in both) or _tells_of_several(document, end)
    )


def _holds_later(first: list[int], later: list[int]) -> bool:
    """As in "Nine died on the roads. Six died in Karsa. Elsewhere, three did.": one number is all the others."""
    return len(first) > 1 and max(first) >= sum(first) - max(first) + sum(later)


def _tells_of_several(document: Document, end: int) -> bool:
    """As in "Nine died in attacks across the province": several events, whose people come one by one."""
    words = document.lexicon.rule_words
    said = {
        low for number, (begin, _) in enumerate(document.spans) if begin < end for low in document.tokens(number).low
    }
    return any(low.endswith(words.plural_endings) and low[:-1] in words.events for low in said)


def _opens_day(document: Document, number: int) -> bool:
    """Whether a sentence begins with its day."""
    begin = document.spans[number][0]
    day = _day(document.lexicon.vocabulary).search(document.low, begin, begin + _LABEL_REACH)
    return day is not None and len(document.low[begin : day.start()].split()) <= 1


def _days(document: Document, begin: int, end: int) -> set[str]:
    """The days and dates that a part of a text names."""
    return {match.group() for match in _day(document.lexicon.vocabulary).finditer(document.low, begin, end)}


def _is_told(document: Document, number: int) -> bool:
    """As in "On Tuesday the ministry said …": the day on which it was said."""
    sentence = document.sentence(number)
    words, first = sentence.rule_words, min((one.at for one in sentence.events), default=sentence.size)
    return any(low in words.saying or low in words.affirming for low in sentence.low[:first])


def _sums_up(document: Document, end: int) -> bool:
    """Whether the first sentences count as many people as all the others together."""
    counts: dict[str, list[int]] = {}
    for event in document.events:
        if event.group is not None and event.claim.stance in REPORTED:
            both = counts.setdefault(event.entry.harm, [0, 0])
            both[event.claim.start >= end] += event.group.low or 0
    return any(first > 0 and first == later for first, later in counts.values())


def _has_label(document: Document, begin: int) -> bool:
    """As in "Camp A: one dead. Camp B: two hurt.": the place of an incident in a log, before its figures."""
    if document.text.find(":", begin, begin + _LABEL_REACH) < 0:
        return False
    match = _LABEL.match(document.text, begin)
    words = set(match["label"].lower().split()) if match is not None else set[str]()
    lexicon = document.lexicon
    return bool(words) and not any(
        word in lexicon.words and (lexicon.words[word].people or lexicon.words[word].harm) for word in words
    )


def _begins_with_place(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text begins with a place ("In Amara two …"): its first sentence is then no summary of the others."""
    first, _, rest = text.lstrip()[:40].partition(" ")
    day = rest.partition(" ")[0].lower().strip(",.")
    is_day = day in vocabulary.calendar.months or day in vocabulary.calendar.weekdays
    return first.lower() in vocabulary.places.openers and rest[:1].isupper() and not is_day


@once_per_vocabulary
def _day(vocabulary: Vocabulary) -> re.Pattern[str]:
    """A day of the week or of a month, a time of the day."""
    month, day = either(vocabulary.calendar.months), either(vocabulary.calendar.weekdays)
    at, time = either(vocabulary.rule_words.clock_openers), either(vocabulary.rule_words.times_of_day)
    return re.compile(
        rf"\b(?:(?:{day})\b|(?:{at})\s(?:{time})\b|(?:{month})\b\.?\s\d{{1,2}}\b|\d{{1,2}}\s(?:{month})\b)"
    )


def _letters_at(low: str, begin: int) -> str:
    """The letters from an offset on: none where a sign or a digit stands there."""
    match = _LETTERS.match(low, begin)
    return match.group() if match is not None else ""


@once_per_vocabulary
def _first_words(vocabulary: Vocabulary) -> frozenset[str]:
    """The letters that what opens an incident can begin with: of a word, of the "a)" of a list, none of a number."""
    calendar, words = vocabulary.calendar, vocabulary.rule_words
    listed = (
        *calendar.months, *calendar.weekdays, *calendar.relative, *vocabulary.grammar["new_incident"],
        *words.weekday_openers, *words.incident_openers, *words.incident_place_openers, *words.clock_openers,
        *words.incident_times,
    )  # fmt: skip
    return frozenset({"", *"abcdefgh", *(_letters_at(word, 0) for word in listed)})


@once_per_vocabulary
def _openers(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What opens an incident at the beginning of a sentence: a day, a word such as "meanwhile", "in" and a place."""
    calendar = vocabulary.calendar
    month, day = either(calendar.months), either((*calendar.weekdays, *calendar.relative))
    words, start = vocabulary.rule_words, either(vocabulary.grammar["new_incident"])
    on, before, near = (
        either(listed) for listed in (words.weekday_openers, words.incident_openers, words.incident_place_openers)
    )
    units, at, kinds = either(words.clock_units), either(words.clock_openers), either(vocabulary.places.kinds)
    the, of, times = either(words.definite_articles), either(words.genitive), either(words.incident_times)
    return re.compile(
        rf"(?:\(?(?:\d{{1,3}}[.)]|[a-h]\))\s|[-–—•*·▪]\s)?(?:(?:{on})\s)?"
        rf"(?:(?:(?:{month})\b\.?\s\d|\d{{1,2}}[-\s](?:{month})\b)|(?:{day})\b,?\s"
        rf"|(?P<clock>(?:(?:{at})\s)?(?:\d{{1,2}}[:.]\d{{2}}(?:\s?(?:{units}))?|\d{{4}}\s?(?:{units}))(?![\w%]))"
        rf"|(?:{at})\s(?:{either(words.times_of_day)}),?\s"
        rf"|(?:(?:{before})\s){{,2}}(?:{start})\b|(?:{near})\s(?:{the})\s(?P<unit>[^\W\d_][\w'’-]*(?:\s[a-z][\w'’-]*)?)\s(?:{kinds})\b"
        rf"|(?:(?:{times})\b,?\s){{,5}}(?:{near})\s(?:(?:{the})\s(?:{kinds})\s(?:{of})\s)?(?P<place>[a-z]))"
    )
