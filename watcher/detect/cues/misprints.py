"""Words in quotation marks that are not to be read: 'for "three men died" read "two men died"', 'replace "3 hurt"'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import MODAL, PREPOSITION

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_QUOTES = frozenset("\"'“”‘’„«»")
_QUOTED = 5  # words of a quotation before its harm
_VERB = 4  # words of "replace the words", "should be replaced"


def is_misprint(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether the words of a harm stand in quotation marks as the wrong ones of a correction."""
    if _QUOTES.isdisjoint(sentence.present):
        return False
    opening = _opening(sentence, event)
    return opening >= 0 and (_is_set_aside(sentence, opening) or _is_replaced(sentence, event))


def _opening(sentence: Sentence, event: HarmEvent) -> int:
    """The quotation mark before a harm, or -1."""
    begin = max(-1, event.first - 1 - _QUOTED)
    return next((at for at in range(event.first - 1, begin, -1) if sentence.low[at] in _QUOTES), -1)


def _is_set_aside(sentence: Sentence, opening: int) -> bool:
    """As in 'replace "3 hurt"', 'substitute "5 hurt" for "4 hurt"', 'read "two died" instead of "three died"'."""
    words, before = sentence.rule_words, sentence.low[:opening]
    if not before:
        return False
    if before[-1] in words.opposing or (before[-1] in words.finding_openers and not _QUOTES.isdisjoint(before)):
        return not (words.reading.isdisjoint(before) and words.substituting.isdisjoint(before))
    near = before[-_VERB:]
    is_verb = not words.replacing.isdisjoint(near) and _QUOTES.isdisjoint(near)
    return is_verb and not sentence.mask[opening - 1] & PREPOSITION


def _is_replaced(sentence: Sentence, event: HarmEvent) -> bool:
    """As in '"three died" should have read "two died"', 'for "three died" read', '"six hurt" is replaced by'."""
    words = sentence.rule_words
    closing = next((at for at in range(event.last + 1, sentence.size) if sentence.low[at] in _QUOTES), sentence.size)
    for at in range(closing + 1, min(sentence.size, closing + 1 + _VERB)):
        if sentence.low[at].rpartition(" ")[2] in words.reading:
            return at == closing + 1 or bool(sentence.mask[at - 1] & MODAL)
        if sentence.low[at] in words.replacing:
            return True
        if sentence.low[at] in _QUOTES:
            return False
    return False
