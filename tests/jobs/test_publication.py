"""The published folder: complete, without dead links, checkable, and never half written."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from click.testing import CliRunner

from tests.support.scenario import HARM, entry, store
from watcher.cli.main import cli
from watcher.errors import StoreError
from watcher.jobs import publication
from watcher.store.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "https://copy.example/pub"
TEXTS = (HARM, "The claim that three civilians were killed is false.", "Read http://localhost/release/1 in vain.")
TITLE = '<script>alert(1)</script> "الجيش" '


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with three releases, one with a hostile title, one whose text has an address like our own."""
    made = tmp_path_factory.mktemp("publication")
    titles = (TITLE, "A denial", "=1+1")
    store(made, lambda b: [entry(n, b, link="", title=titles[n], text=text) for n, text in enumerate(TEXTS)])
    return made


@pytest.fixture(scope="module")
def published(folder: Path) -> Path:
    target = folder / "site" / "copy"
    done = CliRunner().invoke(cli, ["--config", str(folder), "publish", str(target), "--base", BASE, "--why", "yearly"])
    assert done.exit_code == 0, done.output
    return target


def pages(published: Path) -> Iterator[tuple[Path, lxml.html.HtmlElement]]:
    for path in sorted(published.rglob("*.html")):
        yield path, lxml.html.document_fromstring(path.read_text(encoding="utf-8"))


def test_every_link_leads_to_a_file_of_the_folder(published: Path) -> None:
    """It is put under any address, also from a USB stick: a link that leaves the folder would be dead."""
    count = 0
    for path, tree in pages(published):
        ids = set(tree.xpath("//@id"))
        for address in tree.xpath("//@href | //@src | //@action"):
            link = urlsplit(address)
            if link.scheme:
                assert link.netloc != "localhost"
                continue
            assert not link.path.startswith("/"), (path, address)
            target = (path.parent / unquote(link.path)).resolve() if link.path else path
            assert target.is_file() and target.is_relative_to(published.resolve()), (path, address)  # noqa: PT018
            if link.fragment and target == path:
                assert link.fragment in ids, (path, address)
            count += 1
    assert count > 50


def test_every_release_and_revision_has_its_page(published: Path) -> None:
    """What was quoted from the copy must be found there, with its hash and the address of the copy in the citation."""
    for number in (1, 2, 3):
        first, again = (published / f"release/{number}{part}/index.html" for part in ("", "/r1"))
        assert "SHA-256" in first.read_text()
        assert f"{BASE}/release/{number}/r1" in again.read_text()
        assert json.loads((published / f"release/{number}.json").read_text())["permalink"].startswith(BASE)
    texts = "".join(path.read_text() for path in published.rglob("*.html"))
    assert "http://localhost/release/1 in vain" in texts  # the release's own words
    assert ".invalid" not in texts
    assert "<script>alert" not in texts
    assert {"alerts.atom", "denials.json"} <= {path.name for path in (published / "feeds").iterdir()}


def test_denial_is_said_to_be_one_wherever_its_number_stands(published: Path) -> None:
    """A list that says "3 civilians killed" of a denial turns it into an admission."""
    for name in ("index.html", "release/2/index.html"):
        text = lxml.html.document_fromstring((published / name).read_text()).text_content()
        assert "denied: 3 civilians killed" in text
        assert text.count("A denial") > 0


def test_evidence_of_each_release_can_be_checked(published: Path, tmp_path: Path) -> None:
    """The commands on the page fetch a bundle from the copy; it has to be there, and to prove what it says."""
    for number in (1, 2, 3):
        assert f"{BASE}/release/{number}/bundle" in (published / f"release/{number}/index.html").read_text()
        given = tmp_path / f"{number}.zip"
        given.write_bytes((published / f"release/{number}/bundle").read_bytes())
        checked = CliRunner().invoke(cli, ["evidence", "--check", str(given)])
        assert (checked.exit_code, "0 findings" in checked.output) == (0, True), checked.output


def test_hashes_sizes_and_columns_are_as_described(published: Path) -> None:
    """Who mirrors the folder checks it without us."""
    lines = (published / "SHA256SUMS").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} == {
        path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()
    } - {"SHA256SUMS"}
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((published / name).read_bytes()).hexdigest() == digest
    package = json.loads((published / "datapackage.json").read_text())
    assert len({resource["name"] for resource in package["resources"]}) == len(package["resources"])
    for resource in package["resources"]:
        content = (published / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (
            len(content),
            f"sha256:{hashlib.sha256(content).hexdigest()}",
        )
        if resource["format"] == "csv":
            header = content.decode().splitlines()[0].split(",")
            assert [field["name"] for field in resource["schema"]["fields"]] == header
    assert all(path.stat().st_mode & stat.S_IROTH for path in (published, *published.rglob("*")))


def test_stock_datasette_hosts_the_database(published: Path) -> None:
    """The folder is for people who do not have this program."""
    command = [sys.executable, "-m", "datasette", "-i", "watcher.db", "--get", "/watcher/claims.json?_shape=array"]
    answer = subprocess.run(command, cwd=published, capture_output=True, check=True)  # noqa: S603 - the stock program
    assert {row["stance"] for row in json.loads(answer.stdout)} >= {"asserted", "denied"}
    assert not list(published.glob("watcher.db-*"))


def test_publishing_is_in_the_custody_log_and_only_there(folder: Path, published: Path) -> None:
    """Who gave what out, and why, is part of the evidence, but nobody outside learns the name."""
    own = connect(folder / "watcher.db", is_read_only=True)
    action, why, detail = own.execute("SELECT action, why, detail FROM custody ORDER BY id DESC").fetchone()
    own.close()
    assert (action, why) == ("publish", "yearly")
    assert json.loads(detail)["sums_sha256"] == hashlib.sha256((published / "SHA256SUMS").read_bytes()).hexdigest()
    given = sqlite3.connect(published / "watcher.db")
    assert given.execute("SELECT count(*) FROM custody").fetchone() == (0,)
    given.close()


def test_what_else_lies_there_is_not_touched(folder: Path, tmp_path: Path) -> None:
    """A mistyped folder must not be replaced."""
    (tmp_path / "thesis.txt").write_text("the only copy")
    done = CliRunner().invoke(cli, ["--config", str(folder), "publish", str(tmp_path)])
    assert isinstance(done.exception, StoreError)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_earlier_copy_stays_until_the_new_one_is_whole(
    folder: Path, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up half-way leaves readers the old copy, whole; the next run replaces it."""
    before = (published / "SHA256SUMS").read_bytes()
    run = ["--config", str(folder), "publish", str(published)]

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication, "_sums", full)
    done = CliRunner().invoke(cli, run)
    assert isinstance(done.exception, StoreError)
    assert (published / "SHA256SUMS").read_bytes() == before
    monkeypatch.undo()
    assert CliRunner().invoke(cli, run).exit_code == 0
    assert (published / "SHA256SUMS").read_bytes() != before
    assert [path.name for path in published.parent.iterdir()] == ["copy"]
    assert "/release/1/r1" in (published / "release/1/index.html").read_text()
