"""PDFs of a release: fetched within the manners, kept whole, read by page, and named where they cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from tests.support.pdf import pdf, scanned_pdf
from tests.support.scenario import HARM, configure, entry, one, one_round, page, rows, rss
from tests.support.servers import Answer, http_server, in_loop
from watcher.archive.canonical_form import digest
from watcher.cli.main import cli
from watcher.content.pdf.ocr import missing_languages
from watcher.jobs.redetect import redetect
from watcher.model.release import Attachment
from watcher.pipeline.attachments import MOST_DOCUMENTS, is_document
from watcher.pipeline.runtime import open_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import HttpServer
    from watcher.config.load import Configuration


REPORT = pdf(
    "Report of the board\nThe fire began at night.",
    "Three soldiers were killed and two were injured.",
    info="/CreationDate (D:20240301120000Z) /ModDate (D:20240302080000Z)",
)


def publish(server: HttpServer, *links: str) -> None:
    """A feed with one release whose page links to these documents."""
    named = "".join(f'<p>See <a href="{link}">the document {link}</a> of today.</p>' for link in links)
    server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Fire")))
    told = page("Fire", HARM).replace(b"</article>", named.encode() + b"</article>")
    server.routes["/releases/1"] = Answer(told, content_type="text/html")


@in_loop
async def test_linked_pdf_is_kept_and_read_by_page(tmp_path: Path) -> None:
    """(check 82) Bytes by their hash and the dates inside the file are kept; a claim says on which page it stands."""
    async with http_server() as server:
        publish(server, "/report.pdf")
        server.routes["/report.pdf"] = Answer(REPORT, content_type="application/pdf")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    (row,) = rows(configuration, "SELECT * FROM attachments")
    (text,) = rows(configuration, "SELECT * FROM attachment_texts")
    assert (row["outcome"], json.loads(text["page_starts"])) == ("ok", [0, 45])
    assert (text["file_created_at"][:10], text["file_modified_at"][:10]) == ("2024-03-01", "2024-03-02")
    assert (text["snapshot_id"], text["revision_id"]) == (row["snapshot_id"], 1)
    kept = one(configuration, "SELECT sha256 FROM snapshots WHERE id = ?", row["snapshot_id"])
    assert kept == digest(REPORT)
    assert one(configuration, "SELECT kind FROM captures WHERE id = ?", row["capture_id"]) == "attachment"
    claims = rows(configuration, "SELECT number, page, harm, count_min FROM claims WHERE page NOT NULL ORDER BY number")
    assert [tuple(claim.values()) for claim in claims] == [(3, 2, "killed", 3), (4, 2, "injured", 2)]


@in_loop
async def test_show_prints_documents_with_the_release(tmp_path: Path) -> None:
    """`watcher show --json` prints the document's text and claims beside those of the release."""
    async with http_server() as server:
        publish(server, "/report.pdf")
        server.routes["/report.pdf"] = Answer(REPORT, content_type="application/pdf")
        await one_round(configure(tmp_path, {"news": server.url("/feed")}))
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "show", "1", "--json"])
    (attachment,) = json.loads(done.stdout)["attachments"]
    assert attachment["text"].startswith("Report of the board")
    assert [claim["page"] for claim in attachment["claims"]] == [2, 2]


@in_loop
async def test_document_that_cannot_be_read_has_a_named_outcome(tmp_path: Path) -> None:
    """A scan, a page instead of the document and a missing one have outcomes of their own; the release is stored."""
    async with http_server() as server:
        publish(server, "/scan.pdf", "/page.pdf", "/none.pdf")
        server.routes["/scan.pdf"] = Answer(pdf("", ""), content_type="application/pdf")
        server.routes["/page.pdf"] = Answer(page("Sign in", "Sign in to read on."), content_type="text/html")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    outcomes = {
        row["url"].rpartition("/")[2]: row["outcome"] for row in rows(configuration, "SELECT * FROM attachments")
    }
    assert outcomes == {"scan.pdf": "no_text", "page.pdf": "no_text", "none.pdf": "gone"}
    assert one(configuration, "SELECT count(*) FROM snapshots WHERE id IN (SELECT snapshot_id FROM attachments)") == 2
    assert one(configuration, "SELECT outcome FROM captures WHERE requested_url LIKE '%scan.pdf'") == "no_text"
    assert one(configuration, "SELECT page_outcome FROM releases") == "ok"


@in_loop
async def test_enclosure_is_read_and_the_entrys_own_document_only_once(tmp_path: Path) -> None:
    """An entry whose link is the PDF is read as the release itself; another enclosure is an attachment."""
    async with http_server() as server:
        url = server.url("/report.pdf")
        enclosures = f'<enclosure url="{url}" type="application/pdf"/>'
        told = entry(1, server.url(""), title="Report", link=url).replace("</item>", f"{enclosures}</item>")
        server.routes["/feed"] = Answer(rss(told))
        server.routes["/report.pdf"] = Answer(REPORT, content_type="application/pdf")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        asked = len(server.seen("/report.pdf"))
    assert asked == 1
    (row,) = rows(configuration, "SELECT text_from, page_starts FROM revisions")
    assert (row["text_from"], json.loads(row["page_starts"])) == ("page", [0, 45])


@in_loop
async def test_no_more_documents_are_asked_for_than_the_limit(tmp_path: Path) -> None:
    """A page with a whole library is listed whole and read in part; a feed that asks no pages asks no documents."""
    async with http_server() as server:
        publish(server, *(f"/{number}.pdf" for number in range(MOST_DOCUMENTS + 5)))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        asked = sum(seen.path.endswith(".pdf") for seen in server.requests)
    assert asked == MOST_DOCUMENTS
    assert one(configuration, "SELECT count(*) FROM attachments") == MOST_DOCUMENTS + 5
    assert one(configuration, "SELECT count(*) FROM attachments WHERE outcome IS NULL") == 5


QUIET = "The board has published its report on the fire."
HOOK = '[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{url}"\n'


def publish_report(server: HttpServer, text: str, report: bytes, **answer: Any) -> None:
    """A feed with one release of this text and one document."""
    server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Report on the fire", text="A report.")))
    link = f'<p><a href="{server.url("/report.pdf")}">Report of the board</a></p>'
    told = page("Report on the fire", text).replace(b"</article>", link.encode() + b"</article>")
    server.routes["/releases/1"] = Answer(told, content_type="text/html")
    server.routes["/report.pdf"] = Answer(report, content_type="application/pdf", **answer)


def totals(configuration: Configuration) -> list[tuple[object, ...]]:
    """What the release says in all."""
    said = json.loads(one(configuration, "SELECT totals FROM releases"))
    return sorted((total["harm"], total["victim"], total["count_min"], total["count_max"]) for total in said)


@in_loop
async def test_deaths_named_only_in_the_document_raise_the_alert(tmp_path: Path) -> None:
    """A page that says nothing but "see the report" must not hide what the report says; the message names the page."""
    async with http_server() as server:
        publish_report(server, QUIET, REPORT)
        server.routes["/hook"] = Answer(b"", status=204)
        settings = HOOK.format(url=server.url("/hook"))
        configuration = configure(tmp_path, {"news": server.url("/feed")}, settings=settings)
        await one_round(configuration, sends=True)
        (received,) = server.seen("/hook")
    told = json.loads(received.body)["data"]
    assert told["title"].startswith("[ARMY] 3 service members killed, ")
    assert [claim["document"]["page"] for claim in told["claims"]] == [2, 2]
    assert told["claims"][0]["document"]["title"] == "Report of the board"
    assert told["claims"][0]["sentence"] == "Three soldiers were killed and two were injured."
    start, end = told["claims"][0]["marked"]
    assert told["claims"][0]["sentence"][start:end] == told["claims"][0]["words"]
    assert (one(configuration, "SELECT is_reported FROM releases"), len(totals(configuration))) == (1, 2)


@in_loop
async def test_claim_of_text_and_document_counts_once(tmp_path: Path) -> None:
    """The report repeats the two dead of the page and adds the injured: two dead, and not four."""
    async with http_server() as server:
        report = pdf("Two civilians were killed in the fire.\nFive civilians were injured in the fire.")
        publish_report(server, "Two civilians were killed in the fire on Monday.", report)
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    assert totals(configuration) == [("injured", "civilian", 5, 5), ("killed", "civilian", 2, 2)]
    assert one(configuration, "SELECT count(*) FROM claims WHERE harm = 'killed'") == 1
    *_, mention = json.loads(str(one(configuration, "SELECT also FROM claims WHERE harm = 'killed'")))
    assert (mention["part"], mention["page"], mention["document"]) == ("document", 1, server.url("/report.pdf"))


@in_loop
async def test_changed_document_is_a_new_revision_though_the_page_is_the_same(tmp_path: Path) -> None:
    """Reports are replaced in silence: the old text and claims stay, the new ones alert, and 304 costs no revision."""
    async with http_server() as server:
        first = pdf("Two civilians were killed in the fire.")
        publish_report(server, QUIET, first, etag='"one"')
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        await edit_entry(server, configuration, "Look 2")
        assert server.seen("/report.pdf")[-1].header("If-None-Match") == '"one"'
        assert one(configuration, "SELECT count(*) FROM revisions") == 1
        second = pdf("Eight civilians were killed in the fire.")
        publish_report(server, QUIET, second, etag='"two"')
        await edit_entry(server, configuration, "Look 3")
    assert [row["text"] for row in rows(configuration, "SELECT text FROM attachment_texts")] == [
        "Two civilians were killed in the fire.",
        "Eight civilians were killed in the fire.",
    ]
    claims = rows(configuration, "SELECT revision_id, count_min FROM claims ORDER BY id")
    assert [tuple(row.values()) for row in claims] == [(1, 2), (2, 8)]
    assert totals(configuration) == [("killed", "civilian", 8, 8)]
    assert [row["event"] for row in rows(configuration, "SELECT event FROM alerts ORDER BY id")] == ["new", "changed"]
    outcomes = rows(configuration, "SELECT outcome FROM captures WHERE kind = 'attachment' ORDER BY id")
    assert [row["outcome"] for row in outcomes] == ["ok", "not_modified", "ok"]


@in_loop
async def test_document_that_fails_keeps_its_claims(tmp_path: Path) -> None:
    """A server's bad hour must not look as if the publisher took the report back."""
    async with http_server() as server:
        publish_report(server, QUIET, pdf("Two civilians were killed in the fire."))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        publish_report(server, QUIET + " It is long.", b"busy", status=500)
        await edit_entry(server, configuration, "Look 2")
    assert one(configuration, "SELECT count(*) FROM revisions") == 2
    assert totals(configuration) == [("killed", "civilian", 2, 2)]
    assert one(configuration, "SELECT count(*) FROM claims WHERE revision_id = 2 AND attachment_text_id = 1") == 1
    assert one(configuration, "SELECT count(*) FROM alerts") == 1
    assert one(configuration, "SELECT outcome FROM attachments") == "http_status"


@in_loop
async def test_document_of_a_failing_page_is_not_asked_for(tmp_path: Path) -> None:
    """A host that cannot give the page is not asked for ten documents more; what they said holds."""
    async with http_server() as server:
        publish_report(server, QUIET, pdf("Two civilians were killed in the fire."))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        server.routes["/releases/1"] = Answer(b"busy", status=500)
        await edit_entry(server, configuration, "Look 2")
        asked = len(server.seen("/report.pdf"))
    assert asked == 1
    assert totals(configuration) == [("killed", "civilian", 2, 2)]


async def edit_entry(server: HttpServer, configuration: Configuration, title: str) -> None:
    """The entry in the feed is edited, so that the release is read again."""
    server.routes["/feed"] = Answer(rss(entry(1, server.url(""), title="Report on the fire", text=title)))
    await one_round(configuration)


@in_loop
async def test_detector_reads_documents_again_too(tmp_path: Path) -> None:
    """A word that is added finds the deaths in old reports as well as in old texts, and the totals follow."""
    async with http_server() as server:
        publish_report(server, QUIET, pdf("Two soldiers were glumped in the fire."))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    assert totals(configuration) == []
    words = configuration.folder / "words" / "en.toml"
    words.write_text(words.read_text().replace('"killed", "murd', '"killed", "glumped", "murd', 1))
    async with open_runtime(configuration) as runtime:
        (again,) = [one async for one in redetect(runtime, words.parent, alerts=True)]
    assert [(claim.harm, claim.count_min) for claim in again.differs.gained] == [("killed", 2)]
    assert totals(configuration) == [("killed", "military", 2, 2)]
    assert one(configuration, "SELECT page FROM claims WHERE is_current") == 1
    message = json.loads(one(configuration, "SELECT message FROM alerts WHERE event = 'found_later'"))
    assert message["claims"][0]["document"]["page"] == 1


@in_loop
async def test_scan_is_named_and_read_only_where_the_operator_wants_it(tmp_path: Path) -> None:
    """Words that a program read from a picture are marked in the evidence; without the setting there are none."""
    async with http_server() as server:
        publish_report(server, QUIET, scanned_pdf("Three soldiers were killed.", "Eleven were injured."))
        configuration = configure(tmp_path / "off", {"news": server.url("/feed")})
        await one_round(configuration)
        assert one(configuration, "SELECT outcome FROM attachments") == "scan"
        if missing_languages(("eng",)):
            return
        configuration = configure(tmp_path / "on", {"news": server.url("/feed")}, settings="[ocr]\nenabled = true")
        await one_round(configuration)
    assert one(configuration, "SELECT outcome FROM attachments") == "ok"
    assert totals(configuration) == [("injured", "military", 11, 11), ("killed", "military", 3, 3)]
    lines = json.loads(one(configuration, "SELECT lines FROM attachment_texts"))
    assert {line["kind"] for line in lines} == {"recognised"}


def test_documents_are_known_by_type_or_address() -> None:
    """Pictures and films are listed, not read."""
    assert is_document(Attachment("https://a.example/x", "application/pdf; a=b"))
    assert is_document(Attachment("https://a.example/x.PDF?y=1"))
    assert not is_document(Attachment("https://a.example/x.jpg", "image/jpeg"))
