"""What the words around a claim make of it: its stance, whether it is background, or no claim at all.

The idea of ConText (Harkema et al. 2009): a cue reaches forward, backward or both ways, over a number of words, and
words like "but" end its reach. Cues are data of the vocabulary.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from watcher.detect.annotations import Dismissed, Judgement
from watcher.detect.lexicon import ROLES
from watcher.detect.numbers import is_month
from watcher.detect.tokens import BE, DO, HAVE, MODAL, MONTH, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.annotations import Group, HarmEvent
    from watcher.detect.document import Document
    from watcher.detect.tokens import Sentence
    from watcher.model.claim import Stance


_GENERIC = frozenset({"base", "base_intransitive"})
_PURPOSE_REACH = 9  # words between "to avoid" and what is to be avoided
_SENTENCE = 60  # words: a cue for the whole sentence reaches no further
_LONG_REACH = 10  # words: a cue that reaches further is a wish ("to ensure that"), not an auxiliary
_INFINITIVE_REACH = 4  # words between "tried to" and its verb
_LONG_AGO = 1970  # a year before this is history for any release that a feed still holds
_OWN, _POSSESSIVE = ROLES["own"], ROLES["possessives"]
_OPENING = 12  # words: a year in the first of them dates the whole sentence
_CAMPAIGN = 2000  # people: "thousands" die in a war, not in one event
_OLD = 70  # years of age
_HEDGES = frozenset({"under_review", "alleged", "assessed"})
_VERBS_AFTER_NOT = 6
_SPEAKER, _AFTER_CLOSE = 10, 6  # words: who says so, and what may stand behind it
# Where several cues reach one claim, the first of these decides.
_ORDER: tuple[Stance, ...] = ("denied", "under_review", "hypothetical", "historical", "alleged", "assessed")


def judge_stances(document: Document, sentence: Sentence) -> None:
    """Judge each harm event of a sentence; keep what is dismissed, and what only looks like a harm or a cue."""
    for at, cue in sentence.cues:
        if cue.effect == "pseudo":
            document.dismissed.append(Dismissed(sentence.starts[at], sentence.stops[at], _first_cue(sentence, at)))
    for event in sentence.events:
        event.judgement = judge(sentence, event)
        if event.judgement.dismissed:
            start, end = sentence.starts[event.first], sentence.stops[event.last]
            document.dismissed.append(Dismissed(start, end, event.judgement.dismissed))


def _first_cue(sentence: Sentence, at: int) -> str:
    return next(cue.name for position, cue in sentence.cues if position == at)


def judge(sentence: Sentence, event: HarmEvent) -> Judgement:
    """The stance of an event in its sentence, and the cues behind it."""
    reached = [(at, cue) for at, cue in sentence.cues if cue.effect != "pseudo" and _reaches(sentence, event, at, cue)]
    reached = _founded(sentence, _nearest(sentence, event, reached))
    effects = {cue.effect for _, cue in reached}
    names = [cue.name for _, cue in reached]
    dismissed = _dismissed(sentence, event, reached)
    is_absent = any(cue.role == "absence" for _, cue in reached)
    year = _year_of(sentence, event)
    is_background = "background" in effects or year > 0 or _is_record(sentence, event) or _is_since(sentence, event)
    stance: Stance = "asserted"
    if event.group is not None and event.group.low == 0 and event.group.high == 0:
        if "hypothetical" in effects:
            dismissed = dismissed or "a wish"
        return Judgement("denied", is_background, dismissed, ("none", *names), is_absent)
    if event.voice == "verdict":
        return Judgement("denied", is_background, "", tuple(names), is_absent)
    if sentence.low[event.at] in sentence.rule_words.unharmed:
        return Judgement("denied", is_background, dismissed, ("unharmed", *names), is_absent)
    if (
        0 < year < _LONG_AGO
        or (year and _is_lifetime(sentence, event))
        or _is_old_age(sentence, event)
        or _is_commemorated(sentence, event)
    ):
        effects, names = effects | {"historical"}, [*names, "long ago"]
    if any(cue.effect == "assessed" and at > event.at for at, cue in reached):
        effects = effects - {"alleged"}
    for candidate in _ORDER:
        if candidate in effects:
            stance = candidate
            break
    is_background = is_background and stance != "historical"
    if stance in {"asserted", "alleged", "assessed"}:
        stance, names = _mood(sentence, event, stance, names)
    return Judgement(stance, is_background, dismissed, tuple(dict.fromkeys(names)), is_absent)


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


def _founded(sentence: Sentence, reached: list[tuple[int, CueWords]]) -> list[tuple[int, CueWords]]:
    """An investigation leaves a claim open only where a report or allegation is what is looked into."""
    is_report = bool(reached) and any(cue.effect == "alleged" for _, cue in sentence.cues)
    return [
        (at, cue) for at, cue in reached if cue.effect != "under_review" or is_report or _names_report(sentence, at)
    ]


def _names_report(sentence: Sentence, at: int) -> bool:
    return any(stem in sentence.low[at] for stem in sentence.rule_words.report_stems)


def _is_record(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "an organisation that has killed thousands": what somebody has done so far, not this event."""
    if event.group is not None and event.group.kind == "vague" and (event.group.low or 0) >= _CAMPAIGN:
        return True
    if event.voice != "active" or event.at < 2:
        return False
    return bool(sentence.mask[event.at - 1] & HAVE) and bool(sentence.mask[event.at - 2] & RELATIVE)


def _is_since(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "combat losses from 24.02.22 to 16.06.25": a toll between two days is of the war, not of the day."""
    if event.voice != "toll":
        return False
    ends = [
        at
        for at in range(event.at + 1, min(event.at + 12, sentence.size - 1))
        if sentence.low[at] in sentence.rule_words.start_openers
    ]
    return any(sentence.low[at + 1].count(".") > 1 or is_month(sentence, at + 2) for at in ends)


def _is_commemorated(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "those who gave their lives", "my grandmother passed away": no event that a publisher reports."""
    group = event.group
    if group is not None and _is_mine(sentence, group):
        return True
    if group is None or event.entry.form != "intransitive":
        return False
    return event.entry.is_solemn and ((not group.is_counted and group.kind != "exact") or (group.low or 0) >= _CAMPAIGN)


def _is_lifetime(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "her husband was killed in Iraq in 2006": one relative and a bare year are somebody's past."""
    group = event.group
    return group is not None and group.low == group.high == 1 and bool(sentence.mask[group.first] & _POSSESSIVE)


def _is_mine(sentence: Sentence, group: Group) -> bool:
    """As in "my grandmother", "two of my men": somebody tells of his own past."""
    mask = sentence.mask[group.first : group.last + 1] if sentence.roles & _OWN else []
    return any(roles & _OWN for roles in mask)


def _is_old_age(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "died at 88", "has died aged 91": the death of an old man is no casualty."""
    if event.entry.form != "intransitive":
        return False
    for at in range(event.at + 1, min(event.at + 7, sentence.size)):
        low = sentence.low[at]
        if (
            low.isdecimal()
            and len(low) < 4
            and int(low) >= _OLD
            and sentence.low[at - 1] in sentence.rule_words.age_openers
        ):
            return True
    return False


def _year_of(sentence: Sentence, event: HarmEvent) -> int:
    """As in "during 2017", "in 2009": a year without a month is a period or a past, no event; else 0."""
    for at in sentence.numeric:
        if _is_year(sentence, at) and _dates(sentence, event, at):
            return int(sentence.low[at])
    return 0


def _is_year(sentence: Sentence, at: int) -> bool:
    """Whether a number is a year behind a preposition, or an old one behind its month."""
    low = sentence.low[at]
    if len(low) != 4 or not at or not low.isdecimal() or low[:2] not in {"17", "18", "19", "20"}:
        return False
    before = sentence.low[at - 1]
    if sentence.mask[at - 1] & MONTH:
        return int(low) < _LONG_AGO
    return before in sentence.rule_words.bare_year_openers


def _dates(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether a year says when an event's harm was: no other harm or clause stands between them."""
    words = sentence.rule_words
    if not words.time_relatives.isdisjoint(sentence.low[at + 1 : at + 3]):
        return event.at > at or int(sentence.low[at]) < _LONG_AGO
    first, last = min(at, event.at), max(at, event.at)
    if at > event.at and any(low.endswith(words.comparison_endings) for low in sentence.low[max(0, at - 4) : at]):
        return False
    if at > event.at and any(sentence.words[probe].harm is not None for probe in range(first + 1, last)):
        return False
    return at < min(_OPENING, event.at) or not _is_terminated(sentence, first + 1, last)


_QUOTES = frozenset("\"'“”‘’„«»")


def _dismissed(sentence: Sentence, event: HarmEvent, reached: list[tuple[int, CueWords]]) -> str:
    """The name of the cue that makes an event no claim at all, or nothing."""
    if not event.is_licensed and not any(
        cue.effect in {"denied", "alleged", "assessed", "under_review"} for _, cue in reached
    ):
        return "named without saying that it happened"
    if _is_scare_quoted(sentence, event):
        return "in quotation marks"
    for at, cue in reached:
        if cue.effect == "excluded" or (cue.effect == "illness" and event.entry.is_state):
            return cue.name
        if cue.effect == "rehearsed" and (_is_unspecific(event) or _is_cared_for(event, at)):
            return cue.name
    return ""


def _is_scare_quoted(sentence: Sentence, event: HarmEvent) -> bool:
    """As in 'three of them had "died" before the litter came': a plain word of harm by itself in quotation marks."""
    at = event.at
    if not event.entry.explicit or not 0 < at < sentence.size - 1:
        return False
    return sentence.low[at - 1] in _QUOTES and sentence.low[at + 1] in _QUOTES


def _is_cared_for(event: HarmEvent, at: int) -> bool:
    """As in "to help wounded troops": the word right before makes the participle an adjective."""
    group = event.group
    return group is not None and at == event.at - 1 and group.first == event.at + 1 and not group.is_counted


def _is_unspecific(event: HarmEvent) -> bool:
    """Whether nobody in particular is meant: no count, or one patient of a lesson."""
    if event.voice not in {"noun", "attribute", "adjective", "reduced"}:
        return False
    group = event.group
    if event.voice == "reduced":
        return group is not None and group.kind in {"vague", "none"} and not group.is_counted
    return group is None or not group.is_counted or (group.low or 0) <= 1


def _mood(sentence: Sentence, event: HarmEvent, stance: Stance, names: list[str]) -> tuple[Stance, list[str]]:
    """An infinitive or a plain present tells of no event unless people are counted."""
    form = event.entry.form
    if form in _GENERIC:
        if _is_ordinal_infinitive(sentence, event.at):
            return stance, names
        before = _auxiliary_before(sentence, event.at)
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


def _is_ordinal_infinitive(sentence: Sentence, at: int) -> bool:
    """As in "the second to die this month": it has happened."""
    words = sentence.rule_words
    return (
        at > 1
        and sentence.low[at - 1] in words.infinitive_markers
        and sentence.low[at - 2] in words.sequence_adjectives
    )


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


def _reaches(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether a cue at a token reaches an event; "on 3 May" is a day and no possibility."""
    if cue.effect == "terminate" or is_month(sentence, at):
        return False
    if at == event.at:
        return cue.effect == "assessed"
    if event.group is not None and _holds_cue(sentence, event.group, at):
        return cue.effect == "excluded"
    if cue.effect in {"excluded", "rehearsed", "historical", "illness"}:
        before = sentence.low[max(0, at - 2) : at]
        return cue.effect != "historical" or sentence.rule_words.duration_openers.isdisjoint(before)
    is_before = at < event.at
    if cue.effect == "denied" and cue.scope and is_before and _is_presupposed(event):
        return False
    if cue.direction == "closing":
        return not is_before and _closes(sentence, event, at)
    if cue.direction == "forward" and not is_before:
        return False
    if cue.direction == "backward" and is_before:
        return False
    return _is_open(sentence, event, at, cue)


def _holds_cue(sentence: Sentence, group: Group, at: int) -> bool:
    """As in "two alleged militants": the cue is an adjective of the people."""
    return group.first <= at <= group.last and not sentence.low[at].endswith(sentence.rule_words.adverb_endings)


def _is_presupposed(event: HarmEvent) -> bool:
    """As in "helpers could not reach the injured": what is denied is not that there are any."""
    group = event.group
    return group is not None and group.last == event.at and group.is_pronoun and group.kind == "none"


def _closes(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "…, the ministry assessed on Friday": a comma before whoever says so, and no further clause behind it."""
    if not any(sentence.low[probe] == "," for probe in range(max(event.at, at - _SPEAKER), at)):
        return False
    behind = range(at + 1, min(sentence.size, at + _AFTER_CLOSE + 1))
    if sentence.size - at - 1 > _AFTER_CLOSE and not any(sentence.low[probe] in {".", ";"} for probe in behind):
        return False
    that = sentence.rule_words.content_clause_openers
    return not any(sentence.words[probe].harm is not None or sentence.low[probe] in that for probe in behind)


def _is_open(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """Whether nothing between cue and harm ends the reach."""
    low, high = (at + 1, event.at) if at < event.at else (event.at + 1, at)
    if high - low > (cue.scope or _SENTENCE):
        return False
    if cue.effect == "denied" and at > event.at and sentence.low[at].endswith(sentence.rule_words.pointing_endings):
        return not any(sentence.words[probe].harm is not None for probe in range(low, high))
    return not _is_terminated(sentence, low, high) and _is_reached(sentence, event, at, cue, low, high)


def _is_reached(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, low: int, high: int) -> bool:
    """What each effect asks of the words between, in the tokens from `low` up to `high`."""
    if cue.role == "return" and event.entry.harm != "missing":
        return False
    if cue.effect == "hypothetical":
        return _is_wished(sentence, event, at, cue, low, high)
    if cue.effect == "denied" and at < event.at and _is_involvement(sentence, low, high):
        return False
    if cue.effect == "denied" and cue.scope and at < event.at and _tells_how(sentence, low, high):
        return False
    if cue.effect == "denied" and cue.scope:
        between = range(low, high)
        return high - low <= _VERBS_AFTER_NOT and not any(sentence.low[probe] in {",", ":"} for probe in between)
    if cue.effect == "under_review" and at < event.at:
        return not (event.voice == "active" and sentence.mask[event.at - 1] & RELATIVE)
    if cue.effect == "background" and at < event.at and _is_aside(sentence, event, at):
        return False
    if cue.role == "aside" and not _is_relative(sentence, event):
        return False
    if cue.effect == "background" and at > event.at:
        return not any(sentence.words[probe].harm is not None for probe in range(low, high))
    return True


def _tells_how(sentence: Sentence, low: int, high: int) -> bool:
    """As in "did not say how two men died": the manner is denied, not the deaths."""
    return not sentence.rule_words.manner_openers.isdisjoint(sentence.low[low:high])


def _is_relative(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "a commander who was killed last week": somebody told of beside the event."""
    group = event.group
    return group is not None and group.last + 1 < event.at and bool(sentence.mask[group.last + 1] & RELATIVE)


def _is_aside(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the man who took part in a murder was killed": the cue is in the relative clause, the harm is not."""
    group = event.group
    if group is None or event.voice not in {"passive", "intransitive"} or not group.last < at < event.at:
        return False
    after = group.last + 1
    return bool(sentence.mask[after] & RELATIVE) and bool(sentence.mask[event.at - 1] & BE)


def _is_involvement(sentence: Sentence, low: int, high: int) -> bool:
    """As in "denied being linked to the murder": what is denied is the part in it, not the murder."""
    return any(cue.effect == "background" for probe in range(low, high) for cue in sentence.words[probe].cues)


def _is_terminated(sentence: Sentence, low: int, high: int) -> bool:
    """Whether a word like "but" stands in the tokens from `low` up to `high`."""
    at = bisect_left(sentence.ends, low)
    return at < len(sentence.ends) and sentence.ends[at] < high


def _is_wished(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords, low: int, high: int) -> bool:
    """A modal or a purpose reaches its own verb or noun, not the next clause."""
    words = sentence.rule_words
    if any(sentence.low[probe] in {",", ":"} for probe in range(low, high)) or at > event.at:
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
    is_finite &= words.passive_infinitives.isdisjoint(sentence.low[low:high])
    reach = _INFINITIVE_REACH if sentence.low[at].endswith(words.infinitive_endings) else _PURPOSE_REACH
    return not is_finite and high - low <= reach
