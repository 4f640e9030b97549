"""Who says so, where it is not the publisher: "the council said", "a claim by X that", "could not be verified".

The subject of a verb of speech decides: residents, media, rebels, hospitals report what the publisher need not accept;
a ministry, an army, the police speak for the publisher's side. What the publisher itself said before and corrects now
is no claim at all.
"""

from __future__ import annotations

from itertools import compress, count
from typing import TYPE_CHECKING

from watcher.detect.cues.own_statements import is_early, is_own_statement, is_publishers, is_taken_back, is_withdrawn
from watcher.detect.cues.speakers import is_deed, is_paper
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DATE,
    DETERMINER,
    PREPOSITION,
    RANK,
    RELATIVE,
    is_negated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.config.words import CueWords, Role
    from watcher.detect.words.tokens import Sentence


_NEGATOR, _ACCORDING, _POSSESSIVE = ROLES["negators"], ROLES["according"], ROLES["possessives"]
_TELLER = 8  # words of an opening in which somebody tells
_SUBJECT = 10  # words of a subject before its verb
_INSERTED = 8  # words between two commas before a verb of speech
_INSERTING = frozenset({",", "–", "—", "-"})
_OBJECT = 3  # words of what is confirmed: "the villagers' account"
_INVERTED = 5  # words of one after it
_CONFIRMING = 6  # words between "not" and "confirm"
_CREDITED = 4  # words between "claimed" and the attack that is claimed
_OWNER = 2  # words between "our" and its statement
_CONTENT = 12  # words between a claim and its "that"
_OF_US = 8  # words after "they" in which those who publish are spoken of
_STOPS = frozenset(',;:."“”')
_OFFICES = frozenset({"military", "police", "official"})


def hearsay_cues(sentence: Sentence) -> list[tuple[int, CueWords]]:
    """The cues that grammar makes of who says what, each with its token."""
    found: list[tuple[int, CueWords]] = []
    telling = sentence.lexicon.telling
    label = _label(sentence)
    if label >= 0:
        found += [(label, cue) for cue in sentence.lexicon.composed["hearsay"]]
    if not sentence.roles & _ACCORDING and telling.isdisjoint(sentence.present):
        return found
    told = list(compress(count(), map(telling.__contains__, sentence.low)))
    if sentence.roles & _ACCORDING:
        told = sorted({*told, *(at for at, roles in enumerate(sentence.mask) if roles & _ACCORDING)})
    for at in told:
        for role in (*_roles_at(sentence, at, sentence.low[at]), *_agents_at(sentence, at)):
            found += [(at, cue) for cue in sentence.lexicon.composed[role]]
    told_on = [at for at in sentence.ends if found and _is_told_on_by_others(sentence, at)]
    return found + [(at, cue) for at in told_on for cue in sentence.lexicon.composed["hearsay"]]


def _is_told_on_by_others(sentence: Sentence, at: int) -> bool:
    """As in "the union speaks of eleven dead and says that six died later": whoever tells both is an outsider."""
    second = sentence.low[at].partition(" ")[2]
    return second in sentence.rule_words.saying and is_outsider(sentence, _of_first_verb(sentence, at))


def _label(sentence: Sentence) -> int:
    """As in "Rebel radio: twelve dead", "Their figure: 18": the last word before the colon, or -1."""
    if ":" not in sentence.low[1:_TELLER]:
        return -1
    colon, words = sentence.low.index(":"), sentence.rule_words
    lows = {low for at in range(colon) for low in sentence.low[at].split(" ")}
    if not words.finite_auxiliaries.isdisjoint(lows):
        return -1  # "That is propaganda: two were killed."
    if any(at < colon for at in sentence.harms):
        return -1
    if words.mouthpieces.isdisjoint(lows):
        return colon - 1 if _is_speaker(sentence, colon) else -1
    if any(roles & _NEGATOR for roles in sentence.mask[:colon]):
        return -1  # "What the radio did not mention: eleven died"
    is_theirs = not words.theirs.isdisjoint(lows)
    return colon - 1 if is_theirs or is_outsider(sentence, range(colon)) else -1


def _is_speaker(sentence: Sentence, colon: int) -> bool:
    """As in "Rebels: 40 soldiers killed", "Militants: we shot nine"; not "Rebels: 40 killed", who are the dead."""
    label = [one for one in sentence.groups if one.last < colon]
    told = [one for one in sentence.groups if one.first > colon and one.head >= 0 and not one.is_guess]
    if len(label) != 1 or label[0].first > 1 or label[0].last != colon - 1 or label[0].is_counted:
        return False  # "The enemy shelled the town: three residents are dead"
    is_next = bool(told) and told[0].first <= colon + 2 and len(told) == 1
    is_other = is_next and told[0].victim not in {"unknown", label[0].victim}
    is_own = sentence.low[colon + 1] in sentence.rule_words.we
    return (is_other or is_own) and is_outsider(sentence, range(colon))


def _roles_at(sentence: Sentence, at: int, low: str) -> Iterator[Role]:
    words = sentence.rule_words
    first, _, second = low.partition(" ")
    # Not "an assessment of a report", "after the passenger list was checked".
    is_noun = second in words.finite_auxiliaries or (first in words.allegations and is_in_place_of_noun(sentence, at))
    if first in words.saying and at and not is_noun and not is_deed(sentence, at) and not says_nothing(sentence, at):
        subject = subject_of_saying(sentence, at)
        if _is_unsaid(sentence, subject, at):
            return  # "the radio did not mention that eleven died": the publisher does
        if is_own_statement(sentence, subject.start, at) or is_early(sentence, range(subject.start, at)):
            yield "superseded"
        elif (
            is_outsider(sentence, subject)
            or is_paper(sentence, subject)
            or is_outsider(sentence, _inverted(sentence, at))
            or _claims_it(sentence, subject, at)
        ):
            yield "hearsay"
    elif _is_word_of_others(sentence, at, low):
        yield "hearsay"
    elif first in words.allegations and (second in words.content_clause_openers or tells_content(sentence, at)):
        yield "reported_claim"
    elif low in words.own_statements:
        is_corrected = is_withdrawn(sentence, at) and tells_content(sentence, at) and is_publishers(sentence, at)
        if is_corrected or is_taken_back(sentence, at):
            yield "superseded"
    elif first in words.confirming and (is_unable(sentence, at) or _is_wanting(sentence, at)):
        yield "unconfirmed"


def is_in_place_of_noun(sentence: Sentence, at: int) -> bool:
    """As in "a report that", "an inquiry into claims that": what stands before can open no verb."""
    before = sentence.low[at - 1].rpartition(" ")[2]
    return bool((sentence.mask[at - 1] | sentence.lexicon.lookup[before].mask) & (DETERMINER | PREPOSITION))


def _claims_it(sentence: Sentence, subject: range, at: int) -> bool:
    """As in "they claim that nine died": the verb doubts it, whoever says so; not "the ministry claims"."""
    words = sentence.rule_words
    is_they = sentence.low[at] in words.vague_verbs and sentence.low[at - 1] in words.vague_pronouns  # not "they said"
    if not subject or not (is_they or sentence.low[at] in words.doubting_verbs):
        return False
    if not words.credit.isdisjoint(sentence.low[at + 1 : at + 1 + _CREDITED]):
        return False  # "has claimed 19 victims"
    lows = {low for one in subject for low in sentence.low[one].split(" ")}
    is_end = sentence.low[min(at + 1, sentence.size - 1)] in _STOPS
    if sentence.low[at] in words.lives_verbs and not any(harm > at for harm in sentence.harms) and not is_end:
        return False  # "the campaign has claimed 128 of our soldiers"
    is_publisher = not (words.insiders.isdisjoint(lows) and words.publisher_pronouns.isdisjoint(lows))
    return not is_publisher and not any(_is_office(sentence, one) for one in subject)


def _is_office(sentence: Sentence, at: int) -> bool:
    """As in "the colonel", "a constable": somebody of the publisher's side."""
    people = sentence.words[at].people
    return bool(sentence.mask[at] & RANK) or (people is not None and people.victim in _OFFICES)


def _is_word_of_others(sentence: Sentence, at: int, low: str) -> bool:
    """As in "according to residents", "the rebels' bulletin admits four dead", "some say we killed fourteen"."""
    words, first = sentence.rule_words, low.partition(" ")[0]
    if sentence.mask[at] & _ACCORDING and _is_by_another(sentence, at):
        return True
    if first in words.admitting:
        return _is_of_enemy(sentence, subject_of_saying(sentence, at))
    return first in words.vague_speakers and low != first and _is_of_us(sentence, at)


def _is_unsaid(sentence: Sentence, subject: range, at: int) -> bool:
    """As in "the union did not mention that eleven had died", "What the bulletin does not say: eleven died"."""
    words, first = sentence.rule_words, sentence.low[at].partition(" ")[0]
    if not is_negated(sentence, at, _OBJECT):
        return False
    is_asked = bool(subject) and subject.start > 0 and sentence.low[subject.start - 1] in words.manner_openers
    is_asked |= bool(subject) and sentence.low[subject.start] in words.manner_openers
    return first in words.disclosing or is_asked


def is_told_by_others(sentence: Sentence, verb: int) -> bool:
    """Whether nobody of the publisher's side says what a verb says: "rebel radio speaks of", "local media report"."""
    subject = range(subject_of_saying(sentence, verb).start, verb + (" " in sentence.low[verb]))
    return not is_own_statement(sentence, subject.start, verb) and is_outsider(sentence, subject)


def _is_nobody(sentence: Sentence, subject: range) -> bool:
    return bool(subject) and subject.start in sentence.quantities and sentence.quantities[subject.start].high == 0


def _agents_at(sentence: Sentence, at: int) -> Iterator[Role]:
    """The roles of a participle with whoever says so after its "by"."""
    if _is_told_by(sentence, at):
        yield "told_by"
    elif _is_informed_by(sentence, at) or _is_quoted(sentence, at) or _is_testimony(sentence, at):
        yield "hearsay"


def _is_testimony(sentence: Sentence, at: int) -> bool:
    """As in "Farid Noor testified that a shell killed his mother": the word of a person without rank or office."""
    words = sentence.rule_words
    if sentence.low[at] not in words.testifying or says_nothing(sentence, at) or is_deed(sentence, at):
        return False
    subject = subject_of_saying(sentence, at)
    is_name = bool(subject) and all(sentence.is_capital(one) for one in subject)
    return is_name and not any(sentence.mask[one] & RANK or sentence.words[one].people for one in subject)


def _is_quoted(sentence: Sentence, at: int) -> bool:
    """As in "the radio quoted a village chief as saying that", "quoted a witness as saying": whose words they are."""
    words = sentence.rule_words
    if at < 2 or sentence.low[at - 1] not in words.capacity or sentence.low[at].partition(" ")[0] not in words.saying:
        return False
    verb = next(
        (probe for probe in range(at - 2, max(0, at - _SUBJECT), -1) if sentence.low[probe] in words.quoting), 0
    )
    if not verb:
        return False
    return is_outsider(sentence, subject_of_saying(sentence, verb)) or is_outsider(sentence, range(verb + 1, at - 1))


def _is_informed_by(sentence: Sentence, at: int) -> bool:
    """As in "the mission was told by elders that": what follows are their words."""
    words, after = sentence.rule_words, at + 1
    is_passive = at > 0 and sentence.low[at] in words.telling_somebody and bool(sentence.mask[at - 1] & BE)
    if not is_passive or after >= sentence.size or sentence.low[after] not in words.by:
        return False
    end = next((one for one in range(after + 1, sentence.size) if ends_subject(sentence, one)), sentence.size)
    is_content = end < sentence.size and sentence.low[end] in words.content_clause_openers
    return is_content and is_outsider(sentence, range(after + 1, end))


def _is_told_by(sentence: Sentence, at: int) -> bool:
    """As in "the 90 dead claimed by the enemy", "two deaths were reported by villagers": right after a harm."""
    after, words = at + 1, sentence.rule_words
    if (
        after >= sentence.size
        or sentence.low[after] not in words.by
        or sentence.low[at] not in words.report_participles
    ):
        return False
    last = at - 1
    while last > 0 and sentence.mask[last] & (AUXILIARY | ADVERB):
        last -= 1
    if not (sentence.is_harm(last) or sentence.is_harm(last - 1)):
        return False  # "two died in an attack claimed by the rebels"
    end = next((one for one in range(after + 1, sentence.size) if ends_subject(sentence, one)), sentence.size)
    return is_outsider(sentence, range(after + 1, min(end, after + 1 + _INVERTED)))


def _is_by_another(sentence: Sentence, at: int) -> bool:
    """As in "according to residents", "a letter according to which"."""
    end = min(sentence.size, at + _INVERTED)
    after = range(at + 1, next((one for one in range(at + 1, end) if sentence.low[one] in _STOPS), end))
    if after and sentence.low[at + 1] in sentence.rule_words.whose_own:
        return False  # "according to our information the adversary has lost five"
    return bool(after) and (bool(sentence.mask[at + 1] & RELATIVE) or is_outsider(sentence, after))


def says_nothing(sentence: Sentence, verb: int) -> bool:
    """As in "claimed responsibility for the attack", "were put in danger": nobody says what happened."""
    words, after = sentence.rule_words, range(verb + 1, min(sentence.size, verb + 1 + _CREDITED))
    thing = next((at for at in after if not sentence.mask[at] & DETERMINER), verb)
    is_credit = sentence.low[thing].partition(" ")[0] in words.credit  # "claimed the bodies of the two"
    if is_negated(sentence, verb, _OWNER + 1):
        is_credit |= not words.credit.isdisjoint(sentence.low[verb].split(" "))  # "no group has claimed responsibility"
    deed = next((at for at in after if sentence.low[at] in words.events), sentence.size)
    is_plain = (
        " " not in sentence.low[verb] and sentence.low[verb] not in words.telling_somebody
    )  # "told the mission that"
    is_credit |= (
        is_plain and deed + 1 < sentence.size and bool(sentence.mask[deed + 1] & RELATIVE)
    )  # "the bombing that"
    after = range(after.start + any(sentence.mask[at] & DATE for at in after[:1]), after.stop)  # "listed yesterday as"
    is_state = any(sentence.low[at] in words.capacity or sentence.is_harm(at) for at in after[:1])
    is_state &= bool(sentence.mask[verb] & ADVERB) and not _is_noun(sentence, verb + 1)  # "the man reported dead"
    is_state |= not words.capacity.isdisjoint(sentence.low[verb].split(" "))  # "the man listed as missing"
    is_held = sentence.low[verb] in words.carrying and verb + 1 < sentence.size  # "held their post"
    is_held = is_held and bool(sentence.mask[verb + 1] & (DETERMINER | _POSSESSIVE))
    return is_credit or is_state or is_held or bool(sentence.mask[verb - 1] & BE)


def _is_noun(sentence: Sentence, at: int) -> bool:
    """As in "media have reported fatalities": a noun of harm is what is reported."""
    entry = sentence.words[at].harm if at < sentence.size else None
    return entry is not None and entry.form == "noun"


def subject_of_saying(sentence: Sentence, verb: int) -> range:
    """The tokens of the subject right before a verb of speech, over its auxiliaries and adverbs."""
    last = verb - 1
    while last >= 0 and sentence.mask[last] & (AUXILIARY | ADVERB):
        last -= 1
    last = _before_insertion(sentence, last)
    if last > 0 and sentence.mask[last] & RELATIVE:
        return _of_relative(sentence, last - 1)
    if last >= 0 and sentence.low[last] in sentence.rule_words.publisher_pronouns:
        return range(last, last + 1)  # "in connection with media enquiries we inform"
    first = last
    while first >= 0 and last - first < _SUBJECT and not ends_subject(sentence, first):
        first -= 1
    subject, words = range(first + 1, last + 1), sentence.rule_words
    is_noun = sentence.low[verb] in words.allegations and words.insiders.isdisjoint(sentence.low[first + 1 : last + 1])
    return range(max(0, last), last + 1) if is_noun else subject  # "rebels claim", not "a rebel claim"


def _of_first_verb(sentence: Sentence, joint: int) -> range:
    """As in "the union speaks of eleven dead and says that six died later": the subject of both verbs."""
    for at in range(joint - 1, 0, -1):
        if sentence.low[at] in _STOPS or sentence.mask[at] & (CONJUNCTION | RELATIVE):
            break
        if sentence.low[at].partition(" ")[0] in sentence.rule_words.saying:
            return subject_of_saying(sentence, at)
    return range(joint, joint + 1)


def _of_relative(sentence: Sentence, last: int) -> range:
    """As in "from a local station, which says that": the noun before the relative pronoun, whatever governs it."""
    last -= sentence.low[last] == ","
    first = last
    while first >= 0 and last - first < _SUBJECT and not ends_subject(sentence, first):
        if sentence.mask[first] & PREPOSITION and sentence.low[first] not in sentence.rule_words.genitive:
            break
        first -= 1
    return range(first + 1, last + 1)


def _before_insertion(sentence: Sentence, last: int) -> int:
    """As in "the rebels, for their part, announced": the token before two commas, or the one that was asked for.

    So before "The army, which lost two men, said", "The army – accused of shelling the town – said".
    """
    if last < 1 or sentence.low[last] not in _INSERTING:
        return last
    sign = sentence.low[last]
    opening = next((at for at in range(last - 1, max(0, last - _INSERTED), -1) if sentence.low[at] == sign), 0)
    is_plain = all(not sentence.is_harm(at) and not sentence.mask[at] & AUXILIARY for at in range(opening, last))
    is_aside = opening > 0 and opens_aside(sentence, opening + 1)
    return opening - 1 if opening and (is_plain or is_aside) else last


def opens_aside(sentence: Sentence, at: int) -> bool:
    """Whether a relative pronoun or a participle begins what a sentence only inserts: "which", "accused of"."""
    first = sentence.low[at].partition(" ")[0]
    return bool(sentence.mask[at] & RELATIVE) or first.endswith(sentence.rule_words.participle_endings)


def _is_told_on(sentence: Sentence, verb: int) -> bool:
    """Whether what is said, or to whom, comes after a verb of speech, so that its subject stands before it."""
    words, after = sentence.rule_words, sentence.low[verb + 1 : verb + 2]
    return sentence.low[verb] in words.telling_somebody or not words.content_clause_openers.isdisjoint(after)


def ends_subject(sentence: Sentence, at: int) -> bool:
    """Whether a token can stand in no subject of a verb of speech."""
    if at + 1 < sentence.size and sentence.mask[at + 1] & DATE and sentence.mask[at] & BARRIER:
        return False  # "a video circulating since Tuesday says"
    is_verb = sentence.mask[at] & AUXILIARY and not sentence.mask[at] & PREPOSITION  # "callers to the hotline"
    return (
        sentence.low[at] in _STOPS or bool(is_verb or sentence.mask[at] & (BARRIER | RELATIVE)) or sentence.is_harm(at)
    )


def _inverted(sentence: Sentence, verb: int) -> range:
    """The subject after a verb of speech that a comma or a quotation mark parts from what is said."""
    is_parted = verb > 0 and sentence.low[verb - 1] in _STOPS and not _is_told_on(sentence, verb)
    is_parted = is_parted and _before_insertion(sentence, verb - 1) == verb - 1  # "the head, Ida Holm, said"
    end = min(sentence.size, verb + 1 + _INVERTED) if is_parted else verb + 1
    return range(verb + 1, next((at for at in range(verb + 1, end) if sentence.low[at] in _STOPS), end))


def is_outsider(sentence: Sentence, subject: range) -> bool:
    """Whether a subject is nobody of the publisher's side: residents, media, the other side."""
    words = sentence.rule_words
    lows = [low for at in subject for low in sentence.low[at].split(" ")]
    if _is_nobody(sentence, subject):
        return False  # "no group has said that it planted the bomb"
    if not (words.enemy_words.isdisjoint(lows) and words.foreign.isdisjoint(lows)):
        return True
    if any(" " in sentence.low[at] and sentence.low[at] in words.outsiders for at in subject):
        return True  # "the village chief"
    if not words.insiders.isdisjoint(lows):
        return _is_beside_insiders(sentence, subject) or _are_reports(sentence, subject)
    if any(_is_adversary(sentence, at) for at in subject) or _are_reports(sentence, subject):
        return True
    if lows and lows[-1] in words.vague_speakers and _is_of_us(sentence, subject.stop):
        return True
    return not words.outsiders.isdisjoint(lows) and words.ranks_of_any_side.isdisjoint(lows)


def _is_of_enemy(sentence: Sentence, subject: range) -> bool:
    """As in "the militants' own radio concedes seven dead": what the other side publishes is its word."""
    words = sentence.rule_words
    lows = [low for at in subject for low in sentence.low[at].split(" ")]
    if words.mouthpieces.isdisjoint(lows):
        return False  # "the rebels admit nine dead": who owns up to it is believed
    is_named = not (words.enemy_words.isdisjoint(lows) and words.foreign.isdisjoint(lows))
    return is_named or any(_is_adversary(sentence, at) for at in subject)


def _are_reports(sentence: Sentence, subject: range) -> bool:
    """As in "reports reaching the mission speak of 30 dead": what goes about, and not "reports of our patrols"."""
    words = sentence.rule_words
    if not subject or sentence.low[subject.start] not in words.going_about:
        return False
    return all(sentence.low[at] not in words.genitive and sentence.low[at] not in words.own_words for at in subject)


def _is_beside_insiders(sentence: Sentence, subject: range) -> bool:
    """As in "residents near the police station", "callers to the commission's hotline": the noun before decides."""
    words = sentence.rule_words
    inside = next(at for at in subject if not words.insiders.isdisjoint(sentence.low[at].split(" ")))
    before = range(subject.start, inside)
    is_person = any(sentence.low[at] in words.witnesses for at in before)
    return is_person and any(sentence.mask[at] & PREPOSITION for at in before)


def _is_adversary(sentence: Sentence, at: int) -> bool:
    people = sentence.words[at].people
    if at and sentence.low[at - 1] in sentence.rule_words.agent_openers:
        return False  # "operations against militants"
    return people is not None and people.victim == "combatant" and not people.is_weak


def _is_of_us(sentence: Sentence, first: int) -> bool:
    """As in "they say we killed fourteen": what others say of the publisher's own."""
    return not sentence.rule_words.first_persons.isdisjoint(sentence.low[first : first + _OF_US])


def tells_content(sentence: Sentence, at: int) -> bool:
    """Whether a noun such as "claim" says what is claimed: "by the council that …", "from the village of …"."""
    words = sentence.rule_words
    if _opens_version(sentence, at):
        return True
    if sentence.low[at + 1 : at + 2] == [","]:
        return _goes_on_with_content(sentence, at + 1)
    for probe in range(at + 1, min(sentence.size, at + 1 + _CONTENT)):
        if sentence.low[probe] in words.content_clause_openers or sentence.low[probe] in words.citing:
            return True
        if sentence.mask[probe] & _ACCORDING:
            return True
        if sentence.is_harm(probe):
            openers = words.genitive | words.topic_openers if sentence.low[at] in words.charges else words.genitive
            return not openers.isdisjoint(sentence.low[at + 1 : probe])
        is_next_verb = sentence.mask[probe - 1] & CONJUNCTION and sentence.low[probe] in words.affirming
        if sentence.low[probe] in _STOPS or sentence.mask[probe] & AUXILIARY or is_next_verb:
            return False
    return False


def _opens_version(sentence: Sentence, at: int) -> bool:
    """As in "the villagers' version, in which twenty were killed": what somebody tells, and not "in our version"."""
    if sentence.low[at] not in sentence.rule_words.versions or sentence.low[at - 1] in sentence.rule_words.own_words:
        return False
    first = at + 1 + int(sentence.low[at + 1 : at + 2] == [","])
    return not sentence.rule_words.citing.isdisjoint(sentence.low[first : first + 1])


def _goes_on_with_content(sentence: Sentence, comma: int) -> bool:
    """As in "the story, first printed in the capital, that": what the noun says stands after the second comma."""
    inner = range(comma + 1, min(sentence.size - 1, comma + 1 + _CONTENT))
    closing = next((at for at in inner if sentence.low[at] in _STOPS), comma)
    return closing > comma and sentence.low[closing + 1] in sentence.rule_words.content_clause_openers


def is_unable(sentence: Sentence, at: int) -> bool:
    """As in "could not be confirmed", "has not been able to verify"."""
    if sentence.low[at] in sentence.rule_words.unproved:
        return True
    before = range(at - 1, max(-1, at - 1 - _CONFIRMING), -1)
    for probe in before:
        if sentence.low[probe] in _STOPS:
            return False
        if sentence.mask[probe] & _NEGATOR or sentence.low[probe] in sentence.rule_words.inability:
            return True
    return False


def _is_wanting(sentence: Sentence, at: int) -> bool:
    """As in "confirmation is still lacking", "awaits confirmation": of a noun, before its verb or after it."""
    words = sentence.rule_words
    if sentence.low[at].partition(" ")[0] not in words.confirmations or words.wanting.isdisjoint(sentence.present):
        return False
    for probe in range(at + 1, min(sentence.size, at + 1 + _CONFIRMING)):
        if sentence.low[probe] in words.wanting:
            return True
        if sentence.low[probe] in _STOPS or sentence.words[probe].harm is not None:
            break
    return any(sentence.low[probe] in words.wanting for probe in range(max(0, at - _OBJECT), at))
