"""People side by side who are one group: "a farmer, his wife and their son", "13 women and children"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import CONJUNCTION, INDEFINITE, THING
from watcher.detect.words.whose import owner_inside

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_POSSESSIVE = ROLES["possessives"]
_FAMILY = frozenset({"civilian", "unknown"})


def one_of_both(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "no women or children", "13 women and children", "four militants or civilians": one number for both."""
    groups = _with_shared_noun(sentence, groups)
    joined: list[Group] = []
    for group in groups:
        before = joined[-1] if joined else None
        if before is None or group.first != before.last + 2:
            joined.append(group)
            continue
        is_next = bool(sentence.mask[before.last + 1] & CONJUNCTION)
        if _is_family(sentence, before, group):
            joined[-1] = _family(before, group)
        elif is_next and _is_shared(sentence, before, group):
            victim = _joint_class(before, group)
            joined[-1] = replace(
                before,
                last=group.last,
                victim=victim,
                is_guess=False,
                is_child=before.is_child or group.is_child,
                is_woman=before.is_woman or group.is_woman,
            )
        else:
            joined.append(group)
    return joined


def count_as_kin(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "told the parents of two privates that their sons had fallen": the sons are the two privates."""
    words = sentence.rule_words
    for at, group in enumerate(groups):
        is_content = group.first > 0 and sentence.low[group.first - 1] in words.content_clause_openers
        if not (group.is_owned and is_content and group.head >= 0):
            continue
        told = (one for one in groups[:at] if _are_kin(sentence, one, sentence.low[group.head]))
        if (whose := next(told, None)) is not None and (whose.low == 1) == (group.low == 1):
            groups[at] = replace(whose, first=group.first, last=group.last, head=group.head, rules=group.rules)
    return groups


def _are_kin(sentence: Sentence, group: Group, kin: str) -> bool:
    """As in "the parents of two privates", of whom a son is told of: the words before them name whose they are."""
    words, of = sentence.rule_words, group.first - 1
    if of < 1 or group.head < 0 or sentence.low[of] not in words.genitive:
        return False
    related = (words.parents, words.offspring), (words.spouses, words.spouses), (words.relations, words.relatives_told)
    return any(sentence.low[of - 1] in tellers and kin in told for tellers, told in related)


def _with_shared_noun(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "a Dutch and a Belgian marine", "one male and three female pupils": the noun of the last is that of all."""
    shared = list(groups)
    for at in range(len(shared) - 2, -1, -1):
        before, group = shared[at], shared[at + 1]
        if group.first == before.last + 2 and _lacks_noun(sentence, before) and _is_described(sentence, group):
            is_joint = sentence.mask[before.last + 1] & CONJUNCTION or sentence.low[before.last + 1] == ","
            victim, head = group.victim, before.last
            if is_joint:
                shared[at] = replace(before, victim=victim, head=head, is_guess=False, rules=("shared noun",))
    return shared


def _lacks_noun(sentence: Sentence, group: Group) -> bool:
    """Whether a number or article stands before an adjective that only people have, and nothing else."""
    is_short = group.last == group.first + 1 and not group.is_definite and not group.is_pronoun
    return is_short and group.victim == "unknown" and _is_kind(sentence, group.last)


def _is_described(sentence: Sentence, group: Group) -> bool:
    """Whether people are named by a noun with such an adjective before it, or take one from those after them."""
    if group.head < 0 or group.is_guess or group.is_pronoun:
        return False
    return any(_is_kind(sentence, at) for at in range(group.first + 1, group.head + 1))


def _is_kind(sentence: Sentence, at: int) -> bool:
    """As in "Dutch", "female": where people are from, or another adjective that only people have."""
    words, low = sentence.rule_words, sentence.low[at]
    if low in words.kinds_of_people:
        return True
    return sentence.is_capital(at) and low.endswith(words.nationality_endings) and not sentence.mask[at] & THING


def _is_family(sentence: Sentence, before: Group, group: Group) -> bool:
    """Whether two groups side by side are of one family and are counted together."""
    is_joined = bool(sentence.mask[before.last + 1] & CONJUNCTION)
    return _is_couple(sentence, before, group) or (is_joined and _is_kin(sentence, before, group))


def _family(before: Group, group: Group) -> Group:
    """A relative and the others of the family as one group, with the children and women among them."""
    return replace(
        group,
        first=before.first,
        low=(before.low or 1) + (group.low or 0),
        high=None if group.high is None else (before.high or 1) + group.high,
        children=_sum(before.all_children, group.all_children),
        women=_sum(before.all_women, group.all_women),
        is_child=before.is_child and group.is_child,
        is_woman=before.is_woman and group.is_woman,
        is_owned=False,
        is_definite=False,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


def _is_kin(sentence: Sentence, before: Group, group: Group) -> bool:
    """As in "his father and five relatives", "a mother and her two sons": one family, one number."""
    is_one = (
        before.low == before.high == 1 and before.head >= 0 and sentence.low[before.head] in sentence.rule_words.kin
    )
    is_owner = owner_inside(sentence, before) or owner_inside(sentence, group)
    is_number = group.is_counted and (group.low or 0) > 1
    return is_one and is_owner and is_number and (group.is_bare or group.victim == before.victim)


def _is_couple(sentence: Sentence, before: Group, group: Group) -> bool:
    """As in "the father and the mother", "a farmer, his wife and their son": one family, each of them named once."""
    between = before.last + 1
    if not group.low == group.high == 1 or group.head < 0 or before.head < 0 or _is_of_name(sentence, before):
        return False
    words, kin = sentence.rule_words, sentence.rule_words.kin
    is_both = sentence.low[before.head] in kin and sentence.low[group.head] in kin
    is_both &= not sentence.mask[group.first] & INDEFINITE  # not "a grandmother and a baby"
    is_owned = sentence.low[group.head] in kin and bool(sentence.mask[group.first] & _POSSESSIVE)
    is_family = (is_both or is_owned) and before.low == before.high and {before.victim, group.victim} <= _FAMILY
    is_family &= not (before.is_guess and before.is_definite)  # "the block council, her husband"
    if not is_family:
        return False
    if sentence.mask[between] & CONJUNCTION:
        return sentence.low[between] in words.joining_kin
    after = group.last + 1
    is_listed = after < sentence.size and (sentence.low[after] == "," or bool(sentence.mask[after] & CONJUNCTION))
    return sentence.low[between] == "," and is_owned and is_listed


def _is_of_name(sentence: Sentence, group: Group) -> bool:
    """As in "Musa Bello (40), a farmer and his son": who is only said to be the one named right before."""
    comma = group.first - 1
    if comma < 1 or sentence.low[comma] != "," or not sentence.mask[group.first] & INDEFINITE:
        return False
    is_name = sentence.is_capital(comma - 1) and not sentence.words[comma - 1].is_known and not sentence.is_capitals
    return is_name or sentence.low[comma - 1] == ")"


def _is_shared(sentence: Sentence, before: Group, group: Group) -> bool:
    """Whether the second noun has no number or article of its own and takes the first one's."""
    if group.is_counted or group.is_pronoun or group.is_definite or sentence.mask[group.first] & INDEFINITE:
        return False
    return before.low == 0 or (
        before.is_counted and (before.low or before.high or 0) > 1 and group.kind == "vague" and before.head >= 0
    )


def _joint_class(before: Group, group: Group) -> Victim:
    """The class of two nouns with one number: the known one, or mixed where they differ."""
    if group.victim in (before.victim, "unknown"):
        return before.victim
    return group.victim if before.victim == "unknown" else "mixed"
