"""The named dead and injured: whose names are those of a claim's people."""

from __future__ import annotations

from tests.support.detection import found, only


def test_each_of_several_names_counts() -> None:
    """Each of them counts, and each is named."""
    detection = found("Sgt. Emil Torv, 31, of Ashgrove, and Cpl. Ren Maddox, 22, of Pinewell, died on Sunday.")
    assert detection.totals == {"killed": (2, 2)}
    assert {person.name for claim in detection.claims for person in claim.people} == {"Emil Torv", "Ren Maddox"}


def test_a_later_sentence_names_who_died() -> None:
    """The same death stated twice is one claim, with the name."""
    text = "The navy announced the death of a sailor. Seaman Corwin Hall, 21, died in an accident."
    claim = only(text)
    assert [person.name for person in claim.people] == ["Corwin Hall"]


def test_each_name_is_its_own_claim() -> None:
    """Two named in one subject are two claims of one, each with its own name and nobody else's."""
    detection = found("Spc. Ana Ruz, 22, of Laredo, Texas, and Pfc. Joel Kimm, 20, of Fresno, Calif., died on Monday.")
    assert [[person.name for person in claim.people] for claim in detection.claims] == [["Ana Ruz"], ["Joel Kimm"]]
    assert [claim.people[0].home_town for claim in detection.claims] == ["Laredo, Texas", "Fresno, Calif"]


def test_names_after_a_total() -> None:
    """A list of names says who the counted are; none of them counts again."""
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
