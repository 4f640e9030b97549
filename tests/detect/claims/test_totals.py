"""Adding up: what enters a total, and within which bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.detection import found
from watcher.detect.claims.totals import totals, totals_by
from watcher.model.claim import Claim, Harm, Stance


def claim(low: int | None, high: int | None, *, stance: Stance = "asserted", harm: Harm = "killed", part_of: int | None = None, is_background: bool = False) -> Claim:  # fmt: skip  # noqa: E501 (one line reads as a table)
    """A claim of which only what totals look at is set."""
    return Claim(harm, low, high, "civilian", stance, 0, 1, "", part_of=part_of, is_background=is_background)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim(2, 2), claim(3, 3)], (5, 5)),
        ([claim(2, 2), claim(3, None)], (5, None)),
        ([claim(None, 9)], (None, 9)),
        ([claim(2, 2), claim(None, 9)], (2, 11)),
        ([claim(None, None)], (None, None)),
        ([claim(8, 8), claim(3, 3, part_of=0)], (8, 8)),
        ([claim(2, 2), claim(40, 40, is_background=True)], (2, 2)),
        ([claim(2, 2), claim(7, 7, stance="denied")], (2, 2)),
        ([claim(2, 2), claim(7, 7, stance="hypothetical")], (2, 2)),
        ([claim(2, 2), claim(7, 7, stance="under_review")], (2, 2)),
        ([claim(2, 2, stance="assessed"), claim(7, 7, stance="alleged")], (2, 2)),
        ([claim(7, 7, stance="alleged")], (7, 7)),
    ],
)
def test_what_enters_a_total(claims: list[Claim], expected: tuple[int | None, int | None]) -> None:
    """Each rule of what enters a total, alone."""
    assert totals(claims, {})["killed"] == expected


def test_nothing_reported_gives_no_total() -> None:
    """A denial is no total of nobody: the harm is simply absent."""
    assert totals([claim(0, 0, stance="denied")], {}) == {}


def test_parts_can_make_a_vague_total_larger() -> None:
    """Several, of which five and four are counted: nine at least."""
    assert totals([claim(3, None)], {0: 9}) == {"killed": (9, None)}


def test_each_harm_and_stance_has_its_row() -> None:
    """The rows that the headline of an alert is made of."""
    rows = totals_by([claim(2, 2), claim(4, 4, harm="injured"), claim(7, 7, stance="denied")], {})
    assert {(row.harm, row.stance, row.count_min) for row in rows} == {
        ("killed", "asserted", 2),
        ("injured", "asserted", 4),
        ("killed", "denied", 7),
    }


MERGED = [
    ("Two soldiers were killed at the gate. Three more were killed on the road.", (5, 5)),
    ("Two rebels were killed. Three rebels were killed. A total of five rebels were killed.", (5, 5)),
    ("A leader and one other rebel were killed. Both were killed at dawn.", (2, 2)),
    ("Six soldiers were killed. The soldiers were killed by a mine.", (6, 6)),
    ("Leader killed in raid\n\nTwo rebels were killed in a raid near Harun on Monday.", (2, 2)),
    ("Two soldiers and four rebels were killed.", (6, 6)),
    ("A policeman died overnight, bringing the number of dead to four.", (4, 4)),
    ("A bomb killed four shoppers. The four shoppers were buried after the bomb killed them.", (4, 4)),
]


@pytest.mark.parametrize(("text", "expected"), MERGED, ids=[text[:40] for text, _ in MERGED])
def test_merging(text: str, expected: tuple[int, int]) -> None:
    """The same people counted again are not more people; other people are."""
    assert found(text).totals["killed"] == expected


def test_entries_of_a_list_stay_claims_beside_their_total() -> None:
    """Each incident of a list has its own place and date, though the summary has its number too."""
    text = (
        "Two reports were found credible, in which two farmers were killed and four were injured.\n"
        "1. On July 4, near Dorva, two farmers were killed.\n2. On July 9, near Tharsk, four farmers were injured.\n"
    )
    claims = found(text).claims
    assert [(claim.harm, claim.count_min, claim.part_of) for claim in claims] == [
        ("killed", 2, None),
        ("injured", 4, None),
        ("killed", 2, 0),
        ("injured", 4, 1),
    ]
    assert [claim.place_raw for claim in claims[2:]] == ["Dorva", "Tharsk"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Several other rebels were killed in the raid. The commander was killed in the raid.", (4, None)),
        ("Several rebels were killed in the raid. The commander was killed in the raid.", (3, None)),
        ("Numerous Rebels Killed\nThe fight led to the deaths of 12 rebels and the seizure of weapons.", (12, None)),
        ("Three rebels were killed. The agency said that seven villagers had died in earlier strikes.", (3, 3)),
        ("Three members of a family killed in a raid on the village.", (3, 3)),
        ("Nine to ten suspected rebels chased and killed near the border.", (9, 10)),
    ],
)
def test_who_is_added(text: str, expected: tuple[int | None, int | None]) -> None:
    """Others are set apart from one spoken of later; actions, older events and families add nobody."""
    assert found(text).totals["killed"] == expected


def test_listed_incidents_are_claims_of_their_own() -> None:
    """A numbered incident that repeats the summary's number keeps its place and date and adds nobody."""
    text = (
        "In all, two villagers were likely killed and four were likely injured.\n\n"
        "1. On July 4, 2026, near Arle, two villagers were likely killed.\n\n"
        "2. On July 9, 2026, near Borun, four villagers were likely injured."
    )
    detection = found(text)
    listed = [(one.harm, one.count_min, one.place, one.date_raw, one.part_of) for one in detection.claims[2:]]
    assert listed == [("killed", 2, "Arle", "July 4, 2026", 0), ("injured", 4, "Borun", "July 9, 2026", 1)]
    assert dict(detection.totals) == {"killed": (2, 2), "injured": (4, 4)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two civilians were killed. Residents claim that six civilians were killed.", (2, 2)),
        ("Residents claim that six civilians were killed. The council claims that nine civilians were killed.", (6, 9)),
        ("Two guards were killed at the mill. It is assessed that a strike likely killed three civilians.", (2, 2)),
        ("Up to 15 insurgents were killed.", (None, 15)),
        ("At least two and as many as seven civilians were killed.", (2, 7)),
        ("Two guards died in Arud and three in Bem. In all, five guards were killed.", (5, 5)),
    ],
)
def test_what_differs_in_stance_or_speaker_is_never_added(text: str, expected: tuple[int | None, int | None]) -> None:
    """Eight dead whom nobody counted: the two admitted and the six that a council spoke of."""
    assert found(text).totals["killed"] == expected


def test_accounts_of_one_event_are_a_range_and_those_of_two_are_added() -> None:
    """The publisher's number stands first; a quoted one that is higher is the most that is said."""
    two = replace(claim(2, 2), incident=1)
    quoted = replace(claim(5, 5), incident=1, speaker="the mayor")
    elsewhere = replace(claim(1, 1), incident=2, speaker="the mayor")
    assert totals([two, quoted], {})["killed"] == (2, 5)
    assert totals([two, quoted, elsewhere], {})["killed"] == (3, 6)
