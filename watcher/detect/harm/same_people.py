"""Which harm events of a sentence are of the same people: each is kept once, under the word that says most."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.harm.losses import is_freed
from watcher.detect.words.annotations import is_same_claim, is_same_people
from watcher.detect.words.idioms import is_dated_apart
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, INDEFINITE, OTHERS

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NAMED = 4  # words from a comma to the name after a rank
_FURTHER = OTHERS | INDEFINITE
_FINITE = frozenset({"intransitive", "participle"})


def once(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """One event for each harm of each group: "eliminated: X, who was eliminated"."""
    if len(events) < 2:
        return events
    bodies = [one for one in events if one.entry.is_found and one.voice == "noun"] if sentence.cues else []
    if bodies:
        events = [event for event in events if not any(_tells_cause(sentence, one, event) for one in bodies)]
    kept: list[HarmEvent] = []
    for event in sorted(events, key=lambda event: event.voice == "noun"):
        same = (one for one in kept if _is_of_same(one, event) or is_same_claim(one, event))
        if all(is_dated_apart(sentence, one.at, event.at) for one in same):
            kept.append(event)
    return kept


def _tells_cause(sentence: Sentence, bodies: HarmEvent, event: HarmEvent) -> bool:
    """As in "the bodies of two women, who had probably died of cold": only of what is in doubt, not that they died."""
    if event.entry.harm != "killed" or event is bodies:
        return False
    is_same = bodies.group is not None and event.group is not None and bodies.group.first == event.group.first
    hedges = {"assessed", "hypothetical", "alleged"}
    return is_same and any(bodies.last < at < event.at and cue.effect in hedges for at, cue in sentence.cues)


def _is_of_same(one: HarmEvent, event: HarmEvent) -> bool:
    """Whether two events are the same harm of the same people; without people each word is one of its own."""
    groups = one.group, event.group
    if not (groups[0] and groups[1]):
        is_same = one.at == event.at
    else:  # "nine casualties, dead and wounded": the number is of the noun and of the nine
        is_sum = one.entry.harm == "casualty" and groups[0].first == groups[1].first
        is_lives = "lives" in {one.voice, event.voice} and groups[0].first == groups[1].first  # "the loss of six lives"
        is_same = is_sum or is_lives or groups[0].last == groups[1].last
    return is_same and one.entry.harm == event.entry.harm


def without_states(sentence: Sentence, events: list[HarmEvent]) -> list[HarmEvent]:
    """Drop people counted under another word: "was shot and died", "lost 40 men, killed and wounded"."""
    kept = [event for event in events if not (_is_of_captives(event) and is_freed(sentence, event.group))]
    kept = [event for event in kept if not (_is_of_dead(event, kept) or _is_of_bodies(sentence, event))]
    _share_deaths(sentence, kept)
    if len(kept) < 2:
        return kept
    kept = [event for event in kept if not any(_is_noun_of(other, event) for other in kept)]
    kept = [event for event in kept if not any(_says_more(other, event) for other in kept if other is not event)]
    kept = [event for event in kept if not any(_is_how_he_died(sentence, other, event) for other in kept)]
    words = sentence.rule_words
    if not (words.person_objects.isdisjoint(sentence.present) and words.person_pronouns.isdisjoint(sentence.present)):
        kept = [event for event in kept if not any(_is_wound_of(sentence, event, other) for other in kept)]
    return [event for event in kept if not any(_is_equated(sentence, other, event) for other in kept)]


def _is_how_he_died(sentence: Sentence, dead: HarmEvent, event: HarmEvent) -> bool:
    """As in "the body of a teacher was found with his throat slit": nobody but him who is told to be dead."""
    one, his = dead.group, event.group
    if event.voice != "noun" or one is None or his is None or event.entry.harm != "killed" or dead.at >= event.at:
        return False
    is_his = his.first == his.last and sentence.low[his.first] in sentence.rule_words.singular_possessives
    return is_his and dead.entry.harm == "killed" and one.low == one.high == 1


def _is_wound_of(sentence: Sentence, wound: HarmEvent, death: HarmEvent) -> bool:
    """As in "a bullet hit the mayor in the chest and killed him", "broke his neck; he was dead"."""
    one, him = wound.group, death.group
    if one is None or him is None or wound.entry.harm != "injured" or death.entry.harm != "killed":
        return False
    pronouns = sentence.rule_words.person_objects | sentence.rule_words.person_pronouns
    is_him = him.first == him.last and sentence.low[him.first] in pronouns
    is_next = one.low == one.high == 1 and wound.at < min(death.at, him.first)
    between = (other for other in sentence.groups if one.last < other.first < max(death.at, him.first))
    return is_him and is_next and all(other.head < 0 or other.is_guess for other in between)


def _is_noun_of(other: HarmEvent, event: HarmEvent) -> bool:
    """As in "another victim died": the noun of those of whom a verb tells the harm."""
    is_noun = event.voice == "noun" and other.voice != "noun"
    return is_noun and other.group is not None and other.group.head == event.at


def _is_equated(sentence: Sentence, other: HarmEvent, event: HarmEvent) -> bool:
    """As in "the dead man was a farmer, who was shot in the chest": the harm of whom the first harm was said to be."""
    one, same = other.group, event.group
    if one is None or same is None or event.entry.harm not in {other.entry.harm, "injured"}:
        return False
    between = range(max(one.last, other.at) + 1, same.first)
    is_verb = len(between) > 0 and all(sentence.mask[at] & (BE | ADVERB) for at in between)
    is_one = one.low == same.low == 1 and one.is_definite and event.at > same.last + 1
    return is_verb and is_one and any(sentence.mask[at] & BE for at in between)


def _is_of_dead(event: HarmEvent, events: list[HarmEvent]) -> bool:
    """As in "was taken to hospital with head injuries and died there": wounds of nobody else than who died."""
    is_wound = event.group is None and event.entry.is_bodily
    return is_wound and any(
        one.entry.harm == "killed" and one.voice == "intransitive" and one.at > event.at for one in events
    )


def _is_of_bodies(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the bodies of the robbers were taken to hospital": nobody is hurt."""
    opener = sentence.words[event.group.first - 1].harm if event.group is not None and event.group.first else None
    return event.entry.harm == "injured" and opener is not None and opener.harm == "killed" and opener.form == "noun"


def _share_deaths(sentence: Sentence, events: list[HarmEvent]) -> None:
    """As in "one died at once and two in hospital": a bare number without a verb of its own shares the one before."""
    for one, event in pairwise(events):
        group = event.group
        is_number = group is not None and (group.is_bare or (group.ordinal > 0 and group.head < 0))
        is_elliptic = event.voice == "adjective" and event.entry.is_state and is_number
        if group is None or not is_elliptic or one.entry.harm != "killed" or one.entry.form not in _FINITE:
            continue
        joint = group.first - 1
        while joint > 0 and sentence.mask[joint] & _FURTHER:
            joint -= 1  # "and a further six in hospital"
        if any(roles & BE for roles in sentence.mask[event.at + 1 : event.at + 2]):
            continue  # "and three others in hospital are stable"
        is_joint = sentence.mask[joint] & CONJUNCTION or sentence.low[joint] == ","
        is_next = all(
            sentence.mask[at] & ADVERB for at in range(group.last + 1, event.at)
        )  # "and two later in hospital"
        if is_next and is_joint and one.at < group.first:
            victim = one.group.victim if one.group is not None and group.victim == "unknown" else group.victim
            event.entry, event.group = one.entry, replace(group, victim=victim)


def _says_more(other: HarmEvent, event: HarmEvent) -> bool:
    """Whether another event of the same people makes this one superfluous."""
    if event.group is None or other.group is None or not is_same_people(other.group, event.group):
        return False
    if "missing" in {event.entry.harm, other.entry.harm} and (event.entry.is_found or other.entry.is_found):
        return other.entry.is_found  # "the remains of two airmen missing since 1944 were found"
    is_over = event.entry.harm == "injured" and other.entry.harm == "killed" and other.group.is_name
    if is_over and event.voice == "reduced" and event.at < other.at:
        return True  # "Corporal Bek, listed as wounded, is now carried as killed"
    is_after = event.voice == "reduced" and event.entry.harm == "injured" and other.at < event.group.first
    if is_after and other.entry.harm == "killed":
        return True  # "the death of nine inhabitants, burnt in their homes"
    is_opening = event.at == 0 and event.group.first == 1 and other.at > event.at
    if is_opening and event.entry.harm == "injured" and other.entry.harm == "killed":
        return True  # "Wounded corporal succumbs"
    if event.entry.harm == "casualty" and other.entry.harm == "injured" and other.voice == "noun":
        return True  # "four casualties with minor injuries"
    if event.entry.is_state:
        return other.entry.harm != "captured" and not (other.entry.harm == "missing" and event.group.is_counted)
    if event.entry.harm == "missing" and other.entry.is_state and event.group.is_counted:
        return other.entry.harm == "killed"  # "the bodies of two of the five men missing"
    return other.entry.harm in {"casualty", "missing"} and event.entry.needs_count and other.voice != "noun"


def is_named_by(sentence: Sentence, one: HarmEvent, other: HarmEvent) -> bool:
    """As in "a soldier, Private Roe, who was wounded on Monday, has died": the name after the comma is his."""
    if one.group is None or other.group is None or not other.group.is_name:
        return False
    comma = one.group.last + 1
    return comma < other.group.first <= comma + _NAMED and sentence.low[comma] == ","


def injured_by_that_name(document: Document, death: HarmEvent) -> HarmEvent | None:
    """As in "The driver was shot by a guard. The driver has died": the injury of one whom the same noun names.

    Or the same name: "Gunmen shot Omar Hadi. Hadi, a judge, died".
    """
    group, sentence = death.group, document.sentence(death.sentence)
    if group is None or group.low != 1:
        return None
    if group.is_name:
        return _injured_by_name(document, death)
    if not group.is_definite or group.head < 0:
        return None
    for one in document.events:
        same, before = one.group, document.sentence(one.sentence)
        if one.claim.harm != "injured" or same is None or one.claim.start > death.claim.start:
            continue
        if same.low == 1 and same.head >= 0 and before.low[same.head] == sentence.low[group.head]:
            return one
    return None


def _injured_by_name(document: Document, death: HarmEvent) -> HarmEvent | None:
    words = _words_of_name(document, death)
    before = (one for one in document.events if one.claim.harm == "injured" and one.position < death.position)
    same = (one for one in before if one.group is not None and one.group.low == 1)
    for one in same:
        others = _words_of_name(document, one)
        if words and others and (words <= others or others <= words):  # "Omar Hadi … Hadi", not "… Nur Hadi"
            return one
    return None


def _words_of_name(document: Document, event: HarmEvent) -> set[str]:
    """The words of the names of those harmed."""
    words = {word.casefold() for person in event.claim.people for word in person.name.split()}
    if event.group is not None and event.group.is_name:
        words |= set(document.sentence(event.sentence).low[event.group.first : event.group.last + 1])
    return words


def _is_of_captives(event: HarmEvent) -> bool:
    """As in "freed 14 kidnapped workers", "rescued three victims": who is free now is named by what was done to him."""
    return event.entry.harm == "captured" or (event.entry.needs_licence and event.voice == "noun")
