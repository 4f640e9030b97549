"""Two accounts of one harm in a sentence: "the ministry said eight were hurt, the hospital counted 12 injured"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import subject_of_saying
from watcher.detect.cues.restated_numbers import telling_verb
from watcher.detect.harm.second_accounts import second_teller
from watcher.detect.words.annotations import ACCOUNT
from watcher.detect.words.tokens import BARRIER, DETERMINER, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_MANY = 9  # claims of one sentence: it is a list
_BACK = 2  # sentences from one number to another one of the same harm


def name_accounts(sentence: Sentence, found: list[HarmEvent]) -> None:
    """Name the speakers of two numbers of one harm, so that nothing adds them up.

    Where both clauses name a place they may tell of two events, and are left alone.
    """
    _name_second(sentence, found)
    for parting in _partings(sentence):
        first, second = range(parting), range(parting + 1, sentence.size)
        numbers = [[one for one in found if one.at in clause and _is_number(one)] for clause in (first, second)]
        harm = numbers[0][0].claim.harm if numbers[0] else None
        numbers[1] = [one for one in numbers[1] if one.claim.harm == harm]  # "reports 11 dead and dozens wounded"
        is_same = all(len(said) == 1 for said in numbers)
        if not is_same or (_has_place(sentence, first) and _has_place(sentence, second)):
            continue
        speakers = _teller(sentence, first), _teller(sentence, second) or _authority(sentence, numbers[1][0])
        if all(speakers) and speakers[0] != speakers[1]:
            for (one,), speaker in zip(numbers, speakers, strict=True):
                one.claim = replace(one.claim, speaker=one.claim.speaker or speaker)


def name_next_account(document: Document, sentence: Sentence, found: list[HarmEvent]) -> None:
    """As in "Of those we received five died. The Interior Ministry counts six dead.": an authority's own number."""
    harms = [one.claim.harm for one in found]
    for one in [one for one in found if _is_number(one) and not one.claim.speaker]:
        teller = _authority(sentence, one) if len(found) < _MANY and harms.count(one.claim.harm) == 1 else ""
        before = _number_before(document, one) if teller else None
        if before is None or before.claim.speaker == teller or before.claim.bounds == one.claim.bounds:
            continue
        other = document.sentence(before.sentence)
        if not (_has_place(sentence, range(sentence.size)) and _has_place(other, range(other.size))):
            one.claim = replace(one.claim, speaker=teller)


def _number_before(document: Document, one: HarmEvent) -> HarmEvent | None:
    """The last number of the same harm, and of people of the same class, in the sentences right before."""
    for other in reversed(document.events):
        if one.sentence - other.sentence > _BACK:
            break
        if other.claim.harm == one.claim.harm and _is_number(other) and other.sentence < one.sentence:
            return other if other.claim.victim == one.claim.victim else None
    return None


def _authority(sentence: Sentence, one: HarmEvent) -> str:
    """Which ministry, council or force gives a number: the subject of its verb of telling; no hospital."""
    words = sentence.rule_words
    verb = telling_verb(sentence, one.group.first) if one.group is not None else -1
    subject = list(subject_of_saying(sentence, verb)) if verb > 0 else []
    named = {part for at in subject for part in sentence.low[at].split(" ")}
    is_authority = not words.insiders.isdisjoint(named) and words.wards.isdisjoint(named)
    return _plain(sentence, subject) if is_authority else ""


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
    """The semicolons of a sentence, its commas before "while", "but" or "and", and a "while" without one."""
    joints, low = sentence.rule_words.truth_joints, sentence.low
    parting = [at for at, word in enumerate(low) if word == ";" or word in joints]
    return [at - (low[at - 1] == ",") for at in parting if 1 < at < sentence.size - 1 and _parts(sentence, at)]


def _parts(sentence: Sentence, at: int) -> bool:
    """As in "; the army", ", and the army", "while the army"; not "two and three"."""
    return sentence.low[at] == ";" or sentence.low[at - 1] == "," or bool(sentence.mask[at] & BARRIER)


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
