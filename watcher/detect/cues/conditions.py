"""What is only supposed: "If a gunner and his driver were killed, the range will close", "Imagine that two fell".

A condition reaches all of its clause, whatever lists, insertions and clauses of time it holds, up to the comma of what
would follow. It leaves alone what it takes for granted: "if the blast, which killed two, was an accident".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.cues.presupposed import is_described, is_past_verb
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, AUXILIARY, BARRIER, CONJUNCTION, DEFINITE, MODAL, PREPOSITION, RELATIVE

if TYPE_CHECKING:
    from watcher.config.words import Role
    from watcher.detect.words.annotations import HarmEvent
    from watcher.detect.words.tokens import Sentence


_NEGATOR = ROLES["negators"]
_INNER = CONJUNCTION | BARRIER | RELATIVE | PREPOSITION  # what no main clause opens with
_TOLD = frozenset({"active", "intransitive", "present", "passive"})
_ACTS = frozenset({"noun", "gerund"})
_ENDS = frozenset(";:")
_ASIDE = 2  # tokens of "if so,"
_SPEAKER, _SAID = 8, 4  # tokens of "the mayor of Arud said on Monday.", and of its verb with what follows


def inverted_condition(sentence: Sentence) -> list[tuple[int, Role]]:
    """As in "Had two men been killed, the firm would have closed": where a sentence opens a condition without "if"."""
    if sentence.low[0] not in sentence.rule_words.inverted_conditions or "," not in sentence.present:
        return []
    is_negated = any(roles & _NEGATOR for roles in sentence.mask[: sentence.low.index(",")])
    return [] if is_negated or sentence.text[sentence.end - 1] == "?" else [(0, "condition")]


def supposes_clause(sentence: Sentence, at: int) -> bool:
    """As in "it is possible that", "the planners assumed that": not "so that nobody was hurt"."""
    words = sentence.rule_words
    if sentence.low[at] in words.result_openers:
        return False
    is_next = not words.content_clause_openers.isdisjoint(sentence.low[at + 1 : at + 2])
    return is_next or sentence.low[at].endswith(words.content_clause_endings)


def supposes(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """Whether a harm stands in the clause of the condition at a token, and is not taken for granted there."""
    if event.at <= at:
        return False
    for one, cue in sentence.cues:
        if one == at and cue.effect == "alleged":
            return False  # "if the islanders are to be believed"
        if at < one < event.at and cue.effect == "background" and event.voice in _ACTS:
            return False  # "if he is convicted of killing two"
    return event.at < _clause_end(sentence, at) and not _is_known(sentence, event, at)


def _is_known(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "if the blast, which killed two, was an accident", "unless it explains how two died": it has happened.

    `at` is the token of a condition: what it supposes is another verb than that of the harm.
    """
    if is_described(sentence, event, at) or _is_at_the_time(sentence, event, at):
        return True
    group, words, opener = event.group, sentence.rule_words, event.first - 1
    if group is None or not group.is_counted or group.first < at:
        return False
    if event.voice in {"attribute", "reduced"}:
        return group.is_definite and sentence.low[opener] != ","  # "if the two men killed on Friday were smugglers"
    if sentence.low[opener] in words.manner_openers and not sentence.mask[opener] & RELATIVE:
        return True
    return _is_named(sentence, event, at)


def _is_named(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "if it is to blame for the deaths of two": not "for the loss of one", "if the two deaths are confirmed"."""
    words = sentence.rule_words
    opener = event.first - int(not sentence.mask[event.first] & DEFINITE)  # "the two bodies", "the deaths of two"
    if event.voice not in _ACTS or not sentence.mask[opener] & DEFINITE:
        return False
    before = sentence.low[opener - 1]
    is_act = opener == at + 1 or bool(sentence.mask[opener - 1] & PREPOSITION) or before in words.content_clause_openers
    is_lost = sentence.low[event.at].partition(" ")[0] in words.losing_nouns
    return is_act and not is_lost and words.confirming.isdisjoint(sentence.low[event.at :])


def _is_at_the_time(sentence: Sentence, event: HarmEvent, at: int) -> bool:
    """As in "if the driver was drunk when he hit and killed two": in a clause of time, with no harm before it."""
    words = sentence.rule_words
    openers = [end for end in sentence.ends if at + 1 < end < event.at and sentence.low[end] in words.at_the_time]
    if not openers or sentence.low[at] in words.imagining or any(at < one.at < openers[-1] for one in sentence.events):
        return False
    firsts = {one.first for one in sentence.groups}
    return not any(sentence.mask[one] & CONJUNCTION and one + 1 in firsts for one in range(openers[-1], event.at))


def _clause_end(sentence: Sentence, at: int) -> int:
    """The token that ends the clause of a condition: the comma of its main clause, a semicolon or the last token."""
    if sentence.low[at] in sentence.rule_words.imagining:
        return sentence.size
    if _is_fronted(sentence, at) and not supposes_clause(sentence, at):
        return _end_of_fronted(sentence, at)
    is_aside = at > 0 and sentence.low[at - 1] == ","
    for comma in range(at + 1, sentence.size - 1):
        if sentence.low[comma] in _ENDS:
            return comma
        if sentence.low[comma] == "," and (is_aside or _is_clause(sentence, at, comma)):
            is_inner = sentence.mask[comma + 1] & (CONJUNCTION | BARRIER)  # "…, and two men were hurt yesterday"
            if is_aside or _opens_main_clause(sentence, comma + 1 + bool(is_inner)):
                return comma
    return sentence.size


def _is_fronted(sentence: Sentence, at: int) -> bool:
    """Whether nothing stands before a condition in its clause: "If", "said that if", "and even if"."""
    before = at - 1
    while before >= 0 and sentence.mask[before] & (ADVERB | CONJUNCTION):
        before -= 1
    if before < 0 or sentence.low[before] in sentence.rule_words.content_clause_openers:
        return True
    return not sentence.is_word(before) and sentence.low[before] != "," and before not in sentence.quantities


def _end_of_fronted(sentence: Sentence, at: int) -> int:
    """The comma of the main clause, which stands after its condition.

    Of several commas it is the one with a modal verb behind it, "if four died, two fled and one hid, he would say so",
    or the first with another verb, or with a noun: "if the pass is closed, doctors expect"; where no verb is known
    before it either, as in "if the weather allows, the police expect", the last one.
    """
    if at + 1 in sentence.quantities and sentence.low[at + _ASIDE : at + _ASIDE + 1] == [","]:
        return at  # "in case 12, two were killed"
    plain, weak, last = 0, 0, 0
    for comma in range(at + 1, sentence.size - 1):
        if sentence.low[comma] in _ENDS:
            return plain or weak or last or comma
        if sentence.low[comma] != "," or not _may_be_subject(sentence, comma + 1) or _is_speaker(sentence, comma + 1):
            continue
        is_whole = comma == at + _ASIDE or _is_clause(sentence, at, comma)
        if is_whole and _opens_main_clause(sentence, comma + 1):
            if _has_modal(sentence, comma + 1):
                return comma
            plain = plain or comma
        elif comma + 1 not in sentence.quantities:
            last, weak = comma, comma if is_whole else weak
    return plain or weak or last or sentence.size


def _is_speaker(sentence: Sentence, begin: int) -> bool:
    """As in "…, the mayor said." at the end of a sentence."""
    words, after = sentence.rule_words, range(begin, sentence.size)
    is_short = len(after) <= _SPEAKER and not _has_modal(sentence, begin)
    return is_short and any(sentence.low[at] in words.saying for at in after[-_SAID:])


def _is_clause(sentence: Sentence, at: int, comma: int) -> bool:
    """Whether a verb stands before a comma: in "if he says that a baker, 40, and two tailors died" not yet."""
    openers = sentence.rule_words.content_clause_openers
    begin = next((one for one in range(comma - 1, at, -1) if sentence.low[one] in openers), at)
    return _has_verb(sentence, begin + 1, comma)


def _has_verb(sentence: Sentence, begin: int, end: int) -> bool:
    return any(
        (sentence.mask[at] & AUXILIARY and not sentence.mask[at] & PREPOSITION)
        or sentence.low[at] in sentence.rule_words.saying
        or is_past_verb(sentence, at)
        or (sentence.is_harm(at) and any(one.at == at and one.voice in _TOLD for one in sentence.events))
        for at in range(begin, end)
    )


def _opens_main_clause(sentence: Sentence, begin: int) -> bool:
    """Whether a subject stands at a token and a verb behind it, before the next sign or joint."""
    if not _may_be_subject(sentence, begin):
        return False
    is_plain = sentence.low[begin] in sentence.rule_words.main_clause_openers
    return is_plain or _has_verb(sentence, begin + 1, _subject_end(sentence, begin))


def _may_be_subject(sentence: Sentence, begin: int) -> bool:
    if begin >= sentence.size or sentence.low[begin] in sentence.rule_words.main_clause_openers:
        return begin < sentence.size
    if sentence.low[begin] in sentence.rule_words.result_openers:
        return False  # "…, so that two were hurt"
    words = sentence.rule_words
    is_inner = sentence.mask[begin] & (_INNER | AUXILIARY) or is_past_verb(sentence, begin)
    is_inner = is_inner or sentence.low[begin].partition(" ")[0].endswith((*words.gerund_endings, *words.genitive))
    return not is_inner and (sentence.is_word(begin) or begin in sentence.quantities)


def _subject_end(sentence: Sentence, begin: int) -> int:
    """The next comma, semicolon or joint of clauses after a token."""
    after = range(begin + 1, sentence.size)
    ends = (at for at in after if sentence.low[at] in {",", ";"} or sentence.mask[at] & (BARRIER | RELATIVE))
    return next(ends, sentence.size)


def _has_modal(sentence: Sentence, begin: int) -> bool:
    """As in "the base will close": whether what follows would come only then."""
    after = range(begin, _subject_end(sentence, begin))
    return any(sentence.mask[at] & MODAL and not sentence.mask[at] & PREPOSITION for at in after)
