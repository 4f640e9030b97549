"""Of which class the people of a claim are: by their noun, by what stands beside it, by whom the sentence speaks of."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from watcher.detect.people.names import is_rank
from watcher.detect.people.owners import owner_class, speaker_class, speaks_of_police
from watcher.detect.people.partitives import class_before, target_before
from watcher.detect.people.predicates import equated_class
from watcher.detect.people.ranks import (
    class_of_name,
    class_of_ranked_before,
    deputy_class,
    is_told_of_police,
)
from watcher.detect.people.sides import lost_by_side, side_of
from watcher.detect.people.vehicles import of_riders, of_vehicle
from watcher.detect.words.annotations import HIT_BY_FORCE, SAID_BEFORE
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_craft
from watcher.detect.words.tokens import BE, CONJUNCTION, DEFINITE, HAVE, PREPOSITION, RANK, RELATIVE, THING
from watcher.detect.words.whose import (
    apposed,
    described_after,
    is_by_himself,
    is_warship,
    main_class,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Claim, Victim


_TITLE, _OWN, _SINGULAR = ROLES["titles"], ROLES["possessives"], ROLES["singular_pronouns"]
_PRIVATE: frozenset[Victim] = frozenset({"civilian"})
_ARMED: frozenset[Victim] = frozenset({"military", "police", "combatant"})
_LABEL_WORDS = 6
_EARLIER = 12  # claims before a number that its class can be of
_PARTS = 4  # claims that a sum of several classes can be of
_OPENING = 120  # characters of a text that say what kind of report it is
_CREW = 200  # characters before a crew in which its ship is named
_WHOSE = 3  # words before "losses" that say whose they are
_SHIP = 5  # words after a crew in which its ship is named
_STOPS = frozenset({";", ":"})
_PART = "part"  # the rule of who is named as some of others
_SUFFERED = frozenset({"passive", "intransitive", "reduced", "adjective"})
# "Five people" may be the three civilians and two soldiers of another sentence.
VAGUE: frozenset[Victim] = frozenset({"unknown", "mixed"})


def may_be_same(one: Victim, other: Victim) -> bool:
    """Whether two classes agree, one of them perhaps only vague."""
    return one == other or one in VAGUE or other in VAGUE


def victim_of(sentence: Sentence, event: HarmEvent, earlier: Iterable[Claim], own: frozenset[str]) -> Victim:
    """The class of an event's people; `earlier` are the claims before it, the latest first.

    `own` are words for the publisher's side.
    """
    victim = of_vehicle(sentence, event.group) or _class_of_led(sentence, event.group)
    victim = victim or _stated(sentence, event, earlier, own)
    if is_by_himself(sentence, event, victim):
        return "unknown"
    if victim != "unknown":
        return "combatant" if victim == "military" and _is_enemy_loss(sentence, event) else victim
    by_word = _by_word_of_harm(sentence, event)
    if by_word == "combatant":
        return by_word
    found = side_of(sentence, event, own) or by_word or _of_owners(sentence, event) or _of_crew(sentence, event)
    return of_riders(sentence, event) if found == "unknown" else found


def _is_enemy_loss(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "enemy losses: 40 troops", "the enemy's manpower losses came to 250 servicemen": theirs."""
    named = {part for low in sentence.low[max(0, event.at - _WHOSE) : event.at + 1] for part in low.split(" ")}
    return event.entry.form in {"noun", "toll"} and not sentence.rule_words.enemy_words.isdisjoint(named)


def _of_owners(sentence: Sentence, event: HarmEvent) -> Victim | None:
    """As in "the enemy withdrew, dragging its dead and wounded": of the one class of people named before them."""
    group, words = event.group, sentence.rule_words
    if group is None or not sentence.mask[group.first] & _OWN or sentence.low[group.first] in words.first_persons:
        return None
    if group.low is not None or sentence.words[group.last].people is not None:
        return None  # "its driver"
    before = [one for one in sentence.groups if one.last < group.first and one.head >= 0 and not one.is_guess]
    classes = {one.victim for one in before}
    return classes.pop() if len(classes) == 1 else None


def _by_word_of_harm(sentence: Sentence, event: HarmEvent) -> Victim | None:
    """Fighters where people are "neutralised", soldiers where they fell "in action" or are a force's "personnel"."""
    words, low = sentence.rule_words, sentence.low[event.at]
    group = event.group
    if low in words.enemy_harms:
        return "combatant"
    is_target = not event.entry.explicit and event.entry.needs_people and low.split(" ")[0] not in words.own_dead_verbs
    if is_target and group is not None and not group.is_guess:
        return "combatant"
    if group is not None and group.is_guess:
        return None
    if low in words.civil_harms:
        return "civilian"
    return "military" if low in words.service_harms or _is_personnel(sentence, event) else None


def _is_personnel(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "personnel wounded: nil", "27 personnel"; not those of a body that says who they are."""
    group, people = event.group, sentence.rule_words.service_people
    if group is None or group.head < 0:
        begin = max(0, min(event.at - 1, group.first if group is not None else event.at))
        opening = sentence.text[:_OPENING].lower()
        is_report = any(map(opening.__contains__, sentence.rule_words.service_reports))
        return is_report and not people.isdisjoint(sentence.low[begin : event.at + 1])
    before = group.head - 1  # not "six CRPF personnel", "airport personnel"
    before -= int(before > group.first and sentence.is_harm(before))  # "three wounded personnel"
    is_plain = before in {one.last for one in sentence.quantities.values()} or "." in sentence.low[max(0, before)]
    return sentence.low[group.head] in people and (is_plain or before < group.first)


def _of_crew(sentence: Sentence, event: HarmEvent) -> Victim:
    """As in "The corvette ran aground. Of her crew, one drowned": whoever serves in a ship of war is a sailor."""
    words = sentence.rule_words
    if words.crew.isdisjoint(sentence.present):
        return "unknown"
    before = sentence.text[max(0, sentence.begin - _CREW) : sentence.begin].lower().replace(",", " ").replace(".", " ")
    last = max(event.last, event.group.last if event.group is not None else 0)
    near = {*sentence.low[: last + _SHIP], *before.split()}  # not the cutter that looks for them
    return "military" if near.isdisjoint(words.trade_craft) and _is_of_war(sentence, near) else "unknown"


def _stated(sentence: Sentence, event: HarmEvent, earlier: Iterable[Claim], own: frozenset[str]) -> Victim:
    """The class that a noun, a pronoun or a claim before gives."""
    group = event.group
    if group is None:
        return "unknown"
    is_open = group.victim == "unknown" and group.is_bare and not group.is_cell
    if is_open and (labelled := _by_label(sentence, group, own)) != "unknown":
        return labelled
    if group.victim != "unknown" or group.is_cell:
        return _same_woman(group, earlier) or _by_its_noun(sentence, event, group, own)
    if group.is_name:
        return class_of_name(sentence, group)
    if group.low == 0 and group.is_bare:
        return side_of(sentence, event, own) or _of_nobody(sentence, event, group, earlier)
    named = equated_class(sentence, event)
    if named != "unknown":
        return named
    if group.head >= 0 and (apposed := _described(sentence, group, own)) is not None:
        return apposed
    is_by_noun = (
        group.head >= 0 and not group.is_guess and sentence.low[group.head] not in sentence.rule_words.bare_people
    )
    if group.is_bare or group.is_pronoun or (group.is_other and not is_by_noun):
        return _of_number(sentence, event, group, earlier, own)
    is_rider = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.riders  # "a bus and its passengers"
    if group.head > group.first and sentence.mask[group.head - 1] & _OWN and not is_rider:
        return _of_theirs(sentence, event, group, earlier, own)
    return "unknown"


def _class_of_led(sentence: Sentence, group: Group | None) -> Victim | None:
    """As in "Of the six climbers five came back; the leader was killed": their leader, where nobody fights."""
    if group is None or group.victim != "combatant" or not group.is_definite:
        return None
    if sentence.low[group.head] not in sentence.rule_words.leading:
        return None
    before = [one for one in sentence.groups if one.last < group.first and one.head >= 0 and not one.is_guess]
    others = {one.victim for one in sentence.groups if one is not group and one.head >= 0 and not one.is_guess}
    is_of_them = bool(before) and group.head == group.last and others == {"civilian"}
    return "civilian" if is_of_them else None


def _described(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim | None:
    """What a description says, or that none does of one person; "one of its own" needs none."""
    said = described_after(sentence, group, own)
    return None if said == "unknown" and sentence.low[group.head] in sentence.rule_words.own_people else said


def _of_theirs(
    sentence: Sentence, event: HarmEvent, group: Group, earlier: Iterable[Claim], own: frozenset[str]
) -> Victim:
    """As in "60 of our men", "one of its own", "her partner": of the class of whoever has them."""
    is_own = sentence.low[group.head] in sentence.rule_words.own_people
    if group.low == 1 and not is_own:
        return "unknown"
    is_own |= sentence.low[group.head - 1] in sentence.rule_words.own_words
    found = (side_of(sentence, event, own) if is_own else None) or owner_class(sentence, group)
    return found if found != "unknown" or group.low != 1 else _of_comrade(earlier)


def _of_comrade(earlier: Iterable[Claim]) -> Victim:
    """As in "Constable Roe was shot. Her partner was hurt": of the force of whoever was told of before."""
    found = _earlier(earlier)
    return found if found in _ARMED else "unknown"


def _same_woman(group: Group, earlier: Iterable[Claim]) -> Victim | None:
    """As in "A woman cadre was killed. The body of the woman was found": of the class of the one told of before."""
    latest = next(iter(earlier), None) if group.is_woman and group.is_definite else None
    is_one = latest is not None and latest.women == 1 and latest.bounds == (group.low, group.high) == (1, 1)
    return latest.victim if latest is not None and is_one else None


def _by_its_noun(sentence: Sentence, event: HarmEvent, group: Group, own: frozenset[str]) -> Victim:
    """The class of a noun: none of patients, and of a constable who is called "a resident of Tank" that of his rank."""
    if event.entry.harm == "injured" and sentence.low[group.head] in sentence.rule_words.patients:
        return "unknown"
    ranked = class_of_ranked_before(sentence, group) if group.victim == "civilian" and group.low == 1 else "unknown"
    return ranked if ranked != "unknown" else _by_noun(sentence, _counted_with(sentence, group), own)


def _of_number(
    sentence: Sentence, event: HarmEvent, group: Group, earlier: Iterable[Claim], own: frozenset[str]
) -> Victim:
    """The class of a number or a pronoun: of whom the words around it or the claims before it speak."""
    if group.is_bare and _is_of_named(sentence, group):
        return "unknown"  # "of the eleven passengers nine were injured"
    side = None if group.is_other else side_of(sentence, event, own)
    is_of_attacker = group.rules[-1:] == (HIT_BY_FORCE,)
    found = (None if is_of_attacker else _referred(sentence, group)) or side or _in_capacity(sentence, group)
    found = found or _within(sentence, event, group)
    if found:
        return found
    if group.first > event.at and (target := target_before(sentence, event, group)) is not None:
        return _by_noun(sentence, target, own)
    if is_of_attacker or group.rules[-1:] == (SAID_BEFORE,):
        return "unknown"  # "rebels led off nine people. Their bodies were found": no class is said of the nine
    latest = list(islice(earlier, _PARTS))
    is_report = sentence.low[event.at] in sentence.rule_words.service_harms
    if is_report and latest and latest[0].start < sentence.begin:
        return "unknown"  # "Sector B: 3 EN KIA." above "Sector C: 2 WIA"
    is_the = group.low and sentence.mask[group.first] & DEFINITE
    same = _counted_before(event, group, latest) if is_the else None
    if same is not None:
        return same
    is_of_period = event.judgement.is_background and event.voice not in _SUFFERED and not group.is_other
    if is_of_period and (not latest or latest[0].start < sentence.begin):
        return "unknown"  # "A cyclist was killed. There have been 14 deaths on the roads this year"
    if group.is_bare and not group.is_other and _is_counted_with_anybody(sentence, event, latest):
        return "unknown"
    return _of_sum(sentence, group, event, latest) or _earlier(_of_same_speakers(chain(latest, earlier), event))


def _counted_before(event: HarmEvent, group: Group, latest: Sequence[Claim]) -> Victim | None:
    """As in "13 soldiers were hurt. Nine rebels died. The 13 wounded …": of those of whom so many were harmed so."""
    said = (one for one in latest if one.harm == event.entry.harm and one.bounds == (group.low, group.high))
    return next((one.victim for one in said), None)


def _is_counted_with_anybody(sentence: Sentence, event: HarmEvent, latest: Sequence[Claim]) -> bool:
    """As in "A pilot died. On the ground 19 people were killed and 64 hurt": whoever they are, not of his class."""
    if not latest or latest[0].start < sentence.begin or latest[0].victim != "unknown":
        return False
    before = [one.group for one in sentence.events if one.at < event.at and one.group is not None]
    return bool(before) and before[-1].head >= 0 and before[-1].is_counted and before[-1].low != 1


def _is_of_named(sentence: Sentence, group: Group) -> bool:
    """Whether the people of whom a number counts some stand right before it: their class is its own."""
    whole = next((one for one in sentence.groups if one.last == group.first - 1 and one.head >= 0), None)
    return whole is not None and whole.first > 0 and sentence.low[whole.first - 1] in sentence.rule_words.genitive


def _counted_with(sentence: Sentence, group: Group) -> Group:
    """As in "twelve officers were hurt on Friday and five on Saturday": whose noun a number has that none follows."""
    if group.victim != "military" or group.head >= 0 or group.is_cell or group.is_name:
        return group
    before = (one for one in reversed(sentence.groups) if one.last < group.first and one.victim == group.victim)
    noun = next(before, None)
    return noun if noun is not None and _is_open_officer(sentence, noun) else group


def _by_noun(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim:
    """The class of a noun; "an officer" may be of the police, "two friendly fighters" are no enemy's."""
    if group.victim in _PRIVATE and group.low == group.high == 1 and _is_ranked_after(sentence, group.last + 1):
        return "military"
    is_one = group.low == group.high == 1 and group.head >= 0
    if group.victim in _PRIVATE and is_one and (service := apposed(sentence, group)) in {"military", "police"}:
        return service
    if group.victim in _PRIVATE and (named := _in_service(sentence, group, own)) != "unknown":
        return named
    if group.victim in _PRIVATE and group.low != 1 and (said := described_after(sentence, group, own)) in _ARMED:
        return said  # "three women, all of them constables"
    if group.victim == "official" and sentence.low[group.head] in sentence.rule_words.deputies:
        return deputy_class(sentence, group)
    if group.victim == "military" and not group.is_cell and _is_open_officer(sentence, group):
        return "police" if speaks_of_police(sentence, group) else "military"
    if group.victim == "military" and not group.is_cell and group.head >= 0:
        if sentence.low[group.head] in sentence.rule_words.police_ranks and is_told_of_police(sentence, group):
            return "police"  # "Two inspectors were killed and a sergeant was wounded"
        return _soldiers_of(sentence, group, own)
    if (
        group.victim != "combatant"
        or group.is_cell
        or own.isdisjoint(lows := sentence.low[group.first : group.last + 1])
    ):
        return group.victim
    return "military" if any(low in own and low not in sentence.rule_words.own_people for low in lows) else "combatant"


def _soldiers_of(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim:
    """Of the enemy's in "three hostile airmen", "the enemy lost 20 servicemen"; civilians in "an airliner's pilot"."""
    words = sentence.rule_words
    if not words.enemy_words.isdisjoint(sentence.low[group.first : group.head]):
        return "combatant"
    if group.first and sentence.low[group.first - 1] in words.losing:
        loser = lost_by_side(sentence, group, own)
        return "combatant" if loser == "combatant" else "military"
    if sentence.low[group.head] not in words.flyers or words.trade_craft.isdisjoint(sentence.present):
        return "military"
    if _is_of_war(sentence, {*sentence.low}):
        return "military"
    return "unknown" if words.civil_aircraft.isdisjoint(sentence.present) else "civilian"


def _is_of_war(sentence: Sentence, near: set[str]) -> bool:
    """Whether words speak of a ship or an aircraft of war, or of soldiers."""
    if not near.isdisjoint(sentence.rule_words.war_craft):
        return True
    return any(_describes_craft(sentence, at) or is_warship(sentence, at) for at in range(sentence.size - 1))


def _describes_craft(sentence: Sentence, at: int) -> bool:
    """As in "an army helicopter", "a naval crew"; "the coast guard searched for the crew" says nothing of theirs."""
    entry, after = sentence.words[at].people, at + 1
    is_of_war = entry is not None and entry.is_modifier and entry.victim == "military"
    return is_of_war and (bool(sentence.mask[after] & THING) or sentence.words[after].people is not None)


def _in_service(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim:
    """As in "his son, a paratrooper, was killed", "the squadron lost four brothers": what else says who they are."""
    if group.head < 0 or sentence.low[group.head] not in sentence.rule_words.kin_in_service:
        return "unknown"
    if group.low == group.high == 1 and (group.is_owned or group.is_definite):
        return apposed(sentence, group)
    if group.is_owned or group.low == 1 or sentence.low[group.first - 1] not in sentence.rule_words.losing:
        return "unknown"
    loser = lost_by_side(sentence, group, own)
    return loser if loser in {"military", "police"} else speaker_class(sentence, group.last + 1)


def _is_ranked_after(sentence: Sentence, comma: int) -> bool:
    """As in "the lecturer, Captain Ebbe Friis, was killed": the rank after a comma says more than the noun."""
    rank = comma + 1
    if rank >= sentence.size or sentence.low[comma] != "," or not is_rank(sentence, rank):
        return False
    return not sentence.mask[rank] & _TITLE and sentence.words[rank].people is not None and sentence.is_capital(rank)


def _by_label(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim:
    """As in "Civilian casualties: 7" and "Own casualties: two dead": whom the label right before the number names.

    A label without a word of harm is who says so: "Residents: three dead in a crash".
    """
    colon = group.first - 1
    if not 0 < colon <= _LABEL_WORDS or sentence.low[colon] != ":":
        return "unknown"
    if all(sentence.words[at].harm is None for at in range(colon)) and not _is_counted_label(sentence, group, colon):
        return "unknown"
    return main_class(sentence, range(colon), own) or "unknown"


def _is_counted_label(sentence: Sentence, group: Group, colon: int) -> bool:
    """As in "Civilians: 7 dead, 12 hurt": one noun for people, and after the colon nothing but figures."""
    noun, after = sentence.words[0].people, group.last + 2
    is_noun = noun is not None and not noun.is_modifier and sentence.words[0].is_plural and colon == 1
    is_speaker = sentence.low[0] in sentence.rule_words.outsiders or sentence.low[0] in sentence.rule_words.insiders
    return is_noun and not is_speaker and (after >= sentence.size or sentence.low[after] in {",", ";", "."})


def _of_same_speakers(claims: Iterable[Claim], event: HarmEvent) -> Iterator[Claim]:
    """The claims that a number without a noun can take its class from: what others allege they say of other people."""
    is_hearsay = event.judgement.stance == "alleged" and event.group is not None and event.group.is_bare
    return (one for one in claims if not is_hearsay or one.stance not in {"asserted", "assessed"})


def _earlier(claims: Iterable[Claim]) -> Victim:
    """A bare number ("two more") means people of the class last spoken of, not the part that "including" named.

    After "three civilians and two policemen were killed" those may be of either.
    """
    whole = (one for one in claims if _PART not in one.rules)
    known = [one for one in islice(whole, _EARLIER) if one.victim != "unknown" and one.stance != "denied"]
    if not known:
        return "unknown"
    beside = {one.victim for one in known if (one.sentence, one.harm) == (known[0].sentence, known[0].harm)}
    return known[0].victim if len(beside) == 1 else "unknown"


def _of_nobody(sentence: Sentence, event: HarmEvent, group: Group, earlier: Iterable[Claim]) -> Victim:
    """The class of whom there are none: of nobody in particular in "no one on the ground"."""
    if group.last + 1 < sentence.size and sentence.mask[group.last + 1] & PREPOSITION:
        return "unknown"
    those = _none_of_those(sentence, event, group) if event.voice != "noun" else None  # "no more injuries"
    return those or _denied_before(sentence, earlier)


def _none_of_those(sentence: Sentence, event: HarmEvent, group: Group) -> Victim | None:
    """As in "the pupils were led out, and none was hurt": of the one class of several people before; not "nobody".

    "40 guests, none of whom was hurt": of those right before; so "Of the 40 guests, not one was hurt".
    """
    joint, verb = group.first - 1, group.last + 1
    after = sentence.mask[verb] if verb < sentence.size else 0
    several = [one for one in sentence.groups if one.last < joint and one.head >= 0 and one.low not in {0, 1}]
    several = [one for one in several if not one.is_guess]
    if after & RELATIVE and sentence.low[joint] == ",":
        return several[-1].victim if several else None
    is_share = sentence.low[0] in sentence.rule_words.genitive and sentence.low[joint] == ","
    is_joined = joint > 0 and bool(sentence.mask[joint] & CONJUNCTION or sentence.low[joint] in _STOPS or is_share)
    is_subject = bool(after & (BE | HAVE)) or verb == event.at
    if not (is_joined and is_subject) or sentence.low[group.first] in sentence.rule_words.no_person:
        return None
    classes = {one.victim for one in several}
    return classes.pop() if len(classes) == 1 else None


def _denied_before(sentence: Sentence, claims: Iterable[Claim]) -> Victim:
    """As in "no members of the battalion were hurt, and none is missing": those of the denial before."""
    begin = sentence.begin
    before = next((one for one in claims if one.start >= begin and one.count_max == 0), None)
    return before.victim if before is not None else "unknown"


def _within(sentence: Sentence, event: HarmEvent, group: Group) -> Victim | None:
    """As in "nine pilgrims were on the bridge when it fell; four drowned": those of the clause before."""
    is_hit = event.voice in _SUFFERED and group.is_bare and bool(group.low) and not group.is_pronoun
    found = class_before(sentence, group) if is_hit and not group.is_other else "unknown"
    return None if found == "unknown" else found


def _in_capacity(sentence: Sentence, group: Group) -> Victim | None:
    """As in "as a constable she lost an eye", "the jump that broke his hip as a young sapper"."""
    if not group.is_pronoun or group.low != group.high or not sentence.mask[group.first] & _SINGULAR:
        return None
    words = sentence.rule_words
    roles = (one for one in sentence.groups if one.low == 1 and one.head >= 0 and one.first and not one.is_guess)
    return next((one.victim for one in roles if sentence.low[one.first - 1] in words.capacity), None)


def _referred(sentence: Sentence, group: Group) -> Victim | None:
    """As in "A bomber blew up his car, killing himself": the nearest noun of the same number before the pronoun."""
    if not group.is_pronoun or not sentence.mask[group.first] & _SINGULAR:
        return None
    if not sentence.rule_words.reflexives.isdisjoint(sentence.low[group.last + 1 : group.last + 3]):
        return _subject_class(sentence)  # "shot a clerk after he was himself stabbed"
    for at in range(group.first - 1, -1, -1):
        entry = sentence.words[at].people
        if is_craft(sentence, at):
            continue
        if entry is not None and not entry.is_modifier and not sentence.words[at].is_plural:
            before = sentence.words[at - 1].people if at else None
            victim = before.victim if before is not None and before.is_modifier else entry.victim
            return None if victim == "unknown" or (entry.is_woman and victim == "civilian") else victim
        if sentence.mask[at] & RANK and not (sentence.mask[at] & _TITLE or sentence.words[at].is_plural):
            return "military"
    return None


def _of_sum(sentence: Sentence, group: Group, event: HarmEvent, latest: Sequence[Claim]) -> Victim | None:
    """As in "seven civilians and five soldiers were killed, a total of 12": of several classes, as its parts are."""
    parts = [one for one in latest if one.start >= sentence.begin and one.harm == event.entry.harm]
    classes = {one.victim for one in parts}
    is_sum = sum(one.count_min or 0 for one in parts) == group.low
    return "mixed" if is_sum and len(classes) > 1 and "unknown" not in classes else None


def _subject_class(sentence: Sentence) -> Victim | None:
    """The class of the people whom a sentence begins with."""
    first = sentence.groups[0]
    return first.victim if first.head >= 0 and first.low == 1 and first.victim != "unknown" else None


def _is_open_officer(sentence: Sentence, group: Group) -> bool:
    """Whether the noun alone ("an officer") leaves open whose officer it is."""
    entry = sentence.words[group.head].people if group.head >= 0 else None
    is_open = entry is not None and entry.is_weak and entry.victim == "military"
    return is_open and entry is not None and group.rules[-1:] == (entry.name,)
