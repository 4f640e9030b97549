"""Harm in a game, which is none: "the visitors were slaughtered 9-1", "our striker was injured"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.detect.words.annotations import VERB_FORMS
from watcher.detect.words.tokens import INDEFINITE

if TYPE_CHECKING:
    from watcher.detect.words.annotations import Group, HarmEvent
    from watcher.detect.words.tokens import Sentence


_DASHES = frozenset({"-", "–", "—"})


def is_of_game(sentence: Sentence, event: HarmEvent) -> bool:
    """As in "his pack was slaughtered in the scrum": a side that only lost, by a verb of killing."""
    group, entry = event.group, event.entry
    if entry.harm == "injured" and group is not None and _is_player(sentence, group):
        return True
    if entry.harm != "killed" or entry.form not in VERB_FORMS:
        return False
    is_side = group is not None and group.is_guess and not sentence.mask[group.first] & INDEFINITE
    is_team = group is not None and group.is_definite and not group.is_counted and group.kind == "vague"
    is_open = is_side or is_team or group is None or (group.is_pronoun and group.low is None)
    return is_open and _is_game(sentence)


def _is_player(sentence: Sentence, group: Group) -> bool:
    """As in "our striker was injured"; not "a bomb at the match injured a referee"."""
    words = sentence.rule_words
    is_player = group.head >= 0 and sentence.low[group.head] in words.game_words
    return is_player and (words.events | words.calamities).isdisjoint(sentence.present)


def _is_game(sentence: Sentence) -> bool:
    """Whether a sentence has words of a game, or a score that somebody won by: "won 41-3"."""
    words = sentence.rule_words
    if not words.game_words.isdisjoint(sentence.present):
        return True
    wins = (at for at, low in enumerate(sentence.low) if low in words.winning)
    return any(is_score(sentence, at) for win in wins for at in range(win + 1, min(win + 4, sentence.size)))


def is_score(sentence: Sentence, at: int) -> bool:
    """As in "the visitors were slaughtered 9-1": two numbers that count nobody, right after the harm."""
    if at + 2 >= sentence.size or not (sentence.low[at].isdecimal() and sentence.low[at + 2].isdecimal()):
        return False
    is_joined = sentence.low[at + 1] in _DASHES and sentence.touches_left(at + 2)
    return is_joined and (at + 3 >= sentence.size or sentence.words[at + 3].people is None)
