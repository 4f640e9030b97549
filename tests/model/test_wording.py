"""Numbers and harm in words: one sentence that says neither more nor less than the publisher did."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.model.claim import Claim, Detection, Harm, Stance, Total, Victim
from watcher.model.wording import (
    HARM,
    STANCE,
    STANCE_MEANS,
    claim_in_words,
    copy_in_words,
    headline,
    headline_totals,
    number,
    signature_in_words,
    totals_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def total(low: int | None, high: int | None, **fields: Any) -> Total:
    said: dict[str, Any] = {"harm": "killed", "victim": "civilian", "stance": "asserted"} | fields
    return Total(count_min=low, count_max=high, **said)


def claim(**fields: Any) -> Claim:
    said: dict[str, Any] = {
        "harm": "killed",
        "count_min": 2,
        "count_max": 2,
        "victim": "civilian",
        "stance": "asserted",
    }
    return Claim(**said | {"start": 0, "end": 1, "sentence": "s"} | fields)


def title(totals: Sequence[Total], claims: Sequence[Claim] = (), dateline: str = "") -> str:
    return headline(Detection(tuple(claims), totals_by=tuple(totals)), "army", "The title", dateline)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2, 2, "2"),
        (2, 4, "2–4"),
        (2, None, "at least 2"),
        (None, 4, "up to 4"),
        (None, None, "some"),
        (0, 0, "no"),
        (1200, 1200, "1,200"),
        (0, 3, "0–3"),
    ],
)
def test_bounds_in_words(low: int | None, high: int | None, words: str) -> None:
    """A bound that is not set is not a number; nobody is told "None killed"."""
    assert number(low, high) == words


@given(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6))
def test_every_bound_is_said(low: int | None, high: int | None) -> None:
    """Whatever the bounds are, both stand in the words, and nothing else does."""
    said = number(low, high)
    expected = {bound for bound in (low, high) if bound is not None} - ({0} if low == high == 0 else set())
    assert {int(part.replace(",", "")) for part in said.replace("–", " ").split() if part[0].isdigit()} == expected


def test_every_word_of_the_model_has_its_words() -> None:
    """A stance or harm without words would end an alert with an error, at night."""
    assert set(HARM) == set(get_args(Harm))
    assert set(STANCE) == set(get_args(Stance))
    for victim in get_args(Victim):
        assert claim_in_words(claim(victim=victim))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "2 civilians killed"),
        ({"count_min": 1, "count_max": 1}, "1 civilian killed"),
        ({"count_min": 1, "count_max": None, "harm": "injured"}, "at least 1 civilians injured"),
        ({"victim": "unknown", "count_min": 1, "count_max": 1}, "1 person killed"),
        ({"harm": "casualty", "victim": "military"}, "2 service members killed or injured"),
    ],
)
def test_claim_in_a_few_words(fields: dict[str, Any], words: str) -> None:
    """What a row of a table shows."""
    assert claim_in_words(claim(**fields)) == words


def test_group_is_named_once_in_a_row() -> None:
    """Subjects of mails are short."""
    assert title([total(2, 2), total(4, 4, harm="injured")]) == "[ARMY] 2 civilians killed, 4 injured"
    mixed = [total(1, 1, victim="unknown"), total(2, 2, victim="unknown", harm="injured")]
    assert title(mixed) == "[ARMY] 1 person killed, 2 people injured"


def test_reported_and_denied_are_never_mixed() -> None:
    """A denial beside a report is not the news; a denial alone is, and says so."""
    denied = total(12, 12, stance="denied")
    assert headline_totals((denied, total(2, 2))) == (total(2, 2),)
    assert title([denied]) == "[ARMY] 12 civilians killed – denied"


def test_each_stance_speaks_for_itself() -> None:
    """Three alleged and two stated are not five."""
    totals = [total(3, 3, stance="alleged"), total(2, 2)]
    assert totals_in_words(totals) == "2 civilians killed; 3 alleged, not confirmed"


def test_civilians_and_the_dead_come_first() -> None:
    """What matters most must not be cut off at the end of a subject."""
    totals = [total(9, 9, victim="combatant"), total(4, 4, harm="injured"), total(2, 2)]
    assert title(totals) == "[ARMY] 2 civilians killed, 4 injured, 9 combatants killed"


def test_place_of_writing_is_not_the_place_of_death() -> None:
    """The dateline says where the press office is; three places are enough."""
    claims = [claim(place_raw=place) for place in ("Tampa", "Raqqa", "Raqqa", "Mosul", "Hit", "Anah")]
    assert title([total(2, 2)], claims, "TAMPA, Fla. Tampa") == "[ARMY] 2 civilians killed – Raqqa, Mosul, Hit"


def test_without_totals_the_title_speaks() -> None:
    """A rule may match a claim that counts into no total."""
    assert title([]) == "[ARMY] The title"


def test_rows_of_another_version_have_words_too() -> None:
    """A bundle may come from a later version, or from somebody who made it up: its report is still written."""
    row = {"result": "maybe", "domain": "army.example", "checked_at": "2026-11-24T08:00:00.000Z", "detail": ""}
    assert signature_in_words(row).startswith("a signature of army.example, checked with")
    assert signature_in_words(row | {"result": "pass"}) == "signed by army.example: verified on 2026-11-24"
    assert "from a copy of elsewhere on 2026-11-24 at 08:00 UTC" in copy_in_words("elsewhere", row["checked_at"], "x")


def test_nothing_that_people_read_calls_a_statement_an_admission() -> None:
    """A ministry that reports what an enemy did admits nothing: its claims were "admitted" in the reading room."""
    assert "admit" not in " ".join((*STANCE.values(), *STANCE_MEANS.values()))
    templates = files("watcher") / "templates"
    pages = [page for page in templates.iterdir() if page.name.endswith(".html")]
    assert pages
    assert [page.name for page in pages if "admitted" in page.read_text(encoding="utf-8")] == []
