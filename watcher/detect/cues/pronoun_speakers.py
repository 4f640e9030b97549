"""Speakers who are named by a pronoun, as in "The villagers tell another story. They say seven died.".

Whom the pronoun means is looked for in the two sentences before: "he" and "she" are the first single person there,
"it" is the first body, "they" the first of several. Residents, media, the other side are then quoted by the publisher;
its own people speak for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import says_nothing, subject_of_saying
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import RANK, RELATIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.config.words import CueWords
    from watcher.detect.text.document import Document
    from watcher.detect.words.tokens import Sentence


_BACK = 2  # sentences
_DESCRIBED = 3  # words before a noun: "the enemy's general staff"
_PART = 3  # words of "one of", "some of"
_RELATED = 2  # words of "in which it says" up to its verb
_ACCORDING = ROLES["according"]


def cues_of_pronouns(document: Document, sentence: Sentence) -> list[tuple[int, CueWords]]:
    """The cues of hearsay whose speaker is a pronoun for an outsider of the sentences before."""
    if sentence.lexicon.pronoun_speech.isdisjoint(sentence.present):
        return []
    found = [at for at, pronoun in _pronouns(sentence) if _means_outsider(document, sentence, at, pronoun)]
    return [(at, cue) for at in found for cue in sentence.lexicon.composed["hearsay"]]


def _pronouns(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """The verbs of saying, and "according to", each with the pronoun that is its speaker."""
    words, lexicon = sentence.rule_words, sentence.lexicon
    for at, low in enumerate(sentence.low):
        if not (low in lexicon.telling or low in lexicon.pronoun_speech or sentence.mask[at] & _ACCORDING):
            continue
        first, _, second = low.partition(" ")
        if first in words.speaking_pronouns and second in words.saying:
            yield at, first  # "they claim"
            continue
        if first in words.saying and at and not says_nothing(sentence, at):
            subject = subject_of_saying(sentence, at)
            speaker = sentence.low[subject.stop - 1] if subject else ""
        elif sentence.mask[at] & _ACCORDING and at + 1 < sentence.size:
            speaker = sentence.low[_of_them(sentence, at + 1)].rpartition(" ")[2]
        else:
            continue
        if speaker in words.speaking_pronouns:
            yield at, speaker


def _of_them(sentence: Sentence, at: int) -> int:
    """The pronoun of "one of them", "several of them", or the token itself."""
    after = range(at, min(sentence.size, at + _PART))
    of = next((one for one in after if sentence.low[one] in sentence.rule_words.genitive), -1)
    return of + 1 if 0 <= of < sentence.size - 1 else at


def _means_outsider(document: Document, sentence: Sentence, verb: int, pronoun: str) -> bool:
    is_inner = not sentence.rule_words.inner_clauses.isdisjoint(sentence.low[max(0, verb - _RELATED) : verb])
    if is_inner or _is_inserted(sentence, verb):
        begin = max((at for at in range(verb) if sentence.low[at] == ";"), default=0)
        inside = next((at for at in range(begin, verb) if _may_be(sentence, at, pronoun)), -1)
        return inside >= 0 and _is_outsider(sentence, inside)  # "has sent us a letter in which it says that"
    for back in range(sentence.number - 1, max(-1, sentence.number - 1 - _BACK), -1):
        other = document.sentence(back)
        speakers = [at for at in range(other.size) if _may_be(other, at, pronoun)]
        if speakers:
            return _is_outsider(other, speakers[0])
    return False


def _is_inserted(sentence: Sentence, verb: int) -> bool:
    """As in "relatives named four men who, they said, had been shot": between two commas after a relative pronoun."""
    comma = verb - 1 - int(" " not in sentence.low[verb])
    is_after_relative = comma > 0 and bool(sentence.mask[comma - 1] & RELATIVE)
    return is_after_relative and sentence.low[comma] == "," and sentence.low[verb + 1 : verb + 2] == [","]


def _may_be(sentence: Sentence, at: int, pronoun: str) -> bool:
    """Whether a noun agrees with a pronoun: one person, several, or a body."""
    words, low, people = sentence.rule_words, sentence.low[at], sentence.words[at].people
    is_person = (people is not None and not people.is_modifier) or low in words.spokespersons
    is_person |= bool(sentence.mask[at] & RANK)
    is_plural = sentence.words[at].is_plural or (is_person and low.endswith(words.plural_endings))
    if pronoun in words.person_pronouns or pronoun in words.person_objects:
        return is_person and not is_plural
    is_body = low in words.outsiders or low in words.insiders
    is_body = (is_body and not is_person) or low.rpartition(" ")[2] in words.wholes
    if pronoun in words.publisher_pronouns:
        return is_body and not low.endswith(words.plural_endings)
    return is_plural or (is_body and low.endswith(words.plural_endings)) or low in words.families


def _is_outsider(sentence: Sentence, at: int) -> bool:
    """Whether a noun is nobody of the publisher's side: by its own word, by its class, by the word before it."""
    words, people = sentence.rule_words, sentence.words[at].people
    if not (words.foreign | words.enemy_words).isdisjoint(sentence.low[max(0, at - _DESCRIBED) : at + 1]):
        return True
    near = {part for low in sentence.low[max(0, at - 1) : at + 1] for part in low.split(" ")}
    if not words.insiders.isdisjoint(near) or sentence.mask[at] & RANK:
        return False
    if sentence.low[at] in words.spokespersons and words.outsiders.isdisjoint(near):
        return False
    is_theirs = people is not None and not people.is_modifier and people.victim in {"civilian", "combatant"}
    return is_theirs or not words.outsiders.isdisjoint(near)
