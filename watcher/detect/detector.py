"""The detector from top to bottom: text ─► claims and totals.

sentences ─► tokens ─► numbers ─► names and groups of people ─► harm events ─► references ─► stance ─► claims ─► other
releases and exercises ─► past events ─► incidents ─► denials ─► merging ─► names in later sentences ─► places and
dates ─► totals. Each stage has its own file and writes what it finds into the document or into one of its sentences.

Pure and deterministic: no I/O, no clock. `DETECTOR_VERSION` changes whenever a rule changes what is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.detect.claims.accident_fields import count_by_field
from watcher.detect.claims.claims import make_claims
from watcher.detect.claims.confidence import set_confidence
from watcher.detect.claims.event_places import set_places_and_dates
from watcher.detect.claims.incidents import number_incidents
from watcher.detect.claims.interviews import answer_questions
from watcher.detect.claims.later_parts import break_down_later
from watcher.detect.claims.later_states import mark_later_deaths
from watcher.detect.claims.mentions import with_mentions
from watcher.detect.claims.merge import merge_repeats
from watcher.detect.claims.missing_found import mark_found
from watcher.detect.claims.named_later import name_listed, name_people
from watcher.detect.claims.recounts import count_again, restate_corrected
from watcher.detect.claims.successive_accounts import keep_last_account
from watcher.detect.claims.survivors import mark_alive
from watcher.detect.claims.totals import add_up
from watcher.detect.harm.events import find_harm_events
from watcher.detect.harm.headings import mark_periods, read_headings
from watcher.detect.harm.lists_below import count_listed
from watcher.detect.harm.repeated_verbs import next_of_same_verb
from watcher.detect.harm.table_events import join_tables
from watcher.detect.people.groups import read_groups
from watcher.detect.people.name_groups import attach_names
from watcher.detect.people.names import mask_names
from watcher.detect.people.predicates import classify_later
from watcher.detect.people.references import resolve_references
from watcher.detect.stance.earlier_statements import set_apart_earlier_statements
from watcher.detect.stance.exclusions import exclude_other_events
from watcher.detect.stance.findings import judge_earlier
from watcher.detect.stance.past_events import (
    mark_headline,
    mark_old_events,
    mark_other_months,
    mark_past_events,
    mark_told_stories,
    set_apart_old_dates,
)
from watcher.detect.stance.retold_numbers import set_apart_retold
from watcher.detect.stance.series import mark_series
from watcher.detect.stance.stance import judge_stances
from watcher.detect.text.document import Document
from watcher.detect.text.even_blanks import EvenText, evened
from watcher.detect.words.corrected_numbers import correct_numbers
from watcher.detect.words.lexicon import compiled
from watcher.detect.words.numbers import read_quantities
from watcher.model.claim import Detection, Mention
from watcher.model.release import Problem
from watcher.model.text_context import NO_CONTEXT, OLD_AFTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from watcher.config.words import Vocabulary
    from watcher.detect.words.tokens import Sentence
    from watcher.model.claim import Claim
    from watcher.model.text_context import TextContext


DETECTOR_VERSION = "4"

_CAPTIONS = 20  # captions that are searched
# stage(sentence): a sentence by itself, as soon as anything asks for it.
SENTENCE_STAGES = (read_quantities, correct_numbers, mask_names, read_groups, attach_names, find_harm_events)
# stage(document, sentence): each sentence with a word of harm, in the order of the text. One passes all of them before
# the next, because whom "they" means and of what class they are depends on the claims before.
CLAIM_STAGES = (read_headings, count_listed, resolve_references, judge_stances, make_claims, name_listed)
# stage(document): all claims of the text together, as long as any are left.
DOCUMENT_STAGES = (
    exclude_other_events,
    mark_past_events,
    mark_other_months,
    mark_series,
    set_apart_old_dates,
    mark_periods,
    mark_headline,
    answer_questions,
    count_by_field,
    count_again,
    break_down_later,
    number_incidents,
    set_apart_earlier_statements,
    set_apart_retold,
    keep_last_account,
    mark_later_deaths,
    mark_found,
    mark_alive,
    judge_earlier,
    classify_later,
    merge_repeats,
    join_tables,
    name_people,
    set_places_and_dates,
    mark_old_events,
    mark_told_stories,
    add_up,
)


def detect(text: str, *, vocabulary: Vocabulary, context: TextContext = NO_CONTEXT) -> Detection:
    """Every claim of a text and what it says in all.

    `context` is what is known beside the text: its dates fix relative ones and say what is old. Linear in the length
    of the text; never raises for any text.
    """
    return detection_of(annotate(text, vocabulary, context), vocabulary)


def detection_of(document: Document, vocabulary: Vocabulary) -> Detection:
    """What was found in a text, as a value."""
    language, version = vocabulary.language, version_of(vocabulary, document.context.old_after)
    claims = document.even.led_back(document.claims, document.text)
    return Detection(claims, document.totals, document.totals_by, (), language, version)


def annotate(text: str, vocabulary: Vocabulary, context: TextContext = NO_CONTEXT) -> Document:
    """Run the stages over a text: its claims and totals, and the words that were dismissed.

    Their offsets are those of the document's own text, which is as even as one of a page, whose lines are known.
    """
    even = EvenText(text, text) if context.lines else evened(text)
    document = _run_stages(even.text, vocabulary, context)
    document.even = even
    if document.claims and (context.title or context.captions):
        document.claims = with_mentions(document.claims, _said_beside(vocabulary, context))
    set_confidence(document)
    return document


def _said_beside(vocabulary: Vocabulary, context: TextContext) -> Iterator[tuple[Mention, Claim]]:
    """What the title and the captions of a text claim, with where they do."""
    beside = replace(context, title="", lines=(), captions=())
    parts = [(Mention("title", 0, 0), context.title)]
    parts += [(Mention("caption", 0, 0, number), words) for number, words in enumerate(context.captions[:_CAPTIONS])]
    for place, words in parts:
        for claim in _run_stages(words, vocabulary, beside).claims:
            yield replace(place, start=claim.start, end=claim.end), claim


def _run_stages(text: str, vocabulary: Vocabulary, context: TextContext) -> Document:
    document = Document(text, compiled(vocabulary), SENTENCE_STAGES, context)
    for number in document.harmful:
        sentence: Sentence | None = document.sentence(number)
        while sentence is not None:
            for claim_stage in CLAIM_STAGES:
                claim_stage(document, sentence)
            sentence = next_of_same_verb(document, sentence)
    if document.corrected:
        restate_corrected(document)
    for stage in DOCUMENT_STAGES:
        if not document.events:
            break
        stage(document)
    return document


def unread(language: str) -> Detection:
    """The answer for a text in a language without vocabulary: no claims, and the problem `unread`."""
    problem = Problem("unread", f"no vocabulary for {language or 'this language'}")
    return Detection((), {}, (), (problem,), language, DETECTOR_VERSION)


def version_of(vocabulary: Vocabulary, old_after: timedelta = OLD_AFTER) -> str:
    """The version that claims carry: of the detector, of the vocabulary, and the seconds of another `old_after`."""
    version = f"{DETECTOR_VERSION}+{vocabulary.digest[:8]}"
    return version if old_after == OLD_AFTER else f"{version}+{old_after.total_seconds():.0f}"
