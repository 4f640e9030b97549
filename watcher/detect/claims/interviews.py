"""Questions and their answers, as in "Q: The rebels speak of 31 dead. GEN. OKOYE: That is nonsense.".

Whoever asks is not the publisher: what a question says is alleged, and what the answer to it says decides. An answer is
what another speaker says next; each speaker has a label at the beginning of a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.claims.recounts import answered
from watcher.detect.cues.hearsay import hearsay_cues
from watcher.detect.stance.findings import asks_to_confirm, is_flat_denial
from watcher.detect.words.lexicon import either, once_per_vocabulary
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Stance


_LABEL = re.compile(r"(?:[^\W_][\w.’' -]{0,48}?:|[^\W_]{1,8}\.)\s+")
_WORD = re.compile(r"[\w’']+")
_FEW = 12  # words of an answer that gives a number
_FIRST = 2  # sentences of an answer that decide
_OPENING = 4  # words of "Q: And how"
_CURT = 60  # characters of "That is correct."


@dataclass(slots=True)
class _Turn:
    """What one speaker says: its sentences, and where the words of the first begin after the label."""

    is_question: bool
    begin: int
    sentences: list[int] = field(default_factory=list)


def answer_questions(document: Document) -> None:
    """Judge what the questions of an interview say by their answers."""
    if "?" not in document.text or not document.events:
        return
    turns = _turns(document)
    if not turns:
        _answer_own_questions(document)
    for question, answer in pairwise(turns):
        if not question.is_question or answer.is_question:
            continue
        asked = [one for one in document.events if one.sentence in question.sentences]
        for one in asked:
            _allege(document, one)
        if asked:
            _decide(document, question, answer, asked)


def _answer_own_questions(document: Document) -> None:
    """As in "How many were killed? Nine, says the mayor.": the number that the next sentence gives, and whose it is."""
    told = {one.sentence for one in document.events}
    for event in [one for one in document.events if _asks_number(document, one)]:
        number = event.sentence + 1
        if number >= len(document.spans) or number in told or not _count(document, number, [event]):
            continue
        if any(cue.role == "hearsay" for _, cue in hearsay_cues(document.sentence(number))):
            given = next(one for one in document.events if one.sentence == number)
            given.claim = replace(given.claim, stance="alleged")


def _asks_number(document: Document, event: HarmEvent) -> bool:
    """As in "How many were killed?"."""
    _, end = document.spans[event.sentence]
    if document.text[end - 1] != "?" or event.claim.bounds != (None, None):
        return False
    return document.sentence(event.sentence).low[0] in document.lexicon.rule_words.clause_openers


def _turns(document: Document) -> list[_Turn]:
    """What each speaker says, from the first question on; nothing where nobody asks."""
    found: list[_Turn] = []
    questions = _questions(document.lexicon.vocabulary)
    for number, (begin, end) in enumerate(document.spans):
        asks = questions.match(document.low, begin, end)
        says = asks or (_LABEL.match(document.text, begin, end) if found else None)
        if says is not None and (asks or _is_speaker(document, begin, says.end())):
            found.append(_Turn(asks is not None, says.end()))
        if found:
            found[-1].sentences.append(number)
    return found


@once_per_vocabulary
def _questions(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The label of whoever asks."""
    return re.compile(rf"\W*(?:{either(vocabulary.rule_words.askers)})\s?\d{{0,2}}\s?[.:]\s*")


def _is_speaker(document: Document, begin: int, end: int) -> bool:
    """Whether a label at the beginning of a line is a speaker's: "A:", "A.", "GEN. OKOYE:", "Ms Ade:"."""
    line = document.text.rfind("\n", 0, begin) + 1
    if document.text[line:begin].strip():
        return False
    label = document.text[begin:end].strip()
    is_answer = label.rstrip(".:").lower() in document.lexicon.rule_words.answerers
    return is_answer or (label.endswith(":") and all(word[0].isupper() for word in _WORD.findall(label)))


def _allege(document: Document, event: HarmEvent) -> None:
    """What a reporter says is no word of the publisher's; "how many were hurt?" says nothing."""
    _, end = document.spans[event.sentence]
    claim = event.claim
    if claim.stance in {"asserted", "assessed"} and not _is_granted(document, event):
        is_open = document.text[end - 1] == "?" and claim.bounds == (None, None)
        stance: Stance = "hypothetical" if is_open else "alleged"
        event.claim = replace(claim, stance=stance, rules=(*claim.rules, "a question"))


def _is_granted(document: Document, event: HarmEvent) -> bool:
    """As in "How did the two soldiers die?": that they died is taken for granted."""
    sentence = document.sentence(event.sentence)
    group, words = event.group, sentence.rule_words
    is_known = group is not None and group.is_definite and event.claim.bounds != (None, None)
    return is_known and not words.clause_openers.isdisjoint(sentence.low[:_OPENING])


def _decide(document: Document, question: _Turn, answer: _Turn, asked: list[HarmEvent]) -> None:
    """Deny, confirm or count what was asked, as the first sentences of the answer do."""
    own = {one.sentence for one in document.events}
    if own.intersection(answer.sentences):
        open_ones = [one for one in asked if one.claim.stance == "hypothetical" and one.claim.bounds == (None, None)]
        said = {(one.claim.harm, one.claim.bounds) for one in document.events if one.sentence in answer.sentences}
        open_ones += [one for one in asked if (one.claim.harm, one.claim.bounds) in said]  # "Two are missing? Two are."
        document.events = [one for one in document.events if one not in open_ones]
    for number in answer.sentences[:_FIRST]:
        if number in own or _count(document, number, asked):
            return
        begin, end = document.spans[number]
        begin = max(begin, answer.begin)  # after the label
        if _is_confirmed(document, begin, end):
            if not own.intersection(answer.sentences[:_FIRST]):
                _set(asked, "asserted")
            continue  # "Yes. Two residents."
        if _is_denied(document, begin, end) and not _take_back(document, asked):
            if not asks_to_confirm(document, question.sentences[-1]):
                _set(asked, "denied")
            return


def _count(document: Document, number: int, asked: list[HarmEvent]) -> bool:
    """As in "How many died? Nine.", "Can you confirm that? We can confirm six.": of the harm that was asked for."""
    sentence = document.sentence(number)
    group = _number(sentence)
    event = asked[-1]
    if group is None or any(one.claim.harm != event.claim.harm for one in asked):
        return False
    stance: Stance = "denied" if group.low == 0 else "asserted"
    found = answered(event, sentence, group, stance)
    if group.victim != "unknown":
        found.claim = replace(found.claim, victim=group.victim)
    document.events.append(found)
    if event.claim.bounds == (None, None):
        document.events = [one for one in document.events if one is not event]
    document.events.sort(key=lambda one: one.position)
    return True


def _number(sentence: Sentence) -> Group | None:
    """The one number of a short answer, by itself."""
    groups = [one for one in sentence.groups if one.is_counted]
    if not groups or sentence.size > _FEW or any(one.low is None for one in groups):
        return None
    first = groups[0]
    is_short = first.first <= 1 or first.is_bare  # "Two residents."
    is_alone = is_short and not first.is_guess and (not first.is_pronoun or first.low == 0)
    return first if is_alone and sentence.low[first.last + 1 : first.last + 2] in ([], ["."], [","], ["!"]) else None


def _is_confirmed(document: Document, begin: int, end: int) -> bool:
    """As in "Yes.", "That is correct.", "I can confirm that."."""
    words, said = document.lexicon.rule_words, _WORD.findall(document.low[begin:end])
    if not said or not words.curt_negators.isdisjoint(said):
        return False
    is_right = not words.right.isdisjoint(said[-1:]) or _confirms(words, said)
    return said[0] in words.answers_yes or (end - begin <= _CURT and is_right)


def _confirms(words: RuleWords, said: list[str]) -> bool:
    return not words.confirming.isdisjoint(said) and not words.unproved.intersection(said)


def _is_denied(document: Document, begin: int, end: int) -> bool:
    """As in "No.", "We do not.", "It is not."."""
    said = _WORD.findall(document.low[begin:end])
    is_no = bool(said) and said[0] in document.lexicon.rule_words.answers_no
    return is_no or is_flat_denial(document, begin, end)


def _take_back(document: Document, asked: list[HarmEvent]) -> bool:
    """As in "You said that nobody was hurt. Is that still so? No.": a denial that does not hold any more."""
    nobody = [one for one in asked if one.claim.is_of_nobody and one.claim.stance == "denied"]
    document.events = [one for one in document.events if one not in nobody]
    return bool(nobody)


def _set(asked: list[HarmEvent], stance: Stance) -> None:
    for one in asked:
        if one.claim.stance not in {*REPORTED, "hypothetical"}:
            continue
        is_nobody = stance == "denied" and not one.claim.count_min
        bounds = (0, 0) if is_nobody else one.claim.bounds
        rules = (*one.claim.rules, "finding")
        one.claim = replace(one.claim, stance=stance, count_min=bounds[0], count_max=bounds[1], rules=rules)
