"""Where one incident of a text ends and the next begins: a new day, a new place, "meanwhile"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.lexicon import either, once_per_vocabulary

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.document import Document


_LABEL = re.compile(r"(?:\(?\d{1,3}[.)]\s)?(?P<label>[A-Z][^\n:.;]{1,40}):\s(?=[a-z\d])")
_LABEL_REACH = 60  # characters: no label is longer


def number_incidents(document: Document) -> None:
    """Give each sentence and event the number of the incident that it speaks of; 0 until the first one is opened."""
    vocabulary = document.lexicon.vocabulary
    start = _openers(vocabulary)
    current, labels = 0, set[str]()
    for begin, _ in document.spans:
        match = start.match(document.low, begin)
        is_opened = match is not None and (match["place"] is None or "A" <= document.text[match.end() - 1] <= "Z")
        if _has_label(document, begin):
            label = document.text[begin : document.text.index(":", begin)]
            current += label not in labels
            labels.add(label)
        elif is_opened and (begin or _begins_with_place(document.text, vocabulary)):
            current += 1
        document.incidents.append(current)
    for number in document.rows:
        current += 1
        document.incidents[number] = current
    for event in document.events:
        event.incident = document.incidents[event.sentence]


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
def _openers(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What opens an incident at the beginning of a sentence: a day, a word such as "meanwhile", "in" and a place."""
    calendar = vocabulary.calendar
    month, day = either(calendar.months), either((*calendar.weekdays, *calendar.relative))
    words, start = vocabulary.rule_words, either(vocabulary.grammar["new_incident"])
    on, before, near = (
        either(listed) for listed in (words.weekday_openers, words.incident_openers, words.incident_place_openers)
    )
    return re.compile(
        rf"(?:\(?\d{{1,3}}[.)]\s|[-–—•*·▪]\s)?(?:(?:{on})\s)?"
        rf"(?:(?:(?:{month})\b\.?\s\d|\d{{1,2}}[-\s](?:{month})\b)|(?:{day})\b,?\s"
        rf"|(?:(?:{before})\s)?(?:{start})\b|(?:{near})\s(?P<place>[a-z]))"
    )
