"""Whose limb it is that was broken, shattered or torn off: "a clerk's jaw was broken", "had his leg blown off".

Only a part of somebody's body makes such a verb one of harm; the people are those to whom the part belongs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.people.name_groups import name_left, possessor_at
from watcher.detect.words.idioms import has_context
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import AUXILIARY, BE, DETERMINER, HAVE, MODAL, PREPOSITION, STRUCTURAL

if TYPE_CHECKING:
    from watcher.config.words import HarmWords
    from watcher.detect.harm.grammar import Clauses
    from watcher.detect.words.annotations import Group
    from watcher.detect.words.tokens import Sentence


_POSSESSIVE = ROLES["possessives"]
_OBJECT = 8  # words between a verb and the limb that is its object
_COST = 8  # words from those who lost a limb to the limb
_DESCRIBED = 4  # words between an owner and the limb: "his lower left arm"


def limb_owners(clauses: Clauses, at: int, entry: HarmWords) -> tuple[list[Group], str]:
    """The people whose limb the participle at a token takes, and its voice.

    The limb stands after it or before its auxiliary, or somebody "had" it so.
    """
    sentence, limbs = clauses.sentence, frozenset(entry.tail)
    begin = clauses.first_auxiliary(at, AUXILIARY)
    limb = clauses.skip_left(begin - 1)
    if limb < 0 or sentence.low[limb] not in limbs:
        is_passive = begin < at
        return (
            (_of_passive(clauses, limb, limbs), "passive") if is_passive else (_of_active(clauses, at, limbs), "active")
        )
    if sentence.mask[begin] & MODAL and sentence.low[limb - 1] in sentence.rule_words.whose:
        return [], "passive"  # "a casualty whose neck may be broken"
    owner = _owner(clauses, limb)
    if begin == at:  # "three recruits had their ribs cracked"
        verb = _before_owner(clauses, limb)
        had = verb > 0 and sentence.mask[verb] & HAVE and not sentence.mask[verb] & BE
        owner = clauses.subject_of(clauses.first_auxiliary(verb, AUXILIARY), is_person=True) if had else owner
    return owner, "passive"


def limb_hit(clauses: Clauses, at: int, entry: HarmWords) -> tuple[list[Group], str]:
    """As in "tore both hands off a boy", "a girl's foot was crushed": by a verb that hurts nobody without a limb."""
    limbs = clauses.sentence.lexicon.limbs
    if entry.hits_limbs and clauses.sentence.low[at - 1] not in limbs:  # "the keeper's hand hit the ball"
        return limb_owners(clauses, at, replace(entry, tail=tuple(limbs)))
    return _taken_off(clauses, at, limbs), "active"


def cost_a_limb(clauses: Clauses, at: int, entry: HarmWords) -> list[Group]:
    """As in "cost two schoolchildren their legs", "cost him the sight of one eye": those whom it cost a limb."""
    sentence, words = clauses.sentence, clauses.sentence.rule_words
    people = [] if has_context(sentence, at, entry) else clauses.object_at(at + 1)
    if not people or people[0].is_guess or (people[0].is_pronoun and people[0].low != 1):
        return []
    first, taken = people[0].last + 1, sentence.lexicon.limbs | words.senses
    limb = next((one for one in range(first, min(sentence.size, first + _COST)) if sentence.low[one] in taken), -1)
    after = sentence.mask[limb + 1 : limb + 2]
    is_noun = bool(after) and sentence.is_word(limb + 1) and not after[0] & STRUCTURAL  # "his head start"
    is_near = limb > first and not is_noun and any(_opens_limb(sentence, one) for one in (limb - 1, limb - 2))
    return people[:1] if is_near else []


def _opens_limb(sentence: Sentence, at: int) -> bool:
    """As in "his left foot", "three fingers": a determiner or a number before a limb."""
    return bool(sentence.mask[at] & DETERMINER) or any(one.last == at for one in sentence.quantities.values())


def _taken_off(clauses: Clauses, at: int, limbs: frozenset[str]) -> list[Group]:
    """As in "tore both hands off a boy", "blew a foot from under a shepherd": the people after the limb."""
    sentence = clauses.sentence
    limb = _limb_after(clauses, at, limbs)
    is_off = limb > 0 and limb + 2 < sentence.size and sentence.low[limb + 1] in sentence.rule_words.off
    return [one for one in clauses.object_at(limb + 2)[:1] if not one.is_guess] if is_off else []


def _limb_after(clauses: Clauses, at: int, limbs: frozenset[str]) -> int:
    """The limb that is the object of a verb at a token, or 0."""
    sentence = clauses.sentence
    limb = next((one for one in range(at + 1, min(sentence.size, at + _OBJECT)) if sentence.low[one] in limbs), 0)
    return 0 if any(sentence.mask[one] & (AUXILIARY | PREPOSITION) for one in range(at + 1, limb)) else limb


def _owner(clauses: Clauses, limb: int) -> list[Group]:
    """As in "his left arm", "two policemen's arms", "Constable Roe's collarbone"."""
    sentence, marks = clauses.sentence, clauses.sentence.rule_words.possessive_marks
    for at in range(limb - 1, max(-1, limb - _DESCRIBED), -1):
        possessor = possessor_at(sentence, at)
        if possessor is not None:
            return [possessor]
        if sentence.low[at] in sentence.rule_words.whose:
            return _whose(clauses, at)
        is_plural = sentence.low[at] == "'" and at > 0 and sentence.words[at - 1].is_plural
        if is_plural or sentence.low[at] in marks:
            group = clauses.by_last.get(at - 1) or name_left(sentence, at - 1, is_owner=True)
            return [group] if group is not None and not group.is_guess else []
        if not sentence.is_word(at) or sentence.mask[at] & (STRUCTURAL & ~DETERMINER):
            break
    return []


def _whose(clauses: Clauses, at: int) -> list[Group]:
    """As in "the night watchman, whose jaw is broken": the people before "whose"."""
    before = at - 1 - (clauses.sentence.low[at - 1] == ",")
    group = clauses.people_before(before) if before >= 0 else None
    return [group] if group is not None and not group.is_guess else []


def _before_owner(clauses: Clauses, limb: int) -> int:
    """The token before the possessive of a limb, or -1."""
    mask = clauses.sentence.mask
    owner = next((at for at in range(limb - 1, max(0, limb - _DESCRIBED), -1) if mask[at] & _POSSESSIVE), 0)
    return clauses.skip_left(owner - 1) if owner else -1


def _of_passive(clauses: Clauses, last: int, limbs: frozenset[str]) -> list[Group]:
    """As in "the legs of two sappers were crushed", `last` being the token before the verb."""
    sentence = clauses.sentence
    group = clauses.people_before(last) if last > 1 else None
    if group is None or group.is_guess or group.first < 2 or sentence.low[group.first - 2] not in limbs:
        return []
    return [group] if sentence.low[group.first - 1] in sentence.rule_words.genitive else []


def _of_active(clauses: Clauses, at: int, limbs: frozenset[str]) -> list[Group]:
    """As in "took off both his legs", "broke a clerk's jaw", "shattered the knee of a corporal"."""
    sentence = clauses.sentence
    limb = _limb_after(clauses, at, limbs)
    if not limb:
        return []
    if torn := _taken_off(clauses, at, limbs):
        return torn
    if limb + 1 < sentence.size and sentence.low[limb + 1] in sentence.rule_words.genitive:
        return [group for group in clauses.object_at(limb + 2) if not group.is_guess]
    owner = _owner(clauses, limb)
    return _his_own(clauses, at, owner[0]) if owner and owner[0].is_pronoun else owner


def _his_own(clauses: Clauses, at: int, owner: Group) -> list[Group]:
    """As in "a marine twisted his knee": of whoever stands right before the verb; not "shrapnel gashed his leg"."""
    subject = clauses.by_last.get(clauses.skip_left(at - 1))
    is_one = subject is not None and not subject.is_guess and subject.low == subject.high == owner.low == 1
    return [subject] if subject is not None and is_one else [owner]
