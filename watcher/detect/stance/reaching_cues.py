"""Which cues reach a harm event: words that deny, hedge or attribute it, or place it in the past.

The idea of ConText (Harkema et al. 2009): a cue reaches forward, backward or both ways, over a number of words, and
words like "but" end its reach. Cues are data of the vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.accepted_reports import is_accepted
from watcher.detect.cues.background_cues import is_answered, is_of_another, is_of_suspects, is_relative, is_since_a_day
from watcher.detect.cues.conditions import supposes, supposes_clause
from watcher.detect.cues.contrasts import corrects_circumstance
from watcher.detect.cues.denials import (
    after_insertion,
    is_afterthought,
    is_transfer,
    joins_clause,
    opens_clause,
    tells_anew,
)
from watcher.detect.cues.denied_content import opens_content
from watcher.detect.cues.denied_lists import is_list_of_harms
from watcher.detect.cues.occasions import is_of_past
from watcher.detect.cues.own_verbs import describes_person, has_own_verb, is_of_people, is_told_of_people
from watcher.detect.cues.presupposed import (
    is_granted,
    is_in_vain,
    is_of_subject,
    is_parted,
    is_presupposed,
    is_statement,
    leaves_harm,
    refuses_offer,
    tells_statement,
)
from watcher.detect.cues.restated_numbers import is_after_correction
from watcher.detect.cues.reviews import is_examining, is_of_case, is_spelt_out
from watcher.detect.cues.told_clauses import (
    gives_number,
    is_cut_off,
    is_examined,
    is_of_speaker,
    is_told_before,
    is_told_on,
    trails,
)
from watcher.detect.cues.verdicts import (
    describes_noun,
    is_of_cause,
    is_of_thing,
    judges_claim_before,
    judges_content,
    verifies_another,
)
from watcher.detect.stance.in_earnest import is_in_earnest
from watcher.detect.stance.mood import asks_manner, is_modal_of_saying
from watcher.detect.stance.unharmed import has_come_back, is_back
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.periods import is_of_next_clause
from watcher.detect.words.tokens import (
    BARRIER,
    BE,
    CONJUNCTION,
    DETERMINER,
    PREPOSITION,
    RELATIVE,
    STRUCTURAL,
    is_month,
    is_negated,
)

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_SUFFER = ROLES["suffer"]
_DOING = frozenset({"hypothetical", "background"})
_DEEDS = frozenset({"active", "joined", "joint", "present", "base", "gerund", "lives"})
_LICENCE = ROLES["licences"]
_OF_ALL = frozenset({"excluded", "rehearsed", "historical", "illness"})  # they reach the whole sentence
_PARTED = frozenset({None, "played", "standing", "rate"})
_FOUND = frozenset({"return", "alive"})
_SENTENCE = 60  # words: a cue for the whole sentence reaches no further
_VERBS_AFTER_NOT = 6  # words between "did not" and what it denies
_PURPOSE_REACH = 9  # words between "to avoid" and what is to be avoided
_LONG_REACH = 10  # words: a cue that reaches further is a wish ("to ensure that"), not an auxiliary
_INFINITIVE_REACH = 4  # words between "tried to" and its verb
_SPEAKER, _AFTER_CLOSE = 10, 6  # words: who says so, and what may stand after it
_TRACE = 3  # words: "no", and the trace
_OF_TELLING = frozenset({"denied", "alleged"})
_HEDGES = frozenset({"under_review", "alleged", "assessed"})


def cues_reaching(sentence: Sentence, event: HarmEvent) -> list[tuple[int, CueWords]]:
    """The cues that say something of a harm event, each with its token."""
    reached = [(at, cue) for at, cue in sentence.cues if cue.effect != "pseudo" and _says_of(sentence, event, at, cue)]
    if not reached:
        return reached
    accepting = sentence.rule_words.accepting_reports
    if any(cue.effect == "alleged" for _, cue in reached) and not accepting.isdisjoint(sentence.present):
        reached = [(at, cue) for at, cue in reached if cue.effect != "alleged" or not is_accepted(sentence, event, at)]
    return _founded(sentence, event, _nearest(sentence, event, reached))


def _nearest(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> list[tuple[int, CueWords]]:
    """A hedge that a comma parts from a nearer one says nothing of the claim: "after reviewing …, it was …"."""
    if len(reached) < 2:
        return reached
    hedges = [at for at, cue in reached if cue.effect in _HEDGES and at < event.at]
    if len(hedges) < 2:
        return reached
    last = max(hedges)
    commas = [probe for probe in range(min(hedges), last) if sentence.low[probe] == ","]
    return [
        (at, cue)
        for at, cue in reached
        if cue.effect not in _HEDGES or at > event.at or at == last or not any(at < comma for comma in commas)
    ]


def _founded(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> list[tuple[int, CueWords]]:
    """An investigation leaves a claim open only where a report or allegation is what is looked into."""
    is_report = any(cue.effect == "alleged" for _, cue in sentence.cues)
    stems = sentence.rule_words.report_stems
    return [
        (at, cue)
        for at, cue in reached
        if cue.effect != "under_review"
        or (is_of_case(sentence, event, at) if cue.role == "open_case" else is_report)
        or any(stem in sentence.low[at] for stem in stems)
    ]


def _reaches(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether a cue at a token reaches an event; "on 3 May" is a day and no possibility."""
    if _is_of_another_thing(sentence, event, at, cue):
        return False
    if at == event.at:
        return cue.effect == "assessed" or cue.role == "hearsay"  # "a union puts the dead at nine"
    if event.group is not None and cue.role != "no_evidence" and _holds_cue(sentence, event.group, at):
        return cue.effect == "excluded"
    if cue.effect in _OF_ALL and cue.role != "superseded":
        return _reaches_all(sentence, event, at, cue)
    is_before = at < event.at
    if cue.effect == "denied" and is_before and _is_presupposed(event) and (cue.scope or cue.direction == "backward"):
        return False
    if cue.direction == "closing":
        return not is_before and _closes(sentence, event, at)
    if cue.direction == "forward" and not is_before and not is_afterthought(sentence, at):
        return cue.effect == "alleged" and _is_trailing(sentence, event, at)
    if cue.direction == "backward" and cue.effect == "denied" and is_before and opens_content(sentence, at):
        return _is_open(sentence, event, at, cue)
    is_denied = cue.effect == "denied" and (describes_noun(sentence, at) or is_of_thing(sentence, event, at))
    if cue.direction == "backward" and (is_before or is_denied):
        return cue.effect == "assessed" and is_spelt_out(sentence, event, at)
    return _is_open(sentence, event, at, cue)


def _says_of(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether a cue at a token says something of an event: what supposes a clause does so of all of it."""
    is_wide = cue.effect == "hypothetical" and cue.scope > _LONG_REACH
    if cue.role == "condition" or (is_wide and supposes_clause(sentence, at)):
        return supposes(sentence, event, at)
    return _reaches(sentence, event, at, cue)


def _is_of_another_thing(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    is_other = _says_nothing(sentence, event, at, cue) or _is_of_opposed(sentence, event, at)
    is_other = is_other or is_of_cause(sentence, event, at, cue)
    is_other = is_other or (cue.effect in _OF_TELLING and is_of_speaker(sentence, event, at))
    return is_other or (sentence.roles & _SUFFER > 0 and _tells_of_sufferer(sentence, event, at, cue))


def _tells_of_sufferer(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """As in "two guards protecting a convoy sustained injuries": what they were doing, no aim and no other event."""
    group = event.group
    if group is None or cue.effect not in _DOING or not group.last < at < event.at:
        return False
    verb = next((one for one in range(at + 1, event.at) if sentence.mask[one] & _SUFFER), -1)
    is_past = verb > 0 and sentence.low[verb].endswith(sentence.rule_words.participle_endings)
    is_noun = any(sentence.is_word(one) and not sentence.mask[one] & STRUCTURAL for one in range(at + 1, verb))
    return is_past and is_noun and not sentence.mask[verb - 1] & STRUCTURAL


def _says_nothing(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether a word is no cue where it stands: "on 3 May", "were assessed for smoke inhalation", "no trace found"."""
    if cue.role == "no_evidence" and event.entry.harm == "missing" and not _is_of_anybody(sentence, event):
        words = {word for low in sentence.low[at : at + _TRACE] for word in low.split(" ")}
        # Of "nothing is known of their whereabouts" it is itself the harm.
        return event.entry.head_or_tail or not words.isdisjoint(sentence.rule_words.traces)
    if event.entry.of_nobody and cue.role == "absence" and at < event.at:
        return True  # "neither the pilot nor his navigator survived": it is the harm itself
    if cue.role == "rejection" and at > event.at and is_of_subject(sentence, event, at):
        return True
    is_alive = cue.role in _FOUND and event.entry.harm == "injured" and event.voice == "attribute"
    is_verb = event.voice == "lives" and event.group is not None and at == event.group.first - 1  # "it claimed 9 lives"
    is_verb |= event.entry.is_reflexive and event.group is not None and at == event.group.last + 1  # "put the gun to"
    if is_alive or is_verb or is_of_suspects(sentence, event, at) or is_since_a_day(sentence, event, at, cue):
        return True  # "two wounded miners were pulled out alive"
    if corrects_circumstance(sentence, event, at, cue):
        return True
    is_care = cue.effect == "assessed" and is_examining(sentence, event, at)
    return cue.effect == "terminate" or is_month(sentence, at) or is_care


def _is_of_anybody(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "no news has come of anybody missing": nobody is, where "no news of the two missing" has two."""
    group = event.group
    return group is not None and sentence.low[group.first] in sentence.rule_words.any_person


def _is_trailing(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "Four deaths alleged.", "two injured, unconfirmed": right after the harm, and nothing after it."""
    after = at + 1
    is_end = after >= sentence.size or sentence.low[after] in {".", ";", ","}
    return is_end and event.last < at <= event.last + 2 and " " not in sentence.low[at]


def _reaches_all(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether a cue for the whole sentence reaches; "they saved as many as they could; three drowned" is parted."""
    if cue.effect == "historical":
        return is_of_past(sentence, event, at)
    between = sentence.low[min(at, event.last) : max(at, event.first)]
    is_parted = cue.effect == "excluded" and cue.role in _PARTED and ";" in between
    return not (is_parted or is_in_earnest(sentence, event, at, cue))


def _is_of_opposed(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "three died, not 13 as the rebels say": what stands after the second number speaks of that one."""
    if at <= event.last or len(sentence.events) < 2:
        return False
    return any(one.voice == "opposed" and event.last < one.first < at for one in sentence.events)


def _holds_cue(sentence: Sentence, group: Group, at: int) -> bool:
    """As in "two alleged militants": the cue is an adjective of the people."""
    return group.first <= at <= group.last and not sentence.low[at].endswith(sentence.rule_words.adverb_endings)


def _is_presupposed(event: HarmEvent) -> bool:
    """As in "helpers could not reach the injured": what is denied is not that there are any."""
    group = event.group
    return group is not None and group.last == event.at and group.is_pronoun and group.kind == "none"


def _closes(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "…, the ministry assessed on Friday": a comma before whoever says so, and no further clause after it."""
    comma = next(
        (probe for probe in range(at - 1, max(event.at, at - _SPEAKER) - 1, -1) if sentence.low[probe] == ","), 0
    )
    if sentence.mask[at - 1] & BE or sentence.low[at - 1] in sentence.rule_words.events:
        return False  # "an attack, in which two died, has been claimed by", "…, an attack claimed by rebels"
    if not comma or sentence.mask[comma + 1] & (CONJUNCTION | BARRIER):
        return False  # "two were killed, and residents said that the shell came at dawn", "…, though they put it at 30"
    after = range(at + 1, min(sentence.size, at + _AFTER_CLOSE + 1))
    if sentence.size - at - 1 > _AFTER_CLOSE and not any(sentence.low[probe] in {".", ";"} for probe in after):
        return False
    if at + 1 in sentence.quantities:
        return False  # "two were killed, while the rebels say three"
    that = sentence.rule_words.content_clause_openers
    return not any(sentence.words[probe].harm is not None or sentence.low[probe] in that for probe in after)


def _is_open(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether nothing between cue and harm ends the reach."""
    low, high = (after_insertion(sentence, at), event.at) if at < event.at else (event.at + 1, at)
    is_trailing = at > event.at and cue.effect in _OF_TELLING and trails(sentence, event, at, cue)
    if high - low > (cue.scope or _SENTENCE) and not is_trailing:
        return False
    is_of_telling = cue.effect in _OF_TELLING and at < event.at
    if is_of_telling and (is_parted(sentence, event, at) or tells_anew(sentence, low, high)):
        return False
    is_told = cue.effect == "alleged" and at < event.at
    is_whole = is_told and cue.role != "unconfirmed" and is_told_on(sentence, event, at)
    if is_whole or (cue.effect == "under_review" and is_examined(sentence, event, at)):
        return not is_answered(sentence, event, at)
    if is_told and not sentence.rule_words.involvement.isdisjoint(sentence.low[low:high]):
        return False  # "the claim of negligence in the death of two": what is claimed is the part in it
    is_verdict = (cue.effect == "denied" and cue.role not in _FOUND) or cue.role == "unconfirmed"
    if cue.role == "unconfirmed" and at > event.at and verifies_another(sentence, event, at):
        return False
    if is_verdict and at > event.at and judges_content(sentence, event, at):
        return True
    if is_verdict and at > event.at and judges_claim_before(sentence, event, at, cue):
        return is_trailing or not any(low <= one.at < high for one in sentence.events)
    if cue.effect == "alleged" and at < event.at and is_told_before(sentence, at, cue, low, high):
        return False
    is_open = not is_cut_off(sentence, event, at, low) or (cue.role in _FOUND and has_come_back(sentence, event, at))
    is_open = is_open or (cue.effect == "denied" and at < event.at and tells_statement(sentence, low, high))
    is_open = is_open or is_trailing
    is_open = is_open or (cue.role == "recalled" and _is_recalled_on(sentence, at, low, high))
    return is_open and _is_reached(sentence, event, at, cue, low, high)


def _is_recalled_on(sentence: Sentence, at: int, low: int, high: int) -> bool:
    """As in "It will be recalled that the ship was attacked in May, when two died": all that the sentence recalls."""
    joints = sentence.rule_words.alternatives_joined
    is_joined = any(sentence.mask[one] & CONJUNCTION and sentence.low[one] not in joints for one in range(low, high))
    return at < _SPEAKER and not is_joined and ";" not in sentence.low[low:high]


def _is_reached(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, low: int, high: int) -> bool:
    """What each effect asks of the words between, in the tokens from `low` up to `high`."""
    is_before = at < event.at
    if cue.role == "superseded" and _is_not_old(sentence, event, at, low, high):
        return False
    if cue.role in _FOUND:
        return is_back(sentence, event, cue, low, high)
    if cue.effect == "hypothetical":
        return _is_wished(sentence, event, at, cue, low, high)
    if cue.effect == "denied":
        return _is_denial(sentence, event, at, cue, low, high)
    if cue.effect == "under_review" and is_before:
        if event.voice == "attribute" and event.group is not None and event.group.is_definite:
            return False  # "did not say whether the two injured boys would live"
        return not (event.voice == "active" and sentence.mask[event.at - 1] & RELATIVE)
    is_others = is_before and (cue.effect == "background" or cue.effect in _HEDGES)
    if is_others and _is_of_another(sentence, event, at, cue, (low, high)):
        return False
    if cue.role == "aside" and not is_relative(sentence, event):
        return False
    if cue.effect == "background" and not is_before:
        return not is_of_next_clause(sentence, event, at) and not any(
            sentence.words[probe].harm is not None for probe in range(low, high)
        )
    return True


def _is_not_old(sentence: Sentence, event: HarmEvent, at: int, low: int, high: int) -> bool:
    """Whether what was said before ends before a harm: a clause of its own, or what is to be read instead.

    As in 'in our release "seven injured" should have read "five injured"'.
    """
    if opens_clause(sentence, low, high) or is_after_correction(sentence, at, event.at):
        return True
    is_right = any(said.rpartition(" ")[2] in sentence.rule_words.reading for said in sentence.low[at + 1 : event.at])
    return at < event.at and (is_right or _goes_on(sentence, at, high))


def _is_of_another(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, between: tuple[int, int]) -> bool:
    """Whether what is of another event or report ends before a harm: "Correcting its report, the army said"."""
    if cue.effect == "assessed" or is_told_of_people(sentence, event, at):
        return is_told_of_people(sentence, event, at)
    return is_after_correction(sentence, at, event.at) or is_of_another(sentence, event, at, cue, between)


def _is_denial(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, low: int, high: int) -> bool:
    """Whether a denial speaks of a harm, by what stands between them."""
    is_before = at < event.at
    if cue.role == "idle":
        return is_before and _is_own_deed(sentence, event, low, high)
    if is_before and not _is_denied(sentence, event, at, cue, low, high):
        return False
    if not cue.scope:
        if is_before:
            return not is_granted(sentence, event, at, cue)
        is_anew = _has_new_subject(sentence, low, at) and not trails(sentence, event, at, cue)
        return not (is_anew or _is_of_blame(sentence, event))
    if is_before and (has_own_verb(sentence, event, at) or _is_of_relative(sentence, at, high)):
        return False
    if is_before and is_of_people(sentence, event, at):
        return False
    if cue.role == "absence" and is_list_of_harms(sentence, low, high):
        return True
    return high - low <= _VERBS_AFTER_NOT and {",", ":"}.isdisjoint(sentence.low[low:high])


def _is_of_relative(sentence: Sentence, at: int, high: int) -> bool:
    """As in "neither the shell that killed a farmer nor its origin": the harm is told of what is not denied."""
    if sentence.low[at] not in sentence.rule_words.alternatives_denied:
        return False
    return any(sentence.mask[probe] & RELATIVE for probe in range(at + 1, high))


def _is_of_blame(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "the claim of negligence in the death of two was rejected": what is denied is the part in it."""
    words, near = sentence.rule_words, sentence.low[max(0, event.at - _PURPOSE_REACH) : event.at]
    before = {part for low in near for part in low.split(" ")}
    return not words.involvement.isdisjoint(before) and not words.allegations.isdisjoint(before)


def _has_new_subject(sentence: Sentence, low: int, at: int) -> bool:
    """As in "two were killed, and the offer was rejected": what is denied is no statement, and its own subject."""
    for probe in range(low, at - 1):
        is_joint = sentence.low[probe] == "," or bool(sentence.mask[probe] & CONJUNCTION)
        if is_joint and sentence.mask[probe + 1] & DETERMINER and sentence.low[probe + 2] != ",":
            return not any(is_statement(sentence, noun) for noun in range(probe + 1, at))
    return False


def _is_own_deed(sentence: Sentence, event: HarmEvent, low: int, high: int) -> bool:
    """As in "none of the stones hit or injured an officer": the harm is what the subject before it would have done."""
    between = range(low, high)
    if any(sentence.low[at] in {",", ":", ";"} or sentence.mask[at] & (RELATIVE | BARRIER) for at in between):
        return False
    if event.voice == "gerund" and sentence.mask[event.at - 1] & (PREPOSITION | DETERMINER):
        return False  # "no group claimed responsibility for killing two"
    if event.voice in _DEEDS:
        return event.group is None or event.group.first > event.at or event.voice == "lives"
    return event.voice == "noun" and any(sentence.mask[at] & _LICENCE for at in between)


def _is_other_any(sentence: Sentence, at: int, high: int) -> bool:
    """As in "any wrongdoing in the deaths of two": not of any deaths."""
    return any(
        sentence.mask[probe] & PREPOSITION and sentence.low[probe] not in sentence.rule_words.genitive
        for probe in range(at + 1, high)
    )


def _is_denied(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, low: int, high: int) -> bool:
    """Whether a denial before a harm speaks of it: not of the part in it, of its manner or of another clause."""
    is_aside = sentence.low[at].partition(" ")[0] in sentence.rule_words.contrary_openers
    if is_aside and "," in sentence.low[low:high]:
        return False  # "contrary to reports of 12 dead, two died"
    is_not_excluded = sentence.low[at] in sentence.rule_words.excluding and is_negated(sentence, at)
    if is_not_excluded or _is_involvement(sentence, low, high) or is_transfer(sentence, at):
        return False
    if cue.scope:
        return not leaves_harm(sentence, event, at, low, high)
    is_verb = sentence.low[at].rpartition(" ")[2] in sentence.rule_words.denying
    return not (
        opens_clause(sentence, low, high)
        or (is_verb and describes_person(sentence, at))
        or (is_verb and (_goes_on(sentence, at, high) or refuses_offer(sentence, event, at)))
        or _is_conceded(sentence, low, high)
    )


def _is_conceded(sentence: Sentence, low: int, high: int) -> bool:
    """As in "after first denying it, the command has conceded that seven died": the later word holds."""
    comma = next((at for at in range(low, high) if sentence.low[at] == ","), high)
    return not sentence.rule_words.conceding.isdisjoint(sentence.low[comma:high])


def _goes_on(sentence: Sentence, at: int, high: int) -> bool:
    """As in "rejected the appeal and upheld its finding that": what was denied stands before the second verb."""
    words = sentence.rule_words
    for probe in range(at + 1, high - 1):
        if sentence.low[probe] in words.content_clause_openers:
            return False  # "denied that it came and took two"
        if sentence.mask[probe] & CONJUNCTION and probe > at + 1:
            verbs = sentence.low[probe + 1 : min(high, probe + 3)]
            if not (words.affirming.isdisjoint(verbs) and words.reckoning.isdisjoint(verbs)):
                return True
        if sentence.low[probe] == "," and gives_number(sentence, probe + 1):
            return True  # "dismissed reports of 17 dead, giving the number as two"
    return False


def _is_involvement(sentence: Sentence, low: int, high: int) -> bool:
    """As in "denied being linked to the murder": what is denied is the part in it, not the murder."""
    words, told = sentence.rule_words, sentence.low[low:high]
    if not words.involvement.isdisjoint(told):
        return True  # but for "no evidence to date that"
    past = [at for at, one in enumerate(told, low) if one not in words.until_now]
    return any(cue.effect == "background" for at in past for cue in sentence.words[at].cues)


def _is_wished(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, low: int, high: int) -> bool:
    """A modal or a purpose reaches its own verb or noun, not the next clause; "how two men died" is no wish."""
    words = sentence.rule_words
    is_done = event.voice in {"active", "passive"} and event.entry.form == "participle"
    if is_in_vain(sentence, event, at) or is_modal_of_saying(sentence, at) or (cue.role == "capacity" and is_done):
        return False  # "the bomb meant for the mayor killed two"
    if sentence.low[at] in words.manner_openers and asks_manner(sentence, event, at):
        return False
    is_come = event.voice == "toll" or not words.past_auxiliaries.isdisjoint(sentence.low[low:high])
    if sentence.low[at] in words.result_openers and is_come:
        return False  # "so that the fire has now claimed three lives", "so that no one was hurt"
    if at and sentence.low[at - 1] in words.finding_openers and event.group is not None and event.group.last < at:
        return False  # "nine were examined for possible concussion"
    if any(sentence.low[probe] in {",", ":"} for probe in range(low, high)) or joins_clause(sentence, event, low, high):
        return False
    if at > event.at:
        return cue.direction == "backward"
    if is_presupposed(sentence, event, low, high):
        return False
    if has_own_verb(sentence, event, at) or (sentence.low[at] in words.any_words and _is_other_any(sentence, at, high)):
        return False
    if cue.scope:
        return cue.scope > _LONG_REACH or not any(
            sentence.low[probe] in words.finite_auxiliaries or sentence.mask[probe] & RELATIVE
            for probe in range(low, high)
        )
    is_finite = event.voice in {"passive", "active", "reduced", "intransitive", "joined"} and event.entry.form in {
        "participle",
        "intransitive",
    }
    is_finite |= event.voice == "lives" and not words.finite_auxiliaries.isdisjoint(sentence.low[low:high])
    is_finite &= words.passive_infinitives.isdisjoint(sentence.low[low:high])
    reach = _INFINITIVE_REACH if sentence.low[at].endswith(words.infinitive_endings) else _PURPOSE_REACH
    return not is_finite and high - low <= reach
