"""In which order a country and a language write day, month and year in figures, from the short dates of Unicode's CLDR.

Where the languages of a country differ, or nothing is known of the country, more than one order is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from watcher.content.cldr import country_of, date_orders, official_languages
from watcher.content.language import tongue_of

# The order of the three parts, by their letters in CLDR's patterns.
YEAR_FIRST, MONTH_FIRST, DAY_FIRST = "yMd", "Mdy", "dMy"
# What English follows in countries for which CLDR has no English of their own.
_WORLD_ENGLISH = "en_001"
_SHORT_YEAR = 2  # digits
_COMMON_CODE = 2  # letters: ISO 639-1 has one for the languages of many speakers


@dataclass(frozen=True, slots=True)
class DateLocale:
    """Whose dates are read: the IANA zone, ISO 3166 country and BCP 47 language of those who wrote them.

    Without a country, that of the zone counts, but not for an organisation such as the UN, which is no country; without
    a language, those of the country.
    """

    zone: str = "UTC"
    country: str = ""
    language: str = ""

    @property
    def territory(self) -> str:
        """The country, in capitals; empty where neither it nor the zone names one."""
        return _known_country(self.country.upper()) if self.country else country_of(self.zone)

    @property
    def tongue(self) -> str:
        """The language without script and region, in small letters."""
        return tongue_of(self.language)

    @property
    def languages(self) -> tuple[str, ...]:
        """The language and the official ones of the country, in this order."""
        return _languages(self.territory, self.tongue)


ANYWHERE = DateLocale()


@lru_cache(maxsize=256)
def possible_orders(locale: DateLocale, sign: str, year_digits: int) -> frozenset[str]:
    """The orders in which figures set apart by `sign` may stand, with a year of two digits or, at the end, of four."""
    known = date_orders()
    found: set[str] = set()
    for name in _locales(locale.territory, locale.tongue):
        found |= _orders(known[name], sign, year_digits)
    return frozenset(found or {MONTH_FIRST, DAY_FIRST})


def _orders(short: str, sign: str, year_digits: int) -> set[str]:
    """What one locale writes. Where years come first, a year at the end is not its own way, so both may be meant."""
    order, rest = short[:3], short[3:]
    if order != YEAR_FIRST:
        return {order}
    day_comes_first = rest.endswith("d")
    if year_digits == _SHORT_YEAR:
        is_own_sign = rest.removesuffix("d") == sign
        return {YEAR_FIRST} if is_own_sign or not day_comes_first else {YEAR_FIRST, DAY_FIRST}
    return {DAY_FIRST} if day_comes_first else {DAY_FIRST, MONTH_FIRST}


@cache
def _locales(territory: str, language: str) -> tuple[str, ...]:
    """The language in its country and the country's official languages; of a language alone, all its countries'."""
    known = date_orders()
    if not territory:
        return tuple(name for name in known if name.partition("_")[0] == language)
    found = []
    for one in _languages(territory, language):
        alone = one.partition("_")[0]
        if len(alone) > _COMMON_CODE and alone != language and f"{one}_{territory}" not in known:
            continue  # Cantonese in Macau: CLDR has its dates from elsewhere, and those of Macau for other languages
        nearest = (f"{one}_{territory}", _WORLD_ENGLISH if alone == "en" else alone)
        found += [name for name in nearest if name in known][:1]
    return tuple(found)


@cache
def _languages(territory: str, language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*([language] if language else []), *official_languages(territory))))


def _known_country(code: str) -> str:
    return code if official_languages(code) else ""
