"""The text of a page that shows hardly any: what it holds for readers without scripts, for machines, for its scripts.

In this order of trust: `noscript`, `articleBody` of JSON-LD, the data that a framework writes into the page (Next,
Nuxt, SvelteKit, Drupal, `window.__STATE__ = …`). What is used instead of shown text is named in `text_from`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.content.boilerplate import needs_scripts
from watcher.content.lines import block_lines, unescaped
from watcher.content.markup import attribute, parse, parse_fragment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.content.markup import Tag
    from watcher.model.release import TextSource


# Characters of prose from which on it can be a release, and of shown text from which on nothing else is looked for.
_SHORTEST, _THIN = 80, 200
_MOST_SCRIPT = 2_000_000
# The inside of a string of a program, by its quotes; each character is looked at once, however many are escaped.
_INSIDE = {'"': re.compile(r'(?:[^"\\\n]++|\\.)*+'), "'": re.compile(r"(?:[^'\\\n]++|\\.)*+")}
_BLOCK = re.compile(r"<(?:p|div|br|h[1-6]|ul|li|blockquote)\b", re.IGNORECASE)
_CODE = re.compile(
    r"[{};]\s*[\w.$]+\s*[=(:]|function\s*\w*\(|=>|\bvar |^\s*[.#@][\w-]+\s*\{|^https?://\S+$|^[\w+/=-]+$"
)
_WORD = re.compile(r"\w{4,}")
_FEWEST_WORDS, _DEEPEST = 8, 2


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """Lines of text, and where they were found: `noscript`, `json_ld` or `script_data`."""

    source: TextSource
    lines: tuple[str, ...]


def is_thin(lines: Sequence[str], title: str) -> bool:
    """Whether the shown lines, without the title, say too little to be a release."""
    return sum(len(line) for line in lines if line not in title) < _THIN


def embedded_text(page: str, title: str, shown: int) -> EmbeddedText | None:
    """The text that a page holds without showing it, where it says more than twice what is shown; else None.

    It is believed only where it shares words with the page's `title`: scripts also hold other releases, and `noscript`
    a notice.
    """
    if len(page) > _MOST_SCRIPT:
        return None
    tree = parse(page)
    found: tuple[tuple[TextSource, Iterator[list[str]]], ...] = (
        ("noscript", _in_noscript(tree)),
        ("json_ld", _article_bodies(tree)),
        ("script_data", _in_scripts(tree)),
    )
    for source, texts in found:
        about = (tuple(lines) for lines in texts if not needs_scripts(lines) and _is_about(lines, title))
        lines = max(about, key=_size, default=())
        if _size(lines) >= _SHORTEST and _size(lines) > 2 * shown:
            return EmbeddedText(source, lines)
    return None


def _size(lines: Sequence[str]) -> int:
    return sum(map(len, lines))


def _in_noscript(tree: Tag) -> Iterator[list[str]]:
    for tag in (tree.find("body") or tree).find_all("noscript"):
        yield block_lines(tag)


def _article_bodies(tree: Tag) -> Iterator[list[str]]:
    for tag in tree.find_all("script", type="application/ld+json"):
        try:
            waiting = [json.loads(tag.get_text(), strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, dict):
                body = thing.get("articleBody")
                if isinstance(body, str):
                    yield _lines(body)
                waiting += [value for value in thing.values() if isinstance(value, dict | list)]
            elif isinstance(thing, list):
                waiting += thing[:100]


def _is_about(lines: Sequence[str], title: str) -> bool:
    return not set(_WORD.findall(title.casefold())).isdisjoint(_WORD.findall(" ".join(lines).casefold()))


def _in_scripts(tree: Tag) -> Iterator[list[str]]:
    """The prose in the strings of a page's scripts."""
    for tag in tree.find_all("script", src=False):
        if attribute(tag, "type") == "application/ld+json":
            continue
        yield from (_lines(words) for words in _strings(tag.get_text()[:_MOST_SCRIPT]))


def _strings(script: str, depth: int = 0) -> Iterator[str]:
    """The prose in the strings of a script, and in those of data that is itself written as a string."""
    for literal in (*_literals(script, '"'), *_literals(script, "'")):
        text = _characters(literal)
        if text.lstrip()[:1] in {"{", "["} and depth < _DEEPEST:
            yield from _strings(text, depth + 1)
        elif words := _prose(text):
            yield words


def _literals(script: str, quote: str) -> Iterator[str]:
    """What stands between two quotes of one kind, where it is long enough to be prose."""
    at = script.find(quote)
    while at >= 0:
        found = _INSIDE[quote].match(script, at + 1)
        end = found.end() if found else at + 1
        if script.startswith(quote, end):
            if end - at > _SHORTEST:
                yield script[at + 1 : end]
            end += 1
        at = script.find(quote, end)


def _characters(literal: str) -> str:
    try:
        return str(json.loads('"' + re.sub(r'(?<!\\)"', r"\\\"", literal.replace("\\'", "'")) + '"', strict=False))
    except ValueError:
        return ""


def _prose(text: str) -> str:
    """A text, or nothing where it is code, an address or data."""
    is_prose = len(text.split()) >= _FEWEST_WORDS or any("\u3040" <= sign <= "\u9fff" for sign in text[:200])
    return text if is_prose and (_BLOCK.search(text) or not _CODE.search(text)) else ""


def _lines(words: str) -> list[str]:
    markup = unescaped(words)
    if _BLOCK.search(markup):
        return block_lines(parse_fragment(markup))
    return [line for part in markup.splitlines() if (line := " ".join(part.split()))]
