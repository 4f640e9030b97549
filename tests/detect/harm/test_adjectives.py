"""Harm stated by adjectives, and the same adjectives where they describe a thing."""

from __future__ import annotations

import pytest

from tests.support.detection import brief, found

ADJECTIVES = [
    ("Among the dead were five firemen.", ("killed", 5, "civilian")),
    ("Twelve dead after storm", ("killed", 12, "unknown")),
    ("The fire left a fireman dead.", ("killed", 1, "civilian")),
    ("Two divers remain missing.", ("missing", 2, "civilian")),
    ("Able Seaman Ana Roe, missing since Friday, has a family.", ("missing", 1, "military")),
]


@pytest.mark.parametrize(("text", "expected"), ADJECTIVES, ids=[text[:40] for text, _ in ADJECTIVES])
def test_an_adjective_takes_the_people_it_describes(text: str, expected: tuple[str, int, str]) -> None:
    """Headlines and reports leave the verb out: the people stand beside the adjective."""
    ((harm, low, _, victim, _),) = brief(text)
    assert (harm, low, victim) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The ship was dead in the water.",
        "The exercise ended with a missing radio.",
    ],
)
def test_an_adjective_of_a_thing_harms_nobody(text: str) -> None:
    """Ships can be dead in the water, and radios missing."""
    assert not found(text).is_reported
