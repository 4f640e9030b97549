"""Labels that are answered: "Injuries to crew: nil", "Own casualties, none", "Deaths (0)", "Casualties: unknown".

The words of harm of a label count nobody where the answer is no, and are no claim where nobody knows the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.harm.headings import class_named
from watcher.detect.words.annotations import Group, HarmEvent
from watcher.detect.words.tokens import ADVERB, BE, DO, HAVE, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.words.tokens import Sentence


_SIGNS = frozenset(":-–—=(?")
_ENDS = frozenset(";/|.()?!•·")
_LABEL = 8  # words
_ANSWER = 3  # words of "not yet known"


def answer_labels(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The events of a sentence with those of its labels as they are answered. Linear in its length."""
    commas = _answered_commas(sentence)
    if not commas and _SIGNS.isdisjoint(sentence.present):
        return events
    for sign in sorted([*commas, *(at for at, low in enumerate(sentence.low[:-1]) if low in _SIGNS)]):
        is_open = _is_unknown(sentence, sign + 1)
        is_no = not is_open and _is_no(sentence, sign)
        if not (is_no or is_open):
            continue
        label = _label(sentence, sign)
        events = [event for event in events if event.at not in label]
        if is_no:
            labelled = ((at, sentence.words[at].harm) for at in sentence.harms if at in label)
            events += [_nobody(sentence, at, entry, label) for at, entry in labelled if entry is not None]
    return events


def _answered_commas(sentence: Sentence) -> list[int]:
    """As in "Casualties among the crew, none; damage, slight.": the commas before an answer that stands alone."""
    answers = [one for one in sentence.quantities.values() if one.high == 0 and one.first > 1]
    ends = [one.first - 1 for one in answers if one.last + 1 >= sentence.size or not sentence.is_word(one.last + 1)]
    return [at for at in ends if sentence.low[at] == ","]


def _is_no(sentence: Sentence, sign: int) -> bool:
    """Whether the words after a sign say "nobody" and nothing else: "none", "nil reported", "0)"."""
    words = sentence.rule_words
    quantity = sentence.quantities.get(sign + 1)
    if sign in sentence.quantities:
        quantity = sentence.quantities[sign]  # "Deaths (0)"
    if quantity is not None:
        return quantity.high == 0 and _is_end(sentence, quantity.last + 1)
    first = sentence.low[sign + 1]
    if first in words.plain_negators:
        return sign + 2 < sentence.size and sentence.low[sign + 2] in words.registering
    return first.partition(" ")[0] in words.answers_no and _is_end(sentence, sign + 2)


def _is_end(sentence: Sentence, at: int) -> bool:
    """Whether an answer ends before a token, or only goes on with "reported", "so far", "at this time"."""
    if at >= sentence.size or not sentence.is_word(at):
        return at >= sentence.size or not sentence.low[at][0].isdecimal()
    is_loose = sentence.mask[at] & (ADVERB | PREPOSITION)
    return bool(is_loose) or sentence.low[at] in sentence.rule_words.registering


def _is_unknown(sentence: Sentence, at: int) -> bool:
    """As in "Casualties: unknown at this time", "Injuries - to be determined", "Enemy losses: not yet known"."""
    words = sentence.rule_words
    at += sentence.low[at] in words.still_words
    parts = " ".join(sentence.low[at : at + _ANSWER]).split(" ")
    is_open = parts[0] in words.plain_negators and not words.open_answers.isdisjoint(parts)
    return is_open or parts[0] in words.answers_unknown


def _label(sentence: Sentence, sign: int) -> range:
    """The tokens of the label that ends before a sign, or none where it is no label but a clause."""
    words, at = sentence.rule_words, sign - 1
    while at >= 0 and sign - at <= _LABEL:
        low = sentence.low[at]
        if low in _ENDS or low in _SIGNS or (low == "," and not sentence.is_harm(at - 1)):
            break
        if sentence.mask[at] & (BE | HAVE | DO | RELATIVE) or _is_number(sentence, at) or low in words.saying:
            return range(0)
        at -= 1
    return range(at + 1, sign) if sign - at <= _LABEL else range(0)


def _is_number(sentence: Sentence, at: int) -> bool:
    """Whether a number stands there; "number of victims" has none."""
    quantity = sentence.quantities.get(at)
    return quantity is not None and quantity.kind != "vague"


def _nobody(sentence: Sentence, at: int, entry: HarmWords, label: range) -> HarmEvent:
    """The event of a word of harm in a label that is answered with "none"."""
    victim = class_named(sentence, label) or "unknown"
    group = Group(at, at, 0, 0, "exact", victim=victim, is_bare=victim == "unknown", is_counted=True, rules=("none",))
    return HarmEvent(entry, at, group, at, at, "answered", rules=[entry.name, "none"])
