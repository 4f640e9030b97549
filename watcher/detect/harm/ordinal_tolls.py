"""The last of a row, and how many the row holds: "the fifth soldier to die this year", "the third death since May".

Whoever is the fifth is one person, and the news; the five are a count of the longer time that is named after them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import Group, HarmEvent
from watcher.detect.words.idioms import has_context
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_formation
from watcher.detect.words.tokens import BE, CONJUNCTION, DEFINITE, DETERMINER, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.words.tokens import Sentence


ROW = "one of a row"  # the rule of a count by its last one
TOLL = "the last of so many"  # the rule of a count of the release's own event by its last one
_EVENT = 3  # words from "the" to the event that the row is of
_SECOND = 2  # the first of the ordinals
_HARM = 9  # words from the ordinal to its harm: "the fourth soldier of the division to be killed"
_PERIOD = 10  # words from the harm to its time
_SIGNS = frozenset(",;:")
_MARKED = frozenset({"killed", "injured"})
_OF_DEED = frozenset({"base", "present", "gerund"})  # "the third accident to kill a soldier"
_POSSESSIVE = ROLES["possessives"]
_SUFFER = ROLES["suffer"]


def count_rows(sentence: Sentence, events: list[HarmEvent]) -> None:
    """Add the count of each row, and see to it that its last one is counted once."""
    words, present = sentence.rule_words, sentence.present
    if present.isdisjoint(words.ordinals) and present.isdisjoint(words.ordinal_endings):
        return
    ordinals = [at for at in range(1, sentence.size) if _number(sentence, at) > 1 and _opens(sentence, at - 1)]
    ordinals = [at for at in ordinals if not _is_of_second(sentence, at)]
    for at in ordinals:
        harm = _harm_after(sentence, at)
        one = next((event for event in reversed(events) if event.at < at and _is_single(event)), None)
        if harm < 0 and one is not None and _is_alone(sentence, at + 1):
            harm = one.at
        entry = sentence.words[harm].harm if harm >= 0 else None
        if entry is not None and entry.needs_licence and one is not None:
            entry = one.entry  # "was killed, the seventh victim since June"
        rule = _rule_of(sentence, at, harm)
        if entry is not None and not has_context(sentence, harm, entry):
            continue  # "died on him in the third set"
        if entry is None or entry.harm not in _MARKED or entry.form in _OF_DEED or not rule:
            continue
        _count_last(events, entry, harm, has_other=one is not None and one.at != harm)
        events.append(_row(sentence, entry, at, harm, one.group if one is not None else None, rule))


def _is_of_second(sentence: Sentence, at: int) -> bool:
    """As in "the driver of the second injured", of the second car: no second person, as the 7th Battalion is none."""
    if at + 1 < sentence.size and is_formation(sentence, at + 1):
        return True
    return at > 1 and sentence.low[at - 2] in sentence.rule_words.genitive and sentence.is_harm(at + 1)


def is_last_of_row(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether an event is one person whom its sentence calls the last of a row."""
    if ROW in event.rules or event.group is None or event.group.low != 1:
        return False
    return any(ROW in one.rules and one.entry.harm == event.entry.harm for one in sentence.events)


def _rule_of(sentence: Sentence, at: int, harm: int) -> str:
    """Of what the row is: of a longer time, or of the release's own event; nothing where the words leave it open."""
    if _is_of_period(sentence, max(at, harm)):
        return ROW
    return TOLL if _is_of_event(sentence, max(at, harm)) and not _is_predicate(sentence, at, harm) else ""


def _is_predicate(sentence: Sentence, at: int, harm: int) -> bool:
    """As in "the second officer suffered burns", "the third soldier died": who it is, and no count of the harmed."""
    between = range(at + 1, harm)
    if any(sentence.low[one] in sentence.rule_words.infinitive_markers for one in between):
        return False
    return any(sentence.words[one].people is not None or sentence.mask[one] & _SUFFER for one in between)


def _is_of_event(sentence: Sentence, at: int) -> bool:
    """As in "the second to die", "the third victim of the blast", "the fourth worker to be killed by the fire"."""
    words, after = sentence.rule_words, at + 1
    if after >= sentence.size or sentence.low[after] == ".":
        return True
    if not sentence.mask[after] & PREPOSITION or after + 1 >= sentence.size or not sentence.mask[after + 1] & DEFINITE:
        return False
    near = sentence.low[after + 2 : after + 2 + _EVENT]
    return any(low in words.events or low in words.calamities for low in near)


def _row(sentence: Sentence, entry: HarmWords, at: int, harm: int, last: Group | None, rule: str) -> HarmEvent:
    """The count; its class is that of its noun or, of "the fourth to die", that of the last one."""
    number, after = _number(sentence, at), at + 1
    noun = next((one for one in sentence.groups if one.first <= after <= one.last and one.head > at), None)
    noun = last if _is_alone(sentence, after) or sentence.low[after] in sentence.rule_words.infinitive_markers else noun
    victim = noun.victim if noun is not None else "unknown"
    group = Group(at, at, number, number, "exact", head=at, victim=victim, is_counted=True, rules=(rule,))
    rules = [entry.name, rule]
    return HarmEvent(replace(entry, form="noun"), harm, group, at, max(at, harm), "toll", rules=rules)


def _count_last(events: list[HarmEvent], entry: HarmWords, harm: int, *, has_other: bool) -> None:
    """Leave one event for the last of the row: that of the clause before, or else one at the harm itself."""
    own = [event for event in events if event.at == harm]
    if has_other:
        events[:] = [event for event in events if event not in own]
    elif all(event.group is None for event in own):
        events[:] = [event for event in events if event not in own]
        group = Group(harm, harm, 1, 1, "exact", is_definite=True, is_counted=True)
        events.append(HarmEvent(entry, harm, group, harm, harm, "noun", rules=[entry.name]))


def _is_single(event: HarmEvent) -> bool:
    return event.group is not None and event.group.low == event.group.high == 1 and event.entry.harm in _MARKED


def _number(sentence: Sentence, at: int) -> int:
    """The number of "fifth", or of "14" and "th", `at` being the last of the two; or 0."""
    words, low = sentence.rule_words, sentence.low[at]
    if low in words.ordinals:
        return words.ordinals.index(low) + _SECOND
    before = sentence.low[at - 1]
    return int(before) if low in words.ordinal_endings and before.isdecimal() else 0


def _opens(sentence: Sentence, at: int) -> bool:
    """Whether "the", "their" or "the battalion's" stands before the ordinal, which may be of figures."""
    at -= int(at > 0 and sentence.low[at].isdecimal())
    is_owner = sentence.low[at].endswith(sentence.rule_words.possessive_marks)
    return is_owner or bool(sentence.mask[at] & (DEFINITE | _POSSESSIVE))


def _harm_after(sentence: Sentence, at: int) -> int:
    """The word of harm of "the fifth soldier to die", "the third death", or -1; not in "the 80th year of the raid"."""
    has_people = False
    for probe in range(at + 1, min(sentence.size, at + _HARM)):
        harm = sentence.words[probe].harm
        if harm is not None and harm.needs_licence and _opens_infinitive(sentence, probe + 1):
            continue  # "the fifth victim to die"
        if harm is not None:
            return -1 if _is_said_of_one(sentence, at, probe) else probe
        is_to, mask = _opens_infinitive(sentence, probe), sentence.mask[probe]
        is_other = not has_people and bool(mask & (PREPOSITION | RELATIVE | CONJUNCTION))
        is_verb = mask & BE and sentence.low[probe - 1] not in sentence.rule_words.infinitive_markers
        if sentence.low[probe] in _SIGNS or is_verb or (is_other and not is_to):
            return -1
        has_people |= sentence.words[probe].people is not None
    return -1


def _opens_infinitive(sentence: Sentence, at: int) -> bool:
    """As in "the fifth soldier to die"; not "from the tenth floor to his death"."""
    is_to = at + 1 < sentence.size and sentence.low[at] in sentence.rule_words.infinitive_markers
    return is_to and not sentence.mask[at + 1] & (DETERMINER | _POSSESSIVE)


def _is_said_of_one(sentence: Sentence, at: int, harm: int) -> bool:
    """As in "two got out, the third drowned": said of one of so many, and no count as in "the third to drown"."""
    entry, between = sentence.words[harm].harm, range(at, harm)
    is_counting = any(
        sentence.mask[one] & RELATIVE or sentence.low[one] in sentence.rule_words.infinitive_markers for one in between
    )
    return entry is not None and entry.form == "intransitive" and not is_counting


def _is_alone(sentence: Sentence, at: int) -> bool:
    """As in "the second in a month", "the fourth this year": no noun follows."""
    if at >= sentence.size:
        return False
    is_period = not sentence.rule_words.long_periods.isdisjoint(sentence.low[at].split(" "))
    return is_period or bool(sentence.mask[at] & PREPOSITION) or sentence.low[at] in sentence.lexicon.since


def _is_of_period(sentence: Sentence, at: int) -> bool:
    """Whether a longer time is named after a token: "this year", "since May", "of the campaign"."""
    words, since = sentence.rule_words, sentence.lexicon.since
    for probe in range(at + 1, min(sentence.size, at + 1 + _PERIOD)):
        low = sentence.low[probe]
        if low in _SIGNS:
            return False
        if low in since or not words.long_periods.isdisjoint(low.split(" ")):
            return True
    return False
