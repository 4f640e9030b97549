"""Lists of feeds from and to other programs (OPML, plain lists of URLs), and feeds added to a publishers file.

OPML is read with the standard library. listparser, which was tried, takes a file that ends in the middle for a whole
one: half an import would be noticed by nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from pydantic import ValidationError

from watcher.config.checks import check
from watcher.config.publishers import Feed
from watcher.config.values import CODE, mistake_in_words
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.config.load import Configuration


# What a feed's table need not say.
_FEED = ("kind", "feed")


def read_list(file: Path) -> tuple[tuple[str, str], ...]:
    """URL and title of each feed in an OPML file or a list of URLs, one per line, `#` begins a comment.

    Raises ConfigError where the file cannot be read or a line is no web address.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f"{file}: cannot be read: {error}",)) from error
    found = tuple(_read_outlines(file, text)) if "<opml" in text[:2000].lower() else tuple(_read_lines(text))
    mistakes = tuple(f"{file}: {mistake}" for url, _ in found if (mistake := _mistake_in(url)))
    if mistakes or not found:
        raise ConfigError(mistakes or (f"{file}: there are no feeds in it",))
    return tuple(dict(reversed(found)).items())[::-1]


def _read_outlines(file: Path, text: str) -> Iterable[tuple[str, str]]:
    try:
        tree = ET.fromstring(text.encode())  # noqa: S314 - a file that the operator chose; expat bounds entities
    except ET.ParseError as error:
        raise ConfigError((f"{file}: is no OPML: {error}",)) from error
    for outline in tree.iter():
        given = {name.lower(): value for name, value in outline.attrib.items()}
        if given.get("xmlurl"):
            yield given["xmlurl"].strip(), given.get("title") or given.get("text", "")


def _read_lines(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        url = line.split(" #")[0].strip()
        if url and not url.startswith("#"):
            yield url, ""


def _mistake_in(url: str) -> str:
    try:
        check(Feed, {"code": "x", "url": url})
    except ValidationError as error:
        return f"{url}: {mistake_in_words(error.errors()[0]['msg'])}"
    return ""


def add_feeds(configuration: Configuration, found: Sequence[tuple[str, str]], code: str) -> tuple[Path, int, int]:
    """Add feeds to `publishers/<code>.toml`; the file, how many were added and how many were configured already.

    The file is replaced whole or not at all, and what it held stays as it was.
    """
    known = {feed.url for _, feed in configuration.feeds()}
    fresh = [(url, title) for url, title in found if url not in known]
    path, text, taken = _publishers_file(configuration, code, {})
    for url, title in fresh:
        text += feed_table(_code(url, title, taken), title, {"url": url})
    replace_file(path, text)
    return path, len(fresh), len(found) - len(fresh)


def add_feed(
    configuration: Configuration, code: str, title: str, said: Mapping[str, Any], about: Mapping[str, str]
) -> Path:
    """Add one feed of any kind to the operator's `publishers/<code>.toml` and return the file. Raises ConfigError.

    `said` is its table as a publishers file has it, `about` what is known of a publisher that is new.
    """
    path, text, taken = _publishers_file(configuration, code, about)
    text += feed_table(_code(str(said.get("url", "")), title, taken), title, said)
    replace_file(path, text)
    return path


def _publishers_file(configuration: Configuration, code: str, about: Mapping[str, str]) -> tuple[Path, str, set[str]]:
    """The operator's publishers file of that code, what it holds or begins with, and the codes of all its feeds.

    Of a publisher that is shipped, the file says only what is new: it is a layer over the shipped one.
    """
    if not re.fullmatch(CODE, code):
        raise ConfigError((f"{code}: a publisher's code is made of small letters, digits, - and _",))
    path = configuration.own_file(code)
    known = configuration.publisher(code)
    head = (
        ""
        if known
        else _toml_lines({"name": code.replace("-", " ").capitalize()} | {k: v for k, v in about.items() if v})
    )
    text = path.read_text(encoding="utf-8") if path.is_file() else head
    return path, text, {feed.code for feed in known.feeds} if known else set()


def replace_file(path: Path, text: str) -> Path:
    """Replace a file in one step: whoever reads it meanwhile gets the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    return fresh.replace(path)


def feed_table(code: str, title: str, said: Mapping[str, Any]) -> str:
    """A `[[feed]]` table of a publishers file; what is empty is left out, and so is the kind of a plain feed."""
    plain = {"code": code, "title": title} | {name: value for name, value in said.items() if (name, value) != _FEED}
    rule = plain.pop("listing", "")
    table = "\n[[feed]]\n" + _toml_lines(plain)
    if isinstance(rule, Mapping):
        return table + "[feed.listing]\n" + _toml_lines(rule)
    return table + _toml_lines({"listing": rule})


def _toml_lines(said: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_toml_value(value)}\n" for key, value in said.items() if value)


def _toml_value(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return "{ " + ", ".join(f"{key} = {_quoted(words)}" for key, words in value.items()) + " }"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, but that TOML wants DEL escaped (TOML 1.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _code(url: str, title: str, taken: set[str]) -> str:
    """A short code for a feed that no other feed of the file has."""
    parts = urlsplit(url)
    words = title or f"{(parts.hostname or '').removeprefix('www.')} {parts.path}"
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].strip("-") or "feed"
    code, number = slug, 1
    while code in taken:
        number += 1
        code = f"{slug}-{number}"
    taken.add(code)
    return code


def to_opml(configuration: Configuration) -> str:
    """Every configured feed as OPML 2.0, one outline for each publisher."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head><title>watcher</title></head>"]
    lines.append("<body>")
    for publisher in configuration.publishers:
        lines.append(f"<outline text={quoteattr(publisher.name)}>")
        for feed in (one for one in publisher.feeds if one.kind != "mail"):
            title = quoteattr(feed.title or f"{publisher.name}: {feed.code}")
            lines.append(f'<outline type="rss" text={title} title={title} xmlUrl={quoteattr(feed.url)}/>')
        lines.append("</outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])
