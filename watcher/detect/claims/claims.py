"""Harm events ─► claims: count, class, offsets, speaker, names, and the rules that made each one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.claims.accounts import name_accounts, name_next_account
from watcher.detect.cues.denials import absences, is_any
from watcher.detect.cues.speakers import speaker_of
from watcher.detect.harm.shared_counts import harms_joined
from watcher.detect.people.names import names_in
from watcher.detect.people.openings import is_elsewhere
from watcher.detect.people.persons import people_of, persons
from watcher.detect.people.victims import victim_of
from watcher.detect.words.annotations import CORRECTED, SAID_BEFORE
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import DEFINITE, INDEFINITE, PREPOSITION
from watcher.model.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent, Judgement
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Harm, Person


_NEGATOR = ROLES["negators"]
_RECENT = 8  # claims: a pronoun or a bare number looks no further back
_BACK = 2  # sentences, the same


def make_claims(document: Document, sentence: Sentence) -> None:
    """Make a claim of each harm event of a sentence that is not dismissed."""
    events = sentence.events
    found: list[HarmEvent] = []
    earlier = [] if is_elsewhere(sentence) else document.events
    names = names_in(sentence) if any(event.entry.harm != "captured" for event in events) else []
    owned = people_of(sentence, names, events) if names else {}
    for number, event in enumerate(events):
        is_corrected = event.judgement.dismissed == CORRECTED
        if event.judgement.dismissed and not is_corrected:
            continue
        people = persons(sentence, owned.get(number, ()), names, event.entry.harm)
        before = _claims_before(found, earlier, sentence.number)
        event.claim = _claim(sentence, event, people, before, document.own_words)
        if event.group is not None and SAID_BEFORE in event.group.rules:
            _take_class_of_told(event, found)
        event.sentence, event.near = sentence.number, _near(sentence, event)
        if is_corrected:
            document.corrected.append(event)
            continue
        whole = event.part_of
        if whole is not None and (whole not in events or whole.judgement.dismissed):
            event.part_of = None
        event.repeats = _is_degree(event)
        for one in _each_denied(sentence, event):
            _take_class_of_list(sentence, one)
            if not (_is_of_none(one) and any(_is_same_denial(other.claim, one.claim) for other in found)):
                found.append(one)
    if len(found) > 1:
        name_accounts(sentence, found)
    if document.events:
        name_next_account(document, sentence, found)
    document.events += _with_one_denial(found)


def _with_one_denial(found: list[HarmEvent]) -> list[HarmEvent]:
    """As in "no soldier, guard or resident was hurt": nobody of several classes, by one word, is one denial."""
    denials: dict[tuple[int, Harm], HarmEvent] = {}
    kept: list[HarmEvent] = []
    for one in found:
        first = denials.setdefault((one.at, one.claim.harm), one) if _is_of_none(one) else one
        if first is one:
            kept.append(one)
        elif one.claim.victim not in {"unknown", first.claim.victim}:
            victim = one.claim.victim if first.claim.victim == "unknown" else "mixed"
            first.claim = replace(first.claim, victim=victim)
    return kept


def _is_of_none(event: HarmEvent) -> bool:
    return event.claim.stance == "denied" and event.claim.is_of_nobody


def _each_denied(sentence: Sentence, event: HarmEvent) -> list[HarmEvent]:
    """As in "no one was killed or injured": nobody of either, a denial for each harm of the phrase."""
    claim = event.claim
    if claim.stance != "denied" or not claim.is_of_nobody or claim.harm != "casualty":
        return [event]
    joined = (entry for entry in harms_joined(sentence, event) if entry.harm != claim.harm)  # not "human cost: none"
    entries = {entry.harm: entry for entry in joined}
    found = [replace(event, entry=entry) for entry in entries.values()]
    for one, harm in zip(found, entries, strict=True):
        one.judgement, one.claim = event.judgement, replace(claim, harm=harm)
    return found if len(found) > 1 else [event]


def _take_class_of_told(event: HarmEvent, found: list[HarmEvent]) -> None:
    """As in "the enemy lost 400 troops, all of them killed": of the side of those whom the sentence has told of."""
    claim = event.claim
    told = [one.claim for one in found if one.claim.harm == claim.harm and one.claim.bounds == claim.bounds]
    event.claim = replace(claim, victim=told[-1].victim) if told else claim


def _take_class_of_list(sentence: Sentence, event: HarmEvent) -> None:
    """As in "no casualties among soldiers, police or residents": a denial of nobody of several classes."""
    victim = event.claim.victim
    if not _is_of_none(event) or victim == "mixed":
        return
    after = (group.first for group in sentence.groups if group.first > event.at and group.victim == victim)
    first = next(after, 0)
    if first and sentence.mask[first - 1] & PREPOSITION:
        others = {group.victim for group in sentence.groups if group.opener == first} - {"unknown", victim}
        event.claim = replace(event.claim, victim="mixed") if others else event.claim


def _is_same_denial(one: Claim, other: Claim) -> bool:
    """As in "no injuries among the crew or the passengers": nobody twice is still nobody."""
    is_denial = one.is_of_nobody and other.is_of_nobody and one.stance == other.stance == "denied"
    return is_denial and one.harm == other.harm and one.victim == other.victim


def _claims_before(found: list[HarmEvent], earlier: list[HarmEvent], sentence: int) -> Iterator[Claim]:
    """The claims that a pronoun can point back to, the latest first: of this sentence, then of those before."""
    for one in reversed(found):
        if not one.entry.is_reflexive:  # whom the attacker killed beside himself are others
            yield one.claim
    for one in reversed(earlier[-_RECENT:]):
        if sentence - one.sentence <= _BACK:
            yield one.claim


def _claim(
    sentence: Sentence, event: HarmEvent, people: tuple[Person, ...], before: Iterator[Claim], own: frozenset[str]
) -> Claim:
    """The claim of an event as its sentence says it; where and when it happened, and its total, are found later."""
    group, entry, judgement = event.group, event.entry, event.judgement
    is_none = judgement.stance == "denied" and _is_nobody(sentence, event, judgement)
    harm: Harm = "casualty" if event.voice == "joint" else entry.harm
    return Claim(
        harm=harm,
        count_min=0 if is_none else group.low if group else None,
        count_max=0 if is_none else group.high if group else None,
        victim="civilian" if event.voice == "verdict" else victim_of(sentence, event, before, own),
        stance=judgement.stance,
        start=sentence.starts[event.first],
        end=sentence.stops[event.last],
        sentence=sentence.text[sentence.begin : sentence.end],
        count_raw=_count_raw(sentence, group),
        count_kind="exact" if is_none else group.kind if group else "none",
        victim_raw=_victim_raw(sentence, group),
        is_background=judgement.is_background,
        is_explicit=entry.explicit,
        children=event.children if event.children is not None or group is None else group.all_children,
        women=event.women if event.women is not None or group is None else group.all_women,
        speaker=speaker_of(sentence, event.first, event.last),
        rules=tuple(dict.fromkeys([*event.rules, *judgement.rules])),
        people=people,
    )


def _is_nobody(sentence: Sentence, event: HarmEvent, denied: Judgement) -> bool:
    """Whether what is denied is denied of everybody: it then counts nobody, and no number that is false."""
    group = event.group
    is_named = denied.is_absent and group is not None and group.is_name
    if is_named and any(group is not None and group.last < at < event.at for at in absences(sentence)):
        return True  # "we have received no word of injuries"
    if denied.is_unharmed or _is_single(sentence, group) or _is_of_either(sentence, group) or _is_not(sentence, event):
        return True
    if not denied.is_absent and (group is None or not is_any(sentence, group)):
        return False
    is_uncounted = group is None or (group.low is None and group.high is None)
    return is_uncounted or _is_anybody(sentence, group) or _is_alternative(sentence, group)


def _is_not(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the driver was not hurt", "their two sons were not harmed": nobody; not "was not hurt by our fire"."""
    words, after, group = sentence.rule_words, sentence.low[event.at + 1 : event.at + 2], event.group
    is_plain = event.voice in {"passive", "adjective"} and event.entry.harm in {"injured", "casualty"}
    is_one = group is not None and (group.is_definite or group.is_name or group.is_owned)
    is_told = not words.content_clause_openers.isdisjoint(sentence.low[: event.first])
    is_negated = bool(sentence.mask[event.at - 1] & _NEGATOR)
    return is_plain and is_one and is_negated and not is_told and words.by.isdisjoint(after)


def _is_anybody(sentence: Sentence, group: Group | None) -> bool:
    """As in "no sign that villagers were hurt", "that a prisoner died": nobody in particular is meant."""
    if group is not None and is_any(sentence, group):
        return True  # "any of the 40 villagers", "any Briton"
    if group is None or group.is_name:
        return False
    is_article = bool(sentence.mask[group.first] & INDEFINITE) and group.first not in sentence.quantities
    if group.is_counted and not is_article:
        return False
    is_one_more = is_article and group.head in {group.last, -1}
    is_one_more &= not _is_of_report(sentence, group)
    return group.kind == "vague" or is_one_more


def _is_of_report(sentence: Sentence, group: Group) -> bool:
    """As in "no truth in the report that a girl had been killed": one report, of one girl."""
    told = sentence.rule_words.told_once
    return any(
        sentence.low[at].partition(" ")[0] in told and sentence.mask[at - 1] & DEFINITE for at in range(1, group.first)
    )


def _is_single(sentence: Sentence, group: Group | None) -> bool:
    """As in "without a single death", "a lie that someone was killed": denied of one, denied of all."""
    only_one = sentence.rule_words.only_one | sentence.rule_words.unknown_person
    return group is not None and not only_one.isdisjoint(sentence.low[max(0, group.first - 2) : group.last + 1])


def _is_of_either(sentence: Sentence, group: Group | None) -> bool:
    """As in "denied that guards, soldiers or residents were hurt": whoever stands in the list, nobody."""
    joints = sentence.rule_words.alternatives_joined
    if group is None or group.kind != "vague" or group.is_definite or joints.isdisjoint(sentence.present):
        return False
    if sentence.low[group.first - 1] in joints:
        return True
    by_first = {other.first: other for other in sentence.groups}
    last = group.last
    while sentence.low[last + 1 : last + 2] == [","] and last + 2 in by_first:
        last = by_first[last + 2].last
    at = last + 1 + (sentence.low[last + 1 : last + 2] == [","])
    return at < sentence.size and sentence.low[at] in joints


def _is_alternative(sentence: Sentence, group: Group | None) -> bool:
    """As in "neither the captain nor the pilot", "nor the two deckhands": none of them."""
    if group is None:
        return False
    is_joined = not sentence.rule_words.alternatives_joined.isdisjoint(
        sentence.low[max(0, group.first - 1) : group.first]
    )
    if not (group.low == 1 or group.kind == "vague" or is_joined):
        return False
    return any(low in sentence.rule_words.alternatives_denied for low in sentence.low[: group.first + 1])


def _count_raw(sentence: Sentence, group: Group | None) -> str:
    if group is None or (group.low is None and group.high is None):
        return ""
    for first, quantity in sentence.quantities.items():
        if group.first <= first <= group.last + 1:
            return sentence.raw(first, quantity.last)
    return ""


def _victim_raw(sentence: Sentence, group: Group | None) -> str:
    if group is None or group.is_bare:
        return ""
    return sentence.raw(group.first, min(group.last, sentence.size - 1))


def _near(sentence: Sentence, event: HarmEvent) -> tuple[int, int]:
    """Where the people of an event stand, or its harm word where none are named."""
    group = event.group
    if group is None or group.last >= sentence.size:
        return sentence.starts[event.at], sentence.stops[event.at]
    return sentence.starts[group.first], sentence.stops[group.last]


def _is_degree(event: HarmEvent) -> bool:
    """As in "five were wounded, three of them seriously": a part without a noun of its own says nothing new."""
    total, group = event.part_of, event.group
    is_shared = total is not None and event.at != total.at and event.at == event.first  # its verb is left out
    return (
        total is not None
        and group is not None
        and group.is_bare
        and event.entry.harm == total.claim.harm
        and not is_shared
    )
