"""What a denial takes for granted: "rejected calls to resign over the fire, which killed two".

A denial denies what its own clause says. It does not deny what stands in a relative clause of something definite, what
a noun that is no statement is about, nor what follows the comma of a clause that the denial only opens or is inserted
into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.background_cues import tells_that
from watcher.detect.cues.denials import begins_anew
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DEFINITE,
    DETERMINER,
    MODAL,
    PREPOSITION,
    RELATIVE,
    has_verb_before,
)

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_ANTECEDENT = 7  # words of what a relative clause describes
_OBJECT = 9  # words of what a verb of denial has as its object
_LICENCE, _NEGATOR = ROLES["licences"], ROLES["negators"]
_NAMING = frozenset({"noun", "adjective", "reduced"})
_STATES = frozenset({"participle", "adjective"})
_DESCRIBED = frozenset({"reduced", "attribute"})
_FINITE = frozenset({"passive", "intransitive", "active"})
_LISTENER = 3  # words of "the radio on Monday"
_TIME = 4  # words of "a day after"
_CLAUSE = 3  # words of a subject and its verb: "the Navy presumes"
_LACKING = 4  # words from "without" to what is lacking
_VAIN = 3  # words from "failed" to "prevent"
_STOPS = frozenset(",;:.")


def is_granted(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether the denial of a cue at a token before a harm leaves the harm as it is."""
    if cue.role == "no_evidence" and (_is_in_front(sentence, event, at) or _is_not_known_of(sentence, event, at)):
        return True
    if is_described(sentence, event, at) or _is_subject_only(sentence, event, at) or _is_act(sentence, event, at):
        return True
    is_evidence = cue.role == "no_evidence"
    if is_evidence or sentence.low[at].rpartition(" ")[2] in sentence.rule_words.denying:
        return _is_topic(sentence, event, at, is_evidence=is_evidence)
    return False


def _is_not_known_of(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the mother knows nothing of the deaths of her two sons": who does not know denies none."""
    is_of = sentence.low[at].endswith(sentence.rule_words.unknowing) and event.voice == "noun"
    return is_of and bool(sentence.mask[event.at - 1] & DEFINITE)


def is_parted(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether a comma closes the phrase that a cue stands in: "Denying this, the army said that …", ", which …,"."""
    if _states_truth(sentence, at):
        return True
    if "," not in sentence.low[at : event.at]:
        return False
    return _opens_sentence(sentence, event, at) or _is_inserted(sentence, at)


def _states_truth(sentence: Sentence, at: int) -> bool:
    """As in "the claim that nobody died is baseless: twelve were killed": what is so stands after the colon."""
    is_verdict = at > 0 and bool(sentence.mask[at - 1] & BE) and sentence.low[at + 1] == ":"
    return is_verdict and sentence.rule_words.content_clause_openers.isdisjoint(sentence.low[at + 2 : at + 3])


def _opens_sentence(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "Rejecting claims of neglect, the prison said that 14 had been treated"; `at` is in what is rejected."""
    words = sentence.rule_words
    is_contrary = sentence.low[0].partition(" ")[0] in words.contrary_openers
    is_topic = bool(sentence.mask[0] & PREPOSITION) and not sentence.mask[0] & ROLES["according"]
    is_topic |= at == 1 and bool(sentence.mask[0] & BARRIER)  # "After claims that"
    is_denial = sentence.low[at] in words.denying or bool(sentence.mask[at] & _NEGATOR)
    # As in "A day after the army denied any losses, two soldiers were killed".
    is_time = is_denial and any(roles & BARRIER for roles in sentence.mask[: min(at, _TIME)])
    if sentence.low[0] not in words.denying and not (is_contrary or is_topic or is_time):
        return False
    comma = sentence.low.index(",")
    if not at < comma < event.first:
        return False
    if is_time:
        return True
    if is_topic:  # "following media reports, the command announces that"
        return tells_that(sentence, comma, event.first) or _is_told_in_front(sentence, event, at)
    if is_contrary:
        return True
    return any(
        sentence.mask[probe] & AUXILIARY or sentence.low[probe] in words.saying for probe in range(comma + 1, event.at)
    )


def _is_told_in_front(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "Despite claims that nobody was hurt, two boys were shot": the claim has its verb before the comma."""
    openers = sentence.rule_words.content_clause_openers
    if openers.isdisjoint(low.rpartition(" ")[2] for low in sentence.low[at : at + 2]):
        return False
    comma = next(one for one in range(event.first - 1, at, -1) if sentence.low[one] == ",")
    told = range(at + 1, comma)
    return any(sentence.mask[one] & AUXILIARY or sentence.is_harm(one) or is_past_verb(sentence, one) for one in told)


def _is_inserted(sentence: Sentence, at: int) -> bool:
    """As in "The shooting, which the sheriff called baseless, left one dead"; not of a report that says so."""
    for probe in range(at - 1, 1, -1):
        if sentence.low[probe] in _STOPS:
            return False
        if sentence.mask[probe] & RELATIVE and sentence.low[probe - 1] == ",":
            return not is_statement(sentence, probe - 2)
    return False


def leaves_harm(sentence: Sentence, event: HarmEvent, at: int, low: int, high: int) -> bool:
    """Whether the "not" at a token denies another verb than the harm's; `low` to `high` are the tokens between."""
    words = sentence.rule_words
    kept = words.excluding | words.keeping_from
    if not kept.isdisjoint(sentence.low[low:high]):  # "could not rule out that", "did not escape casualties"
        return True
    if sentence.low[low] in words.infinitive_markers and event.voice == "base" and event.at == low + 1:
        return True  # "begged them not to kill the two boys"
    if sentence.low[low] in words.including_verbs and event.group is not None and event.group.is_counted:
        return True  # "the tally does not include two bodies found on Sunday"
    if sentence.low[at].partition(" ")[0] in words.lacking and _is_own_clause(sentence, event, at):
        return True
    if _tells_how(sentence, low, high) or _reports(sentence, low, high) or begins_anew(sentence, low, high):
        return True
    return sentence.low[at] in words.verbal_negators and _is_left_undone(sentence, event, low)


def _is_own_clause(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "without warning two men were killed": what is lacking stands before the subject of the harm's verb."""
    group, words = event.group, sentence.rule_words
    if event.voice == "active" and any(at + 1 < one.first <= one.last < event.at for one in sentence.groups):
        return True  # "without a sound the raiders drowned three guards"
    if group is None or not at + 1 < group.first <= group.last < event.at:
        return event.voice == "intransitive" and group is not None and at + 1 < group.first < event.at
    after = range(group.last + 1, event.at)
    is_finite = any(sentence.mask[probe] & MODAL or sentence.low[probe] in words.finite_auxiliaries for probe in after)
    return is_finite or event.voice in {"intransitive", "active"}


def _tells_how(sentence: Sentence, low: int, high: int) -> bool:
    """As in "did not say how two men died": the manner is denied, not the deaths."""
    return not sentence.rule_words.manner_openers.isdisjoint(sentence.low[low:high])


def _reports(sentence: Sentence, low: int, high: int) -> bool:
    """As in "did not comment on reports that two men died"; not "did not report any deaths", a verb itself."""
    words = sentence.rule_words
    is_verb = not (words.any_words | words.only_one).isdisjoint(sentence.low[low + 1 : low + 3])
    return any(sentence.low[probe].partition(" ")[0] in words.evidence for probe in range(low + is_verb, high))


def _is_left_undone(sentence: Sentence, event: HarmEvent, low: int) -> bool:
    """As in "could not reach nine wounded men", "did not say whether the two hurt …": what "not" denies is no harm.

    What was not done to people who are hurt leaves them hurt, unless it is that they were found or that it came to it:
    "did not find any wounded men", "did not result in wounded residents". `low` is the first token after the "not".
    """
    words, group, between = sentence.rule_words, event.group, range(low, event.at)
    if any(one in sentence.low[low : event.at + 1] for one in words.only_one):
        return False  # "has not admitted a single casualty"
    if any(sentence.low[at] in words.clause_openers or _is_withheld(sentence, at) for at in between):
        return True
    if group is None or not (group.is_counted or group.is_definite):
        return False
    if any(sentence.low[at] in words.averting for at in between):
        return True  # "did not prevent the deaths of nine"
    found = words.getting | words.registering
    is_found = any(sentence.mask[at] & (_LICENCE | BE) or sentence.low[at] in found for at in between)
    is_state = event.entry.form in _STATES or not is_found  # "not all of the nine dead", "not among the two killed"
    is_after = group.first >= low  # not "the second pilot is not dead but hurt"
    is_known = group.is_definite and event.voice in _NAMING and is_state and is_after
    return is_known or (event.voice == "attribute" and (group.is_definite or not is_found))


def is_in_vain(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "failed to prevent the deaths of nine", "could not reach two wounded men": what was not done to people.

    `at` is a modal or a word of averting; the harm is no wish then.
    """
    words, group = sentence.rule_words, event.group
    if group is None or not (group.is_counted or group.is_definite):
        return False
    if sentence.mask[at] & MODAL and event.voice == "attribute":
        return bool((sentence.mask[at] | sentence.mask[at + 1]) & _NEGATOR)
    if sentence.mask[at] & MODAL:  # "could not prevent three men from being killed"
        after = range(at + 1, min(sentence.size, at + _VAIN))
        at = next((one for one in after if sentence.low[one] in words.averting), at)
    verb = sentence.low[at].rpartition(" ")[2]
    before = range(max(0, at - _VAIN), at)
    is_vain = any(sentence.mask[probe] & _NEGATOR or sentence.low[probe] in words.in_vain for probe in before)
    return verb in words.averting and (is_vain or not words.alternatives_denied.isdisjoint(sentence.low[:at]))


def is_presupposed(sentence: Sentence, event: HarmEvent, low: int, high: int) -> bool:
    """As in "will visit the six soldiers wounded at the ford", "must explain why two died": they are harmed already.

    `low` to `high` are the tokens between a modal and the harm: it is the other verb that is still to come.
    """
    words, group = sentence.rule_words, event.group
    is_told = event.voice != "lives" and any(  # "could claim 300 lives"
        sentence.low[at].partition(" ")[0] in words.allegations for at in range(low, high)
    )
    is_any = any(sentence.low[at] in words.any_words for at in range(low - 1, high))
    if is_told and not is_any and group is not None and group.is_counted:
        return True  # "can neither confirm nor deny the report of two deaths"
    if group is None or group.is_guess or group.high is None or group.is_nobody or group.first < low:
        return False
    if _is_announced(sentence, low, group.first):
        return True
    if any(sentence.low[at] in words.any_words or _brings_about(sentence, at) for at in range(low, high)):
        return False
    if event.voice in _DESCRIBED or _is_of_dead(event):
        return group.is_definite and (group.is_counted or group.low == 1)
    if event.voice in {"noun", "gerund"}:  # "the deaths of two", "the killing of two"
        before = sentence.mask[event.at - 1] | (sentence.mask[event.at - 2] if sentence.words[event.at - 1].cues else 0)
        is_known = group.is_definite or bool(before & DEFINITE)  # "the alleged killing of three"
        return is_known and group.is_counted and high - low > 1
    return group.is_counted and any(sentence.low[at] in words.manner_openers for at in range(low, group.first))


def _is_announced(sentence: Sentence, low: int, high: int) -> bool:
    """As in "must now report that both have died", "can confirm that": what is said is so."""
    words = sentence.rule_words
    for at in range(low, high):
        verb, _, that = sentence.low[at].partition(" ")
        if verb in words.announcing and (that in words.content_clause_openers or _opens_that(sentence, at + 1)):
            return True
    return False


def _opens_that(sentence: Sentence, at: int) -> bool:
    return at < sentence.size and sentence.low[at] in sentence.rule_words.content_clause_openers


def _is_of_dead(event: HarmEvent) -> bool:
    """As in "the six dead": the harm is the noun for those whom the number counts."""
    group = event.group
    return event.voice == "adjective" and group is not None and group.is_bare and group.last + 1 == event.at


def _brings_about(sentence: Sentence, at: int) -> bool:
    """Whether a verb makes harm or averts it: what it may do has not been done."""
    words, verb = sentence.rule_words, sentence.low[at].rpartition(" ")[2]
    return bool(sentence.mask[at] & _LICENCE) or verb in words.averting or verb in words.bringing_about


def _is_withheld(sentence: Sentence, at: int) -> bool:
    """As in "has not confirmed that", "did not disclose that": who keeps silent about a harm denies none."""
    words, parts = sentence.rule_words, sentence.low[at].split(" ")
    return not (words.confirming.isdisjoint(parts[:1]) and words.disclosing.isdisjoint(parts[:1]))


def is_statement(sentence: Sentence, at: int) -> bool:
    """Whether a noun stands for what somebody says: "claim", "figure", "bulletin"."""
    words, parts = sentence.rule_words, sentence.low[at].split(" ")
    kinds = (words.allegations, words.pointing_back, words.evidence, words.own_statements)
    return not all(kind.isdisjoint(parts) for kind in kinds)


def tells_statement(sentence: Sentence, low: int, high: int) -> bool:
    """As in "denied posts on a network saying that nine died": the word of saying is of the statement before it."""
    cut = [at for at in sentence.ends if low <= at < high]
    if len(cut) != 1 or sentence.low[cut[0]].partition(" ")[0] not in sentence.rule_words.saying:
        return False
    return any(is_statement(sentence, at) for at in range(low, cut[0]))


def is_described(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "denied documents about the crash that killed four": in a relative clause of something definite."""
    for probe in range(event.at - 1, at + 1, -1):
        if sentence.low[probe] in sentence.rule_words.saying:
            return False
        if sentence.mask[probe] & RELATIVE or _opens_relative(sentence, probe):
            is_over = sentence.low[probe - 1] == "," and "," in sentence.low[probe : event.at]
            if is_over or _has_other_verb(sentence, event, probe):
                continue  # "no word that the shell, which fell short, killed two"
            if sentence.low[probe - 1] == "," and not sentence.rule_words.saying.isdisjoint(sentence.low[at:probe]):
                return False  # "it is false, said the commissioner, that three were killed"
            return _has_definite(sentence, probe, at)
    return False


def _has_other_verb(sentence: Sentence, event: HarmEvent, relative: int) -> bool:
    """As in "untrue that the fire that followed killed two": the clause has its verb, the harm is that of the next."""
    if event.voice in {"passive", "intransitive"} and sentence.low[relative] in sentence.rule_words.person_relatives:
        is_intransitive = event.voice == "intransitive"
        return has_verb_before(sentence, relative + 1, event.at, is_intransitive=is_intransitive)
    if event.voice not in {"active", "intransitive"} or event.entry.form not in {"participle", "intransitive"}:
        return False
    between = range(relative + 1, event.at)
    verbs = (one for one in between if sentence.is_harm(one) or is_past_verb(sentence, one))
    is_joined = any(sentence.mask[one] & CONJUNCTION for one in between)
    return not is_joined and any(not sentence.mask[one] & AUXILIARY for one in verbs)


def _opens_relative(sentence: Sentence, at: int) -> bool:
    """As in "the riot in which", known as one phrase."""
    return bool(sentence.mask[at] & BARRIER) and " " in sentence.low[at]


def _has_definite(sentence: Sentence, relative: int, at: int) -> bool:
    """Whether a relative pronoun after the cue at `at` describes something definite that is no statement."""
    last, words = relative - 1, sentence.rule_words
    last -= bool(sentence.mask[last] & (PREPOSITION | ROLES["according"]))  # "in which", "according to which"
    is_loose = sentence.low[last] == ","
    last -= is_loose
    while last > at and sentence.mask[last] & ADVERB:
        last -= 1
    is_content = sentence.low[relative] in words.content_clause_openers
    if is_content and _is_second_that(sentence, relative, at):
        return False
    if last <= at or is_statement(sentence, last) or (is_content and _is_said(sentence, relative, last, at)):
        return False
    if is_content and is_loose and _is_inserted_after_statement(sentence, last, at):
        return False
    if is_loose:
        return True
    for probe in range(last, max(at, last - _ANTECEDENT), -1):
        if sentence.mask[probe] & DETERMINER:
            return bool(sentence.mask[probe] & DEFINITE)
        if sentence.low[probe] in _STOPS or sentence.mask[probe] & (AUXILIARY | BARRIER):
            return False
    return False


def _is_second_that(sentence: Sentence, that: int, at: int) -> bool:
    """As in "untrue that the tug rammed the pier and that two were hurt", "…, that it fired, that two were hurt"."""
    words, joint = sentence.rule_words, sentence.low[that - 1]
    if not (joint == "," or sentence.mask[that - 1] & CONJUNCTION):
        return False
    before = range(at, that - 1)
    return any(sentence.low[one].rpartition(" ")[2] in words.content_clause_openers for one in before)


def _is_inserted_after_statement(sentence: Sentence, last: int, at: int) -> bool:
    """As in "rejects the report, spread by a channel, that": what stands between the commas describes a statement."""
    opening = next((probe for probe in range(last, at, -1) if sentence.low[probe] == ","), 0)
    return opening > at + 1 and is_statement(sentence, opening - 1)


def _is_in_front(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "after days without news, two are presumed dead": nothing is told of, and the clause goes on by itself.

    Without a comma so does "after nine hours without air support the garrison had lost four men".
    """
    words, between = sentence.rule_words, range(at + 1, event.at)
    told = words.content_clause_openers | words.citing | words.clause_openers
    if not told.isdisjoint(sentence.low[at + 1 : event.at]) or sentence.low[at].endswith(words.content_clause_endings):
        return False
    comma = next((probe for probe in reversed(between) if sentence.low[probe] == ","), 0)
    if comma and _opens_clause_of(sentence, event, comma + 1):
        return True
    is_lacking = any(
        sentence.low[probe].partition(" ")[0] in words.lacking for probe in range(max(0, at - _LACKING), at)
    )
    is_told_by_verb = event.voice in _FINITE and any(
        sentence.mask[probe] & (AUXILIARY | DETERMINER) for probe in between
    )
    return is_lacking and is_told_by_verb


def _opens_clause_of(sentence: Sentence, event: HarmEvent, begin: int) -> bool:
    """Whether the subject of a harm's clause stands at a token: not the next of a list of what is denied."""
    group = event.group
    if sentence.mask[begin] & (CONJUNCTION | RELATIVE | BARRIER | PREPOSITION) or group is None:
        return False
    if begin in {group.first, group.opener, group.first - 1}:
        return group.is_counted and event.voice in _FINITE
    is_subject = bool(sentence.mask[begin] & DETERMINER) or sentence.is_capital(begin)
    return is_subject and min(event.at, group.first) >= begin + _CLAUSE


def _is_said(sentence: Sentence, relative: int, last: int, at: int) -> bool:
    """As in "rejects the statement of the enemy's ministry that", "the claims on social media that two died".

    What follows is its content, but for "the report on the crash that killed four".
    """
    words, after = sentence.rule_words, relative + 1
    if sentence.low[last] in words.saying | words.affirming | words.admitting:
        return True
    if not words.telling_somebody.isdisjoint(sentence.low[max(at + 1, last - _LISTENER) : last]):
        return True  # "told reporters that"
    is_clause = after < sentence.size and not (sentence.mask[after] & AUXILIARY or sentence.is_harm(after))
    makers = words.genitive | words.agent_openers
    return any(
        (sentence.low[probe + 1] in makers or (is_clause and sentence.mask[probe + 1] & PREPOSITION))
        and is_statement(sentence, probe)
        for probe in range(last - 1, max(at, last - _ANTECEDENT), -1)
    )


def _is_subject_only(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "denied that the two soldiers killed at the ford had been left alone": another verb is denied of them."""
    group, words = event.group, sentence.rule_words
    is_described = event.voice in _DESCRIBED or (_is_of_dead(event) and group is not None and group.is_definite)
    if not is_described or group is None or group.first < at:
        return False
    openers = sentence.low[max(0, group.first - 1 - bool(group.is_definite)) : group.first]
    that = {low.rpartition(" ")[2] for low in openers}  # "not true that" is one phrase
    is_known = group.is_definite  # "nothing suggests the three dead men were rebels"
    if not is_known if event.voice == "attribute" else that.isdisjoint(words.content_clause_openers):
        return False
    for probe in range(max(event.at, group.last) + 1, sentence.size):
        if sentence.mask[probe] & AUXILIARY or is_past_verb(sentence, probe):
            return True
        if sentence.low[probe] in _STOPS or sentence.mask[probe] & (RELATIVE | CONJUNCTION | BARRIER):
            return False
    return False


def is_past_verb(sentence: Sentence, at: int) -> bool:
    """As in "the two men killed on Friday belonged to the gang": a verb that no article makes an adjective."""
    words, low = sentence.rule_words, sentence.low[at].partition(" ")[0]
    if low in words.past_verbs:
        return True
    entry = sentence.words[at].harm
    is_free = not sentence.mask[at - 1] & (DETERMINER | PREPOSITION) and (entry is None or entry.form == "noun")
    return is_free and low.endswith(words.participle_endings) and not sentence.is_capital(at)


def is_of_subject(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "relatives of the victims dispute this": the harm is named by whoever denies, at `at`, something else."""
    between = range(event.last + 1, at)
    if event.voice not in _NAMING or sentence.mask[at - 1] & (BE | AUXILIARY):
        return False
    if sentence.low[at] in sentence.rule_words.existing:
        return False  # "of the 90 dead not one exists"
    return not any(
        sentence.mask[probe] & (AUXILIARY | BARRIER | RELATIVE)
        or sentence.low[probe] in _STOPS
        or sentence.words[probe].harm is not None
        for probe in between
    ) and not any(is_statement(sentence, probe) for probe in range(max(0, event.first - _ANTECEDENT), event.first))


def _is_act(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "denied hiding the deaths of nine men", "denied entry to the families of the dead": not that they died.

    "Denied firing on the crowd and killing two" denies both.
    """
    words, after = sentence.rule_words, at + 1
    if sentence.low[at] not in words.withholding or after >= event.at:
        return False
    if sentence.low[after] in words.admittance and sentence.mask[after + 1] & PREPOSITION:
        return True
    is_act = sentence.low[after].endswith(words.act_endings) and sentence.is_word(after)
    is_harm = sentence.words[after].harm is not None or sentence.low[after] in words.causing_acts
    return is_act and not is_harm and event.voice != "gerund"


def refuses_offer(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "rebels rejected the ceasefire and killed nine": an offer is refused, and the next verb is a deed."""
    words = sentence.rule_words
    if words.offers.isdisjoint(sentence.low[at + 1 : at + _LACKING]) or event.voice not in _FINITE:
        return False
    between = range(at + 1, event.at)
    if any(sentence.low[one] in words.content_clause_openers or is_statement(sentence, one) for one in between):
        return False
    joint = next((one for one in between if sentence.mask[one] & CONJUNCTION or sentence.low[one] == ","), 0)
    return joint > 0 and not any(sentence.mask[one] & AUXILIARY for one in range(at + 1, joint))


def _is_topic(sentence: Sentence, event: HarmEvent, at: int, *, is_evidence: bool) -> bool:
    """As in "denied any wrongdoing in the deaths of two", "no sign of terrorism in the killing of a man".

    The object of the denial is a noun that is no statement, and the harm stands behind a preposition after it. Where
    evidence is denied, the harm must be definite: "no reports of damage with injuries" denies both.
    """
    noun = -1
    if event.voice == "gerund" and sentence.mask[event.at - 1] & CONJUNCTION:
        return False  # "denied firing on the crowd and killing two"
    for probe in range(at + 1, min(event.at, at + 1 + _OBJECT)):
        roles, low = sentence.mask[probe], sentence.low[probe]
        is_of = low in sentence.rule_words.genitive
        if roles & PREPOSITION and noun >= 0 and not is_of:
            return not is_evidence or bool(sentence.mask[event.at - 1] & DEFINITE)
        if roles & (AUXILIARY | BARRIER | RELATIVE | CONJUNCTION) or not sentence.is_word(probe):
            return False
        is_people = sentence.words[probe].people is not None or sentence.words[probe].harm is not None
        if is_people or is_statement(sentence, probe) or low in sentence.rule_words.saying:
            return False
        noun = probe if not roles & (DETERMINER | ADVERB | PREPOSITION) else noun
    return False
