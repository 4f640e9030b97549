"""How far a telling reaches: "Residents said that a nurse was crossing the road when a truck struck and killed her".

All of the clause is the word of whoever tells it, whatever clauses of time and contrasts it holds. It ends where
somebody of the publisher's side says or finds something: "… but the army put the dead at two".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.hearsay import opens_aside
from watcher.detect.cues.presupposed import is_past_verb, is_statement
from watcher.detect.words.tokens import AUXILIARY, CONJUNCTION, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import CueWords
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_SUBJECT = 7  # words of "but the spokesman of the army said"
_NOUN = 6  # words of "looking into a new complaint"
_LISTENER = 6  # words of "told the mission on Monday that"
_TRUTH = 4  # words of "but the rebels killed only"
_SPEAKER = 7  # words of "According to people of the village,"
_TAIL = 10  # words of ", if the men of the village are to be believed."
_SIGNS = frozenset(";:")
_ASIDES = frozenset({",", "–", "—", "-"})
_PARTS = frozenset(",;")
_OF_SUBJECT = frozenset({"passive", "intransitive"})


def is_told_on(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether what is told at a token, by a verb or a noun, still goes on at a harm behind it."""
    if not (_opens_clause(sentence, at) or _is_by_speaker(sentence, event, at)):
        return False
    between = range(at + 1, event.at)
    if any(sentence.low[one] in _SIGNS for one in between):
        return False
    return not any(_is_set_against(sentence, end) for end in sentence.ends if end in between)


def is_of_speaker(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "The army, accused of shelling the town, said nine had died": said of the speaker, and not of the harm."""
    opening = next((one for one in range(at - 1, 0, -1) if sentence.low[one] in _ASIDES), 0)
    closing = next((one for one in range(at + 1, sentence.size - 1) if sentence.low[one] in _ASIDES), 0)
    if not opening or not closing or opening < event.at < closing:
        return False
    is_said = sentence.low[closing + 1].partition(" ")[0] in sentence.rule_words.saying
    return is_said and opens_aside(sentence, opening + 1)


def is_examined(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "is looking into a complaint that a man was left in a cell, where he died": all that is complained of."""
    words = sentence.rule_words
    nouns = (
        one for one in range(at, min(at + _NOUN, event.at)) if sentence.low[one].partition(" ")[0] in words.allegations
    )
    noun = next(nouns, -1)
    return noun > 0 and is_told_on(sentence, event, noun)


def _opens_clause(sentence: Sentence, at: int) -> bool:
    """As in "claimed that", "say a shell", "there are rumours that": not "spoke of eleven dead", "said, when asked"."""
    words, after = sentence.rule_words, at + 1
    if after >= sentence.size:
        return False
    is_content = sentence.low[at].endswith(words.content_clause_endings)
    near = _LISTENER if sentence.low[at] in words.telling_somebody else 1  # "told the radio that"
    if is_content or not words.content_clause_openers.isdisjoint(sentence.low[after : after + near]):
        return not _is_subject(sentence, at)
    is_clause = sentence.is_word(after) or after in sentence.quantities
    return is_clause and not sentence.mask[after] & (PREPOSITION | AUXILIARY) and sentence.low[at] in words.plain_saying


def _is_subject(sentence: Sentence, at: int) -> bool:
    """As in "Rumours that two had died spread when …": a noun before the verb of the sentence, which may follow."""
    if sentence.low[at].partition(" ")[0] not in sentence.rule_words.allegations:
        return False
    # Not "rebels claim that", "are looking into claims that".
    if any(
        one == at if cue.role == "hearsay" else cue.effect == "under_review" and one < at for one, cue in sentence.cues
    ):
        return False
    return not any(roles & AUXILIARY or is_past_verb(sentence, one) for one, roles in enumerate(sentence.mask[:at]))


def _is_by_speaker(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "According to villagers, a boy was at work when …", "Reportedly, …": before all that is told."""
    if at > 0 or sentence.low[at].partition(" ")[0] in sentence.rule_words.allegations:
        return False
    opening = sentence.low[1 : min(event.first, _SPEAKER)]
    comma = opening.index(",") + 1 if "," in opening else 0
    return comma > 0 and not any(
        roles & AUXILIARY or is_past_verb(sentence, one) for one, roles in enumerate(sentence.mask[:comma])
    )


def _is_set_against(sentence: Sentence, end: int) -> bool:
    """Whether somebody else speaks after a word that ends a reach, or what is so: "but the army says", "but only"."""
    words = sentence.rule_words
    if " " in sentence.low[end]:
        return True  # "and said"
    after = range(end + 1, min(sentence.size, end + 1 + _SUBJECT))
    if sentence.low[end] in words.contrasting and not words.but_only.isdisjoint(sentence.low[end + 1 : end + _TRUTH]):
        return True
    inside = next((at for at in after if not words.insiders.isdisjoint(sentence.low[at].split(" "))), sentence.size)
    return any(sentence.low[at] in words.affirming for at in after if at > inside)


def is_cut_off(sentence: Sentence, event: HarmEvent, at: int, low: int) -> bool:
    """Whether a word such as "but" or "when" ends the reach of a cue at a token before it comes to a harm.

    `low` is the token from which the cue goes on. It does not where a "that" clause begins with it, "untrue that after
    checks nine are missing", and where its people have the harm: "that two fell in when it broke and drowned".
    """
    begin, high = (low, event.at) if at < event.at else (event.at + 1, at)
    if not sentence.is_cut_off(begin, high):
        return False
    ends = [end for end in sentence.ends if begin <= end < high]
    if at > event.at or not any(_opens_content(sentence, one) for one in range(at, ends[0])):
        return True
    return not all(_is_within(sentence, event, at, end) for end in ends)


def _opens_content(sentence: Sentence, at: int) -> bool:
    """As in "untrue that", "unclear whether"."""
    words, last = sentence.rule_words, sentence.low[at].rpartition(" ")[2]
    return last in words.content_clause_openers or last in words.open_questions


def _is_within(sentence: Sentence, event: HarmEvent, at: int, end: int) -> bool:
    words, group, before = sentence.rule_words, event.group, sentence.low[end - 1]
    if sentence.mask[end - 1] & CONJUNCTION or (before in words.universal and end + 1 in sentence.quantities):
        return True  # "and then himself", "all but four"
    if sentence.low[end] in words.coming_to or _opens_content(sentence, end - 1):
        return True
    if any(_goes_on_telling(sentence, one) for one in range(end + 1, event.at)):
        return True
    is_subject = group is not None and at < group.first < end and event.voice in _OF_SUBJECT
    return is_subject and any(sentence.mask[one] & CONJUNCTION for one in range(end, event.at))


def _goes_on_telling(sentence: Sentence, at: int) -> bool:
    """As in "denied that it was hit after dusk, that it burned and that two died": the next that is told."""
    is_joint = sentence.low[at - 1] == "," or bool(sentence.mask[at - 1] & CONJUNCTION)
    return is_joint and sentence.low[at] in sentence.rule_words.content_clause_openers


def trails(sentence: Sentence, event: HarmEvent, at: int, cue: CueWords) -> bool:
    """As in "two died when the wall fell, according to residents", "…, which is untrue": of all before its comma."""
    before = range(at, max(event.last, at - _TAIL), -1)
    comma = next((probe for probe in before if sentence.low[probe - 1] == ","), 0)
    rest = range(comma, sentence.size)
    if not comma or len(rest) > 2 * _TAIL or any(sentence.is_harm(one) or sentence.low[one] in _PARTS for one in rest):
        return False
    words, opener = sentence.rule_words, sentence.mask[comma]
    # Not "a truce, which it rejected".
    is_verdict = cue.role == "untrue" and bool(opener & RELATIVE) and sentence.low[at] not in words.denying
    is_told = comma == at or is_verdict or any(is_statement(sentence, one) for one in range(comma, at + 1))
    is_of_guilt = not (words.accusing_nouns | words.involvement).isdisjoint(sentence.low[comma:at])
    is_told &= not (is_of_guilt and cue.effect == "denied")
    against = words.contrasting | {";"}
    is_next = comma < at and bool(opener & CONJUNCTION)
    return is_told and not is_next and against.isdisjoint(sentence.low[event.last : comma])


def is_told_before(sentence: Sentence, at: int, cue: CueWords, low: int, high: int) -> bool:
    """As in "early accounts of twelve deaths proved wrong: eight died": what a noun tells ends at a colon.

    A label does not: "Claim: 40 soldiers killed".
    """
    if sentence.low[at + 1 : at + 2] == [":"]:
        return False
    is_noun = cue.role == "reported_claim" or sentence.low[at].endswith(
        (*sentence.rule_words.genitive_phrase_endings, *sentence.rule_words.content_clause_endings)
    )
    return is_noun and (":" in sentence.low[low:high] or _is_counted_anew(sentence, low, high))


def _is_counted_anew(sentence: Sentence, low: int, high: int) -> bool:
    """As in "rejects the claim of 30 dead and puts the number at four": whose claim it was does not say this."""
    words = sentence.rule_words
    if any(sentence.low[at] == "," and gives_number(sentence, at + 1) for at in range(low, high - 1)):
        return True
    joints = [at for at in range(low, high - 2) if sentence.mask[at] & CONJUNCTION]
    joints = [at for at in joints if sentence.low[at + 1].partition(" ")[0] in words.reckoning | words.own_tellings]
    return any(not words.counting_nouns.isdisjoint(sentence.low[at + 2 : high]) for at in joints)


def gives_number(sentence: Sentence, at: int) -> bool:
    """As in "putting the dead at two", "speaking of two", "giving the number as two"."""
    words, verb = sentence.rule_words, sentence.low[at].partition(" ")[0]
    return verb.endswith(words.act_endings) and (verb in words.reckoning or verb in words.saying)
