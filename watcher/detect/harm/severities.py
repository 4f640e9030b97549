"""Figures by how bad it is: "Casualties: 2 fatal, 1 serious, 6 minor", "Injuries: serious 3, slight 11"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.annotations import events_of

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_SIGNS = frozenset(",;:.()/")


def count_by_severity(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """The injured whom a list gives by severity, whatever harm stands before them in the list."""
    sentence = clauses.sentence
    entry = _injured(sentence)
    if entry is None:
        return events
    taken = {one.group.first for one in events if one.group is not None and one.entry.harm == "injured"}
    for at in [at for at, low in enumerate(sentence.low) if low in sentence.rule_words.severities]:
        figure = _figure(clauses, at)
        if figure is not None and figure.first not in taken:
            events = [*events, *events_of(entry, at, [figure], "adjective")]
    return events


def _injured(sentence: Sentence) -> HarmWords | None:
    """The entry of injuries, in a sentence with a severity and a label."""
    if ":" not in sentence.present or sentence.rule_words.severities.isdisjoint(sentence.present):
        return None
    return sentence.lexicon.lookup[sentence.rule_words.plain_injury[0]].harm


def _figure(clauses: Clauses, at: int) -> Group | None:
    """The number before or after a severity, where nothing else stands between two signs."""
    low, size = clauses.sentence.low, clauses.sentence.size
    before, after = clauses.by_last.get(at - 1), clauses.by_first.get(at + 1)
    first, last, figure = at, at, None
    if before is not None and before.is_bare:
        first, figure = before.first, before
    elif after is not None and after.is_bare:
        last, figure = after.last, after
    is_alone = first > 0 and low[first - 1] in _SIGNS and (last + 1 >= size or low[last + 1] in _SIGNS)
    return figure if is_alone and figure is not None and figure.is_counted else None
