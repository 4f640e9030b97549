"""What a server may answer in place of an API: nothing of it may stop a poll or lose a release.

The items are those of an API whose list is `results`, each with `id`, `url`, `title`, `body` and whatever else.
"""

from __future__ import annotations

from typing import Any

ITEM: dict[str, Any] = {"id": "r1", "url": "/r/1", "title": "Fire at the depot", "body": "<p>Two were killed.</p>"}


def deep(levels: int) -> bytes:
    return b'{"results": ' + b"[" * levels + b"]" * levels + b"}"


# What is no answer of the API, and what its outcome says.
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "no JSON"),
    "a page": (b"<!doctype html><title>Log in</title>", "no JSON"),
    "cut off": (b'{"results": [{"id": "r1", "title": "Fire', "no JSON"),
    "two documents": (b'{"results": []}{"results": []}', "no JSON"),
    "no number": (b'{"results": [NaN]}', "NaN is no JSON"),
    "endless number": (b'{"results": [' + b"9" * 5_000 + b"]}", "no JSON"),
    "too deep": (deep(100_000), "no JSON"),
    "bytes": (bytes(range(256)), "no JSON"),
    "null": (b"null", "no list of items"),
    "an error in words": (b'{"errors": ["The key is invalid"]}', "The key is invalid"),
    "items are a text": (b'{"results": "none"}', "no list of items"),
    "items are an object": (b'{"results": {"0": {}}}', "no list of items"),
    "items are null": (b'{"results": null}', "no list of items"),
    "a list in place of an object": (b"[1, 2]", "no list of items"),
}

# Items of wrong types: what can be read is read, and nothing that was listed counts as gone.
HALF_READ: dict[str, tuple[Any, int]] = {
    "items of other types": ([None, 7, "x", [], ITEM], 1),
    "an empty object": ([{}, ITEM], 1),
    "an object for a title": ([{"title": {"rendered": "x"}}, ITEM], 1),
    "a list for a key": ([{"id": ["r1"], "title": ["x"], "url": {}}, ITEM], 1),
    "true for everything": ([dict.fromkeys(("id", "url", "title", "body", "files"), True), ITEM], 1),
}

# Odd parts of an item that is there all the same.
ODD: dict[str, dict[str, Any]] = {
    "no address": {"url": "javascript:alert(1)"},
    "a date that is none": {"date": {"iso": "2024"}},
    "an endless date": {"date": "9" * 100_000},
    "an endless title": {"title": "x" * 200_000},
    "an endless key": {"id": "k" * 200_000},
    "a lone surrogate": {"title": "\ud800", "body": "\udfff"},
    "control and direction signs": {"title": "a\u202e\x07b", "withdrawn": "\x1b[2Jx\u202e"},
    "a thousand files": {"files": [{"url": f"/{n}.pdf"} for n in range(1_000)]},
    "files that are none": {"files": [None, 3, {"url": None}, {"url": "ftp://x/"}, ["/a.pdf"]]},
    "changes without time or words": {"history": [{"at": "soon", "note": "x"}, {"at": "2024-05-02"}, None, 3]},
    "history of another type": {"history": "none"},
    "withdrawn: false": {"withdrawn": False},
    "withdrawn: empty": {"withdrawn": {}},
}
