"""Which class words name, and whose side: the one place that asks it of a label, a heading, a subject or a row.

A word names the enemy ("hostile losses"), one's own side ("our dead"), a class by its noun or adjective ("students",
"rebel losses"), or a unit ("12 Battalion"), whose people are soldiers unless an adjective says otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.phrases import is_adjective_rank, is_formation, is_unit
from watcher.detect.words.tokens import AUXILIARY, BE, CONJUNCTION, STRUCTURAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from watcher.config.words import PeopleWords
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.lexicon import Lexicon
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Victim


_POSSESSIVE = ROLES["possessives"]
_FORCES: frozenset[Victim] = frozenset({"military", "police"})
_POLICE: frozenset[Victim] = frozenset({"police"})
_HEAD = re.compile(r"[\n:]")
_WORD = re.compile(r"[^\W\d_]+")
_HEADING = 8  # words of a line or a label that says so
_OPENING = 160  # characters of a text that say who speaks
_AFTER_NOUN = 6  # words between people and the comma before what is said of all of them
_SAID_OF_ALL = 14  # words of that
_SPEAKER = 5  # words between a verb of saying and whose words they are
_QUOTES = frozenset('"“”«»')
_BODY = 2  # words from "our" to the body that is ours
_BEFORE_UNIT = 3  # words before a unit that say of what it is: "a mobile police battalion"
_ENEMY, _NOUN, _OWN, _ADJECTIVE, _WEAK, _NOTHING = range(6)  # what decides first, where words name several classes


def class_at(sentence: Sentence, at: int, own: AbstractSet[str]) -> Victim | None:
    """The class that one word names; "unknown" for people of no class, None for all other words.

    `own` are words for the side that speaks.
    """
    return _named_at(sentence, at, own)[1]


def nearest_class(sentence: Sentence, tokens: Iterable[int], own: AbstractSet[str]) -> Victim | None:
    """The class that the first of some words names, in the order in which they are given."""
    for at in tokens:
        named = _named_at(sentence, at, own)[1]
        if named is not None and named != "unknown":
            return named
        if is_civil_body(sentence, at):
            return "civilian"
    return None


def class_of_formation(sentence: Sentence, tokens: Iterable[int]) -> Victim | None:
    """As in "on the side of the 88th Infantry Battalion": a unit named in some tokens is one of soldiers."""
    return "military" if any(is_formation(sentence, at) for at in tokens) else None


def is_civil_body(sentence: Sentence, at: int) -> bool:
    """As in "the charity", "a power company"; "the company" alone may be one of soldiers."""
    low, words = sentence.low[at], sentence.rule_words
    if low not in words.civil_bodies or low not in words.companies:
        return low in words.civil_bodies
    return at > 0 and sentence.is_word(at - 1) and not sentence.mask[at - 1] & STRUCTURAL


def main_class(sentence: Sentence, tokens: Sequence[int], own: AbstractSet[str]) -> Victim | None:
    """The class of a label or heading: the enemy's, else its noun's, its own side's, its adjective's.

    "unknown" where it names people of no class ("Passengers"), None where it names nobody.
    """
    named = [_named_at(sentence, at, own) for at in tokens]
    found = min(named, key=lambda one: one[0], default=(_NOTHING, None))
    return found[1] if found[0] < _NOTHING else _in_phrase(sentence, tokens)


def _in_phrase(sentence: Sentence, tokens: Sequence[int]) -> Victim | None:
    """As in "Civilian harm, week 12": the class that the first word of a fixed phrase names."""
    known = sentence.lexicon.words
    openers = (sentence.low[at].partition(" ") for at in tokens)
    entries = (known[first].people for first, blank, _ in openers if blank and first in known)
    return next((one.victim for one in entries if one is not None and one.victim != "unknown"), None)


def _named_at(sentence: Sentence, at: int, own: AbstractSet[str]) -> tuple[int, Victim | None]:
    """How much a word says, and the class that it names."""
    words, parts, entry = sentence.rule_words, sentence.low[at].rstrip(":").split(" "), sentence.words[at].people
    if not words.enemy_words.isdisjoint(parts) or _is_other_side(sentence, at):
        return _ENEMY, "combatant"
    if not own.isdisjoint(parts) and not _is_theirs(sentence, at) and not _is_of_civilians(sentence, at):
        return _OWN, own_force(sentence, own)
    if entry is not None and entry.victim != "unknown" and not is_adjective_rank(sentence, at):
        return _WEAK if entry.is_weak else _ADJECTIVE if entry.is_modifier else _NOUN, entry.victim
    is_body = not words.plain_formations.isdisjoint(parts) or not words.troop_bodies.isdisjoint(parts)
    if is_body or is_formation(sentence, at):
        return _OWN, _class_of_unit(sentence, at)
    return (_WEAK, "unknown") if entry is not None else (_NOTHING, None)


def _class_of_unit(sentence: Sentence, at: int) -> Victim:
    """Soldiers, but for "a police battalion", "the rebel brigade"."""
    before = (sentence.words[probe].people for probe in range(at - 1, max(-1, at - 1 - _BEFORE_UNIT), -1))
    return next((one.victim for one in before if one and one.victim in {"police", "combatant"}), "military")


def _is_other_side(sentence: Sentence, at: int) -> bool:
    """As in "the other side left nine dead"; not "the other side of the river"."""
    words, after = sentence.rule_words, at + 1
    if sentence.low[at] not in words.side_nouns or not at or sentence.low[at - 1] not in words.opposite:
        return False
    return after >= sentence.size or sentence.low[after] not in words.genitive


def _is_theirs(sentence: Sentence, at: int) -> bool:
    """As in "its own countrymen", "one of their own": of whoever the sentence speaks of."""
    is_own = sentence.low[at] in sentence.rule_words.own_people
    return is_own and at > 0 and bool(sentence.mask[at - 1] & _POSSESSIVE)


def _is_of_civilians(sentence: Sentence, at: int) -> bool:
    """As in "our hospital", "our aid organisation": a body that is no force."""
    return not sentence.rule_words.civil_bodies.isdisjoint(sentence.low[at + 1 : at + 1 + _BODY])


def own_force(sentence: Sentence, own: AbstractSet[str]) -> Victim:
    """Policemen where a sentence speaks of police and of no soldiers: "State Police: one of our men died".

    Where it speaks of neither, the words for the publisher's side decide, else how the text opens.
    """
    named: AbstractSet[Victim] = _forces_in(word.people for word in sentence.words)
    if not named and _speaks_for_civilians(sentence):
        return "civilian"
    if not named:
        named = _POLICE & forces_named(sentence.lexicon, own)
    if not named:
        named = forces_named(sentence.lexicon, _WORD.findall(sentence.text[:_OPENING].lower()))
    if not named and _is_of_rescuers(sentence):
        return "civilian"
    return "police" if named == _POLICE else "military"


def _is_of_rescuers(sentence: Sentence) -> bool:
    """As in "CIVIL DEFENCE OF SANA" over "three members of our crews", "Water Board: one of our men": who speaks."""
    head, *rest = _HEAD.split(sentence.text[:_OPENING].lstrip(), maxsplit=1)
    words, said = sentence.rule_words, set(_WORD.findall(head.lower()))
    if not rest or len(said) > _HEADING:
        return False
    return any(not said.isdisjoint(known) for known in (words.civil_speakers, words.civil_bodies, words.offices))


def _speaks_for_civilians(sentence: Sentence) -> bool:
    """As in "Three of our drivers are hurt," said the manager of the mine: whoever speaks is of no force."""
    words = sentence.rule_words
    verb = next((at for at in range(sentence.size - 1, 0, -1) if sentence.low[at] in words.saying), -1)
    first, last = max(0, verb - _SPEAKER), min(sentence.size, verb + 2 * _SPEAKER)
    mark = next((at for at in range(last - 1, first - 1, -1) if sentence.low[at] in _QUOTES), -1)
    if verb < 0 or mark < 0:
        return False
    known = (sentence.words[at].people for at in range(mark + 1, last))
    is_private = any(entry is not None and entry.victim == "civilian" for entry in known)
    return is_private or any(
        is_civil_body(sentence, at) or sentence.low[at] in words.civil_speakers for at in range(mark + 1, last)
    )


def forces_named(lexicon: Lexicon, words: Iterable[str]) -> set[Victim]:
    """Whether some words name police or soldiers."""
    return _forces_in(lexicon.words[word].people for word in words if word in lexicon.words)


def _forces_in(known: Iterable[PeopleWords | None]) -> set[Victim]:
    return {one.victim for one in known if one is not None and not one.is_weak and one.victim in _FORCES}


def class_of_body(sentence: Sentence, head: int) -> tuple[Victim, tuple[str, ...]] | None:
    """As in "members of the national police", "of 2nd Hill Battalion": the first word after "of" with a class."""
    of = head + 1
    if of < sentence.size and is_serving(sentence, of):
        of += " " not in sentence.low[of]  # "a man serving with the engineers"; "serving in" is one token
        return _named_after_of(sentence, of)
    if of >= sentence.size or sentence.low[of] not in sentence.rule_words.complements:
        return _modifier_before(sentence, head)
    is_police = sentence.low[head] in sentence.rule_words.police_titles  # who call their own "the force"
    if is_police and not sentence.rule_words.own_services.isdisjoint(sentence.low[of + 1 : of + 1 + _BODY]):
        return None
    return _named_after_of(sentence, of) or _owner_before(sentence, head)


def _named_after_of(sentence: Sentence, of: int) -> tuple[Victim, tuple[str, ...]] | None:
    """The first class that the words after an "of" name, up to a sign, a harm or a number."""
    for at in range(of + 1, min(of + 7, sentence.size)):
        entry = sentence.words[at].people
        if is_warship(sentence, at):
            return "military", ("formation",)
        if _is_political(sentence, of, at):
            leads = sentence.low[of - 1] in sentence.rule_words.political_leaders
            return ("official" if leads else "civilian"), ("civil body",)
        if entry is not None and not entry.is_weak and not is_adjective_rank(sentence, at):
            return None if _is_one_owner(sentence, at) else (entry.victim, (entry.name,))
        if is_unit(sentence, at):
            return None if _is_fire_corps(sentence, of, at) else ("military", ("formation",))
        if sentence.low[of] in sentence.rule_words.genitive and is_civil_body(sentence, at):  # not "in the town"
            return "civilian", ("civil body",)
        is_number = at in sentence.quantities and at > of + 1  # not "of one family"
        if sentence.low[at] in {",", ".", ";"} or sentence.words[at].harm or is_number:
            break
    return None


def _is_political(sentence: Sentence, of: int, body: int) -> bool:
    """As in "a supporter of the ruling party": a body without arms, which "a leader of the party" need not be."""
    words = sentence.rule_words
    is_body = sentence.low[body] in words.political_bodies
    return is_body and not words.political_adjectives.isdisjoint(sentence.low[of + 1 : body])


def _is_fire_corps(sentence: Sentence, of: int, formation: int) -> bool:
    """As in "firefighters of the Tarvik corps": a town's, where no number makes it a military one."""
    between = range(of + 1, formation)
    is_numbered = any(sentence.low[at][0].isdecimal() or at in sentence.quantities for at in between)
    return sentence.low[of - 1] in sentence.rule_words.helpers and not is_numbered


def is_warship(sentence: Sentence, at: int) -> bool:
    """As in "HMS Kent", "the INS Kavar": the letters before a warship's name, and its name."""
    if sentence.low[at] not in sentence.rule_words.ship_prefixes or at + 1 >= sentence.size:
        return False
    is_written = sentence.raw(at, at).isupper() and sentence.is_word(at + 1) and sentence.is_capital(at + 1)
    return is_written and not sentence.is_capitals


def _is_one_owner(sentence: Sentence, at: int) -> bool:
    """As in "bodyguards of the senator": one person, whose people are of no class by that; not "of the rebel group"."""
    entry, after = sentence.words[at].people, at + 1
    if entry is None or entry.is_modifier or sentence.words[at].is_plural or entry.victim in {"civilian", "combatant"}:
        return False
    if sentence.low[at].rpartition(" ")[2] in sentence.rule_words.force_ends:
        return False  # "members of the National Guard"
    return after >= sentence.size or not sentence.is_word(after) or bool(sentence.mask[after] & STRUCTURAL)


def owner_inside(sentence: Sentence, group: Group) -> bool:
    """As in "his wife", "four of her grandchildren": a possessive opens the people or stands before their noun."""
    return any(sentence.mask[at] & _POSSESSIVE for at in range(group.first, max(group.first, group.head) + 1))


def tells_what_follows(sentence: Sentence, colon: int) -> bool:
    """As in "Police report: 9 dead", "The ministry informs: …": the words before a colon say who tells, not of whom."""
    words, before = sentence.rule_words, sentence.low[colon - 1].split(" ") if colon > 0 else []
    return not (words.saying | words.announcing | words.affirming).isdisjoint(before)


def is_serving(sentence: Sentence, at: int) -> bool:
    """As in "serving with the engineers": a word before the unit that somebody belongs to."""
    return sentence.low[at].partition(" ")[0] in sentence.rule_words.serving


def _modifier_before(sentence: Sentence, head: int) -> tuple[Victim, tuple[str, ...]] | None:
    """The class that the word before a noun gives, or whoever owns it: "rebel leaders", "the charity's driver"."""
    entry = sentence.words[head - 1].people if head else None
    if entry is not None:
        return None if entry.is_weak else (entry.victim, (entry.name,))
    return _owner_before(sentence, head)


def _owner_before(sentence: Sentence, head: int) -> tuple[Victim, tuple[str, ...]] | None:
    """As in "the charity's driver", "the polio team's driver": of a civil body, or of one so described."""
    at = head - 2
    if at < 0 or sentence.low[head - 1] not in sentence.rule_words.possessive_marks:
        return None
    before = sentence.words[at - 1].people if at else None
    is_described = before is not None and before.is_modifier and before.victim == "civilian"
    return ("civilian", ("civil body",)) if is_described or is_civil_body(sentence, at) else None


def apposed(sentence: Sentence, group: Group) -> Victim:
    """As in "its driver, a primary school teacher, was killed": the description after a comma."""
    comma = group.last + 1
    if comma >= sentence.size or sentence.low[comma] != ",":
        return "unknown"
    one = next((one for one in sentence.groups if one.first == comma + 1 and one.low == 1), None)
    after = one.last + 1 if one is not None else sentence.size
    after += after < sentence.size and sentence.low[after] == ","
    is_listed = after + 1 < sentence.size and bool(
        sentence.mask[after] & CONJUNCTION
    )  # "a wife, a soldier and a nurse"
    is_listed &= after + 1 < sentence.size and sentence.words[after + 1].harm is None  # ", and wounded two"
    return "unknown" if one is None or is_listed else one.victim


def described_after(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim | None:
    """What a description between commas says of one or of all: "unknown" of one whom none describes."""
    if group.low == group.high == 1:
        return apposed(sentence, group)
    return _apposed_several(sentence, group) or _apposed_all(sentence, group, own)


def _apposed_several(sentence: Sentence, group: Group) -> Victim | None:
    """As in "two men, reservists of the 5th Regiment, were killed": a plural without a number between two commas."""
    begin = group.last + 2
    if not group.is_counted or begin >= sentence.size or sentence.low[begin - 1] != ",":
        return None
    noun = next((one for one in sentence.groups if one.first == begin), None)
    if noun is None or noun.head < 0 or noun.is_guess or noun.is_counted or not sentence.words[noun.head].is_plural:
        return None
    until = range(noun.last + 1, min(sentence.size - 1, noun.last + _SAID_OF_ALL))
    end = next((at for at in until if sentence.low[at] == ","), -1)
    is_verb = end > 0 and bool(sentence.mask[end + 1] & AUXILIARY or sentence.words[end + 1].harm)
    is_list = any(sentence.mask[at] & CONJUNCTION for at in range(begin, end + 1))
    return noun.victim if is_verb and not is_list and noun.victim != "unknown" else None


def _apposed_all(sentence: Sentence, group: Group, own: frozenset[str]) -> Victim | None:
    """As in "two men, both members of a banned group, were shot", "three men, all serving with 2 Battalion, fell"."""
    until = range(group.last + 1, min(sentence.size, group.last + 1 + _AFTER_NOUN))
    begin = next((at + 1 for at in until if sentence.low[at] == ","), sentence.size)
    if begin >= sentence.size or sentence.low[begin].partition(" ")[0] not in sentence.rule_words.all_of_them:
        return None
    end = next((at for at in range(begin, sentence.size) if sentence.low[at] == ","), sentence.size)
    is_told = any(sentence.mask[at] & BE for at in range(group.last + 1, begin))
    if is_told and any(sentence.mask[at] & AUXILIARY for at in range(begin, end)):
        return None  # "two brothers were hurt, both guards are in hospital"
    end = next((at for at in range(begin + 1, end) if _tells_what_befell(sentence, at)), end)
    return nearest_class(sentence, range(begin + 1, min(end, begin + _SAID_OF_ALL)), own)


def _tells_what_befell(sentence: Sentence, at: int) -> bool:
    """As in "both accused of attacking soldiers", "all shot by police": what was done to them, and others in it."""
    is_participle = sentence.low[at].endswith(sentence.rule_words.participle_endings)
    is_participle &= sentence.words[at].people is None  # not "a banned group"
    return sentence.words[at].harm is not None or (is_participle and not is_serving(sentence, at))


def is_by_himself(sentence: Sentence, event: HarmEvent, victim: Victim) -> bool:
    """As in "the man killed himself", "found the gunman dead of a self-inflicted wound": he fell in no fight.

    A soldier who does is a soldier, and so is a policeman; a suicide bomber is a fighter.
    """
    words, group = sentence.rule_words, event.group
    if group is None or event.entry.harm != "killed" or victim not in {"civilian", "combatant"}:
        return False
    is_fighter = victim == "combatant" and words.assailants.isdisjoint(sentence.present)
    if group.is_pronoun and sentence.low[group.first] in words.reflexives:
        return not is_fighter
    if victim != "combatant" or is_fighter:
        return False
    return any(low.startswith(words.self_inflicted) for low in sentence.low[event.at :])
