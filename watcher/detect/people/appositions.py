"""What stands beside people and is no one else: a description, a name, a place, between commas or after "of"."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import is_one_more
from watcher.detect.people.victims import may_be_same
from watcher.detect.words.annotations import VERB_FORMS
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import (
    ADVERB,
    AUXILIARY,
    BARRIER,
    BE,
    CONJUNCTION,
    DETERMINER,
    HAVE,
    INDEFINITE,
    RANK,
    RELATIVE,
    STRUCTURAL,
    THING,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_POSSESSIVE = ROLES["possessives"]
INSERTION = frozenset({",", "-", "–", "—"})
_ORIGIN = 7  # words of where somebody is from
_REMARK = 6  # words between two commas
_SPEAKER = 10  # words of "Superintendent of Police (North) A. K. Roe"
_CLOSING = frozenset("'”\"")
_DESCRIPTION = 12  # words between commas that say who somebody is
_NATIVE = ROLES["native"]
_SPEECH = ROLES["speech"]
_SINGULAR_BE = ROLES["singular_be"]
_STATES = frozenset({"adjective", "participle"})  # "the body of missing hiker", said as headlines do
_OBJECT = 3  # words from a verb to the noun of its object
_INITIALS = 3  # letters and stops: "k.c"
_OPENERS = INSERTION | {"(", ":"}


def over_name(sentence: Sentence, by_first: Mapping[int, Group], end: int) -> int:
    """As in "killed a leader, Qari Basir, along with two others": over a name between commas."""
    at = end + 1
    if end + 2 >= sentence.size or sentence.low[end] != "," or sentence.is_capitals:
        return end
    while at < sentence.size and at < end + 9 and at not in by_first and goes_on_as_name(sentence, at):
        at += 1
    is_name = at > end + 1
    at = after_age(sentence, at)  # "a judge, Omar Saleh, 54, and his driver", "a judge, Omar Saleh (54), his wife and"
    if not is_name or at + 1 >= sentence.size or sentence.low[at] != ",":
        return end
    following = by_first.get(at + 1)
    is_next = bool(sentence.mask[at + 1] & CONJUNCTION) or (following is not None and following.is_owned)
    return at if is_next else end


def over_description(sentence: Sentence, group: Group, end: int) -> int:
    """As in "a woman, identified as Ida Holm, and her son", "Omar Hadi, a resident of the valley, and Nur Jan".

    The comma or the conjunction that ends what is said of one person or, where all are named, of several.
    """
    if end + 2 >= sentence.size or sentence.low[end] != "," or group.is_bare:
        return end
    is_identified = sentence.low[end + 1] in sentence.rule_words.identifying
    is_native = sentence.mask[end + 1] & _NATIVE or sentence.low[end + 2] in sentence.rule_words.home_nouns
    if not (is_identified or (group.low == 1 and is_native)):
        return end
    for at in range(end + 3, min(sentence.size - 1, end + _DESCRIPTION)):
        if sentence.mask[at] & (BE | HAVE | RELATIVE | BARRIER) or sentence.words[at].harm is not None:
            break
        if sentence.low[at] == "," and sentence.mask[at + 1] & CONJUNCTION:
            return at
        if sentence.mask[at] & CONJUNCTION and group.low == 1:
            return at
    return end


def goes_on_as_name(sentence: Sentence, at: int) -> bool:
    """Whether a token is a word of a name or the stop after an initial: "S. K. Sharma"."""
    return sentence.is_capital(at) or (sentence.low[at] == "." and len(sentence.low[at - 1]) <= _INITIALS)


def is_next_named(sentence: Sentence, first: Group, group: Group, verb: int) -> bool:
    """As in "a guard, Peter Noll, and a driver, Sam Dane, were hurt": one more, no description of the first."""
    before = group.first - 1
    is_joined = before > 0 and bool(sentence.mask[before] & CONJUNCTION)
    if group.is_name:
        return is_joined and first.low == 1
    is_singular = verb < sentence.size and bool(sentence.mask[verb] & _SINGULAR_BE)
    is_one = group.head >= 0 and (group.is_counted or is_one_more(sentence, group))
    if before < 1 or is_singular or not is_one:
        return False
    if first.is_name:  # "Ida Holm, the head of the office, and a driver, Sam Dane, were hurt"
        return is_joined and (group.is_owned or _is_named_next(sentence, group.last + 1))
    closed = before - 1 if is_joined else before  # the comma after the name or age of the one before
    is_after_name = sentence.low[closed] == "," and _ends_name(sentence, closed - 1)
    return is_after_name and (is_joined or (group.low == 1 and _is_named_after(sentence, group.last + 1)))


def with_names(sentence: Sentence, by_last: Mapping[int, Group], members: list[Group]) -> list[Group]:
    """As in "a farmer, Musa Bello, 40, and his son Ali": each name with the noun that it names."""
    named = [of_kin(by_last, one) for one in members]
    if len(named) < 2:
        return members
    return [
        one for one in named if not (_is_apposed_name(sentence, one, named) or _is_described_name(sentence, one, named))
    ]


def _is_described_name(sentence: Sentence, name: Group, members: list[Group]) -> bool:
    """As in "Musa Bello, 40, a farmer, and his son": whether the next of several says who a name is."""
    if not name.is_name:
        return False
    comma = after_age(sentence, name.last + 1)
    noun = next((one for one in members if one.first == comma + 1), None)
    if noun is None or sentence.low[comma] != "," or not sentence.mask[noun.first] & INDEFINITE:
        return False
    head = next(at for at in range(noun.first + 1, sentence.size) if not sentence.is_word(at) or at > noun.last)
    if sentence.mask[head] & CONJUNCTION:  # "Musa Bello (40), a farmer and his son"
        return any(one.is_owned and one.first == head + 1 for one in members)
    if sentence.low[head] != "," or head + 1 >= sentence.size:
        return False
    return bool(sentence.mask[head + 1] & CONJUNCTION) or any(one.is_name and one.first == head + 1 for one in members)


def of_kin(by_last: Mapping[int, Group], name: Group) -> Group:
    """As in "his son Ali": the relative whose name it is."""
    noun = by_last.get(name.first - 1) if name.is_name else None
    is_one = noun is not None and noun.is_owned and noun.low == noun.high == 1 and noun.head >= 0
    return replace(noun, last=name.last) if noun is not None and is_one else name


def _is_apposed_name(sentence: Sentence, name: Group, members: list[Group]) -> bool:
    """Whether a name between two commas is that of the one person right before it."""
    comma = name.first - 1
    if not name.is_name or sentence.low[comma] != ",":
        return False
    noun = next((one for one in members if one.last == comma - 1), None)
    is_one = noun is not None and not noun.is_name and noun.low == noun.high == 1 and noun.head >= 0
    after = after_age(sentence, name.last + 1)
    return is_one and after < sentence.size and sentence.low[after] == ","


def _ends_name(sentence: Sentence, at: int) -> bool:
    """Whether a token ends a name or an age between commas."""
    if sentence.low[at] == ".":
        at -= 1  # "Peter N., and a driver"
    return sentence.low[at].isdecimal() or (sentence.is_word(at) and sentence.is_capital(at))


def _is_named_after(sentence: Sentence, comma: int) -> bool:
    """Whether a comma and a name or an age follow people."""
    if comma + 1 >= sentence.size or sentence.low[comma] != ",":
        return False
    return sentence.low[comma + 1].isdecimal() or goes_on_as_name(sentence, comma + 1)


def _is_named_next(sentence: Sentence, comma: int) -> bool:
    """Whether a comma and a name follow people: ", Sam Dane,"."""
    is_open = comma + 1 < sentence.size and sentence.low[comma] == "," and not sentence.is_capitals
    return is_open and sentence.is_word(comma + 1) and sentence.is_capital(comma + 1)


def noun_of(sentence: Sentence, by_first: Mapping[int, Group], name: Group | None) -> Group | None:
    """As in "a party leader and Council member": the noun that a name only describes, or the name itself."""
    if name is None:
        return None
    after = name.last + 1
    if after < sentence.size and sentence.low[after] == "(":
        after = next(
            (at + 1 for at in range(after, min(after + 7, sentence.size)) if sentence.low[at] == ")"),
            after,
        )
    noun = by_first.get(after)
    is_plain = noun is not None and noun.head >= 0 and noun.low == noun.high == 1 and not noun.is_guess
    has_own = noun is not None and (noun.is_counted or noun.is_definite or sentence.mask[noun.first] & DETERMINER)
    return noun if noun is not None and is_plain and not has_own else name


def is_one_phrase(sentence: Sentence, first: int, last: int) -> bool:
    """As in "nine men of the 3rd Division and", "of the outfit and": tokens that name one thing and hold no verb."""
    if all(_names_unit(sentence, at) for at in range(first, last + 1)):
        return True
    is_noun = False  # the words of a noun: what follows them is more of it, "of" or "from"
    for at in range(first, last + 1):
        is_opener = sentence.low[at] in sentence.rule_words.attribute_openers
        is_plain = sentence.is_word(at) and not sentence.is_capital(at) and not sentence.mask[at] & STRUCTURAL
        if is_noun and not (is_opener or is_plain):
            return False
        if is_plain and sentence.low[at].endswith(sentence.rule_words.participle_endings):
            return False
        is_noun = is_plain and not is_opener
    return True


def over_remark(sentence: Sentence, at: int) -> int:
    """As in "a gunman and, the army regrets, two farmhands": over what is said between two commas."""
    if sentence.low[at - 1] != "," or not sentence.mask[at - 2] & CONJUNCTION:
        return at
    closing = next(
        (probe for probe in range(at, min(sentence.size - 1, at + _REMARK)) if sentence.low[probe] == ","), at - 1
    )
    return closing + 1


def is_apposition(sentence: Sentence, group: Group, following: Group, end: int, at: int) -> bool:
    """As in "a facilitator, a man known for …": one comma and a second description of the same person."""
    only_comma = at == end + 1 and sentence.low[end] == ","
    if not only_comma or _are_kin(sentence, following):
        return False
    if following.is_pronoun and sentence.low[at].partition(" ")[0] in sentence.rule_words.all_of_them:
        return True  # "the dead are two brothers, both paratroopers"
    if _tells(sentence, following):
        return True
    if group.is_name and following.is_name and _list_goes_on(sentence, following):
        return False  # "killed Omar Hadi, Nur Jan and a guard"
    if is_ranked_name(sentence, group) and (is_ranked_name(sentence, following) or _is_parted_off(sentence, following)):
        # "killed were Captain Rao, Sergeant Pal and Private Sen"; "killed Captain Elie Sand, an army doctor, in a bar"
        return not is_ranked_name(sentence, following)
    if group.is_name and not following.is_counted and not following.is_name:
        return not (following.is_owned and _list_goes_on(sentence, following))
    if group.is_name and sentence.low[min(following.first + 1, sentence.size - 1)] in sentence.rule_words.genitive:
        return True  # "killed Omar Hadi, one of the hostages"
    if following.is_counted or (
        following.head >= 0 and is_one_more(sentence, following) and _list_goes_on(sentence, following)
    ):
        return False
    if group.is_counted and group.head >= 0 and group.victim == "unknown" and following.is_counted is False:
        return following.kind == "vague" or following.is_definite  # "14 people, soldiers as well as villagers"
    return group.low == 1 or following.is_definite or following.is_guess


def _is_parted_off(sentence: Sentence, following: Group) -> bool:
    """Whether one without a name is told between two commas."""
    is_plain = following.head >= 0 and not (following.is_counted or following.is_owned or following.is_name)
    after = following.last + 1
    return is_plain and following.low == 1 and after < sentence.size and sentence.low[after] in {",", "."}


def _are_kin(sentence: Sentence, following: Group) -> bool:
    """As in "killed Omar Hadi, his wife and son": several who belong to somebody are nobody's description."""
    return bool(sentence.mask[following.first] & _POSSESSIVE) and (following.low or 0) > 1


def is_name_of(found: list[Group], following: Group, signs: int) -> bool:
    """As in "killed Ida Holm and the driver, Sam Dane": the name of the last of a list, after `signs` signs."""
    last = found[-1] if found else following
    is_noun = not last.is_name and last.head >= 0 and last.low == last.high == 1
    return is_noun and following.is_name and signs == 1


def _tells(sentence: Sentence, group: Group) -> bool:
    """As in "killed two farmers, a doctor at the clinic said": who speaks after a comma is none of those harmed."""
    if sentence.low[group.first - 1] != ",":
        return False
    for at in range(group.last + 1, min(sentence.size, group.last + 1 + _SPEAKER)):
        if sentence.low[at] in sentence.rule_words.saying or sentence.mask[at] & _SPEECH:
            after = sentence.low[at + 1] if at + 1 < sentence.size else ""
            return after not in sentence.rule_words.infinitive_markers  # not "a clerk said to be a spy"
        if sentence.mask[at] & (CONJUNCTION | AUXILIARY | RELATIVE | BARRIER) or sentence.low[at] in INSERTION:
            return False
    return False


def is_ranked_name(sentence: Sentence, group: Group) -> bool:
    """As in "Sergeant Pal": a rank with a capital, no article before it, and a name after it."""
    name = group.head + 1
    is_rank = group.first == group.head and bool(sentence.mask[group.head] & RANK) and sentence.is_capital(group.head)
    is_named = is_rank and name < sentence.size and sentence.is_word(name) and sentence.is_capital(name)
    return is_named and not sentence.words[name].is_known and not sentence.is_capitals


def describes_same(sentence: Sentence, group: Group, following: Group) -> bool:
    """As in "a ward member and supporter of the union": a singular noun without an article is nobody else.

    In headlines the first one has no article either: "Blast kills trader and son".
    """
    if group.first == group.head and not sentence.mask[group.first] & DETERMINER:
        return False
    is_plain = not (following.is_counted or following.is_definite or following.is_name or following.is_pronoun)
    has_article = bool(sentence.mask[following.first] & DETERMINER)
    is_one = following.low == following.high == 1 and following.head >= 0 and not following.is_guess
    return is_plain and is_one and not has_article and not _has_name(sentence, following)


def _list_goes_on(sentence: Sentence, following: Group) -> bool:
    """Whether a joint follows people, over a name and an age of theirs: "his wife Ida (30) and"."""
    name = following.last + 1
    while name < sentence.size and not sentence.is_capitals and _is_word_of_name(sentence, name):
        name += 1
    after = after_age(sentence, name)
    if after >= sentence.size or not (sentence.mask[after] & CONJUNCTION or sentence.low[after] == ","):
        return False
    while after < sentence.size and (sentence.mask[after] & CONJUNCTION or sentence.low[after] == ","):
        after += 1
    entry = sentence.words[after].harm if after < sentence.size else None
    return entry is None or entry.form not in VERB_FORMS  # "the referee, an army captain, and injuring two"


def _is_word_of_name(sentence: Sentence, at: int) -> bool:
    return sentence.is_word(at) and sentence.is_capital(at) and not sentence.mask[at] & STRUCTURAL


def may_close_list(sentence: Sentence, member: Group) -> bool:
    """Whether people can be the last of a list: "his two guards", "two guards", "the driver"."""
    has_article = bool(sentence.mask[member.first] & DETERMINER)
    return member.is_owned or member.is_counted or (has_article and member.head >= 0)


def opens_family(sentence: Sentence, found: list[Group], before: Group) -> bool:
    """As in "two guards, a clerk and …"; or as in "the mayor, his wife and three children", the last as one group.

    And as headlines join people of two classes: "7 rebels, 1 soldier killed".
    """
    classes = {before.victim, found[0].victim} - {"unknown"}
    is_first = not before.first or sentence.low[before.first - 1] in _OPENERS | {";"}
    is_plain = all(one.head >= 0 and not one.is_guess for one in (before, found[0]))
    is_more = before.is_counted and (found[0].is_counted or ((before.low or 0) > 1 and found[0].low == 1))
    is_headed = is_first and is_plain and is_more and not found[0].is_definite
    return len(found) > 1 or bool(sentence.mask[found[0].first] & _POSSESSIVE) or (len(classes) > 1 and is_headed)


def is_degree(sentence: Sentence, group: Group) -> bool:
    """As in "wounded four, two seriously": a bare number, and after it nothing but an adverb."""
    at = group.last + 1
    if not group.is_bare or at >= sentence.size or sentence.words[at].harm is not None:
        return False
    is_how = sentence.mask[at] & ADVERB or sentence.low[at].endswith(sentence.rule_words.adverb_endings)
    return bool(is_how) and (at + 1 >= sentence.size or not sentence.is_word(at + 1))


def _names_unit(sentence: Sentence, at: int) -> bool:
    """As in "of the 3rd Division", "of the army": no verb can stand among such words."""
    low, people = sentence.low[at], sentence.words[at].people
    is_number = low[0].isdecimal() or low in sentence.rule_words.ordinal_endings
    is_unit = people is not None or low in sentence.rule_words.plain_formations
    return is_number or is_unit or sentence.is_capital(at) or bool(sentence.mask[at] & DETERMINER)


def without_named(sentence: Sentence, group: Group, found: list[Group], end: int) -> list[Group]:
    """As in "two guards, Omar Hadi and Nur Jan", "two men - a guard and a driver -": the list without the counted.

    `found` are the people listed after a group that ends before token `end`.
    """
    number = group.low or 0
    is_open = end < sentence.size and sentence.low[end] in _OPENERS and bool(found) and found[0].first <= end + 2
    if not is_open or not group.is_counted or group.is_name or number < 2:
        return found
    named = list(takewhile(lambda one: one.low == one.high == 1, found))
    names = sum(_has_name(sentence, one) for one in named)
    if not 0 < len(named) <= number or (sentence.low[end] in {",", "(", ":"} and not names):
        return found
    is_all = names == len(named) == number
    return found[len(named) :] if is_all or all(may_be_same(group.victim, one.victim) for one in named) else found


def described(sentence: Sentence, by_first: Mapping[int, Group], at: int) -> Group | None:
    """As in "Israeli civilians", "young villagers": people after words that are not in the vocabulary."""
    for probe in range(at, min(at + 4, sentence.size)):
        group = by_first.get(probe)
        if group is not None:
            is_own = group.is_counted or group.is_definite or group.is_pronoun or sentence.mask[probe] & INDEFINITE
            return None if is_own else group
        word, mask = sentence.words[probe], sentence.mask[probe]
        is_harm = word.harm is not None and not (word.harm.form in _STATES and probe + 1 in by_first)
        if not sentence.is_word(probe) or mask & STRUCTURAL or is_harm or word.cues:
            return None
    return None


def are_apart(sentence: Sentence, group: Group, following: Group) -> bool:
    """Whether a noun of harm that has people after it is not said of the next ones, who begin a clause or are hurt."""
    return _is_hurt_only(sentence, following, group.first) or _begins_clause(sentence, group, following)


def _is_hurt_only(sentence: Sentence, group: Group, first: int) -> bool:
    """As in "the bodies of four residents, and twelve wounded residents": who is only wounded is none of the dead.

    `first` is the first of those to whom a noun of death belongs.
    """
    if group.attribute < 0:
        return False
    entry = sentence.words[group.attribute].harm
    deaths = (sentence.words[at].harm for at in sentence.harms if at < first)
    is_injury = entry is not None and entry.harm == "injured"
    return is_injury and any(one is not None and one.harm == "killed" and one.form == "noun" for one in deaths)


def _begins_clause(sentence: Sentence, group: Group, following: Group) -> bool:
    """As in "they brought the bodies of two men ashore, and nine others were flown out": a clause with its own verb.

    Not in "the bodies of two men, and of nine others, were found", which is what the verb after the list says.
    """
    before, after = following.first - 1, following.last + 1
    is_joint = before > group.last + 1 and bool(sentence.mask[before] & CONJUNCTION) and sentence.low[before - 1] == ","
    is_verb = after < sentence.size and (
        bool(sentence.mask[after] & (BE | HAVE))
        or sentence.low[after].partition(" ")[0] in sentence.rule_words.finite_auxiliaries  # "were rescued"
    )
    return is_joint and is_verb and following.is_counted and not group.is_name and _is_object(sentence, group.first)


def _is_object(sentence: Sentence, first: int) -> bool:
    """As in "divers recovered the bodies of": a verb stands before the noun of harm that has people after it."""
    noun, words = max((at for at in sentence.harms if at < first), default=0), sentence.rule_words
    before = {part for low in sentence.low[max(0, noun - _OBJECT) : noun] for part in low.split(" ")}
    is_verb = any(low in words.past_verbs or low.endswith(words.participle_endings) for low in before)
    return is_verb and words.saying.isdisjoint(before)


def _has_name(sentence: Sentence, group: Group) -> bool:
    """Whether a name belongs to somebody: "constable Omar Hadi", "a guard, Omar Hadi"."""
    if group.is_name or (group.head >= 0 and group.last > group.head) or sentence.is_capitals:
        return group.is_name
    at = group.last + 1
    at += at < sentence.size and sentence.low[at] in _CLOSING
    at += at < sentence.size and sentence.low[at] == ","
    is_name = at < sentence.size and sentence.is_word(at) and sentence.is_capital(at)
    return is_name and not sentence.mask[at] & STRUCTURAL


def after_age(sentence: Sentence, at: int) -> int:
    """As in "Omar Hadi (40)", "a nurse, 54, a driver": the token after the age that follows somebody."""
    if at + 2 >= sentence.size:
        return at
    if sentence.low[at] == "(" and sentence.low[at + 2] == ")":
        return at + 3
    is_age = at + 1 not in sentence.quantities and sentence.low[at + 1].isdecimal()
    return at + 2 if is_age and sentence.low[at] == sentence.low[at + 2] == "," else at


def after_modifiers(sentence: Sentence, by_first: Mapping[int, Group], group: Group) -> int:
    """The first token after a group and an age, a short "of …", "from …" or name that belongs to it."""
    at = after_age(sentence, group.last + 1)
    if at < sentence.size and sentence.low[at] in sentence.rule_words.attribute_openers and not group.is_bare:
        return after_origin(sentence, by_first, at)
    while (
        at < sentence.size
        and at < group.last + 5
        and at not in by_first
        and goes_on_as_name(sentence, at)
        and not sentence.is_capitals
        and not sentence.mask[at] & STRUCTURAL
    ):
        at += 1
    return after_age(sentence, at)


def after_origin(sentence: Sentence, by_first: Mapping[int, Group], at: int, reach: int = _ORIGIN) -> int:
    """The token after a short "of …", "from …" that ends at a joint; `at` itself where there is none."""
    if at >= sentence.size or sentence.low[at] not in sentence.rule_words.attribute_openers:
        return at
    for probe in range(at + 1, min(at + reach, sentence.size)):
        if sentence.low[probe] == "," or sentence.mask[probe] & CONJUNCTION:
            return probe
        is_clause = sentence.mask[probe] & (BE | HAVE | RELATIVE | BARRIER) or sentence.words[probe].harm
        if is_clause or (probe in by_first and by_first[probe].is_counted):
            return at
    return at


def is_animal(sentence: Sentence, group: Group, comma: int) -> bool:
    """As in "Theo, a springer spaniel, was killed": the name is a thing's or an animal's."""
    if not group.is_name or comma + 1 >= sentence.size or not sentence.mask[comma + 1] & INDEFINITE:
        return False
    for at in range(comma + 2, min(comma + 7, sentence.size)):
        if sentence.low[at] in INSERTION:
            return bool(sentence.mask[at - 1] & THING)
    return False
