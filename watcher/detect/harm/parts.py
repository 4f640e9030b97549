"""Parts of a group: "including four children", "one of whom was a child", "eleven people: seven … and four …"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.breakdowns import is_of_others
from watcher.detect.harm.counted_parts import break_down
from watcher.detect.harm.ellipsis import has_verb
from watcher.detect.people.appositions import without_named
from watcher.detect.people.governed import is_of_them
from watcher.detect.words.annotations import HarmEvent, events_of
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BE, DEFINITE, PREPOSITION, is_negated

if TYPE_CHECKING:
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group, Quantity
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Harm


_PART, _OF_WHOM, _COMPANION = ROLES["part_openers"], ROLES["of_whom"], ROLES["companions"]
_NEGATOR = ROLES["negators"]
_DASHES = frozenset("-–—")
_CASES = 3  # words from "fatal" to the number of the dead: "in at least one case"
_OPENER = 2  # words of "among the" before a harm
_VERBAL = frozenset({"passive", "intransitive"})
_LISTS = frozenset({":", "("})


def told_once(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """The parts last, each once: of "injured 48 residents, 13 of whom have fractures" the 13 are a part already.

    So is he of "blew himself up, killing two guards as well as himself".
    """
    if any(one.entry.is_reflexive and one.entry.harm == "killed" for one in events):
        events = [one for one in events if one.entry.is_reflexive or not _is_himself(sentence, one)]
    if all(one.part_of is None for one in events):
        return events
    parts = {(event.group.first, event.entry.harm) for event in events if event.part_of is not None and event.group}
    kept = [one for one in events if one.part_of is not None or not _is_told_as_part(one, parts)]
    kept = [one for one in kept if not _is_rest_by_sex(sentence, one)]
    return sorted(kept, key=lambda event: event.part_of is not None)


def _is_rest_by_sex(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "killed 5 (3 men, 2 women)": the men are who is left, as the women are a field of the five."""
    total, group = event.part_of, event.group
    if total is None or group is None or total.entry is not event.entry or not (total.women or total.children):
        return False
    return group.head >= 0 and sentence.low[group.head] in sentence.rule_words.men


def _is_himself(sentence: Sentence, event: HarmEvent) -> bool:
    group = event.group
    is_one = group is not None and group.is_pronoun and event.entry.harm == "killed"
    return group is not None and is_one and sentence.low[group.first] in sentence.rule_words.reflexives


def _is_told_as_part(event: HarmEvent, parts: set[tuple[int, Harm]]) -> bool:
    is_open = event.group is not None and event.group.is_bare and event.entry.is_bodily
    return event.group is not None and is_open and (event.group.first, event.entry.harm) in parts


def mark_parts(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "12 people were killed, including four children": the four are a part of the twelve."""
    if not events:
        return
    _prove_fatal(clauses, events)
    _leave_out_fatal(clauses, events)
    _count_losses(clauses, events)
    _count_among(clauses, events)
    if len(events) > 1:
        _tell_how(clauses, events)
    _name_parts(clauses, events)
    _hold_of_them(clauses.sentence, events)
    break_down(clauses, events)
    _count_named(clauses, events)


def _count_named(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "two clerks are among the dead", "the wounded include four nurses": only those are counted."""
    for total in [one for one in events if _is_uncounted(one)]:
        parts = [one for one in events if one.part_of is total and one.group is not None]
        is_counted = any(one.group is not None and one.group.is_counted for one in parts)
        named = [] if is_counted else _before_among(clauses, total) or _after_comma(clauses, total)
        said = [] if is_counted or named else _said_to_be(clauses, total)
        said = [
            one
            for one in said
            if not any(other.group is not None and other.group.first == one.first for other in events)
        ]
        if not is_counted and not (named or said):
            continue
        events.remove(total)
        for part in parts:
            part.part_of = None
        events += events_of(total.entry, total.at, named, "noun")
        events += events_of(total.entry, total.at, said, total.voice if total.voice in _VERBAL else "adjective")
    if len(events) > 1 and not clauses.sentence.rule_words.membership.isdisjoint(clauses.sentence.present):
        _hold_among(clauses.sentence, events)


def _hold_among(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "nine were killed; two nurses were among the dead": the two are some of the nine."""
    for one in events:
        if one.group is None or one.part_of is not None or not _is_named_among(sentence, one, one.group):
            continue
        one.part_of = _larger_before([other for other in events if other.at < one.first], one)


def _hold_of_them(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "injured 48 residents, 13 of whom have fractures": the 13 are some of the 48."""
    for one in events:
        if one.group is None or one.part_of is not None:
            continue
        if not (is_of_them(sentence, one.group) or _is_some_of(sentence, one, one.group)):
            continue
        if one.group.low and not is_of_others(sentence, events, one.group):
            before = [other for other in events if other.at < one.group.first and other.part_of is None]
            last = max(before, key=lambda other: other.at, default=one)
            if last.entry.harm == one.entry.harm or _least(last) < _least(one):
                one.part_of = _larger_before(before, one)  # else "two died; three were hurt, of whom one died"


def _is_some_of(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "three men were hurt; one of the injured men is in a coma"."""
    if event.voice != "attribute":
        return False
    openers = range(group.first + 1, event.at)
    return any(sentence.low[at] in sentence.rule_words.genitive and sentence.mask[at + 1] & DEFINITE for at in openers)


def _larger_before(before: list[HarmEvent], one: HarmEvent) -> HarmEvent | None:
    """The last event of the same harm, if it counts more people."""
    same = (other for other in reversed(before) if other.entry.harm == one.entry.harm and other.group is not None)
    whole = next(same, None)
    return whole if whole is not None and _least(whole) > _least(one) else None


def _least(event: HarmEvent) -> int:
    return (event.group.low or 0) if event.group is not None else 0


def _is_named_among(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """Whether people stand before "among the" and their harm."""
    before = sentence.low[max(0, event.at - _OPENER) : event.at]
    return group.last < event.at and not sentence.rule_words.membership.isdisjoint(before)


def _is_uncounted(event: HarmEvent) -> bool:
    """As in "the dead", "the injured"."""
    group = event.group
    return group is not None and group.head < 0 and group.is_pronoun and group.low is None and group.is_definite


def _said_to_be(clauses: Clauses, total: HarmEvent) -> list[Group]:
    """As in "those killed are three nurses", "the injured include two guards": the people after the verb."""
    sentence, verb = clauses.sentence, max(total.at, total.last) + 1
    if verb >= sentence.size or not (
        sentence.mask[verb] & BE or sentence.low[verb] in sentence.rule_words.including_verbs
    ):
        return []
    groups = clauses.object_at(verb + 1)
    before = sentence.mask[: total.at] + (sentence.mask[verb : groups[0].first] if groups else [])
    is_none = any(one.is_nobody and one.first < total.at for one in clauses.groups)
    if is_none or any(roles & _NEGATOR for roles in before):
        return []  # "none of the dead was a soldier", "the dead were not all soldiers"
    is_sure = all(one.low and one.low == one.high and one.head >= 0 and not one.is_guess for one in groups)
    return groups if is_sure and not has_verb(sentence, verb + 1) else []


def _after_comma(clauses: Clauses, total: HarmEvent) -> list[Group]:
    """As in "the wounded, nine conscripts of the 4th Battalion, were flown out": who they are, and how many."""
    comma, before = total.last + 1, clauses.sentence.mask[total.first - 1] if total.first else 0
    if clauses.sentence.low[comma : comma + 1] != [","] or before & _COMPANION:
        return []  # "in addition to the dead, 30 people were hurt"
    groups = clauses.object_at(comma + 1)
    is_counted = bool(groups) and groups[0].is_counted and groups[0].head >= 0 and not groups[0].is_guess
    after = clauses.sentence.low[groups[-1].last + 1 :][:1] if groups else []
    if not clauses.sentence.rule_words.saying.isdisjoint(after):
        return []  # "all aboard were killed, two farmers said"
    return groups if is_counted and not is_of_them(clauses.sentence, groups[0]) else []


def _before_among(clauses: Clauses, total: HarmEvent) -> list[Group]:
    """As in "counts eight civilians and three policemen among the injured": the counted people right before."""
    sentence, among = clauses.sentence, total.first - 1
    if among < 1 or sentence.low[among] not in sentence.rule_words.membership:
        return []
    at = among - 1
    while at > 0 and (sentence.low[at] == "," or sentence.mask[at] & BE):
        at -= 1
    near = clauses.by_last.get(at)
    if near is None or near.is_guess or not (near.is_counted or near.low == 1):
        return []
    return clauses.joined_left(near, at)


def _name_parts(clauses: Clauses, events: list[HarmEvent]) -> None:
    """Make parts of what an opener such as "including" or a list after a colon names."""
    sentence = clauses.sentence
    is_opener = sentence.roles & _PART
    if not is_opener and _LISTS.isdisjoint(sentence.present):
        return
    for at in [at for at, low in enumerate(sentence.low) if low in _LISTS or (is_opener and sentence.mask[at] & _PART)]:
        total = _total_of(events, at)
        if total is None:
            continue
        is_list = sentence.low[at] in _LISTS
        if is_list and total.entry.harm == "casualty":
            _spell_out(events, total, at)
            continue
        groups = _part_groups(clauses, at)
        if groups and sentence.mask[at] & _OF_WHOM and is_of_others(sentence, events, groups[0]):
            continue
        if is_list and total.group is not None and not without_named(sentence, total.group, groups, at):
            continue  # "two policemen (Sgt. Rao and Constable Devi)"
        if not is_list or _adds_up(groups, total):
            _mark_groups(events, total, groups)


def _prove_fatal(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "wounds, which proved fatal in one case", "were hit, with fatal results for two": so many are dead."""
    sentence = clauses.sentence
    for at in [at for at in sentence.harms if at and _is_fatal(sentence, at)]:
        number = _cases_of(sentence, at)
        own = next((one for one in events if one.at == at), None)
        if own is not None and own.entry.of_fronted:
            continue  # "for two of them help came too late"
        if own is not None and number is not None and own.group is not None and own.group.first < number.first < at:
            continue  # "for two of them it proved fatal"
        if not (number or _proves(sentence, at)) or (own is not None and number is None):
            continue
        events[:] = [one for one in events if one is not own]
        entry, hurt = sentence.words[at].harm, _hurt_before(clauses, events, number.first if number else at)
        if entry is None or hurt is None or hurt.group is None or not hurt.group.low:
            continue
        whole = hurt.group
        dead = number.low if number is not None and (number.low or 0) < (whole.low or 0) else whole.low
        group = replace(whole, first=at, last=at, low=dead, high=dead, is_counted=True)
        events.append(HarmEvent(entry, at, group, at, at, "adjective", rules=[entry.name, *group.rules]))
        if dead == whole.low:
            events.remove(hurt)


def _is_fatal(sentence: Sentence, at: int) -> bool:
    """Whether a word says of others that they died: "fatally", "with fatal results"."""
    entry = sentence.words[at].harm
    is_adjective = entry is not None and entry.form == "adjective" and not entry.is_solemn
    return entry is not None and is_adjective and entry.needs_people and entry.harm == "killed"


def _proves(sentence: Sentence, at: int) -> bool:
    """As in "which proved fatal", "whose wounds were mortal"."""
    proving, before = sentence.rule_words.proving, sentence.low[at - 1].rpartition(" ")[2]
    is_said = bool(sentence.mask[at - 1] & BE) or before in sentence.rule_words.description_ends
    is_proved = sentence.low[at - 1] in proving or sentence.low[at].partition(" ")[0] in proving
    return is_proved or (is_said and not is_negated(sentence, at, _CASES))


def _cases_of(sentence: Sentence, at: int) -> Quantity | None:
    """As in "fatal in at least one case", "fatal results for two of them", "in one case fatally": for how many."""
    for first, number in sentence.quantities.items():
        opener = first - 1
        if opener < 0 or not number.low or not sentence.mask[opener] & PREPOSITION:
            continue
        is_after = at < first <= at + _CASES
        is_before = number.last < at <= number.last + _CASES + 1 and not sentence.mask[number.last + 1] & BE
        if is_after or is_before:
            return number
    return None


def _leave_out_fatal(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "three were shot, one fatally": one is dead and two are hurt."""
    for death in [one for one in events if one.entry.form == "adjective" and one.entry.needs_people]:
        if death.group is None or death.entry.harm != "killed" or not death.group.is_counted:
            continue
        events[:] = [one for one in events if one.entry.harm != "injured" or not _is_same_people(one, death)]
        hurt = _hurt_before(clauses, events, death.at)
        whole, dead = (hurt.group.low if hurt is not None and hurt.group is not None else None), death.group.low
        if hurt is None or hurt.group is None or not whole or not dead or whole <= dead:
            continue
        if death.group.victim == "unknown":
            death.group = replace(death.group, victim=hurt.group.victim)
        left = replace(hurt.group, low=whole - dead, high=whole - dead, rules=(*hurt.group.rules, "without the dead"))
        hurt.group = left


def _is_same_people(one: HarmEvent, death: HarmEvent) -> bool:
    """As in "wounded five people, one of them mortally": the one is dead, and not hurt as well."""
    group = one.group
    return group is not None and death.group is not None and group.first == death.group.first and one.voice == "active"


def _tell_how(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "killed three persons, beheading one and shooting another": how each of those counted was killed."""
    for total in [
        one for one in events if one.group is not None and (one.group.low or 0) > 1 and one.voice != "gerund"
    ]:
        after = [
            one
            for one in events
            if one.voice == "gerund"
            and one.at > total.at
            and one.entry.harm == total.entry.harm
            and one.group is not None
        ]
        is_apart = any(low in _DASHES for low in clauses.sentence.low[total.last + 1 : after[0].at]) if after else False
        told = [
            one for one in after if one.group is not None and (is_apart or one.group.is_bare) and one.group.low == 1
        ]
        if total.group is not None and len(told) <= (total.group.low or 0):
            for one in told:
                one.part_of = one.part_of or total


def _hurt_before(clauses: Clauses, events: list[HarmEvent], at: int) -> HarmEvent | None:
    """The last counted injury before a token, also by a word that alone need not hurt: "five were hit, two fatally"."""
    sentence = clauses.sentence
    found = [one for one in events if one.at < at and one.entry.harm == "injured" and one.group is not None]
    if found:
        return found[-1]
    for probe in [probe for probe in reversed(sentence.harms) if probe < at]:
        entry = sentence.words[probe].harm
        if entry is None or entry.harm != "injured" or not probe:
            continue
        is_passive = bool(sentence.mask[probe - 1] & BE)
        groups = clauses.subject_of(probe - 1, is_person=False) if is_passive else clauses.object_at(probe + 1)
        groups = [one for one in groups[:1] if is_passive or (one.is_counted and one.last < at)]
        if groups:
            events += events_of(entry, probe, groups, "passive" if is_passive else "active")
            return events[-1]
    return None


def _count_losses(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "lost 41 men, 12 of them killed": the 41 are dead, wounded or gone."""
    if not clauses.sentence.roles & _OF_WHOM:
        return
    of_them = [
        event
        for event in events
        if event.group is not None
        and event.entry.harm == "killed"
        and any(clauses.sentence.mask[at] & _OF_WHOM for at in range(event.group.first, event.at))
    ]
    for event in of_them:
        for loss in events:
            if loss.entry.needs_count and loss.entry.harm == "killed" and loss.voice == "active" and loss.at < event.at:
                loss.voice, event.part_of = "joint", loss


def _adds_up(groups: list[Group], total: HarmEvent) -> bool:
    """As in "eleven people: seven … and four …": only then does a list after a colon name the parts."""
    people = total.group.low if total.group is not None else None
    return len(groups) > 1 and sum(group.low or 0 for group in groups) == people


def _mark_groups(events: list[HarmEvent], total: HarmEvent, groups: list[Group]) -> None:
    """Make parts of the groups: those that are an event already, and those that are not."""
    known = [event for event in events if event.group in groups and event is not total]
    for event in known:
        if event.entry.harm == total.entry.harm:
            event.part_of = total
    for group in groups:
        _add_part(events, total, group, is_new=not any(event.group is group for event in known))


def _count_among(clauses: Clauses, events: list[HarmEvent]) -> None:
    """As in "Two children were among the five people killed": the number of children of those after "among"."""
    sentence = clauses.sentence
    among = sentence.rule_words.membership
    if among.isdisjoint(sentence.present):
        return
    for at, low in enumerate(sentence.low):
        left = at - 1
        if low not in among or left < 1 or not sentence.mask[left] & BE:
            continue
        group = clauses.by_last.get(clauses.skip_left(left - 1))
        total = next((event for event in events if event.group is not None and event.group.first > at), None)
        if group is not None and total is not None and (group.is_child or group.is_woman):
            _add_part(events, total, group, is_new=False)


def _spell_out(events: list[HarmEvent], total: HarmEvent, at: int) -> None:
    """As in "nine civilian casualties (two dead and seven injured)": together they are the nine, and civilians too."""
    parts = [event for event in events if event.group is not None and event.group.first > at and event.part_of is None]
    people = total.group.low if total.group is not None else None
    if len(parts) < 2 or people != sum(part.group.low or 0 for part in parts if part.group is not None):
        return
    for part in parts:
        part.part_of = total
        if part.group is not None and total.group is not None and part.group.victim == "unknown":
            part.group = replace(part.group, victim=total.group.victim)


def _total_of(events: list[HarmEvent], at: int) -> HarmEvent | None:
    """The last claim before a part's opener: by its people where they stand before it, else by its verb."""
    before = [
        event
        for event in events
        if event.group is not None and event.group.last < at and event.part_of is None and event.group.low != 0
    ]
    if not before:
        return None
    return max(
        before, key=lambda event: (event.group.last if event.group else 0, event.entry.harm == "killed", event.at <= at)
    )


def _part_groups(clauses: Clauses, at: int) -> list[Group]:
    """The groups named as parts: after "including", or around "of whom"."""
    if clauses.sentence.mask[at] & _OF_WHOM:
        return _around_of_whom(clauses, at)
    return [group for group in clauses.object_at(at + 1) if not group.is_pronoun]


def _around_of_whom(clauses: Clauses, at: int) -> list[Group]:
    """As in "four of whom were children", "one of whom", "of whom two": a number, a noun or both."""
    sentence = clauses.sentence
    inside = next((group for group in clauses.groups if group.first < at < group.last), None)
    if inside is not None and inside.is_counted and (inside.is_child or inside.is_woman):
        return [inside]
    after = clauses.skip_right(at + 1)
    if after < sentence.size and sentence.mask[after] & BE:
        after = clauses.skip_right(after + 1)
    noun = clauses.by_first.get(after)
    noun = None if noun is not None and noun.is_pronoun else noun
    number = clauses.by_last.get(at) or clauses.by_last.get(at - 1)
    if number is None or not number.is_counted:
        return [noun] if noun is not None else []
    return [number if noun is None or noun.is_counted else _with_noun(number, noun)]


def _with_noun(number: Group, noun: Group) -> Group:
    """As in "four of whom were children": the number of one group with the noun of the other."""
    return replace(
        number,
        last=noun.last,
        head=noun.head,
        victim=noun.victim,
        is_child=noun.is_child,
        is_woman=noun.is_woman,
        rules=(*number.rules, *noun.rules),
    )


def _add_part(events: list[HarmEvent], total: HarmEvent, group: Group, *, is_new: bool) -> None:
    """Count a part's children and women for its total; a new part of other people is an event of its own."""
    count = group.low if group.low is not None else group.high
    if group.is_child and total.children is None:
        total.children = count
    if group.is_woman and total.women is None:
        total.women = count
    is_vague = group.kind == "vague" and not group.is_counted
    if is_new and not (is_vague or group.is_guess or group.is_child or group.is_woman):
        first, last, rules = group.first, group.last, [total.entry.name, "part", *group.rules]
        events.append(HarmEvent(total.entry, total.at, group, first, last, total.voice, rules=rules, part_of=total))
