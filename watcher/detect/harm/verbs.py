"""Participles of harm: "were killed", "killed two", "two killed", "killed and wounded", "killed: 4"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.cues.denials import opens_clause
from watcher.detect.harm.adjectives import is_without_word_of
from watcher.detect.harm.bare_participles import bare_participle, inverted_people, is_end
from watcher.detect.harm.joined_passives import joined_passive, opening_subject
from watcher.detect.harm.limbs import limb_owners
from watcher.detect.harm.named_victims import named_victims
from watcher.detect.harm.tolls import number_said
from watcher.detect.words.annotations import Group, events_of, is_animate, people_of_harm
from watcher.detect.words.idioms import is_commemorating
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DATE,
    DEFINITE,
    DO,
    HAVE,
    INDEFINITE,
    MODAL,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    THING,
)
from watcher.detect.words.whose import main_class, own_force

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_CAUSE = 6  # words after those lost that may say to what
_DESCRIBED = 5  # words from a number to its noun
_LISTED = 7  # words of a list of verbs
_OCCASION = 8  # words of "in the blast at the market"
_SIDE = 3  # words of "the other side"
_FIGHTING = frozenset({"military", "combatant"})
_COMPANION, _OF_WHOM = ROLES["companions"], ROLES["of_whom"]


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
    voice, groups = _voiced(clauses, at, entry, left, mask, before)
    if voice == "reduced" and (_are_things(sentence, left) or (entry.hits_limbs and _met(sentence, groups, at))):
        groups = []
    groups = groups or shared_subject(clauses, left, before)
    groups = groups or (opening_subject(clauses, at) if voice == "passive" else [])
    is_object = voice == "active" and bool(groups) and groups[0].first <= at + 2
    is_deed = is_object and all(_is_shot_at(sentence, at, one) or _are_shot(sentence, one) for one in groups)
    if entry.needs_auxiliary and voice != "passive" and not (is_deed or _is_of_headline(sentence, at, groups)):
        return _shot_then(sentence, at, entry, groups) if voice == "reduced" else []
    clauses.voices[at] = voice
    if entry.of_things_too:
        groups = beside(clauses, at, entry, groups, voice)
    if voice == "active":
        groups = _objects(clauses, left, of_losers(clauses, at, entry, groups))
    elif groups:
        groups = [*_of_the_lost(clauses, entry, groups), *harmed_with(clauses, at)]
    return events_of(entry, at, [group for group in groups if is_animate(entry, group)], voice)


def _met(sentence: Sentence, groups: list[Group], at: int) -> bool:
    """As in "nobody was hurt when the two touched", "as both struck a rock": what two of whatever kind did."""
    before = groups[0].first - 1 if groups and groups[0].head < 0 else -1
    is_limb = at + 1 < sentence.size and bool(sentence.mask[at + 1] & PREPOSITION)  # "as the two hit in the leg were …"
    return before >= 0 and sentence.low[before] in sentence.rule_words.time_openers and not is_limb


def _are_things(sentence: Sentence, noun: int) -> bool:
    """As in "52 killed, 3 tanks burned", "one AK rifle captured": a number of things, whatever describes them."""
    if noun < 1 or not sentence.mask[noun] & THING:
        return False
    for at in range(noun - 1, max(-1, noun - _DESCRIBED), -1):
        if at in sentence.quantities:
            return True
        if not sentence.is_word(at) or sentence.mask[at] & STRUCTURAL:
            return False
    return False


def _of_the_lost(clauses: Clauses, entry: HarmWords, groups: list[Group]) -> list[Group]:
    """As in "the dhow capsized and nine were lost": a number by itself counts people, where no things were counted."""
    sentence, number = clauses.sentence, groups[0]
    is_open = entry.needs_count and number.is_bare and number.is_counted and not number.is_nobody
    if not is_open or sentence.rule_words.drowning.isdisjoint(sentence.present):
        return groups
    counted = {one.first for one in clauses.groups if not one.is_guess}
    are_things = any(first < number.first and first not in counted for first in sentence.quantities)
    return groups if are_things else [replace(number, head=number.last), *groups[1:]]


def of_losers(clauses: Clauses, at: int, entry: HarmWords, groups: list[Group]) -> list[Group]:
    """As in "the brigade lost five in the fighting": a number that ends its clause counts the losers' own people."""
    if not (entry.needs_count and entry.explicit and groups):
        return groups
    sentence, number = clauses.sentence, groups[0]
    groups = [replace(one, is_counted=True) if _is_one_dead(sentence, one, groups[-1].last) else one for one in groups]
    if len(groups) > 1 or groups[0].low == 1:
        return groups
    is_open = number.is_bare or number.victim == "unknown"
    if not is_open or not number.is_counted or not _is_closed(sentence, number.last + 1):
        return groups
    victim = _losing_side(sentence, at)
    if number.is_nobody and victim is None:
        victim = _class_of_nobody(clauses, at, number)
    elif sentence.low[clauses.skip_left(at - 1)] in sentence.rule_words.we and not number.is_nobody:
        is_game = not sentence.rule_words.game_words.isdisjoint(sentence.present)
        victim = None if is_game else victim  # "we lost three in a row"
    head = number.last if number.is_bare else number.head
    return [replace(number, head=head, victim=victim)] if victim is not None else groups


def _class_of_nobody(clauses: Clauses, at: int, nobody: Group) -> Victim | None:
    """As in "the town lost nobody", "the coast lost 31 fishermen in 2019, this year it lost none"; None of things."""
    words, low = clauses.sentence.rule_words, clauses.sentence.low
    before = [one for one in clauses.groups if one.last < at and one.head >= 0 and one.is_counted and not one.is_guess]
    if before:
        return before[-1].victim
    is_person = not words.no_person.isdisjoint(low[nobody.first : nobody.last + 1])
    return "unknown" if is_person else None


def _is_of_headline(sentence: Sentence, at: int, groups: list[Group]) -> bool:
    """As in "Two constables shot in market raid": the short passive of a heading, without a verb and a stop."""
    words, after = sentence.rule_words, sentence.low[at + 1 : at + 4]
    if sentence.roles & AUXILIARY or not after or sentence.low[-1] == "." or after[0] not in words.headline_places:
        return False
    is_somebody = all(one.head >= 0 and not one.is_guess and (one.is_counted or one.low == 1) for one in groups)
    return is_somebody and bool(groups) and words.open_air.isdisjoint(after)


def _shot_then(sentence: Sentence, at: int, entry: HarmWords, groups: list[Group]) -> list[HarmEvent]:
    """As in "remembered the 212 inhabitants shot by the occupiers": several who are remembered were shot dead."""
    killed = next((one for one in sentence.lexicon.fatal if one.form == entry.form), None)
    counted = [group for group in groups if group.is_counted and (group.low or 0) > 1 and group.head >= 0]
    return events_of(killed, at, counted, "reduced") if killed is not None and is_commemorating(sentence) else []


def _is_one_dead(sentence: Sentence, group: Group, last: int) -> bool:
    """As in "lost her brother", "lost a gallant inspector", "lost a teacher to the flood": one, who did not just leave.

    `last` is the last token of those who were lost.
    """
    if group.low != 1 or group.head < 0 or group.is_guess or _is_relative(sentence, group):
        return _is_relative(sentence, group)
    words, after = sentence.rule_words, last + 1
    following = sentence.low[after : after + _CAUSE]
    if any(low in words.events or low in words.calamities for low in following):
        return True
    is_owner = bool(following) and following[0] in words.possessive_marks
    is_leaving = bool(following) and following[0] in words.infinitive_markers
    return group.victim in {"military", "police"} and not (is_owner or is_leaving or group.is_definite)


def _is_shot_at(sentence: Sentence, at: int, group: Group) -> bool:
    """As in "soldiers shot two herders", "stopped a clerk and shot him", not "shot a film": people by a noun.

    A pronoun only after whom the same sentence has just named, since else it mostly tells again how somebody died.
    """
    words, low = sentence.rule_words, sentence.low[group.last]
    before = (one for one in sentence.groups if one.last < at and one.victim != "combatant")
    if low in words.person_objects and words.filming.isdisjoint(sentence.present):
        return any(one.low == 1 and sentence.mask[one.first] & INDEFINITE for one in before)
    if low in words.them and words.filming.isdisjoint(sentence.present):
        return any(one.is_counted and (one.low or 0) > 1 and not one.is_definite for one in before)
    is_known = group.is_counted or group.low == 1 or group.is_definite or group.low == group.high  # "his wife and son"
    return group.head >= 0 and not group.is_guess and is_known


def _are_shot(sentence: Sentence, group: Group) -> bool:
    """As in "the guards shot six"; not "he shot 98 out of 100", "shot 71 in the final round"."""
    words = sentence.rule_words
    is_score = group.is_bare and sentence.low[group.last] in words.partitive
    return (
        group.is_counted and not is_score and not (group.is_bare and not words.game_words.isdisjoint(sentence.present))
    )


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
    if sentence.low[noun] in words.own_words or sentence.low[noun] in words.we:
        return own_force(sentence, words.own_words)  # "We lost three."
    if sentence.low[noun] in words.side_nouns:  # "our side lost two"
        side = main_class(sentence, range(max(0, noun - _SIDE), noun), words.own_words)
        return side if side in _FIGHTING else None
    people = sentence.words[noun].people
    return people.victim if people is not None and people.victim in _FIGHTING else None


def _is_closed(sentence: Sentence, after: int) -> bool:
    """Whether no noun and no "of" follows that says what a number counts; a day may."""
    if after < sentence.size and sentence.mask[after] & (DATE | CONJUNCTION):
        return bool(sentence.mask[after] & DATE)
    is_of = after < sentence.size and sentence.low[after] in sentence.rule_words.genitive
    return not is_of and is_end(sentence, after)


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
    is_closed = sentence.mask[after] & (STRUCTURAL | ADVERB | DATE) or sentence.low[after] in entry.tail
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
    is_next = last is not None and last.voice == "intransitive" and _goes_on(clauses, last.at + 1, left)
    if last is None or not (is_next or last.voice == "passive") or opens_clause(clauses.sentence, last.at, left):
        return []
    return [event.group for event in before if event.at == last.at and event.group is not None]


def _goes_on(clauses: Clauses, begin: int, end: int) -> bool:
    """As in "could not be saved despite all efforts and died": nobody and no clause of its own between two verbs."""
    sentence = clauses.sentence
    signs = frozenset(sentence.low[begin:end])
    is_apart = any(at in clauses.by_first and not clauses.by_first[at].is_guess for at in range(begin, end))
    return (
        signs.isdisjoint(",;:") and not is_apart and not any(sentence.mask[at] & AUXILIARY for at in range(begin, end))
    )


def doers(clauses: Clauses, groups: list[Group], left: int) -> list[Group]:
    """As in "A man stabbed a guard and then leapt to his death", "… and was shot dead": the second verb is his too.

    `left` is the token before the second verb, `groups` those who stand nearest before it.
    """
    is_joint = left > 0 and bool(clauses.sentence.mask[left] & CONJUNCTION or clauses.sentence.low[left] == ",")
    if not is_joint or not groups or groups[0].first not in clauses.taken:
        return groups
    return clauses.first_subject(groups[0].first) or groups


def _voiced(
    clauses: Clauses, at: int, entry: HarmWords, left: int, mask: int, before: list[HarmEvent]
) -> tuple[str, list[Group]]:
    """The voice of a participle and its people; `mask` is of the word before it."""
    if mask & BE:
        start = clauses.first_auxiliary(left, AUXILIARY)
        if _is_before_being(clauses.sentence, start):
            return "passive", clauses.first_subject(start - 1)
        groups = clauses.subject_of(start, is_person=not entry.needs_people)
        groups = groups or named_victims(clauses, at, start, entry)
        groups = doers(clauses, groups, clauses.skip_left(start - 1))
        near = clauses.by_last.get(clauses.skip_left(at - 1))
        turned = [near] if near is not None and near.is_pronoun else []  # "nowhere was anyone hurt"
        return "passive", groups or inverted_people(clauses, at) or turned
    if mask & (HAVE | DO | MODAL):
        return "active", clauses.object_at(at + 1)
    shared = joined_passive(clauses, at, left, entry, before)
    return ("passive", shared) if shared else bare_participle(clauses, at, left, entry)


def _is_before_being(sentence: Sentence, start: int) -> bool:
    """As in "killed two officers before being shot dead": the subject of the clause before, and not its object."""
    words = sentence.rule_words
    return start > 1 and sentence.low[start] in words.being and sentence.low[start - 1] in words.earlier_than


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
    """As in "they were all killed": the pronoun stands after the auxiliary; or "nine of them lay wounded"."""
    sentence = clauses.sentence
    if left > 0 and sentence.low[left] in sentence.rule_words.lying and left + 2 not in clauses.by_first:
        before = clauses.skip_left(left - 1)
        return before if before in clauses.by_last and sentence.mask[before] & _OF_WHOM else left
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
    after = _over_occasion(sentence, after) if sentence.roles & _COMPANION else after
    if after + 1 >= sentence.size or not sentence.mask[after] & (_COMPANION | CONJUNCTION):
        return []
    groups = [one for one in clauses.object_at(after + 1) if not (one.is_bare and sentence.is_harm(one.last + 1))]
    if not sentence.mask[after] & _COMPANION:  # nothing else is said of them
        return _also_harmed(sentence, groups)
    if groups and " " in sentence.low[after] and _is_relative_next(sentence, groups[-1]):
        return []  # "in addition to the nine fighters who were the target"
    is_with = " " in sentence.low[after]  # "as well as a driver", not "with a child"
    known = [group for group in groups if not group.is_guess]
    known = [one for one in known if one.is_definite or (is_with and sentence.mask[one.first] & INDEFINITE)]
    return [group for group in groups if group.is_counted or group.is_other or group in known]


def _also_harmed(sentence: Sentence, groups: list[Group]) -> list[Group]:
    """As in "were killed, and two guards.", "… and a driver too.": with nothing else said of them."""
    end = groups[-1].last + 1 if groups else sentence.size
    while end < sentence.size and sentence.low[end] in sentence.rule_words.adding_adverbs:
        end += 1
    if sentence.low[end : end + 1] not in ([], ["."], [";"]):
        return []
    known = [one for one in groups if one.head >= 0 and not one.is_guess]
    single = [one for one in known if one.low == 1 and (one.is_owned or sentence.mask[one.first] & INDEFINITE)]
    return [one for one in known if one.is_counted or one in single]


def suffered_with(clauses: Clauses, at: int) -> list[Group]:
    """As in "the driver suffered burns, along with two passengers"."""
    sentence, groups = clauses.sentence, harmed_with(clauses, at)
    opener = groups[0].first - 1 if groups else 0
    is_companion = sentence.mask[opener] & _COMPANION and " " in sentence.low[opener]
    return groups if groups and is_companion else []


def _over_occasion(sentence: Sentence, at: int) -> int:
    """As in "died in the blast along with his driver": over a place or an event, up to such a companion; else `at`."""
    if at >= sentence.size or not sentence.mask[at] & PREPOSITION:
        return at
    for probe in range(at + 1, min(sentence.size, at + _OCCASION)):
        if sentence.mask[probe] & _COMPANION and " " in sentence.low[probe]:
            return probe
        if (
            sentence.low[probe] == ","
            and sentence.mask[probe + 1 : probe + 2]
            and sentence.mask[probe + 1] & _COMPANION
        ):
            continue
        if not sentence.is_word(probe) or sentence.is_harm(probe) or sentence.mask[probe] & (AUXILIARY | BARRIER):
            return at
    return at


def _is_relative_next(sentence: Sentence, group: Group) -> bool:
    return group.last + 1 < sentence.size and bool(sentence.mask[group.last + 1] & RELATIVE)


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
    is_bracketed = sentence.low[at + 1 : at + 3] == [",", "("]  # "killed, (2) soldiers"
    if at + 2 >= sentence.size or not (is_bracketed or sentence.low[at + 1] in {":", "-", "–", "—", "|"}):
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


def joined_participle(clauses: Clauses, left: int) -> int:
    """The participle before "and", "or" or a comma, whose people this one shares; -1 where there is none."""
    sentence = clauses.sentence
    if left < 1 or not (sentence.mask[left] & CONJUNCTION or sentence.low[left] == ","):
        return -1
    probe = clauses.skip_left(left - 1)
    if probe >= 0 and sentence.low[probe] == ",":
        probe = clauses.skip_left(probe - 1)
    entry = sentence.words[probe].harm if probe in clauses.voices else None
    return -1 if entry is None or entry.is_unharmed else probe  # "freed six unhurt and killed two"


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
