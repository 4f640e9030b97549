"""Groups of people in a sentence: who, how many, of which class.

A group is a noun for people with what stands before it ("five unarmed local villagers"), a bare number ("killing
three"), a pronoun, or, where nothing better is known, a number or an article with a noun that is no thing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import compress, count
from typing import TYPE_CHECKING

from watcher.detect.cues.denied_lists import deny_listed_people, deny_owned_people
from watcher.detect.people.descriptions import with_descriptions
from watcher.detect.people.families import count_as_kin, one_of_both
from watcher.detect.people.inclusions import know_wholes, without_told_apart
from watcher.detect.people.opposed import without_opposed
from watcher.detect.people.partitives import (
    count_of_wholes,
    counts_some_of_them,
    hands_of_ship,
    is_of_fraction,
    is_one_of,
    is_one_of_things,
    opens_fraction,
    own_people,
    the_next,
    the_other,
    the_rest,
)
from watcher.detect.people.tellers import without_tellers
from watcher.detect.words.ages import age_before, age_length, one_of_age
from watcher.detect.words.annotations import Group
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_compound, is_formation, names_action, read_phrase
from watcher.detect.words.tokens import (
    ADVERB,
    DEFINITE,
    DETERMINER,
    INDEFINITE,
    OTHERS,
    STRUCTURAL,
    THING,
    UNIT,
)
from watcher.detect.words.whose import class_of_body, is_serving

if TYPE_CHECKING:
    from watcher.config.words import PeopleWords
    from watcher.detect.words.annotations import Quantity
    from watcher.detect.words.phrases import Phrase
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import CountKind, Victim


_SINGULAR, _PLURAL = ROLES["singular_pronouns"], ROLES["plural_pronouns"]
_SOMEONE, _SUFFER = ROLES["someone"], ROLES["suffer"]
_OPENS = DETERMINER | _SINGULAR | _PLURAL | _SOMEONE
_STARTS, _NOUN = _OPENS | ROLES["people"], ROLES["people_noun"]
_SINGULAR_BE = ROLES["singular_be"]
_LETTERS, _POSSESSIVE = ROLES["letters"], ROLES["possessives"]
_DESCRIBED = 4  # words between a number and the thing that it counts
_AFTER_SIZE = frozenset({":", ",", ".", ";", "-", "–", "—"})
_SECOND = 2  # the first of the ordinals
_REACH = 7  # words between a number and its noun


def read_groups(sentence: Sentence) -> None:
    """Find every group of a sentence, in order, without overlap. Linear: a word is read a bounded number of times."""
    groups: list[Group] = []
    mask, quantities, done = sentence.mask, sentence.quantities, -1
    age_endings = sentence.rule_words.age_endings
    has_fraction = not sentence.rule_words.fractions.isdisjoint(sentence.present)
    starts = list(compress(count(), map(_STARTS.__and__, mask)))
    for at in sorted({*starts, *quantities}) if quantities else starts:
        if at > done and (group := _group_at(sentence, at)) is not None:
            if not group.is_guess and _is_one_more(sentence, group):
                group.is_other, group.is_definite = True, False
            if group.first and sentence.low[group.first - 1].endswith(age_endings):
                group.first = age_before(sentence, group.first)
            group.is_owned = bool(mask[at] & _POSSESSIVE)
            group.is_definite = group.is_definite and not _is_of_one_more(sentence, group)
            if has_fraction and is_of_fraction(sentence, group, at):
                group.low, group.high, group.kind = None, None, "none"
                group.is_guess &= sentence.low[group.head] not in sentence.rule_words.wholes  # "half of the platoon"
            groups.append(group)
            done = group.last
    if sentence.roles & _SOMEONE:
        groups = [one for one in groups if not _is_one_thing_more(sentence, one, groups)]
    sentence.groups = one_of_both(sentence, groups) if len(groups) > 1 else groups
    if 0 in [group.low for group in groups] or not sentence.rule_words.any_words.isdisjoint(sentence.present):
        sentence.groups = deny_listed_people(sentence, sentence.groups)
    sentence.groups = deny_owned_people(sentence, sentence.groups)
    if not sentence.rule_words.relatives_told.isdisjoint(sentence.present):
        sentence.groups = count_as_kin(sentence, sentence.groups)
    sentence.groups = without_opposed(sentence, without_tellers(sentence, sentence.groups))
    sentence.groups = count_of_wholes(sentence, sentence.groups)
    sentence.groups = without_told_apart(sentence, with_descriptions(sentence, sentence.groups))
    know_wholes(sentence)


def _is_of_one_more(sentence: Sentence, group: Group) -> bool:
    """As in "the driver of a van": nobody who was spoken of before."""
    if group.is_owned and sentence.low[group.first] in sentence.rule_words.its:
        return any(roles & INDEFINITE for roles in sentence.mask[: group.first])  # "a canoe sank and its two occupants"
    of = group.last + 1
    if group.head < 0 or group.low != 1 or of + 1 >= sentence.size:
        return False
    return sentence.low[of] in sentence.rule_words.genitive and bool(sentence.mask[of + 1] & INDEFINITE)


def _is_one_more(sentence: Sentence, group: Group) -> bool:
    """As in "a fourth died", "another victim", "a further two": others than those who were counted before."""
    words, first = sentence.rule_words, group.first
    if group.is_pronoun and not _is_alone(sentence, first + 1):
        return False  # "eliminated another group"
    if sentence.low[first] in words.ordinal_people:
        group.ordinal = words.ordinal_people.index(sentence.low[first]) + _SECOND
        return True
    if sentence.low[first] in words.one_more:
        return True
    is_further = first > 1 and bool(sentence.mask[first - 1] & OTHERS)
    return is_further and group.is_counted and bool(sentence.mask[first - 2] & INDEFINITE)


def _is_one_thing_more(sentence: Sentence, group: Group, groups: list[Group]) -> bool:
    """As in "one drone was lost and a second is missing": one more of the things that were counted before."""
    if not group.is_pronoun or not sentence.mask[group.first] & _SOMEONE or group.low != 1:
        return False
    before = [one for first, one in sentence.quantities.items() if first < group.first and not one.is_pronoun]
    if not before or any(before[-1].first <= one.first < group.first for one in groups):
        return False
    after = range(before[-1].last + 1, min(group.first, before[-1].last + 1 + _DESCRIBED))
    return any(sentence.mask[at] & THING for at in after)


def _group_at(sentence: Sentence, at: int) -> Group | None:
    """The group that begins at a token, if any."""
    if at in sentence.quantities:
        if sentence.low[at] in sentence.rule_words.both and _is_of_two_harms(sentence, at + 1):
            return None
        if sentence.quantities[at].low == 1 and is_one_of_things(sentence, at):
            return None
        return _counted(sentence, at, sentence.quantities[at], is_definite=False)
    mask, word = sentence.mask[at], sentence.words[at]
    if word.people is not None:
        if word.people.is_modifier and not any(roles & _NOUN for roles in sentence.mask[at + 1 : at + _REACH]):
            return None  # an adjective without its noun
        return None if _is_family_name(sentence, at) else _nouns(sentence, at, at)
    if mask & DETERMINER:
        is_next = at + 2 in sentence.quantities and _opens_number(sentence, at)
        return None if is_next else _with_article(sentence, at)
    if mask & _SOMEONE and sentence.low[at] in sentence.rule_words.ordinal_people:
        is_noun = not _is_alone(sentence, at + 1) or is_one_of(sentence, at)
        return _nouns(sentence, at, at + 1, article=INDEFINITE) if is_noun else _one_more(sentence, at)
    return _one_more(sentence, at) if mask & (_SINGULAR | _PLURAL | _SOMEONE) else None


def _one_more(sentence: Sentence, at: int) -> Group:
    """The group of a pronoun, or of a fraction that looks like one: "a third of the crew"."""
    group = _pronoun(sentence, at)
    return replace(group, low=None, high=None, kind="none") if opens_fraction(sentence, at) else group


def _is_of_two_harms(sentence: Sentence, at: int) -> bool:
    """As in "losses, both killed and wounded, came to 25": the two are no people."""
    entry = sentence.words[at].harm if at < sentence.size else None
    return entry is not None and entry.harm == "casualty" and " " in sentence.low[at]


def _is_family_name(sentence: Sentence, at: int) -> bool:
    """As in "Balaram Naik, a farmer": a rank right after a name, and no name after it."""
    if not at or sentence.is_capitals or not (sentence.is_capital(at) and sentence.is_capital(at - 1)):
        return False
    is_followed = at + 1 < sentence.size and sentence.is_word(at + 1) and sentence.is_capital(at + 1)
    is_first_name = not sentence.words[at - 1].is_known and sentence.is_word(at - 1)
    return is_first_name and not is_followed and not sentence.words[at].is_plural


def _opens_number(sentence: Sentence, at: int) -> bool:
    """As in "five lives, those of two guards and three clerks": the number after "those of" is a group of its own."""
    is_of = sentence.low[at + 1] in sentence.rule_words.genitive
    return is_of and bool(sentence.mask[at] & _PLURAL)


def _is_alone(sentence: Sentence, following: int) -> bool:
    """As in "a third was wounded", "a third sustained burns": no noun follows the ordinal."""
    if following >= sentence.size or not sentence.is_word(following):
        return True
    if sentence.words[following].people is not None:
        return False  # "a third victim"
    is_verb = bool(sentence.mask[following] & (STRUCTURAL | ADVERB | _SUFFER))
    return is_verb or sentence.words[following].harm is not None


def _with_article(sentence: Sentence, at: int) -> Group | None:
    """The group after an article: a number, a noun for people, or another noun; else a pronoun."""
    is_definite = bool(sentence.mask[at] & DEFINITE)
    following = at + 1
    while following < sentence.size and sentence.mask[following] & DETERMINER and following < at + 3:
        following += 1
    if following >= sentence.size:
        return _pronoun(sentence, at) if sentence.mask[at] & (_PLURAL | _SOMEONE) else None
    if following in sentence.quantities:
        if is_definite and sentence.low[following].partition(" ")[0] in sentence.rule_words.counting_nouns:
            return None  # "the number of martyrs": how many is said elsewhere
        return _counted(sentence, at, sentence.quantities[following], is_definite=is_definite)
    ranked = following + 1
    if is_definite and ranked in sentence.quantities and sentence.low[following] in sentence.rule_words.ranking:
        return _counted(sentence, at, sentence.quantities[ranked], is_definite=False)  # "the last four miners"
    if _is_numbered(sentence, following):
        return None
    length = age_length(sentence, following)
    if length and _is_alone(sentence, following + length):
        return one_of_age(sentence, at, following, length)
    if is_definite and (others := _the_others(sentence, at, following)) is not None:
        return others
    last = _plain_noun(sentence, following)
    if last >= 0:
        return None if names_action(sentence, last) else _guessed(sentence, at, last, is_definite=is_definite)
    return _with_noun(sentence, at, following, is_definite=is_definite)


def _with_noun(sentence: Sentence, at: int, following: int, *, is_definite: bool) -> Group | None:
    """The group of an article and a noun for people; else one more of those before, or a pronoun."""
    if is_definite and (one := the_next(sentence, at, following)) is not None:
        return one
    group = _nouns(sentence, at, following, article=DEFINITE if is_definite else INDEFINITE)
    if group is None and sentence.mask[at] & (_PLURAL | _SOMEONE | _SINGULAR):
        is_time = any(roles & UNIT for roles in sentence.mask[following : following + 2])  # "killed this week"
        return None if is_time or _is_owner_of_thing(sentence, at) else _pronoun(sentence, at)
    return group


def _is_owner_of_thing(sentence: Sentence, at: int) -> bool:
    """As in "her radar was dead": a thing that belongs to somebody, where "her leg" is of her."""
    is_thing = sentence.mask[at] & _POSSESSIVE and sentence.mask[at + 1] & THING
    return bool(is_thing) and sentence.low[at + 1] not in sentence.lexicon.limbs


def _the_others(sentence: Sentence, at: int, following: int) -> Group | None:
    """As in "the others", "the other", "the rest fled": those of whom nothing was said so far."""
    if sentence.mask[following] & OTHERS and _is_alone(sentence, following + 1):
        is_several = bool(sentence.mask[following] & _PLURAL)
        return _pronoun(sentence, following) if is_several else the_other(sentence, at, following)
    return the_rest(sentence, at, following)


def _is_numbered(sentence: Sentence, at: int) -> bool:
    """As in "the number two engine", "the No. 3 boiler": a label before its number."""
    is_label = sentence.low[at] in sentence.rule_words.counting_nouns and at + 1 < sentence.size
    return is_label and bool(sentence.mask[at + 1] & ROLES["numeric"])


def _pronoun(sentence: Sentence, at: int) -> Group:
    """The group of a pronoun: one person, somebody, two others at least, or those of whom the text spoke."""
    low, rule_words = sentence.low[at], sentence.rule_words
    if low in rule_words.unknown_person:
        return Group(at, at, is_pronoun=True, rules=("someone",))
    if sentence.mask[at] & (_SINGULAR | _SOMEONE):
        rules = ("pronoun", "he or she")
        return Group(at, at, 1, 1, "exact", is_definite=True, is_pronoun=True, rules=rules)
    if low in rule_words.further_people:
        return Group(at, at, 2, None, "vague", is_bare=True, is_other=True, rules=("others",))
    least = None if low in rule_words.unnumbered_pronouns else 2
    kind: CountKind = "none" if least is None else "vague"
    return Group(at, at, least, None, kind, is_definite=True, is_pronoun=True, rules=("pronoun",))


def _counted(sentence: Sentence, first: int, quantity: Quantity, *, is_definite: bool) -> Group | None:
    """The group of a number: with its noun, bare, or with a noun that may be people."""
    phrase = read_phrase(sentence, quantity.last + 1)
    inner = sentence.quantities.get(quantity.last + 1)
    if inner is not None and (quantity.kind == "vague" or quantity.low == 0):
        phrase = read_phrase(sentence, inner.last + 1)
        quantity = inner if quantity.low else replace(quantity, last=inner.last)
    if is_compound(sentence, phrase):
        return None
    if quantity.is_weak and phrase.head >= 0 and not sentence.words[phrase.head].is_plural:
        return None  # "a Class 10 student"
    group = _bare(first, quantity, is_definite=is_definite, is_other=phrase.is_other)
    is_described = phrase.modifier is not None and phrase.last > quantity.last and phrase.guess < phrase.last
    if phrase.head >= 0 or is_described:
        return _named(sentence, group, phrase)
    own = own_people(sentence, quantity.last + 1)
    has_hands = own < 0 and not sentence.rule_words.hands.isdisjoint(sentence.present)
    own = hands_of_ship(sentence, quantity) if has_hands else own
    if own >= 0:
        group.last, group.head, group.is_bare = own, own, False
        return group
    if quantity.is_weak or (phrase.guess >= 0 and phrase.is_thing):
        return None
    others = sentence.low[quantity.last + 1 : quantity.last + 2]
    if phrase.guess >= 0 and sentence.rule_words.further_people.isdisjoint(others):  # not "two others lay"
        group.last, group.head, group.is_bare, group.is_guess = phrase.guess, phrase.guess, False, True
        if _is_one_by_name(sentence, quantity, phrase.guess):
            group.is_guess, group.is_name = False, True
        elif _is_size(sentence, quantity.last) or _is_of_body(sentence, quantity.last + 1, phrase.guess):
            group.is_guess, group.victim = False, _class_of_formation(sentence, phrase.guess)
        return group
    group.last = max(group.last, phrase.last)
    group.last += counts_some_of_them(sentence, group)
    is_pair = sentence.low[quantity.first] in sentence.rule_words.pair_numbers and not group.is_other
    return _pair(replace(group, victim="civilian", head=group.last, is_bare=False), 1) if is_pair else group


def _pair(group: Group, couples: int) -> Group:
    """As in "an elderly couple", "two couples": two people each."""
    return replace(group, low=2 * couples, high=2 * couples, kind="exact", is_counted=True)


def _is_size(sentence: Sentence, at: int) -> bool:
    """As in "the four-strong patrol": how large a body of people is."""
    return sentence.low[at].rpartition("-")[2] in sentence.lexicon.numbers.sized


def _is_of_body(sentence: Sentence, of: int, noun: int) -> bool:
    """As in "two of the patrol": some of a body of people."""
    words, low = sentence.rule_words, sentence.low
    is_body = low[noun] in words.plain_formations or low[noun] in words.wholes
    return is_body and low[of] in words.genitive and bool(sentence.mask[of + 1] & DEFINITE)


def _class_of_formation(sentence: Sentence, noun: int) -> Victim:
    """As in "patrol", "platoon": a body of soldiers by its noun."""
    return "military" if sentence.low[noun] in sentence.rule_words.plain_formations else "unknown"


def _is_one_by_name(sentence: Sentence, quantity: Quantity, last: int) -> bool:
    """As in "the throat of one Omar Hadi": two names or more after a "one" that says who he is."""
    names = range(quantity.last + 1, last + 1)
    is_one = quantity.low == quantity.high == 1 and not sentence.is_capital(quantity.last)
    return is_one and len(names) > 1 and all(sentence.is_word(at) and sentence.is_capital(at) for at in names)


def _bare(first: int, quantity: Quantity, *, is_definite: bool, is_other: bool) -> Group:
    """The group of a number by itself: "two", "both", "none"."""
    return Group(
        first,
        quantity.last,
        quantity.low,
        quantity.high,
        quantity.kind,
        is_definite=is_definite or (quantity.is_pronoun and quantity.low != 0),
        is_pronoun=quantity.is_pronoun,
        is_bare=True,
        is_counted=True,
        is_other=is_other,
        rules=quantity.rules,
    )


def _nouns(sentence: Sentence, first: int, at: int, article: int = 0) -> Group | None:
    """The group of a noun without a number: one for a singular, two at least for a plural; `article` is its role."""
    phrase = read_phrase(sentence, at)
    if is_compound(sentence, phrase):
        return None
    if phrase.head < 0 and (phrase.modifier is None or not article or phrase.guess > phrase.last):
        return _guess(sentence, first, phrase, article)
    head = phrase.head if phrase.head >= 0 else phrase.last
    is_plural = sentence.words[head].is_plural and article != INDEFINITE
    group = _one_or_several(first, head, is_plural=is_plural)
    group.is_definite = article == DEFINITE
    group.rules = ("plural" if is_plural else "singular",)
    if phrase.head >= 0:
        return _named(sentence, group, phrase)
    group.is_guess, group.victim = True, phrase.modifier.victim if phrase.modifier else "unknown"
    return group


def _one_or_several(first: int, head: int, *, is_plural: bool) -> Group:
    """The group of a noun without a number: one, or two at least."""
    return (
        Group(first, head, 2, None, "vague", head=head) if is_plural else Group(first, head, 1, 1, "exact", head=head)
    )


def _guess(sentence: Sentence, first: int, phrase: Phrase, article: int) -> Group | None:
    """An article with a noun that is not in the vocabulary: people only where the harm says so."""
    if phrase.guess < 0 or phrase.is_thing or not article or names_action(sentence, phrase.guess):
        return None
    after = phrase.guess + 1
    if is_formation(sentence, phrase.guess) or (after < sentence.size and sentence.mask[after] & UNIT):
        return None  # "the Hill Regiment", "killed the same day"
    return _guessed(sentence, first, phrase.guess, is_definite=article == DEFINITE)


def _guessed(sentence: Sentence, first: int, last: int, *, is_definite: bool) -> Group:
    """The group of a noun outside the vocabulary; after "the" it can be a plural."""
    is_plural = is_definite and sentence.low[last].endswith(sentence.rule_words.plural_endings)
    group = _one_or_several(first, last, is_plural=is_plural)
    group.is_definite, group.is_guess, group.rules = is_definite, True, ("noun",)
    return _several_each(sentence, _collective(sentence, group, last), last)


def _plain_noun(sentence: Sentence, at: int) -> int:
    """The last of some words outside the vocabulary before a word of grammar: "the convoy was"; -1 for all else.

    Most articles stand before such words; they need none of what a noun for people does.
    """
    words, adverb_endings, last = sentence.words, sentence.rule_words.adverb_endings, at
    while last < sentence.size and last < at + _REACH and not words[last].is_known:
        if not sentence.mask[last] & _LETTERS or sentence.low[last].endswith(adverb_endings):
            return -1
        last += 1
    if last == at or last >= sentence.size or last == at + _REACH or not words[last].is_grammar:
        return -1
    return last - 1


def _named(sentence: Sentence, group: Group, phrase: Phrase) -> Group:
    """Give a new group its noun; it is made once for each noun of a text, hence changed in place."""
    head = phrase.head if phrase.head >= 0 else phrase.last
    group = _of_size(sentence, _collective(sentence, group, head + 1), head)
    entry = sentence.words[head].people
    group.victim, rules = _class_of(sentence, phrase, head, entry)
    group.last, group.head, group.is_bare = max(head, group.last), head, False
    group.is_child, group.is_woman, group.is_other = phrase.is_child, phrase.is_woman, phrase.is_other
    group.attribute = phrase.attribute
    group.rules = (*group.rules, *rules)
    return group


def _collective(sentence: Sentence, group: Group, at: int) -> Group:
    """As in "the civilian population": how many of them are meant is not said."""
    if group.is_counted or at >= sentence.size or sentence.low[at] not in sentence.rule_words.collectives:
        return group
    return replace(group, low=None, high=None, kind="none")


def _of_size(sentence: Sentence, group: Group, head: int) -> Group:
    """As in "a family of five": the number after it is how many they are; a couple are two."""
    if sentence.low[head] in sentence.rule_words.pairs and group.low == group.high and group.low:
        return _pair(group, group.low)
    is_whole = head + 1 < sentence.size and sentence.low[head + 1] in sentence.rule_words.genitive
    is_whole &= sentence.low[head] not in sentence.rule_words.kin  # not "a father of four"
    size = sentence.quantities.get(head + 2) if is_whole else _bracketed_size(sentence, head + 1)
    if (
        size is None
        or group.is_counted
        or (size.last + 1 < sentence.size and sentence.words[size.last + 1].people is not None)
    ):
        return _several_each(sentence, group, head)
    return replace(group, last=size.last, low=size.low, high=size.high, kind=size.kind, is_counted=True)


def _several_each(sentence: Sentence, group: Group, head: int) -> Group:
    """As in "his family was killed", "two squads were wiped out": two people at least in each."""
    is_body = sentence.low[head] in sentence.rule_words.bodies_of_people and group.low == group.high
    if not is_body or not group.low or (group.low > 1 and not sentence.words[head].is_plural):
        return group  # "a five-member family"
    return replace(group, low=2 * group.low, high=None, kind="vague")


def _bracketed_size(sentence: Sentence, at: int) -> Quantity | None:
    """As in "Injured soldiers (5): …": a number in brackets after a plural, before a sign."""
    size = sentence.quantities.get(at)
    if size is None or sentence.low[at] != "(" or not (sentence.words[at - 1].is_plural or size.low == 1):
        return None
    is_closed = size.last + 1 >= sentence.size or sentence.low[size.last + 1] in _AFTER_SIZE
    is_closed |= at + 1 < sentence.size and sentence.low[at + 1].isalpha()  # "policemen (three) and a driver (one)"
    return size if is_closed else None


def _class_of(
    sentence: Sentence, phrase: Phrase, head: int, entry: PeopleWords | None
) -> tuple[Victim, tuple[str, ...]]:
    """The class of the noun; a weak noun takes it from the words before it or after its "of"."""
    if entry is None:
        return "unknown", ()
    if entry.is_woman and head + 1 < sentence.size and is_serving(sentence, head + 1):
        served = class_of_body(sentence, head)
        if served is not None:
            return served[0], (entry.name, *served[1])
    if not entry.is_weak or (phrase.modifier is not None and phrase.modifier.is_woman and entry.victim != "unknown"):
        return entry.victim, (entry.name,)  # "a woman cadre"
    decided = (phrase.modifier.victim, (phrase.modifier.name,)) if phrase.modifier else class_of_body(sentence, head)
    if decided is not None:
        return decided[0], (entry.name, *decided[1])
    return entry.victim, (entry.name,)
