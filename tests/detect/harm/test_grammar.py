"""Who a harm word speaks of: subjects, objects, lists, insertions, pronouns."""

from __future__ import annotations

import pytest

from tests.support.detection import brief

PEOPLE = [
    ("Two civilians in a car carrying three soldiers were killed.", 2, "civilian"),
    ("Two men, both of them drivers, were killed.", 2, "unknown"),
    ("Three soldiers of the 44th Engineer Battalion were killed.", 3, "military"),
    ("Members of the national police were killed.", 2, "police"),
    ("Nine members of the Bani Sadr tribe were killed.", 9, "civilian"),
    ("The driver of the bus was killed.", 1, "civilian"),
    ("A civilian who was near the bridge during the strike was killed.", 1, "civilian"),
    ("Four militants or civilians were killed.", 4, "mixed"),
    ("Police killed two gunmen.", 2, "combatant"),
    ("Gunmen killed two policemen.", 2, "police"),
    ("Two policemen were killed by gunmen.", 2, "police"),
    ("Two alleged militants were killed.", 2, "combatant"),
    ("A Taliban leader was killed.", 1, "combatant"),
    ("An army commander was killed.", 1, "military"),
    ("Also killed were two guards.", 2, "unknown"),
    ("The governor was shot dead.", 1, "official"),
    ("Thirteen women and children were killed.", 13, "civilian"),
    ("The patrol was bombed and two peacekeepers were killed.", 2, "military"),
    ("Six Romanians were killed.", 6, "unknown"),
]


@pytest.mark.parametrize(("text", "count", "victim"), PEOPLE, ids=[text for text, _, _ in PEOPLE])
def test_the_group_the_harm_speaks_of_is_taken(text: str, count: int, victim: str) -> None:
    """The group that the harm speaks of, not the nearest number."""
    assert [(low, who) for _, low, _, who, _ in brief(text)] == [(count, victim)]


def test_each_group_of_a_list_is_a_claim() -> None:
    """Each group of a list is a claim of its own."""
    text = "Two officers, a clerk and three guards were killed."
    assert sorted(claim[1] or 0 for claim in brief(text)) == [1, 2, 3]


def test_a_list_under_an_active_verb_ends_at_the_next_subject() -> None:
    """Whoever acts next is no victim."""
    text = "The bomb killed two officers and three guards were wounded."
    assert [(claim[0], claim[1]) for claim in brief(text)] == [("killed", 2), ("injured", 3)]


def test_a_bare_number_takes_the_class_of_the_people_before() -> None:
    """Four what? Those just spoken of."""
    assert brief("The bomb killed two villagers and wounded four.")[1][3] == "civilian"


def test_things_are_nobody() -> None:
    """A number of things is no number of people, whatever the verb."""
    assert brief("Soldiers eliminated two positions and neutralised three mines.") == []


def test_a_noun_that_is_not_in_the_vocabulary_can_still_be_killed() -> None:
    """Only people are killed by name: unknown nouns count where the verb leaves no doubt."""
    assert brief("A bodger was murdered.") == [("killed", 1, 1, "unknown", "asserted")]
