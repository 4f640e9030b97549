"""One bundle for the tests of the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.evidence import archive, run
from watcher.archive.bundle_file import unpack

if TYPE_CHECKING:
    from watcher.config.load import Configuration


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A database with evidence of every kind."""
    return archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def files(made: Configuration) -> dict[str, bytes]:
    """The files of the bundle of its first release."""
    out = made.folder / "bundle.zip"
    done = run(made, "evidence", "1", "-o", str(out), "--why", "for the court")
    assert done.exit_code == 0, done.output
    return unpack(out)
