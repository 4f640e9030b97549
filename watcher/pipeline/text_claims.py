"""What a text claims, with the vocabulary of its language: the detector for whole texts, also in several languages.

Pure apart from reading the vocabulary once a process. The command that reads a text needs nothing that reads a page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.config.words import Vocabulary, load_vocabularies
from watcher.content.language_parts import language_parts
from watcher.detect.claims.attachment_totals import add_languages
from watcher.detect.detector import detect, unread
from watcher.detect.text.language import is_readable
from watcher.model.release import Problem
from watcher.model.text_context import NO_CONTEXT, TextContext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from watcher.model.claim import Detection
    from watcher.model.release import LanguagePart


_ANY_SIGN = re.compile(r"[^\n]")


def detect_text(
    words: Path,
    text: str,
    *,
    language: str,
    context: TextContext = NO_CONTEXT,
    parts: Sequence[LanguagePart] = (),
) -> Detection:
    """The claims of a text, with the vocabulary of its language; without one, or where it cannot be read, `unread`.

    Of a text in several languages each part is read in its own: `parts` where they are known, else as its words show.
    """
    parts = parts or language_parts(text.split("\n"), language or "en")
    if parts:
        return _detect_parts(words, text, parts, language, context)
    vocabulary = vocabulary_for(words, text, language)
    if vocabulary is None:
        return unread(language)
    return detect(text, vocabulary=vocabulary, context=context)


def _detect_parts(
    words: Path, text: str, parts: Sequence[LanguagePart], language: str, context: TextContext
) -> Detection:
    """What each language says, read with the others blanked out, so that offsets and sentences stay as they are.

    A part without a vocabulary is read in the text's language where it can be: a stated language may be wrong.
    """
    by_vocabulary: dict[str, list[LanguagePart]] = {}
    left: dict[str, int] = {}  # characters that cannot be read, by language
    for part in parts:
        own = text[part.start : part.end]
        vocabulary = vocabulary_for(words, own, part.language) or vocabulary_for(words, own, language)
        if vocabulary is None:
            left[part.language] = left.get(part.language, 0) + len(own)
        else:
            by_vocabulary.setdefault(vocabulary.language, []).append(part)
    found = [
        detect(_only(text, own), vocabulary=vocabularies(words)[code], context=context)
        for code, own in by_vocabulary.items()
    ]
    main = language.partition("-")[0].lower()
    problems = tuple(
        Problem("unread" if code == main else "part_unread", f"{size:,} characters: no vocabulary for {code}")
        for code, size in left.items()
    )
    return replace(add_languages(found), problems=problems) if found else replace(unread(language), problems=problems)


def _only(text: str, parts: Sequence[LanguagePart]) -> str:
    """The text with all but some parts of it blank, as long as before."""
    blank = _ANY_SIGN.sub(" ", text)
    pieces: list[str] = []
    at = 0
    for part in parts:
        pieces += [blank[at : part.start], text[part.start : part.end]]
        at = part.end
    return "".join([*pieces, blank[at:]])


def vocabulary_for(words: Path, text: str, language: str) -> Vocabulary | None:
    """The vocabulary that can read a text said to be in a language (empty: English), or None."""
    vocabulary = vocabularies(words).get(language.partition("-")[0].lower() or "en")
    return vocabulary if vocabulary is not None and is_readable(text, vocabulary) else None


@lru_cache(maxsize=4)
def vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """Every vocabulary of a folder by language; read once a process. Raises ConfigError."""
    return load_vocabularies(folder, trusts_shipped=True)
