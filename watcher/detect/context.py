"""What the words around a claim make of it: its stance, whether it is background, or no claim at all.

The idea of ConText (Harkema et al. 2009): a cue reaches forward, backward or both ways, over a number of words, and
words like "but" end its reach. Cues are data of the vocabulary.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from watcher.detect.lexicon import ROLES
from watcher.detect.numbers import is_month
from watcher.detect.tokens import BE, DEFINITE, DO, HAVE, INDEFINITE, MODAL, MONTH, RANK, RELATIVE, STRUCTURAL

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.annotations import Draft, Group
    from watcher.detect.tokens import Reading
    from watcher.model.claim import Stance


_NOUNS = frozenset({"noun", "toll", "lives", "attribute"})
_GENERIC = frozenset({"base", "base_intransitive"})
_PURPOSE_REACH = 9  # words between "to avoid" and what is to be avoided
_SENTENCE = 60  # words: a cue for the whole sentence reaches no further
_FINITE = frozenset({"was", "were", "had", "has", "is", "are"})
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


class Verdict(NamedTuple):
    """What the cues say of a draft: its stance, or why it is no claim, and which cues said so."""

    stance: Stance
    is_background: bool
    dismissed: str
    rules: tuple[str, ...]


def judge(reading: Reading, draft: Draft) -> Verdict:
    """The stance of a draft in its sentence, and the cues behind it."""
    reached = [(at, cue) for at, cue in reading.cues if cue.effect != "pseudo" and _reaches(reading, draft, at, cue)]
    reached = _founded(reading, _nearest(reading, draft, reached))
    effects = {cue.effect for _, cue in reached}
    names = [cue.name for _, cue in reached]
    dismissed = _dismissed(reading, draft, reached)
    year = _year_of(reading, draft)
    is_background = "background" in effects or year > 0 or _is_record(reading, draft) or _is_since(reading, draft)
    stance: Stance = "asserted"
    if draft.group is not None and draft.group.low == 0 and draft.group.high == 0:
        if "hypothetical" in effects:
            dismissed = dismissed or "a wish"
        return Verdict("denied", is_background, dismissed, ("none", *names))
    if draft.voice == "verdict":
        return Verdict("denied", is_background, "", tuple(names))
    if reading.low[draft.at] in _UNHARMED:
        return Verdict("denied", is_background, dismissed, ("unharmed", *names))
    if (
        0 < year < _LONG_AGO
        or (year and _is_lifetime(reading, draft))
        or _is_old_age(reading, draft)
        or _is_commemorated(reading, draft)
    ):
        effects, names = effects | {"historical"}, [*names, "long ago"]
    if any(cue.effect == "assessed" and at > draft.at for at, cue in reached):
        effects = effects - {"alleged"}
    for candidate in _ORDER:
        if candidate in effects:
            stance = candidate
            break
    is_background = is_background and stance != "historical"
    if stance in {"asserted", "alleged", "assessed"}:
        stance, names = _mood(reading, draft, stance, names)
    return Verdict(stance, is_background, dismissed, tuple(dict.fromkeys(names)))


def _nearest(reading: Reading, draft: Draft, reached: list[tuple[int, CueWords]]) -> list[tuple[int, CueWords]]:
    """A hedge that a comma parts from a nearer one says nothing of the claim: "after reviewing …, it was …"."""
    if len(reached) < 2:
        return reached
    hedges = [at for at, cue in reached if cue.effect in _HEDGES and at < draft.at]
    if len(hedges) < 2:
        return reached
    last = max(hedges)
    commas = [probe for probe in range(min(hedges), last) if reading.low[probe] == ","]
    return [
        (at, cue)
        for at, cue in reached
        if cue.effect not in _HEDGES or at > draft.at or at == last or not any(at < comma for comma in commas)
    ]


def _founded(reading: Reading, reached: list[tuple[int, CueWords]]) -> list[tuple[int, CueWords]]:
    """An investigation leaves a claim open only where a report or allegation is what is looked into."""
    is_report = bool(reached) and any(cue.effect == "alleged" for _, cue in reading.cues)
    return [
        (at, cue) for at, cue in reached if cue.effect != "under_review" or is_report or _names_report(reading.low[at])
    ]


def _names_report(low: str) -> bool:
    return any(word in low for word in ("report", "alleg", "claim", "whether", " if", "unclear"))


def _is_record(reading: Reading, draft: Draft) -> bool:
    """As in "an organisation that has killed thousands": what somebody has done so far, not this event."""
    if draft.group is not None and draft.group.kind == "vague" and (draft.group.low or 0) >= _CAMPAIGN:
        return True
    if draft.voice != "active" or draft.at < 2:
        return False
    return bool(reading.mask[draft.at - 1] & HAVE) and bool(reading.mask[draft.at - 2] & RELATIVE)


def _is_since(reading: Reading, draft: Draft) -> bool:
    """As in "combat losses from 24.02.22 to 16.06.25": a toll between two days is of the war, not of the day."""
    if draft.voice != "toll":
        return False
    ends = [at for at in range(draft.at + 1, min(draft.at + 12, reading.size - 1)) if reading.low[at] == "from"]
    return any(reading.low[at + 1].count(".") > 1 or is_month(reading, at + 2) for at in ends)


def _is_commemorated(reading: Reading, draft: Draft) -> bool:
    """As in "those who gave their lives", "my grandmother passed away": no event that a publisher reports."""
    group = draft.group
    if group is not None and _is_mine(reading, group):
        return True
    if group is None or draft.entry.form != "intransitive":
        return False
    return draft.entry.is_solemn and ((not group.is_counted and group.kind != "exact") or (group.low or 0) >= _CAMPAIGN)


def _is_lifetime(reading: Reading, draft: Draft) -> bool:
    """As in "her husband was killed in Iraq in 2006": one relative and a bare year are somebody's past."""
    group = draft.group
    return group is not None and group.low == group.high == 1 and bool(reading.mask[group.first] & _POSSESSIVE)


def _is_mine(reading: Reading, group: Group) -> bool:
    """As in "my grandmother", "two of my men": somebody tells of his own past."""
    mask = reading.mask[group.first : group.last + 1] if reading.roles & _OWN else []
    return any(roles & _OWN for roles in mask)


def _is_old_age(reading: Reading, draft: Draft) -> bool:
    """As in "died at 88", "has died aged 91": the death of an old man is no casualty."""
    if draft.entry.form != "intransitive":
        return False
    for at in range(draft.at + 1, min(draft.at + 7, reading.size)):
        low = reading.low[at]
        if (
            low.isdecimal()
            and len(low) < 4
            and int(low) >= _OLD
            and reading.low[at - 1] in {"at", "aged", "age", "of", "age of"}
        ):
            return True
    return False


def _year_of(reading: Reading, draft: Draft) -> int:
    """As in "during 2017", "in 2009": a year without a month is a period or a past, no event; else 0."""
    for at in reading.numeric:
        if _is_year(reading, at) and _dates(reading, draft, at):
            return int(reading.low[at])
    return 0


def _is_year(reading: Reading, at: int) -> bool:
    """Whether a number is a year behind a preposition, or an old one behind its month."""
    low = reading.low[at]
    if len(low) != 4 or not at or not low.isdecimal() or low[:2] not in {"17", "18", "19", "20"}:
        return False
    before = reading.low[at - 1]
    if reading.mask[at - 1] & MONTH:
        return int(low) < _LONG_AGO
    return before in _YEAR_OPENERS


def _dates(reading: Reading, draft: Draft, at: int) -> bool:
    """Whether a year says when a draft's harm was: no other harm or clause stands between them."""
    if "when" in reading.low[at + 1 : at + 3]:
        return draft.at > at or int(reading.low[at]) < _LONG_AGO
    first, last = min(at, draft.at), max(at, draft.at)
    if at > draft.at and any(word.endswith("est") or word == "first" for word in reading.low[max(0, at - 4) : at]):
        return False
    if at > draft.at and any(reading.words[probe].harm is not None for probe in range(first + 1, last)):
        return False
    return at < min(_OPENING, draft.at) or not _is_terminated(reading, first + 1, last)


_YEAR_OPENERS = frozenset({"in", "during", "since", "throughout", "from", "the", "fiscal"})
_ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "sixth", "latest", "last", "only"})
_POINTING = (" this", " these", " the figure", " the claim")  # what is rejected has been said before, in any clause
_QUOTES = frozenset("\"'“”‘’„«»")
_UNHARMED = frozenset({"unharmed", "uninjured", "unhurt", "unscathed"})


def _dismissed(reading: Reading, draft: Draft, reached: list[tuple[int, CueWords]]) -> str:
    """The name of the cue that makes a draft no claim at all, or nothing."""
    if not draft.is_licensed and not any(
        cue.effect in {"denied", "alleged", "assessed", "under_review"} for _, cue in reached
    ):
        return "named without saying that it happened"
    if _is_scare_quoted(reading, draft):
        return "in quotation marks"
    for at, cue in reached:
        if cue.effect == "excluded" or (cue.effect == "illness" and draft.entry.is_state):
            return cue.name
        if cue.effect == "rehearsed" and (_is_unspecific(draft) or _is_cared_for(draft, at)):
            return cue.name
    return ""


def _is_scare_quoted(reading: Reading, draft: Draft) -> bool:
    """As in 'three of them had "died" before the litter came': a plain word of harm by itself in quotation marks."""
    at = draft.at
    if not draft.entry.explicit or not 0 < at < reading.size - 1:
        return False
    return reading.low[at - 1] in _QUOTES and reading.low[at + 1] in _QUOTES


def _is_cared_for(draft: Draft, at: int) -> bool:
    """As in "to help wounded troops": the word right before makes the participle an adjective."""
    group = draft.group
    return group is not None and at == draft.at - 1 and group.first == draft.at + 1 and not group.is_counted


def _is_unspecific(draft: Draft) -> bool:
    """Whether nobody in particular is meant: no count, or one patient of a lesson."""
    if draft.voice not in {"noun", "attribute", "adjective", "reduced"}:
        return False
    group = draft.group
    if draft.voice == "reduced":
        return group is not None and group.kind in {"vague", "none"} and not group.is_counted
    return group is None or not group.is_counted or (group.low or 0) <= 1


def _mood(reading: Reading, draft: Draft, stance: Stance, names: list[str]) -> tuple[Stance, list[str]]:
    """An infinitive or a plain present tells of no event unless people are counted."""
    form = draft.entry.form
    if form in _GENERIC:
        if _is_ordinal_infinitive(reading, draft.at):
            return stance, names
        before = _auxiliary_before(reading, draft.at)
        if before & (MODAL | DO | HAVE) or draft.group is None or not draft.group.is_counted:
            return "hypothetical", [*names, "infinitive"]
    if (
        form in {"present", "present_intransitive"}
        and draft.group is not None
        and draft.group.kind == "vague"
        and not draft.group.is_counted
    ):
        return "hypothetical", [*names, "present"]
    if draft.voice == "gerund" and draft.at == 0 and draft.group is not None and not draft.group.is_counted:
        return "hypothetical", [*names, "gerund"]
    return stance, names


def _is_ordinal_infinitive(reading: Reading, at: int) -> bool:
    """As in "the second to die this month": it has happened."""
    return at > 1 and reading.low[at - 1] == "to" and reading.low[at - 2] in _ORDINALS


def _auxiliary_before(reading: Reading, at: int) -> int:
    for probe in range(at - 1, max(-1, at - 4), -1):
        if reading.mask[probe] & (MODAL | DO | HAVE):
            return reading.mask[probe]
        if (
            not reading.low[probe].endswith("ly")
            and not reading.words[probe].cues
            and reading.low[probe] not in {"and", "or", "not"}
        ):
            return MODAL if reading.words[probe].harm is not None else 0
    return 0


def _reaches(reading: Reading, draft: Draft, at: int, cue: CueWords) -> bool:
    """Whether a cue at a token reaches a draft; "on 3 May" is a day and no possibility."""
    if cue.effect == "terminate" or is_month(reading, at):
        return False
    if at == draft.at:
        return cue.effect == "assessed"
    if draft.group is not None and draft.group.first <= at <= draft.group.last and not reading.low[at].endswith("ly"):
        return cue.effect == "excluded"
    if cue.effect in {"excluded", "rehearsed", "historical", "illness"}:
        return not (cue.effect == "historical" and "during" in reading.low[max(0, at - 2) : at])
    is_before = at < draft.at
    if cue.effect == "denied" and cue.scope and is_before and _is_presupposed(draft):
        return False
    if cue.direction == "closing":
        return not is_before and _closes(reading, draft, at)
    if cue.direction == "forward" and not is_before:
        return False
    if cue.direction == "backward" and is_before:
        return False
    return _is_open(reading, draft, at, cue)


def _is_presupposed(draft: Draft) -> bool:
    """As in "helpers could not reach the injured": what is denied is not that there are any."""
    group = draft.group
    return group is not None and group.last == draft.at and group.is_pronoun and group.kind == "none"


def _closes(reading: Reading, draft: Draft, at: int) -> bool:
    """As in "…, the ministry assessed on Friday": a comma before whoever says so, and no further clause behind it."""
    if not any(reading.low[probe] == "," for probe in range(max(draft.at, at - _SPEAKER), at)):
        return False
    behind = range(at + 1, min(reading.size, at + _AFTER_CLOSE + 1))
    if reading.size - at - 1 > _AFTER_CLOSE and not any(reading.low[probe] in {".", ";"} for probe in behind):
        return False
    return not any(reading.words[probe].harm is not None or reading.low[probe] == "that" for probe in behind)


def _is_open(reading: Reading, draft: Draft, at: int, cue: CueWords) -> bool:
    """Whether nothing between cue and harm ends the reach."""
    low, high = (at + 1, draft.at) if at < draft.at else (draft.at + 1, at)
    if high - low > (cue.scope or _SENTENCE):
        return False
    if cue.effect == "denied" and at > draft.at and reading.low[at].endswith(_POINTING):
        return not any(reading.words[probe].harm is not None for probe in range(low, high))
    return not _is_terminated(reading, low, high) and _is_reached(reading, draft, at, cue, low, high)


def _is_reached(reading: Reading, draft: Draft, at: int, cue: CueWords, low: int, high: int) -> bool:
    """What each effect asks of the words between, in the tokens from `low` up to `high`."""
    if cue.name == "came back" and draft.entry.harm != "missing":
        return False
    if cue.effect == "hypothetical":
        return _is_wished(reading, draft, at, cue, low, high)
    if cue.effect == "denied" and at < draft.at and _is_involvement(reading, low, high):
        return False
    if cue.effect == "denied" and cue.scope and at < draft.at and "how" in reading.low[low:high]:
        return False
    if cue.effect == "denied" and cue.scope:
        between = range(low, high)
        return high - low <= _VERBS_AFTER_NOT and not any(reading.low[probe] in {",", ":"} for probe in between)
    if cue.effect == "under_review" and at < draft.at:
        return not (draft.voice == "active" and reading.mask[draft.at - 1] & RELATIVE)
    if cue.effect == "background" and at < draft.at and _is_aside(reading, draft, at):
        return False
    if cue.name == "aside in time" and not _is_relative(reading, draft):
        return False
    if cue.effect == "background" and at > draft.at:
        return not any(reading.words[probe].harm is not None for probe in range(low, high))
    return True


def _is_relative(reading: Reading, draft: Draft) -> bool:
    """As in "a commander who was killed last week": somebody told of beside the event."""
    group = draft.group
    return group is not None and group.last + 1 < draft.at and bool(reading.mask[group.last + 1] & RELATIVE)


def _is_aside(reading: Reading, draft: Draft, at: int) -> bool:
    """As in "the man who took part in a murder was killed": the cue is in the relative clause, the harm is not."""
    group = draft.group
    if group is None or draft.voice not in {"passive", "intransitive"} or not group.last < at < draft.at:
        return False
    after = group.last + 1
    return bool(reading.mask[after] & RELATIVE) and bool(reading.mask[draft.at - 1] & BE)


def _is_involvement(reading: Reading, low: int, high: int) -> bool:
    """As in "denied being linked to the murder": what is denied is the part in it, not the murder."""
    return any(cue.effect == "background" for probe in range(low, high) for cue in reading.words[probe].cues)


def _is_terminated(reading: Reading, low: int, high: int) -> bool:
    """Whether a word like "but" stands in the tokens from `low` up to `high`."""
    at = bisect_left(reading.ends, low)
    return at < len(reading.ends) and reading.ends[at] < high


def _is_wished(reading: Reading, draft: Draft, at: int, cue: CueWords, low: int, high: int) -> bool:
    """A modal or a purpose reaches its own verb or noun, not the next clause."""
    if any(reading.low[probe] in {",", ":"} for probe in range(low, high)) or at > draft.at:
        return False
    if cue.scope:
        return cue.scope > _LONG_REACH or not any(
            reading.low[probe] in _FINITE or reading.mask[probe] & RELATIVE for probe in range(low, high)
        )
    is_finite = draft.voice in {"passive", "active", "reduced", "intransitive", "joined"} and draft.entry.form in {
        "participle",
        "intransitive",
    }
    is_finite &= not any(reading.low[probe] in {"being", "be"} for probe in range(low, high))
    reach = _INFINITIVE_REACH if reading.low[at].endswith(" to") else _PURPOSE_REACH
    return not is_finite and high - low <= reach


# Who is quoted: the person before or behind a verb of speech in the claim's sentence, not the publisher.

_SPEECH, _ACCORDING = ROLES["speech"], ROLES["according"]
_CLOSING = frozenset({",", '"', "”", "’", "'", "»", ".", "-", "–", "—"})
_LONGEST = 9  # words of a speaker


def speaker_of(reading: Reading, first: int, last: int) -> str:
    """The words for the speaker of a sentence, or nothing; the claim itself stands in tokens `first` to `last`."""
    if not reading.roles & (_SPEECH | _ACCORDING):
        return ""
    for at in range(reading.size):
        if first <= at <= last:
            continue
        if reading.mask[at] & _SPEECH:
            found = _before(reading, at) or (_behind(reading, at) if _is_inverted(reading, at) else "")
            if found:
                return found
        if reading.mask[at] & _ACCORDING:
            return _behind(reading, at)
    return ""


def _is_inverted(reading: Reading, verb: int) -> bool:
    """As in "… were killed", said the colonel": a comma or a quotation mark right before the verb."""
    return verb > 0 and reading.low[verb - 1] in _CLOSING


def _before(reading: Reading, verb: int) -> str:
    """As in "the battalion commander said", "Lt. Orla Finn told reporters"."""
    begin = verb
    while begin > 0 and verb - begin < _LONGEST and _belongs(reading, begin - 1):
        begin -= 1
    while begin < verb and reading.mask[begin] & (DEFINITE | INDEFINITE):
        begin += 1
    return _person(reading, begin, verb - 1)


def _behind(reading: Reading, verb: int) -> str:
    """As in ", said Lt. Orla Finn", "according to a police officer"."""
    begin = verb + 1
    while begin < reading.size and reading.mask[begin] & (DEFINITE | INDEFINITE):
        begin += 1
    last = begin
    while last < reading.size and last - begin < _LONGEST and _belongs(reading, last):
        last += 1
    return _person(reading, begin, last - 1)


def _belongs(reading: Reading, at: int) -> bool:
    low = reading.low[at]
    if reading.mask[at] & (DEFINITE | INDEFINITE):
        return True
    if reading.mask[at] & STRUCTURAL or reading.words[at].harm is not None or reading.mask[at] & _SPEECH:
        return False
    return reading.is_word(at) or (low == "." and len(reading.low[at - 1]) <= 5 and reading.is_capital(at - 1))


def _person(reading: Reading, first: int, last: int) -> str:
    """The words if they hold a noun for people, a rank or a name of two words."""
    if last < first or reading.low[first] == ".":
        return ""
    tokens = range(first, last + 1)
    is_person = any(_is_person(reading, at) for at in tokens)
    capitals = [at for at in tokens if reading.is_word(at) and reading.is_capital(at)]
    if not is_person and (len(capitals) < 2 or len(capitals) != len([at for at in tokens if reading.is_word(at)])):
        return ""
    last -= reading.low[last] == "." and last + 1 == reading.size
    return " ".join(reading.raw(first, last).split())


def _is_person(reading: Reading, at: int) -> bool:
    entry = reading.words[at].people
    return bool(reading.mask[at] & RANK) or (entry is not None and not entry.is_modifier)
