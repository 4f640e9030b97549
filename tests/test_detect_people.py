"""The named dead and injured, and who is quoted."""

from __future__ import annotations

import pytest
from samples import found, only


def test_a_named_soldier() -> None:
    """Rank, age, unit and home town, each as stated, with the offsets of the name."""
    text = "Spc. Dara Onwell, 24, of Kestrel Falls, Ohio, assigned to the 9th Transport Company, was killed on April 2."
    claim = only(text)
    (person,) = claim.people
    assert (claim.count_min, claim.victim) == (1, "military")
    assert (person.name, person.rank, person.age) == ("Dara Onwell", "Spc.", 24)
    assert (person.home_town, person.unit) == ("Kestrel Falls, Ohio", "9th Transport Company")
    assert text[person.start : person.end] == "Dara Onwell"


def test_several_named_at_once() -> None:
    """Each of them counts, and each is named."""
    detection = found("Sgt. Emil Torv, 31, of Ashgrove, and Cpl. Ren Maddox, 22, of Pinewell, died on Sunday.")
    assert detection.totals == {"killed": (2, 2)}
    assert {person.name for claim in detection.claims for person in claim.people} == {"Emil Torv", "Ren Maddox"}


def test_a_list_of_names() -> None:
    """The lines below a colon name the people that it counts."""
    text = "The two soldiers killed were:\nSgt. Pavo Linn, 29, of Corrin\nPfc. Abel Stroud, 19, of Hartwell"
    assert [person.name for person in only(text).people] == ["Pavo Linn", "Abel Stroud"]


def test_a_later_sentence_names_who_died() -> None:
    """The same death told twice is one claim, with the name."""
    text = "The navy announced the death of a sailor. Seaman Corwin Hall, 21, died in an accident."
    claim = only(text)
    assert [person.name for person in claim.people] == ["Corwin Hall"]


@pytest.mark.parametrize(
    "text",
    [
        "A soldier was killed, Col. Orla Finn said.",
        "Col. Orla Finn said a soldier was killed.",
        "A soldier was killed, said Col. Orla Finn.",
    ],
)
def test_who_speaks_is_not_the_victim(text: str) -> None:
    """The quoted officer lives; she is the speaker."""
    claim = only(text)
    assert claim.people == ()
    assert "Orla Finn" in claim.speaker


def test_the_publisher_is_no_speaker() -> None:
    """A ministry that speaks for itself is not quoted."""
    assert only("The ministry said that two soldiers were wounded.").speaker == ""
