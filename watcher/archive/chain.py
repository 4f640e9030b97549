"""The hash chain over evidence: each link holds the hash of a row and of the link before it.

    body = SHA-256 of the JSON list [seq, kind, row_id, form, url, sha256, at]      (no white space, UTF-8)
    hash = SHA-256 of the 128 hex digits `prev` + `body`                            (prev of the first link: 64 zeros)

Because `hash` needs no more of a link than its `body`, a proof can leave out what other links speak of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.archive.canonical_form import digest, packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# What the first link has for the hash of the link before it.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many links, and the hash of the last."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link. `sha256` is the hash of the row's canonical form; `at` is when it was written, as text."""

    seq: int
    kind: str
    row_id: int
    form: int
    url: str
    sha256: str
    at: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head as it was written down outside the database, and where it was read."""

    seq: int
    hash: str
    at: str
    place: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A disagreement: what (in snake_case), in which table and row, and in words."""

    kind: str
    place: str
    detail: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.kind}: {self.place}: {self.detail}"


def link_body(link: ChainLink) -> str:
    """The hash of what a link says, without its place in the chain."""
    return _body((link.seq, link.kind, link.row_id, link.form, link.url, link.sha256, link.at))


def _body(said: tuple[int, str, int, int, str, str, str]) -> str:
    return digest(packed(said))


def link_hash(prev: str, body: str) -> str:
    """The hash of a link from the hash of the one before and its own body."""
    return digest(f"{prev}{body}".encode())


def next_link(head: Head, kind: str, row_id: int, form: int, url: str, sha256: str, at: str) -> ChainLink:
    """The link after a head."""
    said = (head.seq + 1, kind, row_id, form, url, sha256, at)
    return ChainLink(*said, head.hash, link_hash(head.hash, _body(said)))


def check_link(before: Head, link: ChainLink) -> Iterator[Finding]:
    """What is wrong with a link where the one before it ends in this head."""
    place = f"chain {link.seq}"
    if link.seq > before.seq + 1:
        missing = (
            f"link {before.seq + 1} is"
            if link.seq == before.seq + 2
            else f"links {before.seq + 1} to {link.seq - 1} are"
        )
        yield Finding("gap", place, f"{missing} missing before it")
    elif link.prev != before.hash:
        yield Finding("order", place, "it does not follow the link before it: changed, moved or inserted")
    if link_hash(link.prev, link_body(link)) != link.hash:
        yield Finding("changed", place, f"the link of {link.kind} {link.row_id} is not what was written")


def check_anchors(anchors: Sequence[Anchor], head: Head, hashes: dict[int, str]) -> Iterator[Finding]:
    """Which anchors the chain does not hold any more; `hashes` are those of the links that anchors name."""
    for anchor in anchors:
        place = f"anchor of {anchor.at} in {anchor.place}"
        if anchor.seq > head.seq:
            lost = anchor.seq - head.seq
            yield Finding("tail", place, f"the chain had {anchor.seq} links then and has {head.seq} now: {lost} lost")
        elif hashes.get(anchor.seq, "") != anchor.hash:
            yield Finding("rewritten", place, f"link {anchor.seq} had another hash then: the chain was written again")
