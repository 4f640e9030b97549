"""What stands at the head of a release and in its lines: dateline, release number, office, contact.

The shapes are those that offices of the services use: `TAMPA, Fla. –`, `KABUL, Afghanistan (Aug. 1) -`,
`WASHINGTON (AFNS) --`, `Release # 20151023-3`, `No. 941-07`, `2010-11-CA-134`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.content.date_words import month_number
from watcher.content.dates import has_day

if TYPE_CHECKING:
    from collections.abc import Sequence


TOP_LINES = 8
# Characters of a line that are searched: what is sought stands at an end, and a hostile line is a megabyte long.
_SEARCHED = 300
_SENTENCE_WORDS = 4
_LONGEST_DATELINE = 90
_LONGEST_BYLINE = 150
_LONGEST_CONTACT = 300
_MOST_WORDS = 12
_CONTACT_LINES = 5
_DASH = r"(?:-{1,3}|[–—―])"
_CAPITALS = r"[A-ZÀ-ÖØ-ÞА-ЯІЇЄҐ]"
_NAME = rf"(?:Ma?c)?{_CAPITALS}(?:{_CAPITALS}|['’.&])+"
_NAME += rf"(?:[ /-]{{1,2}}(?:{_CAPITALS}(?:{_CAPITALS}|['’.&])*|[oO]f|[tT]he|\d+))*"
_REGION = r",\s*[A-ZÀ-Þ][\w.'’-]*(?:\s[A-ZÀ-Þ][\w.'’-]*|\s(?:of|and|the)\b){0,4}"
_MONTH = r"[A-Z][a-z]{2,8}\.?"
# 3.05.2024 or 03/05; a number of the other kind, 3-05, is a release's.
_FIGURES = r"(?:\d{1,2}\.\d{1,2}\.?(?:\d{4}|\d{2})?|\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?)"
_DATE = rf"(?:{_MONTH}\s\d{{1,2}}(?:,\s*\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?|{_FIGURES})"
_DATE_IN = re.compile(_DATE)
_WIRE = r",?\s*\((?!\d)[A-Z][\w .&/-]{1,40}\)"
_PLACE_AND_DATE = re.compile(
    rf"(?P<dateline>{_NAME}(?:{_REGION}){{0,3}}(?:{_WIRE})?(?:\s*,?\s*\(?(?:{_DASH}\s)?{_DATE}\)?)?(?:{_WIRE})?)\s*(?:-{{2,3}}|[–—―]|-(?=\s|$)|:(?=\s))"
)
_MIXED = re.compile(
    rf"(?P<dateline>[A-ZÀ-Þ][\w'’-]+(?:\s[A-ZÀ-Þ][\w'’-]+)?(?:{_REGION}){{0,2}},?\s\(?{_DATE}\)?)\s*{_DASH}\s"
)
_TITLED = r"[A-ZÀ-Þ][\w.'’-]*"
_DATE_AND_PLACE = re.compile(
    rf"(?P<dateline>{_MONTH}\s\d{{1,2}},\s*\d{{4}}\s*{_DASH}\s*{_TITLED}(?:[ ,]+{_TITLED}){{0,4}})\s*{_DASH}\s"
)
# The date in brackets stands for the dash: "KABUL, Afghanistan (May 13) Two service members died …"
_BRACKETED = re.compile(rf"(?P<dateline>{_NAME}(?:{_REGION}){{0,2}},?\s\({_DATE}\))\s+(?=\w)")
_DATE_ONLY = re.compile(rf"(?P<dateline>\({_DATE}\))\s*(?:{_DASH})?\s*(?=\S)")
_NUMBER_VALUE = (
    r"(?:\d{8}\s?[-–]\s?\d{1,3}|\d{4}-\d{2}-[A-Z]{1,4}-\d{1,4}|[A-Z]{2,5}-\d{2,4}-\d{1,5}|"
    r"\d{2,4}[-/]\d{1,5}(?:[-/]\d{1,4})?|\d{3,9})"
)
# A line of its own such as SG/SM/22222 or SC/15890 (Rev.1): symbols of the United Nations.
_SYMBOL = re.compile(r"[A-Z]{1,4}(?:/(?:[A-Z]{1,4}|\d{4})){0,2}/\d{2,6}(?:[-–/]?\s?\(?Rev\.?\s?\d\)?)?")
_FIGURE = re.compile(r"\d")
# Each with beginnings of words of which the line must have one: such a search is ten times as quick as the pattern's.
# Those without begin the line: a search for them would try each of its places.
_NUMBERS = (
    (
        ("release",),
        re.compile(rf"\brelease\s*(?:#|no\.?|nr\.?|number|id)\s*[:#.]?\s*({_NUMBER_VALUE})(?![\w-])", re.IGNORECASE),
    ),
    (("-",), re.compile(r"(?<![\w-])(\d{4}-\d{2}-[A-Z]{1,4}-\d{2,4})(?![\w-])")),
    ((), re.compile(rf"^\s*no\.?\s*:?\s*({_NUMBER_VALUE})(?![\w-])", re.IGNORECASE)),
    ((), re.compile(rf"^\s*(?:nr-?|\bid|#)\s*:?\s*({_NUMBER_VALUE})(?![\w-])", re.IGNORECASE)),
    ((), re.compile(r"^\s*((?:19|20)\d{6}\s?[-–]\s?\d{1,3})\s*$")),
    (
        ("release", "pressem", "comun", "commun"),
        re.compile(
            r"\b(?:release|pressemitteilung|comunicado|communiqué|comunicato)\s*(?:#|no\.?|nr\.?|n[º°o]\.?|number)?\s*[:#|]?\s*"
            r"(\d{1,4}[/-]\d{2,4}|\d{8}-\d{1,3})(?![\w/-])",
            re.IGNORECASE,
        ),
    ),
    (
        ("release", "pressem"),
        re.compile(
            r"\b(?:release|pressemitteilung)\s*(?:#|no\.?|nr\.?|number)\s*[:.]?\s*(\d{1,9})(?![\w/-])", re.IGNORECASE
        ),
    ),
    ((), re.compile(r"^\s*(?:nr|no|n[º°])\.?\s*(\d{1,4}/\d{4})\s*$", re.IGNORECASE)),
)
_LABELLED = re.compile(rf"(?:\bid|\bno\.?|\bnumber|\bnr\.?|#)\s*[:#.]?\s*({_NUMBER_VALUE})(?![\w-])", re.IGNORECASE)
_CONTACT = re.compile(
    r"^(?:media |press |public affairs )?(?:contacts?|point of contact|poc|inquiries)\b[^:]{0,40}:?\s*(.*)",
    re.IGNORECASE,
)
_REACH = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\(?\d[\d\s().-]{6,}\d")
_BY = re.compile(r"^(?:story |article |written |photo |posted |courtesy story )?(?:by|from)\b[:\s]*", re.IGNORECASE)
_AFTER_BYLINE = re.compile(r"\s*[/|•·,–—-]*\s*\b(?:published|posted|updated|released|date)\b.*$", re.IGNORECASE)
_BYLINE = re.compile(r"(?i:(?:story |written )?by:?)\s+[A-ZÀ-Þ]")
_NO_BYLINE = re.compile(r"(?:retired|died|published|posted|updated)\b", re.IGNORECASE)
_AS_OF = re.compile(r"\b(?:current as of|as of|stand:?)\s+([^\W\d_]{3,10}\.? (?:\d{1,2}, )?\d{4})", re.IGNORECASE)
_IMMEDIATE = re.compile(r"\b(?:immediate release|news release|press release|media release|statement)\b", re.IGNORECASE)


def find_dateline(lines: Sequence[str]) -> str:
    """The place, and date if any, with which one of the first lines of the text begins; empty where none does."""
    for place, whole in enumerate(lines[:TOP_LINES]):
        line = whole[:_SEARCHED]
        for pattern in (_PLACE_AND_DATE, _BRACKETED, _DATE_AND_PLACE, _DATE_ONLY, _MIXED):
            found = pattern.match(line)
            if found and _is_dateline(found, line, "".join(lines[place + 1 : place + 2])):
                return found["dateline"].strip().rstrip(",")
    return ""


def _is_dateline(found: re.Match[str], line: str, below: str) -> bool:
    """A heading in capitals is none: a dateline is short, and a sentence follows it, if only in the line below."""
    words, after = found["dateline"], line[found.end() :].strip() or below
    if words.startswith("(") or (re.search(r"[a-z]", words) and _DATE_IN.search(words)):
        return _has_day(words) and bool(after)
    is_colon = line[len(words) :].lstrip().startswith(":")
    is_sentence = len(after.split()) >= _SENTENCE_WORDS and bool(re.search(r"[a-z]{2}", after))
    return len(words) <= _LONGEST_DATELINE and is_sentence and not (is_colon and "," not in words)


def _has_day(words: str) -> bool:
    return re.search(_FIGURES, words) is not None or any(
        month_number(word) for word in re.findall(r"[A-Za-z]{3,9}\.?", words)
    )


def find_release_number(lines: Sequence[str]) -> str:
    """The release's own number in the first lines or the last ones, spaces around its dashes removed; else empty."""
    ends = [line[:_SEARCHED] for line in (*lines[:TOP_LINES], *lines[TOP_LINES:][-3:])]
    numbered = [(line, line.casefold()) for line in ends if _FIGURE.search(line)]
    for beginnings, pattern in _NUMBERS:
        for line, low in numbered:
            if not beginnings:
                found = pattern.match(line)
            elif any(beginning in low for beginning in beginnings):
                found = pattern.search(line)
            else:
                continue
            if found:
                return clean_number(found[1])
    return next((line for line in lines[:TOP_LINES] if _SYMBOL.fullmatch(line)), "")


def clean_number(words: str) -> str:
    """A release number as it is cited: `20240903 - 01` is 20240903-01; words around it removed."""
    found = _LABELLED.search(words[:_SEARCHED]) or re.search(rf"({_NUMBER_VALUE})", words[:_SEARCHED])
    return re.sub(r"\s?[-–]\s?", "-", found[1]) if found else words.strip()


def number_date(number: str) -> str:
    """The day inside a release number such as 20160122-04, as eight digits; empty where it holds none."""
    found = re.match(r"((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)", number)
    return found[1] if found else ""


def find_contact(lines: Sequence[str]) -> str:
    """The line that says whom to ask, and how; where it is only a heading, those below it that do. Else empty."""
    for place, line in enumerate(lines):
        found = _CONTACT.match(line) if len(line) < _LONGEST_CONTACT else None
        if found:
            words = found[1] or _reachable(lines[place + 1 : place + 1 + _CONTACT_LINES])
            if len(words) < _LONGEST_CONTACT and _REACH.search(words):
                return words.strip()
    return ""


def _reachable(lines: Sequence[str]) -> str:
    """The lines up to the last one with a telephone number or an address for mail."""
    reaching = [place for place, line in enumerate(lines) if _REACH.search(line[:_SEARCHED])]
    return " ".join(lines[: reaching[-1] + 1]) if reaching else ""


def clean_byline(words: str) -> str:
    """Who wrote it and for which office, without `By` and the date that shares the line; empty for other words."""
    bare = _BY.sub("", _AFTER_BYLINE.sub("", " ".join(words[:_SEARCHED].split()))).strip(" ,/|•·–—-")
    return (
        ""
        if has_day(bare) or _NO_BYLINE.match(bare) or (bare.endswith(".") and len(bare.split()) > _MOST_WORDS)
        else bare
    )


def find_byline(lines: Sequence[str]) -> str:
    """A line of its own near the top that says `By …`; empty where there is none."""
    for line in lines[:TOP_LINES]:
        if _BYLINE.match(line) and len(line) < _LONGEST_BYLINE and not line.endswith("."):
            return clean_byline(line)
    return ""


def find_as_of(lines: Sequence[str]) -> str:
    """The month or day as of which the last lines say that they are true; empty where they say nothing."""
    found = next((found for line in reversed(lines[-6:]) if (found := _AS_OF.search(line[-_SEARCHED:]))), None)
    return found[1] if found else ""


def is_heading(line: str) -> bool:
    """Whether a short line ahead of the text is a release's own: its date, its number, for immediate release."""
    if len(line) > _LONGEST_DATELINE:
        return False
    return bool(_IMMEDIATE.search(line) or find_release_number([line]) or has_day(line))
