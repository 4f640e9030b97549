"""The months' names in the languages of the publishers: those of Unicode's CLDR, and a few that it lacks."""

from __future__ import annotations

import unicodedata
from functools import cache

# Regional forms too: Sept (en_GB), Jänner (de_AT), setiembre (es_UY), شباط (ar_SY).
_LOCALES = (
    "en", "en_GB", "de", "de_AT", "fr", "es", "es_UY", "pt", "it", "nl", "da", "nb", "pl", "tr", "uk", "ru", "he",
    "ar", "ar_SY",
)  # fmt: skip
# What CLDR lacks and publishers write.
_FURTHER = {
    "feber": 2, "maerz": 3,  # German without umlauts; Austrian
    "mayis": 5, "kasim": 11, "aralik": 12,  # Turkish in capitals, where small letters lose the dotless i
    "кві": 4, "тра": 5, "чер": 6, "сер": 8, "жов": 10, "лис": 11, "гру": 12,  # Ukrainian of three letters
    "фев": 2, "сен": 9, "ноя": 11,  # Russian of three letters
    "מרס": 3,  # March as the Israeli army spells it
}  # fmt: skip
_HEBREW_IN = "ב"  # "in", written as one word with the month


def month_number(word: str) -> int:
    """The number of the month that a word names in any of these languages, whatever its case and accents; else 0."""
    return _numbers().get(_folded(word), 0)


@cache
def _numbers() -> dict[str, int]:
    """Every name of one word, folded. Made when the first date is read: it takes a tenth of a second."""
    from babel import Locale  # noqa: PLC0415 - no command that reads no date waits for it

    numbers = {_folded(word): number for word, number in _FURTHER.items()}
    for name in _LOCALES:
        months = Locale.parse(name).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, words in months[form][width].items():
                    numbers.setdefault(_folded(words), number)
                    if name == "he":
                        numbers.setdefault(_HEBREW_IN + _folded(words), number)
    return numbers


def _folded(word: str) -> str:
    """The word in small letters without accents and closing full stop."""
    plain = unicodedata.normalize("NFD", word.lower().removesuffix("."))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
