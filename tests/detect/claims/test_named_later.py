"""The dead and injured whom the sentences and lines after a claim name."""

from __future__ import annotations

import pytest

from tests.support.detection import found, only


def test_lines_below_a_colon_name_the_counted() -> None:
    """The lines below a colon name the people that it counts."""
    text = "The two soldiers killed were:\nSgt. Pavo Linn, 29, of Corrin\nPfc. Abel Stroud, 19, of Hartwell"
    assert [person.name for person in only(text).people] == ["Pavo Linn", "Abel Stroud"]


def test_the_next_sentence_names_who_died() -> None:
    """The usual order of a ministry: first the death, then the name."""
    text = "A soldier was killed. He has been named as Private Lee Dunnet, 21, from 3rd Battalion The Fell Regiment."
    (person,) = only(text).people
    assert (person.name, person.rank, person.age) == ("Lee Dunnet", "Private", 21)
    assert person.unit == "3rd Battalion The Fell Regiment"
    assert text[person.start : person.end] == "Lee Dunnet"


def test_the_next_sentence_names_several() -> None:
    """Several are named at once, each with what is said of them."""
    claim = only("Two airmen died near Guam. They were Capt. Ray Moss, 31, of Reno, and Staff Sgt. Pia Lund, of Salem.")
    assert [(person.name, person.home_town) for person in claim.people] == [("Ray Moss", "Reno"), ("Pia Lund", "Salem")]


@pytest.mark.parametrize(
    ("following", "unit"),
    [
        ("Tay was assigned to the 2nd Battalion, 9th Rifles.", "2nd Battalion, 9th Rifles"),
        ("He was assigned to the 2nd Battalion.", "2nd Battalion"),
        ("The soldier was assigned to the 2nd Battalion.", "2nd Battalion"),
        ("Col. Foss is assigned to the 5th Division.", ""),
    ],
)
def test_the_next_sentence_adds_the_unit(following: str, unit: str) -> None:
    """It is his where the sentence speaks of him."""
    (person,) = only(f"Spc. Lou Tay, 21, died Oct. 6 in Bagram. {following}").people
    assert person.unit == unit


def test_who_identifies_the_dead_is_none_of_them() -> None:
    """The officer who identifies the dead is none of them, and more names than dead are somebody else's."""
    assert only("A guard was killed. Col. Ada Foss said they were at home.").people == ()
    assert only("A guard was killed. They were Sgt. Bo Lind, Sgt. Al Crane and Sgt. Ed Pike.").people == ()


def test_names_are_not_taken_from_another_claim() -> None:
    """A sentence with a claim of its own names its own people."""
    claims = found("Two guards were killed. They were taken home. Sgt. Bo Lind was injured.").claims
    assert [len(claim.people) for claim in claims] == [0, 1]
