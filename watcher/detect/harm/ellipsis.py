"""Groups whose verb is left out because it has been said: "two men were killed in Basra and three in Amara"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.restated_numbers import restates, telling_verb
from watcher.detect.harm.gapped_deaths import gapped_deaths
from watcher.detect.harm.other_sides import is_joint, other_sides_number, shared
from watcher.detect.people.governed import is_of_them
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    BE,
    CONJUNCTION,
    DEFINITE,
    DETERMINER,
    DO,
    HAVE,
    INDEFINITE,
    MODAL,
    OTHERS,
    PREPOSITION,
    RELATIVE,
    WEEKDAY,
)
from watcher.detect.words.whose import main_class

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_PLACE = ROLES["place_opener"]
_OF_WHOM, _SUFFER = ROLES["of_whom"], ROLES["suffer"]
_FORMS = frozenset({"participle", "intransitive", "gerund", "adjective", "present", "lives", "noun"})
_OF_SUBJECT = frozenset({"passive", "intransitive", "reduced", "joined"})
_SUM = ROLES["total_cues"]
_OF_OBJECT = frozenset({"active", "present", "gerund", "lives"})
_VERBS = BE | HAVE | MODAL | DO | RELATIVE
_ENDS = frozenset({",", ";", ".", ")"})
_REMNANT = 8  # words of what differs: "the morning raid"
_OCCASION = 6  # words of a place or a day: "in the town of Brod"
_WOUND = 5  # words between "with" and the wound
_STATE = 4  # words after a preposition in which a state is named: "in a very serious condition"
_SUBJECT = 4  # words between "and" and the number: "and the national police four"


def elided(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """An event for each counted group that shares the verb of the event before it."""
    sentence = clauses.sentence
    taken = {event.group.first for event in events if event.group is not None}
    found: list[HarmEvent] = []
    shares: set[int] = set()
    for group in clauses.groups:
        if group.first in taken or not group.low:
            continue
        is_number = group.is_counted and not group.is_pronoun
        is_one = group.head >= 0 and bool(sentence.mask[group.first] & INDEFINITE or group.is_owned)
        if not (is_number or is_one or _is_one_more(sentence, group)):
            continue
        again = (
            other_sides_number(sentence, events, group)
            or _said_again(sentence, events, group, found)
            or _stood_for(sentence, events, group)
            or _said_number(sentence, events, group)
            or _opposed(sentence, events, group)
        )
        if again is not None:
            found.append(again)
            continue
        verb = _verb_before(events, group)
        if verb is None:
            continue
        victim = (
            _second_place(sentence, verb, group)
            or _next_in_row(sentence, verb, group)
            or _second_subject(sentence, verb, group)
            or _contrasted(sentence, verb, group)
        )
        if victim is not None:
            event = shared(verb, victim)
            if any(one.voice == "toll" for one in found):
                event.voice = "toll"  # "police say 24, local leaders at least 60": another account of the same dead
            found.append(event)
            shares |= {id(found[-1])} if _is_share(sentence, verb, group) else set()
            continue
        found += _second_wound(sentence, verb, group)
    if found:
        _make_parts(found, shares)
    found += gapped_deaths(sentence, events[0]) if len(events) == 1 and not found else []
    found += [*_but_one(clauses, events), *_besides(clauses, events)]
    return [event for event in found if not _is_state_of_some(sentence, event)]


def _is_state_of_some(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "16 are undergoing treatment, six of them in intensive care": how some are who are counted already."""
    state, group = event.part_of, event.group
    return state is not None and group is not None and state.entry.is_state and is_of_them(sentence, group)


def _is_one_more(sentence: Sentence, group: Group) -> bool:
    """As in "a third", "another": one more of those who were counted before."""
    words, low = sentence.rule_words, sentence.low[group.first]
    return low in words.ordinal_people or (low in words.one_more and group.head < 0)


def _but_one(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "None of the pupils was hurt, but the driver was": somebody in particular, after a nobody."""
    if clauses.sentence.rule_words.clause_breaks.isdisjoint(clauses.sentence.present):
        return []
    if not any(event.group is not None and event.group.is_nobody for event in events):
        return []
    one = [group for group in clauses.groups if group.is_definite and group.head >= 0 and group.low == 1]
    found = (_stood_for(clauses.sentence, events, group) for group in one)
    return [event for event in found if event is not None]


def _besides(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """As in "Besides four residents, two soldiers were hurt": those before the comma as well."""
    sentence = clauses.sentence
    if sentence.low[0] not in sentence.rule_words.beside_openers or not events:
        return []
    groups = [group for group in clauses.object_at(1) if not group.is_guess and (group.is_counted or group.low == 1)]
    comma = groups[-1].last + 1 if groups else sentence.size
    later = [event for event in events if event.first > comma and event.voice in _OF_SUBJECT | _OF_OBJECT]
    later = [event for event in later if event.group is None or not event.group.is_nobody]
    if not later or sentence.low[comma] != "," or any(event.at < comma for event in events):
        return []
    return [replace(shared(later[0], group), part_of=None) for group in groups]


def _stood_for(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "no officers were hurt, but two prisoners were", "now says that three have": the verb is pointed to."""
    after = group.last + 1
    if group.is_guess or after >= sentence.size or not sentence.mask[after] & (BE | HAVE | DO):
        return None
    is_closed = after + 1 >= sentence.size or sentence.low[after + 1] in _ENDS
    before = [one for one in events if max(one.last, one.at) < group.first and one.voice in _OF_SUBJECT]
    return replace(shared(before[-1], group), part_of=None) if is_closed and before else None


def _said_number(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "the army reports six dead; the union says eleven": a number that somebody else gives of the same harm."""
    after = group.last + 1
    is_closed = after >= sentence.size or sentence.low[after] in {",", ";", "."}
    verb = telling_verb(sentence, group.first) if group.is_bare and is_closed else -1
    if verb < 1:
        return None
    before = [event for event in events if event.at < verb and event.group is not None and event.group.is_counted]
    if not before:
        return None
    event = shared(before[-1], group)
    event.part_of = None
    event.voice = "toll"
    return event


def _opposed(sentence: Sentence, events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """As in "three died, not 13", "five, not 50, were hurt", "27 instead of 17": a number set against another."""
    words, opener = sentence.rule_words, group.first - 1
    if opener < 1 or sentence.low[opener] not in words.opposing:
        return None
    before, after = opener - 1, group.last + 1
    is_parted = sentence.low[before] == "," or sentence.mask[before] & CONJUNCTION or " " in sentence.low[opener]
    is_but = after < sentence.size and sentence.low[after] in words.clause_breaks
    counted = [event for event in events if event.group is not None and event.group.is_counted and event.group.low]
    is_same = not counted or not group.head >= 0 or sentence.low[group.head] in _nouns(sentence, counted)
    if not counted or not (is_parted or is_but) or not (group.is_bare or group.is_guess or is_same):
        return None
    event = shared(min(counted, key=lambda one: abs(one.at - group.first)), group)
    event.part_of = None
    event.voice = "opposed"
    return event


def _nouns(sentence: Sentence, events: list[HarmEvent]) -> set[str]:
    """The nouns for the people of some events."""
    heads = [event.group.head for event in events if event.group is not None]
    return {sentence.low[head] for head in heads if head >= 0}


def _is_share(sentence: Sentence, verb: HarmEvent, group: Group) -> bool:
    """As in "eleven were wounded, two in the lead lorry", "…, two of them on deck": right after the verb, some of them.

    What has a place of its own before the comma is told of two places: "two died in Basra, three in Amara".
    """
    whole, end = verb.group, max(verb.last, verb.at)
    is_less = whole is not None and (group.low or 0) < (whole.low or 0)
    near = range(group.first - 1, min(sentence.size, group.last + 2))  # "of them 7 at the gate"
    is_theirs = any(sentence.mask[at] & _OF_WHOM for at in near)
    is_next = end + 2 == group.first and sentence.low[end + 1] == ","
    is_next |= not sentence.rule_words.severities.isdisjoint(sentence.low[group.last + 1 : group.last + 2])
    return is_less and not group.is_other and (is_theirs or is_next)


def _make_parts(found: list[HarmEvent], shares: set[int]) -> None:
    """As in "eleven were wounded, seven in the first lorry and four in the second": they are parts of the eleven.

    So are the `shares`, by their identity, however few they are.
    """
    for verb in {id(event.part_of): event.part_of for event in found if event.part_of is not None}.values():
        shared = [event for event in found if event.part_of is verb]
        people = sum(event.group.low or 0 for event in shared if event.group is not None)
        is_whole = verb is not None and verb.group is not None and len(shared) > 1 and people == verb.group.low
        for event in shared:
            event.part_of = verb if is_whole or id(event) in shares else None


def _verb_before(events: list[HarmEvent], group: Group) -> HarmEvent | None:
    """The last claim with a number that ends before a group."""
    before = [
        event
        for event in events
        if max(event.last, event.at) < group.first
        and (event.entry.form in _FORMS or event.entry.is_bodily)
        and event.group is not None
        and (event.group.is_counted or _is_one_somebody(event.group))
    ]
    return before[-1] if before else None


def _is_one_somebody(group: Group) -> bool:
    """As in "a corporal": one, by a noun that names nobody spoken of before."""
    return group.low == group.high == 1 and group.head >= 0 and not (group.is_definite or group.is_name)


def _second_place(sentence: Sentence, verb: HarmEvent, group: Group) -> Group | None:
    """As in "… and three in Amara", ", three on Monday", "and two others inside": a number, another place or time."""
    after = group.last + 1
    is_one_more = _is_one_more(sentence, group) and group.head < 0
    is_further = group.is_other and group.head >= 0 and sentence.low[group.head] in sentence.rule_words.further_people
    if not (group.is_bare or is_one_more or is_further) or verb.group is None:
        return None
    joint = _begin_of_number(sentence, group) - 1
    is_joined = is_joint(sentence, joint) or (joint > 0 and bool(sentence.mask[joint] & _OF_WHOM))
    is_apart = _names_occasion(sentence, after) and is_joined
    if not is_apart or has_verb(sentence, after):
        return None
    victim = verb.group.victim if group.victim == "unknown" else group.victim
    if is_one_more:
        return replace(group, victim=victim, is_pronoun=False, is_definite=False, is_other=True, is_counted=True)
    return replace(group, victim=victim)


def _next_in_row(sentence: Sentence, verb: HarmEvent, group: Group) -> Group | None:
    """As in "killed a sergeant on Monday, a medic on Tuesday and two sappers on Wednesday": each with place or time."""
    first, after = max(verb.last, verb.at) + 1, group.last + 1
    is_row = verb.voice in _OF_OBJECT | _OF_SUBJECT and not group.is_guess and group.head >= 0
    if not is_row or not _names_occasion(sentence, first) or not _names_occasion(sentence, after):
        return None
    is_next = is_joint(sentence, _begin_of_number(sentence, group) - 1)
    return group if is_next and _ends_with_occasion(sentence, after) else None


def _ends_with_occasion(sentence: Sentence, at: int) -> bool:
    """Whether nothing but a place or a day stands from a preposition to the next sign: not "a nurse from Tam fled"."""
    for probe in range(at + 1, min(sentence.size, at + _OCCASION)):
        if sentence.low[probe] in _ENDS or sentence.mask[probe] & CONJUNCTION:
            return True
        is_named = sentence.is_capital(probe) or sentence.mask[probe - 1] & DETERMINER
        is_named |= sentence.low[probe - 1] in sentence.rule_words.times_of_day  # "in the evening attack"
        if not is_named and not sentence.mask[probe] & (DETERMINER | WEEKDAY):
            return False
    return at + _OCCASION >= sentence.size


def _begin_of_number(sentence: Sentence, group: Group) -> int:
    """Where a number begins, with what makes others of its people: "and a further three"."""
    first = group.first
    if first > 1 and group.is_other and sentence.mask[first - 1] & OTHERS:
        first -= 1
    return first - 1 if first > 1 and first < group.first and sentence.mask[first - 1] & INDEFINITE else first


def _names_occasion(sentence: Sentence, at: int) -> bool:
    """As in "in Amara", "on Monday", "at dusk", "during the retreat", "by the second": where, when or by what.

    Not what has become of them: "two in critical condition", "one in hospital".
    """
    words = sentence.rule_words
    if at >= sentence.size:
        return False
    if sentence.low[at] in words.occasion_adverbs:
        return at + 1 >= sentence.size or not sentence.mask[at + 1] & (BE | HAVE | MODAL)
    if at + 1 >= sentence.size:
        return False
    opener, first = sentence.low[at], at + 1
    if sentence.mask[at] & _PLACE and sentence.is_capital(first):
        return True
    if opener in words.weekday_openers and sentence.mask[first] & WEEKDAY:
        return True
    if sentence.mask[at] & PREPOSITION and sentence.low[first] in words.times_of_day:
        return True
    is_named = sentence.mask[first] & DETERMINER or sentence.low[first] in words.recounted  # "inside it"
    is_opener = opener in words.elliptic_places and bool(is_named)
    until = range(first, min(sentence.size, first + _STATE))
    return is_opener and words.states_of_health.isdisjoint(sentence.low[probe] for probe in until)


def _second_subject(sentence: Sentence, verb: HarmEvent, group: Group) -> Group | None:
    """As in "the army lost two men, the police four", "cost the rebels nine dead and us two": another side's number."""
    is_lost, is_active = _is_loss_of_side(sentence, verb), verb.voice == "active"
    if not (is_active or is_lost) or has_verb(sentence, group.last + 1):
        return None
    before = range(group.first - 1, max(0, group.first - _SUBJECT), -1)
    begin = next((at + 1 for at in before if is_joint(sentence, at)), 0)
    if not begin or begin == group.first:
        return None
    named = main_class(sentence, range(begin, group.first), sentence.rule_words.own_words)
    is_side = named is not None and named != "unknown"
    if not (sentence.mask[begin] & DEFINITE or is_side) or (is_lost and not is_active and not is_side):
        return None
    victim = named if is_lost or verb.group is None else verb.group.victim  # "the army killed 30 rebels, the police 14"
    return replace(group, victim=victim) if victim is not None and group.victim == "unknown" else group


def _is_loss_of_side(sentence: Sentence, verb: HarmEvent) -> bool:
    """As in "the enemy lost nine dead", "cost the rebels nine dead": whose dead they are is said before the number."""
    words, group = sentence.rule_words, verb.group
    before = range(max(0, group.first - _SUBJECT), group.first) if group is not None else range(0)
    low, mask = sentence.low, sentence.mask
    return any(low[at] in words.losing or low[at] in words.costing or mask[at] & _SUFFER for at in before)


def _contrasted(sentence: Sentence, verb: HarmEvent, group: Group) -> Group | None:
    """As in "; in the south, eight", ", the second two": what differs is named, then the number ends the clause."""
    number, after = sentence.quantities.get(group.first), group.last + 1
    is_closed = after >= sentence.size or sentence.low[after] in _ENDS or bool(sentence.mask[after] & CONJUNCTION)
    if (number is None and group.head < 0) or not is_closed or verb.group is None:
        return None
    begin, is_active = _begin_of_remnant(sentence, group.first), _is_active(sentence, verb)
    if begin < 0 or not _may_differ(sentence, begin, group, is_active=is_active, before=verb.group):
        return None
    if not group.is_bare:  # "the second two privates", "the other a clerk"
        is_ordinal = sentence.low[group.first - 1] in sentence.rule_words.sequence_adjectives
        is_ordinal |= bool(sentence.mask[group.first - 1] & OTHERS)
        return group if is_active and is_ordinal and not group.is_guess else None
    side = main_class(sentence, range(begin, group.first), sentence.rule_words.own_words)
    same = verb.group.victim if side is None or side == "unknown" else side  # "on our side two, on theirs eight"
    return replace(group, victim=same if group.victim == "unknown" else group.victim)


def _is_active(sentence: Sentence, verb: HarmEvent) -> bool:
    """Whether a verb's people are its object: "killed six", "left six dead"."""
    is_left = verb.voice == "adjective" and verb.group is not None and verb.group.first > 0
    if is_left and verb.group is not None:
        return sentence.low[verb.group.first - 1] in sentence.rule_words.leaving
    return verb.voice in _OF_OBJECT


def _said_again(sentence: Sentence, events: list[HarmEvent], group: Group, found: list[HarmEvent]) -> HarmEvent | None:
    """As in "two drowned and one froze, three in all", "three had died; by evening there were seven": all of them."""
    if not group.is_bare:
        return None
    before = [one for one in events if max(one.last, one.at) < group.first and one.group is not None]
    before = [one for one in before if one.group is not None and one.group.is_counted]
    if not before:
        return None
    event = replace(shared(before[-1], group), part_of=None, voice="toll")
    if any(0 <= at < sentence.size and sentence.mask[at] & _SUM for at in (group.first - 1, group.last + 1)):
        event.group = replace(group, victim=_victim_of_all(before))
        return event
    if _is_recount(sentence, before[-1], group, is_further=bool(found) and found[-1].entry.corrects):
        return replace(event, entry=replace(event.entry, corrects=True))
    return None


def _victim_of_all(events: list[HarmEvent]) -> Victim:
    """The class of all people who are summed up."""
    classes = {one.group.victim for one in events if one.group is not None} - {"unknown"}
    return "mixed" if len(classes) > 1 else next(iter(classes), "unknown")


def _is_recount(sentence: Sentence, verb: HarmEvent, group: Group, *, is_further: bool) -> bool:
    """As in "three had died; by evening there were seven, and at midnight nine": the same harm, counted again later."""
    words, first = sentence.rule_words, group.first
    joint = next((at for at in range(max(verb.last, verb.at) + 1, first) if is_joint(sentence, at)), -1)
    if joint >= 0 and restates(sentence, joint + 1, group):
        return True
    begin = next((at for at in range(first - 1, verb.last, -1) if is_joint(sentence, at)), first)
    is_time = not words.times_of_day.isdisjoint(sentence.low[begin:first])
    is_closed = group.last + 1 >= sentence.size or not sentence.is_word(group.last + 1)
    return is_time and is_closed and (is_further or sentence.low[first - 1] in words.recount_openers)


def _begin_of_remnant(sentence: Sentence, first: int) -> int:
    """The first token after the sign or "and" before what differs; -1 where a verb or another number stands between."""
    at = first - 1 - int(sentence.low[first - 1] == ",")
    owner = sentence.rule_words.possessive_marks
    while (
        at > first - _REMNANT
        and (sentence.is_word(at) or sentence.low[at] in owner)
        and not sentence.mask[at] & (_VERBS | CONJUNCTION)
    ):
        if sentence.words[at].harm is not None or at in sentence.quantities:
            return -1
        at -= 1
    return at + 1 if is_joint(sentence, at) and at + 1 < first else -1


def _may_differ(sentence: Sentence, begin: int, group: Group, *, is_active: bool, before: Group) -> bool:
    """Whether words name another place, day or, of an active verb, another subject; "in sector 4" is a label.

    It is none where the number `before` stands alike: "In Berat 4 were hurt, in Tolm 7".
    """
    opener, end, last = sentence.low[begin], group.first, group.first - 1
    is_alike = before.first > 1 and sentence.low[before.first - end + begin] == opener
    is_label = sentence.low[end][0].isdecimal() and sentence.is_word(last) and not is_alike
    is_place = bool(sentence.mask[begin] & _PLACE) or opener in sentence.rule_words.elliptic_places
    is_day = opener in sentence.rule_words.weekday_openers
    is_named = sentence.is_capital(begin + 1) or bool(sentence.mask[begin + 1] & DEFINITE)
    is_named |= sentence.low[begin + 1] in sentence.rule_words.side_nouns  # "; on theirs, eight"
    is_named |= sentence.low[begin + 1] in sentence.rule_words.times_of_day  # ", by noon two more"
    if (is_place or is_day) and begin + 1 < end:
        return is_named and not is_label
    is_owner = sentence.low[last] in sentence.rule_words.possessive_marks
    is_things = begin + 1 == end and opener.endswith(
        sentence.rule_words.plural_endings
    )  # "mines killed six, drones two"
    is_subject = (
        is_things or sentence.mask[begin] & DEFINITE or opener in sentence.rule_words.ordinal_people or is_owner
    )
    return is_active and bool(is_subject) and not is_label and sentence.low[last] != ","


def _second_wound(sentence: Sentence, verb: HarmEvent, group: Group) -> list[HarmEvent]:
    """As in "two were flown out with burns and one with a broken arm", "… suffered burns and one a broken arm"."""
    after, words = group.last + 1, sentence.rule_words
    if verb.entry.harm != "injured" or not is_joint(sentence, group.first - 1):
        return []
    if _is_of_degree(sentence, verb, group, after):  # "moderately hurt by shrapnel and one lightly"
        victim = verb.group.victim if verb.group is not None else group.victim
        return [replace(shared(verb, replace(group, victim=victim)), part_of=None)]
    if _loses_limb(sentence, group, after):  # "another a hand"
        return [replace(shared(verb, replace(group, is_pronoun=False, is_other=True)), part_of=None)]
    if not group.is_bare or after >= sentence.size:
        return []
    low = sentence.low[after]
    if not (low in words.wound_openers or low in words.finding_openers or sentence.mask[after] & INDEFINITE):
        return []
    harms = (sentence.words[at].harm for at in range(after + 1, min(sentence.size, after + _WOUND)))
    wound = next((entry for entry in harms if entry is not None and entry.is_bodily), None)
    victim = verb.group.victim if verb.group is not None else group.victim
    of_wound = shared(replace(verb, entry=wound, voice="noun"), replace(group, victim=victim)) if wound else None
    return [replace(of_wound, part_of=None)] if of_wound is not None else []


def _is_of_degree(sentence: Sentence, verb: HarmEvent, group: Group, after: int) -> bool:
    """As in "two were badly burned and one slightly": others, hurt to another degree; not "five, two of them badly"."""
    endings = sentence.rule_words.adverb_endings
    how = sentence.low[verb.at - 1] if verb.at else ""
    is_end = after + 1 >= sentence.size or sentence.low[after + 1] in _ENDS
    is_how = after < sentence.size and sentence.low[after].endswith(endings)
    is_other = bool(sentence.mask[group.first - 1] & CONJUNCTION)
    is_told = sentence.low[verb.at].split(" ")[0].endswith(endings) or how.endswith(endings)
    return group.is_bare and is_end and is_how and is_other and is_told


def _loses_limb(sentence: Sentence, group: Group, after: int) -> bool:
    """As in "one man lost an eye, another a hand", "… and a third two fingers": a part of the body right after."""
    limb = after + 1
    is_own = group.is_bare or _is_one_more(sentence, group)
    is_number = after < sentence.size and (bool(sentence.mask[after] & INDEFINITE) or after in sentence.quantities)
    return is_own and is_number and limb < sentence.size and sentence.low[limb] in sentence.lexicon.limbs


def has_verb(sentence: Sentence, at: int) -> bool:
    """Whether the clause that goes on at a token has a verb of its own."""
    for probe in range(at, sentence.size):
        if sentence.low[probe] in {",", ";", "."} or sentence.mask[probe] & CONJUNCTION:
            return False
        harm = sentence.words[probe].harm
        is_place = harm is not None and harm.is_state and harm.form == "adjective"  # "another on the way to hospital"
        if sentence.mask[probe] & (BE | HAVE | MODAL) or (harm is not None and not is_place):
            return True
    return False
