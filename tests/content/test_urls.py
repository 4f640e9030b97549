"""Links as they are written, and the addresses that they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content import urls
from watcher.content.urls import url_key, web_address

URL = "https://www.example.mil/releases/900"


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("/a", "https://www.example.mil/a"),
        ("mailto:a@b", None),
        ("javascript:x", None),
        ("http://[", None),
        ("//other.org/b", "https://other.org/b"),
    ],
)
def test_addresses_are_absolute_or_none(stated: str, found: str | None) -> None:
    """Only what can be fetched is an address."""
    assert web_address(stated, URL) == found


@pytest.mark.parametrize(
    "stated", ["", " ", "#", "#top", "//", "///", "?", "http://", "https:", "mailto:a@b.example", "tel:1"]
)
def test_a_link_that_leads_nowhere_is_none(stated: str) -> None:
    """`urljoin` makes the page's own address of it: a feed would then be read as its own release."""
    assert web_address(stated, URL) is None


@given(st.text(max_size=40))
def test_any_words_give_an_address_or_none(stated: str) -> None:
    """Links come from strangers."""
    found = web_address(stated, URL)
    assert found is None or found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("one_address", "other"),
    [
        ("https://www.a.example/News/x/", "http://a.example/news/x"),
        ("https://a.example/x/index.html", "https://a.example/x"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x?output=amp", "https://a.example/x"),
        ("https://a.example/amp/x", "https://a.example/x"),
        ("https://a.example/x.amp.html", "https://a.example/x.html"),
        ("https://a.example/%7Ejo/x", "https://a.example/~jo/x"),
    ],
)
def test_addresses_of_one_text_have_one_key(one_address: str, other: str) -> None:
    """Spellings and views that lead to one text."""
    assert url_key(one_address) == url_key(other) != ""


@pytest.mark.parametrize(
    ("one_address", "other"),
    [
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example/x", "https://a.example/x/2"),
        ("https://a.example/printing", "https://a.example/"),
        ("https://a.example/camp", "https://a.example/c"),
        ("https://a.example:8443/x", "https://a.example/x"),
        ("https://news.a.example/x", "https://a.example/x"),
    ],
)
def test_addresses_of_two_texts_have_two_keys(one_address: str, other: str) -> None:
    """What may be another text has another key."""
    assert url_key(one_address) != url_key(other)


@given(st.text(max_size=60))
def test_any_address_has_a_key_or_none(text: str) -> None:
    """Feeds carry anything as a link; a key is stable, and nothing raises."""
    assert url_key(text) == url_key(text)
    assert url_key(f"https://a.example/{text}") == url_key(f"https://a.example/{text}")


_HOSTS = st.sampled_from(
    ["a.example", "WWW.a.example", "m.a.example", "www2.B.example", "127.0.0.1", "amp.", "a..b", "-"]
)
_PORTS = st.sampled_from(["", ":80", ":443", ":8080", ":0", ":080", ":4433", ":800", ":59999", ":65535", ":65536", ":"])
_STEPS = st.lists(
    st.sampled_from(
        ["", "news", "News", "amp", "print", "index.html", "x.amp", "x.print", "~jo", ".", "..", "article", "12", "a b"]
    ),
    max_size=4,
)


@given(
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    _HOSTS,
    _PORTS,
    _STEPS,
    st.sampled_from(["", "/", "?a=1", "#top"]),
)
def test_plain_address_has_the_key_that_it_has_taken_apart(
    scheme: str, host: str, port: str, steps: list[str], end: str
) -> None:
    """The key is by which a release is found again: the short way must never give another one."""
    address = f"{scheme}://{host}{port}{''.join(f'/{step}' for step in steps)}{end}"
    assert url_key(address) == urls._key_of_any(address)
