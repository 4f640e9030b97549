"""Datelines, numbers, bylines and contacts in the shapes that offices use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content import heading

AFTER = "a cargo truck left the road and two soldiers were hurt."


@pytest.mark.parametrize(
    ("begin", "dateline"),
    [
        ("TAMPA, Fla. – ", "TAMPA, Fla."),
        ("TAMPA, Fla. - ", "TAMPA, Fla."),
        ("SOUTHWEST ASIA- ", "SOUTHWEST ASIA"),
        ("SOUTHWEST ASIA--", "SOUTHWEST ASIA"),
        ("STUTTGART, Germany, April 3, 2018 — ", "STUTTGART, Germany, April 3, 2018"),
        ("KABUL, Afghanistan (Aug. 1) - ", "KABUL, Afghanistan (Aug. 1)"),
        ("KABUL, Afghanistan (Feb. 3, 2011) – ", "KABUL, Afghanistan (Feb. 3, 2011)"),
        ("(Feb. 3, 2011) – ", "(Feb. 3, 2011)"),
        ("(May 13) ", "(May 13)"),
        ("KABUL, Afghanistan (May 13) ", "KABUL, Afghanistan (May 13)"),
        ("MacDILL AIR FORCE BASE, Fla. -- ", "MacDILL AIR FORCE BASE, Fla."),
        ("June 11, 2024 – Ottawa – ", "June 11, 2024 – Ottawa"),
        ("WASHINGTON (AFNS) -- ", "WASHINGTON (AFNS)"),
        ("WASHINGTON, (AFNS) -- ", "WASHINGTON, (AFNS)"),
        ("OTTAWA – ", "OTTAWA"),
        ("MARINE CORPS BASE, QUANTICO, Va. (AFNS) -- ", "MARINE CORPS BASE, QUANTICO, Va. (AFNS)"),
        ("FORT GEORGE G. MEADE, Md. (AFNS) -- ", "FORT GEORGE G. MEADE, Md. (AFNS)"),
        ("DUBAI, United Arab Emirates -- ", "DUBAI, United Arab Emirates"),
        ("Kyiv, 12 June 2024 – ", "Kyiv, 12 June 2024"),
        ("КИЇВ – ", "КИЇВ"),
        ("NOUAKCHOTT, Mauritania: ", "NOUAKCHOTT, Mauritania"),
    ],
)
def test_dateline_at_the_head_of_a_text_is_found(begin: str, dateline: str) -> None:
    """Every shape that the offices use, in the first line or after heading lines."""
    assert heading.find_dateline([begin + AFTER]) == dateline
    assert heading.find_dateline(["FOR IMMEDIATE RELEASE", "Truck accident", begin + AFTER]) == dateline


@pytest.mark.parametrize(
    "line",
    [
        "AGM-86B missiles were moved to the depot on the hill.",
        "A truck left the road - two soldiers were hurt in it.",
        "NOTE: the office is closed on Friday and on all of Monday.",
        "FOR IMMEDIATE RELEASE",
        "MISSION - VISION",
        "On May 3, 2024 the minister said - as before - that all is well.",
        "(see the map) the road is closed for the whole of the week",
    ],
)
def test_headings_and_sentences_are_no_dateline(line: str) -> None:
    """Weapons, headings and notes look alike and name no place."""
    assert heading.find_dateline([line]) == ""


def test_a_dateline_on_a_line_of_its_own() -> None:
    """Some pages break the line after the dash."""
    assert heading.find_dateline(["WASHINGTON (AFNS) --", "Two soldiers were hurt in a fall."]) == "WASHINGTON (AFNS)"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Release Number 20160122-04", "20160122-04"),
        ("Release Number: 20240903 - 01", "20240903-01"),
        ("Release # 20151023-3", "20151023-3"),
        ("Release No: 16-016", "16-016"),
        ("RELEASE NO. 24-016", "24-016"),
        ("No. 941-07 IMMEDIATE RELEASE", "941-07"),
        ("ISAF Release 2011-02-S-053", "2011-02-S-053"),
        ("2010-11-CA-134", "2010-11-CA-134"),
        ("(Release ID: 1992001)", "1992001"),
        ("NR-023-24", "023-24"),
        ("20240903 - 01", "20240903-01"),
        ("NEWS RELEASE 20-123", "20-123"),
        ("Press Release No. 25", "25"),
        ("PRESS RELEASE 2012/045", "2012/045"),
        ("Pressemitteilung Nr. 12/2023", "12/2023"),
        ("PRESSEMİTTEILUNG Nr. 12/2023", "12/2023"),
        ("COMUNICADO 123/2024", "123/2024"),
        ("COMMUNIQUÉ N° 123/2024", "123/2024"),
        ("For Immediate Release: 20230101-02", "20230101-02"),
        ("SC/15890", "SC/15890"),
        ("S/2024/123", "S/2024/123"),
        ("Press Release | Jan. 22, 2016", ""),
        ("No. 5 Squadron lost 20 people", ""),
        ("The release of 16-016 tons of water", ""),
        ("Call 555-0100", ""),
    ],
)
def test_release_number_is_found_however_it_is_labelled(line: str, number: str) -> None:
    """As it is cited: without its label and without spaces around its dash."""
    assert heading.find_release_number([line]) == number


@given(st.dates(min_value=__import__("datetime").date(1995, 1, 1)), st.integers(1, 99))
def test_a_number_that_holds_its_day_gives_it(day: object, count: int) -> None:
    """The year of a release may stand nowhere else."""
    digits = f"{day:%Y%m%d}"
    if digits < "20991231":
        assert heading.number_date(f"{digits}-{count:02}") == digits
    assert heading.number_date("16-016") == ""


@pytest.mark.parametrize(
    ("words", "byline"),
    [
        (
            "By Tech. Sgt. Robin Sample, 900th Wing Public Affairs / Published January 14, 2016",
            "Tech. Sgt. Robin Sample, 900th Wing Public Affairs",
        ),
        ("Air Force News Service / Published May 19, 2015", "Air Force News Service"),
        ("/ Published May 19, 2015", ""),
        ("Published May 19, 2015", ""),
        ("Courtesy Story by Lee Sample", "Lee Sample"),
        ("Retired May 1, 1990", ""),
        ("The secretary speaks at the conference of the association, May 2, 2014 in the city.", ""),
        ("Ministry of Defence", "Ministry of Defence"),
    ],
)
def test_byline_loses_its_label_and_its_date(words: str, byline: str) -> None:
    """Who wrote it and for which office, and nothing that merely stands in the same element."""
    assert heading.clean_byline(words) == byline


def test_a_byline_in_the_text() -> None:
    """A line of its own near the top; a sentence that begins with By is none."""
    assert heading.find_byline(["Truck accident", "By Lee Sample, 3rd Brigade"]) == "Lee Sample, 3rd Brigade"
    assert heading.find_byline(["By Monday the road was open again."]) == ""


@pytest.mark.parametrize(
    ("lines", "contact"),
    [
        (["Media contact: Lee Sample, press@example.org"], "Lee Sample, press@example.org"),
        (["CONTACT", "Lee Sample", "+1 555 010 0100"], "Lee Sample +1 555 010 0100"),
        (["Contacts", "Media Relations", "Phone: 555-010-0123"], "Media Relations Phone: 555-010-0123"),
        (["Contact with the enemy was brief"], ""),
        (["All is well"], ""),
    ],
)
def test_contact_is_a_line_that_names_a_way_to_reach_it(lines: list[str], contact: str) -> None:
    """Only where there is a way to reach somebody."""
    assert heading.find_contact(lines) == contact


def test_the_month_as_of_which_a_page_is_true() -> None:
    """Fact sheets carry no other date."""
    assert heading.find_as_of(["Text.", "(Current as of October 2015)"]) == "October 2015"
    assert heading.find_as_of(["Text."]) == ""
