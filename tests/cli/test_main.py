"""The command `watcher`: quick to start, one line of help for each command, and a sentence for every mistake."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from tests.support.command_line import watcher
from watcher.cli.main import COMMANDS, EXPORTS, IMPORTS, cli, export, import_
from watcher.config.load import load
from watcher.store.database_file import only_instance

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("group", "table"), [(cli, COMMANDS), (export, EXPORTS), (import_, IMPORTS)])
def test_line_in_the_list_is_how_the_command_describes_itself(
    group: click.Group, table: dict[str, tuple[str, str, str]]
) -> None:
    """The lines stand beside the names so that no command is loaded for them: they must not say something else."""
    for name, (_, _, line) in table.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None, name
        assert " ".join((command.help or "").split()).startswith(line.rstrip(".")), name


def test_commands_explain_themselves() -> None:
    """Every command has its help, without a configuration."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0, name
        assert (command.help or "").split("\n")[0].split(".")[0] in " ".join(shown.output.split()), name


def test_configuration_mistakes_have_exit_code_2_and_their_place(tmp_path: Path) -> None:
    """File and key of each, from every command that needs the configuration."""
    (tmp_path / "watcher.toml").write_text("[http]\ncontakt = 1\n")
    for command in ("check", "poll", "feeds"):
        done = watcher("--config", tmp_path, command)
        assert done.returncode == 2
        assert "watcher.toml: http.contakt: this key is not known" in done.stderr


def test_absent_file_and_unknown_command_are_usage_errors(tmp_path: Path) -> None:
    """Exit code 2, as everywhere."""
    for arguments in (("detect", tmp_path / "absent"), ("fedes",), ("feeds", "--jsn"), ("show",)):
        assert watcher(*arguments).returncode == 2


def test_other_instance_gives_exit_code_75(filled: Path) -> None:
    """Check 37: a poll beside a daemon would ask everything twice."""
    with only_instance(load(filled).database):
        command = [sys.executable, "-m", "watcher", "--config", str(filled), "poll"]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 75  # noqa: S603 - ourselves
        assert watcher("--config", filled, "releases").returncode == 0, "reading goes on"
