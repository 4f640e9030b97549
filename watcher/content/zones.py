"""Time zones as they are named beside a time of day: offsets, abbreviations by the publisher's country, cities.

An abbreviation that the publisher's own zone uses (IST, BST, MSK, EET …) is that zone's; beyond it only those of
RFC 822 and others that mean one thing everywhere are known.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from watcher.content.date_order import DateLocale


# RFC 822 section 5.1, and abbreviations in use for one offset only; hours east of Greenwich.
_ABBREVIATIONS: dict[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "zulu": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3, "tsi": 3, "aft": 4.5, "irst": 3.5, "pkt": 5,
    "npt": 5.75, "mmt": 6.5, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "myt": 8, "pht": 8, "hkt": 8, "awst": 8,
    "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3,
    "clt": -4, "clst": -3, "cot": -5, "pet": -5, "vet": -4, "sast": 2, "wat": 1, "cat": 2, "eat": 3, "nst": -3.5,
}  # fmt: skip
# Abbreviations that mean another thing in these countries and that the zone database does not hold.
_BY_COUNTRY: dict[str, dict[str, float]] = {
    **{country: {"ast": 3} for country in ("SA", "KW", "QA", "BH", "YE", "IQ")},
    "BD": {"bst": 6}, "AE": {"gst": 4}, "OM": {"gst": 4}, "PH": {"pst": 8}, "MY": {"mst": 8}, "SG": {"sst": 8},
    "NP": {"nst": 5.75}, "AM": {"amt": 4}, "GE": {"get": 4}, "AZ": {"azt": 4}, "PK": {"pst": 5},
}  # fmt: skip
# Names that the zone database does not have as the city of a zone.
_NAMED = {
    "et": "America/New_York", "eastern": "America/New_York", "ct": "America/Chicago", "central": "America/Chicago",
    "mt": "America/Denver", "mountain": "America/Denver", "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "kiev": "Europe/Kyiv", "beijing": "Asia/Shanghai", "israel": "Asia/Jerusalem", "washington": "America/New_York",
    "greenwich": "UTC", "zulu": "UTC", "delhi": "Asia/Kolkata", "islamabad": "Asia/Karachi",
    "ankara": "Europe/Istanbul",
    "canberra": "Australia/Canberra", "北京": "Asia/Shanghai", "台北": "Asia/Taipei", "東京": "Asia/Tokyo",
    "日本": "Asia/Tokyo", "غرينتش": "UTC", "гринвичу": "UTC", "москве": "Europe/Moscow", "киеву": "Europe/Kyiv",
    "києвом": "Europe/Kyiv", "московскому": "Europe/Moscow",
}  # fmt: skip
_CITIES_ONLY = ("et", "ct", "mt", "pt")
_OFFSET = re.compile(
    r"\(?(?P<utc>utc|gmt|ut)?\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?:[:'.]?(?P<minutes>\d{2}))?(?![\d:])"
)
_WORD = re.compile(r"\(?\s?(?P<word>[^\W\d_]{1,5})(?![^\W\d_])")
_PLACE = re.compile(
    r"\(?\s?(?:(?:по|за|بتوقيت|heure de|hora de) (?P<of>[^\W\d_]+)"
    r"|(?P<place>[^\W\d_]+(?: [^\W\d_]+)??)(?:(?: standard| daylight| summer)? (?:time|часом|времени)|时间|時間))"
)
_FURTHEST = timedelta(hours=14)
# The letters of military zones (ACP 121): A to M but J east, N to Y west, Z Greenwich.
_LETTERS = "ABCDEFGHIKLM", "NOPQRSTUVWXY"


def zone_beside(words: str, naive: datetime, locale: DateLocale, *, is_exact: bool) -> tzinfo:
    """The zone that the words right behind a time of day name; the publisher's where they name none that is known.

    `is_exact` says that the time has seconds or an ISO day, so that a bare `-05:00` is an offset and no end of a span.
    """
    low = words[:40].strip().lower()
    home = ZoneInfo(locale.zone)
    if (found := _OFFSET.match(low)) and (found["utc"] or is_exact or (found["sign"] == "+") or ":" not in found[0]):
        away = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        if away <= _FURTHEST:
            return timezone(-away if found["sign"] == "-" else away)
    word = _WORD.match(low)
    return (_abbreviated(word["word"], naive, locale, home) if word else None) or _of_place(low) or home


def military_zones(letter: str, locale: DateLocale) -> tuple[tzinfo, ...]:
    """The zone of a date-time group's letter; J is local time, and L, by the book Lima, is often written for it."""
    east, west = _LETTERS
    home = ZoneInfo(locale.zone)
    if letter == "J":
        return (home,)
    if letter in east:
        own = timezone(timedelta(hours=east.index(letter) + 1))
        return (own, home) if letter == "L" else (own,)
    return (timezone(-timedelta(hours=west.index(letter) + 1)),) if letter in west else (timezone(timedelta(0)),)


def _abbreviated(name: str, naive: datetime, locale: DateLocale, home: ZoneInfo) -> tzinfo | None:
    own = _own_offset(name, naive, home)
    if own is not None:
        return timezone(own)
    hours = _BY_COUNTRY.get(locale.territory, {}).get(name, _ABBREVIATIONS.get(name))
    if hours is not None:
        return timezone(timedelta(hours=hours))
    return ZoneInfo(_NAMED[name]) if name in _CITIES_ONLY else None


def _own_offset(name: str, naive: datetime, home: ZoneInfo) -> timedelta | None:
    """The offset that the publisher's own zone has under this abbreviation in that year."""
    for month in (naive.month, 1, 7):
        at = naive.replace(month=month, day=1, tzinfo=home)
        if (at.tzname() or "").lower() == name:
            return at.utcoffset()
    return None


def _of_place(low: str) -> tzinfo | None:
    """As in "Kyiv time", "Eastern Daylight Time", "America/New_York": a place alone, without "time", says nothing."""
    if found := re.match(r"[(\[]?([a-z]+/[a-z_]+(?:/[a-z_]+)?)", low):
        return ZoneInfo(_zones()[found[1]]) if found[1] in _zones() else None
    found = _PLACE.match(low)
    if not found:
        return None
    words = (found["of"] or found["place"]).split(" ")
    names = ("_".join(words), words[-1])
    key = next((_NAMED.get(name) or _cities().get(name) for name in names if name in _NAMED or name in _cities()), None)
    return ZoneInfo(key) if key else None


@cache
def _zones() -> dict[str, str]:
    return {key.lower(): key for key in available_timezones()}


@cache
def _cities() -> dict[str, str]:
    return {key.rpartition("/")[2]: zone for key, zone in _zones().items() if "/" in key and not key.startswith("etc")}
