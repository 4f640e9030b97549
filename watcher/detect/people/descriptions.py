"""Who counted people are said to be before their verb: "two men who were farmers", "a man thought to be a deserter".

The description gives them their class and is nobody else: the number and the verb are of the people before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BE, DEFINITE, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_POSSESSIVE = ROLES["possessives"]
_LINK = 5  # tokens of ", who are believed to be"


def with_descriptions(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """The groups, each joined with the one that only says who its people were."""
    if len(groups) < 2 or not (sentence.roles & _POSSESSIVE or _may_describe(sentence)):
        return groups
    kept: list[Group] = []
    for group in groups:
        people = kept[-1] if kept else None
        if people is not None and _is_decade(sentence, people, group):
            kept[-1] = replace(people, last=group.last)
        elif people is not None and _describes(sentence, people, group):
            victim = group.victim if people.victim == "unknown" else people.victim
            kept[-1] = replace(people, last=group.last, victim=victim)
        else:
            kept.append(group)
    return kept


def _is_decade(sentence: Sentence, people: Group, group: Group) -> bool:
    """As in "a woman in her 60s and a man in his thirties": about how old people are."""
    if not group.is_guess or group.first != people.last + 2 or not sentence.mask[group.first] & _POSSESSIVE:
        return False
    figure = sentence.low[group.last - 1]
    is_figure = sentence.low[group.last] in sentence.rule_words.plural_endings and figure.isdecimal()
    return (is_figure and figure[-1] == "0") or sentence.low[group.last] in sentence.rule_words.decades


def _may_describe(sentence: Sentence) -> bool:
    """Whether a "who", an "as" or a cue such as "thought to be" stands anywhere in a sentence."""
    words = sentence.rule_words
    return bool(sentence.roles & RELATIVE or sentence.cues) or not words.description_ends.isdisjoint(sentence.present)


def _describes(sentence: Sentence, people: Group, group: Group) -> bool:
    """Whether people after a link to counted ones, "who were", "described as", are the same people."""
    is_one = people.low == 1
    is_whole = people.head >= 0 and (is_one or (people.is_counted and _is_noun(people)))
    if not is_whole or not _is_noun(group) or (group.low == 1) != is_one or (group.is_counted and not is_one):
        return False
    if sentence.mask[group.first] & DEFINITE or sentence.is_capital(group.head):
        return False  # "identified as Constables Roe and Dane"
    after = group.last + 1
    is_owner = after < sentence.size and sentence.low[after] in sentence.rule_words.possessive_marks
    return not is_owner and _is_link(sentence, people.last + 1, group.first)


def _is_noun(group: Group) -> bool:
    return group.head >= 0 and not group.is_guess and not group.is_pronoun


def _is_link(sentence: Sentence, first: int, end: int) -> bool:
    """Whether nothing but a link stands in tokens `first` to `end`: "who were", ", thought to be", "identified as"."""
    words, link = sentence.rule_words, range(first, end)
    if not 0 < len(link) <= _LINK:
        return False
    is_end = sentence.low[end - 1].rpartition(" ")[2] in words.description_ends
    is_end |= bool(sentence.mask[end - 1] & BE) and any(sentence.mask[at] & RELATIVE for at in link)
    return is_end and words.describing.issuperset(word for at in link for word in sentence.low[at].split(" "))
