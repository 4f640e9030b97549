"""A number said again without the words for what it counts: "the list, checked again, has nine", "It now admits eight".

The clause has a verb of being or of giving a number, and a subject that counts ("the list", "a recount") or points back
("it", "there"); its number takes the place of the one said before of the same harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.tokens import ADVERB, BE, CONJUNCTION, DAY, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.document import Document
    from watcher.detect.tokens import Sentence


_LONGEST = 160  # characters of a sentence that only counts again
_SUBJECT = 14  # words before its number
_ENDS = frozenset(".,;:)")


def count_again(document: Document) -> None:
    """As in "It used to acknowledge two deaths. It now acknowledges eight.": eight it is."""
    with_harm = {event.sentence for event in document.events}
    for event in list(document.events):
        number = event.sentence + 1
        if number >= len(document.spans) or number in with_harm or not _can_be_recounted(document, event):
            continue
        begin, end = document.spans[number]
        sentence = document.sentence(number) if end - begin <= _LONGEST else None
        group = _recounted(sentence, event, document.sentence(event.sentence)) if sentence is not None else None
        if sentence is not None and group is not None:
            _take(event, sentence, group)


def _can_be_recounted(document: Document, event: HarmEvent) -> bool:
    """Whether a claim has a number of its own, and is the last of its sentence."""
    others = [one for one in document.events if one.sentence == event.sentence and one is not event]
    group = event.group
    is_last = all(one.at < event.at and one.claim.harm != event.claim.harm for one in others)
    is_open = event.claim.stance in REPORTED or _was_held(document, event)
    return is_last and is_open and group is not None and bool(event.claim.count_min)


def _was_held(document: Document, event: HarmEvent) -> bool:
    """As in "It used to acknowledge two deaths": what somebody said until now."""
    sentence = document.sentence(event.sentence)
    return not sentence.rule_words.held_before.isdisjoint(sentence.low[: event.at])


def _recounted(sentence: Sentence, event: HarmEvent, before: Sentence) -> Group | None:
    """The one number of a sentence that counts again, or None."""
    groups = [group for group in sentence.groups if group.is_counted]
    if len(groups) != 1 or not restates(sentence, 0, groups[0], is_doubtful=_is_doubtful(before, event)):
        return None
    return groups[0]


def _is_doubtful(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the first report spoke of three": a number that may not hold."""
    is_early = not sentence.rule_words.superseding.isdisjoint(sentence.present)
    return is_early or event.claim.stance in {"alleged", "assessed"}


def _take(event: HarmEvent, sentence: Sentence, group: Group) -> None:
    """Give a claim the number and the place of a later sentence."""
    is_said = event.claim.stance in {"alleged", "hypothetical"}
    victim = event.group.victim if event.group is not None else "unknown"
    event.group, event.at, event.first, event.last = replace(group, victim=victim), group.first, group.first, group.last
    event.sentence, event.near = sentence.number, (sentence.starts[group.first], sentence.stops[group.last])
    event.claim = replace(
        event.claim,
        count_min=group.low,
        count_max=group.high,
        count_kind=group.kind,
        count_raw=sentence.raw(group.first, group.last),
        start=sentence.starts[group.first],
        end=sentence.stops[group.last],
        sentence=sentence.text[sentence.begin : sentence.end],
        stance="asserted" if is_said else event.claim.stance,
        rules=(*event.claim.rules, "counted again"),
    )


def restates(sentence: Sentence, begin: int, group: Group, *, is_doubtful: bool = False) -> bool:
    """Whether the clause from a token to a bare number says how many there are now.

    "There were four" does so only of a number that is doubtful, or with a word for the time.
    """
    verb, after = group.first - 1, group.last + 1
    restating = sentence.rule_words.restating
    while verb > begin and sentence.mask[verb] & ADVERB and sentence.low[verb] not in restating:
        verb -= 1
    is_open = after < sentence.size and sentence.low[after] not in _ENDS
    is_open = is_open and not sentence.mask[after] & (CONJUNCTION | PREPOSITION)
    if not group.is_bare or group.is_pronoun or is_open or verb < begin or verb - begin > _SUBJECT:
        return False
    clause = range(begin, group.first)
    is_other = any(sentence.words[at].harm is not None or at in sentence.quantities for at in clause)
    is_other |= not sentence.rule_words.long_periods.isdisjoint(sentence.low[begin : group.last + 5])
    return not is_other and _is_counting(sentence, begin, verb, is_doubtful or _is_now(sentence, clause))


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
