"""Tables of claims as CSV, JSON, GeoJSON and XLSX, written some rows at a time. The only user of XlsxWriter."""

from __future__ import annotations

import csv
import io
import json
from typing import IO, TYPE_CHECKING, Any

from xlsxwriter import Workbook

from watcher.content.coordinates import stated_point
from watcher.control_signs import for_spreadsheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watcher.model.table import ExportTable

    Rows = Sequence[Sequence[Any]]


MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "geojson": "application/geo+json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Excel's own limit is 1,048,576 rows in a sheet.
MOST_ROWS = 1_000_000


class TextFile:
    """A file of text in parts: `form` is csv, json or geojson."""

    def __init__(self, table: ExportTable, form: str) -> None:
        """Write nothing yet."""
        self._table, self._form, self._separator = table, form, "\n"

    def begin(self) -> str:
        """The first part."""
        if self._form == "csv":
            return csv_lines([[column.name for column in self._table.columns]])
        return "[" if self._form == "json" else '{"type": "FeatureCollection", "features": ['

    def rows(self, rows: Rows) -> str:
        """A part with more rows."""
        if self._form == "csv":
            return csv_lines(rows)
        make = _record if self._form == "json" else _feature
        made = [json.dumps(one, ensure_ascii=False) for row in rows if (one := make(self._table, row)) is not None]
        before, self._separator = (self._separator, ",\n") if made else ("", self._separator)
        return before + ",\n".join(made)

    def end(self) -> str:
        """The last part."""
        return {"csv": "", "json": "\n]\n"}.get(self._form, "\n]}\n")


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Lines of CSV (RFC 4180), in which no cell is a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    return for_spreadsheet(value) if isinstance(value, str) else value


def _record(table: ExportTable, row: Sequence[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(table.columns, row, strict=True)}


def _feature(table: ExportTable, row: Sequence[Any]) -> dict[str, Any] | None:
    """A claim that names a place. It has a point only where its own sentence states one (RFC 7946, 3.2: else null)."""
    record = _record(table, row)
    if not record["place"] and not record["place_raw"]:
        return None
    point = stated_point(record["sentence"])
    geometry = {"type": "Point", "coordinates": list(point)} if point is not None else None
    return {"type": "Feature", "id": record["claim_id"], "geometry": geometry, "properties": record}


class Sheets:
    """A workbook with the rows and the dictionary, written as it grows; every text is a text and no formula or link."""

    def __init__(self, file: IO[bytes], table: ExportTable) -> None:
        """Begin it with the names of the columns; `file` is written at the end."""
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = Workbook(file, options | {"strings_to_numbers": False, "nan_inf_to_errors": True})
        self._bold = self._book.add_format({"bold": True})
        self._sheet = self._book.add_worksheet(table.name[:31])
        self._sheet.freeze_panes(1, 0)
        self._table, self._next = table, 1
        self._head(self._sheet, [column.name for column in table.columns])

    def add(self, rows: Rows) -> None:
        """Write more rows. Raises OverflowError beyond what a sheet can hold."""
        for row in rows:
            if self._next > MOST_ROWS:
                raise OverflowError(f"a sheet holds at most {MOST_ROWS:,} rows: take CSV, or ask for fewer")
            _write(self._sheet, self._next, row)
            self._next += 1

    def close(self) -> None:
        """Add the dictionary and write the file."""
        sheet = self._book.add_worksheet("dictionary")
        rows = self._table.dictionary()
        self._head(sheet, list(rows[0]))
        for number, row in enumerate(rows, start=1):
            _write(sheet, number, list(row.values()))
        self._book.close()

    def _head(self, sheet: Any, names: Sequence[str]) -> None:
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, self._bold)


def _write(sheet: Any, number: int, row: Sequence[Any]) -> None:
    for place, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(number, place, value)
        elif value is not None:
            sheet.write_number(number, place, value)


def write_table(file: IO[bytes], table: ExportTable, form: str, portions: Iterable[Rows]) -> None:
    """Write a whole table in any form. Raises OverflowError where it is too long for a sheet."""
    if form == "xlsx":
        sheets = Sheets(file, table)
        for rows in portions:
            sheets.add(rows)
        sheets.close()
        return
    text = TextFile(table, form)
    file.write(text.begin().encode())
    for rows in portions:
        file.write(text.rows(rows).encode())
    file.write(text.end().encode())


def forms_of(table: ExportTable) -> tuple[str, ...]:
    """The forms that a table has: GeoJSON only where places have columns of their own."""
    names = {column.name for column in table.columns}
    return tuple(form for form in MEDIA_TYPES if form != "geojson" or {"place", "place_raw"} <= names)
