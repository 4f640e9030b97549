"""What is kept from a library while it is imported: there again afterwards, also where the import failed."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib import import_module

import pytest

from watcher.lean_imports import without_authorities, without_modules


def test_hidden_modules_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody else needs of them later must be there; what is loaded already is hidden from nobody."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)  # another test may have loaded it
    with without_modules("colorsys", "json"):
        assert import_module("json") is json
        with pytest.raises(ModuleNotFoundError):
            import_module("colorsys")
    assert import_module("colorsys").__name__ == "colorsys"


@pytest.mark.parametrize("place", [None, "/etc/ours.pem"])
def test_authorities_are_named_again(monkeypatch: pytest.MonkeyPatch, place: str | None) -> None:
    """Whoever set a place of his own is trusted with it for all that comes after the import."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if place is not None:
        monkeypatch.setenv("SSL_CERT_FILE", place)
    with suppress(ImportError), without_authorities():
        assert os.environ["SSL_CERT_FILE"] == os.devnull
        raise ImportError
    assert os.environ.get("SSL_CERT_FILE") == place
