"""Verdicts that stand after a claim: "the statement that three were killed is a lie", "…; the army rejects this"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.denials import is_refusal
from watcher.detect.cues.hearsay import is_told_by_others
from watcher.detect.cues.presupposed import is_past_verb, is_statement
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BARRIER, BE, CONJUNCTION, DETERMINER, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_POSSESSIVE = ROLES["possessives"]
_CLAUSE = AUXILIARY | BARRIER | RELATIVE
_OF_STATEMENTS = frozenset({"denied", "alleged"})
_QUOTES = frozenset("\"'“‘„«")
_NEAR = 4  # words between a semicolon and the verdict after it
_REFUTED = frozenset({"untrue", "rejection", "retraction"})
_TAKING_BACK = frozenset({None, "untrue", "no_evidence"})
_OBJECT = 5  # words after a verb of confirming: "verify the hospital's figure"
_SUBJECT = 8  # words at the beginning of a sentence that name a statement


def judges_content(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "the statement that three were killed while alongside is a lie": of all that the statement says."""
    words, between = sentence.rule_words, range(event.at + 1, at)
    first = sentence.low[at].partition(" ")[0]
    is_verb = first in words.finite_auxiliaries or bool(sentence.mask[at - 1] & BE)
    is_next = any(_opens_verdict(sentence, one, at) for one in between if sentence.low[one] == ",")
    if not is_verb or is_next or ";" in sentence.low[event.at : at]:
        return False
    nouns = [probe for probe in range(min(event.first, _SUBJECT)) if is_statement(sentence, probe)]
    said = [{*sentence.low[noun].split(" "), *sentence.low[noun + 1 : noun + _NEAR]} for noun in nouns]
    return any(not words.content_clause_openers.isdisjoint(low) for low in said)


def _opens_verdict(sentence: Sentence, comma: int, at: int) -> bool:
    """As in "…, and the figure is false": the next clause, where "…, and two were hurt are untrue" goes on with it."""
    if not sentence.mask[comma + 1] & CONJUNCTION:
        return False
    inner = range(comma + 2, at - int(bool(sentence.mask[at - 1] & BE)))
    return not any(sentence.is_harm(one) or is_past_verb(sentence, one) for one in inner)


def judges_claim_before(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """As in "…; the ministry rejects this", "…; the figure is false": said of the claim before, whatever parts them."""
    words = sentence.rule_words
    if cue.role == "rejection" or (cue.role == "unconfirmed" and _verifies_claim(sentence, event, at)):
        return True
    low = sentence.low
    if low[at - 1] in _QUOTES and _is_whole_answer(sentence, event, at):
        return True
    subject = [*low[max(event.at + 1, at - _NEAR) : at], *low[at].split(" ")]
    if words.pointing_back.isdisjoint(subject):
        return False
    is_predicate = sentence.mask[at - 1] & (AUXILIARY | ADVERB) or low[at].split(" ")[0] in words.finite_auxiliaries
    return ";" in low[event.at + 1 : at] or (bool(is_predicate) and sentence.is_cut_off(event.at + 1, at))


def _is_whole_answer(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in 'Of the nine whose deaths they reported, the staff said: "Nonsense."': all that is said of a topic."""
    words, low = sentence.rule_words, sentence.low
    if low[at - 2] != ":" or ";" in low[event.at : at]:
        return False
    is_topic = low[0].partition(" ")[0] in words.genitive | words.asked
    return is_topic and not any(sentence.is_word(one) for one in range(at + 1, sentence.size))


def _verifies_claim(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "…; the ministry could not verify this", "…, but nobody could confirm the figure": by its object."""
    after = _after_object(sentence, at)
    if not after or not _is_of_next_clause(sentence, event, at):
        return False
    is_joint = after >= sentence.size or not sentence.is_word(after) or sentence.mask[after] & (CONJUNCTION | ADVERB)
    return bool(is_joint) and not _tells(sentence, after)


def verifies_another(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "two died, and the army could not confirm reports of a third": another report than the claim before."""
    after = _after_object(sentence, at)
    return bool(after) and _is_of_next_clause(sentence, event, at) and _tells(sentence, after)


def _after_object(sentence: Sentence, at: int) -> int:
    """The token after what a verb confirms, "this", "the clinic's figure", "reports"; 0 where it is nothing of that."""
    objects, pointing = range(at + 1, min(sentence.size, at + 1 + _OBJECT)), sentence.rule_words.pointing_back
    return next((one + 1 for one in objects if sentence.low[one].partition(" ")[0] in pointing), 0)


def _is_of_next_clause(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    between = range(event.at + 1, at)
    return any(sentence.low[one] in {",", ";"} or sentence.mask[one] & CONJUNCTION for one in between)


def _tells(sentence: Sentence, after: int) -> bool:
    """Whether what is told follows: "reports that …", "the claims of …", "that nine died"."""
    openers = sentence.rule_words.content_clause_openers
    if after >= sentence.size:
        return False
    last = sentence.low[after - 1].rpartition(" ")[2]
    told = openers | sentence.rule_words.genitive
    return (last in told and sentence.is_word(after)) or sentence.low[after] in told


def is_wrong_report(sentence: Sentence, at: int, cue: CueWords) -> bool:
    """As in "a channel wrongly reported that 12 had died": of others it is a denial, and no correction of one's own."""
    return cue.role == "superseded" and " " in sentence.low[at] and is_told_by_others(sentence, at)


def describes_noun(sentence: Sentence, at: int) -> bool:
    """As in "two died near a false wall", "a third was denied entry": said of a thing, it denies no deaths."""
    if is_refusal(sentence, at):
        return True
    if at == 0 or at + 1 >= sentence.size or not sentence.mask[at - 1] & (DETERMINER | PREPOSITION):
        return False
    words, following = sentence.rule_words, sentence.low[at + 1]
    is_noun = following[:1].isalpha() and not sentence.mask[at + 1] & (PREPOSITION | CONJUNCTION | BE)
    return is_noun and following not in words.evidence and sentence.low[at - 1] not in words.capacity


def is_of_thing(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "died in a crash that the minister called absurd": of the crash, without a comma before "that"."""
    for relative in range(event.at + 2, at):
        is_second = bool(sentence.mask[relative - 1] & CONJUNCTION)  # "claims that two died and that a third is hurt"
        if sentence.mask[relative] & RELATIVE and sentence.is_word(relative - 1) and not is_second:
            return not is_statement(sentence, relative - 1) and sentence.words[relative - 1].harm is None
    return False


def is_of_cause(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """As in "An unfounded rumour led to a crush that killed three": what a statement set off did happen."""
    words = sentence.rule_words
    if cue.effect not in _OF_STATEMENTS or at >= event.at or words.setting_off.isdisjoint(sentence.present):
        return False
    verb = next((probe for probe in range(at + 1, event.at) if sentence.low[probe] in words.setting_off), -1)
    if verb < 0 or sentence.low[at].rpartition(" ")[2] in words.content_clause_openers:
        return False  # "residents claimed that a strike led to a fire"
    is_clause = any(sentence.mask[probe] & _CLAUSE or sentence.low[probe] == "," for probe in range(at + 1, verb))
    begin = max((probe + 1 for probe in range(at) if sentence.low[probe] == ","), default=0)
    cues = {probe for probe, _ in sentence.cues}  # "an unfounded rumour"
    is_subject = all(sentence.mask[probe] & (DETERMINER | _POSSESSIVE) or probe in cues for probe in range(begin, at))
    if event.voice == "noun" and not is_statement(sentence, at):
        return False  # "alleged shelling caused the deaths of nine"
    return is_subject and not is_clause and not sentence.mask[at + 1] & DETERMINER


def is_told_untruly(event: HarmEvent, reached: list[tuple[int, CueWords]]) -> bool:
    """As in "Reports of deaths are baseless", "denied that villagers had been hurt": no number that could be false."""
    group = event.group
    if group is not None and not (group.low is None and group.high is None) and "plural" not in group.rules:
        return False
    return any(cue.role in _REFUTED for _, cue in reached)


def is_taken_back(sentence: Sentence, nobody: Group, reached: list[tuple[int, CueWords]]) -> bool:
    """As in "the claim that no civilians were killed is false": what is denied is a denial."""
    that = sentence.low[max(0, nobody.first - 1)].rpartition(" ")[2]
    is_content = that in sentence.rule_words.content_clause_openers
    verdicts = [cue for _, cue in reached if cue.effect == "denied" and cue.role in _TAKING_BACK]
    return is_content and any(not cue.scope for cue in verdicts)
