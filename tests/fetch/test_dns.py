"""TXT records from a name server on loopback: what is there, what is not, and what nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.servers import in_loop
from tests.support.signing import KEY_NAME, key_record, name_server
from watcher.fetch import dns as module
from watcher.fetch.dns import txt_record

if TYPE_CHECKING:
    import pytest


@in_loop
async def test_a_record_comes_whole() -> None:
    """A key is longer than the 255 bytes that one string of a record holds."""
    async with name_server({KEY_NAME: key_record()}) as server:
        assert await txt_record(KEY_NAME, (server.address,)) == key_record()
        assert server.asked == [KEY_NAME]


@in_loop
async def test_a_name_without_a_record_is_told_from_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one says that there is no key, the other that we do not know."""
    monkeypatch.setattr(module, "_SECONDS", 0.3)
    async with name_server({"silent.example": None}) as server:
        assert await txt_record("none.example", (server.address,)) == ""
        assert await txt_record("silent.example", (server.address,)) is None
        assert await txt_record("x" * 300, (server.address,)) == ""
