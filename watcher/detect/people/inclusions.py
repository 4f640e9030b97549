"""People who are some of others that stand before them: "12 people, including four children"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.governed import before_articles, is_clause, is_of_them
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, CONJUNCTION, DETERMINER, INDEFINITE, RANK, STRUCTURAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_JOINED = frozenset({",", "."})  # between names
_PART, _OF_WHOM = ROLES["part_openers"], ROLES["of_whom"]
_DESCRIBED = 4  # words between "including" and those whom they describe
_WHOLE = 8  # words between those of whom some are named and "including"


def is_part(sentence: Sentence, group: Group) -> bool:
    """As in "12 people, including four children, were killed": the four are a part."""
    return is_of_them(sentence, group) or opener_of_part(sentence, group) >= 0


def counts_some(sentence: Sentence, group: Group) -> bool:
    """As in "of six people, two of whom were dead", "six people, of whom two were dead"."""
    before = sentence.mask[group.first - 1] if group.first else 0
    return bool((sentence.mask[group.last] | before) & _OF_WHOM)


def is_apart(sentence: Sentence, group: Group) -> bool:
    """Whether a group before "and" belongs to what was told before: to another clause, or to the parts of a whole."""
    return (
        is_clause(sentence, group)
        or _is_next_part(sentence, group)
        or _names_harmed(sentence, group)
        or _is_set_aside(sentence, group)
    )


def _is_set_aside(sentence: Sentence, group: Group) -> bool:
    """As in "three were killed, not counting the bomber, and six were hurt": who is left out of one number."""
    at = before_articles(sentence, group)
    return at > 0 and sentence.low[at] in sentence.rule_words.setting_aside


def _names_harmed(sentence: Sentence, group: Group) -> bool:
    """As in "one killed, Sergeant Roe, and three wounded": who was killed is none of the wounded."""
    if group.low != 1 or not (group.is_name or sentence.mask[group.first] & RANK):
        return False
    at = group.first - 1  # over the other names: "two killed, Sgt. Roe and Cpl. Lund, and three wounded"
    while at > 0 and (sentence.is_capital(at) or sentence.low[at] in _JOINED or sentence.mask[at] & CONJUNCTION):
        at -= 1
    return at >= 0 and sentence.low[at + 1] == "," and sentence.is_harm(at)


def _is_next_part(sentence: Sentence, group: Group) -> bool:
    """As in "27 dead, among them 14 children and six women, and 50 hurt": the six are a part as well."""
    joint = group.first - 1
    if not sentence.roles & _PART or joint < 1 or not sentence.mask[joint] & CONJUNCTION:
        return False
    before = next((one for one in sentence.groups if one.last == joint - 1), None)
    return before is not None and group.is_counted and opener_of_part(sentence, before) >= 0


def opener_of_part(sentence: Sentence, group: Group) -> int:
    """The token that makes people a part, over what describes them: "including notorious commander Omar"; or -1."""
    before = at = before_articles(sentence, group) if sentence.roles & _PART else -1
    while at > 0 and before - at < _DESCRIBED and _describes_part(sentence, at):
        at -= 1
    return at if at >= 0 and sentence.mask[at] & _PART else -1


def _describes_part(sentence: Sentence, at: int) -> bool:
    """Whether a plain word, an adjective or a title stands here ("leader" before a name): no verb and no number."""
    word = sentence.words[at]
    is_noun = word.people is not None and not word.people.is_modifier and word.is_plural
    is_other = sentence.mask[at] & (STRUCTURAL | _PART) or at in sentence.quantities or word.harm is not None
    return sentence.is_word(at) and not is_noun and not is_other


def are_parts(sentence: Sentence, total: Group, members: Sequence[Group]) -> bool:
    """As in "six rebels including Omar Hadi and Nur Jan", "four including a clerk, his son and two guards".

    `members` are those joined to the first part, the last first: without a comma, or few enough for the total.
    """
    between = range(total.last + 1, members[-1].first)
    opener = next((at for at in between if sentence.mask[at] & _PART), -1)
    if opener < 0 or "," not in sentence.low[opener : members[-1].first]:
        return opener >= 0
    return _holds(sentence, total, members)


def all_included(
    sentence: Sentence, whole_before: Callable[[int], Group | None], members: Sequence[Group]
) -> Group | None:
    """As in "four clerks, including Ida Holm, head of the office, her son and two guests were hurt": all of the four.

    `whole_before` gives the people right before the opener of a part.
    """
    if not sentence.roles & _PART:
        return None
    first = members[-1].first
    if first < 1 or sentence.low[first - 1] != ",":
        return None
    opener = opener_before(sentence, first)
    whole = whole_before(opener) if opener > 0 else None
    return whole if whole is not None and _holds(sentence, whole, members) else None


def _holds(sentence: Sentence, total: Group, members: Sequence[Group]) -> bool:
    """Whether the members after a first part, the last first, end with a plain "and" and are few enough."""
    tokens = range(members[0].last, members[-1].first - 1, -1)
    joint = next((at for at in tokens if sentence.mask[at] & CONJUNCTION), 0)
    is_closed = joint > 0 and sentence.low[joint - 1] != ","
    people = sum(one.low or 1 for one in members if not _only_tells(sentence, one))
    return is_closed and total.is_counted and 1 + people <= (total.low or 0)


def _only_tells(sentence: Sentence, one: Group) -> bool:
    """As in "Ida Holm, head of the office,": a noun without an article says who somebody is."""
    is_plain = not (one.is_counted or one.is_owned or one.is_name) and one.low == 1
    return is_plain and not sentence.mask[one.first] & DETERMINER


def without_told_apart(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "two traders, one a woman and the other a boy": who each of the counted is, and nobody more."""
    others = sentence.rule_words.the_other
    if others.isdisjoint(sentence.present):
        return groups
    for at in [at for at, low in enumerate(sentence.low[:-1]) if low in others]:
        if not sentence.mask[at + 1] & INDEFINITE:
            continue
        before = [one for one in groups if one.last < at]
        one = next((one for one in reversed(before) if one.is_bare and one.is_counted and one.low == 1), None)
        is_told = one is not None and bool(sentence.mask[one.last + 1] & INDEFINITE)
        if one is not None and is_told and any(two.low == two.high == 2 and two.last < one.first for two in before):
            groups = [other for other in groups if not one.first <= other.first <= at + 1]
    return groups


def part_begin(sentence: Sentence, group: Group) -> int:
    """The token that makes people a part: "including", or the word before "two of them"; -1 where they are none."""
    if not is_part(sentence, group):
        return -1
    opener = opener_of_part(sentence, group)
    return opener if opener >= 0 else before_articles(sentence, group)


def opener_before(sentence: Sentence, at: int) -> int:
    """The opener of a part that stands before another one in its clause; -1 where none does."""
    for probe in range(at - 1, 0, -1):
        if sentence.mask[probe] & _PART:
            return probe
        if sentence.mask[probe] & (AUXILIARY | BARRIER) or sentence.words[probe].harm is not None:
            break
    return -1


def know_wholes(sentence: Sentence) -> None:
    """As in "nine pilgrims, including a woman, were killed": a counted noun is of people where some of them are."""
    if not sentence.roles & _PART:
        return
    guesses = [one for one in sentence.groups if one.is_guess and one.is_counted and (one.low or 0) > 1]
    for guess in guesses:
        part = next((one for one in sentence.groups if one.first > guess.last and not one.is_guess), None)
        opener = opener_of_part(sentence, part) if part is not None and part.head >= 0 else -1
        if part is not None and _is_whole(sentence, guess, opener) and (part.low or 0) < (guess.low or 0):
            guess.is_guess = False


def _is_whole(sentence: Sentence, guess: Group, opener: int) -> bool:
    """Whether a counted noun can be of people, and no verb stands between it and the opener of a part."""
    is_near = guess.last < opener <= guess.last + _WHOLE and not is_clause(sentence, guess)
    between = range(guess.last + 1, opener)
    return is_near and not any(
        sentence.mask[at] & (AUXILIARY | BARRIER) or sentence.words[at].harm is not None for at in between
    )
