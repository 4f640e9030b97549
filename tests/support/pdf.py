"""PDFs for the tests, written by hand so that every byte of them is known."""

from __future__ import annotations

import math
import zlib

from pypdfium2 import PdfDocument

_CMAP = (
    "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n{} endcmap"
)


def pdf(*pages: str, info: str = "") -> bytes:
    """A PDF with these pages, lines 14 points apart; `info` is its information dictionary."""
    drawn = (
        "\n".join(f"72 {720 - 14 * number} | {line}" for number, line in enumerate(page.split("\n"))) if page else ""
        for page in pages
    )
    return drawn_pdf("\npage\n".join(drawn), info=info)


def drawn_pdf(description: str, *, info: str = "") -> bytes:
    """The PDF that a description draws: one instruction a line.

    `X Y | text` writes a text from that point on, in points from the lower left corner; every letter is half as wide
    as it is high. Before the bar may stand `size=` (12), `turn=` in degrees, `gap=` between letters, `hidden`.
    `page [WIDTH HEIGHT] [turn=]` begins another page, `rule X Y X Y` draws a line, `picture X Y WIDTH HEIGHT` an image.
    """
    pages = [_Page()]
    for line in description.split("\n"):
        if line.startswith("page"):
            pages.append(_Page(line))
        elif line.strip() and not line.startswith("#"):
            pages[-1].draw(line)
    return _file(pages, info)


class _Page:
    """A page while it is drawn."""

    def __init__(self, line: str = "page") -> None:
        named, bare = _options(line.split()[1:])
        width, height = bare or ["612", "792"]
        self.attributes = f"/MediaBox [0 0 {width} {height}] /Rotate {named.get('turn', '0')}"
        self.content: list[str] = []
        self.written = ""

    def draw(self, line: str) -> None:
        if line.startswith("rule"):
            x, y, to_x, to_y = line.split()[1:]
            self.content.append(f"{x} {y} m {to_x} {to_y} l S")
        elif line.startswith("picture"):
            x, y, width, height = line.split()[1:]
            self.content.append(f"q {width} 0 0 {height} {x} {y} cm /I Do Q")
        else:
            self._write(line)

    def _write(self, line: str) -> None:
        before, _, text = line.partition("|")
        named, (x, y, *flags) = _options(before.split())
        angle = math.radians(float(named.get("turn", "0")))
        cos, sin = f"{math.cos(angle):.4f}", f"{math.sin(angle):.4f}"
        self.written += text
        shown = text.removeprefix(" ").encode("utf-16-be").hex()
        mode = 3 if "hidden" in flags else 0
        self.content.append(
            f"BT /F {named.get('size', '12')} Tf {named.get('gap', '0')} Tc {mode} Tr "
            f"{cos} {sin} -{sin} {cos} {x} {y} Tm <{shown}> Tj ET".replace("--", "")
        )


def _options(words: list[str]) -> tuple[dict[str, str], list[str]]:
    named = dict(word.split("=", 1) for word in words if "=" in word)
    return named, [word for word in words if "=" not in word]


def _file(pages: list[_Page], info: str) -> bytes:
    """Header, objects, table of places, trailer (ISO 32000-1, 7.5)."""
    kids = " ".join(f"{7 + 2 * number} 0 R" for number in range(len(pages)))
    used = sorted({ord(char) >> 8 for page in pages for char in page.written})
    ranges = f"{len(used)} beginbfrange\n" + "".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>\n" for high in used)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /ToUnicode 5 0 R /DescendantFonts ["
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500 /FontDescriptor 6 0 R "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
        ),
        _stream(
            b"\x80", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
        _stream(_CMAP.format(f"{ranges}endbfrange\n").encode()),
        (
            b"<< /Type /FontDescriptor /FontName /Plain /Flags 4 /FontBBox [0 -200 500 800] /Ascent 800 /Descent -200 "
            b"/CapHeight 700 /StemV 80 /ItalicAngle 0 >>"
        ),
    ]
    for page in pages:
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {page.attributes} /Contents {len(objects) + 2} 0 R "
            "/Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>".encode()
        )
        objects.append(_stream("\n".join(page.content).encode()))
    return _with_table([*objects, f"<< {info} >>".encode()])


def _with_table(objects: list[bytes]) -> bytes:
    """A file of these objects, the first its catalogue and the last its information dictionary."""
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    tail = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\n"
        f"startxref\n{len(out)}\n%%EOF\n"
    )
    return out + tail.encode()


def _stream(content: bytes, attributes: str = "") -> bytes:
    packed = zlib.compress(content)
    return b"<< %b /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        attributes.encode(),
        len(packed),
        packed,
    )


def scanned_pdf(*lines: str, width: int = 400, height: int = 120) -> bytes:
    """A PDF of one page that is a picture of these lines, as a scanner makes it."""
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    stream = f"BT /F 14 Tf 20 {height - 30} Td {shown}ET".encode()
    font = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >> >>"
    printed = PdfDocument(_one_page(width, height, font, stream))
    bitmap = printed[0].render(scale=3, grayscale=True)
    rows = bytes(bitmap.buffer)
    dots = b"".join(rows[at : at + bitmap.width] for at in range(0, len(rows), bitmap.stride))
    picture = _stream(
        dots,
        f"/Type /XObject /Subtype /Image /Width {bitmap.width} /Height {bitmap.height} /ColorSpace /DeviceGray"
        " /BitsPerComponent 8",
    )
    return _one_page(
        width, height, b"<< /XObject << /I 5 0 R >> >>", b"%d 0 0 %d 0 0 cm /I Do" % (width, height), picture
    )


def _one_page(width: int, height: int, resources: bytes, content: bytes, *more: bytes) -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R /Resources ".encode()
    tree = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    return _with_table([*tree, page + resources + b" >>", _stream(content), *more, b"<< >>"])
