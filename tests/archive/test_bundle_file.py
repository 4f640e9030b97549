"""A bundle on disk, as a folder and as a ZIP."""

from __future__ import annotations

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
