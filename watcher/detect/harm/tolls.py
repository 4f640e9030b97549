"""Numbers said of a harm as a whole: "the death toll rose to 12", "our dead number six", "the number hurt is nine"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.words.annotations import Group
from watcher.detect.words.idioms import has_context
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_plural_owner
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DEFINITE,
    HAVE,
    MODAL,
    PREPOSITION,
    RELATIVE,
    THING,
)
from watcher.detect.words.whose import nearest_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import HarmEvent, Quantity
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import CountKind, Victim


_SUM = ROLES["total_cues"]
_POSSESSIVE, _SINGULAR_BE = ROLES["possessives"], ROLES["singular_be"]
_OPENS = DEFINITE | _POSSESSIVE
_WHOSE = 4  # words before the harm: "of our confirmed dead"
_ENDS = frozenset(".,;:)")
_SIGNS = frozenset(";:")
_LATER = 8  # words between "the number" and what it is now
_NEAR = 4  # words between a verb of lowering and the toll
_CLAUSE = 14  # words between a toll and its number
_CHANGE = ("a change",)  # the rule of "from six to nine", "by three to nine"


def toll_groups(clauses: Clauses, at: int) -> list[Group]:
    """As in "the death toll rose to 12", "from 14 to 11" being eleven; its class from the noun after it."""
    found = _apposed(clauses, at) or _toll_number(clauses, at) or _number_before(clauses.sentence, at)
    for probe in range(at + 1, min(at + 5, clauses.sentence.size)):
        if clauses.sentence.low[probe] in {",", ";"}:
            break  # "put the toll at 17; the police put it at 9"
        entry = clauses.sentence.words[probe].people
        is_inside = bool(found) and found[0].first <= probe <= found[0].last  # "14 soldiers and two men"
        if entry is not None and len(found) == 1 and found[0].victim == "unknown" and not is_inside:
            return [replace(found[0], victim=entry.victim)]
    return found


def _apposed(clauses: Clauses, at: int) -> list[Group]:
    """As in "the number of injured workers, five, remains unchanged": the number by itself between two commas."""
    sentence = clauses.sentence
    comma = at + 1
    while comma < min(sentence.size, at + _NEAR) and sentence.is_word(comma) and not sentence.mask[comma] & AUXILIARY:
        comma += 1
    quantity = sentence.quantities.get(comma + 1) if sentence.low[comma : comma + 1] == [","] else None
    if quantity is None or quantity.is_weak or sentence.low[quantity.last + 1 : quantity.last + 2] != [","]:
        return []
    return [_toll(quantity)]


def later_number(clauses: Clauses, at: int) -> list[Group]:
    """As in "the number now stands at seven", "revised to eight": a bare number right after a verb of counting."""
    sentence = clauses.sentence
    first = next((probe for probe in range(at + 1, min(sentence.size, at + _LATER)) if probe in sentence.quantities), 0)
    group = clauses.by_first.get(first) if first else clauses.by_last.get(at - 1)
    is_said = sentence.low[at].partition(" ")[0] in sentence.rule_words.finite_auxiliaries
    if not first and group is not None and group.is_bare and group.is_counted:
        return [group] if is_said else []  # "two, not three, is the right number"
    if not first or group is None or not group.is_bare or group.is_pronoun:
        return []
    if _is_other_harm(sentence, group.last + 1):
        return []  # "the true figure is two wounded"
    return [group] if _is_told(sentence, at, first) else []


def _is_told(sentence: Sentence, at: int, first: int) -> bool:
    """Whether a verb of counting, or nothing, stands between "the number now" and the number itself."""
    is_counting = sentence.mask[first - 1] & BE or sentence.low[first - 1] in sentence.rule_words.toll_verbs
    equating = sentence.rule_words.equating  # "is in fact six"
    between = range(at + 1, first)
    return bool(is_counting) or all(sentence.mask[one] & ADVERB or sentence.low[one] in equating for one in between)


def mark_corrected(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "The right number is two dead", "The final count is five dead": the number with a harm of its own.

    It corrects the one before as well, or sums up those before it.
    """
    for at in sentence.harms:
        entry = sentence.words[at].harm
        if entry is None or not entry.points_back:
            continue
        first = next((one for one in range(at + 1, min(sentence.size, at + _LATER)) if one in sentence.quantities), 0)
        for event in events if _is_told(sentence, at, first) else ():
            if event.group is not None and event.group.first == first and event.at > first:
                event.entry = replace(event.entry, corrects=entry.corrects)
                event.voice = event.voice if entry.corrects else "toll"
        own = [event for event in events if event.at == at]
        before = [event for event in events if event.at < at and event.voice != "toll"]
        is_added = any(event.group is not None and event.group.is_other for event in before)  # "Seven more died, …"
        if own and before and not is_added:  # "… by noon four, and the final count is six"
            own[0].entry = replace(own[0].entry, corrects=True)


def _is_other_harm(sentence: Sentence, at: int) -> bool:
    """Whether a word of harm right after a number says itself what is counted."""
    entry = sentence.words[at].harm if at < sentence.size else None
    return entry is not None and entry.form in {"participle", "adjective", "noun"}


def _toll_number(clauses: Clauses, at: int) -> list[Group]:
    """The number after a toll in its clause; of "from 14 to 11" the last, of "by three to 17" too; else none."""
    sentence = clauses.sentence
    for probe in _of_clause(sentence, at + 1, at + _CLAUSE):
        if _is_harm_said(sentence, probe):
            break  # "losses: killed 14" counts the killed
        if sentence.mask[probe] & THING and (
            sentence.low[probe + 1 : probe + 2] == [":"] or probe + 1 in sentence.quantities
        ):
            break  # "losses: tanks 4" counts tanks
        quantity = sentence.quantities.get(probe)
        if quantity is None or (quantity.is_pronoun and quantity.low) or _is_year(sentence, quantity):
            continue
        if quantity.last + 1 < sentence.size and sentence.mask[quantity.last + 1] & THING:
            return []
        if sentence.is_harm(quantity.last + 1) or _is_list_of_harm(clauses, probe):
            return []  # "enemy losses: 12 killed" counts the killed
        is_changed = quantity.rules == _CHANGE  # "rose by two to nine"
        if sentence.low[probe - 1] in sentence.rule_words.step_openers and quantity.kind != "range" and not is_changed:
            continue
        is_start = sentence.low[probe - 1] in sentence.rule_words.start_openers | sentence.rule_words.step_openers
        if not is_start or is_changed:
            named = clauses.by_first.get(probe)
            return _summed(clauses, named) if named is not None else [_toll(quantity)]
        if quantity.kind == "range":
            return [replace(_toll(quantity), low=quantity.high)]
    return []


def _is_list_of_harm(clauses: Clauses, first: int) -> bool:
    """As in "our losses: two officers and nine men killed": the harm after the list says what they came to."""
    last = _end_of_list(clauses, first)
    return last >= 0 and clauses.sentence.is_harm(last + 1)


def _end_of_list(clauses: Clauses, first: int) -> int:
    """The last token of the list of people that begins at a token: "two officers, a clerk and nine men"; or -1."""
    sentence, group, last = clauses.sentence, clauses.by_first.get(first), -1
    while group is not None and group.head >= 0 and not group.is_guess:
        last, after = group.last, group.last + 1
        while after < sentence.size and (sentence.low[after] == "," or sentence.mask[after] & CONJUNCTION):
            after += 1
        group = clauses.by_first.get(after) if after > last + 1 else None
    return last


def _summed(clauses: Clauses, group: Group) -> list[Group]:
    """As in "our losses were two officers and nine men": all of the list together, of one class or of none.

    By themselves "14 soldiers and two civilians", "44 residents and 33 firefighters", who say what they are.
    """
    last = _end_of_list(clauses, group.first)
    members = [one for one in clauses.groups if group.first <= one.first <= last]
    if len(members) < 2 or not all(one.low is not None and one.low == one.high for one in members):
        return [group]
    people, classes = sum(one.low or 0 for one in members), {one.victim for one in members}
    if _are_told_apart(clauses.sentence, members):
        return members
    victim = classes.pop() if len(classes) == 1 else "unknown"
    return [replace(group, last=last, head=members[-1].head, low=people, high=people, victim=victim, is_counted=True)]


def _are_told_apart(sentence: Sentence, members: list[Group]) -> bool:
    """Whether people of a list are each of a class of their own, or some of them came to help the others."""
    classes, helpers = [one.victim for one in members], sentence.rule_words.helpers
    has_helpers = any(sentence.low[one.head] in helpers for one in members)
    return "unknown" not in classes and (has_helpers or len(set(classes)) == len(members))


def _is_year(sentence: Sentence, quantity: Quantity) -> bool:
    """As in "the number of dead since 2019"."""
    return quantity.is_weak and sentence.low[quantity.first - 1] in sentence.rule_words.bare_year_openers


def _is_harm_said(sentence: Sentence, at: int) -> bool:
    """Whether a word of harm stands here with what it needs: "put" is none without "to the list of the dead"."""
    entry = sentence.words[at].harm
    if entry is None or entry.points_back:
        return False  # "the toll was revised to seven"
    return not entry.tail or has_context(sentence, at, entry)


def _number_before(sentence: Sentence, at: int) -> list[Group]:
    """As in "a nine-man death toll", "14 is the death toll"."""
    sign = next((probe for probe in range(at - 1, max(-1, at - 5), -1) if sentence.low[probe] in _SIGNS), -1)
    before = [
        quantity
        for first, quantity in sentence.quantities.items()
        if max(sign, at - 5) < first < at
        and not quantity.is_weak
        and not any(_is_harm_said(sentence, probe) for probe in range(quantity.last + 1, at))
    ]  # not of "two killed, number injured unknown"
    return [_toll(before[0])] if before else []


def _of_clause(sentence: Sentence, begin: int, end: int) -> Iterator[int]:
    """The tokens of a clause up to its next sign, over ", which stood at 12," and ", from nine to ten"."""
    at, end = begin, min(sentence.size, end)
    while at < end and sentence.low[at] != ";":
        if sentence.low[at] == ",":
            after = at + 1
            closing = sentence.low.index(",", after) if "," in sentence.low[after:] else at
            is_aside = after < sentence.size and bool(sentence.mask[after] & RELATIVE)
            is_aside |= closing > at and _goes_on(sentence, closing + 1)
            closing = closing if is_aside else at
            if closing == at and not _opens_number(sentence, after):
                return
            at, end = closing + 1, end if closing == at else min(sentence.size, closing + _LATER)
            continue
        yield at
        at += 1


def _opens_number(sentence: Sentence, at: int) -> bool:
    """As in ", from nine to ten", ", to nine"."""
    words, low = sentence.rule_words, sentence.low[at] if at < sentence.size else ""
    return low in words.start_openers or low in words.infinitive_markers


def _goes_on(sentence: Sentence, at: int) -> bool:
    """As in "the toll, put at 14 on Saturday, now stands at 21": the verb of what stands before two commas."""
    while at < sentence.size and sentence.mask[at] & ADVERB:
        at += 1
    if at >= sentence.size:
        return False
    low, words, roles, harm = sentence.low[at], sentence.rule_words, sentence.mask[at], sentence.words[at].harm
    if harm is not None and harm.points_back:
        return True  # ", has been corrected to 16"
    return bool(roles & AUXILIARY) or low in words.amounting or low in words.changing or low in words.reckoned_at


def is_corrected(sentence: Sentence, at: int, group: Group) -> bool:
    """As in "the toll was lowered to eight", "cut the number of dead to six": the number said before does not hold."""
    begin, end = sorted((at, group.first))
    return not sentence.rule_words.lowering.isdisjoint(sentence.low[max(0, begin - _NEAR) : end])


def is_toll_to_come(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the toll could rise to 100", "is expected to reach 40", "will go up to 12": no number of today."""
    group = event.group
    if event.voice != "toll" or group is None or group.first < event.at:
        return False
    words, low, between = sentence.rule_words, sentence.low, range(event.at + 1, group.first)
    if any(sentence.mask[at] & HAVE for at in between):
        return False  # "may have reached 40"
    return any(
        (sentence.mask[at] & MODAL and low[at] not in words.infinitive_markers)
        or (low[at] in words.expected and low[at + 1] in words.infinitive_markers)
        for at in between
        if not ("," in low[event.at : at] and "," in low[at : group.first])  # ", expected to rise, stands at 12"
    )


def is_amount(sentence: Sentence, event: HarmEvent, events: list[HarmEvent]) -> bool:
    """As in "casualties among our men did not exceed ten wounded": the second harm says how many the first were."""
    if _is_tallied(sentence, event, events):
        return True
    if event.entry.harm != "casualty" or (event.group is not None and event.group.is_counted):
        return False
    later = [one.group for one in events if one.at > event.at and one.group is not None and one.group.is_counted]
    between = range(event.at, later[0].first + 1) if later else range(0)
    return any(sentence.low[at] in sentence.rule_words.amounting for at in between)


def _is_tallied(sentence: Sentence, event: HarmEvent, events: list[HarmEvent]) -> bool:
    """As in "raises to 31 the tally of guards killed since May": the toll has counted them already."""
    group = event.group
    if group is None or group.is_counted or group.first < 1 or group.low == 1:
        return False
    before = {one.at for one in events if one.voice == "toll" and one.entry.harm == event.entry.harm}
    openers = {group.first - 1, group.first - 2} & set(range(max(0, group.first - 2), group.first))
    return any(sentence.low[at] in sentence.rule_words.genitive and at - 1 in before for at in openers)


def counted_as(clauses: Clauses, at: int) -> list[Group]:
    """As in "the count of the wounded climbed from 12 to 20", "the figure for our dead", `at` being the harm."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    joint = at - 1
    while joint > max(0, at - _WHOSE) and _is_whose(sentence, joint):
        joint -= 1
    if joint < 1 or not words.counting_joints.issuperset(sentence.low[joint].split()[-1:]):
        return []
    noun = sentence.low[joint].split()[0] if " " in sentence.low[joint] else sentence.low[joint - 1].split()[-1]
    if noun not in words.counting_nouns:
        return []
    return [replace(one, first=at) for one in _toll_number(clauses, at) if _is_counted(sentence, one.first)]


def _is_counted(sentence: Sentence, first: int) -> bool:
    """Whether a verb of being or counting stands before a number: not "the list was read out in two languages"."""
    before, words = sentence.low[first - 1], sentence.rule_words
    is_verb = bool(sentence.mask[first - 1] & (BE | ADVERB)) or before in sentence.lexicon.counting
    return is_verb or before in words.start_openers or before in words.step_openers


def numbering(clauses: Clauses, at: int) -> list[Group]:
    """As in "our dead number six", "the dead of the night are four": a bare number that ends the clause."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if not at or not (_is_whose(sentence, at - 1) or is_plural_owner(sentence, at - 1)):
        return []
    apart = _numbered_apart(clauses, at + 1)
    if apart:
        return apart
    for probe in _of_clause(sentence, at + 1, at + _LATER):
        if sentence.words[probe].harm is not None:
            return []
        if sentence.mask[probe] & _SINGULAR_BE:
            return []  # "the deceased, a nurse, was 34"
        if sentence.low[probe] in words.amounting or sentence.mask[probe] & BE:
            number = _bare_number(clauses, clauses.skip_right(probe + 1))
            owner = nearest_class(sentence, range(at - 1, max(-1, at - _WHOSE), -1), words.own_words)
            return [replace(one, victim=owner or one.victim) for one in number]
    return []


def reckoned(clauses: Clauses, at: int) -> list[Group]:
    """As in "puts its dead at 31", "dead and wounded in the sector came to 230", "the dead were put at 12".

    `at` is the harm: somebody's, before a verb of counting or after one, and the number ends the clause.
    """
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if sentence.lexicon.counting.isdisjoint(sentence.present):
        return []
    begin = _begin_of_harmed(sentence, at)
    if begin < 0:
        return []
    verb = begin - 1
    is_put = verb >= 0 and sentence.low[verb].rpartition(" ")[2] in words.reckoning  # "which brings the dead to two"
    is_put |= _is_put_too(sentence, verb)
    for probe in range(at + 1, min(sentence.size - 1, at + _CLAUSE)):
        if sentence.low[probe] in {";", ":"} or sentence.mask[probe] & (RELATIVE | BARRIER):
            break
        if (
            _is_harm_said(sentence, probe)
            and not is_put
            and sentence.low[probe] not in words.amounting
            and sentence.low[probe] not in words.losing_nouns
        ):
            break
        is_put |= sentence.low[probe] in words.amounting or sentence.low[probe] in words.reckoning
        if not is_put or sentence.low[probe] not in sentence.lexicon.counting:
            continue
        number = _bare_number(clauses, probe + 1, has_noun=True)
        if number:
            harmed = range(begin, probe)  # and what stands up to the verb: "among the garrison"
            victim = nearest_class(sentence, harmed, words.own_words) or _class_of_owner(sentence, begin)
            return [replace(number[0], victim=victim if number[0].victim == "unknown" else number[0].victim)]
    return []


def _is_put_too(sentence: Sentence, joint: int) -> bool:
    """As in "put the dead at 12 and the injured at 30": the verb before the first number is that of the second."""
    is_joint = joint > 0 and (sentence.low[joint] == "," or bool(sentence.mask[joint] & CONJUNCTION))
    if not is_joint or sentence.rule_words.reckoning.isdisjoint(sentence.present):
        return False
    return any(quantity.last == joint - 1 for quantity in sentence.quantities.values())


def _begin_of_harmed(sentence: Sentence, at: int) -> int:
    """Where "its dead", "enemy killed and wounded", "fatal losses" begin; -1 where people with a number are meant."""
    begin, words = at, sentence.rule_words
    while begin > 0 and _names_harmed(sentence, begin - 1):
        begin -= 1
    before = sentence.low[begin - 1] if begin else ","
    is_first = before in _ENDS or not begin or bool(sentence.mask[begin - 1] & (CONJUNCTION | BARRIER))
    if any(sentence.mask[probe] & THING for probe in range(begin, at)):
        return -1  # "vehicle casualties rose to seven"
    return begin if is_first or before.rpartition(" ")[2] in words.reckoning else -1


def _names_harmed(sentence: Sentence, at: int) -> bool:
    """Whether a word can stand in "the enemy's confirmed dead": no number, no verb, no preposition."""
    if at in sentence.quantities or sentence.mask[at] & (AUXILIARY | PREPOSITION | BARRIER | RELATIVE | CONJUNCTION):
        return False
    is_verb = sentence.low[at].rpartition(" ")[2] in sentence.rule_words.reckoning  # "which brings" too
    return (sentence.is_word(at) or sentence.low[at] in sentence.rule_words.possessive_marks) and not is_verb


def _class_of_owner(sentence: Sentence, begin: int) -> Victim:
    """As in "the army puts its dead at seven": whose "its" is."""
    if not sentence.mask[begin] & _POSSESSIVE:
        return "unknown"
    return nearest_class(sentence, range(begin - 1, -1, -1), frozenset()) or "unknown"


def _numbered_apart(clauses: Clauses, comma: int) -> list[Group]:
    """As in "the dead and injured, 64 in all, were carried off", "…, numbering 64, …"."""
    sentence = clauses.sentence
    if sentence.low[comma : comma + 1] != [","] or comma + 1 >= sentence.size:
        return []
    is_numbering = sentence.low[comma + 1] in sentence.rule_words.amounting
    quantity = sentence.quantities.get(comma + 1 + is_numbering)
    after = quantity.last + 1 if quantity is not None else sentence.size
    is_sum = after < sentence.size and bool(sentence.mask[after] & _SUM)
    if quantity is None or not (is_sum or (is_numbering and ends_clause(sentence, after))):
        return []
    return [_toll(quantity)]


def _bare_number(clauses: Clauses, at: int, *, has_noun: bool = False) -> list[Group]:
    """The people of a number that ends its clause; after "number" it is no label, as it is in "number 40"."""
    at = _over_opener(clauses.sentence, at)
    quantity, group = clauses.sentence.quantities.get(at), clauses.by_first.get(at)
    if quantity is None or quantity.is_pronoun:
        return []
    is_couple = group is not None and group.head == at  # "the dead are a couple and their son"
    is_noun = has_noun and group is not None and group.head >= 0 and not group.is_guess  # "came to 17 men"
    last = group.last if group is not None and is_noun else quantity.last
    if is_couple or not ends_clause(clauses.sentence, last + 1):
        return []
    return [group if group is not None else _toll(quantity)]


def _over_opener(sentence: Sentence, at: int) -> int:
    """The number itself of "into the hundreds"."""
    is_opener = sentence.low[at : at + 1] != [] and sentence.low[at] in sentence.rule_words.order_openers
    return at + 1 + int(bool(sentence.mask[at + 1] & DEFINITE)) if is_opener and at + 2 < sentence.size else at


def _is_whose(sentence: Sentence, at: int) -> bool:
    """As in "the dead", "our dead", "the battalion's dead", "the confirmed dead"."""
    low, words = sentence.low[at], sentence.rule_words
    if low.endswith(words.possessive_marks) or sentence.mask[at] & _OPENS:
        return True
    return low.endswith(words.participle_endings) and at > 0 and bool(sentence.mask[at - 1] & DEFINITE)


def ends_clause(sentence: Sentence, at: int) -> bool:
    """Whether a clause ends before a token: at a sign, a preposition or a conjunction."""
    return at >= sentence.size or sentence.low[at] in _ENDS or bool(sentence.mask[at] & (CONJUNCTION | PREPOSITION))


def number_said(clauses: Clauses, near: Group | None, at: int) -> Group | None:
    """As in "the number of civilians killed in the strike is eight", `at` being the harm: the number comes after it."""
    sentence = clauses.sentence
    if near is None or not is_number_of(sentence, near):
        return None
    opener = near.first - 1 - bool(near.first and sentence.mask[near.first - 1] & DEFINITE)
    before = next((one for one in sentence.quantities.values() if one.last == opener), None)
    if before is not None:
        return replace(_of_number(near, before), first=before.first)
    words = sentence.rule_words
    openers = words.toll_verbs | words.start_openers | words.step_openers  # "rose by two to nine"
    for probe in range(at + 1, min(sentence.size - 1, at + _CLAUSE)):
        low = sentence.low[probe]
        is_moved = " " in low and not words.changing.isdisjoint(low.split(" "))  # "has fallen to 38"
        if is_moved or sentence.mask[probe] & BE or low in openers:
            quantity = sentence.quantities.get(clauses.skip_right(probe + 1))
            if quantity is not None and (low not in words.step_openers or quantity.rules == _CHANGE):
                return _of_number(near, quantity)
    return None


def is_number_of(sentence: Sentence, group: Group) -> bool:
    """As in "the number of soldiers who have died": the people are counted by a number elsewhere in the sentence."""
    endings = sentence.rule_words.number_phrase_endings
    return any(low.endswith(endings) for low in sentence.low[group.first : group.first + 2])


def _of_number(group: Group, quantity: Quantity) -> Group:
    return replace(group, low=quantity.low, high=quantity.high, kind=quantity.kind, is_counted=True)


def _toll(quantity: Quantity) -> Group:
    kind: CountKind = "exact" if quantity.kind == "range" else quantity.kind
    return Group(
        quantity.first, quantity.last, quantity.low, quantity.high, kind, is_bare=True, is_counted=True, rules=("toll",)
    )
