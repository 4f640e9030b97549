"""A number said again without the words for what it counts: "the list, checked again, has nine", "It now admits eight".

The clause has a verb of being or of giving a number, and a subject that counts ("the list", "a recount") or points back
("it", "there"); its number takes the place of the one said before of the same harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import is_told_by_others
from watcher.detect.cues.restated_numbers import (
    CLOSING,
    SUBJECT,
    is_of_earlier,
    is_saying,
    restates,
    telling_verb,
    tells_of_before,
)
from watcher.detect.cues.speakers import speaker_of
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, DO, HAVE
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Claim, Stance


_SUM, _PART = ROLES["total_cues"], ROLES["part_openers"]
_SIGNS = frozenset(",;")
_DENIED = frozenset({"denied"})
_TOLD = frozenset({"asserted", "assessed", "alleged"})
_THEM = ROLES["plural_pronouns"] | ROLES["of_whom"]
_ANSWER = 6  # words of "Only one of them was."
_LONGEST = 160  # characters of a sentence that only counts again
_ARTICLE = 3  # words and signs before a number that are of its group: "(the last four)"


def count_again(document: Document) -> None:
    """As in "It used to acknowledge two deaths. It now acknowledges eight.": eight it is."""
    with_harm = {event.sentence for event in document.events}
    pending = list(document.events)
    for event in pending:
        number = event.sentence + 1
        if number >= len(document.spans) or not _can_be_recounted(document, event):
            continue
        if number in with_harm:
            _take_sum(document, event, number)
            continue
        begin, end = document.spans[number]
        if end - begin > _LONGEST or not _may_count(document.tokens(number)):
            continue
        if not _may_restate(document.tokens(number)):
            _take_over_next(document, event, number + 1, with_harm)
            continue
        sentence = document.sentence(number)
        if event.claim.stance == "alleged" and (true := _answered_with(sentence)) is not None:
            document.events.insert(document.events.index(event) + 1, answered(event, sentence, true, "asserted"))
            event.claim = replace(event.claim, stance="denied", rules=(*event.claim.rules, "contradicted"))
            continue
        told = _told_number(sentence, event)
        if told is not None:
            answer = answered(event, sentence, *told)
            document.events.insert(document.events.index(event) + 1, answer)
            pending.append(answer)
            continue
        if not _takes_anew(document, event, sentence, pending):
            _take_over_next(document, event, number + 1, with_harm)


def _takes_anew(document: Document, event: HarmEvent, sentence: Sentence, pending: list[HarmEvent]) -> bool:
    """Whether a sentence counts again: its number is then the claim's, or that of a claim beside an alleged one."""
    before = document.sentence(event.sentence)
    group = _recounted(sentence, event, before)
    if group is None:
        return False
    is_early = not sentence.rule_words.superseding.isdisjoint(before.present)
    if event.claim.stance == "alleged" and not is_early:
        document.events.insert(document.events.index(event) + 1, answered(event, sentence, group, "asserted"))
    elif event.claim.stance not in _DENIED:
        _take(event, sentence, group)
        pending.append(event)  # "On Friday it was 93. It stands at 104 today."
    return True


def _take_sum(document: Document, event: HarmEvent, number: int) -> None:
    """As in "six dead. It now reports eight, as two died overnight.": the six and the two are the eight."""
    if document.tokens(number).low[0] not in document.lexicon.rule_words.recounted:
        return
    further = [one for one in document.events if one.sentence == number and one.entry.harm == event.entry.harm]
    sentence = document.sentence(number)
    added = further[0].group if len(further) == 1 and _may_count(sentence) else None
    if added is None or event.group is None or event.claim.stance in _DENIED:
        return
    whole = (event.group.low or 0) + (added.low or 0)
    before = (one for one in sentence.groups if one.is_bare and one.first < added.first)
    group = next((one for one in before if one.low == one.high == whole), None)
    if group is not None:
        _take(event, sentence, group)
        further[0].part_of = event


def _take_over_next(document: Document, event: HarmEvent, number: int, with_harm: set[int]) -> None:
    """As in "Toll 88. By Friday it had passed 90. It stands at 104 today.": over a sentence that counts in passing."""
    if event.claim.stance not in REPORTED or number >= len(document.spans) or number in with_harm:
        return
    if not _may_count(document.tokens(number)):
        return
    if document.tokens(number).low[0] not in document.lexicon.rule_words.recounted:
        return
    sentence = document.sentence(number)
    group = _recounted(sentence, event, document.sentence(number - 1))
    if group is not None:
        _take(event, sentence, group)


def restate_corrected(document: Document) -> None:
    """As in "An earlier version gave 14 dead. It is 41.": what holds, after a number that the text takes back."""
    for event in document.corrected:
        number = event.sentence + 1
        is_told = any(event.sentence <= one.sentence <= number for one in document.events)
        if is_told or not event.claim.count_min or number >= len(document.spans):
            continue
        if not _may_count(document.tokens(number)):
            continue
        sentence = document.sentence(number)
        groups = [group for group in sentence.groups if group.is_counted]
        if len(groups) == 1 and restates(sentence, 0, groups[0], is_doubtful=True):
            answer = answered(event, sentence, groups[0], "asserted")
            answer.claim = replace(answer.claim, rules=(event.entry.name, "counted again"))
            document.events.append(answer)
            document.events.sort(key=lambda one: one.position)


def answered(event: HarmEvent, sentence: Sentence, group: Group, stance: Stance) -> HarmEvent:
    """A claim of its own, of the same harm, for a number that somebody else gives of it."""
    answer = replace(event, part_of=None)
    answer.judgement, answer.claim = event.judgement, event.claim
    _take(answer, sentence, group)
    speaker = speaker_of(sentence, group.first, group.last)
    answer.claim = replace(answer.claim, stance=stance, is_background=False, speaker=speaker)
    return answer


def _answered_with(sentence: Sentence) -> Group | None:
    """As in "They say that nine died. Two did.", "Only one was.": the number that is true, without its verb."""
    verb = sentence.size - 2
    if sentence.size > _ANSWER or verb < 1 or not sentence.mask[verb] & (BE | HAVE | DO):
        return None
    group = next((one for one in sentence.groups if one.last < verb and one.is_counted and one.low), None)
    rest = range(group.last + 1, verb) if group is not None and group.is_bare else range(verb)
    is_plain = all(sentence.mask[at] & (ADVERB | _THEM) for at in (*range(group.first if group else 0), *rest))
    return group if group is not None and group.is_bare and is_plain else None


def _may_count(sentence: Sentence) -> bool:
    """Whether the tokens of a sentence hold a number, and a verb with which one may be said."""
    words, present = sentence.rule_words, sentence.present
    verbs = words.restating, words.recount_openers, words.amounting, words.changing, sentence.lexicon.telling
    if not sentence.numeric:
        return False
    is_verb = bool(sentence.roles & BE) or sentence.size <= _ANSWER or not all(map(present.isdisjoint, verbs))
    return is_verb or any(is_saying(words, low) for low in present)


def _may_restate(sentence: Sentence) -> bool:
    """Whether a verb tells a number, or a word is of what counts: most sentences with a number need no reading."""
    words = sentence.rule_words
    if sentence.size <= _ANSWER or any(" " in low for low in words.recount_openers & sentence.present):
        return True
    parts = {part for low in sentence.present for part in low.split(" ")}
    if not all(map(parts.isdisjoint, (words.recounters, words.recounted, words.publisher_pronouns))):
        return True
    firsts = {first for at in sentence.numeric for first in range(max(1, at - _ARTICLE), at + 1)}
    return any(telling_verb(sentence, first) > 0 for first in firsts)


def _told_number(sentence: Sentence, event: HarmEvent) -> tuple[Group, Stance] | None:
    """The number that a sentence gives of the harm before it, and with which stance; None where it gives none.

    As in "The army admits to four." after what others claim, "The rebels speak of sixty.", "The next raid added two.".
    """
    group = next((one for one in sentence.groups if one.is_counted and not one.is_pronoun), None)
    if group is None or not group.is_bare or not group.low or sentence.events:
        return None
    verb, after, words = telling_verb(sentence, group.first), group.last + 1, sentence.rule_words
    is_closed = after >= sentence.size or sentence.low[after] in CLOSING or bool(sentence.mask[after] & _SUM)
    if not (is_closed and 0 < verb < SUBJECT):
        return None
    subject = {part for low in sentence.low[:verb] for part in low.split(" ")}
    if sentence.low[verb] in words.adding and not subject.isdisjoint(words.events | words.calamities):
        return (group, "asserted") if event.claim.stance in REPORTED else None
    if event.claim.is_background or event.claim.stance not in _TOLD | _DENIED:
        return None
    if is_saying(words, sentence.low[verb]) and is_told_by_others(sentence, verb):
        return group, "alleged"
    is_own = not subject.isdisjoint(words.insiders | words.own_words | words.plain_formations)
    if event.claim.stance in _DENIED:
        return (group, "asserted") if is_own or not words.speaking_pronouns.isdisjoint(sentence.low[:1]) else None
    if event.claim.stance != "alleged" or not (is_own or is_saying(words, sentence.low[verb])):
        return None
    return group, "asserted" if is_own else "alleged"


def _can_be_recounted(document: Document, event: HarmEvent) -> bool:
    """Whether a claim has a number of its own, and is the last of its sentence."""
    if event.group is None or not event.claim.count_min:
        return False
    others = [one for one in document.events if one.sentence == event.sentence and one is not event]
    is_last = all(one.at < event.at and one.claim.harm != event.claim.harm for one in others)
    return is_last and (event.claim.stance in REPORTED | _DENIED or _was_held(document, event))


def _was_held(document: Document, event: HarmEvent) -> bool:
    """As in "It used to acknowledge two deaths": what somebody said until now."""
    sentence = document.sentence(event.sentence)
    return not sentence.rule_words.held_before.isdisjoint(sentence.low[: event.at])


def _recounted(sentence: Sentence, event: HarmEvent, before: Sentence) -> Group | None:
    """The last number of a sentence in which each number by itself counts again, or None."""
    is_doubtful = _is_doubtful(before, event)
    if tells_of_before(sentence, before, event) or (is_of_earlier(sentence) and not is_doubtful):
        return None  # "The fire killed 41. An earlier version gave the number as 14."
    groups = [group for group in sentence.groups if group.is_counted]
    bare = [group for group in groups if group.is_bare]
    if not bare or any(group.first < bare[-1].first for group in groups if not group.is_bare):
        return None
    if len(groups) > len(bare) and not _is_part_of(sentence, groups[-1]):
        return None
    begins = [_clause(sentence, group) for group in bare] if len(bare) > 1 else [0]
    told = zip(begins, bare, strict=True)
    return bare[-1] if all(restates(sentence, at, one, is_doubtful=is_doubtful) for at, one in told) else None


def _clause(sentence: Sentence, group: Group) -> int:
    """Where the clause of a number begins: "On Friday it was 93, and by the evening it was 100"."""
    before = range(group.first - 1, 0, -1)
    return next((at + 1 for at in before if sentence.mask[at] & CONJUNCTION or sentence.low[at] in _SIGNS), 0)


def _is_part_of(sentence: Sentence, group: Group) -> bool:
    """As in "It stands at 104, among them 31 children"."""
    words, before = sentence.rule_words, sentence.low[max(0, group.first - 2) : group.first]
    parts = {part for low in before for part in low.split(" ")}
    return not words.membership.isdisjoint(parts) or bool(sentence.mask[group.first - 1] & _PART)


def _is_doubtful(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the first report spoke of three": a number that may not hold."""
    words = sentence.rule_words
    is_early = not words.superseding.isdisjoint(sentence.present) or not sentence.present.isdisjoint(words.days_before)
    return is_early or event.claim.stance in {"alleged", "assessed"}


def with_number(claim: Claim, sentence: Sentence, group: Group, *, rule: str) -> Claim:
    """A claim with the number that a later sentence gives, and where it does, by a rule."""
    return replace(
        claim,
        count_min=group.low,
        count_max=group.high,
        count_kind=group.kind,
        count_raw=sentence.raw(group.first, group.last),
        start=sentence.starts[group.first],
        end=sentence.stops[group.last],
        sentence=sentence.text[sentence.begin : sentence.end],
        rules=(*claim.rules, rule),
    )


def _take(event: HarmEvent, sentence: Sentence, group: Group) -> None:
    """Give a claim the number and the place of a later sentence."""
    is_said = event.claim.stance in {"alleged", "hypothetical"}
    victim = event.group.victim if event.group is not None else "unknown"
    event.group, event.at, event.first, event.last = replace(group, victim=victim), group.first, group.first, group.last
    event.sentence, event.near = sentence.number, (sentence.starts[group.first], sentence.stops[group.last])
    counted = with_number(event.claim, sentence, group, rule="counted again")
    event.claim = replace(counted, stance="asserted" if is_said else counted.stance)
