"""Claims as files: the same rows in each form, formulas as text, and honest columns of neighbouring data sets."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from lxml import etree

from tests.support.reading_room import get
from tests.support.scenario import entry, store
from watcher.cli.main import cli
from watcher.store import exports
from watcher.store.connection import connect
from watcher.store.neighbours import NEIGHBOURS
from watcher.web.exports import TABLES
from watcher.web.serve import datasette_of
from watcher.web.table_files import MEDIA_TYPES, forms_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datasette.app import Datasette

TEXTS = (
    "Two civilians were killed and four were injured in the strike near Tel Hamis at 36.81° N, 41.52° E.",
    "The claim that three civilians were killed is false.",
    "At least 5 soldiers were killed on 24 November 2026.",
)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: one reports civilians with coordinates, one denies, one reports soldiers; titles are formulas."""
    made = tmp_path_factory.mktemp("exports")
    titles = ("=1+1", "@SUM(A1)", "- الجيش")
    store(made, lambda b: [entry(n, b, link="", title=titles[n], text=text) for n, text in enumerate(TEXTS)])
    return made


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Datasette]:
    datasette = datasette_of(folder / "watcher.db")
    yield datasette
    datasette.close()


def rows_of(served: Datasette, name: str) -> list[dict[str, str]]:
    answer = get(served, f"/export/{name}.csv")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def sheet(content: bytes, number: int = 1) -> list[list[tuple[str, str]]]:
    """The cells of a sheet: type (`n`, `s`, `inlineStr`) and text; empty cells are left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        tree = etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert not tree.findall(f".//{_SHEET}f")
    assert not tree.findall(f".//{_SHEET}hyperlink")
    rows = tree.iter(f"{_SHEET}row")
    return [[(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.iter(f"{_SHEET}c")] for row in rows]


def test_every_form_has_the_same_claims(served: Datasette) -> None:
    """Who takes the workbook must find what is in the CSV, and each row must lead back to its sentence."""
    records = get(served, "/export/claims.json").json()
    assert {(one["harm"], one["count_min"], one["stance"]) for one in records} >= {
        ("killed", 2, "asserted"),
        ("injured", 4, "asserted"),
        ("killed", 3, "denied"),
        ("killed", 5, "asserted"),
    }
    assert [row["sentence"] for row in rows_of(served, "claims")] == [one["sentence"] for one in records]
    assert len(sheet(get(served, "/export/claims.xlsx").content)) == len(records) + 1
    assert all(len(one["text_sha256"]) == 64 and one["sentence"] in TEXTS for one in records)
    part = get(served, "/export/claims.json?publisher=navy").json()
    assert part == []
    assert get(served, "/export/claims.json?since=2000-01-01").json() == records


def test_no_cell_of_csv_or_workbook_is_a_formula(served: Datasette) -> None:
    """A title that begins with = would be run by the spreadsheet of whoever opens the file."""
    assert {row["title"] for row in rows_of(served, "claims")} == {"'=1+1", "'@SUM(A1)", "'- الجيش"}
    cells = [cell for row in sheet(get(served, "/export/claims.xlsx").content) for cell in row]
    assert {kind for kind, text in cells if text.startswith(("=", "@", "-"))} == {"inlineStr"}
    assert ("n", "2") in cells


def test_geojson_has_points_only_where_the_sentence_states_them(served: Datasette) -> None:
    """A place in words is no point: a map that guesses shows the dead where they did not die."""
    found = get(served, "/export/claims.geojson").json()
    assert found["type"] == "FeatureCollection"
    assert all(one["properties"]["place"] or one["properties"]["place_raw"] for one in found["features"])
    points = {one["properties"]["harm"]: one["geometry"] for one in found["features"] if one["geometry"]}
    assert points
    assert all(point == {"type": "Point", "coordinates": [41.52, 36.81]} for point in points.values())


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_every_form_and_a_dictionary(served: Datasette, name: str) -> None:
    """The dictionary names each column in its order, and says of each empty one why."""
    table = TABLES[name]
    header = list(rows_of(served, name)[0])
    assert header == [column.name for column in table.columns]
    for form in MEDIA_TYPES:
        answer = get(served, f"/export/{name}.{form}")
        assert answer.status_code == (200 if form in forms_of(table) else 404), form
    told = list(csv.DictReader(io.StringIO(get(served, f"/export/{name}.dictionary.csv").text)))
    assert [row["column"] for row in told] == header
    assert all(row["meaning"] for row in told)
    empty = {row["column"] for row in told if row["filled"] == "no"}
    assert all(row[column] == "" for row in rows_of(served, name) for column in empty)
    assert get(served, "/export").text.count(f'id="{name}"') == 1


def test_neighbours_take_no_denial_for_an_event(served: Datasette) -> None:
    """A denied death in UCDP's or IBC's columns would be counted as a death; Airwars records the denial as one."""
    assert {row["low"] for row in rows_of(served, "ucdp_ged")} == {"2", "5"}
    assert {row["fatalities"] for row in rows_of(served, "acled")} == {"2", ""}
    assert [(row["Reported Minimum"], row["Reported Maximum"]) for row in rows_of(served, "ibc")] == [("2", "2")]
    positions = {(row["belligerent_position"], row["civilian_deaths_min"]) for row in rows_of(served, "airwars")}
    assert {("stated as fact", "2"), ("denied", "3")} <= positions
    five = next(row for row in rows_of(served, "ucdp_ged") if row["low"] == "5")
    assert (five["best"], five["high"], five["deaths_civilians"]) == ("", "", "")
    assert (five["date_start"], five["date_end"]) == ("2026-11-24", "2026-11-24")


def test_portions_together_are_everything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows must not be lost or doubled where one portion ends and the next begins, or where claims are far apart."""
    database = connect(folder / "watcher.db", is_read_only=True)
    whole = [row for rows in exports.portions(database.conn, exports.CLAIMS) for row in rows]
    monkeypatch.setattr(exports, "PORTION", 2)
    monkeypatch.setattr(exports, "WINDOW", 3)
    assert [row for rows in exports.portions(database.conn, exports.CLAIMS) for row in rows] == whole
    assert len(whole) >= 4
    database.close()


def test_command_writes_the_same_files(folder: Path, tmp_path: Path, served: Datasette) -> None:
    """For a script that takes the claims each night, without a server."""
    run = CliRunner()
    base = ["--config", str(folder), "export", "claims"]
    assert run.invoke(cli, base).output == get(served, "/export/claims.csv").text.replace("\r\n", "\n")
    out = tmp_path / "claims.xlsx"
    assert run.invoke(cli, [*base, "--format", "xlsx", "-o", str(out)]).exit_code == 0
    assert sheet(out.read_bytes()) == sheet(get(served, "/export/claims.xlsx").content)
    assert sheet(out.read_bytes(), 2)[0][0] == ("inlineStr", "column")
    told = json.loads(run.invoke(cli, [*base, "--columns", "ibc", "--dictionary", "--format", "json"]).output)
    assert {row["column"]: row["filled"] for row in told}["Weapons"] == "no"
    assert run.invoke(cli, [*base, "--columns", "acled", "--format", "geojson"]).exit_code == 2
    assert run.invoke(cli, [*base, "--format", "xlsx"]).exit_code == 2
    assert {table.name for table in NEIGHBOURS} == set(TABLES) - {"claims"}
