"""Verbs of harm: those that mean it openly, those that mean it only with more words, and those of things."""

from __future__ import annotations

from tests.support.detection import brief, only


def test_some_verbs_count_only_with_their_tail() -> None:
    """To remove somebody is harm only where it is from the battlefield."""
    assert [claim[:3] for claim in brief("The strike removed two leaders from the battlefield.")] == [("killed", 2, 2)]
    assert brief("The strike removed two leaders from office.") == []


def test_a_euphemism_is_marked() -> None:
    """An investigator must see that the words do not say it openly."""
    assert only("Forces neutralised two militants.").is_explicit is False
    assert only("Forces killed two militants.").is_explicit is True
