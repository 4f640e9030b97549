"""The part of `[rule_words]` by which people, their names and what refers to them are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.clause_rule_words import ClauseRuleWords

if TYPE_CHECKING:
    from watcher.config.values import Words, WordSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, init=False, eq=False)  # it is only extended
class PeopleRuleWords(ClauseRuleWords):
    """Words that a rule asks for about people; see `RuleWords`, which has the others."""

    # groups of people and their numbers
    definite_articles: Words
    never_last: Words
    genitive: WordSet
    partitive: WordSet
    inverting: WordSet
    search_endings: Words
    genitive_phrase_endings: Words
    complements: WordSet
    ordinal_people: Words
    one_more: WordSet
    unknown_person: WordSet
    further_people: WordSet
    remaining: WordSet
    unnumbered_pronouns: WordSet
    time_adjectives: WordSet
    age_endings: Words
    age_adjectives: WordSet
    decades: WordSet
    age_measures: WordSet
    age_units: WordSet
    ordinal_endings: WordSet
    possessive_marks: Words
    adverb_endings: Words
    adjective_endings: Words
    ranks_as_adjectives: WordSet
    participle_endings: Words
    gerund_endings: Words
    plural_endings: Words
    action_endings: Words
    # names
    rank_classes: WordSet
    reserve_marks: WordSet
    name_particles: WordSet
    unnamed_openers: WordSet
    thanking: WordSet
    populations: WordSet
    well_wishes: WordSet
    seizing: WordSet
    bare_name_particles: WordSet
    name_suffixes: WordSet
    surname_suffixes: Words
    masculine: WordSet
    capacity: WordSet
    former: WordSet
    latter: WordSet
    description_ends: WordSet
    describing: WordSet
    seeming: WordSet
    no_place_openers: WordSet
    list_openers: WordSet
    home_nouns: WordSet
    singular_possessives: WordSet
    name_openers: WordSet
    name_introductions: WordSet
    identifying: WordSet
    person_pronouns: WordSet
    subject_pronouns: WordSet
    all_of_them: WordSet
    unit_particles: WordSet
    # references
    not_referring: WordSet
    everybody: WordSet
    aboard: WordSet
    aboard_openers: WordSet
    inside_openers: WordSet
    craft_losses: WordSet
    run_into: WordSet
    into: WordSet
    ways_into: WordSet
    carrying: WordSet
    before_that: WordSet
    traces: WordSet
    patient_openers: WordSet
    conceding: WordSet
    costing: WordSet
    surviving_sinkings: Words
    prices: WordSet
    sideless: WordSet
    sustaining: WordSet
    bearing: WordSet
    crew: WordSet
    crew_roles: WordSet
    including_verbs: WordSet
    force_ends: WordSet
    telling_losses: WordSet
    ship_prefixes: WordSet
    kinds_of_people: WordSet
    nationality_endings: Words
    ridden: WordSet
    war_craft: WordSet
    civil_aircraft: WordSet
    trade_craft: WordSet
    riders: WordSet
    hands: WordSet
    private_people: WordSet
    civil_loads: WordSet
    columns: WordSet
    civil_craft: WordSet
    vessel_pronouns: WordSet
    both: WordSet
    police_ranks: WordSet
    running_labels: Words
    police_titles: WordSet
    own_services: WordSet
    hostile_bodies: WordSet
    obstacles: WordSet
    deputies: WordSet
    sheriffs: WordSet
    attacking: WordSet
    scenes: WordSet
    target_openers: WordSet
    having_lost: WordSet
    numbering: WordSet
    met: WordSet
    them: WordSet
    answering: WordSet
    returning: WordSet
    # next of kin, and what they are told; what is torn off or lost
    parents: WordSet
    offspring: WordSet
    spouses: WordSet
    relations: WordSet
    relatives_told: WordSet
    off: WordSet
    senses: WordSet
    role_playing: WordSet
    missiles: WordSet
    turning_up: WordSet
    headline_places: WordSet
    open_air: WordSet
    deadly_things: WordSet
    patients_for: WordSet
    tellings: WordSet
    whom: WordSet
    side_pronouns: WordSet
    owner_signs: WordSet
    side_bills: WordSet
