"""The part of `[rule_words]` by which it is found how far a condition, a telling or a denial reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.tables import Table

if TYPE_CHECKING:
    from watcher.config.values import Words, WordSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, init=False, eq=False)  # it is only extended
class ClauseRuleWords(Table):
    """Words that a rule asks for about clauses; see `RuleWords`, which has the others."""

    accusing_nouns: WordSet
    at_the_time: WordSet
    coming_to: WordSet
    nearly: WordSet
    warning: WordSet
    but_for: WordSet
    imagining: WordSet
    inverted_conditions: WordSet
    main_clause_openers: WordSet
    contrasting: WordSet
    plain_saying: WordSet
    # what opens a clause
    content_clause_openers: WordSet
    content_clause_endings: Words
    clause_breaks: WordSet
    clause_openers: WordSet
    case_openers: WordSet
    case_times: WordSet
    case_joints: WordSet
    time_openers: WordSet
    place_clauses: WordSet
    telling_on: WordSet
    truth_joints: Words
    belief_openers: WordSet
    open_questions: WordSet
    asked_openers: WordSet
    result_openers: WordSet
    doer_relatives: WordSet
    case_relatives: WordSet
    lesson_openers: Words
    any_person: WordSet
