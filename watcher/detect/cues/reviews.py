"""Reports that are still being examined: "is assessing it", "has been passed to the cell", "an inquiry was opened".

A verb of examining that is not finished (progressive, future, "has begun to"), or a report that is handed to those who
examine, makes what was only reported a claim under review. What has happened for certain stays as it is, whoever
examines how: "an inquiry into the crash that killed two".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, BE, HAVE, MODAL, PREPOSITION

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEGATOR = ROLES["negators"]
_BEFORE = 5  # words between "will" or "is" and its verb
_OPENING = 6  # words of a sentence that can point back
_DEEMED = 4  # words from "considers" to the people
_VERDICT = 5  # words from a verdict to its colon
_CASE = 3  # words of "report, of"
_OPENED = 4  # words of "has now been opened"
_HANDED = 6  # words between "passed to" and those who examine
_PATIENTS = 9  # words from those examined to what for


def is_under_review(sentence: Sentence, reached: list[tuple[int, CueWords]]) -> bool:
    """Whether what is only reported in a sentence is being examined; `reached` are the cues of the harm."""
    if not any(cue.effect == "alleged" and _is_told(sentence, sentence.low[at].split(" ")) for at, cue in reached):
        return False
    if any(low.rpartition(" ")[2] in sentence.rule_words.settling for low in sentence.low):
        return False
    if any(cue.effect == "under_review" and _opens_topic(sentence, at) for at, cue in sentence.cues):
        return True
    return any(_is_unfinished(sentence, at, low) for at, low in enumerate(sentence.low))


def _opens_topic(sentence: Sentence, at: int) -> bool:
    """As in "an inquiry is under way into reports of": what is examined stands after it."""
    return at + 1 < sentence.size and bool(sentence.mask[at + 1] & PREPOSITION)


def leaves_open(sentence: Sentence) -> bool:
    """As in "It is being examined", "The army said it would look into this": what was said before is still open."""
    words = sentence.rule_words
    is_negated = any(roles & _NEGATOR for roles in sentence.mask)
    if sentence.harms or is_negated or any(low.rpartition(" ")[2] in words.settling for low in sentence.low):
        return False
    parts = {part for low in sentence.low[:_OPENING] for part in low.split(" ")}
    if words.pointing_back.isdisjoint(parts) and words.examinations.isdisjoint(parts):
        return False
    is_cue = any(cue.effect == "under_review" for _, cue in sentence.cues)
    return is_cue or any(_is_unfinished(sentence, at, low) for at, low in enumerate(sentence.low))


def is_of_case(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "one report, of three men hurt", "two allegations remain open: three men hurt", "open" being at `at`."""
    words = sentence.rule_words
    nouns = [probe for probe in range(event.first) if not words.allegations.isdisjoint(sentence.low[probe].split(" "))]
    if not nouns:
        return False
    after = [low for one in (nouns[-1], at) for low in sentence.low[one : min(event.first, one + _CASE)]]
    is_told = not (words.genitive | words.content_clause_openers).isdisjoint(low.rpartition(" ")[2] for low in after)
    return is_told or (at < event.first and ":" in sentence.low[max(at, nouns[-1]) : event.first])


def is_spelt_out(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "two reports were found credible: four men were hurt": what was judged stands after the colon."""
    after = sentence.low[at : event.first]
    is_proved = not sentence.rule_words.confirming.isdisjoint(sentence.low[at].split(" "))  # "was substantiated:"
    return ":" in after[:_VERDICT] and ";" not in after and not is_proved


def is_deemed(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "now considers the five deckhands of the trawler to be dead": a judgement that somebody has died."""
    words, group = sentence.rule_words, event.group
    if event.entry.harm != "killed" or group is None:
        return False
    parts = sentence.low[event.at].split(" ")
    if not (words.deeming.isdisjoint(parts) or words.infinitive_markers.isdisjoint(parts)):
        return group.first < event.at  # "are no longer thought to be alive"
    if words.deeming.isdisjoint(sentence.present):
        return False
    if group.first > event.at or event.voice == "passive":
        return sentence.low[event.at] in words.deeming  # "regards the seven as dead"
    verb = sentence.low[event.at - 1]
    is_verb = verb.startswith(tuple(words.infinitive_markers)) or verb in words.capacity  # "to be", "as"
    is_verb |= (
        event.voice == "adjective" and event.at == group.last + 1 and group.is_definite
    )  # "considers the two dead"
    before = sentence.low[max(0, group.first - _DEEMED) : group.first] + sentence.low[group.last + 1 : event.at]
    return is_verb and not words.deeming.isdisjoint(before)


def _is_told(sentence: Sentence, parts: list[str]) -> bool:
    """Whether one of some words names what is only reported: "claim", "report", "alleged"."""
    words = sentence.rule_words
    return not (words.allegations.isdisjoint(parts) and words.report_participles.isdisjoint(parts))


def _is_unfinished(sentence: Sentence, at: int, low: str) -> bool:
    """Whether a word says that something is being examined or is handed over for it."""
    words = sentence.rule_words
    own, _, verb = low.rpartition(" ")  # a known phrase holds its auxiliary: "is being"
    before = range(at - 1, max(-1, at - 1 - _BEFORE), -1)
    if verb in words.examining:
        is_going_on = bool(own) or any(sentence.mask[probe] & BE for probe in before)
        return is_going_on and not _is_denied(sentence, before)
    if verb in words.examined:
        return bool(own) or any(not words.unfinished.isdisjoint(sentence.low[probe].split(" ")) for probe in before)
    after = sentence.low[at + 1 : at + 2 + _HANDED]
    if verb in words.examinations and not words.genitive.isdisjoint(after[:1]):
        return _is_told(sentence, " ".join(after).split(" "))
    if verb in words.examinations and (not words.going_on.isdisjoint(after) or _is_begun(sentence, at)):
        return True  # "an inquiry is under way"
    if sentence.mask[at] & BE and not words.with_whom.isdisjoint(sentence.low[at + 1 : at + 2]):
        return not words.reviewers.isdisjoint(after)  # "is with the assessment cell"
    if verb in words.examine:
        return _is_ahead(sentence, before)
    is_done = verb in words.handed and any(sentence.mask[probe] & (BE | HAVE) for probe in before[:3])
    return is_done and not words.reviewers.isdisjoint(after)


def _is_begun(sentence: Sentence, at: int) -> bool:
    """As in "an assessment has begun of a report", "an inquiry was opened yesterday into claims"."""
    after = range(at + 1, min(sentence.size, at + 1 + _OPENED))
    verb = next((one for one in after if sentence.low[one] in sentence.rule_words.handed), 0)
    return bool(verb) and all(sentence.mask[one] & (BE | HAVE | ADVERB) for one in range(at + 1, verb))


def _is_ahead(sentence: Sentence, before: range) -> bool:
    """As in "will examine", "has begun to look into", "whether to investigate": it is still to be done."""
    words = sentence.rule_words
    for at in before:
        if sentence.mask[at] & MODAL or sentence.low[at] in words.infinitive_markers:
            return not _is_denied(sentence, before)
        if not (sentence.mask[at] & ADVERB or sentence.low[at].endswith(words.adverb_endings)):
            return False
    return False


def _is_denied(sentence: Sentence, before: range) -> bool:
    """As in "is not looking into", "has been unable to verify": nobody examines it, or in vain."""
    in_vain = sentence.rule_words.in_vain
    return any(
        sentence.low[at] in in_vain or (sentence.mask[at] & _NEGATOR and not sentence.mask[at] & PREPOSITION)
        for at in before
    )


def is_examining(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "were assessed for smoke inhalation", "doctors assessed nine children for concussion": no judgement."""
    openers = sentence.rule_words.finding_openers
    if sentence.low[at + 1 : at + 2] and sentence.low[at + 1] in openers:
        return True
    patients = next((one for one in sentence.groups if one.first == at + 1), None)
    if patients is None:
        return False
    until = range(patients.last + 1, min(sentence.size, patients.last + _PATIENTS))
    opener = next((probe for probe in until if sentence.low[probe] in openers), sentence.size)
    return opener < event.last
