"""Links as they are written, and the addresses that they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.content.urls import web_address

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
