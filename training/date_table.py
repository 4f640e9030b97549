"""Write `watcher/content/cldr.json` from the CLDR that babel brings: the dates of all languages and countries.

    python training/date_table.py watcher/content/cldr.json

After a new version of babel; a test says when the table is older than that. The program itself never loads babel.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.languages import get_official_languages

from watcher.content.cldr import AM, MONDAY, PM
from watcher.content.date_order import YEAR_FIRST
from watcher.content.date_words import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

# Regional names too: Sept (en_GB), Jänner (de_AT), setiembre (es_UY), شباط (ar_IQ), جوان (ar_DZ), غشت (ar_MA).
_LOCALES = {
    "en": ("en", "en_GB"), "de": ("de", "de_AT"), "es": ("es", "es_UY"), "ar": ("ar", "ar_IQ", "ar_DZ", "ar_MA",
    "ar_TN"),
    "sr": ("sr", "sr_Latn"), "no": ("nb", "nn"), "fa": ("fa", "fa_AF"),
}  # fmt: skip
_HEBREW_IN = "ב"  # "in", written as one word with the month
_SHORTEST = 3  # letters of an abbreviation in Latin, Greek or Cyrillic script
_FIELD = re.compile(r"[yMd]")
_SIGN = re.compile(r"[yMd]+\W*?([./-])")
_WORLD = "001"
_SOURCE = (
    "Unicode CLDR, by babel; Copyright 2004-2025 Unicode, Inc.; Unicode License v3, https://www.unicode.org/license.txt"
)


def table() -> dict[str, Any]:
    """All that the program asks of CLDR, in the form of the file (`watcher.content.cldr`)."""
    names, aliases = _all_names()
    zones = {zone: country for zone, country in get_global("zone_territories").items() if country != _WORLD}
    return {
        "source": _SOURCE,
        "names": names,
        "aliases": aliases,
        "official": {country: official(country) for country in sorted(get_global("territory_languages"))},
        "zones": dict(sorted(zones.items())),
        "orders": _all_orders(),
    }


def official(country: str) -> list[str]:
    """The official languages of a country, the most spoken one first."""
    return list(get_official_languages(country, de_facto=True))


def _all_names() -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """The names by language, and the other codes of languages that have the same ones."""
    names: dict[str, dict[str, int]] = {}
    aliases: dict[str, str] = {}
    same: dict[str, str] = {}
    own = sorted({one for one in localedata.locale_identifiers() if "_" not in one} | {*_LOCALES})
    spoken = {one for country in get_global("territory_languages") for one in official(country)}
    other = {*get_global("language_aliases"), *(one for one in get_global("likely_subtags") if "_" not in one)}
    for language in dict.fromkeys([*own, *sorted(spoken | other)]):
        found = names_of(language)
        if not found:
            continue
        first = same.setdefault(json.dumps(found, sort_keys=True), language)
        if first == language:
            names[language] = found
        else:
            aliases[language] = first
    return names, aliases


def names_of(language: str) -> dict[str, int]:
    """Every name in one language, folded, with its number; empty for a language that CLDR does not know."""
    names: dict[str, int] = {}
    for identifier in _LOCALES.get(language, (language,)):
        try:
            known = _loaded(identifier)
        except (UnknownLocaleError, ValueError):
            continue
        names = _in_locale(known) | names
    return names | {_HEBREW_IN + name: sign for name, sign in names.items()} if language == "he" else names


def _loaded(identifier: str) -> Locale:
    """A locale as CLDR has it: of those that are loaded after others babel mixes up what they inherit."""
    localedata._cache.clear()  # noqa: SLF001 - nothing public forgets what was loaded
    return Locale.parse(identifier)


def _in_locale(known: Locale) -> dict[str, int]:
    """The names that CLDR has in one locale; where a month and a weekday share one, as `mar`, it is the month's."""
    halves = {
        name: AM if half == "am" else PM
        for width in ("wide", "abbreviated")
        for half, name in known.day_periods.get("format", {}).get(width, {}).items()
        if half in {"am", "pm"}
    }
    days = {name: MONDAY + number for number, name in _widths(known.days)}
    months = {name: number for number, name in _widths(known.months)}
    return {word: sign for name, sign in (halves | days | months).items() if _is_name(word := folded(name), sign)}


def _is_name(word: str, sign: int) -> bool:
    """Not so for a month's number, nor for an abbreviation so short that any text holds it by chance."""
    shortest = 2 if sign in (AM, PM) or word[:1] > "\u0590" else _SHORTEST
    return len(unicodedata.normalize("NFC", word)) >= shortest and not any(character.isdecimal() for character in word)


def _widths(names: Any) -> Iterator[tuple[int, str]]:
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from names[form].get(width, {}).items()


def _all_orders() -> dict[str, list[str]]:
    found = defaultdict(list)
    for locale in sorted(localedata.locale_identifiers()):
        found[order_of(locale)].append(locale)
    return dict(sorted(found.items()))


def order_of(locale: str) -> str:
    """How one locale writes a short date (`watcher.content.cldr.date_orders`)."""
    known = _loaded(locale)
    short = known.date_formats["short"].pattern
    order = "".join(dict.fromkeys(_FIELD.findall(short)))
    if order != YEAR_FIRST:
        return order
    sign = _SIGN.match(short)
    skeleton = known.datetime_skeletons.get("Md")
    day_comes_first = skeleton is not None and "".join(_FIELD.findall(skeleton.pattern)).startswith("d")
    return order + (sign[1] if sign else "") + ("d" if day_comes_first else "")


def written(content: dict[str, Any]) -> str:
    """The file's text: a line for each language, country and order, so that a new version can be read as a diff."""
    parts = []
    for name, value in content.items():
        body = json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            lines = (
                f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(one, ensure_ascii=False)}"
                for key, one in value.items()
            )
            body = "{\n" + ",\n".join(lines) + "\n}"
        parts.append(f"{json.dumps(name)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(table()), encoding="utf-8")
