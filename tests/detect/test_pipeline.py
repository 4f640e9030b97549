"""The detector as a whole: what it finds, what it must not fall for, and what it adds up."""

from __future__ import annotations

import pytest

from tests.support.detection import ENGLISH, brief, found, only
from watcher.detect.lexicon import compiled
from watcher.detect.pipeline import DETECTOR_VERSION, detect, unread

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
    ("Seven crew members are missing.", [("missing", 7, 7, "military")]),
    ("Police arrested two suspected militants.", [("captured", 2, 2, "combatant")]),
    ("Three marines sustained minor injuries.", [("injured", 3, 3, "military")]),
    ("One of the wounded later died in hospital.", [("killed", 1, 1, "unknown")]),
    ("Killed: 4 soldiers.", [("killed", 4, 4, "military")]),
    ("Helicopter crash kills five", [("killed", 5, 5, "unknown")]),
    ("0 civilians injured 2 civilians killed", [("injured", 0, 0, "civilian"), ("killed", 2, 2, "civilian")]),
    ("A family of five was killed in the cellar.", [("killed", 5, 5, "civilian")]),
    ("The death toll has been revised from 14 to 11.", [("killed", 11, 11, "unknown")]),
    ("Two boys aged 9 and 11 were killed.", [("killed", 2, 2, "civilian")]),
    ("They kidnapped and killed eleven drivers.", [("captured", 11, 11, "unknown"), ("killed", 11, 11, "unknown")]),
    ("A farmer was killed along with two of his sons.", [("killed", 1, 1, "civilian"), ("killed", 2, 2, "civilian")]),
]


@pytest.mark.parametrize(("text", "expected"), CLAIMS, ids=[text[:40] for text, _ in CLAIMS])
def test_it_finds(text: str, expected: list[tuple[str, int | None, int | None, str]]) -> None:
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
def test_it_does_not_fall_for(text: str) -> None:
    """Words of harm that tell of nobody harmed must raise no alarm."""
    detection = found(text)
    assert not detection.is_reported
    assert not any(low for low, _ in detection.totals.values())


def test_memorials_are_mentioned_not_reported() -> None:
    """A past that is only commemorated is no news."""
    claim = only("A wreath was laid for the 12 airmen killed on this hill in 1944.")
    assert (claim.stance, claim.count_min) == ("historical", 12)
    assert not found("The general, aged 91, died peacefully at home.").is_reported


def test_parts_are_not_added_to_their_total() -> None:
    """A release that counts twice must not be added up twice."""
    detection = found("Eight civilians were killed, including three teachers.")
    assert detection.totals == {"killed": (8, 8)}
    assert [claim.part_of for claim in detection.claims] == [None, 0]


def test_a_child_is_a_part_and_no_other_victim() -> None:
    """One of whom was a child: the same people, told more closely."""
    claim = only("Three villagers were killed, one of whom was a child.")
    assert (claim.count_min, claim.children) == (3, 1)


def test_a_summary_contains_its_incidents() -> None:
    """The worked case: a total first, then the list it is made of."""
    text = (
        "The command assessed five incidents in which three civilians were likely killed.\n"
        "1. On May 4, 2021, near Harun, two civilians were likely killed.\n"
        "2. On May 9, 2021, near Tolba, one civilian was likely killed."
    )
    detection = found(text)
    assert detection.totals == {"killed": (3, 3)}
    assert {claim.stance for claim in detection.claims} == {"assessed"}


def test_what_is_told_twice_counts_once() -> None:
    """Headline and first sentence speak of the same people."""
    text = "Two peacekeepers killed in ambush\n\nTwo peacekeepers were killed on Friday. Both were 24."
    assert found(text).totals == {"killed": (2, 2)}


def test_a_vague_total_grows_with_its_parts() -> None:
    """Several, and then five: at least five."""
    assert found("Several rebels were killed. Five rebels were killed at the bridge.").totals == {"killed": (5, None)}


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


def test_a_finding_denies_what_was_alleged_before() -> None:
    """The finding often stands in a sentence of its own."""
    detection = found("Two sources alleged that nine shepherds were killed. Not credible.")
    assert not detection.is_reported
    assert {claim.stance for claim in detection.claims} == {"denied"}


def test_links_to_other_releases_do_not_count() -> None:
    """The headings at the foot of a page are other releases."""
    text = "The band played.\n\nRelated stories\nTwo soldiers killed in convoy accident\nAirman injured in fall"
    assert found(text).claims == ()


def test_a_euphemism_is_marked() -> None:
    """An investigator must see that the words do not say it openly."""
    assert only("Forces neutralised two militants.").is_explicit is False
    assert only("Forces killed two militants.").is_explicit is True


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


def test_a_vocabulary_is_compiled_once() -> None:
    """Compiling costs more than reading a text."""
    assert compiled(ENGLISH) is compiled(ENGLISH)


def test_some_verbs_count_only_with_their_tail() -> None:
    """To remove somebody is harm only where it is from the battlefield."""
    assert [claim[:3] for claim in brief("The strike removed two leaders from the battlefield.")] == [("killed", 2, 2)]
    assert brief("The strike removed two leaders from office.") == []
