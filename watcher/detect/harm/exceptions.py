"""What a "nobody" admits: "No one was hurt except the driver", "None of the 12 dead was a soldier".

Whoever is left out of nobody takes the harm, unless the sentence says of them by another word what came to them ("no
casualties, save for one guard who broke an arm"). Of whom a sentence says what none of them is, all were harmed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.other_sides import shared
from watcher.detect.words.annotations import OF_THESE
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, CONJUNCTION, DEFINITE, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_SOME_OF = 2  # words of "none of his"
_BETWEEN = 8  # words between the harm and who is left out: "in the raid on the town"
_NOUNS = frozenset({"noun", "attribute"})
_NAMING = frozenset({"noun", "adjective", "reduced", "attribute"})
_SPOKEN_OF = frozenset({"participle", "adjective", "noun"})  # "none of the injuries is serious"
_SIGNS = frozenset(";:")


def admit_exceptions(clauses: Clauses, events: list[HarmEvent]) -> None:
    """Put whoever is left out in the place of nobody, where nothing else is said of them. Linear in the sentence."""
    sentence = clauses.sentence
    if sentence.rule_words.exceptions.isdisjoint(sentence.present):
        return
    for event in events:
        if event.group is None or not event.group.is_nobody or event.voice in _NOUNS:
            continue
        excepted = _left_out(clauses, event)
        if excepted is not None and not any(_is_of(one, excepted) for one in events):
            event.group, event.rules = excepted, [event.entry.name, "all but", *excepted.rules]
            event.first, event.last = min(event.at, excepted.first), max(event.at, excepted.last)


def only_these(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "No pupils were hurt, only two guards": a nobody of one class, and right after it who was harmed."""
    if clauses.sentence.rule_words.but_only.isdisjoint(clauses.sentence.present):
        return []
    sentence, found = clauses.sentence, []
    for event in events:
        at = max(event.last, event.at) + 1
        is_nobody = event.group is not None and event.group.is_nobody and event.voice not in _NOUNS
        if not is_nobody or sentence.low[at : at + 1] != [","] or at + 2 >= sentence.size:
            continue
        group = _people_at(clauses, at + 2) if sentence.low[at + 1] in sentence.rule_words.but_only else None
        if group is not None and not any(_is_of(one, group) for one in events):
            found.append(replace(shared(event, group), part_of=None))
    return found


def admit_those_spoken_of(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "none of the 12 dead was a soldier", "none of those killed", "none of the two missing men": they are."""
    sentence = clauses.sentence
    for event in (one for one in events if one.voice in _NAMING and one.entry.form in _SPOKEN_OF):
        group = event.group
        if group is None or not group.is_nobody or (event.entry.form == "noun" and not _is_right_after(group, event)):
            continue
        if group.first <= event.at and _is_of_these(sentence, range(group.first, event.at)):
            is_predicate = any(roles & BE for roles in sentence.mask[event.at : group.last])
            known = replace(group, victim="unknown") if is_predicate else group  # "none of them was a soldier"
            event.group = _all_of(sentence, known, event.at)
            event.rules = [event.entry.name, OF_THESE]


def _is_right_after(group: Group, event: HarmEvent) -> bool:
    """As in "none of the injuries is serious", not "none of our raids caused injuries", "with no burns"."""
    is_told = event.entry.harm == "injured" or group.last > event.at  # not "none of the victims had met"
    return is_told and 0 < event.at - group.first <= _SOME_OF


def _is_of_these(sentence: Sentence, tokens: range) -> bool:
    """Whether an article or "those" stands between "none of" and a word of harm."""
    if any(sentence.mask[at] & (AUXILIARY | BARRIER) for at in tokens):
        return False  # "no troops were among the injured"
    articles = sentence.rule_words.definite_articles
    parts = (part for at in tokens for part in sentence.low[at].split(" "))
    return any(sentence.mask[at] & DEFINITE for at in tokens) or any(part in articles for part in parts)


def _all_of(sentence: Sentence, nobody: Group, harm: int) -> Group:
    """All of those none of whom is meant: the number after "none of the", or as many as there are."""
    inner = [one for first, one in sentence.quantities.items() if nobody.first <= first < harm and one.low]
    if inner:
        return replace(nobody, low=inner[0].low, high=inner[0].high, kind=inner[0].kind, is_definite=True)
    return replace(nobody, low=None, high=None, kind="none", is_counted=False, is_definite=True, is_pronoun=True)


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
