"""Characters as a reader sees them: invisible ones out, look-alike spaces one space, ligatures as letters."""

from __future__ import annotations

import re
import unicodedata

_SPACES = (
    "\t\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u0085"
)
_LINE_ENDS = "\n\u2028\u2029"
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Soft hyphen, zero-width signs, bidi marks (Unicode Annex 9), byte order mark, object placeholder, fillers.
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_INVISIBLE += "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\ufffc\ufe0e\ufe0f"
_CONTROLS = [chr(code) for code in (*range(32), *range(127, 160)) if chr(code) not in _SPACES + _LINE_ENDS]
_TABLE = str.maketrans(
    {
        **dict.fromkeys(_CONTROLS, ""),
        **dict.fromkeys(_INVISIBLE, ""),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_LINE_ENDS, "\n"),
        **_LIGATURES,
    }
)
# What a raised or lowered number may be written as: `2`, `[2]`, `1, 3`, `1–3`.
RAISED_NUMBER = re.compile(r"[\[(]?\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*[\])]?")
_RAISED_SIGN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_RAISED_SIGNS = re.compile(r"([^\W⁰¹²³⁴⁵⁶⁷⁸⁹])([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_UNITS = re.compile(r"(?<![^\W\d_])(?:[mkcd]?m|ft|mi|yd|in|nmi?)\s?$")
_NOTE_AND_STOP = re.compile(r"(?<=\d\]) (?=[.,;:!?)])")
# Persian and Indic letters are spelled with joiners; between any other characters they are noise.
_JOINER = re.compile("[\u200c\u200d]")
_JOINERS = re.compile(
    "(?<![\u0620-\u064a\u0671-\u06d3\u0900-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0620-\u064a\u0671-\u06d3\u0900-\u0dff])"
)


def clean(text: str) -> str:
    r"""`text` in NFC without invisible characters, every kind of space a plain one, line ends as `\n`."""
    if text.isascii() and text.isprintable():
        return text
    plain = text.translate(_TABLE)
    if not plain.isascii():  # the patterns below ask for signs that are rare, and take long over a text without any
        plain = _JOINERS.sub("", plain) if _JOINER.search(plain) else plain
        plain = unicodedata.normalize("NFC", _on_the_line(plain))
    return plain


def squeeze(text: str) -> str:
    """One line: cleaned, with runs of space as one and none at the ends."""
    return _tidy(clean(text).replace("\n", " "))


def clean_lines(text: str) -> list[str]:
    """The lines of `text` that are not empty, cleaned and squeezed."""
    return [line for line in map(_tidy, clean(text).split("\n")) if line]


def note(before: str, raised: str) -> str:
    """How a raised or lowered number is written after `before`: a power of a unit joins, a foot note stands apart.

    So that `30<sup>1</sup> people` reads `30 [1] people`, and no reader, person or program, sees 301.
    """
    return raised if raised in ("2", "3") and _UNITS.search(before[-8:]) else f" [{raised}] "


def _tidy(line: str) -> str:
    line = (" ".join(filter(None, line.split(" "))) if "  " in line else line).strip()
    return _NOTE_AND_STOP.sub("", line) if "] " in line else line


def _on_the_line(text: str) -> str:
    """Raised digits of Unicode (³) after a word or number, written as `note` writes them; alone they stay."""
    if _RAISED_SIGN.search(text) is None:
        return text

    def replaced(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - 8) : found.end(1)]
        return found[1] + note(before, found[2].translate(_RAISED_DIGITS))

    return _RAISED_SIGNS.sub(replaced, text)
