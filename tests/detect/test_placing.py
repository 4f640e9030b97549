"""Where the place and the date of a claim are looked for when its own sentence names none."""

from __future__ import annotations

import pytest

from tests.support.detection import found, only


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("PRISTINA – A soldier was killed in a traffic accident.", "PRISTINA"),
        ("CAMP ROWAN, Kosovo -- A soldier was killed today.", "CAMP ROWAN, Kosovo"),
        ("OSLO, Nov. 18, 2024 — A soldier was killed yesterday.", "OSLO"),
        ("UPDATE: A soldier was killed today.", ""),
        ("NEWS RELEASE – A soldier was killed today.", ""),
    ],
)
def test_the_dateline_is_the_last_resort(text: str, place: str) -> None:
    """The head of the release, where it is a place."""
    assert only(text).place_raw == place


def test_a_later_sentence_tells_where() -> None:
    """As in "The attack took place in …"."""
    assert only("Two policemen were killed today. The attack took place in Gereshk district.").place_raw == (
        "Gereshk district"
    )


def test_what_says_it_again_tells_when_and_where() -> None:
    """They who died are the announced dead."""
    text = "The department announced today the deaths of two soldiers. They died Oct. 6 in Zari district, Afghanistan."
    claim = only(text)
    assert (claim.place_raw, claim.date_raw) == ("Zari district, Afghanistan", "Oct. 6")


def test_a_whole_has_what_its_parts_agree_on() -> None:
    """The named dead tell where all of them died."""
    text = (
        "The army announced the deaths of two soldiers. Sgt. Ed Marn and Spc. Lou Tay died on July 14 in Erbil, Iraq."
    )
    assert [claim.place_raw for claim in found(text).claims] == ["Erbil, Iraq"] * 3


def test_an_older_event_borrows_nothing() -> None:
    """What is only background has its own place or none."""
    text = "KABUL – A mine killed a guard near Gao. Two hundred people were killed in attacks last year."
    assert [claim.place_raw for claim in found(text).claims] == ["Gao", ""]
