"""A number said again without the words for what it counts: "there were four", "admits to four", "puts it at six"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.periods import names_long_time
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, DAY, DETERMINER, PREPOSITION

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_AFTER = 5  # words from a number to the time in which it was reached
SUBJECT = 14  # words before its number
CLOSING = frozenset(".,;:)")
_EARLIER = 6  # words of "In an earlier version of this"
_OPENING = 2  # words of "In correcting"
_PLACE = 4  # words of "in the old bus"
_TWICE = 5  # words of "had each been counted twice"
_OBJECT = 3  # words of "it", "the number"


def telling_verb(sentence: Sentence, first: int) -> int:
    """As in "the army admits to four", "puts the number at six", "confirms only two": the verb of a number, or -1."""
    words, at = sentence.rule_words, first - 1
    while at > 0 and sentence.mask[at] & ADVERB and not _tells(words, sentence.low[at]):
        at -= 1
    low = sentence.low[at]
    if at < 1 or _tells(words, low) or low in words.reckoning:
        return at if at > 0 and _tells(words, low) else -1
    if low not in words.telling_joints:
        verb, _, joint = low.rpartition(" ")  # "speaks of"
        return at if joint in words.telling_joints and (_tells(words, verb) or verb in words.reckoning) else -1
    for probe in range(at - 1, max(0, at - 1 - _OBJECT), -1):
        low = sentence.low[probe]
        is_noun = low in words.counting_nouns and sentence.mask[probe - 1] & DETERMINER  # "put the number at six"
        if low in words.reckoning and not is_noun:
            return probe if probe < at - 1 else -1  # "the toll, first put at six"
        if _tells(words, low):
            return probe
        if not (sentence.mask[probe] & DETERMINER or low in words.counting_nouns or low in words.recounted):
            break
    return -1


def _tells(words: RuleWords, low: str) -> bool:
    return low in words.own_tellings or is_saying(words, low)


def is_saying(words: RuleWords, low: str) -> bool:
    """Whether a token is a verb of saying, or holds one: "media report", "speaks of"."""
    return low in words.saying or (" " in low and not words.saying.isdisjoint(low.split(" ")))


def restates(sentence: Sentence, begin: int, group: Group, *, is_doubtful: bool = False) -> bool:
    """Whether the clause from a token to a bare number says how many there are now.

    "There were four" does so only of a number that is doubtful, or with a word for the time.
    """
    verb, after = group.first - 1, group.last + 1
    restating = sentence.rule_words.restating
    while verb > begin and sentence.mask[verb] & ADVERB and sentence.low[verb] not in restating:
        verb -= 1
    is_open = after < sentence.size and sentence.low[after] not in CLOSING
    is_joint = after < sentence.size and sentence.mask[after] & (CONJUNCTION | PREPOSITION | DAY)
    is_joint = is_joint or (is_open and sentence.low[after] in sentence.rule_words.now_words)
    is_open = is_open and (_is_of_place(sentence, after) or not is_joint)
    if sentence.low[verb] in sentence.rule_words.genitive and sentence.low[verb - 1] in restating:
        verb -= 1  # "we now know of five"
    if not group.is_bare or group.is_pronoun or is_open or verb < begin or verb - begin > SUBJECT:
        return False
    clause = range(begin, group.first)
    is_other = any(sentence.words[at].harm is not None or at in sentence.quantities for at in clause)
    is_other |= names_long_time(sentence, range(begin, min(sentence.size, group.last + _AFTER)))
    return not is_other and _is_counting(sentence, begin, verb, is_doubtful or _is_now(sentence, clause))


def _is_of_place(sentence: Sentence, at: int) -> bool:
    """As in "there were 40 on board", "it had 52 in the bus": of how many were there; not "it has nine by now"."""
    words, after = sentence.rule_words, range(at, min(sentence.size, at + _PLACE))
    if not sentence.mask[at] & PREPOSITION and sentence.low[at] not in words.insides:
        return False
    return any(not words.insides.isdisjoint(sentence.low[one].split(" ")) for one in after)


def _is_counting(sentence: Sentence, begin: int, verb: int, is_new: bool) -> bool:  # noqa: FBT001
    """Whether the words up to a verb are of something that counts, or point back to it where the number is new."""
    words, lows = sentence.rule_words, {part for low in sentence.low[begin:verb] for part in low.split(" ")}
    low = sentence.low[verb]
    is_put = low in words.toll_verbs and sentence.low[verb - 1] in words.amounting | words.changing
    if low in words.recount_openers and " " in low:
        return is_new  # "there were four"
    if sentence.mask[verb] & BE or is_put:
        return not words.recounters.isdisjoint(lows) or (is_new and not words.recounted.isdisjoint(lows))
    if low not in words.restating:
        return False
    return not words.recounters.isdisjoint(lows) or (is_new and not words.publisher_pronouns.isdisjoint(lows))


def _is_now(sentence: Sentence, clause: range) -> bool:
    words = sentence.rule_words
    lows = {sentence.low[at] for at in clause}
    is_day = any(sentence.mask[at] & DAY for at in clause)
    return is_day or not words.now_words.isdisjoint(lows) or not words.times_of_day.isdisjoint(lows)


def is_counted_twice(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the list counted two clerks twice", "two bodies had been entered twice": nobody more was harmed."""
    words, group = sentence.rule_words, event.group
    if words.twice.isdisjoint(sentence.present) or group is None or not group.is_counted:
        return False
    for at in (at for at, low in enumerate(sentence.low) if low in words.twice):
        near = range(max(0, at - _TWICE), at)
        is_apart = not CLOSING.isdisjoint(sentence.low[group.last : at])  # "counted five dead; twice …"
        if group.last in near and not is_apart and any(sentence.low[verb] in words.counted for verb in near):
            return True
    return False


def opens_with_correction(sentence: Sentence, at: int) -> bool:
    """As in "(In) correcting its report of nine dead, …": whether `at` stands in such an opening."""
    words = sentence.rule_words
    is_opening = not words.correcting_openers.isdisjoint(sentence.low[:_OPENING])
    return is_opening and "," not in sentence.low[:at]


def is_in_correction(sentence: Sentence, harm: int) -> bool:
    """As in "Correcting its report of nine dead, the army said two died": what stands before the comma."""
    words, before = sentence.rule_words, sentence.low[:harm]
    if not opens_with_correction(sentence, harm) or "," not in sentence.low[harm:] or not words.by.isdisjoint(before):
        return False  # "correcting a claim by rebels"
    comma = sentence.low.index(",", harm)
    return any(is_saying(sentence.rule_words, low) for low in sentence.low[comma:])


def is_after_correction(sentence: Sentence, at: int, harm: int) -> bool:
    """As in "Correcting its statement that nine died, the army said two did": what is said now, after the comma."""
    if not opens_with_correction(sentence, at):
        return False
    comma = next((one for one in range(at + 1, harm) if sentence.low[one] == ","), harm)
    return any(is_saying(sentence.rule_words, low) for low in sentence.low[comma:harm])


def is_of_earlier(sentence: Sentence) -> bool:
    """As in "An earlier version gave the number as 14", "Our first release had 14": what was said before."""
    words, lows = sentence.rule_words, {part for low in sentence.low[:_EARLIER] for part in low.split(" ")}
    return not words.superseding.isdisjoint(lows) and not words.own_statements.isdisjoint(lows)


def tells_of_before(sentence: Sentence, before: Sentence, event: HarmEvent) -> bool:
    """As in "The toll stands at 17. Yesterday it was 15.": a number of a time before; not "Yesterday it rose to 19"."""
    words, opening = sentence.rule_words, sentence.low[:_EARLIER]
    said = {part for low in sentence.low for part in low.split(" ")}
    if not (words.now_words.isdisjoint(said) and words.changing.isdisjoint(said)):
        return False
    if not words.earlier_openers.isdisjoint(opening):
        return words.earlier_openers.isdisjoint(before.low[: event.first])
    near = before.low[max(0, event.first - _OBJECT) : event.last + _OBJECT]
    is_current = any(not words.current_words.isdisjoint(low.split(" ")) for low in near)
    return is_current and any(sentence.mask[at] & DAY for at in range(min(_EARLIER, sentence.size)))
