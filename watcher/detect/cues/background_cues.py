"""Whether words that tell of another event speak of a harm in their sentence, or of those who were harmed or did it.

"A man wanted for a murder was killed": what he was wanted for is old, his death is the news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.annotations import OF_OBJECTS
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    CONJUNCTION,
    DAY,
    DETERMINER,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
)

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_CHARGE = 8  # words of "over the alleged unlawful killing of"
_TOLD = 3  # words of "inform the public that"
_SINCE = 8  # words of "since the ceasefire took effect on Sunday"
_STOPS = frozenset(",;:.")


def charges(sentence: Sentence) -> list[int]:
    """As in "arrested two men over the deaths of three": where stands what somebody is held to account for."""
    words = sentence.rule_words
    if words.prosecuting.isdisjoint(sentence.present):
        return []
    is_trial = not words.trials.isdisjoint(sentence.present)
    charged = words.charged_with | words.tried_for if is_trial else words.charged_with
    overs = [at for at, low in enumerate(sentence.low) if low in charged and at not in sentence.quantities]
    first = next(at for at, low in enumerate(sentence.low) if low in words.prosecuting)
    return [at for at in overs if first < at and any(_is_charge(sentence, at, one.at) for one in sentence.events)]


def _is_charge(sentence: Sentence, over: int, harm: int) -> bool:
    """Whether a harm is what the "over" names, and not what "a crash that killed four" did."""
    is_near = over < harm <= over + _CHARGE
    return is_near and not any(roles & RELATIVE for roles in sentence.mask[over:harm])


def accusations(sentence: Sentence) -> list[int]:
    """As in "the army is accused of killing four": somebody says so of a force or a state; of a person a court does."""
    if not sentence.cues:
        return []
    words = sentence.rule_words
    cues = [(at, sentence.low[at].split(" ")) for at, cue in sentence.cues if cue.effect == "background" and at]
    accused = [at for at, (verb, *rest) in cues if verb in words.finite_auxiliaries and rest[:1] == [*words.accused]]
    return [at for at in accused if not _is_person(sentence, at)]


def _is_person(sentence: Sentence, verb: int) -> bool:
    """Whether people by their number, a name or a pronoun stand right before a verb or its "who"."""
    last = verb - 1 - bool(sentence.mask[verb - 1] & RELATIVE)
    subject = next((one for one in sentence.groups if one.last == last), None)
    return subject is not None and (subject.is_pronoun or subject.is_name or subject.is_counted or subject.low == 1)


def is_of_another(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, between: tuple[int, int]) -> bool:
    """Whether a cue before a harm speaks of something else: another clause, another day, or the people themselves.

    `between` are the tokens from behind the cue up to the harm.
    """
    if cue.effect == "alleged":
        return is_answered(sentence, event, at) or (_is_of_person(sentence, at) and _is_aside(sentence, event, at))
    low = sentence.low[slice(*between)]
    if cue.role in {"avenged", "time_after"} and "," in low:
        return True  # "to avenge a raid, rebels killed two"
    is_he = event.group is not None and event.group.is_pronoun and not event.group.is_counted
    if cue.role == "time_after" and (is_he or event.entry.harm != "killed"):
        return True  # "weeks after he was shot"
    is_time = sentence.low[at] in sentence.rule_words.earlier_times
    if not is_time and _is_of_none(sentence, at):
        return True  # "nobody has claimed responsibility for the bomb that hurt two": the bomb is the news
    if is_time and any(sentence.mask[probe] & DAY for probe in range(*between)):
        return True  # "last month admitted 21 dead, on Friday admitted three more"
    if not at and not is_time and tells_that(sentence, *between):
        return True  # "in connection with your enquiries we inform you that"
    return _is_aside(sentence, event, at) or (not is_time and _has_next_predicate(sentence, event, at))


def is_answered(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "reports of ten dead were exaggerated: four died": the report at a token ends with the verdict on it."""
    verdicts = [
        one
        for one, cue in sentence.cues
        if cue.effect == "denied" and at < one < event.first and not sentence.mask[one - 1] & DETERMINER
    ]
    if not verdicts or not any(at < one.at < verdicts[-1] for one in sentence.events):
        return False
    between = range(verdicts[-1] + 1, event.first)
    return any(sentence.low[one] in _STOPS or sentence.mask[one] & CONJUNCTION for one in between)


def tells_that(sentence: Sentence, low: int, high: int) -> bool:
    """Whether somebody says, in the tokens from `low` up to `high`, what follows: "the ministry confirms that"."""
    words = sentence.rule_words
    saying = words.saying | words.affirming | words.announcing
    for at in range(low, high - 1):
        verb, _, that = sentence.low[at].partition(" ")
        after = {that, *sentence.low[at + 1 : min(high, at + 1 + _TOLD)]}
        if verb in saying and not after.isdisjoint(words.content_clause_openers):
            return True
    return False


def _predicate(sentence: Sentence, event: HarmEvent, at: int) -> int:
    """Where the verb of a harm begins behind a cue, with its auxiliaries."""
    verb = event.at
    while verb > at and sentence.mask[verb - 1] & (AUXILIARY | ADVERB):
        verb -= 1
    return verb


def _has_next_predicate(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "he was involved in a dispute and was stabbed": the harm is said after the "and", by a verb of its own."""
    verb = _predicate(sentence, event, at)
    is_joint = at + 1 < verb < event.at and sentence.mask[verb - 1] & CONJUNCTION
    return bool(is_joint) and event.group is not None and event.group.last < at


def _is_of_none(sentence: Sentence, at: int) -> bool:
    """As in "no other car was involved in", "nobody has been charged with": nobody is the subject before a verb."""
    nobody = (one.last for one in sentence.quantities.values() if one.high == 0 and one.last < at)
    last = max(nobody, default=-1)
    return last >= 0 and not any(
        sentence.low[one] in _STOPS or sentence.mask[one] & (CONJUNCTION | BARRIER) for one in range(last + 1, at)
    )


def is_of_suspects(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "three alleged gunmen fled, and a marine was hurt": what is alleged of people is no doubt about others.

    It is of a bare number ("three alleged gunmen dead and two hurt"), and of those who have their verb with them.
    """
    group = event.group
    if sentence.low[at] not in sentence.rule_words.suspected or group is None:
        return False
    if group.head < 0 and event.voice not in OF_OBJECTS:
        return False
    suspects = next((one for one in sentence.groups if one.first - 1 <= at < one.head and not one.is_guess), None)
    together = [one.group for one in sentence.events if one.at == event.at and one is not event]
    return suspects is not None and all(one is None or one.first != suspects.first for one in together)


def is_relative(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "a commander who was killed last week": somebody mentioned beside the event."""
    group = event.group
    return group is not None and group.last + 1 < event.at and bool(sentence.mask[group.last + 1] & RELATIVE)


def _is_of_person(sentence: Sentence, at: int) -> bool:
    """As in "a man reportedly linked to smugglers", "a suspect accused of arson": no "according to residents"."""
    words = sentence.rule_words
    return sentence.low[at].endswith((*words.adverb_endings, *words.genitive_phrase_endings))


def _is_aside(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "a man wanted for a murder was killed": the cue describes those harmed, or who did it, and no verb.

    Of "forty officers this year were killed" it tells the time: the verb stands right after it.
    """
    group, verb = event.group, _predicate(sentence, event, at)
    if event.voice == "active":
        is_own = verb == event.at and not sentence.mask[verb - 1] & (RELATIVE | CONJUNCTION | PREPOSITION)
        group = next((one for one in reversed(sentence.groups) if is_own and one.last < at), None)
    elif event.voice not in {"passive", "intransitive"}:
        return False
    if group is None or group.last >= at or any(mask & AUXILIARY for mask in sentence.mask[group.last + 1 : at]):
        return False
    return any(not sentence.mask[probe] & STRUCTURAL for probe in range(at + 1, verb))


def is_sought(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the two suspects have yet to be found", "the driver, who fled on foot, has not been traced".

    "Two rebels are missing" counts them as missing by that word.
    """
    words, group = sentence.rule_words, event.group
    if (
        event.entry.harm != "missing"
        or group is None
        or (" " not in sentence.low[event.at] and event.entry.form == "adjective")
    ):
        return False
    if group.head >= 0 and sentence.low[group.head] in words.wrongdoers:
        return True
    if words.taking_flight.isdisjoint(sentence.present) and words.crimes.isdisjoint(sentence.present):
        return False
    if group.is_pronoun and event.voice == "noun":
        return True  # "the gunmen fled, and their whereabouts are unknown"
    return group.is_definite and group.low == group.high == 1  # not "the residents fled; three have not been found"


def is_since_a_day(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """As in "since the ceasefire took effect on Sunday": a time that began this week is the news itself."""
    is_since = cue.effect == "background" and sentence.low[at].partition(" ")[0] in sentence.rule_words.since
    if not is_since or not sentence.roles & DAY:
        return False
    after = range(at + 1, min(at + _SINCE, event.first if at < event.first else sentence.size))
    return any(sentence.mask[one] & DAY for one in after)
