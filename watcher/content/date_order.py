"""In which order a country and a language write day, month and year in figures, from the short dates of Unicode's CLDR.

Where the languages of a country differ, or nothing is known of the country, more than one order is possible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from watcher.content.language import tongue_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel import Locale


# The order of the three parts, by their letters in CLDR's patterns.
YEAR_FIRST, MONTH_FIRST, DAY_FIRST = "yMd", "Mdy", "dMy"
_FIELD = re.compile(r"[yMd]")
_SIGN = re.compile(r"[yMd]+\W*?([./-])")
# What English follows in countries for which CLDR has no English of their own.
_WORLD_ENGLISH = "en_001"
_SHORT_YEAR = 2  # digits


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
        return _known_country(self.country.upper()) if self.country else _country_of(self.zone)

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
    found: set[str] = set()
    for known in _locales(locale.territory, locale.tongue):
        found |= _orders(known, sign, year_digits)
    return frozenset(found or {MONTH_FIRST, DAY_FIRST})


def _orders(known: Locale, sign: str, year_digits: int) -> set[str]:
    """What one locale writes. Where years come first, a year at the end is not its own way, so both may be meant."""
    short = known.date_formats["short"].pattern
    order = "".join(dict.fromkeys(_FIELD.findall(short)))
    if order != YEAR_FIRST:
        return {order}
    own = _SIGN.match(short)
    skeleton = known.datetime_skeletons.get("Md")
    day_comes_first = skeleton is not None and "".join(_FIELD.findall(skeleton.pattern)).startswith("d")
    if year_digits == _SHORT_YEAR:
        is_own_sign = own is not None and own[1] == sign
        return {YEAR_FIRST} if is_own_sign or not day_comes_first else {YEAR_FIRST, DAY_FIRST}
    return {DAY_FIRST} if day_comes_first else {DAY_FIRST, MONTH_FIRST}


@cache
def _locales(territory: str, language: str) -> tuple[Locale, ...]:
    """The language in its country and the country's official languages; of a language alone, all its countries'."""
    from babel import Locale  # noqa: PLC0415 - no command that reads no date waits for it

    if not territory:
        return tuple(_everywhere(language))
    names = [f"{one}_{territory}" for one in _languages(territory, language)]
    return tuple(
        Locale.parse(name if _exists(name) else _WORLD_ENGLISH if name.startswith("en") else name[:2])
        for name in names
        if _exists(name) or _exists(name[:2])
    )


@cache
def _languages(territory: str, language: str) -> tuple[str, ...]:
    from babel.languages import get_official_languages  # noqa: PLC0415 - as above

    official = get_official_languages(territory, de_facto=True) if territory else ()
    return tuple(dict.fromkeys((*([language] if language else []), *official)))


def _everywhere(language: str) -> Iterator[Locale]:
    from babel import Locale  # noqa: PLC0415 - as above
    from babel.localedata import locale_identifiers  # noqa: PLC0415 - the same

    for name in locale_identifiers():
        if name == language or (name.startswith(f"{language}_") and language):
            yield Locale.parse(name)


def _exists(name: str) -> bool:
    from babel.localedata import exists  # noqa: PLC0415 - as above

    return exists(name)


@cache
def _known_country(code: str) -> str:
    from babel.languages import get_official_languages  # noqa: PLC0415 - as above

    return code if get_official_languages(code, de_facto=True) else ""


@cache
def _country_of(zone: str) -> str:
    from babel.core import get_global  # noqa: PLC0415 - as above

    found = str(get_global("zone_territories").get(zone, ""))
    return found if found != "001" else ""
