"""Who the counted are, by a list of classes: "of the 30 injured, 12 were soldiers, 9 police", "six of the dead were …".

The first number says of whom it is ("of the nine killed") or is of them itself ("seven of the dead"); a verb of being
gives its class, and each number after a comma, a semicolon or "and" is a further part with the class of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.annotations import VERB_BEFORE, HarmEvent
from watcher.detect.lexicon import ROLES
from watcher.detect.tokens import BE, CONJUNCTION, DEFINITE, DETERMINER, OTHERS, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.annotations import Group
    from watcher.detect.grammar import Clauses
    from watcher.detect.tokens import Sentence


_OPENING = 4  # words before the harm in "Of the 14 injured, …"
_SIGNS = frozenset({",", ";"})
_THOSE, _OF_WHOM = ROLES["plural_pronouns"], ROLES["of_whom"]


def broken_down(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "Of the 14 injured, nine are soldiers and two are policemen": parts of those whom the opening names.

    The dead without a number are counted by them: "Of those killed, four were civilians" counts four.
    """
    if len(events) != 1 or events[0].group is None:
        return []
    total = events[0]
    parts = _after_opening(clauses, total) or _after_share(clauses, total) or _after_of_whom(clauses, total)
    found = [_part(total, part) for part in parts]
    if found and total.group is not None and total.group.low is None:
        events.remove(total)
        for one in found:
            one.part_of = None
    return found


def _part(total: HarmEvent, group: Group) -> HarmEvent:
    rules = [total.entry.name, VERB_BEFORE, *group.rules]
    return HarmEvent(total.entry, group.first, group, group.first, group.last, "noun", rules=rules, part_of=total)


def _after_opening(clauses: Clauses, total: HarmEvent) -> list[Group]:
    """The parts after "Of the 14 injured", "Of 17 dead"."""
    sentence = clauses.sentence
    if sentence.low[0] not in sentence.rule_words.genitive or total.at > _OPENING:
        return []
    is_whole = sentence.mask[1] & DEFINITE or 1 in sentence.quantities or sentence.mask[1] & _THOSE
    return _listed(clauses, total.last + 1, []) if is_whole else []


def _after_share(clauses: Clauses, total: HarmEvent) -> list[Group]:
    """The parts of "seven of the dead were soldiers and two policemen", the number before the "of" with them."""
    sentence, group = clauses.sentence, total.group
    of = group.first - 1 if group is not None else -1
    if group is None or of < 1 or sentence.low[of] not in sentence.rule_words.genitive:
        return []
    share = next((one for one in clauses.groups if one.first < of <= one.last + 1 and one.is_counted and one.low), None)
    noun = _noun_after(clauses, max(total.last, total.at) + 1)
    if share is None or noun is None or noun.is_child or noun.is_woman:
        return []
    if group.low is not None and (share.low or 0) >= group.low:
        return []
    return _listed(clauses, noun.last + 1, [replace(share, last=of - 1, victim=noun.victim, head=of - 1)])


def _after_of_whom(clauses: Clauses, total: HarmEvent) -> list[Group]:
    """The parts of "nine were killed, of whom four were civilians and three soldiers", if there are several."""
    sentence = clauses.sentence
    if not sentence.roles & _OF_WHOM:
        return []
    at = next((at for at in range(total.last + 1, sentence.size) if sentence.mask[at] & _OF_WHOM), sentence.size)
    found = _listed(clauses, at, [])
    return found if len(found) > 1 else []


def _listed(clauses: Clauses, begin: int, found: list[Group]) -> list[Group]:
    """The numbers from a token on that a sign or "and" parts from the words before, each with its class."""
    for group in clauses.groups:
        if group.first < begin or not group.is_counted or group.is_pronoun or not group.low:
            continue
        noun = _noun_after(clauses, group.last + 1, group) or (group if found and group.head >= 0 else None)
        if noun is None or group.is_guess or not _is_listed(clauses.sentence, group.first):
            continue
        if not (noun.is_child or noun.is_woman):
            group.victim = noun.victim if group.victim == "unknown" else group.victim
            found.append(group)
    return found


def _is_listed(sentence: Sentence, first: int) -> bool:
    """Whether a comma, a semicolon or "and" stands before a number, perhaps with "the other" between."""
    at = first - 1
    while at > 0 and sentence.mask[at] & (DETERMINER | OTHERS):
        at -= 1
    return sentence.low[at] in _SIGNS or bool(sentence.mask[at] & (CONJUNCTION | _OF_WHOM))


def _noun_after(clauses: Clauses, at: int, group: Group | None = None) -> Group | None:
    """The people of "were policemen", "belonged to the police", `at` being the verb; where it names none, `group`."""
    sentence = clauses.sentence
    if at >= sentence.size or not sentence.mask[at] & (BE | PREPOSITION):
        return None
    return clauses.by_first.get(clauses.skip_right(at + 1), group)
