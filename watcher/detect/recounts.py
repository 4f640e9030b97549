"""A number said again without the words for what it counts: "the list, checked again, has nine", "It now admits eight".

The clause has a verb of being or of giving a number, and a subject that counts ("the list", "a recount") or points back
("it", "there"); its number takes the place of the one said before of the same harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.tokens import ADVERB, BE, CONJUNCTION, DAY, DETERMINER, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.document import Document
    from watcher.detect.tokens import Sentence


_LONGEST = 160  # characters of a sentence that only counts again
_SUBJECT = 14  # words before its number
_OBJECT = 3  # words of "it", "the number"
_ENDS = frozenset(".,;:)")


def count_again(document: Document) -> None:
    """As in "It used to acknowledge two deaths. It now acknowledges eight.": eight it is."""
    with_harm = {event.sentence for event in document.events}
    for event in list(document.events):
        number = event.sentence + 1
        if number >= len(document.spans) or number in with_harm or not _can_be_recounted(document, event):
            continue
        begin, end = document.spans[number]
        is_alleged = event.claim.stance == "alleged"
        if end - begin > _LONGEST or not _may_count(document.tokens(number), is_told=is_alleged):
            continue
        sentence = document.sentence(number)
        own = _own_number(sentence) if is_alleged else None
        if own is not None:
            answer = replace(event)
            answer.judgement, answer.claim = event.judgement, event.claim
            _take(answer, sentence, own)
            document.events.insert(document.events.index(event) + 1, answer)
            continue
        group = _recounted(sentence, event, document.sentence(event.sentence))
        if group is not None:
            _take(event, sentence, group)


def _may_count(sentence: Sentence, *, is_told: bool) -> bool:
    """Whether the tokens of a sentence hold a number, and a verb with which one is said again unless it `is_told`."""
    words, present = sentence.rule_words, sentence.present
    verbs = words.restating, words.recount_openers, words.amounting, words.changing
    is_verb = is_told or bool(sentence.roles & BE) or not all(map(present.isdisjoint, verbs))
    return bool(sentence.numeric) and is_verb


def telling_verb(sentence: Sentence, first: int) -> int:
    """As in "the army admits to four", "puts the number at six", "confirms only two": the verb of a number, or -1."""
    words, at = sentence.rule_words, first - 1
    while at > 0 and sentence.mask[at] & ADVERB and sentence.low[at] not in words.own_tellings:
        at -= 1
    low = sentence.low[at]
    if at < 1 or _tells(words, low) or low in words.reckoning:
        return at if at > 0 and _tells(words, low) else -1
    if low not in words.telling_joints:
        verb, _, joint = low.rpartition(" ")  # "speaks of"
        return at if joint in words.telling_joints and (_tells(words, verb) or verb in words.reckoning) else -1
    for probe in range(at - 1, max(0, at - 1 - _OBJECT), -1):
        low = sentence.low[probe]
        if low in words.reckoning:
            return probe if probe < at - 1 else -1  # "the toll, first put at six"
        if _tells(words, low):
            return probe
        if not (sentence.mask[probe] & DETERMINER or low in words.counting_nouns or low in words.recounted):
            break
    return -1


def _tells(words: RuleWords, low: str) -> bool:
    return low in words.saying or low in words.own_tellings


def _own_number(sentence: Sentence) -> Group | None:
    """As in "The army admits to four.": the number that the publisher's own side gives, in a sentence of its own."""
    groups = [group for group in sentence.groups if group.is_counted]
    if len(groups) != 1 or not groups[0].is_bare or groups[0].is_pronoun or not groups[0].low:
        return None
    verb, after = telling_verb(sentence, groups[0].first), groups[0].last + 1
    is_closed = after >= sentence.size or sentence.low[after] in _ENDS
    words = sentence.rule_words
    subject = {part for low in sentence.low[:verb] for part in low.split(" ")} if verb > 0 else set()
    is_own = not subject.isdisjoint(words.insiders | words.own_words | words.plain_formations)
    return groups[0] if is_closed and is_own and verb < _SUBJECT else None


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
