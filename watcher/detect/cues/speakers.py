"""Who is quoted: the person before or after a verb of speech in the claim's sentence, not the publisher."""

from __future__ import annotations

from itertools import compress, count
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import DEFINITE, DETERMINER, PREPOSITION, RANK, STRUCTURAL

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_SPEECH, _ACCORDING = ROLES["speech"], ROLES["according"]
_DEEDS = frozenset({"participle", "intransitive", "adjective"})  # "reported missing" as well
_CLOSING = frozenset({",", '"', "”", "’", "'", "»", ".", "-", "–", "—"})
_LIVES = 5  # words from "claimed" to the lives
_LONGEST = 9  # words of a speaker


def speaker_of(sentence: Sentence, first: int, last: int) -> str:
    """The words for the speaker of a sentence, or nothing; the claim itself stands in tokens `first` to `last`."""
    telling = _SPEECH | _ACCORDING
    if not sentence.roles & telling:
        return ""
    told = compress(count(), map(telling.__and__, sentence.mask))
    for at in (one for one in told if not first <= one <= last):
        if sentence.mask[at] & _SPEECH:
            if at > last and _tells_more(sentence, at, first):
                continue
            found = _before(sentence, at) or (_after(sentence, at) if _is_inverted(sentence, at) else "")
            if found:
                return found
        if sentence.mask[at] & _ACCORDING:
            is_own = not sentence.rule_words.whose_own.isdisjoint(sentence.low[at + 1 : at + 2])
            return "" if is_own else _after(sentence, at)  # "according to our information"
    return ""


def _tells_more(sentence: Sentence, verb: int, first: int) -> bool:
    """As in "two were killed, and a guide said that the road was closed", "9 dead, and he put the wounded at 3"."""
    openers, after = sentence.rule_words.content_clause_openers, sentence.low[verb + 1 : verb + 2]
    if sentence.low[verb].rpartition(" ")[2] in openers or not openers.isdisjoint(after):
        return True
    if not sentence.harms or sentence.harms[-1] < verb:
        return False
    told = [(at, sentence.words[at].harm) for at in sentence.harms if at >= first]
    later = {entry.harm for at, entry in told if at > verb and entry is not None}
    return bool(later) and later.isdisjoint({entry.harm for at, entry in told if at < verb and entry is not None})


def is_paper(sentence: Sentence, subject: range) -> bool:
    """As in "The Valley Herald, however, puts the toll at four": a name that ends as those of newspapers do."""
    is_name = bool(subject) and sentence.low[subject[-1]] in sentence.rule_words.press_names
    return is_name and sentence.is_capital(subject[-1]) and not sentence.is_capitals


def is_deed(sentence: Sentence, at: int) -> bool:
    """As in "put a bullet in his own head", "claimed the lives of", "claims 30 lives", "a name on the list"."""
    entry = sentence.words[at].harm
    if _takes_lives(sentence, at):
        return True
    is_noun = at > 1 and sentence.mask[at - 1] & DEFINITE and sentence.mask[at - 2] & PREPOSITION
    is_phrase = " " in sentence.low[at]
    return bool(is_noun) or (entry is not None and entry.form in _DEEDS and is_phrase)


def _takes_lives(sentence: Sentence, verb: int) -> bool:
    """As in "the flood claimed at least 19 lives"; not "they claimed that 19 lives were lost"."""
    words = sentence.rule_words
    if sentence.low[verb] not in words.lives_verbs:
        return False
    for at in range(verb + 1, min(sentence.size, verb + 1 + _LIVES)):
        entry = sentence.words[at].harm
        if entry is not None and entry.form == "lives":
            after = words.finite_auxiliaries | words.lives_verbs_after
            return at + 1 >= sentence.size or sentence.low[at + 1] not in after  # "claimed 19 lives were lost"
    return False


def _is_inverted(sentence: Sentence, verb: int) -> bool:
    """As in "… were killed", said the colonel": a comma or a quotation mark right before the verb."""
    return verb > 0 and sentence.low[verb - 1] in _CLOSING


def _before(sentence: Sentence, verb: int) -> str:
    """As in "the battalion commander said", "Lt. Orla Finn told reporters", "a leader of the union said"."""
    begin = verb
    while begin > 0 and verb - begin < _LONGEST and _belongs(sentence, begin - 1):
        begin -= 1
    if begin > 1 and sentence.low[begin - 1] in sentence.rule_words.genitive and _is_person(sentence, begin - 2):
        begin -= 2
        while begin > 0 and verb - begin < _LONGEST and _belongs(sentence, begin - 1):
            begin -= 1
    while begin < verb and sentence.mask[begin] & DETERMINER:
        begin += 1
    return _person(sentence, begin, verb - 1)


def _after(sentence: Sentence, verb: int) -> str:
    """As in ", said Lt. Orla Finn", "according to a police officer"."""
    begin = verb + 1
    while begin < sentence.size and sentence.mask[begin] & DETERMINER:
        begin += 1
    last = begin
    while last < sentence.size and last - begin < _LONGEST and _belongs(sentence, last):
        last += 1
    return _person(sentence, begin, last - 1)


def _belongs(sentence: Sentence, at: int) -> bool:
    low = sentence.low[at]
    if sentence.mask[at] & DETERMINER:
        return True
    if sentence.mask[at] & STRUCTURAL or sentence.words[at].harm is not None or sentence.mask[at] & _SPEECH:
        return False
    return sentence.is_word(at) or (low == "." and len(sentence.low[at - 1]) <= 5 and sentence.is_capital(at - 1))


def _person(sentence: Sentence, first: int, last: int) -> str:
    """The words if they hold a noun for people, a rank or a name of two words."""
    if last < first or sentence.low[first] == ".":
        return ""
    tokens = range(first, last + 1)
    is_person = any(_is_person(sentence, at) for at in tokens)
    capitals = [at for at in tokens if sentence.is_word(at) and sentence.is_capital(at)]
    if not is_person and (len(capitals) < 2 or len(capitals) != len([at for at in tokens if sentence.is_word(at)])):
        return ""
    last -= sentence.low[last] == "." and last + 1 == sentence.size
    return " ".join(sentence.raw(first, last).split())


def _is_person(sentence: Sentence, at: int) -> bool:
    entry = sentence.words[at].people
    return bool(sentence.mask[at] & RANK) or (entry is not None and not entry.is_modifier)
