"""The shipped table of CLDR's dates, against babel, from which it was made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import ROOT, loaded
from watcher.content.cldr import FILE, country_of, date_names, date_orders, official_languages
from watcher.content.date_order import DateLocale, possible_orders

if TYPE_CHECKING:
    from types import ModuleType


def script() -> ModuleType:
    """The script that makes the table."""
    return loaded(ROOT / "training" / "date_table.py")


def shipped() -> Any:
    """The table as it is shipped."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_the_table_is_what_babel_says() -> None:
    """A new CLDR must come in, and no hand-made change stay: asked are a language of each script, and each country."""
    made = script()
    languages = ("en", "de", "ar", "sr", "he", "uk", "hi", "ko", "zh_Hant", "heb", "xx")
    assert {one: date_names(one) for one in languages} == {one: made.names_of(one) for one in languages}
    locales = ("en_US", "en_001", "de", "hu", "sv_FI", "fa_AF", "zh_Hant_MO", "mn")
    assert {one: date_orders()[one] for one in locales} == {one: made.order_of(one) for one in locales}
    countries = made.get_global("territory_languages")
    assert {one: official_languages(one) for one in countries} == {one: made.official(one) for one in countries}
    zones = made.get_global("zone_territories")
    assert {one: country_of(one) or "001" for one in zones} == zones


@pytest.mark.soak
def test_all_of_the_table_is_what_babel_says() -> None:
    """The same for every language and locale, which takes babel half a minute."""
    made = script()
    assert made.written(made.table()) == FILE.read_text(encoding="utf-8")


def test_the_table_says_whose_data_it_is() -> None:
    """Unicode's licence asks for its notice wherever the data go."""
    assert "Unicode License v3" in shipped()["source"]
    assert "UNICODE LICENSE V3" in FILE.with_name("cldr-licence.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("country", "language", "expected"),
    [("US", "en", {"Mdy"}), ("TW", "zh", {"yMd"}), ("MO", "", {"dMy"}), ("PH", "fil", {"Mdy"})],
)
def test_a_language_is_not_taken_for_another_that_begins_alike(country: str, language: str, expected: set[str]) -> None:
    """Hakka (`hak`) of Taiwan is no Hausa (`ha`), nor Filipino Finnish: their dates would be read in a wrong order."""
    assert possible_orders(DateLocale("UTC", country, language), ".", 2) == expected
