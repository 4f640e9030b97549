"""What Unicode's CLDR says of dates: names in every language, orders of short dates, languages of countries.

Read from `cldr.json`, which `training/date_table.py` writes: reading CLDR itself took as long as twenty releases.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = Path(__file__).with_name("cldr.json")
# What stands for a name: the month's number, or one of these and for weekdays their number from Monday, 0.
AM, PM, MONDAY = 64, 65, 80


def date_names(language: str) -> Mapping[str, int]:
    """The months, weekdays and halves of the day in one language, folded (`date_words`), each with its number.

    Empty for a language that CLDR does not know. `language` is as babel writes it: `de`, `deu`, `sr_Latn`.
    """
    table = _table()
    found: Mapping[str, int] = table["names"].get(table["aliases"].get(language, language), {})
    return found


def official_languages(country: str) -> Sequence[str]:
    """The languages of a country that are official there by law or in fact; none for what is no country's code."""
    found: Sequence[str] = _table()["official"].get(country, ())
    return found


def country_of(zone: str) -> str:
    """The country of an IANA zone; empty where it has none."""
    found: str = _table()["zones"].get(zone, "")
    return found


@cache
def date_orders() -> Mapping[str, str]:
    """By each locale's identifier, as `en_US`, how it writes a short date: `dMy`, `Mdy`, `yMd` or `yMd` with more.

    Years first are followed by the sign between its figures, and by `d` where a day without a year comes first.
    """
    return {locale: order for order, locales in _table()["orders"].items() for locale in locales}


@cache
def _table() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return table
