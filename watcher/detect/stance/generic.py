"""People who are nobody in particular: "those who died far from home", "wounded soldiers", "when civilians are harmed".

Without a number, a name, a day or an event that the text speaks of, a relative clause remembers, an adjective describes
and a present tense sets a rule.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.detect.cues.background_cues import is_sought
from watcher.detect.cues.cases import is_any_case, is_load
from watcher.detect.cues.life_stories import is_natural_death, is_of_no_cause, is_own_past, is_relatives_death
from watcher.detect.harm.bare_participles import is_rumoured
from watcher.detect.people.animals import follows_lost_things, is_of_animals
from watcher.detect.stance.other_senses import other_sense
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    BARRIER,
    BE,
    CONJUNCTION,
    DAY,
    DETERMINER,
    INDEFINITE,
    MONTH,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    UNIT,
    is_month,
)
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent, Judgement, Quantity
    from watcher.detect.words.tokens import Sentence


_TELLING = ROLES["speech"] | ROLES["leave"] | ROLES["part_openers"]
_PLURAL = ROLES["plural_pronouns"]
_NAMING = frozenset({"noun", "reduced"})
_NAMED_ALONE = frozenset({"noun", "adjective", "attribute", "reduced"})
_DESCRIBING = frozenset({"noun", "attribute", "active"})
_FROM = 7  # words of "a mile and a half from the hamlet"
_CAUSE = 5  # words around a noun of harm that say where it was reported
_ADJECTIVES = 6  # words of a row of adjectives
_SUBJECT = 3  # words between a subject and its verb
_ENTITLED = 9  # words between the wounded and what they are entitled to
_RANKED = 5  # words of "He is the third officer"
_YEAR = 4  # figures
_EVENT = 4  # words between an article and the event that it points to


def without_generic(document: Document, sentence: Sentence, event: HarmEvent) -> Judgement:
    """The judgement of an event, or that it is remembered, only possible, or no claim, where nobody is meant."""
    judged, group = event.judgement, event.group
    if judged.dismissed:
        return judged
    reason = _no_claim(sentence, event)
    is_again = event.entry.is_solemn and event.entry.form == "noun"  # "paid tribute to the fallen"
    is_again = is_again or _is_ranked(sentence, event)
    if not reason and is_again and any(_is_same_news(one, event) for one in document.events):
        reason = "counted before"
    if group is not None and not reason and is_of_animals(document, sentence, group):
        reason = "an animal"
    if not reason and follows_lost_things(document, sentence, event):
        reason = "a thing"
    if reason or judged.stance not in REPORTED or group is None:
        return judged._replace(dismissed=reason)
    if is_own_past(sentence, event, group):
        is_kin = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.kin
        is_natural = is_kin and is_of_no_cause(sentence, event)
        return judged._replace(dismissed="a life story") if is_natural else _of_history(judged, "life story")
    if group.is_owned and is_relatives_death(sentence, event, group):
        is_natural = event.entry.form == "intransitive"
        return judged._replace(dismissed="nobody in particular") if is_natural else _of_history(judged, "life story")
    if judged.stance == "asserted" and is_any_case(sentence, event, group):
        return judged._replace(stance="hypothetical", rules=(*judged.rules, "any case"))
    is_somebody = group.is_counted or group.is_name or _is_specific(document, sentence, event)
    return judged if is_somebody else _of_anybody(sentence, event, group, judged)


def _of_history(judged: Judgement, rule: str) -> Judgement:
    return judged._replace(stance="historical", is_background=False, rules=(*judged.rules, rule))


def _no_claim(sentence: Sentence, event: HarmEvent) -> str:
    """Why a harm is no claim at all, whatever its stance: a place, a rate, those who live, a natural death; or ""."""
    group = event.group
    if _is_place(sentence, event):
        return "where it was reported"
    other = other_sense(sentence, event)
    if other or group is None:
        return other
    if _is_nobody(sentence, event, group):
        return "nobody in particular"
    if is_natural_death(sentence, event, group):
        return "a natural death"
    if is_sought(sentence, event):
        return "sought for a crime"
    if not sentence.rule_words.loading.isdisjoint(sentence.present) and is_load(sentence, event):
        return "a capacity"
    return "a rate" if _is_ratio(sentence, group) or _is_yearly(sentence, group) else ""


def _of_anybody(sentence: Sentence, event: HarmEvent, group: Group, judged: Judgement) -> Judgement:
    """The judgement of a harm to people whom neither a number nor a name, a day or an event of the text fixes."""
    if judged.stance == "alleged" and event.at and is_rumoured(sentence, event.at - 1):
        return judged
    if _is_rule(sentence, event, group):
        return judged._replace(stance="hypothetical", rules=(*judged.rules, "generic"))
    if _is_remembered(sentence, event, group):
        is_death = event.entry.harm == "killed"
        return _of_history(judged, "generic") if is_death else judged._replace(dismissed="nobody in particular")
    if (
        _is_cared_for(sentence, event, group)
        or _is_ever_helped(sentence, event, group)
        or _is_described(sentence, event, group)
        or _is_yours(sentence, event)
        or _is_entitled(sentence, event, group)
    ):
        return judged._replace(dismissed="nobody in particular")
    return judged


def _is_place(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "two kilometres from where civilian deaths had been reported": a place, no report."""
    group, words = event.group, sentence.rule_words
    is_number = group is not None and group.is_counted and not sentence.mask[group.first] & INDEFINITE
    if is_number:
        return False
    if _is_measured_to(sentence, event):
        return True
    if event.voice not in _DESCRIBING:
        return False
    begin, end = max(0, event.first - _CAUSE), event.last + 1
    before, after = sentence.low[begin : event.first], sentence.low[end : end + _CAUSE]
    is_told = not words.report_participles.isdisjoint(low.partition(" ")[0] for low in after)
    if not words.place_clauses.isdisjoint(before):
        return is_told
    if is_told and any(_is_where(sentence, at) for at in range(max(1, begin), event.first)):
        return True  # "each spot from which a death has been reported"
    if event.voice != "noun":
        return False
    place = next((at for at, low in enumerate(before) if low in words.place_nouns), len(before))
    return not words.genitive.isdisjoint(before[place:]) and not words.report_participles.isdisjoint(before[place:])


def _is_measured_to(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "a mile from the hamlet in which residents were said to have died": how far it was, and no report."""
    words = sentence.rule_words
    begin, end = max(1, event.first - _CAUSE), min(sentence.size, event.last + _CAUSE)
    before = range(begin, event.first)
    places = [at for at in before if sentence.low[at] in words.place_clauses or _is_where(sentence, at)]
    if not places:
        return False
    told = {low.partition(" ")[0] for low in sentence.low[begin:end]}
    if words.report_participles.isdisjoint(told) and words.saying.isdisjoint(told):
        return False
    lookup = sentence.lexicon.lookup
    near = (low.partition(" ")[0] for low in sentence.low[max(0, places[0] - _FROM) : places[0]])
    return any(lookup[low].mask & UNIT for low in near)


def _is_ranked(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "He is the third officer to be killed this year", "It was the first death since 1990": said before."""
    group, words = event.group, sentence.rule_words
    if sentence.size < _RANKED or not sentence.mask[1] & BE or not _opens_with_pronoun(sentence):
        return False
    is_one = group is None or (group.low == 1 and not group.is_name)
    if sentence.roles & ROLES["negators"] or not words.allegations.isdisjoint(sentence.present):
        return False  # "this is not the first report of injuries"
    return is_one and not words.sequence_adjectives.isdisjoint(sentence.low[2:_RANKED]) and event.at > _RANKED - 2


def _opens_with_pronoun(sentence: Sentence) -> bool:
    """Whether a sentence opens with "he", "it" or "this"."""
    is_pronoun = sentence.mask[0] & ROLES["singular_pronouns"]
    return bool(is_pronoun) or sentence.low[0] in sentence.rule_words.pointing_back


def _is_where(sentence: Sentence, at: int) -> bool:
    """As in "the valley from which", "the junction beyond which"."""
    is_known = " " in sentence.low[at] and sentence.mask[at] & BARRIER  # "in which", known as one phrase
    return bool(is_known or (sentence.mask[at] & RELATIVE and sentence.mask[at - 1] & PREPOSITION))


def _is_plural(group: Group) -> bool:
    """Whether several are meant whose number is not said: "soldiers", "those"."""
    return group.kind in {"vague", "none"} and not group.is_counted


def _is_specific(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a day, an event or an earlier claim says who is meant."""
    if _has_day(sentence, event) or any(_is_same_news(one, event) for one in document.events):
        return True
    mask, low, events = sentence.mask, sentence.low, sentence.rule_words.events
    if not sentence.roles & MONTH and events.isdisjoint(low):
        return False
    for at, roles in enumerate(mask):
        if roles & MONTH and at + 1 < sentence.size and low[at + 1][0].isdecimal():
            return True
        if low[at] in sentence.rule_words.universal or low[at - 1] in sentence.rule_words.law_openers:
            continue  # "the dead of every accident", "under the new act"
        if roles & DETERMINER and not events.isdisjoint(low[at + 1 : at + 1 + _EVENT]):
            return True
    return False


def _has_day(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a day of the week stands in the part of a sentence up to a semicolon that tells of a harm."""
    if not sentence.roles & DAY or ";" not in sentence.low:
        return bool(sentence.roles & DAY)
    days = [at for at, roles in enumerate(sentence.mask) if roles & DAY]
    return any(";" not in sentence.low[min(at, event.at) : max(at, event.at)] for at in days)


def _is_same_news(one: HarmEvent, event: HarmEvent) -> bool:
    """Whether an earlier claim of a text is news of the same harm."""
    return one.claim.harm == event.entry.harm and one.claim.stance in REPORTED and not one.claim.is_background


def _is_cared_for(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "wheelchairs for the injured", "to stop bleeding in the wounded": whoever is ever hurt."""
    opener = group.first - 1
    if not group.is_pronoun or event.voice not in _NAMING or opener < 1 or not sentence.is_word(opener):
        return False
    return sentence.low[opener] in sentence.rule_words.care_openers and not _is_past(sentence)


def _is_past(sentence: Sentence) -> bool:
    """Whether a sentence tells of what has happened: a past verb, a day, a number of people."""
    words = sentence.rule_words
    is_told = not words.past_verbs.isdisjoint(sentence.present) or bool(sentence.roles & DAY)
    return is_told or any(one.is_counted and not one.is_guess for one in sentence.groups)


def _is_rule(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "when civilians are harmed", "a soldier who is killed": the present tense says what holds in general."""
    before = event.at - 1
    while before > 0 and sentence.mask[before] & ADVERB and not sentence.mask[before] & BE:
        before -= 1
    if event.entry.form == "present_intransitive" and sentence.mask[group.first] & INDEFINITE:
        return sentence.low[max(0, group.first - 1)] in sentence.rule_words.time_openers
    if event.voice == "lives":
        return not sentence.rule_words.present_lives.isdisjoint(sentence.low[max(0, group.first - 3) : event.at])
    if event.voice != "passive" or sentence.low[before] not in sentence.rule_words.present_be:
        return False
    is_relative = group.last + 1 < sentence.size and bool(sentence.mask[group.last + 1] & RELATIVE)
    is_anybody = sentence.low[group.first] in sentence.rule_words.unknown_person
    is_case = bool(sentence.mask[group.first] & INDEFINITE) and _opens_case(sentence, group)
    return (
        is_anybody
        or is_case
        or (_is_plural(group) and not group.is_pronoun)
        or (is_relative and bool(sentence.mask[group.first] & INDEFINITE))
    )


def _opens_case(sentence: Sentence, group: Group) -> bool:
    """As in "when a comrade is wounded", "should a diver be hurt"."""
    return group.first > 0 and sentence.low[group.first - 1] in sentence.rule_words.time_openers


def _is_ratio(sentence: Sentence, group: Group) -> bool:
    """As in "one driver in ten who falls asleep dies", "nine in ten victims", "of every hundred divers two die"."""
    if not group.is_counted:
        return False
    words, openers = sentence.rule_words, sentence.rule_words.ratio_openers
    if sentence.low[0] in words.genitive and sentence.low[1] in words.case_determiners:
        return True
    part = next((one for one in sentence.quantities.values() if one.last == group.first - 2), None)
    if part is not None and sentence.low[group.first - 1] in openers and (part.low or 0) < (group.low or 0):
        return True
    after = range(group.first + 1, min(sentence.size - 1, group.last + 2))
    wholes = [at for at in after if sentence.low[at] in openers and at + 1 in sentence.quantities]
    return any(_is_end(sentence, at) and _is_larger(sentence.quantities[at + 1], group) for at in wholes)


def _is_larger(whole: Quantity, group: Group) -> bool:
    """Whether a number is none of a year and more than that of a group."""
    return not whole.is_weak and (whole.low or 0) > (group.low or 0)


def _is_yearly(sentence: Sentence, group: Group) -> bool:
    """As in "kills 8,000 people a year", "two hurt per household": a rate, and no event; not "a year later"."""
    after, words = group.last + 1, sentence.rule_words
    if not words.per.isdisjoint(sentence.low[after : after + 2]):
        return True  # "two injured persons per household"
    if not group.is_counted or after + 1 >= sentence.size or not sentence.mask[after + 1] & UNIT:
        return False
    is_each = sentence.mask[after] & INDEFINITE or sentence.low[after] in words.case_determiners
    if not is_each:
        return False
    if after + 2 >= sentence.size or not sentence.is_word(after + 2):
        return True
    is_place = sentence.mask[after + 2] & PREPOSITION and not sentence.mask[after + 2] & BARRIER
    return bool(is_place) and sentence.low[after + 2] not in words.span_ends  # "a year in the province"


def _is_end(sentence: Sentence, opener: int) -> bool:
    """Whether the number after "in" counts nothing of its own: "in ten", not "in two cars"."""
    after = sentence.quantities[opener + 1].last + 1
    is_people = after < sentence.size and sentence.words[after].people is not None  # "one in five veterans"
    return is_people or after >= sentence.size or not sentence.is_word(after) or bool(sentence.mask[after] & STRUCTURAL)


def _is_ever_helped(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "has for twenty years helped burned children", "supported wounded soldiers for decades"."""
    words = sentence.rule_words
    if words.plural_units.isdisjoint(sentence.present):
        return False
    if group.is_definite or event.voice not in _DESCRIBING | {"reduced", "adjective", "passive"}:
        return False
    for unit in [at for at, low in enumerate(sentence.low) if low in words.plural_units]:
        if not words.long_openers.isdisjoint(sentence.low[max(0, unit - _ENTITLED // 3) : unit]):
            return True
    return False


def _is_entitled(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "the wounded of every war", "… are entitled to", "a soldier hurt on duty receives": who is ever hurt."""
    after = sentence.low[event.at + 1 : event.at + 1 + _ENTITLED]
    words = sentence.rule_words
    if _are_to_be(sentence, event, group):
        return True
    if group.is_pronoun:
        is_of_all = not (words.genitive.isdisjoint(after[:1]) or words.universal.isdisjoint(after[1:2]))
        follow = range(event.at + 1, event.at + 1 + len(after))
        return is_of_all or any(sentence.low[at] in words.entitling and not is_month(sentence, at) for at in follow)
    if group.is_definite or event.voice not in {"reduced", "attribute", "adjective", "active"}:
        return False
    if group.low != 1:
        is_first = group.first == 0 or event.voice == "attribute" or event.at + 1 == group.first
        return _is_plural(group) and is_first and _are_provided(sentence, after)
    if event.voice != "reduced":
        return _is_of_whoever(sentence, event)
    follow = range(event.at + 1, event.at + 1 + len(after))
    gets = [at for at in follow if sentence.low[at] in words.entitling or sentence.low[at] in words.receiving]
    return any(not sentence.mask[at] & MONTH for at in gets)  # not "killed on 3 May"


def _are_to_be(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "the wounded are to be evacuated before the dead", "enemy dead are to be buried": what is the rule."""
    words, low = sentence.rule_words, sentence.low
    if event.voice not in _NAMED_ALONE or (group.is_definite and not group.is_pronoun) or _is_past(sentence):
        return False
    rules = (at for at in range(sentence.size - 1) if low[at] in words.present_be)
    return any(low[at + 1].partition(" ")[0] in words.infinitive_markers for at in rules)


def _is_of_whoever(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Ask any sergeant who has carried a wounded friend": of whoever it may be."""
    words, before = sentence.rule_words, range(event.first)
    opener = next((at for at in before if sentence.low[at] in words.any_words | words.any_person), -1)
    relative = next((at for at in before if opener < at and sentence.mask[at] & RELATIVE), -1)
    if opener < 0 or relative < 0:
        return False
    # not "any blame for the leak that killed a welder"
    return not any(sentence.mask[at] & (PREPOSITION | DETERMINER) for at in range(opener + 1, relative))


def _are_provided(sentence: Sentence, after: list[str]) -> bool:
    """As in "officers killed on duty are buried at the state's expense"."""
    words, lows = sentence.rule_words, {part for low in after for part in low.split(" ")}
    if not words.entitled.isdisjoint(lows) and not sentence.roles & DAY:
        return True  # "injured cyclists have a right to"
    if not words.entitling.isdisjoint(lows) and _is_before_year(sentence, after):
        return True
    return not (words.present_be.isdisjoint(lows) or words.provided.isdisjoint(lows))


def _is_before_year(sentence: Sentence, after: list[str]) -> bool:
    """As in "members hurt before 2005 may ask": whoever was, in all the years before."""
    openers = sentence.rule_words.earlier_than | sentence.lexicon.since
    return any(one in openers and two[0].isdecimal() and len(two) == _YEAR for one, two in pairwise(after))


def _is_remembered(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "those who died far from home", "a friend who paid the ultimate price"."""
    is_relative = group.last < event.at and any(
        sentence.low[at] in sentence.rule_words.person_relatives
        for at in range(group.last + 1, min(event.at, group.last + 3))
    )
    is_anybody = _is_plural(group) or (event.entry.is_solemn and bool(sentence.mask[group.first] & INDEFINITE))
    return is_relative and is_anybody


def _is_described(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "wounded Airmen and their spouses", "for ill, injured and wounded troops": of what kind people are."""
    is_one = group.low == 1 and bool(sentence.mask[group.first] & INDEFINITE)
    if group.head < 0 or not (_is_plural(group) or is_one):
        return False
    if event.voice in {"reduced", "adjective"} and _is_beneficiary(sentence, group):
        return True
    if sentence.low[max(0, group.first - 1)] in sentence.rule_words.whose:
        return True  # "children whose fathers fell"
    if is_one and event.voice == "noun" and event.entry.harm == "killed" and _is_grieved(sentence, event.at):
        return True
    if is_one:
        return False
    if group.is_definite:
        return False
    if event.voice == "reduced":
        return _is_object(sentence, group)
    return event.voice == "attribute" or (event.voice in {"active", "joined"} and _is_governed(sentence, event.at))


def _is_grieved(sentence: Sentence, at: int) -> bool:
    """As in "those grieving the loss of a comrade": whoever it was, of whoever grieves."""
    words, before = sentence.rule_words, range(max(0, at - _ADJECTIVES), at)
    return any(sentence.low[one] in words.survivors or sentence.mask[one] & _PLURAL for one in before)


def _is_object(sentence: Sentence, group: Group) -> bool:
    """As in "supports soldiers wounded in combat", not "Soldiers killed in Amara", "reported soldiers killed"."""
    at = group.first - 1
    is_word = at >= 0 and sentence.is_word(at) and not sentence.is_capital(at)
    return is_word and not sentence.mask[at] & (_TELLING | STRUCTURAL) and sentence.words[at].harm is None


def _is_nobody(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """Whether those are meant who live: who speaks, who is left behind and remembers."""
    is_remembered = event.judgement.stance == "historical" and _are_bereaved(sentence, event, group)
    return is_remembered or (event.judgement.stance in REPORTED and _is_speaker(sentence, event, group))


def _are_bereaved(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "the children of soldiers killed on duty": those who are left behind."""
    words, before = sentence.rule_words, sentence.low[max(0, group.first - 2) : group.first]
    is_kin = group.head >= 0 and sentence.low[group.head] in words.survivors
    is_kin |= len(before) > 1 and before[1] in words.genitive and before[0] in words.survivors
    return is_kin and event.voice == "reduced" and _is_plural(group) and _is_beneficiary(sentence, group)


def _is_beneficiary(sentence: Sentence, group: Group) -> bool:
    """As in "a service for sailors lost at sea", "the widows of officers killed on duty", "names of soldiers slain"."""
    words, opener, after = sentence.rule_words, group.first - 1, group.last + 1
    if sentence.low[group.head] in words.survivors:
        return after < sentence.size and sentence.low[after] in words.genitive
    if opener < 1 or sentence.low[opener] not in words.benefit_openers:
        return False
    return sentence.low[opener] not in words.genitive or sentence.low[opener - 1] in (words.survivors | words.keepsakes)


def _is_governed(sentence: Sentence, at: int) -> bool:
    """Whether only adjectives, commas and joints stand between a preposition and a token."""
    for probe in range(at - 1, max(-1, at - 1 - _ADJECTIVES), -1):
        if sentence.mask[probe] & PREPOSITION:
            return True
        is_joint = sentence.mask[probe] & CONJUNCTION or sentence.low[probe] in {",", "-"}
        is_plain = sentence.is_word(probe) and not sentence.mask[probe] & STRUCTURAL
        if not is_joint and not (is_plain and sentence.low[probe].endswith(sentence.rule_words.participle_endings)):
            return False
    return False


def _is_speaker(sentence: Sentence, event: HarmEvent, group: Group) -> bool:
    """As in "I thought I was dead": who speaks has not died."""
    return event.entry.harm == "killed" and sentence.low[group.first] in sentence.rule_words.one_letter_words


def _is_yours(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "you shot at them when you could"."""
    subjects = sentence.low[max(0, event.at - _SUBJECT) : event.at]
    return event.voice == "active" and not sentence.rule_words.generic_subjects.isdisjoint(subjects)
