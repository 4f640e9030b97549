"""Participles of harm: "were killed", "killed two", "two killed", "killed and wounded", "killed: 4"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.annotations import Group, events_of, is_animate, people_of_harm
from watcher.detect.denials import opens_clause
from watcher.detect.harm_adjectives import is_without_word_of
from watcher.detect.harm_idioms import is_commemorating
from watcher.detect.lexicon import ROLES
from watcher.detect.limbs import limb_owners
from watcher.detect.name_groups import group_of_name, has_rank, name_left
from watcher.detect.names import names_in
from watcher.detect.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DEFINITE,
    DETERMINER,
    DO,
    HAVE,
    INDEFINITE,
    MODAL,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    THING,
)
from watcher.detect.tolls import number_said

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.annotations import HarmEvent
    from watcher.detect.grammar import Clauses
    from watcher.detect.tokens import Sentence
    from watcher.model.claim import Victim


_LISTED = 7  # words of a list of verbs
_FRONTED = 16  # words between "killed" at the beginning and "were two soldiers"
_PART, _COMPANION = ROLES["part_openers"], ROLES["companions"]
_ENDS = frozenset({".", ",", ";", ")"})
_DAY = ROLES["weekday"] | ROLES["month"] | ROLES["relative_day"]


def participle_events(clauses: Clauses, at: int, entry: HarmWords, before: list[HarmEvent]) -> list[HarmEvent]:
    """The events of one participle, by its voice: passive, active, short passive, joined or listed."""
    sentence = clauses.sentence
    if entry.of_limb:
        return events_of(entry, at, *limb_owners(clauses, at, entry))
    if entry.harm == "casualty" and is_without_word_of(sentence, at - 1):
        return events_of(entry, at, [replace(people_of_harm(entry, at, at), low=0, high=0, kind="exact")], "noun")
    left = _over_all(clauses, clauses.skip_left(at - 1))
    numbered = number_said(clauses, clauses.by_last.get(left), at)
    listed = listed_after(clauses, at, left) or ([numbered] if numbered is not None else [])
    if listed:
        return events_of(entry, at, listed, "listed")
    mask = sentence.mask[left] if left >= 0 and left not in clauses.by_last else 0
    joined = joined_participle(clauses, left)
    if joined >= 0 and not mask & AUXILIARY:
        return _joined(clauses, at, entry, joined, before)
    voice, groups = _voiced(clauses, at, entry, left, mask)
    if voice == "reduced" and left > 0 and sentence.mask[left] & THING and left - 1 in sentence.quantities:
        groups = []  # "52 killed, 3 tanks burned"
    groups = groups or shared_subject(clauses, left, before)
    if entry.needs_auxiliary and voice != "passive":
        return _shot_then(sentence, at, entry, groups) if voice == "reduced" else []
    clauses.voices[at] = voice
    if entry.of_things_too:
        groups = beside(clauses, at, entry, groups, voice)
    if voice == "active":
        groups = _objects(clauses, left, _of_losers(clauses, at, entry, groups))
    elif groups:
        groups = [*groups, *harmed_with(clauses, at)]
    return events_of(entry, at, [group for group in groups if is_animate(entry, group)], voice)


def _of_losers(clauses: Clauses, at: int, entry: HarmWords, groups: list[Group]) -> list[Group]:
    """As in "the brigade lost five in the fighting": a number that ends its clause counts the losers' own people."""
    if not (entry.needs_count and entry.explicit) or len(groups) != 1:
        return groups
    sentence, number = clauses.sentence, groups[0]
    if _is_relative(sentence, number):
        return [replace(number, is_counted=True)]
    is_open = number.is_bare or number.victim == "unknown"
    if not is_open or not number.is_counted or not _is_closed(sentence, number.last + 1):
        return groups
    victim = _losing_side(sentence, at)
    head = number.last if number.is_bare else number.head
    return [replace(number, head=head, victim=victim)] if victim is not None else groups


def _shot_then(sentence: Sentence, at: int, entry: HarmWords, groups: list[Group]) -> list[HarmEvent]:
    """As in "remembered the 212 inhabitants shot by the occupiers": several who are remembered were shot dead."""
    killed = next((one for one in sentence.lexicon.fatal if one.form == entry.form), None)
    counted = [group for group in groups if group.is_counted and (group.low or 0) > 1 and group.head >= 0]
    return events_of(killed, at, counted, "reduced") if killed is not None and is_commemorating(sentence) else []


def _is_relative(sentence: Sentence, group: Group) -> bool:
    """As in "lost her brother in the floods"."""
    return group.is_owned and group.low == 1 and group.head >= 0 and sentence.low[group.head] in sentence.rule_words.kin


def _losing_side(sentence: Sentence, verb: int) -> Victim | None:
    """The side of the subject of "lost": "the army", "the army says it"; None in "of its ten jets, the army lost"."""
    words, noun = sentence.rule_words, verb - 1
    linking = words.saying | words.content_clause_openers | words.pointing_back
    while noun > 0 and (sentence.mask[noun] & (AUXILIARY | ADVERB) or sentence.low[noun] in linking):
        noun -= 1
    if noun < 0 or not words.genitive.isdisjoint(sentence.low[:noun]):
        return None
    if sentence.low[noun] in words.plain_formations:
        return "military"
    people = sentence.words[noun].people
    return people.victim if people is not None and people.victim in {"military", "combatant"} else None


def _is_closed(sentence: Sentence, after: int) -> bool:
    """Whether no noun and no "of" follows that says what a number counts; a day may."""
    if after < sentence.size and sentence.mask[after] & (_DAY | CONJUNCTION):
        return bool(sentence.mask[after] & _DAY)
    is_of = after < sentence.size and sentence.low[after] in sentence.rule_words.genitive
    return not is_of and _is_end(sentence, after)


def beside(clauses: Clauses, at: int, entry: HarmWords, groups: list[Group], voice: str) -> list[Group]:
    """The people of a verb that things have as well: "set a trader on fire", not "set ablaze a trader's lorry"."""
    sentence = clauses.sentence
    if voice == "active":
        nearest = clauses.by_first.get(clauses.skip_right(at + 1))
        is_whole = nearest is not None and _is_last_noun(sentence, entry, nearest)
    else:
        begin = clauses.first_auxiliary(at, AUXILIARY)
        nearest = clauses.by_last.get(clauses.skip_left(begin - 1))
        is_owner = nearest is not None and nearest.first > 0 and _governs(sentence, nearest.first - 1)
        is_whole = not is_owner and (voice == "passive" or _is_by_somebody(sentence, at + 1))
    is_people = nearest is not None and (nearest.head >= 0 or nearest.is_name or nearest.low == 1)
    return [group for group in groups if not group.is_guess] if is_whole and is_people and nearest in groups else []


def _is_last_noun(sentence: Sentence, entry: HarmWords, group: Group) -> bool:
    """Whether no other noun follows that the people only describe: "two guard quarters", "a trader's lorry"."""
    after = group.last + 1
    if after >= sentence.size or not sentence.is_word(after):
        return sentence.low[after : after + 1] != ["'"]
    is_owner = sentence.low[after] in sentence.rule_words.possessive_marks
    is_closed = sentence.mask[after] & (STRUCTURAL | ADVERB | _DAY) or sentence.low[after] in entry.tail
    return bool(is_closed) and not is_owner


def _governs(sentence: Sentence, at: int) -> bool:
    """As in "lorries of a contractor", "lorries belonging to a contractor"."""
    return bool(sentence.mask[at] & PREPOSITION) or sentence.low[at] in sentence.rule_words.attribute_openers


def _is_by_somebody(sentence: Sentence, at: int) -> bool:
    return at < sentence.size and sentence.low[at] in sentence.rule_words.agent_openers


def shared_subject(clauses: Clauses, left: int, before: list[HarmEvent]) -> list[Group]:
    """As in "a clerk was abducted by rebels and later killed": the subject of the passive before the "and"."""
    is_joint = left > 0 and bool(clauses.sentence.mask[left] & CONJUNCTION)
    last = before[-1] if before and is_joint else None
    if last is None or last.voice != "passive" or opens_clause(clauses.sentence, last.at, left):
        return []
    return [event.group for event in before if event.at == last.at and event.group is not None]


def _voiced(clauses: Clauses, at: int, entry: HarmWords, left: int, mask: int) -> tuple[str, list[Group]]:
    """The voice of a participle and its people; `mask` is of the word before it."""
    if mask & BE:
        start = clauses.first_auxiliary(left, AUXILIARY)
        groups = clauses.subject_of(start, is_person=not entry.needs_people)
        near = clauses.by_last.get(clauses.skip_left(at - 1))
        turned = [near] if near is not None and near.is_pronoun else []  # "nowhere was anyone hurt"
        return "passive", groups or _inverted(clauses, at) or turned
    if mask & (HAVE | DO | MODAL):
        return "active", clauses.object_at(at + 1)
    return _bare_participle(clauses, at, left, entry)


def _objects(clauses: Clauses, left: int, groups: list[Group]) -> list[Group]:
    """The objects of an active verb, each taken once; none of them harmed where the subject is "nobody"."""
    sentence = clauses.sentence
    is_relative = left > 0 and bool(sentence.mask[left] & RELATIVE)
    subject = clauses.by_last.get(left - 1 if is_relative else left)
    if subject is not None and subject.is_nobody:
        groups = [replace(group, low=0, high=0, kind="exact") for group in groups]
    clauses.taken.update(group.first for group in groups)
    return groups


def _over_all(clauses: Clauses, left: int) -> int:
    """As in "they were all killed", "were both killed": the pronoun stands after the auxiliary."""
    sentence = clauses.sentence
    near = clauses.by_last.get(left)
    before = clauses.skip_left(near.first - 1) if near is not None and near.is_pronoun and near.low != 0 else -1
    return before if before >= 0 and sentence.mask[before] & BE and before not in clauses.by_last else left


def harmed_with(clauses: Clauses, at: int) -> list[Group]:
    """As in "was killed along with two guards", "died with 13 others", "were killed, and two guards."."""
    sentence = clauses.sentence
    after = clauses.skip_right(at + 1)
    if (
        after + 1 < sentence.size
        and sentence.low[after] == ","
        and sentence.low[after + 1] not in sentence.rule_words.loose_companions
    ):
        after += 1  # "were injured, along with two guards"
    if after + 1 >= sentence.size or not sentence.mask[after] & (_COMPANION | CONJUNCTION):
        return []
    groups = clauses.object_at(after + 1)
    if not sentence.mask[after] & _COMPANION:  # nothing else is said of them
        is_closed = bool(groups) and sentence.low[groups[-1].last + 1 : groups[-1].last + 2] in ([], ["."], [";"])
        return [group for group in groups if group.is_counted and group.head >= 0 and not group.is_guess and is_closed]
    return [
        group for group in groups if group.is_counted or group.is_other or (group.is_definite and not group.is_guess)
    ]


def object_of_list(clauses: Clauses, at: int, entry: HarmWords) -> list[Group]:
    """As in "did not kill, wound or arrest any villagers": what stands after the last of several verbs."""
    sentence, joint = clauses.sentence, at
    if entry.form != "base" or sentence.low[at + 1 : at + 2] != [","]:
        return []
    for probe in range(at + 1, min(sentence.size - 1, at + _LISTED)):
        if sentence.mask[probe] & CONJUNCTION:
            joint = probe
            break
        if not (sentence.low[probe] == "," or sentence.is_word(probe)) or sentence.mask[probe] & PREPOSITION:
            break
    last = sentence.words[joint + 1].harm if joint > at else None
    return clauses.object_at(joint + 2) if last is not None and last.form == "base" else []


def listed_after(clauses: Clauses, at: int, left: int) -> list[Group]:
    """As in "Killed: 4 soldiers", "Civilians injured: 3"."""
    sentence = clauses.sentence
    if at + 2 >= sentence.size or sentence.low[at + 1] not in {":", "-", "–", "—", "|"}:
        return []
    numbers = clauses.object_at(at + 2)
    near = clauses.by_last.get(left)
    if near is None:
        return (
            [group for group in numbers if group.is_counted or group.head >= 0]
            if left < 0 or not sentence.is_word(left) or sentence.mask[left] & DEFINITE
            else []
        )
    if numbers and numbers[0].is_bare and not near.is_counted and not near.is_guess:
        return [replace(numbers[0], victim=near.victim, is_child=near.is_child, is_woman=near.is_woman)]
    return []


def _inverted(clauses: Clauses, at: int) -> list[Group]:
    """As in "Also killed were two guards"."""
    sentence = clauses.sentence
    if at + 1 < sentence.size and sentence.mask[at + 1] & BE:
        return _named_after(sentence, at + 2) or clauses.object_at(at + 2)
    is_opening = at == 0 or (at == 1 and clauses.is_adverb(0))
    if not is_opening or at + 1 >= sentence.size or not sentence.mask[at + 1] & PREPOSITION:
        return []
    front = range(at + 2, min(sentence.size, at + _FRONTED))
    verb = next((probe for probe in front if _ends_front(sentence, probe)), 0)
    return clauses.object_at(verb + 1) if verb and sentence.low[verb] != "," else []


def _ends_front(sentence: Sentence, at: int) -> bool:
    """The end of what stands between a fronted participle and its people: "Killed in the raid were …"."""
    return bool(sentence.mask[at] & BE) or sentence.low[at] in {":", ","} or sentence.words[at].harm is not None


def _named_after(sentence: Sentence, at: int) -> list[Group]:
    """As in "Killed were: Sgt. X, 25, of …; Pfc. Y, 19, of …": one group for each name."""
    if at >= sentence.size or sentence.low[at] != ":":
        return []
    return [group_of_name(name.rank_first, name.last) for name in names_in(sentence) if name.rank_first > at]


def joined_participle(clauses: Clauses, left: int) -> int:
    """The participle before "and", "or" or a comma, whose people this one shares; -1 where there is none."""
    sentence = clauses.sentence
    if left < 1 or not (sentence.mask[left] & CONJUNCTION or sentence.low[left] == ","):
        return -1
    probe = clauses.skip_left(left - 1)
    if probe >= 0 and sentence.low[probe] == ",":
        probe = clauses.skip_left(probe - 1)
    return probe if probe in clauses.voices else -1


def _joined(clauses: Clauses, at: int, entry: HarmWords, joined: int, before: list[HarmEvent]) -> list[HarmEvent]:
    """As in "were killed and wounded" shares its subject, "killed and wounded five" its object."""
    sentence = clauses.sentence
    own = clauses.object_at(at + 1) if clauses.voices[joined] == "active" else []
    clauses.voices[at] = clauses.voices[joined]
    if own and not any(event.at == joined for event in before):
        clauses.taken.update(group.first for group in own)
        shared = events_of(entry, at, own, "joined")
        other = sentence.words[joined].harm
        return shared if other is None else [*events_of(other, joined, own, "joined"), *shared]
    if own:
        return events_of(entry, at, own, "active")
    groups = [event.group for event in before if event.at == joined and event.group is not None]
    return events_of(entry, at, [group for group in groups if is_animate(entry, group)], "joined")


def _bare_participle(clauses: Clauses, at: int, left: int, entry: HarmWords) -> tuple[str, list[Group]]:
    """A participle without an auxiliary: active with its object, or the short passive of headlines and clauses."""
    sentence = clauses.sentence
    near = clauses.by_last.get(left)
    found = clauses.object_at(at + 1)
    described = _described(clauses, at, left, entry, found)
    if described is not None:
        return described
    if found and near is not None and near.is_counted and _is_row(clauses, found[0], at):
        return "row", [near]
    if found and near is None and left >= 0 and sentence.mask[left] & PREPOSITION and _is_attribute(found[0], at):
        return "attribute", []
    counted = _counted_attribute(sentence, at, found)
    if counted is not None:
        return "attribute", [counted]
    if found and not (near is not None and near.is_counted and left + 1 < at and found[0].is_definite):
        return "active", found
    if near is not None and near.is_pronoun and near.low is None:
        return "reduced", [near]
    if _shares_object(clauses, at):
        return "active", []
    if not found and _has_object(clauses, at):
        return "active", later_objects(clauses, at)
    if near is not None:
        return "reduced", _reduced(clauses, near, at, entry, has_object=bool(found))
    return _without_neighbour(clauses, at, left, entry)


def _counted_attribute(sentence: Sentence, at: int, found: list[Group]) -> Group | None:
    """As in "the bodies of three drowned boys": the number before a participle counts the people after it."""
    number = next((one for one in sentence.quantities.values() if one.last == at - 1), None)
    if number is None or not found or found[0].is_counted or found[0].is_definite or found[0].first > at + 1:
        return None
    return replace(found[0], low=number.low, high=number.high, kind=number.kind, is_counted=True)


def _described(
    clauses: Clauses, at: int, left: int, entry: HarmWords, found: list[Group]
) -> tuple[str, list[Group]] | None:
    """As in "the injured were flown out", "the burnt, bent spoons", "Wounded soldiers …": people or an adjective."""
    sentence = clauses.sentence
    if at == 0 and found and _is_attribute(found[0], at) and found[0].first == 1:
        return "attribute", found[:1]
    if not (left == at - 1 >= 0 and left not in clauses.by_last and sentence.mask[left] & DEFINITE):
        return None
    if _has_noun(clauses, at):
        return ("attribute", []) if at + 1 < sentence.size and sentence.low[at + 1] == "," else None
    is_owner = left > 0 and sentence.low[left - 1] in sentence.rule_words.genitive
    return "noun", [] if is_owner else [people_of_harm(entry, left, at)]


def _has_noun(clauses: Clauses, at: int) -> bool:
    """Whether a noun follows that the participle describes: "the injured pilot", not "the injured were flown out"."""
    sentence = clauses.sentence
    after, entry = at + 1, sentence.words[at].harm
    if after >= sentence.size or (entry is not None and entry.harm == "captured"):
        return after < sentence.size
    if sentence.words[after].harm is not None or sentence.mask[after] & INDEFINITE:
        return False
    if sentence.low[after] == "," and after + 1 < sentence.size:
        after += 1  # "the burnt, bent spoons"
        is_thing = sentence.is_word(after) and not sentence.mask[after] & (STRUCTURAL | ADVERB)
        return is_thing and after not in clauses.by_first and after + 1 < sentence.size and sentence.is_word(after + 1)
    is_word = sentence.is_word(after) and not sentence.mask[after] & (STRUCTURAL | ADVERB)
    return after in clauses.by_first or (is_word and not sentence.words[after].cues)


def _is_attribute(group: Group, at: int) -> bool:
    """As in "care of wounded soldiers": no event, only a kind of soldiers."""
    return group.first <= at + 3 and not group.is_counted and not group.is_definite and group.kind == "vague"


def _reduced(clauses: Clauses, near: Group, at: int, entry: HarmWords, *, has_object: bool) -> list[Group]:
    """The people right before a short passive: "two soldiers killed in an ambush"."""
    if not near.is_guess:
        return clauses.joined_left(_owner(clauses, near), at)
    return [] if has_object else clauses.subject_of(at, is_person=not entry.needs_people)


def _owner(clauses: Clauses, near: Group) -> Group:
    """As in "three members of a family killed": the group whose "of" the nearest one stands after."""
    opener = near.first - 1
    total = (
        clauses.by_last.get(opener - 1)
        if opener > 0 and clauses.sentence.low[opener] in clauses.sentence.rule_words.genitive
        else None
    )
    if total is None or total.is_guess or total.is_pronoun or near.is_counted:
        return near
    is_kin = total.head >= 0 and clauses.sentence.low[total.head] in clauses.sentence.rule_words.survivors
    return near if is_kin else total  # "the widow of a soldier killed on duty"


def _without_neighbour(clauses: Clauses, at: int, left: int, entry: HarmWords) -> tuple[str, list[Group]]:
    """No people stand right before the participle: "was bombed and killed", "also killed were …"."""
    sentence = clauses.sentence
    if left >= 0 and sentence.mask[left] & CONJUNCTION and not entry.needs_people:
        groups = clauses.subject_of(left, is_person=False)
        return "reduced", [group for group in groups if not group.is_guess or group.is_counted]
    named = _named_before_comma(sentence, left)
    if named:
        return "reduced", named
    inverted = _inverted(clauses, at)
    if inverted:
        return "inverted", inverted
    if left >= 0 and sentence.mask[left] & RELATIVE:
        return "active", []
    if _is_end(sentence, at + 1) and not _has_verb(sentence, left, at):
        return "reduced", clauses.subject_of(at, is_person=False)
    return "", []


def _is_end(sentence: Sentence, at: int) -> bool:
    """Whether nothing stands after a participle that it could have as its object."""
    if at >= sentence.size or sentence.mask[at] & PREPOSITION:
        return True
    return sentence.low[at] in _ENDS or sentence.low[at] in sentence.rule_words.coordinators


def _named_before_comma(sentence: Sentence, left: int) -> list[Group]:
    """As in "the name of Cpl. Roy Dane, killed in action": somebody with a rank, whatever governs the name."""
    if left < 1 or sentence.low[left] != ",":
        return []
    name = name_left(sentence, left - 1, is_owner=True)
    return [name] if name is not None and has_rank(sentence, max(0, name.first - 2), name.last) else []


def _has_object(clauses: Clauses, at: int) -> bool:
    """Whether something that is no person stands where an object stands: "neutralised a launcher"."""
    sentence = clauses.sentence
    after = clauses.skip_right(at + 1)
    if after >= sentence.size or sentence.mask[after] & (_DAY | _PART):
        return False
    if sentence.mask[after] & DETERMINER or after in sentence.quantities:
        return True
    if after == at + 1 and sentence.low[after] in sentence.rule_words.turning_out:
        return False  # "the four killed turned out to be shepherds"
    following = sentence.mask[after] & (PREPOSITION | CONJUNCTION | RELATIVE | AUXILIARY | BARRIER)
    return (
        sentence.is_word(after)
        and not following
        and sentence.words[after].harm is None
        and not sentence.is_capital(after)
        and not sentence.words[after].cues
    )


def later_objects(clauses: Clauses, at: int) -> list[Group]:
    """As in "killed the weapons team, one woman and three boys": the people after a first object that is unknown."""
    sentence = clauses.sentence
    for comma in range(at + 1, min(at + 10, sentence.size - 1)):
        if sentence.mask[comma] & (BE | HAVE | MODAL | RELATIVE) or sentence.words[comma].harm is not None:
            return []
        if sentence.low[comma] == "," or sentence.mask[comma] & CONJUNCTION:
            group = clauses.by_first.get(comma + 1)
            is_object = group is not None and group.head >= 0 and not group.is_guess
            if sentence.low[comma] != "," and group is not None:
                is_object &= _is_end(sentence, group.last + 1)  # not "killed the engine and two sailors jumped"
            return clauses.object_at(comma + 1) if is_object else []
    return []


def _shares_object(clauses: Clauses, at: int) -> bool:
    """As in "They kidnapped and killed eleven": the object comes after the second participle."""
    sentence = clauses.sentence
    if at + 1 >= sentence.size or not sentence.mask[at + 1] & CONJUNCTION:
        return False
    second = clauses.skip_right(at + 2)
    entry = sentence.words[second].harm if second < sentence.size else None
    return entry is not None and entry.form == "participle" and bool(clauses.object_at(second + 1))


def _has_verb(sentence: Sentence, left: int, at: int) -> bool:
    """Whether the words just before a participle hold a finite verb that it cannot share."""
    return any(sentence.mask[probe] & AUXILIARY for probe in range(max(0, left - 6), at))


def _is_row(clauses: Clauses, following: Group, at: int) -> bool:
    """As in "0 civilians killed 5 civilians injured": each number stands before its own participle."""
    sentence = clauses.sentence
    after = clauses.skip_right(following.last + 1)
    if after >= sentence.size or following.first != at + 1:
        return False
    entry = sentence.words[after].harm
    return entry is not None and entry.form in {"participle", "adjective"} and after + 1 not in clauses.by_first
