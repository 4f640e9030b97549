"""Which charset a text is in where its bytes are no UTF-8: what is stated, what is usual in its language, how it reads.

charset-normalizer is asked where nothing is known of the language. By itself it takes Polish for Korean and Italian for
Hungarian in one paragraph; with the publisher's language known there are two or three charsets to choose from.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from string import ascii_letters
from typing import TYPE_CHECKING

from watcher.content.language import tongue_of

if TYPE_CHECKING:
    from collections.abc import Sequence


# What browsers read under these labels is the vendor's superset, or has another name (encoding.spec.whatwg.org, 4.2).
_LABELS = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "l1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "windows-874": "cp874", "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "chinese": "gb18030", "euc-cn": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949", "korean": "cp949", "windows-949": "cp949", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs", "x-euc-jp": "euc_jp", "x-cp1251": "cp1251", "x-cp1250": "cp1250",
    "x-cp1252": "cp1252", "koi8-ru": "koi8-u", "koi": "koi8-r", "koi8": "koi8-r", "dos-866": "cp866", "ibm866": "cp866",
    "iso-8859-8-i": "cp1255", "iso-8859-8": "cp1255", "logical": "cp1255", "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-8": "utf-8", "unicode11utf8": "utf-8", "utf8mb4": "utf-8", "hz-gb-2312": "hz",
}  # fmt: skip
_OF_THE_WEB = re.compile(
    r"(?:cp|iso8859-|koi8-|utf-(?:8|16|32)|mac-|euc_|gb|big5|shift_jis|iso2022_|tis-620|ptcp|hz|johab)[\w-]*"
)
# What the languages of each script were written in before UTF-8, the usual ones first.
_CYRILLIC = ("cp1251", "koi8-u", "iso8859-5", "cp866")
_CENTRAL, _BALTIC = ("cp1250", "iso8859-2"), ("cp1257", "iso8859-13")
_USUAL: dict[str, tuple[str, ...]] = (
    dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "ky", "tg", "mn"), _CYRILLIC)
    | dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl", "bs", "ro", "sq"), _CENTRAL)
    | dict.fromkeys(("lt", "lv", "et"), _BALTIC)
    | dict.fromkeys(("ar", "fa", "ur", "ps"), ("cp1256", "iso8859-6"))
    | {
        "sr": (*_CYRILLIC[:3], *_CENTRAL), "tr": ("cp1254",), "az": ("cp1254", "cp1251"), "el": ("cp1253", "iso8859-7"),
        "he": ("cp1255",), "th": ("cp874",), "vi": ("cp1258",), "ja": ("cp932", "euc_jp"), "ko": ("cp949",),
        "zh": ("gb18030", "big5hkscs"),
    }
)  # fmt: skip
_ANY = ("cp1252", "cp1251", "koi8-u", "cp1256", "cp1255", "cp1250", "cp1254", "cp1253")
_SCRIPTS = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "ky", "tg", "mn"), ("CYRILLIC",)),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), ("ARABIC",)),
    "sr": ("CYRILLIC", "LATIN"), "az": ("LATIN", "CYRILLIC"), "el": ("GREEK",), "he": ("HEBREW",), "th": ("THAI",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"), "zh": ("CJK",), "ko": ("HANGUL",), "hi": ("DEVANAGARI",),
    "ka": ("GEORGIAN",), "hy": ("ARMENIAN",), "bn": ("BENGALI",), "ne": ("DEVANAGARI",), "si": ("SINHALA",),
    "km": ("KHMER",), "lo": ("LAO",), "my": ("MYANMAR",), "am": ("ETHIOPIC",), "ta": ("TAMIL",),
}  # fmt: skip
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "FULLWIDTH"})
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp", "hz", "johab"})
_COMMON = frozenset(
    "оеаинтсрвліeéèàüäöñçãíóáąęşığčšžřěýůőűăâîțţșłżśćėųįšāēīßåøαοιετσνηυρπκμλόίάέήالمينورتبعديוהלאתרמבש"
)
_TYPOGRAPHY = frozenset("\u00a0«»“”„‘’–—…•€£°№§©®·。、，；：？！「」『』（）《》・ー　")
# A stated charset is believed unless another reads better by this much; the language's usual ones by that.
_STATED_LEAD, _USUAL_LEAD = 0.3, 0.15
_DOUBTFUL_SCORE = -0.2
_FEWEST, _JUDGED = 10, 1500  # letters beyond ASCII below which nothing is said of a text, and that are looked at
# Bytes of words, or of text in charsets of several bytes a letter, by which a charset is judged or guessed.
_SAMPLE, _ASKED = 3000, 20_000
_WORDS = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_RUN = re.compile("[\x80-\uffff]{2,}")
_NOT_ASCII = re.compile("[\x80-\uffff][A-Za-z\x80-\uffff]*")
_CHANCE = 2  # as many odd signs may stand in any text
_UNREADABLE = re.compile("[\x80-\x9f\ufffd]")


def codec_of(label: str) -> str:
    """Python's name for a label of the web, or nothing where it is none: `hex` and `idna` are codecs too."""
    name = label.strip().strip("\"'").lower()
    try:
        known = codecs.lookup(_LABELS.get(name, name)).name if name else ""
    except (LookupError, ValueError):
        return ""
    known = _LABELS.get(known.replace("iso8859-", "iso-8859-"), known)
    return known if _OF_THE_WEB.fullmatch(known) else ""


def guess(plain: bytes, claimed: Sequence[str], language: str = "") -> str:
    """The charset in which the words of a page without its tags read best.

    What is claimed has a lead, and so has what is usual in the language; where nothing is known of it, what
    charset-normalizer takes it for.
    """
    tongue = tongue_of(language)
    usual = (_USUAL.get(tongue, ("cp1252",))) if tongue else ()
    others = ("cp1252",) if tongue in _USUAL else _ANY
    leads = dict.fromkeys(others, 0.0) | ({} if usual else {"cp1252": _USUAL_LEAD}) | dict.fromkeys(usual, _USUAL_LEAD)
    if not usual and set(claimed) <= {"cp1252"}:  # which servers state by default, whatever they send
        from charset_normalizer import from_bytes  # noqa: PLC0415 - few pages need it, and it takes long to load

        other = from_bytes(plain[:_ASKED]).best()
        leads[codec_of(other.encoding.replace("_", "-")) or "cp1252" if other is not None else "cp1252"] = _USUAL_LEAD
    believed = [name for name in claimed if name != "cp1252" or not usual or name in usual]
    leads |= dict.fromkeys(believed, _STATED_LEAD)
    words = b" ".join(_WORDS.findall(plain))[:_SAMPLE]
    scores = {
        name: _score(plain[:_SAMPLE] if name in _MULTIBYTE else words, name, tongue) + lead
        for name, lead in leads.items()
    }
    return max(scores, key=lambda name: scores[name])


def why_doubtful(text: str, language: str = "", *, is_utf8: bool = False) -> str:
    """Why a text can hardly have been read by the right charset; empty where nothing speaks against it."""
    if text.isascii():
        return ""
    plain = _beyond_ascii(_MARKUP.sub(" ", text[:60_000]))[:_JUDGED]
    letters = [character for character in plain if character > "\x7f" and character.isalpha()]
    unreadable = len(_UNREADABLE.findall(plain))
    if unreadable > _CHANCE and unreadable * 20 > len(letters):
        return f"{unreadable} signs of the first {len(plain)} are none in it"
    return _read_twice(plain) or (_unlikely(plain, letters, language, is_utf8) if len(letters) >= _FEWEST else "")


def _beyond_ascii(text: str) -> str:
    """The words of a text with a sign beyond ASCII, as many as are judged.

    Those signs are looked for, and then the letters before them: a pattern of both begins anew at every letter.
    """
    words: list[str] = []
    at = size = 0
    for found in _NOT_ASCII.finditer(text):
        before = text[at : found.start()]
        words.append(before[len(before.rstrip(ascii_letters)) :] + found[0])
        at, size = found.end(), size + len(words[-1])
        if size > _JUDGED:
            break
    return " ".join(words)


def _unlikely(plain: str, letters: list[str], language: str, is_utf8: bool) -> str:  # noqa: FBT001 - handed on
    """Whether the letters are those of another script than the language's, or follow one another as in none."""
    scripts = Counter(_script(letter) for letter in letters)
    expected = _SCRIPTS.get(tongue_of(language), ("LATIN",)) if language else ()
    wanted = sum(scripts[script] for script in expected)
    is_foreign = bool(expected) and wanted * 4 < len(letters)
    plain_letters = sum(character.isascii() and character.isalpha() for character in plain)
    if is_foreign and "LATIN" not in expected and scripts["LATIN"] * 2 > len(letters) > plain_letters:
        return f"{scripts['LATIN']} accented letters of {len(letters)} in a language that has none"
    if (is_foreign or not is_utf8) and _plausibility(plain) < _DOUBTFUL_SCORE:
        return "letters follow one another as in no language"
    return ""


def _read_twice(plain: str) -> str:
    """Whether most runs of letters are what UTF-8 looks like when it is read as a charset of one byte a letter."""
    runs = _RUN.findall(plain)[:100]
    for name in ("cp1252", "latin-1", "cp1251"):
        spoilt = sum(len(run) for run in runs if _is_utf8_in(run, name))
        if spoilt > _FEWEST and spoilt * 2 > sum(map(len, runs)):
            return f"UTF-8 that was read as {name} before it was sent"
    return ""


def _is_utf8_in(run: str, name: str) -> bool:
    """Whether most bytes of a run are UTF-8; where the text was damaged once more, some of them are lost."""
    raw = run.encode(name, "ignore")
    whole = raw.decode("utf-8", "ignore").encode()
    return len(raw) > 1 and len(raw) * 10 > len(run) * 7 and len(whole) * 10 > len(raw) * 6


def _score(sample: bytes, name: str, tongue: str) -> float:
    """How well the sample reads in a charset, per letter beyond ASCII; -9 for one that has no such bytes at all."""
    try:
        text = sample.decode(name, "replace")
    except (LookupError, ValueError):
        return -9.0
    score = _plausibility(text)
    if name == "cp1258":
        score = _plausibility(unicodedata.normalize("NFC", text))  # it sets the tones apart
    expected = _SCRIPTS.get(tongue, ("LATIN",)) if tongue else ()
    if not expected:
        return score
    letters = [character for character in text if character > "\x7f" and character.isalpha()]
    fitting = sum(_script(letter) in expected for letter in letters)
    return score + (fitting / len(letters) - 0.5 if letters else 0.0)


def _plausibility(text: str) -> float:
    """How much this looks like words of a language, per character above ASCII; higher is better."""
    total, count, before = 0.0, 0, " "
    for character in text:
        if character > "\x7f":
            total, count = total + _letter_score(before, character), count + 1
        before = character
    return total / count if count else 0.0


def _letter_score(before: str, character: str) -> float:
    if character in _TYPOGRAPHY:
        return 0.8
    kind = unicodedata.category(character)
    if kind[0] not in "LM":
        return -3.0 if kind[0] == "C" or character == "\ufffd" else -1.0
    script = _script(character)
    if script in _EAST_ASIAN:
        return _east_asian_score(character, script)
    score = 1.0 if character.lower() in _COMMON else 0.3
    if character.isupper() and before.islower():
        score -= 2.0  # KOI8 read as windows-1251, or the reverse, turns the case of every letter
    elif character.isupper() and before.isupper():
        score -= 0.5  # a text all in capitals is more often one of another script
    if before.isalpha() and _script(before) != script:
        score -= 1.5
    if before > "\x7f" and script == "LATIN" and before.isalpha():
        score -= 1.0  # no language writes long runs of accented letters
    return score


def _east_asian_score(character: str, script: str) -> float:
    """Half-width katakana is what other charsets look like in Shift_JIS; the first level of each standard is common."""
    if "\uff61" <= character <= "\uff9f":
        return -1.0
    if script != "CJK":
        return 0.9
    return 0.9 if any(_is_first_level(character, *level) for level in _LEVELS) else -0.3


# The common signs of the Chinese, Taiwanese and Japanese standards by their first byte.
_LEVELS = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("cp932", 0x88, 0x97))


def _is_first_level(character: str, charset: str, first: int, last: int) -> bool:
    try:
        return first <= character.encode(charset)[0] <= last
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").split(" ", 1)[0].split("-")[0]
