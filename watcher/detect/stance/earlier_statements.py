"""Two announcements in one text: what the publisher had said in an earlier one is background of today's.

"Last week the command had reported eight killed" is no news of the release that announces two more. A text that has no
other news keeps it: then it is what the text reports.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.words.annotations import Dismissed
from watcher.detect.words.lexicon import either, once_per_vocabulary
from watcher.detect.words.whole_words import Sought, whole_words
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent


_BACK = 2  # sentences from what was said to what is the fact
_FAR = 60  # characters between the verb of saying and when it was said


def set_apart_earlier_statements(document: Document) -> None:
    """Make background of the claims that the publisher had announced earlier, where the text has news beside them."""
    if len(document.events) < 2:
        return  # no news beside it
    earlier = _said_earlier(document)
    _drop_corrected(document)
    _drop_revised(document)
    if not earlier:
        return
    sentences = {event.sentence for event in earlier}
    if any(is_reported(event) and event.sentence not in sentences for event in document.events):
        for event in earlier:
            event.claim = replace(event.claim, is_background=True, rules=(*event.claim.rules, "earlier statement"))
            if event.claim.stance == "alleged" and not event.claim.speaker and _is_own(document, event):
                event.claim = replace(event.claim, stance="asserted")
        _set_apart(document, sentences)


def _said_earlier(document: Document) -> list[HarmEvent]:
    """The claims that the publisher had announced earlier, of a text that reports harm in several sentences."""
    if not document.may_hold(_patterns(document.lexicon.vocabulary).said):
        return []
    reported = [event for event in document.events if is_reported(event)]
    is_beside = len({event.sentence for event in reported}) > 1
    return [event for event in reported if _was_said_earlier(document, event)] if is_beside else []


def _set_apart(document: Document, sentences: set[int]) -> None:
    """Make an incident of its own of each sentence: no later claim takes its place or date from there."""
    last = max(document.incidents, default=0)
    for count, number in enumerate(sorted(sentences), start=1):
        document.incidents[number] = last + count
    for event in document.events:
        event.incident = document.incidents[event.sentence]


def _drop_corrected(document: Document) -> None:
    """As in "had said that nobody was hurt. It now reports two wounded": who was nobody before is no claim any more."""
    nobody = [event for event in document.events if event.claim.stance == "denied" and event.claim.is_of_nobody]
    if not nobody:
        return
    latest: dict[str, int] = {}
    for one in document.events:
        if is_reported(one):
            latest[one.claim.harm] = latest["casualty"] = one.sentence
    gone = [one for one in nobody if latest.get(one.claim.harm, -1) > one.sentence and _is_pluperfect(document, one)]
    for one in gone:
        document.dismissed.append(Dismissed(one.claim.start, one.claim.end, "said before"))
    taken = {id(one) for one in gone}
    document.events = [one for one in document.events if id(one) not in taken]


def _drop_revised(document: Document) -> None:
    """As in "Earlier we reported five dead. In fact four died": what the publisher said is not what it says now."""
    patterns = _patterns(document.lexicon.vocabulary)
    if not (document.may_hold(patterns.facts) and document.may_hold(patterns.said)):
        return
    news = [one for one in document.events if one.claim.stance == "asserted" and is_reported(one)]
    gone: set[int] = set()
    for wrong, later in _successive(news):
        begin = max(document.spans[later.sentence][0], wrong.claim.end)
        if not document.says(patterns.facts, begin, later.claim.start):
            continue
        if document.says(patterns.said, document.spans[wrong.sentence][0], wrong.claim.end):
            gone.add(id(wrong))
            document.dismissed.append(Dismissed(wrong.claim.start, wrong.claim.end, "said before"))
    document.events = [one for one in document.events if id(one) not in gone]


def _successive(news: list[HarmEvent]) -> Iterator[tuple[HarmEvent, HarmEvent]]:
    """Each claim with the last one of its harm before it, some sentences back at most."""
    before: dict[str, HarmEvent] = {}
    same: dict[str, HarmEvent] = {}  # at one place several can stand, as in a list of people
    for later in sorted(news, key=lambda event: event.position):
        harm = later.claim.harm
        last = same.get(harm)
        if last is not None and last.position < later.position:
            before[harm] = last
        same[harm] = later
        wrong = before.get(harm)
        if wrong is not None and later.sentence - wrong.sentence <= _BACK:
            yield wrong, later


def _said_before(document: Document, event: HarmEvent) -> re.Match[str] | None:
    """The verb of saying that stands before a claim in its sentence."""
    said = _patterns(document.lexicon.vocabulary).said
    return said.pattern.search(document.low, document.spans[event.sentence][0], event.claim.start)


def _is_pluperfect(document: Document, event: HarmEvent) -> bool:
    match = _said_before(document, event)
    return match is not None and match["past"] is not None


def _is_own(document: Document, event: HarmEvent) -> bool:
    """As in "it had spoken of five wounded": the publisher's pronoun, or an army, before the verb of saying."""
    match = _said_before(document, event)
    words = document.lexicon.rule_words
    before = document.low[: match.start()].split()[-1:] if match is not None else []
    return not (words.insiders | words.publisher_pronouns).isdisjoint(before)


def is_reported(event: HarmEvent) -> bool:
    """Whether a claim says that people were harmed in the release's own event."""
    return event.claim.stance in REPORTED and not event.claim.is_background and not event.claim.is_of_nobody


def _was_said_earlier(document: Document, event: HarmEvent) -> bool:
    """Whether the verb of saying before a claim is set in an earlier time: "a week earlier it said", "had reported"."""
    match = _said_before(document, event)
    if match is None:
        return False
    if match["past"]:
        return True
    earlier = _patterns(document.lexicon.vocabulary).earlier
    around = max(document.spans[event.sentence][0], match.start() - _FAR), min(event.claim.start, match.end() + _FAR)
    return document.says(earlier, *around)


class _Patterns(NamedTuple):
    """What finds a verb of saying with its "had", an earlier time of saying, and the fact after it: "actually"."""

    said: Sought
    earlier: Sought
    facts: Sought


@once_per_vocabulary
def _patterns(vocabulary: Vocabulary) -> _Patterns:
    words = vocabulary.rule_words
    verbs, had = either(words.announcing_verbs), either(words.pluperfect)
    return _Patterns(
        Sought(rf"\b(?:(?P<past>{had})\s+(?:\w+\s+)?)?(?:{verbs})\b", words.announcing_verbs),
        whole_words(words.earlier_times),
        whole_words(words.facts),
    )
