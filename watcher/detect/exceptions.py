"""Who is left out of nobody: "No one was hurt except the driver", "Apart from the gunman, nobody died".

Such a sentence admits a harm. Whoever is left out takes the harm of nobody, unless the sentence says of them by another
word what came to them ("no casualties, save for one guard who broke an arm").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.tokens import AUXILIARY, BARRIER, CONJUNCTION, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.grammar import Clauses
    from watcher.detect.tokens import Sentence


_BETWEEN = 8  # words between the harm and who is left out: "in the raid on the town"
_NOUNS = frozenset({"noun", "attribute"})
_SIGNS = frozenset(";:")


def admit_exceptions(clauses: Clauses, events: list[HarmEvent]) -> None:
    """Put whoever is left out in the place of nobody, where nothing else is said of them. Linear in the sentence."""
    sentence = clauses.sentence
    if sentence.rule_words.exceptions.isdisjoint(sentence.low):
        return
    for event in events:
        if event.group is None or not event.group.is_nobody or event.voice in _NOUNS:
            continue
        excepted = _left_out(clauses, event)
        if excepted is not None and not any(_is_of(one, excepted) for one in events):
            event.group, event.rules = excepted, [event.entry.name, "all but", *excepted.rules]
            event.first, event.last = min(event.at, excepted.first), max(event.at, excepted.last)


def _left_out(clauses: Clauses, event: HarmEvent) -> Group | None:
    """The people after "except" behind a harm of nobody, or in the opening phrase before it."""
    sentence, end = clauses.sentence, max(event.at, event.group.first if event.group else 0) + 1
    for at in range(end, min(sentence.size - 1, end + _BETWEEN)):
        if sentence.low[at] in sentence.rule_words.exceptions:
            return _people_at(clauses, at + 1)
        if sentence.low[at] in _SIGNS or sentence.mask[at] & (AUXILIARY | BARRIER | RELATIVE):
            break
    if sentence.low[0] not in sentence.rule_words.exceptions:
        return None
    group = _people_at(clauses, 1)
    is_phrase = group is not None and sentence.low[group.last + 1 : group.last + 2] == [","]
    return group if is_phrase and group is not None and group.last < event.first else None


def _people_at(clauses: Clauses, first: int) -> Group | None:
    """The people who begin at a token or after its article; somebody in particular, or a number."""
    group = clauses.by_first.get(first) or clauses.by_first.get(first + 1)
    if group is None or group.is_nobody or group.is_guess or (group.head < 0 and not group.is_name):
        return None
    is_somebody = group.is_counted or group.is_name or group.is_definite or group.low == 1
    return replace(group) if is_somebody and _ends_phrase(clauses.sentence, group.last + 1) else None


def _ends_phrase(sentence: Sentence, at: int) -> bool:
    """Whether no verb follows: "but the driver", not "but the driver fled"."""
    if at >= sentence.size or not sentence.is_word(at):
        return True
    return bool(sentence.mask[at] & (CONJUNCTION | PREPOSITION | RELATIVE)) or at in sentence.quantities


def _is_of(event: HarmEvent, group: Group) -> bool:
    """Whether an event already says what came to some people, or to a pronoun for them after them."""
    own = event.group
    return own is not None and not own.is_nobody and own.last >= group.first
