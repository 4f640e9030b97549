"""Participles of harm without an auxiliary: "killed two", "two killed", "the injured", "Killed there were two"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.left_behind import left_behind
from watcher.detect.people.governed import is_governed
from watcher.detect.people.inclusions import opener_before
from watcher.detect.people.name_groups import group_of_name, has_rank, name_left
from watcher.detect.people.named_lists import counted_before
from watcher.detect.people.names import names_in
from watcher.detect.people.relative_clauses import taken_by
from watcher.detect.words.annotations import people_of_harm
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DATE,
    DEFINITE,
    DETERMINER,
    HAVE,
    INDEFINITE,
    MODAL,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    UNIT,
)

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_TOLD = 5  # words from "word" to its "of": "word from the far valley of"
_FRONTED = 16  # words between "killed" at the beginning and "were two soldiers"
_PART = ROLES["part_openers"]
_ENDS = frozenset({".", ",", ";", ")"})


def bare_participle(clauses: Clauses, at: int, left: int, entry: HarmWords) -> tuple[str, list[Group]]:
    """A participle without an auxiliary: active with its object, or the short passive of headlines and clauses."""
    sentence = clauses.sentence
    near = clauses.by_last.get(left)
    found = [] if _ends_before(clauses, at) else clauses.object_at(at + 1)
    described = _described(clauses, at, left, entry, found)
    if described is not None:
        return described
    if found and near is not None and near.is_counted and _is_row(clauses, found[0], at):
        return "counted row", [near]
    if found and near is None and _is_governed(sentence, left) and _is_attribute(found[0], at):
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
    if not found and has_object(clauses, at):
        return "active", later_objects(clauses, at)
    if near is not None:
        return "reduced", _reduced(clauses, near, at, entry, has_object=bool(found))
    return _without_neighbour(clauses, at, left, entry)


def _ends_before(clauses: Clauses, at: int) -> bool:
    """As in "45 wounded since the siege began": the adverb after a participle opens a clause, and is no adverb."""
    return any(clauses.sentence.mask[probe] & BARRIER for probe in range(at + 1, clauses.skip_right(at + 1)))


def _counted_attribute(sentence: Sentence, at: int, found: list[Group]) -> Group | None:
    """As in "the bodies of three drowned boys": the number before a participle counts the people after it."""
    number = next((one for one in sentence.quantities.values() if one.last == at - 1), None)
    if number is None or not found or found[0].is_counted or found[0].is_definite or found[0].first > at + 1:
        return None
    if found[0].low == 1 and number.low:
        return None  # "three rounds fell short; three wounded a girl"
    return replace(found[0], low=number.low, high=number.high, kind=number.kind, is_counted=True)


def _described(
    clauses: Clauses, at: int, left: int, entry: HarmWords, found: list[Group]
) -> tuple[str, list[Group]] | None:
    """As in "the injured were flown out", "the burnt, bent spoons", "Wounded soldiers …": people or an adjective."""
    sentence = clauses.sentence
    if at == 0 and found and _is_attribute(found[0], at) and found[0].first == 1:
        return "attribute", found[:1]
    near = clauses.by_last.get(left)
    taken = taken_by(sentence, clauses.by_last, near) if near is not None and not found else None
    if taken is not None:
        return "active", [taken]  # "the trooper whom a sniper wounded"
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


def _is_governed(sentence: Sentence, left: int) -> bool:
    """As in "care of wounded soldiers", and not "no case of wounded soldiers", where they are what is reported."""
    if left < 0 or not sentence.mask[left] & PREPOSITION:
        return False
    words = sentence.rule_words
    is_told = left > 0 and sentence.low[left] in words.genitive and sentence.low[left - 1] in words.evidence
    return not is_told and not is_rumoured(sentence, left)


def is_rumoured(sentence: Sentence, of: int) -> bool:
    """As in "rumours of wounded soldiers are unconfirmed", "word from the valley of dead farmers": what is told."""
    words, near = sentence.rule_words, sentence.low[max(0, of - _TOLD) : of + 1]
    if sentence.low[of].rpartition(" ")[2] not in words.genitive:
        return False
    is_told = any(not words.tellings.isdisjoint(low.split(" ")) for low in near)
    is_open = any(cue.effect in {"alleged", "denied", "under_review"} for _, cue in sentence.cues)
    return is_told and (is_open or not words.confirming.isdisjoint(sentence.present))


def _is_attribute(group: Group, at: int) -> bool:
    """As in "care of wounded soldiers": no event, only a kind of soldiers."""
    return group.first <= at + 3 and not group.is_counted and not group.is_definite and group.kind == "vague"


def _reduced(clauses: Clauses, near: Group, at: int, entry: HarmWords, *, has_object: bool) -> list[Group]:
    """The people right before a short passive: "two soldiers killed in an ambush"."""
    if not near.is_guess:
        return left_behind(clauses, at) or clauses.joined_left(_owner(clauses, near), at)
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
    apposed = clauses.by_last.get(left - 1) if entry.harm == "casualty" and left > 0 else None
    if apposed is not None and apposed.is_counted and sentence.low[left] == ",":
        return "reduced", [apposed]  # "has lost fifty men, dead and wounded"
    if groups := left_behind(clauses, at):
        return "reduced", groups
    counted = _counted_before(clauses, left) if left > 0 and sentence.low[left] == "," else None
    if counted is not None:
        return "reduced", clauses.joined_left(counted, at)
    named = _also_named(clauses, left) or _named_before_comma(sentence, left) or _named_before_age(clauses, left, at)
    if named:
        return "reduced", named
    inverted = inverted_people(clauses, at)
    if inverted:
        return "inverted", inverted
    if left >= 0 and sentence.mask[left] & RELATIVE:
        return "active", []
    if is_end(sentence, at + 1) and (entry.is_unharmed or not _has_verb(sentence, left, at)):
        people = clauses.subject_of(at, is_person=False)
        return "reduced", people or (clauses.first_subject(at) if entry.is_unharmed else [])
    return "", []


def _counted_before(clauses: Clauses, comma: int) -> Group | None:
    """As in "five others, including a woman, hurt in the blast", "two others, Naik Roe and Nur Jan, hurt …"."""
    sentence, whole = clauses.sentence, None
    opener = opener_before(sentence, comma) if sentence.roles & _PART else -1
    if opener > 0 and sentence.low[opener - 1] == ",":
        whole = clauses.whole_before(opener)
    if whole is not None and whole.is_counted and (whole.low or 0) > 1:
        return whole
    return counted_before(sentence, clauses.by_first, clauses.groups, comma)


def is_end(sentence: Sentence, at: int) -> bool:
    """Whether nothing stands after a participle that it could have as its object."""
    if at >= sentence.size or sentence.mask[at] & PREPOSITION:
        return True
    return sentence.low[at] in _ENDS or sentence.low[at] in sentence.rule_words.coordinators


def _has_verb(sentence: Sentence, left: int, at: int) -> bool:
    """Whether the words just before a participle hold a finite verb that it cannot share."""
    return any(sentence.mask[probe] & AUXILIARY for probe in range(max(0, left - 6), at))


def _also_named(clauses: Clauses, left: int) -> list[Group]:
    """As in "Constable Roe was killed and Constable Dane injured": a name after an "and" and a passive before it."""
    sentence = clauses.sentence
    if left < 1 or "passive" not in clauses.voices.values() or not sentence.is_capital(left) or sentence.is_capitals:
        return []
    name = name_left(sentence, left)
    is_full = name is not None and name.last > name.first
    is_joint = name is not None and name.first > 0 and bool(sentence.mask[name.first - 1] & (CONJUNCTION | BARRIER))
    return [name] if name is not None and is_full and is_joint else []


def _named_before_comma(sentence: Sentence, left: int) -> list[Group]:
    """As in "the name of Cpl. Roy Dane, killed in action": somebody with a rank, whatever governs the name."""
    if left < 1 or sentence.low[left] != ",":
        return []
    name = name_left(sentence, left - 1, is_owner=True)
    return [name] if name is not None and has_rank(sentence, max(0, name.first - 2), name.last) else []


def _named_before_age(clauses: Clauses, left: int, at: int) -> list[Group]:
    """As in "Musa Bello (40) killed at Garu market": a name, an age in brackets and no auxiliary."""
    sentence, opening = clauses.sentence, left - 2
    is_age = opening > 0 and sentence.low[left] == ")" and sentence.low[opening] == "("
    if not is_age or not sentence.low[left - 1].isdecimal():
        return []
    name = name_left(sentence, opening - 1)
    return clauses.joined_left(name, at) if name is not None and name.last > name.first else []


def has_object(clauses: Clauses, at: int) -> bool:
    """Whether something that is no person stands where an object stands: "neutralised a launcher"."""
    sentence = clauses.sentence
    after = clauses.skip_right(at + 1)
    if after + 1 < sentence.size and sentence.low[after] in sentence.rule_words.time_adjectives:
        after += bool(sentence.mask[after + 1] & DATE)  # "killed last Friday"
    if after >= sentence.size or sentence.mask[after] & (DATE | _PART) or _ends_before(clauses, at):
        return False
    if sentence.mask[after] & DETERMINER and any(roles & UNIT for roles in sentence.mask[after + 1 : after + 3]):
        return False  # "three soldiers killed this week", "… the same day"
    if sentence.mask[after] & DETERMINER or after in sentence.quantities:
        return True
    if after == at + 1 and sentence.low[after] in sentence.rule_words.turning_out:
        return False  # "the four killed turned out to be shepherds"
    is_participle = sentence.low[after].endswith(sentence.rule_words.participle_endings)
    is_participle |= sentence.low[after] in sentence.rule_words.giving
    if is_participle and after + 1 < sentence.size and sentence.mask[after + 1] & PREPOSITION:
        return False  # "the 30 soldiers killed given by the rebels"
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
                is_object &= is_end(sentence, group.last + 1)  # not "killed the engine and two sailors jumped"
            return clauses.object_at(comma + 1) if is_object else []
    return []


def _shares_object(clauses: Clauses, at: int) -> bool:
    """As in "They kidnapped and killed eleven": the object comes after the second participle."""
    sentence = clauses.sentence
    if at + 1 >= sentence.size or not sentence.mask[at + 1] & CONJUNCTION:
        return False
    second = clauses.skip_right(at + 2)
    first, entry = sentence.words[at].harm, sentence.words[second].harm if second < sentence.size else None
    if first is not None and first.is_unharmed:
        return False  # "freed six unhurt and killed two"
    return entry is not None and entry.form == "participle" and bool(clauses.object_at(second + 1))


def _is_row(clauses: Clauses, following: Group, at: int) -> bool:
    """As in "0 civilians killed 5 civilians injured": each number stands before its own participle."""
    sentence = clauses.sentence
    after = clauses.skip_right(following.last + 1)
    if after >= sentence.size or following.first != at + 1:
        return False
    entry = sentence.words[after].harm
    return entry is not None and entry.form in {"participle", "adjective"} and after + 1 not in clauses.by_first


def inverted_people(clauses: Clauses, at: int) -> list[Group]:
    """As in "Also killed were two guards"."""
    sentence = clauses.sentence
    if at + 1 < sentence.size and sentence.mask[at + 1] & BE:
        return _named_after(sentence, at + 2) or clauses.object_at(at + 2)
    is_opening = at == 0 or (at == 1 and clauses.is_adverb(0))
    if not is_opening or at + 1 >= sentence.size:
        return []
    if not sentence.mask[at + 1] & PREPOSITION:
        return _over_insertion(clauses, at)
    front = range(at + 2, min(sentence.size, at + _FRONTED))
    verb = next((probe for probe in front if _ends_front(sentence, probe)), 0)
    if not verb or sentence.low[verb] != ",":
        return clauses.object_at(verb + 1) if verb else []
    return _subject_after(clauses, range(verb, front.stop))


def _over_insertion(clauses: Clauses, at: int) -> list[Group]:
    """As in "Injured along with him were two aides", "Killed instantly, the police say, was a cyclist"."""
    sentence = clauses.sentence
    front = range(at + 1, min(sentence.size, at + _FRONTED))
    verb = next((one for one in front if sentence.mask[one] & AUXILIARY or sentence.words[one].harm is not None), 0)
    near = clauses.by_last.get(verb - 1)
    if not verb or not sentence.mask[verb] & BE or (near is not None and not is_governed(sentence, near)):
        return []
    return [one for one in clauses.object_at(verb + 1) if not one.is_guess and (one.is_counted or one.low == 1)]


def _subject_after(clauses: Clauses, front: range) -> list[Group]:
    """As in "Wounded in the raid at Gao, Mali, Sgt. Diallo was flown out": the subject of the clause after a comma."""
    sentence = clauses.sentence
    for comma in front:
        if sentence.low[comma] == "," and (people := clauses.object_at(comma + 1)):
            after = people[-1].last + 1
            return [] if people[0].is_guess or not _goes_on(sentence, after) else people
        if sentence.words[comma].harm is not None or sentence.mask[comma] & (AUXILIARY | BARRIER):
            break
    return []


def _goes_on(sentence: Sentence, at: int) -> bool:
    """Whether a verb or what may stand before it comes after a subject, and no second member of a list."""
    return at < sentence.size and sentence.low[at] not in _ENDS and not sentence.mask[at] & CONJUNCTION


def _ends_front(sentence: Sentence, at: int) -> bool:
    """The end of what stands between a fronted participle and its people: "Killed in the raid were …"."""
    return bool(sentence.mask[at] & BE) or sentence.low[at] in {":", ","} or sentence.words[at].harm is not None


def _named_after(sentence: Sentence, at: int) -> list[Group]:
    """As in "Killed were: Sgt. X, 25, of …; Pfc. Y, 19, of …": one group for each name."""
    if at >= sentence.size or sentence.low[at] != ":":
        return []
    return [group_of_name(name.rank_first, name.last) for name in names_in(sentence) if name.rank_first > at]
