"""A second number of one harm, by somebody else: "residents put the dead at 30, the army at 14", "the army says 14".

The verb of the first account is left out or said again; whoever gives the second number stands right before it. Each
number is its own speaker's, and what the publisher's side counts is no allegation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import is_outsider, subject_of_saying
from watcher.detect.words.annotations import ACCOUNT, VERB_BEFORE, Group, HarmEvent
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    AUXILIARY,
    BARRIER,
    CONJUNCTION,
    PREPOSITION,
    RELATIVE,
)

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Quantity
    from watcher.detect.words.tokens import Sentence


_SPEECH, _OPENING = ROLES["speech"], PREPOSITION | ROLES["of"]
_TELLER = 6  # words of whoever gives the second number
_VERB = 3  # words of "puts it at", "says only"
_CLOSED = AUXILIARY | CONJUNCTION | BARRIER | RELATIVE
_FINITE = frozenset({"passive", "intransitive"})
_ENDS = frozenset(".,;:)")


def second_accounts(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The events of a sentence, with one for each number that somebody else gives of the harm before it."""
    if len(sentence.quantities) < 2 or not events:
        return events
    bare = [number for number in sentence.quantities.values() if _is_bare(sentence, number)]
    verbs = sentence.rule_words.saying | sentence.rule_words.reckoning if bare else frozenset()
    for number in bare:
        teller = _teller_of(sentence, number, verbs)
        first = _first_account(sentence, events, teller, verbs) if teller else None
        if first is not None:
            events = [one for one in events if one is first or _place(one) != (number.first, number.last)]
            events.append(_account(first, number, teller))
    return events


def without_doers(events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "the army wounded 30 rebels and the police 14": who stands right before the second number did it."""
    numbers = {
        one.group.first for one in events if VERB_BEFORE in one.rules and one.group is not None and one.group.is_bare
    }
    return [one for one in events if not _is_doer(one, numbers)] if numbers else events


def _is_doer(event: HarmEvent, numbers: set[int]) -> bool:
    group = event.group
    return event.voice == "active" and group is not None and not group.is_counted and group.last + 1 in numbers


def _account(first: HarmEvent, number: Quantity, teller: range) -> HarmEvent:
    """The second number of a harm, of the same people as the first."""
    victim = first.group.victim if first.group is not None else "unknown"
    counted = Group(number.first, number.last, number.low, number.high, number.kind)
    group = replace(counted, victim=victim, is_bare=True, is_counted=True)
    rules = [first.entry.name, "number", "another account"]
    return HarmEvent(first.entry, number.first, group, teller.start, number.last, ACCOUNT, rules=rules)


def second_teller(sentence: Sentence, account: HarmEvent) -> range:
    """Whoever gives the second number: the words before its verb or its preposition."""
    verbs = sentence.rule_words.saying | sentence.rule_words.reckoning
    end = account.group.first if account.group is not None else account.last
    rest = range(account.first + 1, end)
    stop = next((at for at in rest if sentence.mask[at] & _OPENING or _is_verb(sentence, at, verbs)), end)
    return range(account.first, stop)


def _is_verb(sentence: Sentence, at: int, verbs: frozenset[str]) -> bool:
    is_verb = bool(sentence.mask[at] & _SPEECH) or sentence.low[at].partition(" ")[0] in verbs
    return is_verb or any(one == at and cue.effect == "alleged" for one, cue in sentence.cues)


def _place(event: HarmEvent) -> tuple[int, int]:
    return (event.group.first, event.group.last) if event.group is not None else (-1, -1)


def _is_bare(sentence: Sentence, number: Quantity) -> bool:
    """Whether a number of people ends its clause."""
    after = number.last + 1
    is_end = after >= sentence.size or sentence.low[after] in _ENDS or bool(sentence.mask[after] & CONJUNCTION)
    return is_end and number.low != 0 and not number.is_pronoun and number.first > 1


def _teller_of(sentence: Sentence, number: Quantity, verbs: frozenset[str]) -> range:
    """Whoever stands between a joint and a bare number: "the army" in ", the army at 14", "and the army says 14"."""
    last = number.first - 1
    last -= bool(sentence.mask[last] & _OPENING)
    verb = next((at for at in range(last, max(0, last - _VERB), -1) if _is_verb(sentence, at, verbs)), -1)
    last = verb - 1 if verb > 0 else last
    first = last
    while first > 0 and last - first < _TELLER and _may_tell(sentence, first):
        first -= 1
    is_joined = sentence.low[first] in {",", ";"} or bool(sentence.mask[first] & (CONJUNCTION | BARRIER))
    teller = range(first + 1, last + 1)
    is_named = teller.stop < number.first and any(sentence.is_capital(at) for at in teller)
    return teller if is_joined and (is_named or _is_teller(sentence, teller)) else range(0)


def _may_tell(sentence: Sentence, at: int) -> bool:
    is_plain = sentence.is_word(at) and at not in sentence.quantities and sentence.words[at].harm is None
    return is_plain and not sentence.mask[at] & _CLOSED


def _is_teller(sentence: Sentence, teller: range) -> bool:
    return bool(teller) and (is_of_own_side(sentence, teller) or is_outsider(sentence, teller))


def is_of_own_side(sentence: Sentence, teller: range) -> bool:
    """Whether whoever gives a number speaks for the publisher's side: the army, the ministry."""
    lows = {low for at in teller for low in sentence.low[at].split(" ")}
    return not sentence.rule_words.insiders.isdisjoint(lows) and not is_outsider(sentence, teller)


def _first_account(
    sentence: Sentence, events: list[HarmEvent], teller: range, verbs: frozenset[str]
) -> HarmEvent | None:
    """The one number of a harm that somebody else gives before a second teller, with a verb of saying or counting."""
    before = [one for one in events if one.last < teller.start and one.voice != ACCOUNT]
    told = [one for one in before if one.group is not None and one.group.is_counted]
    if len(told) != 1 or told[0].group is None or not told[0].group.low:
        return None
    begin = max(told[0].group.first, told[0].at)
    verb = next((at for at in range(1, begin) if _is_verb(sentence, at, verbs)), 0)
    is_one_count = sentence.low[verb].partition(" ")[0] in sentence.rule_words.reckoning or told[0].voice in _FINITE
    is_others = is_outsider(sentence, subject_of_saying(sentence, verb)) or is_outsider(sentence, teller)
    return told[0] if verb and (is_one_count or is_others) else None  # "the army reported six dead and the police four"
