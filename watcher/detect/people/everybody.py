"""How many "all aboard", "everyone in the car" and "no survivors" are: those who were there, or who are listed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.joined_lists import joined_lists
from watcher.detect.words.annotations import ALL_ABOARD
from watcher.detect.words.tokens import AUXILIARY, BARRIER, BE, HAVE, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_BACK = 2  # sentences that a reference reaches back
_APART = 4  # words between two people of a list: "a man of 60 and his wife"
_LIST_SIGNS = frozenset(",:–—-(")
_VERBAL = AUXILIARY | RELATIVE | BARRIER


def count_everybody(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """Count all of whom an event speaks, by who is listed after them or was there; whether their number is said."""
    if _count_listed(sentence, event) or _count_inserted(sentence, event):
        return True
    return _means_everybody(sentence, event) and _count_aboard(document, sentence, event)


def _count_listed(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "killing all on board, 14 adults and 3 infants", "Everyone was hurt: a nurse and her two patients"."""
    whole = event.group
    if whole is None or whole.is_counted or sentence.low[whole.first] not in sentence.rule_words.everybody:
        return False
    begin = max(event.at, whole.last)
    after = [one for one in sentence.groups if one.first > begin + 1 and not one.is_guess]
    if not after or not _opens_list(sentence, begin, after[0]):
        return False
    members = _members(sentence, after)
    if not all(one.low and one.low == one.high and not one.is_bare for one in members) or _goes_on(
        sentence, members[-1]
    ):
        return False
    _take_all(sentence, event, whole, members)
    return True


def _count_inserted(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Everyone on board, six passengers and a pilot, was killed": those between two commas are everybody."""
    last, everybody = event.group, sentence.rule_words.everybody
    if last is None or last.last >= event.at or everybody.isdisjoint(sentence.present):
        return False
    is_closed = last.last + 1 < event.at and sentence.low[last.last + 1] in _LIST_SIGNS
    whole = next((one for one in sentence.groups if sentence.low[one.first] in everybody), None)
    if not is_closed or whole is None or whole.is_counted or whole.last >= last.first:
        return False
    after = [one for one in sentence.groups if whole.last + 1 < one.first and not one.is_guess]
    members = _members(sentence, after) if after and _opens_list(sentence, whole.last, after[0]) else []
    is_all = last in members and all(one.low and one.low == one.high and not one.is_bare for one in members)
    if is_all:
        _take_all(sentence, event, replace(whole, last=last.last), members)
    return is_all


def _take_all(sentence: Sentence, event: HarmEvent, whole: Group, members: list[Group]) -> None:
    """Make one event of all who are listed, and none of each of them."""
    sentence.events = [one for one in sentence.events if one is event or one.group not in members or one.at != event.at]
    people = sum(one.low or 0 for one in members)
    classes = {one.victim for one in members}
    victim = classes.pop() if len(classes) == 1 else "unknown" if "unknown" in classes else "mixed"
    event.group = replace(whole, low=people, high=people, kind="exact", victim=victim, is_counted=True)
    event.first = min(event.first, whole.first)


def _opens_list(sentence: Sentence, begin: int, first: Group) -> bool:
    """Whether a sign stands right before the first of a list, and no verb or harm between the people and the sign."""
    between = range(begin + 1, first.first - 1)
    is_open = any(sentence.mask[at] & _VERBAL or sentence.is_harm(at) for at in between)
    return sentence.low[first.first - 1] in _LIST_SIGNS and not is_open


def _members(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """The people of a list, up to a verb, a harm or too many words."""
    found = groups[:1]
    for group in groups[1:]:
        between = range(found[-1].last + 1, group.first)
        if len(between) > _APART or any(sentence.mask[at] & _VERBAL or sentence.is_harm(at) for at in between):
            break
        found.append(group)
    return found


def _goes_on(sentence: Sentence, last: Group) -> bool:
    """Whether whoever stands last in a list has a verb of their own, or tells it: "…, two farmers said"."""
    after = last.last + 1
    if after >= sentence.size:
        return False
    is_telling = sentence.low[after] in sentence.rule_words.saying
    return is_telling or bool(sentence.mask[after] & _VERBAL) or sentence.is_harm(after)


def _count_aboard(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """As in "with nine on board … there were no survivors", "all aboard died"; whether their number is said."""
    for back in range(sentence.number, max(-1, sentence.number - _BACK - 1), -1):
        other = document.sentence(back)
        group = next((one for one in joined_lists(other, other.groups) if _are_aboard(other, one)), None)
        if group is not None:
            first = event.group.first if event.group is not None else event.at
            last = event.group.last if event.group is not None else event.at
            event.group = replace(group, first=first, last=last, head=-1, is_bare=True)
            event.rules.append(ALL_ABOARD)
            return True
    return False


def _are_aboard(sentence: Sentence, group: Group) -> bool:
    """As in "nine people were on board", "a crew of nine", "was carrying 18": several, with their number."""
    if not group.is_counted or (group.low or 0) <= 1:
        return False
    low, rule_words, first, after = sentence.low, sentence.rule_words, group.first, group.last + 1
    if after < sentence.size and sentence.mask[after] & BE:
        after += 1
    following = {" ".join(low[after : after + length]) for length in (1, 2)}
    is_crew = first > 1 and low[first - 2] in rule_words.crew and low[first - 1] in rule_words.genitive
    is_crew |= first > 0 and low[first - 1] in rule_words.carrying
    return is_crew or not following.isdisjoint(rule_words.aboard)


def _means_everybody(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "all aboard died", "no survivors": all who were there, whatever their number."""
    group, low, rule_words = event.group, sentence.low, sentence.rule_words
    if group is None:
        return low[event.at] in rule_words.everybody
    if event.entry.of_nobody and group.low is None:
        return True  # "nobody lived"
    after = group.last + 1
    if group.low is not None or after >= sentence.size or low[group.first] not in rule_words.everybody:
        return False
    is_all = sentence.mask[after] & (BE | HAVE) or after == event.at  # "crashed and all were killed"
    return bool(is_all) or low[after] in rule_words.aboard or low[after] in rule_words.aboard_openers
