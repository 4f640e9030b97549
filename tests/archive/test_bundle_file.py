"""A bundle on disk, as a folder and as a ZIP."""

from __future__ import annotations

import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from watcher.archive.bundle_file import pack, unpack
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"report.html": b"<p>Two</p>", "chain/rows/alert-1.json": b"{}", "evidence.warc": bytes(range(256))}


def test_zip_of_the_same_files_is_the_same_zip(tmp_path: Path) -> None:
    """Two who make the same bundle can compare its hash."""
    pack(tmp_path / "a.zip", FILES)
    pack(tmp_path / "b.zip", dict(reversed(FILES.items())))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_what_was_packed_is_unpacked(name: str, tmp_path: Path) -> None:
    """A folder and a ZIP hold the same bytes under the same paths."""
    pack(tmp_path / "new" / name, FILES)
    assert unpack(tmp_path / "new" / name) == FILES


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_failed_write_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    """Half a bundle under its name would pass for a whole one until somebody checks it."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WatcherError, match="cannot be written"):
        pack(tmp_path / "file" / name, FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle comes from others: three megabytes must not become three gigabytes in memory."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
        for number in range(6):
            bomb.writestr(f"raw/{number}", bytes(10_000_000))
    monkeypatch.setattr("watcher.archive.bundle_file._LIMIT", 50_000_000)
    tracemalloc.start()
    with pytest.raises(WatcherError, match="holds more than 50 MB"):
        unpack(tmp_path / "bomb.zip")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_zip_that_says_less_than_it_holds_is_refused(tmp_path: Path) -> None:
    """The sizes in a ZIP are its maker's word."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("raw/1", bytes(1_000_000))
    said = (1_000_000).to_bytes(4, "little")
    (tmp_path / "b.zip").write_bytes((tmp_path / "a.zip").read_bytes().replace(said, (9).to_bytes(4, "little")))
    with pytest.raises(WatcherError, match="cannot be read"):
        unpack(tmp_path / "b.zip")
