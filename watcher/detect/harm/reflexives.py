"""Whoever did a harm to himself: "the guard shot himself", "killed two comrades, then himself"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import OF_OBJECTS, by_himself, events_of
from watcher.detect.words.tokens import ADVERB, BARRIER, CONJUNCTION, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_GOES_ON = PREPOSITION | CONJUNCTION | BARRIER | RELATIVE  # after those who were harmed as well
_DONE = OF_OBJECTS | {"adjective"}  # "shot three comrades dead and then himself"


def of_himself(clauses: Clauses, at: int, entry: HarmWords) -> list[HarmEvent]:
    """As in "the guard shot himself", "before killing himself the guard …", "killed himself and two others"."""
    sentence = clauses.sentence
    near = clauses.by_last.get(clauses.skip_left(at - 1))
    is_joined = sentence.low[at].partition(" ")[0] in sentence.rule_words.fronting  # "before shooting himself"
    is_somebody = near is not None and not near.is_guess and (near.is_other or not near.is_pronoun)
    has_own = is_somebody and not is_joined  # "a third shot himself"
    subject = (clauses.subject_of(at, is_person=True) if has_own else []) or clauses.first_subject(at)
    if not subject and at == 1 and sentence.low[0] in sentence.rule_words.fronting:
        subject = [group for group in clauses.groups if group.last > at and group.low == group.high == 1][:1]
    if not entry.keeps_class:
        subject = [by_himself(group) for group in subject]
    after = at + 1
    others = clauses.object_at(after + 1) if after < sentence.size and _joins_others(sentence, after) else []
    last = others[-1].last + 1 if others else at
    is_object = last >= sentence.size or not sentence.is_word(last) or bool(sentence.mask[last] & _GOES_ON)
    others = [group for group in others if is_object and not group.is_guess]
    return [
        *events_of(entry, at, subject, entry.form),
        *events_of(replace(entry, is_reflexive=False), at, others, "active"),
    ]


def _joins_others(sentence: Sentence, at: int) -> bool:
    """As in "killed himself and two others", "killing himself, 16 labourers and two guards"."""
    return bool(sentence.mask[at] & CONJUNCTION) or (sentence.low[at] == "," and at + 1 in sentence.quantities)


def themselves(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "Soldier kills two comrades, then himself": whoever did it, after those to whom he did it."""
    sentence, reflexives = clauses.sentence, clauses.sentence.rule_words.reflexives
    if not events or reflexives.isdisjoint(sentence.present) or any(one.entry.is_reflexive for one in events):
        return []  # "blew himself up, killing two as well as himself"
    found = []
    for at in [at for at, low in enumerate(sentence.low) if low in reflexives]:
        before = [one for one in events if one.group is not None and one.voice in _DONE and one.last < at]
        subject = clauses.first_subject(before[-1].at) if before else []
        is_next = bool(before) and all(_joins(sentence, probe) for probe in range(before[-1].last + 1, at))
        if subject and is_next:
            group = replace(by_himself(subject[0]), first=at, last=at, head=-1, is_pronoun=True)
            found += events_of(replace(before[-1].entry, needs_people=False), at, [group], "reflexive")
    return found


def _joins(sentence: Sentence, at: int) -> bool:
    """As in "…, and then …": what may stand between two objects of a verb."""
    return bool(sentence.mask[at] & (CONJUNCTION | ADVERB | BARRIER)) or sentence.low[at] == ","
