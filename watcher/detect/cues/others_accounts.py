"""What others hold to be so, without a verb of theirs: "by the rebels' reckoning", "what the paper calls a massacre".

And what is said of nobody knows whom: "it is being said in the market that".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import ends_subject, is_outsider, subject_of_saying
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BE, PREPOSITION

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.tokens import Sentence


_OWNER = 6  # words of whose reckoning it is
_CONTENT = 9  # words between "it is said" and its "that"
_STOPS = frozenset(",;:.")
_APOSTROPHES = ("'", "’")


def others_accounts(sentence: Sentence) -> list[tuple[int, CueWords]]:
    """The cues of hearsay that no verb of a speaker makes, each with its token."""
    words, present = sentence.rule_words, sentence.present
    found: list[int] = []
    if not words.reckonings.isdisjoint(present):
        found += [at for at, low in enumerate(sentence.low) if low in words.reckonings and _is_theirs(sentence, at)]
    if not words.calling.isdisjoint(present):
        found += [at for at, low in enumerate(sentence.low) if low in words.calling and _is_their_name(sentence, at)]
    if not words.by.isdisjoint(present):
        claims = words.allegations | words.own_statements
        found += [at for at, low in enumerate(sentence.low) if low in claims and _is_claim_by(sentence, at)]
    if not words.put_about.isdisjoint(present):
        found += [at for at, low in enumerate(sentence.low) if low in words.put_about and _is_put_about(sentence, at)]
    found += [at for at in (_count_of_others(sentence),) if at > 0]
    return [(at, cue) for at in found for cue in sentence.lexicon.composed["hearsay"]]


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
