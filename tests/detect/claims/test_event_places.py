"""Places and dates as stated, the day they mean, and where they are looked for when a claim's sentence names none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.detection import ENGLISH, found, only
from watcher.detect.detector import detect
from watcher.model.text_context import TextContext

TUESDAY = datetime(2024, 5, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on 3 May 2024", "2024-05-03"),
        ("on May 3, 2024", "2024-05-03"),
        ("on May 3", "2024-05-03"),
        ("on Dec. 30", "2023-12-30"),
        ("yesterday", "2024-05-13"),
        ("today", "2024-05-14"),
        ("on Friday", "2024-05-10"),
        ("on Tuesday", "2024-05-14"),
    ],
)
def test_a_day_as_stated(words: str, day: str) -> None:
    """Relative days count from publication; a date without a year is the last such day."""
    (claim,) = detect(
        f"A soldier was killed {words}.", vocabulary=ENGLISH, context=TextContext(published=TUESDAY)
    ).claims
    assert claim.event_from == claim.event_to == day
    assert claim.date_raw in words


def test_without_anything_to_count_from_the_words_stay() -> None:
    """A weekday alone fixes no day, but is kept."""
    claim = only("A soldier was killed on Friday.")
    assert (claim.date_raw, claim.event_from) == ("Friday", "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A guard was killed near Qala-i-Dara.", "Qala-i-Dara"),
        ("In Mogadishu, a bomb killed a guard.", "Mogadishu"),
        ("A guard was killed in Chora district, Uruzgan province.", "Chora district, Uruzgan province"),
        ("A guard was killed in March.", ""),
        ("A soldier from Lyon was killed near Gao.", "Gao"),
    ],
)
def test_a_place_as_stated(text: str, place: str) -> None:
    """The place of the event, not of the people; a month is no place."""
    assert only(text).place_raw == place


def test_the_dateline_stands_in() -> None:
    """Where the sentence names neither place nor day, the head of the release does."""
    claim = only("KANDAHAR, Afghanistan (May 9, 2011) – A soldier was killed today.")
    assert claim.place_raw.startswith("KANDAHAR")
    assert claim.event_from == "2011-05-09"
    (other,) = detect("A soldier was killed.", vocabulary=ENGLISH, context=TextContext(dateline="Gao")).claims
    assert other.place == "Gao"


def test_an_impossible_day_is_no_day() -> None:
    """The words are kept; no day is made up."""
    claim = only("A soldier was killed on 31 June 2024.")
    assert claim.event_from == ""


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("yesterday", "2015-11-01"),
        ("on Friday", "2015-10-30"),
        ("on Nov. 1", "2015-11-01"),
    ],
)
def test_the_datelines_day_is_not_the_events(said: str, day: str) -> None:
    """A dateline says when it was written, and what yesterday means."""
    text = f"TAMPA, Fla., Nov. 2, 2015 – Two soldiers were killed in a crash {said}, the command said."
    claim = detect(text, vocabulary=ENGLISH, context=TextContext(published=datetime(2015, 11, 2, tzinfo=UTC))).claims[0]
    assert claim.event_from == day


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
    """The sentence that names the dead says where all of them died."""
    text = (
        "The army announced the deaths of two soldiers. Sgt. Ed Marn and Spc. Lou Tay died on July 14 in Erbil, Iraq."
    )
    assert [claim.place_raw for claim in found(text).claims] == ["Erbil, Iraq"] * 3


def test_an_older_event_borrows_nothing() -> None:
    """What is only background has its own place or none."""
    text = "KABUL – A mine killed a guard near Gao. Two hundred people were killed in attacks last year."
    assert [claim.place_raw for claim in found(text).claims] == ["Gao", ""]


def test_a_sentence_about_another_attack_dates_no_news() -> None:
    """What a man was wanted for is old; who was hurt when he was found is not."""
    text = (
        "The gunman was found at a farm. He was wanted for an attack in 2019, in which three constables were murdered. "
        "Two of his guards were wounded."
    )
    claims = detect(text, vocabulary=ENGLISH, context=TextContext(published=TUESDAY)).claims
    assert [(claim.harm, claim.is_background) for claim in claims] == [("killed", True), ("injured", False)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("A soldier wounded in an ambush on 2 January died on Saturday.", "2024-05-11"),
        ("Two soldiers who were wounded on 24 January have died in hospital.", ""),
        ("A hostage abducted on 7 October 2023 was found dead on Friday.", "2024-05-10"),
        ("The body of a guard, who was abducted on 7 October 2023, has been recovered.", ""),
        ("A soldier was wounded on 2 January and died on 3 January.", "2024-01-02"),
    ],
)
def test_the_day_of_a_wound_is_not_that_of_the_death(text: str, day: str) -> None:
    """Who was wounded or taken long ago and died now is news."""
    claims = detect(text, vocabulary=ENGLISH, context=TextContext(published=TUESDAY)).claims
    death = next(claim for claim in claims if claim.harm == "killed")
    assert death.event_from == day
    assert death.is_background == day.startswith("2024-01")
