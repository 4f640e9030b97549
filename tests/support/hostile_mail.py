"""Messages that no reader was made for."""

from __future__ import annotations

from tests.support.imap import message

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "only a line end": b"\r\n\r\n",
    "no headers": b"Two civilians were killed.",
    "binary": bytes(range(256)) * 40,
    "a charset that is none": message(more="Content-Type: text/plain; charset=x-none"),
    "another charset than stated": message(more="Content-Type: text/plain; charset=ascii", text="Кілька загинули"),
    "base64 that is none": message(more="Content-Type: text/plain\nContent-Transfer-Encoding: base64", text="@@@"),
    "quoted-printable cut off": message(
        more="Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", text="a=E"
    ),
    "an encoding that is none": message(more="Content-Type: text/plain\nContent-Transfer-Encoding: rot13"),
    "a boundary that never comes": message(more="Content-Type: multipart/mixed; boundary=x"),
    "no boundary": message(more="Content-Type: multipart/mixed"),
    "a boundary never closed": message(
        more="Content-Type: multipart/mixed; boundary=x", text="--x\nContent-Type: text/plain\n\nTwo were killed"
    ),
    "a type that is none": message(more="Content-Type: ;;;=/"),
    "a name of bad words": message(
        more="Content-Type: application/pdf; name*=x-none''%ff%fe\nContent-Disposition: attachment; filename*0*=%%"
    ),
    "a header of a megabyte": b"Subject: " + b"a " * 500_000 + b"\n\ntext",
    "20,000 headers": b"X: y\n" * 20_000 + b"\ntext",
    "HTML made to stall": message(more="Content-Type: text/html", text="<!--" * 50_000),
    "lines that never end": message(text="a" * 1_000_000),
    "a bad encoded word": b"Subject: =?utf-8?b?\xff?= =?x-none?q?=00?=\n\ntext",
    "NULs": message("\x00Subject\x00", text="\x00Two\x00 killed\x00"),
    "control and bidi signs": message("Two \u202e killed\x1b[2J"),
}
