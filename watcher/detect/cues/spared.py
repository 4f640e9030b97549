"""Who was kept from a harm: "the province was spared any fatalities", "the storm spared the island casualties"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import AUXILIARY, BARRIER, CONJUNCTION, DEFINITE, PREPOSITION, is_negated

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_OBJECT = 5  # words between the verb and the harm: "spared the island any further"
_NEGATED = 3  # words between "not" and "spared"
_CLOSED = PREPOSITION | CONJUNCTION | BARRIER | AUXILIARY


def kept_from_harm(sentence: Sentence) -> list[int]:
    """The token before each noun of harm that somebody was spared or escaped: a denial, whatever it is called.

    A harm that has a number or is known ("escaped the massacre") came about, and so did one that nobody escaped.
    """
    verbs = sentence.rule_words.keeping_from
    if verbs.isdisjoint(sentence.present):
        return []
    found = [at for at, low in enumerate(sentence.low) if low in verbs and not is_negated(sentence, at, _NEGATED)]
    return [harm - 1 for at in found if (harm := _spared_harm(sentence, at)) > 0]


def _spared_harm(sentence: Sentence, verb: int) -> int:
    """The noun of harm that is the object of a verb, or 0."""
    for at in range(verb + 1, min(sentence.size, verb + 1 + _OBJECT)):
        harm = sentence.words[at].harm
        if harm is not None and at in sentence.harms:
            return at if harm.form == "noun" and not sentence.mask[at - 1] & DEFINITE else 0
        if not sentence.is_word(at) or at in sentence.quantities or sentence.mask[at] & _CLOSED:
            return 0
    return 0
