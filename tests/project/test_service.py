"""The units of deploy/: what they start exists, what they may do is measured, and both share one database."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.support import ROOT
from watcher.cli.main import COMMANDS, USAGE

UNITS = sorted((ROOT / "deploy").glob("*.service"))
_HAS_SYSTEMD = shutil.which("systemd-analyze") is not None


def settings(name: str) -> dict[str, list[str]]:
    """The lines of a unit by key."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (ROOT / "deploy" / name).read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


@pytest.mark.skipif(not _HAS_SYSTEMD, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_service_is_exposed_by_two_points_at_most(unit: object) -> None:
    """Whoever takes a guard away, or adds a right, sees it here; systemd's own words are in the output."""
    command = ("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", str(unit))
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    assert "Overall exposure level" in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.skipif(not _HAS_SYSTEMD, reason="systemd-analyze is not installed")
def test_systemd_understands_the_units() -> None:
    """A key that systemd does not know is ignored with a warning, and so would the guard be."""
    done = subprocess.run(("systemd-analyze", "verify", *map(str, UNITS)), capture_output=True, text=True, check=False)  # noqa: S603, S607 - the same
    said = [line for line in done.stderr.splitlines() if "watcher" in line and "is not executable" not in line]
    assert said == []


def test_both_services_share_user_and_folder() -> None:
    """Datasette reads the daemon's database, whose side files only the same user may write."""
    daemon, datasette = settings("watcher.service"), settings("watcher-datasette.service")
    for key in ("User", "Group", "StateDirectory", "StateDirectoryMode", "UMask", "Environment"):
        assert daemon[key] == datasette[key]
    assert datasette["IPAddressDeny"] == ["any"]
    assert "127.0.0.1" in datasette["ExecStart"][0]


def test_services_start_what_there_is_and_stop_in_time() -> None:
    """The commands exist; a mistake in the configuration is not tried again; the watchdog needs a notifying unit."""
    for unit in UNITS:
        found = settings(unit.name)
        assert found["ExecStart"][0].split()[1] in COMMANDS
        assert found["RestartPreventExitStatus"] == [str(USAGE)]
    daemon = settings("watcher.service")
    assert (daemon["Type"], daemon["Restart"]) == (["notify"], ["always"])
    assert int(daemon["WatchdogSec"][0]) >= 60
    assert daemon["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
