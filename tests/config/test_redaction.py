"""Secrets are taken out of every text that somebody else wrote, in whatever form they stand there."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.redaction import MARK, from_outside, redacted, redacted_bytes, remember, remember_address
from watcher.config.tables import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = "https://hooks.example/services/T0C4N4RY/B1canary/kAnArY-tOkEn_42"
# What each place of the configuration may hold, and the words of it that must never be seen again.
CANARIES = {
    ADDRESS: ("T0C4N4RY", "B1canary", "kAnArY-tOkEn_42"),
    "https://chat.example/hook?key=queryCanary1&sig=a%2Fcanary%2Bsig": ("queryCanary1", "a/canary+sig"),
    "https://user:proxyCanary@proxy.example:3128": ("proxyCanary",),
    "tgram://8812345:AAbotCanary/chat77": ("8812345", "AAbotCanary"),
    "slack://tokenCanaryA/tokenCanaryB/C": ("tokenCanaryA", "tokenCanaryB"),
    "whsec_Y2FuYXJ5LXNpZ25pbmcta2V5": ("Y2FuYXJ5LXNpZ25pbmcta2V5",),
    "Bearer bearerCanary.x-y": ("bearerCanary.x-y",),
    f"Basic {base64.b64encode(b'desk:basicCanary').decode()}": ("basicCanary",),
    'pass "wörd" & <canary>/\\': ('pass "wörd" & <canary>/\\',),
    "R0UT1NGKEYcanary0123456789abcdef": ("R0UT1NGKEYcanary0123456789abcdef",),
}
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "percent-encoded": lambda text: quote(text, safe=""),
    "every character percent-encoded": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "as a form": quote_plus,
    "as JSON": lambda text: json.dumps(text)[1:-1],
    "as JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "as JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "as JSON with numbers": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text),
    "as HTML": html.escape,
    "as HTML with numbers": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 after one byte": lambda text: base64.b64encode(b"\0" + text.encode() + b"!").decode(),
    "in base64 after two bytes": lambda text: base64.urlsafe_b64encode(b"\0a" + text.encode() + b"\0z").decode(),
    "in base64 in JSON in a query": lambda text: quote(json.dumps(base64.b64encode(text.encode()).decode()), safe=""),
    "in hexadecimal digits": lambda text: text.encode().hex(),
    "in quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "over several lines": lambda text: "\r\n ".join(textwrap.wrap(text, 7, drop_whitespace=False)),
    "with soft hyphens": "\u00ad".join,
}


@pytest.fixture(autouse=True)
def _all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program reads them: each from its own variable."""
    for number, secret in enumerate(CANARIES):
        monkeypatch.setenv(f"CANARY_{number}", secret)
        assert Secret(env=f"CANARY_{number}").read() == secret


@pytest.mark.parametrize("way", WAYS)
def test_secret_is_found_in_every_form(way: str) -> None:
    """A receiver writes what it got as its language does: ten secrets, each whole and in its parts."""
    for secret, parts in CANARIES.items():
        for part in (secret, *parts):
            written = WAYS[way](part)
            said = redacted(f"no route for {written} here")
            assert MARK in said, (part, written)
            assert written not in said, (part, written, said)
            # What is left of base64 around it are a few bits of its neighbours.
            assert len(said) <= len(f"no route for {MARK} here") + 16, (part, written, said)


def test_request_line_and_cut_echo_say_nothing() -> None:
    """Servers name the path without the host, and cut what is long."""
    target = ADDRESS.removeprefix("https://hooks.example")
    assert redacted(f"Cannot POST {target}") == f"Cannot POST {MARK}"
    for length in range(12, len(target)):
        assert "T0C4" not in redacted(f"Cannot POST {target[:length]}…")


def test_words_that_everybody_knows_stay() -> None:
    """An error that is all marks helps nobody: the host and the common words of a path are no secret."""
    words = "hooks.example: our services and webhooks are down; retry after 60 s (token expired)"
    assert redacted(words) == words
    assert redacted("") == ""


@given(st.text(max_size=60))
def test_text_without_a_secret_is_the_same(text: str) -> None:
    """Whatever it holds: escapes that stand for nothing, blanks, other alphabets."""
    assert redacted(text) == text
    assert redacted_bytes(text.encode(errors="replace")) == text.encode(errors="replace")


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(list(CANARIES)))
def test_neighbours_of_a_secret_stay(before: str, after: str, secret: str) -> None:
    """Only the secret goes: what stands before and after it is why the error is kept."""
    said = redacted(f"{before}~ {secret} ~{after}")
    assert secret not in said
    assert said.startswith(f"{before}~")
    assert said.endswith(f"~{after}")


def test_body_keeps_every_other_byte() -> None:
    """A page in whatever encoding: what is no secret is evidence."""
    body = bytes(range(256)) + b" bearerCanary.x-y " + "é €".encode("cp1252")
    assert redacted_bytes(body) == bytes(range(256)) + b" [secret] " + "é €".encode("cp1252")


def test_words_from_outside_are_one_safe_line() -> None:
    """Check 64 and 71: cut only after the secret was taken out, so that no half of one stays."""
    said = from_outside(f"\x1b[31mno\n route\u202e {'x' * 20} {ADDRESS}", longest=39)
    assert said == f"[31mno route {'x' * 20} [sec…"


def test_secret_that_was_changed_stays_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a secret is changed the old one is still in use somewhere; a very short one is a word."""
    monkeypatch.setenv("CANARY_0", "the-new-canary\n")
    assert Secret(env="CANARY_0").read() == "the-new-canary"
    assert redacted(f"{ADDRESS} the-new-canary") == f"{MARK} {MARK}"
    remember("abc")
    assert redacted("abc") == "abc"


def test_address_that_was_typed_is_secret_where_it_holds_a_key() -> None:
    """Whoever writes a webhook's address into watcher.toml has a secret there, or a plain path that is a word."""
    remember_address("https://desk.example/alerts/news")
    remember_address("https://desk.example/in/aB3dE5fG7h")
    remember_address("https://desk.example/a-very-long-name-of-a-hook?x=1")
    assert redacted("POST /alerts/news, alerts of desk.example") == "POST /alerts/news, alerts of desk.example"
    assert redacted("no /in/aB3dE5fG7h here, nor aB3dE5fG7h") == f"no {MARK} here, nor {MARK}"
    assert MARK in redacted("GET /a-very-long-name-of-a-hook")
