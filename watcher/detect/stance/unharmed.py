"""Who came to nothing, by the words of a sentence: unhurt, neither of two, of whom nobody heard, the wrong number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.harm.losses import is_excepted
from watcher.detect.words.annotations import CORRECTED, OF_THESE, Judgement
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DATE,
    DETERMINER,
    HAVE,
    INDEFINITE,
    OTHERS,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    is_negated,
)

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEGATOR = ROLES["negators"]
_PRONOUN = ROLES["plural_pronouns"] | ROLES["singular_pronouns"]
_MISTAKEN = 2  # words of "by mistake"
_SURVIVED = 5  # words between "shot at" and "unhurt"
_FOUND = frozenset({"return", "alive"})  # of the missing: nobody is
_CARE = 5  # words of "is now recovering from a leg wound"
_SIGNS = frozenset(";:")
_STOPS = frozenset(',;:“”"')
_CLAUSE = CONJUNCTION | BARRIER | RELATIVE
_SAID_OF = frozenset({"passive", "intransitive"})
_THERE = 6  # words of "were there any serious injuries"
_ASKED = 4  # words: "When asked", "To the question"
_OPENING = 3  # words: "in none of"


def is_reported_wrongly(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the three reported killed on Monday are in fact prisoners", "who was reported killed is in custody"."""
    words, (told, _, rest) = sentence.rule_words, sentence.low[event.at].partition(" ")
    if not rest or told not in words.report_participles or event.entry.harm != "killed":
        return False
    after = range(event.last + 1, sentence.size)
    if not words.mistakes.isdisjoint(sentence.low[after.start : after.start + _MISTAKEN]):
        return True  # "were reported killed in error"
    verb = next((at for at in after if sentence.mask[at] & BE), sentence.size)
    said = sentence.low[verb + 1 : verb + 1 + _THERE]
    return not words.held_alive.union(words.facts).isdisjoint(said)


def is_unharmed(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> bool:
    """As in "both were unhurt", "he was shot at but escaped unhurt", "the missing pilot is alive"."""
    if event.entry.harm == "missing" and _are_found(sentence, event, reached) and not _is_body_found(sentence):
        return True
    if event.entry.harm == "missing" and event.group is not None and is_excepted(sentence, event.group):
        return False  # "all but six have been accounted for"
    return event.entry.is_unharmed or _is_survived(sentence, event) or _is_not_hurt(event, reached)


def _are_found(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> bool:
    """Whether those who were missing are back, or a verb finds them and no more is said: "were found at dawn"."""
    if OF_THESE in event.rules:
        return False
    if any(cue.role in _FOUND for _, cue in reached):
        return True
    if sentence.rule_words.found_again.isdisjoint(sentence.low[event.at :]):
        return False
    at = next(at for at in range(event.at, sentence.size) if sentence.low[at] in sentence.rule_words.found_again)
    is_passive = bool(sentence.mask[at - 1] & BE) and not sentence.is_cut_off(event.at, at)
    is_other = any(
        event.last < one.first < at and (one.is_counted or _is_next(sentence, one)) for one in sentence.groups
    )
    return is_passive and not is_other and not _is_of_thing(sentence, event) and _ends_there(sentence, at + 1)


def _ends_there(sentence: Sentence, at: int) -> bool:
    """Whether a sign or a time or place comes next, and no harm in the rest of the sentence; not "found with"."""
    is_end = at >= sentence.size or not sentence.is_word(at) or bool(sentence.mask[at] & (PREPOSITION | DATE))
    is_how = at < sentence.size and sentence.low[at] in sentence.rule_words.wound_openers
    return is_end and not is_how and not any(one >= at for one in sentence.harms)


def _is_body_found(sentence: Sentence) -> bool:
    """As in "the body of one of the two missing climbers has been found"."""
    return any(one.entry.is_found and one.entry.harm == "killed" for one in sentence.events)


def is_told_of_living(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "whom we reported drowned, was picked up and is unhurt": dead by a report alone, and then alive."""
    words, at = sentence.rule_words, event.at - 1
    while at > 0 and _may_stand_before(sentence, at):
        at -= 1
    is_told = at >= 0 and not words.telling_fate.isdisjoint(sentence.low[at].split(" "))
    is_told |= sentence.low[event.at].partition(" ")[0] in words.telling_fate
    if not is_told:
        return False
    others = [one.first for one in sentence.groups if one.is_counted and one.first > event.at]
    signs = [one.at for one in sentence.events if one.entry.is_unharmed and one.at > event.at]
    signs += [at for at in sentence.harms if at > event.at and _is_in_care(sentence, at)]
    signs += [at for at in range(event.at + 1, sentence.size) if _survives(sentence, at)]
    signs += [at for at, cue in sentence.cues if cue.role in _FOUND and at > event.at]
    signs += [at for at in range(event.at + 1, sentence.size) if sentence.low[at] in words.turning_up]
    others += [at for at in range(event.at, sentence.size) if sentence.low[at] in _SIGNS]
    return bool(signs) and not any(first < min(signs) for first in others)


def _may_stand_before(sentence: Sentence, at: int) -> bool:
    """As in "reported to have been killed", "listed as dead": what can stand between what was told and the fate."""
    if sentence.low[at] in sentence.rule_words.telling_fate:
        return False
    return bool(sentence.mask[at] & (AUXILIARY | ADVERB)) or sentence.low[at] in sentence.rule_words.capacity


def _survives(sentence: Sentence, at: int) -> bool:
    """As in "the pilot, declared dead on Monday, survived": and not "did not survive"."""
    if sentence.low[at] in sentence.rule_words.living:
        return at + 1 >= sentence.size or not sentence.is_word(at + 1)  # "Roe, declared dead on Sunday, lives"
    entry = sentence.lexicon.lookup[sentence.low[at].partition(" ")[0]].harm  # "survived with" too
    return entry is not None and entry.of_nobody and not is_negated(sentence, at, 2)


def _is_in_care(sentence: Sentence, at: int) -> bool:
    """As in "reported dead on Monday is in intensive care", "is only slightly hurt", "is recovering from burns"."""
    entry = sentence.words[at].harm
    if entry is None or entry.harm != "injured":
        return False
    near = sentence.low[max(0, at - _CARE) : at]
    is_now = any(low in sentence.rule_words.present_be for low in near)
    return is_now and _STOPS.isdisjoint(near)


def is_back(sentence: Sentence, event: HarmEvent, cue: CueWords, low: int, high: int) -> bool:
    """As in "Sgt. Lim, reported missing on Sunday, is alive"; who is back was missing, or is alive and not dead."""
    if OF_THESE in event.rules or _is_of_body(sentence, event) or _is_of_thing(sentence, event):
        return False  # "none of the missing has been found", "the body of one of the missing has been found"
    people = event.group.low if event.group is not None else None  # "of the 20 said to be dead all 20 are alive"
    between = [one for one in sentence.groups if low <= one.first < high]
    is_other = any((one.is_counted and one.low != people) or _is_next(sentence, one) for one in between)
    return not is_other and (event.entry.harm == "missing" or cue.role == "alive")


def found_alive(sentence: Sentence) -> list[int]:
    """Where it is said how people were found: the "alive" of "found both overdue walkers alive"."""
    words = sentence.rule_words
    if words.locating.isdisjoint(sentence.present) or words.alive_states.isdisjoint(sentence.present):
        return []
    found = {one.last + 1: one for one in sentence.groups if one.head >= 0}
    ends = [at for at in found if at < sentence.size and sentence.low[at] in words.alive_states]
    return [
        at for at in ends if not words.locating.isdisjoint(sentence.low[max(0, found[at].first - 2) : found[at].first])
    ]


def _is_next(sentence: Sentence, group: Group) -> bool:
    """As in "the body of the pilot was found and his navigator is alive": somebody else, after an "and"."""
    is_noun = group.head >= 0 and not group.is_guess and group.first > 0
    return is_noun and bool(sentence.mask[group.first - 1] & CONJUNCTION)


def _is_of_body(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the body of one of the two missing climbers": what is found is no living climber."""
    bodies = sentence.rule_words.one_body
    before = [one.at for one in sentence.events if sentence.low[one.at] in bodies and one.at < event.first]
    apart = AUXILIARY | CONJUNCTION | BARRIER
    return bool(before) and not any(sentence.mask[at] & apart for at in range(max(before), event.first))


def _is_of_thing(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the boat of the two missing fishermen was found", "the tug, two of whose crew are missing, was found"."""
    group = event.group
    if group is None or group.first < 2:
        return False
    if any(roles & RELATIVE for roles in sentence.mask[group.first : group.last + 1]):
        return True
    if sentence.low[group.first - 1] not in sentence.rule_words.genitive:
        return False
    noun = group.first - 2
    is_noun = sentence.is_word(noun) and not sentence.mask[noun] & STRUCTURAL and sentence.words[noun].people is None
    return is_noun and noun not in sentence.quantities


def has_come_back(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the search for a diver was called off when he telephoned from home": it is he who was sought."""
    is_pronoun = bool(sentence.mask[at - 1] & _PRONOUN) and not sentence.mask[at - 1] & OTHERS
    return event.entry.harm == "missing" and is_pronoun and event.group is not None and event.group.last < at


def is_of_no_one(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> bool:
    """As in "make sure that everyone is safe", "all rounds were safe": a wish, nobody that could be hurt, not all."""
    if event.group is None:
        return False
    if event.entry.is_unharmed and any(cue.effect == "hypothetical" for _, cue in reached):
        return True  # "the shot may have missed both guards"
    if event.entry.harm not in {"casualty", "missing"}:
        return False
    if event.group.first and sentence.mask[event.group.first - 1] & _NEGATOR:
        return True  # "not all of the passengers have been found"
    after = event.group.last + 1
    is_noun = after < event.at and sentence.is_word(after) and not sentence.mask[after] & STRUCTURAL
    is_thing = event.group.is_pronoun and is_noun
    return is_thing or any(cue.effect == "hypothetical" for _, cue in reached)


def _is_not_hurt(event: HarmEvent, reached: list[tuple[int, CueWords]]) -> bool:
    """As in "the two policewomen in it were not hit": those who are known to have been there came to nothing."""
    group = event.group
    if event.entry.harm != "injured" or event.voice not in _SAID_OF or group is None:
        return False
    is_known = (group.is_counted and group.is_definite) or (group.is_pronoun and group.low != 0)
    return is_known and any(cue.role == "absence" and group.last < at < event.at for at, cue in reached)


def is_not_reported(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "casualties have not been reported": a noun without a number, and nobody has heard of any."""
    if event.voice != "noun" or (event.group is not None and event.group.is_counted):
        return False
    if not sentence.rule_words.clause_openers.isdisjoint(sentence.low[: event.at]):
        return False  # "whether there were casualties was not known"
    if _is_told_of_none(sentence, event.last + 1):
        return True
    after = range(event.last + 1, min(sentence.size, event.last + 1 + _SURVIVED))
    negator = next((at for at in after if sentence.mask[at] & _NEGATOR), -1)
    if negator < 0 or not all(sentence.mask[at] & (AUXILIARY | ADVERB) for at in range(event.last + 1, negator)):
        return False
    return not sentence.rule_words.registering.isdisjoint(sentence.low[negator + 1 : negator + 4])


def _is_told_of_none(sentence: Sentence, at: int) -> bool:
    """As in "casualties there were none", "of injuries there has been no sign"."""
    words, end = sentence.rule_words, min(sentence.size, at + _SURVIVED)
    if at >= end or sentence.low[at].partition(" ")[0] not in words.existential:
        return False
    nobody = next((one for one in range(at, end) if one in sentence.quantities), end)
    if nobody < end:
        is_last = nobody + 1 >= sentence.size or not sentence.is_word(nobody + 1)
        return sentence.quantities[nobody].high == 0 and (is_last or sentence.low[nobody + 1] in words.evidence)
    return any(
        sentence.mask[one] & _NEGATOR and sentence.low[one].split(" ")[-1] in words.evidence for one in range(at, end)
    )


def of_opposed(
    sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]], *, is_background: bool
) -> Judgement:
    """The number that is set against another: denied where somebody says it, right after what the publisher said."""
    words, rules = sentence.rule_words, ("opposed number", *(cue.name for _, cue in reached))
    is_other = " " in sentence.low[event.first - 1]  # "the first text gave 27 instead of 17"
    if is_other and any(cue.role == "superseded" for _, cue in reached):
        return Judgement("asserted", is_background, "", rules)
    after = sentence.low[event.last + 1 :]
    is_said = not words.saying.isdisjoint(after) and (words.superseding | words.own_statements).isdisjoint(after)
    return Judgement("denied", is_background, "" if is_said else CORRECTED, rules)


def _is_survived(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "he was shot at but escaped unhurt": of the same people, whom no other group parts from the harm."""
    if event.entry.harm != "injured" or event.group is None or event.group.first > event.at:
        return False
    for at in range(event.at + 1, min(event.at + _SURVIVED + 1, sentence.size)):
        entry = sentence.words[at].harm
        if entry is not None and entry.is_unharmed:
            return True
        if any(one.first == at for one in sentence.groups) or sentence.low[at] in _SIGNS:
            return False
    return False


def is_neither(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Neither the general nor any other officer of his party was injured", however long the two are."""
    words, group = sentence.rule_words, event.group
    if words.alternatives_denied.isdisjoint(sentence.present) or event.entry.of_nobody:
        return False  # "neither the pilot nor his navigator survived"
    if group is None or group.is_counted or group.first > event.at or _is_inside_thing(sentence, event):
        return False
    before = sentence.low[: group.first + 1]
    at = next((at for at, low in enumerate(before) if low in words.alternatives_denied), -1)
    if at < 0 or words.alternatives_joined.isdisjoint(sentence.low[at : event.at]):
        return False
    parting = words.saying | words.content_clause_openers | words.finite_auxiliaries | _SIGNS
    return parting.isdisjoint(before[at:])


def _is_inside_thing(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "neither the age nor the name of the schoolgirl killed there": it is said of her things."""
    group = event.group
    if group is None or event.voice != "reduced":
        return False
    of = group.first - 1 - int(bool(sentence.mask[group.first - 1] & DETERMINER))
    return of > 0 and sentence.low[of].rpartition(" ")[2] in sentence.rule_words.genitive


def is_contrary(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Never in those weeks was a civilian hurt", "far from killing them", "was not hit, let alone hurt"."""
    words, before = sentence.rule_words, sentence.low[event.at - 1] if event.at else ""
    if not words.far_from.isdisjoint(sentence.present) and _is_far_from(sentence, event):
        return True
    if before in words.let_alone:
        return any(roles & _NEGATOR for roles in sentence.mask[: event.at])
    return _is_not_one(sentence, event) or _is_inverted(sentence, event) or _is_answered_no(sentence, event)


def _is_not_one(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Not a man of the guard was scratched": nobody; not "he was not a soldier", "not a guard but a clerk"."""
    group = event.group
    if not sentence.roles & _NEGATOR or group is None or group.first < 1 or group.is_guess:
        return False
    opener = group.first - 1
    is_one = group.low == group.high == 1 and bool(sentence.mask[group.first] & INDEFINITE)
    is_not = sentence.low[opener] in sentence.rule_words.plain_negators
    is_opening = opener == 0 or sentence.low[opener - 1] in _STOPS or bool(sentence.mask[opener - 1] & _CLAUSE)
    return is_one and is_not and is_opening and not sentence.is_cut_off(group.last, event.at)


def _is_far_from(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "far from killing them", "far from having been killed", "far from dead"."""
    words, at = sentence.rule_words, event.at - 1
    while at > 0 and (sentence.low[at] in words.being or sentence.mask[at] & (BE | HAVE | ADVERB)):
        at -= 1
    return at >= 0 and sentence.low[at] in words.far_from


def _is_answered_no(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Asked whether anyone had died, she shook her head: 'No one.'", "Asked about a death, … there was none"."""
    words, group = sentence.rule_words, event.group
    if words.asked.isdisjoint(sentence.low[:_ASKED]) or (group is not None and group.is_counted and group.low != 1):
        return False
    openers = [at for at in range(min(event.at, _ASKED + 1)) if sentence.low[at] in words.asked_openers]
    comma = next((at for at in range(event.last + 1, sentence.size) if sentence.low[at] == ","), 0)
    if not openers or not comma:
        return False
    last = next((at for at in range(sentence.size - 1, event.at, -1) if sentence.is_word(at)), event.at)
    is_nobody = any(one.high == 0 and one.is_pronoun for at, one in sentence.quantities.items() if at > comma)
    return is_nobody or not words.answers_no.isdisjoint(sentence.low[last].split(" "))


def _is_inverted(sentence: Sentence, event: HarmEvent) -> bool:
    """Whether a "never", "nor" or "in none of the three raids" opens the clause and turns its subject round."""
    group = event.group
    if (group is not None and group.is_counted) or not (sentence.roles & _NEGATOR or _holds_none(sentence)):
        return False
    verb = _existential_verb(sentence, event)
    if verb < 1 and group is not None and group.first < event.at:
        verb = (group.opener if group.opener >= 0 else group.first) - 1
        verb -= int(verb > 0 and sentence.low[verb] in sentence.rule_words.any_words)
    if verb < 1 or not sentence.mask[verb] & AUXILIARY:
        return False
    begin = verb - 1
    while begin > 0 and not (sentence.low[begin - 1] in _STOPS or sentence.mask[begin - 1] & _CLAUSE):
        begin -= 1
    opening = range(begin, min(verb, begin + _OPENING))
    is_none = any(at in sentence.quantities and sentence.quantities[at].high == 0 for at in opening)
    return is_none or any(sentence.mask[at] & _NEGATOR for at in opening[:1])


def _holds_none(sentence: Sentence) -> bool:
    return bool(sentence.quantities) and any(one.high == 0 for one in sentence.quantities.values())


def _existential_verb(sentence: Sentence, event: HarmEvent) -> int:
    """As in "on no ship were there any injuries": the verb before the "there" before a harm, or -1."""
    words, near = sentence.rule_words, range(max(1, event.first - _THERE), event.at)
    there = max((at for at in near if sentence.low[at] in words.existential), default=0)
    if not there:
        return -1
    is_near = all(sentence.is_word(at) and not sentence.mask[at] & AUXILIARY for at in range(there, event.first))
    return there - 1 if is_near else -1
