"""The parts of a text in several languages: every line is in one of them, and a few foreign words are none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.language_parts import language_parts

UKRAINIAN = "Двоє військовослужбовців загинули внаслідок вибуху міни поблизу міста, повідомило міністерство."
ENGLISH = "The wounded were flown to the military hospital in the capital, and two of them are in danger."
SPANISH = "Los heridos fueron trasladados al hospital militar de la capital, donde dos de ellos están graves."
ARABIC = "ونُقل الجرحى إلى المستشفى العسكري في العاصمة حيث يوجد اثنان منهم في حالة حرجة."
NORWEGIAN = "De sårede ble fløyet til sykehuset i byen, og to av dem er i kritisk tilstand etter ulykken på fjellet."
DANISH = "De sårede blev fløjet til sygehuset i byen, og to af dem er i kritisk tilstand efter ulykken på fjeldet."


@pytest.mark.parametrize(
    ("lines", "language", "stated", "parts"),
    [
        ([UKRAINIAN, ENGLISH], "uk", {}, ["uk", "en"]),
        ([ARABIC, ENGLISH, ARABIC], "ar", {}, ["ar", "en", "ar"]),
        ([ENGLISH, SPANISH, SPANISH, SPANISH], "en", {}, ["en", "es"]),
        ([ENGLISH, SPANISH], "en", {}, []),
        ([ENGLISH, SPANISH], "en", {SPANISH: "es"}, ["en", "es"]),
        ([UKRAINIAN, "KARSA", "Two were killed."], "uk", {"Two were killed.": "en"}, ["uk", "en"]),
        ([UKRAINIAN, "Reuters", "2026"], "uk", {}, []),
        ([NORWEGIAN, DANISH], "no", {}, []),
        ([ENGLISH, ENGLISH], "en-US", {ENGLISH: "uk"}, []),
        ([], "en", {}, []),
    ],
)
def test_parts_are_told_by_words_and_by_what_is_stated(
    lines: list[str], language: str, stated: dict[str, str], parts: list[str]
) -> None:
    """One sentence of a language with the same letters is a quotation unless the markup says what it is."""
    assert [part.language for part in language_parts(lines, language, stated)] == parts


@given(
    st.lists(
        st.sampled_from([UKRAINIAN, ENGLISH, SPANISH, ARABIC, "", "KARSA", "12"]) | st.text(max_size=30), max_size=9
    ),
    st.sampled_from(["", "en", "uk", "?"]),
)
def test_the_parts_hold_every_line_once(lines: list[str], language: str) -> None:
    """What lies in no part is read by nobody."""
    lines = [line.replace("\n", " ") for line in lines]
    text = "\n".join(lines)
    parts = language_parts(lines, language)
    if parts:
        assert "\n".join(text[part.start : part.end] for part in parts) == text
        assert all(one.language != other.language for one, other in pairwise(parts))
