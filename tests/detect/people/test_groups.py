"""Groups of people in a sentence: the words, the number and the class of each."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.detection import read
from watcher.detect.people.groups import read_groups


def groups(text: str) -> list[tuple[str, int | None, int | None, str]]:
    """Each group of a sentence as (words, minimum, maximum, class)."""
    reading = read(text)
    read_groups(reading)
    return [(reading.raw(one.first, one.last), one.low, one.high, one.victim) for one in reading.groups]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Five unarmed local villagers were there.", ("Five unarmed local villagers", 5, 5, "civilian")),
        ("Several soldiers were there.", ("Several soldiers", 3, None, "military")),
        ("The insurgents were there.", ("The insurgents", 2, None, "combatant")),
        ("An insurgent were there.", ("An insurgent", 1, 1, "combatant")),
        ("A family of five were there.", ("A family of five", 5, 5, "civilian")),
        ("Four members of the national police were there.", ("Four members", 4, 4, "police")),
        ("Four members of the Hill Regiment were there.", ("Four members", 4, 4, "military")),
        ("A third soldier were there.", ("A third soldier", 1, 1, "military")),
        ("A third was hurt.", ("A third", 1, 1, "unknown")),
        ("Somebody were there.", ("Somebody", None, None, "unknown")),
        ("Others were there.", ("Others", 2, None, "unknown")),
        ("They were there.", ("They", 2, None, "unknown")),
        ("Those were there.", ("Those", None, None, "unknown")),
        ("13 women and children were there.", ("13 women and children", 13, 13, "civilian")),
        ("Four militants or civilians were there.", ("Four militants or civilians", 4, 4, "mixed")),
    ],
)
def test_a_group_has_its_words_number_and_class(text: str, group: tuple[str, int | None, int | None, str]) -> None:
    """A number with its noun, a noun with its article, a pronoun, and nouns that share one number."""
    assert groups(text)[0] == group


@pytest.mark.parametrize("text", ["The terrorist vehicle left.", "The seizure of it."])
def test_people_who_only_describe_a_thing_are_no_group(text: str) -> None:
    """A vehicle of terrorists is nobody, and neither is an action."""
    assert groups(text) == []


def test_groups_do_not_overlap() -> None:
    """Each token belongs to one group at most."""
    reading = read("Two of the five soldiers, a clerk and the three guards they met were there.")
    read_groups(reading)
    spans = [(one.first, one.last) for one in reading.groups]
    assert spans == sorted(spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
