"""Numbers that the same sentence sets right: "it was two sailors, not three, who drowned", "not nine died, but two"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.losses import is_excepted
from watcher.detect.tokens import RELATIVE

if TYPE_CHECKING:
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.grammar import Clauses
    from watcher.detect.tokens import Sentence


_SUFFERED = frozenset({"passive", "intransitive", "reduced"})


def set_counts_right(clauses: Clauses, events: list[HarmEvent]) -> None:
    """Give each event the number that holds; of "all but two died" none is said."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if words.opposing.isdisjoint(sentence.low) and words.excepting.isdisjoint(sentence.low):
        return
    for event in events:
        group = event.group
        if group is None or not group.is_counted or group.first > event.at or event.voice not in _SUFFERED:
            continue
        between = sentence.mask[group.last + 1 : event.at]
        is_subject = not any(roles & RELATIVE for roles in between)  # not "picked up all but nine, who are sought"
        if is_excepted(sentence, group) and is_subject and not event.entry.of_nobody:
            event.group = replace(group, low=None, high=None, kind="none", is_counted=False, is_definite=True)
        elif group.first and sentence.low[group.first - 1] in words.plain_negators:
            event.group = _stated(clauses, event, group)


def _stated(clauses: Clauses, event: HarmEvent, wrong: Group) -> Group:
    """The number beside a wrong one: before its ", not", or after the "but" at the end; else the wrong one."""
    sentence = clauses.sentence
    before = clauses.by_last.get(wrong.first - 3)
    if wrong.is_bare and sentence.low[wrong.first - 2] == "," and before is not None and before.is_counted:
        return before
    after = next((one for one in clauses.groups if one.first > event.at and one.is_bare and one.is_counted), None)
    if after is None or not _closes(sentence, after):
        return wrong
    return replace(wrong, low=after.low, high=after.high, kind=after.kind)


def _closes(sentence: Sentence, group: Group) -> bool:
    """As in ", but two": a number after "but" with nothing behind it."""
    is_end = group.last + 1 >= sentence.size or not sentence.is_word(group.last + 1)
    return is_end and sentence.low[group.first - 1] in sentence.rule_words.clause_breaks
