"""`watcher extract` by its results: one page, one document, many at once, and what cannot be read."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from tests.support.pdf import drawn_pdf, pdf
from tests.support.scenario import HARM, configure, page
from tests.support.servers import Answer, http_server, in_loop
from watcher.cli.main import cli
from watcher.pipeline.release_tasks import extract_document
from watcher.pipeline.workers import open_workers

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from watcher.model.release import PageText
    from watcher.pipeline.task_values import PageAnswer


RULES = """homepage = "https://army.example/"
[page]
body = ["div.statement"]
title = ["h2.headline"]
"""
RULED = (
    b"<html><title>Site</title><body><h2 class=headline>Fire at the depot</h2><div class=statement>"
    b"<p>Three workers were injured in the fire.</p></div><div><p>Other news of the day stands here.</p></div>"
)
KEYS = {
    "title",
    "text",
    "published_at",
    "byline",
    "dateline",
    "release_number",
    "language",
    "captions",
    "links",
    "outcome",
}


def extract(folder: Path, *words: str, given: str | None = None) -> tuple[Any, int]:
    """The record that the command writes, and its exit code."""
    done = CliRunner().invoke(cli, ["--config", str(folder), "extract", *words], input=given)
    assert done.stdout, done.output
    return json.loads(done.stdout), done.exit_code


def test_file_gives_its_record(tmp_path: Path) -> None:
    """A page on the disk, plain or gzipped, is read like one from the net."""
    configure(tmp_path, {})
    plain, packed = tmp_path / "a.html", tmp_path / "b.html.gz"
    plain.write_bytes(page("Strike", HARM, "An inquiry began."))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    record, code = extract(tmp_path, str(plain), "--json")
    assert code == 0
    assert set(record) >= KEYS
    assert (record["title"], record["outcome"]) == ("Strike", "ok")
    assert record["text"].startswith(HARM)
    assert extract(tmp_path, str(packed), "--json")[0] == record


def test_pdf_is_read_by_page(tmp_path: Path) -> None:
    """A document is told apart by its bytes, and its pages can be found."""
    configure(tmp_path, {})
    (tmp_path / "a.pdf").write_bytes(pdf("Three people were killed.", "Two were hurt."))
    record, code = extract(tmp_path, str(tmp_path / "a.pdf"), "--json")
    assert (code, record["text"], record["page_starts"]) == (0, "Three people were killed.\nTwo were hurt.", [0, 26])


def test_publisher_is_found_by_the_host_or_named(tmp_path: Path) -> None:
    """The page rules of the site serve without being asked for; without a site the general extraction does."""
    configure(tmp_path, {}, publisher=RULES)
    (tmp_path / "a.html").write_bytes(RULED)
    file = str(tmp_path / "a.html")
    for words in (("--url", "https://www.army.example/news/1"), ("--publisher", "army")):
        record, _ = extract(tmp_path, file, *words, "--json")
        assert (record["title"], record["text"]) == ("Fire at the depot", "Three workers were injured in the fire.")
    unknown = CliRunner().invoke(cli, ["--config", str(tmp_path), "extract", file, "--publisher", "nobody"])
    assert unknown.exit_code == 2


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A scan, a shell, a wall, a missing file: an outcome and exit code 1, never an empty release."""
    configure(tmp_path, {})
    (tmp_path / "scan.pdf").write_bytes(pdf("", ""))
    (tmp_path / "shell.html").write_bytes(b"<html><body><div id=root></div><script>run()</script>")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "torn.pdf").write_bytes(b"three people were killed, says what is left of it")
    expected = {
        "scan.pdf": "no_text",
        "torn.pdf": "no_text",
        "shell.html": "no_text",
        "empty.html": "no_text",
        "none.html": "unreadable",
    }
    for name, outcome in expected.items():
        record, code = extract(tmp_path, str(tmp_path / name), "--json")
        assert (record["outcome"], record["text"], code) == (outcome, "", 1)


def test_many_at_once_each_on_its_line(tmp_path: Path) -> None:
    """One record a line with its id; a page that cannot be read does not stop the others."""
    configure(tmp_path, {}, publisher=RULES)
    (tmp_path / "a.html").write_bytes(RULED)
    wanted = [
        {"id": "a", "file": str(tmp_path / "a.html"), "url": "https://army.example/1"},
        {"id": 2, "file": str(tmp_path / "none.html"), "url": ""},
        {"id": "c", "file": str(tmp_path / "a.html")},
    ]
    given = "\n".join(map(json.dumps, wanted)) + "\n\n"
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "extract", "--jsonl"], input=given)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(record["id"], record["outcome"]) for record in records] == [("a", "ok"), (2, "unreadable"), ("c", "ok")]
    assert records[0]["text"] == "Three workers were injured in the fire."
    mistaken = CliRunner().invoke(cli, ["--config", str(tmp_path), "extract", "--jsonl"], input='{"id": 1}\n')
    assert (mistaken.exit_code, "line 1" in mistaken.output) == (2, True)


@in_loop
async def test_url_is_fetched_as_configured(tmp_path: Path) -> None:
    """The address limits and the user agent hold here too, and an answer without a page has its outcome."""
    async with http_server() as server:
        server.routes["/a"] = Answer(page("Strike", HARM), content_type="text/html")
        configure(tmp_path, {}, publisher='user_agent = "press-desk/1"\n')
        named = ("--publisher", "army", "--json")
        record, _ = await asyncio.to_thread(extract, tmp_path, server.url("/a"), *named)
        missing, code = await asyncio.to_thread(extract, tmp_path, server.url("/b"), *named)
        agents = {seen.header("User-Agent") for seen in server.requests}
    assert record["text"] == HARM
    assert (missing["outcome"], code) == ("gone", 1)
    assert agents == {"press-desk/1"}


def test_layout_shows_what_the_parts_of_a_document_were_taken_for(tmp_path: Path) -> None:
    """Who doubts a number of a PDF sees whether it was read as a table's cell, a column or a foot."""
    configure(tmp_path, {})
    drawn = (
        "72 760 size=18 | Report\n72 700 | Unit\n200 700 | Killed\n72 680 | Army\n200 680 | 4\n72 660 | Navy\n"
        "200 660 | 2\n300 30 | - 1 -\npage\n72 700 | • Nobody else was hurt.\n300 30 | - 2 -"
    )
    (tmp_path / "report.pdf").write_bytes(drawn_pdf(drawn))
    parts, code = extract(tmp_path, "--layout", str(tmp_path / "report.pdf"), "--json")
    assert code == 0
    assert [(part["page"], part["kind"], part["text"]) for part in parts] == [
        (1, "heading", "Report"),
        (1, "table_row", "Unit: Army; Killed: 4"),
        (1, "table_row", "Unit: Navy; Killed: 2"),
        (1, "foot", "- 1 -"),
        (2, "list_item", "• Nobody else was hurt."),
        (2, "foot", "- 2 -"),
    ]
    (tmp_path / "page.pdf").write_bytes(b"no document")
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "extract", "--layout", str(tmp_path / "page.pdf")])
    assert (done.exit_code, type(done.exception).__name__) == (1, "NoText")


def test_hostile_page_is_killed_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 57: a page that takes for ever or all memory is a named outcome of its own line, not a hang."""
    configure(tmp_path, {}, settings="workers = 2")
    for module in ("extract", "page_record"):
        monkeypatch.setattr(f"watcher.cli.{module}.extract_document", read_or_hang)
    monkeypatch.setattr("watcher.pipeline.probe.open_workers", partial(open_workers, seconds=0.5))
    for name, body in {"a": page("Strike", HARM), "b": b"hang", "c": page("Strike", HARM), "d": b"fill"}.items():
        (tmp_path / name).write_bytes(body)
    given = "\n".join(json.dumps({"id": name, "file": str(tmp_path / name)}) for name in "abcd")
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "extract", "--jsonl"], input=given)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    outcomes = {record["id"]: record["outcome"] for record in records}
    assert outcomes == {"a": "ok", "b": "killed", "c": "ok", "d": "killed"}
    single, code = extract(tmp_path, str(tmp_path / "b"), "--json")
    assert (single["outcome"], code) == ("killed", 1)


def read_or_hang(answer: PageAnswer, *rest: Any, **named: Any) -> PageText:
    """What the workers run in that test: bodies that say so take all time or all memory."""
    if answer.body == b"hang":
        time.sleep(60)
    if answer.body == b"fill":
        bytes(4 * 1024**3)
    return extract_document(answer, *rest, **named)


def test_people_read_the_text_last(tmp_path: Path) -> None:
    """Without --json the facts come first and the text is whole."""
    configure(tmp_path, {})
    (tmp_path / "a.html").write_bytes(page("Strike", HARM))
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "extract", str(tmp_path / "a.html")])
    assert done.stdout.splitlines()[0].split() == ["outcome", "ok"]
    assert done.stdout.rstrip().endswith(HARM)


def test_a_page_that_looks_like_a_notice_is_said_to_be_one(tmp_path: Path) -> None:
    """A reader by hand sees what the daemon would see; the release's own title ends the doubt."""
    configure(tmp_path, {})
    given = "<html><title>Depot fire</title><body><p>The depot fire site is under maintenance this week.</p></body>"
    (noticed, _), (titled, _) = (
        extract(tmp_path, "-", "--json", "--title", title, given=given) for title in ("Harbour exercise", "Depot fire")
    )
    assert [problem for problem in noticed["problems"] if "notice (maintenance)" in problem]
    assert not [problem for problem in titled["problems"] if "notice" in problem]
