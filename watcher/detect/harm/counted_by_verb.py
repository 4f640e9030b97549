"""How many those harmed are, said by a verb after them: "the wounded, who number 20", "those who died numbered 18"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.tokens import BARRIER, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_VAGUE = frozenset({"vague", "none"})  # kinds of a count that a number makes exact
_SIGNS = frozenset(",;:")


def count_as_said(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "the wounded soldiers, who number 20, …", "those hurt number 52": how many they are, said by a verb."""
    if sentence.rule_words.numbering.isdisjoint(sentence.present):
        return
    verbs = [at for at in range(2, sentence.size - 1) if sentence.low[at] in sentence.rule_words.numbering]
    for verb in verbs:
        number = sentence.quantities.get(verb + 1)
        before = [one for one in events if max(one.at, one.last) < verb and one.group is not None]
        if number is None or not before or sentence.words[min(number.last + 1, sentence.size - 1)].people:
            continue
        event, group = before[-1], before[-1].group
        is_relative = bool(sentence.mask[verb - 1] & RELATIVE)
        is_subject = is_relative or _ends_subject(sentence, event, verb)
        if is_subject and group is not None and (group.kind in _VAGUE or is_relative):
            group = replace(group, low=number.low, high=number.high, kind=number.kind)
            event.group = replace(group, is_counted=True, is_definite=False, is_pronoun=False)


def _ends_subject(sentence: Sentence, event: HarmEvent, verb: int) -> bool:
    """Whether a harm stands right before the verb, or ends in "who died in the shelling" the subject of it."""
    after = max(event.at, event.last) + 1
    if after == verb:
        return True
    is_told = event.group is not None and _is_relative_after(sentence, event.group)
    is_place = bool(sentence.mask[after] & PREPOSITION) and _SIGNS.isdisjoint(sentence.low[after:verb])
    return is_told and is_place and not any(mask & (BARRIER | RELATIVE) for mask in sentence.mask[after:verb])


def _is_relative_after(sentence: Sentence, group: Group) -> bool:
    """As in "the insurgents who", but not "the families of the insurgents who"."""
    after, before = group.last + 1, sentence.low[max(0, group.first - 2) : group.first]
    is_owner = not sentence.rule_words.genitive.isdisjoint(before)
    return not is_owner and after < sentence.size and bool(sentence.mask[after] & RELATIVE)
