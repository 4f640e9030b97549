"""Harm in the story of a life: a brother lost years ago, an accident of childhood, a death from old age or illness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.ages import is_at_his_age
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, BE, CONJUNCTION, DAY, DETERMINER, INDEFINITE

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_AGED = ROLES["aged"]
_OWN, _PERSON, _POSSESSIVE = ROLES["own"], ROLES["singular_pronouns"], ROLES["possessives"]
_CAUSE = 5  # words after a death that can say of what
_OLD, _OLDEST = 70, 120  # years
_FEW = 4  # people: so many old ones can be named in one notice
_YOUNG = 30  # years: "when he was nineteen"
_AGE = 6  # words between "when" and the age
_EARLY = 4  # words of "in primary school"
_SUBJECT = 4  # words of "Warrant Officer Bray"
_NATURAL = 14  # words after a death that can say that it was none but old age or illness


def is_own_past(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """Whether a harm belongs to the past of whoever the text tells of: their youth, their own deeds and friends."""
    if _is_youth(sentence, event) or _is_early_service(sentence, event):
        return True
    if sentence.roles & _PERSON and (_is_childhood(sentence, group) or _is_at_age(sentence, event)):
        return True
    if _is_by_mine(sentence, event) or _is_mourned_by_me(sentence, event, group):
        return True
    is_kin = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.kin
    if is_kin and event.entry.needs_count and event.entry.explicit and not sentence.roles & DAY:
        return True  # "lost both parents", "lost her brother in the floods"
    is_forebear = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.forebears
    return is_forebear and group.is_owned and not sentence.roles & DAY


def is_natural_death(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "the general has died peacefully at 93", "died of cancer": a death that is no casualty."""
    is_lost = event.entry.needs_count and event.entry.explicit and event.entry.form == "participle"
    if event.entry.harm != "killed" or not (is_lost or event.entry.form in {"intransitive", "present_intransitive"}):
        return False
    if event.entry.is_reflexive or event.entry.is_solemn:
        return False
    words = sentence.rule_words
    after = sentence.low[event.at + 1 : event.at + 1 + _NATURAL]
    if group.low == 1 and not words.natural_deaths.isdisjoint(after):
        return True
    is_violent = not words.events.isdisjoint(after) or any(at > event.at for at in sentence.harms)
    return (group.low or _FEW) < _FEW and not is_violent and _is_old(sentence, event.at)


def _is_old(sentence: Sentence, at: int) -> bool:
    """As in "died at 88", "has died at the age of 93"."""
    words = sentence.rule_words
    ages = (probe for probe in range(at + 1, min(sentence.size, at + _NATURAL)) if sentence.low[probe].isdecimal())
    return any(_OLD <= int(sentence.low[age]) < _OLDEST and sentence.low[age - 1] in words.age_openers for age in ages)


def _is_mourned_by_me(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "I lost two friends over there": whoever speaks has lost them, and says no day."""
    if event.entry.form != "participle" or not event.entry.needs_count or sentence.roles & DAY:
        return False
    if group.victim in {"military", "police"} or (
        group.head >= 0 and sentence.low[group.head] in sentence.rule_words.bare_people
    ):
        return False  # "I lost two men," said the captain
    subjects = sentence.rule_words.one_letter_words
    return group.first > event.at and not subjects.isdisjoint(sentence.low[max(0, event.at - _AGE) : event.at])


def _is_youth(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "he was hurt in a crash when he was nineteen", "Ensign Roy was ten when a driver killed her father"."""
    words = sentence.rule_words
    if words.time_openers.isdisjoint(sentence.present) and words.then.isdisjoint(sentence.present):
        return False
    ages = [at for at in sentence.numeric if at > 1 and _is_young(sentence, at)]
    for at in [age - 1 for age in ages]:
        if not (sentence.mask[at] & BE or sentence.low[at] in words.then):
            continue
        begin = _begin_of_subject(sentence, at)
        if sentence.low[at] in words.then:
            if at + 2 < event.at and sentence.low[at - 1] == ",":
                return True  # "Corporal Ames, then eleven, saw …"
        elif begin > 0 and sentence.low[begin - 1] in words.time_openers:
            if at > event.at or begin == 1:
                return True  # "… when he was nineteen", "When Ensign Roy was seven, …"
        elif at + 2 <= event.at and not words.time_openers.isdisjoint(sentence.low[at + 2 : at + 5]):
            return True
    return False


def _is_at_age(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "At seventeen she was hurt in a fall", "he was burned at the age of six": no day, and a young age."""
    if event.entry.harm != "injured" or sentence.roles & DAY or event.group is None or not event.group.is_pronoun:
        return False
    return any(_is_age_of(sentence, at) for at in sentence.numeric if at)


def _is_age_of(sentence: Sentence, at: int) -> bool:
    """As in "At 19 he", "aged six", "the age of nine": a young age with its word."""
    opener = sentence.low[at - 1]
    if opener not in sentence.rule_words.age_openers or not 0 < _years(sentence, at) < _YOUNG:
        return False
    is_said = opener.endswith(sentence.rule_words.genitive_phrase_endings) or bool(sentence.mask[at - 1] & _AGED)
    return is_said or (at == 1 and is_at_his_age(sentence, at, at))


def _years(sentence: Sentence, at: int) -> int:
    low = sentence.low[at]
    return int(low) if low.isdecimal() else (sentence.words[at].number or 0)


def _is_early_service(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "As a young paratrooper he broke both legs", where whoever was that is no more."""
    words = sentence.rule_words
    if words.capacity.isdisjoint(sentence.present):
        return False
    for at in range(event.at + 1, sentence.size - 2):
        if (
            sentence.low[at] in words.capacity
            and sentence.mask[at + 1] & INDEFINITE
            and sentence.low[at + 2] in words.young
        ):
            return event.group is not None and event.group.low == 1  # "was shot as a young constable"
    if sentence.low[0] not in sentence.rule_words.capacity or not sentence.mask[1] & INDEFINITE:
        return False
    group = next((one for one in sentence.groups if one.first == 1 and one.head >= 0 and not one.is_guess), None)
    after = group.last + 1 if group is not None else sentence.size
    after += int(after < sentence.size and sentence.low[after] == ",")
    return after < event.at and bool(sentence.mask[after] & _PERSON)


def _is_childhood(sentence: Sentence, group: Group) -> bool:
    """As in "… when he was a boy", "an aunt who died while she was at school": of one person's early years.

    At school are also those whom today's news is of, so that there only kin is meant.
    """
    words = sentence.rule_words
    if words.time_openers.isdisjoint(sentence.present):
        return False
    is_kin = group.low == 1 and group.head >= 0 and sentence.low[group.head] in words.kin
    for at in range(1, sentence.size - 2):
        is_he = sentence.mask[at] & _PERSON and sentence.low[at - 1] in words.time_openers
        if not is_he or not sentence.mask[at + 1] & BE:
            continue
        after = at + 2
        while after < sentence.size - 1 and sentence.mask[after] & (ADVERB | DETERMINER):
            after += 1
        early = sentence.low[after : after + _EARLY]
        if not words.young_people.isdisjoint(early[:2]) or (is_kin and not words.schools.isdisjoint(early)):
            return True
    return False


def _begin_of_subject(sentence: Sentence, verb: int) -> int:
    """The first token of the short subject right before "was": a pronoun, a name, "his wife"."""
    if sentence.mask[verb - 1] & _PERSON:
        return verb - 1
    first = verb
    while first > 0 and verb - first < _SUBJECT:
        before = first - 1
        is_inner = sentence.is_capital(before) or sentence.words[before].people or sentence.mask[before] & _POSSESSIVE
        if not is_inner or (before == 0 and sentence.low[before] in sentence.rule_words.time_openers):
            break
        first = before
    return first


def _is_young(sentence: Sentence, at: int) -> bool:
    """Whether a token is the age of a child or a young man, and counts nothing else."""
    if at >= sentence.size:
        return False
    return 0 < _years(sentence, at) < _YOUNG and _ends_age(sentence, at + 1)


def _ends_age(sentence: Sentence, at: int) -> bool:
    """As in "she was four", "four years old": the number counts years and nothing else."""
    words = sentence.rule_words
    is_closed = at >= sentence.size or not sentence.is_word(at) or sentence.low[at] in words.time_openers
    is_closed = is_closed or bool(sentence.mask[at] & _PERSON)  # "When she was eleven she lost a leg"
    return is_closed or sentence.low[at] in sentence.lexicon.vocabulary.ignored.units[:2]


def is_relatives_death(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "his mother passed away", "after her brother was killed, she …": in a life story, of no cause or as one."""
    if not group.is_owned or group.low != 1:
        return False
    is_kin = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.kin
    if is_kin and group.first and sentence.low[group.first - 1] in sentence.rule_words.turning_points:
        return not sentence.roles & DAY
    return is_kin and event.entry.form == "intransitive" and is_of_no_cause(sentence, event)


def is_of_no_cause(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "his mother passed away", "an aunt who died": of nothing that the text names."""
    if event.entry.form != "intransitive" or event.entry.takes_object or event.voice == "active":
        return False
    for at in range(event.at + 1, min(sentence.size, event.at + 1 + _CAUSE)):
        if sentence.mask[at] & CONJUNCTION or sentence.low[at] in {",", "."}:
            break
        if sentence.low[at] in sentence.rule_words.time_openers and sentence.mask[at + 1] & _PERSON:
            break  # "when he was at school"
        if sentence.low[at] in sentence.rule_words.causes:
            return False
    return True


def _is_by_mine(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "my brother killed a child": somebody speaks of their own past."""
    if not sentence.roles & _OWN or event.voice != "active":
        return False
    return any(sentence.mask[at] & _OWN for at in range(max(0, event.at - _AGE), event.at))
