"""`[rule_words]` of a vocabulary: words and endings that a single rule of the detector asks for."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass


def _spelt(word: str) -> str:
    if not word.strip() or word != word.lower():
        raise ValueError(f"{word!r} must be written in small letters and not be empty")
    return word


Word = Annotated[str, AfterValidator(_spelt)]
WordSet = frozenset[Word]  # asked whether it holds a word
Words = tuple[Word, ...]  # in the order of the file: the ends of words, and what goes into a pattern


# Every part of the file refuses unknown keys and does not change after reading. Rules ask for parts at every word: they
# have slots because those are read three times as fast as the fields of a model.
CLOSED = ConfigDict(extra="forbid")


@dataclass(config=CLOSED, frozen=True, slots=True, kw_only=True)
class RuleWords:
    """Words and ends of words that a rule asks for by what they do in a sentence; `en.toml` says of each what for.

    None of them makes a word known: they decide nothing but their rule.
    """

    # sentences
    abbreviations: WordSet
    closing_abbreviations: WordSet
    reserve_abbreviations: WordSet
    one_letter_words: WordSet
    sentence_openers: WordSet
    # groups of people and their numbers
    definite_articles: Words
    genitive: WordSet
    partitive: WordSet
    genitive_phrase_endings: Words
    complements: WordSet
    ordinal_people: Words
    one_more: WordSet
    unknown_person: WordSet
    further_people: WordSet
    unnumbered_pronouns: WordSet
    time_adjectives: WordSet
    age_endings: Words
    age_measures: WordSet
    age_units: WordSet
    ordinal_endings: WordSet
    possessive_marks: Words
    adverb_endings: Words
    adjective_endings: Words
    ranks_as_adjectives: WordSet
    participle_endings: Words
    plural_endings: Words
    action_endings: Words
    # names
    rank_classes: WordSet
    reserve_marks: WordSet
    name_particles: WordSet
    bare_name_particles: WordSet
    name_suffixes: WordSet
    surname_suffixes: Words
    capacity: WordSet
    no_place_openers: WordSet
    list_openers: WordSet
    home_nouns: WordSet
    singular_possessives: WordSet
    name_openers: WordSet
    name_introductions: WordSet
    identifying: WordSet
    person_pronouns: WordSet
    all_of_them: WordSet
    unit_particles: WordSet
    # references
    not_referring: WordSet
    everybody: WordSet
    aboard: WordSet
    aboard_openers: WordSet
    before_that: WordSet
    traces: WordSet
    patient_openers: WordSet
    conceding: WordSet
    costing: WordSet
    crew: WordSet
    war_craft: WordSet
    trade_craft: WordSet
    both: WordSet
    police_titles: WordSet
    deputies: WordSet
    sheriffs: WordSet
    attacking: WordSet
    returning: WordSet
    # harms and their people
    attribute_openers: WordSet
    clause_breaks: WordSet
    list_fillers: WordSet
    loose_companions: WordSet
    content_clause_openers: WordSet
    content_clause_endings: Words
    reflexives: WordSet
    agent_openers: WordSet
    range_openers: WordSet
    number_prepositions: WordSet
    start_openers: WordSet
    harm_joints: WordSet
    doubtful_complements: WordSet
    one_body: WordSet
    plural_possessives: WordSet
    wound_openers: WordSet
    finding_openers: WordSet
    treating: WordSet
    estimates: WordSet
    place_adverbs: WordSet
    lives_verbs: WordSet
    lives_verbs_after: WordSet
    number_phrase_endings: Words
    toll_verbs: WordSet
    account_labels: Words
    account_joints: Words
    clock_times: WordSet
    clock_units: Words
    recount_openers: WordSet
    times_of_day: WordSet
    changing: WordSet
    counting_nouns: WordSet
    respective: WordSet
    counting_joints: WordSet
    step_openers: WordSet
    coordinators: WordSet
    freeing: WordSet
    cause_openers: WordSet
    person_relatives: WordSet
    membership: WordSet
    generic_labels: WordSet
    fatal_wounds: Words
    proving: WordSet
    lying: WordSet
    reckoning: WordSet
    lowering: WordSet
    losing_nouns: WordSet
    partitive_openers: WordSet
    loss_periods: WordSet
    kin: WordSet
    kinsfolk: Words
    own_people: WordSet
    fractions: WordSet
    elliptic_places: WordSet
    weekday_openers: WordSet
    incident_openers: Words
    incident_place_openers: Words
    date_openers: Words
    # confidence
    life_words: WordSet
    memorial_titles: Words
    # earlier statements
    admissions: WordSet
    announcing_verbs: WordSet
    pluperfect: WordSet
    facts: Words
    earlier_times: Words
    month_joints: WordSet
    # tables
    total_labels: WordSet
    period_openers: WordSet
    period_labels: Words
    empty_cells: WordSet
    # stances
    verbal_negators: WordSet
    evidence: WordSet
    getting: WordSet
    knowing: WordSet
    verdict_classes: WordSet
    affirming: WordSet
    withholding: WordSet
    admittance: WordSet
    act_endings: Words
    causing_acts: WordSet
    any_person: WordSet
    generic_subjects: WordSet
    report_participles: WordSet
    place_clauses: WordSet
    place_nouns: WordSet
    any_words: WordSet
    only_one: WordSet
    excluding: WordSet
    events: WordSet
    present_be: WordSet
    case_words: WordSet
    case_events: WordSet
    case_pronouns: WordSet
    case_determiners: WordSet
    case_relatives: WordSet
    case_joints: WordSet
    case_verbs: WordSet
    case_openers: WordSet
    ruling: WordSet
    present_have: WordSet
    past_verbs: WordSet
    entitling: WordSet
    survivors: WordSet
    keepsakes: WordSet
    benefit_openers: WordSet
    turning_points: WordSet
    present_lives: WordSet
    causes: WordSet
    time_openers: WordSet
    own_words: WordSet
    enemy_words: WordSet
    side_openers: WordSet
    side_nouns: WordSet
    opposite: WordSet
    troop_bodies: WordSet
    flyers: WordSet
    civil_bodies: WordSet
    bare_people: WordSet
    crafts: WordSet
    craft_verbs: WordSet
    wards: WordSet
    admitting: WordSet
    reckoned_at: WordSet
    serving: WordSet
    families: WordSet
    whose_own: WordSet
    taking_in: WordSet
    own_dead_verbs: WordSet
    service_harms: WordSet
    service_people: WordSet
    service_reports: Words
    kin_in_service: WordSet
    amounting: WordSet
    losing: WordSet
    leaving: WordSet
    behind: WordSet
    plain_formations: WordSet
    saying: WordSet
    credit: WordSet
    outsiders: WordSet
    denying: WordSet
    giving_up: WordSet
    declining: WordSet
    volition: WordSet
    nobody: WordSet
    wholes: WordSet
    collectives: WordSet
    afterwards: WordSet
    publisher_pronouns: WordSet
    separating: WordSet
    further: WordSet
    early_reports: WordSet
    likewise: WordSet
    beside_openers: WordSet
    period_starts: WordSet
    still_words: WordSet
    insiders: WordSet
    foreign: WordSet
    ranks_of_any_side: WordSet
    own_statements: WordSet
    superseding: WordSet
    allegations: WordSet
    animals: WordSet
    universal: WordSet
    citing: WordSet
    confirming: WordSet
    disclosing: WordSet
    far_from: WordSet
    averting: WordSet
    let_alone: WordSet
    care_openers: WordSet
    deeming: WordSet
    denial_nouns: WordSet
    asked: WordSet
    asked_openers: WordSet
    inability: WordSet
    unproved: WordSet
    opposing: WordSet
    excepting: WordSet
    exceptions: WordSet
    all_who: WordSet
    correcting: WordSet
    giving: WordSet
    reading: WordSet
    accepting_reports: WordSet
    pointing_back: WordSet
    involvement: WordSet
    answers_no: WordSet
    answers_unknown: WordSet
    contrary_openers: WordSet
    registering: WordSet
    turning_out: WordSet
    equating: WordSet
    plain_negators: WordSet
    answers_yes: WordSet
    flat_denials: Words
    curt_negators: WordSet
    denial_ends: WordSet
    contradicting: Words
    accepting: WordSet
    alternatives_denied: WordSet
    alternatives_joined: WordSet
    since: WordSet
    telling_somebody: WordSet
    report_stems: Words
    finite_auxiliaries: WordSet
    passive_infinitives: WordSet
    infinitive_markers: WordSet
    examining: WordSet
    examined: WordSet
    examine: WordSet
    unfinished: WordSet
    examinations: WordSet
    vague_speakers: WordSet
    first_persons: WordSet
    handed: WordSet
    in_vain: WordSet
    settling: WordSet
    reviewers: WordSet
    infinitive_endings: Words
    raising: WordSet
    past_endings: Words
    occasions: WordSet
    occasion_openers: WordSet
    clause_openers: WordSet
    dated_nouns: WordSet
    natural_deaths: WordSet
    forebears: WordSet
    whose: WordSet
    joining_kin: WordSet
    ratio_openers: WordSet
    receiving: WordSet
    infinitive_joints: WordSet
    causatives: WordSet
    sequence_adjectives: WordSet
    comparison_endings: Words
    births: WordSet
    age_openers: WordSet
    age_joints: WordSet
    bare_year_openers: WordSet
    time_relatives: WordSet
    duration_openers: WordSet
    manner_openers: WordSet
