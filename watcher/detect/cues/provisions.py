"""What a law punishes, a benefit is paid upon, a form is filled in for: "payable on the death of a spouse".

However plain its words, a provision speaks of a harm that nobody has suffered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import ADVERB, AUXILIARY, DAY, DETERMINER, INDEFINITE, MODAL, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NAMED = 4  # words of "certificate of sudden death"
_LOOKED = 4  # words of "must check first whether"
_HURT = frozenset({"injured", "casualty"})


def is_provided_for(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a harm is only what a law, a benefit, a form or a lesson in first aid provides for."""
    group = event.group
    if sentence.lexicon.provisions.isdisjoint(sentence.present):
        return False
    if group is not None and (group.is_counted or group.is_name):
        return False
    if _is_offence_anyway(sentence, event.at):
        return True
    is_named = _is_benefit(sentence, event) or _is_offence(sentence, event) or _is_form(sentence, event)
    return (is_named or _is_looked_for(sentence, event)) and not tells_of_past(sentence)


def _is_benefit(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "payable on the death of the pensioner", "leave on the death of a parent", "when a member dies"."""
    words, group = sentence.rule_words, event.group
    if group is None or group.low != 1 or words.benefits.isdisjoint(sentence.low[: event.at]):
        return False
    is_case = event.entry.form == "present_intransitive" and group.first > 0
    return event.voice == "noun" or (is_case and sentence.low[group.first - 1] in words.time_openers)


def _is_offence(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the penalty for causing death", "causing injury carries two years": what a law is made for."""
    words, group = sentence.rule_words, event.group
    if words.penalties.isdisjoint(sentence.low[: event.at]) and sentence.low[0] not in words.causing_acts:
        return False
    is_anybody = group is None or bool(sentence.mask[group.first] & INDEFINITE)
    return is_anybody and event.voice in {"noun", "gerund"} and not words.acts_of_law.isdisjoint(sentence.present)


def _is_offence_anyway(sentence: Sentence, end: int) -> bool:
    """As in "commits an offence whether or not anyone was hurt", `end` being the harm."""
    words = sentence.rule_words
    if words.penalties.isdisjoint(sentence.present):
        return False
    return any(" " in low and low in words.open_questions for low in sentence.low[:end])


def _is_form(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the report of injury, form 22, may be signed by": a paper by its name, without people."""
    words, harm = sentence.rule_words, event.at
    if event.voice != "noun" or event.group is not None or words.paperwork.isdisjoint(sentence.present):
        return False
    before = [part for low in sentence.low[max(0, harm - _NAMED) : harm] for part in low.split(" ")]
    is_of = bool(before) and before[-1] in words.genitive and not sentence.words[harm].is_plural
    return is_of and not words.papers.isdisjoint(before)


def _is_looked_for(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "should see whether the injured are breathing": what whoever comes upon them must find out."""
    words, begin = sentence.rule_words, event.first
    near = range(begin - 1, max(0, begin - _LOOKED), -1)
    opener = next((at for at in near if sentence.low[at] in words.open_questions), 0)
    is_checked = bool(opener) and not words.checking.isdisjoint(sentence.low[:opener])
    return is_checked and event.entry.harm in _HURT and any(sentence.mask[at] & MODAL for at in range(opener))


def tells_of_past(sentence: Sentence) -> bool:
    """Whether a sentence tells of what has happened: a day, a verb in the past with what it did."""
    words = sentence.rule_words
    if sentence.roles & DAY:
        return True
    return any(
        low in words.past_verbs and not sentence.mask[at - 1] & AUXILIARY for at, low in enumerate(sentence.low) if at
    ) or any(
        low.endswith(words.participle_endings)
        and sentence.words[at].harm is None
        and not sentence.mask[at - 1] & (AUXILIARY | DETERMINER | PREPOSITION | ADVERB)
        and bool(sentence.mask[at + 1] & DETERMINER)
        for at, low in enumerate(sentence.low[:-1])
        if at
    )
