"""A verb that is left out because it has been said: the second group counts as much as the first."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two soldiers were killed in Basra and three in Amara.", {"killed": (5, 5)}),
        ("One villager was wounded on Monday, two on Tuesday.", {"injured": (3, 3)}),
        ("The army lost two men, the police four.", {"killed": (6, 6)}),
        ("The militia lost two fighters, the army one soldier and the police four officers.", {"killed": (7, 7)}),
    ],
)
def test_the_second_group_shares_the_verb(text: str, expected: dict[str, tuple[int, int]]) -> None:
    """Half of the dead would be missing from the totals."""
    assert found(text).totals == expected


@pytest.mark.parametrize(
    "text",
    [
        "Two soldiers were killed in Basra and three in Amara were praised.",
        "Two soldiers were killed in Basra and three vehicles in Amara.",
        "Two gunmen were killed and the patrol searched four in Amara.",
    ],
)
def test_a_verb_of_its_own_or_a_thing_shares_nothing(text: str) -> None:
    """Numbers that belong to another verb are nobody's dead."""
    assert [claim[:3] for claim in brief(text)] == [("killed", 2, 2)]


def test_the_owner_gives_the_class() -> None:
    """The police's four are policemen."""
    assert ("killed", 4, 4, "police", "asserted") in brief("The army lost two men, the police four.")
