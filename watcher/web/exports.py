"""Exports as files that are written while they are sent, and their data dictionaries (this module is the plugin)."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl
from datasette.utils.asgi import AsgiStream

from watcher.store.exports import CLAIMS, portion
from watcher.store.neighbours import NEIGHBOURS
from watcher.web.page import NotThereError, page, read, send_bytes, with_errors_in_words
from watcher.web.table_files import MEDIA_TYPES, Sheets, TextFile, csv_lines, forms_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from typing import IO

    from watcher.model.table import ExportTable
    from watcher.web.table_files import Rows


TABLES: Mapping[str, ExportTable] = {table.name: table for table in (CLAIMS, *NEIGHBOURS)}
_PATH = "/export"
_FILTERS = ("publisher", "since")
_CHUNK = 64 * 1024
# A workbook takes the processor for a while: one at a time.
_is_making_workbook = asyncio.Semaphore(1)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """`/export`, `/export/<table>.<form>` and `/export/<table>.dictionary.csv`."""
    return [
        (rf"^{_PATH}$", overview),
        (rf"^{_PATH}/(?P<table>[a-z_]+)\.dictionary\.csv$", dictionary),
        (rf"^{_PATH}/(?P<table>[a-z_]+)\.(?P<form>[a-z]+)$", export),
    ]


@with_errors_in_words
async def overview(datasette: Any, request: Any) -> Response:
    """What can be had, in which forms, and which columns nobody can fill."""
    tables = [(table, forms_of(table)) for table in TABLES.values()]
    return page(datasette, "exports.html", title="Export", path=request.path, exports=tables)


@with_errors_in_words
async def dictionary(datasette: Any, request: Any) -> Response:  # noqa: ARG001 - as all pages are called
    """What each column means, and whether it can be filled."""
    rows = _table(request).dictionary()
    text = csv_lines([list(rows[0]), *(list(row.values()) for row in rows)])
    return Response(text, headers=_as_file(request), content_type=MEDIA_TYPES["csv"])


@with_errors_in_words
async def export(datasette: Any, request: Any) -> Response | AsgiStream:
    """A table in one form; `?publisher=` and `?since=` (a day) leave out others."""
    table, form = _table(request), request.url_vars["form"]
    if form not in forms_of(table):
        raise NotThereError("There is no such export.")
    filters = {name: request.args.get(name) or "" for name in _FILTERS}

    async def send(writer: Any) -> None:
        if form == "xlsx":
            await _send_workbook(writer, datasette, table, filters)
            return
        text = TextFile(table, form)
        await writer.write(text.begin())
        async for rows in _portions(datasette, table, filters):
            await writer.write(text.rows(rows))
        await writer.write(text.end())

    return AsgiStream(send, headers=_as_file(request), content_type=MEDIA_TYPES[form])


async def _send_workbook(writer: Any, datasette: Any, table: ExportTable, filters: Mapping[str, str]) -> None:
    """Make the whole file first, on the disk: its directory comes last."""
    with tempfile.TemporaryFile() as file:
        async with _is_making_workbook:
            await _fill(datasette, table, filters, file)
        await send_bytes(writer, iter(partial(file.read, _CHUNK), b""))


def _table(request: Any) -> ExportTable:
    if (table := TABLES.get(request.url_vars["table"])) is None:
        raise NotThereError("There is no such export.")
    return table


def _as_file(request: Any) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{request.path.rpartition("/")[2]}"'}


async def _portions(datasette: Any, table: ExportTable, filters: Mapping[str, str]) -> AsyncIterator[Rows]:
    """Rows, some at a time, each read by itself: a reader on a slow line keeps nothing waiting."""
    after: int | None = 0
    while after is not None:
        begin = after
        rows, after = await read(datasette, lambda db: portion(db, table, after=begin, **filters))  # noqa: B023 - awaited here
        yield rows


async def _fill(datasette: Any, table: ExportTable, filters: Mapping[str, str], file: IO[bytes]) -> None:
    """Make the workbook; each portion of rows is written in a thread, so that other pages go on."""
    sheets = Sheets(file, table)
    async for rows in _portions(datasette, table, filters):
        await asyncio.to_thread(sheets.add, rows)
    await asyncio.to_thread(sheets.close)
    file.seek(0)
