"""Harm as such, which nobody has suffered: "weigh the expected harm to civilians", "that injury to them be avoided".

What lawyers weigh, planners expect and a force keeps low is no event, as long as nobody is counted and nothing is told
of what has happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.provisions import tells_of_past
from watcher.detect.words.tokens import ADVERB, BE, DETERMINER

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEAR = 4  # words of "weigh carefully the expected"
_OPEN = frozenset({"asserted", "hypothetical"})
_AVERTED = 3  # words of "must always be avoided"


def is_abstract_harm(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a noun of harm to people whom nobody counts is only weighed, expected or kept low."""
    words, group = sentence.rule_words, event.group
    if (
        event.voice != "noun"
        or event.judgement.stance not in _OPEN
        or (words.weighing | words.foreseen | words.averted).isdisjoint(sentence.present)
    ):
        return False
    if group is not None and (group.is_counted or group.is_name or not group.low):
        return False
    is_abstract = _is_foreseen(sentence, event.at) or _is_weighed(sentence, event.at) or _is_averted(sentence, event)
    return is_abstract and not tells_of_past(sentence)


def _is_foreseen(sentence: Sentence, harm: int) -> bool:
    """As in "the expected harm", "undue civilian casualties"."""
    return not sentence.rule_words.foreseen.isdisjoint(sentence.low[max(0, harm - _NEAR) : harm])


def _is_weighed(sentence: Sentence, harm: int) -> bool:
    """As in "weigh the harm to civilians", "tracks harm to civilians", in the present."""
    for at in range(harm - 1, max(-1, harm - 1 - _NEAR), -1):
        if sentence.low[at] in sentence.rule_words.weighing:
            return True
        is_description = sentence.is_word(at) and sentence.words[at].harm is None
        if not is_description or sentence.mask[at] & BE:
            return False
    return False


def _is_averted(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "demands that harm to civilians be avoided", "must be kept to a minimum"."""
    after = range(event.last + 1, min(sentence.size, event.last + 1 + _AVERTED))
    verb = next((at for at in after if sentence.low[at] in sentence.rule_words.averted), 0)
    return verb > 0 and all(not sentence.mask[at] & DETERMINER or sentence.mask[at] & ADVERB for at in after)
