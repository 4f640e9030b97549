"""Feeds as no publisher means them: sound ones of every format, changed by chance but the same for the same seed."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


FEEDS = tuple(path.read_bytes() for path in sorted((ROOT / "tests" / "data" / "feeds" / "formats").iterdir()))
# Elements, namespaces by prefix, attributes, values and encodings to put into them.
_ODD = json.loads((ROOT / "tests" / "data" / "feeds" / "mutations.json").read_text(encoding="utf-8"))


def mutated_feeds(count: int, seed: int, feeds: tuple[bytes, ...] = FEEDS) -> Iterator[bytes]:
    """So many feeds, each one of `feeds` with one to six changes."""
    chance = random.Random(seed)
    for _ in range(count):
        body = chance.choice(feeds)
        for _ in range(chance.randint(1, 6)):
            body = chance.choice(_CHANGES)(chance, body)
        yield body


def _flip(chance: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _drop(chance: random.Random, body: bytes) -> bytes:
    start = chance.randrange(len(body) + 1)
    return body[:start] + body[start + chance.randint(1, 60) :]


def _repeat(chance: random.Random, body: bytes) -> bytes:
    start = chance.randrange(len(body) + 1)
    part = body[start : start + chance.randint(1, 200)]
    return body[:start] + part * chance.randint(2, 5) + body[start:]


def _insert(chance: random.Random, body: bytes) -> bytes:
    """An element of some namespace, with odd contents, between two others."""
    name, value = chance.choice(_ODD["elements"]), chance.choice(_ODD["values"])
    prefix = name.partition(":")[0]
    namespace = _ODD["namespaces"].get(prefix) if chance.random() < 0.8 else None
    declared = f' xmlns:{prefix}="{namespace}"' if namespace else ""
    named = chance.sample(_ODD["attributes"], chance.randint(0, 2))
    values = chance.choices(_ODD["values"], k=len(named))
    said = "".join(f' {attribute}="{said}"' for attribute, said in zip(named, values, strict=True))
    end = f"</{name}>" if chance.random() < 0.9 else ""
    places = [found.start() for found in re.finditer(rb"<[A-Za-z/]", body)] or [0]
    at = chance.choice(places)
    return body[:at] + f"<{name}{declared}{said}>{value}{end}".encode() + body[at:]


def _set_text(chance: random.Random, body: bytes) -> bytes:
    """Other words between two tags."""
    places = [found.span(1) for found in re.finditer(rb">([^<>]+)<", body)] or [(0, 0)]
    start, end = chance.choice(places)
    return body[:start] + str(chance.choice(_ODD["values"])).encode() + body[end:]


def _set_attribute(chance: random.Random, body: bytes) -> bytes:
    places = [found.span(1) for found in re.finditer(rb'="([^"]*)"', body)] or [(0, 0)]
    start, end = chance.choice(places)
    return body[:start] + str(chance.choice(_ODD["values"])).encode() + body[end:]


def _rename(chance: random.Random, body: bytes) -> bytes:
    """One element becomes another, everywhere."""
    names = sorted(set(re.findall(rb"<([A-Za-z:]+)", body))) or [b"x"]
    old, new = chance.choice(names), chance.choice(_ODD["elements"]).encode()
    return re.sub(rb"(</?)" + re.escape(old) + rb"(?=[\s/>])", rb"\1" + new, body)


def _encode(chance: random.Random, body: bytes) -> bytes:
    """Another encoding is declared than the one that the bytes are in."""
    encoding = chance.choice(_ODD["encodings"])
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    return declared + re.sub(rb"<\?xml[^>]*>", b"", body, count=1)


_CHANGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip,
    _drop,
    _repeat,
    _insert,
    _insert,
    _set_text,
    _set_attribute,
    _rename,
    _encode,
)
