"""The frame of a site: what its pages have in common goes, and no word of a release with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sites import FILES, LINES, TITLE, filled
from watcher.content.frame import Frame, is_frameable, saved, without
from watcher.content.frame_learning import SeenPage, common_pieces, places_of
from watcher.content.page import extract_page
from watcher.model.release import PageText

if TYPE_CHECKING:
    from pathlib import Path

FETCHED_AT = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://www.example.org/2024/news/convoy"
STRUCTURES = ("bootstrap", "drupal", "govuk", "nested-divs", "sharepoint", "styled-components", "tables", "wordpress")
MENU = "".join(f'<li class="entry"><a href="/section/{n}/"><span>Section {n}</span></a></li>' for n in range(120))
STYLE = "".join(f".box-{n} {{ margin: {n}px; color: #00{n:04d} }} " for n in range(200))
FRAME = f'<div class="mega"><ul>{MENU}</ul></div><style>{STYLE}</style>'
BOX = (
    '<div class="box-7"><b>Correction</b>: An earlier version of this statement said that two soldiers had been killed.'
    " It were three, and the ministry regrets the mistake that was made in the first hours of the evening.</div>"
)
TABLE = "<table><tr><th>Town</th><th>Killed</th></tr><tr><td>Karsa</td><td>2</td></tr></table>"
LOSSES = "Since the spring the mission has lost forty-one of its soldiers on this road, most of them in attacks."


def told(number: int) -> tuple[str, ...]:
    """The lines of another release: the same sentences with other words in them."""
    ways = str.maketrans({"a": "aeiou"[number], "r": "rlmns"[number]})
    return tuple(f"{line[:12]}{line[12:].translate(ways)}" for line in LINES)


def framed(file: Path, lines: tuple[str, ...] = LINES, more: str = "") -> bytes:
    """A page with a large menu and styles; `more` stands after the release's last line."""
    html = filled(file, lines).replace("</body>", f"{FRAME}</body>", 1)
    return html.replace(lines[-1], lines[-1] + more, 1).replace(TITLE, f"{TITLE}: {lines[1][:30]}").encode()


def simple(number: int, beside: str) -> bytes:
    """A page of a plain structure with something beside its release."""
    text = "".join(f"<p>{line}</p>" for line in told(number))
    return f"<html><body><main><h1>{TITLE}</h1>{text}</main>{beside}{FRAME}</body></html>".encode()


def read(body: bytes) -> PageText:
    return extract_page(body, url=URL, fetched_at=FETCHED_AT)


def seen(*bodies: bytes) -> list[SeenPage]:
    return [SeenPage(body, URL, read(body)) for body in bodies]


@pytest.mark.parametrize("file", [file for file in FILES if file.stem in STRUCTURES], ids=lambda file: file.stem)
def test_record_is_the_same_without_the_frame(file: Path) -> None:
    """Also of a page with what no page before had, a box in the text, a table outside of it; or else that shows."""
    pages = seen(*(framed(file, told(number)) for number in (1, 2, 3)))
    pieces = common_pieces(pages)
    assert sum(map(len, pieces)) > 0.8 * len(FRAME)
    usual = frozenset().union(*(places_of(without(page.body, pieces), page.record) for page in pages))
    for body in (framed(file), framed(file, more=BOX), framed(file, more=f"</p>{TABLE}<p>")):
        assert saved(body, pieces) > 0.8 * len(FRAME)
        rest = without(body, pieces)
        record = read(rest)
        assert record == read(body) or not places_of(rest, record) <= usual
    plain = without(framed(file), pieces)
    assert places_of(plain, read(plain)) <= usual


def test_nothing_that_a_record_holds_is_in_a_frame() -> None:
    """A paragraph that ends each release, the links under it and the number of the press desk stay in each record."""
    file = next(file for file in FILES if file.stem == "wordpress")
    links = "".join(f'<a href="/reports/{n}.pdf"><img src="/images/icons/document-{n}.svg"></a> ' for n in range(20))
    ending = f"</p><div class='ending'><div>{links}</div><p>Press desk of the ministry: +1 555 0100</p></div><p>"
    pages = seen(*(framed(file, told(number), ending) for number in (1, 2, 3)))
    assert all("/reports/7.pdf" in str(page.record.links) for page in pages)
    pieces = common_pieces(pages)
    assert pieces
    assert not any(b"/reports/7.pdf" in piece or b"555 0100" in piece for piece in pieces)


@pytest.mark.parametrize(
    "block",
    [
        f"<div>{LOSSES}</div>",
        "<table><tr><td>Killed this year</td><td>41</td></tr></table>",
    ],
    ids=["a sentence", "a table"],
)
def test_no_sentence_and_no_table_is_in_a_frame(block: str) -> None:
    """The general extraction may take them for text on one page and not on another: it has to see them on each."""
    aside = f"<section class='x'>{block}<ul>{MENU}</ul></section>"
    pieces = common_pieces(seen(*(simple(number, aside) for number in (1, 2, 3))))
    assert any(b"Section 7" in piece for piece in pieces)
    assert not any(b"forty-one" in piece or b"41" in re.sub(rb"<[^>]*>", b"", piece)[:40] for piece in pieces)


def test_only_whole_elements_are_in_a_frame() -> None:
    """Where tags cross, taking a piece out would move what stands beside it into another element."""
    crossing = f"<b><div class='one'><ul>{MENU}</ul></b></div>"
    open_list = "<ul class='two'>" + MENU.replace("</li>", "") + "</ul>"
    linked = '<div><script type="application/ld+json">{"@type": "NewsArticle", "x": "' + "y" * 500 + '"}</script></div>'
    bodies = [simple(number, crossing + open_list + linked) for number in (1, 2, 3)]
    pieces = common_pieces(seen(*bodies))
    assert not any(piece.startswith(b"<div class='one'") or b"ld+json" in piece for piece in pieces)
    assert open_list.encode() in pieces
    assert without(bodies[0], [open_list.encode()]).count(b"<ul class='two'></ul>") == 1


def test_redesigned_page_is_none_of_the_site() -> None:
    """Nothing of the old frame is in it, so it is read whole, and the next pages teach the new one."""
    frame = Frame((FRAME[: FRAME.index("<style>")].encode(),), 400, 9_000)
    assert frame.left_out_of(b"<body><p>text</p><nav>new menu</nav></body>") is None
    assert frame.left_out_of(f"<body><p>text</p>{FRAME}</body>".encode()) is not None


def test_small_or_undecodable_pages_have_no_frame() -> None:
    """What a byte means in an old charset is guessed from all the others: none of them may be missing."""
    assert is_frameable(FRAME.encode())
    assert not is_frameable(b"<p>short</p>")
    assert not is_frameable(FRAME.encode() + "Übung".encode("latin-1"))
    assert not is_frameable(FRAME.encode("utf-16"))


@given(
    st.lists(
        st.sampled_from(("<div>", "</div>", "<p>", "</p>", "<li>", "x" * 150, "<!--", "-->", "<script>", '<a href="'))
    )
)
def test_any_markup_is_looked_through(parts: list[str]) -> None:
    """A page that was made to confuse costs no exception, and its pieces are whole: as many starts as ends."""
    body = "".join(parts * 3).encode()
    page = SeenPage(body, URL, PageText(TITLE, " ".join(LINES)))
    for piece in common_pieces([page, page, page]):
        assert piece.count(b"<div>") == piece.count(b"</div>") or b"<!--" in piece or b"<script" in piece
