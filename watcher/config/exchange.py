"""Lists of feeds from and to other programs: OPML, and plain lists of URLs."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from pydantic import ValidationError

from watcher.config.publishers import Feed
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.config.load import Configuration


def read_list(file: Path) -> tuple[tuple[str, str], ...]:
    """URL and title of each feed in an OPML file or a list of URLs, one a line, `#` begins a comment.

    Raises ConfigError where the file cannot be read or a line is no web address.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f"{file}: cannot be read: {error}",)) from error
    found = tuple(_outlines(file, text)) if "<opml" in text[:2000].lower() else tuple(_lines(text))
    mistakes = tuple(f"{file}: {mistake}" for url, _ in found if (mistake := _mistake(url)))
    if mistakes or not found:
        raise ConfigError(mistakes or (f"{file}: there are no feeds in it",))
    return tuple(dict(reversed(found)).items())[::-1]


def _outlines(file: Path, text: str) -> Iterable[tuple[str, str]]:
    try:
        tree = ET.fromstring(text.encode())  # noqa: S314 - a file that the operator chose; expat bounds entities
    except ET.ParseError as error:
        raise ConfigError((f"{file}: is no OPML: {error}",)) from error
    for outline in tree.iter():
        given = {name.lower(): value for name, value in outline.attrib.items()}
        if given.get("xmlurl"):
            yield given["xmlurl"].strip(), given.get("title") or given.get("text", "")


def _lines(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        url = line.split(" #")[0].strip()
        if url and not url.startswith("#"):
            yield url, ""


def _mistake(url: str) -> str:
    try:
        Feed.model_validate({"code": "x", "url": url})
    except ValidationError as error:
        return f"{url}: {error.errors()[0]['msg'].removeprefix('Value error, ')}"
    return ""


def add_feeds(configuration: Configuration, found: Sequence[tuple[str, str]], code: str) -> tuple[Path, int, int]:
    """Add feeds to `publishers/<code>.toml`; the file, how many were added and how many were configured already.

    The file is replaced whole or not at all, and what it held stays as it was.
    """
    known = {feed.url for _, feed in configuration.feeds()}
    fresh = [(url, title) for url, title in found if url not in known]
    path = configuration.additions / "publishers" / f"{code}.toml"
    held = path.read_text(encoding="utf-8") if path.is_file() else f"name = {json.dumps(_name(code))}\n"
    taken = {str(feed["code"]) for feed in tomllib.loads(held).get("feed", [])}
    for url, title in fresh:
        held += _table(_code(url, title, taken), url, title)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".toml.new")
    whole.write_text(held, encoding="utf-8")
    whole.replace(path)
    return path, len(fresh), len(found) - len(fresh)


def _name(code: str) -> str:
    return code.replace("-", " ").capitalize()


def _table(code: str, url: str, title: str) -> str:
    # JSON's strings are TOML's basic strings.
    named = f"title = {json.dumps(title, ensure_ascii=False)}\n" if title else ""
    return f'\n[[feed]]\ncode = "{code}"\n{named}url = {json.dumps(url, ensure_ascii=False)}\n'


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
    """Every configured feed as OPML 2.0, one outline a publisher."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head><title>watcher</title></head>"]
    lines.append("<body>")
    for publisher in configuration.publishers:
        lines.append(f"<outline text={quoteattr(publisher.name)}>")
        for feed in publisher.feeds:
            title = quoteattr(feed.title or f"{publisher.name}: {feed.code}")
            lines.append(f'<outline type="rss" text={title} title={title} xmlUrl={quoteattr(feed.url)}/>')
        lines.append("</outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])
