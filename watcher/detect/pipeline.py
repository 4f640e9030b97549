"""The steps of the detector in order, for `detect` and for `explain`."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.detect.annotations import Dismissed, Found
from watcher.detect.claims import claims_of
from watcher.detect.events import Events, Sentences, incidents_of, placed
from watcher.detect.harms import read_drafts
from watcher.detect.history import Memory
from watcher.detect.lexicon import ROLES, compiled
from watcher.detect.merge import deny_earlier, settle
from watcher.detect.persons import Naming, listed_people
from watcher.detect.references import Antecedents
from watcher.detect.sentences import announces_exercise, foreign_sentences, sentence_spans
from watcher.detect.tokens import Reading
from watcher.detect.totals import totals, totals_by
from watcher.model.claim import Detection
from watcher.model.release import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.config.words import Vocabulary
    from watcher.detect.lexicon import Lexicon
    from watcher.model.claim import Claim


_TOTAL = ROLES["total_cues"]
_LISTED = 12  # lines: a list of names is no longer


@dataclass(frozen=True, slots=True)
class Examination:
    """All claims of a text, and the words that were looked at and dismissed."""

    claims: tuple[Claim, ...]
    dismissed: tuple[Dismissed, ...]
    grown: dict[int, int]  # by claim: the least number that its parts make it


def examine(text: str, vocabulary: Vocabulary, published: datetime | None, place: str) -> Examination:
    """Read the sentences that hold a harm word and put their claims together."""
    lexicon = compiled(vocabulary)
    low = lowered(text)
    hits = lexicon.harms.starts(low)
    if not hits:
        return Examination((), (), {})
    spans = sentence_spans(text, lexicon)
    found, dismissed, total = _read(text, spans, _worth_reading(spans, hits), lexicon)
    if not found:
        return Examination((), tuple(dismissed), {})
    found, others = _without_foreign(found, foreign_sentences(text, low, spans, lexicon))
    if found and found[0].sentence > 0 and announces_exercise(low, spans, lexicon):
        found, played = _without_played(found, low, lexicon.vocabulary.ignored.played)
        others += played
    Memory(low, spans, lexicon).settle(found)
    incidents = incidents_of(text, low, spans, vocabulary)
    found.sort(key=lambda one: (one.claim.start, one.claim.end))
    deny_earlier(found)
    grown = settle(found, incidents, total)
    Naming(text, low, spans, lexicon).complete(found)
    kept = [one for one in found if not one.repeats]
    places = {id(one): number for number, one in enumerate(kept)}
    low_by_place = {places[key]: least for key, least in grown.items() if key in places}
    claims = placed(Sentences(spans, incidents), found, Events(text, low, vocabulary, published, place))
    return Examination(claims, (*dismissed, *others), low_by_place)


def lowered(text: str) -> str:
    """Small letters, character for character: a letter whose small form is longer stays as it is."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _worth_reading(spans: list[tuple[int, int]], places: list[int]) -> list[int]:
    """The numbers of the sentences that hold one of the places."""
    begins = [begin for begin, _ in spans]
    return sorted({max(0, bisect_right(begins, place) - 1) for place in places})


def _read(
    text: str, spans: list[tuple[int, int]], numbers: list[int], lexicon: Lexicon
) -> tuple[list[Found], list[Dismissed], set[int]]:
    """The claims of the sentences worth reading, what was dismissed, and which sentences speak of totals."""
    found: list[Found] = []
    dismissed: list[Dismissed] = []
    total: set[int] = set()
    antecedents = Antecedents(text, spans, lexicon)
    for number in numbers:
        reading = Reading(text, *spans[number], lexicon)
        drafts = read_drafts(reading)
        harms = {one.claim.harm for one in found}
        antecedents.resolve(reading, drafts, number, is_first=not any(draft.entry.harm in harms for draft in drafts))
        claims, others = claims_of(reading, drafts, number, found)
        found += claims
        dismissed += others
        if claims and reading.roles & _TOTAL:
            total.add(number)
        if claims and text[spans[number][1] - 1] == ":":
            _name_listed(text, spans, number, lexicon, claims[-1])
    return found, dismissed, total


def _name_listed(text: str, spans: list[tuple[int, int]], number: int, lexicon: Lexicon, one: Found) -> None:
    """As in "The three soldiers killed were:" with a line for each: the lines name them."""
    people = list(one.claim.people)
    for begin, end in spans[number + 1 : number + 1 + _LISTED]:
        named = listed_people(Reading(text, begin, end, lexicon), one.claim.harm)
        if not named:
            break
        people += named
    one.claim.people = tuple(people)


def _without_foreign(found: list[Found], foreign: dict[int, str]) -> tuple[list[Found], list[Dismissed]]:
    """Drop the claims of sentences that are not of this release or tell of an exercise."""
    others = [
        Dismissed(one.claim.start, one.claim.end, foreign[one.sentence]) for one in found if one.sentence in foreign
    ]
    return [one for one in found if one.sentence not in foreign], others


def _without_played(found: list[Found], low: str, played: tuple[str, ...]) -> tuple[list[Found], list[Dismissed]]:
    """Drop the claims of those who play victims in the exercise that the release is about."""
    kept: list[Found] = []
    others: list[Dismissed] = []
    for one in found:
        words = low[one.claim.start : one.claim.end].split()
        if any(word in played for word in words):
            others.append(Dismissed(one.claim.start, one.claim.end, "played in an exercise"))
        else:
            kept.append(one)
    return kept, others


# The detector: text ─► claims and totals.

DETECTOR_VERSION = "3"


def detect(text: str, *, vocabulary: Vocabulary, published: datetime | None = None, place: str = "") -> Detection:
    """Every claim of a text and what it says in all.

    `published` and `place` (the dateline) fix relative dates and stand in where the text names neither. Linear in the
    length of the text; never raises for any text.
    """
    found = examine(text, vocabulary, published, place)
    claims, grown = found.claims, found.grown
    return Detection(
        claims, totals(claims, grown), totals_by(claims, grown), (), vocabulary.language, version_of(vocabulary)
    )


def unread(language: str) -> Detection:
    """The answer for a text in a language without vocabulary: no claims, and the problem `unread`."""
    problem = Problem("unread", f"no vocabulary for {language or 'this language'}")
    return Detection((), {}, (), (problem,), language, DETECTOR_VERSION)


def version_of(vocabulary: Vocabulary) -> str:
    """The version that claims carry: of the detector and, behind a plus sign, of the vocabulary."""
    return f"{DETECTOR_VERSION}+{vocabulary.digest[:8]}"
