"""Losses said of all of a side or of nobody: "cost the occupiers seven men", "none of the eight on board survived"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import OF_THESE
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BARRIER, PREPOSITION, RELATIVE
from watcher.detect.words.whose import is_civil_body, nearest_class

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_FORCES: frozenset[Victim] = frozenset({"military", "police", "combatant"})
_POSSESSIVE = ROLES["possessives"]
_BOTH = 2
_MOURNING = ROLES["mourning"]
_SUFFERED = frozenset({"passive", "intransitive", "reduced"})
_LOSER = 5  # words that name who lost somebody
_WHOLE = 4  # words from some to the number of all of them: "of the crew of 22"


def dead_of_nobody(clauses: Clauses, at: int) -> list[Group]:
    """The people of a verb of surviving whose subject is nobody of them, or all but so many; else none."""
    each = each_of_neither(clauses, at)
    if each:
        return each
    subject = clauses.subject_of(clauses.first_auxiliary(at, AUXILIARY), is_person=True)
    excepted = [group for group in subject if group.is_counted and is_excepted(clauses.sentence, group)]
    only = [group for group in subject if _is_only(clauses.sentence, group)]
    rest = [one for one in (_rest_of_whole(clauses, group) for group in only) if one is not None]
    if rest:  # "only two of the crew of 22 survived"
        return rest
    some = [_some_of_all(clauses.sentence, group) for group in subject if _is_not_all(clauses.sentence, group)]
    return excepted or some or [_all_of(clauses.sentence, group) for group in subject if group.is_nobody]


def _is_not_all(sentence: Sentence, group: Group) -> bool:
    """As in "not all of the nine survived", "not everyone lived": some of them did not."""
    words, opener = sentence.rule_words, group.first - 1
    is_all = sentence.low[group.first].partition(" ")[0] in words.all_who
    return is_all and opener >= 0 and sentence.low[opener] in words.plain_negators


def _some_of_all(sentence: Sentence, group: Group) -> Group:
    """So many as are not said, whom the "not" before them does not deny."""
    sentence.cues = [(at, cue) for at, cue in sentence.cues if at != group.first - 1]
    return replace(group, low=None, high=None, kind="none", is_counted=False, is_pronoun=True)


def _is_only(sentence: Sentence, group: Group) -> bool:
    """As in "only two of the crew of 22": a word says that they are few."""
    words, before = sentence.rule_words, sentence.low[max(0, group.first - 1)]
    is_few = before in words.but_only and before not in words.excepting
    return is_few and group.is_counted and bool(group.low) and group.first > 0


def each_of_neither(clauses: Clauses, at: int) -> list[Group]:
    """As in "neither the driver nor his two passengers lived": all whom the two words before a verb name."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if words.alternatives_denied.isdisjoint(sentence.present):
        return []
    begin = max((one for one in range(at) if sentence.low[one] in words.alternatives_denied), default=at)
    if words.alternatives_joined.isdisjoint(sentence.low[begin:at]):
        return []
    named = [one for one in clauses.groups if begin <= one.first and one.last < at and not one.is_guess]
    named = [one for one in named if one.head >= 0 or one.is_name or (one.is_counted and one.low)]
    is_each = len(named) > 1 and all(one.last == one.head or one.low for one in named)
    if any(one.is_nobody for one in named) and not is_each:
        return []  # "neither pilot nor navigator" is one group of two
    return [replace(one, low=1, high=1, is_counted=False) if one.is_nobody else one for one in named]


def is_excepted(sentence: Sentence, group: Group) -> bool:
    """As in "all but two", "every passenger except two"."""
    words, opener = sentence.rule_words, group.first - 1
    if opener < 1 or sentence.low[opener] not in words.excepting:
        return False
    return not words.all_who.isdisjoint(sentence.low[max(0, opener - _LOSER) : opener])


def _all_of(sentence: Sentence, nobody: Group) -> Group:
    """All those of whom nobody survived: the eight of "none of the eight", two where the text says "neither"."""
    last = min(sentence.size - 1, nobody.last)
    inner = [one for first, one in sentence.quantities.items() if nobody.first < first <= last and one.low]
    if inner:
        return replace(nobody, low=inner[0].low, high=inner[0].high, kind=inner[0].kind, is_counted=True)
    words = sentence.low[nobody.first].split(" ")
    before = [one for one in sentence.groups if one.last < nobody.first and one.is_counted and (one.low or 0) > 1]
    if before and not nobody.is_pronoun:
        return replace(before[-1], head=-1, is_bare=True)  # "a crew of four, none of whom survived"
    if not sentence.rule_words.alternatives_denied.isdisjoint(words):
        return replace(nobody, low=_BOTH, high=_BOTH, kind="exact", is_counted=True)
    return replace(nobody, low=None, high=None, kind="none", is_counted=False, is_pronoun=True)


def lost_by(clauses: Clauses, at: int) -> list[Group]:
    """As in "cost the occupiers seven men": the people after whoever lost them, of the same side."""
    sentence = clauses.sentence
    for first in range(at + 2, min(sentence.size, at + 2 + _LOSER)):
        group = clauses.by_first.get(first)
        if group is not None and group.is_counted and group.head >= 0 and not group.is_guess:
            return _of_loser(sentence, group, range(at + 1, first))
        is_end = not (sentence.is_word(first) or sentence.low[first].isdecimal())  # "the 3rd Battalion"
        if sentence.mask[first] & (AUXILIARY | BARRIER | PREPOSITION) or is_end:
            break
    return []


def _of_loser(sentence: Sentence, group: Group, loser: range) -> list[Group]:
    """Those whom a side, or by their noun a village, lost: "cost the hamlet four residents", not "a firm four men"."""
    side = _side(sentence, loser)
    if side is not None:
        return [replace(group, victim=side)]
    words = sentence.rule_words
    deadly = words.events | words.case_events | words.calamities
    if deadly.isdisjoint(sentence.present) or sentence.low[group.head] in words.joiners:
        return []
    is_village = any(is_civil_body(sentence, at) for at in loser)
    is_own = any(roles & _POSSESSIVE for roles in sentence.mask[group.first : group.head])  # "five of its officers"
    if is_village and is_own and group.victim == "unknown":
        return [replace(group, victim="civilian")]
    return [group] if group.victim != "unknown" and (is_own or (is_village and group.victim == "civilian")) else []


def own_dead(clauses: Clauses, at: int) -> list[Group]:
    """As in "mourns three of its own", "buried 40 of its men", "mourns two deputies": a number, and whose they are."""
    sentence = clauses.sentence
    first = clauses.skip_right(at + 1)
    group, number = clauses.by_first.get(first), sentence.quantities.get(first)
    if group is None or number is None or not group.is_counted or not group.low:
        return []
    joint = number.last + 1
    is_of = joint + 1 < sentence.size and sentence.low[joint] in sentence.rule_words.genitive
    is_own = is_of and bool(sentence.mask[joint + 1] & _POSSESSIVE)
    side = _side(sentence, range(max(0, at - _LOSER), at))
    is_known = group.victim != "unknown" or side is not None  # "Navy mourns two divers"
    is_mourned = bool(sentence.mask[at] & _MOURNING) and group.head >= 0 and is_known
    if not (is_own or is_mourned):
        return []
    victim = group.victim if group.victim != "unknown" else side or "unknown"
    return [replace(group, victim=victim, is_bare=False, head=group.last)]


def _side(sentence: Sentence, tokens: range) -> Victim | None:
    """The class of whoever lost people: an army, its units, the enemy; None for firms and families."""
    named = nearest_class(sentence, reversed(tokens), sentence.rule_words.own_words)
    return named if named in _FORCES else None


def drop_leavers(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "the club has lost 200 members since the fees rose": who only belonged need not have died."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if len(events) != 1 or words.joiners.isdisjoint(sentence.present):
        return
    event, group = events[0], events[0].group
    if not (event.entry.needs_count and event.entry.needs_people) or event.voice != "active":
        return
    if group is None or group.head < 0 or sentence.low[group.head] not in words.joiners:
        return
    deadly = words.events | words.case_events | words.calamities
    after = [low.partition(" ")[0] for low in sentence.low[event.last + 1 :]]
    is_staff = bool(after) and after[0] in words.genitive  # "lost 200 members of its staff"
    if not is_staff and not words.clubs.isdisjoint(sentence.low[: event.at]) and deadly.isdisjoint(after):
        events.clear()


def uncount_exceptions(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "all but two died": how many died is not said, but of "all but two of the crew of 22"."""
    sentence = clauses.sentence
    if sentence.rule_words.exceptions.isdisjoint(sentence.present):
        return
    for event in events:
        group = event.group
        is_one = group is not None and group.low == 1 and group.head >= 0  # "everyone but the driver died"
        if group is None or not (group.is_counted or is_one) or group.first > event.at or event.voice not in _SUFFERED:
            continue
        between = sentence.mask[group.last + 1 : event.at]
        is_subject = not any(roles & RELATIVE for roles in between)  # not "picked up all but nine, who are sought"
        if not is_subject or event.entry.of_nobody or event.entry.is_unharmed:
            continue
        if is_excepted(sentence, group):
            none = replace(group, low=None, high=None, kind="none", is_counted=False, is_definite=True)
            event.group = _rest_of_whole(clauses, group) or none
        else:
            event.group = _without_inserted(clauses, group)


def leave_missing(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "all but nine of the 30 missing pupils have been found": nine are missing, and 21 are not."""
    sentence = clauses.sentence
    if sentence.rule_words.excepting.isdisjoint(sentence.present):
        return
    for event in (one for one in events if one.entry.harm == "missing" and one.voice == "attribute"):
        whole, left = event.group, [one for one in clauses.groups if one.first < event.at and one.low]
        left = [one for one in left if is_excepted(sentence, one)]
        if whole is None or not left or left[-1].last + _WHOLE < whole.first:
            continue
        event.group = replace(left[-1], victim=whole.victim, head=whole.head, last=whole.last, is_bare=False)
        event.rules, event.first = [*event.rules, OF_THESE], left[-1].first


def _rest_of_whole(clauses: Clauses, left_out: Group) -> Group | None:
    """The other 16 of "all but three of the 19 hostages", the eleven of "all twelve miners but one"; None if unsaid."""
    sentence = clauses.sentence
    before = [one for one in clauses.groups if left_out.first - _LOSER <= one.first < left_out.first and one.low]
    rest = _less(before[-1], left_out) if before and before[-1].last == left_out.first - 2 else None
    if rest is not None:
        return rest
    inside = range(left_out.first + 1, min(sentence.size, left_out.last + _WHOLE))
    wholes = [sentence.quantities[at] for at in inside if at in sentence.quantities]
    between = sentence.low[left_out.first + 1 : wholes[0].first] if wholes else []
    is_of = not sentence.rule_words.genitive.isdisjoint(between) and len(between) < _WHOLE + 1
    if not wholes and sentence.low[0] in sentence.rule_words.genitive:  # "of the nine on board only two survived"
        wholes = [one for at, one in sentence.quantities.items() if at <= 2 and one.last < left_out.first]
        is_of = bool(wholes)
    whole = replace(left_out, low=wholes[0].low, high=wholes[0].high, is_counted=True) if is_of else None
    return _less(whole, left_out) if whole is not None else None


def _less(whole: Group, left_out: Group) -> Group | None:
    """People without those who are left out; None where either number is not exact, or nobody is left."""
    if not whole.low or whole.low != whole.high or left_out.low is None or left_out.low != left_out.high:
        return None
    rest = whole.low - left_out.low
    last = max(whole.last, left_out.last)
    return replace(whole, low=rest, high=rest, kind="exact", last=last, is_bare=False) if rest > 0 else None


def _without_inserted(clauses: Clauses, group: Group) -> Group:
    """As in "all nine passengers, except the driver, were hurt": eight of them."""
    sentence, comma = clauses.sentence, group.last + 1
    low = sentence.low
    if low[comma : comma + 1] != [","] or comma + 1 >= sentence.size or group.low == 1:
        return group
    if low[comma + 1] not in sentence.rule_words.exceptions:
        return group
    inner = clauses.by_first.get(comma + 2) or clauses.by_first.get(comma + 3)
    is_closed = inner is not None and low[inner.last + 1 : inner.last + 2] == [","]
    return (_less(group, inner) if is_closed and inner is not None else None) or group


def is_freed(sentence: Sentence, group: Group | None) -> bool:
    """As in "rescued 14 kidnapped workers": captives who are free now."""
    if group is None:
        return False
    return not sentence.rule_words.freeing.isdisjoint(sentence.low[max(0, group.first - 1) : group.last + 1])
