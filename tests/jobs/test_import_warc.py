"""Web archives: what is stored as a WARC that others read, and WARCs of others as releases at their original times."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.support.evidence import archive, verdict
from tests.support.pdf import pdf
from tests.support.scenario import HARM, configure, one, page, rows, rss
from watcher.cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result

    from watcher.config.load import Configuration


SITE = "https://news.army.example"
PUBLISHER = f'homepage = "{SITE}/"\n'


def run(configuration: Configuration, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(configuration.folder), *words])


def records(path: Path) -> list[tuple[str, str, Mapping[str, str]]]:
    found: list[tuple[str, str, Mapping[str, str]]] = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            record.raw_stream.read()
            headers = dict(record.rec_headers.headers)
            found.append((record.rec_type, headers.get("WARC-Target-URI", ""), headers))
    return found


# -- ours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["all.warc", "all.warc.gz"])
def test_export_is_read_by_the_tools_of_others(tmp_path: Path, name: str) -> None:
    """(check 73) warcinfo, then for each exchange request, response and metadata; `warcio check` has no complaint."""
    configuration = archive(tmp_path / "w")
    out = tmp_path / name
    done = run(configuration, "export", "warc", str(out), "--why", "for the library")
    assert done.exit_code == 0, done.exception
    found = records(out)
    kept = one(configuration, "SELECT count(*) FROM captures WHERE snapshot_id IS NOT NULL")
    assert found[0][0] == "warcinfo"
    assert sum(kind == "response" for kind, _, _ in found) == kept
    assert sum(kind == "request" for kind, _, _ in found) == sum(kind == "metadata" for kind, _, _ in found)
    warcio = str(Path(sys.executable).with_name("warcio"))
    assert subprocess.run([warcio, "check", str(out)], check=False).returncode == 0  # noqa: S603 - a tool of the lock
    (row,) = rows(configuration, "SELECT * FROM custody WHERE action = 'export warc'")
    assert row["why"] == "for the library"
    assert "sha256" in json.loads(row["detail"])
    assert isinstance(run(configuration, "export", "warc", str(out)).exception, Exception), "nothing is overwritten"
    one_flip = bytearray(out.read_bytes())
    at = one_flip.index(b"Two civilians") if name == "all.warc" else len(one_flip) // 2
    one_flip[at] ^= 1
    out.write_bytes(bytes(one_flip))
    assert subprocess.run([warcio, "check", str(out)], check=False, capture_output=True).returncode != 0  # noqa: S603 - the same


def test_unchanged_answers_are_revisits(tmp_path: Path) -> None:
    """(check 73) A 304, and a body that was the same as before, name the response with the bytes."""
    configuration = archive(tmp_path / "w")
    feed = rows(configuration, "SELECT * FROM captures WHERE kind = 'feed' ORDER BY id LIMIT 1")[0]
    import sqlite3  # noqa: PLC0415 - only here
    from contextlib import closing  # noqa: PLC0415 - only here

    with closing(sqlite3.connect(configuration.database)) as db, db:
        for status, outcome, sha256 in ((304, "not_modified", None), (200, "same", feed["body_sha256"])):
            said: dict[str, Any] = feed | {"status": status, "outcome": outcome, "body_sha256": sha256}
            said |= {"snapshot_id": None, "id": None, "started_at": "2027-01-01T00:00:00.000Z"}
            names = ", ".join(f'"{name}"' for name in said)
            db.execute(f"INSERT INTO captures ({names}) VALUES ({','.join('?' * len(said))})", list(said.values()))
    out = tmp_path / "all.warc"
    assert run(configuration, "export", "warc", str(out)).exit_code == 0
    revisits = [headers for kind, _, headers in records(out) if kind == "revisit"]
    assert [headers["WARC-Profile"].rpartition("/")[2] for headers in revisits] == [
        "server-not-modified",
        "identical-payload-digest",
    ]
    assert {headers["WARC-Refers-To-Target-URI"] for headers in revisits} == {feed["url"]}


def test_exported_archive_is_imported_as_it_was(tmp_path: Path) -> None:
    """A round trip: the same texts at the same times in another database, and nobody is alerted."""
    configuration = archive(tmp_path / "w")
    out = tmp_path / "all.warc.gz"
    assert run(configuration, "export", "warc", str(out)).exit_code == 0
    other = configure(
        tmp_path / "other", {}, settings='[[channel]]\nname = "h"\nkind = "webhook"\nurl = "http://127.0.0.1:1/"\n'
    )
    done = run(other, "import", "warc", str(out))
    assert done.exit_code == 0, done.exception
    texts = "SELECT number, text FROM revisions ORDER BY text, number"
    ours = {row["text"] for row in rows(configuration, texts)}
    assert {row["text"] for row in rows(other, texts)} == ours
    assert one(other, "SELECT count(*) FROM alerts") == 0
    assert one(other, "SELECT max(revision_count) FROM releases") == 2
    assert verdict(other.database).findings == ()


# -- of others -------------------------------------------------------------------------------------------------------


class Crawl:
    """An archive as another crawler writes it."""

    def __init__(self, path: Path, *, is_gzip: bool = True) -> None:
        """Begin an archive that is written to this path."""
        self.path, self.out = path, io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=is_gzip, warc_version="1.1")

    def add(
        self, url: str, body: bytes, date: str, kind: str = "text/html", *, status: str = "200 OK", **more: str
    ) -> None:
        """Add a response; `more` are headers with _ for -."""
        headers = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in more.items())]
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": date},
        )
        self.writer.write_record(record)

    def save(self) -> Path:
        """Write it."""
        self.path.write_bytes(self.out.getvalue())
        return self.path


def crawl(path: Path, *, is_gzip: bool = True) -> Path:
    made = Crawl(path, is_gzip=is_gzip)
    fire = f"{SITE}/releases/fire"
    made.add(fire, page("Fire", "Eight civilians were killed.", "More is said below."), "2024-03-05T10:00:00Z")
    made.add(
        fire, gzip.compress(page("Fire", HARM, "More is said below.")), "2024-03-04T09:00:00Z", Content_Encoding="gzip"
    )
    made.add(f"{SITE}/", page("Home", "Welcome to us."), "2024-03-04T09:00:00Z")
    made.add(f"{SITE}/logo.png", b"\x89PNG", "2024-03-04T09:00:01Z", "image/png")
    made.add(f"{SITE}/gone", page("Gone", "Nothing is here."), "2024-03-04T09:00:02Z", status="404 Not Found")
    made.add(f"{SITE}/report.pdf", pdf("Three soldiers were killed."), "2024-03-04T09:00:03Z", "application/pdf")
    return made.save()


@pytest.mark.parametrize("is_gzip", [True, False])
def test_pages_become_releases_at_their_original_times(tmp_path: Path, is_gzip: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """Whatever the order in the file: the earlier capture is revision 1; what is no release's page is left out."""
    configuration = configure(tmp_path, {}, publisher=PUBLISHER)
    done = run(configuration, "import", "warc", str(crawl(tmp_path / "crawl.warc.gz", is_gzip=is_gzip)))
    assert done.exit_code == 0, done.exception
    found = rows(
        configuration,
        "SELECT releases.url, number, revisions.observed_at, first_seen_at, code FROM revisions"
        " JOIN releases ON releases.id = release_id JOIN publishers ON publishers.id = publisher_id"
        " ORDER BY url, number",
    )
    assert [(row["url"], row["number"], row["observed_at"]) for row in found] == [
        (f"{SITE}/releases/fire", 1, "2024-03-04T09:00:00.000Z"),
        (f"{SITE}/releases/fire", 2, "2024-03-05T10:00:00.000Z"),
        (f"{SITE}/report.pdf", 1, "2024-03-04T09:00:03.000Z"),
    ]
    assert {row["code"] for row in found} == {"army"}, "the host tells whose they are"
    assert found[0]["first_seen_at"] == "2024-03-04T09:00:00.000Z"
    text = one(configuration, "SELECT text FROM revisions WHERE number = 1 AND text LIKE '%civilians%'")
    assert HARM in text
    assert one(configuration, "SELECT count(*) FROM claims WHERE harm = 'killed'") >= 3
    captures = rows(configuration, "SELECT imported_from, started_at FROM captures ORDER BY started_at")
    assert all(row["imported_from"].startswith("crawl.warc.gz urn:uuid:") for row in captures)
    assert one(configuration, "SELECT count(*) FROM alerts") == 0
    assert "2 release" in done.output
    assert run(configuration, "reparse", "--check").output.strip() == "nothing differs"
    assert verdict(configuration.database).findings == ()


def test_import_that_is_repeated_adds_nothing(tmp_path: Path) -> None:
    """An import that was stopped goes on: each record counts once, however often its file is given."""
    configuration = configure(tmp_path, {}, publisher=PUBLISHER)
    path = crawl(tmp_path / "crawl.warc.gz")
    run(configuration, "import", "warc", str(path))
    before = one(configuration, "SELECT count(*) FROM captures")
    done = run(configuration, "import", "warc", str(path), str(path))
    assert (done.exit_code, done.output.strip()) == (0, "nothing")
    assert one(configuration, "SELECT count(*) FROM captures") == before


def test_earlier_capture_of_a_known_release_is_kept_and_makes_no_revision(tmp_path: Path) -> None:
    """Revisions are numbered as they were observed and never changed: what is older is evidence beside them."""
    configuration = configure(tmp_path, {}, publisher=PUBLISHER)
    for name, date, words in (("new", "2024-03-05", "Eight civilians were killed."), ("old", "2024-03-04", HARM)):
        made = Crawl(tmp_path / f"{name}.warc.gz")
        made.add(f"{SITE}/fire", page("Fire", words, "More is said."), f"{date}T00:00:00Z")
        done = run(configuration, "import", "warc", str(made.save()))
    assert "1 same" in done.output
    assert "Eight" in one(configuration, "SELECT text FROM revisions")
    assert one(configuration, "SELECT count(*) FROM captures") == 2


def test_feeds_in_an_archive_are_feeds(tmp_path: Path) -> None:
    """Their entries are releases; one whose page is in the archive has the page's text and the feed's date."""
    configuration = configure(tmp_path, {}, publisher=PUBLISHER)

    def item(number: int, title: str, day: str, text: str) -> str:
        place = f"<guid isPermaLink='false'>id-{number}</guid><link>{SITE}/{title.lower()}</link>"
        date = f"<pubDate>{day} Mar 2024 08:00:00 GMT</pubDate>"
        return f"<item><title>{title}</title>{place}{date}<description>{text}</description></item>"

    first, other = item(1, "Fire", "Mon, 04", "Short."), item(2, "Flood", "Sun, 03", HARM)
    made = Crawl(tmp_path / "feed.warc.gz")
    made.add(f"{SITE}/fire", page("Fire", "Eight civilians were killed.", "More is said."), "2024-03-04T10:00:00Z")
    made.add(f"{SITE}/rss", rss(first, other), "2024-03-04T09:00:00Z", "application/rss+xml")
    third = item(3, "Storm", "Sat, 02", HARM)
    made.add(f"{SITE}/other-rss", b"\n" + rss(third), "2024-03-04T09:00:00Z", "text/html")
    made.add(f"{SITE}/data.xml", b"<root><a/></root>", "2024-03-04T09:00:00Z", "text/xml")
    done = run(configuration, "import", "warc", str(made.save()))
    assert done.exit_code == 0, done.exception
    found = rows(
        configuration,
        "SELECT releases.title, identity, releases.published_at, text, text_from FROM releases"
        " JOIN revisions ON revisions.release_id = releases.id ORDER BY releases.title",
    )
    assert [(row["title"], row["identity"], row["text_from"]) for row in found] == [
        ("Fire", "army:id-1", "page"),
        ("Flood", "army:id-2", "feed"),
        ("Storm", "army:id-3", "feed"),
    ]
    assert "Eight" in found[0]["text"]
    assert found[0]["published_at"] == "2024-03-04T08:00:00.000Z"
    assert "not a feed" in done.output


def test_malformed_records_are_reported_and_left_out(tmp_path: Path) -> None:
    """A bad digest, a cut body, a record of nonsense: the records around them are imported."""
    configuration = configure(tmp_path, {}, publisher=PUBLISHER)
    made = Crawl(tmp_path / "bad.warc", is_gzip=False)
    for name in ("one", "two", "three", "four"):
        made.add(f"{SITE}/{name}", page(name, f"Statement {name}: {HARM}"), "2024-03-04T10:00:00Z")
    raw = made.out.getvalue()
    raw = raw.replace(b"Statement two", b"Statement TWO", 1)
    third = raw.index(b"WARC/1.1\r\n", raw.index(b"Statement TWO"))
    raw = raw[:third] + b"WARC/9.9\r\nnonsense\r\n\r\n" + raw[third:]
    made.path.write_bytes(raw)
    done = run(configuration, "import", "warc", str(made.path))
    assert done.exit_code == 0, done.exception
    titles = {row["title"] for row in rows(configuration, "SELECT title FROM releases")}
    assert titles == {"one", "three", "four"}
    assert "skipped: bad.warc" in done.stderr
    assert f"{SITE}/two" in done.stderr


def test_one_gzip_stream_and_chunked_bodies_are_read(tmp_path: Path) -> None:
    """Archives that some tools write: the whole file packed at once, bodies with their chunks."""
    configuration = configure(tmp_path, {}, publisher=PUBLISHER)
    made = Crawl(tmp_path / "odd.warc.gz", is_gzip=False)
    body = page("Fire", HARM)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    made.add(f"{SITE}/fire", chunked, "2024-03-04T10:00:00Z", Transfer_Encoding="chunked")
    made.add(f"{SITE}/flood", page("Flood", HARM, "More."), "2024-03-04T10:00:00Z", Transfer_Encoding="chunked")
    made.path.write_bytes(gzip.compress(made.out.getvalue()))
    done = run(configuration, "import", "warc", str(made.path))
    assert done.exit_code == 0, done.exception
    assert one(configuration, "SELECT count(*) FROM revisions WHERE text LIKE ?", f"%{HARM}%") == 2
    assert one(configuration, "SELECT count(*) FROM captures WHERE body_byte_count = ?", len(body)) == 1


def test_pages_of_nobody_have_a_publisher_of_their_own(tmp_path: Path) -> None:
    """No host of ours: kept under `imported`; `--publisher` says whose they are, `--match` which of them."""
    configuration = configure(tmp_path, {})
    path = crawl(tmp_path / "crawl.warc.gz")
    assert run(configuration, "import", "warc", str(path), "--match", "/releases/").exit_code == 0
    codes = {
        row["code"]
        for row in rows(configuration, "SELECT code FROM publishers JOIN releases ON publisher_id = publishers.id")
    }
    assert codes == {"imported"}
    assert one(configuration, "SELECT count(*) FROM releases") == 1
    assert run(configuration, "reparse", "--check").output.strip() == "nothing differs"
    assert run(configuration, "import", "warc", str(path), "--publisher", "army").exit_code == 0
    assert (
        one(
            configuration,
            "SELECT count(*) FROM releases JOIN publishers ON publishers.id = publisher_id WHERE code = 'army'",
        )
        == 1
    )
    for words in (["--publisher", "navy"], ["--match", "("]):
        assert run(configuration, "import", "warc", str(path), *words).exit_code == 2
