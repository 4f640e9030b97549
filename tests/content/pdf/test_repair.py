"""PDFs that end too early: the pages that are whole, and none whose fonts are lost."""

from __future__ import annotations

import random
import zlib
from datetime import UTC, datetime

import pytest

from tests.support import TESTS
from tests.support.pdf import pdf
from watcher.content.pdf.record import extract_pdf
from watcher.content.pdf.repair import repaired
from watcher.errors import NoText

FETCHED_AT = datetime(2024, 11, 24, tzinfo=UTC)


def test_pages_before_the_end_are_read() -> None:
    """A download that ended in the third page still has the dead of the first two."""
    body = pdf("Three people were killed.", "Two were hurt.", "Nobody is missing.")
    third = body.index(b"/Parent", body.index(b"/Parent", body.index(b"/Parent") + 1) + 1)
    page = extract_pdf(body[:third], url="", fetched_at=FETCHED_AT)
    assert page.text == "Three people were killed.\nTwo were hurt."
    assert [(problem.kind, problem.detail) for problem in page.problems] == [("cut_off", "2 pages are left")]


def test_page_whose_fonts_are_lost_is_left_out() -> None:
    """Without its font a page's codes mean other letters, and other digits."""
    body = pdf("Three people were killed.")
    without = body.replace(b"3 0 obj", b"9 9 xxx").partition(b"xref")[0]
    assert repaired(without) is None
    with pytest.raises(NoText):
        extract_pdf(without, url="", fetched_at=FETCHED_AT)


def test_packed_objects_are_found() -> None:
    """Newer files pack their dictionaries; the table that says where goes with the end."""
    plain = [b"<< /Type /Page /MediaBox [0 0 612 792] /Contents 3 0 R /Resources << /Font << /F 2 0 R >> >> >>"]
    plain.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    head = b"1 0 2 %d " % len(plain[0])
    packed = zlib.compress(head + b"".join(plain))
    content = b"BT /F 12 Tf 72 720 Td (Four were killed.) Tj ET"
    body = b"%%PDF-1.5\n4 0 obj\n<< /Type /ObjStm /N 2 /First %d /Filter /FlateDecode /Length %d >>\n" % (
        len(head),
        len(packed),
    )
    body += b"stream\n%b\nendstream\nendobj\n3 0 obj\n<< /Length %d >>\nstream\n%b" % (packed, len(content), content)
    assert extract_pdf(body, url="", fetched_at=FETCHED_AT).text == "Four were killed."


def test_damaged_documents_have_a_named_outcome() -> None:
    """Whatever is wrong inside a file of a real program, nothing but NoText is raised."""
    whole = (TESTS / "data" / "content" / "pdf" / "en-notes-typst.pdf").read_bytes()
    chance = random.Random(14)
    for _ in range(25):
        body = bytearray(whole[: chance.randrange(len(whole) // 2, len(whole))])
        for _ in range(chance.choice((1, 10, 60))):
            body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            assert extract_pdf(bytes(body), url="", fetched_at=FETCHED_AT).text
        except NoText:
            continue
