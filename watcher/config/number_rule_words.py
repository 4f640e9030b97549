"""The part of `[rule_words]` by which numbers are told apart: of which order, day, person or accident they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.people_rule_words import PeopleRuleWords

if TYPE_CHECKING:
    from watcher.config.values import Words, WordSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, init=False, eq=False)  # it is only extended
class NumberRuleWords(PeopleRuleWords):
    """Words that a rule asks for about numbers; see `RuleWords`, which has the others."""

    ordinals: Words
    sequence_adjectives: WordSet
    adjective_units: WordSet
    ranking: WordSet
    comparison_endings: Words
    beginnings: WordSet
    numbered_units: WordSet
    trade_endings: Words
    age_openers: WordSet
    age_joints: WordSet
    bare_year_openers: WordSet
    time_relatives: WordSet
    duration_openers: WordSet
    in_course_of: WordSet
    mishaps: WordSet
    manner_openers: WordSet
    surviving: WordSet
    days_before: Words
    insides: WordSet
    its: WordSet
    treating_as: WordSet
    askers: WordSet
    answerers: WordSet
    known_to: WordSet
    such: WordSet
    earlier_than: WordSet
    earlier_ones: WordSet
    one_of_events: WordSet
    lost_things: WordSet
    losing_things: WordSet
    series_spans: WordSet
    of_bodies: WordSet
    correcting_openers: WordSet
    plain_harms: WordSet
    manners_of_harm: WordSet
    fields_of_accidents: WordSet
    on_roads: WordSet
    on_water: WordSet
    in_fires: WordSet
    become: WordSet
    earlier_openers: WordSet
    current_words: WordSet
    changing: WordSet
    recounters: WordSet
    reached_by: WordSet
    past_auxiliaries: WordSet
    lead_ins: WordSet
