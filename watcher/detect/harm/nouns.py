"""Harm stated by nouns: "the deaths of four soldiers", "casualties totalled 17"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.tolls import later_number
from watcher.detect.harm.wounds import found_in, numbered
from watcher.detect.people.governed import QUOTES, is_governed
from watcher.detect.people.name_groups import name_left, possessor_at
from watcher.detect.people.openings import opens_telling
from watcher.detect.words.annotations import Group
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BE,
    CONJUNCTION,
    DEFINITE,
    INDEFINITE,
    MONTH,
    OTHERS,
    RELATIVE,
    STRUCTURAL,
    THING,
    UNIT,
    WEEKDAY,
)

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Quantity
    from watcher.detect.words.tokens import Sentence


_OF, _LICENCE, _MOURNING = ROLES["of"], ROLES["licences"], ROLES["mourning"]
_DAY = WEEKDAY | MONTH
_NEAR = 3
_INSERTED = 9  # words between two commas: ", two days earlier,"
_LABEL = 8  # words between the noun of a label and its colon
_TOTALLED = 14  # words between casualties and the verb that counts them
_DESCRIBED = 7  # words between a number and its noun
_BACK, _AFTER = 10, 6  # words: how far a licence may stand before and after its noun


def noun_groups(clauses: Clauses, at: int, entry: HarmWords) -> tuple[list[Group], bool]:
    """The people of a noun of harm, and whether something in the sentence says that it came about."""
    none = _none_at(clauses, at)
    groups, is_licensed = (_of_groups(clauses, at) if none >= 0 else []), True
    if not groups:
        groups, is_licensed = _people_of(clauses, at, entry)
    if none >= 0 and not groups and entry.is_bodily and _is_only_harm(clauses.sentence, at):
        return [Group(none, none, 0, 0, "exact", is_bare=True, is_counted=True)], True
    if groups and none >= 0:
        return [
            replace(group, first=min(none, group.first), low=0, high=0, kind="exact", is_counted=True)
            for group in groups
        ], True
    if entry.of_told_one and not groups:
        return [Group(at, at, 1, 1, "exact", is_pronoun=True, rules=("he or she",))], True
    if entry.is_one:  # whose it is tells another word: "Roe's body was found"
        return ([] if groups else _one_found(clauses.sentence, at)), True
    if entry.is_found and not groups and not entry.needs_people:
        groups = _one_found(clauses.sentence, at)  # "a dead body was found"
    return groups, is_licensed


def _is_only_harm(sentence: Sentence, at: int) -> bool:
    """As in "there was no massacre", "no burns were reported"; not "he suffered burns but no fractures"."""
    entry = sentence.words[at].harm
    others = [sentence.words[one].harm for one in sentence.harms if one != at]
    return entry is not None and (entry.harm == "killed" or all(o is None or o.harm != entry.harm for o in others))


def _over_description(sentence: Sentence, at: int) -> int:
    """The token before a noun of harm and what describes it: the number or article of "no serious injury"."""
    left = at - 1
    while left > 0 and at - left < _DESCRIBED and left not in sentence.quantities and _is_plain(sentence, left):
        left -= 1
    return left


def _one_found(sentence: Sentence, at: int) -> list[Group]:
    """As in "recovered a body", "found a dead body", "brought up one more body": one person whom nobody names."""
    opener = _over_description(sentence, at)
    is_one = bool(sentence.mask[opener] & INDEFINITE) or opener in sentence.quantities
    if _is_headline(sentence, at):
        is_one, opener = True, at
    is_other = sentence.low[opener] in sentence.rule_words.one_more
    one = Group(opener, at, 1, 1, "exact", head=at, is_counted=True, is_other=is_other, rules=("singular",))
    return [one] if is_one else []


def _is_headline(sentence: Sentence, at: int) -> bool:
    """As in "Body found on beach", "05:20 - Body found": the noun with its participle opens a headline."""
    is_first = at == 0 or not (sentence.is_word(at - 1) or sentence.low[at - 1].isdecimal())
    return is_first and " " in sentence.low[at] and sentence.is_capital(at)


def _none_at(clauses: Clauses, at: int) -> int:
    """As in "suffered no wounds", "no serious injury to anyone": the token by which a noun counts nothing, or -1."""
    left = _over_description(clauses.sentence, at)
    number = clauses.sentence.quantities.get(left)
    return left if number is not None and number.high == 0 else -1


def _people_of(clauses: Clauses, at: int, entry: HarmWords) -> tuple[list[Group], bool]:
    """The people of a noun of harm by whatever names them, and whether it is said to have come about."""
    is_licensed = _is_licensed(clauses, at, entry)
    if _is_compound(clauses, at):
        return [], False
    is_asking = clauses.sentence.low[at].endswith(clauses.sentence.rule_words.search_endings)  # "is looking for"
    counted = None if entry.is_bodily or is_asking else _number_before(clauses, at)
    if entry.needs_licence and counted is not None and counted.is_other and counted.low == 1:
        counted = None  # "a third victim died": somebody, no harm
    has_number = counted is not None and counted.is_counted and bool(counted.low)
    is_suffered = entry.is_bodily or (entry.harm == "injured" and not entry.needs_count)  # not "17 patients from the"
    sufferers = found_in(clauses, at) or numbered(clauses, at) if is_suffered else []
    named = (
        (people_listed(clauses, at) if not has_number else [])
        or _equated(clauses, at)
        or (sufferers if entry.is_bodily else [])
        or _put_at(clauses, at)
        or sufferers
    )
    if named:
        return named, True
    if entry.harm == "missing" and _is_trace_of_harm(clauses.sentence, at):
        return [], False
    of = [_without_verb(entry, clauses.sentence, group) for group in _of_groups(clauses, at)]
    are_bodies = entry.is_found and has_number  # "four bodies of the attackers"
    of = [group for group in of if not entry.needs_people or _is_certain(group) or (are_bodies and not group.is_guess)]
    if of:
        has_number = counted is not None and counted.is_counted
        return ([replace(counted, victim=of[0].victim)] if counted and has_number else of), True
    if counted is not None:
        if entry.needs_people and counted.victim == "unknown":
            return [], is_licensed
        others = _denied_with(clauses, counted) if counted.is_nobody else []
        return [*others, counted], is_licensed or (counted.is_counted and not entry.needs_licence)
    owner = _owner(clauses, at)
    return ([owner], True) if owner is not None else ([], is_licensed)


def _is_certain(group: Group) -> bool:
    """Whether people are counted or one is meant: "the loss of three sailors", not "losses of the enemy"."""
    return not group.is_guess and (group.is_counted or group.low == 1 or not group.is_definite)


def _is_trace_of_harm(sentence: Sentence, at: int) -> bool:
    """As in "no sign of civilian injuries", "no sign of dead or hurt people": what there is none of is no person."""
    for probe in range(at + 1, min(sentence.size, at + _DESCRIBED)):
        entry = sentence.words[probe].harm
        if entry is not None and entry.harm not in {"missing", "captured"}:
            return entry.form == "noun" or probe == at + 1
        if probe in sentence.quantities or not sentence.is_word(probe) or sentence.mask[probe] & STRUCTURAL:
            return False
    return False


def people_listed(clauses: Clauses, at: int) -> list[Group]:
    """As in "Casualties: 3", "MIA: 1", "Casualties and damage: none": the number stands after a colon."""
    sentence = clauses.sentence
    colon = next(
        (probe for probe in range(at + 1, min(sentence.size, at + _LABEL)) if _ends_label(sentence, probe)), at
    )
    group = clauses.by_first.get(colon + 1)
    if group is None or sentence.low[colon] != ":" or not group.is_counted or group.is_guess:
        return []
    if not (group.is_bare or group.low == 0):
        members = clauses.object_at(colon + 1)  # "Deaths: police 1, civilians 4"
        return members if all((one.is_counted or one.low == 1) and not one.is_guess for one in members) else []
    last = max(one.last for one in clauses.object_at(group.first) or [group])
    return [] if sentence.is_harm(group.last + 1) or sentence.is_harm(last + 1) else [group]


def _ends_label(sentence: Sentence, at: int) -> bool:
    """Whether a label ends at a token: at its colon, or where anything but its own words stands."""
    is_other = sentence.mask[at] & (AUXILIARY | RELATIVE) or sentence.words[at].harm is not None
    is_time = at + 1 < sentence.size and bool(sentence.mask[at + 1] & UNIT)  # "in the last 24 hours: 41"
    return sentence.low[at] in {":", ",", ";"} or bool(is_other) or (at in sentence.quantities and not is_time)


def _equated(clauses: Clauses, at: int) -> list[Group]:
    """As in "the victims were two women": the people after the verb."""
    sentence = clauses.sentence
    if not sentence.words[at].is_plural or at + 1 >= sentence.size or not sentence.mask[at + 1] & BE:
        return []
    groups = [group for group in clauses.object_at(at + 2) if not group.is_guess and not group.is_pronoun]
    return [group for group in groups if not (group.is_bare and _is_of_all(sentence, at))]


def _is_of_all(sentence: Sentence, at: int) -> bool:
    """As in "both victims were 34": they are counted already, and the number is their age."""
    return at > 0 and sentence.low[at - 1] in sentence.rule_words.all_of_them


def _put_at(clauses: Clauses, at: int) -> list[Group]:
    """As in "enemy casualties are estimated at 40", "our casualties stood at three"."""
    sentence = clauses.sentence
    if not sentence.words[at].is_plural or at + 1 >= sentence.size or _is_of_all(sentence, at):
        return []
    is_verb = sentence.mask[at + 1] & BE or sentence.low[at + 1] in sentence.rule_words.amounting
    groups = later_number(clauses, at) if is_verb else _amounting(clauses, at)
    return [] if groups and sentence.is_harm(groups[0].last + 1) else groups


def _amounting(clauses: Clauses, at: int) -> list[Group]:
    """As in "casualties in the crash of the ferry totalled 17": the number right after a verb of counting."""
    sentence = clauses.sentence
    if at and sentence.mask[at - 1] & THING:
        return []
    for probe in range(at + 1, min(sentence.size - 1, at + _TOTALLED)):
        if sentence.low[probe] in {",", ";", ":"} or sentence.words[probe].harm is not None:
            break
        if sentence.low[probe] in sentence.rule_words.amounting:
            group = clauses.by_first.get(clauses.skip_right(probe + 1)) or clauses.by_first.get(probe + 2)
            return [group] if group is not None and group.is_bare and group.is_counted else []
    return []


def _is_compound(clauses: Clauses, at: int) -> bool:
    """As in "murder charges", "an injury report": a singular noun that only describes the next one."""
    sentence, after = clauses.sentence, at + 1
    if sentence.words[at].is_plural or after >= sentence.size or not sentence.is_word(after):
        return False
    if sentence.words[after].people is not None and at not in clauses.by_last and sentence.low[at].isalpha():
        return not sentence.mask[after] & (STRUCTURAL | _OF)
    if (
        sentence.words[after].harm is not None
        or sentence.words[after].cues
        or sentence.low[after] in sentence.rule_words.past_verbs
        or sentence.low[after] in sentence.rule_words.reckoning
        or sentence.mask[after] & (STRUCTURAL | ADVERB | _LICENCE | _OF)
    ):
        return False
    before, verbs = clauses.by_last.get(at - 1), sentence.rule_words.participle_endings
    if before is not None and before.low == 1:
        verbs = (*verbs, *sentence.rule_words.plural_endings)  # "one death occurs", but "212 death grants"
    return not (" " in sentence.low[at] or (sentence.low[after].endswith(verbs) and before is not None))


def _is_licensed(clauses: Clauses, at: int, entry: HarmWords) -> bool:
    """Whether a word near the noun says that it came about: "caused", "there were", "condolences"."""
    sentence = clauses.sentence
    if entry.needs_licence:
        return bool(sentence.roles & _MOURNING)
    is_bare = not sentence.words[at].is_plural and " " not in sentence.low[at]
    back, after = (_NEAR, _NEAR) if is_bare else (_BACK, _AFTER)
    near = (*range(max(0, at - back), at), *range(at + 1, min(sentence.size, at + after)))
    return any(sentence.mask[probe] & _LICENCE for probe in near)


def _number_before(clauses: Clauses, at: int) -> Group | None:
    """As in "ten insurgent deaths", "two serious injuries", and those before it without a number."""
    sentence = clauses.sentence
    is_quoted = at > 1 and sentence.low[at - 1] in QUOTES and not sentence.touches_left(at - 1)
    left = at - 1 - int(is_quoted)  # 'four "martyrs"'
    numbers = {one.last: one for one in sentence.quantities.values() if not (one.is_weak and _is_label(sentence, one))}
    known = clauses.by_last.keys() | numbers.keys()
    while left >= 0 and left not in known and at - left < _DESCRIBED and _describes(clauses, left):
        left -= 1
    group = clauses.by_last.get(left)
    if group is not None and _is_subject(sentence, group, at):
        return None
    if group is None or group.is_name:
        return _of_nobody_named(sentence, None if group else numbers.get(left), left, at)
    if group.is_counted and group.low and _is_of_event(sentence, at):
        return replace(group, last=at, high=None, kind="at_least")  # "two fatal crashes"
    if group.is_counted or group.is_nobody:
        return replace(group, last=at, is_counted=True)
    return _without_number(clauses, group, left, at)


def _is_label(sentence: Sentence, number: Quantity) -> bool:
    """As in "the 1990 bank murders": a year after "the"; not "1990 deaths"."""
    return number.first > 0 and bool(sentence.mask[number.first - 1] & DEFINITE)


def _without_number(clauses: Clauses, group: Group, left: int, at: int) -> Group | None:
    """As in "a fatality", "another body", "civilian casualties", of the people that end at `left`."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    if not (words.saying | words.affirming | words.denying).isdisjoint(sentence.low[left + 1 : at]):
        return None  # "police reported heavy casualties", "police denied any casualties": theirs were others
    if group.is_pronoun and group.is_other and group.low == 1:
        return replace(group, last=at, is_counted=True, is_pronoun=False)  # "another body was found"
    if group.is_pronoun or group.is_guess:
        return _from_article(clauses, group, at) if not group.is_pronoun else None
    if sentence.mask[group.first] & INDEFINITE and not sentence.words[at].is_plural:
        return replace(group, last=at, low=1, high=1, kind="exact", is_counted=True)
    if _is_possessive(sentence, left + 1):
        return group
    return replace(group, last=at, low=None, high=None, kind="none", is_definite=True)


def _is_subject(sentence: Sentence, group: Group, at: int) -> bool:
    """As in "two towns reported fatalities": the number is of who did that, and opens the clause of a past verb."""
    words, before = sentence.rule_words, group.first - 1
    if not (group.is_guess and (sentence.mask[before] & (STRUCTURAL | _DAY) or opens_telling(sentence, group.first))):
        return False
    if any(roles & AUXILIARY for roles in sentence.mask[at + 1 : at + 2]):
        return False  # "two drugs related deaths were recorded"
    verbs = (one for one in range(group.first + 2, at) if sentence.low[one - 1].endswith(words.plural_endings))
    return any(
        sentence.low[verb].endswith(words.participle_endings) or sentence.low[verb] in words.past_verbs
        for verb in verbs
    )


def _of_article(sentence: Sentence, left: int, at: int) -> Group | None:
    """As in "a fatality": one; of how many a fatal crash was is not said."""
    if not sentence.mask[left] & INDEFINITE:
        return None
    if _is_of_event(sentence, at):
        return Group(left, at, is_bare=True, is_counted=True)
    return Group(left, at, 1, 1, "exact", is_bare=True, is_counted=True, rules=("singular",))


def _is_of_event(sentence: Sentence, at: int) -> bool:
    """As in "a fatal collision", "the fatal fire": an event in which somebody died, however many."""
    entry, (_, blank, event) = sentence.words[at].harm, sentence.low[at].rpartition(" ")
    if entry is None or entry.harm != "killed" or not blank:
        return False
    events, endings = sentence.rule_words.events, sentence.rule_words.plural_endings
    return event in events or any(event.removesuffix(ending) in events for ending in endings)


def _of_nobody_named(sentence: Sentence, number: Quantity | None, left: int, at: int) -> Group | None:
    """As in "a fatality", "40 road deaths", "no mine casualty": what is counted without any word for people."""
    is_plural = sentence.words[at].is_plural
    if number is not None and (is_plural or not number.high):
        low, high, rules = number.low, number.high, number.rules
        return Group(number.first, at, low, high, number.kind, is_bare=True, is_counted=True, rules=rules)
    return _of_article(sentence, left, at) if 0 <= left < at and not is_plural else None


def _denied_with(clauses: Clauses, counted: Group) -> list[Group]:
    """As in "no army, police or civilian deaths": nobody of the classes before the last of a list."""
    if counted.opener < 0:
        return []
    return [one for one in clauses.groups if one.is_nobody and counted.opener <= one.first < counted.first]


def _describes(clauses: Clauses, at: int) -> bool:
    """Whether a word can stand between a number and its noun of harm: "no U.S. or partner casualties"."""
    sentence = clauses.sentence
    is_joint = sentence.mask[at] & CONJUNCTION or sentence.low[at] == ","
    if not 0 < at < sentence.size - 1 or not is_joint:
        return _is_plain(sentence, at)
    before = clauses.by_last.get(at - 1)
    is_open = before is None or (before.is_guess and before.low == 0)
    return is_open and all(_is_plain(sentence, side) and _names_side(sentence, side) for side in (at - 1, at + 1))


def _names_side(sentence: Sentence, at: int) -> bool:
    """Whether an adjective says whose: "U.S.", "friendly", "military"."""
    words, people = sentence.rule_words, sentence.words[at].people
    is_modifier = people is not None and people.is_modifier
    return is_modifier or sentence.is_capital(at) or sentence.low[at] in (words.own_words | words.enemy_words)


def _is_plain(sentence: Sentence, at: int) -> bool:
    """Whether a word can describe a noun of harm: "serious injuries"; no grammar, no phrase, no other harm."""
    is_single = sentence.is_word(at) and " " not in sentence.low[at]
    return is_single and not sentence.mask[at] & STRUCTURAL and not sentence.words[at].harm


def _from_article(clauses: Clauses, group: Group, at: int) -> Group | None:
    """As in "a combat death": the article counts, the word between is no person."""
    if clauses.sentence.mask[group.first] & INDEFINITE and not clauses.sentence.words[at].is_plural:
        return replace(group, last=at, low=1, high=1, kind="exact", is_counted=True, is_guess=False, head=-1)
    return None


def _of_groups(clauses: Clauses, at: int) -> list[Group]:
    """As in "deaths of …", "injuries to …", "casualties among …"; a name counts as one."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    has_of = sentence.low[at].endswith(words.genitive_phrase_endings)
    following = at + 1 if has_of else _after_of(clauses, at + 1)
    if at < following < sentence.size and sentence.low[following] in words.any_words:
        following += 1  # "harm to any civilian"
    groups = clauses.people_of_noun(following) if following > at else []
    if not groups and following > at and _is_of_rest(sentence, following):
        groups = clauses.people_of_noun(following + 2)
    if sentence.low[at] in words.one_body:
        groups = [group for group in groups if group.low == 1]
    elif groups:
        groups += _of_again(clauses, groups[-1].last + 1)
    return [group for group in groups if not group.is_guess or group.low == 1 or group.is_counted]


def _of_again(clauses: Clauses, joint: int) -> list[Group]:
    """As in "the bodies of three soldiers and of two rebels": those after another "of"."""
    sentence, of = clauses.sentence, joint + 1
    is_joined = of < sentence.size and bool(sentence.mask[joint] & CONJUNCTION)
    is_of = is_joined and sentence.low[of] in sentence.rule_words.genitive and of + 1 in clauses.by_first
    return [one for one in clauses.people_of_noun(of + 1) if not one.is_guess] if is_of else []


def _is_of_rest(sentence: Sentence, at: int) -> bool:
    """As in "for the other four crew members", "of the remaining three"."""
    following = at + 1
    if following >= sentence.size or not sentence.mask[at] & DEFINITE:
        return False
    return bool(sentence.mask[following] & OTHERS) or sentence.low[following] in sentence.rule_words.ranking


def _without_verb(entry: HarmWords, sentence: Sentence, group: Group) -> Group:
    """As in "the search for the remaining three continues": what the harm asks for after it is no noun."""
    verbs = {phrase.partition(" ")[0] for phrase in entry.tail}
    if not (group.is_guess and group.is_counted) or sentence.low[group.head] not in verbs:
        return group
    return replace(group, last=group.head - 1, head=-1, is_guess=False, is_bare=True)


def _after_of(clauses: Clauses, following: int) -> int:
    """The token after the "of" of a noun of harm, over adverbs, other harms and a day; -1 where there is none."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    end = min(sentence.size, following + _NEAR)
    while following < end and _goes_with_harm(sentence, following):
        following += 1
    if following + 2 < sentence.size and _is_day(sentence, following):
        following += 2
    following = _over_insertion(sentence, following)
    if following >= sentence.size or not sentence.mask[following] & _OF:
        return -1
    people = clauses.by_first.get(following + 1)
    is_doubtful = sentence.low[following] in words.doubtful_complements and (people is None or people.is_guess)
    return -1 if is_doubtful else following + 1


def _over_insertion(sentence: Sentence, at: int) -> int:
    """As in "the deaths, two days earlier, of two cyclists": the token after the second comma, or `at`."""
    if at >= sentence.size or sentence.low[at] != ",":
        return at
    closing = next((one for one in range(at + 1, min(sentence.size, at + _INSERTED)) if sentence.low[one] == ","), 0)
    of = closing + 1
    return of if closing and of < sentence.size and sentence.low[of] in sentence.rule_words.genitive else at


def _goes_with_harm(sentence: Sentence, at: int) -> bool:
    """As in "the injury or death of": another harm, what joins the two, an adverb."""
    is_joint = sentence.low[at] in sentence.rule_words.harm_joints or sentence.words[at].harm is not None
    return is_joint or bool(sentence.mask[at] & ADVERB)


def _is_day(sentence: Sentence, at: int) -> bool:
    """As in "the killing in February of …"."""
    words, low = sentence.rule_words, sentence.low
    return low[at] in words.date_openers and bool(sentence.mask[at + 1] & _DAY) and low[at + 2] in words.genitive


def _owner(clauses: Clauses, at: int) -> Group | None:
    """As in "the soldier's death", "Umar's death", "his death"."""
    sentence = clauses.sentence
    left = at - 1
    described = clauses.by_last.get(left)
    if described is not None and described.is_guess and described.is_owned:
        left = described.first  # "his bullet-riddled body was found"
    while (
        left >= 0
        and sentence.is_word(left)
        and not sentence.mask[left] & STRUCTURAL
        and left not in clauses.by_last
        and at - left < 4
    ):
        left -= 1
    if left < 0:
        return None
    if sentence.low[left] in sentence.rule_words.whose:
        return before_whose(clauses, left)
    possessor = possessor_at(sentence, left)
    if possessor is None and left > 0 and _is_possessive(sentence, left):
        return clauses.by_last.get(left - 1) or name_left(clauses.sentence, left - 1, is_owner=True)
    return possessor and (_who_fell(clauses, possessor) or possessor)


def before_whose(clauses: Clauses, at: int) -> Group | None:
    """As in "two divers, whose bodies were found": the people right before "whose"."""
    last = at - 1 - int(clauses.sentence.low[at - 1] == ",")
    group = clauses.by_last.get(last)
    return group if group is not None and not group.is_guess else None


def _who_fell(clauses: Clauses, possessor: Group) -> Group | None:
    """As in "a climber fell some 150 metres to his death": the one person who did so."""
    sentence, before = clauses.sentence, possessor.first - 1
    if not possessor.is_pronoun or before < 1 or sentence.low[before] not in sentence.rule_words.infinitive_markers:
        return None
    people = [one for one in clauses.groups if one.last < before and one.head >= 0 and not one.is_guess]
    subject = next((one for one in reversed(people) if not is_governed(sentence, one)), None)
    return subject if subject is not None and subject.low == subject.high == possessor.low == 1 else None


def _is_possessive(sentence: Sentence, at: int) -> bool:
    """As in "the soldier's death", "the soldiers' deaths"."""
    return sentence.low[at] == "'" or sentence.low[at] in sentence.rule_words.possessive_marks
