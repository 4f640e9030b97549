"""Whether a harm happened, by the mood of its verb: a question, "to kill", "may be acknowledged", "not ruled out"."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from watcher.detect.cues.denials import opens_clause
from watcher.detect.harm.tolls import is_toll_to_come
from watcher.detect.words.annotations import RUNNING
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DETERMINER,
    DO,
    HAVE,
    MODAL,
    PREPOSITION,
    RELATIVE,
    is_negated,
)

if TYPE_CHECKING:
    from watcher.detect.words.annotations import HarmEvent, Judgement
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Stance


_GENERIC = frozenset({"base", "base_intransitive"})
_NEGATOR = ROLES["negators"]
_AHEAD = 5  # words after "may" in which it is said what may be
_LABEL = 3  # words of "Question:"
_SIGNS = frozenset(";:")
_NAMING = frozenset({"adjective", "reduced", "noun", "attribute"})
_MEANS = 6  # words of "used a kitchen knife to"
_PARTING = frozenset(",;:")
_QUOTED_MARKS = ('?"', "?”", "?'", "?’", "?»")
_VAIN = 3  # words of "was unable to"


def with_mood(sentence: Sentence, event: HarmEvent, stance: Stance, names: list[str]) -> tuple[Stance, list[str]]:
    """An infinitive or a plain present is no event unless people are counted; what is not ruled out is possible."""
    unreal = _why_unreal(sentence, event, stance)
    if unreal:
        return "hypothetical", [*names, unreal]
    form = event.entry.form
    if form in _GENERIC:
        to = _infinitive(sentence, event.at)
        if (
            _is_ordinal_infinitive(sentence, event)
            or _is_insisted(sentence, event)
            or (stance == "asserted" and _is_negated(sentence, event.at))  # "did not die of wounds but of cold"
            or _is_come_about(sentence, event, to)
        ):
            return stance, names
        is_joined = -1 < to < event.at - 1
        if not is_joined and _is_plural_present(sentence, event):
            return stance, [*names, "present"]
        before = MODAL if is_joined else _auxiliary_before(sentence, event.at)
        if before & (MODAL | DO | HAVE) or event.group is None or not event.group.is_counted:
            return "hypothetical", [*names, "infinitive"]
    if (
        form in {"present", "present_intransitive"}
        and event.group is not None
        and event.group.kind == "vague"
        and not event.group.is_counted
    ):
        return "hypothetical", [*names, "present"]
    if event.voice == "gerund" and event.at == 0 and event.group is not None and not event.group.is_counted:
        return "hypothetical", [*names, "gerund"]
    return stance, names


def as_its_verb(sentence: Sentence, event: HarmEvent) -> Judgement:
    """As in "one would be hurt in the first car, three in the second": as possible as the harm that has the verb."""
    before = takewhile(lambda one: one is not event, sentence.events)
    shared = [one for one in before if one.entry.harm == event.entry.harm and sentence.is_harm(one.at)]
    is_possible = bool(shared) and shared[-1].judgement.stance == "hypothetical" and RUNNING not in event.rules
    return shared[-1].judgement if is_possible else event.judgement


def _why_unreal(sentence: Sentence, event: HarmEvent, stance: Stance) -> str:
    """By what a sentence says that a harm may not have come about, or did not; or nothing."""
    if stance != "alleged" and _is_asked(sentence, event):
        return "a question"
    is_noun_to_come = event.voice == "noun" and _is_possible(sentence, event.at + 1)
    if (
        is_noun_to_come
        or is_toll_to_come(sentence, event)
        or (sentence.roles & MODAL and _shares_modal_perfect(sentence, event))
    ):
        return "modal"
    if _is_not_excluded(sentence, event):
        return "not ruled out"
    if _is_counterfactual(sentence, event):
        return "had it come so"
    if not sentence.rule_words.expecting.isdisjoint(sentence.present) and _is_on_condition(sentence, event):
        return "should it come so"
    if event.voice == "gerund" and sentence.roles & MODAL and _would_follow(sentence, event):
        return "modal"
    return "kept from harm" if _is_spared(sentence, event) else ""


def _shares_modal_perfect(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "a stronger wind could have driven the fire into the camp and cost hundreds of lives"."""
    if not sentence.roles & CONJUNCTION or not sentence.roles & HAVE:
        return False
    joint = next((at for at in range(event.at - 1, 0, -1) if sentence.mask[at] & CONJUNCTION), 0)
    firsts = {one.first for one in sentence.groups}
    if not joint or joint + 1 in firsts or sentence.mask[joint + 1] & (DETERMINER | AUXILIARY):
        return False  # another subject, or none: "and it killed two", "and two soldiers were hurt"
    for at in range(joint - 1, 0, -1):
        if sentence.mask[at] & HAVE and sentence.mask[at - 1] & MODAL:
            return True
        if sentence.mask[at] & (BARRIER | RELATIVE) or sentence.low[at] in _PARTING:
            return False
    return False


def is_modal_of_saying(sentence: Sentence, at: int) -> bool:
    """As in "would not confirm the deaths", "could neither confirm nor deny": what is left open is who says it.

    In "could only be pronounced dead" nothing is left open.
    """
    words = sentence.rule_words
    after = [low.partition(" ")[0] for low in sentence.low[at + 1 : at + 1 + _AHEAD]]
    if not words.but_only.isdisjoint(after) and not words.pronouncing.isdisjoint(after):
        return True
    for verb in range(at + 1, min(sentence.size, at + 1 + _AHEAD)):
        low = sentence.low[verb].partition(" ")[0]
        if low in words.confirming or low in words.denying:
            return True
        if verb > at + 1 and sentence.low[verb] in words.replacing:
            return True  # '"six killed" should be replaced with "five killed"'
        if not sentence.mask[verb] & (_NEGATOR | ADVERB | CONJUNCTION | BE):
            return False
    return False


def asks_manner(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "how two men died", "it is not known how the soldier died": what is asked is how, not whether.

    `at` is the "how"; what soldiers in general die of is no event, and several without a number are counted elsewhere.
    """
    group = event.group
    if group is None or group.is_counted:
        return group is not None
    is_somebody = (group.low == 1 or group.is_name) and not group.is_owned  # not "tells how his friend was killed"
    is_told = event.entry.form in {"intransitive", "participle"} and is_somebody
    words, between = sentence.rule_words, range(at + 1, event.at)
    is_real = not any(sentence.mask[one] & MODAL or sentence.low[one] in words.present_be for one in between)
    return is_told and is_real and not is_question(sentence)


def _is_spared(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the vest saved him from being killed", "kept two boys from getting hurt": it did not come about."""
    words, at = sentence.rule_words, event.at - 1
    if event.voice != "passive" or words.sparing.isdisjoint(sentence.present):
        return False
    while at > 0 and sentence.mask[at] & ADVERB:
        at -= 1
    is_from = at > 0 and sentence.low[at] in words.being and sentence.low[at - 1] in words.start_openers
    verb = next((one for one in range(at - 1) if sentence.low[one] in words.sparing), -1) if is_from else -1
    return verb >= 0 and not any(roles & _NEGATOR for roles in sentence.mask[:verb])


def _is_asked(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Were civilians harmed?", "Nine dead?"; "Who fired the shot that killed two?" takes the two for granted."""
    if not is_question(sentence):
        return False
    is_counted = event.group is not None and event.group.is_counted
    begin = next((at + 1 for at in range(1, min(_LABEL, sentence.size - 1)) if sentence.low[at] == ":"), 0)
    is_verbless = not sentence.roles & (RELATIVE | DO) and not any(
        sentence.mask[at] & (BE | HAVE) for at in range(begin, event.at)
    )
    return not is_counted or bool(sentence.mask[begin] & AUXILIARY) or is_verbless


def is_question(sentence: Sentence) -> bool:
    """Whether a sentence ends in a question mark, in quotation marks or not."""
    return sentence.text[sentence.end - 1] == "?" or sentence.text.endswith(_QUOTED_MARKS, 0, sentence.end)


def _is_possible(sentence: Sentence, at: int) -> bool:
    """As in "fifty deaths may yet be acknowledged"; not "could have been avoided", "could not be confirmed"."""
    if (
        at + 1 >= sentence.size
        or not sentence.mask[at] & MODAL
        or sentence.low[at] in sentence.rule_words.infinitive_markers
    ):
        return False
    after = range(at + 1, min(sentence.size, at + 1 + _AHEAD))
    return not any(sentence.mask[probe] & (HAVE | _NEGATOR) for probe in after)


def _is_not_excluded(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "could not rule out that a woman was hurt"."""
    words = sentence.rule_words
    if words.excluding.isdisjoint(sentence.present):
        return False
    for at in range(event.at - 1, -1, -1):
        if sentence.low[at] in words.excluding:
            is_vain = not words.in_vain.isdisjoint(sentence.low[max(0, at - _VAIN) : at])  # "was unable to exclude"
            return (is_vain or is_negated(sentence, at)) and not opens_clause(sentence, at, event.at)
    for at in range(event.at + 1, sentence.size):  # "that a child died cannot be excluded"
        if sentence.words[at].harm is not None or sentence.low[at] in _SIGNS:
            break
        if sentence.low[at] in words.excluding:
            return is_negated(sentence, at) and bool(sentence.mask[at - 1] & BE)
    return False


def _is_counterfactual(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Had it gone unnoticed, the bridge could have fallen, with 200 dead": of what did not come about."""
    group = event.group
    if event.voice not in _NAMING or group is None or group.is_definite or not sentence.roles & MODAL:
        return False
    for at in range(event.first - 1, 0, -1):
        if _opens_clause(sentence, at) or sentence.mask[at] & (RELATIVE | CONJUNCTION):
            return False
        if sentence.mask[at] & AUXILIARY:
            is_modal = bool(sentence.mask[at - 1] & MODAL) and not sentence.mask[at - 1] & PREPOSITION
            return is_modal and bool(sentence.mask[at] & HAVE)
    return False


def _is_on_condition(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Should the dam burst, engineers expect 300 dead": of what would come."""
    words, group = sentence.rule_words, event.group
    if event.voice not in _NAMING or event.voice == "attribute" or group is None or group.is_definite:
        return False  # "expect 12 wounded miners to be flown out"
    is_condition = not words.case_openers.isdisjoint(sentence.low[:2]) and "," in sentence.low[: event.first]
    return is_condition and not words.expecting.isdisjoint(sentence.low[max(0, group.first - 2) : group.first])


def _would_follow(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "warned that the dam might burst, killing nine and injuring 40": of what would come."""
    words = sentence.rule_words
    comma = next((at for at in range(event.at - 1, 0, -1) if sentence.low[at] == ","), 0)
    opener = comma + 1
    while opener < event.at and sentence.mask[opener] & ADVERB:
        opener += 1
    if not comma or not sentence.is_harm(opener):
        return False
    for at in range(comma - 1, 0, -1):
        if sentence.mask[at] & MODAL and sentence.low[at] not in words.infinitive_markers:
            is_foreseen = any(cue.role == "condition" and one < at for one, cue in sentence.cues)
            is_foreseen |= not (words.warning | words.expecting).isdisjoint(sentence.low[:at])
            return is_foreseen and not any(sentence.mask[one] & _NEGATOR for one in range(at, at + 2))
        if _opens_clause(sentence, at) or sentence.mask[at] & (RELATIVE | CONJUNCTION):
            return False
    return False


def _is_plural_present(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Rebels kill a farmer": a base form after its plural subject, with no auxiliary, says what happened."""
    group, is_joined = event.group, any(one.at == event.at and one is not event for one in sentence.events)
    is_joined |= group is not None and any(one & CONJUNCTION for one in sentence.mask[group.first : group.last])
    if is_joined and group is not None and group.last < event.at:  # "Two rebels and a soldier die in clash"
        return not _auxiliary_before(sentence, event.at)
    if event.voice != "base" or group is None or group.high is None:
        return False
    begin = next((at for at in range(event.at - 1, -1, -1) if _opens_clause(sentence, at)), -1)
    if any(sentence.mask[at] & (MODAL | DO | RELATIVE) for at in range(max(begin, 0), event.at)):
        return False
    causes = sentence.rule_words.causatives
    return any(
        begin < one.first
        and one.last < event.at
        and one.low != 1
        and one.head >= 0
        and sentence.low[max(0, one.first - 1)] not in causes
        for one in sentence.groups
    )


def _opens_clause(sentence: Sentence, at: int) -> bool:
    return sentence.low[at] in _SIGNS or bool(sentence.mask[at] & BARRIER)


def _is_ordinal_infinitive(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the second to die this month", "the fifth soldier to die": it has happened."""
    words, at, group = sentence.rule_words, event.at, event.group
    if at < 2 or sentence.low[at - 1] not in words.infinitive_markers:
        return False
    is_before = group is not None and group.last == at - 2
    first = group.first if group is not None and is_before else at - 2
    return not words.sequence_adjectives.isdisjoint(sentence.low[first : at - 1])


def _is_negated(sentence: Sentence, verb: int) -> bool:
    return verb > 1 and bool(sentence.mask[verb - 1] & _NEGATOR) and bool(sentence.mask[verb - 2] & DO)


def _is_insisted(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the man did die in custody": said with stress, after its subject and without a "not"."""
    words, did = sentence.rule_words, event.at - 1
    while did > 0 and sentence.mask[did] & ADVERB and not sentence.mask[did] & _NEGATOR:
        did -= 1
    is_told = did > 0 and sentence.low[did] in words.stressing and not is_question(sentence)
    return is_told and not sentence.mask[did - 1] & (BARRIER | _NEGATOR)


def _is_come_about(sentence: Sentence, event: HarmEvent, to: int) -> bool:
    """Whether an infinitive says what happened: "managed to kill two", "used a knife to kill two", "came to die"."""
    words = sentence.rule_words
    is_done = to >= 0 and sentence.low[to] in words.achieving
    return is_done or _is_done_with(sentence, to) or _is_come_to(sentence, event.at)


def _is_done_with(sentence: Sentence, to: int) -> bool:
    """As in "used an axe to murder two": the means, and what was done with it; `to` is the token of the "to"."""
    words = sentence.rule_words
    if words.means.isdisjoint(sentence.present) or sentence.low[to] not in words.infinitive_markers:
        return False
    verb = next((at for at in range(to - 1, max(0, to - _MEANS), -1) if sentence.low[at] in words.means), 0)
    before = sentence.mask[verb - 1] if verb else MODAL
    return bool(sentence.mask[verb + 1] & DETERMINER) and not before & (MODAL | _NEGATOR)


def _infinitive(sentence: Sentence, at: int) -> int:
    """The "to" or modal of a verb in the base form: right before it, or before the verb that it is joined to, or -1.

    As in "meant to sink the ferry and kill 90".
    """
    joint = at - 1
    while joint > 0 and sentence.mask[joint] & ADVERB:
        joint -= 1
    if joint < 1 or not sentence.mask[joint] & CONJUNCTION:
        return joint
    for probe in range(joint - 2, -1, -1):
        if _opens_clause(sentence, probe) or sentence.mask[probe] & RELATIVE:
            break
        is_marker = sentence.mask[probe] & MODAL or sentence.low[probe].endswith(sentence.rule_words.infinitive_endings)
        if is_marker and _opens_verb(sentence, probe + 1):
            return probe
    return -1


def _opens_verb(sentence: Sentence, at: int) -> bool:
    """Whether a verb can stand at a token after "to": not "to the town", "to Khan", "to 40"."""
    is_noun = sentence.mask[at] & (DETERMINER | PREPOSITION) or sentence.is_capital(at) or at in sentence.quantities
    return sentence.is_word(at) and not is_noun and sentence.words[at].people is None


def _is_come_to(sentence: Sentence, at: int) -> bool:
    """As in "how the two divers came to die": what is asked is how, not whether."""
    words, to = sentence.rule_words, at - 1
    if to < 2 or sentence.low[to] not in words.infinitive_markers or sentence.low[to - 1] not in words.coming_about:
        return False
    return not words.manner_openers.isdisjoint(sentence.low[: to - 1])


def _auxiliary_before(sentence: Sentence, at: int) -> int:
    for probe in range(at - 1, max(-1, at - 4), -1):
        if sentence.mask[probe] & (MODAL | DO | HAVE):
            return sentence.mask[probe]
        if (
            not sentence.low[probe].endswith(sentence.rule_words.adverb_endings)
            and not sentence.words[probe].cues
            and sentence.low[probe] not in sentence.rule_words.infinitive_joints
        ):
            return MODAL if sentence.words[probe].harm is not None else 0
    return 0
