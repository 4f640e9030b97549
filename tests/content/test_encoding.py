"""Bytes of every kind and of every server to characters: bounded inflation, and the encoding that they really have."""

from __future__ import annotations

import codecs
import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fetching import decompression_bomb
from watcher.content.encoding import Cut, Overflow, charset_of, decode, inflate

RUSSIAN = (
    "Министерство сообщило, что во время учений ранены двое военнослужащих. Погибших нет, расследование продолжается."
)
UKRAINIAN = (
    "Міністерство повідомило, що під час навчань поранено двох військових. Загиблих немає, розслідування триває."
)
ARABIC = "أعلنت الوزارة إصابة جنديين خلال التدريب، ولم يسجل سقوط قتلى، والتحقيق مستمر في القاعدة."
HEBREW = "המשרד הודיע כי שני חיילים נפצעו באימון ואין הרוגים, והחקירה נמשכת בבסיס."
FRENCH = "Le ministère a annoncé que deux soldats ont été blessés à l’entraînement, sans aucun décès."


def page(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<!DOCTYPE html><html><head>{meta}<title>{text[:20]}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (UKRAINIAN, "windows-1251"),
        (UKRAINIAN, "koi8-u"),
        (ARABIC, "windows-1256"),
        (HEBREW, "windows-1255"),
        (FRENCH, "windows-1252"),
        (RUSSIAN, "utf-16"),
        (ARABIC, "utf-16-le"),
        (HEBREW, "utf-16-be"),
        (RUSSIAN, "utf-8"),
        (ARABIC, "utf-8-sig"),
    ],
)
@pytest.mark.parametrize("stated", ["", "right", "wrong"])
def test_each_encoding_is_read_whatever_is_stated(text: str, encoding: str, stated: str) -> None:
    """A missing or wrong charset is common on ministries' sites; the words must come out all the same."""
    wrong = "iso-8859-1" if text != FRENCH else "utf-8"
    charset = {"right": encoding, "wrong": wrong}.get(stated, "")
    assert text in decode(page(text).encode(encoding), charset)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("日本の防衛省は発表した。", "shift_jis"),
        ("国防部发言人表示。", "gb2312"),
        ("국방부는 발표했다.", "euc-kr"),
        ("防衛省は発表", "iso-2022-jp"),
    ],
)
def test_stated_encodings_of_more_bytes_a_letter_are_believed(text: str, encoding: str) -> None:
    """They are not guessed, but read where the page or the server names them."""
    assert text in decode(page(text, encoding).encode(encoding))
    assert text in decode(page(text).encode(encoding), encoding)


def test_valid_utf_8_is_believed_against_the_meta_element() -> None:
    """Pages moved to UTF-8 keep their old meta element for years."""
    assert RUSSIAN in decode(page(RUSSIAN, "windows-1251").encode())


def test_a_damaged_byte_does_not_make_utf_8_something_else() -> None:
    """One broken byte in a page of UTF-8 costs one letter, not all of them."""
    body = page(UKRAINIAN).encode().replace(b"<p>", b"<p>\xff")
    assert UKRAINIAN in decode(body)


def test_a_page_cut_inside_a_letter_is_still_utf_8() -> None:
    """Downloads end anywhere."""
    assert decode(("<p>" + RUSSIAN).encode()[:-1]).startswith("<p>Министерство сообщило")


def test_binary_junk_ahead_of_the_document_is_dropped() -> None:
    """Some servers prepend a header of their own, NULs and all, to the page."""
    assert decode(b"\xa8A\0\0www.example.org\0\0<x\0" + page(FRENCH).encode()) == page(FRENCH)
    assert decode(b"banner\n" + page(FRENCH).encode()) == page(FRENCH)
    assert decode(b"<!-- kept -->" + page(FRENCH).encode()).startswith("<!-- kept -->")


def test_nuls_inside_are_dropped() -> None:
    """Lxml would end the document there."""
    assert decode(b"<p>killed\0 3</p>") == "<p>killed 3</p>"


@given(st.binary(max_size=400), st.sampled_from(("", "utf-8", "koi8-r", "nonsense", "utf-7", "idna", "hex", "\x00")))
def test_no_bytes_and_no_label_make_it_fail(body: bytes, stated: str) -> None:
    """Codecs that are no character encodings are labels too."""
    assert isinstance(decode(body, stated), str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0<\ufeff"), max_size=100))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    """Nothing but NUL is lost."""
    assert decode(text.encode()) == text
    assert decode(codecs.BOM_UTF8 + text.encode()) == text


@given(st.binary(max_size=2000))
def test_what_was_packed_comes_out(body: bytes) -> None:
    """The plain case, for every body."""
    assert inflate(gzip.compress(body, mtime=0), len(body)) == body


@given(st.binary(min_size=1, max_size=500), st.binary(max_size=500))
def test_members_are_joined(first: bytes, second: bytes) -> None:
    """RFC 1952 lets a file be several members; servers that compress in parts send that."""
    assert inflate(gzip.compress(first, mtime=0) + gzip.compress(second), 1000) == first + second


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_cut_stream_is_an_error(body: bytes, choose: st.DataObject) -> None:
    """Check 50: half a feed would make its other entries look vanished."""
    wire = gzip.compress(body, mtime=0)
    with pytest.raises(Cut):
        inflate(wire[: choose.draw(st.integers(0, len(wire) - 1))], 10_000)


def test_a_damaged_stream_is_an_error() -> None:
    """The checksum is there to be looked at."""
    wire = bytearray(gzip.compress(b"three words here" * 50, mtime=0))
    wire[-6] ^= 1
    with pytest.raises(Cut):
        inflate(bytes(wire), 10_000)


def test_padding_after_the_end_is_left_alone() -> None:
    """Some servers fill up the last block with zeros."""
    assert inflate(gzip.compress(b"body", mtime=0) + bytes(20), 100) == b"body"


def test_one_byte_too_many_is_too_many() -> None:
    """The limit is exact, over all members together."""
    wire = gzip.compress(b"x" * 60, mtime=0) + gzip.compress(b"y" * 40)
    assert len(inflate(wire, 100)) == 100
    with pytest.raises(Overflow):
        inflate(wire, 99)


def test_a_bomb_costs_no_memory() -> None:
    """Check 50: half a megabyte that would become 500 MB is stopped at the limit."""
    wire = decompression_bomb()
    tracemalloc.start()
    with pytest.raises(Overflow):
        inflate(wire, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=windows-1251", "windows-1251"),
        ("text/html;CHARSET=UTF-8", "UTF-8"),
        ('text/html; Charset="koi8-r"; x=y', "koi8-r"),
        ("text/html; charset = 'utf-8'", "utf-8"),
        ("text/html", ""),
        ("text/html; charset=", ""),
        ("", ""),
    ],
)
def test_charset_is_read_in_any_spelling(content_type: str, charset: str) -> None:
    """Servers write it in every way; without it Cyrillic pages are guessed at."""
    assert charset_of(content_type) == charset
