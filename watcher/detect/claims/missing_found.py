"""Who was missing and has been found, dead or alive, is missing no more; a later number replaces the earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.claims.later_states import first_of, is_of_those, least, leave
from watcher.detect.harm.losses import is_excepted
from watcher.detect.people.openings import is_elsewhere
from watcher.detect.words.annotations import ALL_ABOARD, REMAINING
from watcher.detect.words.tokens import BE, DATE, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEXT = 2  # sentences in which it is said how many were found
_FOUND = 4  # words from their number to "found"
_BACK = 4  # sentences from what was found back to the missing
_PARTITIVE = 2  # words from "one" to the people in "one of the two"
_VERB = 2  # words of "are still" before "missing"
_OPENING = 1  # words before "the others"
_HELD_DEAD = frozenset({"asserted", "assessed"})


def mark_found(document: Document) -> None:
    """Take those who were found, dead or alive, out of the numbers of the missing; a later number replaces them all."""
    told = [one for one in document.events if one.claim.harm == "missing"]
    if not told:
        return
    missing = [one for one in told if _is_missing(one)]
    found = [one for one in document.events if _is_found_dead(document, one)]
    _leave_found_dead(document, told, found)
    alive = sorted(document.holding(document.starts(document.lexicon.returns)))
    for one in missing:
        is_past = any(_replaces(document, later, one) for later in missing)
        is_dead = any(_is_same_group(dead, one) for dead in found) or _is_now_dead(document, one)
        is_dead = is_dead or any(_is_said_dead(dead, one) for dead in document.events)
        is_dead = is_dead or any(_is_his(document, dead, one) for dead in found)
        is_dead = is_dead or any(_are_all_aboard(dead, one) for dead in document.events)
        if is_past or is_dead or _is_of_told_dead(document, one):
            leave(document, one, 0)
        elif least(one):
            told_later = [at for at in alive if at > one.sentence or not _is_what_is_left(document, one)]
            dead = _found_dead(document, one, found)
            back = sum(_found_alive(document, number, one, has_dead=dead > 0) for number in told_later)
            left = least(one) - dead - back
            if not dead + back and (over := _left_over(document, one)) is not None:
                leave(document, one, over)
            if dead + back:
                leave(document, one, 0 if _are_given_up(document, one, left) else left)


def _leave_found_dead(document: Document, told: list[HarmEvent], found: list[HarmEvent]) -> None:
    """As in "The two have been found. Their bodies lay under the snow.": they are not back."""
    for one in [one for one in told if one.judgement.is_unharmed]:
        if any(0 < dead.sentence - one.sentence <= 1 and dead.entry.is_found for dead in found):
            leave(document, one, 0)


def _found_dead(document: Document, missing: HarmEvent, found: list[HarmEvent]) -> int:
    """How many of the missing were found dead; "the other two" are some of them where others were found before."""
    own = [
        one
        for one in found
        if _is_soon_after(document, one, missing)
        and not (one.sentence == missing.sentence and _is_what_is_left(document, missing))
        and not _are_still_missing(document, missing, one)
        and (_is_rest(one) or not _is_of_dead(document, one))
    ]
    return 0 if all(map(_is_rest, own)) else sum(map(least, own))


def _is_what_is_left(document: Document, missing: HarmEvent) -> bool:
    """As in "the number of missing has fallen to six, after four were found alive": six without those four."""
    sentence = document.sentence(missing.sentence)
    near = {part for low in sentence.low[: missing.last + 2] for part in low.split(" ")}
    return missing.voice == "toll" and not sentence.rule_words.changing.isdisjoint(near)  # not "two went missing"


def _are_all_aboard(dead: HarmEvent, missing: HarmEvent) -> bool:
    """As in "An aircraft with 11 aboard went missing. There are no survivors": all of those who were missing."""
    is_after = dead.position > missing.position and dead.claim.stance in _HELD_DEAD
    return ALL_ABOARD in dead.rules and is_after and dead.claim.bounds == missing.claim.bounds


def _is_rest(found: HarmEvent) -> bool:
    return found.group is not None and REMAINING in found.group.rules


def _are_given_up(document: Document, missing: HarmEvent, left: int) -> bool:
    """As in "two were found dead, and the other three are feared dead": so many as are left are held to be dead."""
    return any(
        one.claim.harm == "killed"
        and one.claim.stance in _HELD_DEAD
        and not one.entry.is_found
        and 0 <= one.sentence - missing.sentence <= _BACK
        and least(one) == left
        for one in document.events
    )


def _are_still_missing(document: Document, missing: HarmEvent, found: HarmEvent) -> bool:
    """As in "Both are still missing. The body of the skipper was recovered": somebody else by his noun."""
    if found.group is None or found.group.is_bare or not found.group.is_definite:
        return False
    same = [one for one in document.events if _is_missing(one) and one.claim.bounds == missing.claim.bounds]
    return any(_is_said_still(document, one) for one in same if missing.sentence <= one.sentence <= found.sentence)


def _is_said_still(document: Document, missing: HarmEvent) -> bool:
    """As in "are still missing", "remain missing"."""
    sentence = document.sentence(missing.sentence)
    return _is_said_with(sentence, missing, sentence.rule_words.still_words)


def _is_said_with(sentence: Sentence, missing: HarmEvent, words: frozenset[str]) -> bool:
    """Whether one of these words stands right before "missing"."""
    return not words.isdisjoint(sentence.low[max(0, missing.at - _VERB) : missing.at])


def _is_missing(event: HarmEvent) -> bool:
    claim = event.claim
    return claim.harm == "missing" and claim.stance in REPORTED and not claim.is_background and not event.is_cell


def _replaces(document: Document, later: HarmEvent, one: HarmEvent) -> bool:
    """As in "six were missing … Three are still missing": fewer of the same, said later with "still", "remain"."""
    if later.position <= one.position or later.sentence - one.sentence > _BACK:
        return False
    sentence = document.sentence(later.sentence)
    is_still = not sentence.rule_words.still_words.isdisjoint(part for low in sentence.low for part in low.split(" "))
    is_fewer = 0 < least(later) < least(one)
    return is_still and is_fewer and later.incident == one.incident and not (later.group and later.group.is_other)


def _is_found_dead(document: Document, event: HarmEvent) -> bool:
    """Whether a claim says that people were found dead, or that some of the missing died."""
    if event.claim.harm != "killed" or event.claim.stance not in REPORTED or event.claim.is_background:
        return False
    sentence, group = document.sentence(event.sentence), event.group
    tokens = range(group.first, group.last + 1) if group is not None else range(0)
    harms = (sentence.words[at].harm for at in tokens)
    if event.entry.is_found or _opens_with_missing(sentence, event):
        return True
    return any(entry is not None and entry.harm == "missing" for entry in harms)


def _opens_with_missing(sentence: Sentence, dead: HarmEvent) -> bool:
    """As in "Of the four hikers missing since Sunday, one is dead"."""
    group = dead.group
    if group is None or not (group.is_bare and group.is_counted) or sentence.low[0] not in sentence.rule_words.genitive:
        return False
    harms = (sentence.words[at].harm for at in sentence.harms if at < group.first)
    return any(entry is not None and entry.harm == "missing" for entry in harms)


def _is_same_group(found: HarmEvent, missing: HarmEvent) -> bool:
    """As in "both pilots who had been missing were found dead"."""
    return found.sentence == missing.sentence and first_of(found) == first_of(missing) >= 0


def _is_now_dead(document: Document, missing: HarmEvent) -> bool:
    """As in "Cpl. Shah, missing since Tuesday, is now presumed dead", "three of the missing are among the dead"."""
    deaths = [
        one
        for one in document.events
        if one.sentence == missing.sentence and one.claim.harm == "killed" and one.claim.stance in _HELD_DEAD
    ]
    group = missing.group
    is_of_some = group is not None and group.is_pronoun and not group.is_counted and group.low is None
    return any(
        _is_same_group(one, missing) or (is_of_some and one.group is not None and one.group.is_counted)
        for one in deaths
    )


def _is_said_dead(death: HarmEvent, missing: HarmEvent) -> bool:
    """As in "Eleven men went missing in May. In June they were declared dead.": the same people, and as many."""
    group = death.group
    if group is None or not (group.is_pronoun or group.is_definite) or group.is_other or group.low == 1:
        return False
    is_later = death.position > missing.position and death.sentence - missing.sentence <= _BACK
    is_dead = death.claim.harm == "killed" and death.claim.stance in _HELD_DEAD and not death.claim.is_background
    return is_later and is_dead and death.claim.bounds == missing.claim.bounds


def _is_his(document: Document, found: HarmEvent, missing: HarmEvent) -> bool:
    """As in "A body was found. It is believed to be that of the missing fisherman"."""
    sentence, group, words = document.sentence(missing.sentence), missing.group, document.lexicon.rule_words
    if group is None or missing.sentence - found.sentence != 1 or least(found) != least(missing):
        return False
    before = sentence.low[max(0, group.first - _PARTITIVE) : group.first]
    return not words.of_bodies.isdisjoint(before) and not words.genitive.isdisjoint(before)


def _is_of_told_dead(document: Document, missing: HarmEvent) -> bool:
    """As in "Two conscripts drown. The two conscripts were swept away on Friday": those of whom it is known."""
    group = missing.group
    if group is None or not (group.is_definite and group.is_counted and group.head >= 0):
        return False
    return any(
        one.claim.harm == "killed"
        and one.claim.stance == "asserted"
        and one.sentence < missing.sentence
        and one.claim.bounds == missing.claim.bounds
        and one.claim.victim == missing.claim.victim
        for one in document.events
    )


def _is_soon_after(document: Document, found: HarmEvent, missing: HarmEvent) -> bool:
    sentence = document.sentence(found.sentence)
    is_later = found.position > missing.position or is_of_those(sentence, found, missing)
    is_more = found.group is not None and found.group.is_other and not _is_rest(found)
    is_apart = found.sentence != missing.sentence and is_elsewhere(sentence)
    is_near = found.sentence - missing.sentence <= _BACK and not is_apart
    return is_later and is_near and found.part_of is None and not is_more


def _is_of_dead(document: Document, found: HarmEvent) -> bool:
    """As in "51 are dead and 78 missing; eleven bodies were recovered": they may be some of the dead before."""
    apart = (one for one in document.events if one.sentence != found.sentence)  # "four on Sunday and two on Monday"
    before = (one.claim for one in apart if one.position < found.position)
    return any(
        one.harm == "killed" and one.stance in REPORTED and (one.count_min or 0) >= least(found) for one in before
    )


def _found_alive(document: Document, number: int, missing: HarmEvent, *, has_dead: bool) -> int:
    """How many of the missing a later sentence says were found alive: "all five", "both", "they", "two of them"."""
    if not 0 <= number - missing.sentence <= _BACK:
        return 0
    sentence, is_same = document.sentence(number), number == missing.sentence
    roles = {"return", "alive"}
    begin = missing.at if is_same else 0
    at = next((at for at, cue in sentence.cues if cue.role in roles and at >= begin), 0)
    own = missing.group.first if is_same and missing.group is not None else -1
    before = [one for one in sentence.groups if one.last < at and one.first != own]
    if is_same:
        before = [one for one in before if one.is_counted and not one.is_pronoun]
    people = least(missing)
    if not before:
        return people if is_same and _is_subject_of_all(sentence, missing, at) else 0
    group = before[-1]
    if group.is_counted and group.low == group.high:
        are_others = (group.low or 0) > people or (is_same and _is_of_now(sentence, missing))
        return 0 if are_others else min(group.low or 0, people)
    is_rest = has_dead and group.is_other and not group.is_counted and group.first <= _OPENING  # "The others are well."
    return people if is_rest or (group.is_pronoun and group.low not in {0, 1}) else 0


def _left_over(document: Document, missing: HarmEvent) -> int | None:
    """As in "Thirty were missing; 21 have been found", "All but nine have been found": how many are not; or None."""
    words = document.lexicon.rule_words
    for number in range(missing.sentence, min(len(document.spans), missing.sentence + _NEXT)):
        if words.found_again.isdisjoint(document.tokens(number).present):
            continue
        sentence, begin = document.sentence(number), missing.at if number == missing.sentence else -1
        at = next((at for at in range(begin + 1, sentence.size) if _is_found(sentence, at)), 0)
        counted = [one for one in sentence.groups if begin < one.first and one.last < at and one.is_bare and one.low]
        if not at or not counted or counted[-1].last + _FOUND < at:
            continue
        some = counted[-1].low or 0
        left = some if is_excepted(sentence, counted[-1]) else least(missing) - some
        return left if 0 < left < least(missing) else None
    return None


def _is_found(sentence: Sentence, at: int) -> bool:
    """As in "have been found", "were located."; not "were found dead", "found with burns"."""
    is_passive = sentence.low[at] in sentence.rule_words.found_again and bool(sentence.mask[at - 1] & BE)
    end = at + 1
    is_end = end >= sentence.size or not sentence.is_word(end) or bool(sentence.mask[end] & (PREPOSITION | DATE))
    return is_passive and is_end and not any(harm > at for harm in sentence.harms)


def _is_of_now(sentence: Sentence, missing: HarmEvent) -> bool:
    """As in "three are missing and two were rescued": two others, as those three are missing still."""
    words = sentence.rule_words
    return _is_said_with(sentence, missing, words.present_be | words.still_words)


def _is_subject_of_all(sentence: Sentence, missing: HarmEvent, at: int) -> bool:
    """As in "three climbers missing after an avalanche were found alive": nobody else stands between."""
    group = missing.group
    is_before = group is not None and group.last < missing.at < at
    return is_before and not any(missing.at < one.first < at and not one.is_guess for one in sentence.groups)
