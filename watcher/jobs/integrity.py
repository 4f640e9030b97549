"""The integrity check of the evidence: the file, its text, the hash chain link by link, rows, snapshots and anchors.

The daemon checks the end of the chain at each start and all of it each night. Where anything is found it writes no
more, alerts every channel past the outbox, and ends.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher import clock
from watcher.archive.chain import GENESIS, Anchor, Finding, Head, check_anchors, check_link
from watcher.errors import ConfigError, Damaged, StoreError
from watcher.store.chain import chain_head, link_hash, links, stored_anchors
from watcher.store.connection import begin_read, connect
from watcher.store.consistency import check_releases
from watcher.store.events import save_damage
from watcher.store.evidence import check_file, check_guards, check_row, check_text, check_unchained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from watcher.archive.chain import ChainLink
    from watcher.config.load import Configuration
    from watcher.pipeline.runtime import Runtime


log = logging.getLogger("watcher")
_LINE = re.compile(r"(\S+) ([0-9]+) ([0-9a-f]{64})(?: .*)?")
_SHOWN = 20


class Stopped(Exception):
    """The verification was interrupted because the program ends."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found, with the numbers of links that were `checked` and of anchors that were compared."""

    head: Head
    checked: int
    anchors: int
    findings: tuple[Finding, ...]


def verify(
    db: Database,
    *,
    anchors: Sequence[Anchor] = (),
    last: int | None = None,
    on_link: Callable[[ChainLink], None] | None = None,
) -> Verdict:
    """Check everything, or with `last` quickly: the file's structure and only so many links at the end.

    Never raises because of what the file holds: whatever cannot be read is a finding.
    """
    findings: list[Finding] = []
    try:
        begin_read(db)
        findings += check_file(db, is_quick=last is not None)
        findings += check_guards(db)
        if last is None:
            findings += check_text(db)  # first, since the walk ends at a link that cannot be read
        head = chain_head(db)
        known = (*anchors, *stored_anchors(db))
        walk = _Walk(head, max(0, head.seq - last) if last is not None else 0, {anchor.seq for anchor in known})
        findings += walk.run(db, on_link)
        if last is None:
            findings += check_unchained(db)
            findings += check_releases(db)
        findings += check_anchors([one for one in known if one.seq > walk.first], walk.before, walk.hashes)
    except (sqlite3.Error, UnicodeError) as error:
        return Verdict(Head(0, GENESIS), 0, 0, (*findings, Finding("damaged", "chain", str(error))))
    finally:
        _end(db)
    return Verdict(walk.before, walk.count, len(known), tuple(dict.fromkeys(findings)))


def _end(db: Database) -> None:
    with suppress(sqlite3.Error):
        db.rollback()


class _Walk:
    """One walk over the links from `first` on: the last link, how many there were, the hashes that anchors name."""

    def __init__(self, head: Head, first: int, named: set[int]) -> None:
        self.head, self.first, self.named = head, first, named
        self.before, self.count = Head(0, GENESIS), 0
        self.hashes: dict[int, str] = {}

    def run(self, db: Database, on_link: Callable[[ChainLink], None] | None) -> Iterator[Finding]:
        if self.first:
            self.before = Head(self.first, link_hash(db, self.first) or GENESIS)
        for link in links(db, after=self.first):
            yield from _checked(self.before, link)
            yield from check_row(db, link)
            self.before, self.count = Head(link.seq, link.hash), self.count + 1
            if link.seq in self.named:
                self.hashes[link.seq] = link.hash
            if on_link is not None:
                on_link(link)
        if self.before != self.head:
            yield Finding("damaged", "chain", f"it ends at link {self.before.seq}, its index says {self.head.seq}")


def _checked(before: Head, link: ChainLink) -> list[Finding]:
    try:
        return list(check_link(before, link))
    except (TypeError, ValueError) as error:
        return [Finding("changed", f"chain {link.seq}", f"the link's columns are not valid: {error}")]


def read_anchors(path: Path) -> tuple[Anchor, ...]:
    """The lines of an anchor file: time, number of links, hash. Raises ConfigError where one cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise ConfigError((f"{path}: {error}",)) from error
    found = []
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line.strip())
        if line.strip() and match is None:
            raise ConfigError((f"{path}:{number}: no line of an anchor file: {line[:100]}",))
        if match is not None:
            found.append(Anchor(int(match[2]), match[3], match[1], path.name))
    return tuple(found)


async def ensure_sound(runtime: Runtime, *, last: int | None, stop: threading.Event | None = None) -> None:
    """Verify; where anything is found, log it and raise Damaged. `stop` interrupts a long verification."""
    findings = await asyncio.to_thread(_verify, runtime.configuration, last, stop or threading.Event())
    if not findings:
        return
    for finding in findings[:_SHOWN]:
        log.critical("%s", finding)
    await _write_event(runtime, findings)
    raise Damaged(
        f"{runtime.configuration.database}: {len(findings)} findings, the first: {findings[0]}; nothing more is"
        " written or deleted, `watcher verify` lists all findings"
    )


async def _write_event(runtime: Runtime, findings: Sequence[Finding]) -> None:
    """Write the event where the file itself is sound."""
    if any(finding.kind == "damaged" for finding in findings):
        return
    try:
        await runtime.store.write(save_damage, clock.now(), f"{len(findings)} findings, the first: {findings[0]}")
    except StoreError as error:
        log.error("the event could not be written: %s", error)  # noqa: TRY400 - the sentence says it all


def configured_anchors(configuration: Configuration) -> tuple[Anchor, ...]:
    """The anchors in the file that the configuration names; none where there is no file yet."""
    path = configuration.anchor_file
    return read_anchors(path) if path.is_file() else ()


def _verify(configuration: Configuration, last: int | None, stop: threading.Event) -> tuple[Finding, ...]:
    def go_on(_: ChainLink) -> None:
        if stop.is_set():
            raise Stopped

    anchors = configured_anchors(configuration)
    db = connect(configuration.database, is_read_only=True)
    try:
        return verify(db, anchors=anchors, last=last, on_link=go_on).findings
    except Stopped:
        return ()
    finally:
        db.close()
