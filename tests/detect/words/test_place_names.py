"""Places as stated: which words belong to one, and which place is only where somebody was treated or based."""

from __future__ import annotations

import pytest

from tests.support.detection import ENGLISH, found, only
from watcher.detect.words.lexicon import compiled
from watcher.detect.words.place_names import places_between


def _places(text: str) -> list[tuple[str, bool]]:
    """Every place of a text and whether it is weak."""
    return [(one.raw, one.is_weak) for one in places_between(text, text.lower(), 0, len(text), compiled(ENGLISH))]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("An attack in southern Afghanistan killed two.", "southern Afghanistan"),
        ("A mine near Gereshk in Helmand province killed two.", "Gereshk in Helmand province"),
        ("A mine in the Tarka district of Upper Dena killed two.", "Tarka district of Upper Dena"),
        ("Two drowned off the coast of Somalia.", "Somalia"),
        ("Two died in the Gulf of Aden.", "Gulf of Aden"),
        ("Two died at Naval Station Rotha, Spain.", "Naval Station Rotha, Spain"),
        ("Two died in Camp Burin, Kuwait, Nov. 9.", "Camp Burin, Kuwait"),
        ("Two died on the road to Gao, in the north.", "Gao"),
        ("ROCKET ATTACK ON KUNDUZ KILLS FOUR", "KUNDUZ"),
        ("SOLDIER KILLED IN HELMAND PROVINCE ON 3 MAY", "HELMAND PROVINCE"),
        ("In southern Gaza, Staff Sgt. Noa Barr was killed.", "southern Gaza"),
        ("Two died in Farah province, Afghan National Police said.", "Farah province"),
    ],
)
def test_a_whole_place(text: str, raw: str) -> None:
    """Regions, chains, seas, bases and capitals; what follows is left out."""
    assert _places(text)[0] == (raw, False)


@pytest.mark.parametrize(
    "text",
    [
        "Two were killed in Taliban attacks.",
        "Two were killed in Daesh-held land.",
        "Two were killed in Russian shelling.",
        "Two were killed in Operation Falcon.",
        "Two were killed in Holm's battalion.",
        "Two soldiers in 2nd Battalion were killed in March.",
        "Two sailors died on M/V Ariel near M.",
        "Two soldiers died in Memorial Day traffic.",
    ],
)
def test_what_is_no_place(text: str) -> None:
    """Peoples, fighters, operations, units and months."""
    assert [raw for raw, _ in _places(text) if raw != "Operation Falcon"] == []


@pytest.mark.parametrize(
    "text",
    [
        "He remains in hospital in Birmingham.",
        "He was assigned to the 3rd Battalion at Fort Bliss, Texas.",
        "He died at Landsberg Medical Center.",
        "The spokesman told reporters in Oslo.",
    ],
)
def test_where_somebody_only_was(text: str) -> None:
    """A hospital, a garrison, a press room."""
    assert _places(text)[0][1]


def test_a_unit_ends_at_the_verb() -> None:
    """After the verb comes the place of the event."""
    text = "A soldier assigned to 1st Brigade at Fort Bliss, Texas, died in Camp Burin, Kuwait."
    assert _places(text) == [("Fort Bliss, Texas", True), ("Camp Burin, Kuwait", False)]
    assert only(text).place_raw == "Camp Burin, Kuwait"


def test_the_hospital_is_not_where_it_happened() -> None:
    """The same incident has the same place, wherever the wounded lie now."""
    text = "Two soldiers were killed by a mine near Sangin. Two other soldiers, hurt in the same incident, "
    claims = found(text + "remain in hospital in Birmingham.").claims
    assert {claim.place_raw for claim in claims} == {"Sangin"}


def test_each_part_of_a_sentence_has_its_own() -> None:
    """The nearest place counts, and a semicolon parts."""
    claims = found("In Helmand, three rebels were killed; in Kunar, two rebels were killed.").claims
    assert [claim.place_raw for claim in claims] == ["Helmand", "Kunar"]
