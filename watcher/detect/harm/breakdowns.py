"""Who the counted are, by a list of classes: "of the 30 injured, 12 were soldiers, 9 police", "six of the dead were …".

The first number says of whom it is ("of the nine killed") or is of them itself ("seven of the dead"); a verb of being
gives its class, and each number after a comma, a semicolon or "and" is a further part with the class of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.partitives import is_share_of
from watcher.detect.words.annotations import AFTER_TITLE, SHARE, VERB_BEFORE, Group, HarmEvent, events_of
from watcher.detect.words.idioms import meant
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, CONJUNCTION, DEFINITE, DETERMINER, OTHERS, PREPOSITION, THING

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.tokens import Sentence


_OPENING = 4  # words before the harm in "Of the 14 injured, …"
_SIGNS = frozenset({",", ";"})
_FIGURE_ENDS = _SIGNS | {")", "/"}
_NEAR = 3  # words between a number and the bracket that breaks it down
_OF_ALL = frozenset({"adjective", "participle", "noun"})  # forms of harm that tell which people are meant
_COUNTED = frozenset({"killed", "injured", "missing", "casualty"})
_ALL = DEFINITE | ROLES["plural_pronouns"]
_TITLED = frozenset({"noun", "adjective", "reduced"})  # said without a verb
_TOLD = frozenset({"passive", "intransitive", "active", "gerund", "joined"})
_THOSE, _OF_WHOM, _PART = ROLES["plural_pronouns"], ROLES["of_whom"], ROLES["part_openers"]


def broken_down(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "Of the 14 injured, nine are soldiers and two are policemen": parts of those whom the opening names.

    The dead without a number are counted by them: "Of those killed, four were civilians" counts four.
    """
    if len(events) != 1 or events[0].group is None:
        return []
    total = events[0]
    parts = _after_opening(clauses, total) or _after_share(clauses, total) or _after_of_whom(clauses, total)
    found = [_part(total, part) for part in parts]
    if found and total.group is not None and (total.group.low is None or SHARE in total.group.rules):
        events.remove(total)
        for one in found:
            one.part_of = None
    return found


def count_shares(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "four of the dead have not been named", "seven of those hurt are under 18": so many at least."""
    for number in clauses.sentence.quantities.values():
        at = number.last + 3
        own = [one for one in events if one.at == at]
        is_told = any(one.group is not None and one.group.first == number.first for one in events)
        is_number = number.kind == "exact" and bool(number.low) and not number.is_weak
        if not is_number or is_told or any(_is_counted(one) for one in own):
            continue
        entry = _harm_shared(clauses.sentence, at)
        if entry is not None:
            rules = (SHARE,)
            share = Group(number.first, at, number.low, None, "at_least", is_bare=True, is_counted=True, rules=rules)
            events[:] = [one for one in events if one not in own]
            events += events_of(entry, at, [share], "noun")


def _is_counted(event: HarmEvent) -> bool:
    return event.group is not None and not event.group.low == event.group.high is None


def _harm_shared(sentence: Sentence, at: int) -> HarmWords | None:
    """The harm of "of the dead", "of those hurt", `at` being its last word; not that of "of the missing rifles"."""
    if at not in sentence.harms or sentence.low[at - 2] not in sentence.rule_words.genitive:
        return None
    if at + 1 < sentence.size and sentence.mask[at + 1] & THING:
        return None
    entry = meant(sentence, at)
    is_of_all = entry is not None and entry.form in _OF_ALL and entry.harm in _COUNTED
    return entry if is_of_all and sentence.mask[at - 1] & _ALL and not is_share_of(sentence, at - 1) else None


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
    group, noun = total.group, _noun_after(clauses, max(total.last, total.at) + 1)
    if group is None or noun is None or noun.is_child or noun.is_woman:
        return []
    share = group if SHARE in group.rules else _share_before(clauses, group)
    if share is None:
        return []
    number = clauses.sentence.quantities[share.first].last
    first = replace(share, last=number, high=share.low, kind="exact", victim=noun.victim, head=number)
    return _listed(clauses, noun.last + 1, [first])


def _share_before(clauses: Clauses, whole: Group) -> Group | None:
    """The number before the "of" of more people: the eleven of "eleven of the 30 injured"."""
    of = whole.first - 1
    if of < 1 or clauses.sentence.low[of] not in clauses.sentence.rule_words.genitive:
        return None
    share = next((one for one in clauses.groups if one.first < of <= one.last + 1 and one.is_counted), None)
    is_number = share is not None and bool(share.low) and share.first in clauses.sentence.quantities
    return share if is_number and share is not None and (share.low or 0) < (whole.low or 0) else None


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


def in_brackets(sentence: Sentence, whole: Group, begin: int) -> list[Group]:
    """As in "Soldiers killed: 7 (northern sector 5, southern sector 2)": figures that together are as many."""
    opening = next((at for at in range(begin, min(sentence.size, begin + _NEAR)) if sentence.low[at] == "("), -1)
    if opening < 0 or ")" not in sentence.low[opening:]:
        return []
    closing = sentence.low.index(")", opening)
    found = [
        Group(at, at, int(sentence.low[at]), int(sentence.low[at]), "exact", is_bare=True, is_counted=True)
        for at in range(opening + 1, closing)
        if sentence.low[at].isdecimal() and sentence.low[at + 1] in _FIGURE_ENDS
    ]
    is_whole = len(found) > 1 and sum(one.low or 0 for one in found) == whole.low
    return found if is_whole else []


def is_of_others(sentence: Sentence, events: list[HarmEvent], part: Group) -> bool:
    """As in "19 bodies were found; 33 people were rescued, of whom two died": the two are some of the 33."""
    near = [one for one in sentence.groups if one.last < part.first and one.is_counted and not one.is_pronoun]
    if not near or near[-1].is_guess or (near[-1].low or 0) <= (part.low or 0):
        return False
    return not any(one.group is not None and one.group.first == near[-1].first for one in events)


def mark_after_title(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "Death of a soldier: Pte. Noor died on Monday": what a title without a verb says is told after it."""
    if len(events) < 2 or ":" not in sentence.present:
        return
    colon = sentence.low.index(":")
    if any(sentence.mask[at] & AUXILIARY for at in range(colon)):
        return
    titled = {event.entry.harm for event in events if event.last < colon and event.voice in _TITLED}
    for event in events:
        if event.first > colon and event.entry.harm in titled and event.voice in _TOLD:
            event.rules.append(AFTER_TITLE)


def hold_listed(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "killed 12, including five in Dorn and four in Karsa": the number after "and" is a part as well."""
    if len(events) < 2:
        return
    for event in events:
        if event.part_of is not None:
            continue
        same = (one for one in events if one.part_of is None and one.entry.harm == event.entry.harm)
        totals = (one for one in same if _is_share_of(one, event) or _is_listed_part(sentence, one, event))
        event.part_of = next(totals, None)


def _is_share_of(total: HarmEvent, event: HarmEvent) -> bool:
    """As in "seven were wounded; five of the wounded are back": some of those who are counted beside them."""
    group, whole = event.group, total.group
    if group is None or whole is None or SHARE not in group.rules or SHARE in whole.rules:
        return False
    return bool(group.low and whole.low) and (group.low or 0) <= (whole.low or 0)


def _is_listed_part(sentence: Sentence, total: HarmEvent, event: HarmEvent) -> bool:
    """Whether a smaller number follows another one that "including" or "of them" makes a part of the total."""
    group, whole = event.group, total.group
    if group is None or whole is None or not (group.is_bare and group.low and whole.low and group.low < whole.low):
        return False
    between = range(whole.last + 1, group.first)
    opened = [at for at in between if sentence.mask[at] & (_PART | _OF_WHOM)]
    if not opened or not sentence.mask[group.first - 1] & CONJUNCTION:
        return False
    return not any(sentence.low[at] in _SIGNS or sentence.mask[at] & AUXILIARY for at in range(opened[0], group.first))
