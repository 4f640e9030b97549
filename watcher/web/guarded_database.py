"""Datasette with a database in which what readers ask runs in processes of its own, within limits and permissions."""

from __future__ import annotations

import asyncio
import select
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results
from datasette.utils.asgi import Forbidden
from datasette.views.base import DatasetteError

from watcher import clock
from watcher.store.reader_process import READY, receive, send
from watcher.store.readers import PRIVATE, Answer, Question, named_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from watcher.web.login import Reviewers


@dataclass(frozen=True, slots=True)
class Access:
    """`hosts` are answered beside those of loopback and the one that the server listens on.

    `reviewers` are the names of those who may judge claims, with the hashes of their passwords. `mails`
    is the Maildir that the demo shows; nothing else has one.
    """

    hosts: frozenset[str] = frozenset()
    is_sql_open: bool = True
    reviewers: Mapping[str, str] = field(default_factory=dict)
    mails: Path | None = None


# Whether the request that is answered brings SQL, filters or facets of its own: those wait in a line of their own.
is_own_question: ContextVar[bool] = ContextVar("is_own_question", default=False)
# Whether Datasette itself asks for the schema.
_is_schema: ContextVar[bool] = ContextVar("_is_schema", default=False)
# How Datasette answers without a guard.
_in_own_process = Database.execute
# How much longer than its limit a question may take before its process is killed; how long and how many may wait.
_GRACE_SECONDS = 0.5
_WAIT_SECONDS = 4
_START_SECONDS = 20
_COUNTED_FOR_SECONDS = 60
# Of questions of readers' own few may wait; a table's page asks a dozen small ones, one after the other.
_LONGEST_LINES = {True: 8, False: 64}


class BusyError(DatasetteError):  # type: ignore[misc] # Datasette ships no types
    """Too many questions of readers wait already: the answer is 503."""

    def __init__(self, words: str) -> None:
        """Say so in words."""
        super().__init__(words, title="Busy", status=503)


class _Line:
    """One process, started when it is needed, which answers one question after the other."""

    def __init__(self, file: Path, longest: int, *, is_still: bool, is_own: bool) -> None:
        self._longest = longest
        options = [name for name, is_set in (("--still", is_still), ("--own", is_own)) if is_set]
        self._command = [sys.executable, "-m", "watcher.store.reader_process", str(file), *options]
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._threads = ThreadPoolExecutor(longest, thread_name_prefix="readers")
        self._waiting = 0

    async def ask(self, question: Question) -> Answer:
        """The answer. Raises BusyError where the line is too long, sqlite3.OperationalError where none can be had."""
        if self._waiting >= self._longest:
            raise BusyError("too many queries run at the same time: try again in a few seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._in_turn, question)
        finally:
            self._waiting -= 1

    def _in_turn(self, question: Question) -> Answer:
        if not self._turn.acquire(timeout=_WAIT_SECONDS):
            raise BusyError("other queries take long: try again in a few seconds")
        try:
            return self._answer(question)
        finally:
            self._turn.release()

    def _answer(self, question: Question) -> Answer:
        try:
            process = self._started()
            assert process.stdin is not None  # noqa: S101 - it is a pipe
            send(process.stdin, question)
            answer: Answer | None = _message(process, question.milliseconds / 1000 + _GRACE_SECONDS)
        except (OSError, EOFError):
            self._end()
            return Answer("failed", "the query ended its process: it needs more memory than it may use")
        if answer is None:  # a step that SQLite does not interrupt
            self._end()
            return Answer("interrupted", "interrupted")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe)  # noqa: S603 - our own program
            if _message(self._process, _START_SECONDS) != READY:
                self._end()
                raise sqlite3.OperationalError("the process for queries does not start")
        return self._process

    def _end(self) -> None:
        """Kill the process; the next question starts another one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def close(self) -> None:
        """End the process and the threads."""
        self._threads.shutdown()
        self._end()


def _message(process: subprocess.Popen[bytes], seconds: float) -> Any:
    """The next message of the process, None where none comes in time. Raises EOFError where it has ended."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    return receive(process.stdout) if select.select([process.stdout], [], [], seconds)[0] else None


@contextmanager
def _schema() -> Iterator[None]:
    """What Datasette asks within the block is about the schema, and is answered in its own process."""
    token = _is_schema.set(True)
    try:
        yield
    finally:
        _is_schema.reset(token)


class GuardedDatabase(Database):  # type: ignore[misc] # Datasette ships no types
    """A file of which Datasette's pages read through two lines: tables as they are, and what readers ask themselves."""

    def __init__(self, datasette: Datasette, file: Path, *, is_still: bool) -> None:
        """Start nothing yet."""
        super().__init__(datasette, str(file), is_mutable=not is_still)
        self._counts: dict[str, int | None] = {}
        self._counted_at = 0.0
        self._lines = {
            is_own: _Line(file, longest, is_still=is_still, is_own=is_own) for is_own, longest in _LONGEST_LINES.items()
        }

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,  # noqa: FBT001, FBT002 - Datasette's signature
        custom_time_limit: float | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,  # noqa: FBT001, FBT002 - the same
    ) -> Results:
        """Rows as Datasette wants them. Raises Forbidden, QueryInterrupted, sqlite3.OperationalError."""
        if _is_schema.get():
            return await _in_own_process(self, sql, params, truncate, custom_time_limit, page_size, log_sql_errors)
        most = self.ds.max_returned_rows + (self.ds.max_returned_rows == (page_size or self.ds.page_size))
        limit = min(custom_time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)
        given = list(params) if isinstance(params, list | tuple) else dict(params or {})
        question = Question(sql, given, limit, most + 1 if truncate else None)
        answer = await self._lines[is_own_question.get()].ask(question)
        if answer.kind == "forbidden":
            raise Forbidden(answer.detail)
        if answer.kind == "interrupted":
            raise QueryInterrupted(sqlite3.OperationalError(answer.detail), sql, params)
        if answer.kind == "failed":
            raise sqlite3.OperationalError(answer.detail)
        rows, description = named_rows(answer)
        is_cut = truncate and len(rows) > most
        return Results(rows[:most] if is_cut else rows, is_cut, description)

    async def table_exists(self, table: str) -> bool:
        """Whether there is such a table."""
        with _schema():
            return bool(await super().table_exists(table))

    async def table_names(self) -> list[str]:
        """Every table, also those that readers may not open."""
        with _schema():
            return list(await super().table_names())

    async def view_names(self) -> list[str]:
        """Every view."""
        with _schema():
            return list(await super().view_names())

    async def hidden_table_names(self) -> list[str]:
        """Tables that the list of tables shows last."""
        with _schema():
            return list(await super().hidden_table_names())

    async def get_table_definition(self, table: str, type_: str = "table") -> str | None:
        """The SQL that made a table; Datasette asks only for those that the reader may open."""
        with _schema():
            definition: str | None = await super().get_table_definition(table, type_)
            return definition

    async def table_counts(self, limit: float = 10) -> dict[str, int | None]:
        """How many rows each table had a minute ago at most, None where counting takes over `limit` milliseconds."""
        if clock.monotonic() - self._counted_at > _COUNTED_FOR_SECONDS or not self._counts:
            with _schema():
                self._counts = await super().table_counts(limit)
            self._counted_at = clock.monotonic()
        return dict(self._counts)

    async def attached_databases(self) -> Sequence[Any]:
        """None, ever."""
        return []

    async def get_all_foreign_keys(self) -> dict[str, Any]:
        """What tables refer to each other, without those that readers may not open."""
        found = await super().get_all_foreign_keys()
        return {
            table: {way: [key for key in keys if key["other_table"] not in PRIVATE] for way, keys in ways.items()}
            for table, ways in found.items()
        }

    def close(self) -> None:
        """Close the connections and end the processes."""
        super().close()
        for line in self._lines.values():
            line.close()


class GuardedDatasette(Datasette):  # type: ignore[misc] # Datasette ships no types
    """Datasette whose own questions about the schema are told from those of readers."""

    access = Access()
    reviewers: Reviewers

    def close(self) -> None:
        """Close the connections and end the processes of every database."""
        for database in self.databases.values():
            database.close()

    async def _refresh_schemas(self) -> None:
        with _schema():
            await super()._refresh_schemas()

    async def permission_allowed(self, actor: Any, action: str, resource: Any = None, default: Any = False) -> Any:  # noqa: FBT002 - Datasette's signature
        """As Datasette's, which first asks for the right spelling of a table's name."""
        with _schema():
            return await super().permission_allowed(actor, action, resource, default)


def guarded_datasette(file: Path, access: Access, *, is_still: bool, **arguments: Any) -> GuardedDatasette:
    """Datasette over one file; `is_still` where nobody writes it. `arguments` are Datasette's own."""
    datasette = GuardedDatasette(memory=True, **arguments)
    datasette.access = access
    datasette.remove_database("_memory")
    datasette.add_database(GuardedDatabase(datasette, file, is_still=is_still), name=file.stem)
    return datasette
