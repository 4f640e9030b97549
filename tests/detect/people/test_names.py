"""Which runs of capitalised words are people's names."""

from __future__ import annotations

import pytest

from tests.support.detection import found, read
from watcher.detect.people.names import names_in


def _names(text: str) -> list[tuple[str, str]]:
    """Rank and name of everybody named in a sentence."""
    sentence = read(text)
    return [
        (
            sentence.raw(name.rank_first, name.first - 1) if name.is_ranked else "",
            sentence.raw(name.first, name.last),
        )
        for name in names_in(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('Sgt. Ian "Mac" A. Roe Jr., 31, died.', [("Sgt.", 'Ian "Mac" A. Roe Jr.')]),
        ("Staff Sgt. (res.) Noa Levin, 24, fell.", [("Staff Sgt. (res.)", "Noa Levin")]),
        ("1st Lt. Sam Roe was hurt.", [("1st Lt.", "Sam Roe")]),
        ("Lance Naik Ramesh Sing was hurt.", [("Lance Naik", "Ramesh Sing")]),
        ("Obergefreiter Nils van der Baum (22) was hurt.", [("Obergefreiter", "Nils van der Baum")]),
        ("Sgt. Ann Baker and Pvt. Will May were hurt.", [("Sgt.", "Ann Baker"), ("Pvt.", "Will May")]),
        ("SGT. JOHN MARSH, 24, OF DAYTON, WAS KILLED.", [("SGT.", "JOHN MARSH")]),
        ("Khalid bin Daud, a farmer, was hurt.", [("", "Khalid bin Daud")]),
    ],
)
def test_names_with_their_ranks(text: str, names: list[tuple[str, str]]) -> None:
    """Initials, nicknames, particles, suffixes and ranks of many armies; surnames that are other words too."""
    assert _names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Two International Security Assistance Force members died.",
        "An Afghan National Army soldier died.",
        "Twelve Germans were wounded.",
        "The Hill Regiment, in the north, lost two men.",
        "ROCKET ATTACK, FOUR DEAD",
    ],
)
def test_what_is_no_name(text: str) -> None:
    """Bodies, peoples, number words, units, and anything in capitals without a rank."""
    assert _names(text) == []


def test_a_name_is_no_trade() -> None:
    """A surname that is also a trade says nothing of the class."""
    (claim,) = found("Sgt. Ann Baker was killed by a mine.").claims
    assert (claim.victim, claim.count_min) == ("military", 1)
