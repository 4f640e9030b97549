"""The detector as a whole: what it finds, what it must not fall for, and what it adds up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.detection import ENGLISH, brief, found, only
from watcher.detect.detector import DETECTOR_VERSION, detect, unread
from watcher.detect.words.lexicon import compiled
from watcher.model.text_context import TextContext

CLAIMS = [
    ("The blast killed two villagers and wounded four.", [("killed", 2, 2, "civilian"), ("injured", 4, 4, "civilian")]),
    (
        "Two guardsmen were killed and three sailors were hurt.",
        [("killed", 2, 2, "military"), ("injured", 3, 3, "military")],
    ),
    ("A mine killed three soldiers and a nurse.", [("killed", 3, 3, "military"), ("killed", 1, 1, "civilian")]),
    (
        "The raid left six people dead and nine others injured.",
        [("killed", 6, 6, "unknown"), ("injured", 9, 9, "unknown")],
    ),
    ("60 soldiers were killed and wounded.", [("casualty", 60, 60, "military")]),
    ("The deaths of four airmen shocked the base.", [("killed", 4, 4, "military")]),
    ("The crash caused two fatalities.", [("killed", 2, 2, "unknown")]),
    ("Ten insurgent deaths were confirmed.", [("killed", 10, 10, "combatant")]),
    ("The shelling claimed nine lives.", [("killed", 9, 9, "unknown")]),
    ("The flood resulted in the loss of life.", [("killed", None, None, "unknown")]),
    ("Troops eliminated three terrorists near the fence.", [("killed", 3, 3, "combatant")]),
    ("Seven crew members are missing.", [("missing", 7, 7, "unknown")]),
    ("Police arrested two suspected militants.", [("captured", 2, 2, "combatant")]),
    ("Three marines sustained minor injuries.", [("injured", 3, 3, "military")]),
    ("One of the wounded later died in hospital.", [("killed", 1, 1, "unknown")]),
    ("Killed: 4 soldiers.", [("killed", 4, 4, "military")]),
    ("Helicopter crash kills five", [("killed", 5, 5, "unknown")]),
    ("0 civilians injured 2 civilians killed", [("injured", 0, 0, "civilian"), ("killed", 2, 2, "civilian")]),
    ("A family of five was killed in the cellar.", [("killed", 5, 5, "civilian")]),
    ("The death toll has been revised from 14 to 11.", [("killed", 11, 11, "unknown")]),
    ("Two boys aged 9 and 11 were killed.", [("killed", 2, 2, "civilian")]),
    ("They kidnapped and killed eleven drivers.", [("captured", 11, 11, "civilian"), ("killed", 11, 11, "civilian")]),
    ("A farmer was killed along with two of his sons.", [("killed", 3, 3, "civilian")]),
]


@pytest.mark.parametrize(("text", "expected"), CLAIMS, ids=[text[:40] for text, _ in CLAIMS])
def test_each_harm_is_found_with_its_own_people(
    text: str, expected: list[tuple[str, int | None, int | None, str]]
) -> None:
    """Each harm with its own people and number, whatever the construction."""
    assert sorted(claim[:4] for claim in brief(text)) == sorted(expected)


TRAPS = [
    "Medics practised casualty evacuation with two helicopters all week.",
    "The mass casualty exercise tested the hospital's triage of forty volunteers.",
    "In the simulated attack, twelve people were killed and thirty wounded.",
    "The clinic offers suicide prevention classes on Mondays.",
    "The unit shortened its kill chain and met every deadline.",
    "The navigator used dead reckoning after the engine died.",
    "Twelve wounded warriors took part in the games.",
    "The strike destroyed a vehicle, killed no cattle and eliminated a mortar position.",
    "Crews neutralised six explosive devices and a rocket launcher.",
    "All feasible precautions are taken to avoid civilian casualties.",
    "Five strikes destroyed two vehicles and 14 tunnels.",
    "The shooter scored 30 points, killing time before the final.",
    "Deadly weapons are not allowed in the building.",
    "The new policy sets out how to reduce casualties.",
]


@pytest.mark.parametrize("text", TRAPS, ids=[text[:40] for text in TRAPS])
def test_words_of_harm_that_harm_nobody_raise_no_alarm(text: str) -> None:
    """Words of harm that mean nobody harmed must raise no alarm."""
    detection = found(text)
    assert not detection.is_reported
    assert not any(low for low, _ in detection.totals.values())


def test_memorials_are_mentioned_not_reported() -> None:
    """A past that is only commemorated is no news."""
    claim = only("A wreath was laid for the 12 airmen killed on this hill in 1944.")
    assert (claim.stance, claim.count_min) == ("historical", 12)
    assert not found("The general, aged 91, died peacefully at home.").is_reported


def test_background_counts_as_reported_but_never_in_totals() -> None:
    """Earlier attacks are said to have happened, but not in this event."""
    detection = found("Mines killed 44 people in the country last year.")
    assert detection.is_reported
    assert detection.totals == {}
    assert detection.claims[0].is_background


def test_alleged_enters_only_where_nothing_is_certain() -> None:
    """What others claim is a total only as long as the publisher says nothing."""
    assert found("Residents said that four farmers were killed.").totals == {"killed": (4, 4)}
    both = "Two farmers were killed. Residents claimed that nine shepherds were killed."
    assert found(both).totals == {"killed": (2, 2)}


def test_totals_by_kind_make_the_headline() -> None:
    """Killed and injured, by victim and stance, with minimum and maximum."""
    detection = found("At least three soldiers were killed and up to five villagers were injured.")
    rows = {(one.harm, one.victim, one.stance, one.count_min, one.count_max) for one in detection.totals_by}
    assert rows == {("killed", "military", "asserted", 3, None), ("injured", "civilian", "asserted", None, 5)}


def test_an_unread_text_never_looks_like_no_casualties() -> None:
    """Without vocabulary there is no answer, and that is said."""
    detection = unread("fr")
    assert detection.claims == ()
    assert [problem.kind for problem in detection.problems] == ["unread"]


def test_the_version_names_detector_and_vocabulary() -> None:
    """Claims of another vocabulary must be told apart."""
    version = detect("Nothing happened.", vocabulary=ENGLISH).version
    assert version.startswith(f"{DETECTOR_VERSION}+")
    assert ENGLISH.digest.startswith(version.split("+")[1])


def test_the_version_changes_with_what_counts_as_old() -> None:
    """Claims that were judged by another `old_after` are found again only where the version tells them apart."""
    days = [30, 90, 365]
    read = [
        detect("A mine killed two men.", vocabulary=ENGLISH, context=TextContext(old_after=timedelta(days=number)))
        for number in days
    ]
    assert len({one.version for one in read}) == len(days)
    assert read[1].version == detect("Nothing happened.", vocabulary=ENGLISH).version


def test_a_vocabulary_is_compiled_once() -> None:
    """Compiling costs more than reading a text."""
    assert compiled(ENGLISH) is compiled(ENGLISH)
