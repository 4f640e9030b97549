"""Which claims speak of the same people: repetitions, totals with their parts, separate incidents.

A release says its news up to three times (headline, first sentence, account). What repeats an earlier claim or is a
part of it gets that claim as its total (`part_of`) and is never added to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from watcher.detect.claims.said_again import (
    EventDays,
    is_beside_repeated,
    is_held,
    is_of_other_trade,
    is_one_beside,
    is_reference,
    is_separate,
    is_someone_else,
    may_be_named,
    say_once,
)
from watcher.detect.claims.told_twice import tell_once
from watcher.detect.harm.tolls import is_number_of
from watcher.detect.people.casualties import explain_casualties, least_people, name_victims_once
from watcher.detect.people.victims import may_be_same
from watcher.detect.words.annotations import AFTER_TITLE, AMONG, SHARE, VERB_BEFORE
from watcher.detect.words.lexicon import ROLES, either, once_per_vocabulary
from watcher.detect.words.tokens import HAVE
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.config.words import Vocabulary
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Person


_MARKER = re.compile(r"(?:\(?\d{1,3}[.)]|[-–—•*·▪])\s")  # before a line of a list
_QUOTES = frozenset("\"“«'‘")
_SPELLING = frozenset(":-–—")  # before what a number is made of
_TOTAL = ROLES["total_cues"]
_ATTRIBUTED = frozenset({"attribute", "adjective"})  # "the injured man"
_PERFECT = 4  # words from "has" to the people: "has now claimed the lives of"
_FIRST, _LATEST = 4, 24  # claims that a later one is compared with


@dataclass(slots=True)
class _EarlierClaims:
    """The claims of one harm so far that repeat no other, and the parts of each."""

    events: list[HarmEvent] = field(default_factory=list)
    parts: dict[int, list[HarmEvent]] = field(default_factory=dict)
    used: dict[int, int] = field(default_factory=dict)

    def add(self, total: HarmEvent, part: HarmEvent) -> None:
        """Note a part of a total."""
        self.parts.setdefault(id(total), []).append(part)
        is_sum = least_people(part) > least_people(total)
        if not (is_sum or is_reference(part) or part.claim.bounds == total.claim.bounds):
            self.used[id(total)] = self.used.get(id(total), 0) + least_people(part)

    def measure_vague_totals(self) -> None:
        """A vague total is at least as large as its parts together; what repeats the same number counts once."""
        for at, total in enumerate(self.events):
            parts = self.parts.get(id(total), [])
            if parts and _is_vague(total):
                others = sum(least_people(part) for part in parts if _is_other(part))
                distinct = {part.claim.bounds: least_people(part) for part in parts if _adds(part, total)}
                total.minimum_from_parts = max(least_people(total), sum(distinct.values())) + others
            if len(parts) == 1 and _is_counted_by(total, parts[0]):
                parts[0].part_of, parts[0].repeats = None, False
                total.part_of, total.repeats = parts[0], True
                self.events[at] = parts[0]

    def of_sentence(self, one: HarmEvent) -> _EarlierClaims:
        """As in "In a separate accident four were hurt; one needed an operation": of a state, those of its sentence.

        So of a reference: "Elsewhere, a man was shot dead; he had …".
        """
        is_said = one.entry.is_state or is_reference(one)
        events = [event for event in self.events if event.sentence == one.sentence and is_said]
        return _EarlierClaims(events, self.parts, self.used)

    def awaits(self, one: HarmEvent) -> bool:
        """As in "Nine died on the roads. Six died in Karsa. Elsewhere, three did.": a total has room for it."""
        told = [(least_people(total), self.used.get(id(total), 0)) for total in self.near()]
        return any(used > 0 and used + least_people(one) <= whole for whole, used in told)

    def near(self) -> list[HarmEvent]:
        """The first and the latest events: nothing refers further back."""
        events = self.events
        return events if len(events) <= _FIRST + _LATEST else [*events[:_FIRST], *events[-_LATEST:]]


def merge_repeats(document: Document) -> None:
    """Give every claim that repeats or is a part of another one its total, and a vague total what its parts make it."""
    found = document.events
    if len(found) < 2:
        return
    by_harm: dict[str, _EarlierClaims] = {}
    days = EventDays(document)
    dated = _dated(document.lexicon.vocabulary) if _are_several(found) else None
    name_victims_once(found)
    say_once(document, found)
    for one in sorted(found, key=_is_state):
        claim = one.claim
        if one.part_of is not None or claim.is_background or claim.stance not in REPORTED or one.is_cell:
            continue  # tables are joined as a whole
        earlier = by_harm.setdefault(claim.harm, _EarlierClaims())
        known = earlier.of_sentence(one) if is_separate(document, one) and not earlier.awaits(one) else earlier
        if _is_total(document, one) and _collect(earlier, one, known.near()):
            continue
        _absorb_first(known, one)
        total = _total_of(known, one, document.events, days)
        if total is None:
            earlier.events.append(one)
            continue
        one.part_of = total
        is_among = one.group is not None and AMONG in one.group.rules
        one.repeats = (
            (_is_state(one) and not (is_among or _is_added(one, total)))
            or _refers(one, total)
            or (not _is_listed(one, total, dated) and _says_same(one, total))
        )
        earlier.add(total, one)
        if claim.victim == "unknown" and total.claim.victim != "unknown":
            one.claim = claim.with_values(victim=total.claim.victim)
        elif _tells_who(one, total):
            total.claim = total.claim.with_values(victim=claim.victim)
        if one.repeats and claim.people:
            _add_people(total, claim.people)
    for earlier in by_harm.values():
        earlier.measure_vague_totals()
    explain_casualties([event for kept in by_harm.values() for event in kept.events])
    tell_once(document, found)


def _tells_who(one: HarmEvent, total: HarmEvent) -> bool:
    """As in "4 dead" in a summary and who they are in the account, or in the sum of several: "ten peacekeepers"."""
    if total.claim.victim == "unknown" and least_people(one) > least_people(total):
        return total.group is not None and total.group.is_bare and not _is_vague(total)
    is_same = one.claim.bounds == total.claim.bounds
    return is_same and (total.claim.victim == "unknown" or may_be_named(total, one))


def _is_state(one: HarmEvent) -> bool:
    """As in "three are in hospital", "four of the dead are under 18": said of those who are counted elsewhere."""
    return one.entry.is_state or (one.group is not None and not {SHARE, AMONG}.isdisjoint(one.group.rules))


def _is_total(document: Document, one: HarmEvent) -> bool:
    """Whether a claim is a toll, or its sentence says that it sums up: "in all", "a total of", "has now killed"."""
    sentence = document.sentence(one.sentence)
    is_toll = one.voice == "toll" or (one.group is not None and _is_counted_number(sentence, one.group))
    return is_toll or _is_summed_up(sentence, one) or _is_result(sentence, one)


def _is_counted_number(sentence: Sentence, group: Group) -> bool:
    """As in "the number of soldiers who have died now stands at four"."""
    return group.is_counted and group.kind == "exact" and is_number_of(sentence, group)


def _is_summed_up(sentence: Sentence, one: HarmEvent) -> bool:
    """As in "one drowned and two froze, three in all": only the largest number of the sentence is the sum."""
    sums = [at for at, roles in enumerate(sentence.mask) if roles & _TOTAL] if sentence.roles & _TOTAL else []
    if not sums or one.group is None:
        return bool(sums)
    others = [other.group.low or 0 for other in sentence.events if other.entry.harm == one.entry.harm and other.group]
    is_largest = (one.group.low or 0) >= max(others, default=0)
    return is_largest and any(not _is_counted_apart(sentence, at) for at in sums)


def _is_counted_apart(sentence: Sentence, at: int) -> bool:
    """As in "two drowned and four froze, a total of six": the number beside such a word is that of no event."""
    beside = [one for one in sentence.groups if one.is_counted and at in {one.first - 1, one.last + 1}]
    people = {one.group.first for one in sentence.events if one.group is not None}
    return bool(beside) and all(one.first not in people for one in beside)


def _is_result(sentence: Sentence, one: HarmEvent) -> bool:
    """As in "A third died. The fire has killed three": what an event has done so far, after its parts were told."""
    if one.voice not in {"active", "lives"} or one.group is None or not one.group.is_counted:
        return False
    return any(sentence.mask[at] & HAVE for at in range(max(0, one.group.first - _PERFECT), one.group.first))


def _add_people(total: HarmEvent, people: tuple[Person, ...]) -> None:
    """Name the people of a repetition among those of its total."""
    known = {person.name for person in total.claim.people}
    added = tuple(person for person in people if person.name not in known)
    if added:
        total.claim = total.claim.with_values(people=(*total.claim.people, *added))


def _collect(earlier: _EarlierClaims, one: HarmEvent, known: list[HarmEvent]) -> bool:
    """As in "A total of five …" after two and three: the earlier ones are its parts."""
    agreeing = [total for total in known if _agree(total, one) and not _is_rival(total, one)]
    if not agreeing or least_people(one) < sum(least_people(total) for total in agreeing):
        return False
    if len(agreeing) == 1 and agreeing[0].claim.bounds == one.claim.bounds:
        return False  # said again
    for total in agreeing:
        total.part_of = one
        is_label = _is_plain(total) and one.sentence == total.sentence  # "Constables hurt: the number is 58"
        total.repeats = is_label or _is_uncounted(total)  # "most of the dead are children; the toll is 84"
        earlier.events.remove(total)
    earlier.events.append(one)
    return True


def _absorb_first(earlier: _EarlierClaims, one: HarmEvent) -> None:
    """What is said first of all and in few words is a part of what counts the people, or is counted by it."""
    _absorb_title(earlier, one)
    _absorb_uncounted(earlier, one)


def _absorb_title(earlier: _EarlierClaims, one: HarmEvent) -> None:
    """A title that names one of several people ("Leader killed") is a part of the sentence that counts them all."""
    if len(earlier.events) != 1 or _is_other(one) or one.incident:
        return
    title = earlier.events[0]
    if _is_title(title, one) and least_people(title) == 1 < least_people(one) and _agree(title, one):
        title.part_of = one
        earlier.events.remove(title)


def _is_counted_by(title: HarmEvent, one: HarmEvent) -> bool:
    """As in "Search for fishermen ends" over a text that counts three, or "the slain men" after three bodies."""
    is_exact = one.claim.count_max is not None and least_people(one) > 1 and not _is_other(one)
    is_later = is_reference(title) and one.position < title.position
    is_later |= one.position == (title.sentence, title.at - 1)  # "nine bodies of slain men"
    return is_exact and _is_plain(title) and (is_later or _is_title(title, one))


def _is_title(title: HarmEvent, one: HarmEvent) -> bool:
    return title.sentence == 0 and title.claim.sentence[-1:] not in {".", "!", ":"} and one.sentence > 0


def _is_uncounted(one: HarmEvent) -> bool:
    """As in "the loss of life", "those killed": harm to people of whom not even a noun is said."""
    return one.claim.bounds == (None, None) and (one.group is None or one.group.head < 0)


def _absorb_uncounted(earlier: _EarlierClaims, one: HarmEvent) -> None:
    """As in "regrets the loss of life. Three civilians were killed": the number says how many they are."""
    if not least_people(one) or not earlier.events or _is_other(one):
        return
    first = earlier.events[0]
    is_event = first.group is not None and first.group.is_counted  # "a fatal crash": one may be all of them
    is_whole = first.group is None or is_event or least_people(one) > 1  # of "those killed" one is but a part
    if _is_uncounted(first) and is_whole and len(earlier.events) == 1 and _agree(first, one):
        first.part_of, first.repeats = one, True
        earlier.events.remove(first)


def _total_of(earlier: _EarlierClaims, one: HarmEvent, found: list[HarmEvent], days: EventDays) -> HarmEvent | None:
    """The earlier claim that this one repeats or belongs to, or None where it stands for itself."""
    spelt_out = partial(_is_spelt_out, days.document.sentence(one.sentence), one)
    agreeing = [
        total
        for total in earlier.near()
        if _agree(total, one)
        and (spelt_out(total) or not _stands_beside(earlier, total, one))
        and not (_is_rival(total, one) or _is_doer(total, one) or _is_told_later(total, one))
        and not (days.are_apart(total, one) or days.fields.are_apart(total, one))
        and (_is_title(total, one) or not is_someone_else(days.document, total, one))
        and not is_of_other_trade(days.document, total, one)
    ]
    if not agreeing:
        return None
    if _is_other(one):  # of "Constable killed, two hurt" the text says that "two others were hurt"
        said = [total for total in agreeing if total.claim.bounds == one.claim.bounds and not _is_other(total)]
        said = [total for total in said if _is_title(total, one) or is_beside_repeated(found, total, one)]
        if said:
            return said[0]
    else:
        for total in reversed(agreeing):
            if _is_same(total, one):
                return total
        # Who is quoted ("Five killed in two days", the minister said) sums up all incidents.
        is_quoted = bool(one.claim.speaker) or one.claim.sentence[:1] in _QUOTES
        near = [total for total in agreeing if total.incident == one.incident or is_quoted]
        near = [total for total in near if total.sentence != one.sentence]
        if len(near) > 1 and (
            least_people(one) == sum(map(least_people, near))
            or (is_reference(one) and least_people(one) <= sum(map(least_people, near)))
        ):
            return near[-1]
    for total in agreeing:
        is_account = one.voice == "toll" and VERB_BEFORE in one.rules  # "nine died; the army counts six"
        if (total.voice == "toll" or is_account) and least_people(one) <= least_people(total):
            return total
        is_later = total.sentence != one.sentence or one.entry.is_state or _is_pointed_out(total, one)
        is_later = is_later or spelt_out(total) or is_held(days.document, total, one)
        is_later |= AFTER_TITLE in one.rules and AFTER_TITLE not in total.rules
        is_reached = total.incident in {0, one.incident}  # 0: a summary stands before the first incident
        if is_later and is_reached and _holds(earlier, total, one):
            return total
    return None


def _is_spelt_out(sentence: Sentence, one: HarmEvent, total: HarmEvent) -> bool:
    """As in "Eleven died: seven drowned and four were crushed": bare numbers after the colon are of those before it."""
    group = one.group
    if group is None or not group.is_bare or group.is_other or total.sentence != one.sentence:
        return False
    return total.last < group.first and not _SPELLING.isdisjoint(sentence.low[total.last + 1 : group.first])


def _is_told_later(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "The two pilots are stable; the passengers have bruises": "the two" are none of those told of later."""
    is_later = total.position > one.position and total.claim.bounds != one.claim.bounds
    return is_later and is_reference(one) and one.group is not None and one.group.is_counted and one.group.head >= 0


def _is_doer(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "after killing two guards the gunman was shot dead": no part of those whom he killed."""
    if total.sentence != one.sentence or total.voice not in {"active", "gerund"} or one.voice != "passive":
        return False
    is_noun = one.group is not None and one.group.head >= 0
    return one.claim.victim != total.claim.victim if is_noun else total.voice == "gerund" and total.at < one.at


def _is_rival(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "the rebels say 40 died. The ministry puts the toll at 26": two accounts, none a part of the other."""
    is_other_account = total.claim.stance == "alleged" and one.claim.stance != "alleged"
    is_larger = total.claim.count_kind != "vague" and least_people(one) > least_people(total)
    # "Two are dead. A union puts the toll at nine."
    is_other_account |= one.claim.stance == "alleged" and total.claim.stance != "alleged" and is_larger
    is_counted = least_people(one) > 1 or (one.group is not None and one.group.is_counted)
    return (
        is_other_account
        and is_counted
        and not _is_plain(one)
        and total.claim.bounds != one.claim.bounds
        and not is_reference(one)
        and not _is_other(one)
    )


def _stands_beside(earlier: _EarlierClaims, total: HarmEvent, one: HarmEvent) -> bool:
    """Whether two claims are of different people by their grammar: "Several other rebels … The commander was killed".

    So are the members of one list: "killed seven soldiers and the civilian driver", "the bodies of A and B".
    """
    group = one.group
    last = max(total, one, key=lambda event: event.at)
    if total.sentence == one.sentence and VERB_BEFORE in last.rules and total.at != one.at:
        return last.voice != "toll"  # "the driver was killed, and so was the gunner"; not another account of them
    is_he = group is not None and group.is_pronoun and least_people(total) == 1  # "was found dead; he shot himself"
    if one.entry.is_reflexive and total.sentence == one.sentence and not is_he and not total.entry.is_reflexive:
        return True  # "After stabbing a sailor to death, the seaman took his own life"
    if one.voice == "reflexive" and total.sentence == one.sentence:
        return True  # "killed three shoppers and then himself"
    if is_one_beside(total, one):
        return True
    if one.entry.is_state and total.sentence == one.sentence and one.claim.end <= total.claim.start:
        if _is_other(total):
            return True  # "three were cut by glass and six more were treated for shock"
        # "several pensioners were bruised and nine children treated for cuts"
        raw = one.claim.victim_raw, total.claim.victim_raw
        return all(raw) and raw[0].split()[-1] != raw[1].split()[-1] and not is_reference(one)
    if total.position == one.position and group is not None and group.head >= 0:
        return True
    if one.entry.is_state and total.sentence == one.sentence and _are_counted_apart(total, one):
        return True
    if _is_pointed_out(total, one):
        return False
    is_first = _is_other(total) and earlier.events[0] is total and one.claim.bounds == (1, 1)
    is_first &= one.voice != "attribute"  # "another was hurt. The hurt rebel was arrested"
    return is_first and group is not None and group.head >= 0 and not group.is_guess and total.sentence != one.sentence


def _is_pointed_out(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "a third was hurt. The injured man …", "three were hurt; one of the injured men …": no other people."""
    group = one.group
    if group is None or not group.is_definite or group.is_other:
        return False
    is_again = one.voice in _ATTRIBUTED or group.attribute >= 0
    return is_again and total.claim.start < one.claim.start and least_people(one) <= least_people(total)


def _are_counted_apart(total: HarmEvent, one: HarmEvent) -> bool:
    """As in "three pensioners were burned, and four children were hurt": each number with its noun, the smaller first.

    After the larger one they are some of them: "six people were hurt, two men were burned".
    """
    groups = total.group, one.group
    if one.at > total.at and least_people(one) <= least_people(total):
        return False
    return all(group is not None and group.is_counted and group.head >= 0 and not group.is_definite for group in groups)


def _is_same(total: HarmEvent, one: HarmEvent) -> bool:
    if _refers(one, total):
        return least_people(one) <= max(least_people(total), 1)
    if total.sentence == one.sentence or total.incident != one.incident:
        return False
    return one.claim.bounds == total.claim.bounds


def _says_same(one: HarmEvent, total: HarmEvent) -> bool:
    """Whether a part only says again what its total says: the same bounds, both vague, or no number at all."""
    if one.claim.bounds == total.claim.bounds or (_is_vague(one) and _is_vague(total) and not _is_other(one)):
        return True
    return _is_plain(one) and not _is_other(one) and least_people(total) > 1


def _is_added(one: HarmEvent, total: HarmEvent) -> bool:
    """As in "Two more bodies were found, raising the toll to eight": the last ones of a toll."""
    is_counted = one.group is not None and one.group.is_counted
    return is_counted and total.voice == "toll" and one.sentence == total.sentence and one.at < total.at


def _is_plain(one: HarmEvent) -> bool:
    """As in "an attack that killed civilians": a plural without a number or an article."""
    group = one.group
    return group is not None and not group.is_counted and _is_vague(one)


def _are_several(found: list[HarmEvent]) -> bool:
    """Whether several incidents of a text have claims: it is then a list, whose members are all kept."""
    own = {one.incident for one in found if one.claim.stance in REPORTED and not one.claim.is_background}
    return len(own - {0}) > 1


def _is_listed(one: HarmEvent, total: HarmEvent, dated: re.Pattern[str] | None) -> bool:
    """As in "1. On July 4, near the ford, …" under a summary: an incident with its own place and date is kept."""
    is_apart = one.incident != total.incident
    is_dated = dated is not None and total.incident == 0 and bool(dated.match(one.claim.sentence))
    return is_apart and (is_dated or _MARKER.match(one.claim.sentence) is not None)


@once_per_vocabulary
def _dated(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What begins the sentence of a listed incident with its day: "On 4 July", "July 4"."""
    openers = either(word.capitalize() for word in vocabulary.rule_words.date_openers)
    return re.compile(rf"(?:(?:{openers})\s)?(?:\d{{1,2}}\s[A-Z][a-z]+|[A-Z][a-z]+\.?\s\d{{1,2}})\b")


def _refers(one: HarmEvent, total: HarmEvent) -> bool:
    """Whether a claim points back to a total: "his driver" beside a chief is somebody else."""
    group = one.group
    is_beside = group is not None and group.is_owned and group.head >= 0 and one.sentence == total.sentence
    return is_reference(one) and not is_beside


def _holds(earlier: _EarlierClaims, total: HarmEvent, one: HarmEvent) -> bool:
    """Whether the total is large enough to hold this claim beside its other parts."""
    if _is_vague(total):
        return True
    used = earlier.used.get(id(total), 0)
    is_said_again = _is_other(total) and one.claim.bounds == total.claim.bounds  # "two more", in title and text
    is_counted = one.group is not None and 0 < one.group.ordinal <= least_people(total)  # "two fell … a second one"
    is_further = one.entry.is_found and total.position < one.position  # "two more bodies were found"
    is_state = one.entry.is_state and not is_further
    if _is_one_of_others(one) and not (used or is_state or is_said_again or is_counted):
        return False  # "five were killed. Two more died": seven, where no part of the five was told before
    return used + least_people(one) <= least_people(total)


def _adds(part: HarmEvent, total: HarmEvent) -> bool:
    """Whether a part says a number of its own, rather than repeating the total or pointing back to it."""
    if _is_other(part) or part.claim.bounds == total.claim.bounds:
        return False
    return not is_reference(part) or least_people(part) == 1


def _is_vague(one: HarmEvent) -> bool:
    return one.claim.count_kind == "vague" and one.claim.count_max is None


def _agree(total: HarmEvent, one: HarmEvent) -> bool:
    """Whether two claims can be of the same people: one class, or one of them says nothing of it."""
    first, second = total.claim, one.claim
    if first.is_explicit != second.is_explicit and first.victim != second.victim:
        return False
    return may_be_same(first.victim, second.victim) or may_be_named(total, one)


def _is_other(one: HarmEvent) -> bool:
    group = one.group
    return group is not None and group.is_other


def _is_one_of_others(one: HarmEvent) -> bool:
    """As in "two more", "another body"; "the other man" is one of those who were counted."""
    return one.group is not None and one.group.is_other and not one.group.is_definite
