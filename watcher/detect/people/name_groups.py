"""Names that stand for a group of people by themselves: the capitalised words before or after a verb of harm.

Nothing beside them need say that they are people: the verb does. A name after a noun ("journalist Ana Ruz") belongs to
the noun's group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.annotations import Group
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_formation
from watcher.detect.words.tokens import ADVERB, DETERMINER, PREPOSITION, RANK, STRUCTURAL, THING, UNIT

if TYPE_CHECKING:
    from watcher.detect.words.tokens import Sentence


_NOT_NAMES, _HOME, _NATIVE = ROLES["not_names"], ROLES["home"], ROLES["native"]
_GOVERNING = PREPOSITION | ROLES["according"]
_WHEN = ROLES["relative_day"] | ROLES["new_incident"]
_STOPS = frozenset('.!?"”’')
_DASHES = frozenset("–—-")
_APPOSED = frozenset(",:–—-(")
_AGE_SIGNS = frozenset(",()")
_LONGEST = 8  # words of a name
_OPENING = 3  # words before "hour later"


def attach_names(sentence: Sentence) -> None:
    """As in "police chief Haji Nazar", "journalist Ana Ruz": the name after a noun belongs to its group."""
    if sentence.is_capitals:
        return
    is_headline = sentence.text[sentence.end - 1] not in _STOPS
    for group in sentence.groups:
        at = group.last + 1
        is_one = group.head == group.last and group.low == group.high == 1
        if not is_one or group.is_definite or group.is_guess or at >= sentence.size or not _begins_name(sentence, at):
            continue
        last = _end_of_name(sentence, at)
        is_title = sentence.mask[group.head] & RANK or (is_headline and sentence.is_capital(group.head))
        if last > at and not is_title:
            group.last = last


def _begins_name(sentence: Sentence, at: int) -> bool:
    """Whether a token can be the first of a name: a capitalised word that is nothing else."""
    is_open = not sentence.mask[at] & (STRUCTURAL | THING | _NOT_NAMES | RANK) and sentence.words[at].people is None
    return is_open and sentence.is_word(at) and sentence.is_capital(at) and sentence.words[at].harm is None


def name_right(sentence: Sentence, at: int) -> Group | None:
    """A name, or in capitals a noun without an article, right after an active verb."""
    if at >= sentence.size or not sentence.is_word(at) or not sentence.is_capital(at):
        return None
    if sentence.mask[at] & (STRUCTURAL | THING | _NOT_NAMES) or sentence.words[at].cues:
        return None
    last = _end_of_name(sentence, at)
    is_owner = last + 1 < sentence.size and sentence.low[last + 1] in sentence.rule_words.possessive_marks
    if last + 1 < sentence.size and last == at and sentence.low[last + 1][0].isdecimal():
        return None  # "a loss of INR 4 million"
    return None if is_owner and not sentence.is_capitals else group_of_name(at, last)


def group_of_name(first: int, last: int) -> Group:
    """The one person of a name in the tokens from `first` to `last`."""
    return Group(first, last, 1, 1, "exact", head=last, is_name=True, rules=("name",))


def possessor_at(sentence: Sentence, at: int) -> Group | None:
    """As in "his injuries", "their throats": the one person or the several people whom a possessive means."""
    low, words = sentence.low[at], sentence.rule_words
    if low in words.singular_possessives:
        return Group(at, at, 1, 1, "exact", is_definite=True, is_pronoun=True, rules=("pronoun",))
    if low in words.plural_possessives:
        return Group(at, at, 2, None, "vague", is_definite=True, is_pronoun=True, rules=("pronoun",))
    return None


def has_rank(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a rank stands in the tokens from `first` to `last`."""
    return any(sentence.mask[at] & RANK for at in range(first, last + 1))


def _end_of_name(sentence: Sentence, at: int) -> int:
    """The last token of the name that begins at a token."""
    last = at
    while last + 1 < sentence.size and last < at + _LONGEST and _is_name_part(sentence, last + 1):
        last += 1
    return last


def _is_name_part(sentence: Sentence, at: int) -> bool:
    """Whether a token goes on with a name: a capitalised word, an initial, a hyphen or a particle before one."""
    low = sentence.low[at]
    if low == "-" or (low == "." and len(sentence.low[at - 1]) <= 4):
        return at + 1 < sentence.size and sentence.is_capital(at + 1)
    if low in sentence.rule_words.bare_name_particles and at + 1 < sentence.size:
        return sentence.is_capital(at + 1)
    is_capital = sentence.is_capital(at) or ("-" in low and any(char.isupper() for char in sentence.raw(at, at)))
    return sentence.is_word(at) and is_capital and not sentence.mask[at] & STRUCTURAL and not sentence.words[at].harm


def name_left(sentence: Sentence, left: int, *, is_owner: bool = False) -> Group | None:
    """A name or an unknown noun that ends at `left`, not governed by a preposition unless it owns what follows."""
    left -= is_shortened_name(sentence, left)
    word, mask = sentence.words[left], sentence.mask[left]
    closed = STRUCTURAL | THING | UNIT | (0 if left else ADVERB)  # not "Sadly, one of them …"
    is_open = sentence.is_word(left) and not mask & closed and not word.harm and not word.cues
    if not is_open or is_formation(sentence, left) or sentence.low[left] in sentence.rule_words.place_adverbs:
        return None  # "hit a van there"
    if not left and (mask & _WHEN or sentence.low[0] in sentence.rule_words.unnamed_openers):
        return None  # "Elsewhere, a clerk, 40, was hurt", "Last night, …"
    first = left
    while first > 0 and left - first < _LONGEST and _is_name_before(sentence, first - 1, left):
        first -= 1
    has_article = first > 0 and bool(sentence.mask[first - 1] & DETERMINER)
    while first < left and sentence.low[first] in {".", "-"}:
        first += 1
    if _is_dateline(sentence, first, left) or _is_adverbial(sentence, first, left):
        return None
    governor = _governor(sentence, first)
    origin = _of_origin(sentence, governor) if governor > 0 else None
    if governor >= 0 and (origin is not None or not is_owner):
        return origin
    if _is_end_of_place(sentence, first) or not (sentence.is_capital(left) or has_article):
        return None
    return None if _ends_in_verb(sentence, first, left) else group_of_name(first, left)


def _ends_in_verb(sentence: Sentence, first: int, last: int) -> bool:
    """As in "The driver escaped and two passengers died": a noun with its verb is no noun of two words."""
    if first == last or sentence.is_capital(last):
        return False
    words, low = sentence.rule_words, sentence.low[last]
    return low in words.past_verbs or low.endswith(words.participle_endings)


def _is_dateline(sentence: Sentence, first: int, last: int) -> bool:
    """As in "CAMP TOLM – Two leaders, …": what stands in capitals, or before a number, before the first dash."""
    dash = last + 1
    if first or dash + 1 >= sentence.size or sentence.low[dash] not in _DASHES or sentence.is_capitals:
        return False
    return sentence.raw(first, last).isupper() or dash + 1 in sentence.quantities


def is_shortened_name(sentence: Sentence, stop: int) -> bool:
    """As in "Jan S.": a stop after the one letter to which a name is cut for the sake of the named."""
    is_letter = stop > 1 and sentence.low[stop] == "." and len(sentence.low[stop - 1]) == 1
    return is_letter and sentence.is_capital(stop - 1) and sentence.is_capital(stop - 2) and sentence.touches_left(stop)


def _is_adverbial(sentence: Sentence, first: int, last: int) -> bool:
    """As in "Overnight, two men …", "Half an hour later, five people …": a time or a place before the first comma."""
    comma, words = last + 1, sentence.rule_words
    if comma >= sentence.size or sentence.low[comma] != ",":
        return False
    if not sentence.is_capital(last) and any(mask & UNIT for mask in sentence.mask[first:comma]):
        return True  # "in Luna, a day later, a clerk"
    if first > _OPENING or "," in sentence.low[:first]:
        return False
    if first == last == 0 and comma + 1 in sentence.quantities:
        return True  # nobody is called "Officially", and what stands in apposition to one person is no number
    if sentence.is_capital(last):
        return False  # "G. S. Rao"
    return not words.afterwards.isdisjoint(sentence.low[:comma]) or any(mask & UNIT for mask in sentence.mask[:first])


def _governor(sentence: Sentence, first: int) -> int:
    """The preposition before a name, over its articles, a number and an adjective ("in southern Gaza"); else -1."""
    at = first - 1
    while at >= 0 and _is_determiner(sentence, at):
        at -= 1
    is_described = at > 0 and sentence.is_word(at) and not sentence.mask[at] & STRUCTURAL
    if is_described and not sentence.is_capital(at) and sentence.mask[at - 1] & PREPOSITION:
        at -= 1
    is_opener = at >= 0 and sentence.low[at] in sentence.rule_words.attribute_openers  # "hailing from"
    return at if at >= 0 and (is_opener or sentence.mask[at] & _GOVERNING) else -1


def _is_determiner(sentence: Sentence, at: int) -> bool:
    """Whether a token is an article, a number or the ending of an ordinal."""
    low = sentence.low[at]
    is_number = low[0].isdecimal() or low in sentence.rule_words.ordinal_endings
    return is_number or bool(sentence.mask[at] & DETERMINER)


def _is_end_of_place(sentence: Sentence, first: int) -> bool:
    """As in "at Fort Bliss, Texas, died": the second part of a place that a preposition governs."""
    comma = first - 1
    if comma < 2 or sentence.low[comma] != "," or not sentence.is_capital(comma - 1) or sentence.is_capitals:
        return False
    begin, no_place = comma - 1, sentence.rule_words.no_place_openers
    while begin > 0 and comma - begin < _LONGEST and sentence.is_word(begin - 1) and sentence.is_capital(begin - 1):
        begin -= 1
    return begin > 0 and bool(sentence.mask[begin - 1] & PREPOSITION) and sentence.low[begin - 1] not in no_place


def _of_origin(sentence: Sentence, preposition: int) -> Group | None:
    """As in "Cpl. Ida Holm of Leeds was …", "Ida Holm, 22, from Leeds, who …": the name before where it comes from."""
    left = _before_age(sentence, preposition - 1)
    if left < 0 or not sentence.mask[preposition] & _HOME or not sentence.is_capital(left):
        return None
    group = name_left(sentence, left)
    if group is not None and group.last > group.first and left < preposition - 2:
        return group
    is_ranked = group is not None and any(
        sentence.mask[at] & RANK and sentence.is_capital(at) for at in range(group.first, group.last)
    )
    return group if is_ranked else None


def _before_age(sentence: Sentence, at: int) -> int:
    """The token before the commas, the brackets and the age that may stand after a name: "Ida Holm, 22,"."""
    while at > 0 and (sentence.low[at] in _AGE_SIGNS or sentence.low[at].isdecimal()):
        at -= 1
    return at


def _is_name_before(sentence: Sentence, at: int, left: int) -> bool:
    """Whether a token belongs to the name that ends at `left`, going backwards."""
    if sentence.low[at] in {".", "-"}:
        return sentence.touches_left(at) and (sentence.low[at] == "." or sentence.touches_right(at))
    if len(sentence.low[at]) == 1 and sentence.low[at + 1] == "." and sentence.is_capital(at):
        return True
    if not sentence.is_word(at) or sentence.mask[at] & STRUCTURAL or sentence.words[at].harm or sentence.words[at].cues:
        return False
    return sentence.is_capital(at) or not sentence.is_capital(left)


def is_named(sentence: Sentence, group: Group) -> bool:
    """As in "Omar Hadi", "Sepoy Omar Hadi", "inspector Omar Hadi": one person by name, or a rank before a name."""
    after, is_one = group.last + 1, group.low == group.high == 1
    if is_one and -1 < group.head < group.last:
        return sentence.is_capital(group.last)
    is_ranked = is_one and group.first == group.head and bool(sentence.mask[group.head] & RANK)
    return group.is_name or (is_ranked and after < sentence.size and _begins_name(sentence, after))


def is_one_more(sentence: Sentence, group: Group) -> bool:
    """As in "a clerk", "his driver": in a list it is one more person, nobody spoken of before."""
    return sentence.low[group.first] in sentence.rule_words.list_openers


def may_end_list(sentence: Sentence, group: Group) -> bool:
    """As in "… and two guards", "… and Sepoy Nur Jan", "… and his driver": whoever can be the last of several."""
    return group.is_counted or is_named(sentence, group) or is_one_more(sentence, group)


def count_owned(sentence: Sentence, groups: list[Group]) -> None:
    """As in "X, his driver and two guards": in a list he is one more, nobody spoken of before."""
    for group in groups:
        group.is_definite &= sentence.low[group.first] not in sentence.rule_words.singular_possessives


def sums_up(sentence: Sentence, names: list[Group], following: Group, end: int, at: int) -> bool:
    """As in "killed Omar Hadi and Nur Jan, two facilitators": a number after as many names says who they are."""
    is_number = following.is_counted and following.low == len(names) > 1
    return is_number and at == end + 1 and sentence.low[end] == "," and all(one.is_name for one in names)


def is_said_name(sentence: Sentence, left: int) -> bool:
    """Whether a name stands at a token after a verb of saying."""
    is_name = sentence.is_word(left) and sentence.is_capital(left) and not sentence.words[left].is_known
    return is_name and left > 0 and not sentence.is_capitals and sentence.low[left - 1] in sentence.rule_words.saying


def opens_sentence(sentence: Sentence, name: Group, comma: int) -> bool:
    """As in "Omar Hadi, a resident of the valley was killed": a full name first, then who that is."""
    is_full = name.first == 0 and name.last > name.first and sentence.low[comma] == ","
    return is_full and comma + 1 < sentence.size and bool(sentence.mask[comma + 1] & (DETERMINER | _NATIVE))


def _is_told_by_name(sentence: Sentence, found: list[Group]) -> bool:
    """As in "two soldiers, Naik Omar Hadi and Sepoy Nur Jan,": as many names after the comma as people before it."""
    number, comma = found[-1], found[-1].last + 1
    is_number = number.is_counted and number.low == number.high == len(found) - 1 > 1
    return is_number and comma < sentence.size and sentence.low[comma] in _APPOSED


def only_number(found: list[Group], before: Group | None, sentence: Sentence) -> list[Group]:
    """As in "two officers Omar Hadi and Nur Jan": the number alone where it counts the names, else all of them."""
    if not all(is_named(sentence, one) for one in found[:-1]):
        return found
    if _is_told_by_name(sentence, found):
        return found[-1:]
    number = found[-1] if found[-1].is_counted else before
    if number is None or not number.is_counted or not number.low == len(found) > 1:
        return found
    has_name = number is not found[-1] or (number.last > number.first and sentence.is_capital(number.last))
    return [number] if has_name else found
