"""Control and direction signs of untrusted text: what could end a line, move a cursor, ring, or turn words around."""

from __future__ import annotations

import re

# C0 without the line feed, C1, line and paragraph separators, bidi marks, overrides and isolates (Unicode Annex 9),
# surrogates, what XML cannot hold; for the inside of a character class.
CONTROL_SIGNS = (
    r"\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
)
# A header and a line hold no line feed either.
_IN_A_LINE = re.compile(rf"[\n{CONTROL_SIGNS}]+")
_IN_A_TEXT = re.compile(rf"[{CONTROL_SIGNS}]")
# The same without the tab and without a carriage return before a line feed, which CSV files have at the end of a line.
_ON_A_TERMINAL = re.compile(rf"(?!\t|\r\n)[{CONTROL_SIGNS}]")

# What begins a formula in a spreadsheet; some take the wide forms of East Asian texts for the same signs.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)


def one_line(words: str, longest: int = 200) -> str:
    """Words that are safe in a header and on one line: no control or direction signs, at most `longest` characters."""
    clean = " ".join(_IN_A_LINE.sub(" ", words).split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def without_controls(words: str) -> str:
    """The same words with each control or direction sign and each line feed a space, nothing folded."""
    return _IN_A_LINE.sub(" ", words)


def in_lines(text: str) -> str:
    """A text of several lines with each control or direction sign a space; its line feeds stay."""
    return _IN_A_TEXT.sub(" ", text)


def for_terminal(text: str) -> str:
    """A text as a terminal may show it: line ends and tabs stay, every other control or direction sign is a space."""
    return _ON_A_TERMINAL.sub(" ", text)


def escaped(json_text: str) -> str:
    r"""JSON with each control and direction sign as `\u202e`: the same to a program, harmless to a terminal."""
    if json_text.isprintable():
        return json_text  # most lines, in a tenth of the time
    return _ON_A_TERMINAL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json_text)


def for_spreadsheet(cell: str) -> str:
    """A cell's text, with an apostrophe before it where a spreadsheet would run it as a formula; numbers stay."""
    is_formula = cell.startswith(_BEGINS_FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
