"""Two accounts of one harm in a sentence: "the ministry said eight were hurt, the hospital counted 12 injured"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import subject_of_saying
from watcher.detect.harm.second_accounts import second_teller
from watcher.detect.words.annotations import ACCOUNT
from watcher.detect.words.tokens import DETERMINER, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


def name_accounts(sentence: Sentence, found: list[HarmEvent]) -> None:
    """Name the speakers of two numbers of one harm, so that nothing adds them up.

    Where both clauses name a place they may tell of two events, and are left alone.
    """
    _name_second(sentence, found)
    for parting in _partings(sentence):
        first, second = range(parting), range(parting + 1, sentence.size)
        numbers = [[one for one in found if one.at in clause and _is_number(one)] for clause in (first, second)]
        is_same = all(len(said) == 1 for said in numbers) and len({said[0].claim.harm for said in numbers}) == 1
        if not is_same or (_has_place(sentence, first) and _has_place(sentence, second)):
            continue
        speakers = _teller(sentence, first), _teller(sentence, second)
        if all(speakers) and speakers[0] != speakers[1]:
            for (one,), speaker in zip(numbers, speakers, strict=True):
                one.claim = replace(one.claim, speaker=one.claim.speaker or speaker)


def _name_second(sentence: Sentence, found: list[HarmEvent]) -> None:
    """As in "residents put the dead at 30, the army at 14": who gives each number, of people of one class."""
    for one in found:
        first = next((other for other in found if other.entry is one.entry and other.last < one.first), None)
        if one.voice == ACCOUNT and first is not None:
            speaker = _teller(sentence, range(one.first)) or first.claim.speaker
            first.claim = replace(first.claim, speaker=speaker)
            teller = _plain(sentence, list(second_teller(sentence, one)))
            one.claim = replace(one.claim, speaker=teller, victim=first.claim.victim)


def _partings(sentence: Sentence) -> list[int]:
    """The semicolons of a sentence, and its commas before "while", "but" or "and"."""
    joints, low = sentence.rule_words.truth_joints, sentence.low
    return [at for at in range(1, sentence.size - 1) if low[at] == ";" or (low[at] == "," and low[at + 1] in joints)]


def _teller(sentence: Sentence, clause: range) -> str:
    """Who says or counts something in a clause; nothing where nobody does."""
    words = sentence.rule_words
    for at in clause:
        if sentence.low[at] in words.saying or sentence.low[at] in words.reckoning:
            subject = [one for one in subject_of_saying(sentence, at) if one in clause]
            if subject:
                return _plain(sentence, subject)
    return ""


def _plain(sentence: Sentence, subject: list[int]) -> str:
    """The words of a subject without its article."""
    while subject and sentence.mask[subject[0]] & DETERMINER:
        subject = subject[1:]
    return " ".join(sentence.raw(subject[0], subject[-1]).split()) if subject else ""


def _is_number(one: HarmEvent) -> bool:
    """Whether a claim says how many, and of no others than those of the other clause."""
    group = one.group
    is_counted = group is not None and group.is_counted and group.is_bare and not group.is_other
    return is_counted and one.claim.stance in REPORTED and not one.claim.is_background


def _has_place(sentence: Sentence, clause: range) -> bool:
    """Whether a name stands after a preposition: "in Basra"."""
    return any(
        sentence.mask[at] & PREPOSITION
        and at + 1 in clause
        and sentence.is_word(at + 1)
        and sentence.is_capital(at + 1)
        for at in clause
    )
