"""The parts of a text that is in several languages: by what its markup says, and by the words of its paragraphs.

What a `lang` attribute says counts for a line that does not tell its own language; one that clearly does is believed
against it, since templates copy the attribute. A name or a quotation of a few words makes no part. Nothing here needs a
parser, for whoever reads a text alone.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from watcher.content.language import LATIN, detect_language, is_clearly, script_of, tongue_of
from watcher.model.release import LanguagePart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Characters from which on lines in another language of the same letters, or of other letters, are a part.
_FEWEST, _FEWEST_OTHER_LETTERS = 200, 20
_FEWEST_WORDS = 3
_UNTOLD = "?"  # no language: given back where the words of a line decide nothing


def language_parts(
    lines: Sequence[str], language: str, stated: Mapping[str, str] | None = None
) -> tuple[LanguagePart, ...]:
    """The parts of a text (joined by line breaks) that is mostly in `language`; none where all of it is in one.

    `stated` is what the markup says of lines by their words. The parts follow each other and hold every line.
    """
    return _parts(lines, language, stated) if stated else _parts_by_words(tuple(lines), language)


@lru_cache(maxsize=1)
def _parts_by_words(lines: tuple[str, ...], language: str) -> tuple[LanguagePart, ...]:
    """The parts where the markup says nothing: a text is asked for when it is read, and again when it is searched."""
    return _parts(lines, language, {})


def _parts(lines: Sequence[str], language: str, stated: Mapping[str, str]) -> tuple[LanguagePart, ...]:
    main = tongue_of(language)
    found = [_language_of(line, main, stated.get(line, "")) for line in lines]
    if script_of(main) != LATIN:
        found = _with_other_letters(lines, found)
    if len({one for one in found if one}) < 2:  # noqa: PLR2004 - two languages, or there are no parts
        return ()
    return _placed(lines, _without_short_runs(lines, _filled(found, main), main, stated))


def _with_other_letters(lines: Sequence[str], found: Sequence[str]) -> list[str]:
    """The lines in Latin letters that tell nothing ("Two soldiers killed near Karsa") in the one such language."""
    others = {one for one in found if one and script_of(one) == LATIN}
    if len(others) != 1:
        return list(found)
    (other,) = others
    return [one or (other if _is_latin(line) else "") for line, one in zip(lines, found, strict=True)]


def _is_latin(line: str) -> bool:
    return 2 * sum("a" <= sign <= "z" for sign in line.lower()) > len(line) and len(line.split()) >= _FEWEST_WORDS


def _language_of(line: str, main: str, stated: str) -> str:
    """The language of a line, empty where it may be in any."""
    if is_clearly(line, main):
        return main
    found = detect_language(line, _UNTOLD)
    if found == _UNTOLD:
        # "Two soldiers were killed." says little, yet on a page in Ukrainian its letters say the rest.
        return stated or (detect_language(line) if script_of(main) != LATIN else "")
    if stated and script_of(stated) == script_of(found) and not is_clearly(line, found):
        return stated
    # A near tie, as of Danish and Norwegian, is what the page says.
    likely = (one for one in (stated, main) if one and detect_language(line, one) == one)
    return next(likely, found)


def _filled(found: Sequence[str], main: str) -> list[str]:
    """Each line with a language: one that tells none has that of the line before it."""
    filled: list[str] = []
    for one in found:
        filled.append(one or (filled[-1] if filled else next(filter(None, found), main)))
    return filled


def _without_short_runs(
    lines: Sequence[str], languages: Sequence[str], main: str, stated: Mapping[str, str]
) -> list[str]:
    """The languages without those of a name or a quotation, which belong to what stands around them."""
    kept: list[str] = []
    for language, run in groupby(zip(lines, languages, strict=True), key=lambda pair: pair[1]):
        words = [line for line, _ in run]
        fewest = _FEWEST if script_of(language) == script_of(main) else _FEWEST_OTHER_LETTERS
        is_part = language == main or any(stated.get(line) == language for line in words) or _size(words) >= fewest
        kept += [language if is_part else kept[-1] if kept else main] * len(words)
    return kept


def _size(lines: Iterable[str]) -> int:
    return sum(map(len, lines))


def _placed(lines: Sequence[str], languages: Sequence[str]) -> tuple[LanguagePart, ...]:
    parts = tuple(_runs(lines, languages))
    return parts if len(parts) > 1 else ()


def _runs(lines: Sequence[str], languages: Sequence[str]) -> Iterator[LanguagePart]:
    start = 0
    for language, run in groupby(zip(lines, languages, strict=True), key=lambda pair: pair[1]):
        end = start + sum(len(line) + 1 for line, _ in run) - 1
        yield LanguagePart(start, end, language)
        start = end + 1
