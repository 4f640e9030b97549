"""People of whom an auxiliary says what the verb before it said of others: "so did two guards", "nor was a child".

The verb is that of the last harm before them, in the same sentence or, where a sentence says no more than this, in the
one before: "So did their driver.", "His two passengers did not."
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.harm.grammar import Clauses
from watcher.detect.harm.other_sides import shared
from watcher.detect.words.annotations import SAME_VERB, HarmEvent
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import BARRIER, BE, DO, HAVE, RELATIVE

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_ENDS = frozenset({",", ";", ".", ")", "!"})
_NEGATOR = ROLES["negators"]
_AUXILIARIES = BE | HAVE | DO
_OF_SUBJECT = frozenset({"passive", "intransitive", "reduced", "joined", "adjective"})
_OF_DYING = frozenset({"intransitive", "present_intransitive"})
_SHORT = 14  # tokens of a sentence that says no more


def share_verbs(clauses: Clauses, events: list[HarmEvent]) -> list[HarmEvent]:
    """An event for the people of each auxiliary that stands for a verb of harm before it."""
    sentence, found = clauses.sentence, list[HarmEvent]()
    if not sentence.roles & _AUXILIARIES or _has_only_whole_verbs(sentence):
        return found
    taken = {event.group.first for event in events if event.group is not None}
    for at in range(1, sentence.size):
        if not sentence.mask[at] & _AUXILIARIES or sentence.is_harm(at):
            continue
        for group, is_denied in _told_of(clauses, at):
            verb = _verb_before(clauses, [*events, *found], min(at, group.first), at)
            if verb is not None and group.first not in taken:
                found.append(_of_others(sentence, verb, group, is_denied=is_denied))
                _take_cues(sentence, at, group)
    return found


def _has_only_whole_verbs(sentence: Sentence) -> bool:
    """Whether a verb of its own follows each auxiliary, and no word opens one of others: nearly every sentence."""
    words = sentence.rule_words
    if not (words.nor.isdisjoint(sentence.present) and words.likewise.isdisjoint(sentence.present)):
        return False
    after = {sentence.low[at + 1] for at, roles in enumerate(sentence.mask[:-1]) if roles & _AUXILIARIES}
    return _ENDS.isdisjoint(after) and words.plain_negators.isdisjoint(after) and words.adding_adverbs.isdisjoint(after)


def next_of_same_verb(document: Document, sentence: Sentence) -> Sentence | None:
    """The sentence after one with a harm, if it says no more than of whom that holds as well, or does not."""
    number = sentence.number + 1
    if not sentence.events or number >= len(document.spans) or number in document.rows:
        return None
    cut = document.tokens(number)
    if cut.harms or cut.size > _SHORT or not cut.roles & _AUXILIARIES or not _is_told(sentence.events[-1]):
        return None
    after = document.sentence(number)
    clauses = Clauses(after)
    places = (at for at in range(1, after.size) if after.mask[at] & _AUXILIARIES)
    verb = sentence.events[-1]
    for at in (at for at in places if _is_plain(after, at) and _goes_with(after, at, verb)):
        for group, is_denied in _told_of(clauses, at, is_alone=True):
            after.events.append(_of_others(sentence, verb, group, is_denied=is_denied))
            _take_cues(after, at, group)
    return after if after.events else None


def _is_told(event: HarmEvent) -> bool:
    """Whether a harm is told or denied by the sentence, of its subject."""
    judged = event.judgement
    is_news = not judged.dismissed and not judged.is_background and judged.stance in {"asserted", "assessed", "denied"}
    return is_news and event.voice in _OF_SUBJECT and event.group is not None


def _is_plain(sentence: Sentence, at: int) -> bool:
    """Whether the sentence has no other clause than that of an auxiliary, whatever opens it: "nor", "so"."""
    others = (probe for probe in range(sentence.size) if abs(probe - at) > 1)
    return not any(sentence.mask[probe] & (_AUXILIARIES | RELATIVE | BARRIER) for probe in others)


def _goes_with(sentence: Sentence, at: int, verb: HarmEvent) -> bool:
    """Whether "did" stands for a verb of dying, "was" for what was done to people, and "had" for either."""
    return bool(sentence.mask[at] & HAVE) or bool(sentence.mask[at] & DO) == (verb.voice in _OF_DYING)


def _take_cues(sentence: Sentence, at: int, group: Group) -> None:
    """Read the "not", "nor" or "any" beside an auxiliary no more: the number of its people says what it denies."""
    near = {at - 1, *range(at, max(group.first, _over_tail(sentence, at)[0]))}
    sentence.cues = [(place, cue) for place, cue in sentence.cues if place not in near]


def _told_of(clauses: Clauses, at: int, *, is_alone: bool = False) -> list[tuple[Group, bool]]:
    """The people of an auxiliary without a verb of its own, and whether it says that it is not so of them."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    opener = sentence.low[at - 1]
    if opener in words.likewise or opener in words.nor:
        groups = [one for one in clauses.object_at(at + 1) if not one.is_guess]
        end = groups[-1].last + 1 if groups else sentence.size
        is_whole = end >= sentence.size or not sentence.is_word(end) or opener in words.likewise
        return [(one, opener in words.nor) for one in groups if is_whole]
    group = clauses.by_last.get(at - 1)
    is_anybody = group is not None and (_is_somebody(group) or (group.is_nobody and group.head >= 0))
    if group is None or group.is_guess or not is_anybody:
        return []
    end, is_denied, is_too = _over_tail(sentence, at)
    is_closed = end >= sentence.size or sentence.low[end] in _ENDS
    says = is_denied or is_too or group.is_nobody or (group.is_counted and not is_alone)
    return [(group, is_denied)] if is_closed and says else []


def _is_somebody(group: Group) -> bool:
    is_one = group.low == 1 and (group.head >= 0 or group.is_name)
    return is_one or (group.is_counted and bool(group.low)) or (group.is_definite and group.head >= 0)


def _over_tail(sentence: Sentence, at: int) -> tuple[int, bool, bool]:
    """The token after "did not", "was too"; whether it denies and whether it adds."""
    is_denied, is_too, words = bool(sentence.mask[at] & _NEGATOR), False, sentence.rule_words
    end = at + 1
    while end < sentence.size:
        low = sentence.low[end]
        if low in words.plain_negators:
            is_denied = True
        elif low in words.adding_adverbs:
            is_too = True
        else:
            break
        end += 1
    return end, is_denied, is_too


def _verb_before(clauses: Clauses, events: list[HarmEvent], first: int, at: int) -> HarmEvent | None:
    """The last harm before some people, where nobody else and no other verb stands between."""
    sentence = clauses.sentence
    before = [one for one in events if max(one.at, one.last) < first and one.voice in _OF_SUBJECT]
    alive = _survival(clauses, first) if not before and sentence.mask[at] & DO else None
    verb = alive or (before[-1] if before else None)
    if verb is None or verb.group is None:
        return None
    if not _goes_with(sentence, at, verb):
        return None
    begin = max(verb.at, verb.last) + 1
    likewise = sentence.rule_words.likewise
    harmed = {one.group.first for one in events if one.group is not None}
    others = (one for one in clauses.groups if begin <= one.first and one.last < first and not one.is_guess)
    others = (one for one in others if one.first not in harmed and sentence.low[at - 1] not in likewise)
    endings = sentence.rule_words.participle_endings
    verbs = (probe for probe in range(begin, first) if sentence.mask[probe] & (BE | HAVE | DO | RELATIVE))
    is_past = any(sentence.low[probe].endswith(endings) for probe in range(begin, first))
    return None if any(True for _ in others) or any(True for _ in verbs) or is_past else verb


def _survival(clauses: Clauses, first: int) -> HarmEvent | None:
    """As in "the pilot survived, but his passenger did not": the dying that a denied survival is."""
    sentence = clauses.sentence
    for at in range(first - 1, 0, -1):
        entry, group = sentence.words[at].harm, clauses.by_last.get(at - 1)
        if entry is not None and entry.of_nobody and group is not None and not group.is_nobody:
            dying = (one for one in sentence.lexicon.vocabulary.harms if one.harm == "killed")
            death = next(one for one in dying if one.form == "intransitive")
            return HarmEvent(death, at, group, at, at, "intransitive", rules=[death.name])
    return None


def _of_others(sentence: Sentence, verb: HarmEvent, group: Group, *, is_denied: bool) -> HarmEvent:
    """The event of people for whom a verb of a sentence stands; of nobody where it is not so of them."""
    entry, negators = sentence.words[verb.at].harm, sentence.rule_words.plain_negators
    is_survival = entry is not None and entry.of_nobody
    is_death = is_survival or not negators.isdisjoint(sentence.low[verb.at].split(" "))  # "did not survive"
    is_nobody = group.is_nobody or (is_denied and not is_death)
    people = replace(group, low=0, high=0, kind="exact", is_counted=True) if is_nobody else group
    other = shared(verb, people)
    return replace(other, part_of=None, rules=[*other.rules, SAME_VERB])
