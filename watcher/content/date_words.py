"""The words of dates in the languages of the publishers: months of four calendars, halves of the day, weekdays.

The names are those of Unicode's CLDR and a few that it lacks. `marked` puts one sign in the place of each name, so that
a date in any language has one of a few shapes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from watcher.content.cldr import AM, MONDAY, PM, date_names

# A sign of Unicode's private use area stands for a name; the last digit but for the calendar is the month's number.
_FIRST_SIGN = 0xE100
GREGORIAN, PERSIAN, HIJRI = range(3)
MONTH_SIGN = "[\ue101-\ue12f]"
AM_SIGN, PM_SIGN = chr(_FIRST_SIGN + AM), chr(_FIRST_SIGN + PM)
WEEKDAY_SIGN = "[\ue150-\ue156]"
_FIRST_WEEKDAY = _FIRST_SIGN + MONDAY
# Those that are looked at for every publisher, and the others, only where the publisher's language is not English.
_COMMON = ("en", "de", "fr", "es", "pt", "it", "nl", "da", "nb", "pl", "tr", "uk", "ru", "he", "ar")
_LATIN = (
    *_COMMON[:11], "sv", "fi", "et", "lv", "lt", "cs", "sk", "sl", "hr", "sr", "bs", "sq", "ro", "hu", "az", "uz",
    "id", "ms", "fil", "sw", "so", "ha", "is", "ca", "mt", "ga",
)  # fmt: skip
_OTHERS = (
    *_COMMON[11:], "sr", "be", "bg", "mk", "kk", "ky", "tg", "mn", "el", "ka", "hy", "fa", "ps", "ur", "hi", "bn", "ne",
    "si", "ta", "th", "lo", "my", "km", "am",
)  # fmt: skip
# What CLDR lacks and publishers write.
_FURTHER = {
    "feber": 2, "maerz": 3, "sept": 9,  # German without umlauts; Austrian; English of four letters
    "кві": 4, "тра": 5, "чер": 6, "сер": 8, "жов": 10, "лис": 11, "гру": 12,  # Ukrainian of three letters
    "фев": 2, "сен": 9, "ноя": 11,  # Russian of three letters
    "מרס": 3, "במרס": 3,  # March as the Israeli army spells it
    "tammikuun": 1, "toukokuun": 5, "joulukuun": 12,  # Finnish in the genitive
    "maijā": 5, "maya": 5,
}  # fmt: skip
_PERSIAN_MONTHS = (
    "فروردین farvardin حمل hamal وری", "اردیبهشت ordibehesht ثور sawr saur غویی", "خرداد khordad جوزا jawza غبرگولی",
    "تیر tir سرطان saratan چنگاښ", "مرداد mordad اسد asad زمری", "شهریور shahrivar سنبله sonbola وږی",
    "مهر mehr میزان mizan تله", "آبان aban عقرب aqrab لړم", "آذر azar قوس qaws لیندۍ", "دی dey جدی jadi مرغومی",
    "بهمن bahman دلو dalw سلواغه", "اسفند esfand حوت hut کب",
)  # fmt: skip
_HIJRI_MONTHS = (
    "محرم|محرم الحرام|muharram", "صفر|safar",
    "ربيع الأول|ربیع الاول|rabi al-awwal|rabi i|rabi'i|rabi al awal|rabi' al-awwal",
    "ربيع الآخر|ربيع الثاني|ربیع الثانی|rabi al-thani|rabi ii|rabi al-akhir|rabi' al-thani|rabi' al-akhir",
    "جمادى الأولى|جمادی الاول|جمادى الاول|jumada al-awwal|jumada i|jumada al-ula",
    "جمادى الآخرة|جمادى الثانية|جمادی الثانی|jumada al-thani|jumada ii|jumada al-akhirah", "رجب|rajab",
    "شعبان|shaban|sha'ban|shaaban", "رمضان|ramadan|ramazan", "شوال|shawwal|shawal",
    "ذو القعدة|ذي القعدة|ذوالقعدة|ذی القعده|dhu al-qadah|dhul qadah|dhu al-qi'dah|dhu al-qa'dah|dhul-qa'dah",
    "ذو الحجة|ذي الحجة|ذوالحجة|ذی الحجه|dhu al-hijjah|dhul hijjah|dhul-hijjah",
)  # fmt: skip
# Halves of the day that CLDR lacks, or has by its finer parts.
_HALVES = {
    "上午": AM_SIGN, "凌晨": AM_SIGN, "早上": AM_SIGN, "午前": AM_SIGN, "오전": AM_SIGN, "下午": PM_SIGN,
    "晚上": PM_SIGN,
    "傍晚": PM_SIGN, "中午": PM_SIGN, "午後": PM_SIGN, "오후": PM_SIGN, "am": AM_SIGN, "pm": PM_SIGN, "صباحا": AM_SIGN,
    "مساء": PM_SIGN, "ظهرا": PM_SIGN, "صبح": AM_SIGN, "عصر": PM_SIGN, "قظ": AM_SIGN, "بظ": PM_SIGN,
    "πμ": AM_SIGN, "μμ": PM_SIGN,
}  # fmt: skip
_EAST_ASIAN_HALVES = re.compile("上午|凌晨|早上|午前|오전|下午|晚上|傍晚|中午|午後|오후")
# Letters, with the vowel signs that Brahmic scripts write beside them, which Python counts as no letters.
_LETTER = "(?:[^\\W\\d_]|[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
_WORD = rf"(?:{_LETTER}{{1,3}}(?:\.{_LETTER}{{1,3}}(?!{_LETTER}))+\.?|{_LETTER}+(?:['’׳`]{_LETTER}+)*[׳']?\.?)"
_PHRASE = re.compile(rf"{_WORD}(?:[ -]{_WORD}){{0,2}}")
_ONE_WORD = re.compile(_WORD)
_FIGURE = re.compile(r"\d")


def month_number(word: str, languages: tuple[str, ...] = ()) -> int:
    """The number of the Gregorian month that a word names in any of these languages, whatever its case and accents.

    0 for any other word. Where languages differ, as in `listopad`, the first of `languages` that has it decides.
    """
    sign = _sign(folded(word), languages)
    return ord(sign) - _FIRST_SIGN if sign and ord(sign) < _FIRST_SIGN + 16 else 0


def month_of_sign(sign: str) -> tuple[int, int]:
    """The calendar (GREGORIAN, PERSIAN or HIJRI) and the number of the month for which a sign stands."""
    return divmod(ord(sign) - _FIRST_SIGN, 16)


def weekday_of_sign(sign: str) -> int:
    """The weekday for which a sign stands, Monday 0."""
    return ord(sign) - _FIRST_WEEKDAY


def marked(text: str, languages: tuple[str, ...] = ()) -> str:
    """The text with every script's digits as 0 to 9, and signs for months, weekdays and halves of the day."""
    plain = _plain(text)
    if not _FIGURE.search(plain):
        return plain
    plain = _EAST_ASIAN_HALVES.sub(lambda found: f" {_HALVES[found[0]]}", plain)
    return _PHRASE.sub(lambda found: _with_signs(found[0], languages), plain)


@lru_cache(maxsize=8192)
def _with_signs(phrase: str, languages: tuple[str, ...]) -> str:
    """The phrase, of at most three words, with a sign for the longest names in it."""
    words = list(_ONE_WORD.finditer(phrase))
    done, at, number = [], 0, 0
    while number < len(words):
        for count in range(min(3, len(words) - number), 0, -1):
            start, end = words[number].start(), words[number + count - 1].end()
            sign = _sign(folded(phrase[start:end]), languages)
            if sign:
                done += [phrase[at:start], sign]
                at, number = end, number + count
                break
        else:
            number += 1
    return "".join((*done, phrase[at:]))


def _plain(text: str) -> str:
    """Composed characters, ASCII digits and spaces, no marks of direction and no accents that stand alone."""
    composed = unicodedata.normalize("NFKC", text)
    if composed.isascii():
        return composed
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in composed.replace("\u2212", "-").replace("\u2010", "-").replace("\u2011", "-")
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )


def _sign(word: str, languages: tuple[str, ...]) -> str:
    """The sign of a name: first as the publisher's languages and English have it, then as all others agree on."""
    for own in (*languages, "en"):
        if sign := _names(own).get(word):
            return sign
    is_latin = word[:1] < "\u0370"
    others = (_COMMON if languages[:1] == ("en",) else _LATIN) if is_latin else _OTHERS
    return _further().get(word) or _shared(others).get(word, "")


@cache
def _shared(languages: tuple[str, ...]) -> dict[str, str]:
    """The names of several languages, but for those that mean two things."""
    found: dict[str, set[str]] = {}
    for language in languages:
        for name, sign in _names(language).items():
            if sign not in (AM_SIGN, PM_SIGN):  # words as short as `in` are a half of the day in some language
                found.setdefault(name, set()).add(sign)
    return {name: signs.pop() for name, signs in found.items() if len(signs) == 1}


@cache
def _further() -> dict[str, str]:
    """What CLDR lacks, and the months of other calendars."""
    found = {folded(name): sign for name, sign in _HALVES.items()}
    found |= {folded(name): chr(_FIRST_SIGN + number) for name, number in _FURTHER.items()}
    for calendar, months, mark in ((PERSIAN, _PERSIAN_MONTHS, " "), (HIJRI, _HIJRI_MONTHS, "|")):
        for number, names in enumerate(months, 1):
            found |= {folded(name): chr(_FIRST_SIGN + 16 * calendar + number) for name in names.split(mark)}
    return found


@cache
def _names(language: str) -> dict[str, str]:
    """Every name in one language, folded, with its sign; empty for a language that CLDR does not know."""
    return {name: chr(_FIRST_SIGN + number) for name, number in date_names(language).items()}


def folded(words: str) -> str:
    """Words in small letters without accents, full stops, apostrophes and the dot that Turkish capitals lose."""
    plain = unicodedata.normalize("NFKD", words.lower().replace("ı", "i").replace("-", " "))
    return "".join(one for one in plain if not unicodedata.combining(one) and one not in ".'’׳`")
