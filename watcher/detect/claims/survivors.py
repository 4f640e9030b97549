"""Who was said to be dead and lives: "Private Roe was named among the dead. He is alive.", "In fact he survived."."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.claims.later_states import counted_killed, leave
from watcher.detect.people.governed import counts_them
from watcher.detect.words.lexicon import ROLES, once_per_vocabulary
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BARRIER, CONJUNCTION, DEFINITE, RELATIVE
from watcher.detect.words.whole_words import whole_words
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.detect.words.whole_words import Sought


_BACK = 4  # sentences from the news of a death to that of the life
_NEXT = 2  # sentences from a sinking to its survivors
_SUBJECT_REACH = 5  # words of "Sgt. Roe, however, is alive"
_WHO = 4  # words of ", both of whom are"
_HE, _OF_WHOM = ROLES["singular_pronouns"], ROLES["of_whom"]


def mark_alive(document: Document) -> None:
    """As in "Private Roe was named among the dead. He is alive.": who is said later to live was not killed."""
    _leave_unhurt(document)
    dead = [one for one in document.events if counted_killed(one)]
    if not dead:
        return
    for one in dead:
        if one.entry.of_aboard and _tells_of_survivors(document, one.sentence):
            leave(document, one, 0, reason="not all were lost")
    for number in _tell_of_living(document, dead):
        sentence = document.sentence(number)
        _leave_living(document, number)
        at = _verb_of_life(sentence)
        told = [one for one in dead if at and 0 <= number - one.sentence <= _BACK and one in document.events]
        for one in [one for one in told if number > one.sentence or at > one.last]:
            people = _alive_of(document, one, sentence, at)
            if people == counted_killed(one) and one.claim.stance == "alleged":
                one.claim = replace(one.claim, stance="denied", rules=(*one.claim.rules, "contradicted"))
            elif people:
                left = counted_killed(one) - people
                leave(document, one, left, rule="without those who live", reason="not dead but alive")


def _leave_unhurt(document: Document) -> None:
    """As in "Two guards were shot at; both were unhurt": who was only attacked is not injured."""
    for unhurt in [one for one in document.events if _are_unhurt(one)]:
        before = (one for one in document.events if 0 <= unhurt.sentence - one.sentence <= 1 and one is not unhurt)
        for one in [one for one in before if _is_only_attacked(document, one)]:
            leave(document, one, 0, reason="attacked and not hurt")


def _are_unhurt(one: HarmEvent) -> bool:
    """As in "both were unhurt", "neither was hit": those who were told of before."""
    group, claim = one.group, one.claim
    is_denied = claim.harm == "injured" and claim.stance == "denied" and claim.is_of_nobody
    return is_denied and (group is None or group.is_pronoun or group.is_bare or group.is_nobody)


def _is_only_attacked(document: Document, one: HarmEvent) -> bool:
    if one.claim.harm != "injured" or one.claim.stance not in REPORTED:
        return False
    sentence = document.sentence(one.sentence)
    return not sentence.rule_words.only_attacking.isdisjoint(sentence.low[one.at : one.at + 2])


def _tell_of_living(document: Document, dead: list[HarmEvent]) -> list[int]:
    """The sentences near to the dead that say of somebody that he lives."""
    alive = document.holding(document.starts(document.lexicon.returns))
    surviving = _surviving(document.lexicon.vocabulary)
    if not alive and not document.may_hold(surviving):
        return []  # most texts
    last = len(document.spans)
    near = {one.sentence + after for one in dead for after in range(_BACK + 1) if one.sentence + after < last}
    return sorted(number for number in near if number in alive or document.says(surviving, *document.spans[number]))


def _leave_living(document: Document, number: int) -> None:
    """As in "Rebels say two pilots died; both are alive": that nobody is dead says only that those two are not."""
    living = [one for one in document.events if one.sentence == number and one.entry.is_unharmed]
    for one in [one for one in living if one.entry.harm == "killed"]:
        leave(document, one, 0, reason="said of those who were dead")


def _tells_of_survivors(document: Document, number: int) -> bool:
    """As in "The barge went down with six men. Three swam ashore.": not all who went down were lost."""
    if any(0 < one.sentence - number <= _NEXT and one.entry.of_nobody for one in document.events):
        return False  # "The barge sank with nine men. Nobody survived."
    begin = document.spans[number][1]
    end = document.spans[min(number + _NEXT, len(document.spans) - 1)][1]
    return any(f" {words}" in document.low[begin:end] for words in document.lexicon.rule_words.surviving_sinkings)


@once_per_vocabulary
def _surviving(vocabulary: Vocabulary) -> Sought:
    """The verbs of surviving."""
    return whole_words(vocabulary.rule_words.surviving)


def _verb_of_life(sentence: Sentence) -> int:
    """Where it is said that somebody is alive, or survived what the text speaks of; 0 where it is not."""
    at = next((at for at, cue in sentence.cues if cue.role == "alive"), 0)
    return at or next((at for at in range(1, sentence.size) if _is_survival(sentence, at)), 0)


def _is_survival(sentence: Sentence, at: int) -> bool:
    """As in "he survived", "survived the crash"; not "survived two earlier attacks", "survived by", "for an hour"."""
    verb, _, rest = sentence.low[at].partition(" ")
    if sentence.rule_words.surviving.isdisjoint((verb, sentence.low[at])):
        return False
    if rest:
        return True  # "survived with burns"
    after, wounds = at + 1, sentence.rule_words.wound_openers
    if after >= sentence.size or not sentence.is_word(after) or sentence.is_harm(after):
        return True
    return bool(sentence.mask[after] & (DEFINITE | CONJUNCTION)) or sentence.low[after] in wounds


def _alive_of(document: Document, dead: HarmEvent, sentence: Sentence, at: int) -> int:
    """How many of those who were said to be dead a sentence says to be alive."""
    people, is_cue = counted_killed(dead), any(place == at for place, _ in sentence.cues)
    if people == 1 and is_cue and (_names(document, dead, sentence, at) or _is_he_who(document, dead, sentence)):
        return 1
    if is_cue and _are_who(dead, sentence, at):
        return people if _is_by_report(document, dead) else 0
    before = f" {' '.join(sentence.low[:at])} "
    is_opposed = any(f" {words} " in before for words in sentence.rule_words.contradicting)
    if not (is_opposed or _is_by_report(document, dead)):
        return 0
    subject = next((one for one in reversed(sentence.groups) if one.last < at), None)
    if subject is None or not _is_verb_of(sentence, subject, at):
        return 0
    return _of_subject(document, dead, sentence, subject)


def _of_subject(document: Document, dead: HarmEvent, sentence: Sentence, subject: Group) -> int:
    """How many of the dead the subject means: "he", "the nurse", "Roe", "both", "one of them"; 0 if none of them."""
    people, before, is_next = (
        counted_killed(dead),
        document.sentence(dead.sentence),
        sentence.number <= dead.sentence + 1,
    )
    is_only = len([one for one in before.events if one.entry.harm == "killed" and not one.entry.is_unharmed]) == 1
    if subject.is_pronoun and is_only and is_next:
        if people == 1:
            return int(bool(sentence.mask[subject.first] & _HE))
        return people if subject.low in {None, people} else 0
    if people == 1:
        return int(_names(document, dead, sentence, subject.last + 1) or _is_noun_of(before, dead, sentence, subject))
    if subject.is_definite and subject.is_bare and subject.low == people and is_only and is_next:
        return people  # "We said that three had died. The three were found alive."
    is_some = subject.is_counted and counts_them(sentence, subject) and (subject.low or 0) < people
    return subject.low or 0 if is_some and is_only and is_next else 0


def _is_noun_of(before: Sentence, dead: HarmEvent, sentence: Sentence, subject: Group) -> bool:
    """As in "a nurse had been killed. The nurse survived": the same noun again."""
    group = dead.group
    if group is None or subject.head < 0 or not subject.is_definite:
        return False
    said = (
        before.low[max(0, group.first - 1) : group.last + 1]
        if group.is_name
        else before.low[group.head : group.head + 1]
    )
    return sentence.low[subject.head] in said


def _is_verb_of(sentence: Sentence, subject: Group, at: int) -> bool:
    """Whether nothing but auxiliaries, "of them" or "was wounded but" stands between a subject and a verb."""
    return all(
        sentence.mask[between] & (AUXILIARY | ADVERB | CONJUNCTION | BARRIER | _OF_WHOM)
        or sentence.words[between].harm is not None
        or sentence.low[between] in sentence.rule_words.equating
        or sentence.low[between] in sentence.rule_words.genitive
        for between in range(subject.last + 1, at)
    )


def _is_by_report(document: Document, dead: HarmEvent) -> bool:
    """Whether it was only said, listed or held that somebody was dead: "was declared dead", "reported killed"."""
    before, words = document.sentence(dead.sentence), document.lexicon.rule_words
    lows = {part for low in before.low[: dead.last + 1] for part in low.split(" ")}
    return not lows.isdisjoint(words.listing | words.deeming | words.saying)


def _names(document: Document, dead: HarmEvent, sentence: Sentence, at: int) -> bool:
    """Whether somebody who is named as dead has his name in the subject before a token."""
    group, before = dead.group, document.sentence(dead.sentence)
    if group is None or not group.is_name or not before.is_capital(group.last):
        return False
    subject = range(max(0, at - _SUBJECT_REACH), at)
    return any(sentence.low[one] == before.low[group.last] and sentence.is_capital(one) for one in subject)


def _are_who(dead: HarmEvent, sentence: Sentence, at: int) -> bool:
    """As in "say they killed a governor, who is alive": the relative clause right after those said to be dead."""
    is_relative = sentence.number == dead.sentence and bool(sentence.mask[at - 1] & RELATIVE)
    return is_relative and dead.group is not None and at - _WHO <= dead.group.last < at - 1


def _is_he_who(document: Document, dead: HarmEvent, sentence: Sentence) -> bool:
    """As in "We reported a corporal killed. He is alive.": dead by a report alone, the only one it speaks of."""
    before = document.sentence(dead.sentence)
    is_next = sentence.number == dead.sentence + 1 and bool(sentence.mask[0] & _HE)
    return is_next and len(before.events) == 1 and _is_by_report(document, dead)
