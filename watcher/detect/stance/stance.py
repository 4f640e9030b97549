"""What the words around a harm event make of it: its stance, whether it is background, or no claim at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.background_cues import accusations, charges
from watcher.detect.cues.conditions import inverted_condition
from watcher.detect.cues.denials import (
    absences,
    admitted,
    idle_subjects,
    is_any,
    kept_from_harm,
    left_open,
    rejections,
    twice_denied,
)
from watcher.detect.cues.hearsay import hearsay_cues, is_in_place_of_noun, subject_of_saying
from watcher.detect.cues.misprints import is_misprint
from watcher.detect.cues.others_accounts import others_accounts, told_by_witness
from watcher.detect.cues.pronoun_speakers import cues_of_pronouns
from watcher.detect.cues.restated_numbers import is_counted_twice, is_in_correction
from watcher.detect.cues.reviews import is_deemed, is_under_review
from watcher.detect.cues.verdicts import is_taken_back, is_told_untruly, is_wrong_report
from watcher.detect.harm.ordinal_tolls import ROW, is_last_of_row
from watcher.detect.harm.second_accounts import is_of_own_side, second_teller
from watcher.detect.stance.generic import without_generic
from watcher.detect.stance.in_earnest import is_beside_standing_words, is_played
from watcher.detect.stance.mood import as_its_verb, is_question, with_mood
from watcher.detect.stance.other_senses import is_scare_quoted
from watcher.detect.stance.reaching_cues import cues_reaching
from watcher.detect.stance.unharmed import (
    found_alive,
    is_contrary,
    is_neither,
    is_not_reported,
    is_of_no_one,
    is_reported_wrongly,
    is_told_of_living,
    is_unharmed,
    of_opposed,
)
from watcher.detect.text.table_cells import is_in_label
from watcher.detect.words.annotations import ACCOUNT, CORRECTED, RUNNING, SAME_VERB, VERB_BEFORE, Dismissed, Judgement
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.periods import (
    CAMPAIGN,
    LONG_AGO,
    is_in_court,
    is_latest,
    is_of_long_count,
    is_of_second,
    is_record,
    is_since,
    year_of,
)
from watcher.detect.words.tokens import (
    BARRIER,
    BE,
    CONJUNCTION,
    DAY,
    DETERMINER,
    MODAL,
    RANK,
    RELATIVE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.config.words import CueWords, Effect, Role
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Stance


_OWN, _POSSESSIVE = ROLES["own"], ROLES["possessives"]
_NEGATOR, _PART = ROLES["negators"], ROLES["part_openers"]
_PARTS = frozenset(",;:")
_JUDGED = 5  # words between "not" and "likely"
_UNSAID, _ANYBODY = "named without saying that it happened", "nobody in particular"
_ABSENT = frozenset({"absence", "no_evidence", "idle", "spared"})  # roles of cues: there is nobody
_NOBODY = frozenset({_UNSAID, _ANYBODY})
# Where several cues reach one claim, the first of these decides.
_ORDER: tuple[Stance, ...] = ("denied", "under_review", "hypothetical", "historical", "alleged", "assessed")


def judge_stances(document: Document, sentence: Sentence) -> None:
    """Judge each harm event of a sentence; keep what is dismissed, and what only looks like a harm or a cue."""
    for at, cue in sentence.cues:
        if cue.effect == "pseudo":
            document.dismissed.append(Dismissed(sentence.starts[at], sentence.stops[at], _first_cue(sentence, at)))
    if sentence.events:
        accused = accusations(sentence)
        sentence.cues += [*_composed(sentence, accused), *_of_witness(document, sentence)]
        void = {(at, "denied") for at in admitted(sentence) | twice_denied(sentence) | left_open(sentence)}
        void |= {(at, "background") for at in accused}
        sentence.cues = [
            (at, cue)
            for at, cue in sentence.cues
            if (at, cue.effect) not in void and not _is_own_report(sentence, at, cue)
            if not is_in_label(sentence, at, cue)
        ]
        sentence.cues += cues_of_pronouns(document, sentence)
    for event in sentence.events:
        event.judgement = judge(sentence, event)
        if VERB_BEFORE in event.rules and event.judgement.stance == "asserted":
            event.judgement = as_its_verb(sentence, event)
        if event.judgement.is_background and _are_more_since(document, sentence, event):
            event.judgement = event.judgement._replace(is_background=False)
        event.judgement = without_generic(document, sentence, event)
        if event.judgement.dismissed:
            start, end = sentence.starts[event.first], sentence.stops[event.last]
            document.dismissed.append(Dismissed(start, end, event.judgement.dismissed))


def _are_more_since(document: Document, sentence: Sentence, event: HarmEvent) -> bool:
    """As in "Six people died on Monday. Since then two more have died": others beside those of the release's news."""
    group, then = event.group, sentence.rule_words.since_then
    if group is None or not group.is_other or then.isdisjoint(sentence.present):
        return False
    others = [at for at, cue in sentence.cues if cue.effect == "background" and sentence.low[at] not in then]
    before = [one for one in document.events if one.claim.harm == event.entry.harm and one.sentence < sentence.number]
    return not others and bool(before) and not before[-1].claim.is_background


def _composed(sentence: Sentence, accused: list[int]) -> list[tuple[int, CueWords]]:
    """The cues that grammar puts together: negated evidence and who says so, or accuses a force at some tokens."""
    composed = sentence.lexicon.composed
    found: list[tuple[int, Role]] = [(at, "no_evidence") for at in absences(sentence)]
    found += [(at, "idle") for at in idle_subjects(sentence)] + [(at, "hearsay") for at in accused]
    found += [(at, "spared") for at in kept_from_harm(sentence)] + [(at, "alive") for at in found_alive(sentence)]
    found += [*rejections(sentence), *inverted_condition(sentence), *((at, "charged") for at in charges(sentence))]
    made = [(at, cue) for at, role in found for cue in composed[role]]
    return [*made, *hearsay_cues(sentence), *others_accounts(sentence)]


def _of_witness(document: Document, sentence: Sentence) -> list[tuple[int, CueWords]]:
    """The cue of what somebody tells whom the sentence before says to have been asked."""
    if not sentence.number or sentence.rule_words.saying.isdisjoint(sentence.present):
        return []
    at = told_by_witness(document.tokens(sentence.number - 1), sentence)
    return [(at, cue) for cue in sentence.lexicon.composed["hearsay"]] if at > 0 else []


def _is_own_report(sentence: Sentence, at: int, cue: CueWords) -> bool:
    """As in "it now reports that two were hurt", "the army reports that": no report of somebody else does."""
    is_of_others = cue.effect == "alleged" and cue.role == "hearsay"  # by its subject
    if cue.role == "reported_claim" and is_in_place_of_noun(sentence, at):
        return False  # "an inquiry into claims that"
    if cue.effect != "alleged" or is_of_others or sentence.low[at].partition(" ")[0] not in sentence.rule_words.saying:
        return False
    subject = subject_of_saying(sentence, at)
    is_base = not sentence.low[at].partition(" ")[0].endswith(sentence.rule_words.plural_endings)
    is_verb = is_base and any(sentence.mask[one] & MODAL for one in range(subject.stop, at))  # "must now report that"
    is_passive = any(sentence.mask[one] & BE for one in range(subject.stop, at))  # "it has been alleged that"
    return is_verb or (bool(subject) and not is_passive and _is_own_speaker(sentence, subject))


def _is_own_speaker(sentence: Sentence, subject: range) -> bool:
    """As in "it", "the army", "Coast Guard Station Skagen", "the hospital of Minna": after its noun only a name."""
    words = sentence.rule_words
    if sentence.low[subject.stop - 1] in words.publisher_pronouns:
        return True
    for at in reversed(subject):
        parts = sentence.low[at].split(" ")
        if not (words.insiders.isdisjoint(parts) and words.wards.isdisjoint(parts)):
            return True
        if not (sentence.is_capital(at) or parts[0] in words.genitive):
            return False
    return False


def _first_cue(sentence: Sentence, at: int) -> str:
    return next(cue.name for position, cue in sentence.cues if position == at)


def judge(sentence: Sentence, event: HarmEvent) -> Judgement:
    """The stance of an event in its sentence, and the cues that decide it."""
    if event.voice == "answered" or is_reported_wrongly(sentence, event):
        return Judgement("denied", is_background=False, dismissed="", rules=("none",))
    if event.voice == ACCOUNT and event.group is not None:
        is_ours = is_of_own_side(sentence, second_teller(sentence, event))
        return Judgement("asserted" if is_ours else "alleged", is_background=False, dismissed="", rules=())
    reached = cues_reaching(sentence, event)
    year = year_of(sentence, event)
    is_background = year > 0 or (bool(reached) and any(cue.effect == "background" for _, cue in reached))
    is_background = is_background or is_record(sentence, event) or is_since(sentence, event)
    is_background = is_background or is_of_long_count(sentence, event) or is_of_second(sentence, event)
    is_background = is_background or is_in_court(sentence, event)
    is_background |= ROW in event.rules or RUNNING in event.rules
    is_background = is_background and not (is_latest(sentence, event) or is_last_of_row(sentence, event))
    dismissed = _dismissed(sentence, event, reached)
    is_old = is_background and (year > 0 or _is_before(sentence, reached))
    judged = _of_nobody(sentence, event, reached, Judgement("denied", is_old, dismissed, ()))
    return judged or _of_somebody(sentence, event, reached, Judgement("asserted", is_background, dismissed, ()), year)


def _is_before(sentence: Sentence, reached: list[tuple[int, CueWords]]) -> bool:
    """Whether a cue of background is of a time before now: who says "to date" or "since May, nobody" denies it now."""
    words = sentence.rule_words
    found = [sentence.low[at] for at, cue in reached if cue.effect == "background"]
    return any(low not in words.until_now and low.partition(" ")[0] not in words.since for low in found)


def _of_nobody(
    sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]], denied: Judgement
) -> Judgement | None:
    """The judgement of an event that its own words ask for or deny: "no soldiers", "not credible", "unhurt"."""
    names = [cue.name for _, cue in reached]
    is_absent = _is_absent(reached)
    if denied.dismissed in _NOBODY and is_question(sentence):
        return Judgement(
            "hypothetical", is_background=False, dismissed="", rules=(*names, "a question", "anybody a question")
        )
    if event.group is not None and event.group.is_nobody:
        if event.entry.is_state and _has_hurt(sentence, event):
            return denied._replace(dismissed="none of them in care")
        any_words = sentence.rule_words.any_words  # "neither police nor residents suffered any injury"
        is_wish = any(cue.effect == "hypothetical" and sentence.low[at] not in any_words for at, cue in reached)
        reason = denied.dismissed or ("a wish" if is_wish else "")
        # "Nobody escaped injury", but not "not one had so much as a scratch".
        is_all_hurt = event.entry.is_unharmed and event.entry.harm == "injured" and not event.entry.needs_none
        reason = reason or ("nobody is unhurt" if is_all_hurt else "")
        reason = reason or ("denied and taken back" if is_taken_back(sentence, event.group, reached) else "")
        return denied._replace(dismissed=reason, rules=("none", *names), is_absent=is_absent)
    if event.voice == "verdict":
        return denied._replace(dismissed="", rules=tuple(names), is_absent=is_absent)
    if event.voice == "opposed":
        return of_opposed(sentence, event, reached, is_background=denied.is_background)
    if is_unharmed(sentence, event, reached):
        reason = denied.dismissed or ("nobody in particular" if is_of_no_one(sentence, event, reached) else "")
        return denied._replace(dismissed=reason, rules=("unharmed", *names), is_unharmed=True)
    if is_neither(sentence, event) or is_not_reported(sentence, event) or is_contrary(sentence, event):
        return denied._replace(rules=("none", *names), is_absent=True)
    return None


def _has_hurt(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "four officers were injured; none required treatment": of whom nobody needed it, some were hurt."""
    others = (one for one in sentence.events if one is not event and one.entry.harm == event.entry.harm)
    return any(one.group is not None and bool(one.group.low) and one.at < event.at for one in others)


def _is_absent(reached: list[tuple[int, CueWords]]) -> bool:
    """Whether a cue says that there is nobody, where no number says otherwise."""
    return bool(reached) and any(cue.role in _ABSENT for _, cue in reached)


def _of_somebody(
    sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]], judged: Judgement, year: int
) -> Judgement:
    """The judgement by the cues that reach an event and by the grammar of its sentence."""
    reached = [
        (at, cue) for at, cue in reached if cue.effect != "hypothetical" or not _is_of_helper(sentence, event, at)
    ]
    effects, names = {_effect(sentence, event, at, cue) for at, cue in reached}, [cue.name for _, cue in reached]
    if "assessed" in effects and any(cue.effect == "assessed" and at > event.at for at, cue in reached):
        effects = effects - {"alleged"}
    for effect, name in _of_grammar(sentence, event, reached, year):
        effects, names = effects | {effect}, [*names, name]
    stance: Stance = next((candidate for candidate in _ORDER if candidate in effects), "asserted")
    is_background = judged.is_background and stance != "historical"
    if stance == "denied":
        is_background &= year > 0 or _is_before(sentence, reached)
    if stance in {"asserted", "alleged", "assessed"}:
        stance, names = with_mood(sentence, event, stance, names)
    is_absent = bool(reached) and (_is_absent(reached) or is_told_untruly(event, reached))
    return Judgement(stance, is_background, judged.dismissed, tuple(dict.fromkeys(names)), is_absent)


def _effect(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> Effect:
    """The effect of a cue; a judgement that is negated denies: "did not find it more likely than not that"."""
    if is_played(event, cue):
        return "hypothetical"
    if is_wrong_report(sentence, at, cue):
        return "denied"
    if cue.effect != "assessed" or not sentence.roles & _NEGATOR:
        return cue.effect
    for before in range(at - 1, max(-1, at - 1 - _JUDGED), -1):
        if sentence.low[before] in _PARTS or sentence.mask[before] & (CONJUNCTION | BARRIER):
            break
        if (
            sentence.mask[before] & _NEGATOR
            and sentence.low[before].partition(" ")[0] in sentence.rule_words.verbal_negators
        ):
            return "denied"
    return cue.effect


def _of_grammar(
    sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]], year: int
) -> Iterator[tuple[Effect, str]]:
    """The stances that no single cue gives: long ago, or a report that is still being examined."""
    if _is_past(sentence, event, year):
        yield "historical", "long ago"
    if reached and is_under_review(sentence, reached):
        yield "under_review", "unfinished review"
    if is_deemed(sentence, event):
        yield "assessed", "held to be dead"


def _is_past(sentence: Sentence, event: HarmEvent, year: int) -> bool:
    """Whether an event belongs to history or to somebody's life, not to the news; `year` is its bare year, or 0."""
    if 0 < year < LONG_AGO or (year and _is_lifetime(sentence, event)):
        return True
    return _is_commemorated(sentence, event)


def _is_commemorated(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "those who gave their lives", "my grandmother passed away": no event that a publisher reports."""
    group = event.group
    if event.entry.is_solemn and event.entry.form == "noun":
        return True  # "all who have fallen"
    if group is not None and _is_mine(sentence, group) and not _is_testimony(sentence):
        return True
    if group is None or event.entry.form != "intransitive":
        return False
    return event.entry.is_solemn and ((not group.is_counted and group.kind != "exact") or (group.low or 0) >= CAMPAIGN)


def _is_testimony(sentence: Sentence) -> bool:
    """As in "They shot my son, a villager told the mission": said of now by somebody whom the publisher quotes."""
    if any(cue.effect == "alleged" for _, cue in sentence.cues):
        return True
    words = sentence.rule_words
    parts = {part for low in sentence.present for part in low.split(" ")}  # "an old man"
    return not (words.outsiders.isdisjoint(parts) or words.saying.isdisjoint(sentence.present))


def _is_lifetime(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "her husband was killed in Iraq in 2006", "she lost a leg in 2010": somebody's own past, by its year."""
    group = event.group
    if group is None or not group.low == group.high == 1:
        return False
    is_somebody = group.is_name or group.is_definite or bool(sentence.mask[group.first] & RANK)
    is_own_wound = event.entry.harm == "injured" and is_somebody
    is_kin = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.kin  # "buried a brother, shot in 2009"
    return is_own_wound or is_kin or bool(sentence.mask[group.first] & _POSSESSIVE)


def _is_mine(sentence: Sentence, group: Group) -> bool:
    """As in "my grandmother", "two of my men": somebody speaks of their own past."""
    if not sentence.roles & _OWN:
        return False
    mask = sentence.mask[group.first : group.last + 1]
    return any(roles & _OWN for roles in mask) and not _is_of_today(sentence, group)


def _is_of_today(sentence: Sentence, group: Group) -> bool:
    """As in "Two of my officers are in hospital", "we lost three of my men this morning": a commander's news."""
    is_kin = group.head >= 0 and sentence.low[group.head] in sentence.rule_words.kin
    after = sentence.low[group.last + 1 : group.last + 2]
    return not is_kin and (bool(sentence.roles & DAY) or not sentence.rule_words.present_be.isdisjoint(after))


def _dismissed(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> str:
    """The name of the cue that makes an event no claim at all, or nothing."""
    if not event.is_licensed and not any(
        cue.effect in {"denied", "alleged", "assessed", "under_review"} for _, cue in reached
    ):
        return _UNSAID
    if _is_wished(sentence, event, reached):
        return "a wish"
    return _dismissed_by_words(sentence, event, reached)


def _dismissed_by_words(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> str:
    """The same of an event that the sentence says to have come about."""
    words, group = sentence.rule_words, event.group
    is_anybody = group is not None and (sentence.low[group.first] in words.any_person or is_any(sentence, group))
    is_anybody &= SAME_VERB not in event.rules  # "nor were any guards"
    is_anybody |= sentence.low[event.at].partition(" ")[0] in words.any_words  # "any civilian harm"
    if is_anybody and not (_is_open(reached) or is_neither(sentence, event) or is_contrary(sentence, event)):
        return _ANYBODY
    if event.entry.harm == "killed" and (
        any(cue.role == "alive" for _, cue in reached) or is_told_of_living(sentence, event)
    ):
        return "not dead but alive"
    if is_scare_quoted(sentence, event):
        return "in quotation marks"
    if wrong := _why_wrong(sentence, event):
        return wrong
    for at, cue in reached:
        if _is_adjective(sentence, at):
            continue
        if cue.effect == "excluded" and (_is_spared(sentence, event, at, cue) or is_played(event, cue)):
            continue
        is_ill = cue.effect == "illness" and _is_of_illness(sentence, event) and not _is_of_some(sentence, group, at)
        if cue.effect == "excluded" or is_ill:
            return cue.name
        is_lesson = cue.effect == "rehearsed" and (_is_unspecific(event) or _is_cared_for(event, at))
        is_lesson &= not (_is_treated_as(sentence, event, at) or _is_of_helper(sentence, event, at))
        if is_lesson or cue.role == "capacity":
            return cue.name
    return ""


def _is_adjective(sentence: Sentence, at: int) -> bool:
    """As in "left the visiting chaplain with a broken jaw": a word in "-ing" after an article is of people."""
    is_gerund = sentence.low[at].endswith(sentence.rule_words.gerund_endings)
    return is_gerund and at > 0 and bool(sentence.mask[at - 1] & DETERMINER)


def _why_wrong(sentence: Sentence, event: HarmEvent) -> str:
    """Why a number does not hold: it is corrected, or counts some twice; or ""."""
    if is_misprint(sentence, event) or is_in_correction(sentence, event.at):
        return CORRECTED
    return "counted twice" if is_counted_twice(sentence, event) else ""


def _is_of_illness(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "was taken to hospital with a fever", "the disease that killed her mother"."""
    if event.entry.is_state:
        return not _has_wounds(sentence, event)
    is_relative = event.at > 0 and bool(sentence.mask[event.at - 1] & RELATIVE)
    return is_relative and event.group is not None and event.group.is_owned and event.group.low == 1


def _is_treated_as(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "police are treating the death of a woman as unexplained": a case, no patient; nor "aid came too late"."""
    if event.entry.of_fronted:
        return True
    words = sentence.rule_words
    is_case = event.entry.harm == "killed" and sentence.low[at] in words.treating_as and event.group is not None
    return is_case and not words.capacity.isdisjoint(sentence.low[event.last :])


def _is_of_helper(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "a man who tried to help suffered burns": what he did before he was hurt, and no lesson."""
    group = event.group
    if group is None or not event.entry.is_bodily or not group.last < at < event.at:
        return False
    return any(sentence.mask[opener] & RELATIVE for opener in range(group.last + 1, at))


def _is_of_some(sentence: Sentence, group: Group | None, at: int) -> bool:
    """As in "four persons, among them a pregnant woman, were taken to hospital": said of one of several."""
    if group is None or (group.low or 0) < 2:
        return False
    return any(sentence.mask[opener] & _PART for opener in range(group.last + 1, at))


def _has_wounds(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "were taken to hospital with hypothermia or fever": not all of them are only ill."""
    after = (sentence.words[at].harm for at in sentence.harms if at > event.at)
    return any(one is not None and one.harm == "injured" and one.form == "noun" for one in after)


def _is_spared(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """As in "every year we think of those who fell", "a stand fell in at the cup final and killed 14 people"."""
    if event.entry.is_solemn and sentence.low[at] in sentence.rule_words.yearly:
        return True
    group = event.group
    if is_wrong_report(sentence, at, cue):
        return True
    if event.voice == "toll" and sentence.is_harm(at) and group is not None and at < group.first:
        return True  # "the toll was revised to seven"
    is_people = group is not None and group.is_counted and group.head >= 0 and not group.is_guess
    return (is_people and cue.role == "game") or is_beside_standing_words(sentence, event, at, cue)


def _is_open(reached: list[tuple[int, CueWords]]) -> bool:
    return any(cue.effect in {"denied", "under_review"} for _, cue in reached)


def _is_wished(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> bool:
    """As in "hopes for a season without a single fatality", "wish all a day free of injuries"; not "wish to state"."""
    group, wishing = event.group, sentence.rule_words.wishing
    if wishing.isdisjoint(sentence.present) or (group is not None and (group.low or 0) > 1):
        return False
    denials = [at for at, cue in reached if cue.effect == "denied" and at < event.at]
    first = min([*denials, group.first] if group is not None and group.is_nobody else denials, default=0)
    wishes = [at for at in range(first) if sentence.low[at] in wishing]
    wishes = [at for at in wishes if sentence.low[at + 1] not in sentence.rule_words.infinitive_markers]
    return bool(wishes) and not any(sentence.low[at] in _PARTS for at in range(wishes[-1], first))


def _is_cared_for(event: HarmEvent, at: int) -> bool:
    """As in "to help wounded troops": the word right before makes the participle an adjective."""
    group = event.group
    return group is not None and at == event.at - 1 and group.first > event.at and not group.is_counted


def _is_unspecific(event: HarmEvent) -> bool:
    """Whether nobody in particular is meant: no count, or one patient of a lesson."""
    if event.voice not in {"noun", "attribute", "adjective", "reduced"}:
        return False
    group = event.group
    if group is not None and group.is_nobody:
        return False  # "no injuries were reported when the train derailed"
    if group is not None and group.is_pronoun and group.last == event.at - 1 and event.entry.harm == "killed":
        return False  # "stopped the aid agency's driver and shot him dead"
    if event.voice == "reduced":
        return group is not None and group.kind in {"vague", "none"} and not group.is_counted
    return group is None or not group.is_counted or (group.low or group.high or 0) <= 1
