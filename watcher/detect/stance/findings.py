"""What later sentences find about the claims before them: "They are false", "The ministry could not verify this".

Such a sentence points back, by a pronoun or a word such as "the figure", and has no number of its own. A denial in it
denies what was only alleged; what could not be verified is alleged. So does the truth that contradicts an allegation.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.cues.accepted_reports import confirms, upholds
from watcher.detect.cues.contradictions import (
    OPEN,
    denies_any_harm,
    deny_contradicted,
    drop_false_denials,
    opens_with_truth,
    rules_out,
)
from watcher.detect.cues.denials import admitted, rejections
from watcher.detect.cues.hearsay import hearsay_cues, is_outsider
from watcher.detect.cues.restated_numbers import tells_of_before
from watcher.detect.cues.reviews import leaves_open
from watcher.detect.people.openings import is_elsewhere
from watcher.detect.words.lexicon import ROLES, either, once_per_vocabulary
from watcher.detect.words.tokens import AUXILIARY, BE, HAVE, RELATIVE
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.rule_words import RuleWords
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Stance


_ANSWER = re.compile(r"\W*(?:\w+:\s*)?\W*(\w+)")  # the first word of an answer, after "A:" or a quotation mark
_OPENED = re.compile(r"(?:^|\s)[\"'“‘«„][^\"”»]*$")  # a quotation open where a claim begins
_CLOSED = re.compile(r"^[^\"“«„]*(?:[\"”»]|['’](?:\W|$))")
_WORD = re.compile(r"[\w’']+")
_CURT = 45  # characters of "This is not so."
_AFTER = 4  # sentences after a claim that can judge it
_NEXT = 2  # of these, how many may say other things as well
_FLAT = 6  # words of "This is not true."
_SHORT = 10  # words of a later one: "The item is false."
_TOLD = 5  # words between "had spoken" and its number
_NEAR = 5  # words between a verdict and what it judges
_SUBJECT = 4  # words of "all of them", "those men"
_PRONOUN = ROLES["plural_pronouns"] | ROLES["singular_pronouns"] | ROLES["of_whom"]
_POSSESSIVE, _VERBAL = ROLES["possessives"], AUXILIARY | BE
_FOUND = frozenset({"return", "alive"})
_DOUBTED = frozenset({"alleged", "under_review", "denied"})


def judge_earlier(document: Document) -> None:
    """Deny what a verdict ("Not credible.") or a later sentence says to be false; allege what could not be verified."""
    found = document.events
    found.sort(key=lambda one: (one.claim.start, one.claim.end))
    deny_contradicted(document, found)
    if any(one.claim.is_of_nobody for one in found):
        drop_false_denials(document, found)
    if any(one.entry.corrects for one in found) or _are_told_twice(found):
        found[:] = _without_corrected(document, found)
    _deny_before_verdicts(found)
    by_sentence: dict[int, list[HarmEvent]] = {}
    for event in found:
        by_sentence.setdefault(event.sentence, []).append(event)
    judging = _judging_sentences(document, min(by_sentence, default=0))
    for number, before in by_sentence.items():
        for after in range(number + 1, min(len(document.spans), number + 1 + _AFTER)):
            own = by_sentence.get(after, [])
            if is_elsewhere(document.tokens(after)) or _is_answered(document, number, after, before):
                break
            if _contradicts(document, after, before, own):
                break
            if _is_brushed_aside(document, number, after, before):
                break
            is_judge = after in judging and _may_judge(document, number, after)
            if (is_judge and _judged(document, document.sentence(after), before, own)) or any(map(_is_news, own)):
                break
    document.events = [event for event in document.events if not _is_left_open(event)]


def _may_judge(document: Document, number: int, after: int) -> bool:
    """The next sentences may say other things as well; further on only "The item is false." may judge."""
    return after <= number + _NEXT or document.tokens(after).size <= _SHORT


def _without_corrected(document: Document, found: list[HarmEvent]) -> list[HarmEvent]:
    """As in "We said five had died. It should have read six.": the number before a corrected one does not hold."""
    kept: list[HarmEvent] = []
    for event in found:
        if event.entry.corrects and (_is_sum(kept, event) or _is_added(kept, event)):
            event.voice = "toll"  # "One killed four, another one. The final count is five dead."
            kept.append(event)
            continue
        if kept and _is_withdrawn(document, kept[-1], event):
            kept.pop()
        before = _corrected_whole(kept) if kept and event.entry.corrects else None
        if before is not None and _is_of_before(document, before, event):
            continue
        is_kept = before is not None and (_is_of_others(before, event) or _is_disproved(document, before, event))
        if before is not None and _is_corrected(before, event) and not is_kept:
            kept[:] = [one for one in kept if one is not before and one.part_of is not before]
            victim = event.claim.victim if event.claim.victim != "unknown" else before.claim.victim
            event.claim = replace(event.claim, victim=victim)
            event.part_of = before.part_of
        kept.append(event)
    return kept


def _is_of_before(document: Document, before: HarmEvent, event: HarmEvent) -> bool:
    """As in "The toll stands at 17. Yesterday the count had been 15.": what it was, and no correction."""
    if event.sentence == before.sentence:
        return False
    return tells_of_before(document.sentence(event.sentence), document.sentence(before.sentence), before)


def _corrected_whole(kept: list[HarmEvent]) -> HarmEvent:
    """The last number, or of a part the one it belongs to: "40 injured, some treated for shock. It should read 28."."""
    whole = kept[-1].part_of
    return next((one for one in kept if one is whole), kept[-1])


def _is_sum(kept: list[HarmEvent], event: HarmEvent) -> bool:
    """Whether a number is as many as several before it together."""
    before = [one.claim for one in kept if _is_corrected(one, event) and one.claim.count_min == one.claim.count_max]
    return len(before) > 1 and sum(claim.count_min or 0 for claim in before) == event.claim.count_min


def _are_told_twice(found: list[HarmEvent]) -> bool:
    """Whether a sentence counts one harm twice, right after one another."""
    return any(one.sentence == other.sentence and one.claim.harm == other.claim.harm for one, other in pairwise(found))


def _is_withdrawn(document: Document, before: HarmEvent, event: HarmEvent) -> bool:
    """As in "The ministry, which had spoken of three dead, now says five died": what it had said before."""
    group = before.group
    if (
        before.claim.stance == "alleged"
        or before.sentence != event.sentence
        or before.claim.harm != event.claim.harm
        or group is None
        or not group.low
    ):
        return False
    sentence = document.sentence(event.sentence)
    words, near = sentence.rule_words, range(max(0, group.first - _TOLD), group.first)
    had = next((at for at in near if sentence.mask[at] & HAVE), group.first)
    told = {part for low in sentence.low[had : group.first] for part in low.split(" ")}
    is_now = not words.now_words.isdisjoint(sentence.low[before.at : event.at])
    return is_now and bool(event.claim.count_min) and not (words.saying | words.announcing_verbs).isdisjoint(told)


def _is_added(kept: list[HarmEvent], event: HarmEvent) -> bool:
    """As in "Seven more died on Tuesday. The total is now 31.": the last of them."""
    last = kept[-1] if kept else None
    is_more = last is not None and last.group is not None and last.group.is_other
    return is_more and last is not None and (last.claim.count_min or 0) < (event.claim.count_min or 0)


def _is_of_others(before: HarmEvent, event: HarmEvent) -> bool:
    """As in "the rebels say 30; the real figure is two", "Four died. Media put it at nine": each has its own."""
    if event.claim.stance == "alleged" and before.claim.stance != "alleged":
        return True
    is_beside = before.sentence == event.sentence and event.claim.stance != "alleged"
    return is_beside and before.claim.stance == "alleged" and "hearsay" in before.claim.rules


def _is_corrected(before: HarmEvent, event: HarmEvent) -> bool:
    is_said = before.claim.stance in REPORTED and not before.claim.is_background
    is_near = event.sentence - before.sentence <= _AFTER and is_said and not event.claim.is_background
    return is_near and before.claim.harm == event.claim.harm and not before.claim.is_of_nobody


def _is_disproved(document: Document, before: HarmEvent, event: HarmEvent) -> bool:
    """As in "Rebels claim 30 dead. The real number is two.": a number of somebody else is false, not corrected."""
    return before.claim.stance == "alleged" and opens_with_truth(document, event.sentence)


def _is_answered(document: Document, number: int, after: int, before: list[HarmEvent]) -> bool:
    """As in "Were civilians harmed? No, says the staff.": what was asked is denied, of nobody without a number."""
    _, end = document.spans[number]
    if after != number + 1 or document.text[end - 1] != "?":
        return False
    begin, _ = document.spans[after]
    answer = _ANSWER.match(document.low, begin)
    words = document.lexicon.rule_words
    if answer is not None and answer.group(1) in words.answers_yes:
        for event in before:
            if _is_asked(event) and event.group is not None and event.group.is_counted:
                _set_stance(event, "asserted")
        return False
    if document.tokens(number).low[0] in words.clause_openers:
        return False  # "How many were killed? Nobody knows."
    is_no = answer is not None and answer.group(1) in words.answers_no
    if not is_no and not is_flat_denial(document, *document.spans[after]):
        return False
    if asks_to_confirm(document, number):
        return True
    for event in before:
        _set_stance(event, "denied")
        if event.group is None or not event.group.is_counted:
            event.claim = replace(event.claim, count_min=0, count_max=0, count_kind="exact")
    return True


def asks_to_confirm(document: Document, number: int) -> bool:
    """As in "Can you confirm that?", "Do you know how many died?": who says no does not say that it is false."""
    words, said = document.lexicon.rule_words, set(_WORD.findall(document.low[slice(*document.spans[number])]))
    is_asked = not words.confirming.isdisjoint(said) or not words.known_to.isdisjoint(said)
    return is_asked and document.text[document.spans[number][1] - 1] == "?"


def _is_brushed_aside(document: Document, number: int, after: int, before: list[HarmEvent]) -> bool:
    """As in "They wrote of 25 dead. No such attack took place.", "… This is not so.": what was alleged is denied."""
    if after > number + _NEXT or not is_flat_denial(document, *document.spans[after]):
        return False
    alleged = [event for event in before if not event.claim.is_of_nobody and _is_open_claim(document, event)]
    for event in alleged:
        _set_stance(event, "denied")
        if event.group is None:
            event.claim = replace(event.claim, count_min=0, count_max=0, count_kind="exact")
    return bool(alleged)


def is_flat_denial(document: Document, begin: int, end: int) -> bool:
    """Whether a sentence denies what was said, and says nothing else."""
    low, rule_words = document.low, document.lexicon.rule_words
    is_short = end - begin <= _CURT
    if not is_short and _flat_denial(document.lexicon.vocabulary).search(low, begin, end) is None:
        return False
    words = _WORD.findall(low[begin:end])
    if is_short and " ".join(words).endswith(rule_words.none_at_all):
        return True  # "Fleet Command: not one."
    is_curt = is_short and bool(words) and words[-1] in rule_words.denial_ends
    is_curt |= is_short and " ".join(words).endswith(rule_words.denial_phrase_ends)
    return (is_curt and not rule_words.curt_negators.isdisjoint(words)) or _denies_kind(words, rule_words)


@once_per_vocabulary
def _flat_denial(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What a sentence that denies what was said holds somewhere."""
    return re.compile(either(vocabulary.rule_words.flat_denials, blank=" "))


def _denies_kind(words: list[str], rule_words: RuleWords) -> bool:
    """As in "there was no such attack", "nothing of the kind happened"; not "no such report has reached us"."""
    said = " ".join(words)
    phrase = next((one for one in rule_words.flat_denials if f" {one} " in f" {said} "), "")
    following = said.partition(phrase)[2].split() if phrase else []
    is_event = not rule_words.events.isdisjoint(following[:1])  # "They know of no such incident."
    return bool(phrase) and (is_event or rule_words.evidence.isdisjoint(following[:2]))


def _is_open_claim(document: Document, event: HarmEvent) -> bool:
    """Whether a claim is alleged, asked, or only quoted: "Media today: 'Eight soldiers die'. This is not so."."""
    if event.claim.stance in OPEN or _is_asked(event):
        return True
    begin, end = document.spans[event.sentence]
    before, after = document.text[begin : event.claim.start], document.text[event.claim.end : end + 1]
    return event.claim.stance == "asserted" and bool(_OPENED.search(before)) and bool(_CLOSED.search(after))


def _is_left_open(event: HarmEvent) -> bool:
    """As in "Was anybody hurt?" without an answer: no claim."""
    return event.claim.stance == "hypothetical" and "anybody a question" in event.claim.rules


def _is_asked(event: HarmEvent) -> bool:
    return "a question" in event.claim.rules


def _judging_sentences(document: Document, first: int) -> set[int]:
    """The sentences after the first claim that hold a word of denying or confirming: nearly every text has some."""
    if first + 1 >= len(document.spans):
        return set()
    begin = document.spans[first][1]
    return document.holding([begin + at for at in document.lexicon.findings.starts(document.low[begin:])])


def _deny_before_verdicts(found: list[HarmEvent]) -> None:
    for number, one in enumerate(found):
        if one.voice != "verdict":
            continue
        for earlier in reversed(found[:number]):
            if earlier.voice == "verdict":
                break
            if earlier.claim.stance in OPEN:
                _set_stance(earlier, "denied")
                one.part_of, one.repeats = earlier, True


def _set_stance(event: HarmEvent, stance: Stance) -> None:
    event.claim = replace(event.claim, stance=stance, rules=(*event.claim.rules, "finding"))


def _is_news(event: HarmEvent) -> bool:
    """Whether a claim states people of its own."""
    return event.claim.stance not in {"denied", "hypothetical"} and event.voice != "verdict"


def _contradicts(document: Document, number: int, before: list[HarmEvent], own: list[HarmEvent]) -> bool:
    """As in "… say they killed 40. They killed none.", "In truth one was wounded.": the allegation before is denied."""
    if OPEN.isdisjoint([one.claim.stance for one in before]):
        return False
    is_truth = opens_with_truth(document, number)
    for event in [event for event in own if denies_any_harm(event)]:
        for one in [one for one in before if rules_out(event, one) and not _is_of_other_side(document, event, one)]:
            _set_stance(one, "denied")
    nobody = [event for event in own if _is_nobody(event) and any(_is_open(one, event) for one in before)]
    if not is_truth and not nobody:
        return False
    for one in before:
        if one.claim.stance in OPEN and (is_truth or any(_is_open(one, event) for event in nobody)):
            _set_stance(one, "denied")
    document.events = [event for event in document.events if not any(event is one for one in nobody)]
    return True


def _is_of_other_side(document: Document, nobody: HarmEvent, one: HarmEvent) -> bool:
    """As in "The rebels said they had lost three. We had no losses.": each speaks of its own people."""
    here, there, group = document.sentence(nobody.sentence), document.sentence(one.sentence), one.group
    words = here.rule_words
    if words.first_persons.isdisjoint(here.low[: nobody.at]) or not words.first_persons.isdisjoint(there.low):
        return False
    owned = there.low[group.first : group.last + 1] if group is not None else []
    is_own = one.claim.victim == "combatant" or not (words.its | words.losing).isdisjoint((*owned, there.low[one.at]))
    return is_own or any(not words.its.isdisjoint(low.split(" ")) for low in owned)


def _is_nobody(event: HarmEvent) -> bool:
    """Whether a claim says that none of those spoken of was harmed: "they killed none"."""
    return event.claim.is_of_nobody and event.group is not None and event.group.is_bare


def _is_open(one: HarmEvent, event: HarmEvent) -> bool:
    return one.claim.stance in OPEN and one.claim.harm == event.claim.harm


def _is_unconfirmed(event: HarmEvent) -> bool:
    """As in "A radio station speaks of eight, which nobody confirms": the number of the sentence itself is meant."""
    return event.claim.stance == "alleged" and event.claim.count_min is not None


def _is_alive(sentence: Sentence) -> bool:
    """As in "All of them are at their posts.", "She is alive.": those who were said to be dead are not."""
    subject = sentence.mask[:_SUBJECT]
    is_pronoun = any(roles & _PRONOUN for roles in subject)
    return is_pronoun and any(cue.role in _FOUND for _, cue in sentence.cues)


def _speaks_of_statement(sentence: Sentence, at: int) -> bool:
    """Whether a pronoun or a word such as "the figure" stands beside a verdict, in its own clause."""
    near = sentence.low[max(0, at - _NEAR) : at + _NEAR + 1]
    is_first = at == 1 or ":" in sentence.low[max(0, at - 2) : at]  # "Minister: That is nonsense.", "Finding: false."
    is_relative = not is_first and bool(sentence.mask[at - 1] & RELATIVE)
    if is_relative or not sentence.rule_words.involvement.isdisjoint(near) or _tells_of_another(sentence, at):
        return False
    return is_first or not sentence.rule_words.pointing_back.isdisjoint(part for low in near for part in low.split(" "))


def _tells_of_another(sentence: Sentence, at: int) -> bool:
    """As in "denied that the bridge was closed": what is judged is told here, and no attack, harm or people before."""
    words, near = sentence.rule_words, range(max(1, at - _NEAR), min(sentence.size - 1, at + 2 + _NEAR))
    that = next((one for one in near if f" {sentence.low[one]}".endswith(words.content_clause_endings)), -1)
    if that < 0 or sentence.mask[that + 1] & _VERBAL:
        return False
    are_people = any(one.first > that and one.low != 1 for one in sentence.groups)
    content = {part for low in sentence.low[that + 1 :] for part in low.split(" ")}
    is_clause = any(roles & _VERBAL for roles in sentence.mask[that + 2 :])
    meant = words.pointing_back | words.events | words.attacking
    is_own = any(roles & _POSSESSIVE for roles in sentence.mask[that + 1 :])  # "that its planes had bombed it"
    return (
        is_clause
        and not (is_own or are_people)
        and meant.isdisjoint(content)
        and not any(at > that for at in sentence.harms)
    )


def _is_attributed(sentence: Sentence) -> bool:
    """As in "That, at any rate, is what the villagers say.", "So say the rebels.": whose word the claim before is."""
    words = sentence.rule_words
    at = next((at for at, low in enumerate(sentence.low) if low in words.attributing), -1)
    if at < 0 or (at > 0 and sentence.low[0] not in words.pointing_back):
        return False
    after = range(at + 1, sentence.size)
    verb = next((one for one in after if sentence.low[one].partition(" ")[0] in words.saying), -1)
    if at and (verb < 0 or verb - at > _NEAR):
        return False  # "That is what happens where miners blast"
    return is_outsider(sentence, range(at + 1, verb if at else sentence.size))


def _judged_as_stated(sentence: Sentence, before: list[HarmEvent]) -> tuple[Stance, list[HarmEvent]]:
    """As in "Two were killed. This is false.": what the sentence right before states is taken back.

    Where one of the publisher's side denies it ("The ministry denied this."), it is somebody's word against another's.
    """
    words, low = sentence.rule_words, sentence.low
    stated = [one for one in before if one.claim.stance == "asserted" and sentence.number - one.sentence == 1]
    verb = next((at for at in range(sentence.size) if low[at] in words.denying), -1)
    if verb > 0:
        is_against = not words.insiders.isdisjoint(low[:verb]) and low[sentence.size - 2] in words.pointing_back
        return "alleged", stated if is_against else []
    is_verdict = sentence.size <= _FLAT and any(one in words.pointing_back for one in low[:2])
    return "denied", stated if is_verdict else []


def _judged(document: Document, sentence: Sentence, before: list[HarmEvent], own: list[HarmEvent]) -> bool:
    """Whether a sentence that points back judges the claims before it; they get the stance it gives them."""
    cues = [(at, cue) for at, cue in (*sentence.cues, *hearsay_cues(sentence)) if _speaks_of_statement(sentence, at)]
    left_off = admitted(sentence)
    stance: Stance
    is_denied = any(
        cue.effect == "denied" and not cue.scope and cue.role in {None, "untrue"} and at not in left_off
        for at, cue in cues
    )
    is_denied |= not own and _is_alive(sentence)
    if is_denied or any(role == "rejection" and at not in left_off for at, role in rejections(sentence)):
        stance, judged = "denied", [event for event in before if _is_open_claim(document, event)]
        if not judged and not own:
            stance, judged = _judged_as_stated(sentence, before)
    elif (not own and _is_attributed(sentence)) or (
        any(cue.role == "unconfirmed" for _, cue in cues) and not any(map(_is_unconfirmed, own))
    ):
        stance, judged = "alleged", [event for event in before if event.claim.stance == "asserted"]
    elif not own and leaves_open(sentence):
        stance, judged = "under_review", [event for event in before if event.claim.stance == "alleged"]
    elif upholds(sentence):
        stance, judged = "asserted", [event for event in before if event.claim.stance in _DOUBTED]
    elif not own and confirms(sentence):
        stance, judged = "asserted", [event for event in before if event.claim.stance == "alleged"]
    else:
        return False
    for event in judged:
        if event.claim.count_max != 0:
            _set_stance(event, stance)
    return bool(judged)
