"""Lists in which some are counted and then named: "two constables, Omar Hadi (31) and Nur Jan, and a clerk"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.people.appositions import (
    after_age,
    after_modifiers,
    after_origin,
    goes_on_as_name,
    is_one_phrase,
    may_close_list,
)
from watcher.detect.people.governed import breaks, is_governed
from watcher.detect.people.name_groups import has_rank, is_named, name_left, opens_sentence
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, CONJUNCTION, DATE, INDEFINITE, PREPOSITION, STRUCTURAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_NAMED = frozenset({",", "-", "–", "—", ":"})  # between those who are counted and their names
_SEVERAL = 2
_ORIGIN = 12  # words of where people are from, with the first of their names and an age
_BACK = 40  # words from a verb to the name that is its subject


def after_named(sentence: Sentence, by_first: Mapping[int, Group], group: Group) -> int:
    """The first token after people, what describes them and, where they are counted, as many names."""
    end = after_modifiers(sentence, by_first, group)
    number = group.low if group.is_counted and group.low == group.high else 0
    if not number or number < _SEVERAL or end >= sentence.size:
        return end
    named = after_origin(sentence, by_first, end, _ORIGIN)
    if _ends_with_name(sentence, by_first, group, named):
        number, end = number - 1, named
    elif sentence.low[end] not in _NAMED:
        return end
    return _after_names(sentence, by_first, end, number)


def _after_names(sentence: Sentence, by_first: Mapping[int, Group], end: int, number: int) -> int:
    """The token after so many names that a sign or a conjunction at `end` opens; `end` where there are fewer."""
    after = at = end
    for _ in range(number):
        at = after + int(after < sentence.size and sentence.low[after] in _NAMED)
        at += int(at < sentence.size and bool(sentence.mask[at] & CONJUNCTION))
        after = _after_name(sentence, by_first, at)
        if after == at:
            return end
    return after


def _ends_with_name(sentence: Sentence, by_first: Mapping[int, Group], group: Group, end: int) -> bool:
    """As in "two constables of the Hill Police Omar Hadi (31) and": what describes them ends with the first name."""
    last = first = over_age(sentence, end - 1)
    while first > group.last and sentence.is_capital(first) and sentence.words[first].people is None:
        first -= 1
    body = next((one for one in by_first.values() if one.last == first and one.first > group.last), None)
    return body is not None and last - first >= _SEVERAL and not sentence.is_capitals


def _after_name(sentence: Sentence, by_first: Mapping[int, Group], at: int) -> int:
    """The token after the name that begins here with its age and its origin; the same token where none does."""
    end = at
    while end < sentence.size and _is_part_of_name(sentence, end) and _may_be_rank(sentence, by_first.get(end)):
        end += 1
    return end if end == at else after_origin(sentence, by_first, after_age(sentence, end))


def _is_part_of_name(sentence: Sentence, at: int) -> bool:
    """Whether a token is a capitalised word of no grammar, or the stop after an initial."""
    is_word = not sentence.is_word(at) or not sentence.mask[at] & STRUCTURAL
    return is_word and goes_on_as_name(sentence, at)


def _may_be_rank(sentence: Sentence, group: Group | None) -> bool:
    """Whether people that begin here can be the rank before a name: "Constable Nur Jan"."""
    if group is None:
        return True
    return group.low == group.high == 1 and not group.is_counted and sentence.is_capital(group.first)


def counted_before(
    sentence: Sentence, by_first: Mapping[int, Group], groups: Sequence[Group], comma: int
) -> Group | None:
    """As in "two others, Naik Omar Hadi and Nur Jan, injured in the blast": those whose names a comma ends."""
    counted = (one for one in reversed(groups) if one.is_counted and one.last < comma and not one.is_guess)
    last = next(counted, None)
    is_named = last is not None and after_named(sentence, by_first, last) == comma
    is_named = is_named and last is not None and after_modifiers(sentence, by_first, last) < comma
    return last if is_named else None


def without_counted(sentence: Sentence, members: list[Group]) -> list[Group]:
    """The members of a list before a verb, the last first, without the names of those who are counted before them."""
    if len(members) <= _SEVERAL:
        return members
    left = members
    for number in members:
        if not number.is_counted or number.low != number.high or (number.low or 0) < _SEVERAL:
            continue
        after = sorted((one for one in left if one.first > number.last), key=lambda one: one.first)
        names = after[: number.low]
        if len(names) == number.low and all(one.is_name for one in names) and _are_next(sentence, number, names):
            left = [one for one in left if one not in names]
    return left


def _are_next(sentence: Sentence, number: Group, names: list[Group]) -> bool:
    """Whether nothing joins the names to those who are counted: "two constables, A and B", not "two clerks and A"."""
    between = range(number.last + 1, names[0].first)
    return bool(between) and not any(sentence.mask[at] & CONJUNCTION for at in between)


def named_before(sentence: Sentence, left: int) -> Group | None:
    """As in "Sgt. Ann Roe, 20, of the 7th Brigade was killed": a name with a rank before an age or a unit."""
    for at in range(left, max(0, left - _BACK), -1):
        if sentence.mask[at] & AUXILIARY or breaks(sentence, at):
            return None
        if sentence.low[at] == "," or sentence.mask[at] & PREPOSITION:
            name = name_left(sentence, at - 1) if sentence.is_word(at - 1) else None
            if name and (has_rank(sentence, name.first, name.last) or opens_sentence(sentence, name, at)):
                return name
    return None


def may_follow(sentence: Sentence, member: Group) -> bool:
    """Whether people can follow one whom a place or a unit describes: "Naik Roe of Bem and Sepoy Jan"."""
    return may_close_list(sentence, member) or is_named(sentence, member)


def over_age(sentence: Sentence, at: int) -> int:
    """The token before an age in brackets that ends here: "Omar Hadi (40)"; else the same token."""
    is_age = at > 1 and sentence.low[at] == ")" and sentence.low[at - 2] == "(" and sentence.low[at - 1].isdecimal()
    return at - 3 if is_age else at


def is_no_head(sentence: Sentence, group: Group | None) -> bool:
    """Whether what stands before a joint is nobody of the list: "police" in "an inspector of police and a clerk"."""
    return group is None or group.is_guess or is_governed(sentence, group)


def opens_list(sentence: Sentence, before: Group, member: Group, between: range) -> bool:
    """As in "nine men of the 3rd Division and two guards were": whether people with a description begin a list.

    `between` goes from the last token of the description to the verb after the next member.
    """
    left, verb, opener = between.start, between.stop, before.first - 1
    roles = sentence.mask[opener] if opener >= 0 else CONJUNCTION
    is_place = sentence.is_capital(opener) and opener > 0 and sentence.mask[opener - 1] & PREPOSITION
    is_first = bool(roles & (CONJUNCTION | BARRIER | DATE)) or sentence.low[opener] == "," or is_place
    is_first = is_first or sentence.opens_statement(before.first)
    is_several = member.low == 1 and verb < sentence.size and bool(sentence.mask[verb] & BE)
    is_several |= member.low == 1 and all(sentence.mask[one.first] & INDEFINITE for one in (before, member))
    is_all = is_several or is_one_phrase(sentence, after_age(sentence, before.last + 1) + 1, left)
    is_of = sentence.low[before.last + 1] in sentence.rule_words.genitive  # "the head of the crew and two guards"
    is_named_too = is_named(sentence, before) and is_named(sentence, member)
    is_one = before.low == 1 and (is_several or is_of or is_named_too)
    return bool(is_first) and is_all and (before.is_counted or is_one)
