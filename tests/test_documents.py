"""PDFs of a release: fetched within the manners, kept whole, read by page, and named where they cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner
from scenes import HARM, configure, entry, one, one_round, page, rows, rss
from servers import Answer, http_server, in_loop
from test_pages_pdf import pdf

from watcher.cli import cli
from watcher.documents import MOST_DOCUMENTS, is_document
from watcher.models import Attachment
from watcher.store.rows import sha256

if TYPE_CHECKING:
    from pathlib import Path

    from servers import HttpServer

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
    """The bytes are evidence, the text is searched, and a claim says on which page it stands."""
    async with http_server() as server:
        publish(server, "/report.pdf")
        server.routes["/report.pdf"] = Answer(REPORT, content_type="application/pdf")
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
    (row,) = rows(configuration, "SELECT * FROM attachments")
    assert (row["outcome"], json.loads(row["page_starts"])) == ("ok", [0, 45])
    assert (row["file_created_at"][:10], row["file_modified_at"][:10]) == ("2024-03-01", "2024-03-02")
    kept = one(configuration, "SELECT sha256 FROM snapshots WHERE id = ?", row["snapshot_id"])
    assert kept == sha256(REPORT)
    assert one(configuration, "SELECT kind FROM captures WHERE id = ?", row["capture_id"]) == "attachment"
    claims = rows(configuration, "SELECT page, harm, count_min FROM attachment_claims ORDER BY number")
    assert [tuple(claim.values()) for claim in claims] == [(2, "killed", 3), (2, "injured", 2)]


@in_loop
async def test_people_see_it_with_the_release(tmp_path: Path) -> None:
    """`watcher show --json` tells the document's text and claims beside those of the release."""
    async with http_server() as server:
        publish(server, "/report.pdf")
        server.routes["/report.pdf"] = Answer(REPORT, content_type="application/pdf")
        await one_round(configure(tmp_path, {"news": server.url("/feed")}))
    done = CliRunner().invoke(cli, ["--config", str(tmp_path), "show", "1", "--json"])
    (attachment,) = json.loads(done.stdout)["attachments"]
    assert attachment["text"].startswith("Report of the board")
    assert [claim["page"] for claim in attachment["claims"]] == [2, 2]


@in_loop
async def test_what_cannot_be_read_is_a_named_outcome(tmp_path: Path) -> None:
    """A scan, a page in place of the document and a missing one are told apart; the release stands all the same."""
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
async def test_no_more_documents_than_manners_allow(tmp_path: Path) -> None:
    """A page with a whole library is listed whole and read in part; a feed that asks no pages asks no documents."""
    async with http_server() as server:
        publish(server, *(f"/{number}.pdf" for number in range(MOST_DOCUMENTS + 5)))
        configuration = configure(tmp_path, {"news": server.url("/feed")})
        await one_round(configuration)
        asked = sum(seen.path.endswith(".pdf") for seen in server.requests)
    assert asked == MOST_DOCUMENTS
    assert one(configuration, "SELECT count(*) FROM attachments") == MOST_DOCUMENTS + 5
    assert one(configuration, "SELECT count(*) FROM attachments WHERE outcome IS NULL") == 5


def test_documents_are_known_by_type_or_address() -> None:
    """Pictures and films are listed, not read."""
    assert is_document(Attachment("https://a.example/x", "application/pdf; a=b"))
    assert is_document(Attachment("https://a.example/x.PDF?y=1"))
    assert not is_document(Attachment("https://a.example/x.jpg", "image/jpeg"))
