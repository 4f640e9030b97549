"""The words after a number or an article, as far as they belong to one noun for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.ages import age_length
from watcher.detect.words.labels import tells_which_people
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import ADVERB, CONJUNCTION, DEFINITE, OTHERS, PREPOSITION, STRUCTURAL, THING, UNIT

if TYPE_CHECKING:
    from watcher.config.words import HarmWords, PeopleWords
    from watcher.detect.words.tokens import Sentence


_LETTERS, _SUFFER = ROLES["letters"], ROLES["suffer"]
_POSSESSIVE = ROLES["possessives"]
_NO_NOUN = UNIT | _SUFFER | ROLES["total_cues"]  # "17 altogether"
_OF_WHOM, _PART, _FORMATION = ROLES["of_whom"], ROLES["part_openers"], ROLES["formations"]
_SPEECH, _PLURAL = ROLES["speech"], ROLES["plural_pronouns"]
_OWNED = 3  # words between a possessive and its noun
_REACH = 9  # words between a number and its noun
_ATTRIBUTES = frozenset({"participle", "adjective"})
_INNER_SIGNS = frozenset('-/“"‘#@')
_OPENING = frozenset("'‘")
_OWNER = 5  # words of an owner: "of the Third Army Corps's"
_QUOTED = 5  # words between two quotation marks
_DASHES = frozenset("-–—")  # with a blank on both sides one parts an insertion, it joins no words


class Phrase:
    """The words after a number or an article, as far as they can belong to one noun.

    No dataclass: it is made for every article of a text, and most of them change nothing of it.
    """

    head: int = -1
    last: int = -1
    guess: int = -1
    modifier: PeopleWords | None = None
    attribute: int = -1
    is_thing: bool = False
    is_child: bool = False
    is_woman: bool = False
    is_other: bool = False


def read_phrase(sentence: Sentence, at: int) -> Phrase:
    """Walk from `at` to the last noun for people within reach, over adjectives, "of the" and joined nouns."""
    phrase = Phrase()
    words, mask, quantities = sentence.words, sentence.mask, sentence.quantities
    stop = min(sentence.size, at + _REACH)
    position = at
    while position < stop:
        if not words[position].is_known and mask[position] & _LETTERS and position not in quantities:
            step = _take_unknown(sentence, phrase, position, 0)  # most words
        else:
            step = _step(sentence, phrase, position, at)
        if not step:
            break
        position += step
    return phrase


def _step(sentence: Sentence, phrase: Phrase, position: int, first: int) -> int:
    """How many tokens belong to the phrase here; 0 where it ends."""
    word, mask = sentence.words[position], sentence.mask[position]
    if not word.is_known and position not in sentence.quantities:
        return _step_plain(sentence, phrase, position, 0)
    if word.people is not None:
        return _take_people(sentence, phrase, position)
    if word.harm is not None:
        return _take_attribute(sentence, phrase, position, first)
    if position == first:
        length = _opening(sentence, phrase, position)
        if length:
            return length
    if mask & OTHERS and phrase.head < 0:
        phrase.is_other, phrase.last = True, position
        return 1
    if (word.cues or mask & CONJUNCTION) and not mask & THING and _may_stand_inside(sentence, phrase, position):
        return 1
    if mask & (STRUCTURAL | _PART) or word.cues or position in sentence.quantities:
        return _step_structural(sentence, phrase, position, mask)
    return _step_plain(sentence, phrase, position, mask)


def _step_plain(sentence: Sentence, phrase: Phrase, position: int, mask: int) -> int:
    """The step over a word that is not in the vocabulary or says little, or over a sign; most words are."""
    if sentence.mask[position] & _LETTERS:
        return _take_unknown(sentence, phrase, position, mask)
    return age_length(sentence, position) or _skip_sign(sentence, phrase, position)


def _step_structural(sentence: Sentence, phrase: Phrase, position: int, mask: int) -> int:
    """Where a phrase ends: at grammar, a cue or a number; a thing that is a cue as well is still a thing."""
    if mask & THING and not mask & STRUCTURAL and phrase.head < 0 and position not in sentence.quantities:
        phrase.guess, phrase.is_thing = position, True
        return 1
    return _skip_sign(sentence, phrase, position) if sentence.low[position] == "-" else 0


def _opening(sentence: Sentence, phrase: Phrase, position: int) -> int:
    """What may stand right after a number: "of them", "of the five", an article after "several of"."""
    mask, low = sentence.mask[position], sentence.low[position]
    if mask & _OF_WHOM:
        phrase.last = position
        return 1
    if low in sentence.rule_words.genitive:
        return 0 if _is_of_those(sentence, position + 1) else _skip_partitive(sentence, position)
    if mask & _POSSESSIVE and position and sentence.low[position - 1] in sentence.rule_words.both:
        return 1  # "both her patients"
    endings = sentence.rule_words.genitive_phrase_endings
    is_some = bool(mask & DEFINITE) and position > 0 and sentence.low[position - 1].endswith(endings)
    return _skip_partitive(sentence, position - 1) - 1 if is_some else 0  # "the last of the six hostages"


def _is_of_those(sentence: Sentence, at: int) -> bool:
    """As in "nine of those rescued": a participle says of whom they are, and no noun follows."""
    if at + 1 >= sentence.size or not sentence.mask[at] & _PLURAL or sentence.words[at + 1].people is not None:
        return False
    is_participle = sentence.low[at + 1].endswith(sentence.rule_words.participle_endings)
    return is_participle and not _leads_to_people(sentence, at + 2)


def _may_stand_inside(sentence: Sentence, phrase: Phrase, position: int) -> bool:
    """A cue that is only an adjective here ("two alleged militants"), or an "or" between two adjectives."""
    word, mask, low = sentence.words[position], sentence.mask[position], sentence.low[position]
    is_plain = " " not in low or all(cue.effect == "historical" for cue in word.cues)  # "a Korean War soldier"
    if word.cues and phrase.head < 0 and is_plain and not mask & STRUCTURAL and _is_soft(sentence, position):
        return True
    return bool(mask & CONJUNCTION) and _joins_adjectives(sentence, phrase, position)


def _joins_adjectives(sentence: Sentence, phrase: Phrase, position: int) -> bool:
    """As in "no Afghan or coalition soldiers": the noun comes after the second adjective."""
    after = position + 1
    if phrase.head >= 0 or (phrase.guess < 0 and phrase.modifier is None) or phrase.is_thing or after >= sentence.size:
        return False
    entry = sentence.words[after].people
    if entry is not None and not entry.is_modifier:
        return False
    return _leads_to_people(sentence, position)


def _is_soft(sentence: Sentence, position: int) -> bool:
    """Whether a cue may stand inside a group: "two alleged militants", "a training officer"."""
    cues = sentence.words[position].cues
    if all(cue.effect in {"alleged", "assessed"} for cue in cues):
        return sentence.low[position].endswith(sentence.rule_words.participle_endings)
    return all(cue.effect in {"rehearsed", "historical", "background"} for cue in cues)


def _take_people(sentence: Sentence, phrase: Phrase, position: int) -> int:
    """The step over a noun for people, the head of the phrase, or over a word that decides its class."""
    entry = sentence.words[position].people
    if entry is None or (phrase.head >= 0 and position > phrase.last + 2):
        return 0
    if phrase.head < 0 and is_adjective_rank(sentence, position):
        return 1
    phrase.is_child |= entry.is_child
    phrase.is_woman |= entry.is_woman
    if not entry.is_modifier:
        phrase.head = position
    if not entry.is_weak and (phrase.modifier is None or not entry.is_modifier):
        phrase.modifier = phrase.modifier or entry
    if phrase.modifier is not None and phrase.modifier.is_woman and entry.is_modifier and not entry.is_weak:
        phrase.modifier = entry  # "a woman rebel leader"
    if not entry.is_modifier or phrase.head < 0:
        phrase.last = position
    return 1


def _take_attribute(sentence: Sentence, phrase: Phrase, position: int, first: int) -> int:
    """As in "two wounded soldiers": a participle right after the number or the article, with the noun to come."""
    entry: HarmWords | None = sentence.words[position].harm
    if (
        entry is None
        or phrase.head >= 0
        or not (entry.form in _ATTRIBUTES or (entry.takes_object and not sentence.is_capital(position)))
    ):
        return 0
    endings = sentence.rule_words.genitive_phrase_endings
    is_of = bool(first) and sentence.low[first - 1].endswith(endings)  # "the last of the three missing"
    is_of = is_of and not phrase.is_other  # not "a number of others injured"
    if not _only_opens(sentence, first, position) and not is_of:
        return 0
    after = position + 1
    while after < sentence.size and after < position + 4:
        if sentence.words[after].people is not None:
            phrase.attribute = position
            return 1
        if sentence.mask[after] & STRUCTURAL or not sentence.is_word(after) or sentence.words[after].harm:
            break
        after += 1
    if position - first >= 1 and (is_of or sentence.low[first] in sentence.rule_words.genitive):
        phrase.last = position
        return 1
    return 0


def _only_opens(sentence: Sentence, first: int, position: int) -> bool:
    """Whether nothing but adverbs, articles, "other" and "of" stand before a participle."""
    rule_words = sentence.rule_words
    return all(
        sentence.mask[at] & (ADVERB | OTHERS | DEFINITE)
        or sentence.low[at] in rule_words.genitive
        or sentence.low[at].endswith(rule_words.adverb_endings)
        for at in range(first, position)
    )


def _skip_partitive(sentence: Sentence, position: int) -> int:
    """As in "one of the five soldiers", "four of the bus's passengers": over "of" and what goes before the noun."""
    after = position + 1
    after += after < sentence.size and sentence.low[after] in sentence.rule_words.whose  # "four of whose passengers"
    while after < sentence.size and (sentence.mask[after] & DEFINITE or after in sentence.quantities):
        after = sentence.quantities[after].last + 1 if after in sentence.quantities else after + 1
    return _after_owner(sentence, after) - position


def _after_owner(sentence: Sentence, at: int) -> int:
    """The token after "bus's", "3rd Battalion's", "victims'", where such an owner begins at a token; else the token."""
    for probe in range(at + 1, min(sentence.size - 1, at + _OWNER)):
        is_plural = sentence.low[probe] == "'" and sentence.words[probe - 1].is_plural and sentence.touches_left(probe)
        if is_plural or sentence.low[probe] in sentence.rule_words.possessive_marks:
            return probe + 1
        if not sentence.is_word(probe) or sentence.mask[probe] & STRUCTURAL:
            break
    return at


def _skip_sign(sentence: Sentence, phrase: Phrase, position: int) -> int:
    """How many tokens a sign takes inside a phrase: 1 or, where it ends the phrase, 0."""
    low, is_open = sentence.low[position], phrase.head < 0
    if low == "'" and is_open and _is_quote(sentence, position):
        return 1
    if is_plural_owner(sentence, position):
        after = sentence.words[position + 1].people if position + 1 < sentence.size else None
        is_of_people = after is not None and not after.is_modifier and phrase.head == position - 1
        return int(is_of_people or (is_open and phrase.modifier is not None))  # "the militants' commander"
    if low in _INNER_SIGNS or (low[0].isdecimal() and is_open):
        return int(low not in _DASHES or sentence.touches_left(position) or sentence.touches_right(position))
    if low == "(" and _is_short_name(sentence, position):
        is_inside = not is_open and position == phrase.last + 1 and _leads_to_people(sentence, position + 2)
        phrase.last = position + 2 if is_inside else phrase.last
        return 3 if is_open or is_inside else 0
    if low == "." and position and is_open and _is_shortened(sentence, position - 1):
        return 1
    return int(low == "," and is_open and _joins_to_people(sentence, phrase, position))


def _is_quote(sentence: Sentence, position: int) -> bool:
    """As in "an 'area commander'", "a 'commander-rank' woman": a mark before a word, or the one that closes it."""
    if not sentence.touches_left(position):
        return sentence.touches_right(position)
    begin = max(0, position - _QUOTED)
    return any(
        sentence.low[at] in _OPENING and not sentence.touches_left(at) and sentence.touches_right(at)
        for at in range(begin, position)
    )


def _is_shortened(sentence: Sentence, at: int) -> bool:
    """As in "three Natl. Guard soldiers": a word that a stop shortens."""
    return len(sentence.low[at]) <= 2 or sentence.low[at] in sentence.rule_words.abbreviations


def _is_short_name(sentence: Sentence, position: int) -> bool:
    """As in "two Central Reserve Police (CRP) troopers": a body's short name in brackets."""
    last = position + 2
    return last < sentence.size and sentence.low[last] == ")" and sentence.raw(position + 1, position + 1).isupper()


def is_plural_owner(sentence: Sentence, position: int) -> bool:
    """As in "the soldiers' bodies": an apostrophe right after a plural."""
    if sentence.low[position] != "'" or not sentence.touches_left(position):
        return False
    return sentence.low[position - 1].endswith(sentence.rule_words.plural_endings)


def _joins_to_people(sentence: Sentence, phrase: Phrase, comma: int) -> bool:
    """As in "three young, unarmed villagers": a comma between words before the noun; not "in the square, police"."""
    after = comma + 1
    if after >= sentence.size or not sentence.is_word(after) or sentence.mask[after] & STRUCTURAL:
        return False
    is_the = comma > 2 and sentence.mask[comma - 2] & DEFINITE and not sentence.mask[comma - 2] & _POSSESSIVE
    if is_the and sentence.mask[comma - 3] & PREPOSITION:
        return False
    before = sentence.words[comma - 1].people
    is_adjective = (phrase.guess >= 0 and before is None) or (before is not None and before.is_modifier)
    return is_adjective and (_leads_to_people(sentence, comma) or _lists_adjectives(sentence, after))


def _lists_adjectives(sentence: Sentence, at: int) -> bool:
    """As in "no Kenyan, Ugandan or NATO soldiers", from the second word on: one noun ends the whole list."""
    joint, last = at + 1, at + 2
    while joint + 1 < sentence.size and sentence.low[joint] == "," and sentence.is_word(joint + 1):
        joint, last = joint + 2, joint + 3
    if last >= sentence.size or not sentence.mask[joint] & CONJUNCTION or _is_noun(sentence, joint - 1):
        return False
    if _is_noun(sentence, last):
        return " " in sentence.low[last]  # "or army officers": adjective and noun are one token
    is_plain = sentence.is_word(last) and not sentence.mask[last] & STRUCTURAL
    return is_plain and _is_noun(sentence, last + 1) and sentence.words[last + 1].is_plural


def _is_noun(sentence: Sentence, at: int) -> bool:
    """Whether a token is a noun for people."""
    entry = sentence.words[at].people if at < sentence.size else None
    return entry is not None and not entry.is_modifier


def _leads_to_people(sentence: Sentence, position: int) -> bool:
    """Whether a noun for people follows after a few words that are not in the vocabulary."""
    for after in range(position + 1, min(position + 6, sentence.size)):
        entry = sentence.words[after].people
        if entry is not None and not entry.is_modifier:
            return True
        if sentence.low[after] == "(" and _is_short_name(sentence, after):
            return _leads_to_people(sentence, after + 2)
        is_stop = sentence.low[after] == "." and _is_shortened(sentence, after - 1)
        if sentence.mask[after] & (STRUCTURAL | THING) or not (sentence.is_word(after) or is_stop):
            return False
        if sentence.words[after].harm is not None or after in sentence.quantities:
            return False
    return False


def _is_followed(sentence: Sentence, position: int) -> bool:
    """Whether a noun may follow an adverb of place: "two downstream villages", not "two others nearby"."""
    after = position + 1
    return after < sentence.size and sentence.is_word(after) and not sentence.mask[after] & STRUCTURAL


def _take_unknown(sentence: Sentence, phrase: Phrase, position: int, mask: int) -> int:
    """The step over a word that may be the noun itself, or an adverb or an adjective before it."""
    low, rule_words = sentence.low[position], sentence.rule_words
    if phrase.head >= 0:
        if mask & _FORMATION and position == phrase.last + 1 and _leads_to_people(sentence, position):
            phrase.last = position  # "Reserve Police Force (RPF) personnel"
            return 1
        is_told = mask & (ADVERB | _SPEECH) or low in rule_words.saying  # "an officer told reporters"
        is_open = not sentence.is_capital(position) and not is_told
        return int(is_open and _leads_to_people(sentence, position))
    if mask & ADVERB or low.endswith(rule_words.adverb_endings):
        return int(phrase.guess < 0)
    if low in rule_words.occasion_adverbs and not _is_followed(sentence, position):
        return 0
    if mask & UNIT and _is_adjective_unit(sentence, position):
        return 1
    if mask & _NO_NOUN or low in rule_words.time_adjectives:
        return 0
    is_modified = phrase.modifier is not None
    is_said = low in rule_words.affirming and not sentence.is_capital(position)
    if is_modified and (is_said or _is_shared_verb(sentence, position)):
        return 0  # "the army says Omar Hadi was killed"
    if phrase.guess < 0 and phrase.modifier is None and _is_verb_of_number(sentence, position):
        return 0
    phrase.guess = position
    phrase.is_thing = bool(mask & THING)
    return 1


def _is_adjective_unit(sentence: Sentence, unit: int) -> bool:
    """As in "the second injured pilot", "two day labourers"."""
    if sentence.low[unit] in sentence.rule_words.sequence_adjectives:
        return _leads_to_people(sentence, unit)
    return tells_which_people(sentence, unit)


def _is_shared_verb(sentence: Sentence, position: int) -> bool:
    """As in "six suspected rebels pursued and killed": a participle joined to the harm, no noun."""
    after = position + 2
    if after >= sentence.size or not sentence.mask[position + 1] & CONJUNCTION:
        return False
    is_participle = sentence.low[position].endswith(sentence.rule_words.participle_endings)
    return is_participle and sentence.words[after].harm is not None


def _is_verb_of_number(sentence: Sentence, position: int) -> bool:
    """As in "six collapsed and two died", "five of them lie dead": a verb right after a number, and no noun to come."""
    if sentence.low[position] in sentence.rule_words.lying and sentence.is_harm(position + 1):
        number = position - 1 - int(bool(sentence.mask[position - 1] & _OF_WHOM))
        return any(one.last == number for one in sentence.quantities.values())
    if not sentence.quantities or not sentence.low[position].endswith(sentence.rule_words.participle_endings):
        return False
    if sentence.is_capital(position) or all(one.last != position - 1 for one in sentence.quantities.values()):
        return False
    if position + 1 >= sentence.size:
        return False
    is_end = bool(sentence.mask[position + 1] & (STRUCTURAL | ADVERB)) or not sentence.is_word(position + 1)
    return is_end and not _leads_to_people(sentence, position + 1)


def is_adjective_rank(sentence: Sentence, at: int) -> bool:
    """As in "a major transit camp", "two private guards", "a private firm": a rank that is none before such a word."""
    after = at + 1
    if sentence.low[at] not in sentence.rule_words.ranks_as_adjectives or after >= sentence.size:
        return False
    if sentence.low[after] in sentence.rule_words.wards:
        return True  # "the General Hospital"
    if not sentence.is_word(after) or sentence.is_capital(after):
        return False
    word, noun = sentence.words[after], sentence.words[after].people
    is_verb = sentence.low[after].endswith(sentence.rule_words.participle_endings + sentence.rule_words.act_endings)
    is_plain = noun is None and not (word.harm or word.cues or sentence.mask[after] & (STRUCTURAL | ADVERB | _SPEECH))
    is_plain &= not (word.is_known and is_verb)
    return is_plain or (noun is not None and not noun.is_modifier)


def names_action(sentence: Sentence, at: int) -> bool:
    """As in "the deaths of two rebels and the seizure of weapons": what is done, not who suffers it."""
    words = sentence.rule_words
    is_owner = at + 1 < sentence.size and sentence.low[at + 1] in words.genitive
    return is_owner and sentence.low[at].endswith(words.action_endings)


def is_compound(sentence: Sentence, phrase: Phrase) -> bool:
    """As in "a terrorist vehicle", "police stations", "the garrison's hopes": people only describe a thing."""
    if phrase.last < 0:
        return False
    after = _over_modifiers(sentence, max(phrase.head, phrase.last) + 1)
    if after >= sentence.size:
        return False
    if is_craft(sentence, after - 1):
        return True
    if sentence.low[after] in sentence.rule_words.possessive_marks:
        return _owns_thing(sentence, after + 1)
    word, mask = sentence.words[after], sentence.mask[after]
    if not mask & (THING | _FORMATION):
        return False  # most words
    if mask & _FORMATION and is_formation(sentence, after):
        return True
    is_thing = bool(mask & THING) and word.people is None and word.harm is None
    return is_thing and not (phrase.head == after - 1 and _is_plain_plural(sentence, phrase.head))


def _over_modifiers(sentence: Sentence, at: int) -> int:
    """The token after words that only say of which side something is: the vehicles of "enemy armoured vehicles"."""
    while at < sentence.size and (people := sentence.words[at].people) is not None and people.is_modifier:
        at += 1
    return at


def is_craft(sentence: Sentence, at: int) -> bool:
    """As in "his fighter crashed", "a bomber took off": an aircraft, not a man."""
    words, after = sentence.rule_words, at + 1
    return sentence.low[at] in words.crafts and after < sentence.size and sentence.low[after] in words.craft_verbs


def _is_plain_plural(sentence: Sentence, at: int) -> bool:
    """As in "cadres raid a village": nouns that describe a thing stand in the singular, so the thing is a verb."""
    people = sentence.words[at].people
    is_plural = sentence.words[at].is_plural and sentence.low[at].endswith(sentence.rule_words.plural_endings)
    return is_plural and people is not None and not (people.is_weak and people.victim == "unknown")


def _owns_thing(sentence: Sentence, at: int) -> bool:
    """Whether what stands after a possessive is a thing: "hopes", not "wife", "death" or "leg"."""
    limbs = sentence.lexicon.limbs
    for probe in range(at, min(at + _OWNED, sentence.size)):
        word = sentence.words[probe]
        if word.people is not None or word.harm is not None or sentence.low[probe] in limbs:
            return False
        if sentence.mask[probe] & THING:
            return True
        if sentence.mask[probe] & STRUCTURAL or not sentence.is_word(probe):
            return False
    return False


def is_formation(sentence: Sentence, at: int) -> bool:
    """As in "The Hill Regiment": a unit by its name, not a person."""
    return bool(sentence.mask[at] & _FORMATION) and sentence.is_capital(at) and not sentence.is_capitals


def is_unit(sentence: Sentence, at: int) -> bool:
    """As in "a platoon came under fire", "men of 12 Battalion": a unit by its kind or its name."""
    return sentence.low[at] in sentence.rule_words.plain_formations or is_formation(sentence, at)
