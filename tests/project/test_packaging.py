"""The wheel holds everything that runs, and the configuration that is shipped with it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_every_package_is_listed() -> None:
    """A folder that is missing in the list would be missing in the wheel, and only a user would notice."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "watcher").rglob("*.py")
        if "shipped" not in path.parts
    }
    shipped = {"watcher.shipped", "watcher.shipped.publishers", "watcher.shipped.words"}
    assert set(listed) == found | shipped


def test_wheel_holds_the_shipped_configuration(tmp_path: Path) -> None:
    """Somebody who installs the wheel alone starts with the same publishers as somebody with a checkout."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(ROOT)], check=True, capture_output=True)  # noqa: S603 - our own project
    (wheel,) = tmp_path.glob("release_watcher-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {path.relative_to(ROOT / "config").as_posix() for path in (ROOT / "config").rglob("*.toml")}
    assert {f"watcher/shipped/{name}" for name in shipped} <= names
    assert "watcher/py.typed" in names
    assert not [name for name in names if name.startswith("tests/")]
