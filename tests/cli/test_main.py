"""The command `watcher`: quick to start, and one line of help for each command."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from watcher.cli.main import COMMANDS, cli

# What `watcher --help` and shell completion may load: nothing that reads a configuration, a database or a page.
LIGHT = {"__main__", "click", "watcher", "watcher.cli", "watcher.cli.main", "watcher.errors"}
START = """
import sys
from watcher.cli.main import cli
cli(["--help"], standalone_mode=False)
print("loaded:", *(name for name in sys.modules if "__editable__" not in name and "distutils" not in name))
"""


def test_help_loads_no_library_but_click() -> None:
    """Half a second at every start, and at every press of Tab, is what importing all commands would cost."""
    shown = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True).stdout  # noqa: S603 - ourselves
    loaded = shown.rpartition("loaded:")[2].split()
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    ours = {name for name in loaded if name.partition(".")[0] == "watcher"}
    assert (foreign | ours) - LIGHT == set()
    assert all(f"  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_line_in_the_list_is_how_the_command_describes_itself(name: str) -> None:
    """The lines stand beside the names so that no command is loaded for them: they must not say something else."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert " ".join((command.help or "").split()).startswith(COMMANDS[name][2].rstrip("."))
