"""Words that are a harm only beside others: "beaten … to death", "removed … from the battlefield", "divers look"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.tokens import BE, DEFINITE, THING

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.words.tokens import Sentence


_HEAD = 12  # words between a verb and whoever must have done it
_STOPS = frozenset(",;:")
_TAIL = 24  # words between a verb and the tail that makes it one of harm


def meant(sentence: Sentence, at: int) -> HarmWords | None:
    """The harm of a word, or a death where it ends in one: "stabbed a cashier to death", "burned them alive"."""
    entry = sentence.words[at].harm
    last = sentence.low[at].rpartition(" ")[2]
    if entry is None or entry.harm != "injured" or last in sentence.rule_words.plainly_hurt:
        return entry  # "six were wounded and a baby found alive": no verb that ends in a death
    fatal = (one for one in sentence.lexicon.fatal if one.form == entry.form)
    return next((one for one in fatal if _has_tail(sentence, at, one) and not _has_own_verb(sentence, at, one)), entry)


def _has_own_verb(sentence: Sentence, at: int, entry: HarmWords) -> bool:
    """As in "was hit twice and bled to death": what ends in a death is another verb, which says so itself."""
    later = (probe for probe in sentence.harms if at < probe < at + _TAIL)
    return any(" " in sentence.low[probe] and sentence.low[probe].endswith(entry.tail) for probe in later)


def has_context(sentence: Sentence, at: int, entry: HarmWords) -> bool:
    """Whether the words around a word of harm are those that it needs, and none that take the harm away."""
    is_headed = bool(entry.head) and _has_head(sentence, at, entry)
    if entry.head and not is_headed and not entry.head_or_tail:
        return False
    if entry.tail and not (is_headed and entry.head_or_tail) and not _has_tail(sentence, at, entry):
        return False
    if entry.takes_object and _drowns_things(sentence, at):
        return False
    if entry.is_unharmed and _is_scarcely(sentence, at):
        return False
    return not (entry.unless and _is_excepted(sentence, at, entry))


def _is_scarcely(sentence: Sentence, at: int) -> bool:
    """As in "hardly anyone came out unhurt": most of them were hurt, and nobody is told of who was not."""
    begin = next((one for one in range(at - 1, 0, -1) if sentence.low[one] in _STOPS), 0)
    return not sentence.rule_words.scarcely.isdisjoint(sentence.low[begin:at])


def is_commemorating(sentence: Sentence) -> bool:
    """Whether a sentence remembers: whoever it says were shot or fell were killed then."""
    return any(cue.effect == "historical" for _, cue in sentence.cues)


def _has_head(sentence: Sentence, at: int, entry: HarmWords) -> bool:
    """As in "divers are looking for": one of the words that must stand before."""
    before = f" {' '.join(sentence.low[max(0, at - _HEAD) : at])} "
    return any(f" {one} " in before for one in entry.head)


def _has_tail(sentence: Sentence, at: int, entry: HarmWords) -> bool:
    """As in "removed two leaders from the battlefield": the words after make the verb one of harm."""
    end = min(sentence.size, at + (entry.reach or _TAIL))
    if entry.is_state:  # "set two men free and their lorry was set on fire" burns nobody
        # "is treating two men for burns" ends with the harm that it is for.
        stops = (
            probe + bool(sentence.words[probe].harm)
            for probe in range(at + 1, end)
            if sentence.words[probe].harm or sentence.mask[probe] & BE
        )
        end = next(stops, end)
    lows = sentence.low[at + 1 : end]
    if ";" in lows:
        lows = lows[: lows.index(";")]  # "77 were wounded; 41 hostages were freed alive"
    if not any(map(" ".join(lows).__contains__, entry.tail)):
        return False
    inner = tuple(f" {tail}" for tail in entry.tail)  # not the end of another harm: "bled to death"
    harms = {sentence.low[probe] for probe in sentence.harms if at < probe < end}  # not "Lee Memorial Hospital"
    after = " ".join(low for low in lows if not (low in harms and low.endswith(inner)))
    return any(map(after.__contains__, entry.tail))


def is_tail(sentence: Sentence, at: int) -> bool:
    """As in "beat a student to death": the noun only ends what the verb before it says."""
    for tail in sentence.lexicon.fatal_tails.get(sentence.low[at], ()):
        length = tail.count(" ") + 1
        if at >= length and " ".join(sentence.low[at + 1 - length : at + 1]) == tail:
            earlier = (sentence.words[probe].harm for probe in sentence.harms if at - _TAIL < probe < at)
            return any(entry is not None and (entry.tail or entry.harm == "injured") for entry in earlier)
    return False


def ends_tail(sentence: Sentence, at: int) -> bool:
    """As in "contact with the patrol was lost": the participle only ends what another word of harm says."""
    for probe in sentence.harms:
        entry = sentence.words[probe].harm
        if probe >= at or entry is None or entry.harm != "missing" or not entry.tail or probe < at - _TAIL:
            continue
        if any(" ".join(sentence.low[at - tail.count(" ") : at + 1]) == tail for tail in entry.tail):
            return True
    return False


def is_dated_apart(sentence: Sentence, one: int, other: int) -> bool:
    """As in "Adair, who lost a leg in 2009, was hurt": a year and a comma between two harms of the same person."""
    between = range(min(one, other), max(one, other))
    years = [at for at in sentence.numeric if at in between and len(sentence.low[at]) == 4]
    return any(sentence.low[at].isdecimal() and sentence.low[at + 1] == "," for at in years)


def _is_excepted(sentence: Sentence, at: int, entry: HarmWords) -> bool:
    """As in "sank with 40 passengers aboard": the words after say that it is no harm yet."""
    after = f" {' '.join(sentence.low[at + 1 : at + _TAIL])} "
    return any(f" {one} " in after for one in entry.unless)


def _drowns_things(sentence: Sentence, at: int) -> bool:
    """As in "the flood drowned 300 pigs"."""
    after = at + 1
    is_object = after in sentence.quantities or bool(
        sentence.mask[after : after + 1] and sentence.mask[after] & DEFINITE
    )
    return is_object and any(roles & THING for roles in sentence.mask[after : after + 3])
