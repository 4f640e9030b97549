"""What a verdict in front denies: "it is false, the staff said, that", '"A lie" was his word for the report of'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import tells_content
from watcher.detect.words.tokens import BE, CONJUNCTION

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_NEAR = 4  # words between a verdict and the statement that it judges
_FAR = 8  # words between two commas after a verdict
_LATER = 24  # words between a verdict by itself and what it is of
_FRONT = 3  # words of '"A pure fairy tale'
_ENDS = frozenset(";.")


def opens_content(sentence: Sentence, at: int) -> bool:
    """As in "it is false, the staff said, that", "a lie to say that", "called untrue a report of": what is denied."""
    words, after = sentence.rule_words, at + 1
    if after + 1 < sentence.size and sentence.low[after] in words.infinitive_markers:
        if sentence.low[after + 1].endswith(words.content_clause_endings):
            return True  # "to claim that"
        after += 2
    after = _over_insertion(sentence, after)
    if after < sentence.size and sentence.low[after] in words.content_clause_openers:
        return True
    for probe in range(after, min(sentence.size, after + _NEAR)):
        noun, _, rest = sentence.low[probe].partition(" ")
        if noun in words.allegations or noun in words.own_statements:
            return bool(rest) or tells_content(sentence, probe)  # "report that" is one phrase
        if noun in words.pointing_back and tells_content(sentence, probe):
            return True  # "the video according to which"
        is_sign = not sentence.is_word(probe) and sentence.low[probe] not in words.possessive_marks
        if sentence.mask[probe] & CONJUNCTION or is_sign or sentence.words[probe].harm is not None:
            break
    return at <= _FRONT and _is_of_statement(sentence, at + 1)


def _is_of_statement(sentence: Sentence, after: int) -> bool:
    """As in "Nonsense, the ministry said of the claim that", '"A lie" was his word for the report of'."""
    words = sentence.rule_words
    if after >= sentence.size:
        return False
    is_said = sentence.mask[after] & BE or sentence.low[after] in words.attributing  # "Untrue is what he called"
    if (sentence.is_word(after) and not is_said) or sentence.low[after] in _ENDS:
        return False
    for at in range(after + 1, min(sentence.size, after + 1 + _LATER)):
        if sentence.low[at] in _ENDS or sentence.is_harm(at):
            return False
        noun, _, rest = sentence.low[at].partition(" ")
        is_noun = noun in words.allegations or noun in words.pointing_back
        if is_noun and (rest or tells_content(sentence, at)):
            return True
    return False


def _over_insertion(sentence: Sentence, at: int) -> int:
    """As in "untrue, the ministry said, that", "not true, as a channel has it, that": the token after two commas.

    What stands between them has a verb of speech, or "that" stands after them.
    """
    if at >= sentence.size or sentence.low[at] != ",":
        return at
    words = sentence.rule_words
    closing = next((end for end in range(at + 1, min(sentence.size, at + _FAR)) if sentence.low[end] == ","), at)
    is_content = closing > at and not words.content_clause_openers.isdisjoint(sentence.low[closing + 1 : closing + 2])
    return closing + 1 if is_content or not words.saying.isdisjoint(sentence.low[at + 1 : closing]) else at
