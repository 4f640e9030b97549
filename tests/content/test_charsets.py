"""Charsets that nobody stated, or stated wrongly: found by the language, doubted where the text cannot be one."""

from __future__ import annotations

import json

import pytest

from tests.support import TESTS
from watcher.clock import now
from watcher.content.charsets import codec_of, why_doubtful
from watcher.content.date_order import DateLocale
from watcher.content.encoding import decode, decode_with_doubt
from watcher.content.page import extract_page

SENTENCES: dict[str, str] = json.loads((TESTS / "data" / "content" / "languages.json").read_text(encoding="utf-8")) | {
    "el": "Το υπουργείο ανακοίνωσε ότι τρεις στρατιώτες τραυματίστηκαν όταν ένα φορτηγό βγήκε από τον δρόμο.",
    "th": "กระทรวงแถลงว่าทหารสามนายได้รับบาดเจ็บเมื่อรถบรรทุกตกถนนใกล้คลังเก็บอุปกรณ์เมื่อวันอังคาร",
    "cs": "Ministerstvo oznámilo, že tři vojáci byli zraněni, když nákladní vůz sjel ze silnice poblíž skladu.",
    "hu": "A minisztérium közölte, hogy három katona megsérült, amikor egy teherautó letért az útról a raktárnál.",
    "lt": "Ministerija pranešė, kad trys kariai buvo sužeisti, kai sunkvežimis nuvažiavo nuo kelio prie sandėlio.",
}
LEGACY = [
    ("fr", "cp1252"), ("de", "cp1252"), ("es", "cp1252"), ("pt", "cp1252"), ("it", "cp1252"), ("pl", "cp1250"),
    ("pl", "iso8859-2"), ("cs", "cp1250"), ("cs", "iso8859-2"), ("hu", "cp1250"), ("lt", "cp1257"), ("tr", "cp1254"),
    ("uk", "cp1251"), ("uk", "koi8-u"), ("ru", "cp1251"), ("ru", "koi8-r"), ("ru", "cp866"), ("ru", "iso8859-5"),
    ("ar", "cp1256"), ("he", "cp1255"), ("el", "cp1253"), ("th", "cp874"), ("ja", "cp932"), ("ja", "euc_jp"),
    ("ja", "iso2022_jp"), ("zh", "gb18030"), ("ko", "cp949"),
]  # fmt: skip


@pytest.mark.parametrize("stated", ["", "right", "iso-8859-1"])
@pytest.mark.parametrize(("language", "charset"), LEGACY)
def test_the_language_says_which_charset_it_is(language: str, charset: str, stated: str) -> None:
    """A site older than UTF-8 states none, or what its server states by default; the words come out all the same."""
    sentence = SENTENCES[language]
    body = f"<html><body><p>{sentence}</p></body></html>".encode(charset)
    decoded = decode_with_doubt(body, charset if stated == "right" else stated, language)
    assert sentence in decoded.text
    assert decoded.doubt == ""


def test_vietnamese_is_composed() -> None:
    """Its charset of one byte a letter sets the tones apart, and no word would be found."""
    sentence = "Ba binh sĩ bị thương"
    decomposed = "Ba binh si\u0303 bi\u0323 thương"
    body = f"<p>{decomposed}</p>".encode("cp1258")
    assert sentence in decode(body, "windows-1258", "vi")


@pytest.mark.parametrize(
    ("label", "codec"),
    [("Shift_JIS", "cp932"), ("x-sjis", "cp932"), ("GB2312", "gb18030"), ("gbk", "gb18030"), ("EUC-KR", "cp949"),
     ("ks_c_5601-1987", "cp949"), ("ISO-8859-1", "cp1252"), ("latin1", "cp1252"), ("us-ascii", "cp1252"),
     ("iso-8859-9", "cp1254"), ("TIS-620", "cp874"), ("big5", "big5hkscs"), ("windows-1251", "cp1251"),
     ("utf8mb4", "utf-8"), ("hex", ""), ("idna", ""), ("nonsense", ""), ("", "")],
)  # fmt: skip
def test_a_label_means_the_vendors_superset(label: str, codec: str) -> None:
    """Browsers read it so, and so sites write what the bare standard has no sign for."""
    assert codec_of(label) == codec


@pytest.mark.parametrize("language", SENTENCES)
def test_an_honest_text_is_not_doubted(language: str) -> None:
    """A problem on every page of a publisher would be read by nobody."""
    assert why_doubtful(f"<p>{SENTENCES[language]}</p>" * 3, language, is_utf8=True) == ""
    assert why_doubtful(f"<p>{SENTENCES[language]}</p>" * 3, "en", is_utf8=True) == ""


@pytest.mark.parametrize(
    ("language", "wrong"),
    [("uk", "cp1252"), ("ru", "latin-1"), ("el", "cp1252"), ("th", "cp1252"), ("ja", "cp1252"), ("he", "latin-1")],
)
def test_bytes_read_as_another_charset_are_doubted(language: str, wrong: str) -> None:
    """UTF-8 that some program took for one byte a letter, and sent on as UTF-8: valid, and nobody's words."""
    spoilt = SENTENCES[language].encode().decode(wrong, "ignore")
    assert why_doubtful(f"<p>{spoilt}</p>", language, is_utf8=True)
    assert why_doubtful(f"<p>{spoilt}</p>", "en", is_utf8=True)


def test_a_doubtful_page_says_so_in_its_record() -> None:
    """It is kept, since it is what was published, but never silently: no claim can be found in it."""
    spoilt = SENTENCES["uk"].encode("cp1251").decode("cp1252", "replace")
    body = f"<h1>Karsa</h1><article>{f'<p>{spoilt}</p>' * 3}</article>".encode()
    page = extract_page(body, url="https://mil.example/1", locale=DateLocale(language="uk"), fetched_at=now())
    assert [problem.kind for problem in page.problems] == ["charset_doubtful"]
