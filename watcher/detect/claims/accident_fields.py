"""Accidents of several kinds in one bulletin, as in "Nine died in traffic. On water four drowned. In fires two.".

What happened on the roads is no part of what happened on the water; a number after the name of another kind of accident
is of the same harm as the number before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.detect.claims.recounts import answered
from watcher.detect.words.lexicon import ROLES
from watcher.detect.words.tokens import DETERMINER, PREPOSITION
from watcher.model.claim import REPORTED

if TYPE_CHECKING:
    from watcher.detect.text.document import Document
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_THEM = ROLES["plural_pronouns"] | ROLES["of_whom"]
_SIGNS = frozenset({";", ":"})
_LEAST = 2  # sentences
_NOUNS = 2  # words of "house fires"
_FEW = 8  # words of "In house fires two people."


def count_by_field(document: Document) -> None:
    """Count what a sentence says of another kind of accident without its verb: "In fires two."."""
    if len(document.spans) < _LEAST:
        return
    with_harm = {event.sentence for event in document.events}
    pending = list(document.events)
    for event in pending:
        number = event.sentence + 1
        if number >= len(document.spans) or number in with_harm or not _counts(event):
            continue
        tokens = document.tokens(number)
        if tokens.size > _FEW or not tokens.numeric or not (kinds := field_of(tokens, range(tokens.size))):
            continue
        own, sentence = field_of(document.tokens(event.sentence), range(event.last + _FEW)), document.sentence(number)
        group = _only_number(sentence)
        if own and group is not None and own.isdisjoint(kinds):
            found = answered(event, sentence, group, event.claim.stance)
            with_harm.add(number)
            document.events.insert(document.events.index(event) + 1, found)
            pending.append(found)


def _counts(event: HarmEvent) -> bool:
    is_told = event.claim.stance in REPORTED and not event.claim.is_background and event.part_of is None
    return is_told and event.group is not None and event.group.is_counted and not event.is_cell


def _only_number(sentence: Sentence) -> Group | None:
    """The one number of a sentence, where at most the kind of accident follows: "In fires two.", "Two in fires."."""
    groups = [one for one in sentence.groups if one.is_counted]
    if len(groups) != 1 or not groups[0].low or groups[0].is_guess:
        return None
    after = range(groups[0].last + 1, sentence.size)
    rest = [at for at in after if sentence.is_word(at) and not sentence.mask[at] & (PREPOSITION | DETERMINER)]
    return groups[0] if len(rest) <= _NOUNS and all(field_of(sentence, range(at, at + 1)) for at in rest[-1:]) else None


def field_of(sentence: Sentence, tokens: range) -> set[int]:
    """The kinds of accidents that some tokens speak of: on roads, on water, in fires."""
    words = sentence.rule_words
    lows = {part for at in tokens if at < sentence.size for part in sentence.low[at].split(" ")}
    kinds = enumerate((words.on_roads, words.on_water, words.in_fires))
    return {kind for kind, nouns in kinds if not nouns.isdisjoint(lows)}


@dataclass(slots=True)
class AccidentFields:
    """The kinds of accidents of a text that sums them up: "in fires", "in traffic"; "the fire" is one accident."""

    document: Document
    known: bool | None = None

    def _are_summed(self) -> bool:
        """Whether any claim, or the sentence before it, names such a kind; asked once."""
        if self.known is not None:
            return self.known
        fields = self.document.lexicon.rule_words.fields_of_accidents
        told = {event.sentence for event in self.document.events}
        numbers = told | {number - 1 for number in told if number}
        self.known = not all(fields.isdisjoint(self.document.tokens(number).present) for number in numbers)
        return self.known

    def are_apart(self, total: HarmEvent, one: HarmEvent) -> bool:
        """As in "Nine died in traffic. On water four drowned.": no part of the nine."""
        if total.sentence == one.sentence or not self._are_summed():
            return False
        first, second = self._of(total), self._of(one)
        return bool(first and second) and first.isdisjoint(second)

    def _of(self, event: HarmEvent) -> set[int]:
        """The kinds that the words around an event name, from sign to sign."""
        sentence = self.document.tokens(event.sentence)
        if event.sentence and any(sentence.mask[at] & _THEM for at in range(event.last + 1, sentence.size)):
            before = self.document.tokens(event.sentence - 1)  # "41 collisions. Four died in three of them."
            return field_of(sentence, range(sentence.size)) or field_of(before, range(before.size))
        begin = next((at for at in range(event.first, -1, -1) if sentence.low[at] == ";"), 0)
        end = next((at for at in range(event.last + 1, sentence.size) if sentence.low[at] in _SIGNS), sentence.size)
        return field_of(sentence, range(begin, end))
