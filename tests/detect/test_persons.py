"""The named dead and injured: whose names are those of a claim's people."""

from __future__ import annotations

import pytest

from tests.support.detection import found, only


def test_each_of_several_names_counts() -> None:
    """Each of them counts, and each is named."""
    detection = found("Sgt. Emil Torv, 31, of Ashgrove, and Cpl. Ren Maddox, 22, of Pinewell, died on Sunday.")
    assert detection.totals == {"killed": (2, 2)}
    assert {person.name for claim in detection.claims for person in claim.people} == {"Emil Torv", "Ren Maddox"}


def test_lines_below_a_colon_name_the_counted() -> None:
    """The lines below a colon name the people that it counts."""
    text = "The two soldiers killed were:\nSgt. Pavo Linn, 29, of Corrin\nPfc. Abel Stroud, 19, of Hartwell"
    assert [person.name for person in only(text).people] == ["Pavo Linn", "Abel Stroud"]


def test_a_later_sentence_names_who_died() -> None:
    """The same death told twice is one claim, with the name."""
    text = "The navy announced the death of a sailor. Seaman Corwin Hall, 21, died in an accident."
    claim = only(text)
    assert [person.name for person in claim.people] == ["Corwin Hall"]


def test_each_name_is_its_own_claim() -> None:
    """Two named in one subject are two claims of one, each with its own name and nobody else's."""
    detection = found("Spc. Ana Ruz, 22, of Laredo, Texas, and Pfc. Joel Kimm, 20, of Fresno, Calif., died on Monday.")
    assert [[person.name for person in claim.people] for claim in detection.claims] == [["Ana Ruz"], ["Joel Kimm"]]
    assert [claim.people[0].home_town for claim in detection.claims] == ["Laredo, Texas", "Fresno, Calif"]


def test_names_after_a_total() -> None:
    """A list of names tells who the counted are; none of them counts again."""
    detection = found(
        "The three killed were: Sgt. Pavo Linn, 29, of Corrin; Pfc. Abe Stroud, 19; and Pvt. Iven Dace, 20."
    )
    assert detection.totals == {"killed": (3, 3)}
    assert [person.age for person in detection.claims[0].people] == [29, 19, 20]


def test_names_after_killed_were() -> None:
    """The same list in the other order."""
    detection = found("Killed were: 1st Lt. Sam Roe, 25, of Akron, Ohio; and Spc. Jan Hale, 22, of Boise, Idaho.")
    assert [claim.people[0].rank for claim in detection.claims] == ["1st Lt.", "Spc."]
    assert detection.totals == {"killed": (2, 2)}


def test_the_next_sentence_names_who_died() -> None:
    """The usual order of a ministry: first the death, then the name."""
    text = "A soldier was killed. He has been named as Private Lee Dunnet, 21, from 3rd Battalion The Fell Regiment."
    (person,) = only(text).people
    assert (person.name, person.rank, person.age) == ("Lee Dunnet", "Private", 21)
    assert person.unit == "3rd Battalion The Fell Regiment"
    assert text[person.start : person.end] == "Lee Dunnet"


def test_the_next_sentence_names_several() -> None:
    """Several are named at once, each with what is told of them."""
    claim = only("Two airmen died near Guam. They were Capt. Ray Moss, 31, of Reno, and Staff Sgt. Pia Lund, of Salem.")
    assert [(person.name, person.home_town) for person in claim.people] == [("Ray Moss", "Reno"), ("Pia Lund", "Salem")]


@pytest.mark.parametrize(
    ("behind", "unit"),
    [
        ("Tay was assigned to the 2nd Battalion, 9th Rifles.", "2nd Battalion, 9th Rifles"),
        ("He was assigned to the 2nd Battalion.", "2nd Battalion"),
        ("The soldier was assigned to the 2nd Battalion.", "2nd Battalion"),
        ("Col. Foss is assigned to the 5th Division.", ""),
    ],
)
def test_the_next_sentence_adds_the_unit(behind: str, unit: str) -> None:
    """It is his where the sentence speaks of him."""
    (person,) = only(f"Spc. Lou Tay, 21, died Oct. 6 in Bagram. {behind}").people
    assert person.unit == unit


def test_who_identifies_the_dead_is_none_of_them() -> None:
    """The officer who identifies the dead is none of them, and more names than dead are somebody else's."""
    assert only("A guard was killed. Col. Ada Foss said they were at home.").people == ()
    assert only("A guard was killed. They were Sgt. Bo Lind, Sgt. Al Crane and Sgt. Ed Pike.").people == ()


def test_names_are_not_taken_from_another_claim() -> None:
    """A sentence with a claim of its own names its own people."""
    claims = found("Two guards were killed. They were taken home. Sgt. Bo Lind was injured.").claims
    assert [len(claim.people) for claim in claims] == [0, 1]
