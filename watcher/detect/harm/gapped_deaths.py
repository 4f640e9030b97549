"""A second death whose verb is left out: "The driver died at once and his passenger an hour later"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.other_sides import is_joint, shared
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, BE, HAVE, INDEFINITE, MODAL, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_VERBS = BE | HAVE | MODAL | RELATIVE | ROLES["speech"]
_OPENERS = PREPOSITION | ADVERB | INDEFINITE | ROLES["place_opener"]
_PASSIVE = frozenset({"intransitive", "passive"})
_CLOSED = frozenset({".", ";", ")"})
_LONGEST = 8  # words of when or where somebody died


def gapped_deaths(sentence: Sentence, verb: HarmEvent) -> list[HarmEvent]:
    """The death of one more, told by nothing but when or where, after that of one with its own when or where."""
    if verb.entry.harm != "killed" or verb.voice not in _PASSIVE or not _is_subject(verb):
        return []
    for group in sentence.groups:
        if group.first <= verb.last + 1 or not _is_one(group):
            continue
        joint = group.first - 1
        is_next = is_joint(sentence, joint) and _is_occasion(sentence, max(verb.at, verb.last) + 1, joint)
        end = next((at for at in range(group.last + 1, sentence.size) if sentence.low[at] in _CLOSED), sentence.size)
        is_told = is_next and _is_occasion(sentence, group.last + 1, end)
        return [replace(shared(verb, group), part_of=None)] if is_told else []
    return []


def _is_subject(event: HarmEvent) -> bool:
    """Whether one person stands before the verb."""
    return event.group is not None and _is_one(event.group) and event.group.last < event.at


def _is_one(group: Group) -> bool:
    return (
        group.low == group.high == 1 and (group.head >= 0 or group.is_other) and (group.is_owned or not group.is_guess)
    )


def _is_occasion(sentence: Sentence, begin: int, end: int) -> bool:
    """Whether tokens say no more than when or where: "at once", "an hour later", "on the way to hospital"."""
    if not 0 < end - begin <= _LONGEST:
        return False
    words, endings = sentence.rule_words, sentence.rule_words.participle_endings
    for at in range(begin, end):
        harm = sentence.words[at].harm
        is_harm = harm is not None and sentence.is_harm(at) and not harm.is_state
        is_verb = sentence.low[at].endswith(endings) and not sentence.is_capital(at)
        is_verb |= sentence.low[at] in words.saying or sentence.low[at] in words.past_verbs
        if is_harm or is_verb or sentence.mask[at] & _VERBS:
            return False
    opener = sentence.low[begin]
    roles = sentence.mask[begin] | sentence.lexicon.lookup[opener.partition(" ")[0]].mask  # "at once" is one word
    is_open = bool(roles & _OPENERS) or sentence.words[begin].number is not None or opener in words.emphasis
    return is_open or opener in words.occasion_adverbs or opener in words.elliptic_places
