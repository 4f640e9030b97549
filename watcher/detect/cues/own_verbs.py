"""Cues of another verb than the harm's: "a man who did not stop was shot", "a guard thought to have fled is dead"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BARRIER, CONJUNCTION, DETERMINER, RELATIVE, STRUCTURAL

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_DESCRIBED = 3  # words of "dismissed senior clerk"
_NEGATOR = ROLES["negators"]
_SUFFERED = frozenset({"passive", "adjective", "intransitive", "noun"})
_SUFFER = ROLES["suffer"]


def has_own_verb(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "a sailor who could not swim drowned", "failed to stop and killed two": another verb stands between."""
    group, low = event.group, sentence.low
    if not sentence.rule_words.only_one.isdisjoint(low[at : event.at]):
        return False  # "did not treat a single injured man"
    is_past = event.voice in {"active", "joined"} and event.entry.form == "participle"
    if not is_past and (event.voice != "intransitive" or group is None or group.last >= at):
        return False
    verb = at + 1
    while verb < event.at and sentence.mask[verb] & (ADVERB | _NEGATOR):
        verb += 1
    is_free = verb < event.at and sentence.is_word(verb) and verb not in sentence.quantities
    is_free = is_free and not sentence.mask[verb] & STRUCTURAL and not sentence.words[verb].people
    return is_free and sentence.rule_words.infinitive_markers.isdisjoint(low[verb : event.at])


def is_of_people(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether the negator at a token only says who the people are or what they did before the harm's own verb.

    As in "a guard who did not hear the warning was killed", "a soldier without a helmet is dead", "three miners who had
    no masks died", "nine who would not leave and were killed".
    """
    group = event.group
    if group is None or not sentence.mask[at] & _NEGATOR:
        return False
    if event.voice == "active" and group.first > event.at:
        return _is_of_doer(sentence, at, event.at)
    if event.voice == "adjective" and sentence.is_harm(group.first - 1):
        return _is_of_doer(sentence, at, group.first - 1)  # "shot a man dead"
    if event.voice not in _SUFFERED or group.last >= at:
        return False
    verb = _verb_of(sentence, event, at)
    if verb <= at + 1 or any(sentence.mask[one] & _NEGATOR for one in range(at + 1, event.at)):
        return False
    return _is_in_description(sentence, group.last, at) or _is_joined(sentence, at, verb)


def is_told_of_people(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "a guard thought to have been hurt has died", "two said to be smugglers drowned": who they are, or were.

    The hedge right after the people has a verb of its own, and the harm another one behind it.
    """
    group, words = event.group, sentence.rule_words
    if group is None or event.voice not in _SUFFERED or not group.first < at <= group.last + 2:
        return False
    if at > group.last + 1 and not sentence.mask[at - 1] & ADVERB:
        return False
    own = at + 1
    while own < event.at and (
        sentence.mask[own] & (AUXILIARY | ADVERB) or sentence.low[own] in words.infinitive_markers
    ):
        own += 1
    is_verb = own > at + 1 or " " in sentence.low[at]  # "thought to have" is one token
    if not is_verb or own == event.at:
        return False  # "two feared drowned", "two believed to have drowned"
    verb = _verb_of(sentence, event, at)
    is_finite = sentence.low[verb].partition(" ")[0] in words.finite_auxiliaries and verb > own
    return is_finite or (event.voice == "intransitive" and verb > own)


def describes_person(sentence: Sentence, at: int) -> bool:
    """As in "a recently dismissed clerk stabbed", "his rejected suitor shot": an adjective of people, no denial."""
    opener = at - 1
    while opener >= 0 and sentence.low[opener].endswith(sentence.rule_words.adverb_endings):
        opener -= 1
    if opener < 0 or not sentence.mask[opener] & DETERMINER:
        return False
    return any(sentence.words[one].people is not None for one in range(at + 1, min(sentence.size, at + _DESCRIBED)))


def _is_of_doer(sentence: Sentence, at: int, verb: int) -> bool:
    """As in "a mine that had never been cleared wounded a shepherd": said of what did it, before the verb itself."""
    left = verb - 1
    if left <= at or sentence.mask[left] & (AUXILIARY | CONJUNCTION | _NEGATOR | ADVERB) or sentence.low[left] == ",":
        return False
    is_verbal = sentence.low[at] in sentence.rule_words.verbal_negators
    return is_verbal and any(roles & RELATIVE for roles in sentence.mask[:at])


def _verb_of(sentence: Sentence, event: HarmEvent, at: int) -> int:
    """The auxiliary of a harm, or the harm itself where it has none, after a token; -1 where a comma parts the two."""
    for probe in range(event.at - 1, at, -1):
        if sentence.low[probe] == ",":
            return -1
        if sentence.low[probe] in sentence.rule_words.finite_auxiliaries or sentence.mask[probe] & _SUFFER:
            return probe
    is_past = event.entry.form == "intransitive" and not sentence.mask[event.at - 1] & AUXILIARY
    return event.at if is_past else -1


def _is_in_description(sentence: Sentence, last: int, at: int) -> bool:
    """Whether a negator stands in a relative clause or a phrase that describes the people who end at `last`."""
    words, between = sentence.rule_words, range(last + 1, at)
    if any(sentence.mask[one] & RELATIVE for one in between):
        return True
    if sentence.low[at].partition(" ")[0] in words.lacking or sentence.low[at - 1] in words.wound_openers:
        return not any(sentence.mask[one] & (AUXILIARY | BARRIER) for one in between)
    is_plain = sentence.low[at] in words.plain_negators
    return is_plain and (at == last + 1 or (at == last + 2 and sentence.low[at - 1] == ","))


def _is_joined(sentence: Sentence, at: int, verb: int) -> bool:
    """As in "did not stop at the gate and was shot": the second of two verbs, denied of the first only."""
    joint = verb - 1
    while joint > at and sentence.mask[joint] & ADVERB:
        joint -= 1
    return joint > at and sentence.low[joint] in sentence.rule_words.coordinators
