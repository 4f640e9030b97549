"""What others hold to be so, without a verb of theirs: "by the rebels' reckoning", "what the paper calls a massacre".

And what is said of nobody knows whom, or only if others are right: "it is being said in the market that", "if the
herders are to be believed".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import ends_subject, is_outsider, subject_of_saying
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BE, DETERMINER, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import CueWords, Role
    from watcher.detect.words.tokens import Sentence


_OWNER = 6  # words of whose reckoning it is
_CONTENT = 9  # words between "it is said" and its "that"
_BOTH_WAYS: tuple[Role, ...] = ("hearsay", "told_by")
_LABEL = 4  # tokens of "(b) That"
_BELIEF = 9  # words of "if the herders are to be believed"
_INFINITIVE = 8  # words between "is said" and its "to have"
_TELLER = 8  # words of an opening in which somebody tells
_PERSON = ROLES["singular_pronouns"]
_STOPS = frozenset(",;:.")
_OPENED = frozenset(",;:–—-")
_APOSTROPHES = ("'", "’")


def others_accounts(sentence: Sentence) -> list[tuple[int, CueWords]]:
    """The cues of hearsay that no verb of a speaker makes, each with its token."""
    words, present = sentence.rule_words, sentence.present
    found: list[int] = []
    if not words.reckonings.isdisjoint(present):
        found += [at for at, low in enumerate(sentence.low) if low in words.reckonings and _is_theirs(sentence, at)]
        found += [
            at for at, low in enumerate(sentence.low) if low in words.reckonings and _is_their_story(sentence, at)
        ]
    if not words.calling.isdisjoint(present):
        found += [at for at, low in enumerate(sentence.low) if low in words.calling and _is_their_name(sentence, at)]
    if not words.by.isdisjoint(present):
        found += _told_by(sentence)
    if not (words.put_about.isdisjoint(present) or words.publisher_pronouns.isdisjoint(present)):
        found += [at for at, low in enumerate(sentence.low) if low in words.put_about and _is_put_about(sentence, at)]
    found += [at for at in (_count_of_others(sentence),) if at > 0]
    if sentence.roles & RELATIVE:
        found += [at for at in (_bare_that(sentence),) if at >= 0]
    made = sentence.lexicon.composed
    believed = [(at, cue) for at in _if_believed(sentence) for role in _BOTH_WAYS for cue in made[role]]
    return [*believed, *((at, cue) for at in found for cue in made["hearsay"])]


def _told_by(sentence: Sentence) -> list[int]:
    """As in "a claim by the rebels that", "is said by the union to have": the words that tell, before a "by"."""
    words, present, found = sentence.rule_words, sentence.present, list[int]()
    for claims in (words.allegations, words.own_statements):
        if not claims.isdisjoint(present):
            found += [at for at, low in enumerate(sentence.low) if low in claims and _is_claim_by(sentence, at)]
    if not words.report_participles.isdisjoint(present):
        told = words.report_participles
        found += [at for at, low in enumerate(sentence.low) if low in told and _is_said_by(sentence, at)]
    return found


def _bare_that(sentence: Sentence) -> int:
    """As in "(b) That two guards shot a boy.", an item of a list: the "that" of a clause without any other; or -1."""
    words, label = sentence.rule_words, range(min(_LABEL, sentence.size - 1))
    that = next((at for at in label if sentence.low[at] in words.content_clause_openers), -1)
    if that < 0 or any(sentence.is_word(at) and len(sentence.low[at]) > 1 for at in range(that)):
        return -1
    after = sentence.mask[sentence.harms[-1] :] if sentence.harms else []
    is_alone = bool(after) and not any(roles & AUXILIARY for roles in after)
    opener = that + 1
    is_clause = sentence.mask[opener] & DETERMINER or opener in sentence.quantities or sentence.words[opener].is_plural
    return that if is_alone and is_clause else -1


def _if_believed(sentence: Sentence) -> list[int]:
    """As in "If the herders are to be believed, two died", "…, to believe the leaflet", "…, or so he says"."""
    words, found = sentence.rule_words, list[int]()
    if not words.believing.isdisjoint(sentence.present):
        verbs = [at for at, low in enumerate(sentence.low) if low in words.believing]
        found += [opener for verb in verbs if (opener := _belief_opener(sentence, verb)) >= 0]
    if not words.so_said.isdisjoint(sentence.present):
        found += [at for at, low in enumerate(sentence.low) if low in words.so_said and _is_or_so_said(sentence, at)]
    return found


def _belief_opener(sentence: Sentence, verb: int) -> int:
    """The "if", "to" or "were" of a clause of believing, at the beginning of a sentence or after a sign; or -1."""
    words = sentence.rule_words
    for at in range(verb - 1, max(-1, verb - 1 - _BELIEF), -1):
        if sentence.low[at] in _STOPS or sentence.is_harm(at):
            return -1
        is_first = at == 0 or sentence.low[at - 1] in _OPENED
        if is_first and sentence.low[at] in words.belief_openers:
            return at if at == verb - 1 or sentence.low[at] not in words.infinitive_markers else -1
    return -1


def _is_or_so_said(sentence: Sentence, at: int) -> bool:
    """As in "Nine are dead, or so the hawkers say": whoever says so, the publisher does not."""
    is_said = not sentence.rule_words.saying.isdisjoint(sentence.low[at + 1 : at + 1 + _OWNER])
    return is_said and at > 0 and sentence.low[at - 1] in _OPENED


def told_by_witness(before: Sentence, sentence: Sentence) -> int:
    """As in "The patrol spoke to a woman. She said that …": the verb with which somebody who was asked tells, or -1."""
    words = sentence.rule_words
    if words.interviewing.isdisjoint(before.present) or words.saying.isdisjoint(sentence.present):
        return -1
    if all(words.outsiders.isdisjoint(low.split(" ")) for low in before.low):
        return -1
    for at in range(1, min(sentence.size, _TELLER)):
        is_pronoun = sentence.mask[at - 1] & _PERSON or sentence.low[at - 1] in words.vague_speakers
        if sentence.low[at].partition(" ")[0] in words.saying and is_pronoun:
            return at
    return -1


def _count_of_others(sentence: Sentence) -> int:
    """As in "The union's count is eleven": the words that count again, after whose count it is; or -1."""
    for at in sentence.harms:
        entry = sentence.words[at].harm
        is_count = entry is not None and entry.points_back
        if is_count and at > 1 and sentence.low[at - 1].startswith(_APOSTROPHES):
            first = at - 2
            while first > 0 and not ends_subject(sentence, first - 1):
                first -= 1
            return at if is_outsider(sentence, range(first, at - 1)) else -1
    return -1


def _is_theirs(sentence: Sentence, at: int) -> bool:
    """As in "by the rebels' reckoning", "in the union's own count": a preposition and an owner of another side."""
    mark = at - 1 - int(at > 1 and sentence.low[at - 1] in sentence.rule_words.own_words)
    if mark < 1 or not sentence.low[mark].startswith(_APOSTROPHES):
        return False
    opener = mark - 1
    while opener >= 0 and mark - opener < _OWNER and not sentence.mask[opener] & PREPOSITION:
        opener -= 1
    if opener < 0 or not sentence.mask[opener] & PREPOSITION:
        return False
    is_front = opener == 0 or sentence.low[opener - 1] in _STOPS
    return is_front and is_outsider(sentence, range(opener + 1, mark))


def _is_their_story(sentence: Sentence, at: int) -> bool:
    """As in "only the boatmen's version, namely that six drowned", "the farmers' word against the army's"."""
    words, mark = sentence.rule_words, at - 1
    if mark < 1 or not sentence.low[mark].startswith(_APOSTROPHES):
        return False
    after = at + 1 + int(sentence.low[at + 1 : at + 2] == [","])
    while after < sentence.size and sentence.low[after] in words.namely:
        after += 1
    openers = words.content_clause_openers | words.set_against
    if after >= sentence.size or sentence.low[after] not in openers:
        return False
    first = mark - 1
    while first > 0 and not sentence.mask[first] & DETERMINER and not ends_subject(sentence, first - 1):
        first -= 1
    return is_outsider(sentence, range(first, mark))


def _is_said_by(sentence: Sentence, at: int) -> bool:
    """As in "is said by the tenants to have stabbed three": of whoever did it, with who says so between."""
    words = sentence.rule_words
    if sentence.low[at + 1 : at + 2] == [] or sentence.low[at + 1] not in words.by or not sentence.mask[at - 1] & BE:
        return False
    to = next((one for one in range(at + 2, sentence.size) if sentence.low[one] in words.infinitive_markers), at)
    is_near = at < to <= at + _INFINITIVE
    return is_near and is_outsider(sentence, range(at + 2, to))


def _is_their_name(sentence: Sentence, at: int) -> bool:
    """As in "what the opposition calls a slaughter of 25": not where a comma closes the name they give it."""
    subject = subject_of_saying(sentence, at)
    is_inside = bool(subject) and sentence.low[subject.start] in sentence.rule_words.manner_openers
    what = subject.start - int(not is_inside)
    if what < 0 or sentence.low[what] not in sentence.rule_words.manner_openers:
        return False
    harm = next((one for one in sentence.harms if one > at), sentence.size)
    return "," not in sentence.low[at:harm] and is_outsider(sentence, subject)


def _is_claim_by(sentence: Sentence, at: int) -> bool:
    """As in "we note the claim by the opposing side that nine fell": a noun, with who makes it after its "by"."""
    words, by = sentence.rule_words, at + 1
    if by >= sentence.size or sentence.low[by] not in words.by:
        return False
    end = next((one for one in range(by + 1, sentence.size) if ends_subject(sentence, one)), sentence.size)
    is_content = end < sentence.size and sentence.low[end] in words.content_clause_openers
    return is_content and is_outsider(sentence, range(by + 1, end))


def _is_put_about(sentence: Sentence, at: int) -> bool:
    """As in "it is being said in the market that", "it was claimed by a local channel that"."""
    words, first = sentence.rule_words, at - 1
    if first < 1 or not sentence.mask[first] & BE:
        return False
    while first > 0 and sentence.mask[first] & (AUXILIARY | ADVERB):
        first -= 1
    if sentence.low[first] not in words.publisher_pronouns:
        return False
    for probe in range(at + 1, min(sentence.size, at + 1 + _CONTENT)):
        if sentence.low[probe] in words.content_clause_openers:
            return words.insiders.isdisjoint(sentence.low[at:probe]) or is_outsider(sentence, range(at + 1, probe))
        if sentence.low[probe] in _STOPS or sentence.is_harm(probe):
            break
    return False
