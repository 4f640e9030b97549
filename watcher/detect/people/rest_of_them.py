"""How many "the others" are, who "a sixth" or "the latter" is: "one dug himself out, but the others suffocated".

The people of whom they are some stand before, with their number, in the same sentence or in one of the two before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.tokens import DEFINITE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_BACK = 2  # sentences that "the others" reach back
_RULE = "others"  # the rule of people who are the others of some


def some_of_before(document: Document, sentence: Sentence, group: Group) -> Group | None:
    """The others with their number, the next of a row with the class of those before; None for anybody else."""
    words, last = sentence.rule_words, sentence.low[group.last]
    if last in words.former or last in words.latter:
        return _former_or_latter(document, sentence, group)
    if _is_next_of_row(sentence, group):
        return replace(group, victim=_class_of_row(document, sentence, group), is_counted=True)
    if _is_he_of_row(document, sentence, group):
        return replace(group, victim=_class_of_row(document, sentence, group), is_pronoun=False, is_other=True)
    return _counted_rest(document, sentence, group) if _are_the_others(sentence, group) else None


def _counted_rest(document: Document, sentence: Sentence, group: Group) -> Group | None:
    """The others with their number: as many as are left of all when those are taken off of whom it is told before."""
    told = 0
    for other, one in _before(document, sentence, group):
        if _is_whole(other, one):
            left = (one.low or 0) - told
            victim = one.victim if group.victim == "unknown" else group.victim
            return replace(group, low=left, high=left, kind="exact", victim=victim) if told and left > 0 else None
        if one.is_counted and one.low != one.high:
            return None
        told += (one.low or 0) if one.is_counted and not _is_said_of(other, one) else 0
    return None


def _former_or_latter(document: Document, sentence: Sentence, group: Group) -> Group | None:
    """As in "A guard and two clerks went in. The former was hurt, the latter died": of the two named, or None."""
    named = [one for _, one in _before(document, sentence, group) if one.head >= 0 and not one.is_guess][:2]
    if len(named) < 2:
        return None
    meant = named[sentence.low[group.last] in sentence.rule_words.former]
    return replace(group, victim=meant.victim, low=meant.low, high=meant.high, kind=meant.kind, is_counted=True)


def _class_of_row(document: Document, sentence: Sentence, group: Group) -> Victim:
    """The class of "a sixth" after "five of the nurses": that of the several before."""
    several = (one for _, one in _before(document, sentence, group) if one.head >= 0 and one.low != 1)
    first = next((one for one in several if not one.is_guess), None)
    return first.victim if first is not None else "unknown"


def _is_next_of_row(sentence: Sentence, group: Group) -> bool:
    """As in "a sixth", "the tenth, the branch manager": one more of those before, by an ordinal alone."""
    last = sentence.low[group.last].rpartition(" ")[2]
    is_one = group.low == group.high == 1 and group.victim == "unknown"
    return is_one and last in sentence.rule_words.ordinals and (group.is_pronoun or group.is_guess or group.is_name)


def _is_he_of_row(document: Document, sentence: Sentence, group: Group) -> bool:
    """As in "The fourth was found this morning. He had not survived.": the next of a row, and nobody counted before."""
    if not group.is_pronoun or group.low != 1 or group.first or not sentence.number:
        return False
    before = document.sentence(sentence.number - 1)
    return not before.events and any(_is_next_of_row(before, one) for one in before.groups if one.first <= 1)


def _are_the_others(sentence: Sentence, group: Group) -> bool:
    """As in "the others", "the rest"; not "others", "two others"."""
    is_open = group.is_other and not group.is_counted and _RULE in group.rules
    return is_open and bool(sentence.mask[max(0, group.first - 1)] & DEFINITE or sentence.mask[group.first] & DEFINITE)


def _is_whole(sentence: Sentence, group: Group) -> bool:
    """Whether people are all of whom others are some: several, with their number and a noun, or "the 60 aboard"."""
    after = sentence.low[group.last + 1 : group.last + 3]
    is_aboard = not sentence.rule_words.aboard.isdisjoint((*after[:1], " ".join(after)))
    is_known = group.head >= 0 or is_aboard
    return is_known and not group.is_guess and group.is_counted and group.low == group.high and group.low != 1


def _is_said_of(sentence: Sentence, group: Group) -> bool:
    """As in "of the five": the number of all, said again."""
    return group.first > 0 and sentence.low[group.first - 1] in sentence.rule_words.genitive


def _before(document: Document, sentence: Sentence, group: Group) -> Iterator[tuple[Sentence, Group]]:
    """The people before a group, the nearest first, each with their sentence."""
    for back in range(sentence.number, max(-1, sentence.number - _BACK - 1), -1):
        other = document.sentence(back)
        end = group.first if other is sentence else other.size
        for one in reversed([one for one in other.groups if one.last < end]):
            yield other, one
