"""What a word of harm means where it means none: a comparison, a paper, a game, food, a role, a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.abstract_harm import is_abstract_harm
from watcher.detect.cues.provisions import is_provided_for
from watcher.detect.stance.games import is_of_game, is_score
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, DO, INDEFINITE

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEGATOR = ROLES["negators"]
_COMING_ABOUT = frozenset({"participle", "gerund", "base", "present", "intransitive", "present_intransitive"})
_INFINITIVES = frozenset({"base", "base_intransitive"})
_NAMED_ALONE = frozenset({"noun", "adjective", "attribute", "reduced"})
_QUOTES = frozenset("\"'“”‘’„«»")
_PAPER = 6  # words of "Report of a Fatal"
_LIKENED = 3  # words of "of this kind"
_SAID = 4  # words from a name to "fatal": "can also be fatal"
_PURPOSE = 3  # words from a harm to "to open"


def other_sense(sentence: Sentence, event: HarmEvent) -> str:
    """What a word of harm means where it means none: a comparison, the name of a paper, a game, food; or ""."""
    return next((sense for is_meant, sense in _SENSES if is_meant(sentence, event)), "")


def _is_scored(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "were killed 9-1": a score stands right after the harm."""
    return is_score(sentence, event.last + 1)


def _is_document(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Form 7, Report of a Death at Sea, is to be handed in": a word of harm in the name of a paper."""
    at = event.at
    if event.voice != "noun" or sentence.is_capitals or not (at and sentence.is_capital(at)):
        return False
    papers = sentence.rule_words.papers
    near = range(max(0, at - _PAPER), min(sentence.size, event.last + 3))  # "the Fatal Accidents Act"
    if not any(sentence.is_capital(one) and not papers.isdisjoint(sentence.low[one].split(" ")) for one in near):
        return False
    after = range(event.last + 1, sentence.size)
    return any(
        sentence.is_word(one) and not sentence.is_capital(one) and sentence.mask[one] & AUXILIARY for one in after
    )


def _is_compared(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "I have never seen burns like these", "had never had so many dead": what was there before, no denial."""
    words, before = sentence.rule_words, sentence.low[: event.at]
    if words.never.isdisjoint(sentence.present):
        return False
    is_told = event.group is not None and event.group.is_counted and not event.group.is_nobody
    if is_told or words.never.isdisjoint(before):
        return False
    after = sentence.low[event.last + 1 : event.last + 1 + _LIKENED]
    return not words.comparing.isdisjoint(before) or not words.likening.isdisjoint(after)


def _is_guest(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "was taken to the hospital to open its new wing"."""
    if sentence.rule_words.guest_verbs.isdisjoint(sentence.present):
        return False
    is_nobody = event.group is not None and event.group.is_nobody
    if event.voice == "noun" or is_nobody or not (event.entry.is_state or event.entry.harm == "injured"):
        return False  # "no injuries to report", "neither wounded nor missing to report"
    words, begin = sentence.rule_words, event.at + 1
    after = range(begin, min(sentence.size - 1, begin + _PURPOSE))
    to = next((at for at in after if sentence.low[at] in words.infinitive_markers), -1)
    return to > 0 and sentence.low[to + 1] in words.guest_verbs


def _is_role(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "a volunteer playing a corpse": whom somebody plays."""
    first = event.group.first if event.group is not None else event.at
    return event.voice == "noun" and first > 0 and sentence.low[first - 1] in sentence.rule_words.role_playing


def _is_of_cause(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Rabies is fatal once it shows", "Ricin can be lethal": a name that kills, and nobody who died."""
    if event.voice != "adjective" or event.entry.harm != "killed" or not event.entry.needs_people:
        return False
    group, last = event.group, sentence.low[event.at].rpartition(" ")[2]
    if group is None or not group.is_name or not group.last < event.at <= group.last + _SAID:
        return False
    is_said_of = not last.endswith(sentence.rule_words.adverb_endings)
    return is_said_of and bool(sentence.mask[event.at - 1] & BE or " " in sentence.low[event.at])


def _is_forbidden(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Never move a casualty whose neck may be broken", "Do not leave an injured climber": an instruction."""
    group = event.group
    if group is None or event.voice not in _NAMED_ALONE or not sentence.mask[group.first] & INDEFINITE:
        return False
    if any(roles & AUXILIARY for roles in sentence.mask[1 : group.first]):
        return False  # "Never in all those weeks was a resident hurt"
    is_never = sentence.low[0] in sentence.rule_words.never
    return is_never or bool(sentence.mask[0] & DO and sentence.mask[1] & _NEGATOR)


def _is_of_kitchen(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "drowned the noodles in broth and murdered an onion or two": food, where nobody is named by a noun."""
    words = sentence.rule_words
    if event.entry.harm != "killed" or words.kitchen_words.isdisjoint(sentence.present):
        return False
    if not (words.events | words.calamities).isdisjoint(sentence.present):
        return False
    told = [one for one in sentence.events if one.entry.form not in _INFINITIVES]
    groups = [one.group for one in told if one.group is not None]
    if any(one.entry.form == "intransitive" and not one.entry.takes_object for one in told):
        return False  # "the cook escaped; six perished"
    return bool(groups) and all(group.is_guess or (group.is_bare and not group.is_pronoun) for group in groups)


def _is_nearly(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "were almost shot", "nearly bit two", "was all but killed": it has not come about."""
    before = event.at - 1
    if before < 0 or event.entry.form not in _COMING_ABOUT:
        return False
    words = sentence.rule_words
    is_all_but = before > 0 and sentence.low[before] in words.but_for and sentence.low[before - 1] in words.universal
    return (sentence.low[before] in words.nearly and before not in sentence.quantities) or is_all_but


_SENSES: tuple[tuple[Callable[[Sentence, HarmEvent], bool], str], ...] = (
    (_is_compared, "only compared"),
    (_is_nearly, "it did not come to it"),
    (_is_document, "the name of a document"),
    (_is_scored, "a score of a game"),
    (is_of_game, "a defeat in a game"),
    (_is_of_kitchen, "food"),
    (is_provided_for, "what a rule provides for"),
    (is_abstract_harm, "harm as such"),
    (_is_of_cause, "harm as such"),
    (_is_role, "a role"),
    (_is_forbidden, "nobody in particular"),
    (_is_guest, "a visit"),
)


def is_scare_quoted(sentence: Sentence, event: HarmEvent) -> bool:
    """As in 'three of them had "died" before the litter came': a plain word of harm by itself in quotation marks."""
    at = event.at
    if not event.entry.explicit or not 0 < at < sentence.size - 1:
        return False
    return sentence.low[at - 1] in _QUOTES and sentence.low[at + 1] in _QUOTES
