"""The steps of the detector in order, for `detect` and for `explain`."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.detect.antecedents import Antecedents
from watcher.detect.claims import Dismissed, Found, claims_of
from watcher.detect.events import Events, incidents_of
from watcher.detect.lexicon import ROLES, compiled
from watcher.detect.memory import Memory
from watcher.detect.merging import deny_earlier, settle
from watcher.detect.naming import Naming
from watcher.detect.people import listed_people
from watcher.detect.placing import Sentences, placed
from watcher.detect.predicates import read_drafts
from watcher.detect.reading import Reading
from watcher.detect.sections import announces_exercise, foreign_sentences
from watcher.detect.sentences import sentence_spans

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.config.words import Vocabulary
    from watcher.detect.lexicon import Lexicon
    from watcher.models import Claim

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
    spans = sentence_spans(text)
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
