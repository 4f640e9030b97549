"""A number said again without the words for what it counts: "the list, checked again, has nine", "It now admits eight".

The clause has a verb of being or of giving a number, and a subject that counts ("the list", "a recount") or points back
("it", "there"); its number takes the place of the one said before of the same harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.hearsay import is_told_by_others
from watcher.detect.lexicon import ROLES
from watcher.detect.speakers import speaker_of
from watcher.detect.tokens import ADVERB, BE, CONJUNCTION, DAY, DETERMINER, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.document import Document
    from watcher.detect.tokens import Sentence
    from watcher.model.claim import Claim, Stance


_SUM = ROLES["total_cues"]
_TOLD = frozenset({"asserted", "assessed", "alleged"})
_LONGEST = 160  # characters of a sentence that only counts again
_SUBJECT = 14  # words before its number
_OBJECT = 3  # words of "it", "the number"
_ENDS = frozenset(".,;:)")


def count_again(document: Document) -> None:
    """As in "It used to acknowledge two deaths. It now acknowledges eight.": eight it is."""
    with_harm = {event.sentence for event in document.events}
    pending = list(document.events)
    for event in pending:
        number = event.sentence + 1
        if number >= len(document.spans) or number in with_harm or not _can_be_recounted(document, event):
            continue
        begin, end = document.spans[number]
        if end - begin > _LONGEST or not _may_count(document.tokens(number)):
            continue
        sentence = document.sentence(number)
        told = _told_number(sentence, event)
        if told is not None:
            answer = _answer(event, sentence, *told)
            document.events.insert(document.events.index(event) + 1, answer)
            pending.append(answer)
            continue
        before = document.sentence(event.sentence)
        group = _recounted(sentence, event, before)
        is_early = not sentence.rule_words.superseding.isdisjoint(before.present)
        if group is not None and event.claim.stance == "alleged" and not is_early:
            document.events.insert(document.events.index(event) + 1, _answer(event, sentence, group, "asserted"))
        elif group is not None:
            _take(event, sentence, group)


def _answer(event: HarmEvent, sentence: Sentence, group: Group, stance: Stance) -> HarmEvent:
    """A claim of its own, of the same harm, for a number that somebody else gives of it."""
    answer = replace(event, part_of=None)
    answer.judgement, answer.claim = event.judgement, event.claim
    _take(answer, sentence, group)
    speaker = speaker_of(sentence, group.first, group.last)
    answer.claim = replace(answer.claim, stance=stance, is_background=False, speaker=speaker)
    return answer


def _may_count(sentence: Sentence) -> bool:
    """Whether the tokens of a sentence hold a number, and a verb with which one may be said."""
    words, present = sentence.rule_words, sentence.present
    verbs = words.restating, words.recount_openers, words.amounting, words.changing, sentence.lexicon.telling
    if not sentence.numeric:
        return False
    is_verb = bool(sentence.roles & BE) or not all(map(present.isdisjoint, verbs))
    return is_verb or any(_says(words, low) for low in present)


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
    return low in words.own_tellings or _says(words, low)


def _says(words: RuleWords, low: str) -> bool:
    """Whether a token is a verb of saying, or holds one: "media report", "speaks of"."""
    return low in words.saying or (" " in low and not words.saying.isdisjoint(low.split(" ")))


def _told_number(sentence: Sentence, event: HarmEvent) -> tuple[Group, Stance] | None:
    """The number that a sentence gives of the harm before it, and with which stance; None where it gives none.

    As in "The army admits to four." after what others claim, "The rebels speak of sixty.", "The next raid added two.".
    """
    group = next((one for one in sentence.groups if one.is_counted and not one.is_pronoun), None)
    if group is None or not group.is_bare or not group.low or sentence.events:
        return None
    verb, after, words = telling_verb(sentence, group.first), group.last + 1, sentence.rule_words
    is_closed = after >= sentence.size or sentence.low[after] in _ENDS or bool(sentence.mask[after] & _SUM)
    if not (is_closed and 0 < verb < _SUBJECT):
        return None
    subject = {part for low in sentence.low[:verb] for part in low.split(" ")}
    if sentence.low[verb] in words.adding and not subject.isdisjoint(words.events | words.calamities):
        return (group, "asserted") if event.claim.stance in REPORTED else None
    if event.claim.is_background or event.claim.stance not in _TOLD:
        return None
    if _says(words, sentence.low[verb]) and is_told_by_others(sentence, verb):
        return group, "alleged"
    is_own = not subject.isdisjoint(words.insiders | words.own_words | words.plain_formations)
    if event.claim.stance != "alleged" or not (is_own or _says(words, sentence.low[verb])):
        return None
    return group, "asserted" if is_own else "alleged"


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
